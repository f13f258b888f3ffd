//! Groups of retirees and their members, party letters.

use crate::deeds::{GROUPS_KEEP, GROUPS_SEE};
use crate::groups::{api, group_pages as group, letters_pages as letters, pages, print};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/groups", GROUPS_SEE, pages::list),
        post("/groups", GROUPS_KEEP, pages::save_new),
        get("/groups/new", GROUPS_KEEP, pages::new_form),
        get("/groups/{id}", GROUPS_SEE, group::show),
        post("/groups/{id}", GROUPS_KEEP, group::save),
        get("/groups/{id}/join", GROUPS_KEEP, group::join_form),
        post("/groups/{id}/join", GROUPS_KEEP, group::join),
        get("/groups/{id}/roll", GROUPS_SEE, print::roll),
        get("/party", GROUPS_SEE, letters::list),
        post("/party", GROUPS_KEEP, letters::save_new),
        get("/party/new", GROUPS_KEEP, letters::new_form),
        get("/party/{id}", GROUPS_SEE, letters::show),
        post("/party/{id}", GROUPS_KEEP, letters::answer),
        get_api("/api/v1/groups", GROUPS_SEE, api::list),
        post_api("/api/v1/groups", GROUPS_KEEP, api::make),
        get_api("/api/v1/groups/{id}", GROUPS_SEE, api::show),
        post_api("/api/v1/groups/{id}", GROUPS_KEEP, api::act),
        post_api("/api/v1/groups/{id}/join", GROUPS_KEEP, api::join),
        post_api("/api/v1/groups/{id}/leave", GROUPS_KEEP, api::leave),
        get_api("/api/v1/party", GROUPS_SEE, api::party),
        post_api("/api/v1/party", GROUPS_KEEP, api::issue),
        post_api("/api/v1/party/{id}", GROUPS_KEEP, api::answer),
    ]
}

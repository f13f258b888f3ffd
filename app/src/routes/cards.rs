//! Contact cards.

use crate::cards::{api, desk_pages as desk, pages, print};
use crate::deeds::{CARDS_ISSUE, CARDS_SEE};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/cards", CARDS_SEE, pages::list),
        post("/cards", CARDS_ISSUE, pages::make),
        post("/cards/issue", CARDS_ISSUE, pages::issue),
        get("/cards/sheet", CARDS_ISSUE, print::sheet),
        get("/cards/roll", CARDS_ISSUE, print::roll),
        get("/cards/scan", CARDS_SEE, desk::scan),
        get("/cards/contact", CARDS_ISSUE, desk::contact_form),
        post("/cards/contact", CARDS_ISSUE, desk::save_contact),
        get("/cards/{id}/lost", CARDS_ISSUE, desk::lost_form),
        post("/cards/{id}/lost", CARDS_ISSUE, desk::lost),
        get_api("/api/v1/cards", CARDS_SEE, api::list),
        post_api("/api/v1/cards", CARDS_ISSUE, api::make),
        post_api("/api/v1/cards/issue", CARDS_ISSUE, api::issue),
        post_api("/api/v1/cards/{id}/lost", CARDS_ISSUE, api::lost),
    ]
}

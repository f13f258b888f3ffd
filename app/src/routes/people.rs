//! Retirees: the list, the person, entering and changing.

use crate::deeds;
use crate::people::{api, edit, history, list, new, pages, reveal};
use crate::web::{Route, get, get_api, patch_api, post, post_api};

pub fn routes() -> Vec<Route> {
    [pages_of_people(), programs()].concat()
}

fn pages_of_people() -> Vec<Route> {
    vec![
        get("/people", deeds::PEOPLE_SEE, list::show),
        get("/people/suggest", deeds::PEOPLE_SEE, list::suggest),
        get("/people/new", deeds::PEOPLE_ENTER, new::new_form),
        post("/people", deeds::PEOPLE_ENTER, new::save),
        get("/people/{id}", deeds::PEOPLE_SEE, pages::one),
        get("/people/{id}/edit", deeds::PEOPLE_CHANGE, edit::edit_form),
        post("/people/{id}/edit", deeds::PEOPLE_CHANGE, edit::save),
        get("/people/{id}/history", deeds::PEOPLE_SEE, history::show),
        get("/people/{id}/reveal", deeds::PEOPLE_REVEAL, reveal::reason_form),
        post("/people/{id}/telephone", deeds::PEOPLE_REVEAL, reveal::telephone),
        post("/people/{id}/reveal", deeds::PEOPLE_REVEAL, reveal::show),
    ]
}

fn programs() -> Vec<Route> {
    vec![
        get_api("/api/v1/people", deeds::PEOPLE_SEE, api::list),
        post_api("/api/v1/people", deeds::PEOPLE_ENTER, api::register),
        get_api("/api/v1/people/{id}", deeds::PEOPLE_SEE, api::show),
        patch_api("/api/v1/people/{id}", deeds::PEOPLE_CHANGE, api::change),
        post_api("/api/v1/people/{id}/reveal", deeds::PEOPLE_REVEAL, api::reveal),
    ]
}

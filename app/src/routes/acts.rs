//! The acts on a retiree: marks, relatives, health notes.

use crate::deeds::{PEOPLE_CHANGE, PEOPLE_HEALTH, PEOPLE_SEE};
use crate::people::{acts_api as api, health_pages, marks_pages, relatives_pages};
use crate::web::{Route, get, get_api, patch_api, post, post_api};

pub fn routes() -> Vec<Route> {
    [pages(), programs()].concat()
}

fn pages() -> Vec<Route> {
    use {health_pages as health, marks_pages as marks, relatives_pages as relatives};
    vec![
        get("/people/{id}/marks", PEOPLE_SEE, marks::show),
        post("/people/{id}/marks", PEOPLE_CHANGE, marks::set),
        get("/marks/{id}/end", PEOPLE_CHANGE, marks::end_form),
        post("/marks/{id}/end", PEOPLE_CHANGE, marks::end),
        get("/people/{id}/relatives", PEOPLE_SEE, relatives::list),
        post("/people/{id}/relatives", PEOPLE_CHANGE, relatives::add),
        get("/people/{id}/relatives/new", PEOPLE_CHANGE, relatives::new_form),
        get("/relatives/{id}", PEOPLE_CHANGE, relatives::edit_form),
        post("/relatives/{id}", PEOPLE_CHANGE, relatives::change),
        get("/relatives/{id}/end", PEOPLE_CHANGE, relatives::end_form),
        post("/relatives/{id}/end", PEOPLE_CHANGE, relatives::end),
        get("/people/{id}/health", PEOPLE_HEALTH, health::show),
        post("/people/{id}/health", PEOPLE_HEALTH, health::save),
    ]
}

fn programs() -> Vec<Route> {
    vec![
        get_api("/api/v1/people/{id}/marks", PEOPLE_SEE, api::marks_of),
        post_api("/api/v1/people/{id}/marks", PEOPLE_CHANGE, api::set_mark),
        post_api("/api/v1/marks/{id}/end", PEOPLE_CHANGE, api::end_mark),
        get_api("/api/v1/people/{id}/relatives", PEOPLE_SEE, api::relatives_of),
        post_api("/api/v1/people/{id}/relatives", PEOPLE_CHANGE, api::add_relative),
        patch_api("/api/v1/relatives/{id}", PEOPLE_CHANGE, api::change_relative),
        post_api("/api/v1/relatives/{id}/end", PEOPLE_CHANGE, api::end_relative),
    ]
}

//! Exports of lists, and the record of them.

use crate::deeds::PEOPLE_EXPORT;
use crate::exchange::{export_api as api, export_pages as pages};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/exports", PEOPLE_EXPORT, pages::list),
        get("/exports/new", PEOPLE_EXPORT, pages::new_form),
        post("/exports", PEOPLE_EXPORT, pages::make),
        get("/exports/{id}", PEOPLE_EXPORT, pages::show),
        get_api("/api/v1/exports", PEOPLE_EXPORT, api::list),
        post_api("/api/v1/exports", PEOPLE_EXPORT, api::make),
        get_api("/api/v1/exports/{id}", PEOPLE_EXPORT, api::show),
    ]
}

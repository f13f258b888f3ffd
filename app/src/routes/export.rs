//! Exports of lists, and the record of them.

use crate::deeds::PEOPLE_EXPORT;
use crate::exchange::{export_api as api, export_pages as pages};
use crate::exchange::{fill_api, fill_pages as blanks};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/exports", PEOPLE_EXPORT, pages::list),
        get("/exports/new", PEOPLE_EXPORT, pages::new_form),
        post("/exports", PEOPLE_EXPORT, pages::make),
        get("/exports/{id}", PEOPLE_EXPORT, pages::show),
        get("/blanks", PEOPLE_EXPORT, blanks::list),
        post("/blanks", PEOPLE_EXPORT, blanks::upload),
        get("/blanks/{id}", PEOPLE_EXPORT, blanks::show),
        post("/blanks/{id}/places", PEOPLE_EXPORT, blanks::choose),
        post("/blanks/{id}/fill", PEOPLE_EXPORT, blanks::make),
        post("/blanks/{id}/forget", PEOPLE_EXPORT, blanks::forget),
        get_api("/api/v1/blanks", PEOPLE_EXPORT, fill_api::list),
        post_api("/api/v1/blanks", PEOPLE_EXPORT, fill_api::upload),
        get_api("/api/v1/blanks/{id}", PEOPLE_EXPORT, fill_api::show),
        post_api("/api/v1/blanks/{id}/places", PEOPLE_EXPORT, fill_api::choose),
        post_api("/api/v1/blanks/{id}/fill", PEOPLE_EXPORT, fill_api::make),
        get_api("/api/v1/exports", PEOPLE_EXPORT, api::list),
        post_api("/api/v1/exports", PEOPLE_EXPORT, api::make),
        get_api("/api/v1/exports/{id}", PEOPLE_EXPORT, api::show),
    ]
}

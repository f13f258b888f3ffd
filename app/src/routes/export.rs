//! Exports of lists, and the record of them.

use crate::deeds::PEOPLE_EXPORT;
use crate::exchange::{export_api as api, export_pages as pages};
use crate::exchange::{fill_api, fill_pages as blanks};
use crate::exchange::{profiles_api, profiles_pages as profiles};
use crate::web::{Route, get, get_api, patch_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/exports", PEOPLE_EXPORT, pages::list),
        get("/exports/new", PEOPLE_EXPORT, pages::new_form),
        post("/exports", PEOPLE_EXPORT, pages::make),
        get("/exports/{id}", PEOPLE_EXPORT, pages::show),
        get("/export-profiles", PEOPLE_EXPORT, profiles::list),
        get("/export-profiles/{id}", PEOPLE_EXPORT, profiles::show),
        post("/export-profiles/{id}", PEOPLE_EXPORT, profiles::change),
        post("/export-profiles/{id}/forget", PEOPLE_EXPORT, profiles::forget),
        get_api("/api/v1/export-profiles", PEOPLE_EXPORT, profiles_api::list),
        post_api("/api/v1/export-profiles", PEOPLE_EXPORT, profiles_api::create),
        get_api("/api/v1/export-profiles/{id}", PEOPLE_EXPORT, profiles_api::show),
        patch_api("/api/v1/export-profiles/{id}", PEOPLE_EXPORT, profiles_api::change),
        post_api("/api/v1/export-profiles/{id}/forget", PEOPLE_EXPORT, profiles_api::forget),
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

//! Organisations and enterprises.

use crate::deeds::{
    ENTERPRISES_CHANGE, ENTERPRISES_SEE, ORGS_CHANGE, ORGS_REORGANISE, ORGS_SEE, PEOPLE_SEE,
};
use crate::exchange::orgs_pages as list;
use crate::orgs::enterprises::{api as firms_api, forms as firm, pages as firms};
use crate::orgs::{api, forms};
use crate::people::at_enterprise;
use crate::reorganisation::{
    api as whole, close_pages, merge_pages, places, renumber_pages, split_pages,
};
use crate::web::{Route, get, get_api, patch_api, post, post_api};

pub fn routes() -> Vec<Route> {
    [organisations(), reorganised(), enterprises()].concat()
}

fn organisations() -> Vec<Route> {
    vec![
        get("/orgs", ORGS_SEE, places::tree),
        post("/orgs", ORGS_CHANGE, forms::create),
        get("/orgs/new", ORGS_CHANGE, forms::new),
        get("/orgs/import", ORGS_CHANGE, list::form),
        post("/orgs/import", ORGS_CHANGE, list::upload),
        post("/orgs/import/confirm", ORGS_CHANGE, list::confirm),
        get("/orgs/{id}", ORGS_SEE, places::show),
        get("/orgs/{id}/rename", ORGS_CHANGE, forms::rename_form),
        post("/orgs/{id}/rename", ORGS_CHANGE, forms::rename),
        get("/orgs/{id}/close", ORGS_CHANGE, close_pages::form),
        post("/orgs/{id}/close", ORGS_CHANGE, close_pages::close),
        get_api("/api/v1/orgs", ORGS_SEE, api::list),
        post_api("/api/v1/orgs", ORGS_CHANGE, api::create),
        get_api("/api/v1/orgs/{id}", ORGS_SEE, whole::show),
        patch_api("/api/v1/orgs/{id}", ORGS_CHANGE, api::rename),
        post_api("/api/v1/orgs/{id}/close", ORGS_CHANGE, whole::close),
    ]
}

fn reorganised() -> Vec<Route> {
    vec![
        get("/orgs/{id}/merge", ORGS_REORGANISE, merge_pages::form),
        post("/orgs/{id}/merge", ORGS_REORGANISE, merge_pages::merge),
        get("/orgs/{id}/recode", ORGS_REORGANISE, renumber_pages::form),
        post("/orgs/{id}/recode", ORGS_REORGANISE, renumber_pages::renumber),
        get("/orgs/{id}/split", ORGS_REORGANISE, split_pages::form),
        post("/orgs/{id}/split", ORGS_REORGANISE, split_pages::split),
        post_api("/api/v1/orgs/{id}/merge", ORGS_REORGANISE, whole::merge),
        post_api("/api/v1/orgs/{id}/recode", ORGS_REORGANISE, whole::recode),
        post_api("/api/v1/orgs/{id}/split", ORGS_REORGANISE, whole::split),
    ]
}

fn enterprises() -> Vec<Route> {
    vec![
        get("/enterprises", ENTERPRISES_SEE, firms::list),
        post("/enterprises", ENTERPRISES_CHANGE, firm::create),
        get("/enterprises/suggest", ENTERPRISES_SEE, firms::suggest),
        get("/enterprises/new", ENTERPRISES_CHANGE, firm::new),
        get("/enterprises/{id}", ENTERPRISES_SEE, at_enterprise::show),
        get("/enterprises/{id}/change", ENTERPRISES_CHANGE, firm::change_form),
        post("/enterprises/{id}/change", ENTERPRISES_CHANGE, firm::change),
        get("/enterprises/{id}/close", ENTERPRISES_CHANGE, firm::close_form),
        post("/enterprises/{id}/close", ENTERPRISES_CHANGE, firm::close),
        get_api("/api/v1/enterprises", ENTERPRISES_SEE, firms_api::list),
        post_api("/api/v1/enterprises", ENTERPRISES_CHANGE, firms_api::create),
        get_api("/api/v1/enterprises/{id}", ENTERPRISES_SEE, firms_api::show),
        patch_api("/api/v1/enterprises/{id}", ENTERPRISES_CHANGE, firms_api::change),
        post_api("/api/v1/enterprises/{id}/close", ENTERPRISES_CHANGE, firms_api::close),
        get_api("/api/v1/enterprises/{id}/people", PEOPLE_SEE, at_enterprise::list),
    ]
}

//! Local figures: what a place may decide, proposals, what they would change, decisions.

use crate::deeds::{POLICIES_APPROVE, POLICIES_PROPOSE, POLICIES_SEE};
use crate::duties::preview;
use crate::policies::{api, pages, show_pages};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/policies", POLICIES_SEE, pages::list),
        get("/policies/all", POLICIES_SEE, pages::all),
        get("/policies/figures/{figure}", POLICIES_SEE, pages::figure),
        get("/policies/figures/{figure}/new", POLICIES_PROPOSE, show_pages::new_form),
        post("/policies/figures/{figure}", POLICIES_PROPOSE, show_pages::propose),
        get("/policies/{id}", POLICIES_SEE, show_pages::show),
        post("/policies/{id}/what-if", POLICIES_SEE, preview::start_from_page),
        post("/policies/{id}/decide", POLICIES_APPROVE, show_pages::decide),
        post("/policies/{id}/withdraw", POLICIES_PROPOSE, show_pages::withdraw),
        get_api("/api/v1/policies", POLICIES_SEE, api::list),
        post_api("/api/v1/policies", POLICIES_PROPOSE, api::propose),
        get_api("/api/v1/policies/figures", POLICIES_SEE, api::delegated),
        get_api("/api/v1/policies/{id}", POLICIES_SEE, api::show),
        get_api("/api/v1/policies/{id}/what-if", POLICIES_SEE, api::what_if),
        post_api("/api/v1/policies/{id}/what-if", POLICIES_SEE, preview::start_from_api),
        post_api("/api/v1/policies/{id}/decide", POLICIES_APPROVE, api::decide),
        post_api("/api/v1/policies/{id}/withdraw", POLICIES_PROPOSE, api::withdraw),
    ]
}

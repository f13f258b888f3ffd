//! Papers that hang on things.

use crate::attached::{api, pages};
use crate::deeds::{PAPERS_KEEP, PAPERS_SEE};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/papers", PAPERS_SEE, pages::list),
        post("/papers", PAPERS_KEEP, pages::save),
        get("/papers/{id}", PAPERS_SEE, pages::show),
        get("/papers/{id}/file", PAPERS_SEE, pages::file),
        post("/papers/{id}/void", PAPERS_KEEP, pages::save_void),
        get_api("/api/v1/papers", PAPERS_SEE, api::list),
        post_api("/api/v1/papers", PAPERS_KEEP, api::upload),
        get_api("/api/v1/papers/{id}", PAPERS_SEE, api::show),
        get_api("/api/v1/papers/{id}/file", PAPERS_SEE, api::send),
        post_api("/api/v1/papers/{id}/void", PAPERS_KEEP, api::take_back),
    ]
}

//! Where personnel files are.

use crate::archives::{
    api, checks_pages as checks, file_pages as file, intake_pages as intake, pages, print,
    slip_pages as slip,
};
use crate::deeds::{ARCHIVES_KEEP, ARCHIVES_SEE};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/archives", ARCHIVES_SEE, pages::list),
        post("/archives", ARCHIVES_KEEP, intake::save_new),
        get("/archives/new", ARCHIVES_KEEP, intake::new_form),
        post("/archives/send", ARCHIVES_KEEP, pages::send),
        get("/archives/labels", ARCHIVES_KEEP, print::labels),
        get("/archives/box", ARCHIVES_KEEP, print::in_box),
        get("/archives/slips", ARCHIVES_SEE, slip::list),
        get("/archives/slips/{id}", ARCHIVES_SEE, slip::show),
        post("/archives/slips/{id}", ARCHIVES_KEEP, slip::answer),
        get("/archives/slips/{id}/print", ARCHIVES_SEE, print::slip),
        get("/archives/checks", ARCHIVES_KEEP, checks::list),
        post("/archives/checks", ARCHIVES_KEEP, checks::start),
        get("/archives/checks/{id}", ARCHIVES_KEEP, checks::show),
        post("/archives/checks/{id}/scan", ARCHIVES_KEEP, checks::scan),
        post("/archives/checks/{id}/end", ARCHIVES_KEEP, checks::end),
        get("/archives/{id}", ARCHIVES_SEE, file::show),
        post("/archives/{id}", ARCHIVES_KEEP, file::save),
        post("/archives/{id}/materials", ARCHIVES_KEEP, file::save_materials),
        get_api("/api/v1/archives", ARCHIVES_SEE, api::list),
        post_api("/api/v1/archives", ARCHIVES_KEEP, api::make),
        post_api("/api/v1/archives/send", ARCHIVES_KEEP, api::send),
        get_api("/api/v1/archives/slips", ARCHIVES_SEE, api::list_slips),
        get_api("/api/v1/archives/slips/{id}", ARCHIVES_SEE, api::show_slip),
        post_api("/api/v1/archives/slips/{id}/answer", ARCHIVES_KEEP, api::answer),
        get_api("/api/v1/archives/{id}", ARCHIVES_SEE, api::show),
        post_api("/api/v1/archives/{id}", ARCHIVES_KEEP, api::act),
    ]
}

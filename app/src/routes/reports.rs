//! Monthly reports: the months, the register of a month, one report and its way.

use crate::deeds::{PEOPLE_EXPORT, REPORTS_DECIDE, REPORTS_SEE, REPORTS_SUBMIT};
use crate::statistics::{api, download, line_pages, pages, print, report_pages};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    [pages_of_reports(), programs()].concat()
}

fn pages_of_reports() -> Vec<Route> {
    use {line_pages as lines, report_pages as at};
    vec![
        get("/reports", REPORTS_SEE, pages::list),
        get("/reports/{month}", REPORTS_SEE, pages::register),
        get("/reports/{month}/{id}", REPORTS_SEE, at::show),
        get("/reports/{month}/{id}/print", REPORTS_SEE, print::print),
        get("/reports/{month}/{id}/rows/{figure}", REPORTS_SEE, lines::show),
        get("/reports/{month}/{id}/changes/{figure}", REPORTS_SEE, lines::changes),
        post("/reports/{month}/{id}/submit", REPORTS_SUBMIT, at::send),
        post("/reports/{month}/{id}/accept", REPORTS_DECIDE, at::accept),
        post("/reports/{month}/{id}/return", REPORTS_DECIDE, at::give_back),
        post("/reports/{month}/{id}/missing", REPORTS_DECIDE, at::note_missing),
        post("/reports/{month}/{id}/download", PEOPLE_EXPORT, download::download),
    ]
}

fn programs() -> Vec<Route> {
    vec![
        get_api("/api/v1/reports", REPORTS_SEE, api::list),
        get_api("/api/v1/reports/{month}/{id}", REPORTS_SEE, api::show),
        get_api("/api/v1/reports/{month}/{id}/rows/{figure}", REPORTS_SEE, api::rows),
        get_api("/api/v1/reports/{month}/{id}/changes/{figure}", REPORTS_SEE, api::changes),
        post_api("/api/v1/reports/{month}/{id}/submit", REPORTS_SUBMIT, api::submit),
        post_api("/api/v1/reports/{month}/{id}/accept", REPORTS_DECIDE, api::accept),
        post_api("/api/v1/reports/{month}/{id}/return", REPORTS_DECIDE, api::give_back),
        post_api("/api/v1/reports/{month}/{id}/missing", REPORTS_DECIDE, api::note_missing),
    ]
}

//! Visits and entrustments.

use crate::deeds;
use crate::visits::{answer_pages, api, batch, entrust_pages, ledger, pages, plan};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    [pages_of_visits(), pages_of_entrustments(), programs()].concat()
}

fn pages_of_visits() -> Vec<Route> {
    vec![
        get("/visits", deeds::VISITS_SEE, ledger::show),
        get("/visits/print", deeds::VISITS_SEE, ledger::print),
        get("/visits/plan", deeds::VISITS_SEE, plan::show),
        get("/visits/plan/print", deeds::VISITS_SEE, plan::print),
        post("/visits/plan/print", deeds::PEOPLE_REVEAL, plan::print_whole),
        get("/visits/batch", deeds::VISITS_RECORD, batch::show),
        post("/visits/batch", deeds::VISITS_RECORD, batch::save),
        get("/visits/{id}", deeds::VISITS_SEE, pages::show),
        get("/visits/{id}/void", deeds::VISITS_VOID, pages::void_form),
        post("/visits/{id}/void", deeds::VISITS_VOID, pages::void),
        get("/people/{id}/visits/new", deeds::VISITS_RECORD, pages::new_form),
        post("/people/{id}/visits", deeds::VISITS_RECORD, pages::save),
    ]
}

fn pages_of_entrustments() -> Vec<Route> {
    use {answer_pages as answers, entrust_pages as at};
    vec![
        get("/people/{id}/entrust", deeds::VISITS_ENTRUST, at::new_form),
        post("/people/{id}/entrust", deeds::VISITS_ENTRUST, at::ask),
        get("/entrustments", deeds::VISITS_SEE, at::list),
        get("/entrustments/{id}", deeds::VISITS_SEE, answers::show),
        get("/entrustments/{id}/letter", deeds::VISITS_SEE, answers::letter),
        post("/entrustments/{id}/answer", deeds::VISITS_ANSWER, answers::answer),
        post("/entrustments/{id}/withdraw", deeds::VISITS_ENTRUST, answers::withdraw),
    ]
}

fn programs() -> Vec<Route> {
    use deeds::{VISITS_ANSWER, VISITS_ENTRUST, VISITS_RECORD, VISITS_SEE, VISITS_VOID};
    vec![
        get_api("/api/v1/visits", VISITS_SEE, api::list),
        post_api("/api/v1/visits", VISITS_RECORD, api::record),
        get_api("/api/v1/visits/{id}", VISITS_SEE, api::show),
        post_api("/api/v1/visits/{id}/void", VISITS_VOID, api::void),
        post_api("/api/v1/people/{id}/visits", VISITS_RECORD, api::record_of),
        get_api("/api/v1/entrustments", VISITS_SEE, api::entrustments),
        get_api("/api/v1/entrustments/{id}", VISITS_SEE, api::entrustment),
        post_api("/api/v1/people/{id}/entrustments", VISITS_ENTRUST, api::ask),
        post_api("/api/v1/entrustments/{id}/answer", VISITS_ANSWER, api::answer),
        post_api("/api/v1/entrustments/{id}/withdraw", VISITS_ENTRUST, api::withdraw),
    ]
}

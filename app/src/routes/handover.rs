//! Handing retirees over, from the enterprise to the station.

use crate::deeds::{HANDOVER_RECEIVE, HANDOVER_REVIEW, HANDOVER_SEE, HANDOVER_SEND};
use crate::handover::{
    api, api_acts as acts, batch_pages as batch, desk_pages as desk, pages, people_pages as people,
    print, slip_pages as slip,
};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/handovers", HANDOVER_SEE, pages::list),
        post("/handovers", HANDOVER_REVIEW, pages::save),
        get("/handovers/new", HANDOVER_REVIEW, pages::new_form),
        get("/handovers/slips", HANDOVER_SEE, pages::slip_list),
        get("/handovers/slips/{id}", HANDOVER_SEE, slip::show),
        post("/handovers/slips/{id}", HANDOVER_RECEIVE, slip::answer),
        get("/handovers/slips/{id}/print", HANDOVER_SEE, print::slip),
        get("/handovers/people/{id}", HANDOVER_SEE, desk::show),
        post("/handovers/people/{id}", HANDOVER_REVIEW, desk::save),
        get("/handovers/people/{id}/edit", HANDOVER_REVIEW, desk::edit_form),
        post("/handovers/people/{id}/papers", HANDOVER_REVIEW, desk::papers),
        get("/handovers/{id}", HANDOVER_SEE, batch::show),
        get("/handovers/{id}/people", HANDOVER_SEE, people::list),
        post("/handovers/{id}/people", HANDOVER_SEND, people::act),
        get("/handovers/{id}/enter", HANDOVER_REVIEW, desk::enter_form),
        post("/handovers/{id}/enter", HANDOVER_REVIEW, desk::save_new),
        post("/handovers/{id}/papers", HANDOVER_REVIEW, batch::papers),
        post("/handovers/{id}/pass", HANDOVER_REVIEW, batch::pass),
        post("/handovers/{id}/send", HANDOVER_SEND, batch::send),
        post("/handovers/{id}/agreement", HANDOVER_REVIEW, batch::save_agreement),
        post("/handovers/{id}/close", HANDOVER_REVIEW, batch::end),
        get("/handovers/{id}/roll", HANDOVER_SEE, print::roll),
        get("/handovers/{id}/forms", HANDOVER_SEE, print::forms),
        get("/handovers/{id}/paper", HANDOVER_REVIEW, print::paper),
        get("/handovers/people/{id}/form", HANDOVER_SEE, print::one_form),
        get_api("/api/v1/handovers", HANDOVER_SEE, api::list),
        post_api("/api/v1/handovers", HANDOVER_REVIEW, acts::make),
        get_api("/api/v1/handovers/slips", HANDOVER_SEE, api::slips),
        get_api("/api/v1/handovers/slips/{id}", HANDOVER_SEE, api::slip),
        post_api("/api/v1/handovers/slips/{id}/answer", HANDOVER_RECEIVE, acts::answer),
        get_api("/api/v1/handovers/{id}", HANDOVER_SEE, api::show),
        get_api("/api/v1/handovers/{id}/people", HANDOVER_SEE, api::people),
        post_api("/api/v1/handovers/{id}/enter", HANDOVER_REVIEW, acts::enter),
        post_api("/api/v1/handovers/{id}/decide", HANDOVER_SEND, acts::decide),
        post_api("/api/v1/handovers/{id}/send", HANDOVER_SEND, acts::send),
        post_api("/api/v1/handovers/{id}/agreement", HANDOVER_REVIEW, acts::agreement),
        post_api("/api/v1/handovers/{id}/close", HANDOVER_REVIEW, acts::end),
    ]
}

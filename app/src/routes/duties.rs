//! What is to be done: the home page, the lists, one duty with its reasons, outcomes.

use crate::deeds;
use crate::duties::{api, pages, show};
use crate::home::home;
use crate::web::{Gate, Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/", Gate::SignedIn, home),
        get("/duties", deeds::DUTIES_SEE, pages::list),
        post("/duties/outcomes", deeds::DUTIES_SETTLE, pages::settle),
        get("/duties/{id}", deeds::DUTIES_SEE, show::show),
        post("/duties/{id}/outcome", deeds::DUTIES_SETTLE, show::settle),
        get_api("/api/v1/duties", deeds::DUTIES_SEE, api::list),
        get_api("/api/v1/duties/{id}", deeds::DUTIES_SEE, api::show),
        post_api("/api/v1/duties/outcomes", deeds::DUTIES_SETTLE, api::settle),
    ]
}

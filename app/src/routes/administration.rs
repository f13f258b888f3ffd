//! The law, and later what administrators do.

use crate::deeds::LAW_SEE;
use crate::law;
use crate::web::{Route, get, get_api};

pub fn routes() -> Vec<Route> {
    readings()
}

fn readings() -> Vec<Route> {
    vec![
        get("/law", LAW_SEE, law::pages::list),
        get("/law/{rule}", LAW_SEE, law::pages::show),
        get_api("/api/v1/law", LAW_SEE, law::api::list),
        get_api("/api/v1/law/{rule}", LAW_SEE, law::api::show),
    ]
}

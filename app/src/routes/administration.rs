//! The law, the audit trail, and what administrators do.

use crate::deeds::{AUDIT_SEE, LAW_SEE};
use crate::web::{Route, get, get_api, post, post_api};
use crate::{audit, law};

pub fn routes() -> Vec<Route> {
    readings()
}

fn readings() -> Vec<Route> {
    vec![
        get("/law", LAW_SEE, law::pages::list),
        get("/law/{rule}", LAW_SEE, law::pages::show),
        get_api("/api/v1/law", LAW_SEE, law::api::list),
        get_api("/api/v1/law/{rule}", LAW_SEE, law::api::show),
        get("/audit", AUDIT_SEE, audit::pages::list),
        post("/audit/verify", AUDIT_SEE, audit::pages::verify),
        get_api("/api/v1/audit", AUDIT_SEE, audit::api::list),
        post_api("/api/v1/audit/verify", AUDIT_SEE, audit::api::verify),
    ]
}

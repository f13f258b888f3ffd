//! `routes`: the route table as JSON, for scripts that walk every page.

use std::process::ExitCode;

use crate::web::{Gate, Kind};

pub fn print() -> ExitCode {
    let rows = crate::routes::table().into_iter().map(|route| {
        let kind = match route.kind {
            Kind::Page => "page",
            Kind::Form => "form",
            Kind::Api => "api",
        };
        let deed = match route.gate {
            Gate::Deed(deed) => deed.code(),
            Gate::SignedIn => "signed-in",
            Gate::Halfway => "halfway",
            Gate::Entering => "entering",
            Gate::Anyone => "anyone",
        };
        serde_json::json!({
            "method": route.method, "path": route.path, "kind": kind, "deed": deed,
        })
    });
    println!("{}", serde_json::Value::Array(rows.collect()));
    ExitCode::SUCCESS
}

//! The API as a program meets it: described whole, and nothing done twice.

use std::collections::BTreeSet;

use songhe::routes;
use songhe::web::Kind;

use crate::world::World;

/// The description names every route of the API and nothing else.
#[test]
fn the_description_is_the_route_table() {
    let described: BTreeSet<String> = songhe::openapi::description()
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = [("GET", &item.get), ("POST", &item.post), ("PATCH", &item.patch)];
            let told = methods.into_iter().filter(|(_, operation)| operation.is_some());
            told.map(|(method, _)| format!("{method} {path}")).collect::<Vec<_>>()
        })
        .collect();
    let routed: BTreeSet<String> = routes::table()
        .iter()
        .filter(|route| route.kind == Kind::Api && route.path != "/api/v1/openapi.json")
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert!(routed.len() > 5, "{routed:?}");
    assert_eq!(described, routed);
}

#[tokio::test]
async fn the_description_is_served_to_anyone() {
    let world = World::sqlite(crate::world::TODAY).await;
    let request = axum::http::Request::get("/api/v1/openapi.json");
    let answer = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200);
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let record = &told["paths"]["/api/v1/people/{id}/visits"]["post"];
    let parameters = record["parameters"].as_array().unwrap();
    assert!(parameters.iter().any(|p| p["name"] == "Idempotency-Key"), "{record}");
    assert!(record["responses"]["default"]["content"]["application/problem+json"].is_object());
    assert_eq!(told["components"]["securitySchemes"]["token"]["scheme"], "bearer");
}

/// Statuses that the house gives at all.
const GIVEN: &[&str] = &["200", "401", "403", "404", "409", "412", "422", "429", "503", "default"];

/// What an operation says of its answers holds together: done is 200, what is named in the path
/// may be missing, a change may come too late, and every refusal has its form.
#[test]
fn every_call_says_what_it_may_answer() {
    let told = serde_json::to_value(songhe::openapi::description()).unwrap();
    let mut faults = Vec::new();
    for (path, item) in told["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            let mut must = vec!["200", "default"];
            must.extend(path.contains('{').then_some("404"));
            must.extend((method == "patch").then_some("412"));
            for status in must.iter().filter(|status| !responses.contains_key(**status)) {
                faults.push(format!("{method} {path} does not tell of {status}"));
            }
            for status in responses.keys().filter(|status| !GIVEN.contains(&status.as_str())) {
                faults.push(format!("{method} {path} tells of {status}, which is never given"));
            }
            let named: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_path = parameters.iter().filter(|one| one["in"] == "path");
            let told: BTreeSet<&str> = in_path.filter_map(|one| one["name"].as_str()).collect();
            if named != told {
                faults.push(format!("{method} {path} tells of {told:?} in its path"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

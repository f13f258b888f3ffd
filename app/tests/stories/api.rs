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

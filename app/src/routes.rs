//! Every route of the house, one line each: method, path, who may pass, who answers.

mod accounts;
mod acts;
mod administration;
mod archives;
mod cards;
mod duties;
mod export;
mod groups;
mod handover;
mod import;
mod orgs;
mod papers;
mod people;
mod policies;
mod reports;
mod visits;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use kernel::Problem;

use crate::help;
use crate::web::gate::{FILE_LIMIT, Post, keep};
use crate::web::{Gate, Kind, Route, Shared, get, get_api, meter, post, problem_page, upload};

/// The whole table. The permission matrix, the sweep of every page and the API's description
/// are generated from it.
#[must_use]
pub fn table() -> Vec<Route> {
    [
        house(),
        work(),
        duties::routes(),
        people::routes(),
        visits::routes(),
        archives::routes(),
        groups::routes(),
        papers::routes(),
        cards::routes(),
        handover::routes(),
        acts::routes(),
        reports::routes(),
        accounts::routes(),
        orgs::routes(),
        import::routes(),
        policies::routes(),
        administration::routes(),
        export::routes(),
    ]
    .concat()
}

fn house() -> Vec<Route> {
    use crate::accounts::pages as at;
    vec![
        get("/sign-in", Gate::Anyone, at::sign_in_form),
        post("/sign-in", Gate::Anyone, at::sign_in),
        post("/sign-out", Gate::Halfway, at::sign_out),
        get("/me/password", Gate::Entering, at::password_form),
        post("/me/password", Gate::Entering, at::change_password),
        get("/healthz", Gate::Anyone, || async { "ok" }),
        get("/readyz", Gate::Anyone, ready),
        get("/metrics", Gate::Anyone, metrics),
        get("/assets/{name}", Gate::Anyone, asset),
        get("/favicon.ico", Gate::Anyone, icon),
        get("/help", Gate::Anyone, help::page),
    ]
}

fn work() -> Vec<Route> {
    vec![get_api("/api/v1/openapi.json", Gate::Anyone, crate::openapi::show)]
}

/// The router: every route behind its gate, and what holds for all answers.
pub fn router(app: Shared) -> Router {
    let mut router = Router::new();
    for route in table() {
        let post = Post { app: app.clone(), gate: route.gate, kind: route.kind };
        let gated = route.handler.layer(middleware::from_fn_with_state(post, keep));
        router = router.route(route.path, gated);
    }
    router
        .fallback(nowhere)
        .with_state(app.clone())
        .layer(RequestBodyLimitLayer::new(FILE_LIMIT))
        .layer(middleware::from_fn_with_state(app, bounded))
        .layer(CatchPanicLayer::new())
        .layer(middleware::map_response(guard_headers))
        .layer(CompressionLayer::new())
}

const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("strict-transport-security", "max-age=31536000"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// What every answer carries; pages are never kept by a cache.
async fn guard_headers(mut response: Response) -> Response {
    meter::count(response.status());
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(*name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn ready(State(app): State<Shared>) -> Response {
    match app.db.migrated().await {
        Ok(_) => "ready".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database").into_response(),
    }
}

async fn metrics(State(app): State<Shared>) -> String {
    meter::text(app.db.migrated().await)
}

async fn icon() -> Response {
    let icon = frame::assets::path("songhe.svg");
    axum::response::Redirect::permanent(&icon).into_response()
}

/// Whatever is in no line of the table does not exist, for everybody alike.
async fn nowhere(State(app): State<Shared>, uri: Uri) -> Response {
    told(app, &uri, Problem::NotFound.into_response())
}

/// A body that says beforehand that it is too large is refused before it comes.
async fn bounded(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let n_bytes = length.and_then(|n| n.to_str().ok()).and_then(|n| n.parse::<usize>().ok());
    if n_bytes.is_none_or(|n_bytes| n_bytes <= FILE_LIMIT) {
        return next.run(request).await;
    }
    told(app, request.uri(), upload::too_large().into_response())
}

/// A problem on a page of its own, or as the API tells it.
fn told(app: Shared, uri: &Uri, problem: Response) -> Response {
    let kind = if uri.path().starts_with("/api/") { Kind::Api } else { Kind::Page };
    let post = Post { app, gate: Gate::Anyone, kind };
    problem_page::dress(&post, None, uri.path(), problem)
}

async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = frame::assets::find(&format!("/assets/{name}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.mime),
        (header::CACHE_CONTROL, "max-age=31536000, immutable"),
    ];
    (headers, asset.bytes).into_response()
}

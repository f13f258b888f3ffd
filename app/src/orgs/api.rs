//! Organisations over the API.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::Problem;

use super::{Caller, Done, Org, Wanted, store};
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

/// An organisation as the API tells it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct OrgOut {
    pub id: i64,
    pub code: String,
    pub kind: String,
    pub level: String,
    pub parent: Option<i64>,
    pub name: String,
    pub opened_on: String,
    pub closed_on: Option<String>,
    pub version: i64,
}

impl From<Org> for OrgOut {
    fn from(org: Org) -> Self {
        Self {
            id: org.id,
            code: org.code,
            kind: org.kind,
            level: org.level,
            parent: org.parent,
            name: org.name,
            opened_on: org.opened_on.to_string(),
            closed_on: org.closed_on.map(|day| day.to_string()),
            version: org.version,
        }
    }
}

/// A page of organisations; `next` is the `after` of the page that follows.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct OrgsOut {
    pub items: Vec<OrgOut>,
    pub next: Option<String>,
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct OrgIn {
    pub code: String,
    pub kind: String,
    pub name: String,
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct NameIn {
    pub name: String,
}

/// The version in `If-Match`, on which a change is based.
///
/// # Errors
/// A field problem when it is missing or no number.
pub fn if_match(headers: &HeaderMap) -> Result<i64, Problem> {
    let told = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    let number = told.and_then(|told| told.trim().trim_matches('"').parse().ok());
    let sentence = "请在请求头 If-Match 中给出所依据的版本号";
    number.ok_or_else(|| Problem::field("If-Match", sentence))
}

/// Rows of a page of the API: 50 unless asked otherwise, at most 200.
#[must_use]
pub fn limit(asked: &crate::web::Fields) -> i64 {
    asked.number("limit").unwrap_or(50).clamp(1, 200)
}

/// What was sent as JSON.
///
/// # Errors
/// A refusal when it is not of the shape that is expected.
pub fn body<T>(sent: Result<Json<T>, axum::extract::rejection::JsonRejection>) -> Result<T, Problem> {
    match sent {
        Ok(Json(body)) => Ok(body),
        Err(cause) => Err(Problem::field("", format!("请求内容无法识别：{}", cause.body_text()))),
    }
}

#[utoipa::path(get, path = "/api/v1/orgs", params(
    ("q" = Option<String>, Query), ("after" = Option<String>, Query),
    ("limit" = Option<i64>, Query)), responses((status = 200, body = OrgsOut)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<OrgsOut>, Problem> {
    let (limit, after) = (limit(&asked), asked.get("after"));
    let mut reader = app.db.clone();
    let scope = actor.scope();
    let mut found =
        store::search(&mut reader, &scope, asked.get("q"), after, limit + 1).await?;
    let more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let last = found.last().filter(|_| more);
    let next = last.map(|org| format!("{}/{}", org.code, org.kind));
    Ok(Json(OrgsOut { items: found.into_iter().map(OrgOut::from).collect(), next }))
}

#[utoipa::path(get, path = "/api/v1/orgs/{id}", params(("id" = i64, Path)),
    responses((status = 200, body = OrgOut), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<OrgOut>, Problem> {
    let org = super::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(Json(org.into()))
}

#[utoipa::path(post, path = "/api/v1/orgs", request_body = OrgIn,
    responses((status = 201, body = Done), (status = 422)))]
pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    sent: Result<Json<OrgIn>, axum::extract::rejection::JsonRejection>,
) -> Result<Response, Problem> {
    let OrgIn { code, kind, name } = body(sent)?;
    let wanted = Wanted { code, kind, name: name.trim().to_owned() };
    let done = super::set_up(&app, &actor, &wanted, Caller::Api).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

#[utoipa::path(patch, path = "/api/v1/orgs/{id}", request_body = NameIn,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = Done), (status = 404), (status = 412), (status = 422)))]
pub async fn rename(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
    sent: Result<Json<NameIn>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<Done>, Problem> {
    // What is not there is told before what is missing in the request.
    super::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let version = if_match(&headers)?;
    let name = body(sent)?.name;
    let done = super::rename(&app, &actor, (id, version), name.trim(), Caller::Api).await?;
    Ok(Json(done))
}

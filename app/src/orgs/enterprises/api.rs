//! Enterprises over the API.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::Problem;

use super::{Enterprise, SameName, Typed, store};
use crate::orgs::api::{body, if_match, limit};
use crate::orgs::{Caller, Done};
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

/// An enterprise as the API tells it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct EnterpriseOut {
    pub id: i64,
    pub name: String,
    pub credit_code: String,
    /// What is worth a second look in the credit code: `form`, `check`, `org_check`.
    pub findings: Vec<String>,
    pub closed_on: Option<String>,
    pub version: i64,
}

impl From<Enterprise> for EnterpriseOut {
    fn from(known: Enterprise) -> Self {
        let findings = known.finding.split(',').filter(|code| !code.is_empty());
        Self {
            id: known.id,
            findings: findings.map(str::to_owned).collect(),
            name: known.name,
            credit_code: known.credit_code,
            closed_on: known.closed_on,
            version: known.version,
        }
    }
}

/// A page of enterprises; `next` is the `after` of the page that follows.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct EnterprisesOut {
    pub items: Vec<EnterpriseOut>,
    pub next: Option<i64>,
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct EnterpriseIn {
    pub name: String,
    #[serde(default)]
    pub credit_code: String,
    /// Says that the enterprise of the same name is another one.
    #[serde(default)]
    pub same_name: bool,
}

impl EnterpriseIn {
    fn typed(&self) -> Typed {
        let same_name = if self.same_name { SameName::IsAnother } else { SameName::NotSeen };
        Typed::new(&self.name, &self.credit_code, same_name)
    }
}

#[utoipa::path(get, path = "/api/v1/enterprises", params(
    ("q" = Option<String>, Query), ("after" = Option<i64>, Query),
    ("limit" = Option<i64>, Query)), responses((status = 200, body = EnterprisesOut)))]
pub async fn list(
    State(app): State<Shared>,
    Me(_): Me,
    Asked(asked): Asked,
) -> Result<Json<EnterprisesOut>, Problem> {
    let limit = limit(&asked);
    let after = asked.number("after").unwrap_or(0);
    let search = store::Search { words: asked.get("q"), after, limit: limit + 1 };
    let mut found = store::search(&mut app.db.clone(), &search).await?;
    let more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| last.id);
    Ok(Json(EnterprisesOut { items: found.into_iter().map(EnterpriseOut::from).collect(), next }))
}

#[utoipa::path(get, path = "/api/v1/enterprises/{id}", params(("id" = i64, Path)),
    responses((status = 200, body = EnterpriseOut), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(_): Me,
    Path(id): Path<i64>,
) -> Result<Json<EnterpriseOut>, Problem> {
    let known = store::find(&mut app.db.clone(), id).await?.ok_or(Problem::NotFound)?;
    Ok(Json(known.into()))
}

#[utoipa::path(post, path = "/api/v1/enterprises", request_body = EnterpriseIn,
    responses((status = 201, body = Done), (status = 422)))]
pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    sent: Result<Json<EnterpriseIn>, JsonRejection>,
) -> Result<Response, Problem> {
    let typed = body(sent)?.typed();
    let done = super::enter(&app, &actor, &typed, Caller::Api).await?;
    Ok((StatusCode::CREATED, Json(done)).into_response())
}

#[utoipa::path(patch, path = "/api/v1/enterprises/{id}", request_body = EnterpriseIn,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = Done), (status = 404), (status = 412), (status = 422)))]
pub async fn change(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
    sent: Result<Json<EnterpriseIn>, JsonRejection>,
) -> Result<Json<Done>, Problem> {
    store::find(&mut app.db.clone(), id).await?.ok_or(Problem::NotFound)?;
    let version = if_match(&headers)?;
    let typed = body(sent)?.typed();
    let done = super::change(&app, &actor, (id, version), &typed, Caller::Api).await?;
    Ok(Json(done))
}

#[utoipa::path(post, path = "/api/v1/enterprises/{id}/close",
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = Done), (status = 404), (status = 412)))]
pub async fn close(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Json<Done>, Problem> {
    store::find(&mut app.db.clone(), id).await?.ok_or(Problem::NotFound)?;
    let version = if_match(&headers)?;
    Ok(Json(super::close(&app, &actor, (id, version), Caller::Api).await?))
}

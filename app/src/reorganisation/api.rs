//! One organisation over the API: closed, merged, split and re-coded.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kernel::Problem;

use super::{close, merge, places, renumber, split};
use crate::deeds;
use crate::orgs::api::OrgOut;
use crate::orgs::history::Happened;
use crate::orgs::{self, Caller, Done, history};
use crate::web::{Me, Sent, Shared, Version};

/// An organisation with what it serves and what happened to it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct OrgWhole {
    #[serde(flatten)]
    pub org: OrgOut,
    /// Retirees under management at and below it; absent for posts that see no retirees.
    pub n_retirees: Option<i64>,
    /// The newest first, at most 200.
    pub history: Vec<Happened>,
}

#[utoipa::path(get, path = "/api/v1/orgs/{id}", tag = "orgs", params(("id" = i64, Path)),
    responses((status = 200, body = OrgWhole), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<OrgWhole>, Problem> {
    let mut reader = app.db.clone();
    let org = orgs::find(&mut reader, &actor.scope(), id).await?;
    let n_retirees = match actor.can(deeds::PEOPLE_SEE) && org.closed_on.is_none() {
        true => Some(places::n_served(&mut reader, &org.code).await?),
        false => None,
    };
    let history = history::of(&mut reader, id).await?;
    Ok(Json(OrgWhole { org: org.into(), n_retirees, history }))
}

#[utoipa::path(post, path = "/api/v1/orgs/{id}/close", tag = "orgs",
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读取时的版本号")),
    responses((status = 200, body = Done), (status = 404),
        (status = 409, description = "还有人员、账号或下级机构"), (status = 412)))]
pub async fn close(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
) -> Result<Json<Done>, Problem> {
    orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let Version(version) = version?;
    Ok(Json(close::close(&app, &actor, (id, version), Caller::Api).await?))
}

/// Into which organisation another one is merged. With `dry_run` nothing is written.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MergeIn {
    pub into: i64,
    pub document: String,
    /// Everybody whose records are there, as the dry run told.
    pub n_people: i64,
    pub dry_run: bool,
}

#[utoipa::path(post, path = "/api/v1/orgs/{id}/merge", tag = "orgs", request_body = MergeIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读取时的版本号")),
    responses((status = 200, body = Done, description = "dry_run 时为将要发生的变化"),
        (status = 404), (status = 409), (status = 412), (status = 422)))]
pub async fn merge(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    sent: Result<Sent<MergeIn>, Problem>,
) -> Result<Response, Problem> {
    orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let (Version(version), Sent(sent)) = (version?, sent?);
    if sent.dry_run {
        let (from, _) = merge::pair(&mut app.db.clone(), &actor, (id, sent.into)).await?;
        return Ok(Json(merge::effect(&app, &from).await?).into_response());
    }
    let document = sent.document.trim();
    let wish = merge::Wish { into: sent.into, document, n_people: sent.n_people };
    Ok(Json(merge::merge(&app, &actor, (id, version), wish, Caller::Api).await?).into_response())
}

/// The new code of an organisation.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct CodeIn {
    pub code: String,
    pub document: String,
}

#[utoipa::path(post, path = "/api/v1/orgs/{id}/recode", tag = "orgs", request_body = CodeIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读取时的版本号")),
    responses((status = 200, body = Done), (status = 404), (status = 409), (status = 412),
        (status = 422)))]
pub async fn recode(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    sent: Result<Sent<CodeIn>, Problem>,
) -> Result<Json<Done>, Problem> {
    orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let (Version(version), Sent(sent)) = (version?, sent?);
    let wish = (sent.code.trim(), sent.document.trim());
    Ok(Json(renumber::renumber(&app, &actor, (id, version), wish, Caller::Api).await?))
}

/// Who is given to which station; at most 500 people.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct SplitIn {
    pub into: i64,
    pub people: Vec<i64>,
    pub document: String,
}

#[utoipa::path(post, path = "/api/v1/orgs/{id}/split", tag = "orgs", request_body = SplitIn,
    params(("id" = i64, Path)),
    responses((status = 200, body = Done), (status = 404), (status = 409), (status = 412),
        (status = 422)))]
pub async fn split(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    sent: Result<Sent<SplitIn>, Problem>,
) -> Result<Json<Done>, Problem> {
    orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let Sent(sent) = sent?;
    let wish =
        split::Wish { into: sent.into, people: &sent.people, document: sent.document.trim() };
    Ok(Json(split::split(&app, &actor, id, wish, Caller::Api).await?))
}

//! One organisation over the API, and its closing.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;

use super::{close, places};
use crate::deeds;
use crate::orgs::api::OrgOut;
use crate::orgs::history::Happened;
use crate::orgs::{self, Caller, Done, history};
use crate::web::{Me, Shared, Version};

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

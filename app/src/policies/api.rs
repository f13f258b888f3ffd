//! Local figures for programs.

use axum::Json;
use axum::extract::{Path, State};
use kernel::{Actor, Problem};
use serde::{Deserialize, Serialize};

use super::decide::{self, Policy, Proposal, Verdict};
use super::store::Wish;
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

/// A local figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PolicyOut {
    pub id: i64,
    pub org: String,
    pub figure: String,
    pub from_day: String,
    pub value: i64,
    pub cite: String,
    pub quote: String,
    /// `proposed`, `approved` or `rejected`.
    pub state: String,
    pub proposed_by: String,
    pub proposed_on: String,
    pub decided_by: Option<String>,
    pub decided_on: Option<String>,
    pub reason: String,
    pub version: i64,
}

/// A page of local figures; `next` is the `after` of the following page.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PoliciesOut {
    pub items: Vec<PolicyOut>,
    pub next: Option<String>,
}

/// A figure to be proposed for one's own city or district.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct PolicyIn {
    pub figure: String,
    /// ISO day.
    pub from_day: String,
    pub value: i64,
    /// 文号.
    pub cite: String,
    /// 原文.
    pub quote: String,
}

/// The second person's decision.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct DecisionIn {
    /// `approve` or `reject`.
    pub verdict: String,
    #[serde(default)]
    pub reason: String,
}

impl From<Policy> for PolicyOut {
    fn from(policy: Policy) -> Self {
        Self {
            id: policy.id,
            org: policy.org,
            figure: policy.figure,
            from_day: policy.from_day.to_string(),
            value: policy.value,
            cite: policy.cite,
            quote: policy.quote,
            state: policy.state,
            proposed_by: policy.proposed_name,
            proposed_on: policy.proposed_on.to_string(),
            decided_by: policy.decided_name,
            decided_on: policy.decided_on.map(|on| on.to_string()),
            reason: policy.reason,
            version: policy.version,
        }
    }
}

#[utoipa::path(get, path = "/api/v1/policies",
    params(("figure" = Option<String>, Query), ("state" = Option<String>, Query),
        ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, body = PoliciesOut)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<PoliciesOut>, Problem> {
    let limit = asked.number("limit").unwrap_or(50).clamp(1, 200);
    let wish = Wish {
        figure: asked.get("figure").to_owned(),
        state: asked.get("state").to_owned(),
        before: asked.number("after").unwrap_or(i64::MAX),
        limit,
    };
    let found = decide::list(&app, &actor, &wish).await?;
    let is_full = i64::try_from(found.len()).is_ok_and(|n| n == limit);
    let next = found.last().filter(|_| is_full).map(|last| last.id.to_string());
    Ok(Json(PoliciesOut { items: found.into_iter().map(PolicyOut::from).collect(), next }))
}

#[utoipa::path(get, path = "/api/v1/policies/{id}", params(("id" = i64, Path)),
    responses((status = 200, body = PolicyOut), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<PolicyOut>, Problem> {
    read(&app, &actor, id).await
}

async fn read(app: &Shared, actor: &Actor, id: i64) -> Result<Json<PolicyOut>, Problem> {
    Ok(Json(decide::find(app, actor, id).await?.into()))
}

#[utoipa::path(post, path = "/api/v1/policies", request_body = PolicyIn,
    responses((status = 200, body = PolicyOut), (status = 422)))]
pub async fn propose(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(asked): Sent<PolicyIn>,
) -> Result<Json<PolicyOut>, Problem> {
    let from_day = rules::days::parse_day(&asked.from_day)
        .map_err(|cause| Problem::field("from_day", cause.to_string()))?;
    let new = Proposal {
        figure: asked.figure,
        from_day,
        value: asked.value,
        cite: asked.cite.trim().to_owned(),
        quote: asked.quote.trim().to_owned(),
    };
    let id = match decide::propose(&app, &actor, &new).await {
        Err(Problem::Repeat(outcome)) => {
            outcome.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(0)
        }
        other => other?,
    };
    read(&app, &actor, id).await
}

#[utoipa::path(post, path = "/api/v1/policies/{id}/decide", request_body = DecisionIn,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = PolicyOut), (status = 404), (status = 409),
        (status = 412), (status = 422)))]
pub async fn decide(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Version(version): Version,
    Sent(asked): Sent<DecisionIn>,
) -> Result<Json<PolicyOut>, Problem> {
    let verdict = Verdict::parse(&asked.verdict)?;
    let said = (verdict, asked.reason.trim());
    match decide::decide(&app, &actor, (id, version), said).await {
        Ok(()) | Err(Problem::Repeat(_)) => read(&app, &actor, id).await,
        Err(problem) => Err(problem),
    }
}

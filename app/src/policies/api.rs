//! Local figures for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use kernel::{Actor, Problem};
use rules::law::InForce;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::decide::{self, Caller, Policy, Proposal, Verdict};
use super::figures::DELEGATED;
use super::store::{self, Wish};
use super::what_ifs::{self, RuleChange};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

/// A local figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PolicyOut {
    pub id: i64,
    /// Division code of the city or district that it is for.
    pub org: String,
    pub place: String,
    pub figure: String,
    pub from_day: String,
    pub value: i64,
    pub issued_on: String,
    pub cite: String,
    pub quote: String,
    /// `proposed`, `approved`, `refused` or `withdrawn`.
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

/// A value in force today with its sentence.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HoldsOut {
    pub value: i64,
    pub from: String,
    pub cite: String,
    pub quote: String,
    pub is_local: bool,
}

/// A figure that a place may decide.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DelegatedOut {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// The values that a place may decide, in words.
    pub allowed: String,
    pub national: Option<HoldsOut>,
    /// What holds in the caller's place.
    pub here: Option<HoldsOut>,
}

/// Every figure that a place may decide.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DelegatedsOut {
    pub items: Vec<DelegatedOut>,
}

/// A figure to be proposed for the caller's own city or district.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PolicyIn {
    pub figure: String,
    /// ISO day: the first on which it holds.
    pub from_day: String,
    pub value: Option<i64>,
    /// ISO day of the document.
    pub issued_on: String,
    /// Title, number and article of the document.
    pub cite: String,
    /// The sentence, verbatim.
    pub quote: String,
}

/// The second person's decision.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PolicyDecisionIn {
    /// `approve` or `refuse`.
    pub verdict: String,
    pub reason: String,
}

/// What a proposal would change on a day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WhatIfOut {
    pub policy: i64,
    pub day: String,
    pub n_people: i64,
    /// Whether everybody was looked at, and nothing has changed since in the law or the day.
    pub is_ready: bool,
    /// Empty until everybody was looked at.
    pub changes: Vec<RuleChangeOut>,
}

/// What would become of the duties of one rule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RuleChangeOut {
    pub rule: String,
    pub n_appears: i64,
    pub n_late: i64,
    pub n_moves: i64,
    pub n_vanishes: i64,
}

impl From<Policy> for PolicyOut {
    fn from(policy: Policy) -> Self {
        Self {
            id: policy.id,
            org: policy.org,
            place: policy.place,
            figure: policy.figure,
            from_day: policy.from_day.to_string(),
            value: policy.value,
            issued_on: policy.issued_on.to_string(),
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

impl From<RuleChange> for RuleChangeOut {
    fn from(of: RuleChange) -> Self {
        let RuleChange { rule, n_appears, n_late, n_moves, n_vanishes } = of;
        Self { rule, n_appears, n_late, n_moves, n_vanishes }
    }
}

impl From<InForce<'_>> for HoldsOut {
    fn from(now: InForce<'_>) -> Self {
        Self {
            value: now.value,
            from: now.from.to_string(),
            cite: now.cite.to_owned(),
            quote: now.quote.to_owned(),
            is_local: now.is_local(),
        }
    }
}

#[utoipa::path(get, path = "/api/v1/policies", tag = "policies",
    params(("figure" = Option<String>, Query), ("state" = Option<String>, Query),
        ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, body = PoliciesOut)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<PoliciesOut>, Problem> {
    let limit = asked.limit();
    let before = asked.number("after").unwrap_or(i64::MAX);
    let wish = Wish { before, ..Wish::first(asked.get("figure"), asked.get("state"), limit) };
    let found = store::list(&mut app.db.clone(), (&actor.scope(), &actor.org), &wish).await?;
    let is_full = i64::try_from(found.len()).is_ok_and(|n| n == limit);
    let next = found.last().filter(|_| is_full).map(|last| last.id.to_string());
    Ok(Json(PoliciesOut { items: found.into_iter().map(PolicyOut::from).collect(), next }))
}

#[utoipa::path(get, path = "/api/v1/policies/figures", tag = "policies",
    responses((status = 200, body = DelegatedsOut)))]
pub async fn delegated(
    State(app): State<Shared>,
    Me(actor): Me,
) -> Result<Json<DelegatedsOut>, Problem> {
    let (laws, today) = (app.laws().await?, app.today());
    let here = laws.law(&actor.org);
    let items = DELEGATED.iter().filter_map(|delegated| {
        let figure = laws.national().figures().find(|known| known.id == delegated.id)?;
        Some(DelegatedOut {
            id: figure.id.clone(),
            name: figure.name.clone(),
            unit: figure.unit.clone(),
            allowed: delegated.allowed.in_words(&figure.unit),
            national: figure.on(today).map(HoldsOut::from),
            here: here.figure(delegated.id).on(today).ok().map(HoldsOut::from),
        })
    });
    Ok(Json(DelegatedsOut { items: items.collect() }))
}

#[utoipa::path(get, path = "/api/v1/policies/{id}", tag = "policies", params(("id" = i64, Path)),
    responses((status = 200, body = PolicyOut), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<PolicyOut>, Problem> {
    Ok(Json(decide::find(&mut app.db.clone(), &actor, id).await?.into()))
}

#[utoipa::path(post, path = "/api/v1/policies", tag = "policies", request_body = PolicyIn,
    responses((status = 200, description = "已提出"), (status = 409), (status = 422)))]
pub async fn propose(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<PolicyIn>,
) -> Result<Json<Value>, Problem> {
    let day = |field, text: &str| {
        text.parse().map_err(|_| Problem::field(field, "日期应为“2026-11-23”的样式"))
    };
    let new = Proposal {
        from_day: day("from_day", &sent.from_day)?,
        issued_on: day("issued_on", &sent.issued_on)?,
        value: sent.value.ok_or_else(|| Problem::field("value", "请填写整数"))?,
        figure: sent.figure,
        cite: sent.cite.trim().to_owned(),
        quote: sent.quote.trim().to_owned(),
    };
    let id = decide::propose(&app, &actor, &new, Caller::Api).await?;
    Ok(Json(decide::told(id, "proposed")))
}

#[utoipa::path(post, path = "/api/v1/policies/{id}/decide", tag = "policies",
    request_body = PolicyDecisionIn, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, description = "已审批"), (status = 404), (status = 409),
        (status = 412), (status = 422)))]
pub async fn decide(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<PolicyDecisionIn>,
) -> Result<Json<Value>, Problem> {
    decide::find(&mut app.db.clone(), &actor, id).await?;
    let Version(version) = version?;
    let verdict = Verdict::parse(&sent.verdict)?;
    let said = (verdict, sent.reason.trim());
    decide::decide(&app, &actor, (id, version), said, Caller::Api).await?;
    Ok(Json(decide::told(id, verdict.state())))
}

#[utoipa::path(post, path = "/api/v1/policies/{id}/withdraw", tag = "policies",
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, description = "已撤回"), (status = 404), (status = 409),
        (status = 412)))]
pub async fn withdraw(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
) -> Result<Json<Value>, Problem> {
    decide::find(&mut app.db.clone(), &actor, id).await?;
    let Version(version) = version?;
    decide::withdraw(&app, &actor, (id, version), Caller::Api).await?;
    Ok(Json(decide::told(id, "withdrawn")))
}

/// What was worked out of a proposal's effect; 404 until it was asked for by POST.
#[utoipa::path(get, path = "/api/v1/policies/{id}/what-if", tag = "policies",
    params(("id" = i64, Path)),
    responses((status = 200, body = WhatIfOut), (status = 404)))]
pub async fn what_if(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<WhatIfOut>, Problem> {
    what_if_of(&app, &actor, id).await
}

/// What was worked out of a proposal's effect.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope, and when nobody has asked for it.
pub async fn what_if_of(app: &Shared, actor: &Actor, id: i64) -> Result<Json<WhatIfOut>, Problem> {
    let mut db = app.db.clone();
    let policy = decide::find(&mut db, actor, id).await?;
    let decides = actor.can(deeds::POLICIES_APPROVE) || actor.can(deeds::POLICIES_PROPOSE);
    if !decides || !actor.scope().covers(&policy.org) {
        return Err(Problem::NotFound);
    }
    let seen = what_ifs::find(&mut db, id).await?.ok_or(Problem::NotFound)?;
    let present = (store::version(&mut db).await?, app.today());
    Ok(Json(WhatIfOut {
        policy: id,
        day: seen.day.to_string(),
        n_people: seen.n_people,
        is_ready: seen.has_ended && seen.is_fresh(present),
        changes: seen.changes.into_iter().map(RuleChangeOut::from).collect(),
    }))
}

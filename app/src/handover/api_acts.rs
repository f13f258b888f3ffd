//! Handing over for programs: what is done.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;
use serde_json::{Value, json};

use super::agreement::{AgreementIn, agree, close};
use super::review::{self, Decision, Entry, Papers, Whole};
use super::{Caller, NewBatch, api, find, open, own, passing, slip_pages};
use crate::registry::NewPerson;
use crate::web::{Me, Sent, Shared, Version};

#[utoipa::path(post, path = "/api/v1/handovers", tag = "handovers", request_body = NewBatch,
    responses((status = 200, description = "已开批次"), (status = 422)))]
pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<NewBatch>,
) -> Result<Json<Value>, Problem> {
    let batch = open(&app, &actor, sent, Caller::Api).await?;
    let told = api::told(&batch);
    Ok(Json(json!({"id": told["id"], "number": told["number"], "version": 1})))
}

/// Somebody to be put into a batch.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct EnterIn {
    /// The fields of a retiree, as `POST /api/v1/people` takes them.
    #[schema(value_type = Object)]
    pub person: NewPerson,
    /// Division code of the station that is to take them in; may be left open.
    pub target: String,
    /// How many pages the personnel file should have.
    pub pages: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/handovers/{id}/enter", tag = "handovers",
    request_body = EnterIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已放入批次，等待审核"), (status = 404),
        (status = 409, description = "批次已办结（closed）"), (status = 422)))]
pub async fn enter(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Sent(sent): Sent<EnterIn>,
) -> Result<Json<Value>, Problem> {
    own(&mut app.db.clone(), &actor, id).await?;
    if sent.pages.is_some_and(|n| !(0..=100_000).contains(&n)) {
        return Err(Problem::field("pages", "请填写页数，用数字"));
    }
    let entry =
        Entry { new: sent.person, target: sent.target, pages_said: sent.pages, ..Entry::default() };
    let person = review::enter(&app, &actor, (id, &entry), Caller::Api).await?;
    Ok(Json(json!({"id": id, "person": person})))
}

/// What is decided on people of a batch.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct DecideIn {
    /// `papers`, `no-file`, `pass`, `return`, `withdraw`, `reopen`, `assign` or `back`.
    pub action: String,
    /// Numbers of people of the batch, at most 200; with `papers` and `pass` everybody who waits
    /// and fits when it is empty.
    pub people: Vec<i64>,
    pub reason: String,
    /// Division code of the station, of `assign`.
    pub target: String,
    /// Pages that were found, of `papers`.
    pub pages: Option<i64>,
}

#[utoipa::path(post, path = "/api/v1/handovers/{id}/decide", tag = "handovers",
    request_body = DecideIn, params(("id" = i64, Path)),
    responses((status = 200, description = "办理了几人"), (status = 404),
        (status = 409, description = "批次已办结（closed），或没有可办的人（nobody）"),
        (status = 412), (status = 422)))]
pub async fn decide(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Sent(sent): Sent<DecideIn>,
) -> Result<Json<Value>, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let mut decision = Decision::read(&sent.action, &sent.target)?;
    let whole = match decision {
        Decision::Papers(Papers { is_file: true, .. }) => Some(Whole::Papers),
        Decision::Pass => Some(Whole::Pass),
        _ => None,
    };
    if let (true, Some(whole)) = (sent.people.is_empty(), whole) {
        let n = review::decide_whole(&app, &actor, (id, whole), Caller::Api).await?;
        return Ok(Json(json!({"id": id, "decided": n})));
    }
    if let Decision::Papers(papers) = &mut decision {
        papers.pages = sent.pages.filter(|n| (0..=100_000).contains(n));
    }
    let said = (&decision, sent.reason.trim());
    let to = (Caller::Api, "");
    let n = review::decide(&app, &actor, (id, &sent.people), said, to).await?;
    Ok(Json(json!({"id": id, "decided": n})))
}

#[utoipa::path(post, path = "/api/v1/handovers/{id}/send", tag = "handovers",
    params(("id" = i64, Path)),
    responses((status = 200, description = "开了几份移交单、共几人；more 为真的，请再送一次"),
        (status = 404), (status = 409, description = "没有可送的人（nobody），或批次已办结")))]
pub async fn send(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let sent = passing::send(&app, &actor, id, Caller::Api).await?;
    let (slips, people) = (sent.slips, sent.people);
    Ok(Json(json!({"id": id, "slips": slips, "people": people, "more": sent.more})))
}

#[utoipa::path(post, path = "/api/v1/handovers/{id}/agreement", tag = "handovers",
    request_body = AgreementIn, params(("id" = i64, Path),
        ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已登记"), (status = 404), (status = 412),
        (status = 422)))]
pub async fn agreement(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<AgreementIn>,
) -> Result<Json<Value>, Problem> {
    own(&mut app.db.clone(), &actor, id).await?;
    let Version(version) = version?;
    agree(&app, &actor, (id, version), &sent, Caller::Api).await?;
    Ok(Json(json!({"id": id})))
}

/// How differences were settled.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct CloseIn {
    pub settlement: String,
}

#[utoipa::path(post, path = "/api/v1/handovers/{id}/close", tag = "handovers",
    request_body = CloseIn, params(("id" = i64, Path),
        ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已办结"), (status = 404),
        (status = 409, description = "还有人没有交到社区（not-done）"), (status = 412),
        (status = 422)))]
pub async fn end(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<CloseIn>,
) -> Result<Json<Value>, Problem> {
    own(&mut app.db.clone(), &actor, id).await?;
    let Version(version) = version?;
    close(&app, &actor, (id, version), sent.settlement.trim(), Caller::Api).await?;
    Ok(Json(json!({"id": id})))
}

/// The receipt of a slip: everybody is received but those who are named.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct AnswerIn {
    /// Numbers of people of the slip who are not received.
    pub refused: Vec<i64>,
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/handovers/slips/{id}/answer", tag = "handovers",
    request_body = AnswerIn, params(("id" = i64, Path),
        ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已签收；社区站签收的从当天起纳入管理"),
        (status = 404), (status = 409, description = "已经签收过（answered）"), (status = 412),
        (status = 422)))]
pub async fn answer(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<AnswerIn>,
) -> Result<Json<Value>, Problem> {
    slip_pages::seen(&app, &actor, id).await?;
    let Version(version) = version?;
    let said = (&sent.refused[..], sent.reason.trim());
    let slip = passing::answer(&app, &actor, (id, version), said, Caller::Api).await?;
    let back = sent.refused.len();
    let taken = slip.n - i64::try_from(back).unwrap_or(0);
    Ok(Json(json!({"id": id, "taken": taken, "back": back})))
}

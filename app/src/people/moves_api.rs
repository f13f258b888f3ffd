//! Moves, deaths and departures for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;
use serde_json::{Value, json};

use super::acts::Caller;
use super::acts_api::day;
use super::death::{self, Doubts};
use super::{left, moves};
use crate::deeds;
use crate::registry::moves::{Move, Side, page};
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

fn told(one: &Move) -> Value {
    json!({
        "id": one.id, "person_name": one.person_name, "from": one.from_org,
        "from_name": one.from_name, "to": one.to_org, "to_name": one.to_name,
        "state": one.state, "reason": one.reason, "proposed_on": one.proposed_on.to_string(),
        "decided_on": one.decided_on.map(|day| day.to_string()), "answer": one.answer,
        "version": one.version,
    })
}

#[utoipa::path(get, path = "/api/v1/moves", tag = "people", params(
    ("side" = Option<String>, Query), ("state" = Option<String>, Query),
    ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "社区间转移；side=in 为转入本辖区的")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let side = if asked.get("side") == "in" { Side::Receiving } else { Side::Giving };
    if side == Side::Receiving {
        actor.may(deeds::PEOPLE_RECEIVE)?;
    }
    let limit = asked.limit();
    let before = asked.number("after").unwrap_or(i64::MAX);
    let scope = actor.scope();
    let mut db = app.db.clone();
    let rows = page(&mut db, (&scope, side), asked.get("state"), (before, limit)).await?;
    let full = i64::try_from(rows.len()).unwrap_or(0) == limit;
    let after = rows.last().filter(|_| full).map(|last| last.id);
    Ok(Json(json!({"items": rows.iter().map(told).collect::<Vec<_>>(), "after": after})))
}

/// A move to be proposed.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MoveIn {
    /// Number of the station.
    pub to_station: Option<i64>,
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/moves", tag = "people", request_body = MoveIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "已提出"), (status = 404), (status = 422)))]
pub async fn propose(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Json(sent): Json<MoveIn>,
) -> Result<Json<Value>, Problem> {
    let wish = (sent.to_station, sent.reason.trim());
    let id = moves::propose(&app, &actor, person, wish, Caller::Api).await?;
    Ok(Json(json!({"id": id, "person": person, "state": "proposed"})))
}

/// The answer to a move.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct DecisionIn {
    /// The version that was read.
    pub version: i64,
    /// Why it is refused.
    pub answer: String,
}

#[utoipa::path(post, path = "/api/v1/moves/{id}/accept", tag = "people",
    request_body = DecisionIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已接收"), (status = 404), (status = 412)))]
pub async fn accept(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<DecisionIn>,
) -> Result<Json<Value>, Problem> {
    moves::accept(&app, &actor, (id, sent.version), Caller::Api).await?;
    Ok(Json(json!({"id": id, "state": "accepted"})))
}

#[utoipa::path(post, path = "/api/v1/moves/{id}/refuse", tag = "people",
    request_body = DecisionIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已拒绝"), (status = 404), (status = 412)))]
pub async fn refuse(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<DecisionIn>,
) -> Result<Json<Value>, Problem> {
    let at = (id, sent.version);
    moves::refuse(&app, &actor, at, sent.answer.trim(), Caller::Api).await?;
    Ok(Json(json!({"id": id, "state": "refused"})))
}

#[utoipa::path(post, path = "/api/v1/moves/{id}/withdraw", tag = "people",
    request_body = DecisionIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已撤回"), (status = 404), (status = 412)))]
pub async fn withdraw(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<DecisionIn>,
) -> Result<Json<Value>, Problem> {
    moves::withdraw(&app, &actor, (id, sent.version), Caller::Api).await?;
    Ok(Json(json!({"id": id, "state": "withdrawn"})))
}

/// A death.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct DeathIn {
    /// The version of the person that was read, to be refused when it was changed since.
    pub version: Option<i64>,
    /// ISO day.
    pub died_on: Option<String>,
    /// `family`, `hospital`, `funeral`, `police`, `match`, `community` or `other`.
    pub source: String,
    pub note: String,
    /// Recorded even though something speaks against the day.
    pub despite_doubts: bool,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/death", tag = "people", request_body = DeathIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "已登记"), (status = 404), (status = 409),
        (status = 422)))]
pub async fn record_death(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<DeathIn>,
) -> Result<Json<Value>, Problem> {
    let on = day("died_on", sent.died_on.as_deref())?;
    let note = sent.note.trim().to_owned();
    let told = death::Told { version: sent.version, on, source: sent.source, note };
    let doubts = if sent.despite_doubts { Doubts::Seen } else { Doubts::Unseen };
    death::record(&app, &actor, id, (&told, doubts), Caller::Api).await?;
    Ok(Json(json!({"person": id, "status": "dead", "died_on": on.map(|on| on.to_string())})))
}

/// Why a record is taken back.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct UndoIn {
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/death/undo", tag = "people",
    request_body = UndoIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已撤销"), (status = 404), (status = 409),
        (status = 422)))]
pub async fn undo_death(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<UndoIn>,
) -> Result<Json<Value>, Problem> {
    death::undo(&app, &actor, id, sent.reason.trim(), Caller::Api).await?;
    Ok(Json(json!({"person": id, "status": "active"})))
}

/// A departure.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct LeftIn {
    /// The version of the person that was read, to be refused when it was changed since.
    pub version: Option<i64>,
    /// ISO day.
    pub left_on: Option<String>,
    /// `moved_out`, `handed_over`, `not_ours` or `other`.
    pub why: String,
    pub place: String,
    pub note: String,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/left", tag = "people", request_body = LeftIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "已登记"), (status = 404), (status = 409),
        (status = 422)))]
pub async fn record_left(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<LeftIn>,
) -> Result<Json<Value>, Problem> {
    let on = day("left_on", sent.left_on.as_deref())?;
    let (place, note) = (sent.place.trim().to_owned(), sent.note.trim().to_owned());
    let told = left::Told { version: sent.version, on, why: sent.why, place, note };
    left::record(&app, &actor, id, &told, Caller::Api).await?;
    Ok(Json(json!({"person": id, "status": "left", "left_on": on.map(|on| on.to_string())})))
}

#[utoipa::path(post, path = "/api/v1/people/{id}/left/undo", tag = "people",
    request_body = UndoIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已撤销"), (status = 404), (status = 409),
        (status = 422)))]
pub async fn undo_left(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<UndoIn>,
) -> Result<Json<Value>, Problem> {
    left::undo(&app, &actor, id, sent.reason.trim(), Caller::Api).await?;
    Ok(Json(json!({"person": id, "status": "active"})))
}

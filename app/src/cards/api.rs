//! Cards for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;
use serde_json::{Value, json};

use super::store::{self, Held, Which};
use super::{Caller, issue as hand_over, lose, make as made, station};
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

fn told(held: &Held, version: i64) -> Value {
    let card = held.card.as_ref().map(|card| {
        json!({
            "id": card.id, "number": card.number, "state": card.state,
            "printed_on": card.printed_on.to_string(),
            "issued_on": card.issued_on.map(|day| day.to_string()),
            "outdated": card.org != card.person_org || card.contact_version != version,
            "version": card.version,
        })
    });
    json!({"person": held.person, "name": held.name, "card": card})
}

#[utoipa::path(get, path = "/api/v1/cards", tag = "cards", params(
    ("org" = String, Query, description = "社区站的区划代码"),
    ("state" = Option<String>, Query), ("limit" = Option<i64>, Query),
    ("after" = Option<String>, Query)),
    responses((status = 200, description = "一个社区站的退休人员和他们有效的联系卡"),
        (status = 404)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    let station = station(&mut db, &actor, asked.get("org")).await?;
    let contact = store::contact(&mut db, &station.code).await?;
    let which = Which::from_code(asked.get("state")).unwrap_or_default();
    let (pinyin, id) = asked.get("after").rsplit_once('/').unwrap_or_default();
    let (n, id) = (asked.limit(), id.parse().unwrap_or(0));
    let at = (station.code.as_str(), which, contact.version);
    let rows = store::page(&mut db, at, ((pinyin, id), n)).await?;
    let full = i64::try_from(rows.len()).unwrap_or(0) == n;
    let last = rows.last().filter(|_| full);
    let after = last.map(|held| format!("{}/{}", held.pinyin, held.person));
    let items: Vec<Value> = rows.iter().map(|held| told(held, contact.version)).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

/// For whom cards are to be made.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MakeIn {
    /// Division code of the station.
    pub org: String,
    /// Numbers of retirees; the first 200 who have none when empty.
    pub people: Vec<i64>,
}

#[utoipa::path(post, path = "/api/v1/cards", tag = "cards", request_body = MakeIn,
    responses((status = 200, description = "印了几张，等待发放"), (status = 404),
        (status = 409, description = "没有填联系方式（no-contact），或都有卡（none-wanting）")))]
pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<MakeIn>,
) -> Result<Json<Value>, Problem> {
    let n = made(&app, &actor, (&sent.org, &sent.people), Caller::Api).await?;
    Ok(Json(json!({"org": sent.org, "made": n})))
}

/// Cards that were handed over.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct IssueIn {
    pub cards: Vec<i64>,
    /// The day; today when absent.
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<jiff::civil::Date>,
}

#[utoipa::path(post, path = "/api/v1/cards/issue", tag = "cards", request_body = IssueIn,
    responses((status = 200, description = "登记了几张；发放联系卡的事项随之办结"),
        (status = 404), (status = 422)))]
pub async fn issue(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<IssueIn>,
) -> Result<Json<Value>, Problem> {
    let on = sent.on.unwrap_or_else(|| app.today());
    let n = hand_over(&app, &actor, (&sent.cards, on), (Caller::Api, "")).await?;
    Ok(Json(json!({"issued": n})))
}

/// Why a card is no longer valid.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct LostIn {
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/cards/{id}/lost", tag = "cards", request_body = LostIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已挂失"), (status = 404),
        (status = 409, description = "已经失效（not-valid）"), (status = 412), (status = 422)))]
pub async fn lost(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<LostIn>,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    store::find(&mut db, &actor.scope(), id).await?.ok_or(Problem::NotFound)?;
    let Version(version) = version?;
    lose(&app, &actor, (id, version, sent.reason.trim()), Caller::Api).await?;
    Ok(Json(json!({"id": id, "state": "lost"})))
}

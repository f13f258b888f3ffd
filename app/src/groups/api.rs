//! Groups and letters for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use kernel::{Problem, Scope};
use serde_json::{Value, json};

use super::letters::{self, Letter, NewLetter, Receipt};
use super::store::{self, Group};
use super::{Caller, Deal, NewGroup, deal, find, found, members, station};
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

fn told(group: &Group) -> Value {
    json!({
        "id": group.id, "org": group.org, "code": group.code, "kind": group.kind,
        "name": group.name, "leader": group.leader, "leader_name": group.leader_name,
        "place": group.place, "founded_on": group.founded_on.to_string(),
        "ended_on": group.ended_on.map(|on| on.to_string()), "members": group.n_members,
        "version": group.version,
    })
}

#[utoipa::path(get, path = "/api/v1/groups", tag = "groups", params(
    ("org" = String, Query, description = "社区站的区划代码"), ("state" = Option<String>, Query)),
    responses((status = 200, description = "一个社区站的小组和支部，最多 200 个"),
        (status = 404)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    let station = station(&mut db, &actor, asked.get("org")).await?;
    let ended = if asked.get("state") == "ended" { "ended" } else { "" };
    let groups = store::of_station(&mut db, &station.code, ended).await?;
    let items: Vec<Value> = groups.iter().map(told).collect();
    Ok(Json(json!({"items": items})))
}

#[utoipa::path(get, path = "/api/v1/groups/{id}", tag = "groups", params(("id" = i64, Path),
    ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "一个小组和它现在的成员"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    let group = find(&mut db, &actor, id).await?;
    let n = asked.limit();
    let rows = store::members(&mut db, id, (asked.number("after").unwrap_or(0), n)).await?;
    let full = i64::try_from(rows.len()).unwrap_or(0) == n;
    let people = rows.iter().map(|(_, member)| {
        json!({"person": member.person, "name": member.name,
            "joined_on": member.joined_on.to_string()})
    });
    let mut shown = told(&group);
    shown["people"] = people.collect();
    shown["after"] = json!(rows.last().filter(|_| full).map(|(last, _)| last));
    Ok(Json(shown))
}

#[utoipa::path(post, path = "/api/v1/groups", tag = "groups", request_body = NewGroup,
    responses((status = 200, description = "已成立"), (status = 404), (status = 412),
        (status = 422)))]
pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<NewGroup>,
) -> Result<Json<Value>, Problem> {
    let id = found(&app, &actor, &sent, Caller::Api).await?;
    let group = find(&mut app.db.clone(), &actor, id).await?;
    Ok(Json(json!({"id": id, "code": group.code, "version": 1})))
}

/// Who joins or leaves, and why.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PeopleIn {
    pub people: Vec<i64>,
    /// Of those who leave.
    pub why: String,
}

#[utoipa::path(post, path = "/api/v1/groups/{id}/join", tag = "groups", request_body = PeopleIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "加入了几人"), (status = 404),
        (status = 409, description = "已经撤销（ended）"), (status = 412), (status = 422)))]
pub async fn join(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Sent(sent): Sent<PeopleIn>,
) -> Result<Json<Value>, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let n = members::join(&app, &actor, (id, &sent.people), Caller::Api).await?;
    Ok(Json(json!({"id": id, "joined": n})))
}

#[utoipa::path(post, path = "/api/v1/groups/{id}/leave", tag = "groups", request_body = PeopleIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "退出了几人"), (status = 404),
        (status = 409, description = "已经撤销（ended）"), (status = 412), (status = 422)))]
pub async fn leave(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Sent(sent): Sent<PeopleIn>,
) -> Result<Json<Value>, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let who = (id, &sent.people[..], sent.why.trim());
    let n = members::leave(&app, &actor, who, Caller::Api).await?;
    Ok(Json(json!({"id": id, "left": n})))
}

/// What is done to a group; which fields count depends on the action.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct DealIn {
    /// `lead`, `guide` or `end`.
    pub action: String,
    pub person: i64,
    #[schema(value_type = Option<String>, format = Date)]
    pub on: Option<Date>,
    pub what: String,
    pub why: String,
}

#[utoipa::path(post, path = "/api/v1/groups/{id}", tag = "groups", request_body = DealIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已登记"), (status = 404),
        (status = 409, description = "已经撤销（ended）"), (status = 412), (status = 422)))]
pub async fn act(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<DealIn>,
) -> Result<Json<Value>, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let Version(version) = version?;
    let wish = match sent.action.as_str() {
        "lead" => Deal::Lead { person: sent.person },
        "guide" => Deal::Guide { on: sent.on.unwrap_or_else(|| app.today()), what: sent.what },
        "end" => Deal::End { why: sent.why },
        _ => return Err(Problem::field("action", "没有这种办理")),
    };
    deal(&app, &actor, (id, version), &wish, Caller::Api).await?;
    Ok(Json(json!({"id": id, "version": version + 1})))
}

fn letter_told(letter: &Letter) -> Value {
    json!({
        "id": letter.id, "org": letter.org, "person": letter.person, "name": letter.person_name,
        "branch": letter.branch, "branch_name": letter.branch_name, "number": letter.number,
        "issuer": letter.issuer, "issued_on": letter.issued_on.to_string(),
        "valid_until": letter.valid_until.to_string(), "state": letter.state,
        "answered_on": letter.answered_on.map(|on| on.to_string()), "note": letter.note,
        "version": letter.version,
    })
}

#[utoipa::path(get, path = "/api/v1/party", tag = "groups", params(
    ("org" = Option<String>, Query), ("state" = Option<String>, Query),
    ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "转往辖区内支部的组织关系介绍信，新的在前"),
        (status = 404)))]
pub async fn party(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let org = asked.get("org");
    if !actor.scope().covers(org) && !org.is_empty() {
        return Err(Problem::NotFound);
    }
    let scope = if org.is_empty() { actor.scope() } else { Scope::below(org) };
    let state = if asked.get("state").is_empty() { "open" } else { asked.get("state") };
    let n = asked.limit();
    let at = (asked.number("after").unwrap_or(i64::MAX), n);
    let rows = letters::page(&mut app.db.clone(), (&scope, state), at).await?;
    let full = i64::try_from(rows.len()).unwrap_or(0) == n;
    let after = rows.last().filter(|_| full).map(|letter| letter.id);
    let items: Vec<Value> = rows.iter().map(letter_told).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

#[utoipa::path(post, path = "/api/v1/party", tag = "groups", request_body = NewLetter,
    responses((status = 200, description = "已登记，有效期由标准得出"), (status = 404),
        (status = 409, description = "已有一封在等回执（under-way）"), (status = 412),
        (status = 422)))]
pub async fn issue(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<NewLetter>,
) -> Result<Json<Value>, Problem> {
    let id = letters::issue(&app, &actor, &sent, Caller::Api).await?;
    let letter = letters::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let until = letter.valid_until.to_string();
    Ok(Json(json!({"id": id, "valid_until": until, "version": 1})))
}

/// The receipt of a letter.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ReceiptIn {
    /// `received` or `returned`.
    pub receipt: String,
    /// Why it is sent back.
    pub note: String,
}

#[utoipa::path(post, path = "/api/v1/party/{id}", tag = "groups", request_body = ReceiptIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已登记回执"), (status = 404),
        (status = 409, description = "已有回执（answered），或过了有效期（lapsed）"),
        (status = 412), (status = 422)))]
pub async fn answer(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<ReceiptIn>,
) -> Result<Json<Value>, Problem> {
    letters::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let Version(version) = version?;
    let receipt = match sent.receipt.as_str() {
        "received" => Receipt::Received,
        "returned" => Receipt::Returned(sent.note.trim().to_owned()),
        _ => return Err(Problem::field("receipt", "请填 received 或 returned")),
    };
    letters::answer(&app, &actor, (id, version), &receipt, Caller::Api).await?;
    Ok(Json(json!({"id": id, "state": sent.receipt, "version": version + 1})))
}

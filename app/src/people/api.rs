//! Retirees for programs: the same use cases, in JSON. Numbers are always masked.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use rules::identity::{Mask, mask, mask_telephone};
use serde_json::{Value, json};

use super::Caller;
use super::edit::{self, Wish};
use super::list::{Filter, N_FOUND, list as listing};
use super::new::{self, Entered, Entry};
use super::search::{Found, search};
use super::sent::{PersonIn, parse_day};
use crate::registry::{self, Alike, NewPerson, Person, TAKEN};
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

fn day(day: Option<jiff::civil::Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

pub(super) fn listed(one: &Found) -> Value {
    json!({
        "id": one.id, "name": one.name, "id_number_masked": one.masked,
        "phone_masked": one.masked_phone, "station": one.station, "status": one.status,
        "born_on": day(one.born_on), "last_contact_on": day(one.last_contact_on),
        "due_on": day(one.due_on),
    })
}

/// A retiree as the API shows them.
#[must_use]
pub fn shown(person: &Person) -> Value {
    json!({
        "id": person.id, "version": person.version, "org": person.org,
        "station": person.station, "status": person.status, "name": person.name,
        "id_kind": person.id_kind,
        "id_number_masked": mask(&person.id_number, Mask::First3Last4),
        "born_on": day(person.born_on), "archive_born_on": day(person.archive_born_on),
        "sex": person.sex, "ethnic": person.ethnic, "political": person.political,
        "education": person.education, "marital": person.marital,
        "phone_masked": mask_telephone(&person.phone),
        "phone2_masked": mask_telephone(&person.phone2),
        "hukou_address": person.hukou_address, "address": person.address,
        "away": person.away, "away_place": person.away_place,
        "enterprise": person.enterprise, "enterprise_name": person.enterprise_name,
        "retirement_kind": person.retirement_kind, "retired_on": day(person.retired_on),
        "pension_fen": person.pension_fen, "pension_from": day(person.pension_from),
        "insurance_no_masked": mask(&person.insurance_no, Mask::First3Last4),
        "management": person.management, "taken_in_on": person.taken_in_on.to_string(),
        "died_on": day(person.died_on), "left_on": day(person.left_on),
        "last_contact_on": day(person.last_contact_on), "evidence_on": day(person.evidence_on),
    })
}

#[utoipa::path(get, path = "/api/v1/people", tag = "people", params(
    ("q" = Option<String>, Query), ("org" = Option<String>, Query),
    ("status" = Option<String>, Query), ("management" = Option<String>, Query),
    ("away" = Option<String>, Query), ("mark" = Option<String>, Query),
    ("age" = Option<i64>, Query), ("limit" = Option<i64>, Query),
    ("after" = Option<i64>, Query)),
    responses((status = 200, description = "退休人员；q为查找，最多 50 人，其余条件不起作用")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let typed = asked.get("q");
    if !typed.is_empty() {
        let found = search(&app.db, &actor.scope(), typed, N_FOUND).await?;
        let items: Vec<Value> = found.iter().map(listed).collect();
        return Ok(Json(json!({"items": items, "after": null})));
    }
    let filter = Filter::read(&asked, &actor.scope());
    let n = asked.limit();
    let page = listing(&app.db, &filter, (asked.number("after"), n), app.today()).await?;
    let items: Vec<Value> = page.rows.iter().map(listed).collect();
    Ok(Json(json!({"items": items, "after": page.next})))
}

#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people", params(("id" = i64, Path)),
    responses((status = 200, description = "一位退休人员；ETag 是版本"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(tagged(person.version, shown(&person)))
}

fn tagged(version: i64, value: Value) -> Response {
    ([(header::ETAG, format!("\"{version}\""))], Json(value)).into_response()
}

/// What came of entering or changing somebody, as the API tells it.
#[must_use]
pub fn told(id: i64, version: i64) -> Value {
    json!({"id": id, "version": version})
}

#[utoipa::path(post, path = "/api/v1/people", tag = "people", request_body = PersonIn,
    responses((status = 200, description = "已登记"), (status = 422),
        (status = 409, description = "可能已登记（likely-duplicate）")))]
pub async fn register(
    State(app): State<Shared>,
    Me(actor): Me,
    Json(sent): Json<PersonIn>,
) -> Result<Response, Problem> {
    let entry = Entry {
        new: sent.over(NewPerson::default())?,
        station: sent.station.clone().unwrap_or_default(),
        taken_in_on: parse_day("taken_in_on", sent.taken_in_on.as_deref())?
            .unwrap_or_else(|| app.today()),
        not_same: sent.not_same.clone(),
    };
    match new::register(&app, &actor, entry, Caller::Api).await? {
        Entered::Done(id) => Ok(tagged(1, told(id, 1))),
        Entered::Alike(alike) if alike.iter().any(|one| one.alike == Alike::Number) => {
            Err(Problem::field("id_number", TAKEN))
        }
        Entered::Alike(alike) => {
            let told = |one: &registry::Likeness| format!("{}（{}）", one.id, one.alike.words());
            let told: Vec<String> = alike.iter().map(told).collect();
            let sentence = format!(
                "可能已经登记，编号为{}；核对后确认不是同一人的，请在 not_same 中写明这些编号",
                told.join("、")
            );
            Err(Problem::refused("likely-duplicate", sentence))
        }
    }
}

#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "people", request_body = PersonIn,
    params(("id" = i64, Path),
        ("If-Match" = String, Header, description = "读到的版本，即 ETag")),
    responses((status = 200, description = "已变更；没有写明的栏目不变"), (status = 404),
        (status = 412, description = "已被他人更新"), (status = 422)))]
pub async fn change(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Json(sent): Json<PersonIn>,
) -> Result<Response, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let new = sent.over(person.fields())?;
    let away_since = parse_day("away_since", sent.away_since.as_deref())?;
    let wish = Wish { version: version(&headers)?, new, away_since };
    let version = edit::change(&app, &actor, id, &wish, Caller::Api).await?;
    Ok(tagged(version, told(id, version)))
}

fn version(headers: &HeaderMap) -> Result<i64, Problem> {
    let told = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    let told = told.map(|told| told.trim().trim_start_matches("W/").trim_matches('"'));
    told.and_then(|told| told.parse().ok())
        .ok_or_else(|| Problem::field("If-Match", "请在 If-Match 中写明读到的版本（ETag）"))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct RevealIn {
    #[serde(default)]
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/reveal", tag = "people",
    request_body = RevealIn, params(("id" = i64, Path)),
    responses((status = 200, description = "完整号码，只给一次；同一编号重发时不再给出"),
        (status = 404), (status = 422)))]
pub async fn reveal(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<RevealIn>,
) -> Result<Json<Value>, Problem> {
    let reason = sent.reason.trim();
    let person = super::reveal::reveal(&app, &actor, id, reason, Caller::Api).await?;
    Ok(Json(json!({
        "id": id, "revealed": true, "id_number": person.id_number,
        "id_former": person.id_former, "phone": person.phone, "phone2": person.phone2,
        "insurance_no": person.insurance_no,
    })))
}

//! Retirees for programs: the same use cases, in JSON. Numbers are always masked.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;
use rules::identity::{Mask, mask, mask_telephone};
use serde_json::{Value, json};

use super::list::{Filter, N_FOUND, list as listing};
use super::search::{Found, search};
use crate::registry::{self, Person};
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

fn day(day: Option<jiff::civil::Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

fn listed(one: &Found) -> Value {
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
    let n = asked.number("limit").unwrap_or(50).clamp(1, 200);
    let page = listing(&app.db, &filter, (asked.number("after"), n), app.today()).await?;
    let items: Vec<Value> = page.rows.iter().map(listed).collect();
    Ok(Json(json!({"items": items, "after": page.next})))
}

#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people", params(("id" = i64, Path)),
    responses((status = 200, description = "一位退休人员"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(Json(shown(&person)))
}

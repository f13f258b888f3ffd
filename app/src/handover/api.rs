//! Handing over for programs: what is read.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;
use serde_json::{Value, json};

use super::agreement::differences;
use super::rows::{self, Candidate};
use super::{Batch, Slip, counts, desk_pages, find, people_pages, slip_pages, store};
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

pub(super) fn told(batch: &Batch) -> Value {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    json!({
        "id": batch.id, "org": batch.org, "number": batch.number, "state": batch.state,
        "enterprise": batch.enterprise, "enterprise_name": batch.enterprise_name,
        "handed_by": batch.handed_by, "hander_name": batch.hander_name,
        "plan_people": batch.plan_people, "plan_party": batch.plan_party,
        "plan_files": batch.plan_files, "plan_pages": batch.plan_pages,
        "expected_on": day(batch.expected_on), "opened_on": batch.opened_on.to_string(),
        "closed_on": day(batch.closed_on), "settlement": batch.settlement,
        "agreement_no": batch.agreement_no, "agreement_on": day(batch.agreement_on),
        "agreement_until": day(batch.agreement_until),
        "agreement_ended_on": day(batch.agreement_ended_on), "version": batch.version,
    })
}

#[utoipa::path(get, path = "/api/v1/handovers", tag = "handovers", params(
    ("state" = Option<String>, Query), ("limit" = Option<i64>, Query),
    ("after" = Option<i64>, Query)),
    responses((status = 200, description = "本机构和下级机构的移交批次，新的在前")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let (n, state) = (asked.limit(), asked.get("state"));
    let state = if matches!(state, "open" | "closed") { state } else { "" };
    let before = asked.number("after").unwrap_or(i64::MAX);
    let scope = actor.scope();
    let found = store::newest(&mut app.db.clone(), (&scope, state), (before, n)).await?;
    let full = i64::try_from(found.len()).unwrap_or(0) == n;
    let after = found.last().filter(|_| full).map(|one| one.id);
    let items: Vec<Value> = found.iter().map(told).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

#[utoipa::path(get, path = "/api/v1/handovers/{id}", tag = "handovers",
    params(("id" = i64, Path)),
    responses((status = 200, description = "批次；属于本机构的还有各环节人数和差异"),
        (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    let batch = find(&mut db, &actor, id).await?;
    if !batch.is_own(&actor) {
        return Ok(Json(json!({
            "id": batch.id, "number": batch.number, "state": batch.state,
            "enterprise_name": batch.enterprise_name,
        })));
    }
    let counts = counts::of_batch(&mut db, id).await?;
    let mut shown = told(&batch);
    shown["counts"] = json!(counts.by_state);
    shown["differences"] = json!(differences(&batch, &counts));
    let registered = counts::in_registry(&mut db, id).await?;
    shown["registry"] = registered.into_iter().map(|(code, n)| (code, json!(n))).collect();
    Ok(Json(shown))
}

fn person(one: &Candidate) -> Value {
    json!({
        "id": one.id, "name": one.name,
        "id_number": desk_pages::masked(&one.handed.person.id_number),
        "target": one.target, "state": one.state, "findings": one.findings,
        "form": one.form, "file": one.file, "pages_said": one.pages_said,
        "pages_found": one.pages_found, "reason": one.reason, "person": one.person,
        "slip": one.slip, "version": one.version,
    })
}

/// A place in a list by name.
fn place(text: &str) -> (&str, i64) {
    let (pinyin, id) = text.rsplit_once('/').unwrap_or_default();
    (pinyin, id.parse().unwrap_or(0))
}

fn part(found: &[Candidate], n: i64) -> Json<Value> {
    let full = i64::try_from(found.len()).unwrap_or(0) == n;
    let last = found.last().filter(|_| full);
    let after = last.map(|one| format!("{}/{}", one.pinyin, one.id));
    let items: Vec<Value> = found.iter().map(person).collect();
    Json(json!({"items": items, "after": after}))
}

#[utoipa::path(get, path = "/api/v1/handovers/{id}/people", tag = "handovers", params(
    ("id" = i64, Path), ("state" = Option<String>, Query), ("limit" = Option<i64>, Query),
    ("after" = Option<String>, Query)),
    responses((status = 200, description = "批次中的人；不属于本机构的批次只有移交到本辖区的"),
        (status = 404)))]
pub async fn people(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let batch = find(&mut app.db.clone(), &actor, id).await?;
    let n = asked.limit();
    let at = (place(asked.get("after")), n);
    let found = people_pages::visible(&app, &actor, (&batch, asked.get("state")), at).await?;
    Ok(part(&found, n))
}

fn slip_told(slip: &Slip) -> Value {
    json!({
        "id": slip.id, "batch": slip.batch, "number": slip.number, "from_org": slip.from_org,
        "to_org": slip.to_org, "n": slip.n, "n_taken": slip.n_taken, "n_back": slip.n_back,
        "state": slip.state, "sent_on": slip.sent_on.to_string(),
        "due_on": slip.due_on.to_string(),
        "answered_on": slip.answered_on.map(|day| day.to_string()), "version": slip.version,
    })
}

#[utoipa::path(get, path = "/api/v1/handovers/slips", tag = "handovers", params(
    ("state" = Option<String>, Query), ("batch" = Option<i64>, Query),
    ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "移交到本辖区的移交单，新的在前")))]
pub async fn slips(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let (n, state) = (asked.limit(), asked.get("state"));
    let state = if matches!(state, "sent" | "answered") { state } else { "" };
    let (batch, before) =
        (asked.number("batch").unwrap_or(0), asked.number("after").unwrap_or(i64::MAX));
    let scope = actor.scope();
    let found = store::slips(&mut app.db.clone(), (&scope, state, batch), (before, n)).await?;
    let full = i64::try_from(found.len()).unwrap_or(0) == n;
    let after = found.last().filter(|_| full).map(|one| one.id);
    let items: Vec<Value> = found.iter().map(slip_told).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

#[utoipa::path(get, path = "/api/v1/handovers/slips/{id}", tag = "handovers", params(
    ("id" = i64, Path), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, description = "移交单和上面的人"), (status = 404)))]
pub async fn slip(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let slip = slip_pages::seen(&app, &actor, id).await?;
    let n = asked.limit();
    let found = rows::of_slip(&mut app.db.clone(), id, (place(asked.get("after")), n)).await?;
    let Json(people) = part(&found, n);
    let mut shown = slip_told(&slip);
    shown["people"] = people["items"].clone();
    shown["after"] = people["after"].clone();
    Ok(Json(shown))
}

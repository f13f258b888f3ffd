//! Reports for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use kernel::Problem;
use serde_json::{Value, json};

use super::figures;
use super::flow::{self, Which};
use super::line_pages::{self, changed_keys, listing, place};
use super::report_pages::{self, load, told};
use super::sheet::Sheet;
use super::store::Report;
use super::{Month, due_on, missing, sheet, tree};
use crate::people::Caller;
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

fn of_report(report: Option<&Report>) -> Value {
    let Some(report) = report else { return json!({"state": "none", "version": 0}) };
    json!({
        "state": report.state.code(), "version": report.version,
        "due_on": report.due_on.to_string(),
        "submitted_on": report.submitted_on.map(|on| on.to_string()),
        "submitted_by": report.submitted_by,
        "decided_on": report.decided_on.map(|on| on.to_string()),
        "decided_by": report.decided_by, "reason": report.reason,
    })
}

#[utoipa::path(get, path = "/api/v1/reports", tag = "reports",
    params(("month" = Option<String>, Query, description = "2026-05；不填为上个月")),
    responses((status = 200, description = "本级和下级这个月报表的状态"), (status = 404)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let today = app.today();
    let month = match asked.get("month") {
        "" => Some(super::month::last_month(today)),
        code => Month::read(code, today),
    };
    let month = month.ok_or(Problem::NotFound)?;
    let unit = tree::of_code(&mut app.db.clone(), &actor.org).await?;
    let laws = app.laws().await?;
    let sheet = sheet::load(&app.db, unit, month).await?;
    let mut children = Vec::new();
    for child in &sheet.children {
        let due_on = due_on(&laws, &child.unit, &sheet.month)?;
        children.push(json!({
            "org": child.unit.id, "code": child.unit.code, "name": child.unit.name,
            "due_on": due_on.to_string(), "report": of_report(child.report.as_ref()),
        }));
    }
    Ok(Json(json!({
        "month": sheet.month.code, "org": sheet.unit.id, "code": sheet.unit.code,
        "name": sheet.unit.name, "due_on": due_on(&laws, &sheet.unit, &sheet.month)?.to_string(),
        "report": of_report(sheet.report.as_ref()), "children": children,
    })))
}

fn correction(one: &super::frozen::Correction) -> Value {
    json!({"month": one.month, "figure": one.figure, "was": one.was, "now": one.now})
}

fn figures_of(sheet: &Sheet) -> Vec<Value> {
    let figure = |figure: &figures::Figure| {
        json!({"id": figure.id, "name": figure.name, "unit": figure.unit,
               "value": sheet.value(&figure.id), "how": figure.how})
    };
    figures::ALL.iter().map(figure).collect()
}

#[utoipa::path(get, path = "/api/v1/reports/{month}/{id}", tag = "reports",
    params(("month" = String, Path), ("id" = i64, Path, description = "机构编号")),
    responses((status = 200, description = "一份月报：各项数字、怎样统计、对以前月份的更正"),
        (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    at: report_pages::At,
) -> Result<Json<Value>, Problem> {
    let sheet = load(&app, &actor, &at).await?;
    let told = told(&app, &sheet).await?;
    Ok(Json(json!({
        "month": sheet.month.code, "org": sheet.unit.id, "code": sheet.unit.code,
        "name": sheet.unit.name, "frozen": sheet.is_frozen(),
        "report": of_report(sheet.report.as_ref()),
        "figures": figures_of(&sheet),
        "corrections": told.iter().map(correction).collect::<Vec<_>>(),
    })))
}

#[utoipa::path(get, path = "/api/v1/reports/{month}/{id}/rows/{figure}", tag = "reports",
    params(("month" = String, Path), ("id" = i64, Path), ("figure" = String, Path),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, description = "一个数字所计的记录"), (status = 404)))]
pub async fn rows(
    State(app): State<Shared>,
    Me(actor): Me,
    at: line_pages::At,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let (unit, month, figure) = place(&app, &actor, &at).await?;
    let listing = listing(&app, &actor, (&unit, &month, figure), &asked).await?;
    let line = |line: &super::lines::Line| {
        let person = (!line.person_name.is_empty()).then_some(line.key.person);
        json!({"id": line.key.id, "person": person, "person_name": line.person_name,
               "station": line.code, "on": line.on.map(|on| on.to_string()),
               "words": line.words})
    };
    Ok(Json(json!({
        "items": listing.lines.iter().map(line).collect::<Vec<_>>(),
        "after": listing.next.map(|next| next.write()),
    })))
}

#[utoipa::path(get, path = "/api/v1/reports/{month}/{id}/changes/{figure}", tag = "reports",
    params(("month" = String, Path), ("id" = i64, Path), ("figure" = String, Path)),
    responses((status = 200, description = "社区站上报以后有变化的记录"), (status = 404),
        (status = 409)))]
pub async fn changes(
    State(app): State<Shared>,
    Me(actor): Me,
    at: line_pages::At,
) -> Result<Json<Value>, Problem> {
    let (unit, month, figure) = place(&app, &actor, &at).await?;
    let (was, changed) = changed_keys(&app, (&unit, &month, figure)).await?;
    let ids = |keys: &[super::keys::Key]| keys.iter().map(|key| key.id).collect::<Vec<_>>();
    let (added, gone) = (ids(&changed.added), ids(&changed.gone));
    let now = was + added.len() as i64 - gone.len() as i64;
    Ok(Json(json!({"figure": figure.id, "was": was, "now": now, "added": added, "gone": gone})))
}

/// The version that was read; 0 when there was no report yet.
fn version(headers: &HeaderMap) -> i64 {
    let told = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    told.and_then(|text| text.trim().trim_matches('"').parse().ok()).unwrap_or(0)
}

fn which<'a>(app: &Shared, at: &'a report_pages::At, headers: &HeaderMap) -> Which<'a> {
    let Path((month, org)) = at;
    Which { month, org: org.parse().unwrap_or(0), version: version(headers), on: app.today() }
}

fn said(report: &Report) -> Json<Value> {
    Json(json!({"org": report.org_id, "month": report.month, "state": report.state.code(),
                "version": report.version}))
}

/// Why a report is returned or missing.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ReasonIn {
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/reports/{month}/{id}/submit", tag = "reports",
    params(("month" = String, Path), ("id" = i64, Path),
        ("If-Match" = Option<String>, Header, description = "读取时的版本；还没有报表时为 0")),
    responses((status = 200, description = "已上报"), (status = 404), (status = 409),
        (status = 412)))]
pub async fn submit(
    State(app): State<Shared>,
    Me(actor): Me,
    at: report_pages::At,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let report = flow::submit(&app, &actor, which(&app, &at, &headers), Caller::Api).await?;
    Ok(said(&report))
}

#[utoipa::path(post, path = "/api/v1/reports/{month}/{id}/accept", tag = "reports",
    params(("month" = String, Path), ("id" = i64, Path),
        ("If-Match" = Option<String>, Header, description = "读取时的版本")),
    responses((status = 200, description = "已接受"), (status = 404), (status = 409),
        (status = 412)))]
pub async fn accept(
    State(app): State<Shared>,
    Me(actor): Me,
    at: report_pages::At,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let report = flow::accept(&app, &actor, which(&app, &at, &headers), Caller::Api).await?;
    Ok(said(&report))
}

#[utoipa::path(post, path = "/api/v1/reports/{month}/{id}/return", tag = "reports",
    request_body = ReasonIn,
    params(("month" = String, Path), ("id" = i64, Path),
        ("If-Match" = Option<String>, Header, description = "读取时的版本")),
    responses((status = 200, description = "已退回"), (status = 404), (status = 409),
        (status = 412), (status = 422)))]
pub async fn give_back(
    State(app): State<Shared>,
    Me(actor): Me,
    at: report_pages::At,
    headers: HeaderMap,
    Json(sent): Json<ReasonIn>,
) -> Result<Json<Value>, Problem> {
    let (which, why) = (which(&app, &at, &headers), sent.reason.trim());
    Ok(said(&flow::give_back(&app, &actor, which, why, Caller::Api).await?))
}

#[utoipa::path(post, path = "/api/v1/reports/{month}/{id}/missing", tag = "reports",
    request_body = ReasonIn,
    params(("month" = String, Path), ("id" = i64, Path),
        ("If-Match" = Option<String>, Header, description = "读取时的版本；还没有报表时为 0")),
    responses((status = 200, description = "已注明缺报"), (status = 404), (status = 409),
        (status = 412), (status = 422)))]
pub async fn note_missing(
    State(app): State<Shared>,
    Me(actor): Me,
    at: report_pages::At,
    headers: HeaderMap,
    Json(sent): Json<ReasonIn>,
) -> Result<Json<Value>, Problem> {
    let (which, why) = (which(&app, &at, &headers), sent.reason.trim());
    Ok(said(&missing::note(&app, &actor, which, why, Caller::Api).await?))
}

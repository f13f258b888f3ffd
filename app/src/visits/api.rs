//! Visits and entrustments for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use kernel::Problem;
use rules::facts::{Away, Way};
use serde_json::{Value, json};

use super::entrust::{self, Ask, Entrustment, Reply, Side};
use super::store::{entrustments, lists};
use super::{Caller, Finding, Outcome, Recorded, Report, Visit, ledger};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

/// What came of a visit, as the API tells it.
#[must_use]
pub fn told(recorded: &Recorded) -> Value {
    let duty = |duty: &rules::duties::Duty| {
        json!({"rule": duty.rule.id(), "name": duty.rule.name(),
               "due_on": duty.due_on.to_string()})
    };
    json!({
        "id": recorded.id,
        "person": recorded.person,
        "settled": recorded.noted.settled.iter().map(duty).collect::<Vec<_>>(),
        "arisen": recorded.noted.arisen.iter().map(duty).collect::<Vec<_>>(),
    })
}

/// A visit as it is sent; what is left out is as in an ordinary home visit of today.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct VisitIn {
    /// Number of the retiree; left out where the path says it.
    pub person: Option<i64>,
    /// `home`, `telephone`, `office`, `neighbour`, `relative` or `police`.
    pub way: Option<String>,
    pub outcome: Option<Outcome>,
    /// ISO day; today unless given.
    pub on: Option<String>,
    /// 0 for the retiree, else the number of a dependant relative, or -1 for the household of one
    /// who has died.
    pub about: Option<i64>,
    pub visitor: Option<String>,
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// `here`, `in_province`, `other_province` or `abroad`.
    pub away: Option<String>,
    #[serde(default)]
    pub away_place: String,
    #[serde(default)]
    pub need: String,
    #[serde(default)]
    pub note: String,
}

fn day(field: &str, typed: Option<&str>, today: Date) -> Result<Date, Problem> {
    let Some(typed) = typed else { return Ok(today) };
    let day: Option<Date> = typed.parse().ok();
    let day = day.ok_or_else(|| Problem::field(field, "日期应为“2026-11-23”的样式"))?;
    if field == "on" && day > today {
        return Err(Problem::field(field, "走访日期不能晚于今天"));
    }
    Ok(day)
}

impl VisitIn {
    fn report(self, today: Date, visitor: &str) -> Result<Report, Problem> {
        let on = day("on", self.on.as_deref(), today)?;
        let mut report = Report::ordinary(on, self.visitor.as_deref().unwrap_or(visitor).trim());
        if let Some(code) = &self.way {
            let way = Way::from_code(code).filter(|way| super::form::WAYS.contains(way));
            report.way = way.ok_or_else(|| Problem::field("way", "没有这种走访方式"))?;
        }
        if let Some(code) = &self.away {
            let away = Away::from_code(code);
            report.away = Some(away.ok_or_else(|| Problem::field("away", "没有这种居住地"))?);
        }
        report.outcome = self.outcome.unwrap_or(Outcome::Met);
        report.about = self.about.unwrap_or(0);
        for finding in self.findings {
            if !report.findings.contains(&finding) {
                report.findings.push(finding);
            }
        }
        self.away_place.trim().clone_into(&mut report.away_place);
        self.need.trim().clone_into(&mut report.need);
        self.note.trim().clone_into(&mut report.note);
        Ok(report)
    }
}

fn shown(visit: &Visit) -> Value {
    json!({
        "id": visit.id, "person": visit.person, "person_name": visit.person_name,
        "about": visit.about, "org": visit.org, "way": visit.way, "outcome": visit.outcome,
        "on": visit.on.to_string(), "entered_on": visit.entered_on.to_string(),
        "visitor": visit.visitor,
        "findings": visit.findings.split(',').filter(|s| !s.is_empty()).collect::<Vec<_>>(),
        "settled": visit.settled.split(',').filter(|s| !s.is_empty()).collect::<Vec<_>>(),
        "void_reason": visit.void_reason, "version": visit.version,
    })
}

#[utoipa::path(get, path = "/api/v1/visits", tag = "visits", params(
    ("org" = Option<String>, Query), ("from" = Option<String>, Query),
    ("to" = Option<String>, Query), ("way" = Option<String>, Query),
    ("outcome" = Option<String>, Query), ("rule" = Option<String>, Query),
    ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, description = "走访记录，最近的在前")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let filter = ledger::filter(&asked, &actor, app.today())?;
    let limit = asked.limit();
    let start = ledger::cursor(asked.get("after"));
    let visits = lists::page(&app.db, &filter, &start, limit).await?;
    let full = i64::try_from(visits.len()).unwrap_or(0) == limit;
    let after = visits.last().filter(|_| full).map(ledger::after);
    let items: Vec<Value> = visits.iter().map(shown).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

#[utoipa::path(get, path = "/api/v1/visits/{id}", tag = "visits",
    params(("id" = i64, Path)),
    responses((status = 200, description = "一条走访记录"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let visit = super::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let mut value = shown(&visit);
    value["need"] = json!(visit.need);
    value["note"] = json!(visit.note);
    Ok(Json(value))
}

#[utoipa::path(post, path = "/api/v1/visits", tag = "visits", request_body = VisitIn,
    responses((status = 200, description = "已登记"), (status = 404), (status = 422)))]
pub async fn record(
    State(app): State<Shared>,
    Me(actor): Me,
    Json(sent): Json<VisitIn>,
) -> Result<Json<Value>, Problem> {
    let person = sent.person.ok_or_else(|| Problem::field("person", "请写明退休人员的编号"))?;
    let report = sent.report(app.today(), &actor.name)?;
    let recorded = super::record(&app, &actor, person, &report, Caller::Api).await?;
    Ok(Json(told(&recorded)))
}

#[utoipa::path(post, path = "/api/v1/people/{id}/visits", tag = "visits", request_body = VisitIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "已登记"), (status = 404), (status = 422)))]
pub async fn record_of(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Json(sent): Json<VisitIn>,
) -> Result<Json<Value>, Problem> {
    let report = sent.report(app.today(), &actor.name)?;
    let recorded = super::record(&app, &actor, person, &report, Caller::Api).await?;
    Ok(Json(told(&recorded)))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct VoidIn {
    #[serde(default)]
    pub version: i64,
    #[serde(default)]
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/visits/{id}/void", tag = "visits", request_body = VoidIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "已作废"), (status = 404), (status = 412)))]
pub async fn void(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<VoidIn>,
) -> Result<Json<Value>, Problem> {
    let reason = sent.reason.trim();
    super::void(&app, &actor, (id, sent.version), reason, Caller::Api).await?;
    Ok(Json(json!({"id": id, "void": true})))
}

fn entrusted(asked: &Entrustment) -> Value {
    json!({
        "id": asked.id, "person_name": asked.person_name, "to_name": asked.to_name,
        "to_code": asked.to_code, "asked_on": asked.asked_on.to_string(),
        "answer_by": asked.answer_by.to_string(), "state": asked.state,
        "answered_on": asked.answered_on.map(|on| on.to_string()), "version": asked.version,
    })
}

#[utoipa::path(get, path = "/api/v1/entrustments", tag = "visits", params(
    ("side" = Option<String>, Query), ("state" = Option<String>, Query),
    ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "委托；side=in 为请本辖区代办的")))]
pub async fn entrustments(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let side = if asked.get("side") == "in" { Side::Asked } else { Side::Asking };
    if side == Side::Asked {
        actor.may(deeds::VISITS_ANSWER)?;
    }
    let limit = asked.limit();
    let before = asked.number("after").unwrap_or(i64::MAX);
    let scope = actor.scope();
    let mut db = app.db.clone();
    let state = asked.get("state");
    let rows = entrustments::page(&mut db, (&scope, side), state, (before, limit)).await?;
    let full = i64::try_from(rows.len()).unwrap_or(0) == limit;
    let after = rows.last().filter(|_| full).map(|last| last.id);
    let items: Vec<Value> = rows.iter().map(entrusted).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

#[utoipa::path(get, path = "/api/v1/entrustments/{id}", tag = "visits",
    params(("id" = i64, Path)),
    responses((status = 200, description = "一件委托"), (status = 404)))]
pub async fn entrustment(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let asked = entrust::find(&mut app.db.clone(), &actor, id).await?;
    let mut value = entrusted(&asked);
    value["phone"] = json!(asked.phone);
    value["address"] = json!(asked.address);
    value["wish"] = json!(asked.wish);
    value["answer"] = json!(asked.answer);
    if asked.side(&actor) == Side::Asking {
        value["person"] = json!(asked.person);
        value["visit"] = json!(asked.visit);
    }
    Ok(Json(value))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct AskIn {
    /// Number of a body in this system; without it `to_name` says who is asked.
    pub to_org: Option<i64>,
    #[serde(default)]
    pub to_name: String,
    #[serde(default)]
    pub to_contact: String,
    #[serde(default)]
    pub wish: String,
    /// ISO day.
    pub answer_by: Option<String>,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/entrustments", tag = "visits",
    request_body = AskIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已委托"), (status = 404), (status = 422)))]
pub async fn ask(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Json(sent): Json<AskIn>,
) -> Result<Json<Value>, Problem> {
    let answer_by = match &sent.answer_by {
        Some(typed) => Some(day("answer_by", Some(typed), app.today())?),
        None => None,
    };
    let ask = Ask {
        person,
        to_org: sent.to_org,
        to_code: String::new(),
        to_name: sent.to_name.trim().to_owned(),
        to_contact: sent.to_contact.trim().to_owned(),
        wish: sent.wish.trim().to_owned(),
        answer_by,
    };
    let id = entrust::ask(&app, &actor, ask, Caller::Api).await?;
    Ok(Json(json!({"id": id})))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct AnswerIn {
    #[serde(default)]
    pub version: i64,
    /// What was found, in words.
    #[serde(default)]
    pub words: String,
    #[serde(flatten)]
    pub visit: VisitIn,
}

#[utoipa::path(post, path = "/api/v1/entrustments/{id}/answer", tag = "visits",
    request_body = AnswerIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已答复"), (status = 404), (status = 422)))]
pub async fn answer(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<AnswerIn>,
) -> Result<Json<Value>, Problem> {
    let reply = Reply {
        version: sent.version,
        words: sent.words.trim().to_owned(),
        report: sent.visit.report(app.today(), &actor.name)?,
    };
    entrust::answer(&app, &actor, id, reply, Caller::Api).await?;
    Ok(Json(json!({"id": id, "state": "answered"})))
}

#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct WithdrawIn {
    #[serde(default)]
    pub version: i64,
}

#[utoipa::path(post, path = "/api/v1/entrustments/{id}/withdraw", tag = "visits",
    request_body = WithdrawIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已撤回"), (status = 404), (status = 412)))]
pub async fn withdraw(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<WithdrawIn>,
) -> Result<Json<Value>, Problem> {
    entrust::withdraw(&app, &actor, (id, sent.version), Caller::Api).await?;
    Ok(Json(json!({"id": id, "state": "withdrawn"})))
}

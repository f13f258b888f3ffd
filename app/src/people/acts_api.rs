//! Marks and relatives for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use kernel::Problem;
use rules::facts::Mark;
use rules::identity::{Mask, mask, mask_telephone};
use serde_json::{Value, json};

use super::acts::Caller;
use super::marks::{self, How, Setting};
use super::relatives;
use crate::registry;
use crate::registry::marks::Marking;
use crate::registry::relatives::{NewRelative, Relative};
use crate::web::{Me, Shared};

/// A day as it is sent.
///
/// # Errors
/// A field problem when it is none.
pub fn day(field: &str, typed: Option<&str>) -> Result<Option<Date>, Problem> {
    let wrong = || Problem::field(field, "日期应为“2026-11-23”的样式");
    typed.map(|typed| typed.parse().map_err(|_| wrong())).transpose()
}

fn told_mark(mark: &Marking) -> Value {
    json!({
        "id": mark.id, "mark": mark.mark.code(), "name": mark.mark.name(),
        "since": mark.since.to_string(), "evidence": mark.evidence,
        "ended_on": mark.ended_on.map(|day| day.to_string()), "end_reason": mark.end_reason,
    })
}

#[utoipa::path(get, path = "/api/v1/people/{id}/marks", tag = "people",
    params(("id" = i64, Path)),
    responses((status = 200, description = "特殊群体标记，包括已终止的"), (status = 404)))]
pub async fn marks_of(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), id).await?;
    let marks = registry::marks::of_person(&mut db, person.id).await?;
    Ok(Json(json!({"items": marks.iter().map(told_mark).collect::<Vec<_>>()})))
}

/// A mark to be set.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MarkIn {
    /// `alone`, `ill`, `poor`, `aged`, `before_prc`, `model`, `lives_alone` or `disabled`.
    pub mark: String,
    /// ISO day.
    pub since: Option<String>,
    /// What it rests on.
    pub evidence: String,
}

#[utoipa::path(post, path = "/api/v1/people/{id}/marks", tag = "people", request_body = MarkIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "已列入"), (status = 404), (status = 422)))]
pub async fn set_mark(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<MarkIn>,
) -> Result<Json<Value>, Problem> {
    let asked = Setting {
        mark: Mark::from_code(&sent.mark),
        since: day("since", sent.since.as_deref())?,
        evidence: sent.evidence.trim().to_owned(),
    };
    let person = marks::set(&app, &actor, id, &asked, Caller::Api).await?;
    Ok(Json(json!({"person": person, "mark": sent.mark, "since": sent.since})))
}

/// The end of a mark.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MarkEndIn {
    /// ISO day; not needed when it never held.
    pub ended_on: Option<String>,
    /// `ended` (it held until that day) or `mistaken` (it never did).
    pub how: String,
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/marks/{id}/end", tag = "people", request_body = MarkEndIn,
    params(("id" = i64, Path)),
    responses((status = 200, description = "已终止"), (status = 404), (status = 422)))]
pub async fn end_mark(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<MarkEndIn>,
) -> Result<Json<Value>, Problem> {
    let how = match sent.how.as_str() {
        "mistaken" => How::Mistaken,
        _ => How::Ended(day("ended_on", sent.ended_on.as_deref())?),
    };
    marks::end(&app, &actor, id, (how, sent.reason.trim()), Caller::Api).await?;
    let mark = marks::find(&mut app.db.clone(), &actor, id).await?;
    Ok(Json(json!({"id": id, "ended_on": mark.ended_on.map(|day| day.to_string())})))
}

fn told_relative(relative: &Relative) -> Value {
    let fields = &relative.fields;
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    json!({
        "id": relative.id, "person": relative.person, "version": relative.version,
        "name": fields.name, "relation": fields.relation,
        "id_number": mask(&fields.id_number, Mask::First3Last4),
        "born_on": day(fields.born_on), "phone": mask_telephone(&fields.phone),
        "household": fields.household, "contact_rank": fields.contact_rank,
        "dependant_since": day(fields.dependant_since),
        "dependant_until": day(fields.dependant_until), "ended_on": day(relative.ended_on),
    })
}

#[utoipa::path(get, path = "/api/v1/people/{id}/relatives", tag = "people",
    params(("id" = i64, Path)),
    responses((status = 200, description = "亲属与联系人，包括已终止的"), (status = 404)))]
pub async fn relatives_of(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), id).await?;
    let relatives = registry::relatives::of_person(&mut db, person.id).await?;
    Ok(Json(json!({"items": relatives.iter().map(told_relative).collect::<Vec<_>>()})))
}

/// A relative or contact. In a change, what is left out stays as it is.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct RelativeIn {
    /// The version that was read; only in a change.
    pub version: i64,
    pub name: Option<String>,
    /// `spouse`, `son`, `daughter`, `father`, `mother`, `grandchild`, `sibling`, `nephew`,
    /// `neighbour` or `other`.
    pub relation: Option<String>,
    pub id_number: Option<String>,
    /// ISO day.
    pub born_on: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// `same`, `near` or `far`.
    pub household: Option<String>,
    /// 1 is called first.
    pub contact_rank: Option<i64>,
    /// ISO day from which followed as a dependant.
    pub dependant_since: Option<String>,
    /// ISO day until which followed as a dependant.
    pub dependant_until: Option<String>,
}

impl RelativeIn {
    fn over(self, mut known: NewRelative) -> Result<NewRelative, Problem> {
        let texts = [
            (&mut known.name, self.name),
            (&mut known.relation, self.relation),
            (&mut known.id_number, self.id_number),
            (&mut known.phone, self.phone),
            (&mut known.address, self.address),
            (&mut known.household, self.household),
        ];
        for (text, sent) in texts {
            if let Some(sent) = sent {
                sent.trim().clone_into(text);
            }
        }
        let days = [
            ("born_on", &mut known.born_on, self.born_on),
            ("dependant_since", &mut known.dependant_since, self.dependant_since),
            ("dependant_until", &mut known.dependant_until, self.dependant_until),
        ];
        for (field, known, sent) in days {
            *known = day(field, sent.as_deref())?.or(*known);
        }
        known.contact_rank = self.contact_rank.or(known.contact_rank);
        Ok(known)
    }
}

#[utoipa::path(post, path = "/api/v1/people/{id}/relatives", tag = "people",
    request_body = RelativeIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已登记"), (status = 404), (status = 422)))]
pub async fn add_relative(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Json(sent): Json<RelativeIn>,
) -> Result<Json<Value>, Problem> {
    let new = sent.over(NewRelative::default())?;
    let id = relatives::add(&app, &actor, person, &new, Caller::Api).await?;
    Ok(Json(json!({"id": id, "person": person})))
}

#[utoipa::path(patch, path = "/api/v1/relatives/{id}", tag = "people",
    request_body = RelativeIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已变更"), (status = 404), (status = 412),
        (status = 422)))]
pub async fn change_relative(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<RelativeIn>,
) -> Result<Json<Value>, Problem> {
    let known = relatives::find(&mut app.db.clone(), &actor, id).await?;
    let version = sent.version;
    let new = sent.over(known.fields)?;
    let now = relatives::change(&app, &actor, (id, version), &new, Caller::Api).await?;
    Ok(Json(json!({"id": id, "version": now.version})))
}

/// The end of a relative or contact.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct RelativeEndIn {
    pub version: i64,
    /// ISO day.
    pub ended_on: Option<String>,
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/relatives/{id}/end", tag = "people",
    request_body = RelativeEndIn, params(("id" = i64, Path)),
    responses((status = 200, description = "已终止"), (status = 404), (status = 412)))]
pub async fn end_relative(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Json(sent): Json<RelativeEndIn>,
) -> Result<Json<Value>, Problem> {
    let on = day("ended_on", sent.ended_on.as_deref())?;
    let at = (id, sent.version);
    relatives::end(&app, &actor, at, (on, sent.reason.trim()), Caller::Api).await?;
    Ok(Json(json!({"id": id, "ended_on": sent.ended_on})))
}

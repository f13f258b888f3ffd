//! Health notes of a retiree: sealed, and shown to those alone whose post includes it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, Input, Table, Tone, form_post, submit, text_field, textarea};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::acts::{about, sent_back, who};
use crate::deeds;
use crate::registry::{self, health};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let preset = Fields(vec![("on".to_owned(), app.today().to_string())]);
    let notice = (!asked.get("saved").is_empty()).then_some("健康备注已保存");
    health_page(&app, &actor, person, (&preset, Vec::new(), notice)).await
}

async fn health_page(
    app: &Shared,
    actor: &Actor,
    person: i64,
    (fields, errors, notice): (&Fields, Vec<frame::FieldError>, Option<&'static str>),
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), person).await?;
    let notes = health::of_person(&mut db, person.id).await?;
    let rows = notes.iter().map(|note| {
        vec![frame::time(&note.on.to_string()), frame::text(&note.note), frame::text(&note.who)]
    });
    let columns = vec![Col::day("日期"), Col::text("情况"), Col::text("填写人")];
    let empty = "还没有健康备注";
    let form = html! {
        (text_field(Input::date("on", "日期").value(fields.get("on")).errors(&errors)))
        (textarea(Input::new("note", "情况").value(fields.get("note")).errors(&errors)
            .hint("只记服务中需要知道的，例如行动不便、需要陪护；不要抄录病历"), 3))
        (submit("保存"))
    };
    let action = format!("/people/{}/health", person.id);
    let body = html! {
        (who(&person))
        (frame::table(Table::new("健康备注", columns).rows(rows.collect()).empty(empty)))
        h2 { "新增备注" }
        p { "备注加密保存，只有获准的岗位能看；写错的不能删改，请另写一条更正。" }
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
    };
    let shell = about(app, actor, &person, "健康备注", body).errors(errors);
    let shell = match notice {
        Some(words) => shell.notice(Tone::Good, words),
        None => shell,
    };
    Ok(shell.render())
}

/// Keeps a note about somebody's health.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems.
pub async fn keep(
    app: &Shared,
    actor: &Actor,
    person: i64,
    (on, note): (Option<Date>, &str),
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_HEALTH)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), person).await?;
    let on = on.ok_or_else(|| Problem::field("on", "请填写日期"))?;
    if on > app.today() {
        return Err(Problem::field("on", "日期不能晚于今天"));
    }
    if !(2..=1000).contains(&note.chars().count()) {
        return Err(Problem::field("note", "请填写情况，2 至 1000 个字"));
    }
    health::insert(&mut act, person.id, on, note).await?;
    let outcome = format!("/people/{}/health?saved=1", person.id);
    act.commit(&format!("person/{}", person.id), &outcome).await
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let on = fields.day("on", &mut errors);
    let kept = if errors.is_empty() {
        keep(&app, &actor, person, (on, fields.get("note"))).await
    } else {
        Err(Problem::Invalid(errors))
    };
    match kept {
        Ok(()) => Ok(Redirect::to(&format!("/people/{person}/health?saved=1")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let typed = (&fields, shown(&problem), None);
            Ok(sent_back(health_page(&app, &actor, person, typed).await?))
        }
        Err(problem) => Err(problem),
    }
}

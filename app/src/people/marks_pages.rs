//! The special groups of a retiree: a page with what stands and a form, and a page to end one.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, Table, Tone, Width, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::facts::Mark;

use super::acts::{Caller, about, day, sent_back, who};
use super::marks::{self, How, Setting};
use crate::deeds;
use crate::registry::marks::{Marking, of_person};
use crate::registry::{self, Person};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut preset = Fields(vec![("since".to_owned(), app.today().to_string())]);
    preset.0.extend(asked.0.iter().filter(|(name, _)| name == "mark").cloned());
    let notice = match (asked.get("saved"), asked.get("ended")) {
        ("", "") => None,
        ("", _) => Some("已终止"),
        _ => Some("已列入特殊群体，应办事项已相应推出"),
    };
    list_page(&app, &actor, person, (&preset, Vec::new(), notice)).await
}

type Typed<'a> = (&'a Fields, Vec<frame::FieldError>, Option<&'static str>);

async fn list_page(
    app: &Shared,
    actor: &Actor,
    person: i64,
    (fields, errors, notice): Typed<'_>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), person).await?;
    let marks = of_person(&mut db, person.id).await?;
    let may = actor.can(deeds::PEOPLE_CHANGE) && person.status == "active";
    let body = html! {
        (who(&person))
        (table(&marks, if may { Actions::Shown } else { Actions::Hidden }))
        @if may {
            h2 { "列入特殊群体" }
            (form(app, actor, &person, (fields, &errors)))
        }
    };
    let shell = about(app, actor, &person, "特殊群体", body).errors(errors);
    let shell = match notice {
        Some(words) => shell.notice(Tone::Good, words),
        None => shell,
    };
    Ok(shell.render())
}

/// Whether the column 操作 is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Actions {
    Shown,
    Hidden,
}

fn table(marks: &[Marking], actions: Actions) -> Markup {
    let mut columns = vec![
        Col::head("特殊群体"),
        Col::day("列入日期"),
        Col::text("依据"),
        Col::day("终止日期"),
        Col::text("终止原因"),
    ];
    if actions == Actions::Shown {
        columns.push(Col::actions());
    }
    let rows = marks.iter().map(|mark| {
        vec![
            frame::text(mark.mark.name()),
            frame::time(&mark.since.to_string()),
            frame::text(&mark.evidence),
            day(mark.ended_on),
            frame::text(&mark.end_reason),
            html! { @if mark.ended_on.is_none() {
                a href={ "/marks/" (mark.id) "/end" } { "终止" span.unseen { (mark.mark.name()) } }
            } },
        ]
    });
    let empty = "没有列入特殊群体";
    frame::table(Table::new("特殊群体标记", columns).rows(rows.collect()).empty(empty))
}

fn form(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (fields, errors): (&Fields, &[frame::FieldError]),
) -> Markup {
    let choices: Vec<Choice<'_>> =
        Mark::ALL.iter().map(|mark| Choice::new(mark.code(), mark.name())).collect();
    let of = |name, label| Input::new(name, label).value(fields.get(name)).errors(errors);
    let body = html! {
        (frame::radio_group(of("mark", "特殊群体"), &choices))
        (text_field(Input::date("since", "从哪一天起").value(fields.get("since")).errors(errors)))
        (text_field(of("evidence", "依据").width(Width::Full)
            .hint("证件名称和编号、审批文件，或哪次走访了解到的")))
        (submit("列入"))
    };
    let action = format!("/people/{}/marks", person.id);
    form_post(&action, &csrf(app, actor.session), &new_key(), body)
}

pub async fn set(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let since = fields.day("since", &mut errors);
    let asked = Setting {
        mark: Mark::from_code(fields.get("mark")),
        since,
        evidence: fields.get("evidence").to_owned(),
    };
    let done = if errors.is_empty() {
        marks::set(&app, &actor, person, &asked, Caller::Page).await
    } else {
        Err(Problem::Invalid(errors))
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/people/{id}/marks?saved=1")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let typed = (&fields, shown(&problem), None);
            Ok(sent_back(list_page(&app, &actor, person, typed).await?))
        }
        Err(problem) => Err(problem),
    }
}

pub async fn end_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let preset = Fields(vec![("ended_on".to_owned(), app.today().to_string())]);
    end_page(&app, &actor, id, (&preset, Vec::new())).await
}

const HOWS: &[Choice<'_>] = &[
    Choice::new("ended", "情况有变，从终止日期起不再属于"),
    Choice::new("mistaken", "登记有误，从来不属于").hint("由它推出的应办事项一并撤去"),
];

async fn end_page(
    app: &Shared,
    actor: &Actor,
    id: i64,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let mark = marks::find(&mut db, actor, id).await?;
    let person = registry::find(&mut db, &actor.scope(), mark.person).await?;
    let how = if fields.get("how").is_empty() { "ended" } else { fields.get("how") };
    let form = html! {
        (frame::radio_group(Input::new("how", "为什么终止").value(how), HOWS))
        (text_field(Input::date("ended_on", "终止日期").value(fields.get("ended_on"))
            .errors(&errors)))
        (text_field(Input::new("reason", "原因说明").value(fields.get("reason"))
            .errors(&errors).width(Width::Full)))
        (submit("终止"))
    };
    let body = html! {
        (who(&person))
        p { (mark.mark.name()) "，" (frame::time(&mark.since.to_string())) "列入；依据："
            (mark.evidence) }
        (form_post(&format!("/marks/{id}/end"), &csrf(app, actor.session), &new_key(), form))
    };
    let shell = about(app, actor, &person, "终止特殊群体标记", body)
        .crumb("特殊群体", format!("/people/{}/marks", person.id));
    Ok(shell.errors(errors).render())
}

pub async fn end(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let how = match fields.get("how") {
        "mistaken" => How::Mistaken,
        _ => How::Ended(fields.day("ended_on", &mut errors)),
    };
    let done = if errors.is_empty() {
        marks::end(&app, &actor, id, (how, fields.get("reason")), Caller::Page).await
    } else {
        Err(Problem::Invalid(errors))
    };
    match done {
        Ok(person) => Ok(Redirect::to(&format!("/people/{person}/marks?ended=1")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            Ok(sent_back(end_page(&app, &actor, id, (&fields, shown(&problem))).await?))
        }
        Err(problem) => Err(problem),
    }
}

//! The pages of a departure: the form, what was recorded, coming back, taking it back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Input, Tone, Width, form_post, submit, text_field};
use kernel::{Actor, FieldError, Problem};
use maud::{Markup, html};

use super::acts::{Caller, about, gone, sent_back, who};
use super::left::{self, Told, WHYS};
use crate::codes::name_of;
use crate::deeds;
use crate::registry::endings::{Kind, standing};
use crate::registry::{self, Person};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    if person.status == "left" {
        let saved = !asked.get("saved").is_empty();
        let preset = Fields(vec![("taken_in_on".to_owned(), app.today().to_string())]);
        let notice = saved.then_some("转出已登记，原有的应办事项已停止");
        return recorded_page(&app, &actor, &person, (&preset, Vec::new(), notice)).await;
    }
    actor.may(deeds::PEOPLE_MOVE)?;
    if person.status == "dead" {
        return Err(gone(&person.status));
    }
    let preset = Fields(vec![
        ("version".to_owned(), person.version.to_string()),
        ("left_on".to_owned(), app.today().to_string()),
    ]);
    Ok(form_page(&app, &actor, &person, (&preset, Vec::new())))
}

fn form_page(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Markup {
    let whys: Vec<Choice<'_>> = WHYS.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let of = |name, label| Input::new(name, label).value(fields.get(name)).errors(&errors);
    let form = html! {
        (frame::hidden("version", fields.get("version")))
        (text_field(Input::date("left_on", "转出日期").value(fields.get("left_on"))
            .errors(&errors)))
        (frame::radio_group(of("why", "转出的原因"), &whys))
        (text_field(of("place", "转往何地、由哪个机构接管").optional().width(Width::Full)))
        (text_field(of("note", "说明").optional().width(Width::Full)))
        (frame::danger_submit("登记转出"))
    };
    let other = format!("/people/{}/move", person.id);
    let body = html! {
        (who(person))
        p { "只在不再由本系统内的任何社区站服务时办理；转到本市另一个社区站的，请"
            a href=(other) { "转移到其他社区" } "。登记后应办事项停止。" }
        (form_post(&format!("/people/{}/left", person.id), &csrf(app, actor.session), &new_key(),
            form))
    };
    about(app, actor, person, "登记转出", body).errors(errors).render()
}

pub async fn record(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = match read(&fields) {
        Ok(told) => left::record(&app, &actor, id, &told, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}/left?saved=1")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
            Ok(sent_back(form_page(&app, &actor, &person, (&fields, shown(&problem)))))
        }
        Err(problem) => Err(problem),
    }
}

fn read(fields: &Fields) -> Result<Told, Problem> {
    let mut errors: Vec<FieldError> = Vec::new();
    let on = fields.day("left_on", &mut errors);
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    let text = |name: &str| fields.get(name).to_owned();
    let version = Some(fields.number("version").unwrap_or(0));
    Ok(Told { version, on, why: text("why"), place: text("place"), note: text("note") })
}

async fn recorded_page(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (fields, errors, notice): (&Fields, Vec<frame::FieldError>, Option<&'static str>),
) -> Result<Markup, Problem> {
    let known = standing(&mut app.db.clone(), person.id, Kind::Left).await?;
    let post = |what: &str, form: Markup| {
        let action = format!("/people/{}/{what}", person.id);
        form_post(&action, &csrf(app, actor.session), &new_key(), form)
    };
    let body = html! {
        (who(person))
        @if let Some(known) = &known {
            (frame::facts_list(&[
                ("转出日期", frame::time(&known.on.to_string())),
                ("原因", html! { (name_of(WHYS, &known.source)) }),
                ("转往", html! { (known.place) }),
                ("说明", html! { (known.note) }),
                ("登记", html! { (frame::time(&known.entered_on.to_string())) " " (known.who) }),
            ]))
        }
        @if actor.can(deeds::PEOPLE_ENTER) {
            h2 { "又回来了" }
            (post("return", html! {
                (text_field(Input::date("taken_in_on", "重新纳入的日期")
                    .value(fields.get("taken_in_on")).errors(&errors)))
                (submit("重新纳入"))
            }))
        }
        @if actor.can(deeds::PEOPLE_MOVE) {
            h2 { "登记有误" }
            (post("left/undo", html! {
                (text_field(Input::new("reason", "撤销的原因").value(fields.get("reason"))
                    .errors(&errors).width(Width::Full)))
                (frame::danger_submit("撤销转出登记"))
            }))
        }
    };
    let shell = about(app, actor, person, "转出登记", body).errors(errors);
    Ok(match notice {
        Some(words) => shell.notice(Tone::Good, words).render(),
        None => shell.render(),
    })
}

async fn back(
    app: &Shared,
    actor: &Actor,
    (id, fields): (i64, &Fields),
    done: Result<(), Problem>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
            let typed = (fields, shown(&problem), None);
            Ok(sent_back(recorded_page(app, actor, &person, typed).await?))
        }
        Err(problem) => Err(problem),
    }
}

pub async fn undo(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = left::undo(&app, &actor, id, fields.get("reason"), Caller::Page).await;
    back(&app, &actor, (id, &fields), done).await
}

pub async fn come_back(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let on = fields.day("taken_in_on", &mut errors);
    let done = if errors.is_empty() {
        left::come_back(&app, &actor, id, on, Caller::Page).await
    } else {
        Err(Problem::Invalid(errors))
    };
    back(&app, &actor, (id, &fields), done).await
}

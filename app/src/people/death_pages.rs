//! The pages of a death: the form, the answers to be checked, what follows, taking it back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Answer, Choice, Input, Tone, Width, check_answers, form_post, submit, text_field};
use jiff::civil::Date;
use kernel::{Actor, FieldError, Problem};
use maud::{Markup, html};
use rules::duties::State as DutyState;

use super::acts::{Caller, about, sent_back, who};
use super::death::{self, Doubts, SOURCES, Told};
use super::relatives_pages;
use crate::codes::name_of;
use crate::deeds;
use crate::duties::{self, shown::tag};
use crate::registry::endings::{Kind, standing};
use crate::registry::{self, Person, relatives};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    if person.status == "dead" {
        let saved = !asked.get("saved").is_empty();
        let notice = saved.then_some("死亡已登记，原有的应办事项已停止");
        return recorded_page(&app, &actor, &person, ("", Vec::new(), notice)).await;
    }
    actor.may(deeds::DEATH_RECORD)?;
    if person.status == "left" {
        return Err(super::acts::gone(&person.status));
    }
    let preset = Fields(vec![("version".to_owned(), person.version.to_string())]);
    Ok(form_page(&app, &actor, &person, (&preset, Vec::new())))
}

fn form_page(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Markup {
    let sources: Vec<Choice<'_>> =
        SOURCES.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let form = html! {
        (frame::hidden("version", fields.get("version")))
        (text_field(Input::date("died_on", "去世日期").value(fields.get("died_on"))
            .errors(&errors)))
        (frame::radio_group(Input::new("source", "从何处得知").value(fields.get("source"))
            .errors(&errors), &sources))
        (text_field(Input::new("note", "说明").optional().value(fields.get("note"))
            .errors(&errors).width(Width::Full).hint("例如证明文件的名称和编号、报告人与本人的关系")))
        (submit("下一步：核对"))
    };
    let body = html! { (who(person)) (post(app, actor, person, form)) };
    about(app, actor, person, "登记死亡", body).errors(errors).render()
}

fn post(app: &Shared, actor: &Actor, person: &Person, form: Markup) -> Markup {
    let action = format!("/people/{}/death", person.id);
    form_post(&action, &csrf(app, actor.session), &new_key(), form)
}

/// What was typed is read once more before it is done.
async fn check_page(
    app: &Shared,
    actor: &Actor,
    (person, on): (&Person, Date),
    fields: &Fields,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let relatives = relatives::of_person(&mut db, person.id).await?;
    let n_followed = relatives.iter().filter(|one| one.fields.is_dependant()).count();
    let owed = duties::store::of_person(&mut db, person.id).await?;
    let n_open = owed.iter().filter(|one| one.duty.state == DutyState::Open).count();
    let answer = |label, value| Answer { label, value, change: None };
    let answers = [
        answer("姓名", html! { (person.name) }),
        answer("去世日期", frame::time(&on.to_string())),
        answer("从何处得知", html! { (name_of(SOURCES, fields.get("source"))) }),
        answer(
            "说明",
            html! { @if fields.get("note").is_empty() { "未填" }
            @else { (fields.get("note")) } },
        ),
    ];
    let kept = html! {
        @for name in ["version", "died_on", "source", "note"] {
            (frame::hidden(name, fields.get(name)))
        }
    };
    let body = html! {
        @for doubt in death::doubts_of(person, on) { (frame::notice(Tone::Warn, &doubt)) }
        (check_answers(&answers))
        (frame::panel(Tone::Warn, "登记以后", html! {
            ul {
                li { "不再列入在管人数，未办的" (n_open) "项事项停止，亡故慰问列为应办；" }
                li { "供养直系亲属现有" (n_followed) "人，继续走访；没有登记的请补登；" }
                li { "待确认的转移自动撤回。登记有误的可以撤销。" }
            }
        }))
        (frame::toolbar(html! {
            (post(app, actor, person, html! {
                (kept) (frame::hidden("step", "confirmed")) (frame::danger_submit("确认登记死亡"))
            }))
            (post(app, actor, person, html! {
                (kept) (frame::hidden("step", "edit"))
                button.button.second type="submit" { "返回修改" }
            }))
        }))
    };
    Ok(about(app, actor, person, "核对死亡登记", body).render())
}

pub async fn record(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let step = fields.get("step");
    if step == "edit" {
        return Ok(form_page(&app, &actor, &person, (&fields, Vec::new())).into_response());
    }
    let done = match read(&fields) {
        Ok(told) if step == "confirmed" => {
            let told = (&told, Doubts::Seen);
            let recorded = death::record(&app, &actor, id, told, Caller::Page).await;
            recorded.map(|_| None)
        }
        Ok(told) => death::judge(&person, &told, app.today()).map(Some),
        Err(problem) => Err(problem),
    };
    match done {
        Ok(None) => Ok(Redirect::to(&format!("/people/{id}/death?saved=1")).into_response()),
        Ok(Some(on)) => Ok(check_page(&app, &actor, (&person, on), &fields).await?.into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            Ok(sent_back(form_page(&app, &actor, &person, (&fields, shown(&problem)))))
        }
        Err(problem) => Err(problem),
    }
}

fn read(fields: &Fields) -> Result<Told, Problem> {
    let mut errors: Vec<FieldError> = Vec::new();
    let on = fields.day("died_on", &mut errors);
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    Ok(Told {
        version: Some(fields.number("version").unwrap_or(0)),
        on,
        source: fields.get("source").to_owned(),
        note: fields.get("note").to_owned(),
    })
}

async fn recorded_page(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (typed, errors, notice): (&str, Vec<frame::FieldError>, Option<&'static str>),
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let known = standing(&mut db, person.id, Kind::Died).await?;
    let owed = duties::store::of_person(&mut db, person.id).await?;
    let relatives = relatives::of_person(&mut db, person.id).await?;
    let kin = format!("/people/{}/relatives/new", person.id);
    let body = html! {
        (who(person))
        @if let Some(known) = &known {
            (frame::facts_list(&[
                ("去世日期", frame::time(&known.on.to_string())),
                ("从何处得知", html! { (name_of(SOURCES, &known.source)) }),
                ("说明", html! { (known.note) }),
                ("登记", html! { (frame::time(&known.entered_on.to_string())) " " (known.who) }),
            ]))
        }
        h2 { "接下来要办" }
        ul { @for one in owed.iter().filter(|one| one.duty.state == DutyState::Open) {
            @let (tone, words) = tag(&one.duty, app.today());
            li { a href={ "/duties/" (one.id) } { (one.duty.rule.name()) }
                "，期限 " (one.duty.due_on) " " (frame::tag(tone, &words)) }
        } }
        @if actor.can(deeds::PEOPLE_CHANGE) {
            (frame::toolbar(frame::button_link(&kin, "登记供养直系亲属")))
        }
        (relatives_pages::table(&relatives, 0))
        @if actor.can(deeds::DEATH_RECORD) { (undo_form(app, actor, person, (typed, &errors))) }
    };
    let shell = about(app, actor, person, "死亡登记", body).errors(errors);
    Ok(match notice {
        Some(words) => shell.notice(Tone::Good, words).render(),
        None => shell.render(),
    })
}

fn undo_form(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (typed, errors): (&str, &[frame::FieldError]),
) -> Markup {
    let action = format!("/people/{}/death/undo", person.id);
    let form = html! {
        (text_field(Input::new("reason", "撤销的原因").value(typed).errors(errors)
            .width(Width::Full).hint("例如：登记错人，本人健在")))
        (frame::danger_submit("撤销死亡登记"))
    };
    html! {
        h2 { "登记有误" }
        p { "撤销后恢复在管，原来应办的事项重新列出；登记过的内容和撤销的原因都留存。" }
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
    }
}

pub async fn undo(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let why = fields.get("reason");
    match death::undo(&app, &actor, id, why, Caller::Page).await {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
            let typed = (why, shown(&problem), None);
            Ok(sent_back(recorded_page(&app, &actor, &person, typed).await?))
        }
        Err(problem) => Err(problem),
    }
}

//! Asking another body for a visit, and the lists of both sides.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, Table, Tone, form_post, radio_group, submit};
use frame::{text_field, textarea};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::Caller;
use super::entrust::{self, Ask, Entrustment, Side};
use super::store::entrustments::{self, Body};
use crate::deeds;
use crate::registry::{self, Person};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), person).await?;
    let mut preset = asked.0.clone();
    let answer_by = app.today().checked_add(30.days()).unwrap_or(app.today());
    preset.push(("answer_by".to_owned(), answer_by.to_string()));
    let wish = "请代为走访，了解其生活和身体状况，并请答复。";
    preset.push(("wish".to_owned(), wish.to_owned()));
    ask_page(&app, &actor, &person, (&Fields(preset), Vec::new())).await
}

async fn found(app: &Shared, typed: &str) -> Result<Vec<Body>, Problem> {
    if typed.chars().count() < 2 {
        return Ok(Vec::new());
    }
    Ok(entrustments::bodies(&mut app.db.clone(), typed).await?)
}

async fn ask_page(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let typed = fields.get("find");
    let bodies = found(app, typed).await?;
    let action = format!("/people/{}/entrust", person.id);
    let search = html! {
        (text_field(Input::new("find", "查找本系统内的机构").value(typed).optional()
            .hint("填机构名称或代码，例如“西区”")))
    };
    let form = ask_fields(&bodies, (fields, &errors));
    let body = html! {
        (frame::facts_list(&[
            ("姓名", html! { a href={ "/people/" (person.id) } { (person.name) } }),
            ("住址", html! { (person.address) }),
            ("异地居住地", html! { @if person.away_place.is_empty() { "未填" }
                @else { (person.away_place) } }),
        ]))
        (frame::filters(&action, search))
        @if !typed.is_empty() && bodies.is_empty() {
            (frame::notice(Tone::Warn, "没有找到这个机构，可以在下面填写外部机构"))
        }
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
    };
    let shell = page(app, actor, "委托走访", body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, format!("/people/{}", person.id));
    Ok(shell.errors(errors).render())
}

fn ask_fields(bodies: &[Body], (fields, errors): (&Fields, &[frame::FieldError])) -> Markup {
    let known: Vec<(String, String)> = bodies
        .iter()
        .map(|body| (body.id.to_string(), format!("{}（{}）", body.name, body.code)))
        .collect();
    let mut choices: Vec<Choice<'_>> =
        known.iter().map(|(id, name)| Choice::new(id, name)).collect();
    choices.push(Choice::new("", "外部机构，在下面填写"));
    let text = |name, label| Input::new(name, label).value(fields.get(name)).errors(errors);
    html! {
        (frame::hidden("find", fields.get("find")))
        @if !bodies.is_empty() {
            (radio_group(Input::new("to_org", "受托机构").value(fields.get("to_org"))
                .errors(errors), &choices))
        }
        (text_field(text("to_name", "外部机构名称").optional()))
        (text_field(text("to_contact", "外部机构联系人、电话、地址").optional()
            .width(frame::Width::Full)))
        (textarea(text("wish", "请对方做什么"), 3))
        (text_field(Input::date("answer_by", "请在这一天以前答复").value(fields.get("answer_by"))
            .errors(errors)))
        (submit("发出委托"))
    }
}

pub async fn ask(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let asked = match read(&fields, person) {
        Ok(ask) => entrust::ask(&app, &actor, ask, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(id) => Ok(Redirect::to(&format!("/entrustments/{id}")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let mut db = app.db.clone();
            let person = registry::find(&mut db, &actor.scope(), person).await?;
            let errors = shown(&problem);
            let page = ask_page(&app, &actor, &person, (&fields, errors)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn read(fields: &Fields, person: i64) -> Result<Ask, Problem> {
    let mut errors = Vec::new();
    let answer_by = fields.day("answer_by", &mut errors);
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    Ok(Ask {
        person,
        to_org: fields.number("to_org"),
        to_code: String::new(),
        to_name: fields.get("to_name").to_owned(),
        to_contact: fields.get("to_contact").to_owned(),
        wish: fields.get("wish").to_owned(),
        answer_by,
    })
}

/// Rows on a page of a list.
const N_ROWS: i64 = 50;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let side = if asked.get("side") == "in" { Side::Asked } else { Side::Asking };
    let state = match asked.get("state") {
        known @ ("asked" | "answered" | "withdrawn") => known,
        _ => "",
    };
    let before = asked.number("after").unwrap_or(i64::MAX);
    let mut db = app.db.clone();
    let scope = actor.scope();
    let rows = if side == Side::Asked && !actor.can(deeds::VISITS_ANSWER) {
        Vec::new()
    } else {
        entrustments::page(&mut db, (&scope, side), state, (before, N_ROWS)).await?
    };
    let side_code = if side == Side::Asked { "in" } else { "out" };
    let full = i64::try_from(rows.len()).unwrap_or(0) == N_ROWS;
    let next = rows
        .last()
        .filter(|_| full)
        .map(|last| format!("/entrustments?side={side_code}&state={state}&after={}", last.id));
    let tab = |title: &str, code: &str| {
        let href = format!("/entrustments?side={code}");
        frame::Link::new(title, href).current_if(|| code == side_code)
    };
    let states =
        [("", "全部"), ("asked", "待答复"), ("answered", "已答复"), ("withdrawn", "已撤回")]
            .map(|(code, name)| Choice::new(code, name));
    let body = html! {
        (frame::tabs("委托走访", &[tab("本辖区发出的委托", "out"), tab("请本辖区代办的", "in")]))
        (frame::filters("/entrustments", html! {
            (frame::hidden("side", side_code))
            (frame::select_field(Input::new("state", "状态").value(state), &states))
        }))
        (table(&rows, app.today()))
        (frame::pager(frame::Pager { next, ..frame::Pager::default() }))
    };
    Ok(page(&app, &actor, "委托走访", body).render())
}

/// The colour of an entrustment's state.
pub fn tone(asked: &Entrustment, today: Date) -> Tone {
    match asked.state.as_str() {
        "asked" if today > asked.answer_by => Tone::Bad,
        "asked" => Tone::Info,
        "answered" => Tone::Good,
        _ => Tone::Plain,
    }
}

fn table(rows: &[Entrustment], today: Date) -> Markup {
    let columns = vec![
        Col::head("姓名"),
        Col::text("受托机构"),
        Col::day("委托日期"),
        Col::day("答复期限"),
        Col::text("状态"),
        Col::actions(),
    ];
    let cells = rows.iter().map(|asked| {
        vec![
            frame::text(&asked.person_name),
            frame::text(&asked.to_name),
            frame::time(&asked.asked_on.to_string()),
            frame::time(&asked.answer_by.to_string()),
            frame::tag(tone(asked, today), asked.state_name(today)),
            html! { a href={ "/entrustments/" (asked.id) } {
            "查看" span.unseen { (asked.person_name) "的委托" } } },
        ]
    });
    frame::table(
        Table::new("委托", columns)
            .rows(cells.collect())
            .numbered_from(1)
            .empty("没有委托。要委托走访，请先打开退休人员，在登记走访页面选“委托当地机构走访”"),
    )
}

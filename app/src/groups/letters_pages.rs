//! Letters of members of the party: those that wait, who has none yet, the form of one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, FieldError, Input, Kind, Pager, Table, Tone, Width};
use frame::{form_post, select_field, submit, text_field};
use jiff::civil::Date;
use kernel::{Actor, Problem, Scope};
use maud::{Markup, html};

use super::letters::{self, Letter, NewLetter, Receipt, STATES};
use super::{Caller, path, store};
use crate::codes::{self, name_of};
use crate::web::fields::Asked;
use crate::web::page::{encoded, export_button, papers_button};
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{deeds, registry};

/// Rows of a page.
const N_ROWS: i64 = 50;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let org = asked.get("org");
    let own = !org.is_empty() && actor.scope().covers(org);
    let org = if own { org } else { &actor.org };
    let scope = Scope::below(org);
    let is_station = codes::level_of(org) == Some("station");
    let state = match asked.get("state") {
        "received" => "received",
        "returned" => "returned",
        "none" if is_station => "none",
        _ => "open",
    };
    let here = format!("/party?org={org}&state={state}");
    let tab = |code: &str, title: &str| {
        frame::Link::new(title, format!("/party?org={org}&state={code}"))
            .current_if(|| code == state)
    };
    let mut tabs: Vec<frame::Link> = STATES.iter().map(|(code, title)| tab(code, title)).collect();
    if is_station {
        tabs.push(tab("none", "还没有转来的党员"));
    }
    let before = asked.number("after").unwrap_or(i64::MAX);
    let first = (!asked.get("after").is_empty()).then(|| here.clone());
    let (rows, next) = if state == "none" {
        let (pinyin, id) = asked.get("after").rsplit_once('/').unwrap_or_default();
        let at = ((pinyin, id.parse().unwrap_or(0)), N_ROWS);
        let found = letters::unattached(&mut db, org, at).await?;
        let full = i64::try_from(found.len()).unwrap_or(0) == N_ROWS;
        let next = found.last().filter(|_| full);
        let next = next.map(|(id, _, pinyin, _)| format!("{here}&after={}/{id}", encoded(pinyin)));
        (unattached(&found, actor.can(deeds::GROUPS_KEEP)), next)
    } else {
        let found = letters::page(&mut db, (&scope, state), (before, N_ROWS)).await?;
        let full = i64::try_from(found.len()).unwrap_or(0) == N_ROWS;
        let next = found.last().filter(|_| full).map(|one| format!("{here}&after={}", one.id));
        (table(&found, app.today()), next)
    };
    let body = html! {
        p { "党员组织关系凭介绍信转到支部，有效期内要有回执；收到以后就是那个支部的成员。" }
        (frame::toolbar(export_button(&actor, &format!("list=letters&org={org}"))))
        (frame::tabs("按状态", &tabs))
        (rows)
        (frame::pager(Pager { first, next, ..Pager::default() }))
    };
    let mut shell = page(&app, &actor, "党员组织关系", body).crumb("小组和支部", "/groups");
    let saved =
        [("issued", "已登记介绍信"), ("received", "已登记接收"), ("returned", "已登记退回")];
    if let Some((_, words)) = saved.iter().find(|(code, _)| *code == asked.get("saved")) {
        shell = shell.notice(Tone::Good, *words);
    }
    Ok(shell.render())
}

fn unattached(found: &[(i64, String, String, Date)], may: bool) -> Markup {
    let row = |(id, name, _, on): &(i64, String, String, Date)| {
        vec![
            html! { a href={ "/people/" (id) } { (name) } },
            frame::time(&on.to_string()),
            html! { @if may {
                a href={ "/party/new?person=" (id) } { "登记介绍信" span.unseen { (name) } }
            } },
        ]
    };
    let columns = vec![Col::head("姓名"), Col::day("纳入日期"), Col::actions()];
    frame::table(
        Table::new("还没有转来组织关系的党员", columns)
            .rows(found.iter().map(row).collect())
            .empty("本社区的党员都在支部里，或者介绍信正在等回执"),
    )
}

fn state(letter: &Letter, today: Date) -> Markup {
    match letter.state.as_str() {
        "received" => frame::tag(Tone::Good, "已接收"),
        "returned" => frame::tag(Tone::Warn, "已退回"),
        _ if letter.valid_until < today => frame::tag(Tone::Bad, "已过有效期"),
        _ => frame::tag(Tone::Info, "等待回执"),
    }
}

fn table(found: &[Letter], today: Date) -> Markup {
    let row = |letter: &Letter| {
        vec![
            html! { a href={ "/party/" (letter.id) } { (letter.person_name) } },
            frame::text(&letter.number),
            frame::text(&letter.issuer),
            frame::text(&letter.branch_name),
            frame::time(&letter.issued_on.to_string()),
            frame::time(&letter.valid_until.to_string()),
            state(letter, today),
        ]
    };
    let columns = vec![
        Col::head("党员"),
        Col::text("介绍信字号"),
        Col::text("开出的党组织"),
        Col::text("转往支部"),
        Col::day("开出日期"),
        Col::day("有效期至"),
        Col::text("状态"),
    ];
    frame::table(
        Table::new("组织关系介绍信", columns)
            .rows(found.iter().map(row).collect())
            .empty("没有这一类的介绍信"),
    )
}

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    new_page(&app, &actor, (&asked, Vec::new())).await
}

async fn new_page(
    app: &Shared,
    actor: &Actor,
    (typed, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = typed.number("person").ok_or(Problem::NotFound)?;
    let person = registry::find(&mut db, &actor.scope(), person).await?;
    let groups = store::of_station(&mut db, &person.org, "").await?;
    let branches: Vec<(String, &str)> = groups
        .iter()
        .filter(|group| group.kind == "branch")
        .map(|group| (group.id.to_string(), group.name.as_str()))
        .collect();
    let choices: Vec<Choice<'_>> =
        branches.iter().map(|(id, name)| Choice::new(id, name)).collect();
    let field = |name, label| Input::new(name, label).value(typed.get(name)).errors(&errors);
    let form = html! {
        (frame::hidden("person", &person.id.to_string()))
        (select_field(field("branch", "转往支部"), &choices))
        (text_field(field("number", "介绍信字号")))
        (text_field(field("issuer", "开出的党组织").hint("例如：青山机械厂党委")))
        (text_field(field("issued_on", "开出日期").kind(Kind::Date).width(Width::Short)
            .hint("如20260501或2026-05-01")))
        (submit("登记介绍信"))
    };
    let back = format!("/groups?org={}", person.org);
    let body = html! {
        p { "党员：" a href={ "/people/" (person.id) } { (person.name) } }
        @if choices.is_empty() {
            (frame::notice(Tone::Warn, "这个社区还没有党支部，请先成立"))
            (frame::toolbar(frame::button_link(&back, "小组和支部")))
        } @else {
            (form_post("/party", &csrf(app, actor.session), &new_key(), form))
        }
    };
    Ok(page(app, actor, "登记介绍信", body).crumb("党员组织关系", "/party").errors(errors).render())
}

pub async fn save_new(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let new = NewLetter {
        person: fields.number("person").unwrap_or(0),
        branch: fields.number("branch").unwrap_or(0),
        number: fields.get("number").to_owned(),
        issuer: fields.get("issuer").to_owned(),
        issued_on: fields.required_day("issued_on", &mut errors),
    };
    let done = if fields.get("branch").is_empty() {
        errors.push(kernel::FieldError {
            field: "branch".to_owned(),
            message: "请选择转往哪个支部".to_owned(),
        });
        Err(Problem::Invalid(errors))
    } else if errors.is_empty() {
        letters::issue(&app, &actor, &new, Caller::Page).await
    } else {
        Err(Problem::Invalid(errors))
    };
    match done {
        Ok(_) => Ok(Redirect::to("/party?saved=issued").into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = new_page(&app, &actor, (&fields, shown(&problem))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    show_page(&app, &actor, (id, ""), Vec::new()).await
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    (id, typed): (i64, &str),
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let letter = letters::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let may = letter.state == "open" && actor.can(deeds::GROUPS_KEEP);
    let is_valid = letter.valid_until >= app.today();
    let action = format!("/party/{id}");
    let form = |receipt: &str, body: Markup| {
        let inner = html! {
            (frame::hidden("receipt", receipt))
            (frame::hidden("version", &letter.version.to_string()))
            (body)
        };
        form_post(&action, &csrf(app, actor.session), &new_key(), inner)
    };
    let note = Input::new("note", "退回的原因").value(typed).errors(&errors).width(Width::Full);
    let mut facts = vec![
        ("党员", html! { a href={ "/people/" (letter.person) } { (letter.person_name) } }),
        ("介绍信字号", frame::text(&letter.number)),
        ("开出的党组织", frame::text(&letter.issuer)),
        ("转往支部", html! { a href=(path(letter.branch)) { (letter.branch_name) } }),
        ("开出日期", frame::time(&letter.issued_on.to_string())),
        ("有效期至", frame::time(&letter.valid_until.to_string())),
        ("状态", state(&letter, app.today())),
    ];
    if let Some(on) = letter.answered_on {
        facts.push((name_of(STATES, &letter.state), frame::time(&on.to_string())));
        facts.push(("说明", frame::text(&letter.note)));
    }
    let body = html! {
        (frame::facts_list(&facts))
        (frame::toolbar(papers_button(actor, ("letter", id))))
        @if may && is_valid { (form("received", submit("支部已接收，登记回执"))) }
        @if may {
            (frame::fold("退回", || !is_valid || !errors.is_empty(), form("returned", html! {
                (text_field(note))
                (frame::danger_submit("登记退回"))
            })))
        }
    };
    let title = format!("{}的组织关系介绍信", letter.person_name);
    Ok(page(app, actor, &title, body).crumb("党员组织关系", "/party").errors(errors).render())
}

pub async fn answer(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let version = fields.number("version").unwrap_or(0);
    let note = fields.get("note");
    let (receipt, saved) = match fields.get("receipt") {
        "received" => (Receipt::Received, "received"),
        _ => (Receipt::Returned(note.to_owned()), "returned"),
    };
    match letters::answer(&app, &actor, (id, version), &receipt, Caller::Page).await {
        Ok(()) => Ok(Redirect::to(&format!("/party?saved={saved}")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = show_page(&app, &actor, (id, note), shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

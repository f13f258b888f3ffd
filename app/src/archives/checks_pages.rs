//! Stock-takings: begin, scan one file after the other, see what is left, end.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Table, Tone, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::checks::{self, Stocktaking};
use super::{Caller, STATES, find, path};
use crate::codes::name_of;
use crate::labels;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// Files that are shown of those not found yet.
const SHOWN: i64 = 100;

pub async fn list(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    list_page(&app, &actor, ("", Vec::new())).await
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    (typed, errors): (&str, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let known = checks::newest(&mut app.db.clone(), &actor.org).await?;
    let open = known.iter().find(|one| one.ended_on.is_none());
    let row = |one: &Stocktaking| {
        vec![
            html! { a href=(checks::path(one.id)) { (frame::time(&one.started_on.to_string())) } },
            frame::text(if one.in_box.is_empty() { "全部" } else { &one.in_box }),
            frame::text(&one.started_by),
            html! { @if let Some(on) = one.ended_on { (frame::time(&on.to_string())) } },
            frame::text(frame::count(one.n_expected)),
            frame::text(if one.ended_on.is_some() {
                frame::count(one.n_found)
            } else {
                String::new()
            }),
            frame::text(if one.ended_on.is_some() {
                frame::count(one.n_missing)
            } else {
                String::new()
            }),
        ]
    };
    let columns = vec![
        Col::head("开始日期"),
        Col::text("盒号"),
        Col::text("盘点人"),
        Col::day("结束日期"),
        Col::number("应有"),
        Col::number("扫到"),
        Col::number("下落不明"),
    ];
    let field = Input::new("box", "只盘点一盒").value(typed).errors(&errors).optional();
    let form = html! {
        (text_field(field.hint("盘点整个库房的不填")))
        (submit("开始盘点"))
    };
    let body = html! {
        p { "开始时记下在库的各份档案，然后用扫码枪逐份扫标签；结束时没扫到的立即列为下落不明。" }
        @if let Some(open) = open {
            (frame::toolbar(frame::main_button_link(&checks::path(open.id), "继续盘点")))
        } @else {
            (form_post("/archives/checks", &csrf(app, actor.session), &new_key(), form))
        }
        (frame::table(Table::new("盘点记录", columns).rows(known.iter().map(row).collect())
            .empty("还没有盘点过")))
    };
    let shell = page(app, actor, "档案盘点", body).crumb("人事档案", "/archives");
    Ok(shell.errors(errors).render())
}

pub async fn start(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let in_box = fields.get("box");
    match checks::start(&app, &actor, in_box, Caller::Page).await {
        Ok(id) => Ok(Redirect::to(&checks::path(id)).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = list_page(&app, &actor, (in_box, shown(&problem))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    show_page(&app, &actor, (id, &asked), Vec::new()).await
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    (id, asked): (i64, &Fields),
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let known = checks::find(&mut db, &actor.scope(), id).await?;
    let [left, n_found, n_strange] = checks::counts(&mut db, id).await?;
    let remaining = checks::some(&mut db, (id, 0), SHOWN).await?;
    let strange = checks::some(&mut db, (id, 2), SHOWN).await?;
    let is_open = known.ended_on.is_none();
    let last = last_scan(app, actor, asked).await?;
    let body = html! {
        (facts(&known, (n_found, n_strange)))
        @if is_open {
            (last)
            (scan_form(app, actor, (id, asked.get("no")), &errors))
        }
        @if left > 0 {
            h2 { @if is_open { "还没扫到 " } @else { "没有扫到 " } (frame::count(left)) " 份" }
            (files("还没扫到的档案", &remaining))
        }
        @if n_strange > 0 {
            h2 { "扫到而不该在这里的 " (frame::count(n_strange)) " 份" }
            (files("不该在这里的档案", &strange))
        }
        @if is_open { (end_form(app, actor, (&known, left), &errors)) }
    };
    let mut shell = page(app, actor, "档案盘点", body).crumb("人事档案", "/archives");
    shell = shell.crumb("盘点", "/archives/checks").errors(errors);
    if asked.get("saved") == "ended" {
        shell = shell.notice(Tone::Good, "盘点已结束");
    }
    Ok(shell.render())
}

fn facts(known: &Stocktaking, (n_found, n_strange): (i64, i64)) -> Markup {
    let ended = html! { @if let Some(on) = known.ended_on { (frame::time(&on.to_string())) } };
    let in_box = if known.in_box.is_empty() { "全部" } else { &known.in_box };
    let started = html! { (frame::time(&known.started_on.to_string())) "，" (known.started_by) };
    frame::facts_list(&[
        ("开始", started),
        ("结束", ended),
        ("盒号", frame::text(in_box)),
        ("应有", frame::text(frame::count(known.n_expected))),
        ("扫到", frame::text(frame::count(n_found))),
        ("不该在这里", frame::text(frame::count(n_strange))),
    ])
}

/// What the last scan said.
async fn last_scan(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Markup, Problem> {
    let Some(id) = asked.number("last") else { return Ok(html! {}) };
    let file = match find(&mut app.db.clone(), actor, id).await {
        Err(Problem::NotFound) => return Ok(html! {}),
        known => known?,
    };
    let who = format!("{}（{}）", file.person_name, labels::grouped(&file.number));
    let (tone, says) = match asked.get("found") {
        "again" => (Tone::Good, format!("{who}原来下落不明，现在找到了")),
        "twice" => (Tone::Info, format!("{who}已经扫过")),
        "strange" => {
            let state = name_of(STATES, &file.state);
            let place = format!("{}，盒号“{}”，{state}", file.holder_name, file.box_);
            (Tone::Warn, format!("{who}不该在这里：登记的是{place}"))
        }
        _ => (Tone::Good, format!("{who}扫到了")),
    };
    Ok(frame::notice(tone, &says))
}

fn scan_form(
    app: &Shared,
    actor: &Actor,
    (id, typed): (i64, &str),
    errors: &[FieldError],
) -> Markup {
    let field = Input::new("no", "档案号").value(typed).focus().errors(errors);
    let form = html! {
        (text_field(field.hint("用扫码枪扫标签，或照标签输入")))
        (submit("登记这一份"))
    };
    let action = format!("{}/scan", checks::path(id));
    form_post(&action, &csrf(app, actor.session), &new_key(), form)
}

fn end_form(
    app: &Shared,
    actor: &Actor,
    (known, left): (&Stocktaking, i64),
    errors: &[FieldError],
) -> Markup {
    let sure = Input::new("sure", "都扫过了，结束盘点").errors(errors);
    let form = html! {
        (frame::hidden("version", &known.version.to_string()))
        @if left > 0 {
            p { "结束以后，没扫到的 " (frame::count(left)) " 份列为下落不明。" }
        }
        (frame::checkbox(sure))
        (frame::danger_submit("结束盘点"))
    };
    let action = format!("{}/end", checks::path(known.id));
    let body = form_post(&action, &csrf(app, actor.session), &new_key(), form);
    frame::fold("结束盘点", || errors.iter().any(|error| error.field == "sure"), body)
}

fn files(caption: &str, rows: &[(i64, String, String, String)]) -> Markup {
    let row = |(id, number, name, in_box): &(i64, String, String, String)| {
        vec![
            html! { a href=(path(*id)) { (name) } },
            frame::text(labels::grouped(number)),
            frame::text(in_box),
        ]
    };
    let columns = vec![Col::head("姓名"), Col::text("档案号"), Col::text("盒号")];
    frame::table(Table::new(caption, columns).rows(rows.iter().map(row).collect()))
}

async fn answered(
    (app, actor): (&Shared, &Actor),
    (id, fields): (i64, &Fields),
    done: Result<String, Problem>,
) -> Result<Response, Problem> {
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = show_page(app, actor, (id, fields), shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn scan(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = checks::scan(&app, &actor, (id, fields.get("no")), Caller::Page).await;
    let done = done.map(|(found, file)| {
        format!("{}?last={}&found={}", checks::path(id), file.id, found.code())
    });
    answered((&app, &actor), (id, &fields), done).await
}

pub async fn end(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let version = fields.number("version").unwrap_or(0);
    let done = if fields.get("sure") == "1" {
        checks::end(&app, &actor, (id, version), Caller::Page).await
    } else {
        checks::find(&mut app.db.clone(), &actor.scope(), id).await?;
        Err(Problem::field("sure", "请确认都扫过了"))
    };
    let done = done.map(|_| format!("{}?saved=ended", checks::path(id)));
    answered((&app, &actor), (id, &fields), done).await
}

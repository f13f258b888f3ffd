//! One file: where it is, what has happened to it, what is in it, and what is done with it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Kind, Moment, Table, Tone, Width};
use frame::{form_post, submit, text_field, textarea};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::intake_pages::{count, wrong};
use super::materials::{self, Material};
use super::pages::state;
use super::store::{self, Event, File};
use super::{Caller, Deal, EVENTS, deal, find, path};
use crate::codes::name_of;
use crate::web::fields::Asked;
use crate::web::page::papers_button;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{deeds, labels};

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
    let file = find(&mut db, actor, id).await?;
    let events = store::events(&mut db, id).await?;
    let listed = materials::of(&mut db, id).await?;
    let may = actor.can(deeds::ARCHIVES_KEEP) && actor.scope().covers(&file.holder);
    let link = actor.scope().covers(&file.person_org);
    let body = html! {
        @if file.state == "missing" {
            (frame::notice(Tone::Bad, "这份档案下落不明，请从最后一次经手的地方查起"))
        }
        (facts(&file, (app.today(), link)))
        (frame::toolbar(html! {
            @if may {
                (frame::button_link(&format!("/archives/labels?file={id}"), "打印标签"))
            }
            (papers_button(actor, ("archive", id)))
        }))
        @if may {
            (dealings(app, actor, (&file, asked), &errors))
        }
        (contents(app, actor, (&file, &listed, may), (asked, &errors)))
        h2 { "经过" }
        (history(&events))
    };
    let title = format!("{}的人事档案", file.person_name);
    let mut shell = page(app, actor, &title, body).crumb("人事档案", "/archives").errors(errors);
    if let Some((_, name)) = EVENTS.iter().find(|(code, _)| *code == asked.get("saved")) {
        shell = shell.notice(Tone::Good, format!("已登记：{name}"));
    }
    Ok(shell.render())
}

fn facts(file: &File, (today, link): (jiff::civil::Date, bool)) -> Markup {
    let day = |day: Option<jiff::civil::Date>| {
        html! { @if let Some(day) = day { (frame::time(&day.to_string())) } }
    };
    let name = html! {
        @if link { a href={ "/people/" (file.person) } { (file.person_name) } }
        @else { (file.person_name) }
    };
    let holder = html! {
        (file.holder_name)
        @if let Some(slip) = file.slip {
            "，" a href={ "/archives/slips/" (slip) } { "见移交单" }
        }
    };
    let mut facts = vec![
        ("姓名", name),
        ("档案号", frame::text(labels::grouped(&file.number))),
        ("现在哪里", holder),
        ("状态", state(file, today)),
        ("盒号", frame::text(&file.box_)),
        ("册数", frame::text(file.volumes)),
        ("页数", frame::text(file.pages.map(|n| n.to_string()).unwrap_or_default())),
        ("到库日期", day(Some(file.arrived_on))),
        ("最近盘点到", day(file.seen_on)),
        ("备注", frame::text(&file.note)),
    ];
    if !file.borrower.is_empty() {
        let what = if file.state == "gone" { "转往" } else { "借阅人" };
        facts.insert(4, (what, frame::text(&file.borrower)));
        if file.due_on.is_some() {
            facts.insert(5, ("应还日期", day(file.due_on)));
        }
    }
    frame::facts_list(&facts)
}

fn history(events: &[Event]) -> Markup {
    let days: Vec<String> = events.iter().map(|event| event.on.to_string()).collect();
    let moment = |(event, on)| {
        let Event { kind, who, body, detail, .. }: &Event = event;
        Moment {
            on,
            title: name_of(EVENTS, kind),
            tag: matches!(kind.as_str(), "missing" | "back").then_some((Tone::Bad, "要查")),
            body: html! { (body) "，" (who) @if !detail.is_empty() { "：" (detail) } },
        }
    };
    let days = days.iter().map(String::as_str);
    frame::timeline(&events.iter().zip(days).map(moment).collect::<Vec<_>>())
}

/// What can be done with a file as it is now, each in a part of its own.
fn dealings(
    app: &Shared,
    actor: &Actor,
    (file, typed): (&File, &Fields),
    errors: &[FieldError],
) -> Markup {
    let action = typed.get("action");
    let form = |code: &str, body: Markup| {
        let inner = html! {
            (frame::hidden("action", code))
            (frame::hidden("version", &file.version.to_string()))
            (body)
        };
        form_post(&path(file.id), &csrf(app, actor.session), &new_key(), inner)
    };
    let field = |code: &str, name, label| {
        let own = action == code;
        let input = Input::new(name, label).value(if own { typed.get(name) } else { "" });
        if own { input.errors(errors) } else { input }
    };
    let part = |code: &'static str, title: &str, body: Markup| {
        frame::fold(title, || action == code, form(code, body))
    };
    let said = |code: &'static str, label, button: &str| {
        html! { (text_field(field(code, "note", label).width(Width::Full))) (submit(button)) }
    };
    html! {
        @match file.state.as_str() {
            "held" => {
                (part("lend", "借出", lend_fields(field)))
                (part("correct", "放入盒中，更正册数页数", correct_fields(file, (typed, errors))))
                (part("release", "转往外地机构", html! {
                    (text_field(field("release", "to", "转往的机构")))
                    (text_field(field("release", "document", "依据的文件或回执")
                        .width(Width::Full)))
                    (frame::danger_submit("登记转出"))
                }))
                (part("miss", "找不到，报下落不明",
                    said("miss", "最后在哪里、怎样发现的", "报下落不明")))
            }
            "lent" => {
                (form("return", html! {
                    (text_field(field("return", "note", "归还情况").optional().width(Width::Full)))
                    (submit("登记归还"))
                }))
                (part("miss", "借阅人说找不到，报下落不明",
                    said("miss", "怎样发现的", "报下落不明")))
            }
            "missing" => (form("find", said("find", "在哪里找到", "已经找到，放回库里"))),
            _ => {}
        }
    }
}

fn lend_fields<'a>(field: impl Fn(&str, &'a str, &'a str) -> Input<'a>) -> Markup {
    let due = field("lend", "due_on", "应还日期").width(Width::Short);
    html! {
        (text_field(field("lend", "to", "借阅的单位和人")))
        (text_field(field("lend", "purpose", "用途").width(Width::Full)
            .hint("例如：区医保局核对参加工作时间")))
        (text_field(due.kind(Kind::Date).hint("如20260501或2026-05-01")))
        (submit("登记借出"))
    }
}

fn correct_fields(file: &File, (typed, errors): (&Fields, &[FieldError])) -> Markup {
    let own = typed.get("action") == "correct";
    let (volumes, pages) =
        (file.volumes.to_string(), file.pages.map(|n| n.to_string()).unwrap_or_default());
    let field = |name, label, known| {
        let input = Input::new(name, label).value(if own { typed.get(name) } else { known });
        if own { input.errors(errors) } else { input }
    };
    html! {
        (text_field(field("box", "盒号", &file.box_).optional()))
        (text_field(field("volumes", "册数", &volumes).kind(Kind::Number).width(Width::Tiny)))
        (text_field(field("pages", "页数", &pages).optional().kind(Kind::Number)
            .width(Width::Tiny)))
        (text_field(field("note", "备注", &file.note).optional().width(Width::Full)))
        (submit("保存"))
    }
}

fn contents(
    app: &Shared,
    actor: &Actor,
    (file, listed, may): (&File, &[Material], bool),
    (typed, errors): (&Fields, &[FieldError]),
) -> Markup {
    let row = |one: &Material| {
        vec![
            frame::text(&one.class),
            frame::text(&one.name),
            frame::text(&one.made),
            frame::text(one.copies),
            frame::text(one.pages),
            frame::text(&one.note),
        ]
    };
    let columns = vec![
        Col::text("类号"),
        Col::head("材料名称"),
        Col::text("制成时间"),
        Col::number("份数"),
        Col::number("页数"),
        Col::text("备注"),
    ];
    let is_open = typed.get("action") == "materials";
    let written = materials::written(listed);
    let value = if is_open { typed.get("materials") } else { &written };
    let input = Input::new("materials", "档案目录").value(value).optional().errors(errors);
    let input = input.width(Width::Full);
    let form = html! {
        (frame::hidden("version", &file.version.to_string()))
        (frame::hidden("action", "materials"))
        (textarea(input.hint("一行一份：类号，材料名称，制成时间，份数，页数，备注。可以从表格粘贴"), 8))
        (submit("保存目录"))
    };
    let action = format!("{}/materials", path(file.id));
    html! {
        h2 { "档案目录" }
        (frame::table(Table::new("档案目录", columns).rows(listed.iter().map(row).collect())
            .numbered_from(1).empty("还没有登记材料")))
        @if may && file.state == "held" {
            (frame::fold("登记材料", || is_open,
                form_post(&action, &csrf(app, actor.session), &new_key(), form)))
        }
    }
}

fn read(fields: &Fields) -> Result<Deal, Problem> {
    let mut errors = Vec::new();
    let text = |name: &str| fields.get(name).to_owned();
    let deal = match fields.get("action") {
        "correct" => Deal::Correct {
            in_box: text("box"),
            volumes: count(fields, "volumes", &mut errors).unwrap_or(0),
            pages: count(fields, "pages", &mut errors),
            note: text("note"),
        },
        "lend" => {
            let due_on = fields.required_day("due_on", &mut errors).unwrap_or_default();
            Deal::Lend { to: text("to"), purpose: text("purpose"), due_on }
        }
        "return" => Deal::Return { note: text("note") },
        "find" => Deal::Find { note: text("note") },
        "miss" => Deal::Miss { note: text("note") },
        "release" => Deal::Release { to: text("to"), document: text("document") },
        _ => return Err(Problem::field("action", "请选择要办理的事")),
    };
    wrong(errors)?;
    Ok(deal)
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let version = fields.number("version").unwrap_or(0);
    find(&mut app.db.clone(), &actor, id).await?;
    let done = match read(&fields) {
        Ok(wish) => deal(&app, &actor, (id, version), &wish, Caller::Page).await.map(|_| wish),
        Err(problem) => Err(problem),
    };
    match done {
        Ok(wish) => {
            let to = format!("{}?saved={}", path(id), wish.code());
            Ok(Redirect::to(&to).into_response())
        }
        Err(problem @ Problem::Invalid(_)) => refused(&app, &actor, (id, &fields), &problem).await,
        Err(problem) => Err(problem),
    }
}

async fn refused(
    app: &Shared,
    actor: &Actor,
    (id, fields): (i64, &Fields),
    problem: &Problem,
) -> Result<Response, Problem> {
    let page = show_page(app, actor, (id, fields), shown(problem)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub async fn save_materials(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let version = fields.number("version").unwrap_or(0);
    let done = match materials::read(fields.get("materials")) {
        Ok(read) => materials::keep(&app, &actor, (id, version), &read, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}?saved=listed", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => refused(&app, &actor, (id, &fields), &problem).await,
        Err(problem) => Err(problem),
    }
}

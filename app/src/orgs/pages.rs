//! The tree of organisations, level by level, and what is known of each.

use axum::extract::{Path, State};
use frame::{Col, Moment, Table, Tone, button_link, facts_list, table, text, timeline};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::store::Happened;
use super::{Org, store};
use crate::codes;
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Me, Shared, page};

/// Rows of a page of search results.
const PAGE: i64 = 50;

/// Faults of a form as the frame shows them; any other problem stands above the form.
#[must_use]
pub fn shown(problem: &Problem) -> Vec<frame::FieldError> {
    match problem {
        Problem::Invalid(fields) => {
            let shown = fields.iter();
            shown.map(|field| frame::FieldError::new(&field.field, &field.message)).collect()
        }
        other => vec![frame::FieldError::new("", other.to_string())],
    }
}

/// The actor's own organisation and what is below it, or what a search finds.
pub async fn tree(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let words = asked.get("q").to_owned();
    if words.is_empty() {
        let org = super::find(&mut app.db.clone(), &actor.scope(), actor.org_id).await?;
        return org_page(&app, &actor, &org, asked.get("done")).await;
    }
    let mut reader = app.db.clone();
    let scope = actor.scope();
    let found = store::search(&mut reader, &scope, &words, asked.get("after"), PAGE + 1).await?;
    let (found, more) = split(found);
    let next = more.then(|| found.last()).flatten().map(|last| {
        let after = format!("{}/{}", last.code, last.kind);
        format!("/orgs?q={}&after={}", encode(&words), encode(&after))
    });
    let list = table(
        Table::new("查到的机构", columns())
            .rows(found.iter().map(row).collect())
            .empty("没有查到，请核对名称或代码；只能查到本机构和下级机构"),
    );
    let body = html! {
        (search_form(&words))
        (list)
        (frame::pager(frame::Pager { next, ..frame::Pager::default() }))
    };
    Ok(page(&app, &actor, "查找机构", body).crumb("机构", "/orgs").render())
}

fn split(mut found: Vec<Org>) -> (Vec<Org>, bool) {
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    (found, more)
}

/// Text as it stands in the query of an address.
#[must_use]
pub fn encode(words: &str) -> String {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    words.bytes().map(letter).collect()
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let org = super::find(&mut app.db.clone(), &actor.scope(), id).await?;
    org_page(&app, &actor, &org, asked.get("done")).await
}

async fn org_page(
    app: &Shared,
    actor: &Actor,
    org: &Org,
    done: &str,
) -> Result<Markup, Problem> {
    let mut reader = app.db.clone();
    let bodies = store::bodies_at(&mut reader, &org.code).await?;
    let below = codes::level_below(&org.level);
    let children = match below {
        Some(level) if org.closed_on.is_none() => {
            store::children(&mut reader, &org.code, level).await?
        }
        _ => Vec::new(),
    };
    let history = store::history(&mut reader, org.id).await?;
    let others: Vec<&Org> = bodies.iter().filter(|body| body.id != org.id).collect();
    let body = html! {
        (search_form(""))
        (frame::toolbar(buttons(actor, org)))
        (facts(org))
        @if !others.is_empty() {
            (table(Table::new("同级其他机构", columns()).rows(others.into_iter().map(row).collect())))
        }
        @if let Some(level) = below.filter(|_| org.closed_on.is_none()) {
            h2 { "下级机构（" (codes::level_name(level)) "，" (children.len()) "个）" }
            (table(Table::new("下级机构", columns()).rows(children.iter().map(row).collect())
                .numbered_from(1).empty("还没有下级机构，可以逐个新增，或者从表格导入")))
        }
        h2 { "沿革" }
        (timeline_of(&history))
    };
    let mut shell = page(app, actor, &org.name, body);
    let path = store::path_names(&mut reader, &org.code).await?;
    for (id, code, name) in &path {
        if *id != org.id && actor.scope().covers(code) && code.len() < org.code.len() {
            shell = shell.crumb(name, format!("/orgs/{id}"));
        }
    }
    if let Some(words) = notice(done) {
        shell = shell.notice(Tone::Good, words);
    }
    Ok(shell.render())
}

fn notice(done: &str) -> Option<&'static str> {
    match done {
        "imported" => Some("机构表已导入"),
        "closed" => Some("机构已撤销"),
        "recoded" => Some("代码已变更，人员和各类记录已一并转到新代码"),
        _ => None,
    }
}

fn search_form(words: &str) -> Markup {
    let input = frame::Input::new("q", "名称或代码").value(words).kind(frame::Kind::Search);
    frame::filters("/orgs", frame::text_field(input))
}

fn columns() -> Vec<Col<'static>> {
    vec![Col::text("代码"), Col::head("名称"), Col::text("类别"), Col::day("设立日期")]
}

fn row(org: &Org) -> Vec<Markup> {
    vec![
        text(&org.code),
        html! { a href={ "/orgs/" (org.id) } { (org.name) } },
        text(codes::name_of(codes::ORG_KINDS, &org.kind)),
        text(org.opened_on),
    ]
}

fn buttons(actor: &Actor, org: &Org) -> Markup {
    let open = org.closed_on.is_none();
    let id = org.id;
    html! {
        @if open && actor.can(deeds::ORGS_CHANGE) {
            @if codes::level_below(&org.level).is_some() {
                (button_link(&format!("/orgs/new?parent={id}"), "新增机构"))
                (button_link("/orgs/import", "从表格导入"))
            }
            (button_link(&format!("/orgs/{id}/rename"), "更名"))
        }
        @if open && actor.can(deeds::ORGS_REORGANISE) {
            (button_link(&format!("/orgs/{id}/recode"), "变更代码"))
            (frame::danger_button_link(&format!("/orgs/{id}/close"), "撤销"))
        }
    }
}

fn facts(org: &Org) -> Markup {
    let opened = org.opened_on.to_string();
    let state = match org.closed_on {
        None => html! { "在用" },
        Some(day) => html! { "已于" (frame::day(&day.to_string())) "撤销" },
    };
    facts_list(&[
        ("代码", html! { (org.code) }),
        ("类别", html! { (codes::name_of(codes::ORG_KINDS, &org.kind)) }),
        ("层级", html! { (codes::level_name(&org.level)) }),
        ("设立日期", html! { (frame::day(&opened)) }),
        ("状态", state),
    ])
}

/// What happened to an organisation or an enterprise, newest first.
#[must_use]
pub fn timeline_of(history: &[Happened]) -> Markup {
    let moments: Vec<Moment<'_>> = history
        .iter()
        .map(|happened| Moment {
            on: &happened.on,
            title: change_name(&happened.change),
            tag: None,
            body: html! {
                @if !happened.before.is_empty() && !happened.after.is_empty() {
                    "由“" (happened.before) "”改为“" (happened.after) "”"
                } @else { (happened.before) (happened.after) }
                @if !happened.who.is_empty() { "　经办：" (happened.who) }
            },
        })
        .collect();
    if moments.is_empty() { html! { p { "暂无记录" } } } else { timeline(&moments) }
}

fn change_name(change: &str) -> &'static str {
    match change {
        "opened" => "设立",
        "renamed" => "更名",
        "closed" => "撤销",
        "recoded" => "代码变更",
        "merged" => "并入",
        "split" => "分出",
        "credit_code" => "信用代码变更",
        _ => "变更",
    }
}

//! The tree of organisations, level by level, with how many retirees each serves.

use axum::extract::{Path, State};
use frame::{Col, Input, Kind, Pager, Shell, Table, Tone, button_link, facts_list, table, text};
use kernel::{Actor, DbError, Problem, Reader, Scope};
use maud::{Markup, html};

use super::renumber;
use crate::codes;
use crate::deeds;
use crate::orgs::api::cut;
use crate::orgs::{self, Org, history, lists, store};
use crate::registry::placing;
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, page};

/// Rows of a page.
const N_ROWS: i64 = 50;
/// At most so many closed organisations are listed.
const N_CLOSED: i64 = 200;

/// Retirees under management at and below a code.
///
/// # Errors
/// Whatever the database says.
pub async fn n_served(reader: &mut impl Reader, code: &str) -> Result<i64, DbError> {
    let served = placing::served(reader, &Scope::below(code)).await?;
    Ok(served.iter().map(|(_, n)| n).sum())
}

/// The actor's own organisation and what is below it, or what a search finds.
pub async fn tree(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let words = asked.get("find");
    if words.is_empty() {
        let org = orgs::find(&mut app.db.clone(), &actor.scope(), actor.org_id).await?;
        return Ok(org_page(&app, &actor, &org, &asked).await?.render());
    }
    let (mut reader, scope) = (app.db.clone(), actor.scope());
    let from = lists::cursor(asked.get("after"));
    let mut found = lists::search(&mut reader, &scope, words, &from, N_ROWS + 1).await?;
    let more = cut(&mut found, N_ROWS);
    let at = |after: &str| format!("/orgs?find={}&after={}", encoded(words), encoded(after));
    let pager = Pager {
        first: (!asked.get("after").is_empty()).then(|| at("")),
        next: found.last().filter(|_| more).map(|last| at(&lists::after(last))),
        ..Pager::default()
    };
    let body = html! {
        (search_form(words))
        (table(Table::new("查到的机构", columns(None)).rows(found.iter().map(row).collect())
            .empty("没有查到，请核对名称或代码；只能查到本机构和下级机构")))
        (frame::pager(pager))
    };
    Ok(page(&app, &actor, "查找机构", body).crumb("机构", "/orgs").render())
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let org = orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(org_page(&app, &actor, &org, &asked).await?.render())
}

async fn org_page(
    app: &Shared,
    actor: &Actor,
    org: &Org,
    asked: &Fields,
) -> Result<Shell, Problem> {
    let mut reader = app.db.clone();
    let is_open = org.closed_on.is_none();
    let served = match actor.can(deeds::PEOPLE_SEE) && is_open {
        true => Some(placing::served(&mut reader, &Scope::below(&org.code)).await?),
        false => None,
    };
    let bodies = store::bodies_at(&mut reader, &org.code).await?;
    let others: Vec<&Org> = bodies.iter().filter(|body| body.id != org.id && is_open).collect();
    let successor = successor(&mut reader, actor, org).await?;
    let history = history::of(&mut reader, org.id).await?;
    let body = html! {
        (search_form(""))
        (buttons(actor, org))
        (facts(org, served.as_deref(), successor.as_ref()))
        @if !others.is_empty() {
            (table(Table::new("同级其他机构", columns(None))
                .rows(others.into_iter().map(row).collect())))
        }
        @if is_open { (below(&mut reader, org, served.as_deref(), asked).await?) }
        h2 { "沿革" }
        (history::timeline_of(&history))
    };
    let mut shell = page(app, actor, &org.name, body);
    for (id, code, name) in lists::path(&mut reader, &org.code).await? {
        if actor.scope().covers(&code) && code.len() < org.code.len() {
            shell = shell.crumb(name, format!("/orgs/{id}"));
        }
    }
    Ok(match said(asked) {
        Some(words) => shell.notice(Tone::Good, words),
        None => shell,
    })
}

/// The one that took over, for whoever may see it.
async fn successor(
    reader: &mut impl Reader,
    actor: &Actor,
    org: &Org,
) -> Result<Option<Org>, Problem> {
    let Some(id) = org.successor else {
        return Ok(None);
    };
    let found = store::find(reader, id).await?;
    Ok(found.filter(|to| actor.scope().covers(&to.code)))
}

/// What has just been done, by the address to which it led.
fn said(asked: &Fields) -> Option<String> {
    if !asked.get("saved").is_empty() {
        return Some("已保存".to_owned());
    }
    let (n_new, n_renamed) = (asked.number("opened")?, asked.number("renamed")?);
    Some(format!("机构表已导入：新增 {n_new} 个，更名 {n_renamed} 个"))
}

/// The organisations below: open ones by pages, or the closed ones.
async fn below(
    reader: &mut impl Reader,
    org: &Org,
    served: Option<&[(String, i64)]>,
    asked: &Fields,
) -> Result<Markup, Problem> {
    let Some(level) = codes::level_below(&org.level) else {
        return Ok(html! {});
    };
    let (path, name) = (format!("/orgs/{}", org.id), codes::level_name(level));
    let at = (org.code.as_str(), level);
    if asked.get("state") == "closed" {
        let closed = lists::closed_children(reader, at, N_CLOSED).await?;
        let list = Table::new("已撤销的下级机构", columns(None));
        return Ok(html! {
            h2 { "已撤销的" (name) }
            (table(list.rows(closed.iter().map(row).collect()).empty("没有撤销过的下级机构")))
            p { a href=(path) { "看在用的" (name) } }
        });
    }
    let after = asked.get("after");
    let mut children = lists::children(reader, at, after, N_ROWS + 1).await?;
    let more = cut(&mut children, N_ROWS);
    let pager = Pager {
        first: (!after.is_empty()).then(|| path.clone()),
        next: children.last().filter(|_| more).map(|last| format!("{path}?after={}", last.code)),
        ..Pager::default()
    };
    let count = served.filter(|_| level != "group");
    let rows = children.iter().map(|child| {
        let mut cells = row(child);
        cells.extend(count.map(|served| text(frame::count(sum(served, &child.code)))));
        cells
    });
    let list = Table::new("下级机构", columns(count)).rows(rows.collect());
    Ok(html! {
        h2 { "下级机构（" (name) "）" }
        (table(list.empty("还没有下级机构，可以逐个新增，或者从表格导入")))
        (frame::pager(pager))
        p { a href={ (path) "?state=closed" } { "看已撤销的" (name) } }
    })
}

fn sum(served: &[(String, i64)], code: &str) -> i64 {
    let of = served.iter().filter(|(org, _)| org.starts_with(code));
    of.map(|(_, n)| n).sum()
}

/// The search of organisations; the box at the top of the page finds people.
pub(super) fn search_form(words: &str) -> Markup {
    let input = Input::new("find", "机构名称或代码").value(words).kind(Kind::Search);
    frame::filters("/orgs", frame::text_field(input))
}

fn columns(served: Option<&[(String, i64)]>) -> Vec<Col<'static>> {
    let mut columns =
        vec![Col::head("名称"), Col::text("代码"), Col::text("类别"), Col::day("设立日期")];
    columns.extend(served.map(|_| Col::number("在管退休人员")));
    columns
}

fn row(org: &Org) -> Vec<Markup> {
    vec![
        html! { a href={ "/orgs/" (org.id) } { (org.name) } },
        text(&org.code),
        text(codes::name_of(codes::ORG_KINDS, &org.kind)),
        frame::time(&org.opened_on.to_string()),
    ]
}

fn buttons(actor: &Actor, org: &Org) -> Markup {
    let id = org.id;
    if org.closed_on.is_some() || !actor.can(deeds::ORGS_CHANGE) {
        return html! {};
    }
    frame::toolbar(html! {
        @if codes::level_below(&org.level).is_some() {
            (button_link(&format!("/orgs/new?parent={id}"), "新增下级机构"))
            (button_link("/orgs/import", "从表格导入"))
        }
        (button_link(&format!("/orgs/{id}/rename"), "更名"))
        @if actor.can(deeds::ORGS_REORGANISE) {
            @if renumber::is_below(actor, org) {
                (button_link(&format!("/orgs/{id}/recode"), "变更代码"))
            }
            @if org.kind == "station" {
                (button_link(&format!("/orgs/{id}/split"), "划出人员"))
            }
            @if matches!(org.kind.as_str(), "center" | "station" | "group") {
                (button_link(&format!("/orgs/{id}/merge"), "合并"))
            }
        }
        (frame::danger_button_link(&format!("/orgs/{id}/close"), "撤销"))
    })
}

fn facts(org: &Org, served: Option<&[(String, i64)]>, successor: Option<&Org>) -> Markup {
    let time = |day: jiff::civil::Date| frame::time(&day.to_string());
    let state = match org.closed_on {
        None => html! { "在用" },
        Some(day) => html! { "已于" (time(day)) "撤销" },
    };
    let mut facts = vec![
        ("代码", text(&org.code)),
        ("类别", text(codes::name_of(codes::ORG_KINDS, &org.kind))),
        ("层级", text(codes::level_name(&org.level))),
        ("设立日期", time(org.opened_on)),
        ("状态", state),
    ];
    if let Some(served) = served.filter(|_| org.level != "group") {
        let n = frame::count(served.iter().map(|(_, n)| n).sum());
        let link = html! { a href={ "/people?org=" (org.code) } { (n) "人" } };
        facts.push(("在管退休人员", link));
    }
    if let Some(to) = successor {
        facts.push(("并入", html! { a href={ "/orgs/" (to.id) } { (to.name) } }));
    }
    facts_list(&facts)
}

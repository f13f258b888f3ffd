//! The list of enterprises and what is known of each.

use axum::extract::{Path, State};
use frame::{Col, Table, Tone, button_link, facts_list, tag, text};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::identity::UsccFinding;

use super::{Enterprise, store};
use crate::deeds;
use crate::orgs;
use crate::orgs::pages::{encode, timeline_of};
use crate::web::fields::Asked;
use crate::web::{Me, Shared, page};

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let size = asked.number("size").filter(|size| [20, 50, 100].contains(size)).unwrap_or(20);
    let words = asked.get("q");
    let after = asked.number("after").unwrap_or(0);
    let search = store::Search { words, after, limit: size + 1 };
    let mut found = store::search(&mut app.db.clone(), &search).await?;
    let more = found.len() as i64 > size;
    found.truncate(size as usize);
    let at = |size: i64, after: i64| {
        format!("/enterprises?q={}&size={size}&after={after}", encode(words))
    };
    let pager = frame::Pager {
        first: (after != 0).then(|| at(size, 0)),
        next: found.last().filter(|_| more).map(|last| at(size, last.id)),
        sizes: [20, 50, 100]
            .map(|n| frame::Link::new(n.to_string(), at(n, 0)).current_if(|| n == size))
            .to_vec(),
        ..frame::Pager::default()
    };
    let input = frame::Input::new("q", "名称、拼音首字母或信用代码").value(words);
    let columns = vec![Col::head("名称"), Col::text("统一社会信用代码"), Col::text("状态")];
    let body = html! {
        (frame::filters("/enterprises", frame::text_field(input.kind(frame::Kind::Search))))
        @if actor.can(deeds::ENTERPRISES_CHANGE) {
            (frame::toolbar(button_link("/enterprises/new", "登记企业")))
        }
        (frame::table(Table::new("企业", columns).rows(found.iter().map(row).collect())
            .empty("没有查到企业，请核对查询条件；尚未登记的请先登记")))
        (frame::pager(pager))
    };
    Ok(page(&app, &actor, "所属企业", body).render())
}

fn row(enterprise: &Enterprise) -> Vec<Markup> {
    let code = &enterprise.credit_code;
    vec![
        html! { a href={ "/enterprises/" (enterprise.id) } { (enterprise.name) } },
        html! {
            @if code.is_empty() { "未填" } @else { (code) }
            @if !enterprise.finding.is_empty() { " " (tag(Tone::Warn, "待核对")) }
        },
        html! {
            @if enterprise.closed_on.is_some() { (tag(Tone::Plain, "已注销")) } @else { "在用" }
        },
    ]
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let mut reader = app.db.clone();
    let enterprise = store::find(&mut reader, id).await?.ok_or(Problem::NotFound)?;
    let history = orgs::store::history(&mut reader, id).await?;
    let body = html! {
        @for words in findings(&enterprise.finding) {
            (frame::notice(Tone::Warn, &format!("统一社会信用代码：{words}")))
        }
        (buttons(&actor, &enterprise))
        (facts(&enterprise))
        h2 { "变更记录" }
        (timeline_of(&history))
    };
    Ok(page(&app, &actor, &enterprise.name, body).crumb("所属企业", "/enterprises").render())
}

/// What is worth a second look in a credit code, in words.
#[must_use]
pub fn findings(codes: &str) -> Vec<&'static str> {
    let parts = codes.split(',').filter(|code| !code.is_empty());
    parts.filter_map(UsccFinding::from_code).map(UsccFinding::name).collect()
}

fn buttons(actor: &Actor, enterprise: &Enterprise) -> Markup {
    let id = enterprise.id;
    html! {
        @if actor.can(deeds::ENTERPRISES_CHANGE) && enterprise.closed_on.is_none() {
            (frame::toolbar(html! {
                (button_link(&format!("/enterprises/{id}/change"), "变更"))
                (frame::danger_button_link(&format!("/enterprises/{id}/close"), "注销"))
            }))
        }
    }
}

fn facts(enterprise: &Enterprise) -> Markup {
    let code = &enterprise.credit_code;
    let state = match &enterprise.closed_on {
        None => html! { "在用" },
        Some(day) => html! { "已于" (frame::day(day)) "注销" },
    };
    facts_list(&[
        ("名称", text(&enterprise.name)),
        ("统一社会信用代码", html! { @if code.is_empty() { "未填" } @else { (code) } }),
        ("拼音首字母", text(&enterprise.initials)),
        ("状态", state),
    ])
}

//! The list of enterprises; the page of each, with its retirees, stands in `people`.

use axum::extract::State;
use frame::{Col, Input, Kind, Table, Tone, button_link, tag};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::identity::UsccFinding;

use super::{Enterprise, store};
use crate::deeds;
use crate::orgs::api::cut;
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Me, Shared, page};

/// At most so many are suggested while one types.
const N_SUGGESTED: i64 = 10;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let size = asked.number("size").filter(|size| [20, 50, 100].contains(size)).unwrap_or(20);
    let words = asked.get("find");
    let after = asked.number("after").unwrap_or(0);
    let search = store::Search { words, after, limit: size + 1 };
    let mut found = store::search(&mut app.db.clone(), &search).await?;
    let more = cut(&mut found, size);
    let at = |size: i64, after: i64| {
        format!("/enterprises?find={}&size={size}&after={after}", encoded(words))
    };
    let pager = frame::Pager {
        first: (after != 0).then(|| at(size, 0)),
        next: found.last().filter(|_| more).map(|last| at(size, last.id)),
        sizes: [20, 50, 100]
            .map(|n| frame::Link::new(n.to_string(), at(n, 0)).current_if(|| n == size))
            .to_vec(),
        ..frame::Pager::default()
    };
    let input = Input::new("find", "名称、拼音首字母或信用代码").value(words);
    let columns = vec![Col::head("名称"), Col::text("统一社会信用代码"), Col::text("状态")];
    let body = html! {
        (frame::filters("/enterprises", frame::text_field(input.kind(Kind::Search))))
        (enter_button(&actor))
        (frame::table(Table::new("企业", columns).rows(found.iter().map(row).collect())
            .empty("没有查到企业，请核对查询条件；尚未登记的请先登记")))
        (frame::pager(pager))
    };
    Ok(page(&app, &actor, "企业", body).render())
}

fn enter_button(actor: &Actor) -> Markup {
    html! {
        @if actor.can(deeds::ENTERPRISES_CHANGE) {
            (frame::toolbar(button_link("/enterprises/new", "登记企业")))
        }
    }
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

/// Names that fit what is being typed, as options; nothing for nothing.
pub async fn suggest(
    State(app): State<Shared>,
    Me(_): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let words = asked.get("enterprise_name");
    if words.is_empty() {
        return Ok(html! {});
    }
    let search = store::Search { words, after: 0, limit: N_SUGGESTED };
    let found = store::search(&mut app.db.clone(), &search).await?;
    let open = found.iter().filter(|one| one.closed_on.is_none());
    Ok(html! { @for one in open { option value=(one.name) { (one.credit_code) } } })
}

/// What is worth a second look in a credit code, in words.
#[must_use]
pub fn findings(codes: &str) -> Vec<&'static str> {
    let parts = codes.split(',').filter(|code| !code.is_empty());
    parts.filter_map(UsccFinding::from_code).map(UsccFinding::name).collect()
}

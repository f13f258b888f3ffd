//! What a place may decide, what holds there, and one figure with its history.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use frame::{Choice, Col, Input, Pager, Table, Tone, Width, time};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::law::{Figure, InForce, Law};

use super::decide::Policy;
use super::figures::{self, DELEGATED};
use super::store::{self, Wish};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Me, Shared, page};

/// Rows on a page of a list.
const N_ROWS: i64 = 50;

pub async fn list(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let (laws, today, mut db) = (app.laws().await?, app.today(), app.db.clone());
    let mut ahead: BTreeMap<String, Vec<Policy>> = BTreeMap::new();
    for policy in store::ahead(&mut db, &actor.org, today).await? {
        ahead.entry(policy.figure.clone()).or_default().push(policy);
    }
    let waiting = Wish::first("", "proposed", N_ROWS);
    let waiting = store::list(&mut db, (&actor.scope(), &actor.org), &waiting).await?;
    let body = html! {
        p { "市、区可以依据自己的文件规定下列标准。提出后由本级另一人审批，从执行日期起在当地代替"
            "国家和平台的规定；区的规定优先于市的规定。一个标准执行到下一个标准开始为止。" }
        (frame::toolbar(html! { (frame::button_link("/policies/all", "全部本地标准")) }))
        @if !waiting.is_empty() {
            (policies_table("待审批", laws.national(), &waiting, today))
        }
        (figures_table(&actor, laws.national(), laws.law(&actor.org), (&ahead, today)))
    };
    Ok(page(&app, &actor, "本地标准", body).render())
}

fn figures_table(
    actor: &Actor,
    national: &Law,
    here: &Law,
    (ahead, today): (&BTreeMap<String, Vec<Policy>>, Date),
) -> Markup {
    let may_propose = actor.can(deeds::POLICIES_PROPOSE);
    let rows = DELEGATED.iter().filter_map(|delegated| {
        let figure = national.figures().find(|known| known.id == delegated.id)?;
        let local = here.figure(delegated.id).on(today).ok().filter(InForce::is_local);
        let coming = ahead.get(delegated.id).map_or(&[][..], Vec::as_slice);
        let to = format!("/policies/figures/{}", figure.id);
        Some(vec![
            html! { a href=(to) { (figure.name) } },
            national_cell(figure, today),
            local_cell(figure, local),
            ahead_cell(figure, coming, today),
            html! {
                @if may_propose { a href={ (to) "/new" } { "提出" span.unseen { (figure.name) } } }
                @else { a href=(to) { "查看" span.unseen { (figure.name) } } }
            },
        ])
    });
    let columns = vec![
        Col::head("标准"),
        Col::text("国家和平台规定"),
        Col::text("本地现行"),
        Col::text("待审批和将执行"),
        Col::actions(),
    ];
    frame::table(Table::new("可由本地规定的标准", columns).rows(rows.collect()).numbered_from(1))
}

fn national_cell(figure: &Figure, today: Date) -> Markup {
    html! {
        @if let Some(now) = figure.on(today) {
            (amount(now.value, figure))
            (frame::why("原文", html! { p { "“" (now.quote) "”" } p { (now.cite) } }))
        }
    }
}

fn local_cell(figure: &Figure, local: Option<InForce<'_>>) -> Markup {
    html! {
        @match local {
            Some(now) => {
                strong { (amount(now.value, figure)) } "，" (time(&now.from.to_string())) "起"
                (frame::why("原文", html! { p { "“" (now.quote) "”" } p { (now.cite) } }))
            },
            None => "执行国家和平台规定",
        }
    }
}

fn ahead_cell(figure: &Figure, coming: &[Policy], today: Date) -> Markup {
    html! {
        @for policy in coming {
            p { a href={ "/policies/" (policy.id) } {
                (amount(policy.value, figure)) "，" (time(&policy.from_day.to_string())) "起"
            } " " (tag(policy, today)) }
        }
    }
}

/// A value with its unit.
pub(super) fn amount(value: i64, figure: &Figure) -> Markup {
    html! { (value) (figure.unit) }
}

/// The state of a figure, in a box.
pub(super) fn tag(policy: &Policy, today: Date) -> Markup {
    let tone = match policy.state.as_str() {
        "proposed" => Tone::Warn,
        "approved" => Tone::Good,
        "refused" => Tone::Bad,
        _ => Tone::Plain,
    };
    frame::tag(tone, policy.state_name(today))
}

/// Rows of local figures, of any place.
fn policies_table(caption: &str, law: &Law, policies: &[Policy], today: Date) -> Markup {
    let columns = vec![
        Col::head("标准"),
        Col::text("地方"),
        Col::number("数值"),
        Col::day("执行日期"),
        Col::text("依据"),
        Col::text("提出"),
        Col::text("状态"),
    ];
    let rows = policies.iter().map(|policy| {
        let figure = law.figures().find(|known| known.id == policy.figure);
        let (name, unit) = figure.map_or((policy.figure.as_str(), ""), |f| (&f.name, &f.unit));
        vec![
            html! { a href={ "/policies/" (policy.id) } { (name) } },
            frame::text(&policy.place),
            html! { (policy.value) (unit) },
            time(&policy.from_day.to_string()),
            frame::text(&policy.cite),
            html! { (policy.proposed_name) " " (time(&policy.proposed_on.to_string())) },
            tag(policy, today),
        ]
    });
    let empty = "没有符合条件的本地标准；没有本地标准的，执行国家和平台规定";
    frame::table(Table::new(caption, columns).rows(rows.collect()).numbered_from(1).empty(empty))
}

/// Every local figure that holds for the asker or lies in the scope, whatever became of it.
pub async fn all(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let (laws, today) = (app.laws().await?, app.today());
    let state = match asked.get("state") {
        known @ ("proposed" | "approved" | "refused" | "withdrawn") => known,
        _ => "",
    };
    let figure = figures::find(asked.get("figure")).map_or("", |known| known.id);
    let before = asked.number("after").unwrap_or(i64::MAX);
    let wish = Wish { before, ..Wish::first(figure, state, N_ROWS) };
    let rows = store::list(&mut app.db.clone(), (&actor.scope(), &actor.org), &wish).await?;
    let next = next_page(&rows, &format!("/policies/all?figure={figure}&state={state}"));
    let states = [
        ("", "全部"),
        ("proposed", "待审批"),
        ("approved", "已批准"),
        ("refused", "未同意"),
        ("withdrawn", "已撤回"),
    ];
    let states = states.map(|(code, name)| Choice::new(code, name));
    let known = laws.national().figures().filter(|known| figures::find(&known.id).is_some());
    let choices: Vec<Choice<'_>> = std::iter::once(Choice::new("", "全部"))
        .chain(known.map(|known| Choice::new(&known.id, &known.name)))
        .collect();
    let body = html! {
        (frame::filters("/policies/all", html! {
            (frame::select_field(Input::new("figure", "标准").value(figure), &choices))
            (frame::select_field(Input::new("state", "状态").value(state).width(Width::Short),
                &states))
        }))
        (policies_table("本地标准", laws.national(), &rows, today))
        (frame::pager(Pager { next, ..Pager::default() }))
    };
    Ok(page(&app, &actor, "全部本地标准", body).crumb("本地标准", "/policies").render())
}

fn next_page(rows: &[Policy], address: &str) -> Option<String> {
    let is_full = i64::try_from(rows.len()).unwrap_or(0) == N_ROWS;
    rows.last().filter(|_| is_full).map(|last| format!("{address}&after={}", last.id))
}

pub async fn figure(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<String>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let (laws, today) = (app.laws().await?, app.today());
    let delegated = figures::find(&id).ok_or(Problem::NotFound)?;
    let national = laws.national().figures().find(|known| known.id == id);
    let (law, figure) = (laws.national(), national.ok_or(Problem::NotFound)?);
    let before = asked.number("after").unwrap_or(i64::MAX);
    let wish = Wish { before, ..Wish::first(&id, "", N_ROWS) };
    let rows = store::list(&mut app.db.clone(), (&actor.scope(), &actor.org), &wish).await?;
    let next = next_page(&rows, &format!("/policies/figures/{id}?"));
    let here = laws.law(&actor.org);
    let now = here.figure(&id).on(today).ok();
    let body = html! {
        @if let Some(now) = now {
            (frame::facts_list(&[
                ("本地现行", html! { strong { (amount(now.value, figure)) } "，"
                    (time(&now.from.to_string())) "起" }),
                ("依据", frame::text(now.cite)),
                ("原文", html! { "“" (now.quote) "”" }),
                ("可规定的范围", frame::text(delegated.allowed.in_words(&figure.unit))),
            ]))
        }
        @if actor.can(deeds::POLICIES_PROPOSE) {
            (frame::toolbar(frame::button_link(
                &format!("/policies/figures/{id}/new"), "提出本地标准")))
        }
        (national_table(figure))
        (policies_table("本地标准的经过", law, &rows, today))
        (frame::pager(Pager { next, ..Pager::default() }))
        p { a href={ "/law/" (id) } { "在政策依据中查看" } }
    };
    Ok(page(&app, &actor, &figure.name, body).crumb("本地标准", "/policies").render())
}

fn national_table(figure: &Figure) -> Markup {
    let columns =
        vec![Col::day("起始日期"), Col::number("数值"), Col::text("依据"), Col::text("原文")];
    let rows = figure.entries().map(|entry| {
        vec![
            time(&entry.from.to_string()),
            amount(entry.value, figure),
            frame::text(entry.cite),
            frame::text(entry.quote),
        ]
    });
    frame::table(Table::new("国家和平台规定", columns).rows(rows.collect()))
}

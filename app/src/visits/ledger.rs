//! The visit ledger: a reading of what was recorded, never filled in by itself.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use frame::{Choice, Col, Input, Pager, PrintSheet, Table, Tone, select_field, text_field};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::duties::Rule;
use rules::facts::Way;

use super::pages::{outcome_name, way_name, whom};
use super::store::lists::{self, Filter};
use super::{Outcome, Visit};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, page, shown};

/// Rows on a printed ledger; a longer one is printed in parts.
const N_PRINTED: i64 = 2000;
const SIZES: &[i64] = &[20, 50, 100];

/// What was asked for. The present month unless days are given.
///
/// # Errors
/// Field problems when a day is no day.
pub fn filter(asked: &Fields, actor: &Actor, today: Date) -> Result<Filter, Problem> {
    let mut errors = Vec::new();
    let from = asked.day("from", &mut errors);
    let to = asked.day("to", &mut errors);
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    let known = |found: bool, code: &str| {
        if found { code.to_owned() } else { String::new() }
    };
    let (way, outcome) = (asked.get("way"), asked.get("outcome"));
    let rule = asked.get("rule");
    let is_rule = Rule::from_id(rule).is_some();
    Ok(Filter {
        scope: actor.scope().narrowed(asked.get("org")),
        from: from.unwrap_or_else(|| today.first_of_month()),
        to: to.unwrap_or(today),
        way: known(Way::from_code(way).is_some(), way),
        outcome: known(Outcome::from_code(outcome).is_some(), outcome),
        rule: known(is_rule, rule),
    })
}

/// The cursor of a page: `2026-05-06_123`.
#[must_use]
pub fn cursor(text: &str) -> lists::Cursor {
    let parts = text.split_once('_');
    let parsed = parts.and_then(|(day, id)| {
        let day: Date = day.parse().ok()?;
        Some((day.to_string(), id.parse().ok()?))
    });
    parsed.unwrap_or_else(lists::beginning)
}

/// The cursor after a visit.
#[must_use]
pub fn after(visit: &Visit) -> String {
    format!("{}_{}", visit.on, visit.id)
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Response, Problem> {
    let filter = match filter(&asked, &actor, app.today()) {
        Ok(filter) => filter,
        Err(problem) => return refused(&app, &actor, (&asked, problem)).await,
    };
    let size = asked.number("limit").filter(|size| SIZES.contains(size)).unwrap_or(50);
    let start = cursor(asked.get("after"));
    let mut visits = lists::page(&app.db, &filter, &start, size + 1).await?;
    let more = visits.len() as i64 > size;
    visits.truncate(usize::try_from(size).unwrap_or(50));
    let totals = lists::totals(&app.db, &filter).await?;
    let names = lists::org_names(&app.db, &actor.scope(), 500).await?;
    let address = query(&filter, size);
    let pager = Pager {
        first: (!asked.get("after").is_empty()).then(|| format!("/visits?{address}")),
        next: visits
            .last()
            .filter(|_| more)
            .map(|last| format!("/visits?{address}&after={}", after(last))),
        sizes: SIZES
            .iter()
            .map(|n| {
                let href = format!("/visits?{}", query(&filter, *n));
                frame::Link::new(n.to_string(), href).current_if(|| *n == size)
            })
            .collect(),
        ..Pager::default()
    };
    let body = html! {
        (search(&filter, &names, &[]))
        (tools(&actor, &address))
        (frame::toolbar(counts(&totals)))
        (table(&visits, &names))
        (frame::pager(pager))
    };
    let shell = page(&app, &actor, "走访台账", body);
    let shell = match (asked.number("saved"), asked.number("settled")) {
        (Some(n), Some(settled)) => {
            let words = format!("已登记 {n} 人的走访，办结 {settled} 项");
            shell.notice(Tone::Good, words)
        }
        _ => shell,
    };
    Ok(shell.render().into_response())
}

async fn refused(
    app: &Shared,
    actor: &Actor,
    (asked, problem): (&Fields, Problem),
) -> Result<Response, Problem> {
    let errors = shown(&problem);
    let plain = filter(&Fields::default(), actor, app.today())?;
    let names = lists::org_names(&app.db, &actor.scope(), 500).await?;
    let typed: Vec<(&str, &str)> = vec![("from", asked.get("from")), ("to", asked.get("to"))];
    let body = html! {
        (search(&plain, &names, &typed))
        p { "请更正查询条件后重新查询。" }
    };
    let shell = page(app, actor, "走访台账", body).errors(errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shell.render()).into_response())
}

fn query(filter: &Filter, size: i64) -> String {
    format!(
        "org={}&from={}&to={}&way={}&outcome={}&rule={}&limit={size}",
        filter.scope.from(),
        filter.from,
        filter.to,
        filter.way,
        filter.outcome,
        filter.rule
    )
}

fn search(filter: &Filter, names: &[(String, String)], typed: &[(&str, &str)]) -> Markup {
    let orgs: Vec<Choice<'_>> = names.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let any = || std::iter::once(Choice::new("", "全部"));
    let ways: Vec<Choice<'_>> =
        any().chain(Way::ALL.iter().map(|way| Choice::new(way.code(), way.name()))).collect();
    let outcomes: Vec<Choice<'_>> =
        any().chain(Outcome::ALL.iter().map(|one| Choice::new(one.code(), one.name()))).collect();
    let rules: Vec<Choice<'_>> =
        any().chain(Rule::ALL.iter().map(|rule| Choice::new(rule.id(), rule.name()))).collect();
    let shown = |name: &str, value: Date| {
        let typed = typed.iter().find(|(known, _)| *known == name);
        typed.map_or_else(|| value.to_string(), |(_, typed)| (*typed).to_owned())
    };
    let (from, to) = (shown("from", filter.from), shown("to", filter.to));
    frame::filters(
        "/visits",
        html! {
            @if orgs.len() > 1 {
                (select_field(Input::new("org", "机构").value(filter.scope.from()), &orgs))
            }
            (text_field(Input { hint: None, ..Input::date("from", "从").value(&from) }))
            (text_field(Input { hint: None, ..Input::date("to", "到").value(&to) }))
            (select_field(Input::new("way", "方式").value(&filter.way), &ways))
            (select_field(Input::new("outcome", "结果").value(&filter.outcome), &outcomes))
            (select_field(Input::new("rule", "办结事项").value(&filter.rule), &rules))
        },
    )
}

/// Valid visits by way; those in vain are counted apart.
fn counts(totals: &[(String, String, i64)]) -> Markup {
    let met = |way: &Way| -> i64 {
        let of_way =
            totals.iter().filter(|(known, outcome, _)| known == way.code() && outcome == "met");
        of_way.map(|(_, _, n)| n).sum()
    };
    let vain: i64 =
        totals.iter().filter(|(_, outcome, _)| outcome != "met").map(|(_, _, n)| n).sum();
    let all: i64 = totals.iter().map(|(_, _, n)| n).sum();
    html! {
        p.totals {
            "合计" strong { (frame::count(all)) } "次（不含作废）："
            @for way in Way::ALL {
                @let n = met(way);
                @if n > 0 { (way.name()) " " (frame::count(n)) "次；" }
            }
            "未联系上 " (frame::count(vain)) "次"
        }
    }
}

fn tools(actor: &Actor, address: &str) -> Markup {
    frame::toolbar(html! {
        (frame::button_link(&format!("/visits/print?{address}"), "打印台账"))
        @if actor.can(deeds::PEOPLE_EXPORT) {
            (frame::button_link(&format!("/exports/new?list=visits&{address}"), "导出"))
        }
        (frame::button_link("/visits/plan", "走访计划"))
        @if actor.can(deeds::VISITS_RECORD) {
            (frame::button_link("/visits/batch", "批量补录"))
        }
        @if actor.can(deeds::VISITS_RECORD) && actor.can(deeds::PEOPLE_IMPORT) {
            (frame::button_link("/imports?kind=visits", "导入纸质走访"))
        }
    })
}

fn org_name<'a>(names: &'a [(String, String)], code: &'a str) -> &'a str {
    let known = names.iter().rev().find(|(known, _)| known == code);
    known.map_or(code, |(_, name)| name)
}

/// The names of the rules that a visit settled.
#[must_use]
pub fn settled_names(settled: &str) -> String {
    let rules = settled.split(',').filter_map(Rule::from_id);
    rules.map(Rule::name).collect::<Vec<_>>().join("、")
}

fn table(visits: &[Visit], names: &[(String, String)]) -> Markup {
    let columns = vec![
        Col::day("走访日期"),
        Col::head("姓名"),
        Col::text("社区站"),
        Col::text("方式"),
        Col::text("结果"),
        Col::text("了解到的情况"),
        Col::text("办结事项"),
        Col::text("走访人"),
        Col::actions(),
    ];
    let rows = visits.iter().map(|visit| row(visit, names)).collect();
    frame::table(
        Table::new("走访记录", columns)
            .rows(rows)
            .numbered_from(1)
            .empty("这段时间没有走访记录，请换日期或条件再查"),
    )
}

fn row(visit: &Visit, names: &[(String, String)]) -> Vec<Markup> {
    let name = html! {
        @if visit.about == 0 { (visit.person_name) }
        @else { (visit.person_name) "（" (whom(visit)) "）" }
    };
    vec![
        html! { (frame::time(&visit.on.to_string()))
        @if visit.is_paper() { " " (frame::tag(Tone::Plain, "补录")) } },
        html! {
            @if visit.void_reason.is_some() { s { (name) } " " (frame::tag(Tone::Bad, "作废")) }
            @else { (name) }
        },
        frame::text(org_name(names, &visit.org)),
        frame::text(way_name(&visit.way)),
        frame::text(outcome_name(&visit.outcome)),
        frame::text(super::report::findings_words(&visit.findings).join("、")),
        frame::text(settled_names(&visit.settled)),
        frame::text(&visit.visitor),
        html! { a href={ "/visits/" (visit.id) } {
        "查看" span.unseen { (visit.person_name) "的走访" } } },
    ]
}

pub async fn print(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let filter = filter(&asked, &actor, app.today())?;
    let visits = lists::page(&app.db, &filter, &lists::beginning(), N_PRINTED + 1).await?;
    if visits.len() as i64 > N_PRINTED {
        let sentence = "一次最多打印 2000 条，请缩小日期范围或按机构分开打印";
        return Err(Problem::refused("too-many-rows", sentence));
    }
    let totals = lists::totals(&app.db, &filter).await?;
    let names = lists::org_names(&app.db, &actor.scope(), 500).await?;
    let columns = vec![
        Col::day("走访日期"),
        Col::head("姓名"),
        Col::text("社区站"),
        Col::text("方式"),
        Col::text("结果"),
        Col::text("了解到的情况"),
        Col::text("办结事项"),
        Col::text("走访人"),
    ];
    let rows = visits.iter().map(|visit| row(visit, &names)).collect();
    let table = Table::new("走访记录", columns).rows(rows).numbered_from(1);
    let body = html! { (counts(&totals)) (frame::table(table)) };
    let title = format!("走访台账（{}至{}）", filter.from, filter.to);
    let today = app.today().to_string();
    let back = format!("/visits?{}", query(&filter, 50));
    let sheet = PrintSheet::new(&title, org_name(&names, filter.scope.from()), body);
    Ok(sheet.printed_on(&today).landscape().back(&back).render())
}

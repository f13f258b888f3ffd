//! 首页：我的应办事项，先办逾期的；上级还看到下级逾期的。

use std::collections::BTreeMap;

use frame::{Col, Markup, Table, Tally, Tone};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::html;
use rules::days::add_days;
use rules::duties::{Level, overdue_if_due_by};

use super::lists::{self, Filter, Listed, Which};
use super::loads::{self, Days, Load};
use super::{narrow, pages, shown};
use crate::deeds;
use crate::policies::Laws;
use crate::web::Shared;

/// Rows of each table of the home page.
const ROWS: i64 = 12;
/// Above a station the work of others comes next on the page.
const ROWS_ABOVE: i64 = 5;

/// The part of the home page about duties.
///
/// # Errors
/// Whatever the database says.
pub async fn part(app: &Shared, actor: &Actor) -> Result<Markup, Problem> {
    if !actor.can(deeds::DUTIES_SEE) {
        return Ok(html! {});
    }
    let today = app.today();
    let level = Level::from_code(&actor.level).unwrap_or(Level::City);
    let laws = app.laws().await?;
    let days = Days { today, climbed_by: overdue_if_due_by(level, today, laws.terms(&actor.org)) };
    Ok(html! {
        @if level != Level::City { (own(app, actor, level, days).await?) }
        @if level != Level::Station { (below(app, actor, days).await?) }
    })
}

/// What the asker's own level owes, and the first of it.
async fn own(app: &Shared, actor: &Actor, level: Level, days: Days) -> Result<Markup, Problem> {
    let scope = actor.scope();
    let loads = loads::loads(&app.db, &scope, Some(level), days).await?;
    let sum = Load::sum(&actor.org, &loads);
    let filter = Filter {
        scope,
        which: Which::Open,
        rule: None,
        owner: Some(level),
        from: None,
        until: None,
    };
    let n_rows = if level == Level::Station { ROWS } else { ROWS_ABOVE };
    let listing = lists::list(&app.db, &filter, None, n_rows).await?;
    let laws = app.laws().await?;
    let owner = level.code();
    let between = |first, last| format!("/duties?owner={owner}&from={first}&until={last}");
    let (week, month) = (days.week_ends_on(), days.month_ends_on());
    let tallies = [
        Tally {
            label: "逾期",
            n: sum.n_overdue,
            href: format!("/duties?state=overdue&owner={owner}"),
            tone: if sum.n_overdue > 0 { Tone::Bad } else { Tone::Good },
        },
        Tally {
            label: "七天内到期",
            n: sum.n_week,
            href: between(days.today, week),
            tone: Tone::Warn,
        },
        Tally {
            label: "本月到期",
            n: sum.n_month,
            href: between(add_days(week, 1), month),
            tone: Tone::Info,
        },
        Tally {
            label: "以后到期",
            n: sum.n_later,
            href: format!("/duties?owner={owner}&from={}", add_days(month, 1)),
            tone: Tone::Plain,
        },
    ];
    Ok(html! {
        h2 { "我的应办事项" }
        (frame::tallies(&tallies))
        @if level == Level::Station {
            @for of in &listing.rows { (card(of, actor, &laws, days.today)) }
        } @else {
            (pages::table(actor, "本级应办事项", &listing.rows, (days.today, 1), pages::Ticks::None))
        }
        @if listing.rows.is_empty() && level == Level::Station { p { "没有未办事项。" } }
        @if listing.next.is_some() {
            p { a href={ "/duties?owner=" (owner) } { "查看全部" } }
        }
    })
}

/// A duty of the station as a card, which fits a telephone: what, whom, until when, why.
fn card(of: &Listed, actor: &Actor, laws: &Laws, today: Date) -> Markup {
    let duty = &of.stored.duty;
    let (tone, words) = shown::tag(duty, today);
    let text = laws.law(&of.org).rule_on(duty.rule.id(), duty.version);
    let (to, step) = pages::next_step(of, actor);
    let reason = html! {
        @if let Ok(text) = text {
            p { "“" (text.quote) "”" }
            p { "依据：" (text.cite) }
        }
        p { a href={ "/duties/" (of.stored.id) } { "为什么是这一天" } }
    };
    let person = if of.person_name.is_empty() { "已转出人员" } else { &of.person_name };
    frame::duty(frame::Duty {
        title: duty.rule.name(),
        person,
        href: format!("/people/{}", of.person),
        due_on: &duty.due_on.to_string(),
        tag: (tone, &words),
        why: reason,
        actions: frame::button_link(&to, step),
    })
}

/// What is late below, what has climbed to this level, and how each organisation below stands.
async fn below(app: &Shared, actor: &Actor, days: Days) -> Result<Markup, Problem> {
    let scope = actor.scope();
    let mut loads = loads::loads(&app.db, &scope, None, days).await?;
    loads.extend(loads::ended_loads(&app.db, &scope, days).await?);
    let filter = Filter {
        scope,
        which: Which::Overdue,
        rule: None,
        owner: None,
        from: None,
        until: Some(days.climbed_by),
    };
    let listing = lists::list(&app.db, &filter, None, ROWS).await?;
    let sum = Load::sum(&actor.org, &loads);
    let climbed = format!("/duties?state=overdue&until={}", days.climbed_by);
    let tallies = [
        Tally {
            label: "已报到本级的逾期",
            n: sum.n_climbed,
            href: climbed.clone(),
            tone: if sum.n_climbed > 0 { Tone::Bad } else { Tone::Good },
        },
        Tally {
            label: "全部逾期",
            n: sum.n_overdue,
            href: "/duties?state=overdue".to_owned(),
            tone: Tone::Warn,
        },
        Tally {
            label: "本月已办",
            n: sum.n_settled,
            href: "/duties?state=settled".to_owned(),
            tone: Tone::Good,
        },
        Tally {
            label: "本月错过",
            n: sum.n_missed,
            href: "/duties?state=missed".to_owned(),
            tone: if sum.n_missed > 0 { Tone::Bad } else { Tone::Good },
        },
    ];
    Ok(html! {
        h2 { "本级及下级逾期" }
        (frame::tallies(&tallies))
        @if !listing.rows.is_empty() {
            (pages::table(actor, "已报到本级的逾期事项", &listing.rows, (days.today, 1),
                pages::Ticks::None))
        }
        @if listing.next.is_some() { p { a href=(climbed) { "查看全部" } } }
        (children(&loads, &sum, &narrow::places(app, actor).await?))
    })
}

/// One row for each organisation below.
fn children(loads: &[Load], sum: &Load, places: &[(String, String)]) -> Markup {
    let mut parts: BTreeMap<&str, Vec<&Load>> = BTreeMap::new();
    for load in loads {
        let own = places.iter().find(|(code, _)| load.org.starts_with(code.as_str()));
        if let Some((code, _)) = own {
            parts.entry(code).or_default().push(load);
        }
    }
    let cells = |name: Markup, load: &Load, org: Option<&str>| {
        let number = |n: i64, state: &str, more: &str| {
            let n_words = frame::count(n);
            html! {
                @match org {
                    Some(org) if n > 0 => a href={
                        "/duties?state=" (state) "&org=" (org) (more)
                    } { (n_words) },
                    _ => (n_words),
                }
            }
        };
        vec![
            name,
            number(load.n_overdue, "overdue", ""),
            number(load.n_climbed, "overdue", ""),
            number(load.n_week, "open", ""),
            number(load.n_settled, "settled", ""),
            number(load.n_missed, "missed", ""),
        ]
    };
    let rows = places.iter().map(|(code, name)| {
        let theirs = parts.get(code.as_str()).into_iter().flatten().copied();
        let load = Load::sum(code, theirs);
        let link = html! { a href={ "/duties?org=" (code) } { (name) } };
        cells(link, &load, Some(code))
    });
    let columns = vec![
        Col::head("单位"),
        Col::number("逾期"),
        Col::number("已报本级"),
        Col::number("七天内到期"),
        Col::number("本月已办"),
        Col::number("本月错过"),
    ];
    frame::table(
        Table::new("各单位办理情况", columns)
            .rows(rows.collect())
            .empty("下面还没有单位，请先导入机构")
            .total(cells(html! { "合计" }, sum, None)),
    )
}

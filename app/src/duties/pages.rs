//! The home page (my duties), the list of duties, and why one is owed.

use axum::extract::{Path, State};
use frame::{Choice, Col, Input, Table, Tone, facts_list, select_field, table, tag};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::days::days_between;
use rules::duties::{Certainty, Duty, Level, State as DutyState, Timeliness, why};

use super::lists::{self, Cursor, Filter, Listed, Which};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Me, Shared, page};

const N_ROWS: i64 = 50;

/// Who looks, and on which day.
type By<'a> = (&'a Actor, Date);

fn filter(actor: &Actor, which: Which, today: Date) -> Filter {
    let scope = actor.scope();
    Filter { scope, which, rule: None, owner: None, from: None, until: None }.as_of(today)
}

/// My duties: what is late, then what comes next.
pub async fn home(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    if !actor.can(deeds::DUTIES_SEE) {
        let body = html! { p { "您好，" (actor.name) "。请从菜单选择要办理的事项。" } };
        return Ok(page(&app, &actor, "首页", body).render());
    }
    let today = app.today();
    let late = lists::list(&app.db, &filter(&actor, Which::Overdue, today), None, N_ROWS).await?;
    let coming = Filter { from: Some(today), ..filter(&actor, Which::Open, today) };
    let coming = lists::list(&app.db, &coming, None, N_ROWS).await?;
    let more = |listing: &lists::Listing, state: &str| {
        let href = format!("/duties?state={state}");
        html! { @if listing.next.is_some() { p { a href=(href) { "查看全部" } } } }
    };
    let body = html! {
        h2 { "逾期未办" }
        (duty_table("逾期未办的事项", &late.rows, "没有逾期的事项", (&actor, today)))
        (more(&late, "overdue"))
        h2 { "接下来要办" }
        (duty_table("接下来要办的事项", &coming.rows, "没有待办的事项", (&actor, today)))
        (more(&coming, "open"))
    };
    Ok(page(&app, &actor, "首页：应办事项", body).render())
}

/// Only who may record a visit is led to the form.
fn duty_table(caption: &str, rows: &[Listed], empty: &str, (actor, today): By<'_>) -> Markup {
    let cells = rows.iter().map(|row| {
        let duty = &row.stored.duty;
        let (tone, words) = state_tag(duty, today);
        let may = actor.can(deeds::VISITS_RECORD);
        let by_visit = may && duty.state == DutyState::Open && is_visit(duty);
        vec![
            html! { a href=(format!("/people/{}", row.person)) { (row.person_name) } },
            html! { a href=(format!("/duties/{}", row.stored.id)) { (duty.rule.name()) } },
            html! { (row.station_name) },
            html! { (duty.due_on) },
            html! { (tag(tone, &words)) },
            html! { @if by_visit {
                a href=(format!("/people/{}/visits/new?duty={}", row.person, row.stored.id)) {
                    "登记走访"
                }
            } },
        ]
    });
    let columns = vec![
        Col::head("姓名"),
        Col::text("事项"),
        Col::text("社区"),
        Col::day("期限"),
        Col::text("状态"),
        Col::actions(),
    ];
    table(Table::new(caption, columns).rows(cells.collect()).empty(empty).numbered_from(1))
}

fn is_visit(duty: &Duty) -> bool {
    duty.rule.id() != "base.card"
}

/// A tone and a word for what has become of a duty by a day.
#[must_use]
pub fn state_tag(duty: &Duty, today: Date) -> (Tone, String) {
    match duty.state {
        DutyState::Open => match days_between(today, duty.due_on) {
            n @ ..0 => (Tone::Bad, format!("逾期{}天", -n)),
            0 => (Tone::Warn, "今天到期".to_owned()),
            n @ 1..=7 => (Tone::Warn, format!("还有{n}天")),
            _ => (Tone::Info, "未办".to_owned()),
        },
        DutyState::Settled { timeliness: Timeliness::OnTime, .. } => {
            (Tone::Good, "按期办结".to_owned())
        }
        DutyState::Settled { .. } => (Tone::Warn, "逾期办结".to_owned()),
        DutyState::Missed { .. } => (Tone::Bad, "错过".to_owned()),
        DutyState::Lapsed { .. } => (Tone::Plain, "不再需要".to_owned()),
    }
}

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let which = Which::from_code(asked.get("state")).unwrap_or_default();
    let after = Cursor::read(asked.get("after"));
    let found =
        lists::list(&app.db, &filter(&actor, which, app.today()), after.as_ref(), N_ROWS).await?;
    let states: Vec<_> = Which::ALL.iter().map(|one| Choice::new(one.code(), one.name())).collect();
    let next = found
        .next
        .as_ref()
        .map(|next| format!("/duties?state={}&after={}", which.code(), next.write()));
    let body = html! {
        (frame::filters("/duties", html! {
            (select_field(Input::new("state", "状态").value(which.code()), &states))
        }))
        (duty_table("应办事项", &found.rows, "没有符合条件的事项", (&actor, app.today())))
        @if let Some(next) = next { p { a href=(next) { "下一页" } } }
    };
    Ok(page(&app, &actor, "应办事项", body).render())
}

/// Why a duty is owed, and why on this day.
pub async fn one(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let row = lists::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let (laws, today) = (app.laws().await?, app.today());
    let duty = row.stored.duty;
    let told = why(&duty, laws.law(&row.org)).map_err(super::no_law)?;
    let (tone, words) = state_tag(&duty, today);
    let climbed = rules::duties::overdue_level(duty.due_on, today, laws.terms(&row.org))
        .filter(|_| duty.state == DutyState::Open);
    let estimated = duty.certainty == Certainty::Estimated;
    let body = html! {
        (facts_list(&[
            ("退休人员", html! { a href=(format!("/people/{}", row.person)) {
                (row.person_name)
            } }),
            ("社区", html! { (row.station_name) }),
            ("责任层级", html! { (duty.owner.name()) }),
            ("起止", html! { (duty.opens_on) " 至 " (duty.due_on)
                @if estimated { "（工作日历未公布，暂估）" } }),
            ("状态", html! { (tag(tone, &words)) }),
            ("逾期已升级到", html! { (climbed.map_or("未逾期", Level::name)) }),
        ]))
        h2 { "为什么要办" }
        blockquote { (told.sentence) }
        p { (told.cite) }
        ol { @for step in &told.steps { li { (step) } } }
        @if actor.can(deeds::VISITS_RECORD) && duty.state == DutyState::Open && is_visit(&duty) {
            @let to = format!("/people/{}/visits/new?duty={}", row.person, row.stored.id);
            p { (frame::button_link(&to, "登记走访")) }
        }
    };
    let title = duty.rule.name();
    Ok(page(&app, &actor, title, body).crumb("应办事项", "/duties").render())
}

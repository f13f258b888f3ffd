//! The pages of duties: the list with its outcomes, and one duty with its reasons.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, Input, Markup, Table, Tone};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::html;
use rules::days::{add_days, first_of_next_month};
use rules::duties::{Level, Rule, State as Fate};

use super::lists::{self, Cursor, Filter, Listed, Which};
use super::outcomes::{self, Wanted};
use super::{narrow, shown};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

/// Rows on a page of the list.
const ROWS: i64 = 50;

/// Whether the rows of a table can be ticked, and which are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ticks<'a> {
    None,
    Duties(&'a [&'a str]),
}

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    list_page(&app, &actor, &asked, Vec::new()).await
}

/// Settles what was ticked. What is wrong is told above the same list, nothing was written then.
pub async fn settle(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let view =
        Fields(VIEW.iter().map(|name| ((*name).to_owned(), fields.get(name).to_owned())).collect());
    let back = format!("/duties?{}done=1", query(&view, &[]));
    match settled(&app, &actor, &fields, &back).await {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(errors)) => {
            let errors = errors.iter().map(|e| frame::FieldError::new(&e.field, &e.message));
            let shown = list_page(&app, &actor, &fields, errors.collect()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// Reads the day and the ticked duties, and writes the outcome down.
///
/// # Errors
/// As [`outcomes::settle`].
pub(super) async fn settled(
    app: &Shared,
    actor: &Actor,
    fields: &Fields,
    back: &str,
) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let on = fields.day("on_day", &mut errors);
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    let ticked = fields.all("duty");
    let duties: Vec<i64> = ticked.iter().filter_map(|id| id.parse().ok()).collect();
    if duties.len() < ticked.len() {
        return Err(Problem::NotFound);
    }
    let wanted = Wanted {
        duties: &duties,
        outcome: fields.get("outcome"),
        on: on.unwrap_or_else(|| app.today()),
        answer: back,
    };
    outcomes::settle(app, actor, &wanted).await.map(|_| ())
}

/// The fields that say which part of the list is seen.
const VIEW: &[&str] = &["org", "state", "rule", "owner", "month", "from", "until"];

/// The filter that an address asks for.
pub fn filter(asked: &Fields, actor: &Actor, today: Date) -> Filter {
    let which = Which::from_code(asked.get("state")).unwrap_or_default();
    let month: Option<Date> = format!("{}-01", asked.get("month")).parse().ok();
    let mut unread = Vec::new();
    let mut from = asked.day("from", &mut unread).or(month);
    let mut until = asked
        .day("until", &mut unread)
        .or_else(|| month.map(|first| add_days(first_of_next_month(first), -1)));
    if !which.is_open() && from.is_none() && until.is_none() {
        (from, until) = (Some(today.first_of_month()), Some(today));
    }
    if which == Which::Overdue {
        let yesterday = add_days(today, -1);
        until = Some(until.map_or(yesterday, |day| day.min(yesterday)));
    }
    Filter {
        scope: actor.scope().narrowed(asked.get("org")),
        which,
        rule: Rule::from_id(asked.get("rule")),
        owner: Level::from_code(asked.get("owner")),
        from,
        until,
    }
}

/// The address of a view: what is asked for, with some fields set otherwise. Ends in `&` unless
/// it is empty.
fn query(asked: &Fields, set: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for name in VIEW {
        let other = set.iter().find(|(known, _)| known == name);
        let value = other.map_or_else(|| asked.get(name), |(_, value)| value);
        // Codes, days and numbers only: nothing else is let through, so nothing needs escaping.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if !value.is_empty() && value.chars().all(plain) {
            text.push_str(name);
            text.push('=');
            text.push_str(value);
            text.push('&');
        }
    }
    text
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    asked: &Fields,
    errors: Vec<frame::FieldError>,
) -> Result<Markup, Problem> {
    let today = app.today();
    let filter = filter(asked, actor, today);
    let after = Cursor::read(asked.get("after"));
    let listing = lists::list(&app.db, &filter, after.as_ref(), ROWS).await?;
    let first: u64 = asked.get("n").parse().unwrap_or(1);
    let n_rows = u64::try_from(listing.rows.len()).unwrap_or(0);
    let next = listing.next.as_ref().map(|cursor| {
        let (view, after) = (query(asked, &[]), cursor.write());
        format!("/duties?{view}after={after}&n={}", first.saturating_add(n_rows))
    });
    let start = format!("/duties?{}", query(asked, &[]));
    let pager = frame::Pager {
        first: after.is_some().then(|| start.trim_end_matches(['&', '?']).to_owned()),
        next,
        ..frame::Pager::default()
    };
    let chosen = asked.all("duty");
    let ticks = if may_tick(&filter, actor) { Ticks::Duties(&chosen) } else { Ticks::None };
    let unticked = errors.iter().find(|error| error.field == "duty");
    let rows = table(actor, "应办事项", &listing.rows, (today, first), ticks);
    let body = html! {
        (narrow::filters(app, actor, asked, &filter).await?)
        @if actor.can(deeds::PEOPLE_EXPORT) {
            @let view = query(asked, &[]);
            (frame::toolbar(frame::button_link(
                &format!("/exports/new?{view}list=duties"),
                "导出"
            )))
        }
        @if ticks != Ticks::None && !listing.rows.is_empty() {
            (frame::form_post("/duties/outcomes", &csrf(app, actor.session), &new_key(), html! {
                @for name in VIEW { (frame::hidden(name, asked.get(name))) }
                (outcome_bar(&filter, asked, &errors))
                @if let Some(error) = unticked {
                    p.error { span.unseen { "有误：" } (error.message) }
                }
                (rows)
            }))
        } @else { (rows) }
        (frame::pager(pager))
    };
    let mut shell = page(app, actor, "应办事项", body).errors(errors);
    if asked.get("done") == "1" {
        shell = shell.notice(Tone::Good, "已登记办理结果");
    }
    Ok(shell.render())
}

/// Whether the rows can be ticked: the list is of one rule that has outcomes of its own.
fn may_tick(filter: &Filter, actor: &Actor) -> bool {
    let has_outcomes = |rule| outcomes::of_rule(rule).next().is_some();
    let may_still = filter.which.is_open() || filter.which == Which::Missed;
    may_still && actor.can(deeds::DUTIES_SETTLE) && filter.rule.is_some_and(has_outcomes)
}

/// The day and one button for each outcome: one click for all that is ticked.
fn outcome_bar(filter: &Filter, asked: &Fields, errors: &[frame::FieldError]) -> Markup {
    let day = Input::date("on_day", "办理日期")
        .value(asked.get("on_day"))
        .hint("不填即今天；补录纸质记录请填真实日期")
        .optional()
        .errors(errors);
    html! {
        (frame::fieldset("登记所勾选事项的办理结果", html! {
            (frame::text_field(day))
            (frame::toolbar(html! { (outcome_buttons(filter.rule)) }))
        }))
    }
}

pub(super) fn outcome_buttons(rule: Option<Rule>) -> Markup {
    html! {
        @if let Some(rule) = rule {
            @for outcome in outcomes::of_rule(rule) {
                button.button type="submit" name="outcome" value=(outcome.code) {
                    (outcome.name)
                }
            }
        }
    }
}

/// The rows of a list. Tickable rows carry the duty's number under `duty`; the days of the end
/// are only shown where something has ended.
pub(super) fn table(
    actor: &Actor,
    caption: &str,
    rows: &[Listed],
    (today, first): (Date, u64),
    ticks: Ticks<'_>,
) -> Markup {
    let any_ended = rows.iter().any(|of| of.stored.duty.state != Fate::Open);
    let mut columns = vec![
        Col::head("姓名"),
        Col::text("事项"),
        Col::text("社区"),
        Col::day("起始"),
        Col::day("期限"),
        Col::text("状态"),
    ];
    if any_ended {
        columns.extend([Col::day("办结"), Col::day("登记")]);
    }
    columns.push(Col::actions());
    if ticks != Ticks::None {
        columns.insert(0, Col::select("duty"));
    }
    let row = |of: &Listed| {
        let mut cells = cells(of, today);
        if any_ended {
            cells.extend(ended_cells(of));
        }
        cells.push(action(of, actor));
        if let Ticks::Duties(chosen) = ticks {
            let (id, whose) = (of.stored.id.to_string(), &of.person_name);
            cells.insert(0, frame::select_kept("duty", &id, whose, chosen));
        }
        cells
    };
    frame::table(
        Table::new(caption, columns)
            .rows(rows.iter().map(row).collect())
            .numbered_from(first)
            .empty("没有符合条件的事项，可以换个状态或月份再查"),
    )
}

fn cells(of: &Listed, today: Date) -> Vec<Markup> {
    let duty = &of.stored.duty;
    let (tone, words) = shown::tag(duty, today);
    vec![
        person_link(of),
        html! { a href={ "/duties/" (of.stored.id) } { (duty.rule.name()) } },
        html! { (of.station_name) },
        frame::time(&duty.opens_on.to_string()),
        frame::time(&duty.due_on.to_string()),
        frame::tag(tone, &words),
    ]
}

/// The day on which it ended, and the day on which that was entered.
fn ended_cells(of: &Listed) -> [Markup; 2] {
    let (ended_on, entered_on) = match of.stored.duty.state {
        Fate::Settled { on, entered_on, .. } => (Some(on), Some(entered_on)),
        Fate::Missed { on } | Fate::Lapsed { on, .. } => (Some(on), None),
        Fate::Open => (None, None),
    };
    let day = |day: Date| frame::time(&day.to_string());
    [ended_on.map_or_else(Markup::default, day), entered_on.map_or_else(Markup::default, day)]
}

/// The name, leading to the person; somebody served elsewhere by now has no name here.
pub(super) fn person_link(of: &Listed) -> Markup {
    html! {
        @if of.person_name.is_empty() { "已转出人员" }
        @else { a href={ "/people/" (of.person) } { (of.person_name) } }
    }
}

/// What somebody can do next about a duty: where it leads, and what it is called.
pub(super) fn next_step(of: &Listed, actor: &Actor) -> (String, &'static str) {
    let duty = &of.stored.duty;
    let can_still = matches!(duty.state, Fate::Open | Fate::Missed { .. });
    let here = format!("/duties/{}", of.stored.id);
    if !can_still || of.person_name.is_empty() {
        (here, "查看")
    } else if outcomes::of_rule(duty.rule).next().is_some() {
        (here, if actor.can(deeds::DUTIES_SETTLE) { "登记结果" } else { "查看" })
    } else if duty.rule == Rule::FileFollows {
        let file = format!("/archives?find={}", encoded(&of.person_name));
        if actor.can(deeds::ARCHIVES_SEE) { (file, "查找档案") } else { (here, "查看") }
    } else if !actor.can(deeds::VISITS_RECORD) {
        (here, "查看")
    } else {
        let id = of.stored.id;
        (format!("/people/{}/visits/new?duty={id}", of.person), "登记走访")
    }
}

fn action(of: &Listed, actor: &Actor) -> Markup {
    let (to, words) = next_step(of, actor);
    html! { a href=(to) { (words) } }
}

/// A number in a path; anything else leads nowhere.
pub(super) fn number(Path(id): &Path<String>) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::NotFound)
}

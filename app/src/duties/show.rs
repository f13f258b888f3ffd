//! One duty: why it is owed, why on this day, what has happened, what can be done.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Input, Markup, Moment, Tone};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::html;
use rules::days::add_days;
use rules::duties::{Certainty, Level, Rule, State as Fate, overdue_level, reach_step};
use rules::duties::{overdue_if_due_by, reach_step_name};
use rules::facts::{Fact, FactKind};

use super::lists::{self, Listed};
use super::pages::{next_step, number, outcome_buttons, person_link};
use super::{outcomes, pages, shown, store};
use crate::deeds;
use crate::policies::Laws;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    path: Path<String>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    show_page(&app, &actor, (number(&path)?, &asked), Vec::new()).await
}

/// Writes the outcome of one duty down.
pub async fn settle(
    State(app): State<Shared>,
    Me(actor): Me,
    path: Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let id = number(&path)?;
    lists::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let (back, mut all) = (format!("/duties/{id}?done=1"), fields.clone());
    all.0.retain(|(name, _)| name != "duty");
    all.0.push(("duty".to_owned(), id.to_string()));
    match pages::settled(&app, &actor, &all, &back).await {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(errors)) => {
            let errors = errors.iter().map(|e| frame::FieldError::new(&e.field, &e.message));
            let shown = show_page(&app, &actor, (id, &fields), errors.collect()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    (id, asked): (i64, &Fields),
    errors: Vec<frame::FieldError>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let of = lists::find(&mut db, &actor.scope(), id).await?;
    let laws = app.laws().await?;
    let facts = store::sourced_facts(&mut db, of.person).await?;
    let because = shown::because(&of, &laws)?;
    let duty = &of.stored.duty;
    let reason = html! {
        p { "“" (because.sentence) "”" }
        p { "依据：" (because.cite) "（" (because.pack) "）" }
        p { (because.explains) }
        ol { @for step in &because.steps { li { (step) } } }
        @if duty.certainty == Certainty::Estimated {
            (frame::notice(Tone::Warn, "当年的工作日历尚未录入，期限为暂估，录入后自动更正"))
        }
    };
    let body = html! {
        (summary(&of, &laws, app.today()))
        @if may_settle(&of, actor) {
            @if duty.rule == Rule::Party && actor.can(deeds::GROUPS_KEEP) {
                @let letter = format!("/party/new?person={}", of.person);
                (frame::toolbar(frame::button_link(&letter, "登记介绍信")))
                p { "收到介绍信的回执，或加入本社区的党支部，这一项自动办结。" }
            }
            (outcome_form(app, actor, (&of, asked), &errors))
        }
        @else if duty.state == Fate::Open { (step_button(&of, actor)) }
        (frame::card("为什么要办，为什么是这一天", reason))
        @if duty.rule == Rule::Reach { (ladder(&of, &facts)) }
        (frame::card("经过", history(&of, &laws, &facts, app.today())))
    };
    let mut shell =
        page(app, actor, duty.rule.name(), body).crumb("应办事项", "/duties").errors(errors);
    if asked.get("done") == "1" {
        shell = shell.notice(Tone::Good, "已登记办理结果");
    }
    Ok(shell.render())
}

fn step_button(of: &Listed, actor: &Actor) -> Markup {
    let (to, words) = next_step(of, actor);
    let is_here = to == format!("/duties/{}", of.stored.id);
    html! { @if !is_here { (frame::toolbar(frame::button_link(&to, words))) } }
}

fn may_settle(of: &Listed, actor: &Actor) -> bool {
    let state = of.stored.duty.state;
    matches!(state, Fate::Open | Fate::Missed { .. })
        && !of.person_name.is_empty()
        && actor.can(deeds::DUTIES_SETTLE)
        && outcomes::of_rule(of.stored.duty.rule).next().is_some()
}

fn summary(of: &Listed, laws: &Laws, today: Date) -> Markup {
    let duty = &of.stored.duty;
    let (tone, words) = shown::tag(duty, today);
    let climbed =
        overdue_level(duty.due_on, today, laws.terms(&of.org)).filter(|_| duty.state == Fate::Open);
    let owner = html! {
        (duty.owner.name())
        @if let Some(level) = climbed { "（逾期已报" (level.name()) "）" }
    };
    let day = |day: Date| frame::time(&day.to_string());
    frame::facts_list(&[
        ("退休人员", person_link(of)),
        ("社区", html! { (of.station_name) }),
        ("状态", frame::tag(tone, &words)),
        ("由谁办", owner),
        ("起始", day(duty.opens_on)),
        ("期限", day(duty.due_on)),
        ("补办截止", day(duty.closes_on)),
    ])
}

fn outcome_form(
    app: &Shared,
    actor: &Actor,
    (of, asked): (&Listed, &Fields),
    errors: &[frame::FieldError],
) -> Markup {
    let day = Input::date("on_day", "办理日期")
        .value(asked.get("on_day"))
        .hint("不填即今天；补录纸质记录请填真实日期")
        .optional()
        .errors(errors);
    let to = format!("/duties/{}/outcome", of.stored.id);
    let form = frame::form_post(
        &to,
        &csrf(app, actor.session),
        &new_key(),
        html! {
            (frame::text_field(day))
            (frame::toolbar(outcome_buttons(Some(of.stored.duty.rule))))
        },
    );
    frame::card("登记办理结果", form)
}

/// Which step of the ladder is to be taken.
fn ladder(of: &Listed, facts: &[(Fact, String)]) -> Markup {
    let plain: Vec<Fact> = facts.iter().map(|(fact, _)| *fact).collect();
    let step = reach_step(&plain, of.stored.duty.cause).unwrap_or(1);
    html! {
        (frame::panel(Tone::Info, "下一步", html! {
            p { "已连续" (step) "次未联系上，下一步：" (reach_step_name(step)) "。" }
        }))
    }
}

/// From the cause to the end, with the days on which others began to see it.
fn history(of: &Listed, laws: &Laws, facts: &[(Fact, String)], today: Date) -> Markup {
    let duty = &of.stored.duty;
    let mut lines: Vec<(Date, String, Markup)> = Vec::new();
    let told = |id: i64| facts.iter().find(|(fact, _)| fact.id == id);
    if let Some((fact, source)) = told(duty.cause) {
        lines.push((fact.on, format!("起因：{}", fact.kind.name()), origin(fact, source)));
    }
    lines.push((duty.opens_on, "起始办理".to_owned(), html! {}));
    let ended_on = match duty.state {
        Fate::Open => today,
        Fate::Settled { on, .. } | Fate::Missed { on } | Fate::Lapsed { on, .. } => on,
    };
    for (fact, source) in facts {
        let tried = matches!(fact.kind, FactKind::NotReached { about, .. } if about == duty.about);
        if tried && fact.id != duty.cause && fact.on >= duty.opens_on && fact.on <= ended_on {
            lines.push((fact.on, fact.kind.name().to_owned(), origin(fact, source)));
        }
    }
    let terms = laws.terms(&of.org);
    for level in [Level::Street, Level::District, Level::City] {
        // The first day on which the level saw it, counted with the figures of today.
        let n_days = rules::days::days_between(overdue_if_due_by(level, today, terms), today);
        let seen_on = add_days(duty.due_on, n_days);
        if seen_on <= ended_on {
            lines.push((seen_on, format!("逾期，报{}", level.name()), html! {}));
        }
    }
    match duty.state {
        Fate::Open => {}
        Fate::Missed { on } => lines.push((on, "错过".to_owned(), html! {})),
        Fate::Settled { on, by, .. } | Fate::Lapsed { on, by } => {
            let body = told(by).map_or_else(Markup::default, |(fact, source)| origin(fact, source));
            let what = told(by).map_or("", |(fact, _)| fact.kind.name());
            let end =
                if matches!(duty.state, Fate::Settled { .. }) { "办结" } else { "不再需要" };
            lines.push((on, format!("{end}：{what}"), body));
        }
    }
    lines.sort_by_key(|(on, _, _)| *on);
    let days: Vec<String> = lines.iter().map(|(on, _, _)| on.to_string()).collect();
    let moments: Vec<Moment<'_>> = lines
        .iter()
        .zip(&days)
        .map(|((_, title, body), on)| Moment { on, title, tag: None, body: body.clone() })
        .collect();
    frame::timeline(&moments)
}

/// Where a fact comes from, and when it was entered if that was later.
fn origin(fact: &Fact, source: &str) -> Markup {
    let way = match fact.kind {
        FactKind::Contacted { way, .. } | FactKind::NotReached { way, .. } => way.name(),
        FactKind::Certified { by } => by.name(),
        FactKind::MarkSet { mark } | FactKind::MarkEnded { mark } => mark.name(),
        FactKind::Residence { away } => away.name(),
        _ => outcomes::name_of_source(source).unwrap_or(""),
    };
    html! {
        @if !way.is_empty() { (way) " " }
        @if fact.entered_on > fact.on {
            (frame::time(&fact.entered_on.to_string())) "补录"
        }
    }
}

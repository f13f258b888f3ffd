//! Whom to visit, in the order in which one walks.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, Input, PrintSheet, Table, Tone};
use jiff::civil::Date;
use kernel::{Actor, Problem, Scope};
use maud::{Markup, html};
use rules::facts::Away;

use super::HOUSEHOLD;
use super::address::place;
use super::store::lists::{self, N_PEOPLE, ToVisit};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

/// A station's list; addresses are opened for one station at a time.
pub struct Plan {
    pub station: (String, String),
    pub due_by: Date,
    pub people: Vec<ToVisit>,
}

/// The stations to choose from, or the list of the one that was chosen.
pub enum Asking {
    Which(Vec<(String, String)>),
    Of(Plan),
}

/// What was asked for.
///
/// # Errors
/// [`Problem::NotFound`] for a station outside the scope; a field problem for a day that is none.
pub async fn ask(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Asking, Problem> {
    let scope = actor.scope();
    let chosen =
        if actor.level == "station" { actor.org.clone() } else { asked.get("org").to_owned() };
    if chosen.is_empty() {
        return Ok(Asking::Which(lists::stations(&app.db, &scope).await?));
    }
    if chosen.len() != 12 || !scope.covers(&chosen) {
        return Err(Problem::NotFound);
    }
    let known = lists::stations(&app.db, &Scope::below(&chosen)).await?;
    let station = known.into_iter().next().ok_or(Problem::NotFound)?;
    let mut errors = Vec::new();
    let due_by = asked.day("due_by", &mut errors);
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    let due_by = due_by.unwrap_or_else(|| app.today().last_of_month());
    let mut people = lists::to_visit(&app.db, &chosen, due_by).await?;
    people.sort_by_cached_key(|one| (place(&one.address), one.person, one.about));
    Ok(Asking::Of(Plan { station, due_by, people }))
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let body = match ask(&app, &actor, &asked).await? {
        Asking::Which(stations) => which("/visits/plan", &stations),
        Asking::Of(plan) => list(&app, &actor, &plan),
    };
    Ok(page(&app, &actor, "走访计划", body).render())
}

/// The stations to choose from.
pub fn which(to: &str, stations: &[(String, String)]) -> Markup {
    let rows = stations.iter().map(|(code, name)| {
        vec![html! { a href={ (to) "?org=" (code) } { (name) } }, frame::text(code)]
    });
    let columns = vec![Col::head("社区站"), Col::text("代码")];
    html! {
        p { "请选择社区站：" }
        (frame::table(Table::new("社区站", columns).rows(rows.collect())
            .empty("辖区内还没有社区站")))
    }
}

fn list(app: &Shared, actor: &Actor, plan: &Plan) -> Markup {
    let (code, due_by) = (&plan.station.0, plan.due_by);
    let rows = plan.people.iter().map(|one| {
        let record = format!("/people/{}/visits/new?duty={}", one.person, one.duty);
        vec![
            html! { a href={ "/people/" (one.person) } { (one.name) } (of_whom(one)) },
            frame::text(&one.address),
            frame::text(rules::identity::mask_telephone(&one.phone)),
            frame::text(reasons(one)),
            due(one),
            html! { @if actor.can(deeds::VISITS_RECORD) {
            a href=(record) { "登记走访" span.unseen { (one.name) } } } },
        ]
    });
    let columns = vec![
        Col::head("姓名"),
        Col::text("住址"),
        Col::text("电话"),
        Col::text("事由"),
        Col::day("截止日"),
        Col::actions(),
    ];
    let due_text = due_by.to_string();
    html! {
        (frame::filters("/visits/plan", html! {
            (frame::hidden("org", code))
            (frame::text_field(Input { hint: None,
                ..Input::date("due_by", "截止日不晚于").value(&due_text) }))
        }))
        (frame::toolbar(html! {
            (frame::button_link(&format!("/visits/plan/print?org={code}&due_by={due_by}"),
                "打印走访单"))
            @if actor.can(deeds::PEOPLE_REVEAL) { (whole_form(app, actor, plan)) }
            @if actor.can(deeds::VISITS_RECORD) {
                (frame::button_link(&format!("/visits/batch?org={code}&due_by={due_by}"),
                    "批量补录"))
            }
        }))
        (bound(plan))
        (frame::table(Table::new(&format!("{}应走访人员", plan.station.1), columns)
            .rows(rows.collect()).numbered_from(1)
            .empty("到这一天为止没有应走访的人")))
    }
}

fn whole_form(app: &Shared, actor: &Actor, plan: &Plan) -> Markup {
    let form = html! {
        (frame::hidden("org", &plan.station.0))
        (frame::hidden("due_by", &plan.due_by.to_string()))
        button.button.second type="submit" { "打印走访单（含完整电话）" }
    };
    frame::form_post("/visits/plan/print", &csrf(app, actor.session), &new_key(), form)
}

/// What is left out of a list that is too long.
pub fn bound(plan: &Plan) -> Markup {
    html! {
        @if plan.people.len() >= N_PEOPLE {
            (frame::notice(Tone::Warn, "只列出截止日最早的 1000 人，其余请先办结一部分再看"))
        }
    }
}

/// Whom of the household, and whether they live elsewhere.
pub fn of_whom(one: &ToVisit) -> Markup {
    html! {
        @match one.about {
            0 => {},
            HOUSEHOLD => "（家属）",
            _ => "（供养亲属）",
        }
        @if one.away != Away::Here.code() { " " (frame::tag(Tone::Info, "异地")) }
    }
}

/// Why somebody is to be visited.
pub fn reasons(one: &ToVisit) -> String {
    let names = one.reasons.iter().map(|(rule, _)| rule.name());
    names.collect::<Vec<_>>().join("、")
}

fn due(one: &ToVisit) -> Markup {
    let first = one.reasons.iter().map(|(_, due_on)| *due_on).min();
    html! { @if let Some(on) = first { (frame::time(&on.to_string())) } }
}

pub async fn print(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Response, Problem> {
    let Asking::Of(plan) = ask(&app, &actor, &asked).await? else {
        return Ok(Redirect::to("/visits/plan").into_response());
    };
    Ok(sheet(&app, &plan, rules::identity::mask_telephone).into_response())
}

/// The same with whole telephone numbers, to take along: an act, kept in the audit.
pub async fn print_whole(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let permit = actor.permit(deeds::PEOPLE_REVEAL)?;
    let Asking::Of(plan) = ask(&app, &actor, &fields).await? else {
        return Ok(Redirect::to("/visits/plan").into_response());
    };
    let act = app.db.begin(permit, app.today()).await?;
    let (code, n) = (&plan.station.0, plan.people.len());
    let outcome = format!("/visits/plan?org={code}&due_by={}", plan.due_by);
    let detail = format!("打印含完整电话的走访单，{n}人");
    act.commit_noting(&format!("visits/plan/{code}"), &outcome, &detail).await?;
    Ok(sheet(&app, &plan, str::to_owned).into_response())
}

fn sheet(app: &Shared, plan: &Plan, telephone: impl Fn(&str) -> String) -> Markup {
    let rows = plan.people.iter().map(|one| {
        vec![
            html! { "□" },
            html! { (one.name) (of_whom(one)) },
            frame::text(&one.address),
            frame::text(telephone(&one.phone)),
            frame::text(reasons(one)),
            due(one),
            html! {},
        ]
    });
    let columns = vec![
        Col::text("已访"),
        Col::head("姓名"),
        Col::text("住址"),
        Col::text("电话"),
        Col::text("事由"),
        Col::day("截止日"),
        Col::text("走访日期和情况"),
    ];
    let caption = format!("截止日不晚于{}", frame::day(&plan.due_by.to_string()));
    let body = html! {
        (bound(plan))
        (frame::table(Table::new(&caption, columns).rows(rows.collect()).numbered_from(1)
            .empty("到这一天为止没有应走访的人")))
    };
    let today = app.today().to_string();
    let back = format!("/visits/plan?org={}&due_by={}", plan.station.0, plan.due_by);
    let sheet = PrintSheet::new("走访单", &plan.station.1, body);
    sheet.printed_on(&today).landscape().back(&back).render()
}

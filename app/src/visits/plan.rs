//! Whom to visit, in the order in which one walks; and what was on paper, entered for many.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, PrintSheet, Table, Tone, form_post, select_field, submit};
use jiff::civil::Date;
use kernel::{Actor, FieldError, Problem, Scope};
use maud::{Markup, html};
use rules::facts::Away;

use super::address::place;
use super::store::lists::{self, N_PEOPLE, ToVisit};
use super::{BATCH, HOUSEHOLD, Report, form};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

/// A station's list; addresses are opened for one station at a time.
struct Plan {
    station: (String, String),
    due_by: Date,
    people: Vec<ToVisit>,
}

/// The stations to choose from, or the list of the one that was chosen.
enum Asking {
    Which(Vec<(String, String)>),
    Of(Plan),
}

async fn ask(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Asking, Problem> {
    let scope = actor.scope();
    let chosen = if actor.level == "station" {
        actor.org.clone()
    } else {
        asked.get("org").to_owned()
    };
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
    Ok(Asking::Of(Plan {
        station,
        due_by,
        people,
    }))
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let body = match ask(&app, &actor, &asked).await? {
        Asking::Which(stations) => which("/visits/plan", &stations),
        Asking::Of(plan) => list(&actor, &plan),
    };
    Ok(page(&app, &actor, "走访计划", body).render())
}

fn which(to: &str, stations: &[(String, String)]) -> Markup {
    let rows = stations.iter().map(|(code, name)| {
        vec![
            html! { a href={ (to) "?org=" (code) } { (name) } },
            frame::text(code),
        ]
    });
    let columns = vec![Col::head("社区站"), Col::text("代码")];
    html! {
        p { "请选择社区站：" }
        (frame::table(Table::new("社区站", columns).rows(rows.collect())
            .empty("辖区内还没有社区站")))
    }
}

fn list(actor: &Actor, plan: &Plan) -> Markup {
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

fn bound(plan: &Plan) -> Markup {
    html! {
        @if plan.people.len() >= N_PEOPLE {
            (frame::notice(Tone::Warn, "只列出截止日最早的 1000 人，其余请先办结一部分再看"))
        }
    }
}

fn of_whom(one: &ToVisit) -> Markup {
    html! {
        @match one.about {
            0 => {},
            HOUSEHOLD => "（家属）",
            _ => "（供养亲属）",
        }
        @if one.away != Away::Here.code() { " " (frame::tag(Tone::Info, "异地")) }
    }
}

fn reasons(one: &ToVisit) -> String {
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
    let rows = plan.people.iter().map(|one| {
        vec![
            html! { "□" },
            html! { (one.name) (of_whom(one)) },
            frame::text(&one.address),
            frame::text(rules::identity::mask_telephone(&one.phone)),
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
        (bound(&plan))
        (frame::table(Table::new(&caption, columns).rows(rows.collect()).numbered_from(1)
            .empty("到这一天为止没有应走访的人")))
    };
    let today = app.today().to_string();
    let back = format!("/visits/plan?org={}&due_by={}", plan.station.0, plan.due_by);
    let sheet = PrintSheet::new("走访单", &plan.station.1, body);
    let sheet = sheet.printed_on(&today).landscape().back(&back);
    Ok(sheet.render().into_response())
}

pub async fn batch_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let body = match ask(&app, &actor, &asked).await? {
        Asking::Which(stations) => which("/visits/batch", &stations),
        Asking::Of(plan) => batch_table(&app, &actor, &plan, (&Fields::default(), &[])),
    };
    Ok(batch_page(&app, &actor, body, Vec::new()))
}

fn batch_page(app: &Shared, actor: &Actor, body: Markup, errors: Vec<frame::FieldError>) -> Markup {
    page(app, actor, "批量补录走访", body)
        .crumb("走访台账", "/visits")
        .errors(errors)
        .render()
}

fn batch_table(
    app: &Shared,
    actor: &Actor,
    plan: &Plan,
    (typed, errors): (&Fields, &[frame::FieldError]),
) -> Markup {
    let today = app.today().to_string();
    let on = if typed.get("on").is_empty() {
        &today
    } else {
        typed.get("on")
    };
    let ticked = typed.all("person");
    let rows = plan.people.iter().map(|one| {
        let value = format!("{}_{}", one.person, one.about);
        let field = format!("day_{}", one.person);
        let label = format!("{}的走访日期", one.name);
        let error = errors.iter().find(|error| error.field == field);
        vec![
            html! { label.tick { input type="checkbox" name="person" value=(value)
            checked[ticked.contains(&value.as_str())]
            aria-label={ "选择" (one.name) }; } },
            html! { (one.name) (of_whom(one)) },
            frame::text(&one.address),
            frame::text(reasons(one)),
            html! { input.w-short id=[(one.about == 0).then_some(&field)] name=(field)
            value=(typed.get(&field)) aria-label=(label) inputmode="numeric"
            aria-invalid=[error.map(|_| "true")]; },
        ]
    });
    let columns = vec![
        Col::select("person"),
        Col::head("姓名"),
        Col::text("住址"),
        Col::text("事由"),
        Col::text("走访日期（与上面不同才填）"),
    ];
    let ways: Vec<Choice<'_>> = form::WAYS
        .iter()
        .take(3)
        .map(|way| Choice::new(way.code(), way.name()))
        .collect();
    let way = if typed.get("way").is_empty() {
        "home"
    } else {
        typed.get("way")
    };
    let form = html! {
        (frame::hidden("org", &plan.station.0))
        (frame::hidden("due_by", &plan.due_by.to_string()))
        (frame::text_field(Input::date("on", "走访日期").value(on).errors(errors)))
        (select_field(Input::new("way", "方式").value(way).errors(errors), &ways))
        (frame::table(Table::new(&format!("{}应走访人员", plan.station.1), columns)
            .rows(rows.collect()).empty("到这一天为止没有应走访的人，不用补录")))
        (submit("保存勾选的走访"))
    };
    html! {
        p { "把纸上记的走访一次登记进来：勾选已走访的人，填走访日期，一次最多" (BATCH) "人。\
             有特别情况的请单独登记。" }
        (bound(plan))
        (form_post("/visits/batch", &csrf(app, actor.session), &new_key(), form))
    }
}

/// Reads the ticked rows.
fn ticked(fields: &Fields, app: &Shared, actor: &Actor) -> Result<Vec<(i64, Report)>, Problem> {
    let common = form::read(
        &Fields(
            ["on", "way"]
                .iter()
                .map(|name| ((*name).to_owned(), fields.get(name).to_owned()))
                .collect(),
        ),
        app.today(),
        &actor.name,
    )?;
    let mut errors = Vec::new();
    let mut reports = Vec::new();
    for value in fields.all("person") {
        let pair = value.split_once('_').and_then(|(person, about)| {
            Some((person.parse::<i64>().ok()?, about.parse::<i64>().ok()?))
        });
        let Some((person, about)) = pair else {
            return Err(Problem::field(
                "person",
                "勾选的人无法识别，请刷新页面后重选",
            ));
        };
        let field = format!("day_{person}");
        let on = fields.day(&field, &mut errors).unwrap_or(common.on);
        if on > app.today() {
            errors.push(FieldError {
                field,
                message: "走访日期不能晚于今天".to_owned(),
            });
        }
        let report = Report {
            on,
            about,
            ..common.clone()
        };
        reports.push((person, report));
    }
    if errors.is_empty() {
        Ok(reports)
    } else {
        Err(Problem::Invalid(errors))
    }
}

pub async fn batch(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let saved = match ticked(&fields, &app, &actor) {
        Ok(reports) => {
            let saved = super::record_many(&app, &actor, &reports).await;
            saved.map(|n_settled| super::batch_outcome(reports.len(), n_settled))
        }
        Err(problem) => Err(problem),
    };
    match saved {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let errors = form::shown(&problem);
            let body = match ask(&app, &actor, &fields).await? {
                Asking::Which(stations) => which("/visits/batch", &stations),
                Asking::Of(plan) => batch_table(&app, &actor, &plan, (&fields, &errors)),
            };
            let page = batch_page(&app, &actor, body, errors);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

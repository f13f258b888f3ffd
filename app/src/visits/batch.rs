//! Visits that were on paper, entered for many people at once.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, Table, form_post, select_field, submit};
use kernel::{Actor, FieldError, Problem};
use maud::{Markup, html};

use super::plan::{Asking, Plan, ask, bound, of_whom, reasons, which};
use super::{BATCH, Report, form};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let body = match ask(&app, &actor, &asked).await? {
        Asking::Which(stations) => which("/visits/batch", &stations),
        Asking::Of(plan) => table(&app, &actor, &plan, (&Fields::default(), &[])),
    };
    Ok(whole(&app, &actor, body, Vec::new()))
}

fn whole(app: &Shared, actor: &Actor, body: Markup, errors: Vec<frame::FieldError>) -> Markup {
    page(app, actor, "批量补录走访", body).crumb("走访台账", "/visits").errors(errors).render()
}

fn table(
    app: &Shared,
    actor: &Actor,
    plan: &Plan,
    (typed, errors): (&Fields, &[frame::FieldError]),
) -> Markup {
    let today = app.today().to_string();
    let on = if typed.get("on").is_empty() { &today } else { typed.get("on") };
    let ways: Vec<Choice<'_>> =
        form::WAYS.iter().take(3).map(|way| Choice::new(way.code(), way.name())).collect();
    let way = if typed.get("way").is_empty() { "home" } else { typed.get("way") };
    let form = html! {
        (frame::hidden("org", &plan.station.0))
        (frame::hidden("due_by", &plan.due_by.to_string()))
        (frame::text_field(Input::date("on", "走访日期").value(on).errors(errors)))
        (select_field(Input::new("way", "方式").value(way).errors(errors), &ways))
        (submit("保存勾选的走访"))
        @if let Some(error) = errors.iter().find(|error| error.field == "person") {
            p.error { span.unseen { "有误：" } (error.message) }
        }
        (people(plan, (typed, errors)))
        (submit("保存勾选的走访"))
    };
    html! {
        p { "把纸上记的走访一次登记进来：勾选已走访的人，填走访日期，一次最多" (BATCH) "人。\
             有特别情况的请单独登记。" }
        (bound(plan))
        (form_post("/visits/batch", &csrf(app, actor.session), &new_key(), form))
    }
}

/// The rows to tick, each with a day of its own if need be.
fn people(plan: &Plan, (typed, errors): (&Fields, &[frame::FieldError])) -> Markup {
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
            html! { input.w-short id=[(one.about <= 0).then_some(&field)] name=(field)
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
    let title = format!("{}应走访人员", plan.station.1);
    let table = Table::new(&title, columns).rows(rows.collect());
    frame::table(table.empty("到这一天为止没有应走访的人，不用补录"))
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
            return Err(Problem::field("person", "勾选的人无法识别，请刷新页面后重选"));
        };
        let field = format!("day_{person}");
        let on = fields.day(&field, &mut errors).unwrap_or(common.on);
        if on > app.today() {
            errors.push(FieldError { field, message: "走访日期不能晚于今天".to_owned() });
        }
        let report = Report { on, about, ..common.clone() };
        reports.push((person, report));
    }
    if errors.is_empty() { Ok(reports) } else { Err(Problem::Invalid(errors)) }
}

pub async fn save(
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
            let errors = shown(&problem);
            let body = match ask(&app, &actor, &fields).await? {
                Asking::Which(stations) => which("/visits/batch", &stations),
                Asking::Of(plan) => table(&app, &actor, &plan, (&fields, &errors)),
            };
            let page = whole(&app, &actor, body, errors);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

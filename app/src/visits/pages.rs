//! Pages of visits: the form, one visit and what it did, the ledger.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Table, Tone, facts_list, table, tag, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::facts::Way;

use super::form::{self, Typed};
use super::store::lists::{self, Filter};
use super::{Caller, Outcome, Visit, report, way_of_step};
use crate::deeds;
use crate::duties::Stored;
use crate::registry::{self, Person};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

pub async fn new(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let fields = form::preset(&person, &actor, app.today());
    Ok(form_page(&app, &actor, &person, &Typed { fields: &fields, errors: &[] }))
}

fn form_page(app: &Shared, actor: &Actor, person: &Person, typed: &Typed<'_>) -> Markup {
    let body = form::show(app, actor, person, typed);
    page(app, actor, &format!("登记走访：{}", person.name), body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, format!("/people/{}", person.id))
        .errors(typed.errors.to_vec())
        .render()
}

pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    if let Some(report) = form::read(&fields, &mut errors) {
        match super::record(&app, &actor, id, &report, Caller::Page).await {
            Ok(recorded) => {
                let to = format!("/visits/{}?saved=1", recorded.id);
                return Ok(Redirect::to(&to).into_response());
            }
            Err(Problem::Invalid(found)) => errors = found,
            Err(problem) => return Err(problem),
        }
    }
    let shown = shown(&errors);
    let typed = Typed { fields: &fields, errors: &shown };
    let status = Problem::Invalid(errors).status();
    Ok((status, form_page(&app, &actor, &person, &typed)).into_response())
}

/// The day of a fact is the day of the visit on this form.
fn shown(errors: &[kernel::FieldError]) -> Vec<FieldError> {
    let name = |field: &str| if field == "on_day" { "on" } else { field }.to_owned();
    errors.iter().map(|error| FieldError::new(name(&error.field), &error.message)).collect()
}

pub async fn one(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let visit = super::find(&mut db, &actor.scope(), id).await?;
    let effects = super::effects(&mut db, &visit).await?;
    let ladder = effects.step.map(|step| {
        let (name, way) = (rules::duties::reach_step_name(step), way_of_step(step).name());
        format!("未联系上，下一步：{name}（{way}）")
    });
    let body = html! {
        (facts(&visit))
        @if let Some(ladder) = &ladder { (frame::notice(Tone::Warn, ladder)) }
        (duties_of("本次办结的事项", &effects.settled, "没有办结的事项"))
        (duties_of("由此新增的事项", &effects.arisen, "没有新增的事项"))
        (duties_of("此人还有的应办事项", &effects.next, "没有其他应办事项"))
        @if visit.void_reason.is_none() && actor.can(deeds::VISITS_VOID) {
            (void_form(&app, &actor, &visit))
        }
    };
    let mut shell = page(&app, &actor, "走访记录", body).crumb("走访台账", "/visits");
    if asked.get("saved") == "1" {
        shell = shell.notice(Tone::Good, "走访已登记，台账、应办事项和认证依据已同时更新");
    }
    Ok(shell.render())
}

fn facts(visit: &Visit) -> Markup {
    let outcome = Outcome::from_code(&visit.outcome).map_or("", Outcome::name);
    let way = Way::from_code(&visit.way).map_or("", Way::name);
    let day = if visit.is_paper() {
        format!("{}（{}补录）", visit.on, visit.entered_on)
    } else {
        visit.on.to_string()
    };
    let findings = report::findings_words(&visit.findings).join("、");
    facts_list(&[
        (
            "退休人员",
            html! { a href=(format!("/people/{}", visit.person)) {
                (visit.person_name)
            } },
        ),
        ("走访日期", html! { (day) }),
        ("方式", html! { (way) }),
        ("结果", html! { (outcome) }),
        ("走访人", html! { (visit.visitor) }),
        ("了解到的情况", html! { (findings) }),
        ("需要的帮助", html! { (visit.need) }),
        ("备注", html! { (visit.note) }),
        (
            "状态",
            match &visit.void_reason {
                Some(reason) => html! { (tag(Tone::Bad, "已作废")) " " (reason) },
                None => tag(Tone::Good, "有效"),
            },
        ),
    ])
}

fn duties_of(title: &str, duties: &[Stored], empty: &str) -> Markup {
    html! {
        h2 { (title) }
        @if duties.is_empty() { p { (empty) } }
        ul { @for stored in duties {
            li { a href=(format!("/duties/{}", stored.id)) { (stored.duty.rule.name()) }
                "，期限 " (stored.duty.due_on) }
        } }
    }
}

fn void_form(app: &Shared, actor: &Actor, visit: &Visit) -> Markup {
    let action = format!("/visits/{}/void", visit.id);
    let body = html! {
        (frame::hidden("version", &visit.version.to_string()))
        (text_field(Input::new("reason", "作废原因").hint("作废后，由它办结的事项重新变为未办")))
        (frame::danger_submit("作废这条记录"))
    };
    html! {
        h2 { "登记有误" }
        (frame::form_post(&action, &csrf(app, actor.session), &new_key(), body))
    }
}

pub async fn void(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let version = fields.number("version").unwrap_or(0);
    super::void(&app, &actor, (id, version), fields.get("reason"), Caller::Page).await?;
    Ok(Redirect::to(&format!("/visits/{id}?voided=1")))
}

const N_ROWS: i64 = 50;

pub async fn ledger(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let today = app.today();
    let mut errors = Vec::new();
    let from = asked.day("from", &mut errors).unwrap_or_else(|| today.first_of_month());
    let to = asked.day("to", &mut errors).unwrap_or(today);
    let filter = Filter {
        scope: actor.scope(),
        from,
        to,
        way: asked.get("way").to_owned(),
        outcome: String::new(),
        rule: String::new(),
    };
    let after = asked.number("before").zip(Some(asked.get("day").to_owned()));
    let cursor = after.map_or_else(lists::beginning, |(id, day)| (day, id));
    let visits = lists::page(&app.db, &filter, &cursor, N_ROWS).await?;
    let totals = lists::totals(&app.db, &filter).await?;
    let sum = |outcome: &str| -> i64 {
        totals.iter().filter(|(_, found, _)| found == outcome).map(|(_, _, n)| n).sum()
    };
    let (from, to) = (from.to_string(), to.to_string());
    let more = (visits.len() as i64 == N_ROWS)
        .then(|| visits.last())
        .flatten()
        .map(|last| format!("/visits?from={from}&to={to}&day={}&before={}", last.on, last.id));
    let body = html! {
        (frame::filters("/visits", html! {
            (text_field(Input::date("from", "从").value(&from)))
            (text_field(Input::date("to", "到").value(&to)))
        }))
        p { "有效走访：已联系上 " (sum("met")) " 次，未联系上 " (sum("not_reached")) " 次。" }
        (ledger_table(&visits))
        @if let Some(more) = more { p { a href=(more) { "更早的记录" } } }
    };
    let errors = errors.iter().map(|one| FieldError::new(&one.field, &one.message)).collect();
    Ok(page(&app, &actor, "走访台账", body).errors(errors).render())
}

fn ledger_table(visits: &[Visit]) -> Markup {
    let rows = visits.iter().map(|visit| {
        let way = Way::from_code(&visit.way).map_or("", Way::name);
        let outcome = Outcome::from_code(&visit.outcome).map_or("", Outcome::name);
        vec![
            html! { a href=(format!("/visits/{}", visit.id)) { (visit.on) } },
            html! { a href=(format!("/people/{}", visit.person)) { (visit.person_name) } },
            html! { (way) },
            html! { (outcome) },
            html! { (visit.visitor) },
            html! { @if visit.is_paper() { (visit.entered_on) } },
            html! { @if visit.void_reason.is_some() { (tag(Tone::Bad, "已作废")) } },
        ]
    });
    let columns = vec![
        Col::head("走访日期"),
        Col::text("姓名"),
        Col::text("方式"),
        Col::text("结果"),
        Col::text("走访人"),
        Col::text("补录日期"),
        Col::text("状态"),
    ];
    let of = Table::new("走访台账", columns).rows(rows.collect());
    table(of.empty("这段时间没有走访记录").numbered_from(1))
}

//! The form of a visit, the visit itself, declaring it void.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Input, Tone, form_post, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::duties::{Duty, Rule, State as DutyState, Timeliness};
use rules::facts::{FactKind, Way};
use rules::identity::mask_telephone;

use super::form::{self, Typed, Whom};
use super::{Caller, Effects, HOUSEHOLD, Visit, report, store, way_of_step};
use crate::deeds;
use crate::duties::{self, Stored};
use crate::orgs;
use crate::registry::{self, Person};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown, telephone_button};

/// What the form shows beside its fields.
struct Around {
    person: Person,
    station: String,
    open: Vec<Stored>,
    dependants: Vec<store::Dependant>,
    /// The next step of the ladder, while somebody has not been reached.
    step: Option<u8>,
}

async fn around(app: &Shared, actor: &Actor, person: i64) -> Result<Around, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), person).await?;
    let station = orgs::store::find(&mut db, person.station).await?;
    let all = duties::store::of_person(&mut db, person.id).await?;
    let open: Vec<Stored> =
        all.into_iter().filter(|stored| stored.duty.state == DutyState::Open).collect();
    let reach = open.iter().find(|stored| stored.duty.rule == Rule::Reach);
    let step = match reach {
        Some(reach) => {
            let facts = duties::store::facts(&mut db, person.id).await?;
            rules::duties::reach_step(&facts, reach.duty.cause)
        }
        None => None,
    };
    Ok(Around {
        station: station.map_or_else(String::new, |station| station.name),
        dependants: store::dependants(&mut db, person.id).await?,
        open,
        step,
        person,
    })
}

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let around = around(&app, &actor, person).await?;
    let mut preset = preset(&app, &actor, &around, asked.number("duty"));
    // Whoever has just opened the telephone number is about to call.
    if asked.get("way") == Way::Telephone.code() {
        preset.0.insert(0, ("way".to_owned(), Way::Telephone.code().to_owned()));
    }
    Ok(form_page(&app, &actor, &around, (&preset, Vec::new())))
}

/// Everything that can be known beforehand: an ordinary visit needs nothing but 「保存」.
fn preset(app: &Shared, actor: &Actor, around: &Around, duty: Option<i64>) -> Fields {
    let asked = around.open.iter().find(|stored| Some(stored.id) == duty);
    let asked = asked.map(|stored| &stored.duty);
    let way = match (asked.map(|duty| duty.rule), around.step) {
        (Some(Rule::VisitAway), _) => Way::Telephone,
        (Some(Rule::Reach) | None, Some(step)) => way_of_step(step),
        _ => Way::Home,
    };
    let about = match asked.map_or(0, |duty| duty.about) {
        0 if around.person.died_on.is_some() => HOUSEHOLD,
        about => about,
    };
    let mut fields = vec![
        ("way", way.code().to_owned()),
        ("outcome", "met".to_owned()),
        ("about", about.to_string()),
        ("on", app.today().to_string()),
        ("visitor", actor.name.clone()),
    ];
    let outcome_of = |rule: Rule| match rule {
        Rule::SeniorCard => Some("senior_card"),
        Rule::ContactCard => Some("card"),
        _ => None,
    };
    let ticked = asked.and_then(|duty| outcome_of(duty.rule));
    fields.extend(ticked.map(|code| ("findings", code.to_owned())));
    let named = fields.into_iter();
    Fields(named.map(|(name, value)| (name.to_owned(), value)).collect())
}

fn form_page(
    app: &Shared,
    actor: &Actor,
    around: &Around,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Markup {
    let person = &around.person;
    let typed = Typed { fields, errors: &errors };
    let whom = Whom { person, dependants: &around.dependants, step: around.step };
    let action = format!("/people/{}/visits", person.id);
    let body = html! {
        (frame::facts_list(&[
            ("姓名", html! { a href={ "/people/" (person.id) } { (person.name) } }),
            ("社区站", html! { (around.station) }),
            ("住址", html! { (person.address) }),
            ("电话", html! {
                (mask_telephone(&person.phone))
                @if !person.phone.is_empty() {
                    (telephone_button(app, actor, person.id, &person.name))
                }
            }),
            ("上次联系", html! { @if let Some(on) = person.last_contact_on {
                (frame::time(&on.to_string())) } @else { "还没有" } }),
        ]))
        @if let Some(step) = around.step {
            (frame::panel(Tone::Warn, "此前未联系上",
                html! { p { "下一步：" (rules::duties::reach_step_name(step)) } }))
        }
        (will_settle(&around.open, fields))
        (form_post(&action, &csrf(app, actor.session), &new_key(), form::fields(&typed, &whom)))
        @if actor.can(deeds::VISITS_ENTRUST) {
            p { a href={ "/people/" (person.id) "/entrust" } { "人在外地？委托当地机构走访" } }
        }
    };
    page(app, actor, "登记走访", body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, format!("/people/{}", person.id))
        .errors(errors)
        .render()
}

/// What the visit would settle as the form stands.
fn will_settle(open: &[Stored], fields: &Fields) -> Markup {
    let way = Way::from_code(fields.get("way")).unwrap_or(Way::Home);
    let about = fields.number("about").unwrap_or(0);
    let contact = FactKind::Contacted { way, about };
    let settled: Vec<&Stored> = open
        .iter()
        .filter(|stored| stored.duty.rule.settled_by(contact, stored.duty.about))
        .collect();
    html! {
        @if !settled.is_empty() {
            (frame::panel(Tone::Info, "保存后办结", html! {
                ul { @for stored in &settled {
                    li { (stored.duty.rule.name()) "（截止日："
                        (frame::time(&stored.duty.due_on.to_string())) "）" }
                } }
            }))
        }
    }
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let told = form::read(&fields, app.today(), &actor.name);
    let recorded = match told {
        Ok(report) => super::record(&app, &actor, person, &report, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match recorded {
        Ok(recorded) => {
            let to = format!("/visits/{}?saved=1", recorded.id);
            Ok(Redirect::to(&to).into_response())
        }
        Err(problem @ Problem::Invalid(_)) => {
            let around = around(&app, &actor, person).await?;
            let errors = shown(&problem);
            let page = form_page(&app, &actor, &around, (&fields, errors));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let visit = super::find(&mut db, &actor.scope(), id).await?;
    let effects = super::effects(&mut db, &visit).await?;
    let body = html! {
        (what_was_found(&visit))
        @if visit.void_reason.is_none() { (what_followed(&visit, &effects)) }
        (next_steps(&actor, &visit, &effects))
    };
    let shell = page(&app, &actor, "走访记录", body).crumb("走访台账", "/visits");
    let shell = if asked.get("saved") == "1" {
        shell.notice(Tone::Good, "走访已保存")
    } else if asked.get("voided") == "1" {
        shell.notice(Tone::Good, "走访记录已作废，原已办结的事项恢复为未办")
    } else {
        shell
    };
    Ok(shell.render())
}

/// Whom a visit was about.
#[must_use]
pub fn whom(visit: &Visit) -> &'static str {
    match visit.about {
        0 => "本人",
        HOUSEHOLD => "家属",
        _ => "供养亲属",
    }
}

/// The Chinese name of a stored way.
#[must_use]
pub fn way_name(code: &str) -> &str {
    match Way::from_code(code) {
        Some(way) => way.name(),
        None => code,
    }
}

/// The Chinese name of a stored outcome.
#[must_use]
pub fn outcome_name(code: &str) -> &str {
    match report::Outcome::from_code(code) {
        Some(outcome) => outcome.name(),
        None => code,
    }
}

fn what_was_found(visit: &Visit) -> Markup {
    let found = report::findings_words(&visit.findings);
    let day = |on: jiff::civil::Date| frame::time(&on.to_string());
    html! {
        @if let Some(reason) = &visit.void_reason {
            (frame::panel(Tone::Bad, "已作废", html! { p { "原因：" (reason) } }))
        }
        (frame::facts_list(&[
            ("姓名", html! { a href={ "/people/" (visit.person) } { (visit.person_name) } }),
            ("对象", html! { (whom(visit)) }),
            ("方式", html! { (way_name(&visit.way)) }),
            ("结果", html! { (outcome_name(&visit.outcome)) }),
            ("走访日期", day(visit.on)),
            ("录入日期", html! { (day(visit.entered_on))
                @if visit.is_paper() { "（补录）" } }),
            ("走访人", html! { (visit.visitor) }),
            ("了解到的情况", html! {
                @if found.is_empty() { "没有特别情况" } @else { (found.join("、")) } }),
            ("需要的帮助", html! { @if visit.need.is_empty() { "无" } @else { (visit.need) } }),
            ("备注", html! { @if visit.note.is_empty() { "无" } @else { (visit.note) } }),
            ("操作编号", html! { (visit.act) }),
        ]))
    }
}

fn what_followed(visit: &Visit, effects: &Effects) -> Markup {
    html! {
        h2 { "办结的事项" }
        @if effects.settled.is_empty() { p { "这次走访没有办结应办事项。" } }
        @else { ul { @for stored in &effects.settled { li { (settled(&stored.duty)) } } } }
        @if let Some(step) = effects.step {
            (frame::panel(Tone::Warn, "未联系上，还要再联系", html! {
                p { "下一步：" (rules::duties::reach_step_name(step))
                    @if let Some(again) = again(visit, effects) {
                        "，最迟" (frame::time(&again.duty.due_on.to_string()))
                    }
                }
            }))
        }
        @if !effects.arisen.is_empty() {
            h2 { "由此产生的事项" }
            ul { @for stored in &effects.arisen { li { (owed(&stored.duty)) } } }
        }
        h2 { "此人下一项应办" }
        @match effects.next.first() {
            Some(stored) => p { (owed(&stored.duty)) },
            None => p { "目前没有其他未办事项。" },
        }
    }
}

fn again<'a>(visit: &Visit, effects: &'a Effects) -> Option<&'a Stored> {
    let mut arisen = effects.arisen.iter();
    arisen.find(|stored| stored.duty.cause == visit.fact && stored.duty.rule == Rule::Reach)
}

fn settled(duty: &Duty) -> Markup {
    let (tone, words) = match duty.state {
        DutyState::Settled { timeliness: Timeliness::Late, .. } => (Tone::Warn, "逾期办结"),
        _ => (Tone::Good, "按期办结"),
    };
    html! { (duty.rule.name()) " " (frame::tag(tone, words)) }
}

fn owed(duty: &Duty) -> Markup {
    html! { (duty.rule.name()) "，截止日：" (frame::time(&duty.due_on.to_string())) }
}

fn next_steps(actor: &Actor, visit: &Visit, effects: &Effects) -> Markup {
    let said_dead = visit.findings.contains("said_dead") && visit.void_reason.is_none();
    let more = effects.next.first().map(|stored| stored.id);
    let person = visit.person;
    html! {
        div.toolbar {
            @if said_dead && actor.can(deeds::DEATH_RECORD) {
                (frame::danger_button_link(&format!("/people/{person}/death"), "登记死亡"))
            }
            (frame::button_link("/", "回到我的应办"))
            @if actor.can(deeds::VISITS_RECORD) {
                @let duty = more.map_or_else(String::new, |id| format!("?duty={id}"));
                (frame::button_link(&format!("/people/{person}/visits/new{duty}"), "再登记一次"))
            }
            @if actor.can(deeds::VISITS_VOID) && visit.void_reason.is_none() {
                (frame::button_link(&format!("/visits/{}/void", visit.id), "作废"))
            }
        }
    }
}

pub async fn void_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let visit = super::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(void_page(&app, &actor, &visit, ("", Vec::new())))
}

fn void_page(
    app: &Shared,
    actor: &Actor,
    visit: &Visit,
    (reason, errors): (&str, Vec<frame::FieldError>),
) -> Markup {
    let input = Input::new("reason", "作废原因").value(reason).errors(&errors);
    let form = html! {
        (frame::hidden("version", &visit.version.to_string()))
        (text_field(input.hint("例如：登记错人")))
        (frame::danger_submit("作废这条记录"))
    };
    let action = format!("/visits/{}/void", visit.id);
    let body = html! {
        (what_was_found(visit))
        (frame::panel(Tone::Warn, "作废以后", html! {
            p { "由这次走访办结的事项恢复为未办，记录仍保留并注明作废。" }
        }))
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
    };
    page(app, actor, "作废走访记录", body)
        .crumb("走访台账", "/visits")
        .crumb("走访记录", format!("/visits/{}", visit.id))
        .errors(errors)
        .render()
}

pub async fn void(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (reason, version) = (fields.get("reason"), fields.number("version").unwrap_or(0));
    match super::void(&app, &actor, (id, version), reason, Caller::Page).await {
        Ok(_) => Ok(Redirect::to(&format!("/visits/{id}?voided=1")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let visit = super::find(&mut app.db.clone(), &actor.scope(), id).await?;
            let page = void_page(&app, &actor, &visit, (reason, shown(&problem)));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

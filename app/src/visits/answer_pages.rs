//! One entrustment: what each side sees of it, the letter, the answer.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Input, PrintSheet, form_post, radio_group, submit, text_field, textarea};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::entrust::{self, Entrustment, Reply, Side};
use super::entrust_pages::tone;
use super::{Caller, Finding, Outcome, form};
use crate::deeds;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// Findings that a body elsewhere can tell.
pub const TOLD_ELSEWHERE: &[Finding] = &[
    Finding::Hospitalised,
    Finding::Hardship,
    Finding::LivesAlone,
    Finding::NeedsHelp,
    Finding::SaidDead,
];

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let asked = entrust::find(&mut app.db.clone(), &actor, id).await?;
    Ok(show_page(&app, &actor, &asked, (&Fields::default(), Vec::new())))
}

fn show_page(
    app: &Shared,
    actor: &Actor,
    asked: &Entrustment,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Markup {
    let body = html! {
        (narrow(asked, app.today()))
        @if asked.side(actor) == Side::Asking { (asking_side(app, actor, asked)) }
        @if asked.state == "asked" && actor.can(deeds::VISITS_ANSWER) {
            (answer_form(app, actor, asked, (fields, &errors)))
        }
    };
    page(app, actor, "委托走访", body).crumb("委托走访", "/entrustments").errors(errors).render()
}

/// All that the entrusted body may see.
fn narrow(asked: &Entrustment, today: Date) -> Markup {
    let mut facts = vec![
        ("姓名", frame::text(&asked.person_name)),
        ("受托机构", frame::text(&asked.to_name)),
        ("委托日期", frame::time(&asked.asked_on.to_string())),
        ("答复期限", frame::time(&asked.answer_by.to_string())),
        ("状态", frame::tag(tone(asked, today), asked.state_name(today))),
    ];
    if !asked.wish.is_empty() {
        facts.push(("电话", frame::text(&asked.phone)));
        let address = if asked.away_place.is_empty() {
            asked.address.clone()
        } else {
            format!("{}（登记住址：{}）", asked.away_place, asked.address)
        };
        facts.push(("住址", frame::text(address)));
        facts.push(("委托事项", frame::text(&asked.wish)));
    }
    if let Some(on) = asked.answered_on {
        facts.push(("答复或撤回日期", frame::time(&on.to_string())));
    }
    if !asked.answer.is_empty() {
        facts.push(("答复", frame::text(&asked.answer)));
    }
    frame::facts_list(&facts)
}

fn asking_side(app: &Shared, actor: &Actor, asked: &Entrustment) -> Markup {
    let withdraw = format!("/entrustments/{}/withdraw", asked.id);
    let is_open = asked.state == "asked";
    let form = html! {
        (frame::hidden("version", &asked.version.to_string()))
        (frame::danger_submit("撤回委托"))
    };
    html! {
        (frame::toolbar(html! {
            (frame::button_link(&format!("/people/{}", asked.person), "查看本人"))
            (frame::button_link(&format!("/entrustments/{}/letter", asked.id), "打印委托函"))
            @if let Some(visit) = asked.visit {
                (frame::button_link(&format!("/visits/{visit}"), "查看走访记录"))
            }
        }))
        @if is_open && actor.can(deeds::VISITS_ENTRUST) {
            (form_post(&withdraw, &csrf(app, actor.session), &new_key(), form))
        }
    }
}

fn answer_form(
    app: &Shared,
    actor: &Actor,
    asked: &Entrustment,
    (fields, errors): (&Fields, &[frame::FieldError]),
) -> Markup {
    let or = |name: &str, default: &str| {
        let typed = fields.get(name);
        if typed.is_empty() { default.to_owned() } else { typed.to_owned() }
    };
    let (outcome, on) = (or("outcome", "met"), or("on", &app.today().to_string()));
    let visitor = or("visitor", if asked.side(actor) == Side::Asked { &actor.name } else { "" });
    let outcomes: Vec<Choice<'_>> =
        Outcome::ALL.iter().map(|outcome| Choice::new(outcome.code(), outcome.name())).collect();
    let findings: Vec<Choice<'_>> =
        TOLD_ELSEWHERE.iter().map(|finding| Choice::new(finding.code(), finding.name())).collect();
    let form = html! {
        (frame::hidden("version", &asked.version.to_string()))
        (radio_group(Input::new("outcome", "结果").value(&outcome).errors(errors), &outcomes))
        (text_field(Input::date("on", "走访日期").value(&on).errors(errors)))
        (text_field(Input::new("visitor", "走访人").value(&visitor).errors(errors)))
        (frame::checkbox_group(Input::new("findings", "了解到的情况").optional().errors(errors),
            &findings, &fields.all("findings")))
        (text_field(Input::new("need", "需要什么帮助").optional().value(fields.get("need"))
            .errors(errors)))
        (textarea(Input::new("words", "走访情况").value(fields.get("words")).errors(errors), 3))
        (submit("保存答复"))
    };
    let action = format!("/entrustments/{}/answer", asked.id);
    let title = match asked.side(actor) {
        Side::Asked => "答复委托方",
        Side::Asking => "录入对方的答复",
    };
    html! {
        h2 { (title) }
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
    }
}

pub async fn answer(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let asked = entrust::find(&mut app.db.clone(), &actor, id).await?;
    // Who answers for a body says so; who enters a letter may leave the name of the body alone.
    let visitor = match asked.side(&actor) {
        Side::Asked => &actor.name,
        Side::Asking => &asked.to_name,
    };
    let answered = match form::read(&fields, app.today(), visitor) {
        Ok(report) => {
            let reply = Reply {
                version: fields.number("version").unwrap_or(0),
                report,
                words: fields.get("words").to_owned(),
            };
            entrust::answer(&app, &actor, id, reply, Caller::Page).await
        }
        Err(problem) => Err(problem),
    };
    match answered {
        Ok(()) => Ok(Redirect::to(&format!("/entrustments/{id}")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let errors = shown(&problem);
            let page = show_page(&app, &actor, &asked, (&fields, errors));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn withdraw(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let version = fields.number("version").unwrap_or(0);
    entrust::withdraw(&app, &actor, (id, version), Caller::Page).await?;
    Ok(Redirect::to(&format!("/entrustments/{id}")))
}

pub async fn letter(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let asked = entrust::find(&mut app.db.clone(), &actor, id).await?;
    if asked.side(&actor) == Side::Asked {
        return Err(Problem::NotFound);
    }
    let today = app.today().to_string();
    let back = format!("/entrustments/{id}");
    let body = letter_body(&asked, &actor.org_name);
    let sheet = PrintSheet::new("委托走访函", &actor.org_name, body);
    Ok(sheet.printed_on(&today).back(&back).render())
}

fn letter_body(asked: &Entrustment, from: &str) -> Markup {
    let place = if asked.away_place.is_empty() { &asked.address } else { &asked.away_place };
    html! {
        p { "编号：" (asked.id) }
        p { (asked.to_name) "：" }
        p { "退休人员" (asked.person_name) "现居住在" (place) "，联系电话" (asked.phone)
            "。" (asked.wish) }
        p { "请于" (frame::day(&asked.answer_by.to_string())) "以前填写下面的回执并寄回或电话告知。" }
        p { (from) }
        p { (frame::day(&asked.asked_on.to_string())) "　经办人：" (asked.asked_by) }
        hr;
        h2 { "回执" }
        p { "编号：" (asked.id) "　退休人员：" (asked.person_name) }
        p { "走访日期：＿＿＿＿年＿＿月＿＿日　走访人：＿＿＿＿＿＿＿＿" }
        p { "□ 已见到本人　□ 已电话联系　□ 未联系上" }
        p { "身体和生活情况：" }
        p { "＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿" }
        p { "需要的帮助：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿" }
        p { "受托机构（章）：＿＿＿＿＿＿＿＿＿＿＿　　年　　月　　日" }
    }
}

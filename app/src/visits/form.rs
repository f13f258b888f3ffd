//! What was typed into the forms about visits, and the form as it is shown.

use frame::{Choice, Input, checkbox_group, radio_group, select_field, text_field, textarea};
use jiff::civil::Date;
use kernel::{FieldError, Problem};
use maud::{Markup, html};
use rules::facts::{Away, Way};

use super::store::Dependant;
use super::{Finding, HOUSEHOLD, Outcome, Report};
use crate::registry::Person;
use crate::web::Fields;

/// Ways in the order in which they are offered. Neighbours, relatives and the police are asked
/// when nobody was reached.
pub const WAYS: &[Way] =
    &[Way::Home, Way::Telephone, Way::Office, Way::Neighbour, Way::Relative, Way::Police];

/// Reads a report; what was left out is as in an ordinary home visit of today.
///
/// # Errors
/// Field problems.
pub fn read(fields: &Fields, today: Date, visitor: &str) -> Result<Report, Problem> {
    let mut errors = Vec::new();
    let on = fields.day("on", &mut errors).unwrap_or(today);
    let mut report = Report::ordinary(on, visitor);
    if on > today {
        wrong(&mut errors, "on", "走访日期不能晚于今天");
    }
    match (fields.get("way"), Way::from_code(fields.get("way"))) {
        ("", _) => {}
        (_, Some(way)) if WAYS.contains(&way) => report.way = way,
        _ => wrong(&mut errors, "way", "请选择走访方式"),
    }
    match (fields.get("outcome"), Outcome::from_code(fields.get("outcome"))) {
        ("", _) => {}
        (_, Some(outcome)) => report.outcome = outcome,
        _ => wrong(&mut errors, "outcome", "请选择是否见到或联系上"),
    }
    match (fields.get("about"), fields.number("about")) {
        ("", _) => {}
        (_, Some(about)) => report.about = about,
        _ => wrong(&mut errors, "about", "请选择走访对象"),
    }
    for code in fields.all("findings").into_iter().filter(|code| !code.is_empty()) {
        match Finding::from_code(code) {
            Some(finding) if report.findings.contains(&finding) => {}
            Some(finding) => report.findings.push(finding),
            None => wrong(&mut errors, "findings", "了解到的情况中有无法识别的一项"),
        }
    }
    match (fields.get("away"), Away::from_code(fields.get("away"))) {
        ("", _) => {}
        (_, Some(away)) => report.away = Some(away),
        _ => wrong(&mut errors, "away", "请选择居住地"),
    }
    if !fields.get("visitor").is_empty() {
        report.visitor = fields.get("visitor").to_owned();
    }
    report.away_place = fields.get("away_place").to_owned();
    report.need = fields.get("need").to_owned();
    report.note = fields.get("note").to_owned();
    if errors.is_empty() { Ok(report) } else { Err(Problem::Invalid(errors)) }
}

fn wrong(errors: &mut Vec<FieldError>, field: &str, message: &str) {
    errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
}

/// What the form begins with, or was sent with.
pub struct Typed<'a> {
    pub fields: &'a Fields,
    pub errors: &'a [frame::FieldError],
}

/// Whom the form is about.
pub struct Whom<'a> {
    pub person: &'a Person,
    pub dependants: &'a [Dependant],
    /// The next step of the ladder, while somebody has not been reached.
    pub step: Option<u8>,
}

/// The fields of a visit. What an ordinary home visit needs stands first and is filled in.
#[must_use]
pub fn fields(typed: &Typed<'_>, whom: &Whom<'_>) -> Markup {
    let (fields, errors) = (typed.fields, typed.errors);
    let later = whom.step.is_some() || WAYS[3..].iter().any(|way| way.code() == fields.get("way"));
    let n_ways = if later { WAYS.len() } else { 3 };
    let ways: Vec<Choice<'_>> =
        WAYS[..n_ways].iter().map(|way| Choice::new(way.code(), way.name())).collect();
    let outcomes: Vec<Choice<'_>> =
        Outcome::ALL.iter().map(|outcome| Choice::new(outcome.code(), outcome.name())).collect();
    html! {
        (radio_group(Input::new("way", "方式").value(fields.get("way")).errors(errors), &ways))
        (radio_group(Input::new("outcome", "结果").value(fields.get("outcome")).errors(errors),
            &outcomes))
        (about(typed, whom))
        (text_field(Input::date("on", "走访日期").value(fields.get("on")).errors(errors)
            .hint("默认今天；先记在纸上的，填实际走访的日期")))
        (frame::submit("保存"))
        (frame::fieldset("有特别情况再填", html! {
            (findings(typed))
            (text_field(Input::new("visitor", "走访人").value(fields.get("visitor"))
                .errors(errors)))
        }))
        (frame::submit("保存"))
    }
}

fn about(typed: &Typed<'_>, whom: &Whom<'_>) -> Markup {
    let told: Vec<(String, String)> = whom
        .dependants
        .iter()
        .map(|one| (one.id.to_string(), format!("供养亲属{}", one.name)))
        .collect();
    let household = HOUSEHOLD.to_string();
    let mut choices = vec![Choice::new("0", "退休人员本人")];
    if whom.person.died_on.is_some() {
        choices.push(Choice::new(&household, "家属"));
    }
    choices.extend(told.iter().map(|(id, name)| Choice::new(id, name)));
    if choices.len() == 1 {
        return html! {};
    }
    let input = Input::new("about", "走访对象").value(typed.fields.get("about"));
    radio_group(input.errors(typed.errors), &choices)
}

/// What was learned beyond having met somebody.
fn findings(typed: &Typed<'_>) -> Markup {
    let (fields, errors) = (typed.fields, typed.errors);
    let chosen = fields.all("findings");
    let choices: Vec<Choice<'_>> =
        Finding::ALL.iter().map(|finding| Choice::new(finding.code(), finding.name())).collect();
    let aways: Vec<Choice<'_>> = std::iter::once(Choice::new("", "没有变化"))
        .chain(Away::ALL.iter().map(|away| Choice::new(away.code(), away.name())))
        .collect();
    html! {
        (checkbox_group(Input::new("findings", "了解到的情况").optional().errors(errors)
            .hint("没有特别情况就不用勾选"), &choices, &chosen))
        (text_field(Input::new("need", "需要什么帮助").optional().value(fields.get("need"))
            .errors(errors)))
        (select_field(Input::new("away", "居住地变化").optional().value(fields.get("away"))
            .errors(errors), &aways))
        (text_field(Input::new("away_place", "现居住地").optional()
            .value(fields.get("away_place")).errors(errors).hint("搬走或长住外地的，填省、市、区")))
        (textarea(Input::new("note", "备注").optional().value(fields.get("note")).errors(errors),
            2))
    }
}

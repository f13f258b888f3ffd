//! The form of a visit: everything preset, one click saves an ordinary home visit.

use frame::{Choice, FieldError, Input, checkbox_group, form_post, radio_group, select_field};
use frame::{submit, text_field, textarea};
use jiff::civil::Date;
use kernel::Actor;
use maud::{Markup, html};
use rules::facts::Way;

use super::{Finding, HOUSEHOLD, Outcome, Report};
use crate::registry::Person;
use crate::web::{Fields, Shared, csrf, new_key};

/// Ways of a visit that a clerk may choose.
const WAYS: &[Way] = &[
    Way::Home,
    Way::Telephone,
    Way::Office,
    Way::Entrusted,
    Way::Neighbour,
    Way::Relative,
    Way::Police,
];

/// What the form holds when it is first shown.
#[must_use]
pub fn preset(person: &Person, actor: &Actor, today: Date) -> Fields {
    let about = if person.died_on.is_some() { HOUSEHOLD } else { 0 };
    let way = if person.away == "here" { Way::Home } else { Way::Telephone };
    let pairs = [
        ("way", way.code().to_owned()),
        ("outcome", Outcome::Met.code().to_owned()),
        ("on", today.to_string()),
        ("about", about.to_string()),
        ("visitor", actor.name.clone()),
    ];
    Fields(pairs.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

/// What was typed, as a report; faults of form are added to `errors`.
pub fn read(fields: &Fields, errors: &mut Vec<kernel::FieldError>) -> Option<Report> {
    let on = fields.required_day("on", errors)?;
    let mut report = Report::ordinary(on, fields.get("visitor"));
    let known = Way::from_code(fields.get("way")).zip(Outcome::from_code(fields.get("outcome")));
    let Some((way, outcome)) = known else {
        let message = "请选择走访方式和结果".to_owned();
        errors.push(kernel::FieldError { field: "way".to_owned(), message });
        return None;
    };
    (report.way, report.outcome) = (way, outcome);
    report.about = fields.number("about").unwrap_or(0);
    report.findings = fields.all("findings").into_iter().filter_map(Finding::from_code).collect();
    fields.get("need").clone_into(&mut report.need);
    fields.get("note").clone_into(&mut report.note);
    Some(report)
}

/// The form with what was typed and what is wrong with it.
pub fn show(app: &Shared, actor: &Actor, person: &Person, typed: &Typed<'_>) -> Markup {
    let (fields, errors) = (typed.fields, typed.errors);
    let ways: Vec<_> = WAYS.iter().map(|way| Choice::new(way.code(), way.name())).collect();
    let outcomes: Vec<_> =
        Outcome::ALL.iter().map(|one| Choice::new(one.code(), one.name())).collect();
    let findings: Vec<_> =
        Finding::ALL.iter().map(|one| Choice::new(one.code(), one.name())).collect();
    let chosen = fields.all("findings");
    let input = |name, label| Input::new(name, label).value(fields.get(name)).errors(errors);
    let body = html! {
        (frame::hidden("about", fields.get("about")))
        (select_field(input("way", "走访方式"), &ways))
        (radio_group(input("outcome", "结果"), &outcomes))
        (text_field(Input::date("on", "走访日期").value(fields.get("on")).errors(errors)
            .hint("纸质记录补录的，填实际走访的日期")))
        (checkbox_group(input("findings", "了解到的情况").optional(), &findings, &chosen))
        (text_field(input("need", "需要什么帮助").optional()))
        (textarea(input("note", "备注").optional(), 3))
        (text_field(input("visitor", "走访人")))
        (submit("保存"))
    };
    let action = format!("/people/{}/visits", person.id);
    form_post(&action, &csrf(app, actor.session), &new_key(), body)
}

/// What was typed into the form, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Typed<'a> {
    pub fields: &'a Fields,
    pub errors: &'a [FieldError],
}

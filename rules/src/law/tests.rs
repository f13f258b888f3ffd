use super::*;
use crate::duties::{Rule, Terms};
use jiff::civil::date;

fn law() -> Law {
    Law::embedded().unwrap()
}

fn local(figure: &str, from: Date, value: i64) -> LocalFigure {
    let (cite, quote) = ("青山区退管办通知".to_owned(), "每季度走访".to_owned());
    LocalFigure { figure: figure.to_owned(), from, value, cite, quote }
}

#[test]
fn every_quote_is_in_its_source_and_every_doubt_in_the_questions() {
    let law = law();
    for figure in law.figures() {
        for says in figure.entries() {
            let pack = law.packs().iter().find(|pack| pack.id == says.pack).unwrap();
            assert!(occurs(says.quote, pack.source), "{}: {}", figure.id, says.quote);
        }
    }
    for rule in law.rules() {
        let pack = law.packs().iter().find(|pack| pack.id == rule.pack).unwrap();
        assert!(occurs(&rule.quote, pack.source), "{}: {}", rule.id, rule.quote);
        assert!(pack.questions.contains("存疑"), "{}", pack.id);
    }
    assert!(!occurs("每月上门走访一次", law.packs()[1].source));
    assert!(!occurs("", law.packs()[1].source));
}

#[test]
fn a_figure_before_its_first_day_is_refused_in_chinese() {
    let law = law();
    let refused = law.figure("visit.senior.months").on(date(2003, 1, 1)).unwrap_err();
    assert_eq!(refused.to_string(), "2003-01-01无「高龄走访周期」的有效规定");
    let refused = law.figure("visit.nothing").on(date(2026, 1, 1)).unwrap_err();
    assert_eq!(refused.to_string(), "2026-01-01无「visit.nothing」的有效规定");
}

#[test]
fn the_national_term_replaces_the_campaign() {
    let law = law();
    let rolling = law.figure("certify.rolling");
    assert_eq!(rolling.on(date(2018, 5, 31)).unwrap().value, 0);
    assert_eq!(rolling.on(date(2018, 6, 1)).unwrap().value, 1);
    let versions = [
        (date(2018, 5, 31), "retiree-services"),
        (date(2018, 6, 1), "certification-2018"),
        (date(2023, 11, 30), "certification-2018"),
        (date(2023, 12, 1), "agency-2023"),
    ];
    for (on, pack) in versions {
        assert_eq!(law.rule_on("base.certify", on).unwrap().pack, pack, "{on}");
    }
    assert_eq!(law.rule("base.certify").unwrap().pack, "agency-2023");
    assert!(law.rule_on("base.certify", date(2003, 12, 31)).is_err());
}

#[test]
fn local_figures_lie_over_national_ones_from_their_day() {
    let local_on = date(2026, 7, 1);
    let months = "visit.senior.months";
    let law = law().with_local(vec![local(months, local_on, 3)]);
    assert_eq!(law.figure(months).on(date(2026, 6, 30)).unwrap().value, 12);
    let now = law.figure(months).on(local_on).unwrap();
    assert_eq!((now.value, now.pack, now.from), (3, "local", local_on));
    let law = law.with_local(vec![local(months, date(2027, 1, 1), 1)]);
    assert_eq!(law.figure(months).on(date(2026, 12, 31)).unwrap().value, 3);
    assert_eq!(law.figure(months).on(date(2027, 1, 1)).unwrap().value, 1);
    assert_eq!(law.packs().iter().filter(|pack| pack.order == 3).count(), 1);
}

#[test]
fn the_district_decides_over_its_city_whatever_day_the_city_chose() {
    let months = "visit.senior.months";
    let district = local(months, date(2026, 1, 1), 6);
    let city = local(months, date(2026, 3, 1), 3);
    let law = law().with_local(vec![city]).with_local(vec![district]);
    for (on, value) in [
        (date(2025, 12, 31), 12),
        (date(2026, 1, 1), 6),
        (date(2026, 2, 28), 6),
        (date(2026, 3, 1), 6),
    ] {
        assert_eq!(law.figure(months).on(on).unwrap().value, value, "{on}");
    }
    assert!(law.figure(months).on(date(2026, 3, 1)).unwrap().is_local());
}

#[test]
fn without_a_pack_the_one_below_holds() {
    let law = law();
    assert!(law.without("no-such-pack").is_none());
    let before = law.without("certification-2018").unwrap();
    let on = date(2020, 1, 1);
    assert_eq!(before.figure("certify.rolling").on(on).unwrap().value, 0);
    assert_eq!(before.rule_on("base.certify", on).unwrap().pack, "retiree-services");
    assert_eq!(before.packs().len(), law.packs().len() - 1);
    let bare = law.without("decisions").unwrap();
    assert!(Terms::from_law(&bare).is_err(), "duties rest on what it says");
}

#[test]
fn every_duty_has_its_rule_and_owner_in_the_law() {
    let law = law();
    for rule in Rule::ALL {
        let text = law.rule(rule.id()).unwrap();
        assert_eq!(text.name, rule.name());
        assert_eq!(text.owner, rule.owner(), "{}", rule.id());
        assert_eq!(Rule::from_id(rule.id()), Some(*rule));
    }
    let terms = Terms::from_law(&law).unwrap();
    assert_eq!(terms.first_on(), date(2004, 1, 1));
}

#[test]
fn the_figures_asked_for_are_there() {
    let law = law();
    let today = date(2026, 11, 23);
    let table = [
        ("visit.senior.age", 70),
        ("visit.senior.months", 12),
        ("visit.elder.age", 80),
        ("visit.elder.months", 6),
        ("visit.prompt.working_days", 5),
        ("visit.dependant.months", 12),
        ("visit.away.months", 12),
        ("card.issue.working_days", 20),
        ("card.senior.age", 70),
        ("card.senior.days", 90),
        ("certify.months", 12),
        ("certify.opens_before_days", 60),
        ("reach.next_days", 3),
        ("reach.steps", 5),
        ("overdue.to_district_days", 15),
        ("overdue.to_city_days", 30),
        ("closes.periodic_days", 30),
        ("closes.once_days", 180),
        ("grace.late_acceptance_days", 0),
        ("death.report.working_days", 20),
    ];
    for (id, value) in table {
        assert_eq!(law.figure(id).on(today).unwrap().value, value, "{id}");
    }
}

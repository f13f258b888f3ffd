//! 过渡形式：不由社区管理的，满一个周期复核一次，直到转为社区管理。

use super::certify::day_key;
use super::periodic::{Switch, stretch};
use super::spell::{Seen, Stretch, Thread, Walk, Window};
use super::{Certainty, Rule, State};
use crate::days::{Date, add_days, add_months};
use crate::facts::FactKind;

/// 「企业退休人员社会化管理服务的基本形式是社区管理」: any other form is transitional and looked at
/// again. A review before its window opens moves the next one.
pub(super) fn forms(walk: &mut Walk<'_>) {
    if !walk.has(Seen::Form) {
        return;
    }
    let mut thread = Thread::default();
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let mut from = 0;
        while let Some(form) = stretch(walk.facts, &mut from, form_switch, None) {
            if let Some(shared) = form.within(spell) {
                reviews(walk, &mut thread, shared);
            }
        }
    }
}

fn reviews(walk: &mut Walk<'_>, thread: &mut Thread, form: Stretch) {
    let (mut from, mut cause) = (form.from, form.cause);
    loop {
        let n_months = walk.terms.form_months.on(from).max(1);
        let due_on = add_months(from, n_months);
        let n_before = walk.terms.form_opens_before_days.on(from);
        let opens_on = add_days(due_on, -n_before).max(add_days(from, 1));
        if let Some((on, by)) = early(walk, (from, opens_on)) {
            (from, cause) = (on, by);
            continue;
        }
        let window = Window {
            rule: Rule::Form,
            period: day_key(due_on),
            about: 0,
            opens_on,
            due_on,
            closes_on: add_days(due_on, walk.terms.closes_periodic_days.on(from)),
            certainty: Certainty::Certain,
            cause,
        };
        match walk.emit(thread, window, form.end) {
            Some(State::Settled { on, by, .. }) => (from, cause) = (on, by),
            Some(State::Missed { .. }) => from = due_on,
            Some(State::Open | State::Lapsed { .. }) | None => return,
        }
    }
}

/// The first review between two days.
fn early(walk: &Walk<'_>, (after, before): (Date, Date)) -> Option<(Date, i64)> {
    let within = walk.facts.iter().filter(|fact| fact.on > after && fact.on < before);
    let mut reviews = within.filter(|fact| fact.kind == FactKind::FormReviewed);
    reviews.next().map(|fact| (fact.on, fact.id))
}

const fn form_switch(kind: FactKind) -> Switch {
    match kind {
        FactKind::FormTransitional => Switch::On,
        FactKind::FormBasic => Switch::Off,
        _ => Switch::Keep,
    }
}

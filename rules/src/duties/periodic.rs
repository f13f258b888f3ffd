//! 定期事项：鳏寡孤独每季度、高龄定期、异地与供养亲属每年，按公历期间计。

use super::spell::{End, Seen, Stretch, Thread, Walk, Window};
use super::{Certainty, Rule};
use crate::days::{Date, add_days, birthday, period_of};
use crate::facts::{Away, Fact, FactKind, Mark};

/// 「对鳏寡孤独退休人员，……每季度上门走访一次」
pub(super) fn alone(walk: &mut Walk<'_>) {
    if !walk.has(Seen::Marked) {
        return;
    }
    let mut thread = Thread::default();
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let mut from = 0;
        while let Some(marked) = stretch(walk.facts, &mut from, alone_switch, None) {
            let Some(marked) = marked.within(spell) else {
                continue;
            };
            let mut since = 0;
            while let Some(here) = stretch(walk.facts, &mut since, here_switch, Some(spell)) {
                if let Some(shared) = here.within(marked) {
                    periods(walk, &mut thread, Rule::VisitAlone, 0, shared);
                }
            }
        }
    }
}

/// 「对70岁以上高龄退休人员，……定期至少上门走访一次」; not while living elsewhere.
pub(super) fn senior(walk: &mut Walk<'_>) {
    let Some(born_on) = walk.born_on else { return };
    let mut thread = Thread::default();
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let reached_on = walk.terms.senior_age.age_reached_on(born_on);
        let old = Stretch { from: reached_on, cause: spell.cause, end: None };
        let Some(old) = old.within(spell) else {
            continue;
        };
        let mut from = 0;
        while let Some(here) = stretch(walk.facts, &mut from, here_switch, Some(spell)) {
            if let Some(shared) = here.within(old) {
                periods(walk, &mut thread, Rule::VisitSenior, 0, shared);
            }
        }
    }
}

/// 「对居住外地的退休人员和供养直系亲属，由市或区退管机构采取不定期上门走访或委托当地有关部门
/// 上门走访、电话联系等方式进行慰问」
pub(super) fn away(walk: &mut Walk<'_>) {
    if !walk.has(Seen::Residence) {
        return;
    }
    let mut thread = Thread::default();
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let mut from = 0;
        while let Some(gone) = stretch(walk.facts, &mut from, away_switch, None) {
            if let Some(shared) = gone.within(spell) {
                periods(walk, &mut thread, Rule::VisitAway, 0, shared);
            }
        }
    }
}

/// 「对供养的直系亲属视同退休人员，及时了解各种情况，掌握其生存状况」. It goes on after the death
/// of the retiree, as that is when relatives are supported, and ends when the retiree leaves.
pub(super) fn dependants(walk: &mut Walk<'_>) {
    if !walk.has(Seen::Followed) {
        return;
    }
    for i in 0..walk.facts.len() {
        let FactKind::DependantFollowed { relative } = walk.facts[i].kind else {
            continue;
        };
        let again = |fact: &Fact| fact.kind == FactKind::DependantFollowed { relative };
        if walk.facts[..i].iter().any(again) {
            continue;
        }
        let mut thread = Thread::default();
        let mut at = 0;
        while let Some(spell) = walk.spell(&mut at) {
            let died =
                |end: &End| walk.facts.iter().any(|f| f.id == end.by && f.kind == FactKind::Died);
            let spell = Stretch { end: spell.end.filter(|end| !died(end)), ..spell };
            let mut from = 0;
            let switch = |kind| dependant_switch(kind, relative);
            while let Some(followed) = stretch(walk.facts, &mut from, switch, None) {
                if let Some(shared) = followed.within(spell) {
                    periods(walk, &mut thread, Rule::VisitDependant, relative, shared);
                }
            }
        }
    }
}

/// One duty for every calendar period that the stretch touches. A longer period under way runs to
/// its end before shorter ones begin.
fn periods(walk: &mut Walk<'_>, thread: &mut Thread, rule: Rule, about: i64, stretch: Stretch) {
    let mut opens_on = stretch.from.max(walk.terms.begins_on(rule));
    while opens_on <= walk.today && stretch.end.is_none_or(|end| opens_on < end.on) {
        let period = period_of(opens_on, n_months(walk, rule, opens_on));
        let closes_in = walk.terms.closes_periodic_days.on(opens_on);
        let window = Window {
            rule,
            period: period.key,
            about,
            opens_on,
            due_on: period.last_on,
            closes_on: add_days(period.last_on, closes_in),
            certainty: Certainty::Certain,
            cause: stretch.cause,
        };
        walk.emit(thread, window, stretch.end);
        opens_on = add_days(period.last_on, 1);
    }
}

fn n_months(walk: &Walk<'_>, rule: Rule, on: Date) -> i64 {
    let terms = walk.terms;
    match rule {
        Rule::VisitAlone => terms.alone_months.on(on),
        Rule::VisitDependant => terms.dependant_months.on(on),
        Rule::VisitAway => terms.away_months.on(on),
        _ => {
            let elder = |born_on| birthday(born_on, terms.elder_age.on(on)) <= on;
            let months = if walk.born_on.is_some_and(elder) {
                &terms.elder_months
            } else {
                &terms.senior_months
            };
            months.on(on)
        }
    }
}

/// What a fact does to a state that holds for a time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    On,
    Off,
    Keep,
}

fn alone_switch(kind: FactKind) -> Switch {
    match kind {
        FactKind::MarkSet { mark: Mark::Alone } => Switch::On,
        FactKind::MarkEnded { mark: Mark::Alone } => Switch::Off,
        _ => Switch::Keep,
    }
}

fn away_switch(kind: FactKind) -> Switch {
    match kind {
        FactKind::Residence { away: Away::Here } => Switch::Off,
        FactKind::Residence { .. } => Switch::On,
        _ => Switch::Keep,
    }
}

fn here_switch(kind: FactKind) -> Switch {
    match away_switch(kind) {
        Switch::On => Switch::Off,
        Switch::Off => Switch::On,
        Switch::Keep => Switch::Keep,
    }
}

fn dependant_switch(kind: FactKind, relative: i64) -> Switch {
    match kind {
        FactKind::DependantFollowed { relative: whom } if whom == relative => Switch::On,
        FactKind::DependantEnded { relative: whom } if whom == relative => Switch::Off,
        _ => Switch::Keep,
    }
}

/// The next stretch during which a switch is on. `first`, if given, is a spell from whose first
/// day, or long before, the switch is on without any fact.
pub(super) fn stretch(
    facts: &[Fact],
    at: &mut usize,
    switch: impl Fn(FactKind) -> Switch,
    first: Option<Stretch>,
) -> Option<Stretch> {
    let mut begun = first.filter(|_| *at == 0).map(|spell| Stretch {
        from: Date::MIN,
        cause: spell.cause,
        end: None,
    });
    if *at > facts.len() {
        return None;
    }
    while let Some(fact) = facts.get(*at) {
        *at += 1;
        match (switch(fact.kind), begun) {
            (Switch::On, None) => {
                begun = Some(Stretch { from: fact.on, cause: fact.id, end: None });
            }
            (Switch::Off, Some(begun)) => {
                return Some(Stretch { end: Some(End::of(fact)), ..begun });
            }
            _ => {}
        }
    }
    *at = facts.len() + 1;
    begun
}

//! 领取养老金资格认证：随证随延，满十二个月再认证；从不因此停发。
//!
//! Until the national procedure of 2018 a campaign a year, since then a rolling term: any evidence
//! of life before the window opens moves the due day, so that only those without evidence are
//! asked. Nobody is suspended here.

use super::spell::{Stretch, Thread, Walk, Window};
use super::{Certainty, Rule, State};
use crate::days::{Date, add_days, add_months, first_of_next_month, year_of};
use crate::facts::{FactKind, Strength};

/// From what the term is counted, and the fact behind it.
#[derive(Clone, Copy)]
struct Base {
    on: Date,
    cause: i64,
}

pub(super) fn rolling(walk: &mut Walk<'_>) {
    let mut thread = Thread::default();
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        campaigns(walk, &mut thread, spell);
        cycles(walk, &mut thread, spell);
    }
}

/// 「每年至少集中开展一次企业退休人员领取养老金资格认证」, for the years before the rolling term.
fn campaigns(walk: &mut Walk<'_>, thread: &mut Thread, spell: Stretch) {
    let mut opens_on = spell.from.max(walk.terms.begins_on(Rule::Certify));
    loop {
        let year = year_of(opens_on);
        if walk.terms.certify_rolling.on(year.last_on) != 0 || opens_on > walk.today {
            return;
        }
        let window = Window {
            rule: Rule::Certify,
            period: year.key,
            about: 0,
            opens_on,
            due_on: year.last_on,
            closes_on: add_days(year.last_on, walk.terms.closes_periodic_days.on(opens_on)),
            certainty: Certainty::Certain,
            cause: spell.cause,
        };
        if walk.emit(thread, window, spell.end).is_none() {
            return;
        }
        opens_on = add_days(year.last_on, 1);
    }
}

fn cycles(walk: &mut Walk<'_>, thread: &mut Thread, spell: Stretch) {
    let Some(rolling_from) = walk.terms.certify_rolling.first_day_of(1) else {
        return;
    };
    let mut base = first_base(walk, spell);
    let mut seen = 0;
    loop {
        let n_months = walk.terms.certify_months.on(base.on).max(1);
        let due_on = add_months(base.on, n_months);
        if due_on < rolling_from {
            // Nobody is late on the first day of a new rule: the term begins with it.
            base = evidence_after(walk, &mut seen, base, rolling_from)
                .unwrap_or(Base { on: rolling_from.max(add_days(base.on, 1)), ..base });
            continue;
        }
        let n_before = walk.terms.certify_opens_before_days.on(base.on);
        let opens_on =
            add_days(due_on, -n_before).max(add_days(base.on, 1)).max(spell.from).max(rolling_from);
        if let Some(later) = evidence_after(walk, &mut seen, base, opens_on) {
            base = later;
            continue;
        }
        let window = Window {
            rule: Rule::Certify,
            period: day_key(due_on),
            about: 0,
            opens_on,
            due_on,
            closes_on: add_days(due_on, walk.terms.closes_once_days.on(base.on)),
            certainty: Certainty::Certain,
            cause: base.cause,
        };
        match walk.emit(thread, window, spell.end) {
            Some(State::Settled { on, by, .. }) => base = Base { on, cause: by },
            Some(State::Missed { .. }) => base.on = due_on,
            Some(State::Open | State::Lapsed { .. }) | None => return,
        }
    }
}

/// The term runs from the month after the pension began, or from the day of taking in when that
/// is unknown or would have ended before it. A pension that begins later is met on the way.
fn first_base(walk: &Walk<'_>, spell: Stretch) -> Base {
    let known = walk.facts.iter().take_while(|fact| fact.on <= spell.from);
    let mut pensions = known.filter(|fact| fact.kind == FactKind::PensionStarted);
    let began = pensions.next().map(|f| Base { on: first_of_next_month(f.on), cause: f.id });
    let runs = |base: &Base| {
        let n_months = walk.terms.certify_months.on(base.on).max(1);
        add_months(base.on, n_months) > spell.from
    };
    began.filter(runs).unwrap_or(Base { on: spell.from, cause: spell.cause })
}

/// The next evidence of life, or beginning of the pension, after the base and before a day.
fn evidence_after(walk: &Walk<'_>, seen: &mut usize, base: Base, before: Date) -> Option<Base> {
    while let Some(fact) = walk.facts.get(*seen).filter(|fact| fact.on < before) {
        *seen += 1;
        if fact.on <= base.on {
            continue;
        }
        if fact.kind == FactKind::PensionStarted {
            return Some(Base { on: first_of_next_month(fact.on), cause: fact.id });
        }
        if fact.kind.evidence() > Strength::None {
            return Some(Base { on: fact.on, cause: fact.id });
        }
    }
    None
}

/// 2026-04-30 as 20260430.
pub(super) fn day_key(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

//! 一次性事项：由一件事实引起，办结即了。

use super::spell::{End, Seen, Stretch, Thread, Walk, Window};
use super::{Certainty, Duty, Rule, State};
use crate::calendar::{LastDay, Term, last_day_or_estimate};
use crate::days::{Date, add_days, month_of};
use crate::facts::{Fact, FactKind};

/// 「在退休人员纳入社区当月内上门走访」, at every station that takes the retiree in; and
/// 「要向企业退休人员发放社会化管理服务联系卡」, once at every station.
pub(super) fn taken_in(walk: &mut Walk<'_>) {
    let (mut visits, mut cards) = (Thread::default(), Thread::default());
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let mut arrival = walk.facts.iter().find(|fact| fact.id == spell.cause).copied();
        let facts = walk.facts;
        while let Some(here) = arrival {
            let next = next_arrival(facts, &here, spell.end);
            let grace = walk.terms.grace_days.on(here.on);
            let on = add_days(month_of(here.on).last_on, grace);
            let due = LastDay { on, certainty: Certainty::Certain };
            let end = End::earlier(next.as_ref().map(End::of_move), spell.end);
            raise(walk, &mut visits, Cause::of(Rule::VisitNew, &here, due), end);
            card(walk, &mut cards, &here, spell);
            arrival = next;
        }
    }
}

/// The card of the station that takes the retiree in. What was owed for an earlier one stays owed,
/// with its day, when the retiree moves before it is handed over; one that was handed over, or is
/// owed no longer, tells the telephone of the old station, so that the next one owes another.
fn card(walk: &mut Walk<'_>, thread: &mut Thread, here: &Fact, spell: Stretch) {
    let is_over = |duty: &Duty| match duty.state {
        State::Open => false,
        State::Settled { on, .. } | State::Missed { on } | State::Lapsed { on, .. } => on < here.on,
    };
    if here.id != spell.cause && !walk.last(thread).is_some_and(is_over) {
        return;
    }
    let term = Term::WorkingDays(working_days(walk.terms.card_working_days.on(here.on)));
    let due = last_day_or_estimate(here.on, term);
    raise(walk, thread, Cause::of(Rule::ContactCard, here, due), spell.end);
}

/// The next fact of the spell by which another station takes the retiree in.
pub(super) fn next_arrival(facts: &[Fact], here: &Fact, end: Option<End>) -> Option<Fact> {
    let (FactKind::TakenIn { station } | FactKind::Moved { station, .. }) = here.kind else {
        return None;
    };
    let later = facts.iter().skip_while(|fact| fact.id != here.id).skip(1);
    let mut within = later.take_while(|fact| end.is_none_or(|end| fact.id != end.by));
    within
        .find(|fact| match fact.kind {
            FactKind::TakenIn { station: to } | FactKind::Moved { station: to, .. } => {
                to != station
            }
            _ => false,
        })
        .copied()
}

/// 特殊变故、重病住院、亡故: 「及时上门慰问」「及时进行慰问」.
pub(super) fn after_facts(walk: &mut Walk<'_>) {
    if !walk.has(Seen::Urgent) {
        return;
    }
    let facts = walk.facts;
    let (mut hardship, mut ill) = (Thread::default(), Thread::default());
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let ended = |fact: &Fact| spell.end.is_some_and(|end| end.by == fact.id);
        for fact in facts.iter().filter(|fact| fact.on >= spell.from) {
            match fact.kind {
                FactKind::Hardship => {
                    promptly(walk, &mut hardship, (Rule::VisitHardship, fact), spell.end);
                }
                FactKind::Hospitalised => {
                    promptly(walk, &mut ill, (Rule::VisitIll, fact), spell.end);
                }
                FactKind::Died if ended(fact) => {
                    promptly(walk, &mut Thread::default(), (Rule::VisitBereaved, fact), None);
                }
                _ => {}
            }
        }
    }
}

/// 「对70岁以上的高龄退休人员，……及时帮助办理老年人优惠证、卡」
pub(super) fn senior_card(walk: &mut Walk<'_>) {
    let Some(born_on) = walk.born_on else { return };
    let mut thread = Thread::default();
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let reached_on = walk.terms.senior_card_age.age_reached_on(born_on);
        let on = spell.from.max(reached_on);
        let has = |fact: &Fact| fact.kind == FactKind::SeniorCardSettled && fact.on < on;
        if walk.has(Seen::SeniorCard) && walk.facts.iter().any(has) {
            continue;
        }
        let due_on = add_days(on, walk.terms.senior_card_days.on(on));
        let due = LastDay { on: due_on, certainty: Certainty::Certain };
        let cause = Cause { rule: Rule::SeniorCard, on, fact: spell.cause, about: 0, due };
        raise(walk, &mut thread, cause, spell.end);
    }
}

/// Somebody not reached is sought again, one step of the ladder further, until contacted.
pub(super) fn reach(walk: &mut Walk<'_>) {
    let facts = walk.facts;
    if !walk.has(Seen::NotReached) {
        return;
    }
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let survived = spell.end.filter(|end| {
            let died = |fact: &Fact| fact.id == end.by && fact.kind == FactKind::Died;
            !facts.iter().any(died)
        });
        for (i, fact) in facts.iter().enumerate() {
            let FactKind::NotReached { about, .. } = fact.kind else {
                continue;
            };
            let end = if about == 0 { spell.end } else { survived };
            if fact.on < spell.from {
                continue;
            }
            let due_on = add_days(fact.on, walk.terms.reach_days.on(fact.on));
            let due = LastDay { on: due_on, certainty: Certainty::Certain };
            let cause = Cause { rule: Rule::Reach, on: fact.on, fact: fact.id, about, due };
            raise(walk, &mut Thread::after(i), cause, end);
        }
    }
}

/// A fact that raises a duty, with the day by which it is to be done.
pub(super) struct Cause {
    pub rule: Rule,
    pub on: Date,
    pub fact: i64,
    pub about: i64,
    pub due: LastDay,
}

impl Cause {
    pub fn of(rule: Rule, fact: &Fact, due: LastDay) -> Cause {
        Cause { rule, on: fact.on, fact: fact.id, about: 0, due }
    }
}

pub(super) fn raise(walk: &mut Walk<'_>, thread: &mut Thread, cause: Cause, end: Option<End>) {
    if cause.on < walk.terms.begins_on(cause.rule) {
        return;
    }
    let closes_in = walk.terms.closes_once_days.on(cause.on);
    let window = Window {
        rule: cause.rule,
        period: cause.fact,
        about: cause.about,
        opens_on: cause.on,
        due_on: cause.due.on,
        closes_on: add_days(cause.due.on, closes_in),
        certainty: cause.due.certainty,
        cause: cause.fact,
    };
    walk.emit(thread, window, end);
}

/// 及时, where no statute gives a term.
fn promptly(
    walk: &mut Walk<'_>,
    thread: &mut Thread,
    (rule, fact): (Rule, &Fact),
    end: Option<End>,
) {
    let n = working_days(walk.terms.prompt_working_days.on(fact.on));
    let due = last_day_or_estimate(fact.on, Term::WorkingDays(n));
    raise(walk, thread, Cause::of(rule, fact, due), end);
}

pub(super) fn working_days(n: i64) -> u16 {
    u16::try_from(n.max(0)).unwrap_or(u16::MAX)
}

//! 随人而动：人到哪里，党组织关系和人事档案跟到哪里。

use super::once::{Cause, next_arrival, raise, working_days};
use super::periodic::{Switch, stretch};
use super::spell::{End, Seen, Stretch, Thread, Walk};
use super::{Certainty, Rule};
use crate::calendar::{LastDay, Term, last_day_or_estimate};
use crate::days::add_months;
use crate::facts::{Across, Fact, FactKind};

/// 「及时为退休人员中党员建立组织关系」, at every station to which a member of the party comes. Where
/// only the stations were rearranged the branch stays what it was.
pub(super) fn party(walk: &mut Walk<'_>) {
    if !walk.has(Seen::Party) {
        return;
    }
    let mut thread = Thread::default();
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let facts = walk.facts;
        let mut arrival = facts.iter().find(|fact| fact.id == spell.cause).copied();
        while let Some(here) = arrival {
            arrival = next_real_arrival(facts, &here, spell.end);
            let end = End::earlier(arrival.as_ref().map(End::of_move), spell.end);
            let stay = Stretch { from: here.on, cause: here.id, end };
            let mut from = 0;
            while let Some(member) = stretch(facts, &mut from, member_switch, None) {
                if let Some(shared) = member.within(stay) {
                    join(walk, &mut thread, shared);
                }
            }
        }
    }
}

fn join(walk: &mut Walk<'_>, thread: &mut Thread, owed: Stretch) {
    let on = add_months(owed.from, walk.terms.party_months.on(owed.from));
    let due = LastDay { on, certainty: Certainty::Certain };
    let Stretch { from, cause, end } = owed;
    raise(walk, thread, Cause { rule: Rule::Party, on: from, fact: cause, about: 0, due }, end);
}

/// The next station to which the retiree really goes.
fn next_real_arrival(facts: &[Fact], here: &Fact, end: Option<End>) -> Option<Fact> {
    let mut next = next_arrival(facts, here, end);
    while let Some(fact) = next {
        match fact.kind {
            FactKind::Moved { across: Across::Reorganised, .. } => {
                next = next_arrival(facts, &fact, end);
            }
            _ => return Some(fact),
        }
    }
    None
}

const fn member_switch(kind: FactKind) -> Switch {
    match kind {
        FactKind::PartyMember => Switch::On,
        FactKind::PartyMemberNoMore => Switch::Off,
        _ => Switch::Keep,
    }
}

/// 「将接收的退休人员档案及时入库，防止丢失」: where a retiree leaves the jurisdiction of the body that
/// keeps the personnel file, the new place takes it in.
pub(super) fn file(walk: &mut Walk<'_>) {
    if !walk.has(Seen::File) || walk.n_arrivals() == 1 {
        return;
    }
    let mut thread = Thread::default();
    let mut at = 0;
    while let Some(spell) = walk.spell(&mut at) {
        let facts = walk.facts;
        let within =
            |fact: &&Fact| fact.on >= spell.from && spell.end.is_none_or(|end| fact.on <= end.on);
        let mut moves = facts.iter().filter(within).filter(|fact| leaves(facts, fact)).peekable();
        while let Some(moved) = moves.next() {
            let next = moves.peek().map(|next| End::of_move(next));
            let n = working_days(walk.terms.file_working_days.on(moved.on));
            let due = last_day_or_estimate(moved.on, Term::WorkingDays(n));
            let end = End::earlier(next, spell.end);
            raise(walk, &mut thread, Cause::of(Rule::FileFollows, moved, due), end);
        }
    }
}

/// Whether a fact is a move away from the body that was the last to take the file in.
fn leaves(facts: &[Fact], moved: &Fact) -> bool {
    let FactKind::Moved { across, .. } = moved.kind else {
        return false;
    };
    let before = facts.iter().rev().skip_while(|fact| fact.id != moved.id);
    let mut levels = before.filter_map(|fact| match fact.kind {
        FactKind::FileKept { level } => Some(level),
        _ => None,
    });
    levels.next().is_some_and(|level| across.leaves(level))
}

//! 应办事项：由事实推出谁、在哪一天以前、应办什么，办了没有。
//!
//! [`arising`] is pure: the same facts, terms and day give the same duties, in the same order, with
//! the keys (rule, version, period, about) all different. Nothing is owed before the retiree is
//! taken in; leaving and death end what is open, except what arises from the death itself and the
//! care for the dependants who survive it.

mod certify;
mod follow;
mod once;
mod periodic;
mod review;
mod spell;
mod terms;
mod why;

use crate::coded::coded;
use crate::days::{Date, add_days, days_between};
use crate::facts::{Fact, FactKind};
use crate::law::NoLaw;
use spell::Walk;

pub use crate::calendar::Certainty;
pub use crate::law::Level;
pub use terms::Terms;
pub use why::{Explanation, why};

coded! {
    /// What can be owed to a retiree.
    Rule {
        VisitNew = "visit.new" "新接收走访",
        VisitAlone = "visit.alone" "鳏寡孤独季度走访",
        VisitSenior = "visit.senior" "高龄走访",
        VisitHardship = "visit.hardship" "特殊变故慰问",
        VisitBereaved = "visit.bereaved" "亡故慰问",
        VisitIll = "visit.ill" "重病住院慰问",
        VisitDependant = "visit.dependant" "供养直系亲属走访",
        VisitAway = "visit.away" "异地慰问",
        Certify = "base.certify" "领取养老金资格认证",
        ContactCard = "base.card" "发放联系卡",
        SeniorCard = "visit.senior.card" "办理老年人优惠证卡",
        Reach = "visit.reach" "未联系上再联系",
        Party = "handover.party" "建立组织关系",
        FileFollows = "handover.archive" "人事档案随人转入",
        Form = "handover.form" "管理形式复核",
    }
}

coded! {
    /// Whether a duty comes back every period or follows from one fact.
    Recurrence {
        Periodic = "periodic" "定期",
        Once = "once" "一次",
    }
}

coded! {
    /// Whether a duty was settled by its day.
    Timeliness {
        OnTime = "on_time" "按期",
        Late = "late" "逾期",
    }
}

/// A retiree as far as duties go.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Without it no duty rests on age.
    pub born_on: Option<Date>,
    /// Sorted by (`on`, `id`).
    pub facts: &'a [Fact],
}

/// Something owed. (`rule`, `version`, `period`, `about`) is its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    pub rule: Rule,
    /// The first day of the version of the rule that it was born under.
    pub version: Date,
    /// The key of a calendar period, the due day as a number (certification: 20260430), or the id
    /// of the fact that raised it.
    pub period: i64,
    /// The relative whom it is about, or 0 for the retiree.
    pub about: i64,
    pub owner: Level,
    /// The station at which it is counted: that of the day it ended, or today's.
    pub station: i64,
    pub opens_on: Date,
    pub due_on: Date,
    /// The last day on which it can be settled (late after `due_on`).
    pub closes_on: Date,
    pub certainty: Certainty,
    /// The id of the fact that it follows from.
    pub cause: i64,
    pub state: State,
}

/// What has become of a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    /// By the fact `by`, which happened on `on` and was entered on `entered_on`.
    Settled {
        on: Date,
        entered_on: Date,
        by: i64,
        timeliness: Timeliness,
    },
    Missed {
        on: Date,
    },
    /// No longer owed because of the fact `by`.
    Lapsed {
        on: Date,
        by: i64,
    },
}

impl Rule {
    /// The id of the rule in the law; the same as its code.
    pub const fn id(self) -> &'static str {
        self.code()
    }

    /// The rule with this id.
    pub fn from_id(id: &str) -> Option<Rule> {
        Rule::from_code(id)
    }

    /// Whether it comes back every period.
    pub const fn recurrence(self) -> Recurrence {
        match self {
            Rule::VisitAlone
            | Rule::VisitSenior
            | Rule::VisitDependant
            | Rule::VisitAway
            | Rule::Certify
            | Rule::Form => Recurrence::Periodic,
            Rule::VisitNew
            | Rule::VisitHardship
            | Rule::VisitBereaved
            | Rule::VisitIll
            | Rule::ContactCard
            | Rule::SeniorCard
            | Rule::Reach
            | Rule::Party
            | Rule::FileFollows => Recurrence::Once,
        }
    }

    /// Who owes it; certification of people living elsewhere is owed by the district instead, and
    /// a file that follows by a body of the level that kept it.
    pub const fn owner(self) -> Level {
        match self {
            Rule::VisitIll | Rule::ContactCard | Rule::Form => Level::Street,
            Rule::VisitAway | Rule::FileFollows => Level::District,
            _ => Level::Station,
        }
    }

    /// Whether a fact of this kind settles a duty of this rule about `about`.
    pub fn settled_by(self, kind: FactKind, about: i64) -> bool {
        use crate::facts::{Strength, Way};
        match (self, kind) {
            (
                Rule::VisitNew
                | Rule::VisitAlone
                | Rule::VisitSenior
                | Rule::VisitHardship
                | Rule::VisitIll,
                FactKind::Contacted { way: Way::Home | Way::Entrusted, about: 0 },
            ) => true,
            // After a death it is the household that is visited.
            (Rule::VisitBereaved, FactKind::Contacted { way: Way::Home | Way::Entrusted, .. }) => {
                true
            }
            (Rule::VisitDependant | Rule::VisitAway, FactKind::Contacted { way, about: whom }) => {
                whom == about && way.strength() > Strength::None
            }
            (Rule::Certify, kind) => kind.evidence() > Strength::None,
            (Rule::ContactCard, FactKind::CardIssued)
            | (Rule::SeniorCard, FactKind::SeniorCardSettled)
            | (Rule::Form, FactKind::FormReviewed)
            | (Rule::Party, FactKind::PartyJoined)
            | (Rule::FileFollows, FactKind::FileKept { .. }) => true,
            (
                Rule::Reach,
                FactKind::Contacted { about: whom, .. } | FactKind::NotReached { about: whom, .. },
            ) => whom == about,
            _ => false,
        }
    }
}

/// Appends every duty of a retiree whose window has opened by `today`, rule by rule, each in the
/// order of time. Facts after `today` are not looked at, and a duty whose last day was over when
/// the retiree was first entered is not owed.
///
/// # Errors
/// [`NoLaw`] when `today` is before the first day of the law.
pub fn arising(
    subject: &Subject<'_>,
    terms: &Terms,
    today: Date,
    out: &mut Vec<Duty>,
) -> Result<(), NoLaw> {
    terms.covers(today)?;
    let n_known = subject.facts.partition_point(|fact| fact.on <= today);
    let known = Subject { born_on: subject.born_on, facts: &subject.facts[..n_known] };
    let n_before = out.len();
    let mut walk = Walk::new(known, terms, today, out);
    periodic::alone(&mut walk);
    periodic::senior(&mut walk);
    periodic::away(&mut walk);
    periodic::dependants(&mut walk);
    once::taken_in(&mut walk);
    once::after_facts(&mut walk);
    once::senior_card(&mut walk);
    once::reach(&mut walk);
    follow::party(&mut walk);
    follow::file(&mut walk);
    review::forms(&mut walk);
    certify::rolling(&mut walk);
    forget_before_known(subject.facts, out, n_before);
    Ok(())
}

/// What could no longer be settled when the retiree was entered here was never owed here: a
/// roster of people taken in years ago brings no years of missed duties with it.
fn forget_before_known(facts: &[Fact], out: &mut Vec<Duty>, n_before: usize) {
    let taken_in = facts.iter().filter(|fact| matches!(fact.kind, FactKind::TakenIn { .. }));
    let Some(known_on) = taken_in.map(|fact| fact.entered_on).min() else {
        return;
    };
    let mut kept = n_before;
    for at in n_before..out.len() {
        let settled = matches!(out[at].state, State::Settled { .. });
        if settled || out[at].closes_on >= known_on {
            out.swap(kept, at);
            kept += 1;
        }
    }
    out.truncate(kept);
}

/// Who sees an open duty that is past its day: the street at once, then the district, then the
/// city. `None` while it is not overdue. A day without a figure climbs no further.
pub fn overdue_level(due_on: Date, today: Date, terms: &Terms) -> Option<Level> {
    let n_days = days_between(due_on, today);
    if n_days < 1 {
        return None;
    }
    if n_days >= terms.to_city_days.on(today) {
        return Some(Level::City);
    }
    Some(if n_days >= terms.to_district_days.on(today) { Level::District } else { Level::Street })
}

/// The last day on which a duty still open `today` must have been due for a level to see it as
/// overdue: [`overdue_level`] turned round, so that a list can be asked for by its due days.
pub fn overdue_if_due_by(level: Level, today: Date, terms: &Terms) -> Date {
    let n_days = match level {
        Level::Station | Level::Street => 1,
        Level::District => terms.to_district_days.on(today),
        Level::City => terms.to_city_days.on(today),
    };
    add_days(today, -n_days.max(1))
}

/// The step of the ladder after a `NotReached`: how often in a row the same person has not been
/// reached, counted from the last contact. `None` when the fact is no `NotReached`.
pub fn reach_step(facts: &[Fact], fact_id: i64) -> Option<u8> {
    let at = facts.iter().position(|fact| fact.id == fact_id)?;
    let FactKind::NotReached { about, .. } = facts[at].kind else {
        return None;
    };
    let mut n_steps = 1_u8;
    for fact in facts[..at].iter().rev() {
        match fact.kind {
            FactKind::NotReached { about: whom, .. } if whom == about => {
                n_steps = n_steps.saturating_add(1);
            }
            FactKind::Contacted { about: whom, .. } if whom == about => break,
            _ => {}
        }
    }
    Some(n_steps)
}

/// What is to be done at a step of the ladder; from the last step on the same.
pub const fn reach_step_name(step: u8) -> &'static str {
    match step {
        0 | 1 => "再次上门",
        2 => "打电话",
        3 => "问邻居或组长",
        4 => "找亲属",
        _ => "请公安协助核查",
    }
}

#[cfg(test)]
mod tests;

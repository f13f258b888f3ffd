//! A slow second opinion: every day is looked at, every fact asks every window.

use super::*;
use crate::days::{add_days, age_on, half_of, quarter_of, year_of};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const FIRST: Date = date(2019, 6, 1);

/// A window as the oracle sees it; `ends` is the day and the state of the person turning.
struct Candidate {
    key: i64,
    opens_on: Date,
    due_on: Date,
    closes_on: Date,
    ended_on: Option<Date>,
    settled_by: Option<i64>,
}

/// Whether the person is served, marked alone and away at the end of a day.
fn on_day(facts: &[Fact], day: Date) -> (Served, Alone, Gone) {
    let (mut served, mut alone, mut gone) = (Served::No, Alone::No, Gone::No);
    for fact in facts.iter().filter(|fact| fact.on <= day) {
        match fact.kind {
            FactKind::TakenIn { .. } if served != Served::Dead => served = Served::Yes,
            FactKind::Left if served == Served::Yes => served = Served::No,
            FactKind::Died => served = Served::Dead,
            FactKind::MarkSet { mark: Mark::Alone } => alone = Alone::Yes,
            FactKind::MarkEnded { mark: Mark::Alone } => alone = Alone::No,
            FactKind::Residence { away: Away::Here } => gone = Gone::No,
            FactKind::Residence { .. } => gone = Gone::Yes,
            _ => {}
        }
    }
    (served, alone, gone)
}

#[derive(Clone, Copy, PartialEq)]
enum Served {
    No,
    Yes,
    Dead,
}
#[derive(Clone, Copy, PartialEq)]
enum Alone {
    No,
    Yes,
}
#[derive(Clone, Copy, PartialEq)]
enum Gone {
    No,
    Yes,
}

fn owed_on(rule: Rule, born_on: Date, facts: &[Fact], day: Date) -> Option<()> {
    let (served, alone, gone) = on_day(facts, day);
    let owed = served == Served::Yes
        && match rule {
            Rule::VisitAlone => alone == Alone::Yes && gone == Gone::No,
            Rule::VisitAway => gone == Gone::Yes,
            _ => age_on(born_on, day) >= 70 && gone == Gone::No,
        };
    owed.then_some(())
}

fn candidates(rule: Rule, born_on: Date, facts: &[Fact], today: Date) -> Vec<Candidate> {
    let mut list: Vec<Candidate> = Vec::new();
    let mut day = FIRST;
    let mut running: Option<usize> = None;
    while day <= today {
        match (owed_on(rule, born_on, facts, day), running) {
            (Some(()), running_at) => {
                let fresh = running_at.is_none_or(|i| day > list[i].due_on);
                if fresh {
                    let period = match rule {
                        Rule::VisitAlone => quarter_of(day),
                        Rule::VisitSenior if age_on(born_on, day) >= 80 => half_of(day),
                        _ => year_of(day),
                    };
                    running = Some(list.len());
                    list.push(Candidate {
                        key: period.key,
                        opens_on: day,
                        due_on: period.last_on,
                        closes_on: add_days(period.last_on, 30),
                        ended_on: None,
                        settled_by: None,
                    });
                }
            }
            (None, Some(_)) => {
                // Whatever of this run is still within reach ends today.
                for one in list.iter_mut().filter(|one| one.ended_on.is_none()) {
                    one.ended_on = Some(day);
                }
                running = None;
            }
            (None, None) => {}
        }
        day = add_days(day, 1);
    }
    list
}

fn settle(rule: Rule, list: &mut [Candidate], facts: &[Fact], today: Date) {
    for fact in facts.iter().filter(|fact| fact.on <= today) {
        if !rule.settled_by(fact.kind, 0) {
            continue;
        }
        for i in 0..list.len() {
            let done = list[..i].iter().any(|one| {
                let over = one.ended_on.is_none_or(|ended_on| ended_on > one.closes_on);
                one.key == list[i].key && (one.settled_by.is_some() || over)
            });
            let one = &mut list[i];
            let until = one.ended_on.map_or(one.closes_on, |on| on.min(one.closes_on));
            if !done && one.settled_by.is_none() && one.opens_on <= fact.on && fact.on <= until {
                one.settled_by = Some(fact.id);
                break;
            }
        }
    }
}

fn outcome(one: &Candidate, facts: &[Fact], today: Date) -> (Date, Date, String) {
    let state = match (one.settled_by, one.ended_on) {
        (Some(by), _) => {
            let on = facts.iter().find(|fact| fact.id == by).unwrap().on;
            format!("settled {by} {}", if on > one.due_on { "late" } else { "on_time" })
        }
        (None, Some(on)) if on <= one.closes_on => format!("lapsed {on}"),
        _ if today > one.closes_on => format!("missed {}", one.closes_on),
        _ => "open".to_owned(),
    };
    (one.opens_on, one.due_on, state)
}

fn second_opinion(
    rule: Rule,
    born_on: Date,
    facts: &[Fact],
    today: Date,
) -> BTreeMap<i64, (Date, Date, String)> {
    let mut list = candidates(rule, born_on, facts, today);
    settle(rule, &mut list, facts, today);
    let mut answers = BTreeMap::new();
    for one in &list {
        let now = outcome(one, facts, today);
        let keep = answers
            .get(&one.key)
            .is_none_or(|(_, _, state): &(Date, Date, String)| state.starts_with("lapsed"));
        if keep {
            answers.insert(one.key, now);
        }
    }
    answers
}

fn plain(duty: &Duty) -> (i64, (Date, Date, String)) {
    let state = match duty.state {
        State::Open => "open".to_owned(),
        State::Settled { by, timeliness, .. } => format!("settled {by} {}", timeliness.code()),
        State::Missed { on } => format!("missed {on}"),
        State::Lapsed { on, .. } => format!("lapsed {on}"),
    };
    (duty.period, (duty.opens_on, duty.due_on, state))
}

fn kinds() -> impl Strategy<Value = FactKind> {
    let marks = prop_oneof![Just(Mark::Alone), Just(Mark::Alone), Just(Mark::Ill)];
    prop_oneof![
        2 => (1_i64..4).prop_map(|station| FactKind::TakenIn { station }),
        1 => (1_i64..4, prop::sample::select(Across::ALL))
            .prop_map(|(station, across)| FactKind::Moved { station, across }),
        1 => Just(FactKind::Left),
        1 => Just(FactKind::PensionStarted),
        1 => Just(FactKind::Died),
        2 => prop::sample::select(Away::ALL).prop_map(|away| FactKind::Residence { away }),
        3 => marks.clone().prop_map(|mark| FactKind::MarkSet { mark }),
        2 => marks.prop_map(|mark| FactKind::MarkEnded { mark }),
        1 => Just(FactKind::Hospitalised),
        1 => Just(FactKind::Hardship),
        1 => (1_i64..3).prop_map(|relative| FactKind::DependantFollowed { relative }),
        1 => (1_i64..3).prop_map(|relative| FactKind::DependantEnded { relative }),
        9 => (prop::sample::select(Way::ALL), 0_i64..3)
            .prop_map(|(way, about)| FactKind::Contacted { way, about: about.max(1) - 1 }),
        2 => (prop::sample::select(Way::ALL), 0_i64..2)
            .prop_map(|(way, about)| FactKind::NotReached { way, about }),
        1 => prop::sample::select(CertifiedBy::ALL).prop_map(|by| FactKind::Certified { by }),
        1 => Just(FactKind::CardIssued),
        1 => Just(FactKind::SeniorCardSettled),
        2 => Just(FactKind::PartyMember),
        1 => Just(FactKind::PartyMemberNoMore),
        1 => Just(FactKind::FormTransitional),
        1 => Just(FactKind::FormBasic),
        2 => Just(FactKind::FormReviewed),
        1 => Just(FactKind::PartyJoined),
        2 => prop::sample::select(Level::ALL).prop_map(|level| FactKind::FileKept { level }),
    ]
}

/// The days on which a duty that follows the retiree begins and ends, fact by fact.
#[derive(Default)]
struct Follows {
    list: Vec<Candidate>,
    is_on: bool,
}

impl Follows {
    fn end(&mut self, fact: &Fact) {
        if self.is_on {
            self.list.last_mut().unwrap().ended_on = Some(fact.on);
        }
        self.is_on = false;
    }

    fn begin(&mut self, fact: &Fact, due_on: Date) {
        let closes_on = add_days(due_on, 180);
        let (key, opens_on) = (fact.id, fact.on);
        let new = Candidate { key, opens_on, due_on, closes_on, ended_on: None, settled_by: None };
        self.list.push(new);
        self.is_on = true;
    }
}

fn party(facts: &[Fact]) -> Vec<Candidate> {
    let (mut follows, mut served, mut member, mut at) = (Follows::default(), Served::No, false, 0);
    for fact in facts {
        let due_on = crate::days::add_months(fact.on, 3);
        match fact.kind {
            FactKind::TakenIn { station } | FactKind::Moved { station, .. } => {
                let moves = matches!(fact.kind, FactKind::Moved { .. });
                let comes = served == Served::No && !moves;
                let goes = served == Served::Yes && station != at;
                let real =
                    !matches!(fact.kind, FactKind::Moved { across: Across::Reorganised, .. });
                if comes || goes {
                    (served, at) = (Served::Yes, station);
                }
                if (comes || goes) && real {
                    follows.end(fact);
                    if member {
                        follows.begin(fact, due_on);
                    }
                }
            }
            FactKind::Left if served == Served::Yes => {
                served = Served::No;
                follows.end(fact);
            }
            FactKind::Died => {
                served = Served::Dead;
                follows.end(fact);
            }
            FactKind::PartyMember if !member => {
                member = true;
                if served == Served::Yes {
                    follows.begin(fact, due_on);
                }
            }
            FactKind::PartyMemberNoMore => {
                member = false;
                follows.end(fact);
            }
            _ => {}
        }
    }
    follows.list
}

fn file(facts: &[Fact]) -> Vec<Candidate> {
    let (mut follows, mut served, mut kept) = (Follows::default(), Served::No, None);
    for fact in facts {
        match fact.kind {
            FactKind::TakenIn { .. } if served == Served::No => served = Served::Yes,
            FactKind::Moved { across, .. }
                if served == Served::Yes && kept.is_some_and(|level| across.leaves(level)) =>
            {
                let term = crate::calendar::Term::WorkingDays(30);
                follows.end(fact);
                follows.begin(fact, crate::calendar::last_day_or_estimate(fact.on, term).on);
            }
            FactKind::FileKept { level } => kept = Some(level),
            FactKind::Left if served == Served::Yes => {
                served = Served::No;
                follows.end(fact);
            }
            FactKind::Died => {
                served = Served::Dead;
                follows.end(fact);
            }
            _ => {}
        }
    }
    follows.list
}

/// A life of up to 24 facts after being taken in, no two on one day.
fn lives() -> impl Strategy<Value = (Date, Vec<Fact>, Date)> {
    let later = prop::collection::btree_map(1_i64..2_700, kinds(), 0..24);
    (later, 0_i64..4_000, 0_i64..2_900).prop_map(|(later, young, n_days)| {
        let mut list = vec![(FIRST, TAKEN_IN)];
        list.extend(later.into_iter().map(|(n, kind)| (add_days(FIRST, n), kind)));
        (add_days(date(1938, 3, 1), young * 2), facts(&list), add_days(FIRST, n_days))
    })
}

fn key(duty: &Duty) -> (Rule, Date, i64, i64) {
    (duty.rule, duty.version, duty.period, duty.about)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn periods_and_settlement_agree_with_looking_at_every_day((born_on, facts, today) in lives()) {
        for rule in [Rule::VisitAlone, Rule::VisitSenior, Rule::VisitAway] {
            let derived: BTreeMap<_, _> =
                of(rule, Some(born_on), &facts, today).iter().map(plain).collect();
            prop_assert_eq!(derived, second_opinion(rule, born_on, &facts, today), "{:?}", rule);
        }
    }

    #[test]
    fn what_follows_the_retiree_agrees_with_going_from_fact_to_fact((_, facts, today) in lives()) {
        let known: Vec<Fact> = facts.iter().filter(|fact| fact.on <= today).copied().collect();
        for (rule, mut list) in [(Rule::Party, party(&known)), (Rule::FileFollows, file(&known))] {
            settle(rule, &mut list, &known, today);
            let slow: BTreeMap<_, _> =
                list.iter().map(|one| (one.key, outcome(one, &known, today))).collect();
            let derived: BTreeMap<_, _> = of(rule, None, &facts, today).iter().map(plain).collect();
            prop_assert_eq!(derived, slow, "{:?}", rule);
        }
    }

    #[test]
    fn what_always_holds((born_on, facts, today) in lives()) {
        let duties = owed(Some(born_on), &facts, today);
        prop_assert_eq!(&duties, &owed(Some(born_on), &facts, today));
        let keys: BTreeSet<_> = duties.iter().map(key).collect();
        prop_assert_eq!(keys.len(), duties.len(), "keys are all different");
        let died = facts.iter().find(|fact| fact.kind == FactKind::Died && fact.on <= today);
        let mut used = BTreeSet::new();
        for duty in &duties {
            prop_assert!(duty.opens_on >= FIRST && duty.opens_on <= today, "{:?}", duty);
            prop_assert!(duty.opens_on <= duty.due_on && duty.due_on <= duty.closes_on);
            prop_assert!(duty.station > 0);
            let survives = duty.rule == Rule::VisitBereaved || duty.about != 0;
            if let Some(died) = died && !survives {
                prop_assert!(duty.opens_on < died.on, "{:?}", duty);
                prop_assert!(duty.state != State::Open, "{:?}", duty);
            }
            if let State::Settled { on, by, .. } = duty.state {
                prop_assert!(duty.opens_on <= on && on <= duty.closes_on.min(today));
                prop_assert!(used.insert((duty.rule, duty.about, by)), "{:?}", duty);
            }
        }
    }

    #[test]
    fn what_is_settled_stays_settled((born_on, facts, today) in lives(), later in 1_i64..400) {
        let now = owed(Some(born_on), &facts, today);
        let then = owed(Some(born_on), &facts, add_days(today, later));
        for duty in now {
            let after = then.iter().find(|other| key(other) == key(&duty));
            let same = after.is_some_and(|other| match duty.state {
                State::Settled { .. } | State::Missed { .. } => other.state == duty.state,
                State::Open | State::Lapsed { .. } => true,
            });
            prop_assert!(same, "{:?} then {:?}", duty, after);
        }
    }
}

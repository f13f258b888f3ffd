//! 管理期间：从纳入到转出或去世；窗口、了结与归属在此判定。

use super::{Certainty, Duty, Rule, State, Subject, Terms, Timeliness};
use crate::days::Date;
use crate::facts::{Away, Fact, FactKind};
use crate::law::Level;

/// The walk through the facts of one retiree.
pub(super) struct Walk<'a> {
    pub facts: &'a [Fact],
    pub born_on: Option<Date>,
    pub terms: &'a Terms,
    pub today: Date,
    out: &'a mut Vec<Duty>,
    seen: u32,
    n_arrivals: usize,
    arrived_at: i64,
    /// The first spell and where the facts after it begin: most retirees have no other.
    first: Option<(Stretch, usize)>,
}

/// Kinds of facts that most retirees have none of; one bit each.
#[derive(Clone, Copy)]
pub(super) enum Seen {
    Marked = 1,
    Residence = 2,
    Followed = 4,
    NotReached = 8,
    Urgent = 16,
    SeniorCard = 32,
    Party = 64,
    File = 128,
    Form = 256,
}

/// A stretch of time; its last day is the day of the fact that ends it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub from: Date,
    /// The fact that begins it.
    pub cause: i64,
    pub end: Option<End>,
}

/// What ends a stretch.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub on: Date,
    pub by: i64,
    /// The last day whose facts still settle what is open.
    pub settles_until: Date,
}

/// A window still without owner, station and state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub rule: Rule,
    pub period: i64,
    pub about: i64,
    pub opens_on: Date,
    pub due_on: Date,
    pub closes_on: Date,
    pub certainty: Certainty,
    pub cause: i64,
}

/// Where the settling of one rule stands: facts before `next` are used up, and what was emitted
/// last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Thread {
    next: usize,
    last: Option<usize>,
}

impl<'a> Walk<'a> {
    pub fn new(
        subject: Subject<'a>,
        terms: &'a Terms,
        today: Date,
        out: &'a mut Vec<Duty>,
    ) -> Walk<'a> {
        let mut walk = Walk {
            facts: subject.facts,
            born_on: subject.born_on,
            terms,
            today,
            out,
            seen: 0,
            n_arrivals: 0,
            arrived_at: 0,
            first: None,
        };
        for fact in walk.facts {
            walk.look_at(fact);
        }
        walk.first = walk.next_spell(0);
        walk
    }

    fn look_at(&mut self, fact: &Fact) {
        let seen = match fact.kind {
            FactKind::TakenIn { station } | FactKind::Moved { station, .. } => {
                self.n_arrivals += 1;
                self.arrived_at = station;
                return;
            }
            FactKind::MarkSet { .. } => Seen::Marked,
            FactKind::Residence { .. } => Seen::Residence,
            FactKind::DependantFollowed { .. } => Seen::Followed,
            FactKind::NotReached { .. } => Seen::NotReached,
            FactKind::Hospitalised | FactKind::Hardship | FactKind::Died => Seen::Urgent,
            FactKind::SeniorCardSettled => Seen::SeniorCard,
            FactKind::PartyMember => Seen::Party,
            FactKind::FileKept { .. } => Seen::File,
            FactKind::FormTransitional => Seen::Form,
            _ => return,
        };
        self.seen |= seen as u32;
    }

    /// Whether there is any fact of these kinds.
    pub fn has(&self, seen: Seen) -> bool {
        self.seen & seen as u32 != 0
    }

    /// How often a station has taken the retiree in.
    pub fn n_arrivals(&self) -> usize {
        self.n_arrivals
    }

    /// The spells under management, in order; `at` is where to look for the next one.
    pub fn spell(&self, at: &mut usize) -> Option<Stretch> {
        let found = if *at == 0 { self.first } else { self.next_spell(*at) };
        let (spell, next) = found?;
        *at = next;
        Some(spell)
    }

    fn next_spell(&self, at: usize) -> Option<(Stretch, usize)> {
        let mut begun: Option<&Fact> = None;
        for (i, fact) in self.facts.iter().enumerate().skip(at) {
            match (fact.kind, begun) {
                (FactKind::TakenIn { .. }, None) => begun = Some(fact),
                // Nothing is taken in after a death.
                (FactKind::Died, None) => return None,
                (FactKind::Left, Some(first)) => return Some((Stretch::of(first, fact), i + 1)),
                (FactKind::Died, Some(first)) => {
                    return Some((Stretch::of(first, fact), self.facts.len()));
                }
                _ => {}
            }
        }
        let first = begun?;
        let open = Stretch { from: first.on, cause: first.id, end: None };
        Some((open, self.facts.len()))
    }

    /// Emits a duty with what has become of it, unless its window has not opened, opens only at
    /// the end of its stretch, or was emitted before. A lapsed one of the same key is revived.
    pub fn emit(&mut self, thread: &mut Thread, window: Window, end: Option<End>) -> Option<State> {
        let opened = window.opens_on <= self.today;
        if !opened || end.is_some_and(|end| end.on <= window.opens_on) {
            return None;
        }
        let version = self.terms.version(window.rule, window.opens_on);
        let key = (version, window.period, window.about);
        let before = thread.last.filter(|i| {
            let one = &self.out[*i];
            (one.version, one.period, one.about) == key
        });
        if let Some(i) = before
            && !matches!(self.out[i].state, State::Lapsed { .. })
        {
            return Some(self.out[i].state);
        }
        let (state, as_of) = self.state_of(thread, &window, end);
        let duty = Duty {
            rule: window.rule,
            version,
            period: window.period,
            about: window.about,
            owner: self.owner(window.rule, as_of),
            station: self.station(as_of),
            opens_on: window.opens_on,
            due_on: window.due_on,
            closes_on: window.closes_on,
            certainty: window.certainty,
            cause: window.cause,
            state,
        };
        match before {
            Some(i) => self.out[i] = duty,
            None => {
                thread.last = Some(self.out.len());
                self.out.push(duty);
            }
        }
        Some(state)
    }

    /// What was emitted last on a thread.
    pub fn last(&self, thread: &Thread) -> Option<&Duty> {
        thread.last.map(|at| &self.out[at])
    }

    /// The first fact not used before that settles the window; else what has ended it.
    fn state_of(&self, thread: &mut Thread, window: &Window, end: Option<End>) -> (State, Date) {
        let until = end.map_or(window.closes_on, |end| window.closes_on.min(end.settles_until));
        while let Some(fact) = self.facts.get(thread.next) {
            if fact.on > until {
                break;
            }
            thread.next += 1;
            if fact.on >= window.opens_on && window.rule.settled_by(fact.kind, window.about) {
                let late = fact.on > window.due_on;
                let timeliness = if late { Timeliness::Late } else { Timeliness::OnTime };
                let Fact { on, entered_on, id: by, .. } = *fact;
                return (State::Settled { on, entered_on, by, timeliness }, on);
            }
        }
        match end.filter(|end| end.on <= window.closes_on) {
            Some(end) => (State::Lapsed { on: end.on, by: end.by }, end.on),
            None if self.today > window.closes_on => {
                (State::Missed { on: window.closes_on }, window.closes_on)
            }
            None => (State::Open, self.today),
        }
    }

    /// The station on a day: where the retiree was taken in or moved to last.
    fn station(&self, on: Date) -> i64 {
        if self.n_arrivals == 1 {
            return self.arrived_at;
        }
        let up_to = self.facts.iter().rev().filter(|fact| fact.on <= on);
        let mut stations = up_to.filter_map(|fact| match fact.kind {
            FactKind::TakenIn { station } | FactKind::Moved { station, .. } => Some(station),
            _ => None,
        });
        stations.next().unwrap_or(0)
    }

    fn owner(&self, rule: Rule, on: Date) -> Level {
        let may_be_away = rule == Rule::Certify && self.has(Seen::Residence);
        if may_be_away && self.away_on(on) != Away::Here {
            return Level::District;
        }
        if rule == Rule::FileFollows {
            return self.kept_by(on).unwrap_or(rule.owner());
        }
        rule.owner()
    }

    /// The level of the body that was the last to take the personnel file in by a day.
    fn kept_by(&self, on: Date) -> Option<Level> {
        let up_to = self.facts.iter().rev().filter(|fact| fact.on <= on);
        let mut levels = up_to.filter_map(|fact| match fact.kind {
            FactKind::FileKept { level } => Some(level),
            _ => None,
        });
        levels.next()
    }

    /// Where the retiree lived on a day; here unless a fact says otherwise.
    fn away_on(&self, on: Date) -> Away {
        let up_to = self.facts.iter().rev().filter(|fact| fact.on <= on);
        let mut places = up_to.filter_map(|fact| match fact.kind {
            FactKind::Residence { away } => Some(away),
            _ => None,
        });
        places.next().unwrap_or(Away::Here)
    }
}

impl Thread {
    /// A thread that looks only at the facts after a place.
    pub fn after(place: usize) -> Thread {
        Thread { next: place + 1, last: None }
    }
}

impl End {
    /// A fact ends what is open on its day; what was done on that day still counts.
    pub fn of(fact: &Fact) -> End {
        End { on: fact.on, by: fact.id, settles_until: fact.on }
    }

    /// A move ends what the old station owes; what is done on that day is done by the new one.
    pub fn of_move(fact: &Fact) -> End {
        End { settles_until: crate::days::add_days(fact.on, -1), ..End::of(fact) }
    }

    /// The earlier of two ends; on the same day the first.
    pub fn earlier(one: Option<End>, other: Option<End>) -> Option<End> {
        match (one, other) {
            (Some(a), Some(b)) => Some(if b.on < a.on { b } else { a }),
            (one, other) => one.or(other),
        }
    }
}

impl Stretch {
    fn of(first: &Fact, last: &Fact) -> Stretch {
        Stretch { from: first.on, cause: first.id, end: Some(End::of(last)) }
    }

    /// What two stretches share; the later one's fact is the cause.
    pub fn within(self, spell: Stretch) -> Option<Stretch> {
        let end = End::earlier(spell.end, self.end);
        let (from, cause) = if self.from > spell.from {
            (self.from, self.cause)
        } else {
            (spell.from, spell.cause)
        };
        let shared = Stretch { from, cause, end };
        end.is_none_or(|end| from < end.on).then_some(shared)
    }
}

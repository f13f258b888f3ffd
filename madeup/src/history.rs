//! What happened to a person in the eight months before today.

use jiff::civil::Date;

use crate::Plan;
use crate::days::{day, days_later, months_later, n_days_between, years_later};
use crate::dice::{Dice, Stream};
use crate::person::{AwayKind, MadeUpPerson, Mark, person};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VisitWay {
    Home,
    Telephone,
    /// 委托异地机构或亲友
    Entrusted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertifiedBy {
    DataMatch,
    SelfService,
    HomeVisit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    Visit {
        way: VisitWay,
        findings: &'static str,
    },
    NotReached {
        why: &'static str,
    },
    Hospitalised {
        n_days: u8,
    },
    Hardship {
        what: &'static str,
    },
    /// 服务联系卡
    CardIssued,
    /// 老年优待证
    SeniorCard {
        age: u8,
    },
    Certified {
        by: CertifiedBy,
    },
    Died,
    MarkSet {
        mark: Mark,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeUpEvent {
    pub on: Date,
    /// Later than `on` when it was written on paper first.
    pub entered_on: Date,
    /// The index of the station that recorded it, see [`crate::station_code`].
    pub station: u32,
    pub kind: EventKind,
}

const N_MONTHS: i64 = 8;

const FINDINGS: &[(&str, u32)] = &[
    ("身体状况良好，生活能自理", 50),
    ("血压偏高，按时服药", 14),
    ("腿脚不便，家人照料", 10),
    ("反映楼道照明问题，已转社区", 5),
    ("询问养老金调整，已解释", 8),
    ("希望参加社区活动，已登记", 7),
    ("情绪低落，已陪伴谈心", 3),
    ("近期住院，已出院休养", 3),
];
const NOT_REACHED: &[(&str, u32)] =
    &[("敲门无人应答", 5), ("电话无人接听", 4), ("邻居称外出探亲", 2), ("号码为空号", 1)];
const HARDSHIPS: &[(&str, u32)] =
    &[("家庭失火", 1), ("配偶病故", 4), ("大病支出过高", 5), ("子女伤残", 2), ("住房受灾", 1)];

/// The events of the person with this index, oldest first.
pub fn history(plan: &Plan, index: u64) -> Vec<MadeUpEvent> {
    history_of(plan, &person(plan, index))
}

/// The same for a person already at hand.
pub fn history_of(plan: &Plan, person: &MadeUpPerson) -> Vec<MadeUpEvent> {
    let from = months_later(plan.today, -N_MONTHS).max(person.taken_in_on);
    let dice = Dice::new(plan.seed, Stream::History, person.index);
    let until = person.last_day(plan);
    let mut diary = Diary { plan, person, dice, from, until, events: Vec::new() };
    diary.arrival();
    diary.owed_visits();
    diary.chance_contacts();
    diary.troubles();
    diary.papers();
    diary.end();
    diary.events.sort_by_key(|event| event.on);
    diary.events
}

struct Diary<'a> {
    plan: &'a Plan,
    person: &'a MadeUpPerson,
    dice: Dice,
    from: Date,
    until: Date,
    events: Vec<MadeUpEvent>,
}

impl Diary<'_> {
    /// Days outside the person's time at the station or the eight months are left out.
    fn write(&mut self, on: Date, kind: EventKind) {
        let lag = match self.dice.below(100) {
            0..80 => 0,
            80..95 => self.dice.between(1, 3),
            _ => self.dice.between(10, 25),
        };
        if on < self.from || on > self.until {
            return;
        }
        let entered_on = days_later(on, lag).min(self.plan.today);
        self.events.push(MadeUpEvent { on, entered_on, station: self.person.station, kind });
    }

    fn visited(&mut self, on: Date) {
        let way = match self.person.away {
            AwayKind::Here => VisitWay::Home,
            _ if self.dice.happens(7_000) => VisitWay::Telephone,
            _ => VisitWay::Entrusted,
        };
        let findings = self.dice.weighted(FINDINGS);
        if self.dice.happens(400) {
            let before = days_later(on, -self.dice.between(1, 7));
            let why = self.dice.weighted(NOT_REACHED);
            self.write(before, EventKind::NotReached { why });
        }
        self.write(on, EventKind::Visit { way, findings });
    }

    /// Of what is owed about 85 % is done in time, 7 % late, the rest never.
    fn owed(&mut self, from: Date, due_on: Date) {
        let n_days = n_days_between(from, due_on).max(0);
        let in_time = days_later(from, self.dice.between(0, n_days));
        let late = days_later(due_on, self.dice.between(1, 30));
        match self.dice.below(100) {
            0..85 => self.visited(in_time),
            85..92 => self.visited(late),
            _ => {}
        }
    }

    /// 纳入社区当月内上门走访，并发放服务联系卡。
    fn arrival(&mut self) {
        let came_on = self.person.taken_in_on;
        if came_on < months_later(self.plan.today, -N_MONTHS) {
            return;
        }
        self.owed(came_on, came_on.last_of_month());
        if self.dice.happens(9_500) {
            let card_on = days_later(came_on, self.dice.between(0, 20));
            self.write(card_on, EventKind::CardIssued);
        }
    }

    /// Lonely people every quarter, from 80 every half year, from 70 every year.
    fn owed_visits(&mut self) {
        let born_on = self.person.born_on;
        let is_of_age = |years| years_later(born_on, years) <= self.until;
        let n_months = if self.person.has(Mark::Lonely) {
            3
        } else if is_of_age(80) {
            6
        } else if is_of_age(70) {
            12
        } else {
            return;
        };
        let begun = (self.from.month() - 1) / n_months * n_months + 1;
        // A late visit of the period before may still fall into the eight months.
        let mut period = months_later(day(self.from.year(), begun, 1), -i64::from(n_months));
        while period <= self.until {
            let next = months_later(period, i64::from(n_months));
            let due_on = days_later(next, -1);
            if self.person.taken_in_on <= due_on {
                self.owed(period.max(self.person.taken_in_on), due_on);
            }
            period = next;
        }
    }

    /// A day of the eight months; if the person had gone by then, nothing is written.
    fn some_day(&mut self) -> Date {
        let from = months_later(self.plan.today, -N_MONTHS);
        days_later(from, self.dice.between(0, n_days_between(from, self.plan.today)))
    }

    fn chance_contacts(&mut self) {
        if self.dice.happens(1_200) {
            let on = self.some_day();
            let findings = self.dice.weighted(FINDINGS);
            self.write(on, EventKind::Visit { way: VisitWay::Telephone, findings });
        }
        if self.dice.happens(80) {
            let on = self.some_day();
            let why = self.dice.weighted(NOT_REACHED);
            self.write(on, EventKind::NotReached { why });
        }
        if self.dice.happens(5_500) {
            let on = self.some_day();
            let at_home = if self.person.away == AwayKind::Here { 13 } else { 0 };
            let by = self.dice.weighted(&[
                (CertifiedBy::DataMatch, 60),
                (CertifiedBy::SelfService, 27),
                (CertifiedBy::HomeVisit, at_home),
            ]);
            self.write(on, EventKind::Certified { by });
        }
    }

    fn troubles(&mut self) {
        let years = i64::from(self.plan.today.year() - self.person.born_on.year());
        let risk = match (self.person.has(Mark::GravelyIll), years) {
            (true, _) => 3_000,
            (false, ..70) => 300,
            (false, 70..80) => 700,
            (false, _) => 1_300,
        };
        if self.dice.happens(risk) {
            let on = self.some_day();
            let n_days = self.dice.between(4, 28);
            self.write(on, EventKind::Hospitalised { n_days: n_days as u8 });
            if self.dice.happens(8_000) {
                let comforted_on = days_later(on, self.dice.between(1, 7));
                self.visited(comforted_on);
            }
        }
        if self.dice.happens(100) {
            let on = self.some_day();
            let what = self.dice.weighted(HARDSHIPS);
            self.write(on, EventKind::Hardship { what });
        }
    }

    fn papers(&mut self) {
        for age in [65_u8, 70] {
            let reached_on = years_later(self.person.born_on, i64::from(age));
            if self.dice.happens(7_000) {
                let on = days_later(reached_on, self.dice.between(0, 60));
                self.write(on, EventKind::SeniorCard { age });
            }
        }
        for &(mark, since_on) in &self.person.marks {
            self.write(since_on, EventKind::MarkSet { mark });
        }
    }

    fn end(&mut self) {
        if let Some(died_on) = self.person.died_on {
            let told = self.dice.between(1, 20);
            if died_on < self.from {
                return;
            }
            self.events.push(MadeUpEvent {
                on: died_on,
                entered_on: days_later(died_on, told).min(self.plan.today),
                station: self.person.station,
                kind: EventKind::Died,
            });
        }
    }
}

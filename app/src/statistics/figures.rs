//! The figures of a month: what each counts, its name, where its rows are.

use jiff::civil::Date;
use rules::days::{add_days, add_months, month_of};
use rules::duties::Rule;
use rules::facts::{Mark, Way};

/// A calendar month, as far as it has passed by a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// `2026-05`.
    pub code: String,
    pub first_on: Date,
    /// The last day of the month.
    pub last_on: Date,
    /// The last day that is counted: `last_on`, or today while the month is under way.
    pub until: Date,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Retirees managed when the month began.
    Start,
    TakenIn,
    MovedIn,
    MovedOut,
    Died,
    /// Retirees managed when the month ended, all of them or those of whom something holds.
    End(Among),
    /// Duties of one rule, or of all visits, by what had become of them when the month ended.
    Owed(Which, Outcome),
    /// Visits in which somebody was met, by way.
    Visited(Way),
    NotReached,
}

/// Which of the retirees managed at the end of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    All,
    Away,
    Marked(Mark),
    /// So many years of age or more.
    Aged(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Visits,
    Rule(Rule),
}

/// What had become of a duty that fell due in the month; `CaughtUp` fell due before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Due,
    OnTime,
    Late,
    Undone,
    CaughtUp,
}

/// 高龄、孤寡、重病、特困、新中国成立前参加工作、劳模.
pub const SPECIAL: &[Mark] =
    &[Mark::Aged, Mark::Alone, Mark::Ill, Mark::Poor, Mark::BeforePrc, Mark::Model];

/// The ages that are counted.
pub const AGES: &[i64] = &[70, 80];

/// The ways by which somebody is visited.
pub const WAYS: &[Way] = &[Way::Home, Way::Telephone, Way::Entrusted, Way::Office];

/// The rules that a visit settles; together they are 应走访.
pub const VISITS: &[Rule] = &[
    Rule::VisitNew,
    Rule::VisitAlone,
    Rule::VisitSenior,
    Rule::VisitHardship,
    Rule::VisitBereaved,
    Rule::VisitIll,
    Rule::VisitDependant,
    Rule::VisitAway,
];

/// Other rules that are reported.
pub const OTHERS: &[Rule] = &[Rule::Certify, Rule::ContactCard, Rule::SeniorCard];

pub const OUTCOMES: &[Outcome] =
    &[Outcome::Due, Outcome::OnTime, Outcome::Late, Outcome::Undone, Outcome::CaughtUp];

impl Month {
    /// Reads `2026-05`; `None` when it is no month, or has not begun by `today`.
    #[must_use]
    pub fn read(code: &str, today: Date) -> Option<Self> {
        let first_on: Date = format!("{code}-01").parse().ok()?;
        if code.len() != 7 || first_on > today || first_on.year() < 1950 {
            return None;
        }
        Some(Self::of(first_on, today))
    }

    /// The month of a day.
    #[must_use]
    pub fn of(day: Date, today: Date) -> Self {
        let period = month_of(day);
        Self {
            code: period.first_on.to_string()[..7].to_owned(),
            first_on: period.first_on,
            last_on: period.last_on,
            until: period.last_on.min(today),
        }
    }

    /// So many months earlier.
    #[must_use]
    pub fn back(&self, n: i64, today: Date) -> Self {
        Self::of(add_months(self.first_on, -n), today)
    }

    /// `2026年5月`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}年{}月", self.first_on.year(), self.first_on.month())
    }

    /// The day before the month, when 期初 is counted.
    #[must_use]
    pub fn eve(&self) -> Date {
        add_days(self.first_on, -1)
    }

    /// Who was born by this day has reached the age when the month ends.
    #[must_use]
    pub fn born_by(&self, age: i64) -> Date {
        add_months(self.until, -12 * age)
    }
}

impl Which {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Visits => "visits",
            Self::Rule(rule) => rule.id(),
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visits => "走访",
            Self::Rule(rule) => rule.name(),
        }
    }
}

impl Outcome {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Undone => "undone",
            Self::CaughtUp => "caught_up",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Due => "应办",
            Self::OnTime => "按期办结",
            Self::Late => "逾期办结",
            Self::Undone => "未办",
            Self::CaughtUp => "补办往月",
        }
    }
}

impl What {
    /// Every figure, in the order of the report.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Start, Self::TakenIn, Self::MovedIn, Self::MovedOut];
        all.extend([Self::Died, Self::End(Among::All), Self::End(Among::Away)]);
        all.extend(SPECIAL.iter().map(|mark| Self::End(Among::Marked(*mark))));
        all.extend(AGES.iter().map(|age| Self::End(Among::Aged(*age))));
        for which in Self::owed() {
            all.extend(OUTCOMES.iter().map(|outcome| Self::Owed(which, *outcome)));
        }
        all.extend(WAYS.iter().map(|way| Self::Visited(*way)));
        all.push(Self::NotReached);
        all
    }

    /// What is owed, line by line.
    #[must_use]
    pub fn owed() -> Vec<Which> {
        let rules = VISITS.iter().chain(OTHERS).map(|rule| Which::Rule(*rule));
        std::iter::once(Which::Visits).chain(rules).collect()
    }

    /// The stable name of the figure, in addresses and in what is frozen.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Start => "start".to_owned(),
            Self::TakenIn => "taken_in".to_owned(),
            Self::MovedIn => "moved_in".to_owned(),
            Self::MovedOut => "moved_out".to_owned(),
            Self::Died => "died".to_owned(),
            Self::End(Among::All) => "end".to_owned(),
            Self::End(Among::Away) => "end-away".to_owned(),
            Self::End(Among::Marked(mark)) => format!("end-{}", mark.code()),
            Self::End(Among::Aged(age)) => format!("end-{age}"),
            Self::Owed(which, outcome) => format!("{}-{}", which.code(), outcome.code()),
            Self::Visited(way) => format!("visited-{}", way.code()),
            Self::NotReached => "visited-not_reached".to_owned(),
        }
    }

    /// The figure with this name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::all().into_iter().find(|what| what.id() == id)
    }

    /// What people read.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Start => "期初实有人数".to_owned(),
            Self::TakenIn => "本月接收".to_owned(),
            Self::MovedIn => "本月转入".to_owned(),
            Self::MovedOut => "本月转出".to_owned(),
            Self::Died => "本月死亡".to_owned(),
            Self::End(Among::All) => "期末实有人数".to_owned(),
            Self::End(Among::Away) => "其中：异地居住".to_owned(),
            Self::End(Among::Marked(mark)) => format!("其中：{}", mark.name()),
            Self::End(Among::Aged(age)) => format!("其中：{age}岁以上"),
            Self::Owed(which, outcome) => format!("{}（{}）", which.name(), outcome.name()),
            Self::Visited(way) => format!("走访人次：{}", way.name()),
            Self::NotReached => "未联系上".to_owned(),
        }
    }

    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Owed(..) => "件",
            Self::Visited(_) | Self::NotReached => "人次",
            _ => "人",
        }
    }
}

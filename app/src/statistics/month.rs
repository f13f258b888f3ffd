//! The calendar month that a report is about.

use jiff::civil::Date;
use rules::days::{Period, add_days, add_months, month_of};

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

impl Month {
    /// Reads `2026-05`; `None` when it is no month, or has not begun by `today`.
    #[must_use]
    pub fn read(code: &str, today: Date) -> Option<Self> {
        let first_on: Date = format!("{code}-01").parse().ok()?;
        let month = Self::of(first_on, today);
        (month.code == code && first_on <= today && first_on.year() >= 1950).then_some(month)
    }

    /// The month of a day.
    #[must_use]
    pub fn of(day: Date, today: Date) -> Self {
        let Period { first_on, last_on, .. } = month_of(day);
        let code = format!("{:04}-{:02}", first_on.year(), first_on.month());
        Self { code, first_on, last_on, until: last_on.min(today) }
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

    /// Whoever was born by this day has reached the age when the month ends.
    #[must_use]
    pub fn born_by(&self, age: i64) -> Date {
        add_months(self.until, -12 * age)
    }

    /// Whether the whole month has passed.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        today > self.last_on
    }
}

/// The month before the one of a day, with which reports are concerned on that day.
#[must_use]
pub fn last_month(today: Date) -> Month {
    Month::of(add_months(today.first_of_month(), -1), today)
}

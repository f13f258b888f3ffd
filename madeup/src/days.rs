//! Civil days.

use jiff::ToSpan;
use jiff::civil::Date;

/// The day named; a day past the month's end is pulled back to its last day.
pub(crate) fn day(year: i16, month: i8, day: i8) -> Date {
    let first = Date::new(year, month.clamp(1, 12), 1).unwrap_or_default();
    let last_day = first.days_in_month();
    Date::new(year, first.month(), day.clamp(1, last_day)).unwrap_or(first)
}

pub(crate) fn days_later(from: Date, n_days: i64) -> Date {
    from.saturating_add(n_days.days())
}

/// The same day of the month, or the month's last day if there is none.
pub(crate) fn months_later(from: Date, n_months: i64) -> Date {
    let months = i64::from(from.year()) * 12 + i64::from(from.month()) - 1 + n_months;
    day(months.div_euclid(12) as i16, months.rem_euclid(12) as i8 + 1, from.day())
}

pub(crate) fn years_later(from: Date, n_years: i64) -> Date {
    months_later(from, n_years * 12)
}

pub(crate) fn n_days_between(from: Date, until: Date) -> i64 {
    until.duration_since(from).as_hours() / 24
}

/// Full years of age on a day.
pub(crate) fn age_on(born_on: Date, on: Date) -> i64 {
    let years = i64::from(on.year()) - i64::from(born_on.year());
    let had_birthday = (on.month(), on.day()) >= (born_on.month(), born_on.day());
    if had_birthday { years } else { years - 1 }
}

/// The day of a year counted from 0 without 29 February: 0 is 1 January, 364 is 31 December.
pub(crate) fn day_of_year(year: i16, nth: u64) -> Date {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let nth = nth % 365;
    let month = BEFORE.partition_point(|&before| before <= nth);
    day(year, month as i8, (nth - BEFORE[month - 1]) as i8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_of_the_year_skip_29_february() {
        let rows = [(0, 1, 1), (30, 1, 31), (31, 2, 1), (58, 2, 28), (59, 3, 1), (364, 12, 31)];
        for (nth, month, on) in rows {
            assert_eq!(day_of_year(1948, nth), date(1948, month, on));
        }
    }

    #[test]
    fn months_end_early_rather_than_late() {
        assert_eq!(months_later(date(2026, 1, 31), 1), date(2026, 2, 28));
        assert_eq!(months_later(date(2026, 1, 31), -2), date(2025, 11, 30));
        assert_eq!(age_on(date(1950, 6, 2), date(2026, 6, 1)), 75);
        assert_eq!(age_on(date(1950, 6, 2), date(2026, 6, 2)), 76);
    }
}

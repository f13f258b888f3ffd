//! 日、月、季、半年、年：按公历计算。
//!
//! Civil days only. 当月内 is the calendar month, 每季度 the calendar quarter, 次月起 the first day
//! of the next month.

pub use jiff::civil::Date;

/// A calendar period with both its days and a key that is unique among periods of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub first_on: Date,
    pub last_on: Date,
    /// Year for a year (2026), year and number for parts of it: 20261 (half or quarter),
    /// 202604 (month).
    pub key: i64,
}

/// A text that is not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是日期，请按 2026-04-30 的格式填写")]
pub struct NotADay(pub String);

/// The calendar month of a day.
pub fn month_of(day: Date) -> Period {
    period_of(day, 1)
}

/// The calendar quarter of a day.
pub fn quarter_of(day: Date) -> Period {
    period_of(day, 3)
}

/// The calendar half-year of a day.
pub fn half_of(day: Date) -> Period {
    period_of(day, 6)
}

/// The calendar year of a day.
pub fn year_of(day: Date) -> Period {
    period_of(day, 12)
}

/// The period of `n_months` months (1 to 12) that holds the day. Periods are counted from January,
/// and the last one of a year ends with the year.
pub fn period_of(day: Date, n_months: i64) -> Period {
    let n_months = n_months.clamp(1, 12);
    let month = i64::from(day.month());
    let number = (month - 1) / n_months;
    let (first, last) = (number * n_months + 1, ((number + 1) * n_months).min(12));
    let year = i64::from(day.year());
    let key = match n_months {
        12 => year,
        3.. => year * 10 + number + 1,
        _ => year * 100 + number + 1,
    };
    Period {
        first_on: civil(day.year(), first, 1),
        last_on: civil(day.year(), last, i64::from(days_in_month(day.year(), last))),
        key,
    }
}

/// The first day of the next calendar month (次月起).
pub fn first_of_next_month(day: Date) -> Date {
    add_months(civil(day.year(), i64::from(day.month()), 1), 1)
}

/// The same day of the month `n_months` later (or earlier), clamped to the end of the month.
pub fn add_months(day: Date, n_months: i64) -> Date {
    let months = i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
    let months = months.saturating_add(n_months).clamp(0, 9999 * 12 + 11);
    let (year, month) = ((months / 12) as i16, months % 12 + 1);
    civil(year, month, i64::from(day.day()).min(i64::from(days_in_month(year, month))))
}

/// The day `n_days` later (or earlier); stays within the years 0 to 9999.
pub fn add_days(day: Date, n_days: i64) -> Date {
    // Most terms are short: turning the leaves of the calendar is quicker than dividing.
    let near = (1..=9998).contains(&day.year()) && (-200..=200).contains(&n_days);
    if near {
        return turn_leaves(day, n_days as i16);
    }
    from_number(number_of(day).saturating_add(n_days))
}

fn turn_leaves(day: Date, n_days: i16) -> Date {
    let (mut year, mut month) = (day.year(), i64::from(day.month()));
    let mut left = i16::from(day.day()) + n_days;
    while left < 1 {
        (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
        left += i16::from(days_in_month(year, month));
    }
    loop {
        let n_days = i16::from(days_in_month(year, month));
        if left <= n_days {
            return civil(year, month, i64::from(left));
        }
        left -= n_days;
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
}

/// How many days `later` is after `earlier`; negative when it is before.
pub fn days_between(earlier: Date, later: Date) -> i64 {
    number_of(later) - number_of(earlier)
}

/// Whole years of age on a day; negative before birth.
/// 存疑（leap-birthday）: somebody born on 29 February reaches the age on 1 March of a common year.
pub fn age_on(born_on: Date, on: Date) -> i64 {
    let years = i64::from(on.year()) - i64::from(born_on.year());
    if (on.month(), on.day()) < (born_on.month(), born_on.day()) { years - 1 } else { years }
}

/// The day on which an age is reached: the anniversary, 1 March for 29 February in a common year.
pub fn birthday(born_on: Date, age: i64) -> Date {
    let year = (i64::from(born_on.year()) + age).clamp(0, 9999) as i16;
    if born_on.day() > days_in_month(year, i64::from(born_on.month())) {
        civil(year, 3, 1)
    } else {
        civil(year, i64::from(born_on.month()), i64::from(born_on.day()))
    }
}

/// Reads `2026-04-30`.
///
/// # Errors
/// [`NotADay`] with the text, when it is not of this form or no day of the calendar.
pub fn parse_day(text: &str) -> Result<Date, NotADay> {
    let not = || NotADay(text.to_owned());
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| match i {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        });
    if !shaped {
        return Err(not());
    }
    let year = text[..4].parse().map_err(|_| not())?;
    let month = text[5..7].parse().map_err(|_| not())?;
    let day = text[8..].parse().map_err(|_| not())?;
    Date::new(year, month, day).map_err(|_| not())
}

/// A day as people write it: `2026年4月30日`.
pub fn in_chinese(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

const fn days_in_month(year: i16, month: i64) -> i8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The callers pass only days that exist; a day that does not would become the first of all days.
fn civil(year: i16, month: i64, day: i64) -> Date {
    Date::new(year, month as i8, day as i8).unwrap_or(Date::ZERO)
}

/// Days since 1 March of the year 0, as the year that begins in March has its leap day last.
pub(crate) fn number_of(day: Date) -> i64 {
    number(i64::from(day.year()), i64::from(day.month()), i64::from(day.day()))
}

/// [`number_of`] for the compiler; the day must exist.
pub(crate) const fn number(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (month * 153 + 2) / 5 + day - 1
}

/// The inverse of [`number_of`].
pub(crate) fn from_number(number: i64) -> Date {
    let number = number.clamp(-60, 3_652_364);
    let era = number.div_euclid(146_097);
    let in_era = number.rem_euclid(146_097);
    let year = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (year * 365 + year / 4 - year / 100);
    let month = (in_year * 5 + 2) / 153;
    let day = in_year - (month * 153 + 2) / 5 + 1;
    let year = year + era * 400;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    civil(year as i16, month, day)
}

#[cfg(test)]
mod tests;

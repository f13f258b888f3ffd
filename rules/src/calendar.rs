//! 工作日历：国务院办公厅每年公布的节假日与调休上班日。
//!
//! 日 and 工作日 are different counts. A year whose calendar has not been published is refused, or
//! estimated from weekends and marked so; it is never guessed silently.

use crate::coded::coded;
use crate::days::{Date, add_days, number, number_of};

/// `date<TAB>holiday|workday_on_weekend<TAB>name<TAB>in lieu`, one exception to the week a line.
const EXCEPTIONS: &[u8] = include_bytes!("../../statutes/holidays/2024_2026.tsv");

/// The first and last day that the published calendars cover.
pub const FIRST_ON: Date = Date::constant(2024, 1, 1);
pub const LAST_ON: Date = Date::constant(2026, 12, 31);
const FIRST: i64 = number(2024, 1, 1);
const N_DAYS: usize = (number(2026, 12, 31) - FIRST + 1) as usize;

/// Whether each covered day is a working day; worked out by the compiler, so that a malformed
/// table does not compile.
static WORKING: [bool; N_DAYS] = working();
/// How many working days there are up to and including each covered day.
static WORKED: [u16; N_DAYS] = worked();
const N_WORKING: usize = worked()[N_DAYS - 1] as usize;
/// The covered day (counted from the first) of each working day.
static NTH: [u16; N_WORKING] = nth();

/// A length of time after an event; the day of the event is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    Days(u16),
    WorkingDays(u16),
}

/// A year whose working days have not been published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{year}年的工作日历尚未录入，无法计算工作日，请先更新节假日数据")]
pub struct NoCalendar {
    pub year: i16,
}

coded! {
    /// Whether a day rests on a published calendar.
    Certainty {
        Certain = "certain" "确定",
        Estimated = "estimated" "暂估",
    }
}

/// The last day of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastDay {
    pub on: Date,
    pub certainty: Certainty,
}

/// Whether a day is a working day.
///
/// # Errors
/// [`NoCalendar`] for a year without published data.
pub fn is_working_day(day: Date) -> Result<bool, NoCalendar> {
    index_of(day).map(|i| WORKING[i]).ok_or(NoCalendar { year: day.year() })
}

/// The last day of a term that begins with an event on `from`.
///
/// # Errors
/// [`NoCalendar`] when the working days of a year on the way are not published.
pub fn last_day(from: Date, term: Term) -> Result<Date, NoCalendar> {
    let n = match term {
        Term::Days(n) => return Ok(add_days(from, i64::from(n))),
        Term::WorkingDays(0) => return Ok(from),
        Term::WorkingDays(n) => usize::from(n),
    };
    let start = index_of(from).ok_or(NoCalendar { year: from.year() })?;
    match NTH.get(usize::from(WORKED[start]) + n - 1) {
        Some(i) => Ok(add_days(from, i64::from(*i) - start as i64)),
        None => Err(NoCalendar { year: LAST_ON.year() + 1 }),
    }
}

/// The last day of a term; for years without a published calendar Monday to Friday are taken as
/// working days, and the answer is marked as estimated.
pub fn last_day_or_estimate(from: Date, term: Term) -> LastDay {
    match (last_day(from, term), term) {
        (Ok(on), _) => LastDay { on, certainty: Certainty::Certain },
        (Err(_), Term::Days(n) | Term::WorkingDays(n)) => {
            LastDay { on: estimate(from, n), certainty: Certainty::Estimated }
        }
    }
}

fn estimate(from: Date, n_working: u16) -> Date {
    let mut day = from;
    let mut left = n_working;
    while left > 0 {
        day = add_days(day, 1);
        let works = index_of(day).map_or_else(|| !is_weekend(number_of(day)), |i| WORKING[i]);
        left -= u16::from(works);
        if day.year() == 9999 && day.month() == 12 && day.day() == 31 {
            return day;
        }
    }
    day
}

fn index_of(day: Date) -> Option<usize> {
    usize::try_from(number_of(day) - FIRST).ok().filter(|i| *i < N_DAYS)
}

/// 1 March of the year 0 was a Wednesday.
const fn is_weekend(number: i64) -> bool {
    matches!(number.rem_euclid(7), 3 | 4)
}

const fn working() -> [bool; N_DAYS] {
    let mut table = [true; N_DAYS];
    let mut i = 0;
    while i < N_DAYS {
        table[i] = !is_weekend(FIRST + i as i64);
        i += 1;
    }
    let mut at = end_of_line(0);
    while at < EXCEPTIONS.len() {
        let day = number(digits(at, 4), digits(at + 5, 2), digits(at + 8, 2));
        let kind = EXCEPTIONS[at + 11];
        assert!(kind == b'h' || kind == b'w', "neither holiday nor workday_on_weekend");
        table[(day - FIRST) as usize] = kind == b'w';
        at = end_of_line(at);
    }
    table
}

const fn digits(at: usize, n: usize) -> i64 {
    let (mut value, mut i) = (0, at);
    while i < at + n {
        assert!(EXCEPTIONS[i].is_ascii_digit(), "a day begins with its digits");
        value = value * 10 + (EXCEPTIONS[i] - b'0') as i64;
        i += 1;
    }
    value
}

const fn end_of_line(at: usize) -> usize {
    let mut i = at;
    while i < EXCEPTIONS.len() && EXCEPTIONS[i] != b'\n' {
        i += 1;
    }
    i + 1
}

const fn worked() -> [u16; N_DAYS] {
    let (mut table, days) = ([0; N_DAYS], working());
    let (mut i, mut n) = (0, 0);
    while i < N_DAYS {
        n += days[i] as u16;
        table[i] = n;
        i += 1;
    }
    table
}

const fn nth() -> [u16; N_WORKING] {
    let (mut table, days) = ([0; N_WORKING], working());
    let (mut i, mut n) = (0, 0);
    while i < N_DAYS {
        if days[i] {
            table[n] = i as u16;
            n += 1;
        }
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests;

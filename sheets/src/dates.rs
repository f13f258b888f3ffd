//! 各种写法的日期，都写成 YYYY-MM-DD。

use jiff::civil::{Date, date};

use crate::clean::{Cleaned, half_width, text};

/// A day, or the month if the day is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    On(Date),
    Month { year: i16, month: i8 },
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::On(on) => write!(f, "{on}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
        }
    }
}

/// Reads `1956-3-5`, `1956/03/05`, `1956.3.5`, `1956年3月5日`, `19560305`, `195603`,
/// `1956-03` and Excel serials of five digits (from 1927-05-18 on, epoch 1900). A time of day
/// is dropped. Nothing for text that is no day, or a day outside 1800–2200.
pub fn day(raw: &str) -> Option<Cleaned<Day>> {
    let Cleaned { value, mut notes } = text(raw);
    let half = half_width(&value);
    let (bare, had_time) = without_time(half.trim());
    if had_time {
        notes.push("去掉了日期后面的时间");
    }
    let day = if bare.bytes().all(|b| b.is_ascii_digit()) {
        from_digits(&bare, &mut notes)?
    } else {
        from_parts(&bare)?
    };
    if half != value || (!had_time && notes.is_empty() && day.to_string() != bare) {
        notes.push("日期的写法已统一");
    }
    Some(Cleaned { value: day, notes })
}

fn without_time(raw: &str) -> (String, bool) {
    let Some((head, tail)) = raw.split_once([' ', 'T']) else {
        return (raw.to_owned(), false);
    };
    let is_clock = tail.contains(':')
        && tail.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'Z'));
    if is_clock { (head.to_owned(), true) } else { (raw.split_whitespace().collect(), false) }
}

fn from_digits(digits: &str, notes: &mut Vec<&'static str>) -> Option<Day> {
    match digits.len() {
        8 => on(&digits[..4], &digits[4..6], &digits[6..]),
        6 => month(&digits[..4], &digits[4..]),
        5 => {
            let serial: i64 = digits.parse().ok()?;
            let on = date(1899, 12, 30).checked_add(jiff::Span::new().days(serial)).ok()?;
            notes.push("Excel 日期序号已换算成日期");
            plausible(on).map(Day::On)
        }
        _ => None,
    }
}

fn from_parts(bare: &str) -> Option<Day> {
    let bare = bare.strip_suffix(['日', '号']).unwrap_or(bare);
    let dashed = bare.replace(['年', '月', '/', '.', '、', '\\', '—', '–', '－', '。'], "-");
    let parts: Vec<&str> = dashed.trim_end_matches('-').split('-').collect();
    let numeric =
        parts.iter().all(|p| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
    if !numeric || parts[0].len() != 4 {
        return None;
    }
    match parts[..] {
        [y, m, d] if m.len() <= 2 && d.len() <= 2 => on(y, m, d),
        [y, m] if m.len() <= 2 => month(y, m),
        _ => None,
    }
}

fn on(y: &str, m: &str, d: &str) -> Option<Day> {
    let on = Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()?;
    plausible(on).map(Day::On)
}

fn month(y: &str, m: &str) -> Option<Day> {
    let first = Date::new(y.parse().ok()?, m.parse().ok()?, 1).ok()?;
    plausible(first).map(|on| Day::Month { year: on.year(), month: on.month() })
}

fn plausible(on: Date) -> Option<Date> {
    (1800..=2200).contains(&on.year()).then_some(on)
}

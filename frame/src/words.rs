use std::fmt::Display;

use maud::{Markup, html};

/// An ISO day in Chinese words: `2026-05-01` becomes `2026年5月1日`.
/// What is not a day of that form is given back as it is, so that nothing is hidden.
pub fn day(iso: &str) -> String {
    let parts: Vec<&str> = iso.split('-').collect();
    let [year, month, day] = parts[..] else {
        return iso.to_owned();
    };
    let numbers = (year.parse::<u16>(), month.parse::<u8>(), day.parse::<u8>());
    match numbers {
        (Ok(year), Ok(month @ 1..=12), Ok(day @ 1..=31)) => format!("{year}年{month}月{day}日"),
        _ => iso.to_owned(),
    }
}

/// An ISO day as a `time` element, so that machines read it too.
pub fn time(iso: &str) -> Markup {
    html! { time datetime=(iso) { (day(iso)) } }
}

/// A count with commas between the thousands: `1234` becomes `1,234`.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Anything that can be written, escaped: for the cells of a table.
pub fn text(shown: impl Display) -> Markup {
    html! { (shown.to_string()) }
}

/// A count that cannot be negative.
pub(crate) fn whole(n: u64) -> String {
    i64::try_from(n).map_or_else(|_| n.to_string(), count)
}

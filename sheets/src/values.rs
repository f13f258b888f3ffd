//! 一格的值怎样成为文字。

use calamine::{DataRef, ExcelDateTime};

use crate::clean::is_rounded;
use crate::read::CellKind;

/// What a number format says about the text that the sender sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Plain,
    /// A date that shows year and month and no day.
    Month,
    /// `000000`: so many digits, zeros in front.
    Padded(usize),
}

pub(crate) fn shapes(styles: &[calamine::Style]) -> Vec<Shape> {
    styles
        .iter()
        .map(|style| {
            style.number_format.as_ref().map_or(Shape::Plain, |f| {
                if f.format_id.is_some_and(is_month) { Shape::Month } else { shape(&f.format_code) }
            })
        })
        .collect()
}

/// Formats that every Excel knows by number and that show year and month alone, in China too.
pub(crate) fn is_month(id: u32) -> bool {
    matches!(id, 17 | 27 | 36 | 50 | 52 | 57)
}

/// What a text is; a file of text says no more.
pub(crate) fn text_kind(text: &str) -> CellKind {
    if is_rounded(text) { CellKind::Imprecise } else { typed_kind(text) }
}

/// What a cell of texts holds: what a formula failed with is no text, also where somebody has put
/// the formula's value in its place.
pub(crate) fn typed_kind(text: &str) -> CellKind {
    let trimmed = text.trim();
    if trimmed.starts_with('#') && ERRORS.contains(&trimmed) {
        CellKind::Error
    } else {
        CellKind::Text
    }
}

const ERRORS: &[&str] =
    &["#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA"];

pub(crate) fn shape(code: &str) -> Shape {
    let shown = code.split(';').next().unwrap_or_default();
    if shown.len() > 1 && shown.len() <= 20 && shown.bytes().all(|b| b == b'0') {
        return Shape::Padded(shown.len());
    }
    let bare = bare(shown);
    let shows = |c: char| bare.contains(c);
    if shows('y') && shows('m') && !shows('d') && !shows('h') && !shows('s') {
        Shape::Month
    } else {
        Shape::Plain
    }
}

/// Whether a number format shows a day or a time of day.
pub(crate) fn is_moment(code: &str) -> bool {
    let shown = code.split(';').next().unwrap_or_default();
    let lasts = ["[h", "[m", "[s"].iter().any(|sign| shown.to_ascii_lowercase().contains(sign));
    !lasts && bare(shown).contains(['y', 'm', 'd', 'h', 's'])
}

/// A number format without what stands in quotes, in brackets or behind `\\`, `_` and `*`.
fn bare(shown: &str) -> String {
    let (mut bare, mut closing) = (String::new(), None);
    let mut letters = shown.chars();
    while let Some(c) = letters.next() {
        match (closing, c.to_ascii_lowercase()) {
            (Some(end), c) if c == end => closing = None,
            (Some(_), _) => (),
            (None, '\\' | '_' | '*') => drop(letters.next()),
            (None, '"') => closing = Some('"'),
            (None, '[') => closing = Some(']'),
            (None, c) => bare.push(c),
        }
    }
    bare
}

/// The text of a value and what it is; nothing for an empty cell.
pub(crate) fn cell_text(value: &DataRef<'_>, shape: Shape) -> Option<(String, CellKind)> {
    let text = |s: &str| (!s.trim().is_empty()).then(|| (s.to_owned(), typed_kind(s)));
    match value {
        DataRef::Empty => None,
        DataRef::String(s) => text(s),
        DataRef::SharedString(s) => text(s),
        DataRef::Int(n) => Some((n.to_string(), CellKind::Number)),
        DataRef::Float(n) => Some(number(*n, shape)),
        DataRef::Bool(true) => Some(("TRUE".into(), CellKind::Truth)),
        DataRef::Bool(false) => Some(("FALSE".into(), CellKind::Truth)),
        DataRef::DateTime(at) => Some(moment(at, shape)),
        DataRef::DateTimeIso(s) => Some(iso_moment(s)),
        DataRef::DurationIso(s) => text(s),
        DataRef::Error(e) => Some((e.to_string(), CellKind::Error)),
    }
}

/// Fifteen significant digits, as Excel keeps and shows them, without an exponent.
pub(crate) fn number(n: f64, shape: Shape) -> (String, CellKind) {
    if !n.is_finite() {
        return (n.to_string(), CellKind::Error);
    }
    if n.abs() >= 1e15 {
        let text = if n.abs() < 1e30 { format!("{n:.0}") } else { format!("{n:E}") };
        return (text, CellKind::Imprecise);
    }
    let text = plain(n);
    match shape {
        Shape::Padded(width) if n >= 0.0 && !text.contains('.') => {
            (format!("{text:0>width$}"), CellKind::Number)
        }
        _ => (text, CellKind::Number),
    }
}

fn plain(n: f64) -> String {
    let scientific = format!("{:.14e}", n.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() || exponent < -30 {
        return "0".into();
    }
    let sign = if n < 0.0 { "-" } else { "" };
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    let n_whole = exponent as usize + 1;
    if digits.len() <= n_whole {
        return format!("{sign}{digits:0<n_whole$}");
    }
    format!("{sign}{}.{}", &digits[..n_whole], &digits[n_whole..])
}

pub(crate) fn moment(at: &ExcelDateTime, shape: Shape) -> (String, CellKind) {
    let serial = at.as_f64();
    if at.is_duration() || !serial.is_finite() || !(0.0..2_958_466.0).contains(&serial) {
        // A day typed as 19560305 in a date-formatted cell: Excel shows #####.
        return number(serial, Shape::Plain);
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    if serial < 1.0 && serial > 0.0 {
        return (clock, CellKind::Date);
    }
    if shape == Shape::Month {
        return (format!("{year:04}-{month:02}"), CellKind::Month);
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        (date, CellKind::Date)
    } else {
        (format!("{date} {clock}"), CellKind::Date)
    }
}

/// `1956-03-05T00:00:00.000` as it is read everywhere else; no text of a day stays a text.
pub(crate) fn iso_moment(text: &str) -> (String, CellKind) {
    let text = text.trim().trim_end_matches('Z');
    let (day, clock) = text.split_once('T').unwrap_or((text, ""));
    let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    if clock.is_empty() || clock.bytes().all(|b| matches!(b, b'0' | b':')) {
        (day.to_owned(), CellKind::Date)
    } else {
        (format!("{day} {clock}"), CellKind::Date)
    }
}

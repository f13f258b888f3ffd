//! 一格的值怎样成为文字。

use calamine::{DataRef, ExcelDateTime};

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
                if f.format_id == Some(57) { Shape::Month } else { shape(&f.format_code) }
            })
        })
        .collect()
}

fn shape(code: &str) -> Shape {
    let shown = code.split(';').next().unwrap_or_default();
    if shown.len() > 1 && shown.len() <= 20 && shown.bytes().all(|b| b == b'0') {
        return Shape::Padded(shown.len());
    }
    let mut bare = String::new();
    let mut closing = None;
    for c in shown.to_ascii_lowercase().chars() {
        match (closing, c) {
            (Some(end), c) if c == end => closing = None,
            (Some(_), _) => (),
            (None, '"') => closing = Some('"'),
            (None, '[') => closing = Some(']'),
            (None, c) => bare.push(c),
        }
    }
    let shows = |c: char| bare.contains(c);
    if shows('y') && shows('m') && !shows('d') && !shows('h') && !shows('s') {
        Shape::Month
    } else {
        Shape::Plain
    }
}

/// The text of a value and what it is; nothing for an empty cell.
pub(crate) fn cell_text(value: &DataRef<'_>, shape: Shape) -> Option<(String, CellKind)> {
    let text = |s: &str| (!s.trim().is_empty()).then(|| (s.to_owned(), CellKind::Text));
    match value {
        DataRef::Empty => None,
        DataRef::String(s) => text(s),
        DataRef::SharedString(s) => text(s),
        DataRef::Int(n) => Some((n.to_string(), CellKind::Number)),
        DataRef::Float(n) => Some(number(*n, shape)),
        DataRef::Bool(true) => Some(("TRUE".into(), CellKind::Truth)),
        DataRef::Bool(false) => Some(("FALSE".into(), CellKind::Truth)),
        DataRef::DateTime(at) => Some(moment(at, shape)),
        DataRef::DateTimeIso(s) => Some((s.replacen('T', " ", 1), CellKind::Date)),
        DataRef::DurationIso(s) => text(s),
        DataRef::Error(e) => Some((e.to_string(), CellKind::Error)),
    }
}

/// Fifteen significant digits, as Excel keeps and shows them, without an exponent.
fn number(n: f64, shape: Shape) -> (String, CellKind) {
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

fn moment(at: &ExcelDateTime, shape: Shape) -> (String, CellKind) {
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

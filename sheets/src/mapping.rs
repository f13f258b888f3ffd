//! 列对字段：先看列名，再看内容；猜的要说是猜的。

use crate::clean::{code, day, is_han, money, name, phone};
use crate::header::{Header, Title, normal};
use crate::kinds::{Content, Field, Need};
use crate::read::RowIn;

/// How a column was recognised, surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Exact,
    Normalised,
    Contains,
    /// By its values alone: a person must confirm.
    Guessed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// From 0.
    pub column: u32,
    pub title: String,
    /// At most three values, for the person who confirms.
    pub samples: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    pub key: &'static str,
    pub column: Column,
    pub how: How,
}

/// Every column of the header is in exactly one of `by_field` and `unmapped`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    pub by_field: Vec<Mapped>,
    pub unmapped: Vec<Column>,
    /// Keys of `by_field` that a person should confirm: guessed, told by a part of the title,
    /// or one of two columns that would do.
    pub doubtful: Vec<&'static str>,
    /// Required fields without a column.
    pub missing: Vec<&'static str>,
}

impl Mapping {
    /// The column of a field, from 0.
    pub fn column(&self, key: &str) -> Option<u32> {
        self.by_field.iter().find(|mapped| mapped.key == key).map(|m| m.column.column)
    }
}

/// Maps columns to fields; `samples` are some data rows (a hundred will do).
pub fn map(header: &Header, fields: &[Field], samples: &[RowIn]) -> Mapping {
    let mut mapping = Mapping::default();
    let mut open: Vec<&Title> = header.columns.iter().collect();
    for how in [How::Exact, How::Normalised, How::Contains, How::Guessed] {
        for field in fields {
            if mapping.column(field.key).is_some() {
                continue;
            }
            let fit: Vec<usize> = (0..open.len())
                .filter(|&at| fits(open[at], field, (how, header, samples)))
                .collect();
            let Some(&first) = fit.first() else { continue };
            if how == How::Guessed && fit.len() > 1 && field.content == Content::Date {
                continue;
            }
            if fit.len() > 1 || how >= How::Contains {
                mapping.doubtful.push(field.key);
            }
            let column = described(open.remove(first), samples);
            mapping.by_field.push(Mapped { key: field.key, column, how });
        }
    }
    mapping.unmapped = open.into_iter().map(|title| described(title, samples)).collect();
    mapping.missing = fields
        .iter()
        .filter(|f| f.required == Need::Required && mapping.column(f.key).is_none())
        .map(|f| f.key)
        .collect();
    mapping
}

fn described(title: &Title, samples: &[RowIn]) -> Column {
    let values = values(title.column, samples).take(3).map(str::to_owned).collect();
    Column { column: title.column, title: title.title.clone(), samples: values }
}

fn values(column: u32, samples: &[RowIn]) -> impl Iterator<Item = &str> {
    samples.iter().map(move |row| row.text(column).trim()).filter(|text| !text.is_empty())
}

fn fits(title: &Title, field: &Field, by: (How, &Header, &[RowIn])) -> bool {
    let (how, header, samples) = by;
    let full = normal(&title.title);
    let leaf = normal(&title.leaf);
    let n_same = header.columns.iter().filter(|other| normal(&other.leaf) == leaf).count();
    match how {
        How::Exact => field.titles().any(|t| t == title.title.trim()),
        How::Normalised => {
            field.titles().map(normal).any(|t| t == full || (n_same == 1 && t == leaf))
        }
        How::Contains => {
            field.titles().map(normal).any(|t| t.chars().count() >= 2 && full.contains(&t))
                && holds(field.content, title.column, samples)
        }
        How::Guessed => {
            guessable(field.content)
                && values(title.column, samples).take(3).count() == 3
                && holds(field.content, title.column, samples)
        }
    }
}

fn guessable(content: Content) -> bool {
    !matches!(content, Content::Any | Content::Code | Content::Money)
}

/// Whether nine of ten values are of the kind.
fn holds(content: Content, column: u32, samples: &[RowIn]) -> bool {
    let (mut n_values, mut n_good) = (0_usize, 0_usize);
    for value in values(column, samples).take(200) {
        n_values += 1;
        n_good += usize::from(is_of(content, value));
    }
    n_good * 10 >= n_values * 9
}

fn is_of(content: Content, value: &str) -> bool {
    match content {
        Content::Identity => is_identity(&code(value).value),
        Content::Phone => is_phone(&phone(value).value),
        Content::Date => day(value).is_some(),
        Content::Name => is_name(&name(value).value),
        Content::Sex => matches!(code(value).value.as_str(), "男" | "女" | "男性" | "女性"),
        Content::Money => money(value).is_some(),
        Content::Code => code(value).value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
        Content::Any => true,
    }
}

fn is_identity(value: &str) -> bool {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    match value.len() {
        18 if value.is_ascii() => digits(&value[..17]) && day(&value[6..14]).is_some(),
        15 if value.is_ascii() => digits(value) && day(&format!("19{}", &value[6..12])).is_some(),
        _ => false,
    }
}

fn is_phone(value: &str) -> bool {
    value.split('、').all(|one| {
        let n_digits = one.bytes().filter(u8::is_ascii_digit).count();
        let mobile = n_digits == 11 && one.starts_with('1');
        let fixed = (7..=12).contains(&n_digits) && (one.starts_with('0') || one.contains('-'));
        one.bytes().all(|b| b.is_ascii_digit() || b == b'-') && (mobile || fixed)
    })
}

/// A surname is not looked up: two to four Chinese characters, or any number around a `·`.
fn is_name(value: &str) -> bool {
    let n = value.chars().count();
    let all_han = value.chars().all(|c| is_han(c) || c == '·');
    all_han && (value.contains('·') || (2..=4).contains(&n)) && !matches!(value, "男性" | "女性")
}

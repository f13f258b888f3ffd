//! What a blank of another department asks for: which columns of a list, or which cells of a form
//! for one person, take what. Recognised by the words by which rosters are recognised.

use std::sync::LazyLock;

use jiff::civil::Date;
use rules::identity::Mask;
use serde::{Deserialize, Serialize};
use sheets::edit::{CellEdit, Value};
use sheets::{Content, Field, How, KindOut, Need, letters};

use super::columns::FIELDS as KNOWN;
use super::export_columns::{self as export, Column, PEOPLE};
use super::export_masks::{Masks, shows_birth};
use crate::people::roll::Listed;

/// A running number, completed years, nothing at all.
const SEQ: &str = "seq";
const AGE: &str = "age";
pub const SKIP: &str = "-";

/// What only blanks ask for, and other words for what only exports know.
const MORE: &[(&str, &str, &[&str])] = &[
    (SEQ, "序号", &["编号", "行号", "编序", "no", "no."]),
    (AGE, "年龄", &["周岁", "实足年龄", "现年龄", "年龄（周岁）"]),
    ("status", "在管状态", &["人员状态"]),
    ("died_on", "登记死亡日期", &["死亡日期", "死亡时间", "去世日期", "去世时间"]),
    ("left_on", "登记转出日期", &["转出日期", "转出时间"]),
    ("last_contact_on", "最近联系日期", &["最近走访日期", "最近走访时间", "最近联系时间"]),
    ("evidence_on", "最近生存依据日期", &["最近认证日期", "认证日期", "认证时间"]),
];

/// The import calls two columns otherwise than the export.
fn import_key(key: &str) -> &str {
    match key {
        "id_number" => "identity",
        "enterprise_name" => "enterprise",
        key => key,
    }
}

/// Fields by which columns are recognised. Those that cannot be filled are among them, so that a
/// telephone of relatives is not taken for the retiree's own.
pub static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let plain = |key, title, synonyms| Field {
        key,
        title,
        synonyms,
        content: Content::Any,
        required: Need::Optional,
    };
    let more = |key: &str| MORE.iter().find(|(own, ..)| *own == key);
    let mut fields: Vec<Field> =
        MORE[..2].iter().map(|(key, title, synonyms)| plain(key, title, synonyms)).collect();
    for column in PEOPLE {
        let known = KNOWN.iter().find(|field| field.key == import_key(column.key));
        fields.push(match (known, more(column.key)) {
            (Some(known), _) => plain(column.key, known.title, known.synonyms),
            (None, Some((key, title, synonyms))) => plain(key, title, synonyms),
            (None, None) => plain(column.key, column.title, &[]),
        });
    }
    let rest = KNOWN
        .iter()
        .filter(|known| !PEOPLE.iter().any(|column| import_key(column.key) == known.key));
    fields.extend(rest.map(|known| plain(known.key, known.title, known.synonyms)));
    fields
});

/// What can be filled in, by key and name.
pub fn choices() -> impl Iterator<Item = (&'static str, &'static str)> {
    let more = MORE[..2].iter().map(|(key, title, _)| (*key, *title));
    PEOPLE.iter().map(|column| (column.key, column.title)).chain(more)
}

/// The form of a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A header and blank rows below it.
    List,
    /// Labels with blank cells beside them, a copy for each person.
    Form,
}

/// A column of a list or a cell of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub title: String,
    /// From 0.
    pub column: u32,
    /// From 1; of a form only.
    pub row: u32,
    /// What is filled in: a key of [`choices`], or [`SKIP`].
    pub choice: String,
    /// `exact`, `normalised`, `contains`, `remembered`, `chosen` or empty.
    pub how: String,
}

/// How a blank is filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    pub sheet: String,
    pub kind: Kind,
    pub places: Vec<Place>,
    /// The first blank row of a list.
    pub first_row: u32,
    /// Blank rows above whatever stands below them; without end when nothing does.
    pub room: Option<u32>,
    /// The code of a [`Mask`].
    pub mask: String,
    /// What the blank itself says of it, if anything.
    pub asked_mask: String,
    pub purpose: String,
    pub recipient: String,
}

impl Place {
    /// Where it is, as Excel shows it.
    #[must_use]
    pub fn at(&self, kind: Kind) -> String {
        match kind {
            Kind::List => format!("{}列", letters(self.column)),
            Kind::Form => format!("{}{}", letters(self.column), self.row),
        }
    }

    fn column(&self) -> Option<&'static Column> {
        PEOPLE.iter().find(|column| column.key == self.choice)
    }

    /// What is filled in for the `n`th person.
    #[must_use]
    pub fn value(&self, of: &Listed, n: u64, (mask, today): (Mask, Date)) -> Option<Value> {
        let born = of.person.born_on.filter(|_| shows_birth(mask));
        let value = match self.choice.as_str() {
            SEQ => Value::Number(n.to_string()),
            AGE => Value::Number(age(born?, today).to_string()),
            key => {
                let column = self.column()?;
                let text = export::person(key, of, Masks::both(mask));
                match column.kind {
                    KindOut::Day if self.wants_month() => {
                        Value::Text(text.chars().take(7).collect())
                    }
                    KindOut::Money | KindOut::Int => Value::Number(text),
                    _ => Value::Text(text),
                }
            }
        };
        let (Value::Text(text) | Value::Number(text) | Value::Ours(text)) = &value;
        (!text.is_empty()).then_some(value)
    }

    fn wants_month(&self) -> bool {
        self.title.contains("年月") && !self.title.contains("年月日")
    }
}

fn age(born: Date, today: Date) -> i16 {
    let had = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i16::from(!had)
}

impl Blank {
    /// How numbers are shown; of no account where there is none.
    #[must_use]
    pub fn mask(&self) -> Mask {
        let mask = Mask::from_code(&self.mask).filter(|_| self.has_numbers());
        mask.unwrap_or(Mask::First3Last4)
    }

    /// Whether any place takes a number that is hidden in one style or another.
    #[must_use]
    pub fn has_numbers(&self) -> bool {
        const NUMBERS: &[&str] = &["id_number", "insurance_no", "phone", "phone2"];
        self.places.iter().any(|place| NUMBERS.contains(&place.choice.as_str()))
    }

    /// Whether births are left out because the numbers hide them.
    #[must_use]
    pub fn leaves_births(&self) -> bool {
        const BIRTHS: &[&str] = &["born_on", "archive_born_on", AGE];
        let has = |place: &Place| BIRTHS.contains(&place.choice.as_str());
        !shows_birth(self.mask()) && self.places.iter().any(has)
    }

    /// The places that take something.
    pub fn filled(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.choice != SKIP)
    }

    /// The columns of the list of retirees that are taken.
    #[must_use]
    pub fn columns(&self) -> Vec<&'static Column> {
        self.filled().filter_map(Place::column).collect()
    }

    /// The places by which a blank is known again.
    #[must_use]
    pub fn titles(&self) -> String {
        let titles: Vec<&str> = self.places.iter().map(|place| place.title.as_str()).collect();
        titles.join("\u{1f}")
    }

    /// Takes over what was chosen for a blank with the same places.
    pub fn remember(&mut self, earlier: &Self) {
        for (place, known) in self.places.iter_mut().zip(&earlier.places) {
            if place.choice != known.choice {
                place.choice.clone_from(&known.choice);
                "remembered".clone_into(&mut place.how);
            }
        }
        if self.asked_mask.is_empty() {
            self.mask.clone_from(&earlier.mask);
        }
        self.purpose.clone_from(&earlier.purpose);
        self.recipient.clone_from(&earlier.recipient);
    }

    /// The cells of the `n`th person in a row of a list, or those of a form by their rows.
    #[must_use]
    pub fn cells(&self, of: &Listed, n: u64, (mask, today): (Mask, Date)) -> Vec<(u32, CellEdit)> {
        let mut cells: Vec<(u32, CellEdit)> = self
            .filled()
            .filter_map(|place| {
                let value = Some(place.value(of, n, (mask, today))?);
                let cell = CellEdit { column: place.column, value, ..CellEdit::default() };
                Some((place.row, cell))
            })
            .collect();
        cells.sort_by_key(|(row, cell)| (*row, cell.column));
        cells
    }
}

/// What is remembered of how a place was recognised.
#[must_use]
pub const fn how_code(how: How) -> &'static str {
    match how {
        How::Exact => "exact",
        How::Normalised => "normalised",
        How::Contains | How::Guessed => "contains",
    }
}

/// The style of hiding that words beside a number ask for.
#[must_use]
pub fn mask_in(text: &str) -> Option<Mask> {
    let text = sheets::clean::half_width(text).replace('×', "*").to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let hides = any(&["隐", "脱敏", "遮", "屏蔽", "打码", "加星", "去掉", "*"]);
    let starts_three = any(&["前3", "前三"]);
    let ends_four = any(&["后4", "后四", "末4", "末四"]);
    if starts_three && ends_four {
        return Some(Mask::First3Last4);
    }
    if any(&["不隐藏", "完整号码", "不脱敏", "全号"]) {
        return Some(Mask::None);
    }
    if hides && text.contains("出生") {
        return Some(Mask::Birth8);
    }
    if hides && any(&["中间6", "中间六", "中6位", "中六位"]) {
        return Some(Mask::Middle6);
    }
    if hides && ends_four && !any(&["只留", "仅留", "保留", "只显示", "仅显示"]) {
        return Some(Mask::Last4);
    }
    if any(&["全部隐藏", "全部隐去", "全隐"]) {
        return Some(Mask::Full);
    }
    pattern(&text)
}

/// `330106********1234`.
fn pattern(text: &str) -> Option<Mask> {
    let first = text.find('*')?;
    let shown = |c: &char| c.is_ascii_alphanumeric();
    let before = text[..first].chars().rev().take_while(shown).count();
    let hidden = text[first..].chars().take_while(|c| *c == '*').count();
    let after = text[first + hidden..].chars().take_while(shown).count();
    match (before, hidden, after) {
        (6, 8, 4) => Some(Mask::Birth8),
        (6, 6, 6) => Some(Mask::Middle6),
        (14, 4, 0) => Some(Mask::Last4),
        (3, 4.., 4) => Some(Mask::First3Last4),
        (0, 15.., 0) => Some(Mask::Full),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_tells_how_its_numbers_are_to_be_hidden() {
        let table = [
            ("身份证号（隐去出生8位）", Some(Mask::Birth8)),
            ("身份证号码（中间6位用*代替）", Some(Mask::Middle6)),
            ("证件号码（隐藏后四位）", Some(Mask::Last4)),
            ("身份证号（保留前三后四）", Some(Mask::First3Last4)),
            ("身份证号（前3位后4位）", Some(Mask::First3Last4)),
            ("号码全部隐藏", Some(Mask::Full)),
            ("身份证号（完整号码）", Some(Mask::None)),
            ("如：330106********1234", Some(Mask::Birth8)),
            ("例 330106××××××041234", Some(Mask::Middle6)),
            ("330***********1234", Some(Mask::First3Last4)),
            ("身份证号", None),
            ("出生年月", None),
            ("*姓名", None),
        ];
        for (title, mask) in table {
            assert_eq!(mask_in(title), mask, "{title}");
        }
    }

    #[test]
    fn completed_years_are_counted_on_the_birthday() {
        use jiff::civil::date;
        let table = [(date(2026, 3, 3), 75), (date(2026, 3, 4), 76), (date(2026, 12, 1), 76)];
        for (today, years) in table {
            assert_eq!(age(date(1950, 3, 4), today), years, "{today}");
        }
    }
}

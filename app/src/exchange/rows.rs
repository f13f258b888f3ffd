//! One row of a roster: cells put in order, what was changed noted, what cannot be right told.

use std::sync::Arc;

use jiff::civil::Date;
use rules::facts::Mark;
use serde_json::{Map, Value};
use sheets::{Cell, CellKind, Day, RowIn, clean, letters};

use super::columns::Col;
use super::faults::{Fault, Note};
use super::places::{Stand, Station};
use super::reading::{Other, Page};
use super::words;
use crate::registry::relatives::NewRelative;
use crate::registry::{Checked, NewPerson};

/// A row of the roster as it was understood. An empty text is something the row does not say.
#[derive(Clone, Debug)]
pub struct Line {
    pub sheet: Arc<str>,
    pub row: u32,
    pub entry: NewPerson,
    /// Days of which the row says the month alone.
    pub months: Vec<Col>,
    pub checked: Option<Checked>,
    pub station: Stand,
    pub taken_in_on: Option<Date>,
    pub contact: Option<NewRelative>,
    pub faults: Vec<Fault>,
    pub notes: Vec<Note>,
    /// By which a row that says the same again is known.
    pub said: u64,
    /// Letters of the columns of the number, the station and the name, for faults told later.
    pub at: Arc<[String; 3]>,
}

pub(super) struct Draft<'a> {
    pub page: &'a Page,
    pub row: &'a RowIn,
    pub today: Date,
    pub line: Line,
    pub contact: NewRelative,
    pub born: Option<Day>,
    pub number: Option<Cell>,
    pub extra: Map<String, Value>,
}

/// Understands one row.
#[must_use]
pub fn line(page: &Page, row: &RowIn, today: Date) -> Line {
    let line = Line {
        sheet: Arc::clone(&page.frame.name),
        row: row.number,
        entry: NewPerson::default(),
        months: Vec::new(),
        checked: None,
        station: Stand::Unsaid,
        taken_in_on: None,
        contact: None,
        faults: Vec::new(),
        notes: Vec::new(),
        said: said(row, |column| !matches!(page.other(column), Other::Skipped)),
        at: Arc::clone(&page.letters),
    };
    let (contact, extra) = (NewRelative::default(), Map::new());
    let mut draft = Draft { page, row, today, line, contact, born: None, number: None, extra };
    for (col, column) in &page.known {
        let text = page.merged(row, *column);
        if let Some(cell) = text.filter(|cell| !cell.text.trim().is_empty()) {
            draft.read(*col, &cell);
        }
    }
    draft.keep_others();
    draft.end()
}

/// What a row says in the columns that count, in one number: the same again may be numbered on.
pub(super) fn said(row: &RowIn, counts: impl Fn(u32) -> bool) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    for cell in row.cells.iter().filter(|cell| counts(cell.column)) {
        (cell.column, cell.text.trim()).hash(&mut hasher);
    }
    hasher.finish()
}

impl Draft<'_> {
    fn read(&mut self, col: Col, cell: &Cell) {
        if cell.kind == CellKind::Error {
            return self.fault(col, "cell-error", "这一格是公式错误，请改成实际内容");
        }
        if is_empty_word(col, &cell.text) {
            return self.note(col, "占位的写法，当作没有填", (&cell.text, ""));
        }
        match col {
            Col::Name => {
                let name = clean::name(&cell.text);
                self.notes(col, cell, &name.notes, &name.value);
                self.line.entry.name = name.value;
            }
            Col::Identity => self.number = Some(cell.clone()),
            Col::Phone | Col::Phone2 | Col::ContactPhone => self.phone(col, cell),
            Col::Born => self.born = self.day(col, cell),
            Col::ArchiveBorn | Col::Retired | Col::PensionFrom | Col::TakenIn => {
                self.other_day(col, cell);
            }
            Col::Pension => self.pension(cell),
            Col::Marks => self.marks(cell),
            Col::Insurance => self.insurance(cell),
            Col::IdKind
            | Col::Sex
            | Col::Ethnic
            | Col::Political
            | Col::Education
            | Col::Marital
            | Col::Retirement
            | Col::Management
            | Col::Away
            | Col::ContactRelation => self.coded(col, cell),
            _ => self.text(col, cell),
        }
    }

    /// Columns that are no field of ours, and cells below no title: kept under their titles.
    fn keep_others(&mut self) {
        for cell in &self.row.cells {
            let title = match self.page.other(cell.column) {
                Other::Known | Other::Skipped => continue,
                Other::Extra(title) => title.clone(),
                Other::Untitled => format!("{}列", letters(cell.column)),
            };
            let text = clean::text(&cell.text).value;
            if !text.is_empty() {
                self.extra.insert(title, text.into());
            }
        }
    }

    pub(super) fn note(&mut self, col: Col, what: &str, (before, after): (&str, &str)) {
        let column = self.page.column(col).map(letters).unwrap_or_default();
        self.line.notes.push(Note {
            sheet: self.page.frame.name.to_string(),
            row: self.row.number,
            column,
            field: col.field().key.to_owned(),
            title: col.field().title.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            what: what.to_owned(),
            remark: false,
        });
    }

    fn notes(&mut self, col: Col, cell: &Cell, notes: &[&'static str], after: &str) {
        for what in notes {
            self.note(col, what, (&cell.text, after));
        }
    }

    pub(super) fn fault(&mut self, col: Col, code: &str, message: &str) {
        let at = self.page.column(col);
        let value = at.and_then(|at| self.page.merged(self.row, at));
        self.line.faults.push(Fault {
            sheet: self.page.frame.name.to_string(),
            row: self.row.number,
            column: at.map(letters).unwrap_or_default(),
            field: col.field().key.to_owned(),
            value: value.map(|cell| cell.text.clone()).unwrap_or_default(),
            code: code.to_owned(),
            message: message.to_owned(),
        });
    }

    /// Words that fit no field of ours are kept beside them, under the title of the field.
    pub(super) fn keep(&mut self, col: Col, text: &str) {
        self.note(col, "认不出的写法，原样存入其他栏目", (text, text));
        self.extra.insert(col.field().title.to_owned(), text.into());
    }

    fn insurance(&mut self, cell: &Cell) {
        if cell.kind == CellKind::Imprecise || clean::is_rounded(&cell.text) {
            let says = "编号被存成了数字，后几位已经丢失，请把这一列设为“文本”后重新填写";
            return self.fault(Col::Insurance, "number-imprecise", says);
        }
        let number = clean::code(&cell.text);
        self.notes(Col::Insurance, cell, &number.notes, &number.value);
        self.line.entry.insurance_no = number.value;
    }

    /// Two numbers in a cell fill both telephone fields; what does not fit is kept beside.
    fn phone(&mut self, col: Col, cell: &Cell) {
        if cell.kind == CellKind::Imprecise || clean::is_rounded(&cell.text) {
            let says = "电话被存成了科学记数，后几位已经丢失，请把这一列设为“文本”后重新填写";
            return self.fault(col, "phone-imprecise", says);
        }
        let cleaned = clean::phone(&cell.text);
        self.notes(col, cell, &cleaned.notes, &cleaned.value);
        let mut numbers = cleaned.value.split('、').map(str::to_owned);
        let first = numbers.next().unwrap_or_default();
        let entry = &mut self.line.entry;
        match col {
            Col::ContactPhone => self.contact.phone = first,
            Col::Phone2 if entry.phone2.is_empty() => entry.phone2 = first,
            Col::Phone2 => self.keep(col, &first),
            _ => entry.phone = first,
        }
        for further in numbers {
            if col == Col::Phone && self.line.entry.phone2.is_empty() {
                self.line.entry.phone2 = further;
            } else {
                self.keep(col, &cleaned.value);
            }
        }
    }

    fn day(&mut self, col: Col, cell: &Cell) -> Option<Day> {
        let Some(day) = clean::day(&cell.text) else {
            let says = "不是有效日期，请按“1956-03-05”或“1956年3月”的样式填写";
            self.fault(col, "day", says);
            return None;
        };
        self.notes(col, cell, &day.notes, &day.value.to_string());
        Some(day.value)
    }

    fn other_day(&mut self, col: Col, cell: &Cell) {
        let Some(read) = self.day(col, cell) else { return };
        let Some(day) = first_day(read) else { return };
        if matches!(read, Day::Month { .. }) {
            self.line.months.push(col);
            self.note(col, "只有年月，按当月一日", (&cell.text, &day.to_string()));
        }
        match col {
            Col::ArchiveBorn => self.line.entry.archive_born_on = Some(day),
            Col::Retired => self.line.entry.retired_on = Some(day),
            Col::PensionFrom => self.line.entry.pension_from = Some(day),
            _ if day > self.today => self.fault(col, "future", "日期不能晚于今天，请核对"),
            _ => self.line.taken_in_on = Some(day),
        }
    }

    fn pension(&mut self, cell: &Cell) {
        match clean::money(&cell.text) {
            Some(sum) => {
                let after = format!("{}.{:02}", sum.value / 100, sum.value % 100);
                self.notes(Col::Pension, cell, &sum.notes, &after);
                self.line.entry.pension_fen = Some(sum.value);
            }
            None => self.fault(Col::Pension, "money", "不是有效金额，请填写元，例如 3256.50"),
        }
    }

    fn marks(&mut self, cell: &Cell) {
        let text = clean::text(&cell.text).value;
        let parts = text.split(|c: char| "、,，;；/|".contains(c) || c.is_whitespace());
        for part in parts.filter(|part| !part.is_empty()) {
            match words::mark(part) {
                words::Said::Known(mark) => self.mark(mark),
                words::Said::Nothing => {}
                words::Said::Unknown => self.keep(Col::Marks, &text),
            }
        }
    }

    fn mark(&mut self, mark: Mark) {
        if !self.line.entry.marks.contains(&mark) {
            self.line.entry.marks.push(mark);
        }
    }

    fn coded(&mut self, col: Col, cell: &Cell) {
        let text = clean::code(&cell.text).value;
        let Some(code) = words::word_of(col, &text) else {
            if col == Col::Sex {
                return self.fault(col, "sex", "性别请填“男”或“女”");
            }
            return self.keep(col, clean::text(&cell.text).value.as_str());
        };
        let entry = &mut self.line.entry;
        let place = match col {
            Col::IdKind => &mut entry.id_kind,
            Col::Sex => &mut entry.sex,
            Col::Ethnic => &mut entry.ethnic,
            Col::Political => &mut entry.political,
            Col::Education => &mut entry.education,
            Col::Marital => &mut entry.marital,
            Col::Retirement => &mut entry.retirement_kind,
            Col::Management => &mut entry.management,
            Col::Away => &mut entry.away,
            _ => &mut self.contact.relation,
        };
        code.clone_into(place);
    }

    fn text(&mut self, col: Col, cell: &Cell) {
        let text = match col {
            Col::Remarks => clean::text(&cell.text),
            _ => clean::line(&cell.text),
        };
        self.notes(col, cell, &text.notes, &text.value);
        let text = text.value;
        match col {
            Col::Hukou => self.line.entry.hukou_address = text,
            Col::Address => self.line.entry.address = text,
            Col::Enterprise => self.line.entry.enterprise_name = text,
            Col::AwayPlace => self.line.entry.away_place = text,
            Col::Station => self.line.station = Stand::Said(text),
            Col::ContactName => self.contact.name = clean::name(&text).value,
            _ => {
                self.extra.insert(col.field().title.to_owned(), text.into());
            }
        }
    }

    fn end(mut self) -> Line {
        if self.line.entry.name.is_empty() && self.line.faults.iter().all(|f| f.field != "name") {
            self.fault(Col::Name, "name-missing", "没有姓名，请补填");
        }
        if self.line.entry.enterprise_name.is_empty() {
            self.line.entry.enterprise_name.clone_from(&self.page.enterprise);
        }
        self.contact();
        self.identify();
        self.line.station = match std::mem::replace(&mut self.line.station, Stand::Unsaid) {
            Stand::Said(text) => self.page.places.stand(&text),
            _ => self.page.usual.clone(),
        };
        if let Stand::Wrong(code, says) = self.line.station.clone() {
            self.fault(Col::Station, code, &says);
        }
        if !self.extra.is_empty() {
            self.line.entry.extra = Value::Object(std::mem::take(&mut self.extra)).to_string();
        }
        self.check();
        self.line
    }
}

/// `无`, `/` and their like stand in cells that somebody left empty.
fn is_empty_word(col: Col, text: &str) -> bool {
    if matches!(col, Col::Name | Col::Identity | Col::IdKind | Col::Marks | Col::Sex) {
        return false;
    }
    is_blank_word(text)
}

pub(super) fn is_blank_word(text: &str) -> bool {
    matches!(
        text.trim(),
        "无" | "暂无"
            | "没有"
            | "空"
            | "不详"
            | "未知"
            | "/"
            | "\\"
            | "-"
            | "—"
            | "——"
            | "--"
            | "N/A"
    )
}

/// A day, or the first day of a month.
#[must_use]
pub fn first_day(day: Day) -> Option<Date> {
    match day {
        Day::On(on) => Some(on),
        Day::Month { year, month } => Date::new(year, month, 1).ok(),
    }
}

/// The station of a line, if it is known.
#[must_use]
pub fn station(line: &Line) -> Option<&Station> {
    match &line.station {
        Stand::At(station) | Stand::Usual(station) => Some(station),
        _ => None,
    }
}

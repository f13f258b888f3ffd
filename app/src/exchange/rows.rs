//! One row of a roster: cells put in order, what was changed counted, what cannot be right told.

use jiff::civil::Date;
use kernel::Problem;
use rules::facts::{Away, Mark};
use serde_json::{Map, Value};
use sheets::{Cell, CellKind, Day, RowIn, clean, letters};

use super::columns::Col;
use super::reading::SheetPlan;
use super::words;
use crate::registry::{self, Checked, NewPerson, codes};

/// Something in a cell that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    pub sheet: String,
    /// As Excel shows it.
    pub row: u32,
    /// The letters of the column; empty when the row as a whole is meant.
    pub column: String,
    pub title: String,
    pub value: String,
    /// Stable, for programs.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// Somebody to be called when the retiree does not answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub phone: String,
    pub relation: String,
}

/// A row of the roster as it was understood. An empty text is something the row does not say.
#[derive(Clone, Debug)]
pub struct Line {
    pub sheet: usize,
    pub row: u32,
    pub entry: NewPerson,
    pub checked: Option<Checked>,
    pub station: String,
    pub taken_in_on: Option<Date>,
    pub contact: Option<Contact>,
    pub faults: Vec<Fault>,
    /// Cells whose writing was changed, or whose words were kept beside the known columns.
    pub n_normalised: u32,
}

struct Draft<'a> {
    plan: &'a SheetPlan,
    row: &'a RowIn,
    today: Date,
    line: Line,
    contact: Contact,
    born: Option<Day>,
    extra: Map<String, Value>,
}

/// Understands one row.
#[must_use]
pub fn line(plan: &SheetPlan, row: &RowIn, today: Date) -> Line {
    let line = Line {
        sheet: plan.number,
        row: row.number,
        entry: NewPerson::default(),
        checked: None,
        station: String::new(),
        taken_in_on: None,
        contact: None,
        faults: Vec::new(),
        n_normalised: 0,
    };
    let (contact, extra) = (Contact::default(), Map::new());
    let mut draft = Draft { plan, row, today, line, contact, born: None, extra };
    for (col, column) in &plan.known {
        if let Some(cell) = row.cell(*column).filter(|cell| !cell.text.trim().is_empty()) {
            draft.read(*col, cell);
        }
    }
    for (column, title) in &plan.extra {
        let text = clean::text(row.text(*column)).value;
        if !text.is_empty() {
            draft.extra.insert(title.clone(), text.into());
        }
    }
    draft.end()
}

impl Draft<'_> {
    fn read(&mut self, col: Col, cell: &Cell) {
        if cell.kind == CellKind::Error {
            return self.fault(col, "cell-error", "这一格是公式错误，请改成实际内容");
        }
        match col {
            Col::Name => {
                let name = clean::name(&cell.text);
                self.note(!name.notes.is_empty());
                self.line.entry.name = name.value;
            }
            Col::Identity => self.identity(cell),
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

    fn note(&mut self, changed: impl Into<bool>) {
        self.line.n_normalised += u32::from(changed.into());
    }

    fn fault(&mut self, col: Col, code: &str, message: &str) {
        let at = self.plan.known.iter().find(|(known, _)| *known == col).map(|(_, at)| *at);
        self.line.faults.push(Fault {
            sheet: self.plan.name.clone(),
            row: self.row.number,
            column: at.map(letters).unwrap_or_default(),
            title: col.field().title.to_owned(),
            value: at.map(|at| self.row.text(at).to_owned()).unwrap_or_default(),
            code: code.to_owned(),
            message: message.to_owned(),
        });
    }

    /// Words that fit no column of ours are kept beside them, under the title of the sheet.
    fn keep(&mut self, col: Col, text: &str) {
        self.note(true);
        self.extra.insert(col.field().title.to_owned(), text.into());
    }

    fn identity(&mut self, cell: &Cell) {
        if cell.kind == CellKind::Imprecise || clean::is_rounded(&cell.text) {
            let says = "证件号码被存成了数字，第 15 位以后已经丢失，改格式也找不回来。\
                        请把这一列设为“文本”，再从原件重新填写";
            return self.fault(Col::Identity, "identity-imprecise", says);
        }
        let number = clean::code(&cell.text);
        self.note(!number.notes.is_empty());
        self.note(number.value.len() == 15 && number.value.bytes().all(|b| b.is_ascii_digit()));
        self.line.entry.id_number = number.value;
    }

    fn insurance(&mut self, cell: &Cell) {
        if cell.kind == CellKind::Imprecise || clean::is_rounded(&cell.text) {
            let says = "编号被存成了数字，后几位已经丢失，请把这一列设为“文本”后重新填写";
            return self.fault(Col::Insurance, "number-imprecise", says);
        }
        let number = clean::code(&cell.text);
        self.note(!number.notes.is_empty());
        self.line.entry.insurance_no = number.value;
    }

    /// Two numbers in a cell fill both telephone columns; what does not fit is kept beside.
    fn phone(&mut self, col: Col, cell: &Cell) {
        let cleaned = clean::phone(&cell.text);
        self.note(!cleaned.notes.is_empty());
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
        self.note(!day.notes.is_empty());
        Some(day.value)
    }

    fn other_day(&mut self, col: Col, cell: &Cell) {
        let Some(read) = self.day(col, cell) else { return };
        // A month stands for its first day, and that is counted as a change.
        self.note(matches!(read, Day::Month { .. }));
        let Some(day) = first_day(read) else { return };
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
                self.note(!sum.notes.is_empty());
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
        let Some(code) = word_of(col, &text) else {
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
        let text = clean::text(&cell.text);
        self.note(!text.notes.is_empty());
        let text = text.value;
        match col {
            Col::Hukou => self.line.entry.hukou_address = text,
            Col::Address => self.line.entry.address = text,
            Col::Enterprise => self.line.entry.enterprise_name = text,
            Col::AwayPlace => self.line.entry.away_place = text,
            Col::Station => self.line.station = text,
            Col::ContactName => self.contact.name = clean::name(&text).value,
            _ => {
                self.extra.insert(col.field().title.to_owned(), text.into());
            }
        }
    }

    fn end(mut self) -> Line {
        if !self.contact.name.is_empty() {
            self.line.contact = Some(std::mem::take(&mut self.contact));
        } else if !self.contact.phone.is_empty() {
            let phone = std::mem::take(&mut self.contact.phone);
            self.keep(Col::ContactPhone, &phone);
        }
        if self.line.station.is_empty() {
            self.line.station = self.plan.merged_station(self.row.number).to_owned();
        }
        if self.line.faults.iter().all(|fault| fault.title != Col::Identity.field().title) {
            self.judge();
        }
        self.line
    }

    /// The birth of the sheet is held against the document's; what differs is the archive's.
    fn judge(&mut self) {
        self.line.entry.extra = Value::Object(self.extra.clone()).to_string();
        let Some(first) = self.check() else { return };
        let known = first.fields().born_on;
        let told = self.born.and_then(first_day);
        let same = match (self.born, known) {
            (Some(Day::On(day)), Some(known)) => day == known,
            (Some(Day::Month { year, month }), Some(known)) => {
                (year, month) == (known.year(), known.month())
            }
            (None, _) => true,
            (Some(_), None) => false,
        };
        if same {
            self.line.checked = Some(first);
            return;
        }
        self.note(true);
        if known.is_none() {
            self.line.entry.born_on = told;
        } else if self.line.entry.archive_born_on.is_none() {
            self.line.entry.archive_born_on = told;
        } else if let Some(born) = self.born {
            self.extra.insert(Col::Born.field().title.to_owned(), born.to_string().into());
            self.line.entry.extra = Value::Object(self.extra.clone()).to_string();
        }
        self.line.checked = self.check();
    }

    fn check(&mut self) -> Option<Checked> {
        match registry::check(&self.line.entry, self.today) {
            Ok(checked) => Some(checked),
            Err(Problem::Invalid(errors)) => {
                for error in errors {
                    self.fault(words::column_of(&error.field), &error.field, &error.message);
                }
                None
            }
            Err(other) => {
                self.fault(Col::Identity, other.code(), &other.to_string());
                None
            }
        }
    }
}

fn word_of(col: Col, text: &str) -> Option<&'static str> {
    let (table, also): (&[codes::Code], &[codes::Code]) = match col {
        Col::IdKind => (codes::ID_KINDS, words::ID_KINDS),
        Col::Sex => (codes::SEXES, words::SEXES),
        Col::Ethnic => (codes::ETHNIC, &[]),
        Col::Political => (codes::POLITICAL, words::POLITICAL),
        Col::Education => (codes::EDUCATION, words::EDUCATION),
        Col::Marital => (codes::MARITAL, words::MARITAL),
        Col::Retirement => (codes::RETIREMENTS, words::RETIREMENTS),
        Col::Management => (codes::MANAGEMENT, &[]),
        Col::Away => return words::away(text).map(Away::code),
        _ => (codes::RELATIONS, words::RELATIONS),
    };
    words::code_of(table, also, text)
}

fn first_day(day: Day) -> Option<Date> {
    match day {
        Day::On(on) => Some(on),
        Day::Month { year, month } => Date::new(year, month, 1).ok(),
    }
}

//! Rosters as they come: each with what has to come of it. The same six people stand in all of
//! them; whoever is registered with name, number and station alone learns from a roster exactly
//! what it says, nothing less and nothing else.

mod cells;
mod heads;
mod layouts;
mod raw;

use crate::grid::{Cell, Grid, Page, letters};
use crate::{PEOPLE, Person, biff, csv, html, ods, sheet_xml, xlsx};

/// A roster, and what has to come of it.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub file: &'static str,
    pub bytes: Vec<u8>,
    /// What each column of the first sheet that is read has to be taken for: a key, `+` or `-`.
    pub columns: Vec<(String, String)>,
    pub rows: Vec<Row>,
    /// Cells (`F7`) and codes of faults.
    pub faults: Vec<(String, &'static str)>,
    /// Rows that speak of nobody: what they are, how many.
    pub passed: Vec<(&'static str, u64)>,
    pub n_repeated: u64,
    /// Sheets that are not read, with a reason.
    pub n_unread: usize,
}

/// What a right row says of somebody, beside name, number and station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub name: &'static str,
    /// Fields and what is written into them.
    pub said: Vec<(&'static str, String)>,
}

/// How a roster is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    Xlsx(xlsx::Manner),
    Xls(biff::Manner),
    Ods,
    Flat,
    Html(html::Manner),
    Csv(csv::Manner),
    Xml,
}

impl Form {
    fn file(self) -> &'static str {
        match self {
            Self::Xlsx(_) => "名册.xlsx",
            Self::Xls(_) | Self::Html(_) | Self::Xml => "名册.xls",
            Self::Ods => "名册.ods",
            Self::Flat => "名册.fods",
            Self::Csv(csv::Manner::Unicode) => "名册.txt",
            Self::Csv(_) => "名册.csv",
        }
    }

    fn bytes(self, grid: &Grid) -> Vec<u8> {
        let made = match self {
            Self::Xlsx(manner) => xlsx::write(grid, manner),
            Self::Xls(manner) => biff::write(grid, manner),
            Self::Ods => ods::write(grid),
            Self::Flat => Ok(ods::flat(grid)),
            Self::Html(manner) => Ok(html::write(grid, manner)),
            Self::Csv(manner) => Ok(csv::write(grid, manner)),
            Self::Xml => Ok(sheet_xml::write(grid)),
        };
        // A file that cannot be made is empty, and the case fails.
        made.unwrap_or_default()
    }
}

const EXCEL: Form = Form::Xlsx(xlsx::Manner::Shared);

/// Columns that most rosters have.
const USUAL: &[(&str, &str)] = &[
    ("-", "序号"),
    ("name", "姓名"),
    ("sex", "性别"),
    ("identity", "身份证号"),
    ("phone", "联系电话"),
    ("address", "家庭住址"),
    ("enterprise", "原工作单位"),
    ("retired_on", "退休时间"),
    ("pension", "养老金"),
];

/// What a cell says of somebody.
fn cell(person: &Person, key: &str, n: u32) -> Cell {
    let fen = person.pension;
    Cell::text(&match key {
        "-" => return Cell::Number(f64::from(n)),
        "name" => person.name.to_owned(),
        "sex" => person.sex().to_owned(),
        "identity" => person.number(),
        "born_on" => person.born.to_string(),
        "phone" => person.phone.to_owned(),
        "address" => person.address.to_owned(),
        "hukou_address" => person.hukou.to_owned(),
        "enterprise" => person.enterprise.to_owned(),
        "retired_on" => person.retired.to_string(),
        "pension" => format!("{}.{:02}", fen / 100, fen % 100),
        "station" => person.station.to_owned(),
        _ => return Cell::text(""),
    })
}

/// What somebody's record has to say after a cell with a key.
fn written(person: &Person, key: &str) -> Option<(&'static str, String)> {
    Some(match key {
        "phone" => ("phone", person.phone.to_owned()),
        "address" => ("address", person.address.to_owned()),
        "hukou_address" => ("hukou_address", person.hukou.to_owned()),
        "enterprise" => ("enterprise_name", person.enterprise.to_owned()),
        "retired_on" => ("retired_on", person.retired.to_string()),
        "pension" => ("pension_fen", person.pension.to_string()),
        _ => return None,
    })
}

/// A roster that is being drawn up: one sheet, a title line, the titles, the people.
#[derive(Debug, Clone)]
struct Draft {
    page: Page,
    titles: Vec<(&'static str, &'static str)>,
    /// Row and column of the first title, from 0; the people stand so many rows below it.
    top: u32,
    left: u32,
    depth: u32,
    people: Vec<usize>,
    faults: Vec<(usize, String, &'static str)>,
    passed: Vec<(&'static str, u64)>,
    said: Vec<(usize, &'static str, Option<String>)>,
    n_repeated: u64,
    is_1904: bool,
    before: Vec<Page>,
    after: Vec<Page>,
    n_unread: usize,
}

impl Draft {
    fn usual() -> Self {
        Self::of(USUAL)
    }

    fn of(titles: &[(&'static str, &'static str)]) -> Self {
        Self::at(titles, (1, 0, 1))
    }

    /// At a row and a column, with a header of so many rows of which the last has the titles.
    fn at(titles: &[(&'static str, &'static str)], (top, left, depth): (u32, u32, u32)) -> Self {
        let mut page = Page::new("名册");
        for (column, (_, title)) in (left..).zip(titles) {
            page.put(top + depth - 1, column, Cell::text(title));
        }
        for (row, (n, person)) in (top + depth..).zip((1..).zip(PEOPLE)) {
            for (column, (key, _)) in (left..).zip(titles) {
                let cell = cell(person, key, n);
                if cell != Cell::text("") {
                    page.put(row, column, cell);
                }
            }
        }
        if top > 0 {
            page.put(0, left, Cell::text("企业退休人员花名册"));
        }
        Self {
            page,
            titles: titles.to_vec(),
            top,
            left,
            depth,
            people: (0..PEOPLE.len()).collect(),
            faults: Vec::new(),
            passed: Vec::new(),
            said: Vec::new(),
            n_repeated: 0,
            is_1904: false,
            before: Vec::new(),
            after: Vec::new(),
            n_unread: 0,
        }
    }

    fn column(&self, key: &str) -> u32 {
        let at = self.titles.iter().position(|(known, _)| *known == key);
        self.left + at.and_then(|at| u32::try_from(at).ok()).unwrap_or(0)
    }

    /// The row of somebody, from 0.
    fn row(&self, nth: usize) -> u32 {
        self.top + self.depth + u32::try_from(nth).unwrap_or(0)
    }

    /// One past the last row.
    fn end(&self) -> u32 {
        self.page.n_rows()
    }

    /// Puts something else into somebody's cell.
    fn put(&mut self, nth: usize, key: &str, cell: Cell) {
        let (row, column) = (self.row(nth), self.column(key));
        self.page.put(row, column, cell);
    }

    fn text(&mut self, nth: usize, key: &str, text: &str) {
        self.put(nth, key, Cell::text(text));
    }

    /// Says something else of everybody, by a rule.
    fn each(mut self, key: &str, says: impl Fn(&Person) -> Cell) -> Self {
        for (nth, person) in PEOPLE.iter().enumerate() {
            self.put(nth, key, says(person));
        }
        self
    }

    /// The same with texts.
    fn each_text(self, key: &str, says: impl Fn(&Person) -> String) -> Self {
        self.each(key, |person| Cell::text(&says(person)))
    }

    /// Somebody's cell holds something that cannot be right.
    fn wrong(mut self, nth: usize, key: &str, (cell, code): (Cell, &'static str)) -> Self {
        self.put(nth, key, cell);
        let at = format!("{}{}", letters(self.column(key)), self.row(nth) + 1);
        self.faults.push((nth, at, code));
        self
    }

    /// A record comes to say this, or nothing, of a field.
    fn says(mut self, nth: usize, field: &'static str, text: Option<&str>) -> Self {
        self.said.push((nth, field, text.map(str::to_owned)));
        self
    }

    /// Everybody's record comes to say this.
    fn every(mut self, field: &'static str, text: &str) -> Self {
        for nth in 0..PEOPLE.len() {
            self = self.says(nth, field, Some(text));
        }
        self
    }

    /// A row at the end that speaks of nobody.
    fn foot(mut self, texts: &[&str], what: &'static str) -> Self {
        let row = self.end();
        self.page.texts(row, self.left, texts);
        self.passes(what)
    }

    fn passes(mut self, what: &'static str) -> Self {
        match self.passed.iter_mut().find(|(known, _)| *known == what) {
            Some((_, n)) => *n += 1,
            None => self.passed.push((what, 1)),
        }
        self
    }

    /// Shifts everything from a row on downwards by one.
    fn shift(&mut self, from: u32) {
        let cells = std::mem::take(&mut self.page.cells);
        let moved = cells.into_iter().map(|((row, column), cell)| {
            let row = if row >= from { row + 1 } else { row };
            ((row, column), cell)
        });
        self.page.cells = moved.collect();
    }

    fn rows(&self) -> Vec<Row> {
        let is_wrong = |nth: usize| self.faults.iter().any(|(wrong, ..)| *wrong == nth);
        let right = self.people.iter().filter(|nth| !is_wrong(**nth));
        let row = |nth: &usize| {
            let person = &PEOPLE[*nth];
            let keys = self.titles.iter().map(|(key, _)| *key);
            let mut said: Vec<(&'static str, String)> =
                keys.filter_map(|key| written(person, key)).collect();
            for (_, field, text) in self.said.iter().filter(|(other, ..)| other == nth) {
                said.retain(|(known, _)| known != field);
                said.extend(text.clone().map(|text| (*field, text)));
            }
            said.sort();
            Row { name: person.name, said }
        };
        right.map(row).collect()
    }

    fn case(self, name: &str, form: Form) -> Case {
        let columns = (self.left..)
            .zip(&self.titles)
            .map(|(column, (key, _))| (letters(column), (*key).to_owned()))
            .collect();
        let (rows, mut passed) = (self.rows(), self.passed);
        passed.sort_unstable();
        let mut pages = self.before;
        pages.push(self.page);
        pages.extend(self.after);
        let grid = Grid { pages, is_1904: self.is_1904 };
        Case {
            name: name.to_owned(),
            file: form.file(),
            bytes: form.bytes(&grid),
            columns,
            rows,
            faults: self.faults.into_iter().map(|(_, at, code)| (at, code)).collect(),
            passed,
            n_repeated: self.n_repeated,
            n_unread: self.n_unread,
        }
    }

    fn excel(self, name: &str) -> Case {
        self.case(name, EXCEL)
    }
}

/// Every roster.
#[must_use]
pub fn cases() -> Vec<Case> {
    [
        layouts::forms(),
        layouts::sheets(),
        layouts::merged(),
        heads::cases(),
        cells::cases(),
        raw::cases(),
    ]
    .concat()
}

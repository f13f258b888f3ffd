//! 一张表，还没有写成任何一种文件。

use std::collections::BTreeMap;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    /// A day as Excel counts it from 1900, shown with its day.
    Day(i32),
    /// The same, shown with year and month alone.
    Month(i32),
    /// A number shown with zeros in front: number and width.
    Padded(u32, usize),
    /// `#N/A` and its like.
    Error(&'static str),
    /// A formula that came to a text.
    Formula(String),
}

impl Cell {
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// What a file of text says.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Formula(text) => text.clone(),
            Self::Number(n) if n.abs() >= 1e11 => format!("{n:.5E}").replace('E', "E+"),
            Self::Number(n) => n.to_string(),
            Self::Day(serial) => day(*serial).to_string(),
            Self::Month(serial) => day(*serial).strftime("%Y年%-m月").to_string(),
            Self::Padded(n, width) => format!("{n:0width$}"),
            Self::Error(error) => (*error).to_owned(),
        }
    }
}

/// The day of a serial of 1900.
#[must_use]
pub fn day(serial: i32) -> jiff::civil::Date {
    let span = jiff::Span::new().days(serial);
    jiff::civil::date(1899, 12, 30).checked_add(span).unwrap_or(jiff::civil::Date::MAX)
}

/// The serial of 1900 of a day.
#[must_use]
pub fn serial(on: jiff::civil::Date) -> i32 {
    let since = on.since(jiff::civil::date(1899, 12, 30));
    since.map_or(0, |span| span.get_days())
}

/// Rows and columns from 0, both ends included: first row, last row, first and last column.
pub type Merge = [u32; 4];

/// One sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    pub name: String,
    pub is_hidden: bool,
    /// By row and column, from 0.
    pub cells: BTreeMap<(u32, u32), Cell>,
    pub merges: Vec<Merge>,
    pub hidden_rows: Vec<u32>,
    pub hidden_columns: Vec<u32>,
    /// Empty rows with a style go on down to the end.
    pub has_ghosts: bool,
}

impl Page {
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    pub fn put(&mut self, row: u32, column: u32, cell: Cell) {
        self.cells.insert((row, column), cell);
    }

    /// Texts from a column on; an empty one leaves its cell out.
    pub fn texts(&mut self, row: u32, first: u32, texts: &[&str]) {
        for (column, text) in (first..).zip(texts) {
            if !text.is_empty() {
                self.put(row, column, Cell::text(text));
            }
        }
    }

    /// The rows that have cells, in order.
    #[must_use]
    pub fn rows(&self) -> Vec<(u32, Vec<(u32, &Cell)>)> {
        let mut rows: Vec<(u32, Vec<(u32, &Cell)>)> = Vec::new();
        for ((row, column), cell) in &self.cells {
            match rows.last_mut() {
                Some((last, cells)) if last == row => cells.push((*column, cell)),
                _ => rows.push((*row, vec![(*column, cell)])),
            }
        }
        rows
    }

    /// The merge that begins in a cell.
    #[must_use]
    pub fn merge_at(&self, row: u32, column: u32) -> Option<Merge> {
        self.merges.iter().copied().find(|merge| merge[0] == row && merge[2] == column)
    }

    /// Whether a cell lies under a merge that begins elsewhere.
    #[must_use]
    pub fn is_covered(&self, row: u32, column: u32) -> bool {
        self.merges.iter().any(|[first, last, left, right]| {
            (*first..=*last).contains(&row)
                && (*left..=*right).contains(&column)
                && (row, column) != (*first, *left)
        })
    }

    /// One past the last column.
    #[must_use]
    pub fn n_columns(&self) -> u32 {
        self.cells.keys().map(|(_, column)| column + 1).max().unwrap_or(0)
    }

    /// One past the last row.
    #[must_use]
    pub fn n_rows(&self) -> u32 {
        self.cells.keys().map(|(row, _)| row + 1).max().unwrap_or(0)
    }
}

/// A workbook.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    pub pages: Vec<Page>,
    /// Days are counted from 1904, as old Macintoshes do.
    pub is_1904: bool,
}

impl Grid {
    /// The serial that stands in the file.
    #[must_use]
    pub fn serial(&self, of_1900: i32) -> i32 {
        if self.is_1904 { of_1900 - 1462 } else { of_1900 }
    }
}

/// For XML and HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A column as Excel shows it.
#[must_use]
pub fn letters(column: u32) -> String {
    let (mut rest, mut letters) = (column + 1, String::new());
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters
}

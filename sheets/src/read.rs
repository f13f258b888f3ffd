//! 读表：一行一行地读。

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Xlsx, XlsxError};

use crate::SheetError;
use crate::csv_in::CsvFile;
use crate::guard::{Limits, damaged};
use crate::values::{Shape, cell_text, shapes};
use crate::walked::Walked;
use crate::xls::XlsFile;

/// What the file said the value was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    Text,
    /// Decimal digits, at most 15 of them significant.
    Number,
    /// A number of which Excel keeps only 15 digits: an identity number is spoilt by it.
    Imprecise,
    /// `YYYY-MM-DD`, with ` HH:MM:SS` if there is a time, or `HH:MM:SS` alone.
    Date,
    /// `YYYY-MM`: the file shows no day, though it stores one.
    Month,
    /// `TRUE` or `FALSE`.
    Truth,
    /// `#N/A` and its like.
    Error,
}

/// A cell that is not empty. Empty cells are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// From 0; see [`letters`].
    pub column: u32,
    pub text: String,
    pub kind: CellKind,
}

/// A row with at least one cell, cells in order of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowIn {
    /// As Excel shows it: from 1, empty rows counted.
    pub number: u32,
    pub cells: Vec<Cell>,
}

impl RowIn {
    /// The text in a column, `""` if there is none.
    pub fn text(&self, column: u32) -> &str {
        self.cell(column).map_or("", |cell| cell.text.as_str())
    }

    pub fn cell(&self, column: u32) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.column == column)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    Go,
    Stop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    Shown,
    Hidden,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetInfo {
    pub name: String,
    pub visibility: Visibility,
}

/// Merged cells; rows from 1, columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u32,
    pub last_column: u32,
}

/// What a parser meets on its way through a file.
pub(crate) enum Part {
    Sheet(SheetInfo),
    /// The sheet before is not shown.
    Hidden,
    Row(RowIn),
    Area(Area),
}

/// An open file.
pub struct Book {
    pub(crate) sheets: Vec<SheetInfo>,
    pub(crate) limits: Limits,
    pub(crate) source: Source,
}

pub(crate) enum Source {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Csv(CsvFile),
    Xls(Box<XlsFile>),
    Walked(Box<Walked>),
}

impl Book {
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// Hands every row that is not empty to `each`, in order, until it says [`Flow::Stop`].
    ///
    /// # Errors
    /// What `each` returns; a missing sheet; a damaged or oversized one.
    pub fn rows<E: From<SheetError>>(
        &mut self,
        sheet: &str,
        each: &mut dyn FnMut(RowIn) -> Result<Flow, E>,
    ) -> Result<(), E> {
        let at = self.place(sheet)?;
        match &mut self.source {
            Source::Csv(csv) => csv.rows(sheet, &self.limits, each),
            Source::Xlsx(xlsx) => xlsx_rows(xlsx, sheet, &self.limits, each),
            Source::Xls(xls) => xls.rows((at, sheet), &self.limits, each),
            Source::Walked(walked) => walked.rows(at, &self.limits, each),
        }
    }

    /// The merged areas of a sheet: titles, or one community's name beside many rows.
    ///
    /// # Errors
    /// A missing or damaged sheet.
    pub fn merges(&mut self, sheet: &str) -> Result<Vec<Area>, SheetError> {
        let at = self.place(sheet)?;
        let xlsx = match &mut self.source {
            Source::Xlsx(xlsx) => xlsx,
            Source::Csv(_) => return Ok(Vec::new()),
            Source::Xls(xls) => return xls.merges(at),
            Source::Walked(walked) => return walked.merges(at, &self.limits),
        };
        let merged = contained(|| xlsx.merge_cells_by_sheet_name(sheet))?;
        let area = |d: calamine::Dimensions| Area {
            first_row: d.start.0.saturating_add(1),
            last_row: d.end.0.saturating_add(1),
            first_column: d.start.1,
            last_column: d.end.1,
        };
        Ok(merged.into_iter().map(area).collect())
    }

    fn place(&self, sheet: &str) -> Result<usize, SheetError> {
        let found = self.sheets.iter().position(|known| known.name == sheet);
        found.ok_or_else(|| SheetError::NoSuchSheet(sheet.to_owned()))
    }
}

/// The parser counts without watching for overflow; on a hostile file that ends in a panic,
/// which must cost the file and not the process.
pub(crate) fn contained<T>(parse: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, SheetError> {
    match catch_unwind(AssertUnwindSafe(parse)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsxError::Password)) => Err(SheetError::Password),
        Ok(Err(cause)) => Err(damaged(cause)),
        Err(_) => Err(damaged("the parser gave up")),
    }
}

fn xlsx_rows<E: From<SheetError>>(
    xlsx: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    limits: &Limits,
    each: &mut dyn FnMut(RowIn) -> Result<Flow, E>,
) -> Result<(), E> {
    let mut cells = contained(|| xlsx.worksheet_cells_reader(sheet))?;
    let shapes = shapes(cells.styles());
    let mut row = RowIn { number: 1, cells: Vec::new() };
    loop {
        let next = contained(|| cells.next_cell_with_style_id())
            .map_err(|cause| after(cause, sheet, row.number))?;
        let Some((cell, style)) = next else { break };
        let (at_row, column) = cell.get_position();
        let shape = shapes.get(style).copied().unwrap_or(Shape::Plain);
        let Some((text, kind)) = cell_text(cell.get_value(), shape) else {
            continue;
        };
        check_place(at_row, column, (sheet, limits))?;
        let number = at_row + 1;
        if number < row.number {
            let cause = damaged("rows out of order");
            return Err(after(cause, sheet, row.number).into());
        }
        if number > row.number {
            let done = std::mem::replace(&mut row, RowIn { number, cells: Vec::new() });
            if deliver(done, each)? == Flow::Stop {
                return Ok(());
            }
        }
        if row.cells.len() as u64 > u64::from(limits.n_columns) {
            return Err(after(damaged("one cell twice"), sheet, row.number).into());
        }
        row.cells.push(Cell { column, text, kind });
    }
    deliver(row, each)?;
    Ok(())
}

pub(crate) fn check_place(row: u32, column: u32, at: (&str, &Limits)) -> Result<(), SheetError> {
    let (sheet, limits) = at;
    if row >= limits.n_rows {
        return Err(SheetError::TooManyRows { sheet: sheet.to_owned(), limit: limits.n_rows });
    }
    if column >= limits.n_columns {
        let cell = format!("{}{}", letters(column), u64::from(row) + 1);
        return Err(SheetError::TooManyColumns { cell, limit: limits.n_columns });
    }
    Ok(())
}

fn after(error: SheetError, sheet: &str, row: u32) -> SheetError {
    match error {
        SheetError::Damaged { cause } => {
            SheetError::DamagedAfter { sheet: sheet.to_owned(), row, cause }
        }
        other => other,
    }
}

pub(crate) fn deliver<E>(
    mut row: RowIn,
    each: &mut dyn FnMut(RowIn) -> Result<Flow, E>,
) -> Result<Flow, E> {
    if row.cells.is_empty() {
        return Ok(Flow::Go);
    }
    row.cells.sort_by_key(|cell| cell.column);
    if row.cells.windows(2).any(|pair| pair[0].column == pair[1].column) {
        // A cell that a program has written twice: the later one counts, as for other readers.
        row.cells.reverse();
        row.cells.dedup_by_key(|cell| cell.column);
        row.cells.reverse();
    }
    each(row)
}

/// A column as Excel shows it: 0 is `A`, 26 is `AA`.
pub fn letters(column: u32) -> String {
    let mut rest = u64::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

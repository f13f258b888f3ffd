//! 读表：先看是什么文件，再一行一行地读。

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::SheetError;
use crate::csv_in::CsvFile;
use crate::guard::{Limits, Package, damaged, inspect};
use crate::values::{Shape, cell_text, shapes};

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

/// An open file.
pub struct Book {
    sheets: Vec<SheetInfo>,
    limits: Limits,
    source: Source,
}

enum Source {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Csv(CsvFile),
}

/// Opens a file; `name` is what the sender called it and names the one sheet of a CSV file.
/// The kind is read from the content: the extension of the name proves nothing.
///
/// # Errors
/// A sentence in Chinese for everything that is no workbook or CSV file, or too large.
pub fn open(path: &Path, name: &str) -> Result<Book, SheetError> {
    open_within(path, name, Limits::default())
}

/// [`open`] under limits of your own.
///
/// # Errors
/// As [`open`].
pub fn open_within(path: &Path, name: &str, limits: Limits) -> Result<Book, SheetError> {
    let mut file = File::open(path)?;
    let n_bytes = file.metadata()?.len();
    if n_bytes > limits.file_bytes {
        return Err(SheetError::FileTooBig { mebibytes: limits.file_bytes.div_ceil(1 << 20) });
    }
    let mut head = Vec::new();
    file.by_ref().take(8192).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    if head.is_empty() {
        return Err(SheetError::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return open_xlsx(file, limits);
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Err(if holds_encrypted(file)? { SheetError::Password } else { SheetError::OldXls });
    }
    if is_html(&head) {
        return Err(SheetError::Html);
    }
    let unmarked = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    if unmarked.trim_ascii_start().starts_with(b"<?xml") {
        return Err(SheetError::Unknown);
    }
    let csv = CsvFile::open(file, &head)?;
    let stem = Path::new(name).file_stem().map_or(name.into(), |s| s.to_string_lossy());
    let sheets = vec![SheetInfo { name: stem.into_owned(), visibility: Visibility::Shown }];
    Ok(Book { sheets, limits, source: Source::Csv(csv) })
}

fn open_xlsx(file: File, limits: Limits) -> Result<Book, SheetError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if inspect(&mut archive, &limits)? == Package::Other {
        return Err(SheetError::Unknown);
    }
    let mut reader = archive.into_inner();
    reader.seek(SeekFrom::Start(0))?;
    let xlsx = contained(|| Xlsx::new(reader))?;
    let sheets = xlsx
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| SheetInfo {
            name: sheet.name.clone(),
            visibility: match sheet.visible {
                SheetVisible::Visible => Visibility::Shown,
                SheetVisible::Hidden | SheetVisible::VeryHidden => Visibility::Hidden,
            },
        })
        .collect();
    Ok(Book { sheets, limits, source: Source::Xlsx(Box::new(xlsx)) })
}

/// The parser counts without watching for overflow; on a hostile file that ends in a panic,
/// which must cost the file and not the process.
fn contained<T>(parse: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, SheetError> {
    match catch_unwind(AssertUnwindSafe(parse)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsxError::Password)) => Err(SheetError::Password),
        Ok(Err(cause)) => Err(damaged(cause)),
        Err(_) => Err(damaged("the parser gave up")),
    }
}

/// An encrypted workbook is an OLE2 file with a stream of this name (UTF-16).
fn holds_encrypted(file: File) -> Result<bool, SheetError> {
    let needle: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut reader = BufReader::new(file);
    let mut window = Vec::new();
    let mut block = vec![0; 64 * 1024];
    loop {
        let n = reader.read(&mut block)?;
        if n == 0 {
            return Ok(false);
        }
        window.extend_from_slice(&block[..n]);
        if window.windows(needle.len()).any(|w| w == needle) {
            return Ok(true);
        }
        let keep = window.len().min(needle.len() - 1);
        window.drain(..window.len() - keep);
    }
}

fn is_html(head: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(head)
        .chars()
        .filter(|c| !matches!(c, '\0' | '\u{feff}' | '\u{fffd}'))
        .collect();
    let text = text.trim_start().to_ascii_lowercase();
    text.starts_with("<!doctype html")
        || (text.starts_with('<') && (text.contains("<html") || text.contains("<table")))
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
        if !self.sheets.iter().any(|known| known.name == sheet) {
            return Err(SheetError::NoSuchSheet(sheet.to_owned()).into());
        }
        match &mut self.source {
            Source::Csv(csv) => csv.rows(sheet, &self.limits, each),
            Source::Xlsx(xlsx) => xlsx_rows(xlsx, sheet, &self.limits, each),
        }
    }

    /// The merged areas of a sheet: titles, or one community's name beside many rows.
    ///
    /// # Errors
    /// A missing or damaged sheet.
    pub fn merges(&mut self, sheet: &str) -> Result<Vec<Area>, SheetError> {
        if !self.sheets.iter().any(|known| known.name == sheet) {
            return Err(SheetError::NoSuchSheet(sheet.to_owned()));
        }
        let Source::Xlsx(xlsx) = &mut self.source else {
            return Ok(Vec::new());
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

fn check_place(row: u32, column: u32, at: (&str, &Limits)) -> Result<(), SheetError> {
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

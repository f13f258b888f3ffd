//! 写表：边写边落盘；格里永远是值，不是公式。

use std::io::Write;

use encoding_rs::GB18030;
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder};
use rust_xlsxwriter::{Note, Workbook, XlsxError};

use crate::SheetError;
use crate::signs::{APOSTROPHES, LeadingSign, SIGNS};

/// How a column's cells are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindOut {
    /// Identity numbers, codes, names: text whatever it looks like.
    Text,
    /// `YYYY-MM-DD`; anything else is written as text.
    Day,
    /// At most 15 digits; anything else is written as text.
    Int,
    /// Yuan with two decimals, `3256.50`; anything else is written as text.
    Money,
}

#[derive(Debug, Clone)]
pub struct ColumnOut {
    pub title: String,
    /// In characters of the default font.
    pub width: u16,
    pub kind: KindOut,
}

/// Lines around the table; each may be left out.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    pub title: Option<String>,
    /// Who took the list and why, below the title.
    pub watermark: Option<String>,
    pub footer: Option<String>,
    /// Whom the properties of the file name, and the day they give; the same table made by the
    /// same person on the same day is the same file, byte by byte.
    pub author: Option<String>,
    pub made_on: Option<Date>,
    /// Rows of one sheet, with those above the table, where it is to have fewer than Excel allows.
    pub rows_a_sheet: Option<u32>,
}

/// A workbook. Rows wait in a temporary file, not in memory; when a sheet is full, the next one
/// begins with the same lines: `名册`, `名册（2）`.
pub struct XlsxOut {
    workbook: Workbook,
    columns: Vec<ColumnOut>,
    name: String,
    above: [Option<String>; 2],
    footer: Option<String>,
    /// The sheet that is being written, from 0.
    sheet: usize,
    header_row: u32,
    next_row: u32,
    rows_a_sheet: u32,
    n_bytes: u64,
    formats: Formats,
}

struct Formats {
    header: Format,
    text: Format,
    day: Format,
    int: Format,
    money: Format,
    marked: Format,
}

/// Rows of a sheet, by Excel.
const ROWS_A_SHEET: u32 = 1_048_576;
/// What a cell costs beside its text, and from how many bytes a sheet is packed as a large file: a
/// plain one ends at 4 GiB.
const CELL_BYTES: u64 = 80;
const LARGE_BYTES: u64 = 2 << 30;

fn not_written(cause: XlsxError) -> SheetError {
    SheetError::NotWritten { cause: cause.to_string() }
}

impl XlsxOut {
    /// Begins a workbook; characters Excel allows in no sheet name become `_`.
    ///
    /// # Errors
    /// When the temporary file cannot be made, or there are more columns than Excel has.
    pub fn create(sheet: &str, columns: &[ColumnOut], lines: Lines) -> Result<Self, SheetError> {
        let formats = Formats {
            header: Format::new()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_border(FormatBorder::Thin)
                .set_num_format("@"),
            text: Format::new().set_num_format("@"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            int: Format::new().set_num_format("0"),
            money: Format::new().set_num_format("0.00"),
            marked: Format::new().set_num_format("@").set_background_color("#FFC7CE"),
        };
        let mut workbook = Workbook::new();
        let made_on = lines.made_on.unwrap_or(Date::constant(2000, 1, 1));
        let mut properties = DocProperties::new().set_author(lines.author.unwrap_or_default());
        if let Some(day) = excel_day(&made_on.to_string()) {
            properties = properties.set_creation_datetime(&day);
        }
        workbook.set_properties(&properties);
        let mut out = Self {
            workbook,
            columns: columns.to_vec(),
            name: sheet_name(sheet),
            above: [lines.title, lines.watermark],
            footer: lines.footer,
            sheet: 0,
            header_row: 0,
            next_row: 0,
            rows_a_sheet: lines.rows_a_sheet.unwrap_or(ROWS_A_SHEET).min(ROWS_A_SHEET),
            n_bytes: 0,
            formats,
        };
        out.begin().map_err(not_written)?;
        Ok(out)
    }

    /// Begins a sheet after those there are.
    fn begin(&mut self) -> Result<(), XlsxError> {
        let page = self.workbook.add_worksheet_with_constant_memory()?;
        if self.sheet == 0 {
            page.set_name(&self.name)?;
        } else {
            page.set_name(format!("{}（{}）", self.name, self.sheet + 1))?;
        }
        self.next_row = 0;
        self.n_bytes = 0;
        for line in self.above.iter().flatten() {
            page.write_string(self.next_row, 0, line)?;
            self.next_row += 1;
        }
        self.header_row = self.next_row;
        for (at, column) in (0_u16..).zip(&self.columns) {
            page.set_column_width(at, column.width)?;
            page.write_string_with_format(self.next_row, at, &column.title, &self.formats.header)?;
        }
        page.set_freeze_panes(self.next_row + 1, 0)?;
        page.set_repeat_rows(self.header_row, self.header_row)?;
        self.next_row += 1;
        Ok(())
    }

    /// Goes on with another sheet where this one is full. One that has no row yet never is.
    fn turn(&mut self) -> Result<(), XlsxError> {
        if self.next_row < self.rows_a_sheet || self.next_row == self.header_row + 1 {
            return Ok(());
        }
        self.close()?;
        self.sheet += 1;
        self.begin()
    }

    /// What a sheet gets when its last row is known.
    fn close(&mut self) -> Result<(), XlsxError> {
        let page = self.workbook.worksheet_from_index(self.sheet)?;
        if let Some(last) = u16::try_from(self.columns.len()).ok().and_then(|n| n.checked_sub(1)) {
            page.autofilter(self.header_row, 0, self.next_row - 1, last)?;
        }
        Ok(())
    }

    /// Adds a row: one text for each column, `""` for an empty cell.
    ///
    /// # Errors
    /// A row of another width, a cell of more than 32,767 UTF-16 units.
    pub fn push(&mut self, cells: &[&str]) -> Result<(), SheetError> {
        if cells.len() != self.columns.len() {
            let (row, given, expected) = (self.next_row + 1, cells.len(), self.columns.len());
            return Err(SheetError::Width { row, given, expected });
        }
        self.turn().map_err(not_written)?;
        let row = self.next_row + 1;
        for (column, text) in (1_u32..).zip(cells) {
            if text.len() > 32_767 && text.encode_utf16().count() > 32_767 {
                return Err(SheetError::CellFull { row, column });
            }
        }
        for (column, text) in (0_u16..).zip(cells) {
            self.cell(column, text).map_err(not_written)?;
        }
        self.next_row += 1;
        Ok(())
    }

    /// As [`XlsxOut::push`], with some cells (from 0) in red and a note beside each.
    ///
    /// # Errors
    /// As [`XlsxOut::push`].
    pub fn push_marked(
        &mut self,
        cells: &[&str],
        marks: &[(usize, &str)],
    ) -> Result<(), SheetError> {
        self.push(cells)?;
        let row = self.next_row - 1;
        for (at, note) in marks {
            let (Ok(column), Some(text)) = (u16::try_from(*at), cells.get(*at)) else { continue };
            self.mark((row, column), text, note).map_err(not_written)?;
        }
        Ok(())
    }

    fn mark(&mut self, (row, column): (u32, u16), text: &str, note: &str) -> Result<(), XlsxError> {
        let format = &self.formats.marked;
        let page = self.workbook.worksheet_from_index(self.sheet)?;
        page.write_string_with_format(row, column, text, format)?;
        page.insert_note(row, column, &Note::new(note))?;
        Ok(())
    }

    fn cell(&mut self, column: u16, text: &str) -> Result<(), XlsxError> {
        if text.is_empty() {
            return Ok(());
        }
        self.n_bytes += CELL_BYTES + text.len() as u64;
        if self.n_bytes > LARGE_BYTES {
            self.workbook.use_zip_large_file(true);
        }
        let row = self.next_row;
        let formats = &self.formats;
        let page = self.workbook.worksheet_from_index(self.sheet)?;
        match self.columns[usize::from(column)].kind {
            KindOut::Day => {
                if let Some(day) = excel_day(text) {
                    page.write_with_format(row, column, &day, &formats.day)?;
                    return Ok(());
                }
            }
            KindOut::Int if is_decimal(text, 0) => {
                if let Ok(number) = text.parse::<f64>() {
                    page.write_number_with_format(row, column, number, &formats.int)?;
                    return Ok(());
                }
            }
            KindOut::Money if is_decimal(text, 2) => {
                if let Ok(number) = text.parse::<f64>() {
                    page.write_number_with_format(row, column, number, &formats.money)?;
                    return Ok(());
                }
            }
            _ => (),
        }
        page.write_string_with_format(row, column, text, &formats.text)?;
        Ok(())
    }

    /// Writes the workbook out.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn finish(mut self, to: impl Write + Send) -> Result<(), SheetError> {
        self.end(to).map_err(not_written)
    }

    fn end(&mut self, to: impl Write + Send) -> Result<(), XlsxError> {
        if self.footer.is_some() {
            self.turn()?;
        }
        self.close()?;
        if let Some(footer) = &self.footer {
            let page = self.workbook.worksheet_from_index(self.sheet)?;
            page.write_string(self.next_row, 0, footer)?;
        }
        self.workbook.save_to_writer(to)
    }
}

fn sheet_name(wanted: &str) -> String {
    let allowed = |c: char| if "[]:*?/\\'".contains(c) { '_' } else { c };
    let name: String = wanted.chars().map(allowed).take(15).collect();
    if name.trim().is_empty() { "名册".into() } else { name }
}

fn excel_day(text: &str) -> Option<ExcelDateTime> {
    let on: Date = text.parse().ok().filter(|_| text.len() == 10)?;
    let (month, day) = (u8::try_from(on.month()).ok()?, u8::try_from(on.day()).ok()?);
    // Before March 1900 Excel's days are off by one.
    let year = u16::try_from(on.year()).ok().filter(|year| *year > 1900)?;
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// Digits as they would be written back: no leading zero, at most 15 in all.
fn is_decimal(text: &str, n_decimals: usize) -> bool {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let written = digits(whole) && digits(part) && !whole.is_empty();
    let padded = whole.len() > 1 && whole.starts_with('0');
    let fits = whole.len() + part.len() <= 15 && part.len() <= n_decimals;
    written && !padded && fits && (part.is_empty() != bare.contains('.'))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvCode {
    /// With a byte order mark, so that Excel knows.
    Utf8,
    Gb18030,
}

/// A CSV file, written as it goes.
pub struct CsvOut<W: Write> {
    rows: csv::Writer<W>,
    code: CsvCode,
    sign: LeadingSign,
    width: usize,
    row: u32,
}

impl<W: Write> CsvOut<W> {
    /// Begins with the titles.
    ///
    /// # Errors
    /// When the writer fails or a title cannot be written in the code.
    pub fn create(
        mut to: W,
        titles: &[&str],
        code: CsvCode,
        sign: LeadingSign,
    ) -> Result<Self, SheetError> {
        if code == CsvCode::Utf8 {
            to.write_all("\u{feff}".as_bytes())?;
        }
        let mut builder = csv::WriterBuilder::new();
        builder.terminator(csv::Terminator::CRLF).flexible(true);
        let rows = builder.from_writer(to);
        let mut out = Self { rows, code, sign, width: titles.len(), row: 0 };
        out.push(titles)?;
        Ok(out)
    }

    /// Adds a row: one text for each title.
    ///
    /// # Errors
    /// A row of another width; a character GB 18030 cannot hold; a failing writer.
    pub fn push(&mut self, cells: &[&str]) -> Result<(), SheetError> {
        self.row = self.row.saturating_add(1);
        if cells.len() != self.width {
            let (row, given, expected) = (self.row, cells.len(), self.width);
            return Err(SheetError::Width { row, given, expected });
        }
        for (column, text) in (1_u32..).zip(cells) {
            let encoded = self.encoded(column, text)?;
            self.rows.write_field(encoded).map_err(csv_failed)?;
        }
        self.rows.write_record(None::<&[u8]>).map_err(csv_failed)
    }

    fn encoded(&self, column: u32, text: &str) -> Result<Vec<u8>, SheetError> {
        let altered = text.starts_with(SIGNS) || text.starts_with(APOSTROPHES);
        let prefix = altered && self.sign == LeadingSign::Apostrophe;
        let text = if prefix { format!("'{text}") } else { text.to_owned() };
        if self.code == CsvCode::Utf8 {
            return Ok(text.into_bytes());
        }
        let mut encoder = GB18030.new_encoder();
        let mut bytes = Vec::with_capacity(text.len() * 4 + 16);
        let (result, _) =
            encoder.encode_from_utf8_to_vec_without_replacement(&text, &mut bytes, true);
        if let encoding_rs::EncoderResult::Unmappable(character) = result {
            let code = format!("U+{:04X}", u32::from(character));
            return Err(SheetError::Unwritable { row: self.row, column, character, code });
        }
        Ok(bytes)
    }

    /// Hands the writer back, flushed.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn finish(self) -> Result<W, SheetError> {
        self.rows.into_inner().map_err(|failed| SheetError::Io(failed.into_error()))
    }
}

fn csv_failed(cause: csv::Error) -> SheetError {
    SheetError::NotWritten { cause: cause.to_string() }
}

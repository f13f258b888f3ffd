//! 读 ODS（LibreOffice、永中、WPS 的开放文档表格）：一格一格地读，重复的行列照数展开。

use std::collections::BTreeSet;
use std::io::BufRead;

use crate::SheetError;
use crate::clean;
use crate::dates::Day;
use crate::guard::{Limits, damaged};
use crate::read::{Area, Cell, CellKind, Flow, Part, RowIn, SheetInfo, Visibility, check_place};
use crate::values::{Shape, iso_moment, number, text_kind};
use crate::xml::{Node, Tag, Xml};

/// Cells that a file may make by saying «the same so many times».
const N_REPEATED: u64 = 4_000_000;
const N_STYLES: usize = 65_536;

/// Everything in the file, in its order.
pub(crate) fn walk<E: From<SheetError>>(
    reader: impl BufRead,
    limits: &Limits,
    each: &mut dyn FnMut(Part) -> Result<Flow, E>,
) -> Result<(), E> {
    let mut xml = Xml::new(reader);
    let mut state = State::new(limits);
    loop {
        match xml.next()? {
            Node::Open(tag) => state.open(&tag)?,
            Node::Close(name) => state.close(&name)?,
            Node::Text(text) => state.text(&text)?,
            Node::End if !state.is_spreadsheet => return Err(SheetError::Unknown.into()),
            Node::End => return Ok(()),
        }
        for (part, n) in state.made.drain(..) {
            if repeated(part, n, each)? == Flow::Stop {
                return Ok(());
            }
        }
    }
}

fn repeated<E>(
    part: Part,
    n: u32,
    each: &mut dyn FnMut(Part) -> Result<Flow, E>,
) -> Result<Flow, E> {
    if let (Part::Row(row), 2..) = (&part, n) {
        for further in 0..n - 1 {
            let again = RowIn { number: row.number + further, cells: row.cells.clone() };
            if each(Part::Row(again))? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        let number = row.number + n - 1;
        return each(Part::Row(RowIn { number, cells: row.cells.clone() }));
    }
    each(part)
}

/// A cell that is open.
#[derive(Default)]
struct OpenCell {
    kind: String,
    value: String,
    n_repeated: u32,
    text: String,
    n_paragraphs: u32,
}

struct State<'a> {
    limits: &'a Limits,
    is_spreadsheet: bool,
    sheet: String,
    style: String,
    /// Styles of sheets that are not shown.
    hidden: BTreeSet<String>,
    /// From 0.
    row: u32,
    column: u32,
    n_rows: u32,
    cells: Vec<Cell>,
    in_table: bool,
    cell: Option<OpenCell>,
    /// Notes, drawings, changes and linked tables say nothing of the cells: how deep in one.
    skipped: u32,
    n_made: u64,
    made: Vec<(Part, u32)>,
}

impl<'a> State<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            is_spreadsheet: false,
            sheet: String::new(),
            style: String::new(),
            hidden: BTreeSet::new(),
            row: 0,
            column: 0,
            n_rows: 1,
            cells: Vec::new(),
            in_table: false,
            cell: None,
            skipped: 0,
            n_made: 0,
            made: Vec::new(),
        }
    }

    fn open(&mut self, tag: &Tag) -> Result<(), SheetError> {
        if self.skipped > 0 {
            self.skipped += 1;
            return Ok(());
        }
        match tag.name.as_str() {
            "annotation" | "tracked-changes" | "dde-links" | "shapes" | "frame"
            | "custom-shape" | "forms" => self.skipped = 1,
            "spreadsheet" => self.is_spreadsheet = true,
            "style" => self.style = tag.get("name").unwrap_or_default().to_owned(),
            "table-properties"
                if tag.get("display") == Some("false") && self.hidden.len() < N_STYLES =>
            {
                self.hidden.insert(self.style.clone());
            }
            "table" if self.is_spreadsheet && !self.in_table => self.table(tag),
            // The remembered rows of another file.
            "table-source" if self.in_table => self.made.push((Part::Hidden, 1)),
            "table-row" if self.in_table => {
                self.n_rows = tag.number("number-rows-repeated").unwrap_or(1).max(1);
                self.column = 0;
            }
            "table-cell" | "covered-table-cell" if self.in_table => self.cell(tag),
            "p" => self.paragraph(),
            "s" => {
                let n = tag.number("c").unwrap_or(1).min(1000) as usize;
                self.text(&" ".repeat(n))?;
            }
            "tab" => self.text("\t")?,
            "line-break" => self.text("\n")?,
            _ => {}
        }
        Ok(())
    }

    fn table(&mut self, tag: &Tag) {
        self.sheet = tag.get("name").unwrap_or_default().to_owned();
        (self.row, self.in_table) = (0, true);
        let is_hidden = tag.get("style-name").is_some_and(|style| self.hidden.contains(style));
        let visibility = if is_hidden { Visibility::Hidden } else { Visibility::Shown };
        self.made.push((Part::Sheet(SheetInfo { name: self.sheet.clone(), visibility }), 1));
    }

    fn cell(&mut self, tag: &Tag) {
        let first = ["value", "date-value", "time-value", "boolean-value", "string-value"];
        let value = first.iter().find_map(|name| tag.get(name)).unwrap_or_default();
        let kind = match tag.get("value-type").unwrap_or_default() {
            // What LibreOffice says beside the standard.
            "string" if tag.is("calcext:value-type", "error") => "error",
            kind => kind,
        };
        self.cell = Some(OpenCell {
            kind: kind.to_owned(),
            value: value.to_owned(),
            n_repeated: tag.number("number-columns-repeated").unwrap_or(1).max(1),
            ..OpenCell::default()
        });
        let rows = tag.number("number-rows-spanned").unwrap_or(1).max(1);
        let columns = tag.number("number-columns-spanned").unwrap_or(1).max(1);
        if rows > 1 || columns > 1 {
            let first_row = self.row.saturating_add(1);
            let area = Area {
                first_row,
                last_row: first_row.saturating_add(rows - 1),
                first_column: self.column,
                last_column: self.column.saturating_add(columns - 1),
            };
            self.made.push((Part::Area(area), 1));
        }
    }

    fn paragraph(&mut self) {
        if let Some(cell) = &mut self.cell {
            if cell.n_paragraphs > 0 {
                cell.text.push('\n');
            }
            cell.n_paragraphs = cell.n_paragraphs.saturating_add(1);
        }
    }

    fn text(&mut self, text: &str) -> Result<(), SheetError> {
        if self.skipped > 0 {
            return Ok(());
        }
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.n_paragraphs > 0) {
            cell.text.push_str(text);
            if cell.text.len() > self.limits.cell_bytes {
                return Err(SheetError::CellTooLong { line: self.row.saturating_add(1) });
            }
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), SheetError> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return Ok(());
        }
        match name {
            "table" => self.in_table = false,
            "table-cell" | "covered-table-cell" => self.end_cell()?,
            "table-row" if self.in_table => self.end_row()?,
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), SheetError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let column = self.column;
        self.column = column.saturating_add(cell.n_repeated);
        let Some((text, kind)) = said(cell.kind.as_str(), &cell.value, cell.text)? else {
            return Ok(());
        };
        check_place(self.row, self.column - 1, (&self.sheet, self.limits))?;
        self.repeat(u64::from(cell.n_repeated) - 1)?;
        for column in column..self.column {
            self.cells.push(Cell { column, text: text.clone(), kind });
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), SheetError> {
        let cells = std::mem::take(&mut self.cells);
        let (row, n) = (self.row, self.n_rows);
        self.row = row.saturating_add(n);
        if cells.is_empty() {
            return Ok(());
        }
        check_place(self.row - 1, 0, (&self.sheet, self.limits))?;
        self.repeat(u64::from(n - 1) * cells.len() as u64)?;
        self.made.push((Part::Row(RowIn { number: row + 1, cells }), n));
        Ok(())
    }

    fn repeat(&mut self, n: u64) -> Result<(), SheetError> {
        self.n_made += n;
        if self.n_made > N_REPEATED { Err(SheetError::TooDense) } else { Ok(()) }
    }
}

/// The text of a cell and what it is.
fn said(kind: &str, value: &str, shown: String) -> Result<Option<(String, CellKind)>, SheetError> {
    let plain = |text: String| (!text.trim().is_empty()).then_some(text);
    Ok(match kind {
        "float" | "currency" | "percentage" => {
            let n: f64 = value.trim().parse().map_err(|_| damaged("a number that is none"))?;
            let (text, kind) = number(n, Shape::Plain);
            if text_kind(&shown) == CellKind::Error {
                return Ok(Some((shown, CellKind::Error)));
            }
            // `000012` is shown, 12 is kept.
            let is_padded = shown.len() <= 20
                && shown.starts_with('0')
                && shown.bytes().all(|b| b.is_ascii_digit())
                && shown.trim_start_matches('0') == text;
            Some(if is_padded { (shown, kind) } else { (text, kind) })
        }
        "date" => {
            let (text, kind) = iso_moment(value);
            match clean::day(&shown).map(|day| day.value) {
                Some(month @ Day::Month { .. }) if text.starts_with(&month.to_string()) => {
                    Some((month.to_string(), CellKind::Month))
                }
                _ => Some((text, kind)),
            }
        }
        "time" => plain(shown).map(|text| (text, CellKind::Text)),
        "boolean" if value == "true" => Some(("TRUE".to_owned(), CellKind::Truth)),
        "boolean" => Some(("FALSE".to_owned(), CellKind::Truth)),
        "error" => plain(shown).map(|text| (text, CellKind::Error)),
        _ => {
            let text = if shown.is_empty() { value.to_owned() } else { shown };
            plain(text).map(|text| {
                let kind = match text_kind(&text) {
                    CellKind::Error => CellKind::Error,
                    _ => CellKind::Text,
                };
                (text, kind)
            })
        }
    })
}

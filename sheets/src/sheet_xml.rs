//! 读“XML 电子表格 2003”：老系统和老 Excel 写的 .xml，也常改名叫作 .xls。

use std::collections::BTreeMap;
use std::io::BufRead;

use crate::SheetError;
use crate::guard::{Limits, damaged};
use crate::read::{Area, Cell, CellKind, Flow, Part, RowIn, SheetInfo, Visibility, check_place};
use crate::values::{Shape, iso_moment, number, shape};
use crate::xml::{Node, Tag, Xml};

/// Styles that are remembered.
const N_STYLES: usize = 65_536;

/// Everything in the file, in its order; whether a sheet is shown is told after its rows.
pub(crate) fn walk<E: From<SheetError>>(
    reader: impl BufRead,
    limits: &Limits,
    each: &mut dyn FnMut(Part) -> Result<Flow, E>,
) -> Result<(), E> {
    let mut xml = Xml::new(reader);
    let mut state = State::new(limits);
    loop {
        match xml.next()? {
            Node::Open(tag) => state.open(&tag),
            Node::Close(name) => state.close(&name)?,
            Node::Text(text) => state.text(&text)?,
            Node::End => return Ok(()),
        }
        for part in state.made.drain(..) {
            if each(part)? == Flow::Stop {
                return Ok(());
            }
        }
    }
}

struct State<'a> {
    limits: &'a Limits,
    sheet: String,
    style: String,
    shapes: BTreeMap<String, Shape>,
    /// The row and the column that come next, from 0.
    row: u32,
    column: u32,
    /// How many more columns the open cell covers.
    across: u32,
    cells: Vec<Cell>,
    in_table: bool,
    in_cell: bool,
    shape: Shape,
    /// The type of the data that is open.
    data: Option<String>,
    /// Whether `<Visible>` is open.
    in_visible: bool,
    held: String,
    made: Vec<Part>,
}

impl<'a> State<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            sheet: String::new(),
            style: String::new(),
            shapes: BTreeMap::new(),
            row: 0,
            column: 0,
            across: 0,
            cells: Vec::new(),
            in_table: false,
            in_cell: false,
            shape: Shape::Plain,
            data: None,
            in_visible: false,
            held: String::new(),
            made: Vec::new(),
        }
    }

    fn open(&mut self, tag: &Tag) {
        match tag.name.as_str() {
            "Style" => self.style = tag.get("ID").unwrap_or_default().to_owned(),
            "NumberFormat" if self.shapes.len() < N_STYLES => {
                let known = shape(tag.get("Format").unwrap_or_default());
                self.shapes.insert(self.style.clone(), known);
            }
            "Worksheet" => {
                self.sheet = tag.get("Name").unwrap_or_default().to_owned();
                (self.row, self.in_table) = (0, false);
                let (name, visibility) = (self.sheet.clone(), Visibility::Shown);
                self.made.push(Part::Sheet(SheetInfo { name, visibility }));
            }
            "Table" => self.in_table = true,
            "Row" if self.in_table => {
                if let Some(index) = tag.number("Index") {
                    self.row = index.saturating_sub(1).max(self.row);
                }
                self.column = 0;
            }
            "Cell" if self.in_table => self.cell(tag),
            "Data" if self.in_cell && self.data.is_none() => {
                self.data = Some(tag.get("Type").unwrap_or("String").to_owned());
                self.held.clear();
            }
            "Visible" => {
                self.in_visible = true;
                self.held.clear();
            }
            _ => {}
        }
    }

    fn cell(&mut self, tag: &Tag) {
        if let Some(index) = tag.number("Index") {
            self.column = index.saturating_sub(1);
        }
        self.in_cell = true;
        let style = tag.get("StyleID").and_then(|id| self.shapes.get(id));
        self.shape = style.copied().unwrap_or(Shape::Plain);
        let across = tag.number("MergeAcross").unwrap_or(0);
        let down = tag.number("MergeDown").unwrap_or(0);
        if across > 0 || down > 0 {
            self.made.push(Part::Area(Area {
                first_row: self.row.saturating_add(1),
                last_row: self.row.saturating_add(1).saturating_add(down),
                first_column: self.column,
                last_column: self.column.saturating_add(across),
            }));
        }
        self.across = across;
    }

    fn text(&mut self, text: &str) -> Result<(), SheetError> {
        if self.data.is_some() || self.in_visible {
            self.held.push_str(text);
            if self.held.len() > self.limits.cell_bytes {
                return Err(SheetError::CellTooLong { line: self.row.saturating_add(1) });
            }
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), SheetError> {
        match name {
            "Data" => {
                if let Some(kind) = self.data.take() {
                    self.value(&kind)?;
                }
            }
            "Cell" if self.in_cell => {
                self.in_cell = false;
                self.column = self.column.saturating_add(self.across).saturating_add(1);
            }
            "Row" if self.in_table => {
                let cells = std::mem::take(&mut self.cells);
                let number = self.row.saturating_add(1);
                self.made.push(Part::Row(RowIn { number, cells }));
                self.row = self.row.saturating_add(1);
            }
            "Table" => self.in_table = false,
            "Visible" => {
                self.in_visible = false;
                if self.held.trim().starts_with("SheetHidden")
                    || self.held.trim().starts_with("SheetVeryHidden")
                {
                    self.made.push(Part::Hidden);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn value(&mut self, kind: &str) -> Result<(), SheetError> {
        let text = std::mem::take(&mut self.held);
        if text.trim().is_empty() {
            return Ok(());
        }
        let (text, kind) = match kind {
            "Number" => {
                let n: f64 = text.trim().parse().map_err(|_| damaged("a number that is none"))?;
                number(n, self.shape)
            }
            "DateTime" => {
                let (text, kind) = iso_moment(&text);
                match text.get(..7) {
                    Some(month) if self.shape == Shape::Month => {
                        (month.to_owned(), CellKind::Month)
                    }
                    _ => (text, kind),
                }
            }
            "Boolean" if text.trim() == "1" => ("TRUE".to_owned(), CellKind::Truth),
            "Boolean" => ("FALSE".to_owned(), CellKind::Truth),
            "Error" => (text, CellKind::Error),
            _ => (text, CellKind::Text),
        };
        check_place(self.row, self.column, (&self.sheet, self.limits))?;
        self.cells.push(Cell { column: self.column, text, kind });
        Ok(())
    }
}

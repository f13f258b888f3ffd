//! 读网页：老系统把表格写成网页，再叫作 .xls。
//!
//! All tables stand below one another in one sheet, as Excel shows them; text outside tables is
//! a row of its own, because titles stand there.

use std::fs::File;

use encoding_rs::Encoding;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{IoReader, Span, Tokenizer};

use crate::SheetError;
use crate::guard::{Limits, damaged};
use crate::read::{Area, Cell, Flow, Part, RowIn, check_place};
use crate::text::{Utf8, encoding_of};
use crate::values::text_kind;

/// Tables in tables in tables.
const DEPTH: usize = 64;

pub(crate) struct HtmlFile {
    file: File,
    encoding: &'static Encoding,
}

enum Token {
    Open(Tag),
    Close(Tag),
    Text(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Table,
    Row,
    Cell {
        columns: u32,
        rows: u32,
    },
    Break,
    Block,
    /// What is no text of the page.
    Unseen,
}

fn tag(name: &[u8]) -> Option<Tag> {
    Some(match name {
        b"table" => Tag::Table,
        b"tr" => Tag::Row,
        b"td" | b"th" => Tag::Cell { columns: 1, rows: 1 },
        b"br" => Tag::Break,
        b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"caption" | b"li"
        | b"hr" | b"center" | b"body" => Tag::Block,
        b"script" | b"style" | b"title" | b"xml" | b"noscript" => Tag::Unseen,
        _ => return None,
    })
}

/// Turns what the tokenizer sees into what matters here.
#[derive(Default)]
struct Seen {
    tag: Option<Tag>,
    attribute: Vec<u8>,
}

impl Seen {
    fn take(&mut self, event: &CallbackEvent<'_>) -> Option<Token> {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag = tag(name),
            CallbackEvent::AttributeName { name } => self.attribute = name.to_vec(),
            CallbackEvent::AttributeValue { value } => self.value(value),
            CallbackEvent::CloseStartTag { .. } => return self.tag.take().map(Token::Open),
            CallbackEvent::EndTag { name } => return tag(name).map(Token::Close),
            CallbackEvent::String { value } => {
                return Some(Token::Text(String::from_utf8_lossy(value).into_owned()));
            }
            _ => {}
        }
        None
    }

    fn value(&mut self, value: &[u8]) {
        let Some(Tag::Cell { columns, rows }) = &mut self.tag else { return };
        let digits = value.iter().skip_while(|b| b.is_ascii_whitespace());
        let number = digits
            .take_while(|b| b.is_ascii_digit())
            .fold(0_u32, |n, b| n.saturating_mul(10).saturating_add(u32::from(b - b'0')));
        match self.attribute.as_slice() {
            b"colspan" => *columns = number.max(1),
            b"rowspan" => *rows = number.max(1),
            _ => {}
        }
    }
}

impl HtmlFile {
    pub(crate) fn open(mut file: File, head: &[u8]) -> Result<Self, SheetError> {
        let encoding = encoding_of(&mut file, head)?;
        Ok(Self { file, encoding })
    }

    /// Every row and merged area in the order of the file.
    pub(crate) fn walk<E: From<SheetError>>(
        &mut self,
        at: (&str, &Limits),
        each: &mut dyn FnMut(Part) -> Result<Flow, E>,
    ) -> Result<(), E> {
        let reader = IoReader::new(Utf8::new(&mut self.file, self.encoding)?);
        let mut seen = Seen::default();
        let look = move |event: CallbackEvent<'_>, _: Span<()>| seen.take(&event);
        let mut emitter = CallbackEmitter::new(look);
        emitter.naively_switch_states(true);
        let mut tables = Tables::new(at);
        for token in Tokenizer::new_with_emitter(reader, emitter) {
            tables.take(token.map_err(SheetError::from)?)?;
            for part in tables.made.drain(..) {
                if each(part)? == Flow::Stop {
                    return Ok(());
                }
            }
        }
        tables.end()?;
        for part in tables.made.drain(..) {
            if each(part)? == Flow::Stop {
                return Ok(());
            }
        }
        if tables.n_tables == 0 {
            return Err(SheetError::Html.into());
        }
        Ok(())
    }
}

/// A cell from above that reaches down: first column, how many, how many rows are left.
type Carried = (u32, u32, u32);

#[derive(Default)]
struct Table {
    carried: Vec<Carried>,
    column: u32,
    cells: Vec<Cell>,
    in_row: bool,
    /// Text, columns and rows of the cell that is open.
    open: Option<(String, u32, u32)>,
}

struct Tables<'a> {
    at: (&'a str, &'a Limits),
    stack: Vec<Table>,
    n_tables: u64,
    /// The next row, from 1.
    number: u32,
    loose: String,
    unseen: bool,
    made: Vec<Part>,
}

impl<'a> Tables<'a> {
    fn new(at: (&'a str, &'a Limits)) -> Self {
        let (stack, made) = (Vec::new(), Vec::new());
        Self { at, stack, n_tables: 0, number: 1, loose: String::new(), unseen: false, made }
    }

    fn take(&mut self, token: Token) -> Result<(), SheetError> {
        match token {
            Token::Open(Tag::Unseen) => self.unseen = true,
            Token::Close(Tag::Unseen) => self.unseen = false,
            Token::Text(_) if self.unseen => {}
            Token::Text(text) => return self.text(&text),
            Token::Open(Tag::Table) => {
                self.loose_row()?;
                self.end_cell()?;
                self.end_row()?;
                if self.stack.len() >= DEPTH {
                    return Err(damaged("tables too deep in tables"));
                }
                self.stack.push(Table::default());
                self.n_tables += 1;
            }
            Token::Close(Tag::Table) => {
                self.end_cell()?;
                self.end_row()?;
                self.stack.pop();
            }
            Token::Open(Tag::Row) => {
                self.end_cell()?;
                self.end_row()?;
                self.begin_row();
            }
            Token::Close(Tag::Row) => {
                self.end_cell()?;
                self.end_row()?;
            }
            Token::Open(Tag::Cell { columns, rows }) => {
                self.end_cell()?;
                self.begin_row();
                if let Some(table) = self.stack.last_mut() {
                    table.open = Some((String::new(), columns, rows));
                }
            }
            Token::Close(Tag::Cell { .. }) => self.end_cell()?,
            Token::Open(Tag::Break) | Token::Close(Tag::Break) => self.line(),
            Token::Open(Tag::Block) | Token::Close(Tag::Block) => {
                self.line();
                if !self.in_cell() {
                    self.loose_row()?;
                }
            }
        }
        Ok(())
    }

    fn in_cell(&self) -> bool {
        self.stack.last().is_some_and(|table| table.open.is_some())
    }

    fn place(&mut self) -> &mut String {
        match self.stack.last_mut().and_then(|table| table.open.as_mut()) {
            Some((text, ..)) => text,
            None => &mut self.loose,
        }
    }

    /// Runs of blanks are one, as a page shows them.
    fn text(&mut self, text: &str) -> Result<(), SheetError> {
        let (limit, row) = (self.at.1.cell_bytes, self.number);
        let place = self.place();
        for c in text.chars() {
            if !matches!(c, ' ' | '\t' | '\n' | '\r') {
                place.push(c);
            } else if !place.is_empty() && !place.ends_with([' ', '\n']) {
                place.push(' ');
            }
        }
        if place.len() > limit {
            return Err(SheetError::CellTooLong { line: row });
        }
        Ok(())
    }

    fn line(&mut self) {
        let place = self.place();
        if !place.is_empty() && !place.ends_with('\n') {
            place.truncate(place.trim_end_matches(' ').len());
            place.push('\n');
        }
    }

    /// Text outside tables.
    fn loose_row(&mut self) -> Result<(), SheetError> {
        let text = std::mem::take(&mut self.loose);
        if text.trim().is_empty() {
            return Ok(());
        }
        let text = text.trim().to_owned();
        let kind = text_kind(&text);
        self.row(vec![Cell { column: 0, text, kind }])
    }

    fn begin_row(&mut self) {
        if self.stack.is_empty() {
            // A row without a table.
            self.stack.push(Table::default());
            self.n_tables += 1;
        }
        if let Some(table) = self.stack.last_mut() {
            table.in_row = true;
        }
    }

    fn end_cell(&mut self) -> Result<(), SheetError> {
        let (sheet, limits) = self.at;
        let Some(table) = self.stack.last_mut() else { return Ok(()) };
        let Some((text, columns, rows)) = table.open.take() else { return Ok(()) };
        let covers = |column: u32| {
            move |&&(first, n, _): &&Carried| (first..first.saturating_add(n)).contains(&column)
        };
        while let Some((first, n, _)) = table.carried.iter().find(covers(table.column)) {
            table.column = first.saturating_add(*n);
        }
        let (column, row) = (table.column, self.number - 1);
        let columns = columns.min(limits.n_columns);
        table.column = column.saturating_add(columns);
        if rows > 1 && column < limits.n_columns {
            table.carried.push((column, columns, rows));
        }
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        check_place(row, column, (sheet, limits))?;
        if columns > 1 || rows > 1 {
            self.made.push(Part::Area(Area {
                first_row: self.number,
                last_row: self.number.saturating_add(rows - 1),
                first_column: column,
                last_column: column + columns - 1,
            }));
        }
        table.cells.push(Cell { column, text: text.to_owned(), kind: text_kind(text) });
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), SheetError> {
        let Some(table) = self.stack.last_mut().filter(|table| table.in_row) else {
            return Ok(());
        };
        table.in_row = false;
        table.column = 0;
        for carried in &mut table.carried {
            carried.2 -= 1;
        }
        table.carried.retain(|(.., left)| *left > 0);
        let cells = std::mem::take(&mut table.cells);
        self.row(cells)
    }

    fn row(&mut self, cells: Vec<Cell>) -> Result<(), SheetError> {
        let (sheet, limits) = self.at;
        if self.number > limits.n_rows {
            return Err(SheetError::TooManyRows { sheet: sheet.into(), limit: limits.n_rows });
        }
        self.made.push(Part::Row(RowIn { number: self.number, cells }));
        self.number += 1;
        Ok(())
    }

    fn end(&mut self) -> Result<(), SheetError> {
        while !self.stack.is_empty() {
            self.end_cell()?;
            self.end_row()?;
            self.stack.pop();
        }
        self.loose_row()
    }
}

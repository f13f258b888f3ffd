//! 行和格：要写的写进去，样式照旧，别的格一字不动。

use std::io::{BufRead, Write};
use std::iter::Peekable;
use std::vec::IntoIter;

use quick_xml::events::{BytesStart, Event};

use super::notes::Note;
use super::sheet::{Begun, Like, Pass};
use super::xml::{attribute, escaped, local, number, place, with};
use super::{CellEdit, Look, RowEdit, Value};
use crate::SheetError;
use crate::guard::damaged;
use crate::read::letters;

/// One cell is not longer than this, with everything in it.
const CELL: usize = 2 << 20;
/// As much text as a cell of Excel holds.
const TEXT: usize = 32_767;

type Edits = Peekable<IntoIter<CellEdit>>;

/// A cell of the file.
struct Found {
    tag: BytesStart<'static>,
    begun: Begun,
    /// What is in it, with its end.
    body: Vec<Event<'static>>,
    is_full: bool,
}

/// Where a new cell stands.
#[derive(Clone, Copy)]
struct At<'a> {
    row: u32,
    style: Option<&'a str>,
}

impl<R: BufRead, W: Write> Pass<'_, '_, R, W> {
    pub(super) fn all_rows(&mut self) -> Result<(), SheetError> {
        let (mut buffer, mut last) = (Vec::new(), 0_u32);
        loop {
            let event = self.next(&mut buffer)?;
            let (tag, begun) = match &event {
                Event::Start(tag) if local(tag) == "row" => (tag, Begun::Open),
                Event::Empty(tag) if local(tag) == "row" => (tag, Begun::Empty),
                Event::End(tag) if tag.local_name().into_inner() == "sheetData" => {
                    self.new_rows(u32::MAX)?;
                    return self.write(event);
                }
                _ => {
                    self.write(event)?;
                    continue;
                }
            };
            let row = number(tag, "r").unwrap_or(last.saturating_add(1));
            if row <= last {
                return Err(damaged("rows out of order"));
            }
            last = row;
            self.new_rows(row)?;
            if self.rows.next_in(self.index) == Some(row) {
                let tag = tag.to_owned();
                if let Some(edit) = self.rows.take()? {
                    self.row(&tag, begun, edit)?;
                }
            } else {
                self.write(event)?;
                if begun == Begun::Open {
                    // A row that stays as it is.
                    self.copy(|tag| belongs(tag, row))?;
                }
            }
        }
    }

    /// Rows to be written that the file does not have, above a row that it has.
    pub(super) fn new_rows(&mut self, before: u32) -> Result<(), SheetError> {
        while self.rows.next_in(self.index).is_some_and(|row| row < before) {
            if let Some(edit) = self.rows.take()? {
                self.new_row(edit)?;
            }
        }
        Ok(())
    }

    fn new_row(&mut self, edit: RowEdit) -> Result<(), SheetError> {
        let name = format!("{}row", self.prefix);
        let like = std::mem::take(&mut self.like);
        let mut tag = BytesStart::new(name.clone());
        tag.push_attribute(("r", edit.row.to_string().as_str()));
        for (key, value) in &like.attributes {
            tag.push_attribute((key.as_str(), value.as_str()));
        }
        self.begin(tag, Begun::Open)?;
        let mut edits = edit.cells.into_iter().peekable();
        for (column, style) in &like.cells {
            let at = At { row: edit.row, style: Some(style) };
            self.new_cells(&mut edits, *column, At { style: None, ..at })?;
            if edits.peek().is_some_and(|next| next.column == *column) {
                if let Some(next) = edits.next() {
                    self.new_cell(next, at)?;
                }
            } else {
                self.new_cell(CellEdit { column: *column, ..CellEdit::default() }, at)?;
            }
        }
        self.new_cells(&mut edits, u32::MAX, At { row: edit.row, style: None })?;
        self.like = like;
        self.raw(&format!("</{name}>"))
    }

    fn row(&mut self, tag: &BytesStart<'_>, begun: Begun, edit: RowEdit) -> Result<(), SheetError> {
        let name = tag.name().into_inner().to_owned();
        self.begin(with(tag, &[("spans", None)]), Begun::Open)?;
        let has_style = attribute(tag, "customFormat").is_some_and(|on| on != "0" && on != "false");
        let own = attribute(tag, "s").filter(|_| has_style);
        let at = At { row: edit.row, style: own.as_deref() };
        let mut edits: Edits = edit.cells.into_iter().peekable();
        let mut like = Like::default();
        if begun == Begun::Open {
            self.known_cells(&mut edits, at, &mut like)?;
        }
        self.new_cells(&mut edits, u32::MAX, at)?;
        if self.target.like_from.is_some_and(|from| edit.row >= from) && !like.cells.is_empty() {
            for key in ["ht", "customHeight", "s", "customFormat"] {
                if let Some(value) = attribute(tag, key) {
                    like.attributes.push((key.to_owned(), value));
                }
            }
            self.like = like;
        }
        self.raw(&format!("</{name}>"))
    }

    /// The cells that a row of the file has, with the new ones between them.
    fn known_cells(
        &mut self,
        edits: &mut Edits,
        at: At<'_>,
        like: &mut Like,
    ) -> Result<(), SheetError> {
        let (mut buffer, mut next_column) = (Vec::new(), 0_u32);
        loop {
            let event = self.next(&mut buffer)?;
            let (tag, begun) = match &event {
                Event::Start(tag) if local(tag) == "c" => (tag.to_owned(), Begun::Open),
                Event::Empty(tag) if local(tag) == "c" => (tag.to_owned(), Begun::Empty),
                Event::End(tag) if tag.local_name().into_inner() == "row" => return Ok(()),
                _ => {
                    if let Event::Start(tag) | Event::Empty(tag) = &event {
                        belongs(tag, at.row)?;
                    }
                    self.write(event)?;
                    continue;
                }
            };
            belongs(&tag, at.row)?;
            let said = attribute(&tag, "r").and_then(|text| place(&text));
            let column = said.map_or(next_column, |(column, _)| column);
            if column < next_column {
                // A cell that comes back later would hide what was written, or be lost.
                return Err(damaged("cells out of order"));
            }
            next_column = column.saturating_add(1);
            like.cells.push((column, attribute(&tag, "s").unwrap_or_default()));
            self.new_cells(edits, column, at)?;
            let edit = edits.next_if(|next| next.column == column);
            let Some(edit) = edit else {
                self.begin(tag, begun)?;
                if begun == Begun::Open {
                    self.copy(|_| Ok(()))?;
                }
                continue;
            };
            let found = self.found(tag, begun)?;
            self.cell(found, edit, at.row)?;
        }
    }

    /// Takes a cell in to its end.
    fn found(&mut self, tag: BytesStart<'static>, begun: Begun) -> Result<Found, SheetError> {
        let mut found = Found { tag, begun, body: Vec::new(), is_full: false };
        let (mut buffer, mut depth, mut n_bytes) = (Vec::new(), 1_u32, 0);
        while begun == Begun::Open && depth > 0 {
            let event = self.next(&mut buffer)?;
            n_bytes += match &event {
                Event::Start(tag) => {
                    depth += 1;
                    let is_formula = local(tag) == "f";
                    self.seen.has_formulas |= is_formula;
                    found.is_full |= is_formula;
                    tag.len()
                }
                Event::Empty(tag) => {
                    // `<f t="shared" si="0"/>`.
                    found.is_full |= local(tag) == "f";
                    tag.len()
                }
                Event::End(tag) => {
                    depth -= 1;
                    tag.len()
                }
                Event::Text(text) => {
                    found.is_full |= !text.trim().is_empty();
                    text.len()
                }
                _ => {
                    found.is_full = true;
                    64
                }
            };
            if n_bytes > CELL {
                return Err(damaged("an endless cell"));
            }
            found.body.push(event.into_owned());
        }
        Ok(found)
    }

    fn cell(&mut self, found: Found, edit: CellEdit, row: u32) -> Result<(), SheetError> {
        let own = attribute(&found.tag, "s");
        let style = self.style(edit.look, own.as_deref());
        let place = format!("{}{row}", letters(edit.column));
        self.note(&edit, row);
        let replaces = match &edit.value {
            None => false,
            Some(Value::Ours(_)) => true,
            Some(_) if found.is_full => {
                self.seen.n_kept += 1;
                false
            }
            Some(_) => true,
        };
        if !replaces {
            let changed = (style != own).then(|| with(&found.tag, &[("s", style.as_deref())]));
            self.begin(changed.unwrap_or(found.tag), found.begun)?;
            return found.body.into_iter().try_for_each(|event| self.write(event));
        }
        let set = [
            ("r", Some(place.as_str())),
            ("s", style.as_deref()),
            ("t", None),
            ("cm", None),
            ("vm", None),
        ];
        self.value(with(&found.tag, &set), edit.value, row)
    }

    /// The new cells of a row left of a column.
    fn new_cells(&mut self, edits: &mut Edits, before: u32, at: At<'_>) -> Result<(), SheetError> {
        while let Some(edit) = edits.next_if(|next| next.column < before) {
            self.new_cell(edit, at)?;
        }
        Ok(())
    }

    fn new_cell(&mut self, edit: CellEdit, at: At<'_>) -> Result<(), SheetError> {
        let of_column = self
            .columns
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(&edit.column))
            .and_then(|(_, _, style)| style.clone());
        let own = at.style.map(str::to_owned).or(of_column).filter(|style| !style.is_empty());
        let style = self.style(edit.look, own.as_deref());
        self.note(&edit, at.row);
        let mut tag = BytesStart::new(format!("{}c", self.prefix));
        tag.push_attribute(("r", format!("{}{}", letters(edit.column), at.row).as_str()));
        if let Some(style) = &style {
            tag.push_attribute(("s", style.as_str()));
        }
        self.value(tag, edit.value, at.row)
    }

    fn note(&mut self, edit: &CellEdit, row: u32) {
        if !edit.note.is_empty() {
            let text = edit.note.clone();
            self.seen.notes.push(Note { row, column: edit.column, text });
        }
    }

    fn style(&mut self, look: Look, own: Option<&str>) -> Option<String> {
        let base = own.and_then(|style| style.trim().parse().ok()).unwrap_or(0);
        match look {
            Look::AsItIs => own.map(str::to_owned),
            Look::Red => Some(self.styles.red(base).to_string()),
            Look::NotRed => {
                let plain = self.styles.plain(base);
                if plain == base { own.map(str::to_owned) } else { Some(plain.to_string()) }
            }
        }
    }

    /// A cell with a value: text as text, whatever it looks like.
    fn value(
        &mut self,
        mut tag: BytesStart<'static>,
        value: Option<Value>,
        row: u32,
    ) -> Result<(), SheetError> {
        let p = self.prefix.clone();
        let name = tag.name().into_inner().to_owned();
        match value {
            Some(Value::Number(number)) if is_number(&number) => {
                self.begin(tag, Begun::Open)?;
                self.raw(&format!("<{p}v>{number}</{p}v></{name}>"))
            }
            Some(Value::Text(text) | Value::Number(text) | Value::Ours(text))
                if !text.is_empty() =>
            {
                if text.chars().count() > TEXT {
                    return Err(SheetError::CellFull { row, column: 0 });
                }
                tag.push_attribute(("t", "inlineStr"));
                self.begin(tag, Begun::Open)?;
                let text = escaped(&text);
                let open = format!("<{p}is><{p}t xml:space=\"preserve\">");
                self.raw(&format!("{open}{text}</{p}t></{p}is></{name}>"))
            }
            _ => self.begin(tag, Begun::Empty),
        }
    }
}

/// What a reader would take for a part of another row could hide what was written there.
fn belongs(tag: &BytesStart<'_>, row: u32) -> Result<(), SheetError> {
    let is_ours = match local(tag) {
        "c" => {
            attribute(tag, "r").and_then(|text| place(&text)).is_none_or(|(_, said)| said == row)
        }
        name => name != "row" && name != "sheetData",
    };
    if is_ours { Ok(()) } else { Err(damaged("a cell of another row")) }
}

/// Plain figures of at most fifteen digits, which a spreadsheet keeps exactly.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(part) && whole.len() + part.len() <= 15
}

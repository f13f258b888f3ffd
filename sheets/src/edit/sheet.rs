//! 一张工作表从头到尾抄一遍，要动的行交给 `cells`。

use std::io::{BufRead, Write};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

use super::notes::Note;
use super::styles::Styles;
use super::xml::{attribute, local, number, place, prefix, with};
use super::{Rows, Target};
use crate::SheetError;
use crate::guard::damaged;
use crate::read::letters;

/// The id under which a sheet finds the boxes of its notes when it had none.
pub(super) const OWN_ID: &str = "rIdImportNotes";
/// What stands after the boxes of notes in a sheet.
const AFTER: &[&str] = &[
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "AlternateContent",
    "webPublishItems",
    "tableParts",
    "extLst",
];

/// What was seen on the way.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub notes: Vec<Note>,
    pub n_kept: u64,
    pub has_formulas: bool,
    /// The id of the boxes that the sheet had.
    pub boxes: Option<String>,
}

/// A row that others are to look like.
#[derive(Debug, Default)]
pub(super) struct Like {
    pub attributes: Vec<(String, String)>,
    pub cells: Vec<(u32, String)>,
}

pub(super) struct Pass<'a, 'r, R: BufRead, W: Write> {
    pub reader: Reader<R>,
    pub writer: Writer<W>,
    pub target: &'a Target,
    pub index: usize,
    pub rows: &'a mut Rows<'r>,
    pub styles: &'a mut Styles,
    pub prefix: String,
    pub seen: Seen,
    pub like: Like,
    /// First and last column with their style.
    pub columns: Vec<(u32, u32, Option<String>)>,
    relations: &'static str,
    below_rows: bool,
}

/// What is still to be done with a tag.
#[derive(PartialEq, Eq)]
enum Todo {
    Write,
    /// Written already, without what is in it.
    Written,
    /// Written to its end.
    Done,
}

/// What a pass works with beside the sheet itself.
pub(super) struct With<'a, 'r> {
    pub target: &'a Target,
    pub index: usize,
    pub rows: &'a mut Rows<'r>,
    pub styles: &'a mut Styles,
}

/// Copies a sheet with the changes of its rows.
pub(super) fn rewrite(
    from: impl BufRead,
    to: impl Write,
    with: With<'_, '_>,
) -> Result<Seen, SheetError> {
    let mut pass = Pass {
        reader: Reader::from_reader(from),
        writer: Writer::new(to),
        target: with.target,
        index: with.index,
        rows: with.rows,
        styles: with.styles,
        prefix: String::new(),
        seen: Seen::default(),
        like: Like::default(),
        columns: Vec::new(),
        relations: "",
        below_rows: false,
    };
    pass.run()?;
    Ok(pass.seen)
}

impl<R: BufRead, W: Write> Pass<'_, '_, R, W> {
    pub(super) fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, SheetError> {
        buffer.clear();
        match self.reader.read_event_into(buffer).map_err(damaged)? {
            Event::Eof => Err(damaged("the sheet ends in the middle")),
            event => Ok(event),
        }
    }

    pub(super) fn write(&mut self, event: Event<'_>) -> Result<(), SheetError> {
        Ok(self.writer.write_event(event)?)
    }

    pub(super) fn raw(&mut self, text: &str) -> Result<(), SheetError> {
        Ok(self.writer.get_mut().write_all(text.as_bytes())?)
    }

    /// Copies everything to the end of the element that has just begun, if every tag may stay.
    pub(super) fn copy(
        &mut self,
        may_stay: impl Fn(&BytesStart<'_>) -> Result<(), SheetError>,
    ) -> Result<(), SheetError> {
        let (mut buffer, mut depth) = (Vec::new(), 1_u32);
        while depth > 0 {
            let event = self.next(&mut buffer)?;
            if let Event::Start(tag) | Event::Empty(tag) = &event {
                may_stay(tag)?;
            }
            match &event {
                Event::Start(tag) => {
                    depth += 1;
                    self.seen.has_formulas |= local(tag) == "f";
                }
                Event::End(_) => depth -= 1,
                _ => {}
            }
            self.write(event)?;
        }
        Ok(())
    }

    fn run(&mut self) -> Result<(), SheetError> {
        let (mut buffer, mut depth) = (Vec::new(), 0_u32);
        loop {
            let event = self.next(&mut buffer)?;
            let mut todo = Todo::Write;
            match &event {
                Event::Start(tag) | Event::Empty(tag) if depth == 0 => self.root(tag),
                Event::Start(tag) if depth == 1 => todo = self.child(tag, Begun::Open)?,
                Event::Empty(tag) if depth == 1 => todo = self.child(tag, Begun::Empty)?,
                Event::Start(tag) | Event::Empty(tag) if local(tag) == "sheetData" => {
                    return Err(damaged("rows inside something else"));
                }
                Event::End(_) if depth == 1 => self.boxes()?,
                _ => {}
            }
            match &event {
                Event::Start(_) if todo != Todo::Done => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
            let is_last = depth == 0 && matches!(event, Event::End(_));
            if todo == Todo::Write {
                self.write(event)?;
            }
            if is_last {
                return Ok(());
            }
        }
    }

    fn root(&mut self, tag: &BytesStart<'_>) {
        prefix(tag.name().into_inner()).clone_into(&mut self.prefix);
        self.relations = super::parts::relations_of(tag.attributes_raw());
    }

    fn child(&mut self, tag: &BytesStart<'_>, begun: Begun) -> Result<Todo, SheetError> {
        match local(tag) {
            "dimension" => {
                let tag = self.reach(tag);
                self.begin(tag, begun)?;
                return Ok(Todo::Written);
            }
            "cols" if begun == Begun::Open => {
                self.begin(tag.to_owned(), begun)?;
                self.cols()?;
                return Ok(Todo::Done);
            }
            "sheetData" => {
                if std::mem::replace(&mut self.below_rows, true) {
                    return Err(damaged("rows in two places"));
                }
                self.own_width(Inside::Nothing)?;
                self.begin(tag.to_owned(), Begun::Open)?;
                let name = tag.name().into_inner().to_owned();
                match begun {
                    Begun::Open => self.all_rows()?,
                    Begun::Empty => {
                        self.new_rows(u32::MAX)?;
                        self.raw(&format!("</{name}>"))?;
                    }
                }
                return Ok(Todo::Done);
            }
            "legacyDrawing" => self.seen.boxes = attribute(tag, "id"),
            name if self.below_rows && AFTER.contains(&name) => self.boxes()?,
            _ => {}
        }
        Ok(Todo::Write)
    }

    pub(super) fn begin(
        &mut self,
        tag: BytesStart<'static>,
        begun: Begun,
    ) -> Result<(), SheetError> {
        self.write(match begun {
            Begun::Open => Event::Start(tag),
            Begun::Empty => Event::Empty(tag),
        })
    }

    /// The used area with the cells that are written.
    fn reach(&self, tag: &BytesStart<'_>) -> BytesStart<'static> {
        let area = attribute(tag, "ref").unwrap_or_default();
        let (first, last) = area.split_once(':').unwrap_or((&area, &area));
        let (Some(_), Some((column, row))) = (place(first), place(last)) else {
            return tag.to_owned();
        };
        let (far, deep) = self.target.reach;
        let last = format!("{}{}", letters(column.max(far)), row.max(deep));
        let area = format!("{first}:{last}");
        with(tag, &[("ref", Some(&area))])
    }

    fn cols(&mut self) -> Result<(), SheetError> {
        let mut buffer = Vec::new();
        loop {
            let event = self.next(&mut buffer)?;
            match &event {
                Event::Start(tag) | Event::Empty(tag) if local(tag) == "col" => {
                    let ends = (number(tag, "min"), number(tag, "max"));
                    if let (Some(min), Some(max)) = ends {
                        let style = attribute(tag, "style");
                        self.columns.push((min.saturating_sub(1), max.saturating_sub(1), style));
                    }
                }
                Event::End(tag) if tag.local_name().into_inner() == "cols" => {
                    self.own_width(Inside::Cols)?;
                    return self.write(event);
                }
                _ => {}
            }
            self.write(event)?;
        }
    }

    /// The width of a column of ours, where no other width is said to reach.
    fn own_width(&mut self, inside: Inside) -> Result<(), SheetError> {
        let Some((column, width)) = self.target.own else { return Ok(()) };
        if self.columns.iter().any(|(_, last, _)| *last >= column) {
            return Ok(());
        }
        if inside == Inside::Nothing && !self.columns.is_empty() {
            return Ok(());
        }
        let (p, n) = (self.prefix.clone(), column + 1);
        let one = format!("<{p}col min=\"{n}\" max=\"{n}\" width=\"{width}\" customWidth=\"1\"/>");
        self.columns.push((column, column, None));
        match inside {
            Inside::Cols => self.raw(&one),
            Inside::Nothing => self.raw(&format!("<{p}cols>{one}</{p}cols>")),
        }
    }

    /// Where the boxes of the notes are, unless the sheet says so itself.
    fn boxes(&mut self) -> Result<(), SheetError> {
        if self.seen.boxes.is_some() || self.seen.notes.is_empty() {
            return Ok(());
        }
        self.seen.boxes = Some(OWN_ID.to_owned());
        let (p, relations) = (self.prefix.clone(), self.relations);
        self.raw(&format!("<{p}legacyDrawing xmlns:nt=\"{relations}\" nt:id=\"{OWN_ID}\"/>"))
    }
}

/// Whether a tag has anything in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    Open,
    Empty,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Cols,
    Nothing,
}

//! The sheets of a list about people who are registered, row by row, read on a thread of its own.

use jiff::civil::Date;
use rules::facts::Mark;
use sheets::{Cell, Flow, Header, RowIn, RowKind, SheetError, row_kind};
use tokio::sync::mpsc;

use super::entries::{Entry, entry};
use super::feed::{self, Event, Wish};
use super::kinds::Kind;
use super::plan::{Choice, Plan, Sheet};
use super::reading::{Merged, Source};

/// Rows that are handed on together, and how many chunks may wait.
const N_CHUNK: usize = 200;
const N_WAITING: usize = 4;

/// A sheet that is being read.
pub struct Page {
    pub kind: Kind,
    pub name: String,
    pub known: Vec<(&'static str, u32)>,
    /// The special group of rows that name none.
    pub mark: Option<Mark>,
    header: Header,
    pub(super) merged: Merged,
}

impl Page {
    pub(super) fn new(plan: &Plan, sheet: &Sheet) -> Self {
        let known = sheet.places.iter().filter_map(|place| match plan.choice(place) {
            Choice::Field(key) => Some((key, place.column)),
            Choice::Extra | Choice::Skip => None,
        });
        Self {
            kind: plan.kind,
            name: sheet.name.clone(),
            known: known.collect(),
            mark: Mark::from_code(&plan.mark),
            header: sheet.header(),
            merged: Merged::new(sheet.areas.clone()),
        }
    }

    /// The column of a field, from 0.
    #[must_use]
    pub fn column(&self, key: &str) -> Option<u32> {
        self.known.iter().find(|(known, _)| *known == key).map(|(_, column)| *column)
    }

    /// The cell of a row, or the first cell of a merged area that reaches to it. What a row says
    /// anew is never taken from above; whom it speaks of may be: several relatives of one retiree.
    #[must_use]
    pub fn cell(&self, row: &RowIn, column: u32, key: &str) -> Option<Cell> {
        let own = row.cell(column).filter(|cell| !cell.text.trim().is_empty());
        if own.is_some() {
            return own.cloned();
        }
        let whose = matches!(key, "name" | "identity") && self.kind != Kind::Relatives;
        let anew = matches!(key, "relative" | "relation" | "relative_identity" | "phone");
        if whose || anew { None } else { self.merged.reaching(row, column) }
    }
}

/// What comes of a list, in the order of the file.
pub enum Piece {
    Entries(Vec<Entry>),
    Passed { sheet: String, row: u32, what: &'static str },
    Failed(SheetError),
}

/// Reads a list on a thread of its own.
#[must_use]
pub fn pieces(source: Source, visitor: String) -> mpsc::Receiver<Piece> {
    let (send, receive) = mpsc::channel(N_WAITING);
    tokio::task::spawn_blocking(move || {
        let said = (source.today, visitor.as_str());
        let mut reader = Reader { send, plan: &source.plan, said, page: None, entries: Vec::new() };
        let read = feed::read(&source.path, &source.name, Wish::Everything, &mut |event| {
            reader.take(event)
        });
        reader.flush();
        if let Err(cause) = read {
            reader.give(Piece::Failed(cause));
        }
    });
    receive
}

struct Reader<'a> {
    send: mpsc::Sender<Piece>,
    plan: &'a Plan,
    said: (Date, &'a str),
    page: Option<Page>,
    entries: Vec<Entry>,
}

impl Reader<'_> {
    fn give(&self, piece: Piece) -> Flow {
        if self.send.blocking_send(piece).is_ok() { Flow::Go } else { Flow::Stop }
    }

    fn flush(&mut self) -> Flow {
        if self.entries.is_empty() {
            return Flow::Go;
        }
        let entries = std::mem::take(&mut self.entries);
        self.give(Piece::Entries(entries))
    }

    fn take(&mut self, event: Event) -> Flow {
        match event {
            Event::Sheet(sheet) => {
                let known = self.plan.sheets.iter().find(|known| known.name == sheet.name);
                let usable = known.filter(|known| self.plan.is_usable(known));
                self.page = usable.map(|known| Page::new(self.plan, known));
                Flow::Go
            }
            Event::Row(row) => self.row(&row),
        }
    }

    fn row(&mut self, row: &RowIn) -> Flow {
        let Some(page) = &self.page else { return Flow::Go };
        if row.number <= page.header.last_row {
            return Flow::Go;
        }
        page.merged.pass(row);
        let what = match row_kind(row, &page.header) {
            RowKind::Data => nothing(page, row),
            RowKind::Total => Some("合计行"),
            RowKind::Note => Some("说明行"),
            RowKind::Repeated => Some("重复的表头"),
            RowKind::Blank => return Flow::Go,
        };
        if let Some(what) = what {
            let (sheet, row) = (page.name.clone(), row.number);
            return self.give(Piece::Passed { sheet, row, what });
        }
        let entry = entry(page, row, self.said);
        self.entries.push(entry);
        if self.entries.len() >= N_CHUNK { self.flush() } else { Flow::Go }
    }
}

/// A row numbered in advance, or a line of words: no known column has anything but at most one.
fn nothing(page: &Page, row: &RowIn) -> Option<&'static str> {
    let said = page.known.iter().filter(|(_, at)| !row.text(*at).trim().is_empty()).count();
    let has_name = page.column("name").is_some_and(|at| !row.text(at).trim().is_empty());
    (said == 0 || said == 1 && !has_name && page.kind != Kind::Relatives).then_some("没有姓名的行")
}

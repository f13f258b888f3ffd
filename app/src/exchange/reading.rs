//! The sheets of a file, row by row, as its plan says; read on a thread of its own, a chunk at a
//! time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use sheets::{Cell, Flow, Header, RowIn, RowKind, SheetError, row_kind};
use tokio::sync::mpsc;

use super::columns::Col;
use super::feed::{self, Event, Wish};
use super::places::{Places, Stand};
use super::plan::{Choice, Plan, Sheet};
use super::rows::{Line, line};

/// Rows that are handed on together, and how many chunks may wait.
pub const N_CHUNK: usize = 400;
const N_WAITING: usize = 4;

/// What a column is that is no field of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other<'a> {
    /// A field after all.
    Known,
    Skipped,
    Extra(&'a str),
    /// Below no title.
    Untitled,
}

/// A sheet that is being read.
pub struct Page {
    pub name: String,
    pub known: Vec<(Col, u32)>,
    pub enterprise: String,
    /// Where rows without a station of their own belong.
    pub usual: Stand,
    pub places: Arc<Places>,
    header: Header,
    others: BTreeMap<u32, Option<String>>,
    pub(super) merged: Merged,
}

/// Merged cells over several rows: what stands in their first cell is said of every row.
#[derive(Default)]
pub struct Merged {
    areas: Vec<[u32; 4]>,
    /// The first cells of areas that reach to the row being read.
    open: Mutex<Vec<([u32; 4], Cell)>>,
}

impl Merged {
    #[must_use]
    pub fn new(areas: Vec<[u32; 4]>) -> Self {
        Self { areas, open: Mutex::default() }
    }

    /// The first cell of an area that reaches to a cell.
    #[must_use]
    pub fn reaching(&self, row: &RowIn, column: u32) -> Option<Cell> {
        let open = self.open.lock().ok()?;
        let reaches = |([first, last, left, right], _): &&([u32; 4], Cell)| {
            (*first..=*last).contains(&row.number) && (*left..=*right).contains(&column)
        };
        open.iter().find(reaches).map(|(_, cell)| cell.clone())
    }

    /// Remembers the first cells of areas that begin in this row.
    pub fn pass(&self, row: &RowIn) {
        if self.areas.is_empty() {
            return;
        }
        let Ok(mut open) = self.open.lock() else { return };
        open.retain(|([_, last, ..], _)| *last >= row.number);
        for area in self.areas.iter().filter(|area| area[0] == row.number) {
            if let Some(cell) = row.cell(area[2]) {
                open.push((*area, cell.clone()));
            }
        }
    }
}

impl Page {
    pub(super) fn new(plan: &Plan, sheet: &Sheet, places: &Arc<Places>) -> Self {
        let (mut known, mut others) = (Vec::new(), BTreeMap::new());
        for place in &sheet.places {
            match plan.choice(place) {
                Choice::Field(key) => {
                    known.extend(Col::from_key(key).map(|col| (col, place.column)))
                }
                Choice::Skip => drop(others.insert(place.column, None)),
                Choice::Extra => {
                    let title = plan.columns[place.at].title.clone();
                    let twice = others.values().any(|known| known.as_ref() == Some(&title));
                    let letters = sheets::letters(place.column);
                    let title = if twice { format!("{title}（{letters}列）") } else { title };
                    others.insert(place.column, Some(title));
                }
            }
        }
        known.sort_unstable();
        Self {
            name: sheet.name.clone(),
            known,
            enterprise: sheet.enterprise.clone(),
            usual: usual(plan, sheet, places),
            places: Arc::clone(places),
            header: sheet.header(),
            others,
            merged: Merged::new(sheet.areas.clone()),
        }
    }

    /// The column of a field, from 0.
    #[must_use]
    pub fn column(&self, col: Col) -> Option<u32> {
        self.known.iter().find(|(known, _)| *known == col).map(|(_, column)| *column)
    }

    #[must_use]
    pub fn other(&self, column: u32) -> Other<'_> {
        if self.known.iter().any(|(_, known)| *known == column) {
            return Other::Known;
        }
        match self.others.get(&column) {
            Some(Some(title)) => Other::Extra(title),
            Some(None) => Other::Skipped,
            None => Other::Untitled,
        }
    }

    /// The cell of a row, or the first cell of a merged area that reaches to it. Names and numbers
    /// are everybody's own.
    #[must_use]
    pub fn merged(&self, row: &RowIn, column: u32) -> Option<Cell> {
        if let Some(own) = row.cell(column) {
            return Some(own.clone());
        }
        let own = [Col::Name, Col::Identity];
        if own.iter().any(|col| self.column(*col) == Some(column)) {
            return None;
        }
        self.merged.reaching(row, column)
    }
}

/// The station of the rows that name none: by the title, by the name of the sheet, or the one that
/// was chosen for the whole file.
#[must_use]
pub fn usual(plan: &Plan, sheet: &Sheet, places: &Places) -> Stand {
    for said in [&sheet.station, &sheet.name] {
        if let at @ Stand::At(_) = places.stand(said) {
            return at;
        }
    }
    let chosen = places.by_code(&plan.station).or_else(|| places.only());
    chosen.map_or(Stand::Unsaid, |station| Stand::Usual(station.clone()))
}

/// What comes out of a file.
#[derive(Debug)]
pub enum Piece {
    Lines(Vec<Line>),
    /// A row that is none of a retiree: where, and what it is.
    Passed {
        sheet: String,
        row: u32,
        what: &'static str,
    },
    Failed(SheetError),
}

/// A file that is to be read.
#[derive(Clone)]
pub struct Source {
    pub path: Arc<Path>,
    pub name: String,
    pub plan: Arc<Plan>,
    pub places: Arc<Places>,
    pub today: Date,
}

/// Reads a file on a thread of its own. The pieces end with the file, or with a failure.
#[must_use]
pub fn pieces(source: Source) -> mpsc::Receiver<Piece> {
    let (send, receive) = mpsc::channel(N_WAITING);
    tokio::task::spawn_blocking(move || {
        let mut reader = Reader { send, source: &source, page: None, lines: Vec::new() };
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
    source: &'a Source,
    page: Option<Page>,
    lines: Vec<Line>,
}

impl Reader<'_> {
    fn give(&self, piece: Piece) -> Flow {
        if self.send.blocking_send(piece).is_ok() { Flow::Go } else { Flow::Stop }
    }

    fn flush(&mut self) -> Flow {
        if self.lines.is_empty() {
            return Flow::Go;
        }
        let lines = std::mem::take(&mut self.lines);
        self.give(Piece::Lines(lines))
    }

    fn take(&mut self, event: Event) -> Flow {
        match event {
            Event::Sheet(sheet) => {
                let plan = &self.source.plan;
                let known = plan.sheets.iter().find(|known| known.name == sheet.name);
                let usable = known.filter(|known| plan.is_usable(known));
                self.page = usable.map(|known| Page::new(plan, known, &self.source.places));
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
            RowKind::Data => nobody(page, row),
            RowKind::Total => Some("合计行"),
            RowKind::Note => Some("说明行"),
            RowKind::Repeated => Some("重复的表头"),
            RowKind::Blank => return Flow::Go,
        };
        if let Some(what) = what {
            let (sheet, row) = (page.name.clone(), row.number);
            return self.give(Piece::Passed { sheet, row, what });
        }
        let line = line(page, row, self.source.today);
        self.lines.push(line);
        if self.lines.len() >= N_CHUNK { self.flush() } else { Flow::Go }
    }
}

/// A row without name and number: numbered in advance, or a line of words.
fn nobody(page: &Page, row: &RowIn) -> Option<&'static str> {
    let has = |col: Col| page.column(col).is_some_and(|at| !row.text(at).trim().is_empty());
    if has(Col::Name) || has(Col::Identity) {
        return None;
    }
    let filled = row.cells.iter().filter(|cell| !cell.text.trim().is_empty());
    match filled.count() {
        0 | 1 => Some("没有姓名和号码的行"),
        2 if page.known.iter().all(|(_, at)| row.text(*at).trim().is_empty()) => {
            Some("没有姓名和号码的行")
        }
        _ => None,
    }
}

//! The sheets of a file, row by row, as its plan says; read on a thread of its own, a chunk at a
//! time. A roster and a list of any other kind differ in what a row says.

use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use kernel::Problem;
use sheets::{Cell, Flow, Header, RowIn, RowKind, SheetError, row_kind};
use tokio::sync::mpsc;

use super::feed::{self, Event, Wish};
use super::places::Places;
use super::plan::{Plan, Sheet};
use super::report::Report;
use super::run::unreadable;

/// Chunks that may wait.
const N_WAITING: usize = 2;

/// A file that is to be read.
#[derive(Clone)]
pub struct Source {
    pub path: Arc<Path>,
    pub name: String,
    pub plan: Arc<Plan>,
    pub places: Arc<Places>,
    pub today: Date,
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
        if self.areas.is_empty() {
            return None;
        }
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

/// What every sheet has that is being read.
pub struct Frame {
    pub name: Arc<str>,
    pub header: Header,
    pub merged: Merged,
}

impl Frame {
    #[must_use]
    pub fn new(sheet: &Sheet) -> Self {
        let merged = Merged::new(sheet.areas.clone());
        Self { name: sheet.name.as_str().into(), header: sheet.header(), merged }
    }
}

/// A sheet that is being read, of a roster or of another list.
pub trait Reads: Sized {
    /// What a row says.
    type Row: Send + 'static;
    /// Rows that are handed on together.
    const N_CHUNK: usize;

    fn open(source: &Source, sheet: &Sheet) -> Self;

    fn frame(&self) -> &Frame;

    /// What a row is that speaks of nobody.
    fn nobody(&self, row: &RowIn) -> Option<&'static str>;
}

/// What comes out of a file.
enum Piece<R> {
    Rows(Vec<R>),
    /// A row that speaks of nobody: where, and what it is.
    Passed {
        sheet: String,
        row: u32,
        what: &'static str,
    },
    Failed(SheetError),
}

/// The rows of a file as they come; they end with the file.
pub struct Rows<R> {
    pieces: mpsc::Receiver<Piece<R>>,
    waiting: Option<Piece<R>>,
}

impl<R: Send + 'static> Rows<R> {
    /// Reads a file on a thread of its own; `understand` tells what a row says.
    pub fn read<P: Reads<Row = R>>(
        source: &Source,
        understand: impl Fn(&P, &RowIn) -> R + Send + 'static,
    ) -> Self {
        let (send, pieces) = mpsc::channel(N_WAITING);
        let source = source.clone();
        tokio::task::spawn_blocking(move || {
            let mut reader =
                Reader { send, source: &source, understand, page: None, rows: Vec::new() };
            let read = feed::read(&source.path, &source.name, Wish::Everything, &mut |event| {
                reader.take(event)
            });
            reader.flush();
            if let Err(cause) = read {
                reader.give(Piece::Failed(cause));
            }
        });
        Self { pieces, waiting: None }
    }

    /// Waits for the first piece, so that opening the file is over before anything is locked.
    pub async fn warm_up(&mut self) {
        self.waiting = self.pieces.recv().await;
    }

    /// The next chunk of rows; what is none goes to the report.
    ///
    /// # Errors
    /// When the file cannot be read any further.
    pub async fn next(&mut self, report: &mut Report) -> Result<Option<Vec<R>>, Problem> {
        loop {
            let piece = match self.waiting.take() {
                Some(piece) => Some(piece),
                None => self.pieces.recv().await,
            };
            match piece {
                None => return Ok(None),
                Some(Piece::Rows(rows)) => return Ok(Some(rows)),
                Some(Piece::Passed { sheet, row, what }) => report.pass(sheet, row, what),
                Some(Piece::Failed(cause)) => return Err(unreadable(&cause)),
            }
        }
    }
}

struct Reader<'a, P: Reads, U> {
    send: mpsc::Sender<Piece<P::Row>>,
    source: &'a Source,
    understand: U,
    page: Option<P>,
    rows: Vec<P::Row>,
}

impl<P: Reads, U: Fn(&P, &RowIn) -> P::Row> Reader<'_, P, U> {
    fn give(&self, piece: Piece<P::Row>) -> Flow {
        if self.send.blocking_send(piece).is_ok() { Flow::Go } else { Flow::Stop }
    }

    fn flush(&mut self) -> Flow {
        if self.rows.is_empty() {
            return Flow::Go;
        }
        let rows = std::mem::take(&mut self.rows);
        self.give(Piece::Rows(rows))
    }

    fn take(&mut self, event: Event) -> Flow {
        match event {
            Event::Sheet(sheet) => {
                let plan = &self.source.plan;
                let known = plan.sheets.iter().find(|known| known.name == sheet.name);
                let usable = known.filter(|known| plan.is_usable(known));
                self.page = usable.map(|known| P::open(self.source, known));
                Flow::Go
            }
            Event::Row(row) => self.row(&row),
        }
    }

    fn row(&mut self, row: &RowIn) -> Flow {
        let Some(page) = &self.page else { return Flow::Go };
        let Frame { name, header, merged } = page.frame();
        if row.number <= header.last_row {
            return Flow::Go;
        }
        merged.pass(row);
        let what = match row_kind(row, header) {
            RowKind::Data => page.nobody(row),
            RowKind::Total => Some("合计行"),
            RowKind::Note => Some("说明行"),
            RowKind::Repeated => Some("重复的表头"),
            RowKind::Blank => return Flow::Go,
        };
        if let Some(what) = what {
            let (sheet, row) = (name.to_string(), row.number);
            return self.give(Piece::Passed { sheet, row, what });
        }
        let said = (self.understand)(page, row);
        self.rows.push(said);
        if self.rows.len() >= P::N_CHUNK { self.flush() } else { Flow::Go }
    }
}

//! Writes people into a blank: rows of a list in one pass, a copy of a form for each.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Actor, Problem};
use rules::identity::Mask;
use sheets::SheetError;
use sheets::edit::{Notes, RowEdit, Target};
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::amend::{Changes, amend};
use super::export_file::Made;
use super::export_lists::Part;
use super::fill_plan::{Blank, Kind};
use super::run::unreadable;
use crate::people::roll::Listed;
use crate::people::{list as people, roll};
use crate::web::Shared;

/// Rows read in one trip.
const PAGE: i64 = 500;
/// A list in somebody else's workbook is not filled further: its sheet has to hold it.
const N_ROWS: u64 = 300_000;
/// Copies of a form that are made at once.
pub const N_FORMS: u64 = 200;

/// What a filled blank is sent as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Workbook,
    /// A copy for each person.
    Archive,
}

/// A blank that was filled.
pub struct Filled {
    pub made: Made,
    pub kind: Sent,
}

/// The rows of a list or the copies of a form that are made so far.
struct Filling {
    blank: Blank,
    source: NamedTempFile,
    how: (Mask, Date),
    n: u64,
    changes: Changes,
    copies: Option<ZipWriter<BufWriter<File>>>,
    /// The only copy, until there is a second.
    first: Option<(String, NamedTempFile)>,
}

fn told(cause: SheetError) -> Problem {
    match cause {
        SheetError::CellFull { .. } => Problem::refused("unwritable", cause.to_string()),
        other => unreadable(&other),
    }
}

fn fault(cause: impl Into<anyhow::Error>) -> Problem {
    Problem::Fault(cause.into())
}

/// Fills a blank with whom the page of retirees shows to this actor.
///
/// # Errors
/// A refusal when there is nobody, or more than there is room for.
pub async fn write(
    (app, actor): (&Shared, &Actor),
    part: &Part,
    (blank, bytes): (&Blank, Vec<u8>),
) -> Result<(Made, Sent), Problem> {
    // One state of the database, on a connection of its own: pages are not kept waiting.
    let db = app.db.as_it_is().await?;
    let filter = people::Filter::read(&part.conditions, &actor.scope());
    let today = app.today();
    let mut source = tempfile::Builder::new().prefix("songhe-").tempfile().map_err(fault)?;
    source.write_all(&bytes).map_err(fault)?;
    source.flush().map_err(fault)?;
    let mut filling = Filling {
        blank: blank.clone(),
        source,
        how: (part.masks.number, today),
        n: 0,
        changes: Changes::new().map_err(told)?,
        copies: None,
        first: None,
    };
    let keys = Arc::new(db.vault().clone());
    let mut last = None;
    loop {
        let rows = roll::roll(&db, &filter, (last.as_ref(), PAGE), today).await?;
        last = rows.last().map(roll::place).transpose()?;
        let is_end = last.is_none();
        let keys = Arc::clone(&keys);
        let pushed = tokio::task::spawn_blocking(move || {
            for row in &rows {
                filling.push(&roll::read(row, &keys)?)?;
            }
            Ok::<_, Problem>(filling)
        });
        filling = pushed.await.map_err(fault)??;
        if is_end {
            break;
        }
    }
    let done = tokio::task::spawn_blocking(move || filling.finish());
    done.await.map_err(fault)?
}

impl Filling {
    fn push(&mut self, of: &Listed) -> Result<(), Problem> {
        self.n += 1;
        let room = match self.blank.kind {
            Kind::Form => N_FORMS,
            Kind::List => self.blank.room.map_or(N_ROWS, u64::from),
        };
        if self.n > room {
            return Err(crowded(&self.blank, room));
        }
        let cells = self.blank.cells(of, self.n, self.how);
        match self.blank.kind {
            Kind::List => {
                let row = u32::try_from(self.n - 1).unwrap_or(u32::MAX);
                let row = self.blank.first_row.saturating_add(row);
                let cells = cells.into_iter().map(|(_, cell)| cell).collect();
                self.changes.push(&RowEdit { sheet: 0, row, cells }).map_err(told)
            }
            Kind::Form => {
                let mut changes = Changes::new().map_err(told)?;
                for cells in cells.chunk_by(|one, two| one.0 == two.0) {
                    let row = cells[0].0;
                    let cells = cells.iter().map(|(_, cell)| cell.clone()).collect();
                    changes.push(&RowEdit { sheet: 0, row, cells }).map_err(told)?;
                }
                let copy = self.made(changes)?;
                self.keep(&of.person.name, copy)
            }
        }
    }

    /// The blank with these changes.
    fn made(&self, changes: Changes) -> Result<NamedTempFile, Problem> {
        let to = tempfile::Builder::new().prefix("songhe-").tempfile().map_err(fault)?;
        let column = self.blank.filled().map(|place| place.column).max().unwrap_or(0);
        let row = match self.blank.kind {
            Kind::Form => self.blank.filled().map(|place| place.row).max().unwrap_or(1),
            Kind::List => {
                let n = u32::try_from(self.n).unwrap_or(u32::MAX);
                self.blank.first_row.saturating_add(n).saturating_sub(1)
            }
        };
        let target = Target {
            name: self.blank.sheet.clone(),
            reach: (column, row),
            own: None,
            like_from: (self.blank.kind == Kind::List).then_some(self.blank.first_row),
            notes: Notes::None,
        };
        amend((self.source.path(), to.path()), &[target], changes).map_err(told)?;
        Ok(to)
    }

    /// A copy of a form: one stands alone, several go into an archive.
    fn keep(&mut self, name: &str, copy: NamedTempFile) -> Result<(), Problem> {
        let name = format!("{:03}-{}.xlsx", self.n, plain(name));
        if self.n == 1 {
            self.first = Some((name, copy));
            return Ok(());
        }
        let mut copies = match self.copies.take() {
            Some(copies) => copies,
            None => ZipWriter::new(BufWriter::new(tempfile::tempfile().map_err(fault)?)),
        };
        for (name, copy) in self.first.take().into_iter().chain([(name, copy)]) {
            let options =
                SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            copies.start_file(name, options).map_err(fault)?;
            let mut from = copy.reopen().map_err(fault)?;
            std::io::copy(&mut from, &mut copies).map_err(fault)?;
        }
        self.copies = Some(copies);
        Ok(())
    }

    fn finish(mut self) -> Result<(Made, Sent), Problem> {
        if self.n == 0 {
            let says = "没有符合条件的人，没有可填的；请放宽条件";
            return Err(Problem::refused("nobody", says));
        }
        let n = self.n;
        if let Some(copies) = self.copies.take() {
            let to = copies.finish().map_err(fault)?;
            return Ok((Made::of(to, n).map_err(fault)?, Sent::Archive));
        }
        let to = match self.first.take() {
            Some((_, copy)) => copy,
            None => {
                let changes = std::mem::replace(&mut self.changes, Changes::new().map_err(told)?);
                self.made(changes)?
            }
        };
        let mut to = to.reopen().map_err(fault)?;
        to.seek(SeekFrom::Start(0)).map_err(fault)?;
        Ok((Made::of(BufWriter::new(to), n).map_err(fault)?, Sent::Workbook))
    }
}

fn crowded(blank: &Blank, room: u64) -> Problem {
    let says = match blank.kind {
        Kind::Form => format!("一人一张的表一次最多填 {room} 份，请缩小机构或条件后分次填"),
        Kind::List if blank.room.is_some() => format!(
            "表里只有 {room} 个空行，要填的人更多；请在表中插入足够的空行后重新上传，或缩小条件"
        ),
        Kind::List => format!("一次最多填 {room} 行，请缩小机构或条件后分次填"),
    };
    Problem::refused("too-many-rows", says)
}

/// A name as it may stand in the name of a file.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '·').take(40).collect()
}

//! The file of an export: written to a temporary file that has no name, then sent in pieces.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use kernel::Problem;
use kernel::vault::hex;
use sha2::{Digest, Sha256};
use sheets::{ColumnOut, CsvCode, CsvOut, LeadingSign, Lines, SheetError, XlsxOut};
use tokio::sync::mpsc;

/// In what form a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    /// UTF-8 with a byte order mark.
    Csv,
    Gb18030,
}

impl Format {
    pub const ALL: &'static [Self] = &[Self::Xlsx, Self::Csv, Self::Gb18030];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Gb18030 => "csv-gb18030",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "Excel 表格（.xlsx）",
            Self::Csv => "CSV（UTF-8）",
            Self::Gb18030 => "CSV（GB 18030，供旧系统使用）",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.code() == code)
    }

    /// The ending of the file's name, and its type.
    #[must_use]
    pub const fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Xlsx => {
                ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            }
            Self::Csv => ("csv", "text/csv; charset=utf-8"),
            Self::Gb18030 => ("csv", "text/csv; charset=gb18030"),
        }
    }
}

/// At most so many rows in one file.
pub const N_ROWS: u64 = 2_000_000;

/// How far an export has come, for whoever waits for it, and after how many rows it is refused.
#[derive(Debug)]
pub struct Course {
    n_done: AtomicU64,
    at_most: u64,
}

impl Default for Course {
    fn default() -> Self {
        Self::of_at_most(N_ROWS)
    }
}

impl Course {
    #[must_use]
    pub fn of_at_most(n_rows: u64) -> Self {
        Self { n_done: AtomicU64::new(0), at_most: n_rows.min(N_ROWS) }
    }

    #[must_use]
    pub fn n_done(&self) -> u64 {
        self.n_done.load(Ordering::Relaxed)
    }
}

/// A file that is being written.
pub struct Writer {
    table: Table,
    n_rows: u64,
    course: Arc<Course>,
    /// Who took it and why; in a CSV file the last line.
    watermark: String,
    width: usize,
}

enum Table {
    Xlsx(Box<XlsxOut>),
    Csv(Box<CsvOut<BufWriter<File>>>),
}

/// What stands in the head of a file.
#[derive(Clone, Debug)]
pub struct Head {
    pub title: String,
    pub watermark: String,
    pub author: String,
    pub made_on: jiff::civil::Date,
}

impl Writer {
    /// Begins a file.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn begin(
        (format, course): (Format, Arc<Course>),
        head: &Head,
        columns: &[ColumnOut],
    ) -> Result<Self, Problem> {
        let table = match format {
            Format::Xlsx => {
                let lines = Lines {
                    title: Some(head.title.clone()),
                    watermark: Some(head.watermark.clone()),
                    author: Some(head.author.clone()),
                    made_on: Some(head.made_on),
                    ..Lines::default()
                };
                let book = XlsxOut::create(&head.title, columns, lines).map_err(failed)?;
                Table::Xlsx(Box::new(book))
            }
            Format::Csv | Format::Gb18030 => {
                let code = if format == Format::Csv { CsvCode::Utf8 } else { CsvCode::Gb18030 };
                let titles: Vec<&str> = columns.iter().map(|one| one.title.as_str()).collect();
                let to = BufWriter::new(tempfile::tempfile().map_err(anyhow::Error::from)?);
                let out = CsvOut::create(to, &titles, code, LeadingSign::Apostrophe);
                Table::Csv(Box::new(out.map_err(failed)?))
            }
        };
        let watermark = head.watermark.clone();
        Ok(Self { table, n_rows: 0, course, watermark, width: columns.len() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When there are too many, a character cannot be written in this form, or there is no room.
    pub fn push(&mut self, cells: &[String]) -> Result<(), Problem> {
        let most = self.course.at_most;
        if self.n_rows >= most {
            let sentence = format!("超过 {most} 行，没有导出。请缩小机构或条件后分次导出");
            return Err(Problem::refused("too-many-rows", sentence));
        }
        self.n_rows += 1;
        self.course.n_done.store(self.n_rows, Ordering::Relaxed);
        self.write(&cells.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn write(&mut self, cells: &[&str]) -> Result<(), Problem> {
        match &mut self.table {
            Table::Xlsx(book) => {
                let cells: Vec<_> = cells.iter().map(|text| sheets::guarded(text)).collect();
                book.push(&cells.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
            }
            Table::Csv(out) => out.push(cells),
        }
        .map_err(failed)
    }

    /// Ends the file and reads its checksum.
    ///
    /// # Errors
    /// When there is no room.
    pub fn finish(mut self) -> Result<Made, Problem> {
        if matches!(self.table, Table::Csv(_)) {
            let mut last = vec![""; self.width];
            let words = std::mem::take(&mut self.watermark);
            last[0] = &words;
            self.write(&last)?;
        }
        let n_rows = self.n_rows;
        let file = match self.table {
            Table::Xlsx(book) => {
                let mut to = BufWriter::new(tempfile::tempfile().map_err(anyhow::Error::from)?);
                book.finish(&mut to).map_err(failed)?;
                to
            }
            Table::Csv(out) => out.finish().map_err(failed)?,
        };
        Made::of(file, n_rows).map_err(|cause| anyhow::Error::from(cause).into())
    }
}

/// A refusal the user can act on speaks; the rest is a fault.
fn failed(cause: SheetError) -> Problem {
    match cause {
        SheetError::Unwritable { .. } | SheetError::CellFull { .. } => {
            Problem::refused("unwritable", cause.to_string())
        }
        other => {
            let detail = other.cause();
            anyhow::Error::from(other).context(detail.unwrap_or_default()).into()
        }
    }
}

/// A file that was written.
#[derive(Debug)]
pub struct Made {
    file: File,
    pub n_rows: u64,
    pub n_bytes: u64,
    pub sha256: String,
}

impl Made {
    /// A file that was written to its end.
    ///
    /// # Errors
    /// When it cannot be read again.
    pub fn of(file: BufWriter<File>, n_rows: u64) -> std::io::Result<Self> {
        let mut file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.flush()?;
        file.seek(SeekFrom::Start(0))?;
        let (mut hash, mut n_bytes, mut block) = (Sha256::new(), 0, vec![0; PIECE]);
        loop {
            match file.read(&mut block)? {
                0 => break,
                n => {
                    n_bytes += n as u64;
                    hash.update(&block[..n]);
                }
            }
        }
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { file, n_rows, n_bytes, sha256: hex(&hash.finalize()) })
    }

    /// Copies the file.
    ///
    /// # Errors
    /// When there is no room.
    pub fn copy(mut self, to: &mut impl Write) -> std::io::Result<()> {
        std::io::copy(&mut self.file, to).map(|_| ())
    }

    /// The file in pieces, read as they are taken.
    pub fn body(self) -> Body {
        let (pieces, taken) = mpsc::channel(4);
        tokio::task::spawn_blocking(move || send(self.file, &pieces));
        Body::from_stream(Pieces(taken))
    }
}

const PIECE: usize = 64 << 10;

type Piece = std::io::Result<Bytes>;

fn send(file: File, pieces: &mpsc::Sender<Piece>) {
    let mut from = BufReader::new(file);
    loop {
        let mut piece = vec![0; PIECE];
        let read = from.read(&mut piece).map(|n| {
            piece.truncate(n);
            Bytes::from(piece)
        });
        let is_last = read.as_ref().map_or(true, Bytes::is_empty);
        if read.as_ref().is_ok_and(Bytes::is_empty) || pieces.blocking_send(read).is_err() {
            return;
        }
        if is_last {
            return;
        }
    }
}

struct Pieces(mpsc::Receiver<Piece>);

impl futures_core::Stream for Pieces {
    type Item = Piece;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Piece>> {
        self.get_mut().0.poll_recv(context)
    }
}

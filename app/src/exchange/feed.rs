//! Rows of a file that somebody sent, read by a process of its own with little memory and time, so
//! that a hostile file costs that process and not the house.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use sheets::{Area, Cell, CellKind, Flow, RowIn, SheetError, Visibility};

/// The command of this program that reads a file for another one.
pub const COMMAND: &str = "__read-sheet";
/// What the reading process may use.
const MEMORY: u64 = 1536 << 20;
const SECONDS: u64 = 180;
/// As much as a row may say.
const N_LINE: u64 = 16 << 20;

/// A part of a file, in the order of the file.
#[derive(Debug)]
pub enum Event {
    Sheet(SheetIn),
    Row(RowIn),
}

/// The beginning of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetIn {
    pub name: String,
    pub visibility: Visibility,
    /// Merged cells; only told when a beginning alone is asked for.
    pub merges: Vec<Area>,
}

/// How much of a file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// So many rows of every sheet, and its merged cells.
    Beginning(u32),
    Everything,
}

static READER: OnceLock<PathBuf> = OnceLock::new();

/// From now on files are read by this program, in a process of its own.
pub fn read_beside(program: PathBuf) {
    let _ = READER.set(program);
}

/// The program that reads, when it does so in a process of its own.
pub(super) fn program() -> Option<&'static Path> {
    READER.get().map(PathBuf::as_path)
}

/// Reads a file; `name` is what the sender called it. Stops when `each` says so.
///
/// # Errors
/// A sentence for whoever sent the file.
pub fn read(
    path: &Path,
    name: &str,
    wish: Wish,
    each: &mut dyn FnMut(Event) -> Flow,
) -> Result<(), SheetError> {
    match program() {
        Some(program) => beside(program, (path, name), wish, each),
        None => here(path, name, wish, each),
    }
}

fn here(
    path: &Path,
    name: &str,
    wish: Wish,
    each: &mut dyn FnMut(Event) -> Flow,
) -> Result<(), SheetError> {
    let mut book = sheets::open(path, name)?;
    for info in book.sheets().to_vec() {
        let mut left = match wish {
            Wish::Beginning(n) => n,
            Wish::Everything => u32::MAX,
        };
        let merges = match wish {
            Wish::Beginning(_) => book.merges(&info.name)?,
            Wish::Everything => Vec::new(),
        };
        let begin = SheetIn { name: info.name.clone(), visibility: info.visibility, merges };
        let mut flow = each(Event::Sheet(begin));
        if flow == Flow::Go {
            book.rows::<SheetError>(&info.name, &mut |row| {
                flow = each(Event::Row(row));
                left -= 1;
                Ok(if left == 0 { Flow::Stop } else { flow })
            })?;
        }
        if flow == Flow::Stop {
            break;
        }
    }
    Ok(())
}

/// A line from the reading process.
#[derive(Debug, Serialize, Deserialize)]
enum Line {
    Sheet { name: String, hidden: bool, merges: Vec<[u32; 4]> },
    Row(u32, Vec<(u32, char, String)>),
    Refused(String),
    End,
}

fn letter(kind: CellKind) -> char {
    match kind {
        CellKind::Text => 't',
        CellKind::Number => 'n',
        CellKind::Imprecise => 'i',
        CellKind::Date => 'd',
        CellKind::Month => 'm',
        CellKind::Truth => 'b',
        CellKind::Error => 'e',
    }
}

fn kind_of(letter: char) -> CellKind {
    match letter {
        'n' => CellKind::Number,
        'i' => CellKind::Imprecise,
        'd' => CellKind::Date,
        'm' => CellKind::Month,
        'b' => CellKind::Truth,
        'e' => CellKind::Error,
        _ => CellKind::Text,
    }
}

fn line_of(event: Event) -> Line {
    match event {
        Event::Sheet(sheet) => Line::Sheet {
            name: sheet.name,
            hidden: sheet.visibility == Visibility::Hidden,
            merges: sheet
                .merges
                .iter()
                .map(|area| [area.first_row, area.last_row, area.first_column, area.last_column])
                .collect(),
        },
        Event::Row(row) => {
            let cells = row.cells.into_iter();
            Line::Row(row.number, cells.map(|c| (c.column, letter(c.kind), c.text)).collect())
        }
    }
}

/// Reads for another process: lines on standard output, under the limits of this process.
///
/// # Errors
/// When the other process does not listen any more.
pub fn serve(path: &Path, name: &str, wish: Wish) -> std::io::Result<()> {
    limit();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut say = |line: &Line| -> std::io::Result<()> {
        serde_json::to_writer(&mut out, line)?;
        out.write_all(b"\n")
    };
    let mut torn = None;
    let done = here(path, name, wish, &mut |event| match say(&line_of(event)) {
        Ok(()) => Flow::Go,
        Err(cause) => {
            torn = Some(cause);
            Flow::Stop
        }
    });
    if let Some(cause) = torn {
        return Err(cause);
    }
    match done {
        Ok(()) => say(&Line::End)?,
        Err(refusal) => {
            if let Some(cause) = refusal.cause() {
                eprintln!("{cause}");
            }
            say(&Line::Refused(refusal.to_string()))?;
        }
    }
    out.flush()
}

#[cfg(unix)]
pub(super) fn limit() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    for (resource, most) in [(Resource::As, MEMORY), (Resource::Cpu, SECONDS)] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        if let Err(cause) = setrlimit(resource, limit) {
            eprintln!("no limit: {cause}");
        }
    }
}

#[cfg(not(unix))]
pub(super) fn limit() {}

/// The process is stopped when the one that asked goes away or does not listen.
pub(super) struct Reading(pub(super) Child);

impl Drop for Reading {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn beside(
    program: &Path,
    (path, name): (&Path, &str),
    wish: Wish,
    each: &mut dyn FnMut(Event) -> Flow,
) -> Result<(), SheetError> {
    let n_rows = match wish {
        Wish::Beginning(n) => n.to_string(),
        Wish::Everything => "all".to_owned(),
    };
    let mut command = Command::new(program);
    command.arg(COMMAND).arg(path).arg(name).arg(n_rows).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut reading = Reading(command.spawn()?);
    let Some(out) = reading.0.stdout.take() else {
        return Err(SheetError::TooCostly);
    };
    let mut lines = BufReader::with_capacity(256 << 10, out);
    let mut text = Vec::new();
    loop {
        text.clear();
        if lines.by_ref().take(N_LINE).read_until(b'\n', &mut text)? == 0 {
            // It was stopped by its limits before it could say so.
            return Err(SheetError::TooCostly);
        }
        let line = serde_json::from_slice(&text).map_err(|_| SheetError::TooCostly)?;
        let Some(event) = event_of(line)? else {
            return Ok(());
        };
        if each(event) == Flow::Stop {
            return Ok(());
        }
    }
}

/// What a line says; nothing at the end.
fn event_of(line: Line) -> Result<Option<Event>, SheetError> {
    Ok(Some(match line {
        Line::End => return Ok(None),
        Line::Refused(sentence) => return Err(SheetError::Told(sentence)),
        Line::Sheet { name, hidden, merges } => {
            let visibility = if hidden { Visibility::Hidden } else { Visibility::Shown };
            let area = |[first_row, last_row, first_column, last_column]: [u32; 4]| Area {
                first_row,
                last_row,
                first_column,
                last_column,
            };
            Event::Sheet(SheetIn {
                name,
                visibility,
                merges: merges.into_iter().map(area).collect(),
            })
        }
        Line::Row(number, cells) => {
            let cell = |(column, kind, text)| Cell { column, text, kind: kind_of(kind) };
            Event::Row(RowIn { number, cells: cells.into_iter().map(cell).collect() })
        }
    }))
}

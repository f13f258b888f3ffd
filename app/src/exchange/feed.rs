//! Rows of a file that somebody sent, read by a process of its own with little memory and time, so
//! that a hostile file costs that process and not the house.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use sheets::{Area, Flow, RowIn, SheetError, Visibility};

use super::frames::{In, Out, Said};

/// The command of this program that reads a file for another one.
pub const COMMAND: &str = "__read-sheet";
/// What the reading process may use.
const MEMORY: u64 = 1536 << 20;
pub(super) const SECONDS: u64 = 180;
/// Files of more than this many bytes get another second for each.
const BYTES_A_SECOND: u64 = 1 << 20;
const MOST_SECONDS: u64 = 600;
/// Between the processes so much is handed on together.
const N_AT_ONCE: usize = 256 << 10;

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

/// What reading has cost a process of its own; nothing where the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Memory that was in use at once, at most.
    pub kibibytes: u32,
    /// Time of a processor.
    pub milliseconds: u32,
}

impl Cost {
    /// Of this process so far, as Linux tells it.
    fn own() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let first = |text: &str| text.split_whitespace().next()?.parse::<u64>().ok();
        let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            kibibytes: small(peak.and_then(first).unwrap_or(0)),
            milliseconds: small(first(&stat).unwrap_or(0) / 1_000_000),
        }
    }
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
    let Some(program) = program() else { return here(path, name, wish, each) };
    let (read, cost) = beside(program, (path, name), wish, each);
    let Cost { kibibytes, milliseconds } = cost;
    tracing::debug!(kibibytes, milliseconds, "read a file");
    read
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

/// Reads for another process: frames on standard output, under the limits of this process.
///
/// # Errors
/// When the other process does not listen any more.
pub fn serve(path: &Path, name: &str, wish: Wish) -> std::io::Result<()> {
    limit(seconds(path));
    let mut out = Out::new(std::io::BufWriter::with_capacity(N_AT_ONCE, std::io::stdout().lock()));
    let mut torn = None;
    let done = here(path, name, wish, &mut |event| match out.say(&Said::Event(event)) {
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
        Ok(()) => out.say(&Said::End(Cost::own()))?,
        Err(refusal) => {
            if let Some(cause) = refusal.cause() {
                eprintln!("{cause}");
            }
            out.say(&Said::Refused(refusal.to_string(), Cost::own()))?;
        }
    }
    out.flush()
}

/// A larger file may take longer, whatever it unpacks to; none may take for ever.
fn seconds(path: &Path) -> u64 {
    let n_bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    (SECONDS + n_bytes / BYTES_A_SECOND).min(MOST_SECONDS)
}

#[cfg(unix)]
pub(super) fn limit(seconds: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    for (resource, most) in [(Resource::As, MEMORY), (Resource::Cpu, seconds)] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        if let Err(cause) = setrlimit(resource, limit) {
            eprintln!("no limit: {cause}");
        }
    }
}

#[cfg(not(unix))]
pub(super) fn limit(_: u64) {}

/// The process is stopped when the one that asked goes away or does not listen.
pub(super) struct Reading(pub(super) Child);

impl Drop for Reading {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads in a process of its own, by a program; says what that has cost it.
///
/// # Errors
/// A sentence for whoever sent the file.
pub fn beside(
    program: &Path,
    (path, name): (&Path, &str),
    wish: Wish,
    each: &mut dyn FnMut(Event) -> Flow,
) -> (Result<(), SheetError>, Cost) {
    let mut cost = Cost::default();
    let read = listen(program, (path, name), wish, &mut |said| {
        match said {
            Said::Event(event) => return Ok(each(event)),
            Said::Refused(sentence, told) => {
                cost = told;
                return Err(SheetError::Told(sentence));
            }
            Said::End(told) => cost = told,
        }
        Ok(Flow::Stop)
    });
    (read, cost)
}

fn listen(
    program: &Path,
    (path, name): (&Path, &str),
    wish: Wish,
    each: &mut dyn FnMut(Said) -> Result<Flow, SheetError>,
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
    let mut frames = In::new(BufReader::with_capacity(N_AT_ONCE, out));
    // It was stopped by its limits before it could say so.
    while each(frames.hear().map_err(|_| SheetError::TooCostly)?)? == Flow::Go {}
    Ok(())
}

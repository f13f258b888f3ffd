//! Changes to a workbook that somebody sent, carried out by a process of its own with little
//! memory and time, as reading is.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};
use sheets::SheetError;
use sheets::edit::{Edited, RowEdit, Target, edit};

use super::feed::{Reading, SECONDS, limit, program};

/// The command of this program that changes a file for another one.
pub const COMMAND: &str = "__edit-sheet";

/// Changes that wait on the disk, in a file without a name.
pub struct Changes(BufWriter<File>);

#[derive(Serialize, Deserialize)]
enum Answer {
    Done(Edited),
    Refused(String),
}

impl Changes {
    /// None yet.
    ///
    /// # Errors
    /// When there is no room.
    pub fn new() -> Result<Self, SheetError> {
        Ok(Self(BufWriter::new(tempfile::tempfile()?)))
    }

    /// Adds the changes of a row; rows come in order of sheets, then of rows.
    ///
    /// # Errors
    /// When there is no room.
    pub fn push(&mut self, row: &RowEdit) -> Result<(), SheetError> {
        serde_json::to_writer(&mut self.0, row).map_err(std::io::Error::from)?;
        Ok(self.0.write_all(b"\n")?)
    }

    fn file(self) -> Result<File, SheetError> {
        let mut file = self.0.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

/// Writes a copy of a workbook with these changes.
///
/// # Errors
/// A sentence for whoever sent the file.
pub fn amend(
    (from, to): (&Path, &Path),
    targets: &[Target],
    changes: Changes,
) -> Result<Edited, SheetError> {
    let mut head = serde_json::to_vec(targets).map_err(std::io::Error::from)?;
    head.push(b'\n');
    let input = Cursor::new(head).chain(changes.file()?);
    match program() {
        Some(program) => beside(program, (from, to), input),
        None => here((from, to), BufReader::new(input)),
    }
}

fn here((from, to): (&Path, &Path), mut input: impl BufRead) -> Result<Edited, SheetError> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    let targets: Vec<Target> = serde_json::from_str(&line).map_err(std::io::Error::from)?;
    let mut rows = input.lines().map(|line| {
        let row: Result<RowEdit, _> = serde_json::from_str(&line?);
        Ok(row.map_err(std::io::Error::from)?)
    });
    let to = File::options().write(true).create(true).truncate(true).open(to)?;
    edit((File::open(from)?, to), &targets, &mut rows)
}

/// Changes a file for another process: what to do on standard input, under limits of its own.
///
/// # Errors
/// When the other process does not listen any more.
pub fn serve(from: &Path, to: &Path) -> std::io::Result<()> {
    limit(SECONDS);
    let answer = match here((from, to), std::io::stdin().lock()) {
        Ok(edited) => Answer::Done(edited),
        Err(refusal) => {
            if let Some(cause) = refusal.cause() {
                eprintln!("{cause}");
            }
            Answer::Refused(refusal.to_string())
        }
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &answer)?;
    out.flush()
}

fn beside(
    program: &Path,
    (from, to): (&Path, &Path),
    mut input: impl Read,
) -> Result<Edited, SheetError> {
    let mut command = Command::new(program);
    command.arg(COMMAND).arg(from).arg(to).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut editing = Reading(command.spawn()?);
    let (Some(mut stdin), Some(stdout)) = (editing.0.stdin.take(), editing.0.stdout.take()) else {
        return Err(SheetError::TooCostly);
    };
    // It may refuse before it has heard everything.
    let _ = std::io::copy(&mut input, &mut stdin);
    drop(stdin);
    let mut said = Vec::new();
    stdout.take(64 << 10).read_to_end(&mut said)?;
    match serde_json::from_slice(&said) {
        Ok(Answer::Done(edited)) => Ok(edited),
        Ok(Answer::Refused(sentence)) => Err(SheetError::Told(sentence)),
        // It was stopped by its limits before it could say so.
        Err(_) => Err(SheetError::TooCostly),
    }
}

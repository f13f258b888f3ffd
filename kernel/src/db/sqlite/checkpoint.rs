//! Copies the log of an SQLite file into the file, beside the writer: no act waits for it. While
//! an act of many rows goes on, its log goes to the disk meanwhile, not all of it at the commit.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::{connect, spawn};
use crate::db::value::DbError;

/// The log is copied at most once in so long a time.
const PAUSE: Duration = Duration::from_secs(1);

/// What the writer tells of the log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It grows, and nothing of it is committed yet.
    Growing,
    /// Something was committed.
    Written,
}

/// A thread that copies the log soon after it is told that something was written.
pub fn beside(path: &Path, synchronous: &str) -> Result<mpsc::SyncSender<Told>, DbError> {
    let (tell, told) = mpsc::sync_channel(1);
    let (path, synchronous) = (path.to_owned(), synchronous.to_owned());
    spawn("songhe-checkpoint", move || {
        let log = Log { file: log_of(&path), is_kept: synchronous != "OFF", told };
        if !log.wait() {
            return;
        }
        match connect(&path, &synchronous) {
            Ok(conn) => keep_copying(&conn, &log),
            Err(cause) => tracing::error!(%cause, "the writer copies the log itself"),
        }
    })?;
    Ok(tell)
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

struct Log {
    file: PathBuf,
    /// Whether anybody wants it on the disk.
    is_kept: bool,
    told: mpsc::Receiver<Told>,
}

impl Log {
    /// Waits until something was committed. False when the house closes.
    fn wait(&self) -> bool {
        loop {
            match self.told.recv() {
                Ok(Told::Written) => return true,
                Ok(Told::Growing) => self.sync(),
                Err(_) => return false,
            }
        }
    }

    /// The commit itself waits for the disk again, so that a failure here does not matter.
    fn sync(&self) {
        if self.is_kept {
            let _ = File::open(&self.file).and_then(|file| file.sync_data());
        }
    }
}

fn keep_copying(conn: &rusqlite::Connection, log: &Log) {
    loop {
        // What it answers (busy, pages) does not matter: it is tried again after the next commit.
        if let Err(cause) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(%cause, "the log was not copied");
        }
        // The pause ends at once when the house closes.
        let more = match log.told.recv_timeout(PAUSE) {
            Ok(Told::Written) => rest(log),
            Ok(Told::Growing) => {
                log.sync();
                log.wait()
            }
            Err(RecvTimeoutError::Timeout) => log.wait(),
            Err(RecvTimeoutError::Disconnected) => false,
        };
        if !more {
            return;
        }
    }
}

/// Waits for the rest of the pause. False when the house closes.
fn rest(log: &Log) -> bool {
    let pause = crate::clock::Stopwatch::start();
    while !pause.passed(PAUSE) {
        match log.told.recv_timeout(PAUSE) {
            Ok(Told::Growing) => log.sync(),
            Ok(Told::Written) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}

//! Copies the log of an SQLite file into the file, beside the writer: no act waits for it.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::{connect, spawn};
use crate::db::value::DbError;

/// The log is copied at most once in so long a time.
const PAUSE: Duration = Duration::from_secs(1);

/// A thread that copies the log soon after it is told that something was written.
pub fn beside(path: &Path, synchronous: &str) -> Result<mpsc::SyncSender<()>, DbError> {
    let (written, told) = mpsc::sync_channel(1);
    let (path, synchronous) = (path.to_owned(), synchronous.to_owned());
    spawn("songhe-checkpoint", move || {
        if told.recv().is_err() {
            return;
        }
        match connect(&path, &synchronous) {
            Ok(conn) => keep_copying(&conn, &told),
            Err(cause) => tracing::error!(%cause, "the writer copies the log itself"),
        }
    })?;
    Ok(written)
}

fn keep_copying(conn: &rusqlite::Connection, told: &mpsc::Receiver<()>) {
    loop {
        // What it answers (busy, pages) does not matter: it is tried again after the next commit.
        if let Err(cause) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(%cause, "the log was not copied");
        }
        // The pause ends at once when the house closes.
        let more = match told.recv_timeout(PAUSE) {
            Ok(()) => rest(told),
            Err(RecvTimeoutError::Timeout) => told.recv().is_ok(),
            Err(RecvTimeoutError::Disconnected) => false,
        };
        if !more {
            return;
        }
    }
}

/// Waits for the rest of the pause. False when the house closes.
fn rest(told: &mpsc::Receiver<()>) -> bool {
    let pause = crate::clock::Stopwatch::start();
    while !pause.passed(PAUSE) {
        if told.recv_timeout(PAUSE) == Err(RecvTimeoutError::Disconnected) {
            return false;
        }
    }
    true
}

//! A copy of an SQLite file while others write, and whether anybody has one open.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{Db, DbError, Engine};

/// How often a locked file is tried again, and after what pause.
const N_TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(50);

impl Db {
    /// Copies the whole database as it is at one instant into a new file, and waits for the disk.
    /// Nobody is kept from reading or writing meanwhile. SQLite only.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn copy_to(&self, path: &Path) -> Result<(), DbError> {
        let Engine::Sqlite(engine) = &self.inner.engine else {
            return Err(DbError::Setup("only SQLite is one file".to_owned()));
        };
        let (from, to) = (engine.path().to_owned(), path.to_owned());
        let copied = tokio::task::spawn_blocking(move || copy(&from, &to)).await;
        copied.map_err(|_| DbError::Closed("copy"))?
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), DbError> {
    let source = Connection::open_with_flags(
        from,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let mut target = Connection::open(to)?;
    let mut n_tries = 0;
    {
        // All pages in one step: one read transaction, so one state of the database.
        let backup = Backup::new(&source, &mut target)?;
        while backup.step(-1)? != StepResult::Done {
            n_tries += 1;
            if n_tries > N_TRIES {
                return Err(DbError::Closed("a lock on the file"));
            }
            std::thread::sleep(PAUSE);
        }
    }
    // One file alone: no log beside it.
    target.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    target.close().map_err(|(_, cause)| cause)?;
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(|cause| DbError::Setup(cause.to_string()))
}

/// Whether another process has this SQLite file open. Nobody may open it between this answer and
/// what is done about it. A file that is no sound database is open nowhere.
#[must_use]
pub fn is_open_elsewhere(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(conn) = Connection::open_with_flags(path, flags) else {
        return false;
    };
    // The log can only be put away by the last one who has the file open.
    let put_away = conn.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0));
    match put_away {
        Ok(mode) => {
            let mode: String = mode;
            mode != "delete"
        }
        Err(rusqlite::Error::SqliteFailure(cause, _)) => {
            matches!(cause.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
        }
        Err(_) => false,
    }
}

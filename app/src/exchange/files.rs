//! The bytes of files that were handed in: kept sealed, a piece a row, for thirty days.

use std::io::{Read, Write};
use std::path::Path;

use jiff::civil::Date;
use kernel::vault::hex;
use kernel::{Act, Db, DbError, Problem, Query, q};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

const COLUMN: &str = "import_files.content";
const PIECE: usize = 512 << 10;
/// Pieces that are read in one trip.
const N_PIECES: i64 = 8;

/// A fault of this machine's files.
pub fn fault(cause: std::io::Error) -> Problem {
    Problem::Fault(cause.into())
}

/// Keeps the bytes of a file.
///
/// # Errors
/// When the file cannot be read or the engine refuses.
pub async fn keep(act: &mut Act, import: i64, path: &Path) -> Result<(), Problem> {
    let mut file = std::fs::File::open(path).map_err(fault)?;
    let mut n = 0;
    loop {
        let mut bytes = Vec::with_capacity(PIECE);
        let limit = PIECE as u64;
        if (&mut file).take(limit).read_to_end(&mut bytes).map_err(fault)? == 0 {
            return Ok(());
        }
        let sealed = act.vault().seal_bytes(COLUMN, &bytes)?;
        act.run(piece(import, n, sealed)).await?;
        n += 1;
    }
}

/// The bytes of a file in a temporary file, which goes when the answer does.
///
/// # Errors
/// A refusal when they are no longer kept.
pub async fn fetch(db: &Db, import: i64) -> Result<NamedTempFile, Problem> {
    let mut kept = tempfile::Builder::new().prefix("songhe-").tempfile().map_err(fault)?;
    let mut n = 0;
    loop {
        let some = pieces(db, import, n, N_PIECES).await?;
        if some.is_empty() {
            break;
        }
        for sealed in some {
            kept.write_all(&db.vault().open_bytes(COLUMN, &sealed)?).map_err(fault)?;
            n += 1;
        }
    }
    if n == 0 {
        return Err(Problem::refused("no-file", "原文件已不再保存，请重新上传"));
    }
    kept.flush().map_err(fault)?;
    Ok(kept)
}

/// Size and SHA-256 of a file.
///
/// # Errors
/// When the file cannot be read.
pub fn digest_of(path: &Path) -> Result<(u64, String), Problem> {
    let unread = |cause: std::io::Error| {
        Problem::refused("unreadable", format!("文件 {} 读不出来：{cause}", path.display()))
    };
    let mut file = std::fs::File::open(path).map_err(unread)?;
    let (mut digest, mut n_bytes) = (Sha256::new(), 0);
    let mut bytes = vec![0; 64 << 10];
    loop {
        match file.read(&mut bytes).map_err(unread)? {
            0 => break,
            n => {
                digest.update(&bytes[..n]);
                n_bytes += n as u64;
            }
        }
    }
    Ok((n_bytes, hex(&digest.finalize())))
}

/// One piece of a file's bytes, sealed.
fn piece(import: i64, n: i64, sealed: Vec<u8>) -> Query {
    q!("INSERT INTO import_files (import, n, content) VALUES ($1, $2, $3)", import, n, sealed)
}

/// The sealed bytes of a file from piece `n` on, at most so many pieces.
async fn pieces(db: &Db, import: i64, n: i64, most: i64) -> Result<Vec<Vec<u8>>, DbError> {
    let rows = db
        .rows_long(q!(
            "SELECT content FROM import_files WHERE import = $1 AND n >= $2 ORDER BY n LIMIT $3",
            import,
            n,
            most
        ))
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Whether the bytes of a file are still kept.
///
/// # Errors
/// Whatever the engine says.
pub async fn has_file(db: &Db, import: i64) -> Result<bool, DbError> {
    let first = q!("SELECT n FROM import_files WHERE import = $1 ORDER BY n LIMIT 1", import);
    Ok(db.row(first).await?.is_some())
}

/// Statements that let go of files and lines of imports before a day.
#[must_use]
pub fn forget(before: Date) -> Vec<Query> {
    vec![
        q!(
            "DELETE FROM import_files WHERE import IN
                 (SELECT id FROM imports WHERE made_on < $1)",
            before
        ),
        q!(
            "DELETE FROM import_lines WHERE import IN
                 (SELECT id FROM imports WHERE made_on < $1)",
            before
        ),
    ]
}

//! The bytes of files that were handed in: kept sealed, a piece a row, for thirty days.

use std::io::{Read, Write};
use std::path::Path;

use kernel::vault::hex;
use kernel::{Act, Db, Problem};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::store;

const COLUMN: &str = "import_files.content";
const PIECE: usize = 512 << 10;
/// Pieces that are read in one trip.
const N_PIECES: i64 = 8;

fn fault(cause: std::io::Error) -> Problem {
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
        act.run(store::piece(import, n, sealed)).await?;
        n += 1;
    }
}

/// The bytes of a file in a temporary file, which goes when the answer does.
///
/// # Errors
/// [`Problem::NotFound`] when they are no longer kept.
pub async fn fetch(db: &Db, import: i64) -> Result<NamedTempFile, Problem> {
    let mut kept = tempfile::Builder::new().prefix("songhe-").tempfile().map_err(fault)?;
    let mut n = 0;
    loop {
        let pieces = store::pieces(db, import, n, N_PIECES).await?;
        if pieces.is_empty() {
            break;
        }
        for sealed in pieces {
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

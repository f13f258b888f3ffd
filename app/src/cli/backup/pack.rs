//! The files of a folder one after the other, and back: each with its length and name before it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use crate::cli::handover::files::create_private;

/// Writes the files of a folder, by name.
///
/// # Errors
/// When a file cannot be read or the writer fails.
pub fn pack(dir: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name()));
    let mut names = entries.collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    for name in names {
        let path = dir.join(&name);
        let n_bytes = path.metadata()?.len();
        writeln!(out, "{n_bytes} {}", name.to_string_lossy())?;
        let n_copied = std::io::copy(&mut File::open(&path)?.take(n_bytes), out)?;
        if n_copied != n_bytes {
            anyhow::bail!("{} 正被改动", path.display());
        }
    }
    Ok(())
}

/// Writes the files back into an empty folder.
///
/// # Errors
/// When what is read was not written by [`pack`].
pub fn unpack(from: File, dir: &Path) -> anyhow::Result<()> {
    let mut from = BufReader::with_capacity(1 << 18, from);
    let mut line = String::new();
    while from.by_ref().take(200).read_line(&mut line)? > 0 {
        let parts = line.trim_end().split_once(' ');
        let told = parts.and_then(|(n, name)| Some((n.parse::<u64>().ok()?, name)));
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let Some((n_bytes, name)) = told.filter(|(_, name)| name.chars().all(plain)) else {
            anyhow::bail!("备份的内容无法识别");
        };
        let mut to = create_private(&dir.join(name))?;
        if std::io::copy(&mut from.by_ref().take(n_bytes), &mut to)? != n_bytes {
            anyhow::bail!("备份的内容不完整");
        }
        line.clear();
    }
    Ok(())
}

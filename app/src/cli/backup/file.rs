//! The form of a backup: a head of fixed length that says what it is, then the data. Every byte
//! is covered by a checksum, and the checksum by the keys of the database.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use kernel::vault::{Vault, hex};
use sha2::{Digest, Sha256};

use crate::cli::handover::files::{Hashed, checksum};

const MAGIC: &str = "SONGHE-BACKUP 1 ";
/// The head: the magic and a checksum on one line, what is said on the next, then spaces.
const HEAD: usize = 4096;
/// Where what is covered by the head's checksum begins.
const COVERED: usize = MAGIC.len() + 64 + 1;

/// What the data are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A database file of SQLite.
    Sqlite,
    /// A folder as `export-all` writes it, its files one after the other.
    Tables,
}

/// What a backup says of itself. Holds nothing personal and no key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Manifest {
    pub kind: Kind,
    /// The instant (UTC) at which it was made.
    pub made_at: String,
    /// The newest numbered file of the schema.
    pub schema: i64,
    pub n_people: i64,
    pub n_acts: i64,
    pub key_check: String,
    pub n_bytes: u64,
    /// Of the data.
    pub sha256: String,
    /// The checksum sealed with the keys: nobody without them can make or change a backup.
    pub seal: String,
}

impl Manifest {
    /// The seal of these data.
    #[must_use]
    pub fn seal_of(&self, vault: &Vault) -> String {
        let said = (self.kind, &self.made_at, self.schema, self.n_people, self.n_acts);
        vault.seal_of("backup", &format!("{said:?} {} {}", self.n_bytes, self.sha256))
    }
}

/// Leaves room for the head of a new file; the data follow.
///
/// # Errors
/// When the disk is full or broken.
pub fn leave_room(file: &mut File) -> std::io::Result<()> {
    file.write_all(&[b' '; HEAD])
}

/// Writes the head into its room.
///
/// # Errors
/// When the disk is full or broken.
pub fn write_head(file: &mut File, manifest: &Manifest) -> anyhow::Result<()> {
    let mut said = serde_json::to_vec(manifest)?;
    said.resize(HEAD - COVERED - 1, b' ');
    said.push(b'\n');
    let head = format!("{MAGIC}{}\n", hex(&Sha256::digest(&said)));
    file.seek(SeekFrom::Start(0))?;
    file.write_all(head.as_bytes())?;
    file.write_all(&said)?;
    file.sync_all()?;
    Ok(())
}

/// Whether a file is a backup, or empty: then a new backup may take its place.
#[must_use]
pub fn may_be_replaced(path: &Path) -> bool {
    let mut begin = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut begin));
    read.is_ok() && (begin.is_empty() || begin == MAGIC.as_bytes())
}

/// Opens a backup and reads its head; the data are not looked at.
///
/// # Errors
/// When it is no backup, or the head was changed.
pub fn open(path: &Path) -> anyhow::Result<(File, Manifest)> {
    let mut file =
        File::open(path).map_err(|cause| anyhow::anyhow!("{}：{cause}", path.display()))?;
    let n_all = file.metadata()?.len();
    let mut head = vec![0; HEAD];
    let is_whole = file.read_exact(&mut head).is_ok();
    if !is_whole || !head.starts_with(MAGIC.as_bytes()) || head[COVERED - 1] != b'\n' {
        anyhow::bail!("{} 不是备份文件，或开头已损坏", path.display());
    }
    let (told, said) = (&head[MAGIC.len()..COVERED - 1], &head[COVERED..]);
    if told != hex(&Sha256::digest(said)).as_bytes() {
        return Err(changed());
    }
    let manifest: Manifest = serde_json::from_slice(said)?;
    if n_all != manifest.n_bytes + HEAD as u64 {
        return Err(changed());
    }
    Ok((file, manifest))
}

fn changed() -> anyhow::Error {
    anyhow::anyhow!("备份文件已损坏或被改动（校验值不符），不能恢复，请换一份备份")
}

/// Whether the data are as they were written, by somebody with these keys.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn check(path: &Path, vault: &Vault) -> anyhow::Result<Manifest> {
    let (file, manifest) = open(path)?;
    if manifest.key_check != crate::cli::handover::schema::key_check(vault) {
        anyhow::bail!("密钥文件与这份备份不符，请用 --key-file 指定备份时所用的密钥文件");
    }
    if manifest.seal != manifest.seal_of(vault)
        || checksum(BufReader::new(file))? != manifest.sha256
    {
        return Err(changed());
    }
    Ok(manifest)
}

/// Writes the data of a backup into a new file.
///
/// # Errors
/// When they were changed, or the disk is full or broken.
pub fn extract(path: &Path, to: File) -> anyhow::Result<()> {
    let (file, manifest) = open(path)?;
    let mut out = Hashed::new(to);
    std::io::copy(&mut BufReader::new(file), &mut out)?;
    if out.finish()?.1 != manifest.sha256 {
        return Err(changed());
    }
    Ok(())
}

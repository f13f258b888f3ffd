//! `backup` and `restore`: a backup counts when it was restored for trial and looked through.

pub mod file;
mod pack;
pub mod restore;
pub mod trial;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::ExitCode;

use kernel::Db;

use super::Place;
use super::handover::files::{Beside, Hashed, create_private, create_private_dir};
use super::handover::schema::{Values, key_check};
use super::handover::{self, out};
use super::setup::prepare;
use file::{Kind, Manifest};
use trial::{Found, Keys};

/// Makes a backup and tells what is in it.
///
/// # Errors
/// When the database cannot be read, the file cannot be written, or the trial finds a fault: then
/// there is no backup.
pub async fn backup(place: &Place, path: &Path) -> anyhow::Result<ExitCode> {
    let db = place.open_existing()?;
    prepare(&db).await?;
    let manifest = make(&db, path).await?;
    println!("{}", path.display());
    eprintln!(
        "备份完成：已试恢复到临时位置并核验（文件、审计链、密钥、数据库版本）。\n\
         {}人，{}条审计记录，{}字节，校验值 {}。\n\
         备份里没有密钥：请把密钥文件另外保管，恢复时需要它。",
        manifest.n_people, manifest.n_acts, manifest.n_bytes, manifest.sha256
    );
    Ok(ExitCode::SUCCESS)
}

/// Makes a backup; the file is there whole and tried, or not at all.
///
/// # Errors
/// As [`backup`].
pub async fn make(db: &Db, path: &Path) -> anyhow::Result<Manifest> {
    if path.exists() && !file::may_be_replaced(path) {
        anyhow::bail!("{} 已存在而且不是备份，请换一个文件名", path.display());
    }
    let keys = Keys { vault: db.vault().clone(), clock: db.clock().clone() };
    let made = Beside::new(path)?;
    let made_at = db.clock().now();
    let (kind, n_bytes, sha256) = write_data(db, made.path()).await?;
    let again = |to: File| {
        let mut from = File::open(made.path())?;
        from.seek(SeekFrom::End(-i64::try_from(n_bytes)?))?;
        let mut out = Hashed::new(to);
        std::io::copy(&mut from, &mut out)?;
        if out.finish()?.1 == sha256 { Ok(()) } else { Err(anyhow::anyhow!("磁盘读写有误")) }
    };
    let found = trial::trial(path, kind, &keys, again).await;
    let Found { schema, n_people, n_acts } =
        found.map_err(|cause| anyhow::anyhow!("试恢复没有通过，没有留下备份：{cause}"))?;
    let mut manifest = Manifest {
        kind,
        made_at,
        schema,
        n_people,
        n_acts,
        key_check: key_check(db.vault()),
        n_bytes,
        sha256,
        seal: String::new(),
    };
    manifest.seal = manifest.seal_of(db.vault());
    let mut file = File::options().read(true).write(true).open(made.path())?;
    file::write_head(&mut file, &manifest)?;
    if file::check(made.path(), db.vault())? != manifest {
        anyhow::bail!("磁盘读写有误，没有留下备份");
    }
    handover::note(db, "backup", &format!("{n_people}人，{}", manifest.sha256)).await?;
    made.becomes(path)?;
    Ok(manifest)
}

/// Writes the data behind the room for the head; answers their kind, length and checksum.
async fn write_data(db: &Db, to: &Path) -> anyhow::Result<(Kind, u64, String)> {
    let source = Beside::new(to)?;
    let mut file = create_private(to)?;
    file::leave_room(&mut file)?;
    let mut data = Hashed::new(file);
    let kind = if db.is_sqlite() {
        // The copy is made in a file that only its owner can read.
        drop(create_private(source.path())?);
        db.copy_to(source.path()).await?;
        std::io::copy(&mut File::open(source.path())?.by_ref(), &mut data)?;
        Kind::Sqlite
    } else {
        create_private_dir(source.path())?;
        out::write_out(db, source.path(), Values::Sealed).await?;
        pack::pack(source.path(), &mut data)?;
        Kind::Tables
    };
    let n_bytes = data.n_bytes;
    Ok((kind, n_bytes, data.finish()?.1))
}

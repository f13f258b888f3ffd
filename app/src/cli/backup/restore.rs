//! `restore`: a backup in the place of a database, after it was tried in another.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kernel::Db;
use kernel::db::is_open_elsewhere;

use super::file::{self, Kind, Manifest};
use super::pack;
use super::trial::{Keys, trial_of};
use crate::cli::Place;
use crate::cli::handover::files::{Beside, create_private, create_private_dir, sync_parent};
use crate::cli::handover::into::{self, Existing};
use crate::cli::{handover, setup};
use crate::schema::MIGRATIONS;

/// What is to be restored, and where to.
#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 备份文件
    pub file: PathBuf,
    /// 目标数据库已有数据时也恢复；原来的 SQLite 文件改名留在旁边
    #[arg(long)]
    pub force: bool,
}

/// Restores a backup and tells what came of it.
///
/// # Errors
/// A sentence that says what is wrong; the database is then as it was.
pub async fn restore(place: &Place, wish: &Wish) -> anyhow::Result<ExitCode> {
    let keys = Keys { vault: place.vault()?, clock: place.clock() };
    let existing = if wish.force { Existing::Replace } else { Existing::Keep };
    let manifest = take(&wish.file, &place.database, &keys, existing).await?;
    let db = Db::open(&place.database, keys.vault, keys.clock)?;
    let sound = setup::verified(&db).await?;
    eprintln!("已恢复 {} 的备份：{}人", manifest.made_at, manifest.n_people);
    if db.migrated().await? < newest() {
        eprintln!("备份是旧版程序做的，请运行 songhe migrate 升级数据库。");
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Puts the data of a backup into the database at `url`.
///
/// # Errors
/// As [`restore`].
pub async fn take(
    path: &Path,
    url: &str,
    keys: &Keys,
    existing: Existing,
) -> anyhow::Result<Manifest> {
    let manifest = file::check(path, &keys.vault)?;
    if manifest.schema > newest() {
        anyhow::bail!("备份的数据库版本（{}）比程序新，请使用新版程序恢复", manifest.schema);
    }
    let target = url.strip_prefix("sqlite:").map(|rest| rest.split('?').next().unwrap_or(rest));
    let target = target.map(Path::new);
    if target.is_none() && manifest.kind == Kind::Sqlite {
        anyhow::bail!(
            "这是 SQLite 数据库的备份：请先恢复到 sqlite:文件，再用 export-all 和 import-all 移到 \
             PostgreSQL"
        );
    }
    if let Some(target) = target {
        may_take_the_place_of(target, existing)?;
    }
    trial_of(path, keys).await?;
    let set_aside = target.map(|target| set_aside(target, keys)).transpose()?.flatten();
    match (manifest.kind, target) {
        (Kind::Sqlite, Some(target)) => {
            let made = Beside::new(target)?;
            file::extract(path, create_private(made.path())?)?;
            made.becomes(target)?;
        }
        _ => tables(path, url, keys, existing).await?,
    }
    if let Some(old) = set_aside {
        eprintln!("原来的数据库改名为 {}，确认无误后可删除。", old.display());
    }
    let db = Db::open(url, keys.vault.clone(), keys.clock.clone())?;
    handover::note(&db, "restore", &format!("{}，{}", manifest.made_at, manifest.sha256)).await?;
    Ok(manifest)
}

fn newest() -> i64 {
    MIGRATIONS.iter().map(|file| file.number).max().unwrap_or(0)
}

/// Nothing is overwritten by mistake, nor under a running server.
fn may_take_the_place_of(target: &Path, existing: Existing) -> anyhow::Result<()> {
    let is_there = target.metadata().is_ok_and(|known| known.len() > 0);
    if is_there && existing == Existing::Keep {
        anyhow::bail!("{} 已存在；确要用备份取代它，请加 --force", target.display());
    }
    if is_there && is_open_elsewhere(target) {
        anyhow::bail!("{} 正在使用中，请先停止服务再恢复", target.display());
    }
    Ok(())
}

/// The old database under another name, with the log that belongs to it.
fn set_aside(target: &Path, keys: &Keys) -> anyhow::Result<Option<PathBuf>> {
    let stamp = keys.clock.seconds();
    let named = |path: &Path, end: &str| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(end);
        path.with_file_name(name)
    };
    let old = named(target, &format!(".replaced-{stamp}"));
    for end in ["-wal", "-shm", ""] {
        let part = named(target, end);
        if part.exists() {
            std::fs::rename(&part, named(&old, end))?;
        }
    }
    sync_parent(target)?;
    Ok(old.exists().then_some(old))
}

async fn tables(path: &Path, url: &str, keys: &Keys, existing: Existing) -> anyhow::Result<()> {
    let place = Beside::new(path)?;
    create_private_dir(place.path())?;
    let (packed, dir) = (place.path().join("packed"), place.path().join("tables"));
    file::extract(path, create_private(&packed)?)?;
    create_private_dir(&dir)?;
    pack::unpack(std::fs::File::open(&packed)?, &dir)?;
    std::fs::remove_file(&packed)?;
    let db = Db::open(url, keys.vault.clone(), keys.clock.clone())?;
    into::read_in(&db, &dir, existing).await?;
    Ok(())
}

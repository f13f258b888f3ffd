//! The trial: a backup is restored to a temporary place and looked through before it counts.

use std::path::Path;

use kernel::audit::Chain;
use kernel::vault::Vault;
use kernel::{Clock, Db, q};

use super::file::{self, Kind};
use super::pack;
use crate::cli::handover::files::{Beside, create_private, create_private_dir};
use crate::cli::handover::into::{self, Existing};

/// With what a database is opened.
#[derive(Clone)]
pub struct Keys {
    pub vault: Vault,
    pub clock: Clock,
}

/// What was found in the restored database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub schema: i64,
    pub n_people: i64,
    pub n_acts: i64,
}

/// Restores the data of a kind, written into the file that `extract` is given, to a place beside
/// `path`, and looks through what comes of it: files, audit chain, keys.
///
/// # Errors
/// A sentence that says what is wrong.
pub async fn trial(
    path: &Path,
    kind: Kind,
    keys: &Keys,
    extract: impl FnOnce(std::fs::File) -> anyhow::Result<()>,
) -> anyhow::Result<Found> {
    let place = Beside::new(path)?;
    create_private_dir(place.path())?;
    let database = place.path().join("trial.db");
    let url = format!("sqlite:{}?synchronous=off", database.display());
    match kind {
        Kind::Sqlite => extract(create_private(&database)?)?,
        Kind::Tables => {
            let (packed, dir) = (place.path().join("packed"), place.path().join("tables"));
            extract(create_private(&packed)?)?;
            create_private_dir(&dir)?;
            pack::unpack(std::fs::File::open(&packed)?, &dir)?;
            std::fs::remove_file(&packed)?;
            let db = Db::open(&url, keys.vault.clone(), keys.clock.clone())?;
            into::read_in(&db, &dir, Existing::Keep).await?;
        }
    }
    let db = Db::open(&url, keys.vault.clone(), keys.clock.clone())?;
    look_through(&db).await
}

/// What a sound database holds.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub async fn look_through(db: &Db) -> anyhow::Result<Found> {
    let faults = db.faults().await?;
    if let Some(fault) = faults.first() {
        anyhow::bail!("数据库文件有损：{fault}");
    }
    if !db.keys_fit().await? {
        anyhow::bail!("密钥文件与数据库不符");
    }
    let chain = kernel::audit::verify(db).await?;
    let Chain::Whole { n_rows } = chain else {
        anyhow::bail!("{}", crate::audit::in_words(&chain));
    };
    let row = db.rows_long(q!("SELECT COUNT(*) FROM persons")).await?.pop();
    let n_people = row.map_or(Ok(0), |row| row.get(0))?;
    Ok(Found { schema: db.migrated().await?, n_people, n_acts: n_rows })
}

/// The backup in a file, restored for trial; answers what it says of itself.
///
/// # Errors
/// A sentence that says what is wrong.
pub async fn trial_of(path: &Path, keys: &Keys) -> anyhow::Result<file::Manifest> {
    let manifest = file::check(path, &keys.vault)?;
    let found = trial(path, manifest.kind, keys, |to| file::extract(path, to)).await?;
    let told = (manifest.schema, manifest.n_people, manifest.n_acts);
    if told != (found.schema, found.n_people, found.n_acts) {
        anyhow::bail!("备份里的人数或记录数与其说明不符，不能使用");
    }
    Ok(manifest)
}

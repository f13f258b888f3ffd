//! `init`, `migrate` and `verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use kernel::audit::Chain;
use kernel::{Actor, Db};

use super::Place;
use super::backup::trial::{Keys, trial_of};
use crate::accounts::{self, posts};
use crate::duties;
use crate::schema::MIGRATIONS;
use crate::state::App;

/// Brings the schema up to date and makes sure that the keys are those of this database.
///
/// # Errors
/// When a migration fails, the schema is too new, or the keys are others.
pub async fn prepare(db: &Db) -> anyhow::Result<usize> {
    let n_run = db.migrate(MIGRATIONS).await?;
    db.check_keys().await?;
    Ok(n_run)
}

/// What `migrate` is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Check,
    Upgrade,
}

pub async fn init(place: &Place) -> anyhow::Result<ExitCode> {
    let db = place.open()?;
    prepare(&db).await?;
    let operator = Actor::operator(posts::operator());
    println!("{}", accounts::setup::new_code(&db, &operator).await?);
    eprintln!(
        "数据库已建立。上面是一次性代码，24 小时内有效。下一步：songhe serve，在浏览器中打开 /setup，\
         用它设立系统管理员和安全管理员。过期的，再运行一次 songhe init。"
    );
    Ok(ExitCode::SUCCESS)
}

pub async fn migrate(place: &Place, wish: Wish) -> anyhow::Result<ExitCode> {
    let db = place.open_existing()?;
    if wish == Wish::Check {
        let newest = MIGRATIONS.iter().map(|file| file.number).max().unwrap_or(0);
        let done = db.migrated().await.unwrap_or(0);
        eprintln!("数据库版本 {done}，程序版本 {newest}");
        return Ok(if done == newest { ExitCode::SUCCESS } else { ExitCode::from(1) });
    }
    let n_run = prepare(&db).await?;
    eprintln!("已执行 {n_run} 个升级文件");
    Ok(ExitCode::SUCCESS)
}

/// What is looked at beside the database itself.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Extent {
    /// 同时核对应办事项与事实、规则一致（数据多时要几分钟）
    #[arg(long)]
    pub duties: bool,
    /// 改为核验这个备份文件：校验值、试恢复、审计链
    #[arg(long)]
    pub backup: Option<PathBuf>,
}

/// Checks the engine's files, the chain of the audit trail and the keys.
///
/// # Errors
/// When the database cannot be read at all.
pub async fn verify(place: &Place, extent: &Extent) -> anyhow::Result<ExitCode> {
    if let Some(path) = &extent.backup {
        let keys = Keys { vault: place.vault()?, clock: place.clock() };
        let manifest = trial_of(path, &keys).await?;
        eprintln!("备份完好：{} 所做，{}人", manifest.made_at, manifest.n_people);
        return Ok(ExitCode::SUCCESS);
    }
    let db = place.open_existing()?;
    let mut is_sound = verified(&db).await?;
    if extent.duties {
        let found = duties::verify::verify(&App::new(db, None)?, 5).await?;
        eprintln!("应办事项：{} 项与推出的不同", found.n_different);
        is_sound = is_sound && found.n_different == 0;
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Tells what is wrong with a database; answers whether it is sound.
///
/// # Errors
/// When the database cannot be read at all.
pub async fn verified(db: &Db) -> anyhow::Result<bool> {
    let faults = db.faults().await?;
    for fault in &faults {
        eprintln!("数据库文件有损：{fault}");
    }
    let keys_fit = db.keys_fit().await?;
    eprintln!("{}", if keys_fit { "密钥文件与数据库相符" } else { "密钥文件与数据库不符" });
    let chain = kernel::audit::verify(db).await?;
    eprintln!("{}", crate::audit::in_words(&chain));
    Ok(faults.is_empty() && keys_fit && matches!(chain, Chain::Whole { .. }))
}

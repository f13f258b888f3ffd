//! `init` and `migrate`.

use std::process::ExitCode;

use kernel::audit::Chain;
use kernel::{Actor, Db};

use super::Place;
use crate::accounts::{self, posts};
use crate::schema::MIGRATIONS;

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
    let db = place.open()?;
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

/// Checks the engine's files and the chain of the audit trail.
///
/// # Errors
/// When the database cannot be read at all.
pub async fn verify(place: &Place) -> anyhow::Result<ExitCode> {
    let db = place.open()?;
    let faults = db.faults().await?;
    for fault in &faults {
        eprintln!("数据库文件有损：{fault}");
    }
    let chain = kernel::audit::verify(&db).await?;
    eprintln!("{}", crate::audit::in_words(&chain));
    let is_sound = faults.is_empty() && matches!(chain, Chain::Whole { .. });
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

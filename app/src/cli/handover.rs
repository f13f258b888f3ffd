//! `export-all` and `import-all`: hand-over to another system, and the way from one engine to
//! the other. Every table is a CSV file, with the schema and the checksums beside.

pub mod csv;
pub mod files;
pub mod into;
pub mod out;
pub mod schema;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kernel::{Actor, Db, Problem};

use super::Place;
use super::setup::{self, prepare};
use crate::accounts::posts;
use crate::deeds;
use files::{Beside, create_private_dir};
use into::Existing;
use schema::Values;

/// What is to be handed over.
#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 写到这个文件夹（须不存在或为空）
    pub dir: PathBuf,
    /// 敏感内容解密写出，供其他系统使用；不能再导入本系统
    #[arg(long, requires = "reason")]
    pub open: bool,
    /// 原因，记入审计；--open 时必填
    #[arg(long, default_value = "系统移交")]
    pub reason: String,
}

/// Writes everything into a folder.
///
/// # Errors
/// When the database cannot be read, or the folder is not empty or cannot be written.
pub async fn export_all(place: &Place, wish: &Wish) -> anyhow::Result<ExitCode> {
    let db = place.open_existing()?;
    prepare(&db).await?;
    let values = if wish.open { Values::Open } else { Values::Sealed };
    let written = export(&db, &wish.dir, values, &wish.reason).await?;
    println!("{}", wish.dir.display());
    let (n_tables, n_rows) = (written.n_tables, written.n_rows);
    eprintln!("已导出 {n_tables} 张表、{n_rows} 行，校验值 {}", written.sha256);
    match values {
        Values::Sealed => eprintln!("敏感内容仍是加密的：导入时需要同一个密钥文件，请分开保管。"),
        Values::Open => eprintln!("注意：文件中的证件号码、电话、地址都是明文，用完请销毁。"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes everything into a folder, which is there whole or not at all, and leaves a trace of it.
///
/// # Errors
/// As [`export_all`].
pub async fn export(
    db: &Db,
    dir: &Path,
    values: Values,
    reason: &str,
) -> anyhow::Result<out::Written> {
    let is_taken = std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if is_taken || dir.is_file() {
        anyhow::bail!("{} 已有内容，请换一个文件夹", dir.display());
    }
    let made = Beside::new(dir)?;
    create_private_dir(made.path())?;
    let written = out::write_out(db, made.path(), values).await?;
    let how = if values == Values::Open { "明文" } else { "加密" };
    let detail = format!("{how}，{}行，{}，{reason}", written.n_rows, written.sha256);
    // After the tables were read: what is handed over holds what came before this act.
    note(db, "export-all", &detail).await?;
    if dir.exists() {
        std::fs::remove_dir(dir)?;
    }
    made.becomes(dir)?;
    Ok(written)
}

/// Leaves a trace of what the operator did with the whole of the data.
///
/// # Errors
/// Whatever the database says.
pub async fn note(db: &Db, subject: &str, detail: &str) -> Result<(), Problem> {
    let operator = Actor::operator(posts::operator());
    let act = db.begin(operator.permit(deeds::DATA_WHOLE)?, db.clock().today()).await?;
    act.commit_noting(subject, "", detail).await
}

/// Reads a folder into an empty database.
///
/// # Errors
/// A sentence that says what to do; nothing was written then.
pub async fn import_all(place: &Place, dir: &Path) -> anyhow::Result<ExitCode> {
    schema::Schema::read(dir)?.fits(&place.vault()?)?;
    let db = place.open()?;
    let n_rows = into::read_in(&db, dir, Existing::Keep).await?;
    eprintln!("已导入 {n_rows} 行，正在核验");
    let sound = setup::verified(&db).await?;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

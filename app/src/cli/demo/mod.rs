//! `demo`: a made-up district with an account for every post and eight months of history.

mod accounts;
mod history;
mod life;
mod papers;
mod people;
mod places;
mod reports;
mod roster;
mod scenes;

use std::path::PathBuf;
use std::process::ExitCode;

use kernel::vault::{Suite, Vault, hex, random};
use kernel::{Actor, Db};
use madeup::Plan;
use rules::days::add_months;

use super::setup::prepare;
use super::{Given, Place, serve};
use crate::accounts::posts;
use crate::duties;
use crate::state::{App, DemoAccount};

/// What a demo is asked for.
#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 虚构的退休人员人数
    #[arg(long, default_value_t = 20_000)]
    pub people: u64,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// 启动后在标准输出给出地址和账号（JSON）
    #[arg(long)]
    pub json: bool,
}

/// Serves a demo until it is asked to stop. Its database is a temporary file, removed at the end
/// however that comes; or one that was named on the command line and holds nothing yet, which
/// stays.
///
/// # Errors
/// When the database named holds anything, or cannot be written.
pub async fn demo(place: &Place, given: Given, wish: &Wish) -> anyhow::Result<ExitCode> {
    // Dropped last, when nobody uses the file any more.
    let mut folder = None;
    let db = match given {
        Given::Named => named(place).await?,
        Given::Not => temporary(place, &mut folder)?,
    };
    prepare(&db).await?;
    let plan = Plan { people: wish.people, seed: 1, today: db.clock().today() };
    let seeded = tokio::select! {
        seeded = seed(&db, &plan) => seeded?,
        () = serve::asked_to_stop() => {
            eprintln!("已停止，演示数据没有做完");
            return Ok(ExitCode::from(1));
        }
    };
    let app = App::new(db, Some(seeded.clone()))?;
    let served = serve::listen_telling(app, (&wish.listen, Vec::new()), |address| {
        if wish.json {
            println!("{}", serde_json::json!({ "url": address, "accounts": seeded }));
        }
    });
    served.await?;
    Ok(ExitCode::SUCCESS)
}

/// A folder that is gone when the demo is.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(cause) = std::fs::remove_dir_all(&self.0) {
            eprintln!("临时文件未能删除，请手工删除 {}：{cause}", self.0.display());
        }
    }
}

fn temporary(place: &Place, folder: &mut Option<Folder>) -> anyhow::Result<Db> {
    let dir = std::env::temp_dir().join(format!("songhe-demo-{}", hex(&random(6)?)));
    std::fs::create_dir_all(&dir)?;
    let url = format!("sqlite:{}?synchronous=off", dir.join("songhe.db").display());
    *folder = Some(Folder(dir));
    let vault = Vault::parse(&Vault::fresh(Suite::International)?)?;
    Ok(Db::open(&url, vault, place.clock())?)
}

/// The database of the command line, if nothing is in it.
async fn named(place: &Place) -> anyhow::Result<Db> {
    // Looked at with keys of no worth, so that nothing is made beside a database that is refused.
    let keys = Vault::parse(&Vault::fresh(Suite::International)?)?;
    let looked_at = Db::open(&place.database, keys, place.clock())?;
    let has_schema = looked_at.migrated().await.is_ok();
    if has_schema && looked_at.load().await?.is_used().await? {
        anyhow::bail!("这个数据库里已有内容，演示只用空数据库；请新建一个，或不写 --database");
    }
    drop(looked_at);
    let db = place.open()?;
    eprintln!("演示数据写入所给的数据库，结束后保留");
    Ok(db)
}

/// Fills an empty database with the people of a plan and their history, as if it had been used
/// for eight months.
///
/// # Errors
/// When the plan does not fit the rules, or the database cannot be written.
pub async fn seed(db: &Db, plan: &Plan) -> anyhow::Result<Vec<DemoAccount>> {
    let operator = Actor::operator(posts::operator());
    let begun_on = add_months(plan.today, -8);
    let places = places::open(&db.on_day(begun_on), &operator, plan).await?;
    let staff = accounts::open(&db.on_day(begun_on), &operator).await?;
    scenes::figures(db, &staff, begun_on).await?;
    history::live(db, plan, (&operator, &places), begun_on).await?;
    scenes::play(db, &staff, plan.today).await?;
    papers::play(db, &staff, plan).await?;
    let app = App::new(db.clone(), None)?;
    duties::verify::rebuild(&app, &operator, |_| {}).await?;
    duties::sweep::sweep(&app, plan.today).await?;
    reports::report(db, &operator, (begun_on, plan.today)).await?;
    roster::hand_in(db, &staff, plan).await?;
    Ok(staff.into_iter().map(|one| one.shown).collect())
}

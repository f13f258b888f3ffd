//! The made-up people in a database of their own, kept under `target/bench` and used again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::civil::Date;
use kernel::vault::Vault;
use kernel::{Clock, Db};
use rusqlite::Connection;
use songhe::cli::{demo, setup};
use songhe::schema::MIGRATIONS;

const TODAY: Date = Date::constant(2026, 11, 23);
const SEED: u64 = 1;

/// A database of so many people.
pub struct Place {
    dir: PathBuf,
    pub n_people: u64,
    pub today: Date,
    kept: Kept,
}

/// What is kept beside the database.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    load_micros: u64,
    accounts: Vec<(String, String)>,
}

/// The folder of everything that is measured.
pub fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("target"),
        PathBuf::from,
    );
    target.join("bench")
}

impl Place {
    /// The database of so many people, seed and schema; made when there is none.
    pub fn of(n_people: u64) -> anyhow::Result<Self> {
        let newest = MIGRATIONS.iter().map(|file| file.number).max().unwrap_or(0);
        let n_files = MIGRATIONS.len();
        let dir = folder().join(format!("{n_people}-{SEED}-{newest}.{n_files}"));
        let kept = match std::fs::read_to_string(dir.join("made.json")) {
            Ok(text) => serde_json::from_str(&text)?,
            Err(_) => make(&dir, n_people)?,
        };
        Ok(Self { dir, n_people, today: TODAY, kept })
    }

    /// How long it took to load the people with their history and to derive their duties.
    pub fn load_took(&self) -> Duration {
        Duration::from_micros(self.kept.load_micros)
    }

    pub fn file(&self) -> PathBuf {
        self.dir.join("songhe.db")
    }

    /// A file beside the database for what is written to be compared.
    pub fn scratch(&self) -> PathBuf {
        self.dir.join("scratch.db")
    }

    pub fn url(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }

    /// The database opened as the product does.
    pub fn open(&self) -> anyhow::Result<Db> {
        let vault = Vault::load_or_make(&self.dir.join("songhe.key"))?;
        Ok(Db::open(&self.url(), vault, Clock::fixed(self.today))?)
    }

    /// The bare file, to draw samples from.
    pub fn bare(&self) -> anyhow::Result<Connection> {
        let conn = Connection::open(self.file())?;
        conn.busy_timeout(Duration::from_secs(15))?;
        Ok(conn)
    }

    pub fn password(&self, post: &str) -> anyhow::Result<&str> {
        let known = self.kept.accounts.iter().find(|(name, _)| name == post);
        known.map(|(_, password)| password.as_str()).with_context(|| format!("no post {post}"))
    }

    /// The code of the organisation where somebody in a post sits.
    pub fn org_of(&self, post: &str) -> anyhow::Result<String> {
        let sql = "SELECT o.code FROM accounts a JOIN orgs o ON o.id = a.org WHERE a.name = ?1";
        Ok(self.bare()?.query_row(sql, [post], |row| row.get(0))?)
    }

    /// Numbers of retirees of a place who are served now, in an order of chance.
    pub fn people_of(&self, org: &str, n: u64) -> anyhow::Result<Vec<i64>> {
        let sql = "SELECT id FROM persons WHERE org >= ?1 AND org < ?1 || '~'
                   AND status = 'active' ORDER BY (id * 7919) % 1000003, id LIMIT ?2";
        let conn = self.bare()?;
        let mut statement = conn.prepare(sql)?;
        let ids = statement.query_map((org, i64::try_from(n)?), |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}

fn make(dir: &Path, n_people: u64) -> anyhow::Result<Kept> {
    let _ = std::fs::remove_dir_all(dir);
    std::fs::create_dir_all(dir)?;
    eprintln!("making {n_people} people in {}", dir.display());
    let vault = Vault::load_or_make(&dir.join("songhe.key"))?;
    let url = format!("sqlite:{}", dir.join("songhe.db").display());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let kept = runtime.block_on(async {
        let db = Db::open(&url, vault, Clock::fixed(TODAY))?;
        setup::prepare(&db).await?;
        let plan = madeup::Plan { people: n_people, seed: SEED, today: TODAY };
        let begun = Instant::now();
        let opened = demo::seed(&db, &plan).await?;
        let load_micros = u64::try_from(begun.elapsed().as_micros())?;
        let accounts = opened.into_iter().map(|account| (account.name, account.password));
        anyhow::Ok(Kept { load_micros, accounts: accounts.collect() })
    })?;
    drop(runtime);
    Connection::open(dir.join("songhe.db"))?.query_row(
        "PRAGMA wal_checkpoint(TRUNCATE)",
        [],
        |_| Ok(()),
    )?;
    std::fs::write(dir.join("made.json"), serde_json::to_string(&kept)?)?;
    Ok(kept)
}

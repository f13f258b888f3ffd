//! The schema: numbered SQL files, each run once, in one transaction.

use super::{Db, DbError, Engine};
use crate::q;

/// One numbered file. `TEXT`, `BYTES` and `BIGINT PRIMARY KEY` in it are the engine's own words.
#[derive(Clone, Copy)]
pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub sql: &'static str,
}

impl Db {
    /// Brings the schema up to date; answers how many files were run.
    ///
    /// # Errors
    /// When a file fails (nothing of it stays) or the schema is newer than this program.
    pub async fn migrate(&self, all: &'static [Migration]) -> Result<usize, DbError> {
        self.script(
            "CREATE TABLE IF NOT EXISTS migrations (
                number BIGINT PRIMARY KEY, name TEXT NOT NULL)",
        )
        .await?;
        let mut done = Vec::new();
        for row in self.rows(q!("SELECT number FROM migrations ORDER BY number")).await? {
            done.push(row.get::<i64>(0)?);
        }
        let newest = all.iter().map(|file| file.number).max().unwrap_or(0);
        if let Some(newer) = done.last().filter(|number| **number > newest) {
            return Err(DbError::Setup(format!(
                "数据库版本（{newer}）比程序（{newest}）新，请使用新版程序"
            )));
        }
        let mut n_run = 0;
        for file in all.iter().filter(|file| !done.contains(&file.number)) {
            self.apply(file).await?;
            n_run += 1;
        }
        Ok(n_run)
    }

    /// The number of the newest file that was run; 0 in an empty database.
    ///
    /// # Errors
    /// When there is no schema at all.
    pub async fn migrated(&self) -> Result<i64, DbError> {
        let row = self.row(q!("SELECT COALESCE(MAX(number), 0) FROM migrations")).await?;
        row.map_or(Ok(0), |row| row.get(0))
    }

    /// Whether the keys are those with which this database was made.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn keys_fit(&self) -> Result<bool, DbError> {
        let known = self.row(q!("SELECT words FROM counters WHERE name = 'key check'")).await?;
        known.map_or(Ok(false), |row| Ok(row.get::<String>(0)? == self.vault().check()))
    }

    /// Makes sure that the keys are those with which this database was made; a new database
    /// remembers the keys it is given.
    ///
    /// # Errors
    /// When the keys are others.
    pub async fn check_keys(&self) -> Result<(), DbError> {
        let known = self.row(q!("SELECT words FROM counters WHERE name = 'key check'")).await?;
        match known {
            None => {
                let keep = q!(
                    "INSERT INTO counters (name, n, words) VALUES ('key check', 0, $1)",
                    self.vault().check()
                );
                self.housekeep(vec![keep]).await
            }
            Some(row) if row.get::<String>(0)? != self.vault().check() => {
                Err(DbError::Setup("密钥文件与数据库不符，请使用建库时的密钥文件".to_owned()))
            }
            Some(_) => Ok(()),
        }
    }

    async fn apply(&self, file: &Migration) -> Result<(), DbError> {
        let note =
            q!("INSERT INTO migrations (number, name) VALUES ($1, $2)", file.number, file.name);
        let mut writing = self.begin_engine().await?;
        writing.script(&self.dialect(file.sql)).await?;
        writing.ask(note).await?;
        writing.commit().await
    }

    async fn script(&self, sql: &str) -> Result<(), DbError> {
        let mut writing = self.begin_engine().await?;
        writing.script(&self.dialect(sql)).await?;
        writing.commit().await
    }

    fn dialect(&self, sql: &str) -> String {
        match self.inner.engine {
            // Rows are then kept in the order of their numbers, without an index beside them.
            Engine::Sqlite(_) => sql
                .replace(" BYTES", " BLOB")
                .replace(" BIGINT PRIMARY KEY", " INTEGER PRIMARY KEY"),
            Engine::Postgres(_) => {
                sql.replace(" BYTES", " BYTEA").replace(" TEXT", " TEXT COLLATE \"C\"")
            }
        }
    }
}

//! One path over both engines: literal statements, values in and out, acts that leave a trace.

mod act;
mod bulk;
mod copy;
mod migrate;
mod postgres;
pub mod schema;
mod sqlite;
mod value;
mod view;
mod whole;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

pub use act::{Act, Reader};
pub use bulk::Indexes;
pub use copy::is_open_elsewhere;
pub use migrate::Migration;
pub use value::{DbError, FromValue, Query, Row, Value};
pub use whole::Load;

use jiff::civil::Date;
use sqlite::{Company, Last};

use crate::clock::Clock;
use crate::q;
use crate::vault::Vault;

/// How many numbers one opening of the database may hand out before it takes the next block.
const BLOCK: i64 = 1 << 26;

/// The database of the house, on either engine. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
    clock: Clock,
    /// Set where everything is read as it was at one instant.
    view: Option<Arc<view::View>>,
}

struct Inner {
    engine: Engine,
    vault: Vault,
    ids: Mutex<Ids>,
}

enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

#[derive(Clone, Copy, Default)]
struct Ids {
    next: i64,
    end: i64,
}

impl Db {
    /// Opens `sqlite:PATH[?synchronous=off]` or `postgres://…`. Creates an SQLite file if absent.
    ///
    /// # Errors
    /// When the address is of another form or the engine cannot be reached.
    pub fn open(url: &str, vault: Vault, clock: Clock) -> Result<Self, DbError> {
        let engine = if let Some(rest) = url.strip_prefix("sqlite:") {
            let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
            let synchronous = match options {
                "" => "FULL",
                "synchronous=off" => "OFF",
                other => return Err(DbError::Setup(format!("unknown option {other}"))),
            };
            Engine::Sqlite(sqlite::Sqlite::open(&PathBuf::from(path), synchronous)?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(postgres::Postgres::open(url)?)
        } else {
            return Err(DbError::Setup("数据库地址应以 sqlite: 或 postgres:// 开头".to_owned()));
        };
        let ids = Mutex::new(Ids::default());
        Ok(Self { inner: Arc::new(Inner { engine, vault, ids }), clock, view: None })
    }

    /// Keys for the sensitive columns.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// The clock of this house; tests and demos set it.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The same database as if it were this day: made-up histories are told day by day.
    #[must_use]
    pub fn on_day(&self, day: Date) -> Self {
        Self { clock: Clock::fixed(day), ..self.clone() }
    }

    /// Whether this is SQLite; for backups and messages only.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.inner.engine, Engine::Sqlite(_))
    }

    /// Answers several statements in one trip, in order.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn batch(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, DbError> {
        if let Some(view) = &self.view {
            return view.read(queries).await;
        }
        match &self.inner.engine {
            Engine::Sqlite(engine) => engine.read(queries).await,
            Engine::Postgres(engine) => engine.read(queries).await,
        }
    }

    /// Answers one statement.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn rows(&self, query: Query) -> Result<Vec<Row>, DbError> {
        Ok(self.batch(vec![query]).await?.pop().unwrap_or_default())
    }

    /// Answers one statement of at most one row.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn row(&self, query: Query) -> Result<Option<Row>, DbError> {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// Answers a long statement (statistics, exports) beside the pages, not before them.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn rows_long(&self, query: Query) -> Result<Vec<Row>, DbError> {
        Ok(self.batch_long(vec![query]).await?.pop().unwrap_or_default())
    }

    /// Answers several long statements in one trip, in order.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn batch_long(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, DbError> {
        if let Some(view) = &self.view {
            return view.read(queries).await;
        }
        match &self.inner.engine {
            Engine::Sqlite(engine) => engine.read_long(queries).await,
            Engine::Postgres(engine) => engine.read(queries).await,
        }
    }

    /// What the engine finds wrong with its own files; nothing when they are sound. PostgreSQL
    /// checks its pages itself, as far as the cluster was made with checksums.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn faults(&self) -> Result<Vec<String>, DbError> {
        match &self.inner.engine {
            Engine::Sqlite(engine) => engine.faults().await,
            Engine::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Writes that are no act of anybody: a session's last sign of life, a count of failed
    /// sign-ins, the progress of an import. Leaves no audit row, so never facts or decisions.
    ///
    /// # Errors
    /// Whatever the engine says; nothing was written then.
    pub async fn housekeep(&self, queries: Vec<Query>) -> Result<(), DbError> {
        let mut writing = self.begin_engine().await?;
        writing.put(queries).await?;
        writing.commit().await
    }

    /// A number for a record that is written outside an act (see [`Db::housekeep`]).
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn number(&self) -> Result<i64, DbError> {
        self.refill_ids().await?;
        self.next_id()
    }

    /// The next number for a record. Blocks are taken from the database, so that no two
    /// processes ever hand out the same one.
    fn next_id(&self) -> Result<i64, DbError> {
        let mut ids = self.inner.ids.lock().map_err(|_| DbError::Closed("ids"))?;
        if ids.next >= ids.end {
            return Err(DbError::Closed("ids"));
        }
        ids.next += 1;
        Ok(ids.next)
    }

    /// Takes a new block of numbers when less than half of this one is left.
    async fn refill_ids(&self) -> Result<(), DbError> {
        let left = {
            let ids = self.inner.ids.lock().map_err(|_| DbError::Closed("ids"))?;
            ids.end - ids.next
        };
        if left > BLOCK / 2 {
            return Ok(());
        }
        let mut engine = self.begin_engine().await?;
        let take = q!("UPDATE counters SET n = n + 1 WHERE name = 'id block' RETURNING n");
        let rows = engine.ask(take).await?.rows;
        let row = rows.first().ok_or(DbError::Closed("no id block; run migrate"))?;
        let block = row.get::<i64>(0)?;
        engine.commit().await?;
        let mut ids = self.inner.ids.lock().map_err(|_| DbError::Closed("ids"))?;
        *ids = Ids { next: block * BLOCK, end: (block + 1) * BLOCK - 1 };
        Ok(())
    }

    async fn begin_engine(&self) -> Result<Writing, DbError> {
        self.begin_in(Company::Shared).await
    }

    async fn begin_in(&self, company: Company) -> Result<Writing, DbError> {
        Ok(match &self.inner.engine {
            Engine::Sqlite(engine) => Writing::Sqlite(engine.begin(company)),
            Engine::Postgres(engine) => Writing::Postgres(Box::new(engine.begin().await?)),
        })
    }
}

enum Writing {
    Sqlite(sqlite::Writing),
    Postgres(Box<postgres::Writing>),
}

/// What a statement answered, and how many rows it found or changed.
struct Answer {
    rows: Vec<Row>,
    n: u64,
}

impl Writing {
    async fn ask(&mut self, query: Query) -> Result<Answer, DbError> {
        let answers = self.ask_all(vec![query]).await?;
        answers.into_iter().next().ok_or(DbError::Closed("act"))
    }

    /// Runs several statements in one trip, in order.
    async fn ask_all(&mut self, queries: Vec<Query>) -> Result<Vec<Answer>, DbError> {
        match self {
            Self::Sqlite(writing) => writing.ask(queries).await,
            Self::Postgres(writing) => writing.ask(queries).await,
        }
    }

    async fn put(&mut self, queries: Vec<Query>) -> Result<(), DbError> {
        match self {
            Self::Sqlite(writing) => writing.put(queries),
            Self::Postgres(writing) => writing.put(queries).await,
        }
    }

    /// Runs statements of the schema.
    async fn script(&mut self, sql: &str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(writing) => writing.script(sql).await,
            Self::Postgres(writing) => writing.script(sql).await,
        }
    }

    /// Name and definition of the indexes of a table that stand by themselves.
    fn indexes_of(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => sqlite::INDEXES,
            Self::Postgres(_) => postgres::INDEXES,
        }
    }

    async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(writing) => writing.commit(None).await,
            Self::Postgres(writing) => (*writing).commit().await,
        }
    }

    /// Asks, writes what follows from the answer, and commits.
    async fn commit_after(self, last: Last) -> Result<(), DbError> {
        match self {
            Self::Sqlite(writing) => writing.commit(Some(last)).await,
            Self::Postgres(writing) => {
                let answers = writing.ask(vec![last.ask]).await?;
                let rows = answers.into_iter().next().map(|answer| answer.rows);
                writing.put((last.then)(&rows.unwrap_or_default())?).await?;
                (*writing).commit().await
            }
        }
    }
}

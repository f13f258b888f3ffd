//! An act: the only way to write. It needs a permit and leaves an audit row with what it wrote.

use std::future::Future;

use jiff::civil::Date;

use super::{Company, Db, DbError, Last, Query, Row, Writing};
use crate::audit;
use crate::permit::Permit;
use crate::problem::Problem;
use crate::q;
use crate::vault::Vault;

/// Anything that answers statements: the database, or an act that is under way.
pub trait Reader: Send {
    /// Answers one statement.
    fn ask(&mut self, query: Query) -> impl Future<Output = Result<Vec<Row>, DbError>> + Send;

    /// Answers several statements in one trip, in order.
    fn ask_all(
        &mut self,
        queries: Vec<Query>,
    ) -> impl Future<Output = Result<Vec<Vec<Row>>, DbError>> + Send;

    /// Keys for the sensitive columns.
    fn keys(&self) -> &Vault;

    /// Answers one statement of at most one row.
    fn ask_one(
        &mut self,
        query: Query,
    ) -> impl Future<Output = Result<Option<Row>, DbError>> + Send {
        async move { Ok(self.ask(query).await?.into_iter().next()) }
    }
}

impl Reader for Db {
    async fn ask(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        self.rows(query).await
    }

    async fn ask_all(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, DbError> {
        self.batch(queries).await
    }

    fn keys(&self) -> &Vault {
        self.vault()
    }
}

impl Reader for Act {
    async fn ask(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        self.rows(query).await
    }

    async fn ask_all(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, DbError> {
        self.batch(queries).await
    }

    fn keys(&self) -> &Vault {
        self.db.vault()
    }
}

/// A writing transaction under a permit. Dropped without [`Act::commit`], nothing was written.
pub struct Act {
    db: Db,
    writing: Writing,
    permit: Permit,
    id: i64,
    day: Date,
    at: String,
}

impl Db {
    /// Begins an act on the given day.
    ///
    /// # Errors
    /// [`Problem::Repeat`] when the request's key was used before: the act is already done.
    pub async fn begin(&self, permit: Permit, day: Date) -> Result<Act, Problem> {
        self.begin_with(Company::Shared, permit, day).await
    }

    /// Begins an act of very many rows. On SQLite it is a transaction of its own, so that the
    /// pages it changes need not be kept as they were; otherwise it is an act like any other.
    ///
    /// # Errors
    /// As [`Db::begin`].
    pub async fn begin_long(&self, permit: Permit, day: Date) -> Result<Act, Problem> {
        self.begin_with(Company::Alone, permit, day).await
    }

    async fn begin_with(
        &self,
        company: Company,
        permit: Permit,
        day: Date,
    ) -> Result<Act, Problem> {
        self.refill_ids().await?;
        let id = self.next_id()?;
        let at = self.clock().now();
        let mut writing = self.begin_in(company).await?;
        if let Some(key) = permit.key() {
            let claim = q!(
                "INSERT INTO idempotency (account, key, deed, at, outcome)
                 VALUES ($1, $2, $3, $4, '') ON CONFLICT (account, key) DO NOTHING",
                permit.account(),
                key,
                permit.deed().code(),
                &at
            );
            if writing.ask(claim).await?.n == 0 {
                return Err(repeated(&mut writing, &permit, key).await?);
            }
        }
        Ok(Act { db: self.clone(), writing, permit, id, day, at })
    }
}

impl Db {
    /// Makes sure that what a permit is for was not done under the same key, before work that
    /// is too long to be done inside the act. [`Db::begin`] still has the last word.
    ///
    /// # Errors
    /// [`Problem::Repeat`] when it was.
    pub async fn not_yet(&self, permit: &Permit) -> Result<(), Problem> {
        let earlier = q!(
            "SELECT deed, outcome FROM idempotency WHERE account = $1 AND key = $2",
            permit.account(),
            permit.key().unwrap_or_default()
        );
        let row = self.row(earlier).await?;
        row.map_or(Ok(()), |row| Err(known(&row, permit)?))
    }
}

async fn repeated(writing: &mut Writing, permit: &Permit, key: &str) -> Result<Problem, DbError> {
    let earlier = q!(
        "SELECT deed, outcome FROM idempotency WHERE account = $1 AND key = $2",
        permit.account(),
        key
    );
    let rows = writing.ask(earlier).await?.rows;
    let Some(row) = rows.first() else {
        return Ok(Problem::Stale);
    };
    known(row, permit)
}

/// What is said to a request whose key was used before.
fn known(row: &Row, permit: &Permit) -> Result<Problem, DbError> {
    if row.get::<String>(0)? == permit.deed().code() {
        return Ok(Problem::Repeat(row.get(1)?));
    }
    Ok(Problem::refused("key-reused", "这个请求编号已用于另一件事，请刷新页面后重试"))
}

impl Act {
    /// The act's number; histories name it.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// The civil day (Asia/Shanghai) on which the act is done.
    #[must_use]
    pub fn day(&self) -> Date {
        self.day
    }

    /// The instant (UTC, ISO 8601) at which the act began.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.at
    }

    #[must_use]
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    #[must_use]
    pub fn vault(&self) -> &Vault {
        self.db.vault()
    }

    pub(super) fn writing(&mut self) -> &mut Writing {
        &mut self.writing
    }

    /// A number for a new record.
    ///
    /// # Errors
    /// When one act used up a whole block (67 million).
    pub fn new_id(&self) -> Result<i64, DbError> {
        self.db.next_id()
    }

    /// Answers one statement.
    ///
    /// # Errors
    /// Whatever the engine says; the act can then no longer be committed.
    pub async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        Ok(self.writing.ask(query).await?.rows)
    }

    /// Answers several statements in one trip, in order; each sees what those before it wrote.
    ///
    /// # Errors
    /// As [`Act::rows`].
    pub async fn batch(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, DbError> {
        let answers = self.writing.ask_all(queries).await?;
        Ok(answers.into_iter().map(|answer| answer.rows).collect())
    }

    /// Answers one statement of at most one row.
    ///
    /// # Errors
    /// As [`Act::rows`].
    pub async fn row(&mut self, query: Query) -> Result<Option<Row>, DbError> {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// Runs a statement; answers how many rows it changed.
    ///
    /// # Errors
    /// As [`Act::rows`].
    pub async fn run(&mut self, query: Query) -> Result<u64, DbError> {
        Ok(self.writing.ask(query).await?.n)
    }

    /// Runs statements without waiting for them; a failure is told at the next question or at
    /// the commit.
    ///
    /// # Errors
    /// As [`Act::rows`].
    pub async fn put(&mut self, queries: Vec<Query>) -> Result<(), DbError> {
        self.writing.put(queries).await
    }

    /// Raises a counter by which every process sees that something it keeps is outdated.
    ///
    /// # Errors
    /// As [`Act::rows`].
    pub async fn bump(&mut self, counter: &str) -> Result<(), DbError> {
        self.put(vec![q!("UPDATE counters SET n = n + 1 WHERE name = $1", counter)]).await
    }

    /// Holds a counter until the act ends: acts that decide on the same things wait in line.
    /// Answers how far it is.
    ///
    /// # Errors
    /// As [`Act::rows`].
    pub async fn hold(&mut self, counter: &str) -> Result<i64, DbError> {
        let held = q!("UPDATE counters SET n = n WHERE name = $1 RETURNING n", counter);
        self.row(held).await?.map_or(Ok(0), |row| row.get(0))
    }

    /// Writes the audit row and commits. `subject` says what was acted on (kind and number, never
    /// a name or an identity number); `outcome` is where a repeated request is sent.
    ///
    /// # Errors
    /// Whatever the engine says; nothing was written then.
    pub async fn commit(self, subject: &str, outcome: &str) -> Result<(), Problem> {
        self.commit_noting(subject, outcome, "").await
    }

    /// As [`Act::commit`], with a detail for the auditor: a reason, a count, a file's checksum.
    ///
    /// # Errors
    /// As [`Act::commit`].
    pub async fn commit_noting(
        self,
        subject: &str,
        outcome: &str,
        detail: &str,
    ) -> Result<(), Problem> {
        let told = self.permit.key().map(|key| {
            q!(
                "UPDATE idempotency SET outcome = $3 WHERE account = $1 AND key = $2",
                self.permit.account(),
                key,
                outcome
            )
        });
        let entry = audit::Entry {
            id: self.id,
            at: self.at,
            day: self.day,
            account: self.permit.account(),
            who: self.permit.who().to_owned(),
            org: self.permit.org().to_owned(),
            deed: self.permit.deed().code().to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
            address: self.permit.address().to_owned(),
        };
        let ask = q!("UPDATE audit_head SET n = n + 1 WHERE id = 1 RETURNING n, hash");
        let db = self.db.clone();
        let then = Box::new(move |rows: &[Row]| {
            let row = rows.first().ok_or(DbError::Closed("no audit head; run migrate"))?;
            let n = row.get(0)?;
            let hash = entry.seal(n, &row.get::<String>(1)?, db.vault());
            let mut last = entry.store(n, &hash);
            last.extend(told);
            Ok(last)
        });
        Ok(self.writing.commit_after(Last { ask, then }).await?)
    }
}

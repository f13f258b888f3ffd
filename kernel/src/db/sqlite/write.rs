//! The one writer of an SQLite file: acts follow one another, and those that end while the disk
//! is busy share a commit.

use std::sync::mpsc;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::Reply;
use super::checkpoint::Told;
use super::run::{command, run, run_bulk};
use crate::clock::Stopwatch;
use crate::db::Answer;
use crate::db::value::{DbError, Query, Row};

/// Acts that may share one commit, and how long the first of them may be kept waiting.
const GROUP_ACTS: usize = 64;
const GROUP_TIME: Duration = Duration::from_millis(8);
/// An act that says nothing for so long is undone, so that others can write.
const ACT_SILENCE: Duration = Duration::from_secs(20);

/// Memory for pages, in the words of SQLite (negative: KiB): usually, and while many rows come.
pub(super) const PAGES: &str = "-8000";
const BULK_PAGES: &str = "-90000";

/// What an act asks of the writer, in order.
pub struct Session {
    orders: mpsc::Receiver<Order>,
    company: Company,
}

/// Whether an act may share its commit with others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// It is a savepoint beside others: SQLite keeps every page that it changes as it was.
    Shared,
    /// It is a transaction of its own, of which nothing has to be kept: for very many rows.
    Alone,
}

/// A statement, and what is to be written when its answer is known: both at the end of an act, in
/// the same trip as its commit.
pub struct Last {
    pub ask: Query,
    pub then: Box<Follows>,
}

/// What is to be written, by what was answered.
pub type Follows = dyn FnOnce(&[Row]) -> Result<Vec<Query>, DbError> + Send;

enum Order {
    /// Runs statements and answers each.
    Ask(Vec<Query>, Reply<Vec<Answer>>),
    /// Runs statements; a failure is told at the next [`Order::Ask`] or at the commit.
    Put(Vec<Query>),
    /// Runs many statements of a few texts and gives them back when that is done: memory is let go
    /// of by the thread that took it.
    Bulk(Vec<Query>, Reply<Vec<Query>>),
    /// Runs a script of the schema.
    Script(String, Reply<()>),
    Commit(Option<Last>, Ack),
}

/// The writing side of one act on SQLite.
pub struct Writing {
    writer: mpsc::Sender<Session>,
    orders: mpsc::Sender<Order>,
    /// Until the first order is given, others write.
    session: Option<Session>,
    /// What comes of the last batch of [`Writing::bulk`].
    behind: Option<oneshot::Receiver<Result<Vec<Query>, DbError>>>,
}

impl Writing {
    pub(super) fn new(writer: mpsc::Sender<Session>, company: Company) -> Self {
        let (orders, receiver) = mpsc::channel();
        let session = Some(Session { orders: receiver, company });
        Self { writer, orders, session, behind: None }
    }

    pub async fn ask(&mut self, queries: Vec<Query>) -> Result<Vec<Answer>, DbError> {
        self.catch_up().await?;
        let (reply, answer) = oneshot::channel();
        self.send(Order::Ask(queries, reply))?;
        answer.await.map_err(|_| DbError::Closed("act"))?
    }

    pub fn put(&mut self, queries: Vec<Query>) -> Result<(), DbError> {
        self.send(Order::Put(queries))
    }

    /// Waits for the batch before this one, not for this one.
    pub async fn bulk(&mut self, queries: Vec<Query>) -> Result<(), DbError> {
        let (reply, done) = oneshot::channel();
        self.send(Order::Bulk(queries, reply))?;
        let before = self.behind.replace(done);
        told(before).await.map(drop)
    }

    pub async fn script(&mut self, sql: &str) -> Result<(), DbError> {
        self.catch_up().await?;
        let (reply, done) = oneshot::channel();
        self.send(Order::Script(sql.to_owned(), reply))?;
        done.await.map_err(|_| DbError::Closed("act"))?
    }

    pub async fn commit(mut self, last: Option<Last>) -> Result<(), DbError> {
        self.catch_up().await?;
        let (reply, done) = oneshot::channel();
        self.send(Order::Commit(last, reply))?;
        done.await.map_err(|_| DbError::Closed("commit"))?
    }

    async fn catch_up(&mut self) -> Result<(), DbError> {
        told(self.behind.take()).await.map(drop)
    }

    fn send(&mut self, order: Order) -> Result<(), DbError> {
        if let Some(session) = self.session.take() {
            self.writer.send(session).map_err(|_| DbError::Closed("writer"))?;
        }
        self.orders.send(order).map_err(|_| DbError::Closed("act"))
    }
}

async fn told<T: Default>(
    done: Option<oneshot::Receiver<Result<T, DbError>>>,
) -> Result<T, DbError> {
    match done {
        Some(done) => done.await.map_err(|_| DbError::Closed("act"))?,
        None => Ok(T::default()),
    }
}

/// One commit to disk serves every act that ended while the previous one was being written.
pub fn keep_writing(
    conn: &Connection,
    sessions: &mpsc::Receiver<Session>,
    log: &mpsc::SyncSender<Told>,
) {
    let mut waiting: Option<Session> = None;
    while let Some(first) = waiting.take().or_else(|| sessions.recv().ok()) {
        if let Err(cause) = command(conn, "BEGIN IMMEDIATE") {
            tracing::error!(%cause, "cannot begin");
            continue; // dropping the session tells its act
        }
        let began = Stopwatch::start();
        let mut acks = Vec::new();
        let mut next = Some(first);
        while let Some(session) = next.take() {
            let company = session.company;
            acks.extend(serve(conn, session, log));
            if company == Company::Shared && acks.len() < GROUP_ACTS && !began.passed(GROUP_TIME) {
                next = sessions.try_recv().ok();
            }
            if next.as_ref().is_some_and(|next| next.company == Company::Alone) {
                waiting = next.take();
            }
        }
        commit(conn, acks);
        // A full channel: it has been told already.
        let _ = log.try_send(Told::Written);
    }
}

fn commit(conn: &Connection, acks: Vec<Ack>) {
    // An act that was alone and was undone has left no transaction.
    if acks.is_empty() && conn.is_autocommit() {
        return;
    }
    let done = command(conn, "COMMIT");
    if done.is_err() {
        let _ = command(conn, "ROLLBACK");
    }
    for ack in acks {
        let told = match &done {
            Ok(()) => Ok(()),
            Err(cause) => Err(DbError::Setup(format!("commit: {cause}"))),
        };
        let _ = ack.send(told);
    }
}

/// Serves one act; its acknowledgement waits for the commit on disk.
fn serve(conn: &Connection, session: Session, log: &mpsc::SyncSender<Told>) -> Option<Ack> {
    let company = session.company;
    if company == Company::Shared
        && let Err(cause) = command(conn, "SAVEPOINT act")
    {
        tracing::error!(%cause, "cannot begin an act");
        return None;
    }
    let mut broken: Option<DbError> = None;
    let mut room: Option<Room<'_>> = None;
    loop {
        match session.orders.recv_timeout(ACT_SILENCE) {
            Ok(Order::Put(queries)) if broken.is_none() => {
                broken = queries.iter().find_map(|query| run(conn, query).err());
            }
            Ok(Order::Put(_)) => {}
            Ok(Order::Ask(queries, reply)) => answer(&mut broken, reply, || {
                queries.iter().map(|query| run(conn, query)).collect()
            }),
            Ok(Order::Bulk(queries, reply)) => {
                room.get_or_insert_with(|| Room::make(conn));
                answer(&mut broken, reply, || run_bulk(conn, &queries).map(|()| queries));
                let _ = log.try_send(Told::Growing);
            }
            Ok(Order::Script(sql, reply)) => {
                answer(&mut broken, reply, || Ok(conn.execute_batch(&sql)?));
            }
            Ok(Order::Commit(last, ack)) => {
                let ended = broken.map_or_else(|| end(conn, last, company), Err);
                return acknowledge(conn, (ended, company), ack);
            }
            Err(_) => {
                undo(conn, company);
                return None;
            }
        }
    }
}

/// More memory for the pages of an act of many rows, whose indexes are written all over the file;
/// with little of it the same pages go to disk and come back again and again.
struct Room<'a>(&'a Connection);

impl<'a> Room<'a> {
    fn make(conn: &'a Connection) -> Self {
        Self::set(conn, BULK_PAGES);
        Self(conn)
    }

    fn set(conn: &Connection, pages: &str) {
        if let Err(cause) = conn.execute_batch(&format!("PRAGMA cache_size = {pages}")) {
            tracing::warn!(%cause, "cache");
        }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        Self::set(self.0, PAGES);
    }
}

/// Does a part of an act and tells what came of it, unless something before it failed.
fn answer<T>(
    broken: &mut Option<DbError>,
    reply: Reply<T>,
    work: impl FnOnce() -> Result<T, DbError>,
) {
    let answer = broken.take().map_or_else(work, Err);
    if answer.is_err() {
        *broken = Some(DbError::Closed("act after a failure"));
    }
    // Nobody waits any more when the request was dropped.
    let _ = reply.send(answer);
}

type Ack = Reply<()>;

fn end(conn: &Connection, last: Option<Last>, company: Company) -> Result<(), DbError> {
    if let Some(Last { ask, then }) = last {
        for query in then(&run(conn, &ask)?.rows)? {
            run(conn, &query)?;
        }
    }
    match company {
        Company::Shared => command(conn, "RELEASE act"),
        Company::Alone => Ok(()),
    }
}

/// As on PostgreSQL, an act of which any statement failed cannot be committed.
fn acknowledge(
    conn: &Connection,
    (ended, company): (Result<(), DbError>, Company),
    ack: Ack,
) -> Option<Ack> {
    match ended {
        Ok(()) => Some(ack),
        Err(cause) => {
            undo(conn, company);
            let _ = ack.send(Err(cause));
            None
        }
    }
}

fn undo(conn: &Connection, company: Company) {
    let words = match company {
        Company::Shared => "ROLLBACK TO act; RELEASE act",
        Company::Alone => "ROLLBACK",
    };
    if let Err(cause) = conn.execute_batch(words) {
        tracing::error!(%cause, "cannot undo an act");
    }
}

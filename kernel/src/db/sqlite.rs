//! SQLite: reader threads with a queue each, one writer thread with group commit.

mod run;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::Answer;
use super::value::{DbError, Query, Row};
use crate::clock::Stopwatch;
use run::{run, run_bulk};

/// Reader threads for pages; one more serves long statements.
const N_READERS: usize = 3;
/// Acts that may share one commit, and how long the first of them may be kept waiting.
const GROUP_ACTS: usize = 64;
const GROUP_TIME: Duration = Duration::from_millis(8);
/// An act that says nothing for so long is undone, so that others can write.
const ACT_SILENCE: Duration = Duration::from_secs(20);
/// A page's statement is interrupted after so long; a long one after ten minutes.
const READ_LIMIT: Duration = Duration::from_secs(15);
const LONG_LIMIT: Duration = Duration::from_secs(600);

/// Name and definition of the indexes of a table, but for those of its keys.
pub(super) const INDEXES: &str = "SELECT name, sql FROM sqlite_master
     WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL ORDER BY name";

type Read = Result<Vec<Vec<Row>>, DbError>;
type Reply<T> = oneshot::Sender<Result<T, DbError>>;

struct Reading {
    queries: Vec<Query>,
    reply: Reply<Vec<Vec<Row>>>,
}

#[derive(Clone)]
pub(super) struct Lane {
    queue: mpsc::Sender<Reading>,
    waiting: Arc<AtomicUsize>,
}

pub(super) struct Sqlite {
    path: PathBuf,
    lanes: Vec<Lane>,
    long: Lane,
    writer: mpsc::Sender<Session>,
}

struct Session {
    orders: mpsc::Receiver<Order>,
    ready: oneshot::Sender<()>,
}

enum Order {
    /// Runs statements and answers each.
    Ask(Vec<Query>, Reply<Vec<Answer>>),
    /// Runs statements; a failure is told at the next [`Order::Ask`] or at the commit.
    Put(Vec<Query>),
    /// Runs many statements of a few texts and says when that is done.
    Bulk(Vec<Query>, Reply<()>),
    /// Runs a script of the schema.
    Script(String, Reply<()>),
    Commit(Reply<()>),
}

/// The writing side of one act on SQLite.
pub(super) struct Writing {
    orders: mpsc::Sender<Order>,
    /// What comes of the last batch of [`Writing::bulk`].
    behind: Option<oneshot::Receiver<Result<(), DbError>>>,
}

impl Sqlite {
    pub fn open(path: &Path, synchronous: &str) -> Result<Self, DbError> {
        let writer = connect(path, synchronous)?;
        let (queue, sessions) = mpsc::channel();
        spawn("songhe-writer", move || write_loop(&writer, &sessions))?;
        let lane = |name: &str, limit| -> Result<Lane, DbError> {
            let mut conn = connect(path, synchronous)?;
            conn.execute_batch("PRAGMA query_only = ON")?;
            let (queue, reads) = mpsc::channel();
            let waiting = Arc::new(AtomicUsize::new(0));
            let left = Arc::clone(&waiting);
            spawn(name, move || read_loop(&mut conn, &reads, &left, limit))?;
            Ok(Lane { queue, waiting })
        };
        let lanes = (0..N_READERS)
            .map(|n| lane(&format!("songhe-reader-{n}"), READ_LIMIT))
            .collect::<Result<_, _>>()?;
        let long = lane("songhe-long", LONG_LIMIT)?;
        Ok(Self { path: path.to_owned(), lanes, long, writer: queue })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A reader thread of its own, whose connection sees one state of the file.
    pub async fn view(&self) -> Result<Lane, DbError> {
        let mut conn = connect(&self.path, "OFF")?;
        conn.execute_batch("PRAGMA query_only = ON; BEGIN; SELECT 1 FROM sqlite_master LIMIT 1")?;
        let (queue, reads) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&waiting);
        spawn("songhe-view", move || read_loop(&mut conn, &reads, &left, LONG_LIMIT))?;
        Ok(Lane { queue, waiting })
    }

    pub async fn read(&self, queries: Vec<Query>) -> Read {
        let lane = self.lanes.iter().min_by_key(|lane| lane.waiting.load(Ordering::Relaxed));
        ask(lane.unwrap_or(&self.long), queries).await
    }

    pub async fn read_long(&self, queries: Vec<Query>) -> Read {
        ask(&self.long, queries).await
    }

    /// What SQLite finds wrong with the file.
    pub async fn faults(&self) -> Result<Vec<String>, DbError> {
        let check = Query { sql: "PRAGMA integrity_check", params: Vec::new() };
        let rows = self.read_long(vec![check]).await?.pop().unwrap_or_default();
        let lines: Result<Vec<String>, DbError> = rows.iter().map(|row| row.get(0)).collect();
        Ok(lines?.into_iter().filter(|line| line != "ok").collect())
    }

    pub async fn begin(&self) -> Result<Writing, DbError> {
        let (orders, receiver) = mpsc::channel();
        let (ready, started) = oneshot::channel();
        self.writer
            .send(Session { orders: receiver, ready })
            .map_err(|_| DbError::Closed("writer"))?;
        started.await.map_err(|_| DbError::Closed("writer"))?;
        Ok(Writing { orders, behind: None })
    }
}

impl Writing {
    pub async fn ask(&mut self, queries: Vec<Query>) -> Result<Vec<Answer>, DbError> {
        self.catch_up().await?;
        let (reply, answer) = oneshot::channel();
        self.send(Order::Ask(queries, reply))?;
        answer.await.map_err(|_| DbError::Closed("act"))?
    }

    pub fn put(&self, queries: Vec<Query>) -> Result<(), DbError> {
        self.send(Order::Put(queries))
    }

    /// Waits for the batch before this one, not for this one.
    pub async fn bulk(&mut self, queries: Vec<Query>) -> Result<(), DbError> {
        let (reply, done) = oneshot::channel();
        self.send(Order::Bulk(queries, reply))?;
        let before = self.behind.replace(done);
        told(before).await
    }

    pub async fn script(&mut self, sql: &str) -> Result<(), DbError> {
        self.catch_up().await?;
        let (reply, done) = oneshot::channel();
        self.send(Order::Script(sql.to_owned(), reply))?;
        told(Some(done)).await
    }

    pub async fn commit(mut self) -> Result<(), DbError> {
        self.catch_up().await?;
        let (reply, done) = oneshot::channel();
        self.send(Order::Commit(reply))?;
        done.await.map_err(|_| DbError::Closed("commit"))?
    }

    async fn catch_up(&mut self) -> Result<(), DbError> {
        told(self.behind.take()).await
    }

    fn send(&self, order: Order) -> Result<(), DbError> {
        self.orders.send(order).map_err(|_| DbError::Closed("act"))
    }
}

async fn told(done: Option<oneshot::Receiver<Result<(), DbError>>>) -> Result<(), DbError> {
    match done {
        Some(done) => done.await.map_err(|_| DbError::Closed("act"))?,
        None => Ok(()),
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), DbError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(|_| ())
        .map_err(|cause| DbError::Setup(cause.to_string()))
}

fn connect(path: &Path, synchronous: &str) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.execute_batch(&format!(
        "PRAGMA busy_timeout = 15000; PRAGMA journal_mode = WAL;
         PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -8000; PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY;"
    ))?;
    // Without it SQLite prepares a statement anew each time that values are bound to it, to see
    // whether they would let it use a partial index.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_prepared_statement_cache_capacity(512);
    Ok(conn)
}

pub(super) async fn ask(lane: &Lane, queries: Vec<Query>) -> Read {
    let (reply, answer) = oneshot::channel();
    lane.waiting.fetch_add(1, Ordering::Relaxed);
    lane.queue.send(Reading { queries, reply }).map_err(|_| DbError::Closed("reader"))?;
    answer.await.map_err(|_| DbError::Closed("reader"))?
}

fn read_loop(
    conn: &mut Connection,
    reads: &mpsc::Receiver<Reading>,
    waiting: &AtomicUsize,
    limit: Duration,
) {
    while let Ok(read) = reads.recv() {
        let watch = Stopwatch::start();
        let guard = conn.progress_handler(50_000, Some(move || watch.passed(limit)));
        let answer = guard.map_err(DbError::from).and_then(|()| read_all(conn, &read.queries));
        waiting.fetch_sub(1, Ordering::Relaxed);
        // Nobody waits any more when the request was dropped.
        let _ = read.reply.send(answer);
    }
}

/// All queries of one request see the same state of the database.
fn read_all(conn: &Connection, queries: &[Query]) -> Read {
    if queries.len() == 1 {
        return Ok(vec![run(conn, &queries[0])?.rows]);
    }
    conn.execute_batch("SAVEPOINT reading")?;
    let answer = queries.iter().map(|query| Ok(run(conn, query)?.rows)).collect();
    conn.execute_batch("RELEASE reading")?;
    answer
}

/// One commit to disk serves every act that ended while the previous one was being written.
fn write_loop(conn: &Connection, sessions: &mpsc::Receiver<Session>) {
    while let Ok(first) = sessions.recv() {
        if let Err(cause) = conn.execute_batch("BEGIN IMMEDIATE") {
            tracing::error!(%cause, "cannot begin");
            continue; // dropping the session tells its act
        }
        let began = Stopwatch::start();
        let mut acks = Vec::new();
        let mut next = Some(first);
        while let Some(session) = next.take() {
            acks.extend(serve(conn, session));
            if acks.len() < GROUP_ACTS && !began.passed(GROUP_TIME) {
                next = sessions.try_recv().ok();
            }
        }
        let done = conn.execute_batch("COMMIT");
        if done.is_err() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        for ack in acks {
            let told = match &done {
                Ok(()) => Ok(()),
                Err(cause) => Err(DbError::Setup(format!("commit: {cause}"))),
            };
            let _ = ack.send(told);
        }
    }
}

/// Serves one act inside a savepoint; its acknowledgement waits for the commit on disk.
fn serve(conn: &Connection, session: Session) -> Option<Ack> {
    if session.ready.send(()).is_err() || conn.execute_batch("SAVEPOINT act").is_err() {
        return None;
    }
    let mut broken: Option<DbError> = None;
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
                answer(&mut broken, reply, || run_bulk(conn, &queries));
            }
            Ok(Order::Script(sql, reply)) => {
                answer(&mut broken, reply, || Ok(conn.execute_batch(&sql)?));
            }
            Ok(Order::Commit(ack)) => return end(conn, broken, ack),
            Err(_) => {
                undo(conn);
                return None;
            }
        }
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

/// Ends an act. As on PostgreSQL, an act of which any statement failed cannot be committed.
fn end(conn: &Connection, broken: Option<DbError>, ack: Ack) -> Option<Ack> {
    let released =
        broken.map_or_else(|| conn.execute_batch("RELEASE act").map_err(DbError::from), Err);
    match released {
        Ok(()) => Some(ack),
        Err(cause) => {
            undo(conn);
            let _ = ack.send(Err(cause));
            None
        }
    }
}

fn undo(conn: &Connection) {
    if let Err(cause) = conn.execute_batch("ROLLBACK TO act; RELEASE act") {
        tracing::error!(%cause, "cannot undo an act");
    }
}

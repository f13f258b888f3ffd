//! SQLite: reader threads with a queue each, one writer thread with group commit.

mod checkpoint;
mod run;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::value::{DbError, Query, Row};
use crate::clock::Stopwatch;
use run::{command, run, run_all};

use write::PAGES;
pub(super) use write::{Company, Last, Writing};

/// Reader threads for pages; one more serves long statements.
const N_READERS: usize = 3;
/// A page's statement is interrupted after so long; a long one after ten minutes.
const READ_LIMIT: Duration = Duration::from_secs(15);
const LONG_LIMIT: Duration = Duration::from_secs(600);
/// Pages of the log after which the writer itself copies them, should [`checkpoint`] fall behind.
const WRITER_CHECKPOINT: u32 = 65_536;

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
    writer: mpsc::Sender<write::Session>,
}

impl Sqlite {
    pub fn open(path: &Path, synchronous: &str) -> Result<Self, DbError> {
        let writer = connect(path, synchronous)?;
        let (queue, sessions) = mpsc::channel();
        let log = checkpoint::beside(path, synchronous)?;
        spawn("songhe-writer", move || write::keep_writing(&writer, &sessions, &log))?;
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

    /// An act takes the writer with its first statement.
    pub fn begin(&self, company: Company) -> Writing {
        Writing::new(self.writer.clone(), company)
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
         PRAGMA wal_autocheckpoint = {WRITER_CHECKPOINT};
         PRAGMA cache_size = {PAGES}; PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY;"
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
    command(conn, "SAVEPOINT reading")?;
    let answer = run_all(conn, queries);
    command(conn, "RELEASE reading")?;
    answer
}

//! SQLite: reader threads with a queue each, one writer thread with group commit.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::value::{DbError, Query, Row, Value};
use crate::clock::Stopwatch;

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

type Answer = Result<Vec<Vec<Row>>, DbError>;

struct Read {
    queries: Vec<Query>,
    reply: oneshot::Sender<Answer>,
}

#[derive(Clone)]
struct Lane {
    queue: mpsc::Sender<Read>,
    waiting: Arc<AtomicUsize>,
}

pub(super) struct Sqlite {
    lanes: Vec<Lane>,
    long: Lane,
    writer: mpsc::Sender<Session>,
}

struct Session {
    orders: mpsc::Receiver<Order>,
    ready: oneshot::Sender<()>,
}

pub(super) enum Order {
    /// Runs a statement and answers with its rows and how many rows it changed.
    Ask(Query, oneshot::Sender<Result<(Vec<Row>, u64), DbError>>),
    /// Runs statements and answers with the rows of each.
    AskAll(Vec<Query>, oneshot::Sender<Answer>),
    /// Runs statements; a failure is told at the next [`Order::Ask`] or at the commit.
    Put(Vec<Query>),
    Commit(oneshot::Sender<Result<(), DbError>>),
}

/// The writing side of one act on SQLite.
pub(super) struct Writing {
    orders: mpsc::Sender<Order>,
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
        Ok(Self { lanes, long, writer: queue })
    }

    pub async fn read(&self, queries: Vec<Query>) -> Answer {
        let lane = self.lanes.iter().min_by_key(|lane| lane.waiting.load(Ordering::Relaxed));
        ask(lane.unwrap_or(&self.long), queries).await
    }

    pub async fn read_long(&self, queries: Vec<Query>) -> Answer {
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
        Ok(Writing { orders })
    }
}

impl Writing {
    pub async fn ask(&self, query: Query) -> Result<(Vec<Row>, u64), DbError> {
        let (reply, answer) = oneshot::channel();
        self.send(Order::Ask(query, reply))?;
        answer.await.map_err(|_| DbError::Closed("act"))?
    }

    pub async fn ask_all(&self, queries: Vec<Query>) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.send(Order::AskAll(queries, reply))?;
        answer.await.map_err(|_| DbError::Closed("act"))?
    }

    pub fn put(&self, queries: Vec<Query>) -> Result<(), DbError> {
        self.send(Order::Put(queries))
    }

    pub async fn commit(self) -> Result<(), DbError> {
        let (reply, answer) = oneshot::channel();
        self.send(Order::Commit(reply))?;
        answer.await.map_err(|_| DbError::Closed("commit"))?
    }

    fn send(&self, order: Order) -> Result<(), DbError> {
        self.orders.send(order).map_err(|_| DbError::Closed("act"))
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
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

async fn ask(lane: &Lane, queries: Vec<Query>) -> Answer {
    let (reply, answer) = oneshot::channel();
    lane.waiting.fetch_add(1, Ordering::Relaxed);
    lane.queue.send(Read { queries, reply }).map_err(|_| DbError::Closed("reader"))?;
    answer.await.map_err(|_| DbError::Closed("reader"))?
}

fn read_loop(
    conn: &mut Connection,
    reads: &mpsc::Receiver<Read>,
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
fn read_all(conn: &Connection, queries: &[Query]) -> Answer {
    if queries.len() == 1 {
        return Ok(vec![run(conn, &queries[0])?.0]);
    }
    conn.execute_batch("BEGIN")?;
    let answer = queries.iter().map(|query| Ok(run(conn, query)?.0)).collect();
    conn.execute_batch("COMMIT")?;
    answer
}

fn run(conn: &Connection, query: &Query) -> Result<(Vec<Row>, u64), DbError> {
    let mut statement = conn.prepare_cached(query.sql)?;
    bind(&mut statement, &query.params)?;
    let n_columns = statement.column_count();
    if n_columns == 0 {
        let changed = statement.raw_execute()?;
        return Ok((Vec::new(), changed as u64));
    }
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..n_columns).map(|at| Ok(owned(row.get_ref(at)?)));
        found.push(Row(values.collect::<Result<_, DbError>>()?));
    }
    let n_found = found.len() as u64;
    Ok((found, n_found))
}

/// `$n` is a name to SQLite, so parameters are bound by name and not by place.
fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Value]) -> Result<(), DbError> {
    for place in 1..=statement.parameter_count() {
        let name = statement.parameter_name(place).unwrap_or_default();
        let number: usize = name.get(1..).and_then(|n| n.parse().ok()).unwrap_or(place);
        let value = params
            .get(number.wrapping_sub(1))
            .ok_or_else(|| DbError::Shape(format!("no parameter {name}")))?;
        match value {
            Value::Null => statement.raw_bind_parameter(place, rusqlite::types::Null)?,
            Value::Int(n) => statement.raw_bind_parameter(place, n)?,
            Value::Text(text) => statement.raw_bind_parameter(place, text)?,
            Value::Bytes(bytes) => statement.raw_bind_parameter(place, bytes)?,
        }
    }
    Ok(())
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Real(_) => Value::Text("real".to_owned()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
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
            Ok(Order::Ask(query, reply)) => {
                let answer = broken.take().map_or_else(|| run(conn, &query), Err);
                if answer.is_err() {
                    broken = Some(DbError::Closed("act after a failure"));
                }
                let _ = reply.send(answer);
            }
            Ok(Order::AskAll(queries, reply)) => {
                let all = || queries.iter().map(|query| Ok(run(conn, query)?.0)).collect();
                let answer = broken.take().map_or_else(all, Err);
                if answer.is_err() {
                    broken = Some(DbError::Closed("act after a failure"));
                }
                let _ = reply.send(answer);
            }
            Ok(Order::Put(queries)) if broken.is_none() => {
                broken = queries.iter().find_map(|query| run(conn, query).err());
            }
            Ok(Order::Put(_)) => {}
            Ok(Order::Commit(ack)) => return end(conn, broken, ack),
            Err(_) => {
                undo(conn);
                return None;
            }
        }
    }
}

type Ack = oneshot::Sender<Result<(), DbError>>;

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

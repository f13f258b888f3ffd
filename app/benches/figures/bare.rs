//! The floor of all writing: the same rows with the same indexes, inserted by a bare loop.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::types::Value;

/// Rows that are read, not timed, before so many are written, timed.
const CHUNK: usize = 50_000;

/// What rows of a table are inserted again.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub table: &'a str,
    /// Only rows with a higher number.
    pub after: i64,
}

impl<'a> Rows<'a> {
    pub fn all(table: &'a str) -> Self {
        Self { table, after: 0 }
    }
}

/// When what was inserted goes to the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// All in one piece; the indexes are made at the end.
    Once,
    /// So many pieces, as far as possible of one size; the indexes are there from the start.
    Pieces(usize),
}

/// Inserts rows of one file into another; answers how many and how long only that took.
pub fn insert(
    from: &Path,
    to: &Path,
    rows: &[Rows<'_>],
    commit: Commit,
) -> anyhow::Result<(u64, Duration)> {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", to.display()));
    }
    let (source, target) = (Connection::open(from)?, Connection::open(to)?);
    target.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;
         PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY;",
    )?;
    let mut indexes = Vec::new();
    for rows in rows {
        let (tables, its) = schema(&source, rows.table)?;
        target.execute_batch(&tables)?;
        indexes.push(its);
    }
    if commit != Commit::Once {
        target.execute_batch(&indexes.concat())?;
        return in_pieces(&source, &target, rows, commit);
    }
    let begun = Instant::now();
    target.execute_batch("BEGIN IMMEDIATE")?;
    let mut took = begun.elapsed();
    let mut n_rows = 0;
    for rows in rows {
        each_chunk(&source, *rows, |sql, chunk| {
            let begun = Instant::now();
            n_rows += write(&target, sql, chunk)?;
            took += begun.elapsed();
            Ok(())
        })?;
    }
    let begun = Instant::now();
    target.execute_batch(&indexes.concat())?;
    target.execute_batch("COMMIT")?;
    Ok((n_rows, took + begun.elapsed()))
}

/// Inserts rows of one file into another that holds rows already, in one piece, as the product
/// does; answers how long only that took.
pub fn append(from: &Path, to: &Path, rows: &[Rows<'_>]) -> anyhow::Result<Duration> {
    let (source, target) = (Connection::open(from)?, Connection::open(to)?);
    target.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -90000;
         PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY; BEGIN IMMEDIATE;",
    )?;
    let mut took = Duration::ZERO;
    for rows in rows {
        each_chunk(&source, *rows, |sql, chunk| {
            let begun = Instant::now();
            write(&target, sql, chunk)?;
            took += begun.elapsed();
            Ok(())
        })?;
    }
    let begun = Instant::now();
    target.execute_batch("COMMIT")?;
    took += begun.elapsed();
    drop(target);
    put_away_log(to)?;
    Ok(took)
}

/// Copies the log of a file into the file.
pub fn put_away_log(file: &Path) -> anyhow::Result<()> {
    let conn = Connection::open(file)?;
    Ok(conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

fn in_pieces(
    source: &Connection,
    target: &Connection,
    rows: &[Rows<'_>],
    commit: Commit,
) -> anyhow::Result<(u64, Duration)> {
    let Commit::Pieces(n_pieces) = commit else {
        return Ok((0, Duration::ZERO));
    };
    let mut tables = Vec::new();
    for rows in rows {
        let (mut sql, mut all) = (String::new(), Vec::new());
        each_chunk(source, *rows, |insertion, chunk| {
            insertion.clone_into(&mut sql);
            all.append(chunk);
            Ok(())
        })?;
        tables.push((sql, all));
    }
    let (begun, mut n_rows) = (Instant::now(), 0);
    for piece in 0..n_pieces {
        target.execute_batch("BEGIN IMMEDIATE")?;
        for (sql, all) in &tables {
            let part = |at: usize| all.len() * at / n_pieces;
            n_rows += write(target, sql, &all[part(piece)..part(piece + 1)])?;
        }
        target.execute_batch("COMMIT")?;
    }
    Ok((n_rows, begun.elapsed()))
}

fn write(target: &Connection, sql: &str, rows: &[Vec<Value>]) -> anyhow::Result<u64> {
    if rows.is_empty() {
        return Ok(0);
    }
    let mut statement = target.prepare_cached(sql)?;
    for row in rows {
        statement.execute(rusqlite::params_from_iter(row))?;
    }
    Ok(rows.len() as u64)
}

fn each_chunk(
    source: &Connection,
    rows: Rows<'_>,
    mut each: impl FnMut(&str, &mut Vec<Vec<Value>>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut statement =
        source.prepare(&format!("SELECT * FROM {} WHERE rowid > ?1 ORDER BY rowid", rows.table))?;
    let n = statement.column_count();
    let places = vec!["?"; n].join(", ");
    let insertion = format!("INSERT INTO {} VALUES ({places})", rows.table);
    let mut found = statement.query([rows.after])?;
    let mut chunk = Vec::with_capacity(CHUNK);
    while let Some(row) = found.next()? {
        let values = (0..n).map(|at| row.get::<_, Value>(at));
        chunk.push(values.collect::<Result<Vec<_>, _>>()?);
        if chunk.len() == CHUNK {
            each(&insertion, &mut chunk)?;
            chunk.clear();
        }
    }
    each(&insertion, &mut chunk)
}

/// The definitions of a table and of its indexes.
fn schema(source: &Connection, table: &str) -> anyhow::Result<(String, String)> {
    let sql = "SELECT type, sql FROM sqlite_master WHERE tbl_name = ?1 AND sql IS NOT NULL";
    let mut statement = source.prepare(sql)?;
    let mut rows = statement.query([table])?;
    let (mut tables, mut indexes) = (String::new(), String::new());
    while let Some(row) = rows.next()? {
        let (kind, sql): (String, String) = (row.get(0)?, row.get(1)?);
        let into = if kind == "table" { &mut tables } else { &mut indexes };
        into.push_str(&sql);
        into.push_str(";\n");
    }
    Ok((tables, indexes))
}

/// The highest number of a table's rows.
pub fn last(file: &Path, table: &str) -> anyhow::Result<i64> {
    let sql = format!("SELECT COALESCE(MAX(rowid), 0) FROM {table}");
    Ok(Connection::open(file)?.query_row(&sql, [], |row| row.get(0))?)
}

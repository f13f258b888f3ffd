//! Statements on one connection of SQLite: bound by name, answered as values of the house.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::db::Answer;
use crate::db::value::{DbError, Query, Row, Value};

pub fn run(conn: &Connection, query: &Query) -> Result<Answer, DbError> {
    let mut statement = conn.prepare_cached(query.sql)?;
    let places = places(&statement);
    run_prepared(&mut statement, &places, query)
}

/// A statement without values or rows, e.g. the beginning of a transaction.
pub fn command(conn: &Connection, sql: &'static str) -> Result<(), DbError> {
    conn.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}

/// Many statements of a few texts, each prepared once: those of one text in order, those of
/// different ones in any. One table after the other, its pages are at hand while it is written.
pub fn run_bulk(conn: &Connection, queries: &[Query]) -> Result<(), DbError> {
    for group in by_text(queries) {
        let mut statement = conn.prepare_cached(queries[group[0]].sql)?;
        let places = places(&statement);
        for at in group {
            run_prepared(&mut statement, &places, &queries[at])?;
        }
    }
    Ok(())
}

/// Answers many statements in order; each text is prepared once for as long as it is repeated.
pub fn run_all(conn: &Connection, queries: &[Query]) -> Result<Vec<Vec<Row>>, DbError> {
    let mut answers = Vec::with_capacity(queries.len());
    for same in queries.chunk_by(|one, next| one.sql == next.sql) {
        let mut statement = conn.prepare_cached(same[0].sql)?;
        let places = places(&statement);
        for query in same {
            answers.push(run_prepared(&mut statement, &places, query)?.rows);
        }
    }
    Ok(answers)
}

/// Where the statements of each text stand, in the order of the first of each.
fn by_text(queries: &[Query]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, query) in queries.iter().enumerate() {
        // Mostly the very same literal.
        let same = |group: &&mut Vec<usize>| {
            let first = queries[group[0]].sql;
            std::ptr::eq(first, query.sql) || first == query.sql
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

fn run_prepared(
    statement: &mut rusqlite::Statement<'_>,
    places: &[usize],
    query: &Query,
) -> Result<Answer, DbError> {
    for (at, number) in places.iter().enumerate() {
        let value = query.params.get(number.wrapping_sub(1));
        let value = value.ok_or_else(|| DbError::Shape(format!("no parameter ${number}")))?;
        bind(statement, at + 1, value)?;
    }
    let n_columns = statement.column_count();
    if n_columns == 0 {
        let n = statement.raw_execute()? as u64;
        return Ok(Answer { rows: Vec::new(), n });
    }
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let mut values = Vec::with_capacity(n_columns);
        for at in 0..n_columns {
            values.push(owned(row.get_ref(at)?));
        }
        rows.push(Row(values));
    }
    let n = rows.len() as u64;
    Ok(Answer { rows, n })
}

/// `$n` is a name to SQLite, so parameters are bound by name and not by place.
fn places(statement: &rusqlite::Statement<'_>) -> Vec<usize> {
    let number = |place| {
        let name = statement.parameter_name(place).unwrap_or_default();
        name.get(1..).and_then(|n| n.parse().ok()).unwrap_or(place)
    };
    (1..=statement.parameter_count()).map(number).collect()
}

fn bind(
    statement: &mut rusqlite::Statement<'_>,
    place: usize,
    value: &Value,
) -> Result<(), DbError> {
    match value {
        Value::Null => statement.raw_bind_parameter(place, rusqlite::types::Null)?,
        Value::Int(n) => statement.raw_bind_parameter(place, n)?,
        Value::Text(text) => statement.raw_bind_parameter(place, text)?,
        Value::Bytes(bytes) => statement.raw_bind_parameter(place, bytes)?,
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

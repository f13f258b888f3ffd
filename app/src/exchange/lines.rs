//! What is told row by row: kept sealed, read a page at a time.

use kernel::{Db, DbError, Query, q};
use serde::de::DeserializeOwned;

use super::report::Report;
use super::store::json;

/// A sort of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Fault,
    Update,
    Alike,
    Note,
    Passed,
}

impl Kind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Update => "update",
            Self::Alike => "alike",
            Self::Note => "note",
            Self::Passed => "passed",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Fault, Self::Update, Self::Alike, Self::Note, Self::Passed]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// The statements that keep the lines of a report in place of those before.
///
/// # Errors
/// When the system has no randomness to give.
pub fn kept(db: &Db, import: i64, report: &Report) -> Result<Vec<Query>, DbError> {
    let mut queries = vec![q!("DELETE FROM import_lines WHERE import = $1", import)];
    let mut line = |kind: Kind, n: usize, (sheet, row): (&str, u32), detail: String| {
        queries.push(q!(
            "INSERT INTO import_lines (import, kind, n, sheet, row_no, column_no, code, detail)
             VALUES ($1, $2, $3, $4, $5, '', '', $6)",
            import,
            kind.code(),
            i64::try_from(n).unwrap_or(i64::MAX),
            sheet,
            i64::from(row),
            db.vault().seal("import_lines.detail", &detail)?
        ));
        Ok::<(), DbError>(())
    };
    for (n, fault) in report.faults.iter().enumerate() {
        line(Kind::Fault, n, (&fault.sheet, fault.row), json(fault)?)?;
    }
    for (n, note) in report.notes.iter().enumerate() {
        line(Kind::Note, n, (&note.sheet, note.row), json(note)?)?;
    }
    let told = [
        (Kind::Update, &report.updates),
        (Kind::Alike, &report.alike),
        (Kind::Passed, &report.passed),
    ];
    for (kind, lines) in told {
        for (n, one) in lines.iter().enumerate() {
            line(kind, n, (&one.sheet, one.row), json(one)?)?;
        }
    }
    Ok(queries)
}

/// Lines of a sort from number `from` on, with their numbers.
///
/// # Errors
/// Whatever the engine says.
pub async fn read<T: DeserializeOwned>(
    db: &Db,
    (import, kind): (i64, Kind),
    (from, limit): (i64, i64),
) -> Result<Vec<(i64, T)>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT n, detail FROM import_lines
             WHERE import = $1 AND kind = $2 AND n >= $3 ORDER BY n LIMIT $4",
            import,
            kind.code(),
            from,
            limit
        ))
        .await?;
    let line = |row: &kernel::Row| {
        let text = db.vault().open("import_lines.detail", &row.get::<Vec<u8>>(1)?)?;
        let line = serde_json::from_str(&text).map_err(|c| DbError::Shape(c.to_string()))?;
        Ok((row.get(0)?, line))
    };
    rows.iter().map(line).collect()
}

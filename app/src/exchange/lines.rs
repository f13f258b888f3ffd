//! What is told row by row: kept sealed, read a page at a time.

use kernel::vault::Vault;
use kernel::{Act, Db, DbError, Query, Reader, q};
use serde::de::DeserializeOwned;

use super::list_run::Former;
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
    /// Of a comparison: who is in the list alone, and who is here alone.
    Absent,
    Missing,
    /// Relatives as they were before a list changed them.
    Former,
}

impl Kind {
    /// Those that a page shows.
    pub const SHOWN: &'static [Self] = &[
        Self::Fault,
        Self::Alike,
        Self::Update,
        Self::Absent,
        Self::Missing,
        Self::Note,
        Self::Passed,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Update => "update",
            Self::Alike => "alike",
            Self::Note => "note",
            Self::Passed => "passed",
            Self::Absent => "absent",
            Self::Missing => "missing",
            Self::Former => "former",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::SHOWN.iter().copied().find(|kind| kind.code() == code)
    }
}

/// The statements that keep the lines of a report in place of those before.
///
/// # Errors
/// When the system has no randomness to give.
pub fn kept(db: &Db, import: i64, report: &Report) -> Result<Vec<Query>, DbError> {
    let mut queries = vec![q!("DELETE FROM import_lines WHERE import = $1", import)];
    let mut line = |kind: Kind, n: usize, at: (&str, u32), detail: String| {
        queries.push(insertion(db.vault(), (import, kind, n), at, &detail)?);
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
        (Kind::Absent, &report.absent),
        (Kind::Missing, &report.missing),
    ];
    for (kind, lines) in told {
        for (n, one) in lines.iter().enumerate() {
            line(kind, n, (&one.sheet, one.row), json(one)?)?;
        }
    }
    Ok(queries)
}

fn insertion(
    keys: &Vault,
    (import, kind, n): (i64, Kind, usize),
    (sheet, row): (&str, u32),
    detail: &str,
) -> Result<Query, DbError> {
    Ok(q!(
        "INSERT INTO import_lines (import, kind, n, sheet, row_no, column_no, code, detail)
         VALUES ($1, $2, $3, $4, $5, '', '', $6)",
        import,
        kind.code(),
        i64::try_from(n).unwrap_or(i64::MAX),
        sheet,
        i64::from(row),
        keys.seal("import_lines.detail", detail)?
    ))
}

/// The statements that keep what was before a list changed it.
///
/// # Errors
/// When the system has no randomness to give.
pub fn former(keys: &Vault, import: i64, all: &[Former]) -> Result<Vec<Query>, DbError> {
    let one = |(n, one): (usize, &Former)| {
        insertion(keys, (import, Kind::Former, n), ("", 0), &json(one)?)
    };
    all.iter().enumerate().map(one).collect()
}

/// Lines of a sort from number `from` on, with their numbers.
///
/// # Errors
/// Whatever the engine says.
pub async fn read<T: DeserializeOwned>(
    db: &Db,
    of: (i64, Kind),
    (from, limit): (i64, i64),
) -> Result<Vec<(i64, T)>, DbError> {
    read_by(&mut db.clone(), of, (from, limit)).await
}

/// The first lines of a sort, read inside an act.
///
/// # Errors
/// Whatever the engine says.
pub async fn of_act<T: DeserializeOwned>(
    act: &mut Act,
    of: (i64, Kind),
    limit: i64,
) -> Result<Vec<T>, DbError> {
    let lines = read_by(act, of, (0, limit)).await?;
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

async fn read_by<T: DeserializeOwned>(
    reader: &mut impl Reader,
    (import, kind): (i64, Kind),
    (from, limit): (i64, i64),
) -> Result<Vec<(i64, T)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT n, detail FROM import_lines
             WHERE import = $1 AND kind = $2 AND n >= $3 ORDER BY n LIMIT $4",
            import,
            kind.code(),
            from,
            limit
        ))
        .await?;
    let keys = reader.keys();
    let line = |row: &kernel::Row| {
        let text = keys.open("import_lines.detail", &row.get::<Vec<u8>>(1)?)?;
        let line = serde_json::from_str(&text).map_err(|c| DbError::Shape(c.to_string()))?;
        Ok((row.get(0)?, line))
    };
    rows.iter().map(line).collect()
}

//! Lists of organisations: what is below, what a search finds, the way down from the city.

use kernel::{DbError, Reader, Scope, q};

use super::Org;
use super::store::org;

/// The place in a list after which its next page begins: code and kind.
pub type Cursor = (String, String);

/// Reads `code/kind`; from the beginning when it is something else.
#[must_use]
pub fn cursor(text: &str) -> Cursor {
    let (code, kind) = text.split_once('/').unwrap_or_default();
    (code.to_owned(), kind.to_owned())
}

/// The cursor after an organisation.
#[must_use]
pub fn after(org: &Org) -> String {
    format!("{}/{}", org.code, org.kind)
}

/// Open leading bodies one level below a code, by code, those after `after`.
///
/// # Errors
/// Whatever the database says.
pub async fn children(
    reader: &mut impl Reader,
    (code, level): (&str, &str),
    after: &str,
    n: i64,
) -> Result<Vec<Org>, DbError> {
    let after = if after.starts_with(code) { after } else { code };
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
             FROM orgs
             WHERE level = $1 AND code > $2 AND code < $3 AND closed_on IS NULL
               AND kind NOT IN ('agency', 'administration')
             ORDER BY code, id LIMIT $4",
            level,
            after,
            Scope::below(code).to(),
            n
        ))
        .await?;
    rows.iter().map(org).collect()
}

/// Closed organisations one level below a code, by code.
///
/// # Errors
/// Whatever the database says.
pub async fn closed_children(
    reader: &mut impl Reader,
    (code, level): (&str, &str),
    n: i64,
) -> Result<Vec<Org>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
             FROM orgs
             WHERE level = $1 AND code > $2 AND code < $3 AND closed_on IS NOT NULL
             ORDER BY code, id LIMIT $4",
            level,
            code,
            Scope::below(code).to(),
            n
        ))
        .await?;
    rows.iter().map(org).collect()
}

/// Open organisations inside a scope of which the name contains, or the code begins with, some
/// words; by code and kind, those after a place.
///
/// # Errors
/// Whatever the database says.
pub async fn search(
    reader: &mut impl Reader,
    scope: &Scope,
    words: &str,
    (code, kind): &Cursor,
    n: i64,
) -> Result<Vec<Org>, DbError> {
    let plain: String = words.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    let from = if code.as_str() < scope.from() { scope.from() } else { code };
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
             FROM orgs
             WHERE code >= $1 AND code < $2 AND closed_on IS NULL
               AND (name LIKE $3 OR code LIKE $4) AND (code, kind) > ($5, $6)
             ORDER BY code, kind LIMIT $7",
            from,
            scope.to(),
            format!("%{plain}%"),
            format!("{plain}%"),
            code,
            kind,
            n
        ))
        .await?;
    rows.iter().map(org).collect()
}

/// Every open organisation inside a scope: for the comparison with a list that is handed in.
///
/// # Errors
/// Whatever the database says.
pub async fn all_below(reader: &mut impl Reader, scope: &Scope) -> Result<Vec<Org>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
             FROM orgs WHERE code >= $1 AND code < $2 AND closed_on IS NULL
             ORDER BY code, id LIMIT 200000",
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(org).collect()
}

/// The open leading bodies on the way from the city down to a code: number, code, name.
///
/// # Errors
/// Whatever the database says.
pub async fn path(
    reader: &mut impl Reader,
    code: &str,
) -> Result<Vec<(i64, String, String)>, DbError> {
    let upto = |n| code.get(..n).unwrap_or(code).to_owned();
    let rows = reader
        .ask(q!(
            "SELECT id, code, name FROM orgs
             WHERE code IN ($1, $2, $3, $4, $5) AND closed_on IS NULL
               AND kind NOT IN ('agency', 'administration')
             ORDER BY code, id LIMIT 10",
            upto(4),
            upto(6),
            upto(9),
            upto(12),
            code
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The largest code of an organisation, open or closed, one level below a code.
///
/// # Errors
/// Whatever the database says.
pub async fn last_below(
    reader: &mut impl Reader,
    (code, level): (&str, &str),
) -> Result<Option<String>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT MAX(code) FROM orgs WHERE level = $1 AND code > $2 AND code < $3",
            level,
            code,
            Scope::below(code).to()
        ))
        .await?;
    row.map_or(Ok(None), |row| row.get(0))
}

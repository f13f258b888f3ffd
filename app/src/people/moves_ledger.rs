//! 转移台账：一件一行，从哪里到哪里、谁确认。

use kernel::{DbError, Reader, Row, Scope, q};

use super::moves::STATES;
use crate::codes::{LedgerLine, cell, name_of};

/// Moves from or to a jurisdiction, after a number.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    reader: &mut impl Reader,
    (scope, state): (&Scope, &str),
    (after, n): (i64, i64),
) -> Result<Vec<LedgerLine>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT m.id, p.name, f.name, t.name, m.reason, m.state, m.proposed_on, m.proposed_by,
                    m.decided_on, m.decided_by, m.answer
             FROM moves m JOIN persons p ON p.id = m.person
                  JOIN orgs f ON f.id = m.from_station JOIN orgs t ON t.id = m.to_station
             WHERE ((m.from_org >= $1 AND m.from_org < $2) OR (m.to_org >= $1 AND m.to_org < $2))
               AND ($3 = '' OR m.state = $3) AND m.id > $4
             ORDER BY m.id LIMIT $5",
            scope.from(),
            scope.to(),
            state,
            after,
            n
        ))
        .await?;
    rows.iter().map(line).collect()
}

fn line(row: &Row) -> Result<LedgerLine, DbError> {
    let cells = vec![
        cell(row, 1)?,
        cell(row, 2)?,
        cell(row, 3)?,
        cell(row, 4)?,
        name_of(STATES, &row.get::<String>(5)?).to_owned(),
        cell(row, 6)?,
        cell(row, 7)?,
        cell(row, 8)?,
        cell(row, 9)?,
        cell(row, 10)?,
    ];
    Ok((row.get(0)?, cells))
}

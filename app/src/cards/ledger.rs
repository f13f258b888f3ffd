//! 联系卡台账：一张一行，何时印、何时发、为何作废。

use kernel::{DbError, Reader, Row, Scope, q};

use super::STATES;
use crate::codes::{LedgerLine, cell, name_of};

/// Cards of the retirees of a jurisdiction, after a number.
/// The place is compared as an expression, so that
/// rows are walked by their numbers once and not sorted anew for every page.
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
            "SELECT c.id, p.name,
                    (SELECT o.name FROM orgs o WHERE o.code = c.org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    c.number, c.state, c.printed_on, c.issued_on, c.ended_on, c.note
             FROM cards c JOIN persons p ON p.id = c.person
             WHERE p.org || '' >= $1 AND p.org || '' < $2
               AND ($3 = '' OR c.state = $3) AND c.id > $4
             ORDER BY c.id LIMIT $5",
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
        name_of(STATES, &row.get::<String>(4)?).to_owned(),
        cell(row, 5)?,
        cell(row, 6)?,
        cell(row, 7)?,
        cell(row, 8)?,
    ];
    Ok((row.get(0)?, cells))
}

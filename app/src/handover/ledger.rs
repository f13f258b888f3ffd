//! 移交人员台账：一人一行，到了哪一级。

use kernel::{DbError, Reader, Row, Scope, q};

use super::STATES;
use crate::codes::{LedgerLine, cell, name_of};

const FILES: &[(&str, &str)] = &[("in", "已收"), ("none", "没有")];

/// People handed over who are the business of a jurisdiction: of its own batches, and those who
/// were passed on to it; after a number.
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
            "SELECT h.id, h.name, b.number, b.enterprise_name,
                    (SELECT o.name FROM orgs o WHERE o.code = h.target
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    h.state, h.file, CAST(COALESCE(h.pages_found, h.pages_said) AS TEXT),
                    h.entered_on, h.changed_on, h.reason
             FROM handover_people h JOIN handover_batches b ON b.id = h.batch
             WHERE ((b.org >= $1 AND b.org < $2)
                    OR (h.target >= $1 AND h.target < $2
                        AND h.state IN ('to_street', 'at_street', 'to_station', 'accepted')))
               AND ($3 = '' OR h.state = $3) AND h.id > $4
             ORDER BY h.id LIMIT $5",
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
        name_of(FILES, &row.get::<String>(6)?).to_owned(),
        cell(row, 7)?,
        cell(row, 8)?,
        cell(row, 9)?,
        cell(row, 10)?,
    ];
    Ok((row.get(0)?, cells))
}

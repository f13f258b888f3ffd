//! 移交人员台账：一人一行，到了哪一级；移交批次和协议台账：一批一行。

use kernel::{DbError, Reader, Row, Scope, q};

use super::{HANDERS, STATES};
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

/// Codes and names of what a batch is.
pub const BATCH_STATES: &[(&str, &str)] = &[("open", "在办"), ("closed", "已办结")];

/// Batches of the bodies of a jurisdiction with their agreements, after a number.
///
/// # Errors
/// Whatever the database says.
pub async fn batches(
    reader: &mut impl Reader,
    (scope, state): (&Scope, &str),
    (after, n): (i64, i64),
) -> Result<Vec<LedgerLine>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT b.id, b.number, b.enterprise_name, b.handed_by, b.hander_name, b.opened_on,
                    CAST(b.plan_people AS TEXT), CAST(b.plan_files AS TEXT),
                    CAST((SELECT COUNT(*) FROM handover_people h WHERE h.batch = b.id
                          AND h.state <> 'withdrawn') AS TEXT),
                    CAST((SELECT COUNT(*) FROM handover_people h WHERE h.batch = b.id
                          AND h.state = 'accepted') AS TEXT),
                    b.agreement_no, b.agreement_on, b.agreement_until, b.agreement_ended_on,
                    b.state, b.closed_on, b.settlement
             FROM handover_batches b
             WHERE b.org || '' >= $1 AND b.org || '' < $2
               AND ($3 = '' OR b.state = $3) AND b.id > $4
             ORDER BY b.id LIMIT $5",
            scope.from(),
            scope.to(),
            state,
            after,
            n
        ))
        .await?;
    let line = |row: &Row| {
        let mut cells = (1..17).map(|at| cell(row, at)).collect::<Result<Vec<_>, _>>()?;
        for (at, names) in [(2, HANDERS), (13, BATCH_STATES)] {
            cells[at] = name_of(names, &cells[at]).to_owned();
        }
        Ok((row.get(0)?, cells))
    };
    rows.iter().map(line).collect()
}

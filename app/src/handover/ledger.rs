//! 移交人员台账：一人一行，到了哪一级；移交批次和协议台账：一批一行。

use kernel::{DbError, Reader, Scope, q};

use super::{HANDERS, STATES};
use crate::ledgers::{Line, lines};

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
) -> Result<Vec<Line>, DbError> {
    let asked = q!(
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
    );
    lines(reader, asked, &[(5, STATES), (6, FILES)]).await
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
) -> Result<Vec<Line>, DbError> {
    let asked = q!(
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
    );
    lines(reader, asked, &[(3, HANDERS), (14, BATCH_STATES)]).await
}

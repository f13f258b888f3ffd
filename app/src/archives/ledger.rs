//! 人事档案台账：一份一行，现在在哪里、在谁手里。

use kernel::{DbError, Reader, Scope, q};

use super::STATES;
use crate::ledgers::{Line, lines};

/// Files of a body and those below it, after a number.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    reader: &mut impl Reader,
    (scope, state): (&Scope, &str),
    (after, n): (i64, i64),
) -> Result<Vec<Line>, DbError> {
    let asked = q!(
        "SELECT a.id, p.name,
                (SELECT o.name FROM orgs o WHERE o.code = p.org
                   AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                a.number,
                (SELECT o.name FROM orgs o WHERE o.code = a.holder
                   AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                a.box, a.state, CAST(a.volumes AS TEXT), CAST(a.pages AS TEXT), a.arrived_on,
                a.borrower, a.due_on, a.seen_on, a.note
         FROM archives a JOIN persons p ON p.id = a.person
         WHERE a.holder || '' >= $1 AND a.holder || '' < $2
           AND ($3 = '' OR a.state = $3) AND a.id > $4
         ORDER BY a.id LIMIT $5",
        scope.from(),
        scope.to(),
        state,
        after,
        n
    );
    lines(reader, asked, &[(6, STATES)]).await
}

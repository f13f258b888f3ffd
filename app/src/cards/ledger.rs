//! 联系卡台账：一张一行，何时印、何时发、为何作废。

use kernel::{DbError, Reader, Scope, q};

use super::STATES;
use crate::ledgers::{Line, lines};

/// Cards of the retirees of a jurisdiction, after a number.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    reader: &mut impl Reader,
    (scope, state): (&Scope, &str),
    (after, n): (i64, i64),
) -> Result<Vec<Line>, DbError> {
    let asked = q!(
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
    );
    lines(reader, asked, &[(4, STATES)]).await
}

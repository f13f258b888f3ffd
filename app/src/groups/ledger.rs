//! 组织关系介绍信台账：一封一行，转往哪个支部、有没有回执。

use kernel::{DbError, Reader, Scope, q};

use super::letters::STATES;
use crate::ledgers::{Line, lines};

/// Letters to the branches of a jurisdiction, after a number.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    reader: &mut impl Reader,
    (scope, state): (&Scope, &str),
    (after, n): (i64, i64),
) -> Result<Vec<Line>, DbError> {
    let asked = q!(
        "SELECT l.id, p.name,
                (SELECT o.name FROM orgs o WHERE o.code = l.org
                   AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                l.number, l.issuer, g.name, l.issued_on, l.valid_until, l.state,
                l.answered_on, l.note
         FROM party_letters l JOIN persons p ON p.id = l.person
              JOIN circles g ON g.id = l.branch
         WHERE l.org || '' >= $1 AND l.org || '' < $2
           AND ($3 = '' OR l.state = $3) AND l.id > $4
         ORDER BY l.id LIMIT $5",
        scope.from(),
        scope.to(),
        state,
        after,
        n
    );
    lines(reader, asked, &[(8, STATES)]).await
}

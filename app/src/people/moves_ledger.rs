//! 转移台账：一件一行，从哪里到哪里、谁确认。

use kernel::{DbError, Reader, Scope, q};

use super::moves::STATES;
use crate::ledgers::{Line, lines};

/// Moves from or to a jurisdiction, after a number.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    reader: &mut impl Reader,
    (scope, state): (&Scope, &str),
    (after, n): (i64, i64),
) -> Result<Vec<Line>, DbError> {
    let asked = q!(
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
    );
    lines(reader, asked, &[(5, STATES)]).await
}

//! How many people are where on the way, and where they are bound for.

use std::collections::BTreeMap;

use kernel::{DbError, Reader, q};

/// How many people of a batch are in each state, and what else is counted of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub by_state: BTreeMap<String, i64>,
    pub party: i64,
    pub files: i64,
    pub pages: i64,
}

impl Counts {
    #[must_use]
    pub fn of(&self, state: &str) -> i64 {
        self.by_state.get(state).copied().unwrap_or(0)
    }

    /// Everybody on the roster.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.by_state.values().sum()
    }
}

/// Counts the people of a batch.
pub async fn of_batch(reader: &mut impl Reader, batch: i64) -> Result<Counts, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT state, COUNT(*),
                    CAST(SUM(CASE WHEN political IN ('01', '02') THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN file = 'in' THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(COALESCE(pages_found, pages_said, 0)) AS BIGINT)
             FROM handover_people WHERE batch = $1 GROUP BY state ORDER BY state",
            batch
        ))
        .await?;
    let mut counts = Counts::default();
    for row in rows {
        counts.by_state.insert(row.get(0)?, row.get(1)?);
        counts.party += row.get::<Option<i64>>(2)?.unwrap_or(0);
        counts.files += row.get::<Option<i64>>(3)?.unwrap_or(0);
        counts.pages += row.get::<Option<i64>>(4)?.unwrap_or(0);
    }
    Ok(counts)
}

/// What has become in the registry of those whom stations took in: status and how many. Whoever is
/// missing from the sum is not in the registry any more.
pub async fn in_registry(
    reader: &mut impl Reader,
    batch: i64,
) -> Result<Vec<(String, i64)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT p.status, COUNT(*) FROM handover_people h JOIN persons p ON p.id = h.person
             WHERE h.batch = $1 AND h.state = 'accepted' GROUP BY p.status ORDER BY p.status",
            batch
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Where people of a batch in one state are bound for, cut to so many characters, with how many.
pub async fn bound_for(
    reader: &mut impl Reader,
    (batch, state): (i64, &str),
    (scope, n_characters): (&kernel::Scope, i64),
) -> Result<Vec<(String, i64)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT SUBSTR(target, 1, $5), COUNT(*) FROM handover_people
             WHERE batch = $1 AND state = $2 AND target >= $3 AND target < $4
             GROUP BY SUBSTR(target, 1, $5) ORDER BY SUBSTR(target, 1, $5)",
            batch,
            state,
            scope.from(),
            scope.to(),
            n_characters
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Batches of which people wait at a street to be sent on: number of ours, number, how many.
pub async fn at_street(
    reader: &mut impl Reader,
    scope: &kernel::Scope,
) -> Result<Vec<(i64, String, i64)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT b.id, b.number, COUNT(*)
             FROM (SELECT DISTINCT batch FROM handover_slips
                   WHERE to_org >= $1 AND to_org < $2) s
             JOIN handover_batches b ON b.id = s.batch AND b.state = 'open'
             JOIN handover_people h ON h.batch = b.id AND h.state = 'at_street'
                  AND h.target >= $1 AND h.target < $2
             GROUP BY b.id, b.number ORDER BY b.id LIMIT 50",
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

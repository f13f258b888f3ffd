//! Lists of visits, and of what is still to be visited.

use jiff::civil::Date;
use kernel::{Db, DbError, Scope, q};

use crate::visits::Visit;
use crate::visits::store::visit;

/// Which visits a ledger shows.
#[derive(Clone, Debug)]
pub struct Filter {
    pub scope: Scope,
    pub from: Date,
    pub to: Date,
    /// Codes; empty for all.
    pub way: String,
    pub outcome: String,
    /// The id of a rule whose duties were settled; empty for all.
    pub rule: String,
}

impl Filter {
    fn settled(&self) -> String {
        if self.rule.is_empty() { "%".to_owned() } else { format!("%,{},%", self.rule) }
    }
}

/// Where a page of the ledger begins: after this day and number, going back in time.
pub type Cursor = (String, i64);

/// The first page begins after this.
#[must_use]
pub fn beginning() -> Cursor {
    ("9999-12-31".to_owned(), i64::MAX)
}

/// Visits, the latest first; at most `n`.
///
/// # Errors
/// Whatever the engine says.
pub async fn page(
    db: &Db,
    filter: &Filter,
    (after_day, after_id): &Cursor,
    n: i64,
) -> Result<Vec<Visit>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT v.id, v.person, p.name, v.about, v.org, v.way, v.outcome, v.on_day,
                    v.entered_on, v.visitor, v.findings, NULL, NULL, v.settled, v.fact,
                    v.facts, v.void_reason, v.version, v.act
             FROM visits v JOIN persons p ON p.id = v.person
             WHERE v.org >= $1 AND v.org < $2 AND v.on_day >= $3 AND v.on_day <= $4
               AND ($5 = '' OR v.way = $5) AND ($6 = '' OR v.outcome = $6)
               AND v.settled LIKE $7 AND (v.on_day, v.id) < ($8, $9)
             ORDER BY v.on_day DESC, v.id DESC LIMIT $10",
            filter.scope.from(),
            filter.scope.to(),
            filter.from,
            filter.to,
            &filter.way,
            &filter.outcome,
            filter.settled(),
            after_day,
            *after_id,
            n
        ))
        .await?;
    rows.iter().map(|row| visit(row, db.vault())).collect()
}

/// How many valid visits of each way and outcome a filter holds.
///
/// # Errors
/// Whatever the engine says.
pub async fn totals(db: &Db, filter: &Filter) -> Result<Vec<(String, String, i64)>, DbError> {
    let rows = db
        .rows_long(q!(
            "SELECT way, outcome, COUNT(*) FROM visits
             WHERE org >= $1 AND org < $2 AND on_day >= $3 AND on_day <= $4
               AND ($5 = '' OR way = $5) AND ($6 = '' OR outcome = $6)
               AND settled LIKE $7 AND void_reason IS NULL
             GROUP BY way, outcome ORDER BY way, outcome LIMIT 50",
            filter.scope.from(),
            filter.scope.to(),
            filter.from,
            filter.to,
            &filter.way,
            &filter.outcome,
            filter.settled()
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

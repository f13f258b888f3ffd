//! The audit trail: one row an act, each sealed with the one before it.

use jiff::civil::Date;

use crate::db::{Db, DbError, Query, Row};
use crate::permit::Scope;
use crate::q;
use crate::vault::Vault;

/// What an act left behind. Holds no personal data: the subject is a kind and a number.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: i64,
    pub at: String,
    pub day: Date,
    pub account: i64,
    pub who: String,
    pub org: String,
    pub deed: String,
    pub subject: String,
    pub detail: String,
    pub address: String,
}

/// What a check of the whole chain found.
#[derive(Debug, PartialEq, Eq)]
pub enum Chain {
    /// All of so many rows are as they were written.
    Whole { n_rows: i64 },
    /// The row with this number is missing, changed or out of place.
    Broken { at: i64 },
}

impl Entry {
    /// The seal of row `n` after a row sealed `before`.
    #[must_use]
    pub fn seal(&self, n: i64, before: &str, vault: &Vault) -> String {
        let fields = [
            &n.to_string(),
            before,
            &self.id.to_string(),
            &self.at,
            &self.day.to_string(),
            &self.account.to_string(),
            &self.who,
            &self.org,
            &self.deed,
            &self.subject,
            &self.detail,
            &self.address,
        ];
        let mut text = String::new();
        for field in fields {
            // The length keeps two neighbouring fields from being read as other two.
            text.push_str(&format!("{}:{field}", field.len()));
        }
        vault.seal_of("audit", &text)
    }

    pub(crate) fn store(&self, n: i64, hash: &str) -> Vec<Query> {
        let row = q!(
            "INSERT INTO audit (n, id, at, day, account, who, org, deed, subject, detail,
                                address, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            n,
            self.id,
            &self.at,
            self.day,
            self.account,
            &self.who,
            &self.org,
            &self.deed,
            &self.subject,
            &self.detail,
            &self.address,
            hash
        );
        vec![row, q!("UPDATE audit_head SET hash = $1 WHERE id = 1", hash)]
    }

    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get(1)?,
            at: row.get(2)?,
            day: row.get(3)?,
            account: row.get(4)?,
            who: row.get(5)?,
            org: row.get(6)?,
            deed: row.get(7)?,
            subject: row.get(8)?,
            detail: row.get(9)?,
            address: row.get(10)?,
        })
    }
}

/// Rows per trip while the chain is checked.
const STEP: i64 = 5_000;

/// Newest entries first, below row number `before`, with their row numbers.
///
/// # Errors
/// Whatever the engine says.
pub async fn newest(
    db: &Db,
    filter: &Filter,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, Entry)>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT n, id, at, day, account, who, org, deed, subject, detail, address
             FROM audit
             WHERE n < $1 AND ($2 = '' OR deed = $2) AND ($3 = '' OR who = $3)
               AND ($4 = '' OR subject = $4)
               AND ((org >= $5 AND org < $6) OR ($7 = 1 AND org = ''))
             ORDER BY n DESC LIMIT $8",
            before,
            &filter.deed,
            &filter.who,
            &filter.subject,
            filter.scope.from(),
            filter.scope.to(),
            i64::from(filter.machine == Machine::Shown),
            limit
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, Entry::from_row(row)?))).collect()
}

/// Whether the acts of the operator at the machine, which belong to no organisation, are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    Shown,
    Hidden,
}

/// Exact matches; an empty field matches everything.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Only acts in the name of these organisations.
    pub scope: Scope,
    pub machine: Machine,
    pub deed: String,
    pub who: String,
    pub subject: String,
}

/// Recomputes every seal from the first row on.
///
/// # Errors
/// Whatever the engine says.
pub async fn verify(db: &Db) -> Result<Chain, DbError> {
    let (mut n, mut seal) = (0, String::new());
    loop {
        let rows = db
            .rows_long(q!(
                "SELECT n, id, at, day, account, who, org, deed, subject, detail, address, hash
                 FROM audit WHERE n > $1 ORDER BY n LIMIT $2",
                n,
                STEP
            ))
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            n += 1;
            seal = Entry::from_row(row)?.seal(n, &seal, db.vault());
            if row.get::<i64>(0)? != n || row.get::<String>(11)? != seal {
                return Ok(Chain::Broken { at: n });
            }
        }
    }
    let head = db.row(q!("SELECT n, hash FROM audit_head WHERE id = 1")).await?;
    let head = head.ok_or(DbError::Closed("no audit head"))?;
    if head.get::<i64>(0)? != n || head.get::<String>(1)? != seal {
        return Ok(Chain::Broken { at: n + 1 });
    }
    Ok(Chain::Whole { n_rows: n })
}

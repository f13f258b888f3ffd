//! The rows of exports: who took what, for whom and why. The files are not kept.

use jiff::civil::Date;
use kernel::{Act, Db, DbError, Reader, Row, Scope, q};
use rules::identity::Mask;

/// An export that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub id: i64,
    pub who: String,
    /// Division code of the organisation in whose name it was made.
    pub org: String,
    pub list: String,
    pub conditions: String,
    /// Titles of the columns, between `、`.
    pub columns: String,
    pub format: String,
    pub mask: String,
    /// Of telephone numbers, where it is another.
    pub phone_mask: String,
    pub purpose: String,
    pub recipient: String,
    pub reason: String,
    pub n_rows: i64,
    pub sha256: String,
    pub on: Date,
    pub at: String,
}

pub async fn insert(act: &mut Act, of: &Export) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO exports (id, account, who, org, list, conditions, columns, format, mask,
                              purpose, recipient, reason, n_rows, sha256, on_day, at, act,
                              phone_mask)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18)",
        of.id,
        act.permit().account(),
        &of.who,
        &of.org,
        &of.list,
        &of.conditions,
        &of.columns,
        &of.format,
        &of.mask,
        &of.purpose,
        &of.recipient,
        &of.reason,
        of.n_rows,
        &of.sha256,
        of.on,
        &of.at,
        act.id(),
        &of.phone_mask
    );
    act.put(vec![insert]).await
}

/// How many exports an account made on a day, and how many of them with whole numbers.
pub async fn made_on(
    reader: &mut impl Reader,
    account: i64,
    day: Date,
) -> Result<(i64, i64), DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN mask = $3 OR phone_mask = $3 THEN 1
                    ELSE 0 END), 0) AS BIGINT)
             FROM exports WHERE account = $1 AND on_day = $2",
            account,
            day,
            Mask::None.code()
        ))
        .await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Exports made in a scope, the latest first, below the number `before`.
pub async fn list(db: &Db, scope: &Scope, before: i64, n: i64) -> Result<Vec<Export>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT id, who, org, list, conditions, columns, format, mask, purpose, recipient,
                    reason, n_rows, sha256, on_day, at, phone_mask
             FROM exports WHERE org >= $1 AND org < $2 AND id < $3
             ORDER BY id DESC LIMIT $4",
            scope.from(),
            scope.to(),
            before,
            n
        ))
        .await?;
    rows.iter().map(export).collect()
}

pub async fn find(db: &Db, scope: &Scope, id: i64) -> Result<Option<Export>, DbError> {
    let row = db
        .row(q!(
            "SELECT id, who, org, list, conditions, columns, format, mask, purpose, recipient,
                    reason, n_rows, sha256, on_day, at, phone_mask
             FROM exports WHERE id = $1 AND org >= $2 AND org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| export(&row)).transpose()
}

fn export(row: &Row) -> Result<Export, DbError> {
    Ok(Export {
        id: row.get(0)?,
        who: row.get(1)?,
        org: row.get(2)?,
        list: row.get(3)?,
        conditions: row.get(4)?,
        columns: row.get(5)?,
        format: row.get(6)?,
        mask: row.get(7)?,
        purpose: row.get(8)?,
        recipient: row.get(9)?,
        reason: row.get(10)?,
        n_rows: row.get(11)?,
        sha256: row.get(12)?,
        on: row.get(13)?,
        at: row.get(14)?,
        phone_mask: row.get(15)?,
    })
}

//! One-time codes of the first set-up.

use kernel::{Act, Db, DbError, Reader, q};

use super::super::admin::Seat;
use super::admin::seat;

pub async fn any_account(reader: &mut impl Reader) -> Result<bool, DbError> {
    Ok(reader.ask_one(q!("SELECT id FROM accounts LIMIT 1")).await?.is_some())
}

/// The topmost open organisations in which administrators can sit.
pub async fn tops(db: &Db) -> Result<Vec<Seat>, DbError> {
    let rows = db
        .rows(q!("SELECT id, code, name, level, kind FROM orgs
             WHERE parent IS NULL AND closed_on IS NULL AND level IN ('city', 'district', 'street')
             ORDER BY code, kind, id LIMIT 50"))
        .await?;
    rows.iter().map(seat).collect()
}

/// Keeps a code; those before it are worth nothing.
pub async fn put_code(act: &mut Act, code: &str, now: i64) -> Result<(), DbError> {
    let forget = q!("DELETE FROM setup_codes WHERE used_at IS NULL");
    let put = q!("INSERT INTO setup_codes (code, made_at) VALUES ($1, $2)", code, now);
    act.put(vec![forget, put]).await
}

/// Whether a code was made after an instant and not used.
pub async fn is_open(db: &Db, code: &str, after: i64) -> Result<bool, DbError> {
    let row = db
        .row(q!(
            "SELECT code FROM setup_codes WHERE code = $1 AND used_at IS NULL AND made_at > $2",
            code,
            after
        ))
        .await?;
    Ok(row.is_some())
}

/// Uses a code up; `false` when somebody else was faster.
pub async fn use_code(act: &mut Act, code: &str, now: i64) -> Result<bool, DbError> {
    let mark =
        q!("UPDATE setup_codes SET used_at = $2 WHERE code = $1 AND used_at IS NULL", code, now);
    Ok(act.run(mark).await? == 1)
}

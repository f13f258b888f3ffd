//! One's own sessions, tokens and second factor.

use kernel::{Act, Db, DbError, Row, q};

use super::super::me::{Session, Token};
use super::super::{IDLE_SECONDS, SESSION_SECONDS, Stage};

/// An account has at most so many tokens.
pub const MAX_TOKENS: usize = 50;

/// Sessions that can still be used, the newest first.
pub async fn sessions(db: &Db, account: i64, now: i64) -> Result<Vec<Session>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT id, began_at, seen_at, address, agent FROM sessions
             WHERE account = $1 AND ended_at IS NULL AND seen_at >= $2 AND began_at >= $3
             ORDER BY id DESC LIMIT 100",
            account,
            now - IDLE_SECONDS,
            now - SESSION_SECONDS
        ))
        .await?;
    let session = |row: &Row| {
        Ok(Session {
            id: row.get(0)?,
            began_at: row.get(1)?,
            seen_at: row.get(2)?,
            address: row.get(3)?,
            agent: row.get(4)?,
        })
    };
    rows.iter().map(session).collect()
}

/// Ends one session of an account; answers whether there was one.
pub async fn end_one(act: &mut Act, account: i64, id: i64, now: i64) -> Result<bool, DbError> {
    let end = q!(
        "UPDATE sessions SET ended_at = $3
         WHERE id = $1 AND account = $2 AND ended_at IS NULL",
        id,
        account,
        now
    );
    Ok(act.run(end).await? == 1)
}

pub async fn tokens(db: &Db, account: i64) -> Result<Vec<Token>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT id, label, made_on FROM tokens
             WHERE account = $1 AND revoked_on IS NULL ORDER BY id DESC LIMIT 100",
            account
        ))
        .await?;
    let token = |row: &Row| Ok(Token { id: row.get(0)?, label: row.get(1)?, made_on: row.get(2)? });
    rows.iter().map(token).collect()
}

pub async fn insert_token(
    act: &mut Act,
    account: i64,
    digest: &str,
    label: &str,
) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO tokens (id, account, token, label, made_on) VALUES ($1, $2, $3, $4, $5)",
        act.new_id()?,
        account,
        digest,
        label,
        act.day()
    );
    act.put(vec![insert]).await
}

pub async fn revoke_token(act: &mut Act, account: i64, id: i64) -> Result<bool, DbError> {
    let revoke = q!(
        "UPDATE tokens SET revoked_on = $3
         WHERE id = $1 AND account = $2 AND revoked_on IS NULL",
        id,
        account,
        act.day()
    );
    Ok(act.run(revoke).await? == 1)
}

pub async fn revoke_tokens(act: &mut Act, account: i64) -> Result<(), DbError> {
    let revoke = q!(
        "UPDATE tokens SET revoked_on = $2 WHERE account = $1 AND revoked_on IS NULL",
        account,
        act.day()
    );
    act.put(vec![revoke]).await
}

/// How far a session has come; `None` for the token of a program.
pub async fn stage(db: &Db, session: i64) -> Result<Option<Stage>, DbError> {
    let row = db.row(q!("SELECT stage FROM sessions WHERE id = $1", session)).await?;
    row.map(|row| Ok(Stage::parse(&row.get::<String>(0)?))).transpose()
}

/// The sealed secret of the second factor, and whether the password has to be changed.
pub async fn totp(db: &Db, account: i64) -> Result<Option<(Vec<u8>, i64)>, DbError> {
    let row = db
        .row(q!(
            "SELECT totp, must_change FROM accounts WHERE id = $1 AND totp IS NOT NULL",
            account
        ))
        .await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// Keeps a second factor; `false` when there is one already.
pub async fn set_totp(
    act: &mut Act,
    account: i64,
    sealed: Vec<u8>,
    step: i64,
) -> Result<bool, DbError> {
    let set = q!(
        "UPDATE accounts SET totp = $2, totp_step = $3, version = version + 1
         WHERE id = $1 AND totp IS NULL",
        account,
        sealed,
        step
    );
    Ok(act.run(set).await? == 1)
}

/// Uses a step of the second factor up; `false` when it or a later one was used before.
pub async fn use_step(act: &mut Act, account: i64, step: i64) -> Result<bool, DbError> {
    let mark =
        q!("UPDATE accounts SET totp_step = $2 WHERE id = $1 AND totp_step < $2", account, step);
    Ok(act.run(mark).await? == 1)
}

/// Takes the second factor and its recovery codes off an account.
pub async fn drop_totp(act: &mut Act, account: i64) -> Result<bool, DbError> {
    let drop = q!(
        "UPDATE accounts SET totp = NULL, version = version + 1
         WHERE id = $1 AND totp IS NOT NULL",
        account
    );
    let was_there = act.run(drop).await? == 1;
    act.put(vec![q!("DELETE FROM recovery_codes WHERE account = $1", account)]).await?;
    Ok(was_there)
}

/// Keeps the recovery codes of an account in place of those it had.
pub async fn set_recovery(act: &mut Act, account: i64, codes: &[String]) -> Result<(), DbError> {
    let mut queries = vec![q!("DELETE FROM recovery_codes WHERE account = $1", account)];
    queries.extend(codes.iter().map(|code| {
        q!("INSERT INTO recovery_codes (account, code) VALUES ($1, $2)", account, code)
    }));
    act.put(queries).await
}

/// Uses a recovery code up; `false` when it is none of the account's, or was used before.
pub async fn use_recovery(act: &mut Act, account: i64, code: &str) -> Result<bool, DbError> {
    let mark = q!(
        "UPDATE recovery_codes SET used_on = $3
         WHERE account = $1 AND code = $2 AND used_on IS NULL",
        account,
        code,
        act.day()
    );
    Ok(act.run(mark).await? == 1)
}

/// How many recovery codes are left.
pub async fn n_recovery(db: &Db, account: i64) -> Result<i64, DbError> {
    let row = db
        .row(q!(
            "SELECT COUNT(*) FROM recovery_codes WHERE account = $1 AND used_on IS NULL",
            account
        ))
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Forgets the failures that were counted under a name.
pub async fn forgive(db: &Db, name: &str) -> Result<(), DbError> {
    db.housekeep(vec![q!("DELETE FROM sign_in_failures WHERE name = $1", name)]).await
}

//! The rows of accounts and sessions.

pub mod admin;
pub mod me;
pub mod setup;

use kernel::{Act, Actor, Db, DbError, Reader, Row, q};

use super::{Attempt, Entered, FAILURE_WINDOW, MustChange, NewAccount, Stage, posts};

/// An account as it is stored.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: i64,
    pub name: String,
    pub person_name: String,
    pub org: i64,
    pub post: String,
    pub password: String,
    pub must_change: bool,
    pub has_totp: bool,
    pub disabled_on: Option<String>,
    pub version: i64,
}

/// What is known of whoever shows a session or a token.
pub struct Known {
    pub entered: Entered,
    pub session: i64,
    pub began_at: i64,
    pub seen_at: i64,
}

pub async fn by_session(db: &Db, token: &str) -> Result<Option<Known>, DbError> {
    let row = db
        .row(q!(
            "SELECT s.id, s.stage, s.began_at, s.seen_at, a.id, a.person_name, a.post,
                    o.id, o.code, o.name, o.level, o.kind
             FROM sessions s JOIN accounts a ON a.id = s.account JOIN orgs o ON o.id = a.org
             WHERE s.token = $1 AND s.ended_at IS NULL AND a.disabled_on IS NULL
               AND o.closed_on IS NULL",
            token
        ))
        .await?;
    row.map(|row| known(&row)).transpose()
}

pub async fn by_token(db: &Db, token: &str) -> Result<Option<Known>, DbError> {
    let row = db
        .row(q!(
            "SELECT CAST(0 AS BIGINT), 'full', CAST(0 AS BIGINT), CAST(0 AS BIGINT), a.id,
                    a.person_name, a.post, o.id, o.code, o.name, o.level, o.kind
             FROM tokens t JOIN accounts a ON a.id = t.account JOIN orgs o ON o.id = a.org
             WHERE t.token = $1 AND t.revoked_on IS NULL AND a.disabled_on IS NULL
               AND o.closed_on IS NULL",
            token
        ))
        .await?;
    row.map(|row| known(&row)).transpose()
}

/// Whoever has the account with this name, unless it is closed.
pub async fn who_has(db: &Db, name: &str) -> Result<Option<Actor>, DbError> {
    let row = db
        .row(q!(
            "SELECT CAST(0 AS BIGINT), 'full', CAST(0 AS BIGINT), CAST(0 AS BIGINT), a.id,
                    a.person_name, a.post, o.id, o.code, o.name, o.level, o.kind
             FROM accounts a JOIN orgs o ON o.id = a.org
             WHERE a.name = $1 AND a.disabled_on IS NULL AND o.closed_on IS NULL",
            name
        ))
        .await?;
    row.map(|row| Ok(known(&row)?.entered.actor)).transpose()
}

fn known(row: &Row) -> Result<Known, DbError> {
    let post: String = row.get(6)?;
    let actor = Actor {
        account: row.get(4)?,
        name: row.get(5)?,
        org_id: row.get(7)?,
        org: row.get(8)?,
        org_name: row.get(9)?,
        level: row.get(10)?,
        kind: row.get(11)?,
        deeds: posts::deeds_of(&post),
        post,
        session: row.get(0)?,
        address: String::new(),
        key: None,
    };
    let stage = Stage::parse(&row.get::<String>(1)?);
    Ok(Known {
        entered: Entered { actor, stage },
        session: row.get(0)?,
        began_at: row.get(2)?,
        seen_at: row.get(3)?,
    })
}

pub async fn by_name(db: &Db, name: &str) -> Result<Option<Account>, DbError> {
    let row = db
        .row(q!(
            "SELECT id, name, person_name, org, post, password, must_change,
                    CASE WHEN totp IS NULL THEN 0 ELSE 1 END, disabled_on, version
             FROM accounts WHERE name = $1",
            name
        ))
        .await?;
    row.map(|row| account(&row)).transpose()
}

pub async fn by_id(db: &Db, id: i64) -> Result<Option<Account>, DbError> {
    let row = db
        .row(q!(
            "SELECT id, name, person_name, org, post, password, must_change,
                    CASE WHEN totp IS NULL THEN 0 ELSE 1 END, disabled_on, version
             FROM accounts WHERE id = $1",
            id
        ))
        .await?;
    row.map(|row| account(&row)).transpose()
}

fn account(row: &Row) -> Result<Account, DbError> {
    Ok(Account {
        id: row.get(0)?,
        name: row.get(1)?,
        person_name: row.get(2)?,
        org: row.get(3)?,
        post: row.get(4)?,
        password: row.get(5)?,
        must_change: row.get::<i64>(6)? == 1,
        has_totp: row.get::<i64>(7)? == 1,
        disabled_on: row.get(8)?,
        version: row.get(9)?,
    })
}

pub async fn failures(db: &Db, name: &str, address: &str) -> Result<Option<(i64, i64)>, DbError> {
    let row = db
        .row(q!(
            "SELECT n, first_at FROM sign_in_failures WHERE name = $1 AND address = $2",
            name,
            address
        ))
        .await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

pub async fn count_failure(db: &Db, name: &str, address: &str, now: i64) -> Result<(), DbError> {
    let name: String = name.chars().take(100).collect();
    let forget = q!("DELETE FROM sign_in_failures WHERE first_at < $1", now - FAILURE_WINDOW);
    let count = q!(
        "INSERT INTO sign_in_failures (name, address, n, first_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (name, address) DO UPDATE SET n = sign_in_failures.n + 1",
        name,
        address,
        now
    );
    db.housekeep(vec![forget, count]).await
}

pub async fn begin_session(
    db: &Db,
    (account, token): (i64, &str),
    stage: Stage,
    attempt: &Attempt<'_>,
    now: i64,
) -> Result<(), DbError> {
    let id = db.number().await?;
    let agent: String = attempt.agent.chars().take(200).collect();
    let begin = q!(
        "INSERT INTO sessions (id, account, token, stage, began_at, seen_at, address, agent)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
        id,
        account,
        token,
        stage.code(),
        now,
        attempt.address,
        agent
    );
    let forgive = q!(
        "DELETE FROM sign_in_failures WHERE name = $1 AND address = $2",
        attempt.name,
        attempt.address
    );
    db.housekeep(vec![begin, forgive]).await
}

pub async fn heartbeat(db: &Db, session: i64, now: i64) -> Result<(), DbError> {
    db.housekeep(vec![q!("UPDATE sessions SET seen_at = $2 WHERE id = $1", session, now)]).await
}

pub async fn end_session(db: &Db, session: i64, now: i64) -> Result<(), DbError> {
    db.housekeep(vec![q!("UPDATE sessions SET ended_at = $2 WHERE id = $1", session, now)]).await
}

/// Gives a session another token and stage: the old cookie is worth nothing then.
pub async fn rotate(
    act: &mut Act,
    session: i64,
    (token, stage): (&str, Stage),
) -> Result<(), DbError> {
    let rotate = q!(
        "UPDATE sessions SET token = $2, stage = $3 WHERE id = $1",
        session,
        token,
        stage.code()
    );
    act.put(vec![rotate]).await
}

pub async fn end_other_sessions(
    act: &mut Act,
    account: i64,
    keep: i64,
    now: i64,
) -> Result<(), DbError> {
    let end = q!(
        "UPDATE sessions SET ended_at = $3
         WHERE account = $1 AND id <> $2 AND ended_at IS NULL",
        account,
        keep,
        now
    );
    act.put(vec![end]).await
}

pub async fn set_password(
    act: &mut Act,
    account: i64,
    hashed: &str,
    must_change: i64,
) -> Result<(), DbError> {
    let set = q!(
        "UPDATE accounts SET password = $2, must_change = $3, version = version + 1
         WHERE id = $1",
        account,
        hashed,
        must_change
    );
    act.put(vec![set]).await
}

pub async fn name_taken(act: &mut Act, name: &str) -> Result<bool, DbError> {
    Ok(act.row(q!("SELECT id FROM accounts WHERE name = $1", name)).await?.is_some())
}

pub async fn insert(act: &mut Act, new: &NewAccount) -> Result<i64, DbError> {
    let id = act.new_id()?;
    let insert = q!(
        "INSERT INTO accounts (id, name, person_name, org, post, password, must_change,
                               totp_step, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1)",
        id,
        &new.name,
        &new.person_name,
        new.org,
        &new.post,
        &new.hashed,
        i64::from(new.must_change == MustChange::Yes)
    );
    act.put(vec![insert]).await?;
    Ok(id)
}

/// How many accounts of an organisation are in use.
pub async fn n_open_at(reader: &mut impl Reader, org: i64) -> Result<i64, DbError> {
    let count = q!("SELECT COUNT(*) FROM accounts WHERE org = $1 AND disabled_on IS NULL", org);
    reader.ask_one(count).await?.map_or(Ok(0), |row| row.get(0))
}

/// Keeps that an account was given another post; none is the empty text.
pub async fn note_post(
    act: &mut Act,
    account: i64,
    (before, after): (&str, &str),
) -> Result<(), DbError> {
    let note = q!(
        "INSERT INTO account_posts (id, account, act, on_day, before, after)
         VALUES ($1, $2, $3, $4, $5, $6)",
        act.new_id()?,
        account,
        act.id(),
        act.day(),
        before,
        after
    );
    act.put(vec![note]).await
}

//! Accounts as administrators see them.

use kernel::{Act, Db, DbError, Query, Reader, Row, Scope, q};

use super::super::admin::{Listed, Met, Seat, Wish};

/// One more than the page holds tells whether there is another page.
pub async fn list(db: &Db, scope: &Scope, wish: &Wish) -> Result<Vec<Listed>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT a.id, a.name, a.person_name, a.post, a.org, o.code, o.name, o.level, o.kind,
                    CASE WHEN a.totp IS NULL THEN 0 ELSE 1 END, a.must_change, a.disabled_on,
                    a.version
             FROM accounts a JOIN orgs o ON o.id = a.org
             WHERE o.code >= $1 AND o.code < $2 AND a.name > $3
               AND ($4 = '' OR LOWER(a.name) LIKE $4 ESCAPE '!'
                    OR LOWER(a.person_name) LIKE $4 ESCAPE '!'
                    OR LOWER(o.name) LIKE $4 ESCAPE '!')
               AND ($5 = '*' OR a.post = $5)
               AND ($6 = '' OR ($6 = 'disabled' AND a.disabled_on IS NOT NULL)
                    OR ($6 = 'open' AND a.disabled_on IS NULL))
             ORDER BY a.name, a.id LIMIT $7",
            scope.from(),
            scope.to(),
            &wish.after,
            wish.pattern(),
            &wish.post,
            &wish.state,
            wish.limit + 1
        ))
        .await?;
    rows.iter().map(listed).collect()
}

pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Option<Listed>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT a.id, a.name, a.person_name, a.post, a.org, o.code, o.name, o.level, o.kind,
                    CASE WHEN a.totp IS NULL THEN 0 ELSE 1 END, a.must_change, a.disabled_on,
                    a.version
             FROM accounts a JOIN orgs o ON o.id = a.org WHERE a.id = $1",
            id
        ))
        .await?;
    row.map(|row| listed(&row)).transpose()
}

fn listed(row: &Row) -> Result<Listed, DbError> {
    Ok(Listed {
        id: row.get(0)?,
        name: row.get(1)?,
        person_name: row.get(2)?,
        post: row.get(3)?,
        seat: Seat {
            id: row.get(4)?,
            code: row.get(5)?,
            name: row.get(6)?,
            level: row.get(7)?,
            kind: row.get(8)?,
        },
        has_totp: row.get::<i64>(9)? == 1,
        must_change: row.get::<i64>(10)? == 1,
        disabled_on: row.get(11)?,
        version: row.get(12)?,
    })
}

/// Open organisations of a scope whose name or code holds a pattern, the larger ones first.
pub async fn seats(db: &Db, scope: &Scope, pattern: &str, n: i64) -> Result<Vec<Seat>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT id, code, name, level, kind FROM orgs
             WHERE code >= $1 AND code < $2 AND closed_on IS NULL
               AND ($3 = '' OR LOWER(name) LIKE $3 ESCAPE '!' OR code LIKE $3 ESCAPE '!')
             ORDER BY LENGTH(code), code, kind, id LIMIT $4",
            scope.from(),
            scope.to(),
            pattern,
            n
        ))
        .await?;
    rows.iter().map(seat).collect()
}

pub(super) fn seat(row: &Row) -> Result<Seat, DbError> {
    Ok(Seat {
        id: row.get(0)?,
        code: row.get(1)?,
        name: row.get(2)?,
        level: row.get(3)?,
        kind: row.get(4)?,
    })
}

/// Every post that an account ever had.
pub async fn past_posts(act: &mut Act, account: i64) -> Result<Vec<String>, DbError> {
    let rows = act
        .rows(q!(
            "SELECT DISTINCT after FROM account_posts WHERE account = $1 AND after <> ''",
            account
        ))
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// When which post was given or taken, the newest first: day, before, after.
pub async fn post_history(db: &Db, account: i64) -> Result<Vec<(String, String, String)>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT on_day, before, after FROM account_posts WHERE account = $1
             ORDER BY id DESC LIMIT 50",
            account
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Whose session it is.
pub async fn session_owner(act: &mut Act, session: i64) -> Result<Option<i64>, DbError> {
    let row = act.row(q!("SELECT account FROM sessions WHERE id = $1", session)).await?;
    row.map(|row| row.get(0)).transpose()
}

/// Whose token it is.
pub async fn token_owner(act: &mut Act, token: i64) -> Result<Option<i64>, DbError> {
    let row = act.row(q!("SELECT account FROM tokens WHERE id = $1", token)).await?;
    row.map(|row| row.get(0)).transpose()
}

/// Changes of an account; each answers whether the version was still the one that was read.
pub async fn set_disabled(
    act: &mut Act,
    (id, version): (i64, i64),
    disabled_on: Option<String>,
) -> Result<Met, DbError> {
    let set = q!(
        "UPDATE accounts SET disabled_on = $3, version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        disabled_on
    );
    run(act, set).await
}

pub async fn set_post(
    act: &mut Act,
    (id, version): (i64, i64),
    post: &str,
) -> Result<Met, DbError> {
    let set = q!(
        "UPDATE accounts SET post = $3, version = version + 1 WHERE id = $1 AND version = $2",
        id,
        version,
        post
    );
    run(act, set).await
}

pub async fn reset_password(
    act: &mut Act,
    (id, version): (i64, i64),
    hashed: &str,
) -> Result<Met, DbError> {
    let set = q!(
        "UPDATE accounts SET password = $3, must_change = 1, version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        hashed
    );
    run(act, set).await
}

pub async fn rename(
    act: &mut Act,
    (id, version): (i64, i64),
    (name, person_name): (&str, &str),
) -> Result<Met, DbError> {
    let set = q!(
        "UPDATE accounts SET name = $3, person_name = $4, version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        name,
        person_name
    );
    run(act, set).await
}

/// Number, version and post of every account of an organisation.
pub async fn seated(act: &mut Act, org: i64) -> Result<Vec<(i64, i64, String)>, DbError> {
    let seated = q!("SELECT id, version, post FROM accounts WHERE org = $1 LIMIT 10000", org);
    let rows = act.rows(seated).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

pub async fn move_to(act: &mut Act, (id, version): (i64, i64), org: i64) -> Result<Met, DbError> {
    let set = q!(
        "UPDATE accounts SET org = $3, post = '', version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        org
    );
    run(act, set).await
}

async fn run(act: &mut Act, set: Query) -> Result<Met, DbError> {
    Ok(if act.run(set).await? == 1 { Met::Version } else { Met::Nothing })
}

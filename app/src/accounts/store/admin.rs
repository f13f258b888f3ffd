//! Accounts as administrators see them.

use kernel::{Act, Db, DbError, Reader, Row, Scope, q};

use super::super::admin::{Listed, Seat, Wish};

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
                    OR LOWER(a.person_name) LIKE $4 ESCAPE '!')
               AND ($5 = '*' OR a.post = $5)
             ORDER BY a.name, a.id LIMIT $6",
            scope.from(),
            scope.to(),
            &wish.after,
            wish.pattern(),
            &wish.post,
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

/// Open organisations of a scope, for choosing one.
pub async fn seats(db: &Db, scope: &Scope) -> Result<Vec<Seat>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT id, code, name, level, kind FROM orgs
             WHERE code >= $1 AND code < $2 AND closed_on IS NULL
             ORDER BY code, kind, id LIMIT 5000",
            scope.from(),
            scope.to()
        ))
        .await?;
    let seat = |row: &Row| {
        Ok(Seat {
            id: row.get(0)?,
            code: row.get(1)?,
            name: row.get(2)?,
            level: row.get(3)?,
            kind: row.get(4)?,
        })
    };
    rows.iter().map(seat).collect()
}

/// Whether any organisation is open.
pub async fn any_org(db: &Db) -> Result<bool, DbError> {
    Ok(db.row(q!("SELECT id FROM orgs WHERE closed_on IS NULL LIMIT 1")).await?.is_some())
}

/// The posts that an account was ever given or relieved of, as `before>after`.
pub async fn past_posts(act: &mut Act, account: i64) -> Result<Vec<String>, DbError> {
    let rows = act
        .rows(q!(
            "SELECT detail FROM audit WHERE subject = $1 AND deed = 'accounts.post'
             ORDER BY n LIMIT 1000",
            format!("account/{account}")
        ))
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Changes of an account; each answers whether the version was still the one that was read.
pub async fn set_disabled(
    act: &mut Act,
    (id, version): (i64, i64),
    disabled_on: Option<String>,
) -> Result<bool, DbError> {
    let set = q!(
        "UPDATE accounts SET disabled_on = $3, version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        disabled_on
    );
    Ok(act.run(set).await? == 1)
}

pub async fn set_post(
    act: &mut Act,
    (id, version): (i64, i64),
    post: &str,
) -> Result<bool, DbError> {
    let set = q!(
        "UPDATE accounts SET post = $3, version = version + 1 WHERE id = $1 AND version = $2",
        id,
        version,
        post
    );
    Ok(act.run(set).await? == 1)
}

pub async fn reset_password(
    act: &mut Act,
    (id, version): (i64, i64),
    hashed: &str,
) -> Result<bool, DbError> {
    let set = q!(
        "UPDATE accounts SET password = $3, must_change = 1, version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        hashed
    );
    Ok(act.run(set).await? == 1)
}

pub async fn drop_totp(act: &mut Act, (id, version): (i64, i64)) -> Result<bool, DbError> {
    let set = q!(
        "UPDATE accounts SET totp = NULL, version = version + 1 WHERE id = $1 AND version = $2",
        id,
        version
    );
    Ok(act.run(set).await? == 1)
}

pub async fn any_account(reader: &mut impl Reader) -> Result<bool, DbError> {
    Ok(reader.ask_one(q!("SELECT id FROM accounts LIMIT 1")).await?.is_some())
}

/// Whether a one-time code is known and was not used.
pub async fn code_is_open(db: &Db, digest: &str) -> Result<bool, DbError> {
    let row = db
        .row(q!("SELECT code FROM setup_codes WHERE code = $1 AND used_at IS NULL", digest))
        .await?;
    Ok(row.is_some())
}

/// Uses a one-time code up, and every other one with it.
pub async fn use_code(act: &mut Act, digest: &str, now: i64) -> Result<bool, DbError> {
    let own = q!(
        "UPDATE setup_codes SET used_at = $2 WHERE code = $1 AND used_at IS NULL",
        digest,
        now
    );
    let used = act.run(own).await? == 1;
    act.put(vec![q!("UPDATE setup_codes SET used_at = $1 WHERE used_at IS NULL", now)]).await?;
    Ok(used)
}

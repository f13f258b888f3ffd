//! The rows of organisations.

use jiff::civil::Date;
use kernel::{Act, DbError, Query, Reader, Row, Scope, q};

use super::{NewOrg, Org};

pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Option<Org>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, version
             FROM orgs WHERE id = $1",
            id
        ))
        .await?;
    row.map(|row| org(&row)).transpose()
}

/// Open organisations of a kind inside a scope, by code.
pub async fn below(
    reader: &mut impl Reader,
    scope: &Scope,
    kind: &str,
) -> Result<Vec<Org>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, version
             FROM orgs
             WHERE code >= $1 AND code < $2 AND kind = $3 AND closed_on IS NULL
             ORDER BY code, id LIMIT 5000",
            scope.from(),
            scope.to(),
            kind
        ))
        .await?;
    rows.iter().map(org).collect()
}

/// The open organisation of a kind with this code.
pub async fn by_code(
    reader: &mut impl Reader,
    code: &str,
    kind: &str,
) -> Result<Option<Org>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, version
             FROM orgs WHERE code = $1 AND kind = $2 AND closed_on IS NULL",
            code,
            kind
        ))
        .await?;
    row.map(|row| org(&row)).transpose()
}

pub async fn taken(act: &mut Act, code: &str, kind: &str) -> Result<bool, DbError> {
    Ok(by_code(act, code, kind).await?.is_some())
}

/// Open bodies of one level: all that share a code, the leading one first.
pub async fn bodies_at(reader: &mut impl Reader, code: &str) -> Result<Vec<Org>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, version
             FROM orgs WHERE code = $1 AND closed_on IS NULL
             ORDER BY CASE WHEN kind IN ('agency', 'administration') THEN 1 ELSE 0 END, id
             LIMIT 20",
            code
        ))
        .await?;
    rows.iter().map(org).collect()
}

/// The open body that leads a level: the office, the street's centre, the station.
pub async fn head(reader: &mut impl Reader, code: &str) -> Result<Option<Org>, DbError> {
    Ok(bodies_at(reader, code).await?.into_iter().next())
}

/// Open organisations one level below a code. A code has three digits for its children.
pub async fn children(
    reader: &mut impl Reader,
    code: &str,
    level: &str,
) -> Result<Vec<Org>, DbError> {
    let scope = Scope::below(code);
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, version
             FROM orgs
             WHERE code >= $1 AND code < $2 AND level = $3 AND closed_on IS NULL
             ORDER BY code, id LIMIT 3000",
            scope.from(),
            scope.to(),
            level
        ))
        .await?;
    rows.iter().map(org).collect()
}

pub async fn any_open_below(act: &mut Act, code: &str) -> Result<bool, DbError> {
    let found = q!(
        "SELECT id FROM orgs WHERE code > $1 AND code < $2 AND closed_on IS NULL LIMIT 1",
        code,
        Scope::below(code).to()
    );
    Ok(act.row(found).await?.is_some())
}

/// Open organisations inside a scope of which the code or the name contains some words, by code.
pub async fn search(
    reader: &mut impl Reader,
    scope: &Scope,
    words: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Org>, DbError> {
    // LIKE folds case on one engine and not on the other; REPLACE is the same on both.
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, version
             FROM orgs
             WHERE code >= $1 AND code < $2 AND closed_on IS NULL
               AND ($3 = '' OR REPLACE(name, $3, '') <> name OR SUBSTR(code, 1, LENGTH($3)) = $3)
               AND code || '/' || kind > $4
             ORDER BY code || '/' || kind LIMIT $5",
            scope.from(),
            scope.to(),
            words,
            after,
            limit
        ))
        .await?;
    rows.iter().map(org).collect()
}

/// Every open organisation inside a scope: for the comparison with a list that is handed in.
pub async fn all_below(reader: &mut impl Reader, scope: &Scope) -> Result<Vec<Org>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, version
             FROM orgs WHERE code >= $1 AND code < $2 AND closed_on IS NULL
             ORDER BY code, id LIMIT 200000",
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(org).collect()
}

/// Names on the way from the city down to a code, with the numbers of the leading bodies.
pub async fn path_names(
    reader: &mut impl Reader,
    code: &str,
) -> Result<Vec<(i64, String, String)>, DbError> {
    let upto = |n| code.get(..n).unwrap_or(code).to_owned();
    let rows = reader
        .ask(q!(
            "SELECT id, code, name FROM orgs
             WHERE code IN ($1, $2, $3, $4, $5) AND closed_on IS NULL
               AND kind NOT IN ('agency', 'administration')
             ORDER BY code, id LIMIT 10",
            upto(4),
            upto(6),
            upto(9),
            upto(12),
            code
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Something that happened to an organisation or an enterprise.
#[derive(Clone, Debug)]
pub struct Happened {
    pub on: String,
    pub change: String,
    pub before: String,
    pub after: String,
    pub who: String,
}

/// What happened to an organisation or an enterprise, newest first.
pub async fn history(reader: &mut impl Reader, id: i64) -> Result<Vec<Happened>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT h.on_day, h.change, h.before, h.after, COALESCE(a.who, '')
             FROM org_history h LEFT JOIN audit a ON a.id = h.act
             WHERE h.org = $1 ORDER BY h.id DESC LIMIT 200",
            id
        ))
        .await?;
    let happened = |row: &Row| {
        Ok(Happened {
            on: row.get(0)?,
            change: row.get(1)?,
            before: row.get(2)?,
            after: row.get(3)?,
            who: row.get(4)?,
        })
    };
    rows.iter().map(happened).collect()
}

/// A row of history under the act that is under way.
pub fn happened(
    act: &Act,
    org: i64,
    change: &str,
    (before, after): (&str, &str),
) -> Result<Query, DbError> {
    Ok(q!(
        "INSERT INTO org_history (id, org, act, on_day, change, before, after)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        act.new_id()?,
        org,
        act.id(),
        act.day(),
        change,
        before,
        after
    ))
}

/// Whether the name was changed; not when the row has another version by now.
pub async fn rename(act: &mut Act, org: &Org, name: &str) -> Result<bool, DbError> {
    let told = happened(act, org.id, "renamed", (&org.name, name))?;
    let changed = act
        .run(q!(
            "UPDATE orgs SET name = $3, version = version + 1 WHERE id = $1 AND version = $2",
            org.id,
            org.version,
            name
        ))
        .await?;
    act.put(vec![told]).await?;
    Ok(changed == 1)
}

/// Whether the organisation was closed; not when the row has another version by now.
pub async fn close(act: &mut Act, org: &Org) -> Result<bool, DbError> {
    let told = happened(act, org.id, "closed", (&org.name, ""))?;
    let changed = act
        .run(q!(
            "UPDATE orgs SET closed_on = $3, version = version + 1
             WHERE id = $1 AND version = $2",
            org.id,
            org.version,
            act.day()
        ))
        .await?;
    act.put(vec![told]).await?;
    Ok(changed == 1)
}

/// Codes that begin with `from` begin with `to` instead; the history of each keeps both.
pub async fn recode(act: &mut Act, from: &str, to: &str) -> Result<(), DbError> {
    let scope = Scope::below(from);
    let moved = act
        .rows(q!(
            "SELECT id, code FROM orgs WHERE code >= $1 AND code < $2 ORDER BY id LIMIT 200000",
            scope.from(),
            scope.to()
        ))
        .await?;
    let mut told = Vec::with_capacity(moved.len() + 1);
    for row in &moved {
        let (id, code): (i64, String) = (row.get(0)?, row.get(1)?);
        let after = format!("{to}{}", code.get(from.len()..).unwrap_or_default());
        told.push(happened(act, id, "recoded", (&code, &after))?);
    }
    told.push(q!(
        "UPDATE orgs SET code = $3 || SUBSTR(code, LENGTH($1) + 1), version = version + 1
         WHERE code >= $1 AND code < $2",
        scope.from(),
        scope.to(),
        to
    ));
    act.put(told).await
}

/// Hangs the bodies that have a code below another parent.
pub async fn hang(act: &mut Act, code: &str, parent: Option<i64>) -> Result<(), DbError> {
    act.put(vec![q!("UPDATE orgs SET parent = $2 WHERE code = $1", code, parent)]).await
}

pub async fn insert(act: &mut Act, new: &NewOrg, on: Date) -> Result<i64, DbError> {
    let id = act.new_id()?;
    let opened = q!(
        "INSERT INTO org_history (id, org, act, on_day, change, before, after)
         VALUES ($1, $2, $3, $4, 'opened', '', $5)",
        act.new_id()?,
        id,
        act.id(),
        on,
        &new.name
    );
    let insert = q!(
        "INSERT INTO orgs (id, code, kind, level, parent, name, opened_on, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        id,
        &new.code,
        &new.kind,
        &new.level,
        new.parent,
        &new.name,
        on
    );
    act.put(vec![insert, opened]).await?;
    Ok(id)
}

fn org(row: &Row) -> Result<Org, DbError> {
    Ok(Org {
        id: row.get(0)?,
        code: row.get(1)?,
        kind: row.get(2)?,
        level: row.get(3)?,
        parent: row.get(4)?,
        name: row.get(5)?,
        opened_on: row.get(6)?,
        closed_on: row.get(7)?,
        version: row.get(8)?,
    })
}

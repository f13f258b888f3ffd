//! The rows of organisations.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, Row, Scope, q};

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

//! The rows of organisations.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, Row, Scope, q};

use super::history::happened;
use super::{NewOrg, Org};

pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Option<Org>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
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
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
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
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
             FROM orgs WHERE code = $1 AND kind = $2 AND closed_on IS NULL",
            code,
            kind
        ))
        .await?;
    row.map(|row| org(&row)).transpose()
}

/// Open bodies of one level: all that share a code, the leading one first.
pub async fn bodies_at(reader: &mut impl Reader, code: &str) -> Result<Vec<Org>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, code, kind, level, parent, name, opened_on, closed_on, successor, version
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

pub async fn any_open_below(act: &mut Act, code: &str) -> Result<bool, DbError> {
    let found = q!(
        "SELECT id FROM orgs WHERE code > $1 AND code < $2 AND closed_on IS NULL
         ORDER BY code LIMIT 1",
        code,
        Scope::below(code).to()
    );
    Ok(act.row(found).await?.is_some())
}

/// Holds the row for the rest of the act; answers whether it is open under the same code still.
pub async fn hold(act: &mut Act, org: &Org) -> Result<bool, DbError> {
    let hold = q!(
        "UPDATE orgs SET version = version WHERE id = $1 AND code = $2 AND closed_on IS NULL",
        org.id,
        &org.code
    );
    Ok(act.run(hold).await? == 1)
}

/// Whether the name was changed; not when the row has another version by now.
pub async fn rename(act: &mut Act, org: &Org, name: &str) -> Result<bool, DbError> {
    let told = happened(act, org.id, "renamed", (&org.name, name))?;
    let changed = act
        .run(q!(
            "UPDATE orgs SET name = $3, version = version + 1
             WHERE id = $1 AND version = $2 AND closed_on IS NULL",
            org.id,
            org.version,
            name
        ))
        .await?;
    act.put(vec![told]).await?;
    Ok(changed == 1)
}

/// Whether the organisation was closed; not when the row has another version by now.
pub async fn close(act: &mut Act, org: &Org, successor: Option<&Org>) -> Result<bool, DbError> {
    let told = match successor {
        None => happened(act, org.id, "closed", (&org.name, ""))?,
        Some(to) => happened(act, org.id, "merged", ("", &format!("{}（{}）", to.name, to.code)))?,
    };
    let changed = act
        .run(q!(
            "UPDATE orgs SET closed_on = $3, successor = $4, version = version + 1
             WHERE id = $1 AND version = $2 AND closed_on IS NULL",
            org.id,
            org.version,
            act.day(),
            successor.map(|to| to.id)
        ))
        .await?;
    act.put(vec![told]).await?;
    Ok(changed == 1)
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

/// Reads the columns of [`find`], in that order.
pub(super) fn org(row: &Row) -> Result<Org, DbError> {
    Ok(Org {
        id: row.get(0)?,
        code: row.get(1)?,
        kind: row.get(2)?,
        level: row.get(3)?,
        parent: row.get(4)?,
        name: row.get(5)?,
        opened_on: row.get(6)?,
        closed_on: row.get(7)?,
        successor: row.get(8)?,
        version: row.get(9)?,
    })
}

//! The rows of enterprises.

use kernel::{Act, DbError, Reader, Row, q};

use super::{Enterprise, SameName, Typed};
use crate::names;
use crate::orgs::history::happened;

pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Option<Enterprise>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, name, initials, credit_code, finding, closed_on, version
             FROM enterprises WHERE id = $1",
            id
        ))
        .await?;
    row.map(|row| enterprise(&row)).transpose()
}

/// The enterprise with a credit code; nobody has the empty one.
pub async fn by_code(
    reader: &mut impl Reader,
    credit_code: &str,
) -> Result<Option<Enterprise>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, name, initials, credit_code, finding, closed_on, version
             FROM enterprises WHERE credit_code = $1 AND credit_code <> ''",
            credit_code
        ))
        .await?;
    row.map(|row| enterprise(&row)).transpose()
}

/// Enterprises with exactly this name.
pub async fn by_name(reader: &mut impl Reader, name: &str) -> Result<Vec<Enterprise>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, name, initials, credit_code, finding, closed_on, version
             FROM enterprises WHERE name = $1 ORDER BY id LIMIT 20",
            name
        ))
        .await?;
    rows.iter().map(enterprise).collect()
}

/// What is searched for among the enterprises.
#[derive(Clone, Debug, Default)]
pub struct Search<'a> {
    /// Part of the name, the beginning of the initials or of the credit code.
    pub words: &'a str,
    /// The last enterprise of the page before; 0 for the first page.
    pub after: i64,
    pub limit: i64,
}

/// Enterprises by initials; those that are closed come along and say so.
pub async fn search(
    reader: &mut impl Reader,
    search: &Search<'_>,
) -> Result<Vec<Enterprise>, DbError> {
    let last = match search.after {
        0 => None,
        after => find(reader, after).await?,
    };
    let after = last.map_or_else(String::new, |last| last.initials);
    let small = search.words.to_lowercase();
    // LIKE folds case on one engine and not on the other; REPLACE is the same on both.
    let rows = reader
        .ask(q!(
            "SELECT id, name, initials, credit_code, finding, closed_on, version
             FROM enterprises
             WHERE (initials > $1 OR (initials = $1 AND id > $2))
               AND ($3 = '' OR REPLACE(name, $3, '') <> name
                    OR (initials >= $4 AND initials < $4 || '~')
                    OR (credit_code >= $5 AND credit_code < $5 || '~'))
             ORDER BY initials, id LIMIT $6",
            after,
            search.after,
            search.words,
            small,
            search.words.to_uppercase(),
            search.limit
        ))
        .await?;
    rows.iter().map(enterprise).collect()
}

/// A new enterprise; the caller has made sure that nobody else has its code.
pub async fn insert(act: &mut Act, typed: &Typed) -> Result<i64, DbError> {
    let id = act.new_id()?;
    let told = happened(act, id, "opened", ("", &typed.name))?;
    let insert = q!(
        "INSERT INTO enterprises (id, name, initials, credit_code, finding, version)
         VALUES ($1, $2, $3, $4, $5, 1)",
        id,
        &typed.name,
        names::place(&typed.name).initials,
        &typed.credit_code,
        typed.finding()
    );
    act.put(vec![insert, told]).await?;
    Ok(id)
}

/// Whether it was changed; not when the row has another version by now.
pub async fn change(act: &mut Act, known: &Enterprise, typed: &Typed) -> Result<bool, DbError> {
    let mut told = Vec::new();
    if known.name != typed.name {
        told.push(happened(act, known.id, "renamed", (&known.name, &typed.name))?);
    }
    if known.credit_code != typed.credit_code {
        let codes = (known.credit_code.as_str(), typed.credit_code.as_str());
        told.push(happened(act, known.id, "credit_code", codes)?);
    }
    let changed = act
        .run(q!(
            "UPDATE enterprises SET name = $3, initials = $4, credit_code = $5, finding = $6,
                    version = version + 1
             WHERE id = $1 AND version = $2",
            known.id,
            known.version,
            &typed.name,
            names::place(&typed.name).initials,
            &typed.credit_code,
            typed.finding()
        ))
        .await?;
    act.put(told).await?;
    Ok(changed == 1)
}

/// Whether it was closed; not when the row has another version by now.
pub async fn close(act: &mut Act, known: &Enterprise) -> Result<bool, DbError> {
    let told = happened(act, known.id, "closed", (&known.name, ""))?;
    let changed = act
        .run(q!(
            "UPDATE enterprises SET closed_on = $3, version = version + 1
             WHERE id = $1 AND version = $2",
            known.id,
            known.version,
            act.day()
        ))
        .await?;
    act.put(vec![told]).await?;
    Ok(changed == 1)
}

fn enterprise(row: &Row) -> Result<Enterprise, DbError> {
    Ok(Enterprise {
        id: row.get(0)?,
        name: row.get(1)?,
        initials: row.get(2)?,
        credit_code: row.get(3)?,
        finding: row.get(4)?,
        closed_on: row.get(5)?,
        version: row.get(6)?,
    })
}

/// What one act did to an enterprise.
#[derive(Clone, Debug)]
pub struct DoneByAct {
    pub id: i64,
    /// What stood before; nothing when the act entered it.
    pub before: Option<Typed>,
}

/// Every enterprise that an act entered or changed; an act has at most as many as a list has lines.
pub async fn of_act(act: &mut Act, done_by: i64) -> Result<Vec<DoneByAct>, DbError> {
    let rows = act
        .rows(q!(
            "SELECT e.id, e.name, e.credit_code, h.change, h.before
             FROM org_history h JOIN enterprises e ON e.id = h.org
             WHERE h.act = $1 ORDER BY e.id, h.id",
            done_by
        ))
        .await?;
    let mut all: Vec<DoneByAct> = Vec::new();
    for row in &rows {
        let (id, change, before): (i64, String, String) = (row.get(0)?, row.get(3)?, row.get(4)?);
        if all.last().is_none_or(|last| last.id != id) {
            let (name, code): (String, String) = (row.get(1)?, row.get(2)?);
            let known = Typed::new(&name, &code, SameName::IsAnother);
            all.push(DoneByAct { id, before: Some(known) });
        }
        let Some(last) = all.last_mut() else { continue };
        match (change.as_str(), &mut last.before) {
            ("opened", known) => *known = None,
            ("renamed", Some(known)) => known.name = before,
            ("credit_code", Some(known)) => known.credit_code = before,
            _ => {}
        }
    }
    Ok(all)
}

/// Whether another act has worked on an enterprise after this one.
pub async fn is_worked_on(act: &mut Act, (id, done_by): (i64, i64)) -> Result<bool, DbError> {
    let later = q!(
        "SELECT 1 FROM org_history h JOIN org_history d ON d.org = h.org AND d.act = $2
         WHERE h.org = $1 AND h.act <> $2 AND h.id > d.id LIMIT 1",
        id,
        done_by
    );
    Ok(act.row(later).await?.is_some())
}

/// Takes away an enterprise that was entered by mistake, with what its history says; whether
/// nobody has changed it meanwhile.
pub async fn erase(act: &mut Act, known: &Enterprise) -> Result<bool, DbError> {
    let erased =
        q!("DELETE FROM enterprises WHERE id = $1 AND version = $2", known.id, known.version);
    let is_erased = act.run(erased).await? == 1;
    act.put(vec![q!("DELETE FROM org_history WHERE org = $1", known.id)]).await?;
    Ok(is_erased)
}

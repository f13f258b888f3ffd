//! The rows of local figures.

use std::collections::BTreeMap;

use kernel::{Act, Db, DbError, Reader, Row, Scope, q};
use rules::law::LocalFigure;

use super::decide::{Policy, Proposal};

/// Changes whenever a figure is approved or withdrawn.
pub async fn version(db: &Db) -> Result<i64, DbError> {
    let row = db.row(q!("SELECT n FROM counters WHERE name = 'policies'")).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Approved figures by the division code of the place that decided.
pub async fn approved(db: &Db) -> Result<BTreeMap<String, Vec<LocalFigure>>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT org, figure, from_day, value, cite, quote FROM policies
             WHERE state = 'approved' ORDER BY org, figure, from_day, id"
        ))
        .await?;
    let mut places: BTreeMap<String, Vec<LocalFigure>> = BTreeMap::new();
    for row in &rows {
        places.entry(row.get(0)?).or_default().push(LocalFigure {
            figure: row.get(1)?,
            from: row.get(2)?,
            value: row.get(3)?,
            cite: row.get(4)?,
            quote: row.get(5)?,
        });
    }
    Ok(places)
}

/// Which local figures are asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Id of a figure; empty for all.
    pub figure: String,
    /// A state; empty for all.
    pub state: String,
    /// Figures with smaller numbers than this.
    pub before: i64,
    pub limit: i64,
}

/// Figures of a scope, and of the city and district to which `org` belongs.
pub async fn list(
    db: &Db,
    scope: &Scope,
    org: &str,
    wish: &Wish,
) -> Result<Vec<Policy>, DbError> {
    let above = |n: usize| org.get(..n).unwrap_or(org);
    let rows = db
        .rows(q!(
            "SELECT id, org, figure, from_day, value, cite, quote, state, proposed_by,
                    proposed_name, proposed_on, decided_name, decided_on, reason, version
             FROM policies
             WHERE ((org >= $1 AND org < $2) OR org = $3 OR org = $4)
               AND ($5 = '' OR figure = $5) AND ($6 = '' OR state = $6) AND id < $7
             ORDER BY id DESC LIMIT $8",
            scope.from(),
            scope.to(),
            above(4),
            above(6),
            &wish.figure,
            &wish.state,
            wish.before,
            wish.limit
        ))
        .await?;
    rows.iter().map(policy).collect()
}

pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Option<Policy>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, org, figure, from_day, value, cite, quote, state, proposed_by,
                    proposed_name, proposed_on, decided_name, decided_on, reason, version
             FROM policies WHERE id = $1",
            id
        ))
        .await?;
    row.map(|row| policy(&row)).transpose()
}

fn policy(row: &Row) -> Result<Policy, DbError> {
    Ok(Policy {
        id: row.get(0)?,
        org: row.get(1)?,
        figure: row.get(2)?,
        from_day: row.get(3)?,
        value: row.get(4)?,
        cite: row.get(5)?,
        quote: row.get(6)?,
        state: row.get(7)?,
        proposed_by: row.get(8)?,
        proposed_name: row.get(9)?,
        proposed_on: row.get(10)?,
        decided_name: row.get(11)?,
        decided_on: row.get(12)?,
        reason: row.get(13)?,
        version: row.get(14)?,
    })
}

pub async fn insert(act: &mut Act, org: &str, new: &Proposal) -> Result<i64, DbError> {
    let id = act.new_id()?;
    let insert = q!(
        "INSERT INTO policies (id, org, figure, from_day, value, cite, quote, state,
                               proposed_by, proposed_name, proposed_on, reason, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'proposed', $8, $9, $10, '', 1)",
        id,
        org,
        &new.figure,
        new.from_day,
        new.value,
        &new.cite,
        &new.quote,
        act.permit().account(),
        act.permit().who(),
        act.day()
    );
    act.put(vec![insert]).await?;
    Ok(id)
}

/// Writes the decision down; `false` when the version is not the one that was read.
pub async fn set_decided(
    act: &mut Act,
    (id, version): (i64, i64),
    state: &str,
    reason: &str,
) -> Result<bool, DbError> {
    let set = q!(
        "UPDATE policies SET state = $3, reason = $4, decided_by = $5, decided_name = $6,
                             decided_on = $7, version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'proposed'",
        id,
        version,
        state,
        reason,
        act.permit().account(),
        act.permit().who(),
        act.day()
    );
    Ok(act.run(set).await? == 1)
}

//! The rows of special-group marks.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, Row, Scope, q};
use rules::facts::Mark;

/// A mark of a retiree, standing or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marking {
    pub id: i64,
    pub person: i64,
    pub mark: Mark,
    pub since: Date,
    pub ended_on: Option<Date>,
    /// What it rests on: a certificate, a decision, what was seen on a visit.
    pub evidence: String,
    pub end_reason: String,
}

fn marking(row: &Row) -> Result<Marking, DbError> {
    let code: String = row.get(2)?;
    let mark =
        Mark::from_code(&code).ok_or_else(|| DbError::Shape(format!("a mark called {code}")))?;
    Ok(Marking {
        id: row.get(0)?,
        person: row.get(1)?,
        mark,
        since: row.get(3)?,
        ended_on: row.get(4)?,
        evidence: row.get(5)?,
        end_reason: row.get::<Option<String>>(6)?.unwrap_or_default(),
    })
}

/// Every mark of a retiree; those that stand come first.
pub async fn of_person(reader: &mut impl Reader, person: i64) -> Result<Vec<Marking>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, person, mark, since, ended_on, evidence, end_reason FROM marks
             WHERE person = $1
             ORDER BY CASE WHEN ended_on IS NULL THEN 0 ELSE 1 END, since, id LIMIT 200",
            person
        ))
        .await?;
    rows.iter().map(marking).collect()
}

/// Somebody who bears a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    pub person: i64,
    pub name: String,
    /// The name of the station.
    pub station: String,
}

/// Those of a scope under management who bear a mark, by number, above `after`.
pub async fn bearers(
    reader: &mut impl Reader,
    (scope, mark): (&Scope, Mark),
    (after, n): (i64, i64),
) -> Result<Vec<Bearer>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT DISTINCT m.person, p.name, o.name
             FROM marks m JOIN persons p ON p.id = m.person JOIN orgs o ON o.id = p.station
             WHERE m.org >= $1 AND m.org < $2 AND m.mark = $3 AND m.ended_on IS NULL
               AND p.status = 'active' AND m.person > $4
             ORDER BY m.person LIMIT $5",
            scope.from(),
            scope.to(),
            mark.code(),
            after,
            n
        ))
        .await?;
    let bearer =
        |row: &Row| Ok(Bearer { person: row.get(0)?, name: row.get(1)?, station: row.get(2)? });
    rows.iter().map(bearer).collect()
}

/// The mark with this number, of a retiree inside a scope.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Marking>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT m.id, m.person, m.mark, m.since, m.ended_on, m.evidence, m.end_reason
             FROM marks m JOIN persons p ON p.id = m.person
             WHERE m.id = $1 AND p.org >= $2 AND p.org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| marking(&row)).transpose()
}

/// Ends a mark; answers whether it stood.
pub async fn end(act: &mut Act, id: i64, on: Date, reason: &str) -> Result<bool, DbError> {
    let end = q!(
        "UPDATE marks SET ended_on = $2, end_reason = $3 WHERE id = $1 AND ended_on IS NULL",
        id,
        on,
        reason
    );
    Ok(act.run(end).await? == 1)
}

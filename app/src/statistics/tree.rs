//! Who reports to whom: stations to their street, streets to their district, districts to the city.

use jiff::civil::Date;
use kernel::{Actor, DbError, Problem, Reader, Row, Scope, q};

use super::month::Month;

/// An organisation that reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub id: i64,
    pub code: String,
    pub level: String,
    pub name: String,
    pub opened_on: Date,
}

impl Unit {
    #[must_use]
    pub fn is_station(&self) -> bool {
        self.level == "station"
    }

    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::below(&self.code)
    }

    /// Whether this is the actor's own organisation.
    #[must_use]
    pub fn is_of(&self, actor: &Actor) -> bool {
        self.code == actor.org
    }

    /// Kind and length of the code of those that report to it.
    const fn below(&self) -> Option<(&'static str, i64)> {
        match self.code.len() {
            4 => Some(("office", 6)),
            6 => Some(("center", 9)),
            9 => Some(("station", 12)),
            _ => None,
        }
    }
}

fn unit(row: &Row) -> Result<Unit, DbError> {
    Ok(Unit {
        id: row.get(0)?,
        code: row.get(1)?,
        level: row.get(2)?,
        name: row.get(3)?,
        opened_on: row.get(4)?,
    })
}

/// The reporting organisation with this number inside a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside: the two look the same.
pub async fn find(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Unit, Problem> {
    let row = reader
        .ask_one(q!(
            "SELECT id, code, level, name, opened_on FROM orgs
             WHERE id = $1 AND kind IN ('station', 'center', 'office')
               AND code >= $2 AND code < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    Ok(unit(&row.ok_or(Problem::NotFound)?)?)
}

/// The reporting organisation with this code, for whoever sits in one of its bodies.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn of_code(reader: &mut impl Reader, code: &str) -> Result<Unit, Problem> {
    let row = reader
        .ask_one(q!(
            "SELECT id, code, level, name, opened_on FROM orgs
             WHERE code = $1 AND kind IN ('station', 'center', 'office') AND closed_on IS NULL
             ORDER BY id LIMIT 1",
            code
        ))
        .await?;
    Ok(unit(&row.ok_or(Problem::NotFound)?)?)
}

/// Who reports to an organisation for a month: whoever was open in it, and whoever has reported.
///
/// # Errors
/// Whatever the engine says.
pub async fn children(
    reader: &mut impl Reader,
    of: &Unit,
    month: &Month,
) -> Result<Vec<Unit>, DbError> {
    let Some((kind, n_digits)) = of.below() else {
        return Ok(Vec::new());
    };
    in_scope(reader, &of.scope(), (kind, n_digits), month).await
}

/// The stations of a jurisdiction that report for a month, by code.
///
/// # Errors
/// Whatever the engine says.
pub async fn stations(
    reader: &mut impl Reader,
    scope: &Scope,
    month: &Month,
) -> Result<Vec<Unit>, DbError> {
    in_scope(reader, scope, ("station", 12), month).await
}

async fn in_scope(
    reader: &mut impl Reader,
    scope: &Scope,
    (kind, n_digits): (&str, i64),
    month: &Month,
) -> Result<Vec<Unit>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT o.id, o.code, o.level, o.name, o.opened_on FROM orgs o
             WHERE o.code >= $1 AND o.code < $2 AND o.kind = $3 AND LENGTH(o.code) = $4
               AND (o.closed_on IS NULL OR o.closed_on >= $5)
               AND (o.opened_on <= $6 OR EXISTS (SELECT 1 FROM reports r
                                                 WHERE r.org_id = o.id AND r.month = $7))
             ORDER BY o.code, CASE WHEN o.closed_on IS NULL THEN 0 ELSE 1 END, o.id LIMIT 5000",
            scope.from(),
            scope.to(),
            kind,
            n_digits,
            month.first_on,
            month.last_on,
            &month.code
        ))
        .await?;
    let mut units = rows.iter().map(unit).collect::<Result<Vec<_>, _>>()?;
    // A code that was given again is one place.
    units.dedup_by(|later, earlier| later.code == earlier.code);
    Ok(units)
}

/// To whom an organisation reports; the city to nobody.
///
/// # Errors
/// Whatever the engine says.
pub async fn superior(reader: &mut impl Reader, of: &Unit) -> Result<Option<Unit>, DbError> {
    let prefix = |n: usize| of.code.get(..n).filter(|_| of.code.len() > n).unwrap_or("");
    let row = reader
        .ask_one(q!(
            "SELECT id, code, level, name, opened_on FROM orgs
             WHERE code IN ($1, $2, $3) AND kind IN ('center', 'office') AND closed_on IS NULL
             ORDER BY LENGTH(code) DESC, id LIMIT 1",
            prefix(9),
            prefix(6),
            prefix(4)
        ))
        .await?;
    row.map(|row| unit(&row)).transpose()
}

//! How many retirees stand at an organisation, whatever their status.

use kernel::{DbError, Reader, Scope, q};

/// How many retirees there are at a station: under management, and all whose records are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub n_active: i64,
    pub n_all: i64,
}

/// Who stands at a station.
///
/// # Errors
/// Whatever the database says.
pub async fn standing(
    reader: &mut impl Reader,
    (station, org): (i64, &str),
) -> Result<Standing, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN status = 'active' THEN 1 ELSE 0 END), 0)
             FROM persons WHERE org = $1 AND station = $2",
            org,
            station
        ))
        .await?;
    let Some(row) = row else {
        return Ok(Standing::default());
    };
    Ok(Standing { n_all: row.get(0)?, n_active: row.get(1)? })
}

/// Retirees under management in a place, by the code of the station: from the kept counts.
///
/// # Errors
/// Whatever the database says.
pub async fn served(
    reader: &mut impl Reader,
    scope: &Scope,
) -> Result<Vec<(String, i64)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT org, n FROM tallies WHERE org >= $1 AND org < $2 AND n <> 0
             ORDER BY org LIMIT 100000",
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

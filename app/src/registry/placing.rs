//! How many retirees stand at an organisation, whatever their status.

use jiff::civil::Date;
use kernel::{DbError, Reader, Row, Scope, q};

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

/// Somebody whose records are at a station.
#[derive(Clone, Debug)]
pub struct Placed {
    pub id: i64,
    pub name: String,
    pub born_on: Option<Date>,
    pub address: String,
    /// `active`, `left` or `dead`.
    pub status: String,
}

/// Whose records are at a station, by number, those after `after`.
///
/// # Errors
/// Whatever the database says.
pub async fn people(
    reader: &mut impl Reader,
    (station, org): (i64, &str),
    (after, n): (i64, i64),
) -> Result<Vec<Placed>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, name, born_on, address, status FROM persons
             WHERE org = $1 AND station = $2 AND id > $3 ORDER BY id LIMIT $4",
            org,
            station,
            after,
            n
        ))
        .await?;
    let read = |row: &Row| {
        let sealed: Option<Vec<u8>> = row.get(3)?;
        let address = match sealed {
            Some(sealed) => reader.keys().open("persons.address", &sealed)?,
            None => String::new(),
        };
        Ok(Placed {
            id: row.get(0)?,
            name: row.get(1)?,
            born_on: row.get(2)?,
            address,
            status: row.get(4)?,
        })
    };
    rows.iter().map(read).collect()
}

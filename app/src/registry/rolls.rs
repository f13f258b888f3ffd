//! The 册 of a station and the 库 above it: readings of the rows, never kept by themselves.

use jiff::civil::Date;
use kernel::{DbError, Reader, Row, Scope, q};

/// A line of a station's register.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: i64,
    pub name: String,
    pub sex: String,
    pub born_on: Option<Date>,
    pub id_number: String,
    pub phone: String,
    pub address: String,
    pub away: String,
    pub enterprise_name: String,
    pub retired_on: Option<Date>,
    pub taken_in_on: Date,
    pub last_contact_on: Option<Date>,
}

/// At most `n` retirees under management at a station, by pinyin.
pub async fn register(reader: &mut impl Reader, org: &str, n: i64) -> Result<Vec<Line>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, name, sex, born_on, id_number, phone, address, away, enterprise_name,
                    retired_on, taken_in_on, last_contact_on
             FROM persons WHERE org = $1 AND status = 'active' ORDER BY pinyin, id LIMIT $2",
            org,
            n
        ))
        .await?;
    rows.iter().map(|row| line(row, reader.keys())).collect()
}

fn line(row: &Row, keys: &kernel::vault::Vault) -> Result<Line, DbError> {
    let open = |column: &str, at: usize| -> Result<String, DbError> {
        let sealed: Option<Vec<u8>> = row.get(at)?;
        sealed.map_or_else(|| Ok(String::new()), |sealed| keys.open(column, &sealed))
    };
    Ok(Line {
        id: row.get(0)?,
        name: row.get(1)?,
        sex: row.get(2)?,
        born_on: row.get(3)?,
        id_number: open("persons.id_number", 4)?,
        phone: open("persons.phone", 5)?,
        address: open("persons.address", 6)?,
        away: row.get(7)?,
        enterprise_name: row.get(8)?,
        retired_on: row.get(9)?,
        taken_in_on: row.get(10)?,
        last_contact_on: row.get(11)?,
    })
}

/// Who bears which standing mark at a station: number of the person and code of the mark.
pub async fn marked(reader: &mut impl Reader, org: &str) -> Result<Vec<(i64, String)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT person, mark FROM marks WHERE org = $1 AND ended_on IS NULL
             ORDER BY person, mark LIMIT 20000",
            org
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Retirees under management at every open station of a place, or at one that has closed and
/// still has some: code and count.
pub async fn counts(
    reader: &mut impl Reader,
    scope: &Scope,
) -> Result<Vec<(String, i64)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT o.code, COALESCE(t.n, 0) FROM orgs o LEFT JOIN tallies t ON t.org = o.code
             WHERE o.kind = 'station' AND o.code >= $1 AND o.code < $2
               AND (o.closed_on IS NULL OR t.n > 0)
             ORDER BY o.code LIMIT 20000",
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Standing marks of those under management: code of the station, of the mark, count.
pub async fn mark_counts(
    reader: &mut impl Reader,
    scope: &Scope,
) -> Result<Vec<(String, String, i64)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT m.org, m.mark, COUNT(*) FROM marks m JOIN persons p ON p.id = m.person
             WHERE m.org >= $1 AND m.org < $2 AND m.ended_on IS NULL AND p.status = 'active'
             GROUP BY m.org, m.mark LIMIT 100000",
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Names of the bodies that serve retirees in a place, by code.
pub async fn names(
    reader: &mut impl Reader,
    scope: &Scope,
) -> Result<Vec<(String, String)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT code, name FROM orgs
             WHERE kind IN ('office', 'center', 'station') AND code >= $1 AND code < $2
             ORDER BY code, CASE WHEN closed_on IS NULL THEN 1 ELSE 0 END, id LIMIT 20000",
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

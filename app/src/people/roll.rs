//! Whole rows of the list of retirees, page by page: what an export takes along.

use jiff::civil::Date;
use kernel::vault::Vault;
use kernel::{Db, DbError, Row, q};
use rules::facts::Mark;

use super::list::Filter;
use crate::registry::{self, Person};

/// Where the next page begins: after this row.
#[derive(Clone, Debug)]
pub struct Place {
    org: String,
    status: String,
    pinyin: String,
    id: i64,
}

/// A retiree of the list with what an export may show.
#[derive(Clone, Debug)]
pub struct Listed {
    pub person: Person,
    pub station: String,
    pub marks: Vec<Mark>,
}

/// At most `n` rows in the order of the list, after a place; see [`read`]. The conditions are
/// those of the page.
///
/// # Errors
/// Whatever the database says.
pub async fn roll(
    db: &Db,
    filter: &Filter,
    (after, n): (Option<&Place>, i64),
    today: Date,
) -> Result<Vec<Row>, DbError> {
    let start = after.map_or((filter.scope.from(), "", "", 0), |place| {
        (place.org.as_str(), place.status.as_str(), place.pinyin.as_str(), place.id)
    });
    db.rows_long(q!(
        "SELECT p.id, p.version, p.org, p.station, p.status, p.name, p.id_kind, p.id_number,
                p.id_former, p.born_on, p.archive_born_on, p.sex, p.ethnic, p.political,
                p.education, p.marital, p.phone, p.phone2, p.hukou_address, p.address, p.away,
                p.away_place, p.enterprise, p.enterprise_name, p.retirement_kind, p.retired_on,
                p.pension_fen, p.pension_from, p.insurance_no, p.management, p.taken_in_on,
                p.died_on, p.left_on, p.last_contact_on, p.evidence_on, p.extra, p.pinyin, o.name,
                (SELECT MAX(CASE WHEN m.mark = 'alone' THEN 1 ELSE 0 END)
                    + MAX(CASE WHEN m.mark = 'ill' THEN 2 ELSE 0 END)
                    + MAX(CASE WHEN m.mark = 'poor' THEN 4 ELSE 0 END)
                    + MAX(CASE WHEN m.mark = 'aged' THEN 8 ELSE 0 END)
                    + MAX(CASE WHEN m.mark = 'before_prc' THEN 16 ELSE 0 END)
                    + MAX(CASE WHEN m.mark = 'model' THEN 32 ELSE 0 END)
                    + MAX(CASE WHEN m.mark = 'lives_alone' THEN 64 ELSE 0 END)
                    + MAX(CASE WHEN m.mark = 'disabled' THEN 128 ELSE 0 END)
                 FROM marks m WHERE m.person = p.id AND m.ended_on IS NULL)
         FROM persons p JOIN orgs o ON o.id = p.station
         WHERE p.org >= $1 AND p.org < $2 AND (p.org, p.status, p.pinyin, p.id) > ($1, $3, $4, $5)
           AND ($6 = '' OR p.status = $6) AND ($7 = '' OR p.management = $7)
           AND ($8 = '' OR p.away = $8 OR ($8 = 'elsewhere' AND p.away <> 'here'))
           AND ($9 = '' OR p.born_on <= $9)
           AND ($10 = '' OR EXISTS (SELECT 1 FROM marks m WHERE m.person = p.id
                AND m.mark = $10 AND m.ended_on IS NULL))
         ORDER BY p.org, p.status, p.pinyin, p.id LIMIT $11",
        start.0,
        filter.scope.to(),
        start.1,
        start.2,
        start.3,
        &filter.status,
        &filter.management,
        &filter.away,
        filter.born_until(today),
        &filter.mark,
        n
    ))
    .await
}

/// Reads a row of [`roll`], with the sensitive columns opened.
///
/// # Errors
/// When a value cannot be opened.
pub fn read(row: &Row, keys: &Vault) -> Result<Listed, DbError> {
    let bits = row.get::<Option<i64>>(38)?.unwrap_or(0);
    // In the order of the statement above, which is that of the table of marks.
    let marked = |(at, mark): (usize, &Mark)| (bits >> at & 1 == 1).then_some(*mark);
    Ok(Listed {
        person: registry::store::person(row, keys)?,
        station: row.get(37)?,
        marks: Mark::ALL.iter().enumerate().filter_map(marked).collect(),
    })
}

/// The place of a row of [`roll`].
///
/// # Errors
/// As [`Row::get`].
pub fn place(row: &Row) -> Result<Place, DbError> {
    Ok(Place { id: row.get(0)?, org: row.get(2)?, status: row.get(4)?, pinyin: row.get(36)? })
}

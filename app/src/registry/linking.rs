//! The registry as it streams past a list from outside that is matched against it.

use kernel::{Db, DbError, Scope, q};
use linkage::{Born, Record};

/// The next people of a scope by number, whatever their status, as far as they are compared; empty
/// when there are no more.
///
/// # Errors
/// Whatever the engine says.
pub async fn people(
    db: &Db,
    scope: &Scope,
    (after, n): (i64, i64),
) -> Result<Vec<(i64, Record)>, DbError> {
    // The place is compared as an expression, so that people are walked by their numbers.
    let rows = db
        .rows_long(q!(
            "SELECT id, name, pinyin, id_number, born_on, sex FROM persons
             WHERE id > $1 AND org || '' >= $2 AND org || '' < $3 ORDER BY id LIMIT $4",
            after,
            scope.from(),
            scope.to(),
            n
        ))
        .await?;
    let keys = db.vault();
    rows.iter()
        .map(|row| {
            let sealed: Option<Vec<u8>> = row.get(3)?;
            let number = match sealed {
                Some(sealed) => keys.open("persons.id_number", &sealed)?,
                None => String::new(),
            };
            let record = Record {
                name: row.get(1)?,
                sound: row.get(2)?,
                number,
                born: row.get::<Option<_>>(4)?.map_or(Born::Unknown, Born::Day),
                sex: row.get::<String>(5)?.parse().unwrap_or(0),
            };
            Ok((row.get(0)?, record))
        })
        .collect()
}

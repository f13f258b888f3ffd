//! The rows of health notes, sealed. Only rooms that checked the leave to see them ask.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, q};

/// A note about a retiree's health. It is never changed; a correction is another note.
#[derive(Clone, Debug)]
pub struct HealthNote {
    pub on: Date,
    pub note: String,
    pub who: String,
}

/// The newest notes of a retiree, the newest first.
pub async fn of_person(reader: &mut impl Reader, person: i64) -> Result<Vec<HealthNote>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT on_day, note, who FROM health_notes
             WHERE person = $1 ORDER BY on_day DESC, id DESC LIMIT 200",
            person
        ))
        .await?;
    let read = |row: &kernel::Row| {
        let sealed: Vec<u8> = row.get(1)?;
        let note = reader.keys().open("health_notes.note", &sealed)?;
        Ok(HealthNote { on: row.get(0)?, note, who: row.get(2)? })
    };
    rows.iter().map(read).collect()
}

pub async fn insert(act: &mut Act, person: i64, on: Date, note: &str) -> Result<i64, DbError> {
    let id = act.new_id()?;
    let insert = q!(
        "INSERT INTO health_notes (id, person, on_day, note, who, act)
         VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        person,
        on,
        act.vault().seal("health_notes.note", note)?,
        act.permit().who(),
        act.id()
    );
    act.put(vec![insert]).await?;
    Ok(id)
}

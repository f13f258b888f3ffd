//! The rows of deaths and departures, and of taking them back.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, Row, q};

use super::{Person, tally};

/// How somebody's time with us ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Died,
    Left,
}

impl Kind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Died => "died",
            Self::Left => "left",
        }
    }

    /// The status that it leads to.
    #[must_use]
    pub const fn status(self) -> &'static str {
        match self {
            Self::Died => "dead",
            Self::Left => "left",
        }
    }
}

/// A death or a departure as it was recorded.
#[derive(Clone, Debug)]
pub struct Ending {
    pub id: i64,
    pub on: Date,
    /// From whom it is known, or why somebody left.
    pub source: String,
    /// Where somebody went.
    pub place: String,
    pub note: String,
    pub who: String,
    pub entered_on: Date,
}

/// One to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewEnding<'a> {
    pub kind: Kind,
    pub on: Date,
    pub source: &'a str,
    pub place: &'a str,
    pub note: &'a str,
    /// The fact that says so.
    pub fact: i64,
}

/// Takes a retiree off the active list of the station; answers whether the person was on it and
/// is still as it was read.
pub async fn close(act: &mut Act, person: &Person, kind: Kind, on: Date) -> Result<bool, DbError> {
    let close = q!(
        "UPDATE persons SET version = version + 1, status = $3,
             died_on = CASE WHEN $3 = 'dead' THEN $4 ELSE died_on END,
             left_on = CASE WHEN $3 = 'left' THEN $4 ELSE left_on END
         WHERE id = $1 AND version = $2 AND status = 'active'",
        person.id,
        person.version,
        kind.status(),
        on
    );
    if act.run(close).await? == 0 {
        return Ok(false);
    }
    act.put(vec![tally(&person.org, -1)]).await?;
    Ok(true)
}

/// Puts a retiree back on the active list: the death or departure was no such thing, or somebody
/// came back, taken in on a new day then.
pub async fn reopen(
    act: &mut Act,
    person: &Person,
    taken_in_on: Option<Date>,
) -> Result<bool, DbError> {
    let reopen = q!(
        "UPDATE persons SET version = version + 1, status = 'active', died_on = NULL,
             left_on = NULL,
             taken_in_on = CASE WHEN CAST($4 AS TEXT) IS NULL THEN taken_in_on ELSE $4 END
         WHERE id = $1 AND version = $2 AND status = $3",
        person.id,
        person.version,
        &person.status,
        taken_in_on
    );
    if act.run(reopen).await? == 0 {
        return Ok(false);
    }
    act.put(vec![tally(&person.org, 1)]).await?;
    Ok(true)
}

pub async fn insert(act: &mut Act, person: i64, new: &NewEnding<'_>) -> Result<(), DbError> {
    let note = match new.note {
        "" => None,
        note => Some(act.vault().seal("endings.note", note)?),
    };
    let insert = q!(
        "INSERT INTO endings (id, person, kind, on_day, source, place, note, who, entered_on,
                              fact, act)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        act.new_id()?,
        person,
        new.kind.code(),
        new.on,
        new.source,
        new.place,
        note,
        act.permit().who(),
        act.day(),
        new.fact,
        act.id()
    );
    act.put(vec![insert]).await
}

/// Notes that what was recorded was wrong. The row stays and says why.
pub async fn undo(act: &mut Act, person: i64, kind: Kind, reason: &str) -> Result<(), DbError> {
    let undo = q!(
        "UPDATE endings SET undone_on = $3, undone_by = $4, undo_reason = $5
         WHERE person = $1 AND kind = $2 AND undone_on IS NULL",
        person,
        kind.code(),
        act.day(),
        act.permit().who(),
        reason
    );
    act.put(vec![undo]).await
}

/// What stands recorded of a kind, the last one.
pub async fn standing(
    reader: &mut impl Reader,
    person: i64,
    kind: Kind,
) -> Result<Option<Ending>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, on_day, source, place, note, who, entered_on FROM endings
             WHERE person = $1 AND kind = $2 AND undone_on IS NULL ORDER BY id DESC LIMIT 1",
            person,
            kind.code()
        ))
        .await?;
    row.map(|row| ending(&row, reader.keys())).transpose()
}

fn ending(row: &Row, keys: &kernel::vault::Vault) -> Result<Ending, DbError> {
    let sealed: Option<Vec<u8>> = row.get(4)?;
    let note =
        sealed.map_or_else(|| Ok(String::new()), |sealed| keys.open("endings.note", &sealed))?;
    Ok(Ending {
        id: row.get(0)?,
        on: row.get(1)?,
        source: row.get(2)?,
        place: row.get(3)?,
        note,
        who: row.get(5)?,
        entered_on: row.get(6)?,
    })
}

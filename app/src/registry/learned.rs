//! What a visit teaches about a retiree: a mark, another place of residence. The room that
//! learned it raises the fact in the same act.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, q};
use rules::facts::{Away, Mark};

use super::Held;

/// A mark, since when, and what it rests on.
#[derive(Clone, Copy, Debug)]
pub struct Marked<'a> {
    pub mark: Mark,
    pub since: Date,
    pub evidence: &'a str,
}

/// Where somebody lives now; `place` says it in words.
#[derive(Clone, Copy, Debug)]
pub struct Resides<'a> {
    pub away: Away,
    pub place: &'a str,
    pub source: &'a str,
}

/// Whether a mark stands.
pub async fn has_mark(reader: &mut impl Reader, person: i64, mark: Mark) -> Result<bool, DbError> {
    let found = q!(
        "SELECT id FROM marks
         WHERE person = $1 AND mark = $2 AND ended_on IS NULL ORDER BY id LIMIT 1",
        person,
        mark.code()
    );
    Ok(reader.ask_one(found).await?.is_some())
}

pub async fn set_mark(act: &mut Act, held: &Held, new: Marked<'_>) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO marks (id, person, org, mark, since, evidence, act)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        act.new_id()?,
        held.id,
        &held.org,
        new.mark.code(),
        new.since,
        new.evidence,
        act.id()
    );
    act.put(vec![insert]).await
}

/// Marks that an act set by mistake end on the day on which they began.
pub async fn unset_marks(act: &mut Act, person: i64, set_by: i64) -> Result<(), DbError> {
    let end = q!(
        "UPDATE marks SET ended_on = since WHERE person = $1 AND act = $2 AND ended_on IS NULL",
        person,
        set_by
    );
    act.put(vec![end]).await
}

/// Writes down where a retiree lives, with the history of the change.
pub async fn set_residence(act: &mut Act, person: i64, new: Resides<'_>) -> Result<(), DbError> {
    let before = q!("SELECT away, away_place FROM persons WHERE id = $1", person);
    let Some(row) = act.row(before).await? else {
        return Ok(());
    };
    let fields = [
        ("away", row.get::<String>(0)?, new.away.code()),
        ("away_place", row.get::<String>(1)?, new.place),
    ];
    for (field, before, after) in fields {
        if before == after {
            continue;
        }
        let keys = act.vault().clone();
        let change = q!(
            "INSERT INTO changes (id, person, act, at, who, source, field, before, after)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            act.new_id()?,
            person,
            act.id(),
            act.at(),
            act.permit().who(),
            new.source,
            field,
            keys.seal("changes.before", &before)?,
            keys.seal("changes.after", after)?
        );
        act.put(vec![change]).await?;
    }
    let update = q!(
        "UPDATE persons SET away = $2, away_place = $3, version = version + 1 WHERE id = $1",
        person,
        new.away.code(),
        new.place
    );
    act.put(vec![update]).await
}

//! What a visit teaches about a retiree: a mark, another place of residence. The room that
//! learned it raises the fact in the same act.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, q};
use rules::facts::{Away, Mark};

use super::{Difference, Held, NewMark, keep_history, mark_insertion};

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
    let mark = NewMark {
        person: held.id,
        org: held.org.clone(),
        mark: new.mark,
        since: new.since,
        evidence: new.evidence.to_owned(),
    };
    let insert = mark_insertion(act.new_id()?, act.id(), &mark);
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
    let changed = fields.into_iter().filter(|(_, before, after)| before != after);
    let differences: Vec<Difference> = changed
        .map(|(field, before, after)| Difference { field, before, after: after.to_owned() })
        .collect();
    keep_history(act, person, new.source, &differences).await?;
    let update = q!(
        "UPDATE persons SET away = $2, away_place = $3, version = version + 1 WHERE id = $1",
        person,
        new.away.code(),
        new.place
    );
    act.put(vec![update]).await
}

//! Brings everybody's duties in line with the day: windows that open, days that pass, duties that
//! are missed. The reaction to a fact and the sweep are the same function.

use kernel::{Actor, Db, Problem, q};

use super::{Noted, settle, store};
use crate::deeds;
use crate::policies::Laws;
use crate::registry;

/// People in one act.
const BATCH: i64 = 500;

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub n_people: i64,
    pub n_arisen: usize,
    pub n_settled: usize,
}

/// Derives everybody's duties for the day of the clock and writes the differences.
///
/// # Errors
/// Whatever the database says; batches that are done stay done, and doing them again changes
/// nothing.
pub async fn run(db: &Db, laws: &Laws, actor: &Actor) -> Result<Swept, Problem> {
    let mut swept = Swept::default();
    let mut last = 0;
    loop {
        let people = db
            .rows(q!("SELECT id FROM persons WHERE id > $1 ORDER BY id LIMIT $2", last, BATCH))
            .await?;
        let Some(row) = people.last() else { break };
        last = row.get(0)?;
        let permit = actor.permit(deeds::DUTIES_REBUILD)?;
        let mut act = db.begin(permit, db.clock().today()).await?;
        for row in &people {
            let person: i64 = row.get(0)?;
            let Some(held) = registry::store::hold(&mut act, person).await? else { continue };
            let facts = store::facts(&mut act, person).await?;
            let mut noted = Noted::default();
            settle(&mut act, laws, &held, &facts, &mut noted).await?;
            swept.n_people += 1;
            swept.n_arisen += noted.arisen.len();
            swept.n_settled += noted.settled.len();
        }
        act.commit("duties", "").await?;
    }
    Ok(swept)
}

/// Sweeps once a day, whichever process comes first.
///
/// # Errors
/// As [`run`].
pub async fn daily(db: &Db, laws: &Laws, actor: &Actor) -> Result<Option<Swept>, Problem> {
    let today = db.clock().today();
    let done = db.row(q!("SELECT n_people FROM sweeps WHERE day = $1", today)).await?;
    if done.is_some() {
        return Ok(None);
    }
    let swept = run(db, laws, actor).await?;
    store::keep_sweep(db, today, &swept).await?;
    Ok(Some(swept))
}

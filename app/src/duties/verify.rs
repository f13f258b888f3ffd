//! Proof that what is stored equals what follows from the facts, and the way back to it.

use kernel::{Act, Actor, Db, Problem};

use super::derive::{self, Codes, Difference, One};
use super::store;
use crate::deeds;
use crate::policies::Laws;
use crate::web::Shared;

/// How many people are read in one trip.
const BATCH: i64 = 2_000;

/// What a rebuild did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    pub n_people: i64,
    pub n_duties: i64,
}

/// Deletes all duties and derives them anew, in one act: others see the old ones until it is
/// done, and nobody can write meanwhile. Numbers of duties that were there stay. `told` hears
/// how many people are done.
///
/// # Errors
/// Whatever the database says; everything is then as it was.
pub async fn rebuild(
    app: &Shared,
    actor: &Actor,
    mut told: impl FnMut(i64),
) -> Result<Rebuilt, Problem> {
    let db = &app.db;
    let (laws, codes) = (app.laws().await?, derive::codes(db).await?);
    let permit = actor.permit(deeds::DUTIES_REBUILD)?;
    let mut act = db.begin_long(permit, app.today()).await?;
    // SQLite lets others read what was there before; PostgreSQL would keep them waiting.
    let tables: &[&str] = if db.is_sqlite() { &["duties"] } else { &[] };
    let aside = act.set_indexes_aside(tables).await?;
    store::clear(&mut act).await?;
    let mut done = Rebuilt::default();
    let mut people = next(&mut act, db, 0).await?;
    while let Some(last) = people.last().map(|one| one.held.id) {
        done.n_duties += write_anew(&mut act, &laws, &codes, &people).await?;
        done.n_people += i64::try_from(people.len()).unwrap_or(0);
        told(done.n_people);
        people = next(&mut act, db, last).await?;
    }
    act.make_indexes(aside).await?;
    let detail = format!("{}人，{}项", done.n_people, done.n_duties);
    act.commit_noting("duties/rebuild", "", &detail).await?;
    Ok(done)
}

/// Reads the next people beside the act, while it writes those before; they are held, so what is
/// read is what is committed.
async fn next(act: &mut Act, db: &Db, after: i64) -> Result<Vec<One>, Problem> {
    // SQLite has one writer, so the act holds everybody as it is.
    if !db.is_sqlite() {
        crate::registry::store::hold_range(act, after, BATCH).await?;
    }
    Ok(derive::batch(db, after, BATCH).await?)
}

async fn write_anew(
    act: &mut Act,
    laws: &Laws,
    codes: &Codes,
    people: &[One],
) -> Result<i64, Problem> {
    let (mut n_duties, mut inserts) = (0, Vec::new());
    for one in people {
        for duty in one.derived(laws, act.day())? {
            let same = |stored: &super::Stored| super::key(&stored.duty) == super::key(&duty);
            let before = one.stored.iter().find(|(stored, _)| same(stored));
            let id = match before {
                Some((stored, _)) => stored.id,
                None => act.new_id()?,
            };
            let org = one.org_of(codes, &duty);
            inserts.push(store::insertion(id, one.held.id, org, &duty));
            n_duties += 1;
        }
    }
    act.bulk(inserts).await?;
    Ok(n_duties)
}

/// What `duties verify` found.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    pub n_people: i64,
    pub n_duties: i64,
    pub n_different: i64,
    /// The first few differences, with the person's number.
    pub examples: Vec<(i64, Difference)>,
}

/// Compares everything that is stored with what follows from the facts today, in bounded memory.
///
/// # Errors
/// Whatever the database says.
pub async fn verify(app: &Shared, n_examples: usize) -> Result<Verified, Problem> {
    let (db, today) = (&app.db, app.today());
    let (laws, codes) = (app.laws().await?, derive::codes(db).await?);
    let (mut at, mut found) = (0, Verified::default());
    loop {
        let people = derive::batch(db, at, BATCH).await?;
        let Some(last) = people.last() else {
            return Ok(found);
        };
        at = last.held.id;
        for one in &people {
            found.n_people += 1;
            found.n_duties += i64::try_from(one.stored.len()).unwrap_or(0);
            if one.differences(&laws, &codes, today)?.is_empty() {
                continue;
            }
            // Somebody may have written between the reading of facts and of duties: look again.
            let again = derive::batch(db, one.held.id - 1, 1).await?;
            for one in again.iter().filter(|again| again.held.id == one.held.id) {
                for difference in one.differences(&laws, &codes, today)? {
                    found.n_different += 1;
                    if found.examples.len() < n_examples {
                        found.examples.push((one.held.id, difference));
                    }
                }
            }
        }
    }
}

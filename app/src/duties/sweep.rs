//! What changes with the day alone: windows that open, duties that are missed. Every night the
//! stored duties are brought in line with what follows from the facts; one process does it.

use std::time::Duration;

use jiff::civil::Date;
use kernel::{Act, Actor, Db, Deeds, Problem, q};

use super::derive::{self, Codes, Difference, One};
use super::{settle_one, store};
use crate::deeds;
use crate::policies::Laws;
use crate::web::Shared;

/// How many people are looked at in one trip, and how many are mended in one act: others who
/// want to write wait for so long.
const LOOKED_AT: i64 = 2_000;
const MENDED: usize = 200;
/// How many people a rebuild writes anew in one act.
const REBUILT: i64 = 5_000;
/// After so many seconds without a sign another process may take a sweep over.
const SILENCE: i64 = 600;

/// What a sweep or a rebuild did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub n_people: i64,
    /// People whose duties were changed (sweep), or duties that were stored (rebuild).
    pub n_changed: i64,
}

/// Who sweeps: the house itself.
fn house() -> Actor {
    let mut actor = Actor::operator(Deeds::of(&[deeds::DUTIES_REBUILD]));
    "系统每日推算".clone_into(&mut actor.name);
    actor
}

/// Brings everybody's duties in line with today. `None` when today's sweep is done or under way
/// in another process.
///
/// # Errors
/// Whatever the database says; what was mended by then stays, and the next try goes on there.
pub async fn sweep(app: &Shared, today: Date) -> Result<Option<Swept>, Problem> {
    let db = &app.db;
    let holder = db.number().await?;
    let Some((mut at, mut swept)) = claim(db, today, holder).await? else {
        return Ok(None);
    };
    let (laws, codes) = (app.laws().await?, derive::codes(db).await?);
    loop {
        let people = derive::batch(db, at, LOOKED_AT).await?;
        let Some(last) = people.last().map(|one| one.held.id) else {
            break;
        };
        let mut changed = Vec::new();
        for one in &people {
            if !one.differences(&laws, &codes, today)?.is_empty() {
                changed.push(one.held.id);
            }
        }
        for some in changed.chunks(MENDED) {
            mend(db, &laws, (today, some)).await?;
        }
        at = last;
        swept.n_people += i64::try_from(people.len()).unwrap_or(0);
        swept.n_changed += i64::try_from(changed.len()).unwrap_or(0);
        if !beat(db, today, (holder, at, swept)).await? {
            return Ok(None);
        }
    }
    let end = q!(
        "UPDATE sweeps SET ended_at = $3 WHERE day = $1 AND holder = $2",
        today,
        holder,
        db.clock().now()
    );
    db.housekeep(vec![end]).await?;
    Ok(Some(swept))
}

/// Takes today's sweep, unless it is done or somebody is at it. Answers where to go on.
async fn claim(db: &Db, today: Date, holder: i64) -> Result<Option<(i64, Swept)>, Problem> {
    let now = db.clock().seconds();
    let take = q!(
        "INSERT INTO sweeps (day, n_people, n_changed, at_person, holder, beat_at)
         VALUES ($1, 0, 0, 0, $2, $3)
         ON CONFLICT (day) DO UPDATE SET holder = $2, beat_at = $3
         WHERE sweeps.ended_at IS NULL AND sweeps.beat_at < $4",
        today,
        holder,
        now,
        now - SILENCE
    );
    db.housekeep(vec![take]).await?;
    held(db, today, holder).await
}

async fn held(db: &Db, today: Date, holder: i64) -> Result<Option<(i64, Swept)>, Problem> {
    let row = db
        .row(q!(
            "SELECT at_person, n_people, n_changed FROM sweeps
             WHERE day = $1 AND holder = $2 AND ended_at IS NULL",
            today,
            holder
        ))
        .await?;
    let Some(row) = row else { return Ok(None) };
    let swept = Swept {
        n_people: row.get(1)?,
        n_changed: row.get(2)?,
    };
    Ok(Some((row.get(0)?, swept)))
}

/// Says how far the sweep is. False when another process has taken it over.
async fn beat(
    db: &Db,
    today: Date,
    (holder, at, swept): (i64, i64, Swept),
) -> Result<bool, Problem> {
    let note = q!(
        "UPDATE sweeps SET at_person = $3, n_people = $4, n_changed = $5, beat_at = $6
         WHERE day = $1 AND holder = $2",
        today,
        holder,
        at,
        swept.n_people,
        swept.n_changed,
        db.clock().seconds()
    );
    db.housekeep(vec![note]).await?;
    Ok(held(db, today, holder).await?.is_some())
}

/// Brings a few people in line, in one act. They are read anew: somebody may have written since.
async fn mend(db: &Db, laws: &Laws, (today, people): (Date, &[i64])) -> Result<(), Problem> {
    let mut act = db
        .begin(house().permit(deeds::DUTIES_REBUILD)?, today)
        .await?;
    for person in people {
        settle_one(&mut act, laws, *person).await?;
    }
    let detail = format!("{}人", people.len());
    act.commit_noting("duties/sweep", "", &detail).await
}

/// Sweeps at once if today was not yet swept, and then soon after every midnight.
pub async fn keep_swept(app: Shared) {
    let mut done: Option<Date> = None;
    loop {
        let today = app.today();
        if done != Some(today) {
            match sweep(&app, today).await {
                Ok(Some(swept)) => {
                    tracing::info!(%today, swept.n_people, swept.n_changed, "swept");
                    done = Some(today);
                }
                // Another process is at it: look again, in case that it is killed.
                Ok(None) => match ended(&app.db, today).await {
                    Ok(true) => done = Some(today),
                    Ok(false) => {}
                    Err(cause) => tracing::error!(%cause, "sweep"),
                },
                Err(cause) => tracing::error!(cause = format!("{cause:?}"), "sweep"),
            }
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

async fn ended(db: &Db, today: Date) -> Result<bool, Problem> {
    let row = db
        .row(q!(
            "SELECT day FROM sweeps WHERE day = $1 AND ended_at IS NOT NULL",
            today
        ))
        .await?;
    Ok(row.is_some())
}

/// Deletes and derives all duties anew, person by person; numbers of duties that were there
/// stay. `told` hears how many people are done.
///
/// # Errors
/// Whatever the database says; the people done by then stay done.
pub async fn rebuild(
    app: &Shared,
    actor: &Actor,
    mut told: impl FnMut(i64),
) -> Result<Swept, Problem> {
    let db = &app.db;
    let (laws, codes) = (app.laws().await?, derive::codes(db).await?);
    let (mut at, mut done) = (0, Swept::default());
    loop {
        let permit = actor.permit(deeds::DUTIES_REBUILD)?;
        let mut act = db.begin(permit, app.today()).await?;
        let people = derive::held_batch(&mut act, db, at, REBUILT).await?;
        let Some(last) = people.last().map(|one| one.held.id) else {
            return Ok(done);
        };
        let n_duties = write_anew(&mut act, &laws, &codes, (at, &people)).await?;
        let detail = format!("{}人，{n_duties}项", people.len());
        act.commit_noting("duties/rebuild", "", &detail).await?;
        at = last;
        done.n_people += i64::try_from(people.len()).unwrap_or(0);
        done.n_changed += n_duties;
        told(done.n_people);
    }
}

async fn write_anew(
    act: &mut Act,
    laws: &Laws,
    codes: &Codes,
    (after, people): (i64, &[One]),
) -> Result<i64, Problem> {
    let last = people.last().map_or(after, |one| one.held.id);
    if people.iter().any(|one| !one.stored.is_empty()) {
        let clear = q!(
            "DELETE FROM duties WHERE person > $1 AND person <= $2",
            after,
            last
        );
        act.put(vec![clear]).await?;
    }
    let mut n_duties = 0;
    let mut inserts = Vec::new();
    for one in people {
        for duty in one.derived(laws, act.day())? {
            let before = one
                .stored
                .iter()
                .find(|(stored, _)| super::key(&stored.duty) == super::key(&duty));
            let id = match before {
                Some((stored, _)) => stored.id,
                None => act.new_id()?,
            };
            inserts.push(store::insertion(
                id,
                one.held.id,
                one.org_of(codes, &duty),
                &duty,
            ));
            n_duties += 1;
        }
        if inserts.len() > 2_000 {
            act.put(std::mem::take(&mut inserts)).await?;
        }
    }
    act.put(inserts).await?;
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
        let people = derive::batch(db, at, LOOKED_AT).await?;
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

//! What changes with the day alone: windows that open, duties that are missed. Every night the
//! stored duties are brought in line with what follows from the facts; one process does it.

use std::time::Duration;

use jiff::civil::Date;
use kernel::{Actor, Db, Deeds, Problem, q};

use super::{derive, settle_one};
use crate::deeds;
use crate::policies::{self, Laws};
use crate::web::Shared;

/// How many people are looked at in one trip, and how many are mended in one act: others who
/// want to write wait for so long.
const LOOKED_AT: i64 = 2_000;
const MENDED: usize = 200;
/// After so many seconds without a sign another process may take a sweep over.
const SILENCE: i64 = 600;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub n_people: i64,
    /// People whose duties were changed.
    pub n_changed: i64,
}

/// Who sweeps: the house itself.
fn house() -> Actor {
    let mut actor = Actor::operator(Deeds::of(&[deeds::DUTIES_REBUILD]));
    "系统每日推算".clone_into(&mut actor.name);
    actor
}

/// Brings everybody's duties in line with today and with the law as it is. `None` when today's
/// sweep is done, and no local figure was approved since it began, or when it is under way in
/// another process.
///
/// # Errors
/// Whatever the database says; what was mended by then stays, and the next try goes on there.
pub async fn sweep(app: &Shared, today: Date) -> Result<Option<Swept>, Problem> {
    let db = &app.db;
    let holder = db.number().await?;
    // What is approved from here on finds a sweep that began before it, and brings another.
    let version = policies::store::version(&mut db.clone()).await?;
    let Some((mut at, mut swept)) = claim(db, today, (holder, version)).await? else {
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

/// Takes today's sweep, unless it is done or somebody is at it. Answers where to go on: where
/// the last one stopped, or at the beginning when the law has changed since.
async fn claim(
    db: &Db,
    today: Date,
    (holder, laws): (i64, i64),
) -> Result<Option<(i64, Swept)>, Problem> {
    let now = db.clock().seconds();
    let take = q!(
        "INSERT INTO sweeps (day, n_people, n_changed, at_person, holder, beat_at, laws)
         VALUES ($1, 0, 0, 0, $2, $3, $5)
         ON CONFLICT (day) DO UPDATE SET holder = $2, beat_at = $3, laws = $5, ended_at = NULL,
             at_person = CASE WHEN sweeps.laws = $5 THEN sweeps.at_person ELSE 0 END,
             n_people = CASE WHEN sweeps.laws = $5 THEN sweeps.n_people ELSE 0 END,
             n_changed = CASE WHEN sweeps.laws = $5 THEN sweeps.n_changed ELSE 0 END
         WHERE (sweeps.ended_at IS NULL AND sweeps.beat_at < $4)
            OR (sweeps.ended_at IS NOT NULL AND sweeps.laws < $5)",
        today,
        holder,
        now,
        now - SILENCE,
        laws
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
    let swept = Swept { n_people: row.get(1)?, n_changed: row.get(2)? };
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
    let mut act = db.begin(house().permit(deeds::DUTIES_REBUILD)?, today).await?;
    for person in people {
        settle_one(&mut act, laws, *person).await?;
    }
    let detail = format!("{}人", people.len());
    act.commit_noting("duties/sweep", "", &detail).await
}

/// Sweeps at once if today was not yet swept, soon after every midnight, and soon after a local
/// figure was approved, by whichever process.
pub async fn keep_swept(app: Shared) {
    let mut done: Option<(Date, i64)> = None;
    loop {
        match sweep_if_due(&app, done).await {
            Ok(now) => done = now,
            Err(cause) => tracing::error!(cause = format!("{cause:?}"), "sweep"),
        }
        tokio::time::sleep(Duration::from_secs(15)).await;
    }
}

/// Sweeps unless `done` says that this day and this law are swept. Answers what is swept now.
async fn sweep_if_due(
    app: &Shared,
    done: Option<(Date, i64)>,
) -> Result<Option<(Date, i64)>, Problem> {
    let (today, db) = (app.today(), &app.db);
    let version = policies::store::version(&mut db.clone()).await?;
    if done == Some((today, version)) {
        return Ok(done);
    }
    if let Some(swept) = sweep(app, today).await? {
        tracing::info!(%today, swept.n_people, swept.n_changed, "swept");
        return Ok(Some((today, version)));
    }
    // Another process may be at it: look again, in case that it is killed.
    let ended = q!(
        "SELECT day FROM sweeps WHERE day = $1 AND laws >= $2 AND ended_at IS NOT NULL",
        today,
        version
    );
    Ok(db.row(ended).await?.map(|_| (today, version)))
}

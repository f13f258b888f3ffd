//! Duties in memory, duties stored anew, and the loading of everybody.

use std::time::{Duration, Instant};

use rules::duties::{Duty, Subject, arising};
use rules::facts::Fact;
use songhe::accounts::posts;
use songhe::duties::{derive, verify};
use songhe::state::App;

use super::bare::{self, Commit, Rows};
use super::place::Place;
use super::table::Line;

struct Somebody {
    born_on: Option<jiff::civil::Date>,
    org: String,
    facts: Vec<Fact>,
}

/// Every duty of everybody derived from the facts on two threads; the floor is to copy the same
/// duties in memory.
pub fn derived(place: &Place) -> anyhow::Result<Vec<Line>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (people, laws) = runtime.block_on(async {
        let db = place.open()?;
        let laws = App::new(db.clone(), None)?.laws().await?;
        let (mut people, mut at) = (Vec::new(), 0);
        loop {
            let some = derive::batch(&db, at, 5_000).await?;
            let Some(last) = some.last() else { break };
            at = last.held.id;
            people.extend(some.into_iter().map(|one| Somebody {
                born_on: one.held.born_on,
                org: one.held.org,
                facts: one.facts,
            }));
        }
        anyhow::Ok((people, laws))
    })?;
    let halves = people.chunks(people.len().div_ceil(2).max(1));
    let one = |half: &[Somebody]| -> (Duration, Duration, usize) {
        let begun = Instant::now();
        let mut out: Vec<Duty> = Vec::new();
        let mut n = 0;
        for one in half {
            out.clear();
            let subject = Subject { born_on: one.born_on, facts: &one.facts };
            let told = arising(&subject, laws.terms(&one.org), place.today, &mut out);
            n += if told.is_ok() { out.len() } else { 0 };
        }
        let took = begun.elapsed();
        let all = vec![out.first().copied(); n];
        let begun = Instant::now();
        let copied = std::hint::black_box(all.clone());
        (took, begun.elapsed(), copied.len())
    };
    let told: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = halves.map(|half| scope.spawn(move || one(half))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let took = told.iter().map(|(took, ..)| *took).max().unwrap_or_default();
    let floor = told.iter().map(|(_, floor, _)| *floor).max().unwrap_or_default();
    let n_duties: usize = told.iter().map(|(.., n)| n).sum();
    let n_facts: usize = people.iter().map(|one| one.facts.len()).sum();
    let what = format!("{n_duties} duties derived from {n_facts} facts, two threads");
    let per_million = took * 1_000_000 / u32::try_from(place.n_people.max(1))?;
    let is_met = per_million <= Duration::from_millis(400);
    Ok(vec![
        Line::time(what, took)
            .floor_time("copying them in memory", took, floor)
            .goal("0.4 s a million people", is_met),
    ])
}

/// Every stored duty deleted and derived anew; the floor is a bare loop that inserts the rows.
pub fn rebuilt(place: &Place) -> anyhow::Result<Vec<Line>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (n_duties, took) = runtime.block_on(async {
        let app = App::new(place.open()?, None)?;
        let operator = kernel::Actor::operator(posts::operator());
        let begun = Instant::now();
        let done = verify::rebuild(&app, &operator, |_| {}).await?;
        anyhow::Ok((done.n_duties, begun.elapsed()))
    })?;
    drop(runtime);
    let rows = [Rows::all("duties")];
    let (_, floor) = bare::insert(&place.file(), &place.scratch(), &rows, Commit::Once)?;
    std::fs::remove_file(place.scratch())?;
    let per_million = took * 1_000_000 / u32::try_from(place.n_people.max(1))?;
    Ok(vec![
        Line::time(format!("{n_duties} stored duties rebuilt"), took)
            .floor_time("the same rows inserted by a bare loop", took, floor)
            .goal("30 s a million people", per_million <= Duration::from_secs(30)),
    ])
}

/// Everybody with their history loaded into an empty database through the product's own path.
pub fn loaded(place: &Place) -> anyhow::Result<Vec<Line>> {
    let rows = ["persons", "marks", "facts", "duties", "visits"].map(Rows::all);
    let (n, floor) = bare::insert(&place.file(), &place.scratch(), &rows, Commit::Once)?;
    std::fs::remove_file(place.scratch())?;
    let took = place.load_took();
    let size = std::fs::metadata(place.file())?.len() >> 20;
    let what = format!("{} people loaded: {n} rows, {size} MiB", place.n_people);
    Ok(vec![Line::time(what, took).floor_time("the same rows by a bare loop", took, floor)])
}

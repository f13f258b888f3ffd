//! What the product costs, each figure beside its floor: `cargo xtask bench`.
//!
//! `[--people N] [--only NAME] [--program BINARY]`; names are those of [`MEASURES`], the binary
//! is the one just built unless another (an older one, to compare) is given.

mod bare;
mod client;
mod import;
mod pages;
mod place;
mod server;
mod stored;
mod table;
mod visits;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};

use place::Place;
use server::Server;
use table::{Line, seconds};

/// How something is measured.
enum Measure {
    /// On people who have lived.
    Lived(fn(&Place) -> anyhow::Result<Vec<Line>>),
    /// On so many people of rosters, with a program.
    Rosters(fn(u64, &Path) -> anyhow::Result<Vec<Line>>),
}

use Measure::{Lived, Rosters};

const MEASURES: &[(&str, Measure)] = &[
    ("load", Lived(stored::loaded)),
    ("derive", Lived(stored::derived)),
    ("rebuild", Lived(stored::rebuilt)),
    ("start", Lived(started)),
    ("pages", Lived(|place| pages::pages(place, &Server::product(place)?))),
    ("search", Lived(|place| pages::searches(place, &Server::product(place)?))),
    ("visits", Lived(|place| visits::visits(place, &Server::product(place)?))),
    ("memory", Lived(memory)),
    ("import", Rosters(import::imported)),
];

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (mut people, mut only, mut answer) = (1_000_000, String::new(), None);
    let mut listen = String::new();
    let mut program = std::path::PathBuf::from(env!("CARGO_BIN_EXE_songhe"));
    while let Some(argument) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{argument} needs a value"))?;
        match argument.as_str() {
            "--people" => people = value.parse()?,
            "--only" => only = value,
            "--answer" => answer = Some(value.parse()?),
            "--listen" => listen = value,
            "--program" => program = value.into(),
            other => bail!("unknown: {other}"),
        }
    }
    if let Some(n_bytes) = answer {
        return server::answer(n_bytes, &listen);
    }
    let wanted: Vec<_> =
        MEASURES.iter().filter(|(name, _)| only.is_empty() || *name == only).collect();
    if wanted.is_empty() {
        let names: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
        bail!("--only is one of {}", names.join(", "));
    }
    let mut place: Option<Place> = None;
    let mut lines = Vec::new();
    for (name, measure) in wanted {
        eprintln!("{name} …");
        lines.extend(match measure {
            Rosters(measure) => measure(people, &program)?,
            Lived(measure) => match &place {
                Some(place) => measure(place)?,
                None => measure(place.insert(Place::of(people, program.clone())?))?,
            },
        });
    }
    table::print(&lines);
    Ok(())
}

/// From the start of the process to its first answer, and what it holds then.
fn started(place: &Place) -> anyhow::Result<Vec<Line>> {
    let mut starts = Vec::new();
    for _ in 0..5 {
        starts.push(Server::product(place)?.ready_after);
    }
    starts.sort_unstable();
    let took = starts[2];
    let mut floors = Vec::new();
    for _ in 0..5 {
        floors.push(Server::of_bytes(2)?.ready_after);
    }
    floors.sort_unstable();
    let server = Server::product(place)?;
    std::thread::sleep(Duration::from_secs(2));
    let (all, own) = server.memory()?;
    Ok(vec![
        Line::time("from start to /readyz, median of 5", took)
            .floor_time("a server that answers one page", took, floors[2])
            .goal("100 ms", took <= Duration::from_millis(100)),
        Line::new("memory when idle", format!("{} MiB, own {} MiB", all >> 10, own >> 10))
            .goal("40 MiB", all <= 40 << 10),
    ])
}

/// What the process holds after all kinds of pages have been asked for.
fn memory(place: &Place) -> anyhow::Result<Vec<Line>> {
    let server = Server::product(place)?;
    pages::pages(place, &server)?;
    let (all, own) = server.memory()?;
    let figure = format!("{} MiB, own {} MiB", all >> 10, own >> 10);
    let what = format!("memory after the pages, ready after {}", seconds(server.ready_after));
    Ok(vec![Line::new(what, figure)])
}

//! A roster into a registry that holds many people already, beside a bare loop that inserts the
//! same rows into the same tables with the same indexes.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use sheets::{ColumnOut, CsvCode, CsvOut, KindOut, LeadingSign, Lines, XlsxOut};

use super::bare::{self, Rows};
use super::place::folder;
use super::table::Line;

/// Rows of the roster.
const N_ROWS: u64 = 200_000;
/// Rows of a part of what is there before; a file may have 512 MiB.
const N_PART: u64 = 400_000;
const TODAY: &str = "2026-11-23";
const TABLES: [&str; 5] = ["persons", "facts", "duties", "marks", "relatives"];

/// A registry of so many people, as rosters brought them, and a roster of others.
struct Base {
    dir: PathBuf,
    program: PathBuf,
}

/// What a run of the product took: time, memory of its own and that of the reading process (KiB).
struct Run {
    took: Duration,
    own: u64,
    reader: u64,
}

/// How fast a roster is checked and taken in.
pub fn imported(n_people: u64, program: &Path) -> anyhow::Result<Vec<Line>> {
    let base = Base::of(n_people, program)?;
    let mut lines = Vec::new();
    let checked = base.import("more.csv", &["--dry-run"])?;
    lines.push(line("checked only, CSV", n_people, &checked));
    let mut floor = None;
    for (file, goal, wanted) in
        [("more.csv", "40,000 rows/s", 40_000), ("more.xlsx", "30,000 rows/s", 30_000)]
    {
        base.lay()?;
        let run = base.import(file, &[])?;
        let bare = match floor {
            Some(bare) => bare,
            None => *floor.insert(base.bare()?),
        };
        let what = format!("taken in, {file}");
        lines.push(
            line(&what, n_people, &run)
                .floor_time("the same rows by a bare loop", run.took, bare)
                .goal(goal, rate(run.took) >= wanted),
        );
    }
    let again = base.import("more.csv", &[])?;
    lines.push(line("the same once more, CSV", n_people, &again));
    base.run(&["duties", "verify"])?;
    std::fs::remove_file(base.work())?;
    Ok(lines)
}

fn rate(took: Duration) -> u64 {
    (N_ROWS as f64 / took.as_secs_f64().max(1e-9)) as u64
}

fn line(what: &str, n_people: u64, run: &Run) -> Line {
    let what = format!("{N_ROWS} rows of 38 columns {what}; {n_people} people there before");
    let (own, reader) = (run.own >> 10, run.reader >> 10);
    let figure = format!("{} rows/s, own {own} MiB, reader {reader} MiB", rate(run.took));
    Line::new(what, figure)
}

impl Base {
    /// Kept from run to run.
    fn of(n_people: u64, program: &Path) -> anyhow::Result<Self> {
        let dir = folder().join(format!("rosters-{n_people}"));
        let base = Self { dir, program: program.to_owned() };
        if !base.dir.join("made").exists() {
            base.make(n_people)?;
        }
        Ok(base)
    }

    fn make(&self, n_people: u64) -> anyhow::Result<()> {
        let dir = &self.dir;
        let _ = std::fs::remove_dir_all(dir);
        std::fs::create_dir_all(dir)?;
        eprintln!("making {n_people} people in {}", dir.display());
        let (all, made) = ((n_people + N_ROWS).to_string(), dir.join("made-up"));
        let out = made.display().to_string();
        self.run(&["generate", "--people", &all, "--out", &out, "--csv-only"])?;
        let parts = self.share(&made.join("roster.csv"), n_people)?;
        self.run(&["init"])?;
        self.run(&["orgs", "import", &made.join("orgs.csv").display().to_string()])?;
        for part in parts {
            self.import(&part, &[])?;
            std::fs::remove_file(dir.join(part))?;
        }
        std::fs::remove_dir_all(made)?;
        bare::put_away_log(&self.work())?;
        std::fs::rename(self.work(), dir.join("base.db"))?;
        self.lay()?;
        Ok(std::fs::write(dir.join("made"), "")?)
    }

    /// Shares a roster out between those who are there before, in parts, and those who come;
    /// answers the names of the parts.
    fn share(&self, roster: &Path, n_before: u64) -> anyhow::Result<Vec<String>> {
        let mut lines = BufReader::new(File::open(roster)?).lines();
        let titles = lines.next().context("no titles")??;
        let titles: Vec<&str> = titles.trim_start_matches('\u{feff}').split(',').collect();
        let csv = |name: &str| -> anyhow::Result<CsvOut<BufWriter<File>>> {
            let file = BufWriter::new(File::create(self.dir.join(name))?);
            Ok(CsvOut::create(file, &titles, CsvCode::Utf8, LeadingSign::AsIs)?)
        };
        let (mut before, mut more) = (Vec::new(), csv("more.csv")?);
        let mut parts = Vec::new();
        let column =
            |title: &&str| ColumnOut { title: (*title).to_owned(), width: 16, kind: KindOut::Text };
        let columns: Vec<ColumnOut> = titles.iter().map(column).collect();
        let mut book = XlsxOut::create("名册", &columns, Lines::default())?;
        for (n, row) in (0..).zip(lines) {
            let row = row?;
            let cells: Vec<&str> = row.split(',').collect();
            ensure!(cells.len() == titles.len(), "row {n} has other columns");
            if n < n_before {
                if n % N_PART == 0 {
                    parts.push(format!("base-{}.csv", parts.len()));
                    before.push(csv(&parts[parts.len() - 1])?);
                }
                let part = before.last_mut().context("no part")?;
                part.push(&cells)?;
            } else {
                more.push(&cells)?;
                book.push(&cells)?;
            }
        }
        for part in before {
            part.finish()?.flush()?;
        }
        more.finish()?.flush()?;
        book.finish(BufWriter::new(File::create(self.dir.join("more.xlsx"))?))?;
        Ok(parts)
    }

    fn work(&self) -> PathBuf {
        self.dir.join("work.db")
    }

    /// Lays a fresh copy of the registry out to be written to.
    fn lay(&self) -> anyhow::Result<()> {
        copy(&self.dir.join("base.db"), &self.work())
    }

    fn import(&self, file: &str, more: &[&str]) -> anyhow::Result<Run> {
        let file = self.dir.join(file).display().to_string();
        let mut words = vec!["import", "roster", &file];
        words.extend(more);
        self.run(&words)
    }

    /// Runs the product to its end.
    fn run(&self, words: &[&str]) -> anyhow::Result<Run> {
        let database = format!("sqlite:{}", self.work().display());
        let mut command = Command::new(&self.program);
        command.args(words).args(["--database", &database, "--today", TODAY]);
        command.args(["--key-file", &self.dir.join("songhe.key").display().to_string()]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let mut child = command.spawn()?;
        let (mut own, mut reader) = (0, 0);
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            own = own.max(memory(child.id(), "RssAnon:"));
            for beside in children(child.id()) {
                reader = reader.max(memory(beside, "VmHWM:"));
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let took = begun.elapsed();
        ensure!(status.success(), "{words:?} has ended with {status}");
        Ok(Run { took, own, reader })
    }

    /// How long a bare loop takes for the rows that the import has just written.
    fn bare(&self) -> anyhow::Result<Duration> {
        let (base, floor) = (self.dir.join("base.db"), self.dir.join("floor.db"));
        copy(&base, &floor)?;
        let after = |table| Ok(Rows { table, after: bare::last(&base, table)? });
        let rows = TABLES.map(after).into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        let took = bare::append(&self.work(), &floor, &rows)?;
        std::fs::remove_file(floor)?;
        Ok(took)
    }
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", to.display()));
    }
    std::fs::copy(from, to)?;
    Ok(File::open(to)?.sync_all()?)
}

/// A figure of a process in KiB; 0 when it has ended.
fn memory(process: u32, figure: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(figure));
    let digits = line.and_then(|line| line.split_whitespace().next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn children(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    let of = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("children")).ok();
    let told: Vec<String> = tasks.into_iter().flatten().flatten().filter_map(of).collect();
    told.iter().flat_map(|line| line.split_whitespace()).filter_map(|n| n.parse().ok()).collect()
}

//! The roster of a batch that is handed over: its rows wait in the batch for review, and nobody
//! is registered yet.

use kernel::{Act, Actor, DbError, Permit, Problem, Reader, Scope, q};
use serde_json::{Map, Value};

use super::columns::Col;
use super::decide::{Decided, Decision, Memory};
use super::kinds::Kind;
use super::pieces::Source;
use super::places::Station;
use super::reading::lines;
use super::report::Report;
use super::rows::{Line, station};
use super::run::{Extent, Progress, changed_since};
use super::store::Import;
use crate::handover::rows::{self, Incoming, Known};
use crate::handover::{self, review};
use crate::registry::{Checked, NewPerson};
use crate::web::Shared;

/// Titles of columns that say how many pages a personnel file has.
const PAGES: &[&str] = &["档案页数", "档案总页数", "材料页数", "页数"];

/// Whether a file of this kind may go into this batch.
///
/// # Errors
/// [`Problem::NotFound`] outside the jurisdiction; a field problem without a batch.
pub async fn is_for(
    app: &Shared,
    actor: &Actor,
    (kind, batch): (Kind, i64),
) -> Result<(), Problem> {
    if kind != Kind::Handover {
        return Ok(());
    }
    if batch == 0 {
        return Err(Problem::field("kind", "移交名册请从移交批次的页面导入"));
    }
    let known = handover::own(&mut app.db.clone(), actor, batch).await?;
    if known.is_open() {
        Ok(())
    } else {
        Err(Problem::refused("closed", "这个批次已经办结，不能再导入名册"))
    }
}

/// What is remembered from row to row.
struct Desk<'a> {
    memory: Memory,
    source: &'a Source,
}

impl<'a> Desk<'a> {
    fn new(scope: &Scope, source: &'a Source) -> Self {
        Self { memory: Memory::new(scope.clone(), source.today), source }
    }

    /// Decides on a chunk of rows.
    async fn decide(
        &mut self,
        reader: &mut impl Reader,
        mut lines: Vec<Line>,
    ) -> Result<Vec<Decided>, Problem> {
        self.memory.link(reader, &mut lines).await?;
        let mut repeated = Vec::with_capacity(lines.len());
        for line in &mut lines {
            repeated.push(self.memory.repeated(reader, line));
        }
        let number = |line: &Line| line.checked.as_ref().map(|c| c.fields().id_number.clone());
        let numbers: Vec<Option<String>> = lines.iter().map(number).collect();
        let asked: Vec<&str> = numbers.iter().flatten().map(String::as_str).collect();
        let found = rows::known(reader, self.source.plan.batch, &asked).await?;
        let mut found = found.into_iter();
        let mut decided = Vec::with_capacity(lines.len());
        for ((mut line, repeated), number) in lines.into_iter().zip(repeated).zip(numbers) {
            let known = number.and_then(|_| found.next().flatten());
            let decision = match (repeated, known) {
                (Some(repeated), _) => repeated,
                (None, known) => on(&mut line, known),
            };
            let decision = if line.faults.is_empty() { decision } else { Decision::Faulty };
            decided.push(Decided { line, decision });
        }
        Ok(decided)
    }
}

/// A row against what the batch knows of its number.
fn on(line: &mut Line, known: Option<Known>) -> Decision {
    let Some(checked) = &line.checked else { return Decision::Faulty };
    let nowhere = || Station { id: 0, code: String::new(), name: String::new() };
    let Some(known) = known else {
        return Decision::New { station: station(line).cloned().unwrap_or_else(nowhere) };
    };
    let (person, contact) = (&known.handed.person, &known.handed.contact);
    let mut to = station(line).cloned().unwrap_or_else(nowhere);
    if to.code.is_empty() {
        to.code.clone_from(&known.target);
    }
    let same = person == checked.fields() && contact == &line.contact && to.code == known.target;
    if same {
        return Decision::Unchanged { person: known.id };
    }
    if !matches!(known.state.as_str(), "listed" | "returned") {
        let says = "此人在本批次中已审核通过或已移交，名册不能再改；确需更正的，请先重新审核";
        line.tell(Col::Identity, "already-passed", says);
        return Decision::Faulty;
    }
    Decision::Amended { row: known.id, version: known.version, station: to }
}

/// How many pages the file has, as one of the columns beside the known ones says.
fn pages_of(new: &NewPerson) -> Option<i64> {
    let more = serde_json::from_str::<Map<String, Value>>(&new.extra).unwrap_or_default();
    let said = PAGES.iter().find_map(|title| more.get(*title))?;
    let n: i64 = said.as_str()?.trim().trim_end_matches('页').parse().ok()?;
    (0..=100_000).contains(&n).then_some(n)
}

/// Reads the whole roster and decides on every row; writes nothing.
///
/// # Errors
/// When the file cannot be read to its end, or the run is stopped.
pub async fn check(
    app: &Shared,
    (actor, scope): (&Actor, &Scope),
    source: &Source,
    progress: &Progress,
) -> Result<Report, Problem> {
    let mut db = app.db.clone();
    handover::own(&mut db, actor, source.plan.batch).await?;
    let (mut desk, mut rows) = (Desk::new(scope, source), lines(source));
    let mut report = Report::default();
    while let Some(chunk) = rows.next(&mut report).await? {
        for decided in desk.decide(&mut db, chunk).await? {
            report.add(&decided);
        }
        progress.tell(report.counts.rows)?;
    }
    report.finish();
    Ok(report)
}

/// What a run that writes needs.
pub struct Writing<'a> {
    pub app: &'a Shared,
    pub actor: &'a Actor,
    pub scope: Scope,
    pub source: &'a Source,
    pub extent: Extent,
    /// As of [`super::run::Writing`].
    pub fingerprint: Option<&'a str>,
}

impl Writing<'_> {
    /// Reads the roster and puts its people into the batch inside an act, which the caller commits.
    ///
    /// # Errors
    /// A refusal when the batch was closed or has changed since the roster was checked.
    pub async fn write(
        &self,
        permit: Permit,
        progress: &Progress,
    ) -> Result<(Act, Report), Problem> {
        let (mut desk, mut rows) = (Desk::new(&self.scope, self.source), lines(self.source));
        rows.warm_up().await;
        let mut act = self.app.db.begin_long(permit, self.source.today).await?;
        let batch = review::hold_open(&mut act, self.actor, self.source.plan.batch).await?;
        let mut report = Report::default();
        while let Some(chunk) = rows.next(&mut report).await? {
            let decided = desk.decide(&mut act, chunk).await?;
            decided.iter().for_each(|one| report.add(one));
            if !report.is_refused(self.extent) {
                put(&mut act, (&batch.org, batch.id), &decided).await?;
            }
            progress.tell(report.counts.rows)?;
        }
        report.finish();
        if self.fingerprint.is_some_and(|known| known != report.fingerprint()) {
            return Err(changed_since());
        }
        act.row(q!("SELECT 1")).await.map_err(changed)?;
        Ok((act, report))
    }
}

fn changed(cause: DbError) -> Problem {
    if cause.is_duplicate() { changed_since() } else { cause.into() }
}

async fn put(act: &mut Act, batch: (&str, i64), decided: &[Decided]) -> Result<(), Problem> {
    let (mut people, mut checked): (Vec<_>, Vec<&Checked>) = (Vec::new(), Vec::new());
    for one in decided {
        let (row, station) = match &one.decision {
            Decision::New { station } => (None, station),
            Decision::Amended { row, version, station } => (Some((*row, *version)), station),
            _ => continue,
        };
        let Some(new) = &one.line.checked else { continue };
        checked.push(new);
        people.push((row, station, one.line.contact.as_ref()));
    }
    let found = rows::found(act, batch, &checked).await?;
    let mut insertions = Vec::with_capacity(people.len());
    for (((row, station, contact), checked), found) in people.iter().zip(checked).zip(found) {
        let incoming = Incoming {
            checked,
            contact: *contact,
            target: &station.code,
            pages_said: pages_of(checked.fields()),
        };
        let Some(row) = row else {
            let at = (batch.1, act.new_id()?);
            insertions.push(rows::insertion(act, at, &incoming, &found)?);
            continue;
        };
        let update = rows::replacement(act, *row, &incoming, &found)?;
        if act.run(update).await.map_err(changed)? != 1 {
            return Err(changed_since());
        }
    }
    act.bulk(insertions).await.map_err(changed)
}

/// Whether a batch has gone on with the people of a roster, or the roster replaced what was
/// there: it cannot be taken back then.
///
/// # Errors
/// Whatever the engine says.
pub async fn is_touched(act: &mut Act, (import, done_by): (&Import, i64)) -> Result<bool, Problem> {
    let still = rows::n_untouched(act, done_by).await?;
    Ok(import.counts.updated > 0 || u64::try_from(still).ok() != Some(import.counts.new))
}

/// Takes the people of a roster out of their batch again. Answers how many.
///
/// # Errors
/// Whatever the engine says.
pub async fn undo(act: &mut Act, done_by: i64) -> Result<usize, Problem> {
    let n = rows::take_out(act, done_by).await?;
    Ok(usize::try_from(n).unwrap_or(usize::MAX))
}

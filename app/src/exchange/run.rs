//! Reading a file against the registry: first to see what would come of it, then to write it, in
//! one act.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use kernel::{Act, DbError, Permit, Problem, Query, Scope, q};
use sheets::SheetError;

use super::decide::{Decided, Decision, Memory};
use super::pieces::Source;
use super::reading::lines;
use super::report::Report;
use crate::people::rosters::{Amendment, Incoming, SOURCE, amend, take_in};
use crate::policies::Laws;
use crate::registry::{self, Place};
use crate::web::Shared;

/// What is to be written of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Extent {
    /// Rows with faults are left out; without it nothing is written when there are any.
    pub only_correct: bool,
    /// People who are perhaps registered under another number are taken in: they were compared.
    pub with_alike: bool,
}

/// How far a run is, and whether it is to stop.
#[derive(Debug, Default)]
pub struct Progress {
    n_done: AtomicU64,
    stop: AtomicBool,
}

impl Progress {
    #[must_use]
    pub fn n_done(&self) -> u64 {
        self.n_done.load(Ordering::Relaxed)
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(super) fn tell(&self, n_done: u64) -> Result<(), Problem> {
        self.n_done.store(n_done, Ordering::Relaxed);
        if self.stop.load(Ordering::Relaxed) {
            return Err(Problem::refused("stopped", "已取消，没有写入任何数据"));
        }
        Ok(())
    }
}

/// A sentence for whoever sent the file; the cause goes to the log.
#[must_use]
pub fn unreadable(cause: &SheetError) -> Problem {
    if let Some(cause) = cause.cause() {
        tracing::warn!(cause, "unreadable file");
    }
    Problem::refused("unreadable", cause.to_string())
}

/// Reads the whole file and decides on every row; writes nothing.
///
/// # Errors
/// When the file cannot be read to its end, or the run is stopped.
pub async fn check(
    app: &Shared,
    scope: &Scope,
    source: &Source,
    progress: &Progress,
) -> Result<Report, Problem> {
    let (mut rows, mut memory) = (lines(source), Memory::new(scope.clone(), source.today));
    let mut db = app.db.clone();
    let mut report = Report::default();
    while let Some(chunk) = rows.next(&mut report).await? {
        for decided in memory.decide(&mut db, chunk).await? {
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
    pub laws: Arc<Laws>,
    pub scope: Scope,
    pub source: &'a Source,
    pub extent: Extent,
    /// What the check found, by which this run is known to decide the same; nothing when nobody
    /// has confirmed a check.
    pub fingerprint: Option<&'a str>,
}

impl Writing<'_> {
    /// Reads the file and writes what it says inside an act, which the caller commits, or drops
    /// when all or nothing was to be written and there are faults.
    /// What is known is read beside the act: nobody else writes meanwhile on SQLite, and on
    /// PostgreSQL versions and unique numbers tell.
    ///
    /// # Errors
    /// A refusal when the registry has changed since the file was checked.
    pub async fn write(
        &self,
        permit: Permit,
        progress: &Progress,
    ) -> Result<(Act, Report), Problem> {
        let mut memory = Memory::new(self.scope.clone(), self.source.today);
        let mut rows = lines(self.source);
        rows.warm_up().await;
        let mut act = self.app.db.begin_long(permit, self.source.today).await?;
        // From here on nobody else writes on SQLite.
        act.row(q!("SELECT 1")).await?;
        let mut db = self.app.db.clone();
        let (mut report, mut tally) = (Report::default(), BTreeMap::new());
        while let Some(chunk) = rows.next(&mut report).await? {
            let decided = memory.decide(&mut db, chunk).await?;
            decided.iter().for_each(|one| report.add(one));
            let mut insertions = Vec::with_capacity(decided.len() * 6);
            if !report.is_refused(self.extent) {
                for one in &decided {
                    insertions.extend(self.put(&mut act, one, &mut tally).await?);
                }
            }
            act.bulk(insertions).await.map_err(changed)?;
            progress.tell(report.counts.rows)?;
        }
        report.finish();
        if self.fingerprint.is_some_and(|known| known != report.fingerprint()) {
            return Err(changed_since());
        }
        let counts = tally.into_iter().map(|(org, n)| registry::tally(&org, n)).collect();
        act.put(counts).await?;
        act.row(q!("SELECT 1")).await.map_err(changed)?;
        Ok((act, report))
    }

    /// Amends who is registered, and answers the insertions for who is not yet.
    async fn put(
        &self,
        act: &mut Act,
        decided: &Decided,
        tally: &mut BTreeMap<String, i64>,
    ) -> Result<Vec<Query>, Problem> {
        let line = &decided.line;
        let evidence = format!("名册“{}”", self.source.name);
        let station = match &decided.decision {
            Decision::New { station } => station,
            Decision::Alike { station, .. } if self.extent.with_alike => station,
            Decision::Update(update) => {
                let amendment = Amendment {
                    before: &update.before,
                    after: &update.after,
                    marks: &update.marks,
                    contact: update.contact.as_ref(),
                    evidence: &evidence,
                };
                amend(act, &self.laws, &amendment).await?;
                return Ok(Vec::new());
            }
            _ => return Ok(Vec::new()),
        };
        let Some(checked) = &line.checked else { return Ok(Vec::new()) };
        let taken_in_on = line.taken_in_on.unwrap_or(self.source.today);
        let place = Place { org: station.code.clone(), station: station.id, taken_in_on };
        let contact = line.contact.as_ref();
        let incoming = Incoming {
            checked,
            place: &place,
            contact,
            evidence: &evidence,
            more: None,
            source: SOURCE,
        };
        *tally.entry(station.code.clone()).or_default() += 1;
        Ok(take_in(act, &self.laws, &incoming)?.1)
    }
}

/// The file would not be written as it was shown.
pub(super) fn changed_since() -> Problem {
    let says = "试算以后人员库有变动，为免出错没有写入；请重新试算、核对后再导入";
    Problem::refused("changed-since", says)
}

/// Somebody else entered one of the same people at the same moment.
fn changed(cause: DbError) -> Problem {
    if cause.is_duplicate() { changed_since() } else { cause.into() }
}

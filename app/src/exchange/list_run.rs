//! Running a list about people who are registered: first to see what would come of it, then to
//! write it, in one act.

use std::sync::Arc;

use kernel::{Act, Actor, Permit, Problem, Reader, Scope};

use super::filed;
use super::firms;
use super::list_page::entries;
use super::listing::{Change, Entering, Listed, Memory, To, Verdict};
use super::pieces::Source;
use super::report::{Report, Told};
use super::run::{Progress, changed_since};
use crate::people::relatives;
use crate::people::rosters::{Amendment, amend, set_marks};
use crate::policies::Laws;
use crate::registry::Person;
use crate::registry::marks::bearers;
use crate::registry::relatives::{NewRelative, Relative};
use crate::visits;
use crate::web::Shared;

/// Bearers of a mark that are read in one trip.
const N_BEARERS: i64 = 500;

/// Reads the whole list and decides on every row; writes nothing.
///
/// # Errors
/// When the file cannot be read to its end, or the run is stopped.
pub async fn check(
    app: &Shared,
    (actor, scope): (&Actor, &Scope),
    source: &Source,
    progress: &Progress,
) -> Result<Report, Problem> {
    let mut memory = Memory::new(source.plan.kind, scope.clone(), source.today);
    let mut rows = entries(source, &actor.name);
    let mut db = app.db.clone();
    let mut report = Report::default();
    while let Some(chunk) = rows.next(&mut report).await? {
        for listed in memory.decide(&mut db, chunk).await? {
            report.list(&listed);
        }
        progress.tell(report.counts.rows)?;
    }
    missing(&mut db, &memory, &mut report).await?;
    report.finish();
    Ok(report)
}

/// Those who bear a mark of the list here and are not in it.
async fn missing(
    reader: &mut impl Reader,
    memory: &Memory,
    report: &mut Report,
) -> Result<(), Problem> {
    for mark in &memory.marks {
        let mut after = 0;
        loop {
            let found = bearers(reader, (&memory.scope, *mark), (after, N_BEARERS)).await?;
            let Some(last) = found.last() else { break };
            after = last.person;
            for bearer in found {
                if !memory.named.contains(&(bearer.person, mark.code())) {
                    report.missing(Told {
                        person: Some(bearer.person),
                        name: bearer.name,
                        says: format!("{}：登记为“{mark}”，名单上没有", bearer.station),
                        ..Told::default()
                    });
                }
            }
        }
    }
    Ok(())
}

/// What a run that writes needs.
pub struct Writing<'a> {
    pub app: &'a Shared,
    pub laws: Arc<Laws>,
    pub actor: &'a Actor,
    pub scope: Scope,
    pub source: &'a Source,
    /// As of [`super::run::Writing`].
    pub fingerprint: Option<&'a str>,
}

/// A relative as it was before a list changed it.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Former {
    pub id: i64,
    /// The version that the list made.
    pub version: i64,
    pub fields: NewRelative,
}

impl Writing<'_> {
    /// Reads the list and writes what it says inside an act, which the caller commits.
    ///
    /// # Errors
    /// A refusal when the registry has changed since the list was checked.
    pub async fn write(
        &self,
        permit: Permit,
        progress: &Progress,
    ) -> Result<(Act, Report, Vec<Former>), Problem> {
        let (kind, scope) = (self.source.plan.kind, self.scope.clone());
        let mut memory = Memory::new(kind, scope, self.source.today);
        let mut rows = entries(self.source, &self.actor.name);
        rows.warm_up().await;
        let mut act = self.app.db.begin(permit, self.source.today).await?;
        let body = filed::body(&mut act, kind, &self.scope).await?;
        let (mut report, mut former) = (Report::default(), Vec::new());
        while let Some(chunk) = rows.next(&mut report).await? {
            // A row may speak of whom the row before has changed.
            for entry in chunk {
                for listed in memory.decide(&mut act, vec![entry]).await? {
                    former.extend(self.put(&mut act, (&listed, &body)).await?);
                    report.list(&listed);
                }
            }
            progress.tell(report.counts.rows)?;
        }
        missing(&mut act, &memory, &mut report).await?;
        report.finish();
        if self.fingerprint.is_some_and(|known| known != report.fingerprint()) {
            return Err(changed_since());
        }
        Ok((act, report, former))
    }

    async fn put(
        &self,
        act: &mut Act,
        (listed, body): (&Listed, &str),
    ) -> Result<Option<Former>, Problem> {
        match &listed.verdict {
            Verdict::New(person, Entering::Relative(new)) => {
                relatives::take_in(act, &self.laws, person.id, new).await?;
            }
            Verdict::New(person, Entering::Visit(report)) => {
                let entering = visits::Entering {
                    laws: &self.laws,
                    actor: self.actor,
                    person: person.as_ref(),
                };
                visits::enter(act, entering, report).await?;
            }
            Verdict::New(person, Entering::File(new)) => {
                let at = (self.scope.from(), body);
                filed::put((act, &self.laws), at, (person, new)).await?;
            }
            Verdict::Firm(firm, _) => firms::put(act, firm).await?,
            Verdict::Update(person, change) => return self.change(act, (person, change)).await,
            _ => {}
        }
        Ok(None)
    }

    async fn change(
        &self,
        act: &mut Act,
        (person, change): (&Person, &Change),
    ) -> Result<Option<Former>, Problem> {
        let list = format!("名单“{}”", self.source.name);
        match &change.to {
            To::Relative(both) => {
                let (before, new) = &**both;
                relatives::alter(act, &self.laws, before, new).await?;
                return Ok(Some(former(before)));
            }
            To::Mark(mark, said) => {
                let said = if said.is_empty() { list } else { format!("{list}：{said}") };
                set_marks(act, &self.laws, person, (&[*mark], &said)).await?;
            }
            To::Person(after) => {
                let amendment =
                    Amendment { before: person, after, marks: &[], contact: None, evidence: &list };
                amend(act, &self.laws, &amendment).await?;
            }
        }
        Ok(None)
    }
}

fn former(before: &Relative) -> Former {
    Former { id: before.id, version: before.version + 1, fields: before.fields.clone() }
}

//! How far the reports of a month have come below an organisation.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Db, Problem};

use super::due_on;
use super::month::Month;
use super::store::{self, Report, State};
use super::tree::{self, Unit};
use crate::policies::Laws;

/// How many of those below have reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub n_owed: i64,
    /// Submitted, whether accepted by now or not.
    pub n_told: i64,
    /// Submitted and waiting to be accepted.
    pub n_waiting: i64,
    pub n_accepted: i64,
    pub n_returned: i64,
    pub n_missing: i64,
    /// Nothing told (or returned and not told again) though it was due.
    pub n_late: i64,
}

/// How far the reports of a month have come below an organisation.
///
/// # Errors
/// Whatever the database says.
pub async fn below(
    db: &Db,
    laws: &Laws,
    (of, month): (&Unit, &Month),
    today: Date,
) -> Result<Progress, Problem> {
    let mut reader = db.clone();
    let units = tree::children(&mut reader, of, month).await?;
    let n_digits = units.first().map_or(0, |unit| unit.code.len());
    let known = store::of_level(&mut reader, (&of.scope(), n_digits), &month.code).await?;
    let known: BTreeMap<i64, Report> =
        known.into_iter().map(|report| (report.org_id, report)).collect();
    let mut progress = Progress::default();
    for unit in &units {
        progress.n_owed += 1;
        let state = known.get(&unit.id).map(|report| report.state);
        let is_late = today > due_on(laws, unit, month)?;
        match state {
            Some(State::Submitted) => progress.n_waiting += 1,
            Some(State::Accepted) => progress.n_accepted += 1,
            Some(State::Missing) => progress.n_missing += 1,
            Some(State::Returned) => progress.n_returned += 1,
            None => {}
        }
        if is_late && matches!(state, None | Some(State::Returned)) {
            progress.n_late += 1;
        }
    }
    progress.n_told = progress.n_waiting + progress.n_accepted;
    Ok(progress)
}

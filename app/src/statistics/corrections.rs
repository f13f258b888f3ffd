//! What has become known of a month after it was reported: shown beside the frozen figure, and
//! told once in the next report.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Db, Problem};

use super::counts::Values;
use super::figures;
use super::frozen::{self, Correction};
use super::keys::Key;
use super::month::Month;
use super::store;
use super::tree::Unit;
use super::{rows, sheet};

/// So many earlier months are looked at when a report is submitted.
const N_MONTHS: i64 = 12;

/// Figures that differ, in the order of the report.
#[must_use]
pub fn differences(month: &Month, was: &Values, now: &Values) -> Vec<Correction> {
    let n = |values: &Values, figure: &str| values.get(figure).copied().unwrap_or(0);
    let compared = figures::ALL.iter().filter(|figure| figure.is_compared());
    compared
        .map(|figure| Correction {
            month: month.code.clone(),
            figure: figure.id.clone(),
            was: n(was, &figure.id),
            now: n(now, &figure.id),
        })
        .filter(|one| one.was != one.now)
        .collect()
}

/// What is known of earlier months of a station by now and was not told yet.
///
/// # Errors
/// Whatever the database says.
pub async fn of_station(db: &Db, unit: &Unit, month: &Month) -> Result<Vec<Correction>, Problem> {
    let mut reader = db.clone();
    let today = month.until;
    let from = month.back(N_MONTHS, today);
    let earlier = store::since(&mut reader, unit.id, &from.code).await?;
    let told = frozen::told(&mut reader, unit.id, &month.code).await?;
    let mut found = Vec::new();
    for report in earlier {
        if !report.state.is_frozen() || report.month >= month.code {
            continue;
        }
        let Some(then) = Month::read(&report.month, today) else { continue };
        let mut was = frozen::values(&db.rows(frozen::frozen(report.id)).await?)?;
        for one in told.iter().filter(|one| one.month == then.code) {
            was.insert(one.figure.clone(), one.now);
        }
        let now = sheet::now(db, unit, &then).await?;
        found.extend(differences(&then, &was, &now));
    }
    Ok(found)
}

/// The sum of what the organisations below have told.
#[must_use]
pub fn summed(all: impl IntoIterator<Item = Correction>) -> Vec<Correction> {
    let mut sums: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for one in all {
        let sum = sums.entry((one.month, one.figure)).or_default();
        *sum = (sum.0 + one.was, sum.1 + one.now);
    }
    sums.into_iter()
        .map(|((month, figure), (was, now))| Correction { month, figure, was, now })
        .collect()
}

/// The rows of a figure of a station that came after it was frozen, and those that are no more.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    pub added: Vec<Key>,
    pub gone: Vec<Key>,
}

/// Which rows of a figure of a station differ from the frozen ones.
///
/// # Errors
/// Whatever the database says.
pub async fn changed(
    db: &Db,
    (unit, month): (&Unit, &Month),
    report: i64,
    figure: &str,
) -> Result<Changed, Problem> {
    let was = frozen::frozen_rows(&mut db.clone(), report, figure).await?;
    let now = rows::of_station(db, &unit.code, month).await?;
    let (was, now): (BTreeSet<Key>, BTreeSet<Key>) =
        (was.into_iter().collect(), now.of(figure).iter().copied().collect());
    Ok(Changed {
        added: now.difference(&was).copied().collect(),
        gone: was.difference(&now).copied().collect(),
    })
}

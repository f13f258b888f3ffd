//! The report of an organisation as it stands: frozen where it was told, else what is known now.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Db, Problem};

use super::counts::{Counts, Values, add_all};
use super::month::Month;
use super::store::{self, Report};
use super::tree::{self, Unit};
use super::{count, frozen, rows};

/// A report with its figures, and those of the organisations below.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub unit: Unit,
    pub month: Month,
    pub report: Option<Report>,
    pub values: Values,
    /// Who reports to it; empty for a station.
    pub children: Vec<Child>,
}

/// An organisation below, with what it told or what is known of it.
#[derive(Clone, Debug)]
pub struct Child {
    pub unit: Unit,
    pub report: Option<Report>,
    pub values: Values,
}

impl Sheet {
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        is_frozen(self.report.as_ref())
    }

    #[must_use]
    pub fn value(&self, figure: &str) -> i64 {
        self.values.get(figure).copied().unwrap_or(0)
    }
}

impl Child {
    #[must_use]
    pub fn value(&self, figure: &str) -> i64 {
        self.values.get(figure).copied().unwrap_or(0)
    }
}

fn is_frozen(report: Option<&Report>) -> bool {
    report.is_some_and(|report| report.state.is_frozen())
}

/// The report of an organisation for a month. What is frozen is read; only for stations that
/// have told nothing yet are facts counted.
///
/// # Errors
/// Whatever the database says.
pub async fn load(db: &Db, unit: Unit, month: Month) -> Result<Sheet, Problem> {
    let report = store::find(&mut db.clone(), unit.id, &month.code).await?;
    let own = match &report {
        Some(report) if report.state.is_frozen() => {
            Some(frozen::values(&db.rows(frozen::frozen(report.id)).await?)?)
        }
        _ => None,
    };
    if unit.is_station() {
        let values = match own {
            Some(values) => values,
            None => rows::of_station(db, &unit.code, &month).await?.values(),
        };
        return Ok(Sheet { unit, month, report, values, children: Vec::new() });
    }
    let children = children(db, &unit, &month).await?;
    let values = own.unwrap_or_else(|| {
        let mut sum = Values::new();
        children.iter().for_each(|child| add_all(&mut sum, &child.values));
        sum
    });
    Ok(Sheet { unit, month, report, values, children })
}

/// The organisations below with their figures: a few statements for all of them.
async fn children(db: &Db, of: &Unit, month: &Month) -> Result<Vec<Child>, Problem> {
    let units = tree::children(&mut db.clone(), of, month).await?;
    let n_digits = units.first().map_or(0, |unit| unit.code.len());
    let known = store::of_level(&mut db.clone(), (&of.scope(), n_digits), &month.code).await?;
    let mut known: BTreeMap<i64, Report> =
        known.into_iter().map(|report| (report.org_id, report)).collect();
    let mut children: Vec<Child> = units
        .into_iter()
        .map(|unit| {
            let report = known.remove(&unit.id);
            Child { unit, report, values: Values::new() }
        })
        .collect();
    let wanted = children.iter().map(|child| match &child.report {
        Some(report) if report.state.is_frozen() => frozen::frozen(report.id),
        _ => frozen::frozen_below(&child.unit.scope(), &month.code),
    });
    let answers = db.batch(wanted.collect()).await?;
    for (child, rows) in children.iter_mut().zip(&answers) {
        child.values = frozen::values(rows)?;
    }
    add_present(db, of, month, &mut children).await?;
    Ok(children)
}

/// Adds what is known now of the stations that have told nothing.
async fn add_present(
    db: &Db,
    of: &Unit,
    month: &Month,
    children: &mut [Child],
) -> Result<(), Problem> {
    let open: Vec<usize> =
        (0..children.len()).filter(|at| !is_frozen(children[*at].report.as_ref())).collect();
    if open.is_empty() {
        return Ok(());
    }
    let stations = tree::stations(&mut db.clone(), &of.scope(), month).await?;
    let told = frozen_codes(db, of, month).await?;
    let silent: Vec<&Unit> =
        stations.iter().filter(|station| !told.contains(&station.code)).collect();
    let counts = present(db, of, month, &silent).await?;
    for at in open {
        let child = &mut children[at];
        for station in silent.iter().filter(|station| child.unit.scope().covers(&station.code)) {
            if let Some(values) = counts.0.get(&station.code) {
                add_all(&mut child.values, values);
            }
        }
    }
    Ok(())
}

async fn frozen_codes(db: &Db, of: &Unit, month: &Month) -> Result<BTreeSet<String>, Problem> {
    let told = frozen::frozen_stations(&mut db.clone(), &of.scope(), &month.code, "end").await?;
    Ok(told.into_iter().map(|(code, ..)| code).collect())
}

/// A few stations are counted one by one, more of them all at once.
async fn present(db: &Db, of: &Unit, month: &Month, silent: &[&Unit]) -> Result<Counts, Problem> {
    if silent.len() > 5 {
        return Ok(count::counts(db, &of.scope(), month).await?);
    }
    let mut counts = Counts::default();
    for station in silent {
        let values = rows::of_station(db, &station.code, month).await?.values();
        counts.0.insert(station.code.clone(), values);
    }
    Ok(counts)
}

/// The figures as they would be counted now, whatever was frozen.
///
/// # Errors
/// Whatever the database says.
pub async fn now(db: &Db, unit: &Unit, month: &Month) -> Result<Values, Problem> {
    if unit.is_station() {
        return Ok(rows::of_station(db, &unit.code, month).await?.values());
    }
    let mut sum = Values::new();
    for values in count::counts(db, &unit.scope(), month).await?.0.values() {
        add_all(&mut sum, values);
    }
    Ok(sum)
}

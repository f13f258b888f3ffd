//! 本地标准：市、区依据文件录入、经审批生效的数字，盖在国家规定之上。
//!
//! Owns: `policies`, `what_ifs`. Uses: `orgs`.

pub mod api;
pub mod decide;
pub mod figures;
pub mod pages;
pub mod recode;
pub mod show_pages;
pub mod store;
pub mod what_ifs;

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use jiff::civil::Date;
use kernel::{Db, DbError, Problem};
use rules::calendar::{Term, last_day_or_estimate};
use rules::duties::Terms;
use rules::law::{Law, LocalFigure};

/// Figures by the division code of the city or district that decided them; under the empty code
/// they hold everywhere.
pub type Local = BTreeMap<String, Vec<LocalFigure>>;

/// The law as it stands everywhere: national, and for each place that has local figures, those
/// laid over it.
pub struct Laws {
    national: Place,
    /// By the division code of the city or district that decided.
    places: BTreeMap<String, Place>,
}

/// The law of one place, and what the duty rules need of it.
struct Place {
    law: Law,
    terms: Terms,
}

impl Laws {
    /// Lays approved local figures, by the code of the place that decided, over national law.
    ///
    /// # Errors
    /// When the embedded law cannot be read.
    pub fn new(local: &Local) -> Result<Self, Problem> {
        let national = Law::embedded().map_err(|cause| anyhow::anyhow!("embedded law: {cause}"))?;
        Self::over(national, local)
    }

    /// Lays local figures over a law: the city's over the national ones, and the district's over
    /// the city's.
    ///
    /// # Errors
    /// A refusal when duties rest on a figure or a rule that this law does not have.
    pub fn over(national: Law, local: &Local) -> Result<Self, Problem> {
        let mut places = BTreeMap::new();
        for code in local.keys() {
            // Shorter codes come first.
            let above = local.iter().filter(|(other, _)| code.starts_with(other.as_str()));
            let lay =
                |law: Law, (_, figures): (_, &Vec<LocalFigure>)| law.with_local(figures.clone());
            places.insert(code.clone(), place(above.fold(national.clone(), lay))?);
        }
        Ok(Self { national: place(national)?, places })
    }

    /// The law without any local figure.
    #[must_use]
    pub fn national(&self) -> &Law {
        &self.national.law
    }

    /// What the duty rules need in the place to which an organisation's code belongs.
    #[must_use]
    pub fn terms(&self, org: &str) -> &Terms {
        &self.place(org).terms
    }

    /// The law of the place to which an organisation's code belongs.
    #[must_use]
    pub fn law(&self, org: &str) -> &Law {
        &self.place(org).law
    }

    /// What a figure says at a place on a day.
    ///
    /// # Errors
    /// A refusal on a day without law.
    pub fn figure(&self, org: &str, (id, on): (&str, Date)) -> Result<i64, Problem> {
        let figure = self.law(org).figure(id).on(on);
        Ok(figure.map_err(|no| Problem::refused("no-law", no.to_string()))?.value)
    }

    /// The last day of a term of working days that a figure gives, from a day on.
    ///
    /// # Errors
    /// As [`Laws::figure`].
    pub fn last_working_day(&self, org: &str, (id, on): (&str, Date)) -> Result<Date, Problem> {
        let n = self.figure(org, (id, on))?.max(0);
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        Ok(last_day_or_estimate(on, Term::WorkingDays(n)).on)
    }

    fn place(&self, org: &str) -> &Place {
        let nearest = self.places.iter().rev().find(|(code, _)| org.starts_with(code.as_str()));
        nearest.map_or(&self.national, |(_, place)| place)
    }
}

fn place(law: Law) -> Result<Place, Problem> {
    let terms = Terms::from_law(&law);
    let terms = terms.map_err(|cause| Problem::refused("no-law", cause.to_string()))?;
    Ok(Place { law, terms })
}

/// Keeps the law that was laid together last, until the approved figures change.
pub struct LawsCache {
    kept: RwLock<(i64, Arc<Laws>)>,
}

impl LawsCache {
    /// National law alone, until the database is asked.
    ///
    /// # Errors
    /// When the embedded law cannot be read.
    pub fn new() -> Result<Self, Problem> {
        let laws = Arc::new(Laws::new(&Local::new())?);
        Ok(Self { kept: RwLock::new((0, laws)) })
    }

    /// The law with the figures approved by now, also by another process.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn current(&self, db: &Db) -> Result<Arc<Laws>, Problem> {
        let version = store::version(&mut db.clone()).await?;
        {
            let kept = self.kept.read().map_err(|_| DbError::Closed("laws"))?;
            if kept.0 == version {
                return Ok(Arc::clone(&kept.1));
            }
        }
        let laws = Arc::new(Laws::new(&store::approved(db).await?)?);
        let mut kept = self.kept.write().map_err(|_| DbError::Closed("laws"))?;
        *kept = (version, Arc::clone(&laws));
        Ok(laws)
    }
}

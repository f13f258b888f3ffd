//! 本地标准：市、区依据文件录入、经审批生效的数字，盖在国家规定之上。
//!
//! Owns: `policies`. Uses: nothing.

pub mod store;

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use kernel::{Db, DbError, Problem};
use rules::duties::Terms;
use rules::law::{Law, LocalFigure};

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
    pub fn new(local: BTreeMap<String, Vec<LocalFigure>>) -> Result<Self, Problem> {
        let national = place(embedded()?)?;
        let mut places = BTreeMap::new();
        for code in local.keys() {
            // A district's figures are laid over its city's.
            let above = local.iter().filter(|(other, _)| code.starts_with(other.as_str()));
            let figures = above.flat_map(|(_, figures)| figures.clone()).collect();
            places.insert(code.clone(), place(embedded()?.with_local(figures))?);
        }
        Ok(Self { national, places })
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

    fn place(&self, org: &str) -> &Place {
        let nearest = self.places.iter().rev().find(|(code, _)| org.starts_with(code.as_str()));
        nearest.map_or(&self.national, |(_, place)| place)
    }
}

fn embedded() -> Result<Law, Problem> {
    Law::embedded().map_err(|cause| anyhow::anyhow!("embedded law: {cause}").into())
}

fn place(law: Law) -> Result<Place, Problem> {
    let terms = Terms::from_law(&law).map_err(|cause| anyhow::anyhow!("terms: {cause}"))?;
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
        let laws = Arc::new(Laws::new(BTreeMap::new())?);
        Ok(Self { kept: RwLock::new((0, laws)) })
    }

    /// The law with the figures approved by now, also by another process.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn current(&self, db: &Db) -> Result<Arc<Laws>, Problem> {
        let version = store::version(db).await?;
        {
            let kept = self.kept.read().map_err(|_| DbError::Closed("laws"))?;
            if kept.0 == version {
                return Ok(Arc::clone(&kept.1));
            }
        }
        let laws = Arc::new(Laws::new(store::approved(db).await?)?);
        let mut kept = self.kept.write().map_err(|_| DbError::Closed("laws"))?;
        *kept = (version, Arc::clone(&laws));
        Ok(laws)
    }
}

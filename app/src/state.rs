//! What every request needs: the database, the law, a bound on costly hashing.

use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Db, Problem};
use tokio::sync::Semaphore;

use crate::policies::{Laws, LawsCache};

/// The running house. Holds nothing that another process would have to see.
pub struct App {
    pub db: Db,
    pub laws: LawsCache,
    pub hashing: Semaphore,
    /// Set in a demo only: accounts for the sign-in page, and a banner over every page.
    pub demo: Option<Vec<DemoAccount>>,
}

/// An account of the demo, shown on its sign-in page.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DemoAccount {
    pub name: String,
    pub password: String,
    pub post: String,
    pub org: String,
}

impl App {
    /// A house over an open database whose schema is up to date.
    ///
    /// # Errors
    /// When the embedded law cannot be read.
    pub fn new(db: Db, demo: Option<Vec<DemoAccount>>) -> Result<Arc<Self>, Problem> {
        let laws = LawsCache::new()?;
        Ok(Arc::new(Self { db, laws, hashing: Semaphore::new(2), demo }))
    }

    /// Today in Asia/Shanghai, or the day the clock was set to.
    #[must_use]
    pub fn today(&self) -> Date {
        self.db.clock().today()
    }

    /// The law in force, with the approved local figures of every place.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn laws(&self) -> Result<Arc<Laws>, Problem> {
        self.laws.current(&self.db).await
    }
}

//! One state of the whole database, read page by page while others write: exports, backups and
//! hand-overs tell of one instant.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{Db, DbError, Engine, Query, Row, postgres, sqlite};

/// A connection of its own that sees one state.
pub(super) enum View {
    Sqlite(sqlite::Lane),
    Postgres(Box<Mutex<postgres::Writing>>),
}

impl Db {
    /// The same database as it is now: whatever is read through the answer is of one state,
    /// however long it takes, on a connection of its own. Keep it only for one work.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn as_it_is(&self) -> Result<Self, DbError> {
        let view = match &self.inner.engine {
            Engine::Sqlite(engine) => View::Sqlite(engine.view().await?),
            Engine::Postgres(engine) => View::Postgres(Box::new(Mutex::new(engine.view().await?))),
        };
        Ok(Self { view: Some(Arc::new(view)), ..self.clone() })
    }
}

impl View {
    pub async fn read(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, DbError> {
        match self {
            Self::Sqlite(lane) => sqlite::ask(lane, queries).await,
            Self::Postgres(reading) => reading.lock().await.read(&queries).await,
        }
    }
}

//! The rows of local figures.

use std::collections::BTreeMap;

use kernel::{Db, DbError, q};
use rules::law::LocalFigure;

/// Changes whenever a figure is approved or withdrawn.
pub async fn version(db: &Db) -> Result<i64, DbError> {
    let row = db.row(q!("SELECT n FROM counters WHERE name = 'policies'")).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Approved figures by the division code of the place that decided.
pub async fn approved(db: &Db) -> Result<BTreeMap<String, Vec<LocalFigure>>, DbError> {
    let rows = db
        .rows(q!("SELECT org, figure, from_day, value, cite, quote FROM policies
             WHERE state = 'approved' ORDER BY org, figure, from_day, id"))
        .await?;
    let mut places: BTreeMap<String, Vec<LocalFigure>> = BTreeMap::new();
    for row in &rows {
        places.entry(row.get(0)?).or_default().push(LocalFigure {
            figure: row.get(1)?,
            from: row.get(2)?,
            value: row.get(3)?,
            cite: row.get(4)?,
            quote: row.get(5)?,
        });
    }
    Ok(places)
}

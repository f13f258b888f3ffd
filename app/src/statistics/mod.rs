//! 按月计报：各站每月的数字由事实、应办事项和走访得出，每个数字都能查到所计的每一行。
//!
//! Owns: `reports`, `report_steps`. Uses: `orgs`, `registry`, `duties`, `visits`.
//!
//! A passage is counted at stations: what moves between two stations of a street is both 转入 and
//! 转出 of the street, so that the figures of the children always add up to their parent's.

pub mod count;
pub mod figures;
pub mod rows;

use jiff::civil::Date;
use kernel::{Db, Problem, Scope};

pub use count::Counts;
pub use figures::{Month, What};
pub use rows::Line;

/// A figure of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub what: What,
    pub value: i64,
}

/// The figures of the organisation with this code, in the order of the report.
///
/// # Errors
/// [`Problem::NotFound`] when the month is none or has not begun; whatever the database says.
pub async fn month(
    db: &Db,
    scope: &Scope,
    month: &str,
    today: Date,
) -> Result<Vec<Figure>, Problem> {
    let month = Month::read(month, today).ok_or(Problem::NotFound)?;
    let counts = count::counts(db, scope, &month).await?;
    let figures = What::all().into_iter().map(|what| Figure {
        what,
        value: counts.of(what, scope.from()),
    });
    Ok(figures.collect())
}

//! 按月计报：各站每月的数字由事实、应办事项和走访得出；上报时冻结，逐级汇总、退回和接受。
//!
//! Owns: `reports`, `report_figures`, `report_corrections`, `report_steps`, `report_months`.
//! Uses: `orgs`, `people`, `policies`, `registry`.
//!
//! Everything is counted at stations: what moves between two stations of a street is both 转入
//! and 转出 there, so that the figures of the children always add up to their parent's.

pub mod api;
pub mod corrections;
pub mod count;
pub mod counts;
pub mod download;
pub mod figures;
pub mod flow;
pub mod frozen;
pub mod home;
pub mod keys;
pub mod line_pages;
pub mod lines;
pub mod missing;
pub mod month;
pub mod owed;
pub mod pages;
pub mod parts;
pub mod print;
pub mod progress;
pub mod report_pages;
pub mod rows;
pub mod sheet;
pub mod store;
pub mod tree;

use jiff::civil::Date;
use kernel::Problem;
use rules::days::{add_days, first_of_next_month};

pub use month::Month;
pub use sheet::{Child, Sheet};
pub use store::{Report, State};
pub use tree::Unit;

use crate::policies::Laws;

/// The day by which the report of a month is due from an organisation.
///
/// # Errors
/// A refusal when the month is one without law.
pub fn due_on(laws: &Laws, unit: &Unit, month: &Month) -> Result<Date, Problem> {
    let figure = match unit.level.as_str() {
        "station" => "report.station.day",
        "street" => "report.street.day",
        "district" => "report.district.day",
        _ => "report.city.day",
    };
    let first_on = first_of_next_month(month.first_on);
    let day = laws.law(&unit.code).figure(figure).on(first_on);
    let day = day.map_err(|cause| Problem::refused("no-law", cause.to_string()))?;
    Ok(add_days(first_on, day.value.clamp(1, 28) - 1))
}

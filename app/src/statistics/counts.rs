//! How many rows each figure has, station by station.

use std::collections::BTreeMap;

use kernel::DbError;

use super::figures;

/// The value of each figure that is not zero.
pub type Values = BTreeMap<String, i64>;

/// Values by the code of the station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub BTreeMap<String, Values>);

impl Counts {
    /// Counts `n` more rows of a figure at a station.
    ///
    /// # Errors
    /// When there is no such figure: a fault of ours.
    pub fn add(&mut self, station: &str, figure: &str, n: i64) -> Result<(), DbError> {
        if figures::find(figure).is_none() {
            return Err(DbError::Shape(format!("a figure {figure}")));
        }
        if n != 0 {
            let values = self.0.entry(station.to_owned()).or_default();
            *values.entry(figure.to_owned()).or_default() += n;
        }
        Ok(())
    }

    /// A figure of the organisation with this code and all below it.
    #[must_use]
    pub fn of(&self, code: &str, figure: &str) -> i64 {
        let stations = self.0.range(code.to_owned()..);
        let mine = stations.take_while(|(station, _)| station.starts_with(code));
        mine.filter_map(|(_, values)| values.get(figure)).sum()
    }
}

/// Adds the values of one to those of another.
pub fn add_all(sum: &mut Values, more: &Values) {
    for (figure, n) in more {
        *sum.entry(figure.clone()).or_default() += n;
    }
}

/// Whoever came and went explains the difference between the beginning and the end.
#[must_use]
pub fn adds_up(values: &Values) -> bool {
    let n = |figure: &str| values.get(figure).copied().unwrap_or(0);
    let came = n("taken_in") + n("moved_in");
    let went = n("moved_out") + n("left") + n("died");
    n("start") + came - went == n("end")
}

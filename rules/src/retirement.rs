//! 法定退休年龄：渐进式延迟，按出生年月和类别推算。
//!
//! 《国务院关于渐进式延迟法定退休年龄的办法》, in force 2025-01-01 (secondary copies of the text).
//! Before that day, and for those whose original age was reached before it, nothing is delayed.

use crate::coded::coded;

coded! {
    /// The category that decides the original age.
    Category {
        Male = "male" "男职工",
        Female55 = "female55" "原法定退休年龄55周岁的女职工",
        Female50 = "female50" "原法定退休年龄50周岁的女职工",
    }
}

/// A calendar month, 1 to 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearMonth {
    pub year: i64,
    pub month: i64,
}

/// When somebody retires by law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// Months by which the original age is put off.
    pub delay_months: i64,
    /// The age in whole years, and the months over them.
    pub age_years: i64,
    pub age_months: i64,
    pub retires_in: YearMonth,
    /// The months of contribution that a pension asks for in that year.
    pub minimum_paid_months: i64,
}

/// A text that is not a month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}”不是年月，请按 1965-01 的格式填写，年份在1900至2100之间")]
pub struct NotAMonth(pub String);

impl YearMonth {
    /// Reads `1965-01`, from 1900 to 2100.
    ///
    /// # Errors
    /// [`NotAMonth`] with the text, when it is not of this form.
    pub fn parse(text: &str) -> Result<YearMonth, NotAMonth> {
        let not = || NotAMonth(text.to_owned());
        let day = crate::days::parse_day(&format!("{text}-01")).map_err(|_| not())?;
        let (year, month) = (i64::from(day.year()), i64::from(day.month()));
        (1900..=2100).contains(&year).then_some(YearMonth { year, month }).ok_or_else(not)
    }

    fn plus(self, n_months: i64) -> YearMonth {
        let months = self.year * 12 + self.month - 1 + n_months;
        YearMonth { year: months.div_euclid(12), month: months.rem_euclid(12) + 1 }
    }
}

/// `1965-01`.
impl std::fmt::Display for YearMonth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The statutory retirement age and month of somebody born in a month.
pub fn retirement(category: Category, born: YearMonth) -> Retirement {
    let (base_years, step, most) = match category {
        Category::Male => (60, 4, 36),
        Category::Female55 => (55, 4, 36),
        Category::Female50 => (50, 2, 60),
    };
    // 1 for whoever would have retired in January 2025.
    let n = (born.year + base_years - 2025) * 12 + born.month;
    let delay_months = if n <= 0 { 0 } else { ((n + step - 1) / step).min(most) };
    let retires_in = born.plus(base_years * 12 + delay_months);
    Retirement {
        delay_months,
        age_years: base_years + delay_months / 12,
        age_months: delay_months % 12,
        retires_in,
        minimum_paid_months: minimum_paid_months(retires_in.year),
    }
}

/// 15 years up to 2029; from 2030 half a year more every year; 20 years from 2039.
pub const fn minimum_paid_months(year: i64) -> i64 {
    match year {
        ..=2029 => 180,
        2030..=2038 => 180 + (year - 2029) * 6,
        2039.. => 240,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_boundary_rows() {
        use Category::{Female50, Female55, Male};
        let table = [
            (Male, "1964-12", 0, 60, 0, "2024-12"),
            (Male, "1965-01", 1, 60, 1, "2025-02"),
            (Male, "1965-04", 1, 60, 1, "2025-05"),
            (Male, "1965-05", 2, 60, 2, "2025-07"),
            (Male, "1976-08", 35, 62, 11, "2039-07"),
            (Male, "1976-09", 36, 63, 0, "2039-09"),
            (Male, "1990-01", 36, 63, 0, "2053-01"),
            (Female55, "1969-12", 0, 55, 0, "2024-12"),
            (Female55, "1970-01", 1, 55, 1, "2025-02"),
            (Female55, "1981-09", 36, 58, 0, "2039-09"),
            (Female50, "1974-12", 0, 50, 0, "2024-12"),
            (Female50, "1975-01", 1, 50, 1, "2025-02"),
            (Female50, "1975-03", 2, 50, 2, "2025-05"),
            (Female50, "1984-11", 60, 55, 0, "2039-11"),
        ];
        for (category, born, delay, years, months, retires_in) in table {
            let found = retirement(category, YearMonth::parse(born).unwrap());
            assert_eq!(
                (found.delay_months, found.age_years, found.age_months),
                (delay, years, months),
                "{category} {born}"
            );
            assert_eq!(found.retires_in.to_string(), retires_in, "{category} {born}");
        }
    }

    #[test]
    fn the_minimum_of_contributions_grows_to_twenty_years() {
        let table = [(2025, 180), (2029, 180), (2030, 186), (2038, 234), (2039, 240), (2050, 240)];
        for (year, n_months) in table {
            assert_eq!(minimum_paid_months(year), n_months);
        }
    }

    #[test]
    fn nobody_retires_before_somebody_older() {
        for category in Category::ALL {
            let mut before = retirement(*category, YearMonth { year: 1950, month: 12 });
            let mut born = YearMonth { year: 1951, month: 1 };
            while born.year < 2000 {
                let now = retirement(*category, born);
                assert!(now.retires_in > before.retires_in, "{category} {born}");
                assert!(now.delay_months - before.delay_months <= 1);
                (before, born) = (now, born.plus(1));
            }
        }
    }

    #[test]
    fn only_months_are_read() {
        assert_eq!(YearMonth::parse("1965-01"), Ok(YearMonth { year: 1965, month: 1 }));
        for wrong in ["1965-13", "1965", "196501", "1965-1", "1865-01", "1965-01-01"] {
            assert_eq!(YearMonth::parse(wrong), Err(NotAMonth(wrong.to_owned())));
        }
    }
}

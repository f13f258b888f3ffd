//! 审核时要看一看的地方：已在册、别的批次也有、证件不全、退休时间早于法定年龄。都只是提示，不自动拒收。

use jiff::civil::Date;
use rules::retirement::{Category, YearMonth, retirement};

use super::rows::Candidate;
use crate::registry::{NewPerson, Person};

/// Code and words of each finding.
pub const FINDINGS: &[(&str, &str)] = &[
    ("registered", "证件号码已在人员库登记，核对后接收时并入原记录"),
    ("other-batch", "另一移交批次中也有此人"),
    ("no-number", "没有证件号码"),
    ("early", "退休时间早于法定退休年龄，请核对是否弹性提前、特殊工种或因病退休"),
    ("birth-differs", "档案出生日期与证件不一致"),
];

/// What is to be looked at: codes parted by spaces. Nothing is refused because of it.
#[must_use]
pub fn of(new: &NewPerson, (registered, is_elsewhere): (Option<&Person>, bool)) -> String {
    let differs = |day: Date| new.born_on.is_some_and(|born| born != day);
    let found = [
        ("registered", registered.is_some() && !new.id_number.is_empty()),
        ("other-batch", is_elsewhere && !new.id_number.is_empty()),
        ("no-number", new.id_number.is_empty()),
        ("early", is_early(new)),
        ("birth-differs", new.archive_born_on.is_some_and(differs)),
    ];
    let codes: Vec<&str> = found.iter().filter(|(_, is)| *is).map(|(code, _)| *code).collect();
    codes.join(" ")
}

/// Whether somebody retired before the law has them retire, as far as the roster says why: women
/// are measured by the lower age, and whoever retired early for a reason that is named is not.
fn is_early(new: &NewPerson) -> bool {
    let (Some(born), Some(retired)) = (new.archive_born_on.or(new.born_on), new.retired_on) else {
        return false;
    };
    let category = match new.sex.as_str() {
        "1" => Category::Male,
        "2" => Category::Female50,
        _ => return false,
    };
    // Of the kinds only these rest on the age alone.
    if !matches!(new.retirement_kind.as_str(), "" | "2") {
        return false;
    }
    let month =
        |day: Date| YearMonth { year: i64::from(day.year()), month: i64::from(day.month()) };
    month(retired) < retirement(category, month(born)).retires_in
}

/// What is to be looked at in somebody, in words; what their papers lack stands among it.
#[must_use]
pub fn words(one: &Candidate) -> Vec<String> {
    let mut all: Vec<String> = one
        .findings
        .split_whitespace()
        .filter_map(|code| FINDINGS.iter().find(|(known, _)| *known == code))
        .map(|(_, says)| (*says).to_owned())
        .collect();
    if one.file == "none" {
        all.push("没有人事档案".to_owned());
    }
    if let (Some(said), Some(found)) = (one.pages_said, one.pages_found)
        && said != found
    {
        all.push(format!("档案应有 {said} 页，实有 {found} 页"));
    }
    if one.target.is_empty() {
        all.push("还没有定接收社区".to_owned());
    }
    all
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn person(sex: &str, born: Date, retired: Date, kind: &str) -> NewPerson {
        NewPerson {
            id_number: "1".to_owned(),
            sex: sex.to_owned(),
            born_on: Some(born),
            retired_on: Some(retired),
            retirement_kind: kind.to_owned(),
            ..NewPerson::default()
        }
    }

    #[test]
    fn early_is_told_to_the_month() {
        let table = [
            ("1", date(1964, 12, 31), date(2024, 12, 1), "2", ""),
            ("1", date(1964, 12, 31), date(2024, 11, 30), "2", "early"),
            ("1", date(1965, 1, 1), date(2025, 1, 31), "", "early"),
            ("1", date(1965, 1, 1), date(2025, 2, 1), "", ""),
            ("2", date(1974, 12, 1), date(2024, 12, 1), "2", ""),
            ("2", date(1975, 1, 1), date(2025, 1, 1), "2", "early"),
            ("1", date(1970, 1, 1), date(2020, 1, 1), "5", ""),
            ("9", date(1970, 1, 1), date(2010, 1, 1), "2", ""),
        ];
        for (sex, born, retired, kind, found) in table {
            let new = person(sex, born, retired, kind);
            assert_eq!(of(&new, (None, false)), found, "{sex} {born} {retired} {kind}");
        }
    }

    #[test]
    fn the_birth_in_the_archive_is_compared_with_the_document() {
        let mut new = person("1", date(1950, 3, 4), date(2010, 4, 1), "2");
        new.archive_born_on = Some(date(1950, 3, 4));
        assert_eq!(of(&new, (None, false)), "");
        new.archive_born_on = Some(date(1949, 3, 4));
        assert_eq!(of(&new, (None, true)), "other-batch birth-differs");
        new.id_number = String::new();
        assert_eq!(of(&new, (None, true)), "no-number birth-differs");
    }
}

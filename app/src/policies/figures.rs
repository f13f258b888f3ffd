//! Which figures a city or a district may decide for itself, and within what bounds: a sentence
//! of the source or of national law may be made stricter, never laxer; what only our recorded
//! decisions fill may be decided freely within reason.

use jiff::civil::Date;
use rules::law::{Figure, Law};

/// A figure that a place may decide.
#[derive(Clone, Copy, Debug)]
pub struct Delegated {
    pub id: &'static str,
    pub allowed: Allowed,
}

/// The values that make sense.
#[derive(Clone, Copy, Debug)]
pub enum Allowed {
    /// From the first to the second, both included.
    Between(i64, i64),
    /// Periods that divide the year, in months.
    OneOf(&'static [i64]),
}

/// Every figure that a place may decide, in the order of the pages.
pub const DELEGATED: &[Delegated] = &[
    // 「每季度上门走访一次」: more often, never less.
    of("visit.alone.months", Allowed::OneOf(&[1, 3])),
    // 「对70岁以上高龄退休人员」: earlier, never later.
    of("visit.senior.age", Allowed::Between(60, 70)),
    of("visit.senior.months", Allowed::OneOf(&[1, 3, 6, 12])),
    of("visit.elder.age", Allowed::Between(70, 100)),
    of("visit.elder.months", Allowed::OneOf(&[1, 3, 6, 12])),
    of("visit.prompt.working_days", Allowed::Between(1, 15)),
    of("visit.dependant.months", Allowed::OneOf(&[1, 3, 6, 12])),
    of("visit.away.months", Allowed::OneOf(&[1, 3, 6, 12])),
    of("grace.late_acceptance_days", Allowed::Between(0, 31)),
    of("card.issue.working_days", Allowed::Between(1, 60)),
    of("handover.working_days", Allowed::Between(1, 30)),
    of("party.letter.months", Allowed::Between(1, 3)),
    of("card.senior.age", Allowed::Between(60, 70)),
    of("card.senior.days", Allowed::Between(1, 180)),
    of("certify.opens_before_days", Allowed::Between(15, 180)),
    of("reach.next_days", Allowed::Between(1, 15)),
    of("overdue.to_district_days", Allowed::Between(1, 60)),
    of("overdue.to_city_days", Allowed::Between(1, 90)),
    of("closes.periodic_days", Allowed::Between(0, 180)),
    of("closes.once_days", Allowed::Between(0, 365)),
    // 「应在1-3日内给予答复或解决」「一般在7-10日内」「一周内」「15日内」.
    of("reception.general.target_days", Allowed::Between(1, 3)),
    of("reception.general.days", Allowed::Between(1, 3)),
    of("reception.escalated.target_days", Allowed::Between(1, 10)),
    of("reception.escalated.days", Allowed::Between(1, 10)),
    of("reception.policy.days", Allowed::Between(1, 7)),
    of("reception.letter.days", Allowed::Between(1, 15)),
];

const fn of(id: &'static str, allowed: Allowed) -> Delegated {
    Delegated { id, allowed }
}

/// The first of each pair is never more than the second.
const ORDERED: &[(&str, &str)] = &[
    ("visit.senior.age", "visit.elder.age"),
    ("visit.elder.months", "visit.senior.months"),
    ("overdue.to_district_days", "overdue.to_city_days"),
    ("reception.general.target_days", "reception.general.days"),
    ("reception.escalated.target_days", "reception.escalated.days"),
];

/// The figure with this id, if a place may decide it.
#[must_use]
pub fn find(id: &str) -> Option<&'static Delegated> {
    DELEGATED.iter().find(|known| known.id == id)
}

impl Allowed {
    #[must_use]
    pub fn holds(self, value: i64) -> bool {
        match self {
            Self::Between(least, most) => (least..=most).contains(&value),
            Self::OneOf(values) => values.contains(&value),
        }
    }

    /// The values in words: 「1至15个工作日」「1、3、6或12个月」.
    #[must_use]
    pub fn in_words(self, unit: &str) -> String {
        match self {
            Self::Between(least, most) => format!("{least}至{most}{unit}"),
            Self::OneOf(values) => {
                let words: Vec<String> = values.iter().map(ToString::to_string).collect();
                match words.split_last() {
                    Some((last, rest)) if !rest.is_empty() => {
                        format!("{}或{last}{unit}", rest.join("、"))
                    }
                    _ => format!("{}{unit}", words.concat()),
                }
            }
        }
    }
}

/// What would contradict itself on a day or later, in a sentence; `None` when nothing does.
#[must_use]
pub fn contradiction(law: &Law, from: Date) -> Option<String> {
    let figure = |id: &str| law.figures().find(|figure| figure.id == id);
    for (low, high) in ORDERED {
        let (Some(low), Some(high)) = (figure(low), figure(high)) else { continue };
        for day in days_of_change(low, high, from) {
            let (Some(less), Some(more)) = (low.on(day), high.on(day)) else { continue };
            if less.value > more.value {
                return Some(format!(
                    "{day}起“{}”为{}{unit}，“{}”为{}{unit}，前者不能大于后者",
                    low.name,
                    less.value,
                    high.name,
                    more.value,
                    unit = low.unit
                ));
            }
        }
    }
    None
}

fn days_of_change(low: &Figure, high: &Figure, from: Date) -> Vec<Date> {
    let steps = low.steps().into_iter().chain(high.steps()).map(|(day, _)| day);
    let mut days: Vec<Date> = steps.filter(|day| *day > from).collect();
    days.push(from);
    days.sort_unstable();
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rules::law::LocalFigure;

    fn law() -> Law {
        Law::embedded().unwrap()
    }

    #[test]
    fn every_delegated_figure_is_in_the_law_and_what_holds_there_is_allowed() {
        let (law, today) = (law(), date(2026, 5, 6));
        for delegated in DELEGATED {
            let now = law.figure(delegated.id).on(today).unwrap();
            assert!(delegated.allowed.holds(now.value), "{}", delegated.id);
        }
        assert!(find("fraud.fine.least_times").is_none(), "national law alone decides");
        assert!(contradiction(&law, today).is_none());
    }

    #[test]
    fn bounds_are_told_in_words() {
        let alone = find("visit.alone.months").unwrap().allowed;
        for (value, holds) in [(0, false), (1, true), (2, false), (3, true), (4, false)] {
            assert_eq!(alone.holds(value), holds, "{value}");
        }
        assert_eq!(alone.in_words("个月"), "1或3个月");
        let prompt = find("visit.prompt.working_days").unwrap().allowed;
        for (value, holds) in [(0, false), (1, true), (15, true), (16, false)] {
            assert_eq!(prompt.holds(value), holds, "{value}");
        }
        assert_eq!(prompt.in_words("个工作日"), "1至15个工作日");
    }

    #[test]
    fn what_contradicts_itself_later_is_found() {
        let local = |figure: &str, from, value| LocalFigure {
            figure: figure.to_owned(),
            from,
            value,
            cite: "通知".to_owned(),
            quote: "原文".to_owned(),
        };
        let (may, july) = (date(2026, 5, 1), date(2026, 7, 1));
        let district = local("overdue.to_district_days", july, 40);
        let law = law().with_local(vec![district]);
        assert!(contradiction(&law, may).unwrap().contains("2026-07-01"));
        let city = local("overdue.to_city_days", may, 60);
        assert!(contradiction(&law.with_local(vec![city]), may).is_none());
    }
}

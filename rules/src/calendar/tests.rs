use super::*;
use crate::days::from_number;
use jiff::civil::{Weekday, date};
use proptest::prelude::*;

#[test]
fn the_published_days_are_kept() {
    let table = [
        (date(2024, 1, 1), false),
        (date(2024, 2, 4), true),
        (date(2025, 1, 26), true),
        (date(2026, 1, 4), true),
        (date(2026, 2, 14), true),
        (date(2026, 2, 16), false),
        (date(2026, 9, 20), true),
        (date(2026, 10, 1), false),
        (date(2026, 10, 7), false),
        (date(2026, 10, 8), true),
        (date(2026, 10, 10), true),
        (date(2026, 11, 21), false),
        (date(2026, 11, 23), true),
    ];
    for (day, works) in table {
        assert_eq!(is_working_day(day), Ok(works), "{day}");
    }
    assert_eq!(is_working_day(date(2027, 1, 4)), Err(NoCalendar { year: 2027 }));
    assert_eq!(is_working_day(date(2023, 12, 29)), Err(NoCalendar { year: 2023 }));
}

#[test]
fn every_line_of_the_table_is_an_exception_to_the_week_or_a_day_off_at_the_weekend() {
    let text = std::str::from_utf8(EXCEPTIONS).unwrap();
    let n = text.lines().skip(1).filter(|line| line.contains("workday_on_weekend")).count();
    for line in text.lines().skip(1) {
        let day: Date = line[..10].parse().unwrap();
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let works = line.contains("workday_on_weekend");
        assert_eq!(is_working_day(day), Ok(works), "{line}");
        assert!(!works || weekend, "{line}");
    }
    assert!(n > 15, "{n} made-up working days");
}

#[test]
fn terms_at_the_turns_of_the_calendar() {
    use Term::{Days, WorkingDays};
    let table = [
        (date(2026, 9, 30), WorkingDays(1), date(2026, 10, 8)),
        (date(2026, 9, 30), WorkingDays(3), date(2026, 10, 10)),
        (date(2026, 10, 3), WorkingDays(1), date(2026, 10, 8)),
        (date(2026, 10, 8), WorkingDays(5), date(2026, 10, 14)),
        (date(2026, 9, 30), Days(3), date(2026, 10, 3)),
        (date(2026, 12, 30), WorkingDays(1), date(2026, 12, 31)),
        (date(2026, 10, 3), WorkingDays(0), date(2026, 10, 3)),
        (date(2026, 12, 31), Days(1), date(2027, 1, 1)),
        (date(2025, 12, 31), WorkingDays(1), date(2026, 1, 4)),
    ];
    for (from, term, on) in table {
        assert_eq!(last_day(from, term), Ok(on), "{from} {term:?}");
    }
}

#[test]
fn a_year_without_a_calendar_is_refused_or_marked() {
    let refused = last_day(date(2026, 12, 30), Term::WorkingDays(2));
    assert_eq!(refused, Err(NoCalendar { year: 2027 }));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "2027年的工作日历尚未录入，无法计算工作日，请先更新节假日数据"
    );
    assert_eq!(
        last_day_or_estimate(date(2026, 12, 30), Term::WorkingDays(2)),
        LastDay { on: date(2027, 1, 1), certainty: Certainty::Estimated }
    );
    assert_eq!(
        last_day_or_estimate(date(2019, 5, 31), Term::WorkingDays(5)),
        LastDay { on: date(2019, 6, 7), certainty: Certainty::Estimated }
    );
    assert_eq!(
        last_day_or_estimate(date(2026, 11, 20), Term::WorkingDays(5)),
        LastDay { on: date(2026, 11, 27), certainty: Certainty::Certain }
    );
}

proptest! {
    #[test]
    fn the_weekend_is_the_weekend(n in 0_i64..3_600_000) {
        let weekday = from_number(n).weekday();
        prop_assert_eq!(is_weekend(n), matches!(weekday, Weekday::Saturday | Weekday::Sunday));
    }

    #[test]
    fn a_term_is_what_counting_day_by_day_gives(start in 0_i64..N_DAYS as i64, n in 0_u16..300) {
        let from = add_days(FIRST_ON, start);
        let (mut day, mut left) = (from, n);
        let counted = loop {
            if left == 0 {
                break Ok(day);
            }
            day = day.tomorrow().unwrap();
            match is_working_day(day) {
                Ok(works) => left -= u16::from(works),
                Err(refused) => break Err(refused),
            }
        };
        prop_assert_eq!(last_day(from, Term::WorkingDays(n)), counted);
        if let Ok(on) = counted {
            prop_assert_eq!(last_day_or_estimate(from, Term::WorkingDays(n)).on, on);
        }
    }
}

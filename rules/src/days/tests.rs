use super::*;
use jiff::civil::date;
use proptest::prelude::*;

#[test]
fn a_month_ends_with_its_last_day() {
    let table = [
        (date(2026, 4, 30), date(2026, 4, 1), date(2026, 4, 30), 202604),
        (date(2026, 5, 31), date(2026, 5, 1), date(2026, 5, 31), 202605),
        (date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 28), 202602),
        (date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), 202402),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), 202612),
    ];
    for (day, first_on, last_on, key) in table {
        assert_eq!(month_of(day), Period { first_on, last_on, key });
    }
}

#[test]
fn quarters_halves_and_years() {
    let table = [
        (quarter_of(date(2026, 3, 31)), date(2026, 1, 1), date(2026, 3, 31), 20261),
        (quarter_of(date(2026, 4, 1)), date(2026, 4, 1), date(2026, 6, 30), 20262),
        (quarter_of(date(2026, 12, 31)), date(2026, 10, 1), date(2026, 12, 31), 20264),
        (half_of(date(2026, 6, 30)), date(2026, 1, 1), date(2026, 6, 30), 20261),
        (half_of(date(2026, 7, 1)), date(2026, 7, 1), date(2026, 12, 31), 20262),
        (year_of(date(2026, 7, 1)), date(2026, 1, 1), date(2026, 12, 31), 2026),
        (period_of(date(2026, 12, 1), 5), date(2026, 11, 1), date(2026, 12, 31), 20263),
        (period_of(date(2026, 12, 1), 24), date(2026, 1, 1), date(2026, 12, 31), 2026),
    ];
    for (period, first_on, last_on, key) in table {
        assert_eq!(period, Period { first_on, last_on, key });
    }
}

#[test]
fn months_are_added_with_the_end_of_the_month_in_mind() {
    let table = [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ];
    for (day, n, then) in table {
        assert_eq!(add_months(day, n), then);
    }
    assert_eq!(first_of_next_month(date(2026, 12, 31)), date(2027, 1, 1));
    assert_eq!(first_of_next_month(date(2026, 1, 1)), date(2026, 2, 1));
}

#[test]
fn an_age_is_reached_on_the_anniversary() {
    let table = [
        (date(1956, 5, 3), date(2026, 5, 2), 69),
        (date(1956, 5, 3), date(2026, 5, 3), 70),
        (date(1956, 2, 29), date(2026, 2, 28), 69),
        (date(1956, 2, 29), date(2026, 3, 1), 70),
        (date(1956, 2, 29), date(2028, 2, 28), 71),
        (date(1956, 2, 29), date(2028, 2, 29), 72),
    ];
    for (born_on, on, age) in table {
        assert_eq!(age_on(born_on, on), age, "{born_on} {on}");
    }
    assert_eq!(birthday(date(1956, 2, 29), 70), date(2026, 3, 1));
    assert_eq!(birthday(date(1956, 2, 29), 72), date(2028, 2, 29));
}

#[test]
fn only_days_that_exist_are_read() {
    assert_eq!(parse_day("2026-04-30"), Ok(date(2026, 4, 30)));
    for wrong in
        ["2026-02-29", "2026-4-30", "20260430", "2026-04-31", "", "+026-04-30", "二〇二六年"]
    {
        assert_eq!(parse_day(wrong), Err(NotADay(wrong.to_owned())));
    }
}

proptest! {
    #[test]
    fn day_numbers_agree_with_the_calendar(
        n in 0_i64..3_600_000,
        add in prop_oneof![-210_i64..210, -5_000_i64..5_000],
    ) {
        let day = from_number(n);
        prop_assert_eq!(number_of(day), n);
        let span = jiff::Span::new().days(add);
        if let Ok(then) = day.checked_add(span) && then.year() >= 0 {
            prop_assert_eq!(add_days(day, add), then);
            prop_assert_eq!(days_between(day, then), add);
        }
    }

    #[test]
    fn an_age_begins_on_its_birthday(n in 600_000_i64..730_000, age in 0_i64..110) {
        let born_on = from_number(n);
        let on = birthday(born_on, age);
        prop_assert_eq!(age_on(born_on, on), age);
        prop_assert_eq!(age_on(born_on, add_days(on, -1)), age - 1);
    }

    #[test]
    fn months_agree_with_the_calendar(n in 400_000_i64..730_000, add in -600_i64..600) {
        let day = from_number(n);
        let then = day.checked_add(jiff::Span::new().months(add)).unwrap();
        prop_assert_eq!(add_months(day, add), then);
    }
}

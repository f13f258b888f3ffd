use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn record(name: &str, sound: &str, number: &str) -> Record {
    Record { name: name.into(), sound: sound.into(), number: number.into(), ..Record::default() }
}

#[test]
fn numbers_are_alike_in_what_errors_leave_alone() {
    let known = "110101195003041237";
    let table = [
        ("110101195003041237", Likeness::Same),
        ("110101500304123", Likeness::Same),
        ("１１０１０１195003041237", Likeness::Same),
        (" 11010119500304123x", Likeness::Same),
        ("110101195003042137", Likeness::Swapped),
        ("110101195030041237", Likeness::Swapped),
        ("110101195003041247", Likeness::SerialOff),
        ("110101195103041237", Likeness::BirthOff),
        ("320101195003041237", Likeness::RegionOff),
        ("110101195003045567", Likeness::SameBirth),
        ("330102196112239999", Likeness::Differ),
        ("", Likeness::Unknown),
        ("H12345678", Likeness::Unknown),
    ];
    for (other, likeness) in table {
        assert_eq!(Number::read(known).likeness(&Number::read(other)), likeness, "{other}");
    }
    assert_eq!(Number::read(known).born(), Some(date(1950, 3, 4)));
    assert_eq!(Number::read("110101195013041237").born(), None);
}

#[test]
fn names_are_alike_by_character_and_by_sound() {
    let known = record("张秀英", "zhangxiuying", "");
    for (name, sound, wanted) in [
        ("张秀英", "zhangxiuying", Named::Same),
        ("章秀瑛", "zhangxiuying", Named::Sounds),
        ("张秀兰", "zhangxiulan", Named::Nearly),
        ("张英", "zhangying", Named::Nearly),
        ("王建国", "wangjianguo", Named::Differ),
    ] {
        assert_eq!(named(&known, &record(name, sound, "")), wanted, "{name}");
    }
}

#[test]
fn births_are_alike_as_far_as_both_are_known() {
    let day = Born::Day(date(1950, 3, 4));
    for (other, wanted) in [
        (Born::Day(date(1950, 3, 4)), BornAlike::Day),
        (Born::Day(date(1950, 3, 5)), BornAlike::Differ),
        (Born::Month(1950, 3), BornAlike::Month),
        (Born::Year(1950), BornAlike::Year),
        (Born::Year(1951), BornAlike::Differ),
        (Born::Unknown, BornAlike::Unknown),
    ] {
        assert_eq!(born_alike(day, other), wanted, "{other:?}");
    }
}

/// Ten thousand people of a town past a list of a few rows.
fn town(list: &[Record]) -> Vec<Pair> {
    let plan = madeup::Plan { people: 10_000, seed: 5, today: date(2026, 5, 6) };
    let mut matcher = Matcher::new(list.to_vec());
    for index in 0..plan.people {
        let known = madeup::person(&plan, index);
        let one = record(&known.name, &known.name, &known.identity);
        matcher.see(i64::try_from(index).unwrap(), &one);
    }
    matcher.finish()
}

#[test]
fn the_same_number_under_another_name_is_only_possible() {
    let plan = madeup::Plan { people: 10_000, seed: 5, today: date(2026, 5, 6) };
    let known = madeup::person(&plan, 77);
    let right = record(&known.name, &known.name, &known.identity);
    let wrong = record("欧阳不同", "ouyangbutong", &known.identity);
    let nobody = record("欧阳不同", "ouyangbutong", "110101195003041237");
    let pairs = town(&[right, wrong, nobody]);
    let classes: Vec<_> = pairs.iter().map(|pair| (pair.row, pair.person, pair.class)).collect();
    assert_eq!(classes, [(0, 77, Class::Certain), (1, 77, Class::Possible)]);
    assert!(pairs[0].says.iter().any(|(words, bits)| words == "证件号码相同" && *bits > 10.0));
}

#[test]
fn nobody_and_an_empty_list_are_no_trouble() {
    assert!(town(&[]).is_empty());
    let matcher = Matcher::new(vec![record("王秀兰", "wangxiulan", "")]);
    assert!(matcher.finish().is_empty());
    assert!(town(&[Record::default()]).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever is on the list with one wrong digit, two neighbouring digits turned round, or a
    /// number of 15 digits is found, and nobody else.
    #[test]
    fn one_slip_in_a_number_hides_nobody(index in 0_u64..3_000, at in 0_usize..16, by in 1_u8..10) {
        let plan = madeup::Plan { people: 3_000, seed: 9, today: date(2026, 5, 6) };
        let known = madeup::person(&plan, index);
        prop_assume!(known.identity.len() == 18 && known.born_on.year() < 2000);
        let digits: Vec<u8> = known.identity.bytes().collect();
        let mut wrong = digits.clone();
        wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
        let mut turned = digits.clone();
        turned.swap(at.max(6), at.max(6) + 1);
        let old = [&digits[..6], &digits[8..17]].concat();
        let rows = [wrong, turned, old].map(|digits| {
            record(&known.name, "", &String::from_utf8(digits).unwrap())
        });
        let mut matcher = Matcher::new(rows.to_vec());
        for index in 0..plan.people {
            let one = madeup::person(&plan, index);
            matcher.see(i64::try_from(index).unwrap(), &record(&one.name, "", &one.identity));
        }
        let pairs = matcher.finish();
        for row in 0..3 {
            let found = pairs.iter().find(|pair| pair.row == row);
            prop_assert!(found.is_some_and(|pair| pair.person == index as i64), "{row} {pairs:?}");
            prop_assert!(found.is_some_and(|pair| pair.class < Class::Possible), "{row} {pairs:?}");
        }
    }
}

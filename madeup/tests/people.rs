//! The made-up people keep the promises of the crate.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use jiff::civil::{Date, date};
use madeup::{
    AwayKind, IdentityKind, LANDLINE_PREFIX, MADE_UP, MOBILE_PREFIX, MadeUpPerson, Mark, Plan,
    REGION_PREFIX, RetirementKind, Sex, history_of, identity_check, n_enterprises, n_stations,
    people, person, roster_columns, roster_row,
};

const TODAY: Date = date(2026, 6, 30);

fn plan(people: u64) -> Plan {
    Plan { people, seed: 1, today: TODAY }
}

/// FNV-1a, so that the snapshot needs no library.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[test]
fn seed_1_is_the_same_on_every_machine() {
    let plan = plan(500);
    let mut all = String::new();
    for one in people(&plan) {
        all.push_str(&roster_row(&plan, &one).join("|"));
        all.push_str(&format!("{:?}", (one.born_on, one.archive_born_on, one.died_on)));
        for event in history_of(&plan, &one) {
            all.push_str(&format!("{} {} {:?}", event.on, event.entered_on, event.kind));
        }
    }
    assert_eq!(
        hash(&all),
        0x170A280DB37B1D66,
        "the data of a seed has changed: say so in the change log"
    );
}

#[test]
fn a_person_depends_on_plan_and_index_alone() {
    let plan = plan(300);
    let streamed: Vec<_> = people(&plan).collect();
    assert_eq!(streamed[217], person(&plan, 217));
    assert_ne!(streamed[217], person(&Plan { seed: 2, ..plan }, 217));
}

#[test]
fn identity_numbers_are_valid_made_up_and_distinct() {
    let plan = plan(200_000);
    let mut seen = HashSet::new();
    for one in people(&plan) {
        if one.identity_kind == IdentityKind::Citizen {
            assert_own_number(&one.identity, one.sex, one.born_on);
        }
        for relative in &one.relatives {
            assert_own_number(&relative.identity, relative.sex, relative.born_on);
            assert!(seen.insert(relative.identity.clone()), "{}", relative.identity);
        }
        assert!(seen.insert(one.identity.clone()), "{}", one.identity);
    }
}

fn assert_own_number(number: &str, sex: Sex, born_on: Date) {
    assert_eq!(number.len(), 18, "{number}");
    assert!(number.starts_with(REGION_PREFIX), "{number}");
    assert_eq!(identity_check(number), number.chars().last(), "{number}");
    assert_eq!(&number[6..14], born_on.strftime("%Y%m%d").to_string(), "{number}");
    let is_odd = number.as_bytes()[16] % 2 == 1;
    assert_eq!(is_odd, sex == Sex::Male, "{number}");
}

#[test]
fn telephones_are_distinct_and_of_unassigned_ranges() {
    let mut seen = HashSet::new();
    for one in people(&plan(20_000)) {
        for phone in one.phone.into_iter().chain(one.landline) {
            let is_mobile = phone.starts_with(MOBILE_PREFIX) && phone.len() == 11;
            assert!(is_mobile || phone.starts_with(LANDLINE_PREFIX), "{phone}");
            assert!(seen.insert(phone));
        }
        assert!(seen.insert(one.insurance_no));
    }
}

/// How many of 10,000 are to be so: name, test, range.
type Share = (&'static str, fn(&MadeUpPerson) -> bool, Range<usize>);

const SHARES: &[Share] = &[
    ("women", |one| one.sex == Sex::Female, 5_400..5_800),
    ("here", |one| one.away == AwayKind::Here, 9_100..9_300),
    ("abroad", |one| one.away == AwayKind::Abroad, 70..130),
    ("lonely", |one| one.has(Mark::Lonely), 150..260),
    ("alone", |one| one.has(Mark::LivesAlone), 650..950),
    ("ill", |one| one.has(Mark::GravelyIll), 250..350),
    ("destitute", |one| one.has(Mark::Destitute), 110..190),
    ("pre-founding", |one| one.has(Mark::PreFounding), 3..20),
    ("models", |one| one.has(Mark::ModelWorker), 30..70),
    ("over 80", |one| one.has(Mark::Aged), 900..1_500),
    ("dead", |one| one.died_on.is_some(), 100..200),
    ("recent", |one| one.taken_in_on >= date(2026, 3, 31), 100..200),
    ("dots", |one| one.name.contains('·'), 60..140),
    ("archive", |one| one.archive_born_on != one.born_on, 200..400),
    ("dependants", |one| one.relatives.iter().any(|kin| kin.is_dependant), 60..140),
    ("normal", |one| one.retirement == RetirementKind::Normal, 7_500..9_500),
    ("uncalled", |one| one.contacts.is_empty(), 400..600),
];

#[test]
fn shares_are_as_promised() {
    let all: Vec<_> = people(&plan(40_000)).collect();
    for (what, is_one, promised) in SHARES {
        let share = all.iter().filter(|one| is_one(one)).count() * 10_000 / all.len();
        println!("{what}: {share}");
        assert!(promised.contains(&share), "{what}: {share} of 10,000, not in {promised:?}");
    }
}

#[test]
fn days_follow_one_another() {
    let plan = plan(40_000);
    for one in people(&plan) {
        let last_on = one.died_on.unwrap_or(TODAY);
        assert!(one.born_on < one.began_work_on, "{one:?}");
        assert!(one.began_work_on < one.retired_on, "{one:?}");
        assert!(one.retired_on <= one.taken_in_on, "{one:?}");
        assert!(one.taken_in_on <= last_on && last_on <= TODAY, "{one:?}");
        assert_eq!(one.pension_from.day(), 1);
        assert!(one.pension_from > one.retired_on, "{one:?}");
        let age = i64::from(TODAY.year() - one.born_on.year());
        assert!((50..=100).contains(&age), "{one:?}");
        for (mark, since_on) in &one.marks {
            assert!(*since_on <= last_on, "{mark:?} {one:?}");
        }
        assert!((180_000..740_000).contains(&one.pension_fen));
        assert!(u64::from(one.station) < n_stations(&plan));
        assert!(u64::from(one.enterprise) < n_enterprises(&plan));
        if one.has(Mark::PreFounding) {
            assert!(one.began_work_on < date(1949, 10, 1));
        }
    }
}

#[test]
fn any_today_will_do() {
    for today in [date(2024, 2, 29), date(2025, 1, 1), date(2035, 12, 31)] {
        let plan = Plan { people: 2_000, seed: 9, today };
        for one in people(&plan) {
            assert!(one.taken_in_on >= one.retired_on && one.taken_in_on <= today, "{one:?}");
            assert!(one.born_on.year() >= today.year() - 101);
        }
    }
}

#[test]
fn a_roster_row_fits_its_headings_and_says_what_it_is() {
    let plan = plan(200);
    assert!(roster_columns().len() >= 25);
    assert_eq!(roster_columns().iter().collect::<BTreeSet<_>>().len(), roster_columns().len());
    for one in people(&plan) {
        let row = roster_row(&plan, &one);
        assert_eq!(row.len(), roster_columns().len());
        assert_eq!(row.last().map(String::as_str), Some(MADE_UP));
        let cell = |heading| {
            let at = roster_columns().iter().position(|&known| known == heading);
            row[at.unwrap()].as_str()
        };
        assert_eq!(cell("身份证号"), one.identity);
        assert_eq!(cell("养老金（元/月）").replace('.', ""), one.pension_fen.to_string());
        assert_eq!(cell("手机号码"), one.phone.as_deref().unwrap_or(""));
        assert_eq!(cell("管理形式"), one.management.label());
    }
}

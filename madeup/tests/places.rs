//! The city, its enterprises, its history and the outside list of deaths.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::{Date, date};
use madeup::{
    DeathError, EventKind, Mark, OrgKind, OrgLevel, Plan, credit_code_check, deaths, enterprises,
    history, history_of, n_stations, orgs, people, person, station_code, station_name,
};

const TODAY: Date = date(2026, 6, 30);

fn plan(people: u64) -> Plan {
    Plan { people, seed: 1, today: TODAY }
}

#[test]
fn the_city_grows_with_its_people() {
    // people, districts, streets, stations at least, stations at most
    let rows = [
        (100, 2, 8, 80, 80),
        (50_000, 2, 8, 80, 80),
        (50_001, 2, 9, 100, 110),
        (1_000_000, 5, 60, 690, 710),
        (2_000_000, 8, 120, 1_390, 1_410),
    ];
    for (people, districts, streets, least, most) in rows {
        let plan = plan(people);
        let all = orgs(&plan);
        let n = |kind| all.iter().filter(|org| org.kind == kind).count();
        assert_eq!(n(OrgKind::RetireeOffice), districts + 1, "{people}");
        assert_eq!(n(OrgKind::Agency), n(OrgKind::Administration));
        assert_eq!(n(OrgKind::Street), streets, "{people}");
        assert!((least..=most).contains(&n(OrgKind::Station)), "{people}");
        assert_eq!(n(OrgKind::Station) as u64, n_stations(&plan));
        assert!(n(OrgKind::Group) >= 2 * n(OrgKind::Station));
    }
}

#[test]
fn codes_hold_their_parents_and_names_are_distinct() {
    for people in [20_000, 400_000, 1_000_000, 3_000_000] {
        let all = orgs(&plan(people));
        let mut codes = BTreeSet::new();
        let mut names = BTreeSet::new();
        for org in &all {
            let digits = match org.level {
                OrgLevel::City => 4,
                OrgLevel::District => 6,
                OrgLevel::Street => 9,
                OrgLevel::Station => 12,
                OrgLevel::Group => 15,
            };
            assert_eq!(org.code.len(), digits, "{org:?}");
            match &org.parent {
                None => assert_eq!(org.level, OrgLevel::City),
                Some(parent) => {
                    assert!(org.code.starts_with(parent.as_str()), "{org:?}");
                    assert!(codes.iter().any(|(code, _)| code == parent), "{org:?}");
                }
            }
            assert!(org.name.contains("示范"), "{org:?}");
            assert!(names.insert(org.name.clone()), "{org:?}");
            assert!(codes.insert((org.code.clone(), format!("{:?}", org.kind))), "{org:?}");
        }
    }
}

#[test]
fn stations_by_index_are_those_of_the_tree() {
    for people in [20_000, 1_000_000] {
        let plan = plan(people);
        let tree: Vec<_> =
            orgs(&plan).into_iter().filter(|org| org.kind == OrgKind::Station).collect();
        for (index, org) in tree.iter().enumerate() {
            assert_eq!(station_code(&plan, index as u32), org.code);
            assert_eq!(station_name(index as u32), org.name);
        }
    }
}

#[test]
fn every_station_has_people_and_every_group_exists() {
    let plan = plan(20_000);
    let codes: BTreeSet<String> = orgs(&plan).into_iter().map(|org| org.code).collect();
    let mut n_people = BTreeMap::new();
    for one in people(&plan) {
        *n_people.entry(one.station).or_insert(0) += 1;
        if let Some(group) = one.group {
            let code = format!("{}-{group:02}", station_code(&plan, one.station));
            assert!(codes.contains(&code), "{code}");
        }
    }
    assert_eq!(n_people.len() as u64, n_stations(&plan));
    assert!(n_people.values().all(|n| (100..500).contains(n)), "{n_people:?}");
}

#[test]
fn credit_codes_are_valid_and_distinct() {
    let mut codes = BTreeSet::new();
    let mut names = BTreeSet::new();
    for one in enterprises(&plan(1_000_000)) {
        assert_eq!(one.credit_code.len(), 18);
        assert_eq!(credit_code_check(&one.credit_code), one.credit_code.chars().last());
        assert!(one.name.contains("示范"));
        assert!(names.insert(one.name.clone()), "{one:?}");
        assert!(codes.insert(one.credit_code.clone()), "{one:?}");
    }
    assert_eq!(codes.len(), 4_000);
}

#[test]
fn history_stays_within_a_life_and_eight_months() {
    let plan = plan(8_000);
    let mut n_of_kind = HashMap::new();
    for one in people(&plan) {
        let events = history_of(&plan, &one);
        assert!(events.is_sorted_by_key(|event| event.on));
        for event in &events {
            assert!(event.on >= date(2025, 10, 30) && event.on <= TODAY, "{event:?}");
            assert!(event.on >= one.taken_in_on, "{event:?} {one:?}");
            assert!(event.on <= one.died_on.unwrap_or(TODAY), "{event:?} {one:?}");
            assert!(event.entered_on >= event.on && event.entered_on <= TODAY, "{event:?}");
            *n_of_kind.entry(std::mem::discriminant(&event.kind)).or_insert(0) += 1;
        }
    }
    assert_eq!(n_of_kind.len(), 9, "every kind happens");
    assert_eq!(history(&plan, 77), history_of(&plan, &person(&plan, 77)));
}

/// The first quarter of 2026 lies whole within the eight months.
#[test]
fn lonely_people_are_mostly_visited_every_quarter() {
    let plan = plan(60_000);
    let (first_on, last_on) = (date(2026, 1, 1), date(2026, 3, 31));
    let (mut n_owed, mut n_visited) = (0, 0);
    for one in people(&plan) {
        let since_long = one.taken_in_on < date(2025, 1, 1) && one.died_on.is_none();
        if one.has(Mark::Lonely) && since_long {
            n_owed += 1;
            let is_visit = |kind: &EventKind| matches!(kind, EventKind::Visit { .. });
            let visited = history_of(&plan, &one)
                .iter()
                .any(|event| is_visit(&event.kind) && event.on >= first_on && event.on <= last_on);
            n_visited += usize::from(visited);
        }
    }
    assert!(n_owed > 500, "{n_owed}");
    let share = n_visited * 100 / n_owed;
    assert!((80..=97).contains(&share), "{n_visited} of {n_owed}");
}

#[test]
fn the_list_of_deaths_keeps_the_truth_beside_its_errors() {
    let plan = plan(60_000);
    let mut n_of_error = HashMap::new();
    let mut n_dead = 0;
    for row in deaths(&plan) {
        *n_of_error.entry(row.error).or_insert(0) += 1;
        let Some(index) = row.person else {
            assert_eq!(row.error, DeathError::Stranger);
            continue;
        };
        n_dead += 1;
        let truth = person(&plan, index);
        let same_number = row.identity.as_deref() == Some(truth.identity.as_str());
        let same_name = row.name == truth.name;
        let same_day = Some(row.died_on) == truth.died_on;
        let expected = match row.error {
            DeathError::None => (true, true, true),
            DeathError::SwappedDigits | DeathError::FifteenDigits | DeathError::MissingNumber => {
                (false, true, true)
            }
            DeathError::Homophone => (true, false, true),
            DeathError::WrongDay => (true, true, false),
            DeathError::Stranger => panic!("a stranger with an index: {row:?}"),
        };
        assert_eq!((same_number, same_name, same_day), expected, "{row:?} {truth:?}");
    }
    assert_eq!(n_dead, people(&plan).filter(|one| one.died_on.is_some()).count());
    assert_eq!(n_of_error.len(), 7, "every error happens: {n_of_error:?}");
}

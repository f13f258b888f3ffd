//! The figures of a month against a slow replay, and the rows behind each of them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Query, Scope, q};
use rules::days::add_days;
use rules::duties::Rule;
use rules::facts::{CertifiedBy, Mark, Way};
use songhe::statistics::counts::adds_up;
use songhe::statistics::month::Month;
use songhe::statistics::{count, figures, rows};

use crate::oracle;
use crate::world::{TODAY, World};

const STATIONS: [&str; 4] = ["990101001001", "990101001002", "990101002001", "990102001001"];

/// A throw of dice that falls the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % n
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    fn day(&mut self) -> Date {
        // Few days, so that much happens on the same one.
        add_days(Date::constant(2026, 2, 20), i64::try_from(self.below(70)).unwrap())
    }
}

async fn tumble(world: &World, seed: u64) {
    let mut dice = Dice(seed);
    let mut stations = Vec::new();
    for code in STATIONS {
        stations.push(world.org(code, "station").await);
    }
    let mut queries = Vec::new();
    for _ in 0..40 {
        let id = world.db().number().await.unwrap();
        queries.push(person(id, stations[0], &mut dice));
        for _ in 0..dice.below(14) {
            let fact = world.db().number().await.unwrap();
            queries.push(fact_of(fact, id, &stations, &mut dice));
        }
        for _ in 0..dice.below(4) {
            queries.push(visit(world.db().number().await.unwrap(), id, &mut dice));
            queries.push(duty(world.db().number().await.unwrap(), id, &mut dice));
        }
    }
    world.db().housekeep(queries).await.unwrap();
}

fn person(id: i64, station: i64, dice: &mut Dice) -> Query {
    let born = format!("{}-0{}-11", 1936 + dice.below(30), 1 + dice.below(9));
    q!(
        "INSERT INTO persons (id, version, org, station, status, name, pinyin, initials, id_kind,
             born_on, sex, ethnic, political, education, marital, away, away_place,
             enterprise_name, retirement_kind, management, taken_in_on, extra)
         VALUES ($1, 1, '990101001001', $2, 'active', '林青', 'linqing', 'lq', 'resident', $3, '1',
             '01', '', '', '', 'here', '', '', '', $4, '2025-01-01', '{}')",
        id,
        station,
        born,
        dice.one(&["1", "2", "3", "9", ""])
    )
}

fn fact_of(id: i64, person: i64, stations: &[i64], dice: &mut Dice) -> Query {
    let kinds = [
        "taken_in",
        "taken_in",
        "moved",
        "moved",
        "left",
        "died",
        "mark_set",
        "mark_set",
        "mark_ended",
        "residence",
        "certified",
        "card_issued",
        "hospitalised",
        "hardship",
        "senior_card_settled",
    ];
    let kind = dice.one(&kinds);
    let detail = match kind {
        "mark_set" | "mark_ended" => dice.one(Mark::ALL).code(),
        "residence" => dice.one(&["here", "in_province", "abroad"]),
        "certified" => dice.one(CertifiedBy::ALL).code(),
        _ => "",
    };
    let reference = if matches!(kind, "taken_in" | "moved") { dice.one(stations) } else { 0 };
    q!(
        "INSERT INTO facts (id, person, kind, reference, detail, on_day, entered_on, source, act,
                            voided_by)
         VALUES ($1, $2, $3, $4, $5, $6, $6, 'people', 1, $7)",
        id,
        person,
        kind,
        reference,
        detail,
        dice.day(),
        (dice.below(10) == 0).then_some(2_i64)
    )
}

fn visit(id: i64, person: i64, dice: &mut Dice) -> Query {
    q!(
        "INSERT INTO visits (id, person, about, org, station, way, outcome, on_day, entered_on,
                             paper, visitor, account, findings, settled, fact, facts, act,
                             void_reason, version)
         VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $7, 0, '协理员', 1, $8, '', 1, '1', 1, $9, 1)",
        id,
        person,
        dice.one(&[0_i64, 0, 0, 5, -1]),
        dice.one(&STATIONS),
        dice.one(Way::ALL).code(),
        dice.one(&["met", "met", "not_reached"]),
        dice.day(),
        dice.one(&["", "needs_help", "hardship,said_dead", "alone"]),
        (dice.below(6) == 0).then_some("登错了")
    )
}

fn duty(id: i64, person: i64, dice: &mut Dice) -> Query {
    let (opens, due) = (dice.day(), dice.day());
    let state = dice.one(&["open", "settled", "settled", "missed", "lapsed"]);
    let ended = (state != "open").then(|| dice.day());
    let late = i64::from(state == "missed" || ended.is_some_and(|ended| ended > due));
    q!(
        "INSERT INTO duties (id, person, rule, version, period, about, owner, org, station,
                             opens_on, due_on, closes_on, estimated, cause, state, ended_on,
                             entered_on, ended_by, late)
         VALUES ($1, $2, $3, '2004-01-01', $1, 0, 'station', $4, 1, $5, $6, $6, 0, 1, $7, $8, $8,
                 1, $9)",
        id,
        person,
        dice.one(Rule::ALL).id(),
        dice.one(&STATIONS),
        opens,
        due,
        state,
        ended,
        late
    )
}

#[tokio::test]
async fn figures_and_rows_agree_with_a_slow_replay_of_the_facts() {
    let mut tried = BTreeSet::new();
    for seed in 1..=6 {
        for world in World::each().await {
            tumble(&world, seed).await;
            for code in ["2026-02", "2026-03", "2026-04", "2026-05"] {
                let month = Month::read(code, TODAY).unwrap();
                tried.extend(check(&world, &month).await);
            }
        }
    }
    let untried = figures::ALL.iter().filter(|figure| !tried.contains(&figure.id));
    let untried: Vec<&str> = untried.map(|figure| figure.id.as_str()).collect();
    assert!(untried.len() < 10, "never above zero: {untried:?}");
}

/// The replay, the counts and the rows say the same for every figure of every station, and the
/// counts of a jurisdiction are the sums of its stations.
async fn check(world: &World, month: &Month) -> BTreeSet<String> {
    let expected = oracle::counted(world, month).await;
    let counts = count::counts(world.db(), &Scope::below("9901"), month).await.unwrap();
    let mut tried = BTreeSet::new();
    for station in STATIONS {
        let keys = rows::of_station(world.db(), station, month).await.unwrap();
        for figure in figures::ALL.iter() {
            let known = expected.get(&(station.to_owned(), figure.id.clone()));
            let known = known.cloned().unwrap_or_default();
            let listed: BTreeSet<i64> = keys.of(&figure.id).iter().map(|key| key.id).collect();
            let at = format!("{} of {station} in {}", figure.id, month.code);
            assert_eq!(known, listed, "{at}: rows");
            assert_eq!(keys.of(&figure.id).len(), known.len(), "{at}: a row twice");
            assert_eq!(counts.of(station, &figure.id), known.len() as i64, "{at}: count");
            if !known.is_empty() {
                tried.insert(figure.id.clone());
            }
        }
        assert!(adds_up(&keys.values()), "{station} {}", month.code);
    }
    for scope in ["9901", "990101", "990101001", "990102"] {
        let below = count::counts(world.db(), &Scope::below(scope), month).await.unwrap();
        for figure in figures::ALL.iter() {
            let stations = STATIONS.iter().filter(|code| code.starts_with(scope));
            let sum: i64 = stations.map(|code| counts.of(code, &figure.id)).sum();
            assert_eq!(below.of(scope, &figure.id), sum, "{} of {scope}", figure.id);
        }
    }
    tried
}

#[test]
fn every_figure_has_a_name_of_its_own_and_says_how_it_is_counted() {
    let mut seen = BTreeSet::new();
    for figure in figures::ALL.iter() {
        assert!(seen.insert(&figure.id), "{} twice", figure.id);
        assert!(!figure.name.is_empty() && figure.how.chars().count() > 8, "{}", figure.id);
        assert_eq!(figures::find(&figure.id), Some(figure));
    }
}

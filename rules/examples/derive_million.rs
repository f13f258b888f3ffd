//! How long it takes to derive all duties of a million made-up retirees on two threads.
//!
//! `cargo run --release -p rules --example derive_million`

use rules::days::{Date, add_days};
use rules::duties::{Duty, Subject, Terms, arising};
use rules::facts::{Away, Fact, FactKind, Mark, Way};
use rules::law::Law;
use std::time::Instant;

const N_PEOPLE: usize = 1_000_000;
const TODAY: Date = Date::constant(2026, 11, 23);
const FIRST: Date = Date::constant(2023, 1, 1);

/// A linear congruential generator: the same people every time.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, n: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }
}

struct Person {
    born_on: Date,
    facts: Vec<Fact>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let law = Law::embedded()?;
    let terms = Terms::from_law(&law)?;
    let mut random = Lcg(20_261_123);
    let people: Vec<Person> = (0..N_PEOPLE).map(|_| person(&mut random)).collect();
    let n_facts: usize = people.iter().map(|person| person.facts.len()).sum();
    let start = Instant::now();
    let halves = people.chunks(N_PEOPLE.div_ceil(2));
    let n_duties: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = halves.map(|half| scope.spawn(|| derive(half, &terms))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    let n_ms = start.elapsed().as_millis();
    println!("{N_PEOPLE} people, {n_facts} facts, {n_duties} duties: {n_ms} ms");
    Ok(())
}

fn derive(people: &[Person], terms: &Terms) -> usize {
    let mut out: Vec<Duty> = Vec::new();
    let mut n_duties = 0;
    for person in people {
        out.clear();
        let subject = Subject { born_on: Some(person.born_on), facts: &person.facts };
        if arising(&subject, terms, TODAY, &mut out).is_ok() {
            n_duties += out.len();
        }
    }
    n_duties
}

fn person(random: &mut Lcg) -> Person {
    let taken_in = add_days(FIRST, random.below(1_300));
    let mut list = vec![(taken_in, FactKind::TakenIn { station: random.below(900) + 1 })];
    for _ in 0..4 {
        let way = if random.below(3) == 0 { Way::Telephone } else { Way::Home };
        let on = add_days(taken_in, random.below(1_200));
        list.push((on, FactKind::Contacted { way, about: 0 }));
    }
    let special = match random.below(12) {
        0 => FactKind::MarkSet { mark: Mark::Alone },
        1 => FactKind::Residence { away: Away::OtherProvince },
        2 => FactKind::Hospitalised,
        3 => FactKind::Died,
        _ => FactKind::CardIssued,
    };
    list.push((add_days(taken_in, random.below(900)), special));
    list.retain(|(on, _)| *on <= TODAY);
    list.sort_by_key(|(on, _)| *on);
    let born_on = add_days(FIRST, -365 * (55 + random.below(35)) - random.below(365));
    let facts = (1..).zip(list).map(|(id, (on, kind))| Fact { id, on, entered_on: on, kind });
    Person { born_on, facts: facts.collect() }
}

//! How fast people are made up: `cargo run --release -p madeup --example million`.

use std::time::Instant;

use jiff::civil::date;
use madeup::{Plan, people};

fn main() {
    let plan = Plan { people: 1_000_000, seed: 1, today: date(2026, 6, 30) };
    let begun = Instant::now();
    let mut n_bytes = 0_usize;
    for person in people(&plan) {
        n_bytes += person.name.len() + person.identity.len();
    }
    let spent = begun.elapsed().as_millis().max(1);
    let a_second = u128::from(plan.people) * 1_000 / spent;
    println!("{} people, {n_bytes} bytes, {spent} ms, {a_second} a second", plan.people);
}

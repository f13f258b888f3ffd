//! Recall and precision on a made-up city and its list of deaths with errors, by kind of error;
//! `cargo run --release -p linkage --example measure -- PEOPLE SEED`.

use std::collections::BTreeMap;

use jiff::civil::date;
use linkage::{Class, Matcher, Record};
use madeup::{DeathReport, Plan, Sex};

fn sex(of: Sex) -> u8 {
    if of == Sex::Male { 1 } else { 2 }
}

fn row(of: &DeathReport) -> Record {
    let number = of.identity.clone().unwrap_or_default();
    Record { name: of.name.clone(), number, sex: sex(of.sex), ..Record::default() }
}

fn main() {
    let mut words = std::env::args().skip(1).filter_map(|word| word.parse().ok());
    let (people, seed) = (words.next().unwrap_or(100_000), words.next().unwrap_or(1));
    let plan = Plan { people, seed, today: date(2026, 5, 6) };
    let reports: Vec<DeathReport> = madeup::deaths(&plan).collect();
    let mut matcher = Matcher::new(reports.iter().map(row).collect());
    let (mut n, mut spent) = (0_u64, std::time::Duration::ZERO);
    while n < people {
        let some: Vec<Record> = (n..people.min(n + 50_000))
            .map(|index| {
                let known = madeup::person(&plan, index);
                let (name, number) = (known.name, known.identity);
                Record { name, number, sex: sex(known.sex), ..Record::default() }
            })
            .collect();
        let began = std::time::Instant::now();
        for (at, record) in (n..).zip(&some) {
            matcher.see(i64::try_from(at).unwrap_or(0), record);
        }
        spent += began.elapsed();
        n += some.len() as u64;
    }
    let began = std::time::Instant::now();
    let pairs = matcher.finish();
    println!(
        "{:.2} s of streaming, {:.2} s of weighing",
        spent.as_secs_f64(),
        began.elapsed().as_secs_f64()
    );
    spent += began.elapsed();
    let (mut right, mut wrong) = (0, 0);
    let mut by_kind: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut hit = vec![false; reports.len()];
    for pair in pairs.iter().filter(|pair| pair.class <= Class::Probable) {
        let is_right = reports[pair.row].person == u64::try_from(pair.person).ok();
        if is_right {
            right += 1;
            hit[pair.row] = true;
        } else {
            wrong += 1;
            println!("wrong: {:?} {pair:?}", reports[pair.row]);
        }
    }
    let mut n_true = 0;
    for (report, hit) in reports.iter().zip(hit) {
        let counts = by_kind.entry(format!("{:?}", report.error)).or_default();
        counts.0 += 1;
        counts.1 += u64::from(hit);
        n_true += u64::from(report.person.is_some());
    }
    println!("{people} people, {} rows, {n_true} of them known", reports.len());
    println!(
        "recall {:.4}, precision {:.5}",
        f64::from(right) / n_true as f64,
        f64::from(right) / f64::from((right + wrong).max(1))
    );
    println!("{by_kind:?}");
    println!("{:.2} s in the matcher", spent.as_secs_f64());
}

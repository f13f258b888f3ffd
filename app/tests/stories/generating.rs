//! Made-up data in files: the same for the same seed, and read by the commands that import.

use std::collections::BTreeMap;
use std::path::Path;

use songhe::cli::generate::{Wish, generate};

use crate::orgs::from_file;
use crate::world::{TODAY, World};

fn made(people: u64, seed: u64, dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let wish = Wish { people, seed, out: dir.join("out"), csv_only: false };
    generate(Some(TODAY), &wish).unwrap();
    let entries = std::fs::read_dir(&wish.out).unwrap().map(Result::unwrap);
    let read = |entry: std::fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
    };
    entries.map(read).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let dirs = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let first = made(150, 7, dirs[0].path());
    let names: Vec<&str> = first.keys().map(String::as_str).collect();
    let expected = [
        "README.txt",
        "deaths.csv",
        "enterprises.csv",
        "history.csv",
        "orgs.csv",
        "roster.csv",
        "roster.xlsx",
        "truth.csv",
    ];
    assert_eq!(names, expected);
    let again = made(150, 7, dirs[1].path());
    assert!(first == again, "the same seed");
    let other = made(150, 8, dirs[2].path());
    assert!(first["roster.xlsx"] != other["roster.xlsx"], "another seed");
    for name in ["README.txt", "roster.csv", "deaths.csv", "enterprises.csv"] {
        assert!(String::from_utf8_lossy(&first[name]).contains("虚构数据"), "{name}");
    }
}

#[test]
fn both_rosters_say_the_same() {
    let dir = tempfile::tempdir().unwrap();
    made(60, 1, dir.path());
    let rows = |name: &str| {
        let mut book = sheets::open(&dir.path().join("out").join(name), name).unwrap();
        let sheet = book.sheets()[0].name.clone();
        let mut rows: Vec<Vec<String>> = Vec::new();
        book.rows::<sheets::SheetError>(&sheet, &mut |row| {
            rows.push((0..38).map(|column| row.text(column).to_owned()).collect());
            Ok(sheets::Flow::Go)
        })
        .unwrap();
        rows
    };
    let (csv, xlsx) = (rows("roster.csv"), rows("roster.xlsx"));
    assert_eq!(csv[0], madeup::roster_columns());
    assert_eq!((csv.len(), xlsx.len()), (61, 62), "the workbook has a title above");
    for (csv, xlsx) in csv.iter().zip(&xlsx[1..]) {
        for (column, (one, other)) in csv.iter().zip(xlsx).enumerate() {
            let money = madeup::roster_columns()[column].starts_with("养老金");
            let same = one == other || money && one.trim_end_matches(['0', '.']) == other;
            assert!(same || money && one.parse::<f64>() == other.parse::<f64>(), "{one} {other}");
        }
    }
}

#[test]
fn the_truth_stands_beside_the_deaths() {
    let dir = tempfile::tempdir().unwrap();
    let made = made(4_000, 3, dir.path());
    let text = |name: &str| String::from_utf8(made[name].clone()).unwrap();
    let (list, truth, roster) = (text("deaths.csv"), text("truth.csv"), text("roster.csv"));
    let roster: Vec<Vec<&str>> = roster.lines().map(|line| line.split(',').collect()).collect();
    let mut kinds = BTreeMap::new();
    for (reported, told) in list.lines().zip(truth.lines()).skip(1) {
        let reported: Vec<&str> = reported.split(',').collect();
        let told: Vec<&str> = told.split(',').collect();
        *kinds.entry(told[4].to_owned()).or_insert(0) += 1;
        if told[4] == "stranger" {
            assert_eq!(told[1], "");
            continue;
        }
        let known = &roster[told[1].parse::<usize>().unwrap()];
        assert_eq!(known[5], told[2], "the number of the roster");
        let same = (reported[0] == known[1], reported[1] == known[5], reported[3] == told[3]);
        let expected = match told[4] {
            "none" => (true, true, true),
            "homophone" => (false, true, true),
            "wrong_day" => (true, true, false),
            _ => (true, false, true),
        };
        assert_eq!(same, expected, "{reported:?} {told:?}");
    }
    assert!(kinds.len() >= 5, "{kinds:?}");
}

#[tokio::test]
async fn the_organisations_are_imported() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = made(30, 1, dir.path())["orgs.csv"].clone();
    for world in World::each().await {
        // The city 9901 is there already, under another name.
        let plan = from_file(&world, &bytes).await;
        assert!(plan.wrong.is_empty(), "{:?}", plan.wrong);
        assert!(plan.n_new() > 200 && plan.n_renamed() > 0, "{} are new", plan.n_new());
        let again = from_file(&world, &bytes).await;
        assert_eq!((again.n_new(), again.n_renamed()), (0, 0), "the same table again");
    }
}

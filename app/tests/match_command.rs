//! `songhe match`, as the operator types it: a list of deaths with errors against a made-up city,
//! the truth beside it; lists as other offices write them.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

struct House {
    dir: TempDir,
}

impl House {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        let url = format!("sqlite:{}", self.path("songhe.db").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_songhe"));
        command.args(args).args(["--database", &url, "--today", "2026-05-06"]);
        command.env_remove("SONGHE_DATABASE").env_remove("SONGHE_KEY_FILE");
        command.current_dir(self.dir.path()).output().unwrap()
    }

    fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let says = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {says}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn matched(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.done(&[&["match"], args, &["--json"]].concat())).unwrap()
    }

    /// A city of so many people.
    fn city(people: &str, seed: &str) -> Self {
        let house = Self::new();
        house.done(&["generate", "--people", people, "--seed", seed, "--out", ".", "--csv-only"]);
        house.done(&["init"]);
        house.done(&["orgs", "import", "orgs.csv"]);
        house.done(&["import", "roster", "roster.csv", "--org", "9901", "--only-correct"]);
        house
    }

    fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let titles: Vec<String> = lines.next().unwrap().split(',').map(str::to_owned).collect();
        let row = |line: &str| {
            let cells = line.split(',').map(str::to_owned);
            titles.iter().cloned().zip(cells).collect()
        };
        lines.map(row).collect()
    }
}

/// As a number is shown: its first three and last four.
fn shown(number: &str) -> String {
    let n = number.len();
    format!("{}{}{}", &number[..3], "*".repeat(n - 7), &number[n - 4..])
}

#[test]
fn every_death_with_a_number_is_found_and_nobody_else() {
    let house = House::city("4000", "23");
    let told = house.matched(&["deaths.csv"]);
    let truth: BTreeMap<u64, BTreeMap<String, String>> =
        house.rows("truth.csv").into_iter().map(|row| (row["row"].parse().unwrap(), row)).collect();
    assert_eq!(told["rows"].as_u64().unwrap() as usize, truth.len());
    let mut found = Vec::new();
    for pair in told["pairs"].as_array().unwrap() {
        let row = pair["row"].as_u64().unwrap();
        let real = &truth[&row];
        if pair["class"] == "possible" {
            continue;
        }
        assert!(!real["person"].is_empty(), "a stranger is nobody: {pair}");
        assert_eq!(pair["id_number"], shown(&real["identity"]), "{pair} {real:?}");
        assert_eq!(pair["class"] == "certain", real["error"] != "swapped_digits", "{pair}");
        found.push(row);
    }
    let missed = truth.iter().filter(|(row, real)| {
        !real["person"].is_empty() && real["error"] != "missing_number" && !found.contains(row)
    });
    assert_eq!(missed.collect::<Vec<_>>(), [], "with a number everybody is found");
    assert!(found.len() > 30, "{}", found.len());

    house.done(&["match", "deaths.csv", "--out", "pairs.csv"]);
    let pairs = house.rows("pairs.csv");
    assert_eq!(pairs.len(), told["pairs"].as_array().unwrap().len());
    assert!(pairs[0]["凭什么"].contains("证件号码相同"), "{:?}", pairs[0]);
    let below = house.matched(&["deaths.csv", "--org", "990102"]);
    assert!(below["people"].as_u64().unwrap() < told["people"].as_u64().unwrap());
    let verified = house.run(&["verify"]);
    assert!(verified.status.success(), "the audit chain holds");
}

/// Titles of another office above a merged line, a birth instead of a number, full width, a name
/// of the same sound; and lists that cannot be read.
#[test]
fn lists_are_taken_as_other_offices_write_them() {
    let house = House::city("600", "7");
    let roster = house.rows("roster.csv");
    let [one, two, three] = &roster[40..43] else { unreachable!() };
    let wide: String =
        one["身份证号"].chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    let [year, month] = [&two["身份证号"][6..10], &two["身份证号"][10..12]];
    let day = format!("{year}年{month}月{}日", &two["身份证号"][12..14]);
    let list = format!(
        "某区殡仪馆火化名单\n\n死者姓名,死者身份证号,性别,出生日期,火化日期\n\
         {} ,{wide},,,2026-04-01\n{},,{},{day},2026-04-02\n欧阳无此人,,男,1940-01-01,2026-04-03\n\
         张某某,{},,,2026-04-04\n合计,4人,,,\n",
        one["姓名"], two["姓名"], two["性别"], three["身份证号"],
    );
    std::fs::write(house.path("list.csv"), list).unwrap();
    let told = house.matched(&["list.csv"]);
    let pairs = told["pairs"].as_array().unwrap();
    let of = |row: u64| pairs.iter().find(|pair| pair["row"] == row);
    assert_eq!(told["rows"], 4, "{told}");
    assert_eq!(of(4).unwrap()["class"], "certain", "{told}");
    let by_birth = of(5).unwrap();
    assert_eq!(by_birth["person_name"], two["姓名"], "{told}");
    assert!(by_birth["explanation"].to_string().contains("出生日期相同"), "{by_birth}");
    assert!(of(6).is_none(), "nobody of that name");
    let other_name = of(7).unwrap();
    assert_eq!(other_name["class"], "possible", "never more under another name: {other_name}");

    for (name, text, says) in
        [("none.csv", "编号,金额\n1,2\n", "没有找到姓名这一列"), ("empty.csv", "", "请核对")]
    {
        std::fs::write(house.path(name), text).unwrap();
        let refused = house.run(&["match", name]);
        assert_eq!(refused.status.code(), Some(1), "{name}");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains(says) || name == "empty.csv", "{name}: {told}");
    }
    let nowhere = house.run(&["match", "list.csv", "--org", "123456"]);
    let told = String::from_utf8_lossy(&nowhere.stderr).into_owned();
    assert!(told.contains("没有代码为“123456”的机构"), "{told}");
}

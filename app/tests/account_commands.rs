//! The commands about accounts, as the operator types them.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::process::{Command, Output};

/// Runs the program on the database of a folder.
fn songhe(dir: &tempfile::TempDir, args: &[&str]) -> Output {
    let url = format!("sqlite:{}", dir.path().join("songhe.db").display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_songhe"));
    command.args(args).args(["--database", &url, "--today", "2026-05-06"]);
    command.env_remove("SONGHE_DATABASE").env_remove("SONGHE_KEY_FILE").output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn accounts_are_added_listed_disabled_and_reset() {
    let dir = tempfile::tempdir().unwrap();
    let code = said(&songhe(&dir, &["init"]));
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4], "{code}");
    let other = said(&songhe(&dir, &["init"]));
    assert_ne!(code, other, "a code that was lost is replaced");
    let csv = dir.path().join("orgs.csv");
    let orgs = "code,name,level,parent\n990101,东区,district,\n990101001,青山街道,street,990101\n";
    std::fs::write(&csv, orgs).unwrap();
    said(&songhe(&dir, &["orgs", "import", csv.to_str().unwrap()]));

    let add =
        |name, org, post| songhe(&dir, &["account", "add", name, "--org", org, "--post", post]);
    let first = said(&add("qingshan", "990101001", "street_clerk"));
    assert_eq!(first.len(), 14, "{first}");
    said(&add("guard", "990101", "security_admin"));
    assert!(refused(&add("wrong", "990101001", "coordinator")).contains("不设"));
    assert!(refused(&add("qingshan", "990101", "office_lead")).contains("已被使用"));
    assert!(refused(&songhe(&dir, &["init"])).contains("已有账号"));

    let list = said(&songhe(&dir, &["account", "list", "--json"]));
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["guard", "qingshan"]);
    let below = said(&songhe(&dir, &["account", "list", "--org", "990101001"]));
    assert!(below.contains("qingshan") && !below.contains("guard"), "{below}");

    assert!(said(&songhe(&dir, &["token", "qingshan"])).starts_with("songhe_"));
    said(&songhe(&dir, &["account", "disable", "qingshan"]));
    assert!(said(&songhe(&dir, &["account", "list"])).contains("已停用"));
    said(&songhe(&dir, &["account", "enable", "qingshan"]));
    let again = said(&songhe(&dir, &["account", "password", "guard"]));
    assert_eq!(again.len(), 14);
    assert!(refused(&songhe(&dir, &["account", "disable", "nobody"])).contains("没有账号"));
    said(&songhe(&dir, &["verify"]));
}

#[test]
fn a_mistyped_path_makes_no_database() {
    let dir = tempfile::tempdir().unwrap();
    let commands: &[&[&str]] = &[
        &["serve", "--listen", "127.0.0.1:0"],
        &["account", "list"],
        &["duties", "verify"],
        &["migrate"],
        &["verify"],
    ];
    for args in commands {
        assert!(refused(&songhe(&dir, args)).contains("没有数据库文件"), "{args:?}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{args:?}");
    }
}

#[test]
fn codes_change_by_a_table_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    said(&songhe(&dir, &["init"]));
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let orgs = "code,name,level,parent\n990101,东区,district,\n990101001,青山街道,street,990101\n\
                990101001001,青山社区,station,990101001\n";
    said(&songhe(&dir, &["orgs", "import", &write("orgs.csv", orgs)]));
    let bad = write("bad.csv", "现用代码,新代码\n990101001,990101005\n990101001009,990101005009\n");
    let recode = |file: &str, more: &[&str]| {
        let all = [&["orgs", "recode", file, "--document", "民函〔2026〕1号"], more].concat();
        songhe(&dir, &all)
    };
    let says = refused(&recode(&bad, &[]));
    assert!(says.contains("第 3 行：没有代码为“990101001009”的机构"), "{says}");
    let good = write("good.csv", "现用代码,新代码\n990101001,990101005\n");
    let looked = recode(&good, &["--dry-run"]);
    assert!(String::from_utf8_lossy(&looked.stderr).contains("将变更 2 个机构的代码"));
    let done = recode(&good, &[]);
    assert!(String::from_utf8_lossy(&done.stderr).contains("已变更 2 个机构的代码"));
    assert!(refused(&recode(&good, &[])).contains("没有代码为“990101001”的机构"));
    let back = write("back.csv", "现用代码,新代码\n990101005001,990101005002\n");
    assert!(recode(&back, &[]).status.success());
}

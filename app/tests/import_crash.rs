//! The import is killed in the middle, early and late: nothing half done stays, and the next try
//! takes everybody in. The files are read by a process of their own, as in the house.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use kernel::vault::Vault;
use kernel::{Clock, Db};
use songhe::duties::verify;
use songhe::state::App;

const TODAY: &str = "2026-05-06";
const N_PEOPLE: i64 = 1_500;

fn songhe(dir: &Path, args: &[&str]) -> Command {
    let database = format!("sqlite:{}", dir.join("songhe.db").display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_songhe"));
    command.args(args).args(["--database", &database, "--today", TODAY]);
    command
}

fn done(dir: &Path, args: &[&str]) -> String {
    let out = songhe(dir, args).output().unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn n(dir: &Path, sql: &str) -> i64 {
    let conn = rusqlite::Connection::open(dir.join("songhe.db")).unwrap();
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_killed_import_leaves_nothing_half_done() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let out = dir.join("out");
    let made = out.display().to_string();
    let people = N_PEOPLE.to_string();
    done(dir, &["generate", "--people", &people, "--seed", "2", "--out", &made]);
    done(dir, &["init"]);
    let orgs = out.join("orgs.csv").display().to_string();
    done(dir, &["orgs", "import", &orgs]);
    let roster = out.join("roster.xlsx").display().to_string();
    // Killed at the beginning of the writing, and after so many lines of progress.
    for n_lines in [0, 1, 2] {
        let mut child = songhe(dir, &["import", "roster", &roster])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.contains("正在写入")));
        for line in lines.by_ref().take(n_lines) {
            if line.contains("已写入") {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let n_people = n(dir, "SELECT COUNT(*) FROM persons");
        let n_imports = n(dir, "SELECT COUNT(*) FROM imports");
        assert_eq!(n_people, n_imports * N_PEOPLE, "all or nobody");
    }
    let told = done(dir, &["import", "roster", &roster, "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let known = told["new"].as_i64().unwrap() + told["unchanged"].as_i64().unwrap();
    assert_eq!((told["rows"].as_i64(), known), (Some(N_PEOPLE), N_PEOPLE), "{told}");
    for table in ["facts", "duties", "marks", "relatives"] {
        let lost = format!(
            "SELECT COUNT(*) FROM {table} t WHERE NOT EXISTS
                 (SELECT 1 FROM persons p WHERE p.id = t.person)"
        );
        assert_eq!(n(dir, &lost), 0, "{table} of nobody");
    }
    let counted = "SELECT COALESCE(SUM(n), 0) FROM tallies";
    assert_eq!(n(dir, counted), N_PEOPLE);
    sound(dir);
}

/// The chain of the audit is whole, and what is stored follows from the facts.
fn sound(dir: &Path) {
    let key_file = std::fs::read_to_string(dir.join("songhe.key")).unwrap();
    let url = format!("sqlite:{}", dir.join("songhe.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let clock = Clock::fixed(TODAY.parse().unwrap());
        let db = Db::open(&url, Vault::parse(&key_file).unwrap(), clock).unwrap();
        let chain = kernel::audit::verify(&db).await.unwrap();
        assert!(matches!(chain, kernel::audit::Chain::Whole { .. }), "{chain:?}");
        let app = App::new(db, None).unwrap();
        let verified = verify::verify(&app, 5).await.unwrap();
        assert_eq!(verified.n_different, 0, "{verified:?}");
    });
}

/// Files that would cost too much, or are none, are refused in a sentence with exit code 1.
#[test]
fn hostile_files_are_refused_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    done(dir, &["init"]);
    let orgs = dir.join("orgs.csv");
    std::fs::write(&orgs, "code,name,level,parent\n990101001001,青山社区,station,\n").unwrap();
    done(dir, &["orgs", "import", &orgs.display().to_string()]);
    let header = "姓名,证件号码\n";
    let long = format!("{header}\"{}", "甲".repeat(2 << 20));
    let wide = format!("{header}{}", "1,".repeat(100_000));
    let cases: [(&str, Vec<u8>); 6] = [
        ("空.csv", Vec::new()),
        ("长.csv", long.into_bytes()),
        ("宽.csv", wide.into_bytes()),
        ("零.csv", format!("{header}甲\0乙,1\n").into_bytes()),
        ("弹.xlsx", bomb()),
        ("破.xlsx", b"PK\x03\x04broken".to_vec()),
    ];
    for (name, bytes) in cases {
        let file = dir.join(name);
        std::fs::write(&file, bytes).unwrap();
        let out = songhe(dir, &["import", "roster", &file.display().to_string()]).output().unwrap();
        let says = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(1), "{name}: {says}");
        let chinese = says.chars().filter(|c| ('\u{4e00}'..'\u{9fff}').contains(c)).count();
        assert!(chinese > 5 && !says.contains("panicked"), "{name}: {says}");
    }
    assert_eq!(n(dir, "SELECT COUNT(*) FROM imports"), 0);
}

/// A workbook whose sheet is nothing but zeros, a thousand times larger once inflated.
fn bomb() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut out);
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/workbook.xml", options).unwrap();
    archive.write_all(b"<workbook/>").unwrap();
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..64 {
        archive.write_all(&zeros).unwrap();
    }
    archive.finish().unwrap();
    out.into_inner()
}

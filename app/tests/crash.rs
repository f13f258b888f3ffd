//! The program is killed in the middle of writing, again and again: what was acknowledged is
//! there, nothing is there twice, the chain of the audit is whole, and what is stored follows
//! from the facts.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::vault::Vault;
use kernel::{Clock, Db};
use songhe::duties::verify;
use songhe::state::App;

mod crash_place;

/// Cycles in every run; `SONGHE_CRASH_CYCLES` asks for more.
const N_CYCLES: u64 = 300;
const N_WRITERS: u64 = 4;
const TODAY: &str = "2026-05-06";

struct Server {
    child: Child,
    address: String,
}

fn start(dir: &Path) -> Server {
    let database = format!("sqlite:{}", dir.join("songhe.db").display());
    let mut child = Command::new(env!("CARGO_BIN_EXE_songhe"))
        .args(["serve", "--database", &database, "--today", TODAY, "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().unwrap().unwrap();
        if let Some((_, address)) = line.split_once("listening on http://") {
            break address.to_owned();
        }
    };
    // What the program says afterwards is read away, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    Server { child, address }
}

/// Records one visit; answers the key when the server acknowledged it.
fn record(address: &str, token: &str, person: i64, key: &str) -> Option<()> {
    let body = r#"{"way":"telephone","outcome":"met"}"#;
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let request = format!(
        "POST /api/v1/people/{person}/visits HTTP/1.1\r\nhost: {address}\r\n\
         authorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         idempotency-key: {key}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    // A killed server leaves a torn answer: that is no acknowledgement unless the head came.
    let _ = stream.read_to_string(&mut answer);
    let head = answer.lines().next().unwrap_or("");
    assert!(!head.contains(" 4"), "refused: {answer}");
    head.contains(" 20").then_some(())
}

#[test]
fn no_acknowledged_visit_is_lost_when_the_program_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let place = crash_place::make(dir.path(), TODAY);
    let n_cycles = std::env::var("SONGHE_CRASH_CYCLES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(N_CYCLES);
    let acked: Arc<Mutex<Vec<String>>> = Arc::default();
    let counter = Arc::new(AtomicU64::new(0));
    for cycle in 0..n_cycles {
        let mut server = start(dir.path());
        let writers: Vec<_> = (0..N_WRITERS)
            .map(|writer| {
                let (acked, counter) = (Arc::clone(&acked), Arc::clone(&counter));
                let (address, token) = (server.address.clone(), place.token.clone());
                let people = place.people.clone();
                std::thread::spawn(move || {
                    for n in 0..1_000 {
                        let key = format!("{cycle}-{writer}-{n}");
                        let at = (cycle * 7 + writer + n) as usize % people.len();
                        if record(&address, &token, people[at], &key).is_none() {
                            break;
                        }
                        acked.lock().unwrap().push(key);
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        // Killed after a number of acknowledgements that differs from cycle to cycle.
        let until = counter.load(Ordering::Relaxed) + cycle * 13 % 29;
        while counter.load(Ordering::Relaxed) < until {
            std::thread::yield_now();
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        for writer in writers {
            writer.join().unwrap();
        }
    }
    let acked = Arc::try_unwrap(acked).unwrap().into_inner().unwrap();
    assert!(acked.len() as u64 > n_cycles, "only {} acknowledged", acked.len());
    check(dir.path(), &acked);
}

fn check(dir: &Path, acked: &[String]) {
    let conn = rusqlite::Connection::open(dir.join("songhe.db")).unwrap();
    let whole: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    let mut find =
        conn.prepare("SELECT COUNT(*) FROM idempotency WHERE key = ?1 AND outcome <> ''").unwrap();
    for key in acked {
        let n: i64 = find.query_row([key], |row| row.get(0)).unwrap();
        assert_eq!(n, 1, "the acknowledged visit {key} is lost");
    }
    let one = |sql: &str| -> i64 { conn.query_row(sql, [], |row| row.get(0)).unwrap() };
    let n_visits = one("SELECT COUNT(*) FROM visits");
    assert_eq!(n_visits, one("SELECT COUNT(*) FROM idempotency"), "a visit twice or half");
    let half = "SELECT COUNT(*) FROM visits v WHERE NOT EXISTS
                (SELECT 1 FROM facts f WHERE f.id = v.fact)
                OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.id = v.act)";
    assert_eq!(one(half), 0, "a visit without its fact or its audit row");
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
        assert_eq!(verified.n_different, 0, "stored is not what follows: {verified:?}");
    });
}

//! Files of people of ill will, read as the house reads them: by a process of its own. Each is
//! refused in a sentence or read as far as it can be, and none costs more than it may.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::path::Path;
use std::sync::Mutex;

use corpus::hostile::{Case, Outcome, cases};
use sheets::{Flow, SheetError};
use songhe::exchange::feed::{Cost, Event, Wish, beside};

/// What the reading process may use at once, in KiB.
const MOST: u32 = 256 << 10;

fn read(dir: &Path, case: &Case) -> (Result<usize, SheetError>, Cost) {
    let path = dir.join("file");
    std::fs::write(&path, &case.bytes).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_songhe"));
    let mut n = 0;
    let (read, cost) = beside(program, (&path, case.file), Wish::Everything, &mut |event| {
        if let Event::Row(row) = event {
            n += usize::from(!row.cells.is_empty());
        }
        Flow::Go
    });
    (read.map(|()| n), cost)
}

/// What is not as it should be.
fn judge(case: &Case, (read, cost): &(Result<usize, SheetError>, Cost)) -> Option<String> {
    if cost.kibibytes > MOST {
        return Some(format!("{} KiB", cost.kibibytes));
    }
    if let Err(refusal) = read {
        let says = refusal.to_string();
        let is_sentence = says.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
        if is_sentence < 5 {
            return Some(format!("says “{says}”"));
        }
    }
    match (case.outcome, read) {
        (Outcome::Refused, Ok(n)) => Some(format!("{n} rows were read")),
        (Outcome::Rows(wanted), Ok(n)) if *n == wanted => None,
        (Outcome::Rows(_), found) => Some(format!("{found:?}")),
        (Outcome::Refused | Outcome::Either, _) => None,
    }
}

#[test]
fn every_hostile_file_costs_little() {
    let (work, wrong) = (Mutex::new(cases()), Mutex::new(Vec::new()));
    let most = Mutex::new((0, Cost::default(), Cost::default(), String::new(), String::new()));
    let one = || {
        let dir = tempfile::tempdir().unwrap();
        loop {
            let Some(case) = work.lock().unwrap().next() else { return };
            let found = read(dir.path(), &case);
            let fault = judge(&case, &found);
            wrong.lock().unwrap().extend(fault.map(|fault| format!("{}: {fault}", case.name)));
            let mut most = most.lock().unwrap();
            most.0 += 1;
            if found.1.kibibytes > most.1.kibibytes {
                (most.1, most.3) = (found.1, case.name.clone());
            }
            if found.1.milliseconds > most.2.milliseconds {
                (most.2, most.4) = (found.1, case.name);
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(one);
        scope.spawn(one);
    });
    let (n, memory, time, one, other) = most.into_inner().unwrap();
    println!("{n} files; most memory {memory:?} for “{one}”, most time {time:?} for “{other}”");
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {n}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(n >= 150, "{n} files");
}

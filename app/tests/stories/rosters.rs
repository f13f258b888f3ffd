//! Rosters as they come: whatever shape a roster has, it says what it says, no more and no less;
//! what cannot be right is told by its cell.

use std::path::Path;
use std::sync::Arc;

use corpus::messy::{Case, cases};
use corpus::{PEOPLE, Person};
use kernel::Actor;
use songhe::exchange::kinds::Kind;
use songhe::exchange::pieces::Source;
use songhe::exchange::places::Places;
use songhe::exchange::plan::{Choice, Plan, look};
use songhe::exchange::report::Report;
use songhe::exchange::run::{Progress, check};

use crate::importing::{checked, confirm};
use crate::world::{TODAY, World};

/// Registers everybody with name, number and station alone.
pub async fn register(world: &World, clerk: &Actor) {
    let line = |one: &Person| format!("{},{},{}\n", one.name, one.number(), one.station);
    let rows: String = PEOPLE.iter().map(line).collect();
    let text = format!("姓名,身份证号,所属社区\n{rows}");
    let import = checked(world, clerk, "基础.csv", text.as_bytes()).await;
    assert_eq!(import.counts.new, PEOPLE.len() as u64, "{:?}", import.counts);
    let done = confirm(world, clerk, &import, &[]).await;
    assert!(done.status.is_redirection(), "{}", done.says());
}

async fn read(world: &World, clerk: &Actor, case: &Case) -> Result<(Plan, Report), String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, &case.bytes).unwrap();
    let path: Arc<Path> = path.into();
    let plan = look(&path, case.file, Kind::Roster).map_err(|cause| cause.to_string())?;
    let wrong: Vec<String> = plan.wrong().into_iter().map(|wrong| wrong.says).collect();
    if !wrong.is_empty() {
        return Err(wrong.join("; "));
    }
    let places = Places::load(&mut world.db().clone(), &clerk.scope()).await.unwrap();
    let source = Source {
        path,
        name: case.file.to_owned(),
        plan: Arc::new(plan.clone()),
        places: Arc::new(places),
        today: TODAY,
    };
    let report = check(&world.app, &clerk.scope(), &source, &Progress::default()).await;
    Ok((plan, report.map_err(|problem| problem.to_string())?))
}

/// Rows, faults and what was passed over.
fn told(
    expect: &mut impl FnMut(&str, String, String),
    case: &Case,
    (plan, report): (&Plan, &Report),
) {
    let counts = &report.counts;
    let n_faulty = counts.faulty as usize;
    let told = (counts.rows, counts.new, counts.duplicates, counts.unchanged as usize);
    let n_silent = case.rows.iter().filter(|row| row.said.is_empty()).count();
    let n_rows = (case.rows.len() + n_faulty) as u64 + case.n_repeated;
    let wanted = (n_rows, 0, case.n_repeated, n_silent);
    expect("rows, new, twice, unchanged", format!("{told:?}"), format!("{wanted:?}"));
    let found: Vec<(String, &str)> = report
        .faults
        .iter()
        .map(|fault| (format!("{}{}", fault.column, fault.row), fault.code.as_str()))
        .collect();
    expect("faults", format!("{found:?}"), format!("{:?}", case.faults));
    let blank =
        report.faults.iter().filter(|fault| fault.message.is_empty() || fault.sheet.is_empty());
    expect("faults without words or sheet", blank.count().to_string(), "0".to_owned());
    let found: Vec<(&str, u64)> =
        counts.passed.iter().map(|(what, n)| (what.as_str(), *n)).collect();
    let mut wanted = case.passed.clone();
    wanted.sort_by_key(|(what, _)| *what);
    expect("passed over", format!("{found:?}"), format!("{wanted:?}"));
    expect("sheets not read", plan.unread().len().to_string(), case.n_unread.to_string());
}

/// How many columns were taken for what they are, of how many; and what else is not as it should
/// be.
pub async fn judge(world: &World, clerk: &Actor, case: &Case) -> (usize, Vec<String>) {
    let (plan, report) = match read(world, clerk, case).await {
        Ok(read) => read,
        Err(says) => return (0, vec![format!("not read: {says}")]),
    };
    let mut faults = Vec::new();
    let mut expect = |what: &str, found: String, wanted: String| {
        if found != wanted {
            faults.push(format!("{what}:\n      found  {found}\n      wanted {wanted}"));
        }
    };
    let sheet = plan.sheets.iter().find(|sheet| plan.is_usable(sheet));
    let mut columns: Vec<(String, String)> = sheet
        .map(|sheet| &sheet.places[..])
        .unwrap_or_default()
        .iter()
        .map(|place| (sheets::letters(place.column), plan.choice(place).code().to_owned()))
        .collect();
    columns.sort_by_key(|(letters, _)| (letters.len(), letters.clone()));
    let n_right = case.columns.iter().filter(|column| columns.contains(column)).count();
    expect("columns", format!("{columns:?}"), format!("{:?}", case.columns));
    let said = |told: &songhe::exchange::report::Told| {
        let mut said: Vec<(String, String)> = told
            .differences
            .iter()
            .map(|(field, _, after)| (field.clone(), after.clone()))
            .collect();
        said.sort();
        (told.name.clone(), said)
    };
    let mut found: Vec<_> = report.updates.iter().map(said).collect();
    let own = |(field, text): &(&str, String)| ((*field).to_owned(), text.clone());
    let mut wanted: Vec<(String, Vec<(String, String)>)> = case
        .rows
        .iter()
        .filter(|row| !row.said.is_empty())
        .map(|row| (row.name.to_owned(), row.said.iter().map(own).collect()))
        .collect();
    found.sort();
    wanted.sort();
    expect("said", format!("{found:?}"), format!("{wanted:?}"));
    told(&mut expect, case, (&plan, &report));
    (n_right, faults)
}

#[tokio::test]
async fn every_roster_says_what_it_says() {
    let cases = cases();
    assert!(cases.len() >= 80, "{} rosters", cases.len());
    for (engine, world) in World::each().await.into_iter().enumerate() {
        let clerk = world.clerk("street_clerk", "990101001").await;
        register(&world, &clerk).await;
        let (mut n_columns, mut n_right, mut wrong) = (0, 0, Vec::new());
        // Reading does not depend on the engine.
        for case in cases.iter().step_by(if engine == 0 { 1 } else { 9 }) {
            let (right, faults) = judge(&world, &clerk, case).await;
            n_columns += case.columns.len();
            n_right += right;
            if !faults.is_empty() {
                wrong.push(format!("  {}\n    {}", case.name, faults.join("\n    ")));
            }
        }
        println!("{} rosters, {n_right} of {n_columns} columns known", cases.len());
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
        assert!(n_right * 100 >= n_columns * 95, "{n_right} of {n_columns} columns known");
        let skipped = Choice::Skip.code();
        let names = cases.iter().flat_map(|case| &case.columns).filter(|(_, key)| key != skipped);
        assert!(names.count() > 500);
    }
}

//! Personnel files of the demo, a batch that an enterprise is handing over, a group and a branch.

use jiff::civil::Date;
use kernel::{Actor, Db, Problem, Scope, q};
use madeup::Plan;
use rules::days::add_days;

use super::accounts::{Member, of};
use crate::archives::{self, Deal as Dealing, NewFile, slips};
use crate::attached::{self, Subject};
use crate::groups::letters::{self, NewLetter};
use crate::groups::{self, Deal, NewGroup, members};
use crate::handover::review::{self, Decision, Entry};
use crate::handover::{self, NewBatch, passing};
use crate::registry::NewPerson;
use crate::state::App;
use crate::web::{Handed, Shared};

/// The station to which people are handed over; the street has retirees whose files lie at the
/// district.
const HOME: &str = "990101001001";
/// Newcomers whom the enterprise hands over.
const N_NEW: u64 = 6;

/// Files are taken in, lent and sent; a batch is half reviewed and half sent.
///
/// # Errors
/// Whatever the database says.
pub async fn play(db: &Db, staff: &[Member], plan: &Plan) -> Result<(), Problem> {
    let house = |n_days: i64| App::new(db.on_day(add_days(plan.today, -n_days)), None);
    let office = of(staff, "office_clerk")?;
    let people = q!(
        "SELECT id FROM persons WHERE org >= $1 AND org < $2 AND status = 'active'
         ORDER BY id LIMIT 12",
        &HOME[..9],
        Scope::below(&HOME[..9]).to()
    );
    let mut files = Vec::new();
    for (row, n) in db.rows(people).await?.iter().zip(1..) {
        files.push(file(&house(60)?, office, (row.get(0)?, n)).await?);
    }
    let [lent, kept, first, second, ..] = files[..] else { return Ok(()) };
    lend(&house(40)?, office, lent, "区人社局核对参加工作时间", add_days(plan.today, -10)).await?;
    lend(&house(5)?, office, kept, "区医保局核对工龄", add_days(plan.today, 20)).await?;
    let to = (&[first, second][..], &HOME[..9]);
    slips::send(&house(2)?, office, to, archives::Caller::Page).await?;
    batch(&house(4)?, office, plan).await?;
    circles(&house(20)?, &house(3)?, of(staff, "coordinator")?).await
}

/// A self-managed group with its leader, and a branch to which a letter is under way.
async fn circles(then: &Shared, now: &Shared, clerk: &Actor) -> Result<(), Problem> {
    let caller = groups::Caller::Page;
    let found = async |kind: &str, name: &str| {
        let (org, kind, name) = (clerk.org.clone(), kind.to_owned(), name.to_owned());
        let place = "社区活动室".to_owned();
        let code = if kind == "mutual" { format!("{org}-01") } else { String::new() };
        let new = NewGroup { org, kind, name, code, place, ..NewGroup::default() };
        groups::found(then, clerk, &new, caller).await
    };
    let (circle, branch) =
        (found("mutual", "松柏自管小组").await?, found("branch", "退休第一党支部").await?);
    let people = q!(
        "SELECT id, political FROM persons WHERE org = $1 AND status = 'active' AND taken_in_on < $2
         ORDER BY id LIMIT 60",
        &clerk.org,
        then.today()
    );
    let rows = then.db.rows(people).await?;
    let members: Vec<i64> = rows.iter().take(8).map(|row| row.get(0)).collect::<Result<_, _>>()?;
    let [leader, ..] = members[..] else { return Ok(()) };
    members::join(then, clerk, (circle, &members), caller).await?;
    let led = Deal::Lead { person: leader };
    groups::deal(then, clerk, (circle, 1), &led, caller).await?;
    for row in &rows {
        if row.get::<String>(1)? == "01" {
            let new = NewLetter {
                person: row.get(0)?,
                branch,
                number: "演示介字1号".to_owned(),
                issuer: "示范机械厂党委".to_owned(),
                issued_on: Some(now.today()),
            };
            letters::issue(now, clerk, &new, caller).await?;
            break;
        }
    }
    Ok(())
}

async fn file(app: &Shared, office: &Actor, (person, n): (i64, i64)) -> Result<i64, Problem> {
    let new = NewFile {
        person,
        from: "示范机械厂".to_owned(),
        in_box: format!("1架2层{:03}盒", 1 + n / 5),
        volumes: 1,
        pages: Some(30 + n * 7 % 40),
        ..NewFile::default()
    };
    archives::take_in(app, office, &new, archives::Caller::Page).await
}

async fn lend(
    app: &Shared,
    office: &Actor,
    file: i64,
    purpose: &str,
    due_on: Date,
) -> Result<(), Problem> {
    let (to, purpose) = ("陈明（演示）".to_owned(), purpose.to_owned());
    let wish = Dealing::Lend { to, purpose, due_on };
    archives::deal(app, office, (file, 1), &wish, archives::Caller::Page).await?;
    Ok(())
}

async fn batch(app: &Shared, office: &Actor, plan: &Plan) -> Result<(), Problem> {
    let caller = handover::Caller::Page;
    let new = NewBatch {
        enterprise_name: "松涛纺织厂（演示）".to_owned(),
        handed_by: "enterprise".to_owned(),
        contact: "劳资科".to_owned(),
        plan_people: 6,
        plan_files: 6,
        plan_pages: 240,
        ..NewBatch::default()
    };
    let batch = handover::open(app, office, new, caller).await?.id;
    let mut people = Vec::new();
    // Those just after the people of the demo are on the street's roster.
    for index in plan.people + 20..plan.people + 20 + N_NEW {
        let known = madeup::person(plan, index);
        let person = NewPerson {
            name: known.name,
            id_number: known.identity,
            address: format!("演示路{index}号"),
            retired_on: Some(known.retired_on),
            ..NewPerson::default()
        };
        let target = HOME.to_owned();
        let entry = Entry { new: person, target, pages_said: Some(40), ..Entry::default() };
        match review::enter(app, office, (batch, &entry), caller).await {
            Ok(id) => people.push(id),
            // What chance does not allow is left out.
            Err(Problem::Invalid(_)) => {}
            Err(other) => return Err(other),
        }
    }
    if people.len() < 5 {
        return Ok(());
    }
    let at = (caller, "");
    let decide = async |people: &[i64], code: &str, reason: &str| {
        let decision = Decision::read(code, "")?;
        review::decide(app, office, (batch, people), (&decision, reason), at).await
    };
    decide(&people[..5], "papers", "").await?;
    decide(&people[..4], "pass", "演示：已核对").await?;
    decide(&people[4..5], "return", "缺退休审批表").await?;
    passing::send(app, office, batch, caller).await?;
    let scan = Handed::of("协议书（演示）.pdf", include_bytes!("paper.pdf"))?;
    let wish = ((Subject::Batch, batch), &scan, "双方签字盖章的协议书");
    attached::add(app, office, wish, caller).await?;
    Ok(())
}

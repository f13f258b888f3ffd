//! A roster that a street of the demo has handed in: checked, with something of every sort in it.

use kernel::{Db, Problem};
use madeup::Plan;

use super::accounts::{Member, of};
use crate::exchange::kinds::Kind;
use crate::exchange::{self, work};
use crate::people::Caller;
use crate::state::App;
use crate::web::Handed;

/// Rows of people who are registered, and of people who are not yet.
const N_KNOWN: u64 = 6;
const N_NEW: u64 = 4;

/// Hands the roster in as the street's clerk and has it checked.
///
/// # Errors
/// Whatever the database says.
pub async fn hand_in(db: &Db, staff: &[Member], plan: &Plan) -> Result<(), Problem> {
    let clerk = of(staff, "street_clerk")?;
    let app = App::new(db.clone(), None)?;
    let text = roster(plan, &clerk.org);
    let file = Handed::of("企业移交名册（演示）.csv", text.as_bytes())?;
    let id = exchange::receive(&app, clerk, (file, Kind::Roster, 0), Caller::Page).await?;
    let import = exchange::find(&app, clerk, id).await?;
    let Some(columns) = import.plan.clone() else { return Ok(()) };
    let begun = work::begin_checking(&app, clerk, (&import, columns), Caller::Page).await?;
    begun.await.map_err(|cause| anyhow::anyhow!("check: {cause}").into())
}

/// People of the street with a new address, newcomers, and a number that cannot be.
fn roster(plan: &Plan, street: &str) -> String {
    let mut text = "序号,姓名,身份证号,手机号码,常住地,所属社区,退休年月,爱好\n".to_owned();
    let here = |index: &u64| {
        let station = madeup::person(plan, *index).station;
        madeup::station_code(plan, station).starts_with(street)
    };
    let known: Vec<u64> = (0..plan.people).filter(here).take(N_KNOWN as usize).collect();
    let Some(station) = known.first().map(|index| madeup::person(plan, *index).station) else {
        return text;
    };
    let newcomers = plan.people..plan.people + N_NEW;
    for (n, index) in (1..).zip(known.into_iter().chain(newcomers)) {
        let person = madeup::person(plan, index);
        let own = if index < plan.people { person.station } else { station };
        let place = madeup::station_name(own);
        let phone = person.phone.unwrap_or_default();
        let mut number = person.identity;
        if n == 2 {
            // The last figure is the check digit.
            let last = number.pop();
            number.push(if last == Some('1') { '2' } else { '1' });
        }
        text.push_str(&format!(
            "{n},{},{number},{phone},演示路{n}号,{place},{},{}\n",
            person.name,
            person.retired_on.strftime("%Y.%-m"),
            person.hobby
        ));
    }
    text.push_str("合计,10人\n");
    text
}

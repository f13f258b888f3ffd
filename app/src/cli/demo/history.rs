//! Eight months of a made-up city, day by day: whatever was entered on a day is one act or a few
//! of that day, so that what was late, missed or on paper first is so in the records.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Actor, Db, Problem};
use madeup::{EventKind, MadeUpEvent, Plan};
use rules::days::add_days;

use super::life::{self, House};
use super::places::Places;
use crate::deeds;
use crate::state::App;

/// How many entries stand in one act.
const BATCH: usize = 250;

/// Something that is entered about the person with an index.
enum Entry {
    Arrives,
    Happens(MadeUpEvent),
    /// The family is visited after the death.
    Consoled,
    /// The person moves to another province and is handed over.
    Leaves,
}

/// Everybody's life up to the plan's today. Answers the numbers of the people, by index.
///
/// # Errors
/// Whatever the database says.
pub async fn live(
    db: &Db,
    plan: &Plan,
    (operator, places): (&Actor, &Places),
    begun_on: Date,
) -> anyhow::Result<()> {
    let laws = App::new(db.clone(), None)?.laws().await?;
    let house = House { laws: &laws, operator, places, plan };
    let mut numbers: Vec<i64> = vec![0; usize::try_from(plan.people)?];
    for (day, entries) in calendar(plan, begun_on) {
        let db = db.on_day(day);
        for some in entries.chunks(BATCH) {
            let mut act = db.begin(operator.permit(deeds::PEOPLE_ENTER)?, day).await?;
            for (index, entry) in some {
                let number = &mut numbers[usize::try_from(*index)?];
                let done = match entry {
                    Entry::Arrives => {
                        *number = life::arrive(&mut act, house, *index).await?;
                        Ok(())
                    }
                    Entry::Happens(event) => life::happen(&mut act, house, *number, event).await,
                    Entry::Consoled => life::console(&mut act, house, *number).await,
                    Entry::Leaves => life::leave(&mut act, house, *number).await,
                };
                passed_over(done)?;
            }
            act.commit("demo", "").await?;
        }
        if day == begun_on || day.day() == 1 {
            eprintln!("演示数据：已到 {day}");
        }
    }
    Ok(())
}

/// What chance has made up is not always possible (a visit entered after a departure): then it
/// was not entered.
fn passed_over(done: Result<(), Problem>) -> Result<(), Problem> {
    match done {
        Err(Problem::Invalid(_) | Problem::Refused { .. }) => Ok(()),
        other => other,
    }
}

/// What is entered on which day, in its order.
fn calendar(plan: &Plan, begun_on: Date) -> BTreeMap<Date, Vec<(u64, Entry)>> {
    let mut days: BTreeMap<Date, Vec<(u64, Entry)>> = BTreeMap::new();
    let mut note = |day: Date, index: u64, entry: Entry| {
        if day <= plan.today {
            days.entry(day.max(begun_on)).or_default().push((index, entry));
        }
    };
    for index in 0..plan.people {
        let person = madeup::person(plan, index);
        note(person.taken_in_on, index, Entry::Arrives);
        for event in madeup::history_of(plan, &person) {
            if event.on >= person.taken_in_on && event.kind != EventKind::Died {
                note(event.entered_on, index, Entry::Happens(event));
            }
        }
        if let Some(died_on) = person.died_on {
            let told_on = add_days(died_on, told_after(index)).min(plan.today).max(begun_on);
            let kind = EventKind::Died;
            let (on, entered_on, station) = (died_on, told_on, person.station);
            note(told_on, index, Entry::Happens(MadeUpEvent { on, entered_on, station, kind }));
            if index % 10 < 7 {
                note(add_days(told_on, 1 + told_after(index) % 5), index, Entry::Consoled);
            }
        } else if index % 300 == 13 {
            let nth = i64::try_from(index % 199).unwrap_or(0);
            note(add_days(person.taken_in_on.max(begun_on), 10 + nth), index, Entry::Leaves);
        }
    }
    days
}

/// How many days after a death it is told.
fn told_after(index: u64) -> i64 {
    i64::try_from(1 + index * 7 % 12).unwrap_or(1)
}

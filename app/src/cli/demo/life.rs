//! One thing of a made-up life, entered by the use case by which anybody would enter it.

use kernel::{Act, Actor, Problem};
use madeup::{EventKind, MadeUpEvent, MadeUpPerson, Management, Plan, VisitWay};
use rules::days::add_days;
use rules::facts::{CertifiedBy, FactKind, Way};

use super::people::{fields, relatives};
use super::places::Places;
use crate::duties::{self, News};
use crate::people::{self, Arrival, Caller, death, left};
use crate::policies::Laws;
use crate::registry::{self, health};
use crate::visits::{self, Entering, HOUSEHOLD, Outcome, Report};

/// What every entry needs.
#[derive(Clone, Copy)]
pub struct House<'a> {
    pub laws: &'a Laws,
    pub operator: &'a Actor,
    pub places: &'a Places,
    pub plan: &'a Plan,
}

/// Family names of the made-up coordinators; each station has one.
const COORDINATORS: [&str; 12] =
    ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫"];

fn coordinator(station: u32) -> String {
    let nth = usize::try_from(station).unwrap_or(0) % COORDINATORS.len();
    format!("{}协理员（虚构）", COORDINATORS[nth])
}

/// Takes somebody in, with relatives, contacts and what is said of their health.
pub async fn arrive(act: &mut Act, house: House<'_>, index: u64) -> Result<i64, Problem> {
    let made_up = madeup::person(house.plan, index);
    let code = madeup::station_code(house.plan, made_up.station);
    let station = house.places.stations.get(&code);
    let station = station.ok_or_else(|| anyhow::anyhow!("no station {code}"))?;
    let at = usize::try_from(made_up.enterprise).unwrap_or(0);
    let new = fields(&made_up, house.places.enterprises.get(at));
    let (taken_in_on, source) = (made_up.taken_in_on, "demo");
    let arrival = Arrival { station, taken_in_on, source };
    let id = people::enter(act, house.laws, &new, &arrival).await?;
    let mut news = Vec::new();
    for relative in relatives(&made_up, taken_in_on) {
        let relative = registry::relatives::check(&relative, act.day())?;
        let number = registry::relatives::insert(act, id, &relative).await?;
        if let Some(on) = relative.dependant_since {
            news.push(News { kind: FactKind::DependantFollowed { relative: number }, on });
        }
    }
    if !news.is_empty() {
        duties::note(act, house.laws, id, source, &news).await?;
    }
    earlier(act, house, id, &made_up).await?;
    if matches!(made_up.health.code, "2" | "3") {
        let note = format!("纳入时了解：{}（虚构）", made_up.health.name);
        health::insert(act, id, act.day(), &note).await?;
    }
    Ok(id)
}

/// What had been done for somebody before they were entered, when they were taken in long before:
/// the first visit, the cards, the last certification.
async fn earlier(
    act: &mut Act,
    house: House<'_>,
    id: i64,
    of: &MadeUpPerson,
) -> Result<(), Problem> {
    let (day, came_on) = (act.day(), of.taken_in_on);
    let is_gone = of.died_on.is_some_and(|on| on <= day);
    if came_on >= day || is_gone || of.index % 12 == 5 {
        return Ok(());
    }
    let nth = i64::try_from(of.index * 13).unwrap_or(0);
    let n_days = if of.index.is_multiple_of(7) { nth % 330 } else { nth % 110 };
    let certified_on = add_days(day, -n_days).max(came_on);
    let card_on = add_days(came_on, nth % 20).min(day);
    let mut news = vec![
        News { kind: FactKind::CardIssued, on: card_on },
        News { kind: FactKind::Certified { by: CertifiedBy::Matching }, on: certified_on },
    ];
    if matches!(of.political.code, "01" | "02") && of.index % 40 != 3 {
        let joined_on = add_days(came_on, 10 + nth % 60).min(day);
        news.push(News { kind: FactKind::PartyJoined, on: joined_on });
    }
    if !matches!(of.management, Management::Community) && of.index % 9 != 4 {
        let reviewed_on = add_days(day, -20 - nth % 200).max(came_on);
        news.push(News { kind: FactKind::FormReviewed, on: reviewed_on });
    }
    let senior_card_on = add_days(rules::days::birthday(of.born_on, 70), nth % 60);
    if (came_on..=day).contains(&senior_card_on) {
        news.push(News { kind: FactKind::SeniorCardSettled, on: senior_card_on });
    }
    duties::note(act, house.laws, id, "demo", &news).await?;
    let visited_on = add_days(came_on, nth % 15).min(day);
    if visited_on > add_days(day, -200) {
        let mut report = Report::ordinary(visited_on, &coordinator(of.station));
        "首次上门，已了解基本情况".clone_into(&mut report.note);
        return visit(act, house, id, &report).await;
    }
    Ok(())
}

/// Enters an event of somebody's history.
pub async fn happen(
    act: &mut Act,
    house: House<'_>,
    id: i64,
    event: &MadeUpEvent,
) -> Result<(), Problem> {
    if let Some(report) = report_of(event) {
        return visit(act, house, id, &report).await;
    }
    if event.kind == EventKind::Died {
        let told = death::Told {
            version: None,
            on: Some(event.on),
            source: "family".to_owned(),
            note: String::new(),
        };
        let person = registry::find(act, &house.operator.scope(), id).await?;
        let on = death::judge(&person, &told, act.day())?;
        death::enter(act, house.laws, &person, (&told, on), Caller::Page).await?;
        return Ok(());
    }
    let Some(kind) = fact_of(&event.kind) else { return Ok(()) };
    duties::note(act, house.laws, id, "demo", &[News { kind, on: event.on }]).await?;
    Ok(())
}

async fn visit(act: &mut Act, house: House<'_>, id: i64, report: &Report) -> Result<(), Problem> {
    let person = registry::find(act, &house.operator.scope(), id).await?;
    let entering = Entering { laws: house.laws, actor: house.operator, person: &person };
    visits::enter(act, entering, report).await?;
    Ok(())
}

/// The family is visited after a death.
pub async fn console(act: &mut Act, house: House<'_>, id: i64) -> Result<(), Problem> {
    let mut report = Report::ordinary(act.day(), &coordinator(u32::try_from(id % 12).unwrap_or(0)));
    report.about = HOUSEHOLD;
    "已慰问家属，并告知丧葬抚恤待遇的申领办法".clone_into(&mut report.note);
    visit(act, house, id, &report).await
}

/// Somebody moves away for good and is handed over.
pub async fn leave(act: &mut Act, house: House<'_>, id: i64) -> Result<(), Problem> {
    let told = left::Told {
        version: None,
        on: Some(act.day()),
        why: "moved_out".to_owned(),
        place: "外省示范市退管机构（虚构）".to_owned(),
        note: String::new(),
    };
    let person = registry::find(act, &house.operator.scope(), id).await?;
    let on = left::judge(&person, &told, act.day())?;
    left::enter(act, house.laws, &person, (&told, on), Caller::Page).await
}

fn report_of(event: &MadeUpEvent) -> Option<Report> {
    let mut report = Report::ordinary(event.on, &coordinator(event.station));
    match event.kind {
        EventKind::Visit { way, findings } => {
            report.way = match way {
                VisitWay::Home => Way::Home,
                VisitWay::Telephone => Way::Telephone,
                VisitWay::Entrusted => Way::Entrusted,
            };
            findings.clone_into(&mut report.note);
        }
        EventKind::NotReached { why } => {
            report.outcome = Outcome::NotReached;
            if why.contains("电话") || why.contains("号码") {
                report.way = Way::Telephone;
            }
            why.clone_into(&mut report.note);
        }
        _ => return None,
    }
    Some(report)
}

fn fact_of(kind: &EventKind) -> Option<FactKind> {
    use madeup::CertifiedBy as By;
    Some(match kind {
        EventKind::Hospitalised { .. } => FactKind::Hospitalised,
        EventKind::Hardship { .. } => FactKind::Hardship,
        EventKind::CardIssued => FactKind::CardIssued,
        EventKind::SeniorCard { .. } => FactKind::SeniorCardSettled,
        EventKind::Certified { by } => FactKind::Certified {
            by: match by {
                By::DataMatch => CertifiedBy::Matching,
                By::SelfService => CertifiedBy::SelfService,
                By::HomeVisit => CertifiedBy::Household,
            },
        },
        _ => return None,
    })
}

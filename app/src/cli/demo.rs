//! `demo`: a made-up district in a temporary database, with an account for every post.

use std::collections::BTreeMap;
use std::process::ExitCode;

use jiff::civil::Date;
use kernel::vault::{Suite, Vault, hex, random};
use kernel::{Act, Actor, Clock, Db, Problem};
use madeup::{AwayKind, EventKind, MadeUpEvent, MadeUpPerson, OrgKind, Plan, VisitWay};
use rules::facts::{Away, CertifiedBy, FactKind, Mark, Way};

use super::setup::prepare;
use crate::accounts::{self, MustChange, NewAccount, posts};
use crate::duties::{self, News};
use crate::orgs::{self, NewOrg, Org};
use crate::people::{self, Arrival};
use crate::policies::Laws;
use crate::registry::{self, NewPerson};
use crate::state::{App, DemoAccount};
use crate::visits::{self, Entering, Outcome, Report};
use crate::{codes, deeds};

/// What a demo is asked for.
#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 虚构的退休人员人数
    #[arg(long, default_value_t = 20_000)]
    pub people: u64,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// 启动后在标准输出给出地址和账号（JSON）
    #[arg(long)]
    pub json: bool,
}

/// Who does what the demo shows of a street.
pub const DEMO_POST: &str = "街道（乡镇）中心经办人（演示）";

/// People who are entered in one act.
const BATCH: u64 = 250;

pub async fn demo(today: Option<Date>, wish: &Wish) -> anyhow::Result<ExitCode> {
    let dir = std::env::temp_dir().join(format!("songhe-demo-{}", hex(&random(6)?)));
    std::fs::create_dir_all(&dir)?;
    let clock = today.map_or_else(Clock::default, Clock::fixed);
    let vault = Vault::parse(&Vault::fresh(Suite::International)?)?;
    let url = format!("sqlite:{}?synchronous=off", dir.join("songhe.db").display());
    let db = Db::open(&url, vault, clock)?;
    prepare(&db).await?;
    let plan = Plan { people: wish.people, seed: 1, today: db.clock().today() };
    let accounts = seed(&db, &plan).await?;
    super::demo_import::hand_in(&db, &plan).await?;
    let app = App::new(db, Some(accounts.clone()))?;
    let done = super::serve::listen_telling(app, &wish.listen, |address| {
        if wish.json {
            let told = serde_json::json!({ "url": address, "accounts": accounts });
            println!("{told}");
        }
    });
    done.await?;
    std::fs::remove_dir_all(&dir)?;
    Ok(ExitCode::SUCCESS)
}

/// Fills an empty database with the people of a plan and some months of their history.
///
/// # Errors
/// When the plan does not fit the rules, or the database cannot be written.
pub async fn seed(db: &Db, plan: &Plan) -> anyhow::Result<Vec<DemoAccount>> {
    let operator = Actor::operator(posts::operator());
    let laws = Laws::new(&BTreeMap::new())?;
    open_places(db, &operator, plan).await?;
    let mut stations = BTreeMap::new();
    for org in orgs::store::below(&mut db.clone(), &operator.scope(), "station").await? {
        stations.insert(org.code.clone(), org);
    }
    let mut first = 0;
    while first < plan.people {
        let last = (first + BATCH).min(plan.people);
        let permit = operator.permit(deeds::PEOPLE_ENTER)?;
        let mut act = db.begin(permit, plan.today).await?;
        for index in first..last {
            let made_up = madeup::person(plan, index);
            let code = madeup::station_code(plan, made_up.station);
            let Some(station) = stations.get(&code) else { continue };
            let seat = Seat { laws: &laws, operator: &operator, station };
            live(&mut act, seat, plan, &made_up).await?;
        }
        act.commit("demo", "").await?;
        first = last;
        if first.is_multiple_of(BATCH * 8) {
            eprintln!("已生成 {first}/{} 人", plan.people);
        }
    }
    let swept = duties::sweep::sweep(&App::new(db.clone(), None)?, plan.today).await?;
    tracing::info!(?swept, "swept");
    Ok(open_accounts(db, &operator, plan.today).await?)
}

async fn open_places(db: &Db, operator: &Actor, plan: &Plan) -> Result<(), Problem> {
    let mut act = db.begin(operator.permit(deeds::ORGS_CHANGE)?, plan.today).await?;
    let mut known: BTreeMap<String, i64> = BTreeMap::new();
    for org in madeup::orgs(plan) {
        let kind = match org.kind {
            OrgKind::RetireeOffice => "office",
            OrgKind::Agency => "agency",
            OrgKind::Administration => "administration",
            OrgKind::Street => "center",
            OrgKind::Station => "station",
            OrgKind::Group => "group",
        };
        let new = NewOrg {
            level: codes::level_of(&org.code).unwrap_or_default().to_owned(),
            kind: kind.to_owned(),
            parent: org.parent.and_then(|parent| known.get(&parent).copied()),
            name: org.name,
            code: org.code.clone(),
        };
        let id = orgs::open(&mut act, &new, plan.today).await?;
        known.insert(org.code, id);
    }
    act.commit("orgs", "").await
}

/// Where a made-up retiree lives through their history.
#[derive(Clone, Copy)]
struct Seat<'a> {
    laws: &'a Laws,
    operator: &'a Actor,
    station: &'a Org,
}

async fn live(
    act: &mut Act,
    seat: Seat<'_>,
    plan: &Plan,
    made_up: &MadeUpPerson,
) -> Result<(), Problem> {
    let arrival =
        Arrival { station: seat.station, taken_in_on: made_up.taken_in_on, source: "demo" };
    let id = people::enter(act, seat.laws, &fields(made_up), &arrival).await?;
    let events = madeup::history_of(plan, made_up);
    let met = |event: &MadeUpEvent| report_of(event, seat.operator);
    for event in events.iter().filter(|event| event.on <= plan.today) {
        if event.on < made_up.taken_in_on || matches!(event.kind, EventKind::Died) {
            continue;
        }
        if let Some(report) = met(event) {
            let person = registry::find(act, &seat.operator.scope(), id).await?;
            let entering = Entering { laws: seat.laws, actor: seat.operator, person: &person };
            visits::enter(act, entering, &report).await?;
        } else if let Some(kind) = fact_of(&event.kind) {
            let news = [News { kind, on: event.on }];
            duties::note(act, seat.laws, id, "demo", &news).await?;
        }
    }
    Ok(())
}

fn report_of(event: &MadeUpEvent, operator: &Actor) -> Option<Report> {
    let mut report = Report::ordinary(event.on, "协理员（虚构）");
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
            why.clone_into(&mut report.note);
        }
        _ => return None,
    }
    operator.name.clone_into(&mut report.visitor);
    Some(report)
}

fn fact_of(kind: &EventKind) -> Option<FactKind> {
    Some(match kind {
        EventKind::Hospitalised { .. } => FactKind::Hospitalised,
        EventKind::Hardship { .. } => FactKind::Hardship,
        EventKind::CardIssued => FactKind::CardIssued,
        EventKind::SeniorCard { .. } => FactKind::SeniorCardSettled,
        EventKind::Certified { .. } => FactKind::Certified { by: CertifiedBy::Household },
        _ => return None,
    })
}

fn fields(of: &MadeUpPerson) -> NewPerson {
    let away = match of.away {
        AwayKind::Here => Away::Here,
        AwayKind::SameProvince => Away::InProvince,
        AwayKind::OtherProvince => Away::OtherProvince,
        AwayKind::Abroad => Away::Abroad,
    };
    let is_passport = of.identity.starts_with("ZZ");
    NewPerson {
        name: of.name.clone(),
        id_kind: if is_passport { "passport" } else { "" }.to_owned(),
        id_number: of.identity.clone(),
        born_on: Some(of.born_on),
        archive_born_on: Some(of.archive_born_on).filter(|day| *day != of.born_on),
        phone: of.phone.clone().unwrap_or_default(),
        hukou_address: of.hukou.to_string(),
        address: of.residence.to_string(),
        away: away.code().to_owned(),
        retired_on: Some(of.retired_on),
        pension_fen: Some(of.pension_fen),
        pension_from: Some(of.pension_from),
        insurance_no: of.insurance_no.clone(),
        marks: of.marks.iter().filter_map(|(mark, _)| mark_of(*mark)).collect(),
        ..NewPerson::default()
    }
}

fn mark_of(mark: madeup::Mark) -> Option<Mark> {
    Some(match mark {
        madeup::Mark::Lonely => Mark::Alone,
        madeup::Mark::Aged => Mark::Aged,
        madeup::Mark::GravelyIll => Mark::Ill,
        madeup::Mark::Destitute => Mark::Poor,
        madeup::Mark::PreFounding => Mark::BeforePrc,
        madeup::Mark::ModelWorker => Mark::Model,
        madeup::Mark::LivesAlone => Mark::LivesAlone,
        madeup::Mark::SpecialTrade => return None,
    })
}

/// One account for every post, where such a post sits, with a fresh password for this demo.
async fn open_accounts(
    db: &Db,
    operator: &Actor,
    today: Date,
) -> Result<Vec<DemoAccount>, Problem> {
    let password = format!("Crane-{}", hex(&random(4)?));
    let hashed = accounts::hash_now(&password)?;
    let mut act = db.begin(operator.permit(deeds::ACCOUNTS_MAKE)?, today).await?;
    let mut opened = Vec::new();
    for post in posts::POSTS {
        let (kind, n_digits) = match (post.code, post.levels.first().copied()) {
            ("agency_clerk", _) => ("agency", 6),
            ("approver", _) => ("administration", 6),
            (_, Some("station")) => ("station", 12),
            (_, Some("group")) => ("group", 15),
            ("street_clerk", _) => ("center", 9),
            _ => ("office", 6),
        };
        let places = orgs::store::below(&mut act, &operator.scope(), kind).await?;
        let Some(place) = places.iter().find(|org| org.code.len() == n_digits) else { continue };
        let new = NewAccount {
            name: post.code.to_owned(),
            person_name: format!("{}（演示）", post.name),
            org: place.id,
            post: post.code.to_owned(),
            password: password.clone(),
            must_change: MustChange::No,
        };
        accounts::make(&hashed, &mut act, &new).await?;
        opened.push(DemoAccount {
            name: new.name,
            password: password.clone(),
            post: post.name.to_owned(),
            org: place.name.clone(),
        });
    }
    act.commit("accounts", "").await?;
    Ok(opened)
}

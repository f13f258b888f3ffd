//! 走访：见到谁、怎样联系、了解到什么；委托其他地方的机构走访及其答复。
//!
//! Owns: `visits`, `entrustments`. Uses: `duties`, `orgs`, `policies`, `registry`.
//!
//! No photograph, no position, no check-in is ever asked for (国办函〔2026〕12号).

pub mod address;
pub mod answer_pages;
pub mod api;
pub mod batch;
pub mod entrust;
pub mod entrust_pages;
pub mod form;
pub mod ledger;
pub mod pages;
pub mod plan;
pub mod recode;
pub mod report;
pub mod sheet;
pub mod store;

use jiff::civil::Date;
use kernel::{Act, Actor, Problem, Scope};
use rules::duties::{Duty, State};
use rules::facts::{FactKind, Mark, Way};

use crate::deeds;
use crate::duties::{self, News, Noted};
use crate::policies::Laws;
use crate::registry::learned::{self, Marked, Resides};
use crate::registry::{self, Person};
use crate::web::Shared;

pub use report::{Finding, HOUSEHOLD, Outcome, Report};

/// A visit as it is stored, with its sensitive columns opened.
#[derive(Clone, Debug)]
pub struct Visit {
    pub id: i64,
    pub person: i64,
    pub person_name: String,
    pub about: i64,
    pub org: String,
    pub way: String,
    pub outcome: String,
    pub on: Date,
    pub entered_on: Date,
    pub visitor: String,
    pub findings: String,
    pub need: String,
    pub note: String,
    /// Ids of the rules whose duties it settled.
    pub settled: String,
    /// The fact that it is, and all that it raised.
    pub fact: i64,
    pub facts: Vec<i64>,
    pub act: i64,
    pub void_reason: Option<String>,
    pub version: i64,
}

/// What came of recording a visit.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub id: i64,
    pub person: i64,
    pub noted: Noted,
}

/// To whom a repeated request is answered: a page is led on, the API hears the same again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Page,
    Api,
}

/// Who enters a visit and for which place; what an act needs to write it down.
#[derive(Clone, Copy)]
pub struct Entering<'a> {
    pub laws: &'a Laws,
    pub actor: &'a Actor,
    pub person: &'a Person,
}

impl Visit {
    #[must_use]
    pub fn is_paper(&self) -> bool {
        self.entered_on > self.on
    }
}

/// Records a visit: one act that raises the facts, settles what they settle and keeps the visit.
///
/// # Errors
/// [`Problem::NotFound`] outside the actor's scope; field problems when the day lies in the future
/// or before the retiree was taken in, or when somebody else was met than is known.
pub async fn record(
    app: &Shared,
    actor: &Actor,
    person: i64,
    report: &Report,
    caller: Caller,
) -> Result<Recorded, Problem> {
    let permit = actor.permit(deeds::VISITS_RECORD)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), person).await?;
    let entering = Entering { laws: &laws, actor, person: &person };
    let recorded = enter(&mut act, entering, report).await?;
    let outcome = match caller {
        Caller::Page => format!("/visits/{}?saved=1", recorded.id),
        Caller::Api => api::told(&recorded).to_string(),
    };
    act.commit(&format!("visit/{}", recorded.id), &outcome).await?;
    Ok(recorded)
}

/// At most so many visits are entered in one act.
pub const BATCH: usize = 100;

/// Records visits to several people in one act: what was on paper and is entered later.
///
/// # Errors
/// As [`record`]; the field of a problem bears the number of the person it belongs to. Nothing
/// is written then.
pub async fn record_many(
    app: &Shared,
    actor: &Actor,
    reports: &[(i64, Report)],
) -> Result<usize, Problem> {
    let permit = actor.permit(deeds::VISITS_RECORD)?;
    if reports.is_empty() {
        return Err(Problem::field("person", "请至少勾选一人"));
    }
    if reports.len() > BATCH {
        return Err(Problem::field("person", "一次最多登记 100 人，请分次登记"));
    }
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let mut n_settled = 0;
    for (person, report) in reports {
        let person = registry::find(&mut act, &actor.scope(), *person).await?;
        let entering = Entering { laws: &laws, actor, person: &person };
        let entered = enter(&mut act, entering, report).await;
        let recorded = entered.map_err(|problem| of_person(problem, &person))?;
        n_settled += recorded.noted.settled.len();
    }
    let (n, outcome) = (reports.len(), batch_outcome(reports.len(), n_settled));
    act.commit_noting("visits", &outcome, &format!("{n}人")).await?;
    Ok(n_settled)
}

/// Where the entry of several visits leads.
#[must_use]
pub fn batch_outcome(n: usize, n_settled: usize) -> String {
    format!("/visits?saved={n}&settled={n_settled}")
}

fn of_person(problem: Problem, person: &Person) -> Problem {
    let Problem::Invalid(mut fields) = problem else {
        return problem;
    };
    for field in &mut fields {
        field.field = format!("day_{}", person.id);
        field.message = format!("{}：{}", person.name, field.message);
    }
    Problem::Invalid(fields)
}

/// Writes a visit and all that follows from it inside an act.
///
/// # Errors
/// As [`record`].
pub async fn enter(
    act: &mut Act,
    entering: Entering<'_>,
    report: &Report,
) -> Result<Recorded, Problem> {
    let person = entering.person;
    report::check(act, person, report).await?;
    let learned = learn(act, person, report).await?;
    let mut news = vec![News { kind: report.fact(), on: report.on }];
    news.extend(learned.iter().map(|kind| News { kind: *kind, on: report.on }));
    let mut noted = duties::note(act, entering.laws, person.id, "visit", &news).await?;
    settled_at_once(&mut noted);
    keep_learned(act, person, report, &learned).await?;
    let id = act.new_id()?;
    let row = store::NewVisit {
        id,
        facts: &noted.facts,
        person,
        report,
        settled: &noted.settled,
        account: entering.actor.account,
    };
    store::insert(act, &row).await?;
    Ok(Recorded { id, person: person.id, noted })
}

/// A duty that arose from what was found and was settled by the same visit counts as settled.
fn settled_at_once(noted: &mut Noted) {
    let is_settled = |duty: &Duty| match duty.state {
        State::Settled { by, .. } => noted.facts.contains(&by),
        _ => false,
    };
    let (settled, arisen): (Vec<Duty>, Vec<Duty>) =
        noted.arisen.iter().copied().partition(is_settled);
    noted.arisen = arisen;
    noted.settled.extend(settled);
}

/// The facts that the findings lead to; what is known already is no news.
async fn learn(act: &mut Act, person: &Person, report: &Report) -> Result<Vec<FactKind>, Problem> {
    let mut learned = Vec::new();
    for finding in &report.findings {
        let kind = match finding {
            Finding::Hospitalised => Some(FactKind::Hospitalised),
            Finding::Hardship => Some(FactKind::Hardship),
            Finding::SeniorCard => Some(FactKind::SeniorCardSettled),
            Finding::Card => Some(FactKind::CardIssued),
            Finding::LivesAlone => unmarked(act, person, Mark::LivesAlone).await?,
            Finding::Alone => unmarked(act, person, Mark::Alone).await?,
            Finding::SaidDead | Finding::NeedsHelp => None,
        };
        learned.extend(kind);
    }
    let moved = report.away.filter(|away| away.code() != person.away);
    learned.extend(moved.map(|away| FactKind::Residence { away }));
    Ok(learned)
}

async fn unmarked(act: &mut Act, person: &Person, mark: Mark) -> Result<Option<FactKind>, Problem> {
    let known = learned::has_mark(act, person.id, mark).await?;
    Ok((!known).then_some(FactKind::MarkSet { mark }))
}

/// The person's own record follows what was learned.
async fn keep_learned(
    act: &mut Act,
    person: &Person,
    report: &Report,
    kinds: &[FactKind],
) -> Result<(), Problem> {
    let held = registry::Held {
        id: person.id,
        born_on: person.born_on,
        station: person.station,
        org: person.org.clone(),
        status: person.status.clone(),
    };
    for kind in kinds {
        match *kind {
            FactKind::MarkSet { mark } => {
                let marked = Marked { mark, since: report.on, evidence: "走访了解" };
                learned::set_mark(act, &held, marked).await?;
            }
            FactKind::Residence { away } => {
                let resides = Resides { away, place: &report.away_place, source: "visit" };
                learned::set_residence(act, person.id, resides).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Declares a visit void: what it settled is open again, the row stays and says why.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a refusal when it is void already.
pub async fn void(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    reason: &str,
    caller: Caller,
) -> Result<Noted, Problem> {
    let permit = actor.permit(deeds::VISITS_VOID)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let visit = find(&mut act, &actor.scope(), id).await?;
    if !(2..=200).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "请填写作废原因，2 至 200 个字"));
    }
    if visit.void_reason.is_some() {
        return Err(Problem::refused("void", "这条走访记录已经作废"));
    }
    let noted = undo(&mut act, &laws, (&Visit { version, ..visit }, reason)).await?;
    let outcome = match caller {
        Caller::Page => format!("/visits/{id}?voided=1"),
        Caller::Api => serde_json::json!({"id": id, "void": true}).to_string(),
    };
    act.commit_noting(&format!("visit/{id}"), &outcome, reason).await?;
    Ok(noted)
}

/// Declares a visit void inside an act: what it settled is open again.
///
/// # Errors
/// [`Problem::Stale`] when somebody has changed it since.
pub async fn undo(
    act: &mut Act,
    laws: &Laws,
    (visit, reason): (&Visit, &str),
) -> Result<Noted, Problem> {
    if !store::void(act, (visit.id, visit.version), reason).await? {
        return Err(Problem::Stale);
    }
    let noted = duties::take_back(act, laws, visit.person, &visit.facts).await?;
    learned::unset_marks(act, visit.person, visit.act).await?;
    residence_again(act, visit).await?;
    store::entrustments::reopen(act, visit.id).await?;
    Ok(noted)
}

/// A residence learned on a void visit is the one known before.
async fn residence_again(act: &mut Act, visit: &Visit) -> Result<(), Problem> {
    if !visit.findings.contains("away:") {
        return Ok(());
    }
    let facts = duties::store::facts(act, visit.person).await?;
    let known = facts.iter().rev().find_map(|fact| match fact.kind {
        FactKind::Residence { away } => Some(away),
        _ => None,
    });
    let resides =
        Resides { away: known.unwrap_or(rules::facts::Away::Here), place: "", source: "visit" };
    Ok(learned::set_residence(act, visit.person, resides).await?)
}

/// The visit with this number inside a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(
    reader: &mut impl kernel::Reader,
    scope: &Scope,
    id: i64,
) -> Result<Visit, Problem> {
    store::find(reader, scope, id).await?.ok_or(Problem::NotFound)
}

/// What a visit did to the duties of its person: settled, arisen, and the next that is open.
///
/// # Errors
/// Whatever the database says.
pub async fn effects(reader: &mut impl kernel::Reader, visit: &Visit) -> Result<Effects, Problem> {
    let all = duties::store::of_person(reader, visit.person).await?;
    let mut effects = Effects::default();
    for stored in all {
        match stored.duty.state {
            State::Settled { by, .. } if visit.facts.contains(&by) => effects.settled.push(stored),
            _ if visit.facts.contains(&stored.duty.cause) => effects.arisen.push(stored),
            State::Open => effects.next.push(stored),
            _ => {}
        }
    }
    effects.step = duties::store::facts(reader, visit.person)
        .await
        .map(|facts| rules::duties::reach_step(&facts, visit.fact))?;
    Ok(effects)
}

/// See [`effects`].
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub settled: Vec<duties::Stored>,
    pub arisen: Vec<duties::Stored>,
    pub next: Vec<duties::Stored>,
    /// How often in a row nobody was reached.
    pub step: Option<u8>,
}

/// The way in which a step of the ladder is taken.
#[must_use]
pub const fn way_of_step(step: u8) -> Way {
    match step {
        0 | 1 => Way::Home,
        2 => Way::Telephone,
        3 => Way::Neighbour,
        4 => Way::Relative,
        _ => Way::Police,
    }
}

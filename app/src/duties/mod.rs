//! 事实与应办事项：发生了什么只记一次，应办什么、何时以前、由谁办，都由规则推出。
//!
//! Owns: `facts`, `duties`, `sweeps`. Uses: `orgs`, `policies`, `registry`.

pub mod api;
pub mod arrivals;
pub mod derive;
pub mod home;
pub mod kept;
pub mod lists;
pub mod loads;
mod narrow;
pub mod outcomes;
pub mod pages;
pub mod preview;
pub mod recode;
pub mod show;
pub mod shown;
pub mod store;
pub mod sweep;
pub mod verify;
pub mod what_if;

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Act, Problem};
use rules::duties::{Duty, State, Subject, arising};
use rules::facts::{Fact, FactKind, Strength};

use crate::policies::Laws;
use crate::registry;

/// Something that happened to a person, not yet written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    pub kind: FactKind,
    /// The day on which it happened; may be earlier than the day of the act (paper), never later.
    pub on: Date,
}

/// What followed from writing facts down.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    /// Numbers of the facts, in the order in which they were told.
    pub facts: Vec<i64>,
    /// Duties that these facts settled.
    pub settled: Vec<Duty>,
    /// Duties that arose.
    pub arisen: Vec<Duty>,
}

/// A duty as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: i64,
    pub duty: Duty,
}

/// A person who is held, with the facts and the stored duties.
type Known = (registry::Held, Vec<Fact>, Vec<Stored>);

type Key = (&'static str, Date, i64, i64);

fn key(duty: &Duty) -> Key {
    (duty.rule.id(), duty.version, duty.period, duty.about)
}

/// Writes facts about one person down and brings the person's duties in line, in the same act.
/// `source` says where the facts come from: `visit`, `people`, `import`, `outcome`, `demo`…
///
/// # Errors
/// [`Problem::NotFound`] when there is no such person; a refusal when a fact lies in the future
/// or on a day without law.
pub async fn note(
    act: &mut Act,
    laws: &Laws,
    person: i64,
    source: &str,
    news: &[News],
) -> Result<Noted, Problem> {
    if news.iter().any(|new| new.on > act.day()) {
        return Err(Problem::field("on_day", "日期不能晚于今天"));
    }
    let (held, mut facts, stored) = hold(act, person).await?.ok_or(Problem::NotFound)?;
    let mut noted = Noted::default();
    for new in news {
        let fact = Fact { id: act.new_id()?, on: new.on, entered_on: act.day(), kind: new.kind };
        store::insert_fact(act, person, source, &fact).await?;
        noted.facts.push(fact.id);
        facts.push(fact);
    }
    facts.sort_by_key(|fact| (fact.on, fact.id));
    touch(act, person, news).await?;
    align(act, laws, (&held, stored), &facts, &mut noted).await?;
    Ok(noted)
}

/// Holds a person and reads the facts and the duties that are stored, in one trip.
async fn hold(act: &mut Act, person: i64) -> Result<Option<Known>, Problem> {
    let queries = vec![
        registry::store::holding(person),
        store::facts_query(person),
        store::of_person_query(person),
    ];
    let answers = act.batch(queries).await?;
    let [held, facts, stored] = &answers[..] else {
        return Ok(None);
    };
    let Some(held) = held.first() else {
        return Ok(None);
    };
    let facts = facts.iter().map(store::fact).collect::<Result<_, _>>()?;
    let stored = stored.iter().map(store::stored).collect::<Result<_, _>>()?;
    Ok(Some((registry::store::held(held)?, facts, stored)))
}

/// Takes facts back (a visit entered by mistake); what they settled is open again.
///
/// # Errors
/// [`Problem::NotFound`] when there is no such person.
pub async fn take_back(
    act: &mut Act,
    laws: &Laws,
    person: i64,
    facts: &[i64],
) -> Result<Noted, Problem> {
    let held = registry::store::hold(act, person).await?.ok_or(Problem::NotFound)?;
    for fact in facts {
        store::void_fact(act, person, *fact).await?;
    }
    let left = store::facts(act, person).await?;
    let contacts = left.iter().filter(|fact| is_contact(fact.kind)).map(|fact| fact.on).max();
    let evidence = left.iter().filter(|fact| is_evidence(fact.kind)).map(|fact| fact.on).max();
    registry::store::set_touch(act, person, contacts, evidence).await?;
    let mut noted = Noted::default();
    settle(act, laws, &held, &left, &mut noted).await?;
    Ok(noted)
}

/// Brings the stored duties of a person in line with what follows from the facts today.
///
/// # Errors
/// A refusal when the day is one without law.
pub async fn settle(
    act: &mut Act,
    laws: &Laws,
    held: &registry::Held,
    facts: &[Fact],
    noted: &mut Noted,
) -> Result<(), Problem> {
    let stored = store::of_person(act, held.id).await?;
    align(act, laws, (held, stored), facts, noted).await
}

/// As [`settle`], when the duties that are stored have been read.
async fn align(
    act: &mut Act,
    laws: &Laws,
    (held, stored): (&registry::Held, Vec<Stored>),
    facts: &[Fact],
    noted: &mut Noted,
) -> Result<(), Problem> {
    let subject = Subject { born_on: held.born_on, facts };
    let mut owed = Vec::new();
    arising(&subject, laws.terms(&held.org), act.day(), &mut owed).map_err(no_law)?;
    let mut stored: BTreeMap<Key, Stored> =
        stored.into_iter().map(|stored| (key(&stored.duty), stored)).collect();
    for duty in owed {
        match stored.remove(&key(&duty)) {
            None => {
                store::insert(act, held, &duty).await?;
                noted.arisen.push(duty);
            }
            Some(before) if before.duty != duty => {
                store::update(act, held, before.id, &duty).await?;
                if matches!(duty.state, State::Settled { .. }) {
                    noted.settled.push(duty);
                }
            }
            Some(_) => {}
        }
    }
    // What no longer follows (a corrected birthday, a fact taken back) is no longer owed.
    for gone in stored.values() {
        store::remove(act, gone.id).await?;
    }
    Ok(())
}

/// Brings one person's duties in line with today: those counted elsewhere too. Does nothing
/// when there is no such person.
///
/// # Errors
/// As [`settle`].
pub async fn settle_one(act: &mut Act, laws: &Laws, person: i64) -> Result<Noted, Problem> {
    let mut noted = Noted::default();
    let Some((held, facts, stored)) = hold(act, person).await? else {
        return Ok(noted);
    };
    align(act, laws, (&held, stored), &facts, &mut noted).await?;
    store::place(act, &held).await?;
    Ok(noted)
}

/// A day without law is a refusal that can be read.
#[must_use]
pub fn no_law(cause: rules::law::NoLaw) -> Problem {
    Problem::refused("no-law", cause.to_string())
}

fn is_contact(kind: FactKind) -> bool {
    matches!(kind, FactKind::Contacted { about: 0, .. })
}

fn is_evidence(kind: FactKind) -> bool {
    kind.evidence() > Strength::None
}

async fn touch(act: &mut Act, person: i64, news: &[News]) -> Result<(), Problem> {
    let latest = |wanted: fn(FactKind) -> bool| {
        news.iter().filter(|new| wanted(new.kind)).map(|new| new.on).max()
    };
    let (contact, evidence) = (latest(is_contact), latest(is_evidence));
    if contact.is_some() || evidence.is_some() {
        registry::store::touch(act, person, contact, evidence).await?;
    }
    Ok(())
}

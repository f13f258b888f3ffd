//! Retirees as a roster brings them: taken in or amended many at a time, in one act.

use jiff::civil::Date;
use kernel::{Act, Problem, Query};
use rules::facts::{FactKind, Mark};

use super::{edit, first_facts};
use crate::duties::{self, News, arrivals};
use crate::policies::Laws;
use crate::registry::learned::{self, Marked};
use crate::registry::relatives::{self, NewRelative};
use crate::registry::{self, Checked, Difference, Held, Person, Place};

/// Where facts and changes of a roster come from.
pub const SOURCE: &str = "import";

/// Somebody to be taken in. The caller has made sure that the number is not registered, and
/// counts the people of each station with [`registry::tally`].
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    pub checked: &'a Checked,
    pub place: &'a Place,
    pub contact: Option<&'a NewRelative>,
    /// On what the marks rest: the roster.
    pub evidence: &'a str,
    /// What else is known of them.
    pub more: Option<News>,
    /// Where the facts come from: [`SOURCE`] or a room's own word.
    pub source: &'static str,
}

/// What a roster knows better of somebody who is registered.
#[derive(Clone, Copy, Debug)]
pub struct Amendment<'a> {
    pub before: &'a Person,
    pub after: &'a Checked,
    pub marks: &'a [Mark],
    pub contact: Option<&'a NewRelative>,
    pub evidence: &'a str,
}

/// The insertions that take somebody in: the row, marks, the contact, the facts and what follows
/// from them, after their number. Nothing is read.
///
/// # Errors
/// A refusal when the day is one without law.
pub fn take_in(act: &Act, laws: &Laws, one: &Incoming<'_>) -> Result<(i64, Vec<Query>), Problem> {
    let (new, place) = (one.checked.fields(), one.place);
    let id = act.new_id()?;
    let mut queries = vec![registry::insertion(act.vault(), id, one.checked, place)?];
    for mark in &new.marks {
        let new = registry::NewMark {
            person: id,
            org: place.org.clone(),
            mark: *mark,
            since: place.taken_in_on,
            evidence: one.evidence.to_owned(),
        };
        queries.push(registry::mark_insertion(act.new_id()?, act.id(), &new));
    }
    let held = Held {
        id,
        born_on: new.born_on,
        station: place.station,
        org: place.org.clone(),
        status: "active".to_owned(),
    };
    let mut news = first_facts(one.checked, place, act.day());
    news.extend(one.more);
    queries.extend(arrivals::arrivals(act, laws, &held, one.source, &news)?);
    if let Some(contact) = one.contact {
        queries.push(relatives::insertion(act, (act.new_id()?, id), contact)?);
    }
    Ok((id, queries))
}

/// Amends somebody: the row with its history, marks, the contact, facts and what follows.
///
/// # Errors
/// [`Problem::Stale`] when somebody else changed the person since it was read.
pub async fn amend(act: &mut Act, laws: &Laws, one: &Amendment<'_>) -> Result<(), Problem> {
    let (before, after) = (one.before, one.after.fields());
    registry::update(act, before, one.after, SOURCE).await?;
    let mut news = edit::residence(before, after, act.day());
    news.extend(edit::standing(before, after, act.day()));
    news.extend(edit::pension(act, before, after).await?);
    news.extend(mark(act, before, (one.marks, one.evidence)).await?);
    if let Some(contact) = one.contact {
        relatives::insert(act, before.id, contact).await?;
        let difference =
            Difference { field: "relative", before: String::new(), after: contact.words() };
        registry::keep_history(act, before.id, SOURCE, &[difference]).await?;
    }
    let moved = before.pension_from != after.pension_from || before.born_on != after.born_on;
    if moved || !news.is_empty() {
        duties::note(act, laws, before.id, SOURCE, &news).await?;
    }
    Ok(())
}

/// Sets marks that a list of another department names, and what follows from them.
///
/// # Errors
/// Whatever the engine says.
pub async fn set_marks(
    act: &mut Act,
    laws: &Laws,
    person: &Person,
    (marks, evidence): (&[Mark], &str),
) -> Result<(), Problem> {
    let news = mark(act, person, (marks, evidence)).await?;
    duties::note(act, laws, person.id, SOURCE, &news).await?;
    Ok(())
}

/// Sets the marks that the roster adds, from today on.
async fn mark(
    act: &mut Act,
    before: &Person,
    (marks, evidence): (&[Mark], &str),
) -> Result<Vec<News>, Problem> {
    let on: Date = act.day();
    let held = Held {
        id: before.id,
        born_on: before.born_on,
        station: before.station,
        org: before.org.clone(),
        status: before.status.clone(),
    };
    let mut news = Vec::with_capacity(marks.len());
    for mark in marks {
        let set = Marked { mark: *mark, since: on, evidence };
        learned::set_mark(act, &held, set).await?;
        let after = format!("{mark} 自{on} {evidence}");
        let difference = Difference { field: "mark", before: String::new(), after };
        registry::keep_history(act, before.id, SOURCE, &[difference]).await?;
        news.push(News { kind: FactKind::MarkSet { mark: *mark }, on });
    }
    Ok(news)
}

//! Relatives, contacts and dependants of a retiree, and what is owed to those who are supported.

use jiff::civil::Date;
use kernel::{Act, Actor, Problem, Reader};
use rules::facts::{Fact, FactKind};
use serde_json::json;

use super::acts::{Caller, gone, reason};
use super::rosters;
use crate::deeds;
use crate::duties::{self, News};
use crate::policies::Laws;
use crate::registry::relatives::{self, NewRelative, Relative};
use crate::registry::{self, Difference, Person};
use crate::web::Shared;

/// Adds a relative or a contact; one who is supported is followed from that day on.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems; a refusal for who has left.
pub async fn add(
    app: &Shared,
    actor: &Actor,
    person: i64,
    new: &NewRelative,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_CHANGE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = here(&mut act, actor, person).await?;
    let new = relatives::check(new, app.today())?;
    let id = relatives::insert(&mut act, person.id, &new).await?;
    keep(&mut act, (person.id, caller), String::new(), new.words()).await?;
    follow(&mut act, &laws, (person.id, id), (&NewRelative::default(), &new)).await?;
    let outcome = caller.outcome(&saved(person.id), &json!({"id": id, "person": person.id}));
    act.commit(&format!("person/{}", person.id), &outcome).await?;
    Ok(id)
}

/// Changes a relative. An empty identity number leaves the one that is stored.
///
/// # Errors
/// As [`add`]; [`Problem::Stale`] when somebody changed it since; a refusal when it has ended.
pub async fn change(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    new: &NewRelative,
    caller: Caller,
) -> Result<Relative, Problem> {
    let permit = actor.permit(deeds::PEOPLE_CHANGE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let before = standing(&mut act, actor, id).await?;
    let mut new = new.clone();
    if new.id_number.is_empty() {
        new.id_number.clone_from(&before.fields.id_number);
    }
    let new = relatives::check(&new, app.today())?;
    let before = Relative { version, ..before };
    if !relatives::update(&mut act, &before, &new).await? {
        return Err(Problem::Stale);
    }
    if new != before.fields {
        keep(&mut act, (before.person, caller), before.fields.words(), new.words()).await?;
        follow(&mut act, &laws, (before.person, id), (&before.fields, &new)).await?;
    }
    let told = json!({"id": id, "version": version + 1});
    let outcome = caller.outcome(&saved(before.person), &told);
    act.commit(&format!("person/{}", before.person), &outcome).await?;
    Ok(Relative { version: version + 1, fields: new, ..before })
}

/// Ends a relative: died, moved away, asked to be left in peace. Dependants are no longer followed.
///
/// # Errors
/// As [`change`].
pub async fn end(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    (on, why): (Option<Date>, &str),
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_CHANGE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let before = standing(&mut act, actor, id).await?;
    let on = on.ok_or_else(|| Problem::field("ended_on", "请填写日期"))?;
    if on > app.today() {
        return Err(Problem::field("ended_on", "日期不能晚于今天"));
    }
    if before.fields.is_dependant() && before.fields.dependant_since.is_some_and(|day| on < day) {
        return Err(Problem::field("ended_on", "日期早于开始供养的日期，请核对"));
    }
    reason("reason", "原因", why)?;
    let before = Relative { version, ..before };
    if !relatives::end(&mut act, &before, on).await? {
        return Err(Problem::Stale);
    }
    keep(&mut act, (before.person, caller), before.fields.words(), format!("至{on} {why}")).await?;
    if before.fields.is_dependant() {
        let news = [News { kind: FactKind::DependantEnded { relative: id }, on }];
        duties::note(&mut act, &laws, before.person, caller.source(), &news).await?;
    }
    let told = json!({"id": id, "ended_on": on.to_string()});
    let outcome = caller.outcome(&saved(before.person), &told);
    act.commit_noting(&format!("person/{}", before.person), &outcome, why).await?;
    Ok(before.person)
}

/// Adds a relative that a list names and that was checked.
///
/// # Errors
/// Whatever the engine says.
pub async fn take_in(
    act: &mut Act,
    laws: &Laws,
    person: i64,
    new: &NewRelative,
) -> Result<i64, Problem> {
    let id = relatives::insert(act, person, new).await?;
    listed(act, person, String::new(), new.words()).await?;
    follow(act, laws, (person, id), (&NewRelative::default(), new)).await?;
    Ok(id)
}

/// Changes a relative as a list says it, or as it was before a list.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed it since.
pub async fn alter(
    act: &mut Act,
    laws: &Laws,
    before: &Relative,
    new: &NewRelative,
) -> Result<(), Problem> {
    if !relatives::update(act, before, new).await? {
        return Err(Problem::Stale);
    }
    listed(act, before.person, before.fields.words(), new.words()).await?;
    follow(act, laws, (before.person, before.id), (&before.fields, new)).await
}

async fn listed(act: &mut Act, person: i64, before: String, after: String) -> Result<(), Problem> {
    let difference = Difference { field: "relative", before, after };
    Ok(registry::keep_history(act, person, rosters::SOURCE, &[difference]).await?)
}

/// Where an act on relatives leads.
#[must_use]
pub fn saved(person: i64) -> String {
    format!("/people/{person}/relatives?saved=1")
}

/// The retiree, alive or dead: those who were supported live on.
async fn here(act: &mut Act, actor: &Actor, id: i64) -> Result<Person, Problem> {
    let person = registry::find(act, &actor.scope(), id).await?;
    if person.status == "left" { Err(gone(&person.status)) } else { Ok(person) }
}

/// The relative with this number inside the actor's scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside.
pub async fn find(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<Relative, Problem> {
    relatives::find(reader, &actor.scope(), id).await?.ok_or(Problem::NotFound)
}

async fn standing(act: &mut Act, actor: &Actor, id: i64) -> Result<Relative, Problem> {
    let relative = find(act, actor, id).await?;
    here(act, actor, relative.person).await?;
    match relative.ended_on {
        None => Ok(relative),
        Some(_) => Err(Problem::refused("ended", "这位亲属或联系人已终止，需要时请重新登记")),
    }
}

async fn keep(
    act: &mut Act,
    (person, caller): (i64, Caller),
    before: String,
    after: String,
) -> Result<(), Problem> {
    let difference = Difference { field: "relative", before, after };
    Ok(registry::keep_history(act, person, caller.source(), &[difference]).await?)
}

/// Brings the facts of a dependant in line with the days entered.
async fn follow(
    act: &mut Act,
    laws: &Laws,
    (person, relative): (i64, i64),
    (before, after): (&NewRelative, &NewRelative),
) -> Result<(), Problem> {
    let of = |new: &NewRelative| (new.dependant_since, new.dependant_until);
    if of(before) == of(after) {
        return Ok(());
    }
    let mut since = after.dependant_since;
    match (of(before), of(after)) {
        ((None, _), _) => {}
        // Supported anew after a time without: what was stays.
        ((Some(_), Some(until)), (Some(again), _)) if again > until => {}
        ((Some(first), None), (Some(same), Some(_))) if first == same => since = None,
        ((Some(first), _), _) => {
            let facts = duties::store::facts(act, person).await?;
            let mine = facts.iter().filter(|fact| fact.on >= first && is_about(fact, relative));
            let mine: Vec<i64> = mine.map(|fact| fact.id).collect();
            duties::take_back(act, laws, person, &mine).await?;
        }
    }
    let followed = since.map(|on| News { kind: FactKind::DependantFollowed { relative }, on });
    let until = after.dependant_until.filter(|_| after.dependant_since.is_some());
    let ended = until.map(|on| News { kind: FactKind::DependantEnded { relative }, on });
    let news: Vec<News> = followed.into_iter().chain(ended).collect();
    if !news.is_empty() {
        duties::note(act, laws, person, "people", &news).await?;
    }
    Ok(())
}

fn is_about(fact: &Fact, whom: i64) -> bool {
    match fact.kind {
        FactKind::DependantFollowed { relative } | FactKind::DependantEnded { relative } => {
            relative == whom
        }
        _ => false,
    }
}

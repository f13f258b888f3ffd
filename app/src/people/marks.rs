//! Putting a retiree into a special group on evidence, and taking them out again.

use jiff::civil::Date;
use kernel::{Actor, FieldError, Problem};
use rules::facts::{FactKind, Mark};
use serde_json::json;

use super::acts::{Caller, active, reason};
use crate::deeds;
use crate::duties::{self, News};
use crate::registry::learned::{self, Marked};
use crate::registry::marks::{self, Marking};
use crate::registry::{self, Difference, Person};
use crate::web::Shared;

/// A mark as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    pub mark: Option<Mark>,
    pub since: Option<Date>,
    pub evidence: String,
}

/// Why a mark ends: it held until a day, or it never did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Ended(Option<Date>),
    Mistaken,
}

/// Sets a mark; the duties of the special group follow in the same act.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems; a refusal for who died or left.
pub async fn set(
    app: &Shared,
    actor: &Actor,
    person: i64,
    asked: &Setting,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_CHANGE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = active(&mut act, actor, person).await?;
    let (mark, since) = check(&person, asked, app.today())?;
    let held = registry::store::hold(&mut act, person.id).await?.ok_or(Problem::NotFound)?;
    if learned::has_mark(&mut act, person.id, mark).await? {
        let sentence = format!("此人已列为“{mark}”，不必重复登记；依据有变的，请先终止原标记");
        return Err(Problem::field("mark", sentence));
    }
    learned::set_mark(&mut act, &held, Marked { mark, since, evidence: &asked.evidence }).await?;
    let after = format!("{mark} 自{since} {}", asked.evidence);
    keep(&mut act, (person.id, caller), String::new(), after).await?;
    let news = [News { kind: FactKind::MarkSet { mark }, on: since }];
    duties::note(&mut act, &laws, person.id, caller.source(), &news).await?;
    let told = json!({"person": person.id, "mark": mark.code(), "since": since.to_string()});
    let outcome = caller.outcome(&format!("/people/{}/marks?saved=1", person.id), &told);
    act.commit(&format!("person/{}", person.id), &outcome).await?;
    Ok(person.id)
}

fn check(person: &Person, asked: &Setting, today: Date) -> Result<(Mark, Date), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    if asked.mark.is_none() {
        wrong("mark", "请选择特殊群体");
    }
    match asked.since {
        None => wrong("since", "请填写从哪一天起"),
        Some(since) if since > today => wrong("since", "日期不能晚于今天"),
        Some(since) if person.born_on.is_some_and(|born_on| since < born_on) => {
            wrong("since", "日期早于出生日期，请核对");
        }
        Some(_) => {}
    }
    if !(2..=200).contains(&asked.evidence.chars().count()) {
        wrong("evidence", "请写明依据，例如证件名称和编号，2 至 200 个字");
    }
    match (asked.mark, asked.since) {
        (Some(mark), Some(since)) if errors.is_empty() => Ok((mark, since)),
        _ => Err(Problem::Invalid(errors)),
    }
}

async fn keep(
    act: &mut kernel::Act,
    (person, caller): (i64, Caller),
    before: String,
    after: String,
) -> Result<(), Problem> {
    let difference = Difference { field: "mark", before, after };
    Ok(registry::keep_history(act, person, caller.source(), &[difference]).await?)
}

/// Ends a mark. One that was set by mistake leaves no trace in what is owed.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems; a refusal when it has ended already.
pub async fn end(
    app: &Shared,
    actor: &Actor,
    id: i64,
    (how, why): (How, &str),
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_CHANGE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let mark = find(&mut act, actor, id).await?;
    active(&mut act, actor, mark.person).await?;
    let on = last_day(&mark, how, app.today())?;
    reason("reason", "终止的原因", why)?;
    if !marks::end(&mut act, id, on, why).await? {
        return Err(Problem::refused("ended", "这个标记已经终止"));
    }
    let before = format!("{} 自{}", mark.mark, mark.since);
    keep(&mut act, (mark.person, caller), before, format!("至{on} {why}")).await?;
    if how == How::Mistaken {
        let facts = duties::store::facts(&mut act, mark.person).await?;
        let set = FactKind::MarkSet { mark: mark.mark };
        let mistaken = facts.iter().filter(|fact| fact.kind == set && fact.on == mark.since);
        let mistaken: Vec<i64> = mistaken.map(|fact| fact.id).collect();
        duties::take_back(&mut act, &laws, mark.person, &mistaken).await?;
    } else {
        let news = [News { kind: FactKind::MarkEnded { mark: mark.mark }, on }];
        duties::note(&mut act, &laws, mark.person, caller.source(), &news).await?;
    }
    let told = json!({"id": id, "ended_on": on.to_string()});
    let outcome = caller.outcome(&format!("/people/{}/marks?ended=1", mark.person), &told);
    act.commit_noting(&format!("person/{}", mark.person), &outcome, why).await?;
    Ok(mark.person)
}

fn last_day(mark: &Marking, how: How, today: Date) -> Result<Date, Problem> {
    match how {
        How::Mistaken => Ok(mark.since),
        How::Ended(None) => Err(Problem::field("ended_on", "请填写终止日期")),
        How::Ended(Some(on)) if on > today => {
            Err(Problem::field("ended_on", "终止日期不能晚于今天"))
        }
        How::Ended(Some(on)) if on < mark.since => {
            let sentence = format!("终止日期不能早于列入日期（{}）", mark.since);
            Err(Problem::field("ended_on", sentence))
        }
        How::Ended(Some(on)) => Ok(on),
    }
}

/// The mark with this number inside the actor's scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside.
pub async fn find(
    reader: &mut impl kernel::Reader,
    actor: &Actor,
    id: i64,
) -> Result<Marking, Problem> {
    marks::find(reader, &actor.scope(), id).await?.ok_or(Problem::NotFound)
}

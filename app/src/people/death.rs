//! A death: recorded once, with what follows for the family, and taken back when it was wrong.

use jiff::civil::Date;
use kernel::{Act, Actor, FieldError, Problem};
use rules::facts::FactKind;
use serde_json::json;

use super::acts::{Caller, gone, reason};
use crate::codes::name_of;
use crate::deeds;
use crate::duties::{self, News, Noted};
use crate::policies::Laws;
use crate::registry::endings::{self, Kind, NewEnding};
use crate::registry::{self, Difference, Person, codes, moves};
use crate::web::Shared;

/// From whom a death is known.
pub const SOURCES: &[codes::Code] = &[
    ("family", "家属报告"),
    ("hospital", "医疗机构证明"),
    ("funeral", "民政、殡葬信息"),
    ("police", "公安户籍信息"),
    ("match", "数据比对"),
    ("community", "社区了解"),
    ("other", "其他"),
];

/// What is told of a death.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The version of the person that was read; `None` when the caller does not mind.
    pub version: Option<i64>,
    pub on: Option<Date>,
    pub source: String,
    pub note: String,
}

/// Whether what speaks against the day was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubts {
    Unseen,
    Seen,
}

/// Records a death: the fact, the end of what was owed to the retiree, what is owed to the family.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems; a refusal for who is dead or has left
/// already, or when something speaks against the day and nobody has looked at it.
pub async fn record(
    app: &Shared,
    actor: &Actor,
    person: i64,
    (told, doubts): (&Told, Doubts),
    caller: Caller,
) -> Result<Noted, Problem> {
    let permit = actor.permit(deeds::DEATH_RECORD)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), person).await?;
    let on = judge(&person, told, app.today())?;
    if let Some(doubt) = doubts_of(&person, on).into_iter().next()
        && doubts == Doubts::Unseen
    {
        return Err(Problem::refused("doubtful-day", doubt));
    }
    let noted = enter(&mut act, &laws, &person, (told, on), caller).await?;
    let said = json!({"person": person.id, "status": "dead", "died_on": on.to_string()});
    let outcome = caller.outcome(&format!("/people/{}/death?saved=1", person.id), &said);
    act.commit_noting(&format!("person/{}", person.id), &outcome, &told.source).await?;
    Ok(noted)
}

/// Writes a death down inside an act, on a day that [`judge`] found possible.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed the person since.
pub async fn enter(
    act: &mut Act,
    laws: &Laws,
    person: &Person,
    (told, on): (&Told, Date),
    caller: Caller,
) -> Result<Noted, Problem> {
    let read = Person { version: told.version.unwrap_or(person.version), ..person.clone() };
    if !endings::close(act, &read, Kind::Died, on).await? {
        return Err(Problem::Stale);
    }
    moves::withdraw_open(act, person.id, "已登记死亡").await?;
    let news = [News { kind: FactKind::Died, on }];
    let noted = duties::note(act, laws, person.id, caller.source(), &news).await?;
    let fact = noted.facts.first().copied().unwrap_or_default();
    let (source, note) = (told.source.as_str(), told.note.as_str());
    let ending = NewEnding { kind: Kind::Died, on, source, place: "", note, fact };
    endings::insert(act, person.id, &ending).await?;
    let after = format!("已去世 {on} {}", name_of(SOURCES, &told.source));
    keep(act, (person.id, caller), "在管".to_owned(), after).await?;
    Ok(noted)
}

/// Whether this can be so; answers the day.
///
/// # Errors
/// Field problems; a refusal for who is not under management.
pub fn judge(person: &Person, told: &Told, today: Date) -> Result<Date, Problem> {
    if person.status != "active" {
        return Err(gone(&person.status));
    }
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    match told.on {
        None => wrong("died_on", "请填写去世日期"),
        Some(on) if on > today => wrong("died_on", "去世日期不能晚于今天"),
        Some(on) if person.born_on.is_some_and(|born_on| on < born_on) => {
            wrong("died_on", "去世日期早于出生日期，请核对");
        }
        Some(_) => {}
    }
    if !SOURCES.iter().any(|(code, _)| *code == told.source) {
        wrong("source", "请选择从何处得知");
    }
    if told.note.chars().count() > 200 {
        wrong("note", "说明最多 200 个字，请缩短");
    }
    match told.on {
        Some(on) if errors.is_empty() => Ok(on),
        _ => Err(Problem::Invalid(errors)),
    }
}

/// What speaks against the day, in sentences.
#[must_use]
pub fn doubts_of(person: &Person, on: Date) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(seen_on) = person.evidence_on.filter(|seen_on| *seen_on > on) {
        let sentence = "系统中有晚于去世日期的生存依据";
        doubts.push(format!("{sentence}（{seen_on}），请核对去世日期，或作废那条走访记录"));
    }
    if person.taken_in_on > on {
        let taken_in_on = person.taken_in_on;
        doubts.push(format!("去世日期早于纳入日期（{taken_in_on}），请核对"));
    }
    doubts
}

/// Takes a death back that was recorded by mistake: what was owed is owed again.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a field problem without a reason; a refusal when no
/// death is recorded.
pub async fn undo(
    app: &Shared,
    actor: &Actor,
    person: i64,
    why: &str,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::DEATH_RECORD)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), person).await?;
    reason("reason", "撤销的原因", why)?;
    if person.status != "dead" {
        return Err(Problem::refused("not-dead", "此人没有死亡登记，无需撤销"));
    }
    if !endings::reopen(&mut act, &person, None).await? {
        return Err(Problem::Stale);
    }
    endings::undo(&mut act, person.id, Kind::Died, why).await?;
    let facts = duties::store::facts(&mut act, person.id).await?;
    let died = facts.iter().filter(|fact| fact.kind == FactKind::Died);
    let died: Vec<i64> = died.map(|fact| fact.id).collect();
    duties::take_back(&mut act, &laws, person.id, &died).await?;
    keep(
        &mut act,
        (person.id, caller),
        "已去世".to_owned(),
        format!("在管（撤销死亡登记：{why}）"),
    )
    .await?;
    let said = json!({"person": person.id, "status": "active"});
    let outcome = caller.outcome(&format!("/people/{}", person.id), &said);
    act.commit_noting(&format!("person/{}", person.id), &outcome, why).await
}

pub(super) async fn keep(
    act: &mut Act,
    (person, caller): (i64, Caller),
    before: String,
    after: String,
) -> Result<(), Problem> {
    let difference = Difference { field: "status", before, after };
    Ok(registry::keep_history(act, person, caller.source(), &[difference]).await?)
}

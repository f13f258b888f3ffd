//! Leaving our care for another place, coming back, and taking a wrong departure back.

use jiff::civil::Date;
use kernel::{Act, Actor, FieldError, Problem};
use rules::facts::FactKind;
use serde_json::json;

use super::acts::{Caller, gone, reason};
use super::death::keep;
use crate::codes::name_of;
use crate::deeds;
use crate::duties::{self, News};
use crate::orgs;
use crate::policies::Laws;
use crate::registry::endings::{self, Kind, NewEnding};
use crate::registry::{self, Person, codes, moves};
use crate::web::Shared;

/// Why somebody leaves.
pub const WHYS: &[codes::Code] = &[
    ("moved_out", "户籍或居住迁往外地"),
    ("handed_over", "移交外地机构管理"),
    ("not_ours", "不属于本地管理范围"),
    ("other", "其他"),
];

/// What is told of a departure.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The version of the person that was read; `None` when the caller does not mind.
    pub version: Option<i64>,
    pub on: Option<Date>,
    pub why: String,
    /// Where to: the place and the body that takes over.
    pub place: String,
    pub note: String,
}

/// Records that a retiree left; nothing is owed from that day.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems; a refusal for who is not under
/// management.
pub async fn record(
    app: &Shared,
    actor: &Actor,
    person: i64,
    told: &Told,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_MOVE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), person).await?;
    let on = judge(&person, told, app.today())?;
    enter(&mut act, &laws, &person, (told, on), caller).await?;
    let said = json!({"person": person.id, "status": "left", "left_on": on.to_string()});
    let outcome = caller.outcome(&format!("/people/{}/left?saved=1", person.id), &said);
    act.commit_noting(&format!("person/{}", person.id), &outcome, &told.why).await
}

/// Writes a departure down inside an act, on a day that [`judge`] found possible.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed the person since.
pub async fn enter(
    act: &mut Act,
    laws: &Laws,
    person: &Person,
    (told, on): (&Told, Date),
    caller: Caller,
) -> Result<(), Problem> {
    let read = Person { version: told.version.unwrap_or(person.version), ..person.clone() };
    if !endings::close(act, &read, Kind::Left, on).await? {
        return Err(Problem::Stale);
    }
    moves::withdraw_open(act, person.id, "已转出").await?;
    let news = [News { kind: FactKind::Left, on }];
    let noted = duties::note(act, laws, person.id, caller.source(), &news).await?;
    let fact = noted.facts.first().copied().unwrap_or_default();
    let (source, place, note) = (told.why.as_str(), told.place.as_str(), told.note.as_str());
    let ending = NewEnding { kind: Kind::Left, on, source, place, note, fact };
    endings::insert(act, person.id, &ending).await?;
    let after = format!("已转出 {on} {} {place}", name_of(WHYS, &told.why));
    keep(act, (person.id, caller), "在管".to_owned(), after).await
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
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    match told.on {
        None => wrong("left_on", "请填写转出日期".to_owned()),
        Some(on) if on > today => wrong("left_on", "转出日期不能晚于今天".to_owned()),
        Some(on) if on < person.taken_in_on => {
            let sentence = format!("转出日期早于纳入日期（{}），请核对", person.taken_in_on);
            wrong("left_on", sentence);
        }
        Some(_) => {}
    }
    if !WHYS.iter().any(|(code, _)| *code == told.why) {
        wrong("why", "请选择转出的原因".to_owned());
    }
    let n_place = told.place.chars().count();
    let elsewhere = matches!(told.why.as_str(), "moved_out" | "handed_over");
    if n_place > 100 || (elsewhere && n_place < 2) {
        wrong("place", "请写明转往何地、由哪个机构接管，2 至 100 个字".to_owned());
    }
    if told.note.chars().count() > 200 {
        wrong("note", "说明最多 200 个字，请缩短".to_owned());
    }
    match told.on {
        Some(on) if errors.is_empty() => Ok(on),
        _ => Err(Problem::Invalid(errors)),
    }
}

async fn gone_one(act: &mut Act, actor: &Actor, id: i64) -> Result<Person, Problem> {
    let person = registry::find(act, &actor.scope(), id).await?;
    if person.status == "left" {
        return Ok(person);
    }
    Err(Problem::refused("not-left", "此人没有转出登记，无需办理"))
}

/// Takes a departure back that was recorded by mistake.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a field problem without a reason; a refusal for who
/// has not left.
pub async fn undo(
    app: &Shared,
    actor: &Actor,
    person: i64,
    why: &str,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_MOVE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = gone_one(&mut act, actor, person).await?;
    reason("reason", "撤销的原因", why)?;
    if !endings::reopen(&mut act, &person, None).await? {
        return Err(Problem::Stale);
    }
    endings::undo(&mut act, person.id, Kind::Left, why).await?;
    let facts = duties::store::facts(&mut act, person.id).await?;
    // Only the last departure is taken back; earlier ones were followed by a return.
    let left = facts.iter().rev().find(|fact| fact.kind == FactKind::Left);
    let left: Vec<i64> = left.map(|fact| fact.id).into_iter().collect();
    duties::take_back(&mut act, &laws, person.id, &left).await?;
    keep(&mut act, (person.id, caller), "已转出".to_owned(), format!("在管（撤销转出：{why}）"))
        .await?;
    let said = json!({"person": person.id, "status": "active"});
    let outcome = caller.outcome(&format!("/people/{}", person.id), &said);
    act.commit_noting(&format!("person/{}", person.id), &outcome, why).await
}

/// Takes somebody in again who had left, at the station that served them.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems; a refusal for who has not left or
/// whose station is closed.
pub async fn come_back(
    app: &Shared,
    actor: &Actor,
    person: i64,
    on: Option<Date>,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_ENTER)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = gone_one(&mut act, actor, person).await?;
    let on = on.ok_or_else(|| Problem::field("taken_in_on", "请填写重新纳入的日期"))?;
    if on > app.today() {
        return Err(Problem::field("taken_in_on", "纳入日期不能晚于今天"));
    }
    if person.left_on.is_some_and(|left_on| on < left_on) {
        return Err(Problem::field("taken_in_on", "重新纳入的日期早于转出日期，请核对"));
    }
    let station = orgs::store::find(&mut act, person.station).await?;
    if station.is_none_or(|station| station.closed_on.is_some()) {
        let sentence = "原社区站已撤销，请联系上级退管机构";
        return Err(Problem::refused("station-closed", sentence));
    }
    if !endings::reopen(&mut act, &person, Some(on)).await? {
        return Err(Problem::Stale);
    }
    let news = [News { kind: FactKind::TakenIn { station: person.station }, on }];
    duties::note(&mut act, &laws, person.id, caller.source(), &news).await?;
    keep(&mut act, (person.id, caller), "已转出".to_owned(), format!("在管（{on}重新纳入）"))
        .await?;
    let said = json!({"person": person.id, "status": "active", "taken_in_on": on.to_string()});
    let outcome = caller.outcome(&format!("/people/{}", person.id), &said);
    act.commit(&format!("person/{}", person.id), &outcome).await
}

//! Moving a retiree to another station: proposed by the one that serves them, confirmed by the
//! one that will.

use kernel::{Actor, Problem, Reader, Scope};
use rules::facts::{Across, FactKind};
use serde_json::json;

use super::acts::{Caller, active, reason};
use crate::deeds;
use crate::duties::{self, News};
use crate::orgs;
use crate::registry::moves::{self, Move, NewMove};
use crate::registry::{self, Difference};
use crate::web::Shared;

/// Codes and names of what became of a move.
pub const STATES: &[(&str, &str)] = &[
    ("proposed", "待接收方确认"),
    ("accepted", "已接收"),
    ("refused", "已拒绝"),
    ("withdrawn", "已撤回"),
];

/// What somebody may do with a move.
impl Move {
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state == "proposed"
    }

    /// Whether somebody may confirm or refuse it.
    #[must_use]
    pub fn answers(&self, actor: &Actor) -> bool {
        self.waits() && actor.can(deeds::PEOPLE_RECEIVE) && actor.scope().covers(&self.to_org)
    }

    /// Whether somebody may take it back.
    #[must_use]
    pub fn withdraws(&self, actor: &Actor) -> bool {
        self.waits() && actor.can(deeds::PEOPLE_MOVE) && actor.scope().covers(&self.from_org)
    }

    #[must_use]
    pub fn state_name(&self) -> &'static str {
        let known = STATES.iter().find(|(code, _)| *code == self.state);
        known.map_or("已撤回", |(_, name)| name)
    }
}

/// Proposes to move somebody to another station.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems; a refusal for who is not under
/// management or whose move waits already.
pub async fn propose(
    app: &Shared,
    actor: &Actor,
    person: i64,
    (to, why): (Option<i64>, &str),
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_MOVE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = active(&mut act, actor, person).await?;
    let to = to.ok_or_else(|| Problem::field("to_station", "请选择转入的社区站"))?;
    let station = orgs::store::find(&mut act, to).await?;
    let station = station.filter(|org| org.kind == "station" && org.closed_on.is_none());
    let station =
        station.ok_or_else(|| Problem::field("to_station", "没有这个社区站，请重新查找"))?;
    if station.id == person.station {
        return Err(Problem::field("to_station", "此人就在这个社区站，无需转移"));
    }
    reason("reason", "转移的原因", why)?;
    registry::store::hold(&mut act, person.id).await?;
    if moves::waiting(&mut act, person.id).await?.is_some() {
        let sentence = "此人已有一件待确认的转移，请等接收方确认，或先撤回";
        return Err(Problem::refused("proposed-already", sentence));
    }
    let id = act.new_id()?;
    let (to_station, to_org) = (station.id, station.code.as_str());
    let new = NewMove { id, person: &person, to_station, to_org, reason: why };
    moves::insert(&mut act, &new).await?;
    let said = json!({"id": id, "person": person.id, "state": "proposed"});
    let outcome = caller.outcome(&format!("/moves/{id}"), &said);
    act.commit_noting(&format!("person/{}", person.id), &outcome, &format!("move/{id}")).await?;
    Ok(id)
}

/// Confirms a move: the retiree, the marks, the counts and what is owed go to the new station.
///
/// # Errors
/// [`Problem::NotFound`] outside the receiver's scope; a refusal when it is decided, the retiree
/// is no longer where they were, or the station is closed.
pub async fn accept(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    caller: Caller,
) -> Result<Move, Problem> {
    let permit = actor.permit(deeds::PEOPLE_RECEIVE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let mut moved = received(&mut act, actor, id).await?;
    // The receiver stands outside the person's scope still; the proposal is the leave.
    let scope = Scope::below(&moved.from_org);
    let person = registry::store::find(&mut act, &scope, moved.person).await?;
    let here = person.filter(|one| one.status == "active" && one.station == moved.from_station);
    let Some(person) = here else {
        let sentence = "此人的情况在提出转移以后有了变化，请拒绝并请对方重新提出";
        return Err(Problem::refused("changed", sentence));
    };
    let station = orgs::store::find(&mut act, moved.to_station).await?;
    let station = station.filter(|org| org.closed_on.is_none() && org.code == moved.to_org);
    let Some(station) = station else {
        let sentence = "转入的社区站已撤销或改码，请拒绝并请对方重新提出";
        return Err(Problem::refused("station-closed", sentence));
    };
    orgs::hold(&mut act, &station).await?;
    if !moves::decide(&mut act, (id, version), "accepted", "").await? {
        return Err(Problem::Stale);
    }
    if !moves::carry(&mut act, &person, (moved.to_station, &moved.to_org)).await? {
        return Err(Problem::Stale);
    }
    let difference = Difference {
        field: "station",
        before: moved.from_name.clone(),
        after: moved.to_name.clone(),
    };
    registry::keep_history(&mut act, person.id, caller.source(), &[difference]).await?;
    let across = Across::between(&moved.from_org, &moved.to_org);
    let kind = FactKind::Moved { station: moved.to_station, across };
    let news = [News { kind, on: app.today() }];
    duties::note(&mut act, &laws, person.id, caller.source(), &news).await?;
    let said = json!({"id": id, "state": "accepted"});
    let outcome = caller.outcome(&format!("/moves/{id}?saved=1"), &said);
    act.commit_noting(&format!("person/{}", person.id), &outcome, &format!("move/{id}")).await?;
    "accepted".clone_into(&mut moved.state);
    Ok(moved)
}

/// Refuses a move with a reason; the retiree stays.
///
/// # Errors
/// As [`accept`]; a field problem without a reason.
pub async fn refuse(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    why: &str,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_RECEIVE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let refused = received(&mut act, actor, id).await?;
    reason("answer", "拒绝的原因", why)?;
    if !moves::decide(&mut act, (id, version), "refused", why).await? {
        return Err(Problem::Stale);
    }
    let said = json!({"id": id, "state": "refused"});
    let outcome = caller.outcome(&format!("/moves/{id}?saved=1"), &said);
    act.commit_noting(&format!("person/{}", refused.person), &outcome, why).await
}

/// Takes a move back that nobody has answered.
///
/// # Errors
/// [`Problem::NotFound`] outside the proposing side; a refusal when it is decided.
pub async fn withdraw(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_MOVE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let withdrawn = find(&mut act, actor, id).await?;
    if !actor.scope().covers(&withdrawn.from_org) {
        return Err(Problem::NotFound);
    }
    if !withdrawn.waits() {
        return Err(decided());
    }
    if !moves::decide(&mut act, (id, version), "withdrawn", "").await? {
        return Err(Problem::Stale);
    }
    let said = json!({"id": id, "state": "withdrawn"});
    let outcome = caller.outcome(&format!("/moves/{id}?saved=1"), &said);
    let subject = format!("person/{}", withdrawn.person);
    act.commit_noting(&subject, &outcome, &format!("move/{id}")).await
}

fn decided() -> Problem {
    Problem::refused("decided", "这件转移已有结果，请刷新页面查看")
}

async fn received(act: &mut kernel::Act, actor: &Actor, id: i64) -> Result<Move, Problem> {
    let found = find(act, actor, id).await?;
    if !actor.scope().covers(&found.to_org) {
        return Err(Problem::NotFound);
    }
    if found.waits() { Ok(found) } else { Err(decided()) }
}

/// The move with this number, for whoever stands on one of its sides. Only those who may receive
/// see what is proposed to them, and its details only while it waits.
///
/// # Errors
/// [`Problem::NotFound`] for everybody else.
pub async fn find(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<Move, Problem> {
    let scope = actor.scope();
    let found = moves::find(reader, &scope, id).await?.ok_or(Problem::NotFound)?;
    if !scope.covers(&found.from_org) && !actor.can(deeds::PEOPLE_RECEIVE) {
        return Err(Problem::NotFound);
    }
    Ok(shown_to(found, actor))
}

/// A move as somebody may see it.
#[must_use]
pub fn shown_to(mut one: Move, actor: &Actor) -> Move {
    let serves = actor.scope().covers(&one.person_org);
    if !serves && !one.answers(actor) {
        for text in [&mut one.id_number, &mut one.phone, &mut one.address] {
            text.clear();
        }
        one.born_on = None;
    }
    one
}

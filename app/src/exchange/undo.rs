//! Taking a whole import back: within a day, and only when nobody has worked on it since.

use jiff::Timestamp;
use kernel::{Act, Actor, Problem, q};

use super::kinds::Kind;
use super::state::State;
use super::store::{self, Import};
use super::{list_undo, path, subject, told};
use crate::deeds;
use crate::people::{Caller, unimport};
use crate::web::Shared;

/// So long an import can be taken back.
const SECONDS: i64 = 24 * 3600;

/// Whether an import is young enough to be taken back.
#[must_use]
pub fn is_young(app: &Shared, import: &Import) -> bool {
    let ended = import.ended_at.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
    import.state == State::Done
        && ended.is_some_and(|at| app.db.clock().seconds() - at.as_second() < SECONDS)
}

/// Takes an import back, in one act.
///
/// # Errors
/// [`Problem::NotFound`] outside the jurisdiction; a refusal when it is too late, or somebody has
/// worked on the same people since.
pub async fn undo(app: &Shared, actor: &Actor, id: i64, caller: Caller) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_IMPORT)?;
    actor.may(find_kind(app, actor, id).await?.deed())?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let import = store::find(&mut act, &actor.scope(), id).await?.ok_or(Problem::NotFound)?;
    let done_by = import.act.filter(|_| is_young(app, &import));
    let done_by = done_by.ok_or_else(|| {
        Problem::refused(
            "too-late",
            "只有写入后 24 小时内的导入才能撤销；个别有误的，请在人员页面更正",
        )
    })?;
    let mut n_touched = touched(&mut act, done_by).await?;
    n_touched += list_undo::touched(&mut act, (&import, done_by)).await?;
    if n_touched > 0 {
        let says = format!(
            "导入以后有 {n_touched} 人又有新的记录或变更，不能整批撤销；个别有误的，请在人员页面更正"
        );
        return Err(Problem::refused("touched", says));
    }
    let scope = kernel::Scope::below(&import.org);
    let n_beside = list_undo::undo(&mut act, &laws, (&import, done_by)).await?;
    let entered = entered(&mut act, done_by).await?;
    for (person, org) in &entered {
        unimport::erase(&mut act, (*person, org)).await?;
    }
    let amended = amended(&mut act, done_by).await?;
    for person in &amended {
        unimport::restore(&mut act, &laws, &scope, (*person, done_by)).await?;
    }
    if !store::undone(&mut act, id).await? {
        return Err(Problem::Stale);
    }
    let outcome = caller.outcome(&path(id), &told(id, State::Undone));
    let detail = format!("撤销导入：退回新增{} 更新{}", entered.len() + n_beside, amended.len());
    act.commit_noting(&subject(id), &outcome, &detail).await
}

async fn find_kind(app: &Shared, actor: &Actor, id: i64) -> Result<Kind, Problem> {
    Ok(super::find(app, actor, id).await?.kind)
}

/// How many of the people of an import have been worked on since.
async fn touched(act: &mut Act, done_by: i64) -> Result<i64, Problem> {
    let entered = act
        .row(q!(
            "SELECT COUNT(*) FROM facts f JOIN persons p ON p.id = f.person
             WHERE f.act = $1 AND f.kind = 'taken_in' AND (p.version <> 1 OR p.status <> 'active'
                OR EXISTS (SELECT 1 FROM facts o WHERE o.person = f.person AND o.act <> $1)
                OR EXISTS (SELECT 1 FROM changes c WHERE c.person = f.person)
                OR EXISTS (SELECT 1 FROM marks m WHERE m.person = f.person AND m.act <> $1)
                OR EXISTS (SELECT 1 FROM relatives r WHERE r.person = f.person
                           AND (r.act <> $1 OR r.version <> 1))
                OR EXISTS (SELECT 1 FROM health_notes h WHERE h.person = f.person)
                OR EXISTS (SELECT 1 FROM moves v WHERE v.person = f.person)
                OR EXISTS (SELECT 1 FROM cards k WHERE k.person = f.person)
                OR EXISTS (SELECT 1 FROM circle_members g WHERE g.person = f.person)
                OR EXISTS (SELECT 1 FROM party_letters l WHERE l.person = f.person)
                OR EXISTS (SELECT 1 FROM papers d WHERE d.subject = 'person'
                           AND d.about = f.person)
                OR EXISTS (SELECT 1 FROM archives a WHERE a.person = f.person))",
            done_by
        ))
        .await?;
    let amended = act
        .row(q!(
            "SELECT COUNT(DISTINCT c.person) FROM changes c WHERE c.act = $1
               AND EXISTS (SELECT 1 FROM changes d WHERE d.person = c.person AND d.act <> $1
                           AND (d.at > c.at OR d.at = c.at AND d.act > c.act))",
            done_by
        ))
        .await?;
    let mut n = 0;
    for row in [entered, amended].into_iter().flatten() {
        n += row.get::<i64>(0)?;
    }
    Ok(n)
}

/// Whom the import took in, and where.
async fn entered(act: &mut Act, done_by: i64) -> Result<Vec<(i64, String)>, Problem> {
    let rows = act
        .rows(q!(
            "SELECT p.id, p.org FROM facts f JOIN persons p ON p.id = f.person
             WHERE f.act = $1 AND f.kind = 'taken_in' ORDER BY p.id",
            done_by
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Whom the import changed.
async fn amended(act: &mut Act, done_by: i64) -> Result<Vec<i64>, Problem> {
    let rows = act
        .rows(q!("SELECT DISTINCT person FROM changes WHERE act = $1 ORDER BY person", done_by))
        .await?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

//! Closing an organisation that nobody needs any more.

use kernel::{Act, Actor, Problem};

use crate::orgs::{self, Caller, Done, Org};
use crate::registry::placing;
use crate::web::Shared;
use crate::{accounts, deeds};

/// Closes an organisation; its history stays.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; [`Problem::Stale`] when somebody was faster; a refusal
/// that says what still hangs on it: retirees, accounts, organisations below.
pub async fn close(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ORGS_CHANGE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let org = orgs::find(&mut act, &actor.scope(), id).await?;
    orgs::standing(&org)?;
    orgs::hold(&mut act, &org).await?;
    empty(&mut act, &org).await?;
    orgs::close(&mut act, (&org, version), None).await?;
    let done = Done { id, version: version + 1 };
    act.commit(&format!("org/{id}"), &done.outcome(caller, "/orgs")).await?;
    Ok(done)
}

async fn empty(act: &mut Act, org: &Org) -> Result<(), Problem> {
    let people = placing::standing(act, (org.id, &org.code)).await?;
    if people.n_all > 0 {
        let sentence = format!(
            "这里还有在管退休人员 {} 名、已故或转出人员的记录 {} 份，请先用“合并”把他们转到别的社区站",
            people.n_active,
            people.n_all - people.n_active
        );
        return Err(Problem::refused("org-has-people", sentence));
    }
    let n_accounts = accounts::store::n_open_at(act, org.id).await?;
    if n_accounts > 0 {
        let sentence = format!("这里还有 {n_accounts} 个在用的账号，请先请系统管理员停用或调走");
        return Err(Problem::refused("org-has-accounts", sentence));
    }
    Ok(())
}

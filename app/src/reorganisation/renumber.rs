//! 代码变更：机构和下级机构换用新的区划代码，人员和业务记录随之改变。

use kernel::{Act, Actor, Problem, Reader};

use super::words::document;
use crate::orgs::recode::{self, Renumbering};
use crate::orgs::{self, Caller, Done, Org};
use crate::web::Shared;
use crate::{codes, deeds, recoding};

/// An organisation and its new code, judged.
#[derive(Debug)]
pub struct Judged {
    pub org: Org,
    pub of: Renumbering,
    parent: Option<Org>,
}

/// Judges a new code for an organisation.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a field problem when the code lies outside or does
/// not fit.
pub async fn judge(
    reader: &mut impl Reader,
    actor: &Actor,
    (id, code): (i64, &str),
) -> Result<Judged, Problem> {
    let org = orgs::find(reader, &actor.scope(), id).await?;
    orgs::standing(&org)?;
    if org.code == actor.org && !actor.org.is_empty() {
        let sentence = "本机构的代码由上级机构变更";
        return Err(Problem::refused("own-code", sentence));
    }
    if !actor.scope().covers(code) {
        let sentence = format!("新代码应以本机构的代码 {} 开头，请核对", actor.org);
        return Err(Problem::field("code", sentence));
    }
    let parent = recode::judge(reader, &org, code).await?;
    Ok(Judged { of: Renumbering::new(&org.code, code), org, parent })
}

/// Changes the code in one act.
///
/// # Errors
/// As [`judge`]; [`Problem::Stale`].
pub async fn renumber(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    (code, paper): (&str, &str),
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ORGS_REORGANISE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let judged = judge(&mut act, actor, (id, code)).await?;
    document(paper)?;
    if judged.org.version != version {
        return Err(Problem::Stale);
    }
    let n_orgs = apply(&mut act, &judged).await?;
    let done = Done { id, version: version + 1 };
    let detail = format!("{} to {code}: {n_orgs} organisations; {paper}", judged.org.code);
    act.commit_noting(&format!("org/{id}"), &done.outcome(caller, "/orgs"), &detail).await?;
    Ok(done)
}

/// Gives an organisation and all that hangs on it the new code; answers how many organisations
/// have another one now.
///
/// # Errors
/// As [`recode::renumber`].
pub async fn apply(act: &mut Act, judged: &Judged) -> Result<usize, Problem> {
    orgs::hold(act, &judged.org).await?;
    let n_orgs = recode::renumber(act, &judged.of, judged.parent.as_ref()).await?;
    recoding::renumber(act, &judged.of).await?;
    Ok(n_orgs)
}

/// Whether the code of an organisation is given by the one who asks.
#[must_use]
pub fn is_below(actor: &Actor, org: &Org) -> bool {
    org.code != actor.org && codes::level_of(&org.code).is_some()
}

//! 企业：退休人员原来的单位，是外部单位，不属于哪一级机构。

pub mod api;
pub mod forms;
pub mod pages;
pub mod sheet;
pub mod store;

use kernel::{Act, Actor, Problem, Reader};
use rules::identity::inspect_uscc;

use super::{Caller, Done, taken_meanwhile};
use crate::deeds;
use crate::web::Shared;

/// An enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enterprise {
    pub id: i64,
    pub name: String,
    pub initials: String,
    /// Unified social credit code; empty when it is not known.
    pub credit_code: String,
    /// Codes of what is worth a second look in the credit code, parted by commas.
    pub finding: String,
    pub closed_on: Option<String>,
    pub version: i64,
}

/// Whether somebody has looked at the enterprise of the same name and says it is another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameName {
    #[default]
    NotSeen,
    IsAnother,
}

/// What is typed about an enterprise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub name: String,
    pub credit_code: String,
    pub same_name: SameName,
}

impl Typed {
    /// Spaces are taken out of the code, letters are made large.
    #[must_use]
    pub fn new(name: &str, credit_code: &str, same_name: SameName) -> Self {
        let code = credit_code.chars().filter(|char| !char.is_whitespace());
        let credit_code = code.collect::<String>().to_uppercase();
        Self { name: name.split_whitespace().collect::<Vec<_>>().join(" "), credit_code, same_name }
    }

    /// What is worth a second look in the code; codes parted by commas.
    #[must_use]
    pub fn finding(&self) -> String {
        if self.credit_code.is_empty() {
            return String::new();
        }
        let findings = inspect_uscc(&self.credit_code);
        findings.iter().map(|finding| finding.code()).collect::<Vec<_>>().join(",")
    }
}

/// The sentence for a code that somebody entered at the same moment.
const TAKEN: &str = "这个代码刚刚有人登记，请重新查找后直接使用该企业";

/// Enters an enterprise.
///
/// # Errors
/// Field problems: no name, a code that is taken, a name that is there already and not confirmed.
pub async fn enter(
    app: &Shared,
    actor: &Actor,
    typed: &Typed,
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ENTERPRISES_CHANGE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    check(&mut act, typed, 0).await?;
    let id = store::insert(&mut act, typed).await?;
    let done = Done { id, version: 1 };
    let outcome = done.outcome(caller, "/enterprises");
    let committed = act.commit(&format!("enterprise/{id}"), &outcome).await;
    committed.map_err(|problem| taken_meanwhile(problem, "credit_code", TAKEN))?;
    Ok(done)
}

/// Changes the name or the code; the history keeps what was there.
///
/// # Errors
/// As [`enter`]; [`Problem::NotFound`]; [`Problem::Stale`] when somebody was faster.
pub async fn change(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    typed: &Typed,
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ENTERPRISES_CHANGE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = find(&mut act, id).await?;
    standing(&known)?;
    check(&mut act, typed, id).await?;
    if known.version != version || !store::change(&mut act, &known, typed).await? {
        return Err(Problem::Stale);
    }
    let done = Done { id, version: version + 1 };
    let outcome = done.outcome(caller, "/enterprises");
    let committed = act.commit(&format!("enterprise/{id}"), &outcome).await;
    committed.map_err(|problem| taken_meanwhile(problem, "credit_code", TAKEN))?;
    Ok(done)
}

/// Notes that an enterprise no longer exists. Its retirees stay with it in the records.
///
/// # Errors
/// [`Problem::NotFound`]; [`Problem::Stale`] when somebody was faster; a refusal when it is closed.
pub async fn close(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ENTERPRISES_CHANGE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = find(&mut act, id).await?;
    standing(&known)?;
    if known.version != version || !store::close(&mut act, &known).await? {
        return Err(Problem::Stale);
    }
    let done = Done { id, version: version + 1 };
    let outcome = done.outcome(caller, "/enterprises");
    let committed = act.commit(&format!("enterprise/{id}"), &outcome).await;
    committed.map_err(|problem| taken_meanwhile(problem, "credit_code", TAKEN))?;
    Ok(done)
}

/// The enterprise with this number.
///
/// # Errors
/// [`Problem::NotFound`] when there is none.
pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Enterprise, Problem> {
    store::find(reader, id).await?.ok_or(Problem::NotFound)
}

/// # Errors
/// A refusal when the enterprise is closed.
pub fn standing(enterprise: &Enterprise) -> Result<(), Problem> {
    match enterprise.closed_on {
        None => Ok(()),
        Some(_) => Err(Problem::refused("enterprise-closed", "该企业已注销，不能再变更")),
    }
}

/// `own` is the enterprise that is being changed, 0 for a new one.
async fn check(act: &mut Act, typed: &Typed, own: i64) -> Result<(), Problem> {
    if typed.name.is_empty() || typed.name.chars().count() > 100 {
        return Err(Problem::field("name", "请填写企业名称，最多 100 个字"));
    }
    if typed.credit_code.len() > 30 {
        return Err(Problem::field("credit_code", "统一社会信用代码为 18 位，请核对"));
    }
    let by_code = store::by_code(act, &typed.credit_code).await?;
    if let Some(other) = by_code.filter(|other| other.id != own) {
        let sentence = format!("这个代码已登记为“{}”，请直接使用该企业，或核对代码", other.name);
        return Err(Problem::field("credit_code", sentence));
    }
    let same = store::by_name(act, &typed.name).await?;
    let other = same.iter().find(|other| other.id != own);
    if let (Some(other), SameName::NotSeen) = (other, typed.same_name) {
        let code = if other.credit_code.is_empty() { "未填代码" } else { &other.credit_code };
        let sentence = format!("已有同名企业（{code}）；确认不是同一家的，请勾选后再提交");
        return Err(Problem::field("same_name", sentence));
    }
    Ok(())
}

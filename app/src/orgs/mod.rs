//! 机构：市、区、街道、社区站、自管小组的树及其沿革；企业是外部单位。
//!
//! Owns: `orgs`, `org_history`, `enterprises`. Uses: nothing.
//!
//! The pages that show who is served where stand on the roof, in `reorganisation`.

pub mod api;
pub mod enterprises;
pub mod forms;
pub mod history;
pub mod import;
pub mod list_file;
pub mod lists;
pub mod recode;
pub mod sheet;
pub mod store;

use jiff::civil::Date;
use kernel::{Act, Actor, Problem, Reader, Scope};

use crate::codes;
use crate::deeds;
use crate::web::Shared;

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    pub id: i64,
    /// Statistical division code cut to its level: 4, 6, 9, 12 digits, or 12 with `-01`.
    pub code: String,
    pub kind: String,
    pub level: String,
    pub parent: Option<i64>,
    pub name: String,
    pub opened_on: Date,
    pub closed_on: Option<Date>,
    /// Who took its people over when it was closed.
    pub successor: Option<i64>,
    pub version: i64,
}

/// An organisation to be opened.
#[derive(Clone, Debug)]
pub struct NewOrg {
    pub code: String,
    pub kind: String,
    pub level: String,
    pub parent: Option<i64>,
    pub name: String,
}

/// What is asked for when an organisation is opened: the rest follows from the code.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub code: String,
    pub kind: String,
    pub name: String,
}

/// Who called a use case: a repeated request is led to a page, or told the same JSON again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Page,
    Api,
}

/// What was written, and the version it has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Done {
    pub id: i64,
    pub version: i64,
}

impl Done {
    /// Where a repeated request is led: to the page below `root`, or to this as JSON.
    #[must_use]
    pub fn outcome(&self, caller: Caller, root: &str) -> String {
        match caller {
            Caller::Page => format!("{root}/{}?saved=1", self.id),
            Caller::Api => format!("{{\"id\":{},\"version\":{}}}", self.id, self.version),
        }
    }
}

/// The organisation with this number inside a scope, open or closed.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside: the two look the same.
pub async fn find(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Org, Problem> {
    let org = store::find(reader, id).await?;
    org.filter(|org| scope.covers(&org.code)).ok_or(Problem::NotFound)
}

/// The open station with this number inside a scope: where retirees are taken in.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside.
pub async fn station(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Org, Problem> {
    let org = find(reader, scope, id).await?;
    if org.kind == "station" && org.closed_on.is_none() { Ok(org) } else { Err(Problem::NotFound) }
}

/// Holds an organisation for the rest of the act, so that nobody closes or recodes it meanwhile:
/// whoever is taken in there stays where they were taken in.
///
/// # Errors
/// A refusal when it was closed or recoded since it was read.
pub async fn hold(act: &mut Act, org: &Org) -> Result<(), Problem> {
    if store::hold(act, org).await? {
        return Ok(());
    }
    let sentence = "这个机构刚刚撤销或改了代码，请刷新页面后重新选择";
    Err(Problem::refused("org-changed", sentence))
}

/// Opens an organisation below its parent, which follows from the code.
///
/// # Errors
/// Field problems when the code lies outside the scope, does not fit or has no parent.
pub async fn set_up(
    app: &Shared,
    actor: &Actor,
    wanted: &Wanted,
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ORGS_CHANGE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let done = Done { id: open_below(&mut act, actor, wanted).await?, version: 1 };
    let committed = act.commit(&format!("org/{}", done.id), &done.outcome(caller, "/orgs")).await;
    committed.map_err(|problem| taken_meanwhile(problem, "code", TAKEN))?;
    Ok(done)
}

/// Opens an organisation inside an act, below the one that its code names.
///
/// # Errors
/// As [`set_up`].
pub async fn open_below(act: &mut Act, actor: &Actor, wanted: &Wanted) -> Result<i64, Problem> {
    if !actor.scope().covers(&wanted.code) {
        let sentence = format!("代码应以本机构的代码 {} 开头，请核对", actor.org);
        return Err(Problem::field("code", sentence));
    }
    let above = codes::parent_code(&wanted.code);
    let parent = match above {
        Some(above) => store::head(act, above).await?,
        None => None,
    };
    if let (Some(above), None) = (above, &parent) {
        let sentence = format!("上级机构 {above} 不存在，请先新增上级机构");
        return Err(Problem::field("code", sentence));
    }
    let new = NewOrg {
        code: wanted.code.clone(),
        kind: wanted.kind.clone(),
        level: codes::level_of(&wanted.code).unwrap_or_default().to_owned(),
        parent: parent.map(|parent| parent.id),
        name: wanted.name.clone(),
    };
    let on = act.day();
    open(act, &new, on).await
}

/// The sentence for a code that is in use.
const TAKEN: &str = "这个代码已有同类机构，请核对";

/// Two who write the same unique value at the same moment: the second is told as any later one is.
pub(crate) fn taken_meanwhile(problem: Problem, field: &str, sentence: &str) -> Problem {
    if problem.is_duplicate() { Problem::field(field, sentence) } else { problem }
}

/// Gives an organisation another name; the history keeps the old one.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope, [`Problem::Stale`] when somebody was faster, a field
/// problem when the name is empty, too long or the same.
pub async fn rename(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    name: &str,
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ORGS_CHANGE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let org = find(&mut act, &actor.scope(), id).await?;
    standing(&org)?;
    check_name(name)?;
    if org.version != version {
        return Err(Problem::Stale);
    }
    if org.name == name {
        return Err(Problem::field("name", "名称没有变化，请填写新的名称"));
    }
    if !store::rename(&mut act, &org, name).await? {
        return Err(Problem::Stale);
    }
    let done = Done { id, version: version + 1 };
    act.commit(&format!("org/{id}"), &done.outcome(caller, "/orgs")).await?;
    Ok(done)
}

/// Closes an organisation inside an act. The rooms above make sure first that nobody is served
/// there and nobody signs in there any more.
///
/// # Errors
/// [`Problem::Stale`] when somebody was faster; a refusal while organisations below are open and
/// no other body of the level remains.
pub async fn close(
    act: &mut Act,
    (org, version): (&Org, i64),
    successor: Option<&Org>,
) -> Result<(), Problem> {
    standing(org)?;
    let n_bodies = store::bodies_at(act, &org.code).await?.len();
    if n_bodies == 1 && store::any_open_below(act, &org.code).await? {
        let sentence = "下级机构尚未全部撤销，请先撤销或划转下级机构";
        return Err(Problem::refused("org-has-children", sentence));
    }
    if org.version != version || !store::close(act, org, successor).await? {
        return Err(Problem::Stale);
    }
    Ok(())
}

/// # Errors
/// A refusal when the organisation is closed.
pub fn standing(org: &Org) -> Result<(), Problem> {
    match org.closed_on {
        None => Ok(()),
        Some(day) => {
            let sentence = format!("该机构已于{}撤销，不能再变更", frame::day(&day.to_string()));
            Err(Problem::refused("org-closed", sentence))
        }
    }
}

/// # Errors
/// A field problem when the name is empty or too long.
pub fn check_name(name: &str) -> Result<(), Problem> {
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Problem::field("name", "请填写机构名称，最多 100 个字"));
    }
    Ok(())
}

/// Opens an organisation inside an act.
///
/// # Errors
/// Field problems when the code does not fit the level or the parent, or is taken.
pub async fn open(act: &mut Act, new: &NewOrg, on: Date) -> Result<i64, Problem> {
    let level = codes::level_of(&new.code);
    if !codes::is_code(&new.code) || level != Some(new.level.as_str()) {
        let sentence = "代码应为：市 4 位、区 6 位、街道 9 位、社区 12 位数字，小组再加“-01”";
        return Err(Problem::field("code", sentence));
    }
    if !codes::kinds_of(&new.level).contains(&new.kind.as_str()) {
        let sentence = format!("{}一级没有这类机构，请重新选择", codes::level_name(&new.level));
        return Err(Problem::field("kind", sentence));
    }
    check_name(&new.name)?;
    if store::by_code(act, &new.code, &new.kind).await?.is_some() {
        return Err(Problem::field("code", TAKEN));
    }
    Ok(store::insert(act, new, on).await?)
}

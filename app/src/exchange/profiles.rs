//! Profiles: forms of export that come again, kept by an organisation under a name with their
//! columns and the receiver's words for them, how numbers are hidden, for whom and why.

use kernel::{Act, Actor, FieldError, Problem};
use rules::identity::Mask;
use serde_json::json;

use super::export::Caller;
use super::export_lists::List;
use super::export_wish::{Keep, TITLE, Wish, conditions, order_field};
use super::profiles_store as store;
use crate::deeds;
use crate::web::{Fields, Shared};

pub use store::Profile;

/// An organisation keeps at most so many.
const MOST: i64 = 100;
const TAKEN: &str = "本机构已有同名的常用格式，请换一个名称，或在“常用导出格式”中修改原来的";

/// The page of a profile.
#[must_use]
pub fn path(id: i64) -> String {
    format!("/export-profiles/{id}")
}

fn subject(id: i64) -> String {
    format!("export-profile/{id}")
}

fn outcome(caller: Caller, id: i64, to: &str) -> String {
    match caller {
        Caller::Page => to.to_owned(),
        Caller::Api => json!({"id": id}).to_string(),
    }
}

/// Profiles kept in the actor's jurisdiction, the latest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    app: &Shared,
    actor: &Actor,
    (before, n): (Option<i64>, i64),
) -> Result<Vec<Profile>, Problem> {
    Ok(store::list(&app.db, &actor.scope(), before.unwrap_or(i64::MAX), n).await?)
}

/// Profiles that the actor's own organisation keeps for a list, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn own(app: &Shared, actor: &Actor, list: List) -> Result<Vec<Profile>, Problem> {
    Ok(store::own(&app.db, &actor.org, list, MOST).await?)
}

/// The profile with this number in the actor's jurisdiction.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<Profile, Problem> {
    let found = store::find(&mut app.db.clone(), &actor.scope(), id).await?;
    found.ok_or(Problem::NotFound)
}

/// What is asked for, over what a profile asks for. Chosen columns replace all of its columns,
/// a title all of its titles, a condition all of its conditions.
#[must_use]
pub fn over(profile: &Profile, asked: &Fields) -> Fields {
    let set = |fields: &Fields, name: &str| !fields.get(name).is_empty();
    let names = profile.list.conditions();
    let narrows = names.iter().any(|name| set(asked, name));
    let replaces = set(asked, "columns");
    let is_title = |name: &str| name.starts_with(TITLE);
    let retitles = asked.0.iter().any(|(name, _)| is_title(name));
    let said = asked.0.iter().filter(|(_, value)| !value.is_empty());
    let mut fields = Fields(said.cloned().collect());
    for (name, value) in profile.fields().0 {
        let is_condition = names.contains(&name.as_str());
        let is_replaced = match name.as_str() {
            "columns" => replaces,
            name if is_title(name) => retitles,
            _ if is_condition => narrows,
            name => set(asked, name),
        };
        if !is_replaced {
            fields.0.push((name, value));
        }
    }
    fields
}

/// The form filled in from a profile, on the way from a page with conditions. Where the profile
/// brings conditions of its own, those hold.
#[must_use]
pub fn filled_in(profile: &Profile, asked: &Fields) -> Fields {
    let mut fields = profile.fields();
    for (place, (key, _)) in (1..).zip(&profile.columns) {
        fields.0.push((order_field(key), format!("{place}")));
    }
    if profile.conditions.0.is_empty() {
        fields.0.extend(conditions(profile.list, asked).0);
    }
    fields
}

/// What would keep a wish from being kept, before anything is done for it.
///
/// # Errors
/// Field problems; a refusal when there are too many.
pub(super) async fn judge(
    app: &Shared,
    actor: &Actor,
    (wish, keep): (&Wish, &Keep),
) -> Result<(), Problem> {
    may_keep(actor, wish)?;
    let known = store::kept(&mut app.db.clone(), &actor.org, (wish.part.list, &keep.name)).await?;
    room(known, None)
}

/// Whole numbers are kept by those who may take them.
fn may_keep(actor: &Actor, wish: &Wish) -> Result<(), Problem> {
    actor.may(wish.part.list.deed())?;
    if !wish.is_full() || actor.can(deeds::PEOPLE_EXPORT_FULL) {
        return Ok(());
    }
    let is_number = wish.part.masks.number == Mask::None;
    let field = if is_number { "mask" } else { "phone_mask" };
    Err(Problem::field(field, "您的岗位不能导出完整号码，请选择另一种"))
}

fn room((n, known): (i64, Option<i64>), own: Option<i64>) -> Result<(), Problem> {
    if known.is_some() && known != own {
        return Err(Problem::field("profile_name", TAKEN));
    }
    if own.is_none() && n >= MOST {
        let says = format!("本机构已有 {MOST} 个常用格式，请先删去不用的");
        return Err(Problem::refused("too-many-profiles", says));
    }
    Ok(())
}

/// Keeps a wish in an act that is under way; answers its number.
pub(super) async fn insert(act: &mut Act, actor: &Actor, wish: &Wish) -> Result<i64, Problem> {
    let Some(keep) = &wish.keep else { return Err(nameless()) };
    room(store::kept(act, &actor.org, (wish.part.list, &keep.name)).await?, None)?;
    let id = act.new_id()?;
    let row = (id, actor.org.as_str(), actor.name.as_str(), keep.name.as_str());
    if store::insert(act, row, wish).await? {
        return Ok(id);
    }
    Err(Problem::field("profile_name", TAKEN))
}

fn nameless() -> Problem {
    Problem::field("profile_name", "请给常用格式起个名称，2 至 30 个字")
}

/// Keeps a profile.
///
/// # Errors
/// Field problems; a refusal when there are too many.
pub async fn keep(
    app: &Shared,
    actor: &Actor,
    wish: &Wish,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_EXPORT)?;
    may_keep(actor, wish)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let id = insert(&mut act, actor, wish).await?;
    let detail = format!("记下常用导出格式“{}”", name_of(wish));
    act.commit_noting(&subject(id), &outcome(caller, id, &path(id)), &detail).await?;
    Ok(id)
}

fn name_of(wish: &Wish) -> &str {
    wish.keep.as_ref().map_or("", |keep| keep.name.as_str())
}

/// A profile is changed where it is kept; those above only see it.
fn own_only(actor: &Actor, profile: &Profile) -> Result<(), Problem> {
    if actor.org == profile.org {
        return Ok(());
    }
    let says = "这个常用格式由下级机构记下，请由该机构修改；您可以用它导出";
    Err(Problem::refused("not-own", says))
}

/// Changes a profile.
///
/// # Errors
/// Field problems; [`Problem::Stale`] when somebody has changed it since; a refusal when it is
/// another organisation's.
pub async fn change(
    app: &Shared,
    actor: &Actor,
    (id, version, wish): (i64, i64, &Wish),
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_EXPORT)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = store::find(&mut act, &actor.scope(), id).await?.ok_or(Problem::NotFound)?;
    own_only(actor, &known)?;
    may_keep(actor, wish)?;
    let Some(keep) = &wish.keep else { return Err(nameless()) };
    if wish.part.list != known.list {
        let says = "常用格式的名单不能改，请在另一份名单的导出页上另记一个";
        return Err(Problem::Invalid(vec![FieldError {
            field: "list".to_owned(),
            message: says.to_owned(),
        }]));
    }
    room(store::kept(&mut act, &actor.org, (known.list, &keep.name)).await?, Some(id))?;
    if !store::update(&mut act, (id, version, &keep.name), wish).await? {
        return Err(Problem::Stale);
    }
    let detail = format!("修改常用导出格式“{}”", keep.name);
    act.commit_noting(&subject(id), &outcome(caller, id, &path(id)), &detail).await
}

/// Lets a profile go.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside; a refusal when it is another
/// organisation's.
pub async fn forget(app: &Shared, actor: &Actor, id: i64, caller: Caller) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_EXPORT)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = store::find(&mut act, &actor.scope(), id).await?.ok_or(Problem::NotFound)?;
    own_only(actor, &known)?;
    store::forget(&mut act, id).await?;
    let detail = format!("删除常用导出格式“{}”", known.name);
    act.commit_noting(&subject(id), &outcome(caller, id, "/export-profiles"), &detail).await
}

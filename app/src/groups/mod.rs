//! 小组和支部：自管小组、党支部、兴趣小组的成立、组长、成员和指导；党员组织关系的转接。
//!
//! Owns: `circles`, `circle_members`, `circle_guidances`, `party_letters`.
//! Uses: `accounts`, `duties`, `orgs`, `policies`, `registry`.

pub mod api;
pub mod group_pages;
pub mod ledger;
pub mod letters;
pub mod letters_pages;
pub mod members;
pub mod pages;
pub mod print;
pub mod recode;
pub mod store;

use jiff::civil::Date;
use kernel::{Act, Actor, FieldError, Problem, Reader};
use serde_json::json;

use crate::orgs::{self, Org, Wanted};
pub use crate::web::Caller;
use crate::web::Shared;
use crate::{accounts, deeds};
use store::Group;

/// Codes and names of what a group is.
pub const KINDS: &[(&str, &str)] =
    &[("mutual", "自管小组"), ("branch", "党支部"), ("interest", "兴趣小组")];

/// At most so many join at once.
pub const MOST: usize = 200;
/// What a fact of the party organisation says of its source.
const SOURCE: &str = "party";

/// The page of a group.
#[must_use]
pub fn path(id: i64) -> String {
    format!("/groups/{id}")
}

/// What the one who leads a group of a kind is called.
#[must_use]
pub fn leader_word(kind: &str) -> &'static str {
    if kind == "branch" { "书记" } else { "组长" }
}

/// The group with this number that the actor may see.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<Group, Problem> {
    store::find(reader, &actor.scope(), id).await?.ok_or(Problem::NotFound)
}

/// The station with this division code, in the actor's jurisdiction.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn station(reader: &mut impl Reader, actor: &Actor, code: &str) -> Result<Org, Problem> {
    if !actor.scope().covers(code) {
        return Err(Problem::NotFound);
    }
    orgs::store::by_code(reader, code, "station").await?.ok_or(Problem::NotFound)
}

/// A group to be founded.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewGroup {
    /// Division code of its station.
    pub org: String,
    /// `mutual`, `branch` or `interest`.
    pub kind: String,
    pub name: String,
    /// Code of a group that stands among the organisations already, of a mutual-help group.
    pub code: String,
    /// Where it meets.
    pub place: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub founded_on: Option<Date>,
    pub note: String,
}

fn wrong(errors: &mut Vec<FieldError>, field: &str, message: &str) {
    errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
}

fn check(new: &NewGroup, today: Date) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if !KINDS.iter().any(|(code, _)| *code == new.kind) {
        wrong(&mut errors, "kind", "请选择是哪一种");
    }
    let text = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    if !text(&new.name, 2, 40) {
        wrong(&mut errors, "name", "请填写名称，2 至 40 个字");
    }
    if !text(&new.place, 0, 60) {
        wrong(&mut errors, "place", "最多 60 个字");
    }
    if !text(&new.note, 0, 200) {
        wrong(&mut errors, "note", "最多 200 个字");
    }
    if new.founded_on.is_some_and(|on| on > today || on.year() < 1921) {
        wrong(&mut errors, "founded_on", "成立日期不能晚于今天，请核对");
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

/// Founds a group of a station. A mutual-help group is an organisation from then on, so that its
/// leader can be given an account.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems; [`Problem::Stale`] when another was founded at
/// the same moment.
pub async fn found(
    app: &Shared,
    actor: &Actor,
    new: &NewGroup,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::GROUPS_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let station = station(&mut act, actor, &new.org).await?;
    check(new, act.day())?;
    let code = if new.kind == "mutual" && !new.code.is_empty() {
        let known = store::unlinked(&mut act, &station.code).await?;
        if !known.iter().any(|(code, _)| *code == new.code) {
            let says = "机构名录里没有这个小组，或者已经登记过";
            return Err(Problem::field("code", says));
        }
        new.code.clone()
    } else if new.kind == "mutual" {
        let last = store::last_code(&mut act, &station.code).await?;
        let code = orgs::forms::next_group(&station.code, last.as_deref());
        let (kind, name) = ("group".to_owned(), new.name.clone());
        let wanted = Wanted { code: code.clone(), kind, name };
        orgs::open_below(&mut act, actor, &wanted).await?;
        code
    } else {
        String::new()
    };
    let id = act.new_id()?;
    let founded_on = new.founded_on.unwrap_or_else(|| act.day());
    let insertion = store::insertion((id, &station.code, &code), new, founded_on);
    act.put(vec![insertion]).await.map_err(|cause| Problem::from(cause).or_stale())?;
    let told = json!({"id": id, "code": code, "version": 1});
    let outcome = caller.outcome(&format!("{}?saved=founded", path(id)), &told);
    let detail = format!("{}成立{}", station.name, new.name);
    let done = act.commit_noting(&format!("group/{id}"), &outcome, &detail).await;
    done.map_err(Problem::or_stale)?;
    Ok(id)
}

/// What is done to a group as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deal {
    /// One of the members leads it.
    Lead { person: i64 },
    /// What the street or the station guided it in, on a day.
    Guide { on: Date, what: String },
    /// It is dissolved; everybody leaves it.
    End { why: String },
}

/// Does something to a group.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems; a refusal after its end; [`Problem::Stale`]
/// when somebody was faster.
pub async fn deal(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    deal: &Deal,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::GROUPS_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let group = find(&mut act, actor, id).await?;
    standing(&group)?;
    let (saved, detail) = match deal {
        Deal::Lead { person } => {
            let name = store::member_name(&mut act, id, *person).await?;
            let name = name.ok_or_else(|| Problem::field("person", "请从现在的成员中选择"))?;
            ("led", format!("{}：{name}任{}", group.name, leader_word(&group.kind)))
        }
        Deal::Guide { on, what } => {
            check_guidance(&group, (*on, what), act.day())?;
            let guidance = store::guidance(&act, id, (*on, what))?;
            act.put(vec![guidance]).await?;
            ("guided", format!("指导{}：{what}", group.name))
        }
        Deal::End { why } => {
            if !(2..=100).contains(&why.chars().count()) {
                return Err(Problem::field("why", "请写明原因，2 至 100 个字"));
            }
            act.put(vec![store::everybody_leaves(&act, id, why)]).await?;
            close_org(&mut act, &group).await?;
            ("ended", format!("{}撤销：{why}", group.name))
        }
    };
    if !store::change(&mut act, (id, version), deal).await? {
        return Err(Problem::Stale);
    }
    let told = json!({"id": id, "version": version + 1});
    let outcome = caller.outcome(&format!("{}?saved={saved}", path(id)), &told);
    act.commit_noting(&format!("group/{id}"), &outcome, &detail).await
}

/// A mutual-help group is an organisation: that ends with it.
async fn close_org(act: &mut Act, group: &Group) -> Result<(), Problem> {
    if group.kind != "mutual" {
        return Ok(());
    }
    let Some(org) = orgs::store::by_code(act, &group.code, "group").await? else {
        return Ok(());
    };
    if accounts::store::n_open_at(act, org.id).await? > 0 {
        let says = "组长的账号还在用，请先请系统管理员停用，再撤销小组";
        return Err(Problem::refused("org-has-accounts", says));
    }
    orgs::hold(act, &org).await?;
    orgs::close(act, (&org, org.version), None).await?;
    Ok(())
}

fn check_guidance(group: &Group, (on, what): (Date, &str), today: Date) -> Result<(), Problem> {
    if on > today || on < group.founded_on {
        return Err(Problem::field("on_day", "日期应在成立以后、不晚于今天"));
    }
    if !(2..=200).contains(&what.chars().count()) || what.chars().any(char::is_control) {
        return Err(Problem::field("what", "请写明指导了什么，2 至 200 个字"));
    }
    Ok(())
}

/// Whether a group exists still.
fn standing(group: &Group) -> Result<(), Problem> {
    if group.ended_on.is_some() {
        return Err(Problem::refused("ended", "这个小组已经撤销，不能再改"));
    }
    Ok(())
}

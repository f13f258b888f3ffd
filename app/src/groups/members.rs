//! 成员的加入和退出。自管小组、党支部，一个人同时只在一个。

use std::collections::BTreeSet;

use kernel::{Actor, Problem};
use rules::facts::FactKind;
use serde_json::json;

use super::{Caller, MOST, SOURCE, find, path, standing, store};
use crate::duties::{self, News};
use crate::web::Shared;
use crate::{deeds, registry};

/// Retirees of the station join a group.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems when somebody cannot join; [`Problem::Stale`]
/// when one of them joined another at the same moment.
pub async fn join(
    app: &Shared,
    actor: &Actor,
    (id, people): (i64, &[i64]),
    caller: Caller,
) -> Result<usize, Problem> {
    let permit = actor.permit(deeds::GROUPS_KEEP)?;
    let laws = app.laws().await?;
    let people: BTreeSet<i64> = people.iter().copied().collect();
    if people.is_empty() {
        return Err(Problem::field("person", "请先勾选人"));
    }
    if people.len() > MOST {
        return Err(Problem::field("person", format!("一次最多 {MOST} 人，请分次办理")));
    }
    let mut act = app.db.begin(permit, app.today()).await?;
    let group = find(&mut act, actor, id).await?;
    standing(&group)?;
    let (mut joining, day) = (Vec::with_capacity(people.len()), act.day());
    for person in people.iter().copied() {
        let known = registry::find(&mut act, &actor.scope(), person).await?;
        let says = if known.status != "active" {
            "已去世或转出"
        } else if group.kind == "branch" && !registry::is_party_member(&known.political) {
            "不是党员，请先在人员页面核对政治面貌"
        } else if group.kind != "interest" && known.org != group.org {
            "不在这个社区"
        } else {
            joining.push(store::joining(&act, (id, &group.kind), (person, day))?);
            continue;
        };
        return Err(Problem::field("person", format!("{}{says}", known.name)));
    }
    let n = joining.len();
    act.put(joining).await.map_err(|cause| Problem::from(cause).or_stale())?;
    if group.kind == "branch" {
        let news = [News { kind: FactKind::PartyJoined, on: day }];
        for person in people {
            duties::note(&mut act, &laws, person, SOURCE, &news).await?;
        }
    }
    let told = json!({"id": id, "joined": n});
    let outcome = caller.outcome(&format!("{}?saved=joined", path(id)), &told);
    let detail = format!("{}：{n}人加入", group.name);
    act.commit_noting(&format!("group/{id}"), &outcome, &detail)
        .await
        .map_err(Problem::or_stale)?;
    Ok(n)
}

/// Members leave a group.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems; [`Problem::Stale`] when one has left already.
pub async fn leave(
    app: &Shared,
    actor: &Actor,
    (id, people, why): (i64, &[i64], &str),
    caller: Caller,
) -> Result<usize, Problem> {
    let permit = actor.permit(deeds::GROUPS_KEEP)?;
    let people: BTreeSet<i64> = people.iter().copied().collect();
    if people.is_empty() {
        return Err(Problem::field("member", "请先勾选退出的成员"));
    }
    if !(2..=100).contains(&why.chars().count()) {
        return Err(Problem::field("why", "请写明原因，2 至 100 个字"));
    }
    let mut act = app.db.begin(permit, app.today()).await?;
    let group = find(&mut act, actor, id).await?;
    standing(&group)?;
    for person in &people {
        if !store::leave(&mut act, id, (*person, why)).await? {
            return Err(Problem::Stale);
        }
    }
    let told = json!({"id": id, "left": people.len()});
    let outcome = caller.outcome(&format!("{}?saved=left", path(id)), &told);
    let detail = format!("{}：{}人退出，{why}", group.name, people.len());
    act.commit_noting(&format!("group/{id}"), &outcome, &detail).await?;
    Ok(people.len())
}

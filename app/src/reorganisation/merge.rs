//! 合并：一个机构的人员、账号和下级归另一个机构，原机构撤销。

use kernel::{Actor, Problem, Reader};

use super::carrying::{Carried, Way, carry};
use super::words::document;
use crate::orgs::history::happened;
use crate::orgs::{self, Caller, Done, Org, recode};
use crate::registry::{moves, placing};
use crate::web::Shared;
use crate::{accounts, deeds, duties};

/// People who are read at a time, and at most so many are carried in one act.
const N_PAGE: i64 = 500;
const N_PEOPLE: i64 = 20_000;

/// What merging would do.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Effect {
    /// Retirees under management who would be carried over.
    pub n_active: i64,
    /// Records of those who died or left, carried over as well.
    pub n_ended: i64,
    pub n_accounts: i64,
    /// Moves that wait for an answer and are led on.
    pub n_moves: i64,
    /// Self-managed groups that get new codes.
    pub n_groups: i64,
}

/// What is wished: into which one, by which document, and how many people were seen before.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub into: i64,
    pub document: &'a str,
    pub n_people: i64,
}

/// The two, if one can be merged into the other.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems and refusals that say why not.
pub async fn pair(
    reader: &mut impl Reader,
    actor: &Actor,
    (from, into): (i64, i64),
) -> Result<(Org, Org), Problem> {
    let from = orgs::find(reader, &actor.scope(), from).await?;
    orgs::standing(&from)?;
    if !matches!(from.kind.as_str(), "center" | "station" | "group") {
        let sentence = "市、区一级的机构不能合并；撤销前请先把账号调走";
        return Err(Problem::refused("not-mergeable", sentence));
    }
    let into = orgs::find(reader, &actor.scope(), into).await;
    let into = match into {
        Err(Problem::NotFound) => Err(Problem::field("into", "请选择并入哪个机构")),
        other => other,
    }?;
    if into.kind != from.kind || into.closed_on.is_some() || into.id == from.id {
        let sentence = "只能并入另一个在用的同类机构，请重新选择";
        return Err(Problem::field("into", sentence));
    }
    Ok((from, into))
}

/// What merging would do.
///
/// # Errors
/// Whatever the database says.
pub async fn effect(app: &Shared, from: &Org) -> Result<Effect, Problem> {
    let mut reader = app.db.clone();
    let standing = placing::standing(&mut reader, (from.id, &from.code)).await?;
    let groups =
        orgs::store::below(&mut reader, &kernel::Scope::below(&from.code), "group").await?;
    let is_group = from.kind == "group";
    Ok(Effect {
        n_active: standing.n_active,
        n_ended: standing.n_all - standing.n_active,
        n_accounts: accounts::store::n_open_at(&mut reader, from.id).await?,
        n_moves: moves::n_waiting(&mut reader, from.id).await?,
        n_groups: if is_group { 0 } else { i64::try_from(groups.len()).unwrap_or(0) },
    })
}

/// Merges: everybody and everything goes over in one act, and the organisation is closed.
///
/// # Errors
/// As [`pair`]; [`Problem::Stale`]; a refusal when the number of people is another one than what
/// was seen, when they are too many, or when organisations below a street are open still.
pub async fn merge(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    wish: Wish<'_>,
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ORGS_REORGANISE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let (from, into) = pair(&mut act, actor, (id, wish.into)).await?;
    document(wish.document)?;
    orgs::hold(&mut act, &from).await?;
    orgs::hold(&mut act, &into).await?;
    if from.version != version {
        return Err(Problem::Stale);
    }
    let standing = placing::standing(&mut act, (from.id, &from.code)).await?;
    seen(standing.n_all, wish.n_people)?;
    let (mut n_people, mut records) = (0, Vec::new());
    loop {
        let page = placing::people(&mut act, (from.id, &from.code), (0, N_PAGE)).await?;
        for person in &page {
            let way = Way { from: &from, to: &into };
            if carry(&mut act, &laws, way, person.id).await? == Carried::Records {
                records.push(person.id);
            }
            n_people += 1;
        }
        if page.is_empty() {
            break;
        }
    }
    let answer = format!("“{}”已并入“{}”", from.name, into.name);
    moves::redirect(&mut act, from.id, (into.id, &into.code), &answer).await?;
    if from.kind == "station" {
        recode::hand_groups_over(&mut act, (&from, &into)).await?;
    }
    let n_accounts = accounts::admin::follow(&mut act, app, (from.id, into.id)).await?;
    let told = format!("{}（{}）{n_people} 人，{}", from.name, from.code, wish.document);
    let took_over = happened(&act, into.id, "took_over", ("", &told))?;
    act.put(vec![took_over]).await?;
    orgs::close(&mut act, (&from, version), Some(&into)).await?;
    // What is still to be done for the families of the dead is owed by who keeps the records now.
    for person in records {
        duties::settle_one(&mut act, &laws, person).await?;
    }
    let done = Done { id: into.id, version: into.version };
    let detail = format!(
        "org/{} into org/{}: {n_people} people, {n_accounts} accounts; {}",
        from.id, into.id, wish.document
    );
    act.commit_noting(&format!("org/{id}"), &done.outcome(caller, "/orgs"), &detail).await?;
    Ok(done)
}

fn seen(n_people: i64, n_seen: i64) -> Result<(), Problem> {
    if n_people > N_PEOPLE {
        let sentence =
            format!("这里有 {n_people} 人，一次最多办理 {N_PEOPLE} 人，请先用“划出人员”分批划转");
        return Err(Problem::refused("too-many-people", sentence));
    }
    if n_people != n_seen {
        let sentence = format!("人数刚刚有变化，现在是 {n_people} 人，请重新核对后再合并");
        return Err(Problem::refused("people-changed", sentence));
    }
    Ok(())
}

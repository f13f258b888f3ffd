//! 划出人员：一个社区站的一部分人员归另一个社区站。

use kernel::{Actor, Problem, Reader};

use super::carrying::{Way, carry};
use super::words::document;
use crate::deeds;
use crate::orgs::history::happened;
use crate::orgs::{self, Caller, Done, Org};
use crate::registry::moves;
use crate::web::Shared;

/// At most so many people are carried in one act.
pub const N_PEOPLE: usize = 500;

/// What is wished: who, into which station, by which document.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub into: i64,
    pub people: &'a [i64],
    pub document: &'a str,
}

/// The two stations, if people of one can be given to the other.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems and refusals that say why not.
pub async fn pair(
    reader: &mut impl Reader,
    actor: &Actor,
    (from, into): (i64, i64),
) -> Result<(Org, Org), Problem> {
    let from = giving(reader, actor, from).await?;
    let into = match orgs::station(reader, &actor.scope(), into).await {
        Err(Problem::NotFound) => Err(Problem::field("into", "请选择划入哪个社区站")),
        other => other,
    }?;
    if into.id == from.id {
        return Err(Problem::field("into", "请选择另一个社区站"));
    }
    Ok((from, into))
}

/// The station that gives people away.
///
/// # Errors
/// As [`pair`].
pub async fn giving(reader: &mut impl Reader, actor: &Actor, from: i64) -> Result<Org, Problem> {
    let from = orgs::find(reader, &actor.scope(), from).await?;
    orgs::standing(&from)?;
    if from.kind != "station" {
        let sentence = "只有社区站有自己的人员，请打开要划出人员的社区站";
        return Err(Problem::refused("not-a-station", sentence));
    }
    Ok(from)
}

/// Gives the chosen people to another station in one act.
///
/// # Errors
/// As [`pair`]; [`Problem::Stale`] when somebody is no longer there.
pub async fn split(
    app: &Shared,
    actor: &Actor,
    id: i64,
    wish: Wish<'_>,
    caller: Caller,
) -> Result<Done, Problem> {
    let permit = actor.permit(deeds::ORGS_REORGANISE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let (from, into) = pair(&mut act, actor, (id, wish.into)).await?;
    chosen(wish.people)?;
    document(wish.document)?;
    orgs::hold(&mut act, &from).await?;
    orgs::hold(&mut act, &into).await?;
    let answer = format!("已随机构调整划入“{}”", into.name);
    for person in wish.people {
        carry(&mut act, &laws, Way { from: &from, to: &into }, *person).await?;
        moves::withdraw_open(&mut act, *person, &answer).await?;
    }
    let n = wish.people.len();
    let given = format!("划入{}（{}）{n} 人，{}", into.name, into.code, wish.document);
    let taken = format!("{}（{}）{n} 人，{}", from.name, from.code, wish.document);
    let rows = vec![
        happened(&act, from.id, "split", ("", &given))?,
        happened(&act, into.id, "took_over", ("", &taken))?,
    ];
    act.put(rows).await?;
    let done = Done { id: from.id, version: from.version };
    let detail = format!("{n} people to org/{}; {}", into.id, wish.document);
    act.commit_noting(&format!("org/{id}"), &done.outcome(caller, "/orgs"), &detail).await?;
    Ok(done)
}

/// # Errors
/// A field problem when nobody, somebody twice or too many were chosen.
pub fn chosen(people: &[i64]) -> Result<(), Problem> {
    let mut known = people.to_vec();
    known.sort_unstable();
    known.dedup();
    let sentence = match people.len() {
        0 => "请勾选要划出的人员".to_owned(),
        n if n > N_PEOPLE => format!("一次最多划出 {N_PEOPLE} 人，请分批办理"),
        n if n != known.len() => "同一个人选了两次，请刷新后重新选择".to_owned(),
        _ => return Ok(()),
    };
    Err(Problem::field("person", sentence))
}

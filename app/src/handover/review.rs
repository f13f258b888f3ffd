//! 审核：逐人核对登记表和档案，定接收社区，通过、退回或不移交；也可整批办理没有疑点的。

use kernel::{Act, Actor, DbError, Problem, q};
use serde_json::json;

use super::rows::{self, Candidate, Incoming};
use super::{Batch, Caller, MOST, held, own, path, store};
use crate::registry::relatives::NewRelative;
use crate::registry::{self, NewPerson};
use crate::web::Shared;
use crate::{deeds, orgs};

/// What is decided on people of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Form and file were looked at.
    Papers(Papers),
    Pass,
    /// Back to the enterprise, to be completed.
    Return,
    /// Not handed over at all.
    Withdraw,
    /// To be reviewed again.
    Reopen,
    /// The station that is to take them in, by its division code.
    Assign(String),
    /// From the street back to the body that sent them.
    Back,
}

/// What was found of somebody's papers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Papers {
    /// Whether there is a personnel file; if not, the reason says why.
    pub is_file: bool,
    pub pages: Option<i64>,
}

impl Decision {
    /// Reads `papers`, `no-file`, `pass`, `return`, `withdraw`, `reopen`, `assign`, `back`.
    ///
    /// # Errors
    /// A field problem for anything else.
    pub fn read(code: &str, target: &str) -> Result<Self, Problem> {
        Ok(match code {
            "papers" => Self::Papers(Papers { is_file: true, pages: None }),
            "no-file" => Self::Papers(Papers::default()),
            "pass" => Self::Pass,
            "return" => Self::Return,
            "withdraw" => Self::Withdraw,
            "reopen" => Self::Reopen,
            "assign" => Self::Assign(target.to_owned()),
            "back" => Self::Back,
            _ => return Err(Problem::field("action", "请选择要办的事")),
        })
    }

    /// States from which it can be decided.
    const fn from(&self) -> &'static [&'static str] {
        match self {
            Self::Papers(_) => &["listed", "returned"],
            Self::Pass => &["listed"],
            Self::Return => &["listed", "passed"],
            Self::Withdraw => &["listed", "returned", "passed"],
            Self::Reopen => &["returned", "withdrawn", "passed"],
            Self::Assign(_) => &["listed", "returned", "passed", "at_street"],
            Self::Back => &["at_street"],
        }
    }

    const fn needs_reason(&self) -> bool {
        matches!(self, Self::Return | Self::Withdraw | Self::Back)
            || matches!(self, Self::Papers(Papers { is_file: false, .. }))
    }

    const fn is_of_street(&self) -> bool {
        matches!(self, Self::Assign(_) | Self::Back)
    }

    const fn words(&self) -> &'static str {
        match self {
            Self::Papers(_) => "核对材料",
            Self::Pass => "审核通过",
            Self::Return => "退回补正",
            Self::Withdraw => "不移交",
            Self::Reopen => "重新审核",
            Self::Assign(_) => "定接收社区",
            Self::Back => "退回上级",
        }
    }
}

/// Decides on people of a batch. Answers how many.
///
/// # Errors
/// [`Problem::NotFound`] outside; a field problem that names whom it cannot be decided on.
pub async fn decide(
    app: &Shared,
    actor: &Actor,
    (batch, people): (i64, &[i64]),
    (decision, reason): (&Decision, &str),
    (caller, back): (Caller, &str),
) -> Result<usize, Problem> {
    let deed = if decision.is_of_street() { deeds::HANDOVER_SEND } else { deeds::HANDOVER_REVIEW };
    let permit = actor.permit(deed)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = super::find(&mut act, actor, batch).await?;
    if !known.is_own(actor) && !decision.is_of_street() {
        return Err(Problem::NotFound);
    }
    if people.is_empty() {
        return Err(Problem::field("person", "请先勾选人"));
    }
    if people.len() > MOST {
        return Err(Problem::field("person", format!("一次最多 {MOST} 人，请分次办理")));
    }
    if decision.needs_reason() && !(2..=100).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "请写明原因，2 至 100 个字"));
    }
    if let Decision::Assign(target) = decision {
        station(&mut act, actor, target).await?;
    }
    held(&mut act, actor, batch).await?;
    let mut ids = people.to_vec();
    ids.sort_unstable();
    ids.dedup();
    for id in &ids {
        let one = seen(&mut act, actor, (&known, *id)).await?;
        may(&one, decision)?;
        if !write(&mut act, &one, (decision, reason)).await? {
            return Err(Problem::Stale);
        }
    }
    let n = ids.len();
    let outcome = caller.outcome(back, &json!({"id": batch, "decided": n}));
    let detail = format!("{}：{}{n}人", known.number, decision.words());
    act.commit_noting(&format!("handover/{batch}"), &outcome, &detail).await?;
    Ok(n)
}

/// Somebody of a batch whom the actor may see: anybody to the body's own, else those who are
/// bound for the actor's own jurisdiction and were sent.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside.
pub async fn seen(
    reader: &mut impl kernel::Reader,
    actor: &Actor,
    (batch, id): (&Batch, i64),
) -> Result<Candidate, Problem> {
    let one = rows::find(reader, id).await?.filter(|one| one.batch == batch.id);
    let one = one.ok_or(Problem::NotFound)?;
    let was_sent =
        matches!(one.state.as_str(), "to_street" | "at_street" | "to_station" | "accepted");
    if batch.is_own(actor) || (was_sent && actor.scope().covers(&one.target)) {
        Ok(one)
    } else {
        Err(Problem::NotFound)
    }
}

/// The open station with this code in the actor's jurisdiction.
async fn station(act: &mut Act, actor: &Actor, code: &str) -> Result<orgs::Org, Problem> {
    let none = || Problem::field("target", "请从列出的社区站中选择");
    if !actor.scope().covers(code) {
        return Err(none());
    }
    orgs::store::by_code(act, code, "station").await?.ok_or_else(none)
}

fn may(one: &Candidate, decision: &Decision) -> Result<(), Problem> {
    let says = |why: &str| Err(Problem::field("person", format!("{}：{why}", one.name)));
    if !decision.from().contains(&one.state.as_str()) {
        let state = crate::codes::name_of(super::STATES, &one.state);
        return says(&format!("现在是“{state}”，不能{}", decision.words()));
    }
    if *decision == Decision::Pass {
        if one.form != "ok" || one.file.is_empty() {
            return says("登记表和档案还没有核对，请先核对材料");
        }
        if one.target.is_empty() {
            return says("还没有定接收社区");
        }
    }
    Ok(())
}

async fn write(
    act: &mut Act,
    one: &Candidate,
    (decision, reason): (&Decision, &str),
) -> Result<bool, DbError> {
    let (mut form, mut file, mut pages) = (&*one.form, &*one.file, one.pages_found);
    let (mut state, mut target, mut slip) = (&*one.state, &*one.target, one.slip);
    let mut why = &*one.reason;
    if decision.needs_reason() {
        why = reason;
    }
    match decision {
        Decision::Papers(papers) => {
            form = "ok";
            file = if papers.is_file { "in" } else { "none" };
            pages = if papers.is_file { papers.pages.or(pages).or(one.pages_said) } else { None };
        }
        // What was noted on the way stays with whoever is passed.
        Decision::Pass => {
            state = "passed";
            why = if reason.is_empty() { why } else { reason };
        }
        Decision::Return => state = "returned",
        Decision::Withdraw => state = "withdrawn",
        Decision::Reopen => state = "listed",
        Decision::Assign(to) => target = to,
        Decision::Back => (state, slip) = ("passed", None),
    }
    let update = q!(
        "UPDATE handover_people SET form = $3, file = $4, pages_found = $5, state = $6,
                reason = $7, target = $8, slip = $9, changed_on = $10, version = version + 1
         WHERE id = $1 AND version = $2",
        one.id,
        one.version,
        form,
        file,
        pages,
        state,
        why,
        target,
        slip,
        act.day()
    );
    Ok(act.run(update).await? == 1)
}

/// What is done for a whole batch at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Forms and files of all who wait were looked at and are complete.
    Papers,
    /// All who wait without anything to be looked at are passed.
    Pass,
}

/// Decides on everybody of a batch who waits for review and fits. Answers how many.
///
/// # Errors
/// [`Problem::NotFound`] outside; a refusal when nobody fits.
pub async fn decide_whole(
    app: &Shared,
    actor: &Actor,
    (batch, what): (i64, Whole),
    caller: Caller,
) -> Result<u64, Problem> {
    let permit = actor.permit(deeds::HANDOVER_REVIEW)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    own(&mut act, actor, batch).await?;
    let known = held(&mut act, actor, batch).await?;
    let update = match what {
        Whole::Papers => q!(
            "UPDATE handover_people SET form = 'ok', file = 'in',
                    pages_found = COALESCE(pages_found, pages_said), changed_on = $2,
                    version = version + 1
             WHERE batch = $1 AND state = 'listed' AND (form = '' OR file = '')",
            batch,
            act.day()
        ),
        Whole::Pass => q!(
            "UPDATE handover_people SET state = 'passed', changed_on = $2, version = version + 1
             WHERE batch = $1 AND state = 'listed' AND findings = '' AND form = 'ok'
               AND file = 'in' AND target <> ''
               AND COALESCE(pages_found, 0) = COALESCE(pages_said, 0)",
            batch,
            act.day()
        ),
    };
    let n = act.run(update).await?;
    if n == 0 {
        let says = match what {
            Whole::Papers => "没有待核对材料的人",
            Whole::Pass => "没有可以整批通过的人：材料没有核对、没有定社区或有疑点的，请逐人办理",
        };
        return Err(Problem::refused("nobody", says));
    }
    let (code, words) = match what {
        Whole::Papers => ("papers", "整批核对材料"),
        Whole::Pass => ("passed", "整批审核通过"),
    };
    let page = format!("{}?saved={code}&n={n}", path(batch));
    let outcome = caller.outcome(&page, &json!({"id": batch, "decided": n}));
    let detail = format!("{}：{words}{n}人", known.number);
    act.commit_noting(&format!("handover/{batch}"), &outcome, &detail).await?;
    Ok(n)
}

/// Somebody as the desk enters them into a batch.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub new: NewPerson,
    pub contact: Option<NewRelative>,
    /// Division code of the station, or empty.
    pub target: String,
    pub pages_said: Option<i64>,
    /// The row that is to be replaced, with the version that was read.
    pub replaces: Option<(i64, i64)>,
}

/// Puts somebody into a batch, or what is known better of somebody who is in it.
///
/// # Errors
/// Field problems; [`Problem::NotFound`] outside; [`Problem::Stale`] when somebody was faster.
pub async fn enter(
    app: &Shared,
    actor: &Actor,
    (batch, entry): (i64, &Entry),
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::HANDOVER_REVIEW)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = own(&mut act, actor, batch).await?;
    if !entry.target.is_empty() {
        station(&mut act, actor, &entry.target).await?;
    }
    let mut new = entry.new.clone();
    if new.enterprise_name.is_empty() {
        new.enterprise_name.clone_from(&known.enterprise_name);
        new.enterprise = known.enterprise;
    }
    let checked = registry::check(&new, act.day())?;
    let number = checked.fields().id_number.clone();
    let same = rows::known(&mut act, batch, &[&number]).await?.into_iter().flatten().next();
    let is_other = same.is_some_and(|same| entry.replaces.is_none_or(|(id, _)| id != same.id));
    if is_other && !number.is_empty() {
        return Err(Problem::field("id_number", "这个证件号码已在本批次中，请核对"));
    }
    held(&mut act, actor, batch).await?;
    let found = rows::found(&mut act, (&known.org, batch), &[&checked]).await?;
    let found = found.into_iter().next().unwrap_or_default();
    let incoming = Incoming {
        checked: &checked,
        contact: entry.contact.as_ref(),
        target: &entry.target,
        pages_said: entry.pages_said,
    };
    let id = match entry.replaces {
        Some((id, version)) => {
            let one = rows::find(&mut act, id).await?.filter(|one| one.batch == batch);
            one.ok_or(Problem::NotFound)?;
            let update = rows::replacement(&act, (id, version), &incoming, &found)?;
            if act.run(update).await? != 1 {
                return Err(Problem::Stale);
            }
            id
        }
        None => {
            let id = act.new_id()?;
            let insertion = rows::insertion(&act, (batch, id), &incoming, &found)?;
            act.put(vec![insertion]).await?;
            id
        }
    };
    let told = json!({"id": batch, "person": id});
    let outcome = caller.outcome(&format!("{}/people?saved=entered", path(batch)), &told);
    let detail = format!("{}：补录或更正{}", known.number, checked.fields().name);
    act.commit_noting(&format!("handover/{batch}"), &outcome, &detail).await?;
    Ok(id)
}

/// Whether a batch takes people in still, for whoever brings a roster.
///
/// # Errors
/// [`Problem::NotFound`] outside; a refusal when it is closed.
pub async fn hold_open(act: &mut Act, actor: &Actor, batch: i64) -> Result<Batch, Problem> {
    let known = own(act, actor, batch).await?;
    if store::hold(act, batch).await? {
        Ok(known)
    } else {
        Err(Problem::refused("closed", "这个批次已经办结，不能再导入名册"))
    }
}

//! One person proposes a local figure, another decides on it after seeing what it would change.

use jiff::civil::Date;
use kernel::{Actor, FieldError, Problem, Reader};
use rules::days::add_months;
use rules::law::{Law, LocalFigure};
use serde_json::{Value, json};

use super::{figures, store, what_ifs};
use crate::deeds;
use crate::web::Shared;

/// A local figure with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub id: i64,
    /// Division code of the city or district that it is for, and the name of its office.
    pub org: String,
    pub place: String,
    pub figure: String,
    /// The first day on which it holds; it ends with the next one.
    pub from_day: Date,
    pub value: i64,
    /// The local document: its day, its number and title, its sentence.
    pub issued_on: Date,
    pub cite: String,
    pub quote: String,
    pub state: String,
    pub proposed_by: i64,
    pub proposed_name: String,
    pub proposed_on: Date,
    pub decided_name: Option<String>,
    pub decided_on: Option<Date>,
    /// Why it was refused; empty otherwise.
    pub reason: String,
    pub version: i64,
}

/// A figure as it is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub figure: String,
    pub from_day: Date,
    pub value: i64,
    pub issued_on: Date,
    pub cite: String,
    pub quote: String,
}

/// What the second person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Approve,
    Refuse,
}

/// To whom a repeated request is answered: a page is led on, the API hears the same again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Page,
    Api,
}

impl Caller {
    fn outcome(self, id: i64, state: &str) -> String {
        match self {
            Self::Page => format!("/policies/{id}?done={state}"),
            Self::Api => told(id, state).to_string(),
        }
    }
}

/// What the API says of an act.
#[must_use]
pub fn told(id: i64, state: &str) -> Value {
    json!({"id": id, "state": state})
}

impl Verdict {
    /// Reads `approve` or `refuse`.
    ///
    /// # Errors
    /// A field problem for anything else.
    pub fn parse(code: &str) -> Result<Self, Problem> {
        match code {
            "approve" => Ok(Self::Approve),
            "refuse" => Ok(Self::Refuse),
            _ => Err(Problem::field("verdict", "请选择“同意”或“不同意”")),
        }
    }

    #[must_use]
    pub const fn state(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Refuse => "refused",
        }
    }
}

impl Policy {
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state == "proposed"
    }

    /// Whether somebody may decide on it, unless they proposed it themselves.
    #[must_use]
    pub fn decides(&self, actor: &Actor) -> bool {
        self.waits() && actor.can(deeds::POLICIES_APPROVE) && actor.org == self.org
    }

    /// Whether somebody may take it back.
    #[must_use]
    pub fn withdraws(&self, actor: &Actor) -> bool {
        self.waits() && actor.can(deeds::POLICIES_PROPOSE) && actor.org == self.org
    }

    /// The state in words, on a day; the tables say which of several is in force.
    #[must_use]
    pub fn state_name(&self, today: Date) -> &'static str {
        match self.state.as_str() {
            "proposed" => "待审批",
            "approved" if self.from_day > today => "已批准，尚未执行",
            "approved" => "已批准",
            "refused" => "未同意",
            _ => "已撤回",
        }
    }

    /// As the law takes it.
    #[must_use]
    pub fn as_law(&self) -> LocalFigure {
        LocalFigure {
            figure: self.figure.clone(),
            from: self.from_day,
            value: self.value,
            cite: self.cite.clone(),
            quote: self.quote.clone(),
        }
    }
}

/// The figure with this number, if it is of the actor's places or holds for them.
///
/// # Errors
/// [`Problem::NotFound`] otherwise: the two look the same.
pub async fn find(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<Policy, Problem> {
    actor.may(deeds::POLICIES_SEE)?;
    let seen = |one: &Policy| actor.scope().covers(&one.org) || actor.org.starts_with(&one.org);
    store::find(reader, id).await?.filter(seen).ok_or(Problem::NotFound)
}

/// Proposes a figure for the proposer's own city or district.
///
/// # Errors
/// Field problems when the figure is not for places to decide, a sentence is missing or the value
/// makes no sense; a refusal while another proposal waits.
pub async fn propose(
    app: &Shared,
    actor: &Actor,
    new: &Proposal,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::POLICIES_PROPOSE)?;
    let laws = app.laws().await?;
    check(laws.law(&actor.org), new, app.today())?;
    let mut act = app.db.begin(permit, app.today()).await?;
    act.hold("policies").await?;
    if let Some(waiting) = store::waiting(&mut act, &actor.org, &new.figure).await? {
        let sentence = format!("这个标准已有一件待审批（第{waiting}号），请等审批结果，或先撤回");
        return Err(Problem::refused("proposed-already", sentence));
    }
    taken(&mut act, (&actor.org, &new.figure), new.from_day).await?;
    let id = store::insert(&mut act, &actor.org, new).await?;
    act.commit(&format!("policy/{id}"), &caller.outcome(id, "proposed")).await?;
    Ok(id)
}

async fn taken(
    act: &mut kernel::Act,
    (org, figure): (&str, &str),
    from: Date,
) -> Result<(), Problem> {
    if store::begins_on(act, org, figure, from).await? {
        let message = "本地已有一个标准从这一天起执行，请改填另一天";
        return Err(Problem::field("from_day", message));
    }
    Ok(())
}

/// Decides on a proposed figure. Once approved it is law in its place, in every process.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; refused for whoever proposed it, for another level,
/// when it was decided before, or when nobody has seen what it would change; a field problem for
/// a refusal without a reason.
pub async fn decide(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    (verdict, reason): (Verdict, &str),
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::POLICIES_APPROVE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let laws = act.hold("policies").await?;
    let policy = own(&mut act, actor, id).await?;
    if policy.proposed_by == actor.account {
        let sentence = "提出人不能审批自己提出的标准，请由其他负责人审批";
        return Err(Problem::refused("own-proposal", sentence));
    }
    let length = reason.chars().count();
    if (verdict == Verdict::Refuse && length < 2) || length > 200 {
        return Err(Problem::field("reason", "不同意时请写明理由，2 至 200 个字"));
    }
    if verdict == Verdict::Approve {
        taken(&mut act, (&policy.org, &policy.figure), policy.from_day).await?;
        let seen = what_ifs::find(&mut act, id).await?;
        if !seen.is_some_and(|seen| seen.is_fresh((laws, app.today())) && seen.has_ended) {
            let sentence = "请先点“试算”，看清会增加、改期和取消多少事项，再审批";
            return Err(Problem::refused("what-if-first", sentence));
        }
    }
    if !store::decide(&mut act, (id, version), verdict.state(), reason).await? {
        return Err(Problem::Stale);
    }
    if verdict == Verdict::Approve {
        act.bump("policies").await?;
    }
    let outcome = caller.outcome(id, verdict.state());
    act.commit_noting(&format!("policy/{id}"), &outcome, verdict.state()).await
}

/// Takes a proposal back before it is decided.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; refused for another level and when it is decided.
pub async fn withdraw(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::POLICIES_PROPOSE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    own(&mut act, actor, id).await?;
    if !store::decide(&mut act, (id, version), "withdrawn", "").await? {
        return Err(Problem::Stale);
    }
    let outcome = caller.outcome(id, "withdrawn");
    act.commit_noting(&format!("policy/{id}"), &outcome, "withdrawn").await
}

/// A waiting proposal of the actor's own city or district.
async fn own(act: &mut kernel::Act, actor: &Actor, id: i64) -> Result<Policy, Problem> {
    let found = store::find(act, id).await?;
    let policy = found.filter(|one| actor.scope().covers(&one.org)).ok_or(Problem::NotFound)?;
    if policy.org != actor.org {
        let sentence = format!("这是{}的标准，由当地自己提出和审批", policy.place);
        return Err(Problem::refused("another-place", sentence));
    }
    if !policy.waits() {
        return Err(Problem::refused("decided", "这件已有结果，请刷新页面查看"));
    }
    Ok(policy)
}

/// What is wrong with a proposal, field by field.
fn check(here: &Law, new: &Proposal, today: Date) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    let known = here.figures().find(|figure| figure.id == new.figure);
    let Some((figure, delegated)) = known.zip(figures::find(&new.figure)) else {
        return Err(Problem::field("figure", "这个标准不由本地规定，请从列表中选择"));
    };
    if !delegated.allowed.holds(new.value) {
        let words = delegated.allowed.in_words(&figure.unit);
        wrong("value", format!("“{}”应为{words}", figure.name));
    }
    if new.issued_on > today {
        wrong("issued_on", "文件日期不能晚于今天".to_owned());
    }
    if new.issued_on.year() < 2004 {
        wrong("issued_on", "文件日期不能早于 2004 年".to_owned());
    }
    if new.from_day < new.issued_on {
        wrong("from_day", "执行日期不能早于文件日期".to_owned());
    }
    if new.from_day > add_months(today, 24) {
        wrong("from_day", "执行日期不能晚于今天以后两年".to_owned());
    }
    check_words((&new.cite, &new.quote), &mut errors);
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    if figure.on(new.from_day).is_some_and(|now| now.value == new.value) {
        let message = "与那一天本来执行的标准相同，无需另行规定";
        return Err(Problem::field("value", message));
    }
    let local = LocalFigure {
        figure: new.figure.clone(),
        from: new.from_day,
        value: new.value,
        cite: new.cite.clone(),
        quote: new.quote.clone(),
    };
    let then = here.clone().with_local(vec![local]);
    figures::contradiction(&then, new.from_day)
        .map_or(Ok(()), |sentence| Err(Problem::field("value", sentence)))
}

/// What is wrong with the name of a document and the sentence quoted from it.
pub(super) fn check_words((cite, quote): (&str, &str), errors: &mut Vec<FieldError>) {
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    if !(2..=200).contains(&cite.chars().count()) {
        wrong("cite", "请填写文件名称、文号和条款，2 至 200 个字");
    }
    if !(5..=1000).contains(&quote.chars().count()) {
        wrong("quote", "请逐字抄录依据的句子，5 至 1000 个字");
    }
}

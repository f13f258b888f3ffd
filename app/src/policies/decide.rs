//! One person proposes a local figure, another decides on it.

use jiff::civil::Date;
use kernel::{Actor, FieldError, Problem, Scope};
use rules::duties::Terms;
use rules::law::{Law, LocalFigure};

use super::{embedded, store};
use crate::accounts::deeds;
use crate::web::Shared;

/// A local figure with its history.
#[derive(Clone, Debug)]
pub struct Policy {
    pub id: i64,
    /// Division code of the city or district that it is for.
    pub org: String,
    pub figure: String,
    pub from_day: Date,
    pub value: i64,
    pub cite: String,
    pub quote: String,
    pub state: String,
    pub proposed_by: i64,
    pub proposed_name: String,
    pub proposed_on: Date,
    pub decided_name: Option<String>,
    pub decided_on: Option<Date>,
    /// Why it was rejected; may be empty otherwise.
    pub reason: String,
    pub version: i64,
}

/// A figure as it is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub figure: String,
    pub from_day: Date,
    pub value: i64,
    pub cite: String,
    pub quote: String,
}

/// What the second person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Approve,
    Reject,
}

impl Verdict {
    /// Reads `approve` or `reject`.
    ///
    /// # Errors
    /// A field problem for anything else.
    pub fn parse(code: &str) -> Result<Self, Problem> {
        match code {
            "approve" => Ok(Self::Approve),
            "reject" => Ok(Self::Reject),
            _ => Err(Problem::field("verdict", "请选择“同意”或“不同意”")),
        }
    }
}

/// The Chinese name of a state.
#[must_use]
pub fn state_name(state: &str) -> &str {
    match state {
        "proposed" => "待审批",
        "approved" => "已生效",
        "rejected" => "未同意",
        other => other,
    }
}

/// Where somebody looks: their own scope, and the places above, whose figures hold for them too.
#[must_use]
pub fn is_visible(actor: &Actor, org: &str) -> bool {
    actor.scope().covers(org) || actor.org.starts_with(org)
}

/// The figure with this number, if it is of the actor's places or above them.
///
/// # Errors
/// [`Problem::NotFound`] otherwise: the two look the same.
pub async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<Policy, Problem> {
    actor.may(deeds::POLICIES_SEE)?;
    let found = store::find(&mut app.db.clone(), id).await?;
    found.filter(|policy| is_visible(actor, &policy.org)).ok_or(Problem::NotFound)
}

/// Local figures that hold for the actor or lie in the scope, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    app: &Shared,
    actor: &Actor,
    wish: &store::Wish,
) -> Result<Vec<Policy>, Problem> {
    actor.may(deeds::POLICIES_SEE)?;
    Ok(store::list(&app.db, &actor.scope(), &actor.org, wish).await?)
}

/// Proposes a figure for the proposer's own city or district.
///
/// # Errors
/// Field problems when the figure is unknown, a sentence is missing or the value makes no sense.
pub async fn propose(app: &Shared, actor: &Actor, new: &Proposal) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::POLICIES_PROPOSE)?;
    check(&embedded()?, new)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let id = store::insert(&mut act, &actor.org, new).await?;
    act.commit(&format!("policy/{id}"), &format!("/policies/{id}")).await?;
    Ok(id)
}

/// Decides on a proposed figure. Once approved it is law in its place, in every process.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; refused for whoever proposed it, and when it was
/// decided before; a field problem for a rejection without a reason.
pub async fn decide(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    (verdict, reason): (Verdict, &str),
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::POLICIES_APPROVE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let policy = find_to_decide(&mut act, &actor.scope(), id).await?;
    if policy.proposed_by == actor.account {
        let sentence = "提出人不能审批自己提出的标准，请由其他负责人审批";
        return Err(Problem::refused("own-proposal", sentence));
    }
    if policy.state != "proposed" {
        return Err(Problem::refused("decided", "该标准已审批，无需重复审批"));
    }
    let too_long = reason.chars().count() > 500;
    if (verdict == Verdict::Reject && reason.is_empty()) || too_long {
        return Err(Problem::field("reason", "不同意时请写明理由，最多 500 个字"));
    }
    let state = match verdict {
        Verdict::Approve => "approved",
        Verdict::Reject => "rejected",
    };
    if !store::set_decided(&mut act, (id, version), state, reason).await? {
        return Err(Problem::Stale);
    }
    if verdict == Verdict::Approve {
        act.bump("policies").await?;
    }
    act.commit_noting(&format!("policy/{id}"), &format!("/policies/{id}"), state).await
}

async fn find_to_decide(
    act: &mut kernel::Act,
    scope: &Scope,
    id: i64,
) -> Result<Policy, Problem> {
    let found = store::find(act, id).await?;
    found.filter(|policy| scope.covers(&policy.org)).ok_or(Problem::NotFound)
}

fn check(law: &Law, new: &Proposal) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    let known = law.figures().find(|figure| figure.id == new.figure);
    let Some(figure) = known else {
        return Err(Problem::field("figure", "没有这个标准，请从列表中选择"));
    };
    let (least, most) = bounds(&figure.unit);
    if !(least..=most).contains(&new.value) {
        let unit = &figure.unit;
        wrong("value", format!("“{}”应在 {least} 到 {most}{unit}之间", figure.name));
    }
    let first = figure.entries().map(|entry| entry.from).min();
    if first.is_some_and(|first| new.from_day < first) || new.from_day.year() > 2100 {
        let first = first.map_or_else(String::new, |first| first.to_string());
        wrong("from_day", format!("生效日期不能早于国家规定的 {first}，也不能晚于 2100 年"));
    }
    for (field, text, name) in [("cite", &new.cite, "文号"), ("quote", &new.quote, "原文")] {
        if text.is_empty() || text.chars().count() > 1000 {
            wrong(field, format!("请填写依据文件的{name}，最多 1000 个字"));
        }
    }
    if errors.is_empty() {
        return lies_over(law.clone(), new);
    }
    Err(Problem::Invalid(errors))
}

/// Values that make sense in a unit.
fn bounds(unit: &str) -> (i64, i64) {
    match unit {
        "周岁" => (16, 120),
        "个月" => (1, 60),
        "日" | "个工作日" => (0, 1000),
        "步" => (1, 4),
        "" => (0, 1),
        _ => (0, 1_000_000_000),
    }
}

/// The duty rules must be able to live with the figure.
fn lies_over(law: Law, new: &Proposal) -> Result<(), Problem> {
    let law = law.with_local(vec![LocalFigure {
        figure: new.figure.clone(),
        from: new.from_day,
        value: new.value,
        cite: new.cite.clone(),
        quote: new.quote.clone(),
    }]);
    Terms::from_law(&law)
        .map(|_| ())
        .map_err(|cause| Problem::field("value", format!("规则不能采用这个数字：{cause}")))
}

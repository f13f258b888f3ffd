//! The way of a report: submitted, returned with a reason, accepted by the level above.

use jiff::civil::Date;
use kernel::{Act, Actor, Problem};
use serde_json::json;

use super::corrections;
use super::counts::{Values, add_all};
use super::frozen::{self, Correction};
use super::keys::Keys;
use super::month::Month;
use super::store::{self, Report, State};
use super::tree::{self, Unit};
use super::{due_on, rows};
use crate::deeds;
use crate::people::Caller;
use crate::people::acts::reason;
use crate::web::Shared;

/// Which report somebody acts on: month, number of the organisation, the version that was read
/// (0 when there was none), and the day of the act.
#[derive(Clone, Copy, Debug)]
pub struct Which<'a> {
    pub month: &'a str,
    pub org: i64,
    pub version: i64,
    pub on: Date,
}

/// What a report tells.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub values: Values,
    /// The rows of a station's figures; sums have none of their own.
    pub keys: Option<Keys>,
    pub corrections: Vec<Correction>,
}

/// The organisation and the month of a report inside somebody's scope.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope, or when there is no such month.
pub async fn place(
    app: &Shared,
    actor: &Actor,
    which: Which<'_>,
) -> Result<(Unit, Month), Problem> {
    let unit = tree::find(&mut app.db.clone(), &actor.scope(), which.org).await?;
    let month = Month::read(which.month, which.on).ok_or(Problem::NotFound)?;
    Ok((unit, month))
}

/// Submits the report of one's own organisation; its figures are frozen.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a refusal while the month goes on, when it is
/// submitted already, when the level above has summed up, or when somebody below is missing.
pub async fn submit(
    app: &Shared,
    actor: &Actor,
    which: Which<'_>,
    caller: Caller,
) -> Result<Report, Problem> {
    let permit = actor.permit(deeds::REPORTS_SUBMIT)?;
    let (unit, month) = place(app, actor, which).await?;
    if !unit.is_of(actor) {
        let sentence = "月报由本单位上报，不能代为上报；缺报的可由直接上级注明";
        return Err(Problem::refused("not-own", sentence));
    }
    over(&month, which.on)?;
    let due_on = due_on(&*app.laws().await?, &unit, &month)?;
    let told = if unit.is_station() { Some(of_station(app, &unit, &month).await?) } else { None };
    let mut act = app.db.begin(permit, which.on).await?;
    store::hold(&mut act, &month.code).await?;
    let before = current(&mut act, &unit, &month, which.version).await?;
    if before
        .as_ref()
        .is_some_and(|report| matches!(report.state, State::Submitted | State::Accepted))
    {
        return Err(Problem::refused("submitted", "这个月的报表已经上报，不能重复上报"));
    }
    let superior = open_superior(&mut act, &unit, &month).await?;
    let told = match told {
        Some(told) => told,
        None => of_sum(&mut act, &unit, &month).await?,
    };
    let state = if superior.is_some() { State::Submitted } else { State::Accepted };
    let filing = Filing { unit: &unit, month: &month, due_on };
    let mut report = filing.next(&act, before, state)?;
    report.submitted_on = Some(act.day());
    act.permit().who().clone_into(&mut report.submitted_by);
    report.submitter = act.permit().account();
    write(&mut act, &report, Some(&told), ("submit", "")).await?;
    done(act, &unit, &report, caller).await?;
    Ok(report)
}

/// Accepts what was submitted: frozen for good.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a refusal for whoever is not the level above, has
/// submitted it in person, or when nothing waits.
pub async fn accept(
    app: &Shared,
    actor: &Actor,
    which: Which<'_>,
    caller: Caller,
) -> Result<Report, Problem> {
    decide(app, actor, which, (State::Accepted, ""), caller).await
}

/// Returns what was submitted with a reason; it can be submitted again.
///
/// # Errors
/// As [`accept`]; a field problem without a reason.
pub async fn give_back(
    app: &Shared,
    actor: &Actor,
    which: Which<'_>,
    why: &str,
    caller: Caller,
) -> Result<Report, Problem> {
    decide(app, actor, which, (State::Returned, why), caller).await
}

async fn decide(
    app: &Shared,
    actor: &Actor,
    which: Which<'_>,
    (state, why): (State, &str),
    caller: Caller,
) -> Result<Report, Problem> {
    let permit = actor.permit(deeds::REPORTS_DECIDE)?;
    let (unit, month) = place(app, actor, which).await?;
    direct(app, actor, &unit).await?;
    let mut act = app.db.begin(permit, which.on).await?;
    store::hold(&mut act, &month.code).await?;
    let before = current(&mut act, &unit, &month, which.version).await?;
    let mut report = before.filter(|report| report.state == State::Submitted).ok_or_else(|| {
        Problem::refused("not-submitted", "这份报表不在待接受状态，请刷新页面查看")
    })?;
    if report.submitter == actor.account {
        return Err(Problem::refused("own-report", "不能接受或退回本人上报的报表，请由他人办理"));
    }
    if state == State::Returned {
        reason("reason", "退回的原因", why)?;
    }
    report.version += 1;
    report.state = state;
    report.decided_on = Some(act.day());
    act.permit().who().clone_into(&mut report.decided_by);
    why.clone_into(&mut report.reason);
    let step = if state == State::Accepted { "accept" } else { "return" };
    write(&mut act, &report, None, (step, why)).await?;
    done(act, &unit, &report, caller).await?;
    Ok(report)
}

/// Only the level right above decides.
///
/// # Errors
/// A refusal for everybody else.
pub async fn direct(app: &Shared, actor: &Actor, unit: &Unit) -> Result<(), Problem> {
    let superior = tree::superior(&mut app.db.clone(), unit).await?;
    if superior.is_some_and(|superior| superior.is_of(actor)) {
        return Ok(());
    }
    Err(Problem::refused("not-superior", "月报由直接上级接受、退回或注明缺报"))
}

/// A month that goes on is not reported.
///
/// # Errors
/// A refusal that says when it can be.
pub fn over(month: &Month, today: Date) -> Result<(), Problem> {
    if month.is_over(today) {
        return Ok(());
    }
    let sentence = format!("{}还没有结束，月底以后才能上报", month.name());
    Err(Problem::refused("not-over", sentence))
}

/// The report as it stands, if it is the one that was read.
///
/// # Errors
/// [`Problem::Stale`] when somebody was faster.
pub async fn current(
    act: &mut Act,
    unit: &Unit,
    month: &Month,
    version: i64,
) -> Result<Option<Report>, Problem> {
    let found = store::find(act, unit.id, &month.code).await?;
    let known = found.as_ref().map_or(0, |report| report.version);
    if known == version { Ok(found) } else { Err(Problem::Stale) }
}

/// The level above, as long as it has not summed the month up.
///
/// # Errors
/// A refusal when it has.
pub async fn open_superior(
    act: &mut Act,
    unit: &Unit,
    month: &Month,
) -> Result<Option<Unit>, Problem> {
    let Some(superior) = tree::superior(act, unit).await? else {
        return Ok(None);
    };
    let above = store::find(act, superior.id, &month.code).await?;
    if above.is_some_and(|above| matches!(above.state, State::Submitted | State::Accepted)) {
        let sentence = "上级已汇总上报这个月的报表；新的情况会列入下个月的更正";
        return Err(Problem::refused("summed-up", sentence));
    }
    Ok(Some(superior))
}

/// What a station tells: every figure with its rows, and what it knows by now of earlier months.
///
/// # Errors
/// Whatever the database says.
pub async fn of_station(app: &Shared, unit: &Unit, month: &Month) -> Result<Told, Problem> {
    let keys = rows::of_station(&app.db, &unit.code, month).await?;
    let corrections = corrections::of_station(&app.db, unit, month).await?;
    Ok(Told { values: keys.values(), keys: Some(keys), corrections })
}

/// The sum of what everybody below has told.
///
/// # Errors
/// A refusal while somebody below is neither accepted nor noted as missing.
pub async fn of_sum(act: &mut Act, unit: &Unit, month: &Month) -> Result<Told, Problem> {
    let children = tree::children(act, unit, month).await?;
    let (mut told, mut corrections, mut open) = (Told::default(), Vec::new(), Vec::new());
    for child in &children {
        let report = store::find(act, child.id, &month.code).await?;
        let Some(report) = report.filter(|report| report.state.is_settled()) else {
            open.push(child.name.as_str());
            continue;
        };
        let values = frozen::values(&act.rows(frozen::frozen(report.id)).await?)?;
        add_all(&mut told.values, &values);
        corrections.extend(frozen::corrections(act, report.id).await?);
    }
    if !open.is_empty() {
        let names: Vec<&str> = open.iter().take(5).copied().collect();
        let sentence = format!(
            "还有{}个下级的报表没有接受，也没有注明缺报：{}{}",
            open.len(),
            names.join("、"),
            if open.len() > names.len() { "等" } else { "" }
        );
        return Err(Problem::refused("open-below", sentence));
    }
    told.corrections = corrections::summed(corrections);
    Ok(told)
}

/// What a new state of a report needs to know.
pub struct Filing<'a> {
    pub unit: &'a Unit,
    pub month: &'a Month,
    pub due_on: Date,
}

impl Filing<'_> {
    /// The report in its next state: a new one, or the one before with a higher version.
    ///
    /// # Errors
    /// When there are no numbers left.
    pub fn next(&self, act: &Act, before: Option<Report>, state: State) -> Result<Report, Problem> {
        if let Some(before) = before {
            let version = before.version + 1;
            let (decided_on, decided_by) = (None, String::new());
            let reason = String::new();
            return Ok(Report { state, version, decided_on, decided_by, reason, ..before });
        }
        Ok(Report {
            id: act.new_id()?,
            org_id: self.unit.id,
            month: self.month.code.clone(),
            state,
            due_on: self.due_on,
            submitted_on: None,
            submitted_by: String::new(),
            submitter: 0,
            decided_on: None,
            decided_by: String::new(),
            reason: String::new(),
            version: 1,
        })
    }
}

/// Writes a report in its new state, what it tells if that is new, and who did it.
///
/// # Errors
/// [`Problem::Stale`] when somebody was faster.
pub async fn write(
    act: &mut Act,
    report: &Report,
    told: Option<&Told>,
    (step, words): (&str, &str),
) -> Result<(), Problem> {
    if !store::keep(act, report).await? {
        return Err(Problem::Stale);
    }
    if let Some(told) = told {
        frozen::freeze(act, report.id, &told.values, told.keys.as_ref()).await?;
        frozen::correct(act, report.id, &told.corrections).await?;
    }
    Ok(store::note(act, report.id, step, words).await?)
}

/// Where the page of a report is.
#[must_use]
pub fn address(unit: &Unit, month: &str) -> String {
    format!("/reports/{month}/{}", unit.id)
}

/// Commits an act on a report.
///
/// # Errors
/// Whatever the database says.
pub async fn done(act: Act, unit: &Unit, report: &Report, caller: Caller) -> Result<(), Problem> {
    let said = json!({"org": unit.id, "month": report.month, "state": report.state.code(),
                      "version": report.version});
    let page = format!("{}?saved={}", address(unit, &report.month), report.state.code());
    let outcome = caller.outcome(&page, &said);
    let detail = format!("{} {}", report.month, report.reason);
    act.commit_noting(&format!("report/{}", report.id), &outcome, detail.trim()).await
}

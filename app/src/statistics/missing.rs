//! A month is closed without somebody: the level above notes that a report is missing, and what
//! the system knows stands in its place.

use std::collections::BTreeMap;

use kernel::{Act, Actor, Problem};

use super::due_on;
use super::flow::{self, Filing, Told, Which};
use super::month::Month;
use super::store::{self, Report, State};
use super::tree::{self, Unit};
use crate::deeds;
use crate::people::Caller;
use crate::people::acts::reason;
use crate::web::Shared;

/// Notes that the report of somebody below is missing, with all that is missing below it.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a refusal for whoever is not the level above, while
/// the month goes on, or when it was submitted; a field problem without a reason.
pub async fn note(
    app: &Shared,
    actor: &Actor,
    which: Which<'_>,
    why: &str,
    caller: Caller,
) -> Result<Report, Problem> {
    let permit = actor.permit(deeds::REPORTS_DECIDE)?;
    let (unit, month) = flow::place(app, actor, which).await?;
    flow::direct(app, actor, &unit).await?;
    flow::over(&month, which.on)?;
    reason("reason", "缺报的原因", why)?;
    let silent = silent(app, &unit, &month).await?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, which.on).await?;
    store::hold(&mut act, &month.code).await?;
    let before = flow::current(&mut act, &unit, &month, which.version).await?;
    if before.as_ref().is_some_and(|report| report.state.is_frozen()) {
        return Err(Problem::refused("submitted", "这份报表已经上报或注明缺报，请刷新页面查看"));
    }
    flow::open_superior(&mut act, &unit, &month).await?;
    let closing = Closing { month: &month, laws: &laws, silent, why };
    for below in closing.order(&mut act, &unit).await? {
        closing.close(&mut act, &below).await?;
    }
    let report = closing.close(&mut act, &unit).await?.ok_or(Problem::Stale)?;
    flow::done(act, &unit, &report, caller).await?;
    Ok(report)
}

/// What is known of each station that has told nothing.
async fn silent(app: &Shared, unit: &Unit, month: &Month) -> Result<BTreeMap<i64, Told>, Problem> {
    let mut silent = BTreeMap::new();
    let mut reader = app.db.clone();
    for station in tree::stations(&mut reader, &unit.scope(), month).await? {
        let report = store::find(&mut reader, station.id, &month.code).await?;
        if report.is_none_or(|report| !report.state.is_frozen()) {
            silent.insert(station.id, flow::of_station(app, &station, month).await?);
        }
    }
    Ok(silent)
}

struct Closing<'a> {
    month: &'a Month,
    laws: &'a crate::policies::Laws,
    silent: BTreeMap<i64, Told>,
    why: &'a str,
}

impl Closing<'_> {
    /// Everybody below, the lowest first.
    async fn order(&self, act: &mut Act, unit: &Unit) -> Result<Vec<Unit>, Problem> {
        let (mut order, mut at) = (tree::children(act, unit, self.month).await?, 0);
        while let Some(next) = order.get(at).cloned() {
            order.extend(tree::children(act, &next, self.month).await?);
            at += 1;
        }
        order.reverse();
        Ok(order)
    }

    /// Closes the month for one of them: what was submitted stays as it was told.
    async fn close(&self, act: &mut Act, unit: &Unit) -> Result<Option<Report>, Problem> {
        let before = store::find(act, unit.id, &self.month.code).await?;
        if before.as_ref().is_some_and(|report| report.state.is_settled()) {
            return Ok(None);
        }
        let is_told = before.as_ref().is_some_and(|report| report.state.is_frozen());
        let told = match self.silent.get(&unit.id) {
            _ if is_told => None,
            Some(told) => Some(told.clone()),
            None => Some(flow::of_sum(act, unit, self.month).await?),
        };
        let due_on = due_on(self.laws, unit, self.month)?;
        let filing = Filing { unit, month: self.month, due_on };
        let mut report = filing.next(act, before, State::Missing)?;
        report.decided_on = Some(act.day());
        act.permit().who().clone_into(&mut report.decided_by);
        self.why.clone_into(&mut report.reason);
        flow::write(act, &report, told.as_ref(), ("missing", self.why)).await?;
        Ok(Some(report))
    }
}

//! Visits over the API: the same use cases as the pages.

use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use kernel::Problem;
use rules::facts::Way;
use serde_json::{Value, json};

use super::{Caller, Finding, Outcome, Recorded, Report, record};
use crate::web::{Me, Shared};

/// A visit as it is sent; what is left out is what an ordinary home visit today has.
#[derive(Debug, serde::Deserialize)]
pub struct VisitIn {
    pub way: Option<String>,
    pub outcome: Option<Outcome>,
    pub on: Option<Date>,
    #[serde(default)]
    pub findings: Vec<Finding>,
    #[serde(default)]
    pub need: String,
    #[serde(default)]
    pub note: String,
}

/// What is answered to a recorded visit.
#[must_use]
pub fn told(recorded: &Recorded) -> Value {
    let settled = recorded.noted.settled.iter().map(|duty| duty.rule.id());
    json!({
        "id": recorded.id,
        "person": recorded.person,
        "settled": settled.collect::<Vec<_>>(),
    })
}

pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Json(sent): Json<VisitIn>,
) -> Result<Json<Value>, Problem> {
    let mut report = Report::ordinary(sent.on.unwrap_or_else(|| app.today()), &actor.name);
    if let Some(code) = &sent.way {
        let unknown = || Problem::field("way", "没有这种走访方式");
        report.way = Way::from_code(code).ok_or_else(unknown)?;
    }
    report.outcome = sent.outcome.unwrap_or(Outcome::Met);
    report.findings = sent.findings;
    report.need = sent.need;
    report.note = sent.note;
    let recorded = record(&app, &actor, person, &report, Caller::Api).await?;
    Ok(Json(told(&recorded)))
}

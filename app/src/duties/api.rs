//! Duties over the API: the same use cases as the pages.

use axum::Json;
use axum::extract::{Path, State};
use jiff::civil::Date;
use kernel::Problem;

use super::lists::{self, Cursor};
use super::outcomes::{self, Wanted};
use super::pages;
use super::shown::{self, DutyOut, WhyOut};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared};

/// A page of duties.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct DutyPage {
    pub items: Vec<DutyOut>,
    /// Give it as `after` to go on; absent on the last page.
    pub next: Option<String>,
}

/// A duty with its reasons.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct DutyWithWhy {
    #[serde(flatten)]
    pub duty: DutyOut,
    pub why: WhyOut,
}

/// An outcome for several duties.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomesIn {
    /// Numbers of duties, at most 100.
    pub duties: Vec<i64>,
    /// `certified`, `card_issued`, `senior_card_done`, `senior_card_had` or
    /// `senior_card_declined`.
    pub outcome: String,
    /// The day on which it happened (ISO); today when absent.
    pub on: Option<String>,
}

/// What was written down.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OutcomesOut {
    pub n_duties: usize,
    pub outcome: String,
}

/// Duties of the caller's scope.
#[utoipa::path(
    get,
    path = "/api/v1/duties",
    tag = "duties",
    params(
        ("org" = Option<String>, Query, description = "division code; narrows the scope"),
        ("state" = Option<String>, Query,
            description = "open (default), overdue, settled, missed or lapsed"),
        ("rule" = Option<String>, Query, description = "id of a rule, e.g. visit.new"),
        ("owner" = Option<String>, Query, description = "station, street, district or city"),
        ("month" = Option<String>, Query, description = "YYYY-MM; see from and until"),
        ("from" = Option<String>, Query,
            description = "first due day, or first day of the end; ended ones: this month"),
        ("until" = Option<String>, Query, description = "last such day"),
        ("limit" = Option<i64>, Query, description = "1 to 200, default 50"),
        ("after" = Option<String>, Query, description = "cursor: next of the page before"),
    ),
    responses((status = 200, body = DutyPage))
)]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<DutyPage>, Problem> {
    let (today, laws) = (app.today(), app.laws().await?);
    let after = match asked.get("after") {
        "" => None,
        text => {
            let read = Cursor::read(text);
            Some(read.ok_or_else(|| Problem::field("after", "after 应为上一页的 next"))?)
        }
    };
    let limit = limit(&asked)?;
    let filter = pages::filter(&asked, &actor, today);
    let listing = lists::list(&app.db, &filter, after.as_ref(), limit).await?;
    let rows = listing.rows.iter();
    Ok(Json(DutyPage {
        items: rows.map(|of| shown::listed(of, &laws, today)).collect(),
        next: listing.next.map(|cursor| cursor.write()),
    }))
}

fn limit(asked: &Fields) -> Result<i64, Problem> {
    match asked.get("limit") {
        "" => Ok(50),
        text => text
            .parse()
            .ok()
            .filter(|n| (1..=200).contains(n))
            .ok_or_else(|| Problem::field("limit", "limit 应为 1 至 200")),
    }
}

/// One duty, with the sentence that it follows from.
#[utoipa::path(
    get,
    path = "/api/v1/duties/{id}",
    tag = "duties",
    params(("id" = i64, Path)),
    responses((status = 200, body = DutyWithWhy), (status = 404))
)]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    path: Path<String>,
) -> Result<Json<DutyWithWhy>, Problem> {
    let id = pages::number(&path)?;
    let of = lists::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let laws = app.laws().await?;
    Ok(Json(DutyWithWhy {
        duty: shown::listed(&of, &laws, app.today()),
        why: shown::because(&of, &laws)?,
    }))
}

/// Writes one outcome down for up to 100 duties.
#[utoipa::path(
    post,
    path = "/api/v1/duties/outcomes",
    tag = "duties",
    request_body = OutcomesIn,
    responses((status = 200, body = OutcomesOut), (status = 404), (status = 422))
)]
pub async fn settle(
    State(app): State<Shared>,
    Me(actor): Me,
    Json(sent): Json<OutcomesIn>,
) -> Result<Json<OutcomesOut>, Problem> {
    let on: Date = match sent.on.as_deref() {
        None => app.today(),
        Some(text) => {
            text.parse().map_err(|_| Problem::field("on", "日期应为“2026-11-23”的样式"))?
        }
    };
    let told = OutcomesOut { n_duties: sent.duties.len(), outcome: sent.outcome.clone() };
    let answer = serde_json::to_string(&told).map_err(anyhow::Error::from)?;
    let wanted = Wanted { duties: &sent.duties, outcome: &sent.outcome, on, answer: &answer };
    outcomes::settle(&app, &actor, &wanted).await?;
    Ok(Json(told))
}

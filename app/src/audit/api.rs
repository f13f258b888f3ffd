//! The trail for programs.

use axum::Json;
use axum::extract::State;
use kernel::Problem;
use kernel::audit::Chain;
use serde::Serialize;

use super::Numbered;
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

/// An act.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ActOut {
    /// Place in the chain.
    pub n: i64,
    /// Instant, UTC.
    pub at: String,
    pub day: String,
    pub account: i64,
    pub who: String,
    pub org: String,
    pub deed: String,
    pub subject: String,
    pub detail: String,
    pub address: String,
}

/// A page of acts, the newest first; `next` is the `after` of the following page.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ActsOut {
    pub items: Vec<ActOut>,
    pub next: Option<String>,
}

/// What a check of the chain found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ChainOut {
    pub whole: bool,
    /// Rows checked, when the chain is whole.
    pub rows: Option<i64>,
    /// The first row that is missing or changed.
    pub broken_at: Option<i64>,
}

impl From<Numbered> for ActOut {
    fn from((n, entry): Numbered) -> Self {
        Self {
            n,
            at: entry.at,
            day: entry.day.to_string(),
            account: entry.account,
            who: entry.who,
            org: entry.org,
            deed: entry.deed,
            subject: entry.subject,
            detail: entry.detail,
            address: entry.address,
        }
    }
}

impl From<Chain> for ChainOut {
    fn from(chain: Chain) -> Self {
        match chain {
            Chain::Whole { n_rows } => Self { whole: true, rows: Some(n_rows), broken_at: None },
            Chain::Broken { at } => Self { whole: false, rows: None, broken_at: Some(at) },
        }
    }
}

#[utoipa::path(get, path = "/api/v1/audit", tag = "audit",
    params(("deed" = Option<String>, Query), ("who" = Option<String>, Query),
        ("subject" = Option<String>, Query), ("limit" = Option<i64>, Query),
        ("after" = Option<i64>, Query)),
    responses((status = 200, body = ActsOut)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<ActsOut>, Problem> {
    let limit = asked.limit();
    let (found, next) = super::list(&app, &actor, &asked, limit).await?;
    let items = found.into_iter().map(ActOut::from).collect();
    Ok(Json(ActsOut { items, next: next.map(|n| n.to_string()) }))
}

#[utoipa::path(post, path = "/api/v1/audit/verify", tag = "audit",
    responses((status = 200, body = ChainOut)))]
pub async fn verify(State(app): State<Shared>, Me(actor): Me) -> Result<Json<ChainOut>, Problem> {
    Ok(Json(super::verify(&app, &actor).await?.into()))
}

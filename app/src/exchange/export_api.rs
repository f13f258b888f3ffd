//! Exports for programs: the file is the answer.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::Problem;
use serde_json::Value;

use super::export::{self, Caller, Wish};
use super::export_pages::attachment;
use super::part;
use super::profiles;
use super::profiles_api::fields_of;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Sent, Shared};

/// What is to be exported. With a profile, what is absent is as the profile says.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExportIn {
    /// The number of a profile.
    pub profile: Option<i64>,
    /// `people`, `visits`, `duties`, `archives`, `cards`, `letters`, `handed`,
    /// `batches` or `moves`.
    pub list: String,
    /// The query of the list, e.g. `{"org": "990101001", "status": "active"}`.
    pub conditions: BTreeMap<String, String>,
    /// Keys of columns, in their order; the usual ones when absent.
    pub columns: Vec<String>,
    /// What the receiver calls a column, by key.
    pub titles: Option<BTreeMap<String, String>>,
    /// `xlsx`, `csv` or `csv-gb18030`.
    pub format: String,
    /// `first3_last4` (default), `birth8`, `middle6`, `last4`, `full` (all hidden) or `none`.
    pub mask: String,
    /// Of telephone numbers; as `mask` when absent.
    pub phone_mask: String,
    pub purpose: String,
    pub recipient: String,
    /// Why whole numbers are needed; required with `none`.
    pub reason: String,
}

impl ExportIn {
    fn fields(&self) -> Fields {
        let texts = [
            ("list", &*self.list),
            ("format", &*self.format),
            ("mask", &*self.mask),
            ("phone_mask", &*self.phone_mask),
            ("purpose", &*self.purpose),
            ("recipient", &*self.recipient),
            ("reason", &*self.reason),
        ];
        fields_of(&texts, &self.columns, self.titles.as_ref(), &self.conditions)
    }
}

#[utoipa::path(post, path = "/api/v1/exports", tag = "exports", request_body = ExportIn,
    responses((status = 200, description = "文件本身，只给一次；同一编号重发时只给出导出记录"),
        (status = 409, description = "行数过多（too-many-rows）或次数过多（too-many-exports）"),
        (status = 422)))]
pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<ExportIn>,
) -> Result<Response, Problem> {
    let mut fields = sent.fields();
    if let Some(id) = sent.profile {
        let profile = profiles::find(&app, &actor, id).await?;
        fields = profiles::over(&profile, &fields);
    }
    // A program that wants a profile kept says so elsewhere.
    fields.0.retain(|(name, _)| name != "keep");
    let wish = Wish::read(&fields)?;
    let (export, made) = export::export(&app, &actor, &wish, Caller::Api).await?;
    attachment(&export, wish.format, made)
}

#[utoipa::path(get, path = "/api/v1/exports", tag = "exports",
    params(("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "导出记录，最近的在前")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let n = asked.limit();
    let made = export::list(&app.db, &actor.scope(), asked.number("after"), n).await?;
    Ok(part(&made, n, export::told, |one| one.id))
}

#[utoipa::path(get, path = "/api/v1/exports/{id}", tag = "exports", params(("id" = i64, Path)),
    responses((status = 200, description = "一条导出记录"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(export::told(&export::find(&app.db, &actor.scope(), id).await?)))
}

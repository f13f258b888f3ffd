//! Papers for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::Problem;
use serde_json::{Value, json};

use super::pages::{given, named};
use super::{Caller, add, find, of, void};
use crate::papers::store::Paper;
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Upload, Version};

fn told(paper: &Paper) -> Value {
    json!({
        "id": paper.id, "of": paper.subject, "about": paper.about, "name": paper.name,
        "kind": paper.kind, "n_bytes": paper.n_bytes, "sha256": paper.checksum,
        "note": paper.note, "added_on": paper.added_on.to_string(), "added_by": paper.added_by,
        "body": paper.body, "voided_on": paper.voided_on.map(|on| on.to_string()),
        "void_reason": paper.void_reason, "version": paper.version,
    })
}

#[utoipa::path(get, path = "/api/v1/papers", tag = "papers", params(
    ("of" = String, Query,
        description = "batch、handover-slip、archive、archive-slip、letter 或 person"),
    ("id" = i64, Query, description = "那件事的编号")),
    responses((status = 200, description = "附件，先添加的在前，作废的也列出"), (status = 404)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let mut db = app.db.clone();
    let thing = super::thing(&mut db, &actor, named(&asked)?).await?;
    let papers = of(&mut db, &thing).await?;
    Ok(Json(json!({"items": papers.iter().map(told).collect::<Vec<_>>(), "next": null})))
}

/// A file in a form.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read by the extractor")]
pub struct PaperIn {
    /// `batch`, `handover-slip`, `archive`, `archive-slip`, `letter` or `person`.
    of: String,
    /// Its number.
    id: i64,
    note: Option<String>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[utoipa::path(post, path = "/api/v1/papers", tag = "papers",
    request_body(content = PaperIn, content_type = "multipart/form-data"),
    responses((status = 200, description = "已保存"), (status = 404),
        (status = 409, description = "文件太大或没有传完整"), (status = 422)))]
pub async fn upload(
    State(app): State<Shared>,
    Me(actor): Me,
    upload: Upload,
) -> Result<Json<Value>, Problem> {
    let at = named(&upload.fields)?;
    super::thing(&mut app.db.clone(), &actor, at).await?;
    let note = upload.fields.get("note").to_owned();
    let file = upload.file("file")?;
    let paper = add(&app, &actor, (at, &file, &note), Caller::Api).await?;
    Ok(Json(json!({"id": paper.id, "version": paper.version})))
}

#[utoipa::path(get, path = "/api/v1/papers/{id}", tag = "papers", params(("id" = i64, Path)),
    responses((status = 200, description = "一份附件的记录"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    let (_, paper) = find(&mut app.db.clone(), &actor, id).await?;
    Ok(Json(told(&paper)))
}

#[utoipa::path(get, path = "/api/v1/papers/{id}/file", tag = "papers", params(("id" = i64, Path)),
    responses((status = 200, description = "文件本身；记入审计"), (status = 404),
        (status = 409, description = "已作废（void）")))]
pub async fn send(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    given(&app, &actor, id).await
}

/// Why a paper is taken out of use.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct VoidIn {
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/papers/{id}/void", tag = "papers", params(("id" = i64, Path)),
    request_body = VoidIn,
    responses((status = 200, description = "已作废"), (status = 404),
        (status = 409, description = "已经作废（void）"), (status = 412), (status = 422)))]
pub async fn take_back(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    sent: Sent<VoidIn>,
) -> Result<Json<Value>, Problem> {
    find(&mut app.db.clone(), &actor, id).await?;
    let Version(version) = version?;
    void(&app, &actor, ((id, version), &sent.0.reason), Caller::Api).await?;
    Ok(Json(json!({"id": id, "version": version + 1})))
}

//! Imports for programs: the same use cases, in JSON.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State as Given};
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use serde_json::{Value, json};

use super::faults::Fault;
use super::kinds::Kind;
use super::lines::{self, Kind as Sort};
use super::plan::Choice;
use super::report::{fault_json, mapping_json};
use super::run::Extent;
use super::state::State;
use super::store::{self, Import};
use super::{cancel as give_up, find, part, receive, told, undo, work};
use crate::people::Caller;
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Upload, Version};

fn listed(import: &Import) -> Value {
    let counts = &import.counts;
    json!({
        "id": import.id, "kind": import.kind.code(),
        "version": import.version, "state": import.state.code(),
        "says": import.says, "file_name": import.file_name, "n_bytes": import.n_bytes,
        "checksum": import.checksum, "who": import.who, "made_at": import.made_at,
        "ended_at": import.ended_at, "n_done": work::n_done(import), "rows": counts.rows,
        "new": counts.new, "updated": counts.updated, "unchanged": counts.unchanged,
        "duplicates": counts.duplicates, "alike": counts.alike, "faulty": counts.faulty,
        "errors": counts.faults, "normalised": counts.normalised, "absent": counts.absent,
        "missing": counts.missing,
    })
}

#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", params(
    ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "导入记录，新的在前")))]
pub async fn list(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let limit = asked.limit();
    let before = asked.number("after").unwrap_or(i64::MAX);
    let (mut db, scope) = (app.db.clone(), actor.scope());
    let rows = store::newest(&mut db, &scope, (before, limit)).await?;
    Ok(part(&rows, limit, listed, |one| one.id))
}

/// A file in a form.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form; it is read by the extractor")]
pub struct FileIn {
    /// `roster` (what is taken when nothing is said), `relatives`, `visits`, `phones`, `special`,
    /// `enterprises`, `handover`, `archives`.
    kind: Option<String>,
    /// The batch, of a `handover`.
    batch: Option<i64>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[utoipa::path(post, path = "/api/v1/imports", tag = "imports",
    request_body(content = FileIn, content_type = "multipart/form-data"),
    responses((status = 200, description = "已收到，正在识别列；随后用 GET 查看"),
        (status = 409, description = "文件太大或没有传完整"), (status = 422)))]
pub async fn upload(
    Given(app): Given<Shared>,
    Me(actor): Me,
    upload: Upload,
) -> Result<Json<Value>, Problem> {
    let kind = match upload.fields.get("kind") {
        "" => Kind::Roster,
        code => Kind::parse(code).ok_or_else(|| {
            Problem::field(
                "kind",
                "roster、relatives、visits、phones、special、enterprises、handover 或 archives",
            )
        })?,
    };
    let batch = upload.fields.number("batch").unwrap_or(0);
    let id = receive(&app, &actor, (upload.file("file")?, kind, batch), Caller::Api).await?;
    Ok(Json(told(id, State::Reading)))
}

#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports", params(("id" = i64, Path)),
    responses((status = 200, description = "状态、列的对应关系、试算或导入的结果"),
        (status = 404)))]
pub async fn show(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let import = find(&app, &actor, id).await?;
    let mut shown = listed(&import);
    let plan = import.plan.clone().unwrap_or_default();
    let (mapping, unmapped) = mapping_json(&plan);
    shown["mapping"] = mapping.into();
    shown["unmapped"] = unmapped.into();
    shown["columns"] = plan
        .columns
        .iter()
        .map(|column| json!({"title": column.title, "choice": column.choice, "how": column.how}))
        .collect();
    shown["station"] = plan.station.into();
    shown["mark"] = plan.mark.into();
    Ok(Json(shown).into_response())
}

#[utoipa::path(get, path = "/api/v1/imports/{id}/errors", tag = "imports",
    params(("id" = i64, Path), ("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "逐格的错误，含原值"), (status = 404)))]
pub async fn errors(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    find(&app, &actor, id).await?;
    let limit = asked.number("limit").unwrap_or(200).clamp(1, 1_000);
    let from = asked.number("after").map_or(0, |after| after.saturating_add(1));
    super::told_whole(&app, &actor, id, "经接口读取错误的原值").await?;
    let rows = lines::read::<Fault>(&app.db, (id, Sort::Fault), (from, limit)).await?;
    let full = i64::try_from(rows.len()).unwrap_or(0) == limit;
    let after = rows.last().filter(|_| full).map(|(n, _)| *n);
    let items: Vec<Value> = rows.iter().map(|(_, fault)| fault_json(fault)).collect();
    Ok(Json(json!({"items": items, "after": after})))
}

/// The columns of a file as they are to be read.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ColumnsIn {
    /// By the title of the column: a field's key, `+` to keep it beside, `-` to leave it out.
    /// Columns that are not named stay as they were recognised.
    pub columns: BTreeMap<String, String>,
    /// Division code of the station of rows that name none.
    pub station: String,
    /// Code of the special group of a compared list whose rows name none.
    pub mark: String,
}

#[utoipa::path(post, path = "/api/v1/imports/{id}/columns", tag = "imports",
    request_body = ColumnsIn, params(("id" = i64, Path),
        ("If-Match" = String, Header, description = "读到的版本，即 version")),
    responses((status = 200, description = "已开始试算，不写入"), (status = 404),
        (status = 412, description = "状态已变"), (status = 422)))]
pub async fn columns(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<ColumnsIn>,
) -> Result<Json<Value>, Problem> {
    let import = find(&app, &actor, id).await?;
    let Version(version) = version?;
    let mut plan = import.plan.clone().unwrap_or_default();
    let mut choices = BTreeMap::new();
    for (title, code) in &sent.columns {
        let choice = Choice::parse(code)
            .ok_or_else(|| Problem::field("columns", format!("“{code}”不是可选的对应项")))?;
        let known = plan.columns.iter().enumerate().filter(|(_, column)| column.title == *title);
        choices.extend(known.map(|(at, _)| (at, choice)));
    }
    plan.choose(&choices, "chosen");
    plan.station.clone_from(&sent.station);
    if !sent.mark.is_empty() {
        plan.mark.clone_from(&sent.mark);
    }
    let asked = Import { version, ..import };
    let step = work::begin_checking(&app, &actor, (&asked, plan), Caller::Api).await?;
    work::wait(step).await;
    Ok(Json(told(id, State::Checking)))
}

/// Leave to write what was checked.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ConfirmIn {
    /// Only the rows without faults; without it a file with faults is refused.
    pub only_correct: bool,
    /// Also people who are perhaps registered under another number.
    pub with_alike: bool,
}

#[utoipa::path(post, path = "/api/v1/imports/{id}/confirm", tag = "imports",
    request_body = ConfirmIn, params(("id" = i64, Path),
        ("If-Match" = String, Header, description = "读到的版本，即 version")),
    responses((status = 200, description = "已开始写入，一次全部生效"), (status = 404),
        (status = 409, description = "有错误而没有选择只导入正确的行"), (status = 412)))]
pub async fn confirm(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<ConfirmIn>,
) -> Result<Json<Value>, Problem> {
    let import = find(&app, &actor, id).await?;
    let Version(version) = version?;
    let extent = Extent { only_correct: sent.only_correct, with_alike: sent.with_alike };
    let at = (&import, version);
    if let Some(step) = work::begin_importing(&app, &actor, at, extent).await? {
        work::wait(step).await;
    }
    Ok(Json(told(id, State::Importing)))
}

#[utoipa::path(post, path = "/api/v1/imports/{id}/cancel", tag = "imports",
    params(("id" = i64, Path)),
    responses((status = 200, description = "已取消，没有写入"), (status = 404), (status = 409)))]
pub async fn cancel(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    give_up(&app, &actor, id, Caller::Api).await?;
    Ok(Json(told(id, State::Cancelled)))
}

#[utoipa::path(post, path = "/api/v1/imports/{id}/undo", tag = "imports",
    params(("id" = i64, Path)),
    responses((status = 200, description = "已撤销"), (status = 404),
        (status = 409, description = "已过 24 小时，或此后有人改动过")))]
pub async fn take_back(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    undo::undo(&app, &actor, id, Caller::Api).await?;
    Ok(Json(told(id, State::Undone)))
}

//! Blanks for programs: the same use cases; the filled file is the answer.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::Problem;
use serde_json::{Value, json};

use super::api::FileIn;
use super::fill::{self, Caller, Choices, Kept};
use super::fill_pages::attachment;
use super::fill_plan::Kind;
use super::part;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Sent, Shared, Upload, Version};

fn told(of: &Kept) -> Value {
    let blank = &of.blank;
    let places: Vec<Value> = blank
        .places
        .iter()
        .map(|place| {
            json!({"title": place.title, "at": place.at(blank.kind), "choice": place.choice,
                   "how": place.how})
        })
        .collect();
    let kind = match blank.kind {
        Kind::List => "list",
        Kind::Form => "form",
    };
    json!({
        "id": of.id, "version": of.version, "file_name": of.file_name, "n_bytes": of.n_bytes,
        "checksum": of.checksum, "who": of.who, "made_on": of.made_on, "sheet": blank.sheet,
        "kind": kind, "room": blank.room, "mask": blank.mask, "asked_mask": blank.asked_mask,
        "purpose": blank.purpose, "recipient": blank.recipient, "places": places,
    })
}

#[utoipa::path(get, path = "/api/v1/blanks", tag = "blanks",
    params(("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "存着的空表，最近的在前")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let n = asked.limit();
    let kept = fill::list(&app, &actor, (asked.number("after"), n)).await?;
    Ok(part(&kept, n, told, |one| one.id))
}

#[utoipa::path(post, path = "/api/v1/blanks", tag = "blanks",
    request_body(content = FileIn, content_type = "multipart/form-data"),
    responses((status = 200, description = "已收下并认出各处；随后用 GET 查看"),
        (status = 409, description = "文件太大或没有传完整"), (status = 422)))]
pub async fn upload(
    State(app): State<Shared>,
    Me(actor): Me,
    upload: Upload,
) -> Result<Json<Value>, Problem> {
    let file = upload.file("file")?;
    let id = fill::receive(&app, &actor, file, (Caller::Api, "")).await?;
    Ok(Json(json!({"id": id})))
}

#[utoipa::path(get, path = "/api/v1/blanks/{id}", tag = "blanks", params(("id" = i64, Path)),
    responses((status = 200, description = "一份空表：每处填什么"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(told(&fill::find(&app, &actor, id).await?)))
}

/// What goes where.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlacesIn {
    /// By the number of the place, from 0: a key of a column of `people`, `seq`, `age`, or `-`.
    pub places: BTreeMap<usize, String>,
    /// `first3_last4`, `birth8`, `middle6`, `last4`, `full` (all hidden) or `none`.
    pub mask: String,
}

#[utoipa::path(post, path = "/api/v1/blanks/{id}/places", tag = "blanks",
    params(("id" = i64, Path), ("If-Match" = String, Header)), request_body = PlacesIn,
    responses((status = 200, description = "已记住"), (status = 404), (status = 412),
        (status = 422)))]
pub async fn choose(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<PlacesIn>,
) -> Result<Json<Value>, Problem> {
    fill::find(&app, &actor, id).await?;
    let Version(version) = version?;
    let chosen = Choices { places: sent.places, mask: sent.mask, version };
    fill::choose(&app, &actor, (id, &chosen), (Caller::Api, "")).await?;
    Ok(Json(json!({"id": id})))
}

/// For whom a blank is filled.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FillIn {
    /// The query of the list of retirees, e.g. `{"org": "990101001", "status": "active"}`.
    pub conditions: BTreeMap<String, String>,
    pub purpose: String,
    pub recipient: String,
    /// Why whole numbers are needed; required when the blank is filled with them.
    pub reason: String,
}

#[utoipa::path(post, path = "/api/v1/blanks/{id}/fill", tag = "blanks",
    params(("id" = i64, Path)), request_body = FillIn,
    responses((status = 200, description = "填好的文件，只给一次；同一编号重发时只给出导出记录"),
        (status = 404), (status = 409, description = "没有人可填、空行不够或次数过多"),
        (status = 422)))]
pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Sent(sent): Sent<FillIn>,
) -> Result<Response, Problem> {
    let mut fields: Vec<(String, String)> = vec![
        ("purpose".to_owned(), sent.purpose),
        ("recipient".to_owned(), sent.recipient),
        ("reason".to_owned(), sent.reason),
    ];
    fields.extend(sent.conditions);
    let asked = (id, &Fields(fields));
    let (kept, export, filled) = fill::fill(&app, &actor, asked, Caller::Api).await?;
    attachment(&kept, &export, filled)
}

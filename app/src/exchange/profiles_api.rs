//! Profiles for programs: the same use cases.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;
use serde_json::{Value, json};

use super::export::Caller;
use super::export_wish::{Wish, title_field};
use super::part;
use super::profiles::{self, Profile};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Sent, Shared, Version};

fn told(of: &Profile) -> Value {
    let conditions: BTreeMap<&str, &str> =
        of.conditions.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let columns: Vec<Value> =
        of.columns.iter().map(|(key, title)| json!({"key": key, "title": title})).collect();
    json!({
        "id": of.id, "version": of.version, "name": of.name, "list": of.list.code(),
        "columns": columns, "conditions": conditions, "format": of.format.code(),
        "mask": of.mask, "phone_mask": of.phone_mask, "purpose": of.purpose,
        "recipient": of.recipient, "org": of.org, "who": of.who, "made_on": of.made_on,
    })
}

/// What is sent as the fields of the form; what is absent is left out. `titles` that are there
/// are all the titles there are.
pub(super) fn fields_of(
    texts: &[(&str, &str)],
    columns: &[String],
    titles: Option<&BTreeMap<String, String>>,
    conditions: &BTreeMap<String, String>,
) -> Fields {
    let texts = texts.iter().filter(|(_, value)| !value.is_empty());
    let mut all: Vec<(String, String)> =
        texts.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    all.extend(columns.iter().map(|key| ("columns".to_owned(), key.clone())));
    // An empty table of titles says that the columns are to be called as they are here.
    if titles.is_some_and(BTreeMap::is_empty) {
        all.push((title_field(""), String::new()));
    }
    let titles = titles.into_iter().flatten();
    all.extend(titles.map(|(key, title)| (title_field(key), title.clone())));
    all.extend(conditions.iter().map(|(name, value)| (name.clone(), value.clone())));
    Fields(all)
}

/// A form of export to be kept, or what is to be another in one.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileIn {
    pub name: String,
    /// As in `POST /api/v1/exports`; it cannot be changed.
    pub list: String,
    /// Keys of columns, in their order; the usual ones when absent.
    pub columns: Vec<String>,
    /// What the receiver calls a column, by key.
    pub titles: Option<BTreeMap<String, String>>,
    /// The query of the list; when absent, an export uses those of its own.
    pub conditions: BTreeMap<String, String>,
    pub format: String,
    /// `first3_last4` (default), `birth8`, `middle6`, `last4`, `full` (all hidden) or `none`.
    pub mask: String,
    /// Of telephone numbers; as `mask` when absent.
    pub phone_mask: String,
    pub purpose: String,
    pub recipient: String,
}

impl ProfileIn {
    fn fields(&self) -> Fields {
        let texts = [
            ("keep", "1"),
            ("profile_name", &*self.name),
            ("list", &*self.list),
            ("format", &*self.format),
            ("mask", &*self.mask),
            ("phone_mask", &*self.phone_mask),
            ("purpose", &*self.purpose),
            ("recipient", &*self.recipient),
        ];
        fields_of(&texts, &self.columns, self.titles.as_ref(), &self.conditions)
    }
}

/// Conditions are kept when there are any.
fn with_conditions(mut fields: Fields, is_any: impl FnOnce() -> bool) -> Fields {
    if is_any() {
        fields.0.push(("keep_conditions".to_owned(), "1".to_owned()));
    }
    fields
}

#[utoipa::path(get, path = "/api/v1/export-profiles", tag = "exports",
    params(("limit" = Option<i64>, Query), ("after" = Option<i64>, Query)),
    responses((status = 200, description = "本机构及下级的常用导出格式，最近的在前")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let n = asked.limit();
    let kept = profiles::list(&app, &actor, (asked.number("after"), n)).await?;
    Ok(part(&kept, n, told, |one| one.id))
}

#[utoipa::path(post, path = "/api/v1/export-profiles", tag = "exports", request_body = ProfileIn,
    responses((status = 200, description = "已记下"),
        (status = 409, description = "常用格式过多（too-many-profiles）"), (status = 422)))]
pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<ProfileIn>,
) -> Result<Json<Value>, Problem> {
    let fields = with_conditions(sent.fields(), || !sent.conditions.is_empty());
    let wish = Wish::read_to_keep(&fields)?;
    let id = profiles::keep(&app, &actor, &wish, Caller::Api).await?;
    Ok(Json(json!({"id": id})))
}

#[utoipa::path(get, path = "/api/v1/export-profiles/{id}", tag = "exports",
    params(("id" = i64, Path)),
    responses((status = 200, description = "一个常用导出格式"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(told(&profiles::find(&app, &actor, id).await?)))
}

#[utoipa::path(patch, path = "/api/v1/export-profiles/{id}", tag = "exports",
    params(("id" = i64, Path), ("If-Match" = String, Header)), request_body = ProfileIn,
    responses((status = 200, description = "已修改；没有写的各项不变"), (status = 404),
        (status = 409, description = "由下级机构记下，不能修改（not-own）"), (status = 412),
        (status = 422)))]
pub async fn change(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    Sent(sent): Sent<ProfileIn>,
) -> Result<Json<Value>, Problem> {
    let profile = profiles::find(&app, &actor, id).await?;
    let Version(version) = version?;
    let mut fields = profiles::over(&profile, &sent.fields());
    if sent.name.is_empty() {
        fields.0.push(("profile_name".to_owned(), profile.name.clone()));
    }
    let has_any = || !profile.conditions.0.is_empty() || !sent.conditions.is_empty();
    let wish = Wish::read_to_keep(&with_conditions(fields, has_any))?;
    profiles::change(&app, &actor, (id, version, &wish), Caller::Api).await?;
    Ok(Json(json!({"id": id})))
}

#[utoipa::path(post, path = "/api/v1/export-profiles/{id}/forget", tag = "exports",
    params(("id" = i64, Path)),
    responses((status = 200, description = "已删除"), (status = 404),
        (status = 409, description = "由下级机构记下，不能删除（not-own）")))]
pub async fn forget(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Problem> {
    profiles::forget(&app, &actor, id, Caller::Api).await?;
    Ok(Json(json!({"id": id})))
}

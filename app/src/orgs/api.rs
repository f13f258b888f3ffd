//! Opening and renaming organisations over the API, and their list.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;

use super::{Caller, Done, Org, Wanted, lists};
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

/// An organisation as the API tells it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct OrgOut {
    pub id: i64,
    pub code: String,
    /// `office`, `agency`, `administration`, `center`, `station` or `group`.
    pub kind: String,
    /// `city`, `district`, `street`, `station` or `group`.
    pub level: String,
    pub parent: Option<i64>,
    pub name: String,
    pub opened_on: String,
    pub closed_on: Option<String>,
    /// Number of the one that took its people over.
    pub successor: Option<i64>,
    pub version: i64,
}

impl From<Org> for OrgOut {
    fn from(org: Org) -> Self {
        Self {
            id: org.id,
            code: org.code,
            kind: org.kind,
            level: org.level,
            parent: org.parent,
            name: org.name,
            opened_on: org.opened_on.to_string(),
            closed_on: org.closed_on.map(|day| day.to_string()),
            successor: org.successor,
            version: org.version,
        }
    }
}

/// A page of organisations; `after` is the cursor of the page that follows.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct OrgsOut {
    pub items: Vec<OrgOut>,
    pub after: Option<String>,
}

/// An organisation to be opened; the parent follows from the code.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct OrgIn {
    pub code: String,
    pub kind: String,
    pub name: String,
}

/// The name that an organisation is to bear.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NameIn {
    pub name: String,
}

/// Takes the row too many off a list; answers whether there was one.
pub fn cut<T>(rows: &mut Vec<T>, n: i64) -> bool {
    let n = usize::try_from(n).unwrap_or(0);
    let more = rows.len() > n;
    rows.truncate(n);
    more
}

#[utoipa::path(get, path = "/api/v1/orgs", tag = "orgs", params(
    ("q" = Option<String>, Query, description = "名称的一部分，或代码的开头"),
    ("after" = Option<String>, Query, description = "上一页给出的 after"),
    ("limit" = Option<i64>, Query, description = "每页条数，1–200")),
    responses((status = 200, body = OrgsOut)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<OrgsOut>, Problem> {
    let (n, from) = (asked.limit(), lists::cursor(asked.get("after")));
    let (mut reader, scope) = (app.db.clone(), actor.scope());
    let mut found = lists::search(&mut reader, &scope, asked.get("q"), &from, n + 1).await?;
    let more = cut(&mut found, n);
    let after = found.last().filter(|_| more).map(lists::after);
    Ok(Json(OrgsOut { items: found.into_iter().map(OrgOut::from).collect(), after }))
}

#[utoipa::path(post, path = "/api/v1/orgs", tag = "orgs", request_body = OrgIn,
    responses((status = 200, body = Done), (status = 422)))]
pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<OrgIn>,
) -> Result<Json<Done>, Problem> {
    let OrgIn { code, kind, name } = sent;
    let wanted = Wanted { code: code.trim().to_owned(), kind, name: name.trim().to_owned() };
    Ok(Json(super::set_up(&app, &actor, &wanted, Caller::Api).await?))
}

#[utoipa::path(patch, path = "/api/v1/orgs/{id}", tag = "orgs", request_body = NameIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读取时的版本号")),
    responses((status = 200, body = Done), (status = 404), (status = 412), (status = 422)))]
pub async fn rename(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    sent: Result<Sent<NameIn>, Problem>,
) -> Result<Json<Done>, Problem> {
    // What is not there is told before what is missing in the request.
    super::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let (Version(version), Sent(sent)) = (version?, sent?);
    let name = sent.name.trim();
    Ok(Json(super::rename(&app, &actor, (id, version), name, Caller::Api).await?))
}

//! Enterprises over the API.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Problem;

use super::{Enterprise, SameName, Typed, find, store};
use crate::orgs::api::cut;
use crate::orgs::{Caller, Done};
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

/// An enterprise as the API tells it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct EnterpriseOut {
    pub id: i64,
    pub name: String,
    /// Unified social credit code; empty when it is not known.
    pub credit_code: String,
    /// What is worth a second look in the credit code: `form`, `check`, `org_check`.
    pub findings: Vec<String>,
    pub closed_on: Option<String>,
    pub version: i64,
}

impl From<Enterprise> for EnterpriseOut {
    fn from(known: Enterprise) -> Self {
        let findings = known.finding.split(',').filter(|code| !code.is_empty());
        Self {
            id: known.id,
            findings: findings.map(str::to_owned).collect(),
            name: known.name,
            credit_code: known.credit_code,
            closed_on: known.closed_on,
            version: known.version,
        }
    }
}

/// A page of enterprises; `after` is the cursor of the page that follows.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct EnterprisesOut {
    pub items: Vec<EnterpriseOut>,
    pub after: Option<i64>,
}

/// An enterprise to be entered or changed.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct EnterpriseIn {
    pub name: String,
    pub credit_code: String,
    /// Says that the enterprise of the same name is another one.
    pub same_name: bool,
}

impl EnterpriseIn {
    fn typed(&self) -> Typed {
        let same_name = if self.same_name { SameName::IsAnother } else { SameName::NotSeen };
        Typed::new(&self.name, &self.credit_code, same_name)
    }
}

#[utoipa::path(get, path = "/api/v1/enterprises", tag = "orgs", params(
    ("q" = Option<String>, Query, description = "名称的一部分、拼音首字母或信用代码的开头"),
    ("after" = Option<i64>, Query, description = "上一页给出的 after"),
    ("limit" = Option<i64>, Query, description = "每页条数，1–200")),
    responses((status = 200, body = EnterprisesOut)))]
pub async fn list(
    State(app): State<Shared>,
    Me(_): Me,
    Asked(asked): Asked,
) -> Result<Json<EnterprisesOut>, Problem> {
    let n = asked.limit();
    let after = asked.number("after").unwrap_or(0);
    let search = store::Search { words: asked.get("q"), after, limit: n + 1 };
    let mut found = store::search(&mut app.db.clone(), &search).await?;
    let more = cut(&mut found, n);
    let after = found.last().filter(|_| more).map(|last| last.id);
    Ok(Json(EnterprisesOut { items: found.into_iter().map(EnterpriseOut::from).collect(), after }))
}

#[utoipa::path(get, path = "/api/v1/enterprises/{id}", tag = "orgs", params(("id" = i64, Path)),
    responses((status = 200, body = EnterpriseOut), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(_): Me,
    Path(id): Path<i64>,
) -> Result<Json<EnterpriseOut>, Problem> {
    Ok(Json(find(&mut app.db.clone(), id).await?.into()))
}

#[utoipa::path(post, path = "/api/v1/enterprises", tag = "orgs", request_body = EnterpriseIn,
    responses((status = 200, body = Done), (status = 422)))]
pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<EnterpriseIn>,
) -> Result<Json<Done>, Problem> {
    Ok(Json(super::enter(&app, &actor, &sent.typed(), Caller::Api).await?))
}

#[utoipa::path(patch, path = "/api/v1/enterprises/{id}", tag = "orgs",
    request_body = EnterpriseIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读取时的版本号")),
    responses((status = 200, body = Done), (status = 404), (status = 412), (status = 422)))]
pub async fn change(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
    sent: Result<Sent<EnterpriseIn>, Problem>,
) -> Result<Json<Done>, Problem> {
    // What is not there is told before what is missing in the request.
    find(&mut app.db.clone(), id).await?;
    let (Version(version), Sent(sent)) = (version?, sent?);
    let done = super::change(&app, &actor, (id, version), &sent.typed(), Caller::Api).await?;
    Ok(Json(done))
}

#[utoipa::path(post, path = "/api/v1/enterprises/{id}/close", tag = "orgs",
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读取时的版本号")),
    responses((status = 200, body = Done), (status = 404), (status = 412)))]
pub async fn close(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    version: Result<Version, Problem>,
) -> Result<Json<Done>, Problem> {
    find(&mut app.db.clone(), id).await?;
    let Version(version) = version?;
    Ok(Json(super::close(&app, &actor, (id, version), Caller::Api).await?))
}

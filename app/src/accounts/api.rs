//! Accounts for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::admin::{self, Listed, Made, Target, Use, Wish};
use super::{Caller, deeds, posts, security};
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

/// A new account.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct AccountIn {
    pub name: String,
    pub person_name: String,
    /// Number of the organisation.
    pub org: i64,
}

/// Other names of an account; what is left out stays.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NamesIn {
    pub name: Option<String>,
    pub person_name: Option<String>,
}

/// Another organisation of an account, by its number.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct SeatIn {
    pub org: i64,
}

/// A post to be given; empty takes the post away.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct PostIn {
    pub post: String,
}

/// A post, where it exists and what it includes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PostOut {
    pub code: &'static str,
    pub name: &'static str,
    pub levels: &'static [&'static str],
    pub kinds: &'static [&'static str],
    pub deeds: Vec<&'static str>,
}

/// An account as the API tells it.
#[must_use]
pub fn told(account: &Listed) -> Value {
    json!({
        "id": account.id, "name": account.name, "person_name": account.person_name,
        "post": account.post, "post_name": posts::name_of(&account.post),
        "org": account.seat.id, "org_code": account.seat.code, "org_kind": account.seat.kind,
        "org_name": account.seat.name, "second_factor": account.has_totp,
        "must_change_password": account.must_change, "disabled_on": account.disabled_on,
        "version": account.version,
    })
}

/// A first password as the API tells it: once, never to a repeated request.
#[must_use]
pub fn password_told(id: i64, name: &str, password: Option<&str>) -> Value {
    json!({ "id": id, "name": name, "first_password": password })
}

fn tagged(account: &Listed) -> Response {
    let mut response = Json(told(account)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", account.version)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn once(made: &Made) -> Json<Value> {
    Json(password_told(made.id, &made.name, Some(&made.password)))
}

/// The account that is meant, in the version that was read. Outside the scope there is none,
/// whatever else is wrong with the call.
async fn target(
    app: &Shared,
    actor: &Actor,
    id: i64,
    headers: &HeaderMap,
) -> Result<Target, Problem> {
    admin::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(Target { id, version: Version::told(headers)?.0, caller: Caller::Api })
}

#[utoipa::path(get, path = "/api/v1/me", tag = "accounts",
    responses((status = 200, description = "谁在调用，任何岗位，能办什么")))]
pub async fn me(Me(actor): Me) -> Json<Value> {
    let can = deeds::ALL.iter().filter(|deed| actor.can(**deed));
    Json(json!({
        "account": actor.account, "name": actor.name, "post": actor.post,
        "post_name": posts::name_of(&actor.post), "org": actor.org,
        "org_name": actor.org_name, "deeds": can.map(|deed| deed.code()).collect::<Vec<_>>(),
    }))
}

#[utoipa::path(get, path = "/api/v1/posts", tag = "accounts",
    responses((status = 200, body = Vec<PostOut>)))]
pub async fn list_posts() -> Json<Vec<PostOut>> {
    let out = posts::POSTS.iter().map(|post| PostOut {
        code: post.code,
        name: post.name,
        levels: post.levels,
        kinds: post.kinds,
        deeds: post.deeds.iter().map(|deed| deed.code()).collect(),
    });
    Json(out.collect())
}

#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts",
    params(("find" = Option<String>, Query, description = "账号、姓名或机构名称的一部分"),
        ("post" = Option<String>, Query, description = "岗位代码；none 为待授岗的"),
        ("state" = Option<String>, Query, description = "open 可用，disabled 已停用"),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, description = "辖区内的账号；next 是下一页的 after")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let limit = asked.limit();
    let (found, is_more) = admin::list(&app, &actor, &Wish::read(&asked, limit)).await?;
    let next = found.last().filter(|_| is_more).map(|last| last.name.clone());
    let items: Vec<Value> = found.iter().map(told).collect();
    Ok(Json(json!({ "items": items, "next": next })))
}

#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "accounts", params(("id" = i64, Path)),
    responses((status = 200, description = "账号；ETag 是其版本"), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    Ok(tagged(&admin::find(&mut app.db.clone(), &actor.scope(), id).await?))
}

#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = AccountIn,
    responses((status = 200, description = "首次密码，只给一次；同一编号重发时不再给出"),
        (status = 422)))]
pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(sent): Sent<AccountIn>,
) -> Result<Json<Value>, Problem> {
    let asked = (sent.name.trim(), sent.person_name.trim(), sent.org);
    Ok(once(&admin::create(&app, &actor, asked, Caller::Api).await?))
}

#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", request_body = NamesIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已改名"), (status = 404), (status = 409),
        (status = 412), (status = 422)))]
pub async fn rename(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Sent(sent): Sent<NamesIn>,
) -> Result<Response, Problem> {
    let account = admin::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let name = sent.name.unwrap_or(account.name);
    let person_name = sent.person_name.unwrap_or(account.person_name);
    let target = target(&app, &actor, id, &headers).await?;
    let names = (name.trim(), person_name.trim());
    Ok(tagged(&admin::rename(&app, &actor, target, names).await?))
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/move", tag = "accounts", request_body = SeatIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已调动，岗位收回"), (status = 404), (status = 409),
        (status = 412), (status = 422)))]
pub async fn move_to(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Sent(sent): Sent<SeatIn>,
) -> Result<Response, Problem> {
    let target = target(&app, &actor, id, &headers).await?;
    Ok(tagged(&admin::move_to(&app, &actor, target, sent.org).await?))
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/disable", tag = "accounts",
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已停用，会话和令牌失效"), (status = 404),
        (status = 409), (status = 412)))]
pub async fn disable(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let target = target(&app, &actor, id, &headers).await?;
    Ok(tagged(&admin::set_use(&app, &actor, target, Use::Disabled).await?))
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/enable", tag = "accounts",
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已启用"), (status = 404), (status = 409),
        (status = 412)))]
pub async fn enable(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let target = target(&app, &actor, id, &headers).await?;
    Ok(tagged(&admin::set_use(&app, &actor, target, Use::Enabled).await?))
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/password", tag = "accounts",
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "首次密码，只给一次；同一编号重发时不再给出"),
        (status = 404), (status = 409), (status = 412)))]
pub async fn reset_password(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let target = target(&app, &actor, id, &headers).await?;
    Ok(once(&admin::reset_password(&app, &actor, target).await?))
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/post", tag = "accounts",
    request_body = PostIn,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "读到的版本")),
    responses((status = 200, description = "已授予或收回岗位，会话和令牌失效"),
        (status = 404), (status = 409), (status = 412), (status = 422)))]
pub async fn grant(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    headers: HeaderMap,
    sent: Result<Sent<PostIn>, Problem>,
) -> Result<Response, Problem> {
    let target = target(&app, &actor, id, &headers).await?;
    let Sent(sent) = sent?;
    Ok(tagged(&security::grant(&app, &actor, target, &sent.post).await?))
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/sessions/end", tag = "accounts",
    params(("id" = i64, Path)),
    responses((status = 200, description = "会话已结束，令牌已撤销"), (status = 404)))]
pub async fn end_sessions(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    Ok(tagged(&security::end_sessions(&app, &actor, id, Caller::Api).await?))
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/second-factor/remove", tag = "accounts",
    params(("id" = i64, Path)),
    responses((status = 200, description = "动态验证码已解除，会话和令牌失效"),
        (status = 404), (status = 409)))]
pub async fn drop_totp(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    Ok(tagged(&security::drop_totp(&app, &actor, id, Caller::Api).await?))
}

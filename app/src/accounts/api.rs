//! Accounts for programs: the same use cases, in JSON.

use axum::Json;
use axum::extract::{Path, State};
use kernel::{Actor, Problem};
use serde::{Deserialize, Serialize};

use super::admin::{self, Listed, Made, Target, Use, Wish};
use super::posts;
use crate::web::fields::Asked;
use crate::web::{Me, Sent, Shared, Version};

/// An account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccountOut {
    pub id: i64,
    pub name: String,
    pub person_name: String,
    /// Code of the post; empty while the account waits for one.
    pub post: String,
    pub post_name: String,
    pub org: String,
    pub org_kind: String,
    pub org_name: String,
    pub has_totp: bool,
    pub must_change_password: bool,
    pub disabled_on: Option<String>,
    pub version: i64,
}

/// A page of accounts; `next` is the `after` of the following page.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccountsOut {
    pub items: Vec<AccountOut>,
    pub next: Option<String>,
}

/// A new account.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct AccountIn {
    pub name: String,
    pub person_name: String,
    /// Number of the organisation.
    pub org: i64,
}

/// A password that is shown once: the answer to a repeated request has none.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PasswordOut {
    pub id: i64,
    pub name: String,
    pub first_password: Option<String>,
}

/// A post to be given; empty takes the post away.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct PostIn {
    pub post: String,
}

/// Whether an account may be used.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct UseIn {
    pub enabled: bool,
}

/// A post and what it includes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PostOut {
    pub code: String,
    pub name: String,
    pub levels: Vec<String>,
    pub kinds: Vec<String>,
    pub deeds: Vec<String>,
}

/// Who asks.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MeOut {
    pub account: i64,
    pub name: String,
    pub post: String,
    pub org: String,
    pub org_name: String,
}

impl From<Listed> for AccountOut {
    fn from(account: Listed) -> Self {
        Self {
            id: account.id,
            name: account.name,
            person_name: account.person_name,
            post_name: posts::name_of(&account.post).to_owned(),
            post: account.post,
            org: account.seat.code,
            org_kind: account.seat.kind,
            org_name: account.seat.name,
            has_totp: account.has_totp,
            must_change_password: account.must_change,
            disabled_on: account.disabled_on,
            version: account.version,
        }
    }
}

impl From<Made> for PasswordOut {
    fn from(made: Made) -> Self {
        Self { id: made.id, name: made.name, first_password: Some(made.password) }
    }
}

#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = MeOut)))]
pub async fn me(Me(actor): Me) -> Json<MeOut> {
    Json(MeOut {
        account: actor.account,
        name: actor.name,
        post: actor.post,
        org: actor.org,
        org_name: actor.org_name,
    })
}

#[utoipa::path(get, path = "/api/v1/posts", responses((status = 200, body = Vec<PostOut>)))]
pub async fn list_posts() -> Json<Vec<PostOut>> {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let out = posts::POSTS.iter().map(|post| PostOut {
        code: post.code.to_owned(),
        name: post.name.to_owned(),
        levels: owned(post.levels),
        kinds: owned(post.kinds),
        deeds: post.deeds.iter().map(|deed| deed.code().to_owned()).collect(),
    });
    Json(out.collect())
}

#[utoipa::path(get, path = "/api/v1/accounts",
    params(("q" = Option<String>, Query), ("post" = Option<String>, Query),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = AccountsOut)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<AccountsOut>, Problem> {
    let post = asked.get("post");
    let wish = Wish {
        text: asked.get("q").to_owned(),
        post: if post.is_empty() { "*".to_owned() } else { post.replace("none", "") },
        after: asked.get("after").to_owned(),
        limit: asked.number("limit").unwrap_or(50).clamp(1, 200),
    };
    let (found, is_more) = admin::list(&app, &actor, &wish).await?;
    let next = found.last().filter(|_| is_more).map(|last| last.name.clone());
    Ok(Json(AccountsOut { items: found.into_iter().map(AccountOut::from).collect(), next }))
}

#[utoipa::path(get, path = "/api/v1/accounts/{id}", params(("id" = i64, Path)),
    responses((status = 200, body = AccountOut), (status = 404)))]
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<AccountOut>, Problem> {
    read(&app, &actor, id).await
}

async fn read(app: &Shared, actor: &Actor, id: i64) -> Result<Json<AccountOut>, Problem> {
    let found = admin::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(Json(found.into()))
}

#[utoipa::path(post, path = "/api/v1/accounts", request_body = AccountIn,
    responses((status = 200, body = PasswordOut), (status = 422)))]
pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    Sent(asked): Sent<AccountIn>,
) -> Result<Json<PasswordOut>, Problem> {
    let asked = (asked.name.trim(), asked.person_name.trim(), asked.org);
    once(&app, &actor, admin::create(&app, &actor, asked).await).await
}

#[utoipa::path(patch, path = "/api/v1/accounts/{id}", request_body = UseIn,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = AccountOut), (status = 404), (status = 412)))]
pub async fn set_use(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Version(version): Version,
    Sent(asked): Sent<UseIn>,
) -> Result<Json<AccountOut>, Problem> {
    let wanted = if asked.enabled { Use::Enabled } else { Use::Disabled };
    done(admin::set_use(&app, &actor, Target { id, version }, wanted).await)?;
    read(&app, &actor, id).await
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/password",
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = PasswordOut), (status = 404), (status = 412)))]
pub async fn reset_password(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Version(version): Version,
) -> Result<Json<PasswordOut>, Problem> {
    let made = admin::reset_password(&app, &actor, Target { id, version }).await;
    once(&app, &actor, made).await
}

/// The first of equal requests is told the password; the others are told the account only.
async fn once(
    app: &Shared,
    actor: &Actor,
    made: Result<Made, Problem>,
) -> Result<Json<PasswordOut>, Problem> {
    let outcome = match made {
        Ok(made) => return Ok(Json(made.into())),
        Err(Problem::Repeat(outcome)) => outcome,
        Err(problem) => return Err(problem),
    };
    let id = outcome.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(0);
    let found = admin::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(Json(PasswordOut { id, name: found.name, first_password: None }))
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/post", request_body = PostIn,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = AccountOut), (status = 404), (status = 409),
        (status = 412), (status = 422)))]
pub async fn grant(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Version(version): Version,
    Sent(asked): Sent<PostIn>,
) -> Result<Json<AccountOut>, Problem> {
    done(admin::grant(&app, &actor, Target { id, version }, &asked.post).await)?;
    read(&app, &actor, id).await
}

#[utoipa::path(post, path = "/api/v1/accounts/{id}/sessions/end", params(("id" = i64, Path)),
    responses((status = 200, body = AccountOut), (status = 404)))]
pub async fn end_sessions(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<AccountOut>, Problem> {
    done(admin::end_sessions(&app, &actor, id).await)?;
    read(&app, &actor, id).await
}

/// A repeated request is answered with the account as it is: the first one has done the rest.
fn done(result: Result<(), Problem>) -> Result<(), Problem> {
    match result {
        Err(Problem::Repeat(_)) => Ok(()),
        other => other,
    }
}

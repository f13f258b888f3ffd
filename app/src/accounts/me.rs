//! One's own account: where it is signed in, and which programs may act in its name.

use kernel::vault::{hex, random};
use kernel::{Actor, Problem};

use super::{deeds, digest, store};
use crate::web::Shared;

/// A session that can be used.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: i64,
    /// Seconds since 1970 (UTC).
    pub began_at: i64,
    pub seen_at: i64,
    pub address: String,
    pub agent: String,
}

/// A token of the API; the token itself is not kept.
#[derive(Clone, Debug)]
pub struct Token {
    pub id: i64,
    pub label: String,
    pub made_on: String,
}

/// Refuses programs: what opens doors is changed by people who signed in.
///
/// # Errors
/// A refusal when the request carries a token of the API.
pub fn by_session(actor: &Actor) -> Result<(), Problem> {
    if actor.session == 0 {
        return Err(Problem::refused("session-only", "接口令牌不能办理此事，请登录后在页面上办理"));
    }
    Ok(())
}

/// One's own sessions, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn sessions(app: &Shared, actor: &Actor) -> Result<Vec<Session>, Problem> {
    Ok(store::me::sessions(&app.db, actor.account, app.db.clock().seconds()).await?)
}

/// Ends one of one's own sessions.
///
/// # Errors
/// [`Problem::NotFound`] when it is somebody else's or has ended.
pub async fn end_session(app: &Shared, actor: &Actor, session: i64) -> Result<(), Problem> {
    by_session(actor)?;
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    let now = app.db.clock().seconds();
    if !store::me::end_one(&mut act, actor.account, session, now).await? {
        return Err(Problem::NotFound);
    }
    act.commit_noting(&format!("account/{}", actor.account), "/me", "session ended").await
}

/// Ends all of one's own sessions but this one.
///
/// # Errors
/// Whatever the database says.
pub async fn end_others(app: &Shared, actor: &Actor) -> Result<(), Problem> {
    by_session(actor)?;
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    let now = app.db.clock().seconds();
    store::end_other_sessions(&mut act, actor.account, actor.session, now).await?;
    act.commit_noting(&format!("account/{}", actor.account), "/me", "sessions ended").await
}

/// One's own tokens, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn tokens(app: &Shared, actor: &Actor) -> Result<Vec<Token>, Problem> {
    Ok(store::me::tokens(&app.db, actor.account).await?)
}

/// Makes a token for the API; it is shown once.
///
/// # Errors
/// A field problem without a label.
pub async fn make_token(app: &Shared, actor: &Actor, label: &str) -> Result<String, Problem> {
    by_session(actor)?;
    make_token_for(app, actor, actor.account, label).await
}

/// Makes a token for an account, also from the command line.
///
/// # Errors
/// A field problem without a label.
pub async fn make_token_for(
    app: &Shared,
    actor: &Actor,
    account: i64,
    label: &str,
) -> Result<String, Problem> {
    if label.is_empty() || label.chars().count() > 50 {
        return Err(Problem::field("label", "请写明令牌的用途，最多 50 个字"));
    }
    let token = format!("songhe_{}", hex(&random(32)?));
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    let id = store::me::insert_token(&mut act, account, &digest(&token), label).await?;
    act.commit_noting(&format!("account/{account}"), "/me", &format!("token {id}")).await?;
    Ok(token)
}

/// Revokes one of one's own tokens.
///
/// # Errors
/// [`Problem::NotFound`] when it is somebody else's or was revoked.
pub async fn revoke_token(app: &Shared, actor: &Actor, id: i64) -> Result<(), Problem> {
    by_session(actor)?;
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    if !store::me::revoke_token(&mut act, actor.account, id).await? {
        return Err(Problem::NotFound);
    }
    let says = format!("token {id} revoked");
    act.commit_noting(&format!("account/{}", actor.account), "/me", &says).await
}

//! One's own account: the password, where it is signed in, and which programs act in its name.

use kernel::vault::{hex, random};
use kernel::{Actor, Problem};

use super::{
    Stage, check_failures, check_strength, deeds, digest, fresh_token, hash, passwords, store,
};
use crate::web::Shared;

/// Wrong passwords of a signed-in account are counted wherever they come from.
pub(super) const ANYWHERE: &str = "*";

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
        let sentence = "接口令牌不能办理此事，请登录后在页面上办理";
        return Err(Problem::refused("session-only", sentence));
    }
    Ok(())
}

fn subject(actor: &Actor) -> String {
    format!("account/{}", actor.account)
}

/// Whether a password is one's own; guesses are counted and bounded.
///
/// # Errors
/// [`Problem::TooMany`] after too many wrong ones; a problem of `field` when it is wrong.
pub(super) async fn check_password(
    app: &Shared,
    actor: &Actor,
    (field, typed): (&str, &str),
) -> Result<store::Account, Problem> {
    let now = app.db.clock().seconds();
    let counted = format!("password/{}", actor.account);
    check_failures(&app.db, &counted, ANYWHERE, now).await?;
    let account = store::by_id(&app.db, actor.account).await?.ok_or(Problem::SignIn)?;
    if passwords::verify(app, typed, &account.password).await? {
        return Ok(account);
    }
    store::count_failure(&app.db, &counted, ANYWHERE, now).await?;
    Err(Problem::field(field, "密码不正确"))
}

/// Changes one's own password; the session is a full one then and gets the token that is
/// answered, all others end.
///
/// # Errors
/// Field problems when the old one is wrong or the new one too weak.
pub async fn change_password(
    app: &Shared,
    actor: &Actor,
    old: &str,
    new: &str,
) -> Result<String, Problem> {
    by_session(actor)?;
    let account = check_password(app, actor, ("old", old)).await?;
    check_strength(new, &account.name)?;
    if old == new {
        return Err(Problem::field("new", "新密码不能与原密码相同"));
    }
    let hashed = hash(app, new).await?;
    let token = fresh_token()?;
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    let now = app.db.clock().seconds();
    store::set_password(&mut act, account.id, &hashed, 0).await?;
    store::end_other_sessions(&mut act, account.id, actor.session, now).await?;
    store::rotate(&mut act, actor.session, (&digest(&token), Stage::Full)).await?;
    act.commit_noting(&subject(actor), "/", "修改密码").await?;
    Ok(token)
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
    act.commit_noting(&subject(actor), "/me", "结束会话").await
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
    act.commit_noting(&subject(actor), "/me", "结束其他会话").await
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
/// A field problem without a label, or when there are too many.
pub async fn make_token(app: &Shared, actor: &Actor, label: &str) -> Result<String, Problem> {
    by_session(actor)?;
    give_token(&app.db, actor, actor.account, label).await
}

/// Gives an account a token, also from the command line; only its digest is kept.
///
/// # Errors
/// A field problem without a label, or when there are too many.
pub async fn give_token(
    db: &kernel::Db,
    actor: &Actor,
    account: i64,
    label: &str,
) -> Result<String, Problem> {
    if label.is_empty() || label.chars().count() > 50 {
        return Err(Problem::field("label", "请写明令牌的用途，最多 50 个字"));
    }
    if store::me::tokens(db, account).await?.len() >= store::me::MAX_TOKENS {
        return Err(Problem::field("label", "令牌已有 50 个，请先撤销不用的"));
    }
    let token = format!("songhe_{}", hex(&random(32)?));
    let mut act = db.begin(actor.permit(deeds::ME)?, db.clock().today()).await?;
    store::me::insert_token(&mut act, account, &digest(&token), label).await?;
    act.commit_noting(&format!("account/{account}"), "/me", "生成接口令牌").await?;
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
    act.commit_noting(&subject(actor), "/me", "撤销接口令牌").await
}

//! What the security administrator does to accounts of others: gives and takes posts, ends
//! sessions, revokes tokens, takes off lost second factors.

use kernel::{Actor, Problem};

use super::admin::{Listed, Target, changed, done, find, not_oneself, shut_out};
use super::{Caller, check_post, deeds, me, posts, store};
use crate::web::Shared;

/// Gives an account a post, or takes it away (empty). Its sessions end: the new rights begin with
/// a new sign-in.
///
/// # Errors
/// Field problems when the post does not exist at this organisation; refused for one's own
/// account, and when the account would hold a second administrative power, ever.
pub async fn grant(
    app: &Shared,
    actor: &Actor,
    target: Target,
    post: &str,
) -> Result<Listed, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = find(&mut act, &actor.scope(), target.id).await?;
    not_oneself(actor, &account, "授予岗位")?;
    if post == account.post {
        return Err(Problem::field("post", "账号现在就是这样，请选择其他岗位"));
    }
    check_post(&mut act, post, account.seat.id).await?;
    if posts::is_power(post) {
        let past = store::admin::past_posts(&mut act, target.id).await?;
        if let Some(other) = past.iter().find(|past| posts::is_power(past) && *past != post) {
            let other = posts::name_of(other);
            let sentence = format!("该账号曾任{other}，三员不能由同一账号先后担任，请另建账号");
            return Err(Problem::refused("powers-apart", sentence));
        }
    }
    changed(store::admin::set_post(&mut act, (target.id, target.version), post).await?)?;
    store::note_post(&mut act, target.id, (&account.post, post)).await?;
    shut_out(&mut act, app, target.id).await?;
    let says = format!("岗位由{}改为{}", posts::name_of(&account.post), posts::name_of(post));
    done(act, actor, target, ("post", &says)).await
}

/// Ends every session of an account and revokes its tokens.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope.
pub async fn end_sessions(
    app: &Shared,
    actor: &Actor,
    id: i64,
    caller: Caller,
) -> Result<Listed, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    find(&mut act, &actor.scope(), id).await?;
    let now = app.db.clock().seconds();
    store::end_other_sessions(&mut act, id, actor.session, now).await?;
    store::me::revoke_tokens(&mut act, id).await?;
    let target = Target { id, version: 0, caller };
    done(act, actor, target, ("ended", "结束全部会话并撤销接口令牌")).await
}

/// Ends one session; answers whose it was.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope, or when it has ended.
pub async fn end_session(app: &Shared, actor: &Actor, session: i64) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let id = store::admin::session_owner(&mut act, session).await?.ok_or(Problem::NotFound)?;
    find(&mut act, &actor.scope(), id).await?;
    if !store::me::end_one(&mut act, id, session, app.db.clock().seconds()).await? {
        return Err(Problem::NotFound);
    }
    let target = Target { id, version: 0, caller: Caller::Page };
    done(act, actor, target, ("ended", "结束会话")).await?;
    Ok(id)
}

/// Revokes one token of the API; answers whose it was.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope, or when it was revoked.
pub async fn revoke_token(app: &Shared, actor: &Actor, token: i64) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let id = store::admin::token_owner(&mut act, token).await?.ok_or(Problem::NotFound)?;
    find(&mut act, &actor.scope(), id).await?;
    if !store::me::revoke_token(&mut act, id, token).await? {
        return Err(Problem::NotFound);
    }
    let target = Target { id, version: 0, caller: Caller::Page };
    done(act, actor, target, ("revoked", "撤销接口令牌")).await?;
    Ok(id)
}

/// Takes the second factor off an account whose owner lost it, and ends its sessions.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; refused for one's own account, or when there is none.
pub async fn drop_totp(
    app: &Shared,
    actor: &Actor,
    id: i64,
    caller: Caller,
) -> Result<Listed, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = find(&mut act, &actor.scope(), id).await?;
    not_oneself(actor, &account, "解除动态验证码")?;
    if !store::me::drop_totp(&mut act, id).await? {
        return Err(Problem::refused("totp-not-set", "该账号没有启用动态验证码，无需解除"));
    }
    shut_out(&mut act, app, id).await?;
    let target = Target { id, version: 0, caller };
    done(act, actor, target, ("totp", "解除动态验证码")).await
}

/// Sessions and tokens of an account of the scope, for who may end them and for the auditor.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope.
pub async fn doors(
    app: &Shared,
    actor: &Actor,
    id: i64,
) -> Result<(Vec<me::Session>, Vec<me::Token>), Problem> {
    if !actor.can(deeds::AUDIT_SEE) {
        actor.may(deeds::ACCOUNTS_POST)?;
    }
    find(&mut app.db.clone(), &actor.scope(), id).await?;
    let sessions = store::me::sessions(&app.db, id, app.db.clock().seconds()).await?;
    Ok((sessions, store::me::tokens(&app.db, id).await?))
}

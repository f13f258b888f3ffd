//! Accounts of others. The system administrator makes, disables and resets them; the security
//! administrator gives posts and ends sessions. Neither can do the other's part.

use kernel::vault::random;
use kernel::{Actor, Problem, Reader, Scope};

use super::{MustChange, NewAccount, deeds, hash, me, posts, store};
use crate::web::Shared;

/// The organisation in which an account sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub level: String,
    pub kind: String,
}

/// An account as administrators see it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: i64,
    pub name: String,
    pub person_name: String,
    pub post: String,
    pub seat: Seat,
    pub has_totp: bool,
    pub must_change: bool,
    pub disabled_on: Option<String>,
    pub version: i64,
}

/// Which accounts are asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Part of the account's or the person's name; empty for all.
    pub text: String,
    /// Code of a post, empty for accounts without one, `*` for all.
    pub post: String,
    /// Accounts whose name comes after this one.
    pub after: String,
    pub limit: i64,
}

impl Wish {
    /// What was typed, as a pattern of `LIKE … ESCAPE '!'`.
    pub(super) fn pattern(&self) -> String {
        if self.text.is_empty() {
            return String::new();
        }
        let mut pattern = String::from("%");
        for c in self.text.to_lowercase().chars().take(50) {
            if matches!(c, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(c);
        }
        pattern + "%"
    }
}

/// Which account, in which version.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub id: i64,
    pub version: i64,
}

/// An account that was made, or whose password was reset; the password is shown once.
#[derive(Clone, Debug)]
pub struct Made {
    pub id: i64,
    pub name: String,
    pub password: String,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Disabled,
    Enabled,
}

/// Accounts of the scope by name, and whether there are more.
///
/// # Errors
/// [`Problem::Forbidden`] for a post that does not see accounts.
pub async fn list(
    app: &Shared,
    actor: &Actor,
    wish: &Wish,
) -> Result<(Vec<Listed>, bool), Problem> {
    actor.may(deeds::ACCOUNTS_SEE)?;
    let mut found = store::admin::list(&app.db, &actor.scope(), wish).await?;
    let n_shown = usize::try_from(wish.limit).unwrap_or(0);
    let is_more = found.len() > n_shown;
    found.truncate(n_shown);
    Ok((found, is_more))
}

/// The account with this number inside a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside: the two look the same.
pub async fn find(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Listed, Problem> {
    let found = store::admin::find(reader, id).await?;
    found.filter(|account| scope.covers(&account.seat.code)).ok_or(Problem::NotFound)
}

/// Makes an account without a post; the security administrator gives it one.
///
/// # Errors
/// Field problems; [`Problem::NotFound`] for an organisation outside the scope.
pub async fn create(
    app: &Shared,
    actor: &Actor,
    (name, person_name, org): (&str, &str, i64),
) -> Result<Made, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_MAKE)?;
    let password = first_password()?;
    let hashed = hash(app, &password).await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let org = crate::orgs::find(&mut act, &actor.scope(), org).await?;
    if org.closed_on.is_some() {
        return Err(Problem::field("org", "该机构已撤销，请选择现有机构"));
    }
    let new = NewAccount {
        name: name.to_owned(),
        person_name: person_name.to_owned(),
        org: org.id,
        post: String::new(),
        password: String::new(),
        must_change: MustChange::Yes,
    };
    let id = super::make(&hashed, &mut act, &new).await?;
    // The first password is not kept: a repeated request is led to the account without it.
    act.commit(&format!("account/{id}"), &format!("/accounts/{id}")).await?;
    Ok(Made { id, name: new.name, password })
}

/// Disables an account and ends its sessions, or lets it be used again.
///
/// # Errors
/// [`Problem::Stale`], [`Problem::NotFound`]; nobody disables their own account.
pub async fn set_use(
    app: &Shared,
    actor: &Actor,
    target: Target,
    wanted: Use,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_MAKE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = find(&mut act, &actor.scope(), target.id).await?;
    not_oneself(actor, &account, "停用或启用")?;
    let (disabled_on, says) = match wanted {
        Use::Disabled => (Some(app.today().to_string()), "disabled"),
        Use::Enabled => (None, "enabled"),
    };
    let key = (target.id, target.version);
    if !store::admin::set_disabled(&mut act, key, disabled_on).await? {
        return Err(Problem::Stale);
    }
    store::end_other_sessions(&mut act, target.id, 0, app.db.clock().seconds()).await?;
    let (subject, outcome) = subject_and_page(target.id);
    act.commit_noting(&subject, &outcome, says).await
}

/// Sets a new first password and ends all sessions.
///
/// # Errors
/// [`Problem::Stale`], [`Problem::NotFound`]; refused for oneself and for the holders of the
/// other two administrative powers, or one power could take over another.
pub async fn reset_password(
    app: &Shared,
    actor: &Actor,
    target: Target,
) -> Result<Made, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_MAKE)?;
    let password = first_password()?;
    let hashed = hash(app, &password).await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = find(&mut act, &actor.scope(), target.id).await?;
    not_oneself(actor, &account, "重置密码")?;
    if posts::is_power(&account.post) && actor.account != 0 {
        let sentence = "三员的密码不能由系统管理员重置，请由本机操作员运行 songhe account password 重置";
        return Err(Problem::refused("power-password", sentence));
    }
    let key = (target.id, target.version);
    if !store::admin::reset_password(&mut act, key, &hashed).await? {
        return Err(Problem::Stale);
    }
    store::end_other_sessions(&mut act, target.id, 0, app.db.clock().seconds()).await?;
    let (subject, outcome) = subject_and_page(target.id);
    act.commit_noting(&subject, &outcome, "password").await?;
    Ok(Made { id: account.id, name: account.name, password })
}

/// Gives an account a post, or takes it away (empty).
///
/// # Errors
/// Field problems when the post does not exist at this organisation; refused for one's own
/// account, and when the account would hold a second administrative power, ever.
pub async fn grant(
    app: &Shared,
    actor: &Actor,
    target: Target,
    post: &str,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = find(&mut act, &actor.scope(), target.id).await?;
    not_oneself(actor, &account, "授予岗位")?;
    super::check_post(&mut act, post, account.seat.id).await?;
    if posts::is_power(post) {
        let past = store::admin::past_posts(&mut act, target.id).await?;
        let held = past.iter().flat_map(|pair| pair.split('>')).chain([account.post.as_str()]);
        if let Some(other) = held.into_iter().find(|held| posts::is_power(held) && *held != post) {
            let sentence = format!(
                "该账号曾任{}，三员不能由同一账号先后担任，请另建账号",
                posts::name_of(other)
            );
            return Err(Problem::refused("powers-apart", sentence));
        }
    }
    let key = (target.id, target.version);
    if !store::admin::set_post(&mut act, key, post).await? {
        return Err(Problem::Stale);
    }
    let (subject, outcome) = subject_and_page(target.id);
    act.commit_noting(&subject, &outcome, &format!("{}>{post}", account.post)).await
}

/// Ends every session of an account and revokes its tokens.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope.
pub async fn end_sessions(app: &Shared, actor: &Actor, id: i64) -> Result<(), Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    find(&mut act, &actor.scope(), id).await?;
    store::end_other_sessions(&mut act, id, actor.session, app.db.clock().seconds()).await?;
    store::me::revoke_tokens(&mut act, id).await?;
    let (subject, outcome) = subject_and_page(id);
    act.commit_noting(&subject, &outcome, "sessions ended").await
}

/// Ends one session of an account.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope, or when the session is not this account's.
pub async fn end_session(
    app: &Shared,
    actor: &Actor,
    id: i64,
    session: i64,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    find(&mut act, &actor.scope(), id).await?;
    if !store::me::end_one(&mut act, id, session, app.db.clock().seconds()).await? {
        return Err(Problem::NotFound);
    }
    let (subject, outcome) = subject_and_page(id);
    act.commit_noting(&subject, &outcome, "session ended").await
}

/// Takes the second factor off an account whose owner lost it, and ends its sessions.
///
/// # Errors
/// [`Problem::Stale`], [`Problem::NotFound`]; refused for one's own account.
pub async fn drop_totp(app: &Shared, actor: &Actor, target: Target) -> Result<(), Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_POST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = find(&mut act, &actor.scope(), target.id).await?;
    not_oneself(actor, &account, "解除动态验证码")?;
    if !store::admin::drop_totp(&mut act, (target.id, target.version)).await? {
        return Err(Problem::Stale);
    }
    store::end_other_sessions(&mut act, target.id, 0, app.db.clock().seconds()).await?;
    let (subject, outcome) = subject_and_page(target.id);
    act.commit_noting(&subject, &outcome, "second factor removed").await
}

/// Sessions of an account of the scope, for the security administrator.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope.
pub async fn sessions(
    app: &Shared,
    actor: &Actor,
    id: i64,
) -> Result<Vec<me::Session>, Problem> {
    actor.may(deeds::ACCOUNTS_POST)?;
    find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(store::me::sessions(&app.db, id, app.db.clock().seconds()).await?)
}

fn not_oneself(actor: &Actor, account: &Listed, what: &str) -> Result<(), Problem> {
    if account.id != actor.account {
        return Ok(());
    }
    let sentence = format!("不能给自己的账号{what}，请由另一位管理员办理");
    Err(Problem::refused("oneself", sentence))
}

fn subject_and_page(id: i64) -> (String, String) {
    (format!("account/{id}"), format!("/accounts/{id}"))
}

/// A password of fifteen characters that can be read out; none looks like another.
///
/// # Errors
/// When the system has no randomness to give.
pub fn first_password() -> Result<String, Problem> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut password = String::new();
    for (place, byte) in random(12)?.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Ok(password)
}

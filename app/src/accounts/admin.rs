//! Accounts of others: the system administrator makes, renames, moves, disables and resets them.
//! What the security administrator does stands in `security.rs`; neither can do the other's part,
//! and neither can touch their own account.

use kernel::{Act, Actor, Problem, Reader, Scope};

use super::passwords::first_password;
use super::{Caller, MustChange, NewAccount, api, deeds, hash, name_faults, posts, store, taken};
use crate::orgs;
use crate::web::{Fields, Shared};

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
    /// Part of the account's, the person's or the organisation's name; empty for all.
    pub text: String,
    /// Code of a post, empty for accounts without one, `*` for all.
    pub post: String,
    /// `open`, `disabled`, or empty for all.
    pub state: String,
    /// Accounts whose name comes after this one.
    pub after: String,
    pub limit: i64,
}

impl Wish {
    /// What was asked for, by the words of the list's address.
    #[must_use]
    pub fn read(asked: &Fields, limit: i64) -> Self {
        Self {
            text: asked.get("find").to_owned(),
            post: match asked.get("post") {
                "" => "*".to_owned(),
                "none" => String::new(),
                code => code.to_owned(),
            },
            state: match asked.get("state") {
                known @ ("open" | "disabled") => known.to_owned(),
                _ => String::new(),
            },
            after: asked.get("after").to_owned(),
            limit,
        }
    }

    pub(super) fn pattern(&self) -> String {
        pattern(&self.text)
    }
}

/// What was typed, as a pattern of `LIKE … ESCAPE '!'`; empty when nothing was.
fn pattern(typed: &str) -> String {
    if typed.is_empty() {
        return String::new();
    }
    let mut pattern = String::from("%");
    for c in typed.to_lowercase().chars().take(50) {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern + "%"
}

/// Open organisations of the scope in which an account can sit, found by name or code; the
/// larger ones first, and one more than `n` when there are more.
///
/// # Errors
/// Whatever the database says.
pub async fn seats(app: &Shared, actor: &Actor, typed: &str, n: i64) -> Result<Vec<Seat>, Problem> {
    Ok(store::admin::seats(&app.db, &actor.scope(), &pattern(typed), n + 1).await?)
}

/// Which account in which version, and to whom a repeated request is answered.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub id: i64,
    pub version: i64,
    pub caller: Caller,
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

/// Whether a change met the version that it was meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    Version,
    Nothing,
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
    caller: Caller,
) -> Result<Made, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_MAKE)?;
    let password = first_password()?;
    let hashed = hash(app, &password).await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let org = open_org(&mut act, actor, org).await?;
    let new = NewAccount {
        name: name.to_owned(),
        person_name: person_name.to_owned(),
        org: org.id,
        post: String::new(),
        hashed,
        must_change: MustChange::Yes,
    };
    let id = super::make(&mut act, &new).await?;
    // The first password is not kept: a repeated request is led to the account without it.
    let outcome = caller.outcome(&format!("/accounts/{id}"), &api::password_told(id, name, None));
    act.commit_noting(&subject(id), &outcome, "新建账号").await?;
    Ok(Made { id, name: new.name, password })
}

/// An open organisation of the scope.
async fn open_org(act: &mut Act, actor: &Actor, id: i64) -> Result<orgs::Org, Problem> {
    let org = orgs::find(act, &actor.scope(), id).await;
    let org = org.ok().filter(|org| org.closed_on.is_none());
    org.ok_or_else(|| Problem::field("org", "请选择本辖区现有的机构"))
}

/// Gives an account another name, or another name of the person who uses it.
///
/// # Errors
/// Field problems; [`Problem::Stale`], [`Problem::NotFound`]; refused as [`reset_password`] is.
pub async fn rename(
    app: &Shared,
    actor: &Actor,
    target: Target,
    (name, person_name): (&str, &str),
) -> Result<Listed, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_MAKE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = ordinary(&mut act, actor, target.id, "修改名称").await?;
    let faults = name_faults(name, person_name);
    if !faults.is_empty() {
        return Err(Problem::Invalid(faults));
    }
    if name != account.name && store::name_taken(&mut act, name).await? {
        return Err(taken());
    }
    let names = (name, person_name);
    changed(store::admin::rename(&mut act, (target.id, target.version), names).await?)?;
    let says = format!("修改名称：{}改为{name}", account.name);
    done(act, actor, target, ("named", &says)).await
}

/// Moves an account to another organisation. Its post stays behind: the security administrator
/// gives it one there.
///
/// # Errors
/// Field problems; [`Problem::Stale`], [`Problem::NotFound`]; refused as [`reset_password`] is.
pub async fn move_to(
    app: &Shared,
    actor: &Actor,
    target: Target,
    org: i64,
) -> Result<Listed, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_MAKE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = ordinary(&mut act, actor, target.id, "调动").await?;
    let org = open_org(&mut act, actor, org).await?;
    if org.id == account.seat.id {
        return Err(Problem::field("org", "账号已在这个机构，请选择其他机构"));
    }
    changed(store::admin::move_to(&mut act, (target.id, target.version), org.id).await?)?;
    if !account.post.is_empty() {
        store::note_post(&mut act, target.id, (&account.post, "")).await?;
    }
    shut_out(&mut act, app, target.id).await?;
    let says = format!("由{}调往{}，收回岗位", account.seat.code, org.code);
    done(act, actor, target, ("moved", &says)).await
}

/// The accounts of an organisation that is merged go to the one that takes over, without their
/// posts: who may do what there is for the security administrator to say. Answers how many.
///
/// # Errors
/// [`Problem::Stale`] when somebody changes one of them meanwhile.
pub async fn follow(act: &mut Act, app: &Shared, (from, to): (i64, i64)) -> Result<usize, Problem> {
    let seated = store::admin::seated(act, from).await?;
    for (id, version, post) in &seated {
        changed(store::admin::move_to(act, (*id, *version), to).await?)?;
        if !post.is_empty() {
            store::note_post(act, *id, (post, "")).await?;
        }
        shut_out(act, app, *id).await?;
    }
    Ok(seated.len())
}

/// Disables an account and ends its sessions, or lets it be used again.
///
/// # Errors
/// [`Problem::Stale`], [`Problem::NotFound`]; refused as [`reset_password`] is.
pub async fn set_use(
    app: &Shared,
    actor: &Actor,
    target: Target,
    wanted: Use,
) -> Result<Listed, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_MAKE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    ordinary(&mut act, actor, target.id, "停用或启用").await?;
    let (disabled_on, saved, says) = match wanted {
        Use::Disabled => (Some(app.today().to_string()), "disabled", "停用账号"),
        Use::Enabled => (None, "enabled", "启用账号"),
    };
    let key = (target.id, target.version);
    changed(store::admin::set_disabled(&mut act, key, disabled_on).await?)?;
    shut_out(&mut act, app, target.id).await?;
    done(act, actor, target, (saved, says)).await
}

/// Sets a new first password, ends all sessions and revokes all tokens.
///
/// # Errors
/// [`Problem::Stale`], [`Problem::NotFound`]; refused for oneself and for the holders of an
/// administrative power, or one power could take over another.
pub async fn reset_password(app: &Shared, actor: &Actor, target: Target) -> Result<Made, Problem> {
    let permit = actor.permit(deeds::ACCOUNTS_MAKE)?;
    let password = first_password()?;
    let hashed = hash(app, &password).await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let account = ordinary(&mut act, actor, target.id, "重置密码").await?;
    let key = (target.id, target.version);
    changed(store::admin::reset_password(&mut act, key, &hashed).await?)?;
    shut_out(&mut act, app, target.id).await?;
    let told = api::password_told(account.id, &account.name, None);
    let outcome = target.caller.outcome(&format!("/accounts/{}", account.id), &told);
    act.commit_noting(&subject(account.id), &outcome, "重置密码").await?;
    Ok(Made { id: account.id, name: account.name, password })
}

/// The account, if the system administrator may touch it: not one's own, and of no
/// administrative power while it holds one. The operator at the machine may touch any.
async fn ordinary(act: &mut Act, actor: &Actor, id: i64, what: &str) -> Result<Listed, Problem> {
    let account = find(act, &actor.scope(), id).await?;
    not_oneself(actor, &account, what)?;
    if posts::is_power(&account.post) && actor.account != 0 {
        let post = posts::name_of(&account.post);
        let sentence = format!("该账号现任{post}，请先由安全管理员收回岗位，再办理{what}");
        return Err(Problem::refused("power-held", sentence));
    }
    Ok(account)
}

pub(super) fn not_oneself(actor: &Actor, account: &Listed, what: &str) -> Result<(), Problem> {
    if account.id != actor.account {
        return Ok(());
    }
    let sentence = format!("不能给自己的账号办理{what}，请由另一位管理员办理");
    Err(Problem::refused("oneself", sentence))
}

/// The version that was read is no more: nothing was changed.
pub(super) fn changed(met: Met) -> Result<(), Problem> {
    match met {
        Met::Version => Ok(()),
        Met::Nothing => Err(Problem::Stale),
    }
}

/// Ends all sessions of an account and revokes all its tokens, at once.
pub(super) async fn shut_out(act: &mut Act, app: &Shared, id: i64) -> Result<(), Problem> {
    store::end_other_sessions(act, id, 0, app.db.clock().seconds()).await?;
    Ok(store::me::revoke_tokens(act, id).await?)
}

fn subject(id: i64) -> String {
    format!("account/{id}")
}

/// Commits a change of an account and answers the account as it is then.
pub(super) async fn done(
    mut act: Act,
    actor: &Actor,
    target: Target,
    (saved, says): (&str, &str),
) -> Result<Listed, Problem> {
    let account = find(&mut act, &actor.scope(), target.id).await?;
    let page = format!("/accounts/{}?saved={saved}", target.id);
    let outcome = target.caller.outcome(&page, &api::told(&account));
    act.commit_noting(&subject(target.id), &outcome, says).await?;
    Ok(account)
}

//! 谁可以登录、任何岗位、能办什么事；登录、会话、口令、动态验证码。
//!
//! Owns: `accounts`, `account_posts`, `sessions`, `tokens`, `recovery_codes`, `setup_codes`,
//! `sign_in_failures`. Uses: `orgs`.

pub use crate::deeds;
pub mod admin;
pub mod agents;
pub mod api;
pub mod common;
pub mod me;
pub mod pages;
pub mod passwords;
pub mod posts;
pub mod security;
pub mod setup;
pub mod store;
pub mod totp;

use kernel::vault::{hex, random};
use kernel::{Act, Actor, Db, FieldError, Problem};
use sha2::{Digest, Sha256};

use crate::orgs;
pub use crate::web::Caller;
use crate::web::Shared;

pub use passwords::{check_strength, hash, hash_now};

/// A session ends after so many seconds without a request, and after so many in all.
pub const IDLE_SECONDS: i64 = 30 * 60;
pub const SESSION_SECONDS: i64 = 12 * 3600;
/// Failed sign-ins of one account from one address within the window, before it is locked.
pub const MAX_FAILURES: i64 = 10;
pub const FAILURE_WINDOW: i64 = 15 * 60;
/// A session's last sign of life is written down at most once in so many seconds.
const HEARTBEAT: i64 = 60;

/// What a request shows to prove who sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    None,
    Session(String),
    Token(String),
}

/// How far a sign-in has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The first password must be changed.
    Password,
    /// The second factor is still missing.
    Totp,
    Full,
}

impl Stage {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::Full => "full",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Self {
        match code {
            "full" => Self::Full,
            "totp" => Self::Totp,
            _ => Self::Password,
        }
    }
}

/// Somebody who signed in, perhaps not all the way.
#[derive(Clone, Debug)]
pub struct Entered {
    pub actor: Actor,
    pub stage: Stage,
}

impl Entered {
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.stage == Stage::Full
    }
}

/// Who sends a request; `None` when nobody is known by what it shows.
///
/// # Errors
/// Whatever the database says.
pub async fn who_asks(
    app: &Shared,
    credential: &Credential,
    address: &str,
) -> Result<Option<Entered>, Problem> {
    let now = app.db.clock().seconds();
    let found = match credential {
        Credential::None => return Ok(None),
        Credential::Session(token) => store::by_session(&app.db, &digest(token)).await?,
        Credential::Token(token) => store::by_token(&app.db, &digest(token)).await?,
    };
    let Some(mut known) = found else {
        return Ok(None);
    };
    if known.session != 0 {
        if now - known.seen_at > IDLE_SECONDS || now - known.began_at > SESSION_SECONDS {
            return Ok(None);
        }
        if now - known.seen_at > HEARTBEAT {
            store::heartbeat(&app.db, known.session, now).await?;
        }
    }
    known.entered.actor.address = address.to_owned();
    Ok(Some(known.entered))
}

/// A sign-in with name and password: answers the session's token.
///
/// # Errors
/// [`Problem::TooMany`] after too many failures; a field problem when name or password is wrong,
/// without saying which.
pub async fn sign_in(app: &Shared, attempt: &Attempt<'_>) -> Result<(String, Stage), Problem> {
    let now = app.db.clock().seconds();
    check_failures(&app.db, attempt.name, attempt.address, now).await?;
    let account = store::by_name(&app.db, attempt.name).await?;
    let stored = account.as_ref().map_or(passwords::NOBODY, |known| known.password.as_str());
    let right = passwords::verify(app, attempt.password, stored).await?;
    let account = match account {
        Some(account) if right && account.disabled_on.is_none() => account,
        _ => {
            store::count_failure(&app.db, attempt.name, attempt.address, now).await?;
            let sentence = "账号或密码不正确；如忘记密码，请联系系统管理员重置";
            return Err(Problem::field("password", sentence));
        }
    };
    let stage = match (account.must_change, account.has_totp) {
        (_, true) => Stage::Totp,
        (true, false) => Stage::Password,
        (false, false) => Stage::Full,
    };
    let token = fresh_token()?;
    store::begin_session(&app.db, (account.id, &digest(&token)), stage, attempt, now).await?;
    Ok((token, stage))
}

/// Refuses further attempts after too many failures under this name from this address.
async fn check_failures(db: &Db, name: &str, address: &str, now: i64) -> Result<(), Problem> {
    match store::failures(db, name, address).await? {
        Some((n, first_at)) if n >= MAX_FAILURES && now - first_at < FAILURE_WINDOW => {
            Err(Problem::TooMany)
        }
        _ => Ok(()),
    }
}

/// What the cookie of a session holds; only its digest is kept.
fn fresh_token() -> Result<String, Problem> {
    Ok(hex(&random(32)?))
}

/// What is typed to sign in, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    pub name: &'a str,
    pub password: &'a str,
    pub address: &'a str,
    pub agent: &'a str,
}

/// A new account as it is asked for.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: String,
    pub person_name: String,
    pub org: i64,
    pub post: String,
    /// The hash of the first password.
    pub hashed: String,
    pub must_change: MustChange,
}

/// Whether the first password has to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MustChange {
    Yes,
    No,
}

/// Makes an account inside an act.
///
/// # Errors
/// Field problems when the name is taken or malformed, or the post does not exist there.
pub async fn make(act: &mut Act, new: &NewAccount) -> Result<i64, Problem> {
    let faults = name_faults(&new.name, &new.person_name);
    if !faults.is_empty() {
        return Err(Problem::Invalid(faults));
    }
    check_post(act, &new.post, new.org).await?;
    if store::name_taken(act, &new.name).await? {
        return Err(taken());
    }
    let id = store::insert(act, new).await?;
    if !new.post.is_empty() {
        store::note_post(act, id, ("", &new.post)).await?;
    }
    Ok(id)
}

/// What is wrong with the two names of an account.
fn name_faults(name: &str, person_name: &str) -> Vec<FieldError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut faults = Vec::new();
    if !(3..=40).contains(&name.len()) || !name.chars().all(fits) {
        faults.push(FieldError {
            field: "name".to_owned(),
            message: "账号为 3–40 位字母、数字或“_-.”，例如“qingshan01”".to_owned(),
        });
    }
    if person_name.is_empty() || person_name.chars().count() > 50 {
        faults.push(FieldError {
            field: "person_name".to_owned(),
            message: "请填写使用人姓名，最多 50 个字".to_owned(),
        });
    }
    faults
}

fn taken() -> Problem {
    Problem::field("name", "这个账号名已被使用，请换一个")
}

/// A post exists only in organisations of its level and kind; none at all fits everywhere.
async fn check_post(act: &mut Act, post: &str, org: i64) -> Result<(), Problem> {
    if post.is_empty() {
        return Ok(());
    }
    let post = posts::find(post).ok_or_else(|| Problem::field("post", "没有这个岗位"))?;
    let org = orgs::store::find(act, org).await?.ok_or(Problem::NotFound)?;
    if post.fits(&org.level, &org.kind) {
        return Ok(());
    }
    let sentence = format!("“{}”不设“{}”岗位，请另选岗位或机构", org.name, post.name);
    Err(Problem::field("post", sentence))
}

/// What is stored of a token: whoever reads the database cannot use it.
#[must_use]
pub fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Ends the session that a browser still shows when somebody signs in anew.
///
/// # Errors
/// Whatever the database says.
async fn forget(app: &Shared, credential: &Credential) -> Result<(), Problem> {
    if let Credential::Session(token) = credential
        && let Some(known) = store::by_session(&app.db, &digest(token)).await?
    {
        store::end_session(&app.db, known.session, app.db.clock().seconds()).await?;
    }
    Ok(())
}

/// Ends the session of a request.
///
/// # Errors
/// Whatever the database says.
pub async fn sign_out(db: &Db, actor: &Actor) -> Result<(), Problem> {
    Ok(store::end_session(db, actor.session, db.clock().seconds()).await?)
}

//! 谁可以登录、任何岗位、能办什么事；登录、会话、口令。
//!
//! Owns: `accounts`, `sessions`, `tokens`, `sign_in_failures`, `setup_codes`. Uses: `orgs`.

pub use crate::deeds;
pub mod pages;
pub mod posts;
pub mod store;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kernel::vault::{hex, random};
use kernel::{Actor, Db, Problem};
use sha2::{Digest, Sha256};

use crate::web::Shared;

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
    let failures = store::failures(&app.db, attempt.name, attempt.address).await?;
    if failures.is_some_and(|(n, first_at)| n >= MAX_FAILURES && now - first_at < FAILURE_WINDOW) {
        return Err(Problem::TooMany);
    }
    let account = store::by_name(&app.db, attempt.name).await?;
    let stored = account.as_ref().map_or(NOBODY, |account| account.password.as_str());
    let right = verify(app, attempt.password, stored).await?;
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
    let token = hex(&random(32)?);
    store::begin_session(&app.db, (account.id, &digest(&token)), stage, attempt, now).await?;
    Ok((token, stage))
}

/// What is typed to sign in, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    pub name: &'a str,
    pub password: &'a str,
    pub address: &'a str,
    pub agent: &'a str,
}

/// Changes one's own password; the session is a full one then, all others end.
///
/// # Errors
/// Field problems when the old one is wrong or the new one too weak.
pub async fn change_password(
    app: &Shared,
    actor: &Actor,
    old: &str,
    new: &str,
) -> Result<(), Problem> {
    let account = store::by_id(&app.db, actor.account).await?.ok_or(Problem::SignIn)?;
    if !verify(app, old, &account.password).await? {
        return Err(Problem::field("old", "原密码不正确"));
    }
    check_strength(new, &account.name)?;
    if old == new {
        return Err(Problem::field("new", "新密码不能与原密码相同"));
    }
    let hashed = hash(app, new).await?;
    let permit = actor.permit(deeds::ME)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let now = app.db.clock().seconds();
    store::set_password(&mut act, account.id, &hashed, 0).await?;
    store::end_other_sessions(&mut act, account.id, actor.session, now).await?;
    store::set_stage(&mut act, actor.session, Stage::Full).await?;
    act.commit(&format!("account/{}", account.id), "/").await
}

/// A new account as it is asked for.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: String,
    pub person_name: String,
    pub org: i64,
    pub post: String,
    /// The first password; must be changed at the first sign-in unless `settled`.
    pub password: String,
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
/// Field problems when the name is taken or malformed, the password too weak, the post unknown.
pub async fn make(
    app_hashed: &str,
    act: &mut kernel::Act,
    new: &NewAccount,
) -> Result<i64, Problem> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if !(3..=40).contains(&new.name.len()) || !new.name.chars().all(fits) {
        let sentence = "账号为 3–40 位字母、数字或“_-.”，例如“qingshan01”";
        return Err(Problem::field("name", sentence));
    }
    if new.person_name.is_empty() || new.person_name.chars().count() > 50 {
        return Err(Problem::field("person_name", "请填写使用人姓名，最多 50 个字"));
    }
    if !new.post.is_empty() && posts::find(&new.post).is_none() {
        return Err(Problem::field("post", "没有这个岗位"));
    }
    if store::name_taken(act, &new.name).await? {
        return Err(Problem::field("name", "这个账号名已被使用，请换一个"));
    }
    store::insert(act, new, app_hashed).await
}

/// The hash of a password, made on a bounded number of threads.
///
/// # Errors
/// When hashing fails.
pub async fn hash(app: &Shared, password: &str) -> Result<String, Problem> {
    let _turn = app.hashing.acquire().await.map_err(anyhow::Error::from)?;
    let password = password.to_owned();
    let made = tokio::task::spawn_blocking(move || hash_now(&password)).await;
    made.map_err(anyhow::Error::from)?
}

/// The hash of a password (Argon2id), on this thread.
///
/// # Errors
/// When hashing fails.
pub fn hash_now(password: &str) -> Result<String, Problem> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|cause| anyhow::anyhow!("argon2: {cause}").into())
}

async fn verify(app: &Shared, password: &str, stored: &str) -> Result<bool, Problem> {
    let _turn = app.hashing.acquire().await.map_err(anyhow::Error::from)?;
    let (password, stored) = (password.to_owned(), stored.to_owned());
    let checked = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&stored).is_ok_and(|known| {
            Argon2::default().verify_password(password.as_bytes(), &known).is_ok()
        })
    });
    Ok(checked.await.map_err(anyhow::Error::from)?)
}

/// The hash of a password that nobody has: an unknown name takes as long as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29uZ2hlLW5vYm9keS0w$\
                      GpZ3sK/oH9p7VIiv56G64Zo/8GaUw434IimaPqxwCyo";

/// At least ten characters of at least two kinds, not the name and not one of the usual ones.
///
/// # Errors
/// A field problem that says what is missing.
pub fn check_strength(password: &str, name: &str) -> Result<(), Problem> {
    let n_characters = password.chars().count();
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_digit(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_uppercase(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    let n_kinds = kinds.iter().filter(|kind| password.chars().any(**kind)).count();
    let lower = password.to_lowercase();
    let usual = ["password", "12345678", "qwerty", "songhe", "abcd1234", "admin"];
    let weak = usual.iter().any(|word| lower.contains(word))
        || (name.len() > 2 && lower.contains(&name.to_lowercase()));
    if !(10..=128).contains(&n_characters) || n_kinds < 2 || weak {
        let sentence = "密码至少 10 位，含字母、数字、符号中的两种，不能含账号名或常见密码";
        return Err(Problem::field("new", sentence));
    }
    Ok(())
}

/// What is stored of a token: whoever reads the database cannot use it.
#[must_use]
pub fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Ends the session of a request.
///
/// # Errors
/// Whatever the database says.
pub async fn sign_out(db: &Db, actor: &Actor) -> Result<(), Problem> {
    Ok(store::end_session(db, actor.session, db.clock().seconds()).await?)
}

/// Keeps the one-time code with which the first administrators are set up.
///
/// # Errors
/// Whatever the database says.
pub async fn keep_setup_code(db: &Db, code: &str) -> Result<(), Problem> {
    Ok(store::keep_setup_code(db, &digest(code), db.clock().seconds()).await?)
}

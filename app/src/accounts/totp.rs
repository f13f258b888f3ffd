//! The second factor: six digits that change every half minute (RFC 6238), each used once.

use kernel::vault::{hex, random};
use kernel::{Act, Actor, Db, Deed, Problem};
use totp_rs::{Builder, Secret, Totp};

use super::{Stage, check_failures, deeds, digest, fresh_token, me, store};
use crate::web::Shared;

/// A second factor that is being set up must be confirmed within so many seconds.
const ENROLMENT_SECONDS: i64 = 3600;
const N_SECRET: usize = 20;
/// How many recovery codes there are, and how long each is.
const N_RECOVERY: usize = 10;
const N_RECOVERY_DIGITS: usize = 12;
/// Who may do one of these is urged to set up a second factor.
const URGED: &[Deed] =
    &[deeds::PEOPLE_EXPORT_FULL, deeds::ACCOUNTS_MAKE, deeds::ACCOUNTS_POST, deeds::AUDIT_SEE];

/// A second factor that is being set up.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The secret in base 32, in groups of four, to be typed into the telephone.
    pub secret: String,
    /// `otpauth://…`, to be shown as a QR code.
    pub uri: String,
    /// The secret sealed for this account, carried by the form until it is confirmed.
    pub sealed: String,
}

/// Begins to set up a second factor. Nothing is kept yet.
///
/// # Errors
/// A refusal when there is one already.
pub async fn begin(app: &Shared, actor: &Actor) -> Result<Enrolment, Problem> {
    me::by_session(actor)?;
    let account = store::by_id(&app.db, actor.account).await?.ok_or(Problem::SignIn)?;
    if account.has_totp {
        return Err(already());
    }
    let secret = random(N_SECRET)?;
    let now = app.db.clock().seconds();
    let carried = format!("{} {now} {}", actor.account, hex(&secret));
    let sealed = app.db.vault().seal("accounts.enrolment", &carried)?;
    enrolment(&account.name, &secret, hex(&sealed))
}

/// The same enrolment again, after a wrong code.
///
/// # Errors
/// A refusal when it is too old or another account's.
pub async fn resume(app: &Shared, actor: &Actor, sealed: &str) -> Result<Enrolment, Problem> {
    let secret = opened(&app.db, actor, sealed)?;
    let account = store::by_id(&app.db, actor.account).await?.ok_or(Problem::SignIn)?;
    enrolment(&account.name, &secret, sealed.to_owned())
}

fn enrolment(name: &str, secret: &[u8], sealed: String) -> Result<Enrolment, Problem> {
    let text = base32(secret);
    let uri = format!("otpauth://totp/Songhe:{name}?secret={text}&issuer=Songhe");
    let groups: Vec<&str> =
        (0..text.len()).step_by(4).filter_map(|at| text.get(at..at + 4)).collect();
    Ok(Enrolment { secret: groups.join(" "), uri, sealed })
}

/// Keeps the second factor after the first right code; all other sessions end. Answers the
/// recovery codes, which are shown once.
///
/// # Errors
/// A field problem when the code is wrong; a refusal when there is a second factor already.
pub async fn confirm(
    app: &Shared,
    actor: &Actor,
    sealed: &str,
    code: &str,
) -> Result<Vec<String>, Problem> {
    me::by_session(actor)?;
    let secret = opened(&app.db, actor, sealed)?;
    let now = app.db.clock().seconds();
    let step = step_of(&secret, &plain(code), now)?.ok_or_else(wrong)?;
    let codes: Vec<String> = (0..N_RECOVERY).map(|_| recovery_code()).collect::<Result<_, _>>()?;
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    let kept = act.vault().seal("accounts.totp", &hex(&secret))?;
    if !store::me::set_totp(&mut act, actor.account, kept, step).await? {
        return Err(already());
    }
    let kept: Vec<String> =
        codes.iter().map(|code| hidden(&app.db, actor.account, &plain(code))).collect();
    store::me::set_recovery(&mut act, actor.account, &kept).await?;
    store::end_other_sessions(&mut act, actor.account, actor.session, now).await?;
    act.commit_noting(&subject(actor), "/me", "启用动态验证码").await?;
    Ok(codes)
}

/// The second step of a sign-in, by a code or a recovery code. Answers the stage that is reached
/// and the session's new token.
///
/// # Errors
/// [`Problem::TooMany`] after too many wrong codes; a field problem when the code is wrong or was
/// used before.
pub async fn pass(app: &Shared, actor: &Actor, typed: &str) -> Result<(Stage, String), Problem> {
    let counted = check_guesses(app, actor).await?;
    let (secret, must_change) = secret_of(app, actor).await?;
    let stage = if must_change { Stage::Password } else { Stage::Full };
    let token = fresh_token()?;
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    let now = app.db.clock().seconds();
    let Some(says) = used(&mut act, (actor.account, &secret), typed, now).await? else {
        drop(act);
        return Err(count_wrong(app, &counted).await?);
    };
    store::rotate(&mut act, actor.session, (&digest(&token), stage)).await?;
    act.commit_noting(&subject(actor), "/", says).await?;
    store::me::forgive(&app.db, &counted).await?;
    Ok((stage, token))
}

/// Whether a session has this step behind it.
///
/// # Errors
/// Whatever the database says.
pub async fn is_passed(app: &Shared, actor: &Actor) -> Result<bool, Problem> {
    Ok(store::me::stage(&app.db, actor.session).await? != Some(Stage::Totp))
}

/// Takes one's own second factor off; needs the password and a code. All other sessions end.
///
/// # Errors
/// [`Problem::TooMany`] after too many wrong ones; field problems when either is wrong.
pub async fn switch_off(
    app: &Shared,
    actor: &Actor,
    password: &str,
    typed: &str,
) -> Result<(), Problem> {
    me::by_session(actor)?;
    me::check_password(app, actor, ("password", password)).await?;
    let counted = check_guesses(app, actor).await?;
    let (secret, _) = secret_of(app, actor).await?;
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    let now = app.db.clock().seconds();
    if used(&mut act, (actor.account, &secret), typed, now).await?.is_none() {
        drop(act);
        return Err(count_wrong(app, &counted).await?);
    }
    store::me::drop_totp(&mut act, actor.account).await?;
    store::end_other_sessions(&mut act, actor.account, actor.session, now).await?;
    act.commit_noting(&subject(actor), "/me", "关闭动态验证码").await
}

/// Whether somebody is to be urged to set up a second factor: who may take whole numbers out of
/// the house or administers it, and has none yet. Nobody is forced, see `docs/why.md`.
///
/// # Errors
/// Whatever the database says.
pub async fn is_urged(app: &Shared, actor: &Actor) -> Result<bool, Problem> {
    if !URGED.iter().any(|deed| actor.can(*deed)) {
        return Ok(false);
    }
    let account = store::by_id(&app.db, actor.account).await?;
    Ok(account.is_some_and(|account| !account.has_totp))
}

/// Uses a code or a recovery code up; what the audit says of it, `None` when it is wrong.
async fn used(
    act: &mut Act,
    (account, secret): (i64, &[u8]),
    typed: &str,
    now: i64,
) -> Result<Option<&'static str>, Problem> {
    let digits = plain(typed);
    if digits.len() == N_RECOVERY_DIGITS {
        let code = act.vault().seal_of("recovery", &format!("{account} {digits}"));
        let is_good = store::me::use_recovery(act, account, &code).await?;
        return Ok(is_good.then_some("使用备用码"));
    }
    let Some(step) = step_of(secret, &digits, now)? else { return Ok(None) };
    Ok(store::me::use_step(act, account, step).await?.then_some("通过动态验证码"))
}

async fn secret_of(app: &Shared, actor: &Actor) -> Result<(Vec<u8>, bool), Problem> {
    let (sealed, must_change) =
        store::me::totp(&app.db, actor.account).await?.ok_or_else(not_set)?;
    Ok((unhex(&app.db.vault().open("accounts.totp", &sealed)?)?, must_change == 1))
}

/// The name under which wrong codes of an account are counted, if more may be tried.
async fn check_guesses(app: &Shared, actor: &Actor) -> Result<String, Problem> {
    let counted = format!("totp/{}", actor.account);
    check_failures(&app.db, &counted, me::ANYWHERE, app.db.clock().seconds()).await?;
    Ok(counted)
}

async fn count_wrong(app: &Shared, counted: &str) -> Result<Problem, Problem> {
    let now = app.db.clock().seconds();
    store::count_failure(&app.db, counted, me::ANYWHERE, now).await?;
    Ok(wrong())
}

/// Twelve digits in groups of four, so that a telephone's number keys are enough.
fn recovery_code() -> Result<String, Problem> {
    let mut code = String::new();
    while code.len() < N_RECOVERY_DIGITS + 2 {
        // 250 is the largest multiple of ten in a byte: every digit is as likely as the next.
        for byte in random(16)?.into_iter().filter(|byte| *byte < 250) {
            if matches!(code.len(), 4 | 9) {
                code.push('-');
            }
            if code.len() < N_RECOVERY_DIGITS + 2 {
                code.push(char::from(b'0' + byte % 10));
            }
        }
    }
    Ok(code)
}

/// What is stored of a recovery code.
fn hidden(db: &Db, account: i64, digits: &str) -> String {
    db.vault().seal_of("recovery", &format!("{account} {digits}"))
}

/// A code without the spaces and hyphens with which it is read and typed.
fn plain(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// The step of half a minute that a code belongs to; one step of drift is forgiven.
fn step_of(secret: &[u8], digits: &str, now: i64) -> Result<Option<i64>, Problem> {
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let found = totp(secret)?.check(digits, now.unsigned_abs());
    Ok(found.and_then(|step| i64::try_from(step).ok()))
}

fn totp(secret: &[u8]) -> Result<Totp, Problem> {
    let secret = <[u8; N_SECRET]>::try_from(secret).map_err(anyhow::Error::from)?;
    let built = Builder::new().with_secret(Secret::new_stack(secret)).build();
    built.map_err(|cause| anyhow::anyhow!("totp: {cause:?}").into())
}

fn opened(db: &Db, actor: &Actor, sealed: &str) -> Result<Vec<u8>, Problem> {
    let stale = || Problem::refused("enrolment-over", "设置已超时，请返回“我的账号”重新开始");
    let blob = unhex(sealed).map_err(|_| stale())?;
    let carried = db.vault().open("accounts.enrolment", &blob).map_err(|_| stale())?;
    let parts: Vec<&str> = carried.split(' ').collect();
    let [account, at, secret] = parts[..] else { return Err(stale()) };
    let at: i64 = at.parse().map_err(|_| stale())?;
    if account != actor.account.to_string() || db.clock().seconds() - at > ENROLMENT_SECONDS {
        return Err(stale());
    }
    unhex(secret)
}

fn unhex(text: &str) -> Result<Vec<u8>, Problem> {
    let pairs = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<u8>> = pairs.collect();
    bytes.ok_or_else(|| anyhow::anyhow!("no hexadecimal text").into())
}

/// RFC 4648, without padding: the secret's length is a multiple of five bytes.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut bits = [0; 8];
        bits[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(bits);
        for place in (0..8).rev() {
            text.push(char::from(LETTERS[(bits >> (place * 5) & 31) as usize]));
        }
    }
    text
}

fn wrong() -> Problem {
    Problem::field("code", "验证码不正确或已用过；请等手机上的数字更换后再输入")
}

fn subject(actor: &Actor) -> String {
    format!("account/{}", actor.account)
}

fn not_set() -> Problem {
    Problem::refused("totp-not-set", "还没有启用动态验证码，请先在“我的账号”中设置")
}

fn already() -> Problem {
    Problem::refused("totp-set", "动态验证码已启用；更换手机的，请先在“我的账号”中关闭，再重新设置")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_the_standard() {
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn recovery_codes_are_twelve_digits() {
        for _ in 0..100 {
            let code = recovery_code().unwrap();
            assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4], "{code}");
            assert_eq!(plain(&code).parse::<u64>().map(|_| ()), Ok(()), "{code}");
        }
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of the eight digits.
        let secret = b"12345678901234567890";
        let codes = [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")];
        for (at, code) in codes {
            assert_eq!(step_of(secret, code, at).unwrap(), Some(at / 30), "{at}");
            assert_eq!(step_of(secret, code, at + 30).unwrap(), Some(at / 30), "drift {at}");
            assert_eq!(step_of(secret, code, at + 61).unwrap(), None, "late {at}");
        }
        assert_eq!(step_of(secret, "28708", 59).unwrap(), None);
    }
}

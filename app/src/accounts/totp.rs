//! The second factor: six digits that change every half minute (RFC 6238), each used once.

use kernel::vault::random;
use kernel::{Actor, Db, Problem};
use totp_rs::{Builder, Secret, Totp};

use super::{Stage, check_failures, deeds, me, store};
use crate::web::Shared;

/// A second factor that is being set up must be confirmed within so many seconds.
const ENROLMENT_SECONDS: i64 = 3600;
const N_SECRET: usize = 20;
/// Wrong codes are counted for the account, wherever they come from.
const ANYWHERE: &str = "totp";

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
    let carried = format!("{} {now} {}", actor.account, kernel::vault::hex(&secret));
    let sealed = app.db.vault().seal("accounts.enrolment", &carried)?;
    enrolment(&account.name, &secret, kernel::vault::hex(&sealed))
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

/// Keeps the second factor after the first right code; all other sessions end.
///
/// # Errors
/// A field problem when the code is wrong; a refusal when there is a second factor already.
pub async fn confirm(
    app: &Shared,
    actor: &Actor,
    sealed: &str,
    code: &str,
) -> Result<(), Problem> {
    me::by_session(actor)?;
    let secret = opened(&app.db, actor, sealed)?;
    let now = app.db.clock().seconds();
    let step = step_of(&secret, code, now)?.ok_or_else(wrong)?;
    let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
    let kept = act.vault().seal("accounts.totp", &kernel::vault::hex(&secret))?;
    if !store::me::set_totp(&mut act, actor.account, kept, step).await? {
        return Err(already());
    }
    store::end_other_sessions(&mut act, actor.account, actor.session, now).await?;
    act.commit_noting(&format!("account/{}", actor.account), "/me", "second factor set").await
}

/// The second step of a sign-in.
///
/// # Errors
/// [`Problem::TooMany`] after too many wrong codes; a field problem when the code is wrong or was
/// used before.
pub async fn pass(app: &Shared, actor: &Actor, code: &str) -> Result<Stage, Problem> {
    let now = app.db.clock().seconds();
    let counted = format!("totp/{}", actor.account);
    check_failures(&app.db, &counted, ANYWHERE, now).await?;
    let (sealed, must_change) =
        store::me::totp(&app.db, actor.account).await?.ok_or(Problem::SignIn)?;
    let secret = unhex(&app.db.vault().open("accounts.totp", &sealed)?)?;
    let stage = if must_change == 1 { Stage::Password } else { Stage::Full };
    if let Some(step) = step_of(&secret, code, now)? {
        let mut act = app.db.begin(actor.permit(deeds::ME)?, app.today()).await?;
        if store::me::use_step(&mut act, actor.account, step).await? {
            store::set_stage(&mut act, actor.session, stage).await?;
            let subject = format!("account/{}", actor.account);
            act.commit_noting(&subject, "/", "second factor passed").await?;
            store::me::forgive(&app.db, &counted).await?;
            return Ok(stage);
        }
    }
    store::count_failure(&app.db, &counted, ANYWHERE, now).await?;
    Err(wrong())
}

/// The step of half a minute that a code belongs to; one step of drift is forgiven.
fn step_of(secret: &[u8], code: &str, now: i64) -> Result<Option<i64>, Problem> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let found = totp(secret)?.check(&digits, now.unsigned_abs());
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
    Problem::field("code", "验证码不正确或已用过，请等手机上的数字更换后再输入")
}

fn already() -> Problem {
    Problem::refused("totp-set", "动态验证码已启用；更换手机请联系安全管理员解除")
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

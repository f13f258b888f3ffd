//! Passwords: how they are kept, which are too weak, and the first one that is shown once.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kernel::Problem;
use kernel::vault::random;

use super::common::COMMON;
use crate::web::Shared;

/// The hash of a password that nobody has: an unknown name takes as long as a known one.
pub const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29uZ2hlLW5vYm9keS0w$\
                          GpZ3sK/oH9p7VIiv56G64Zo/8GaUw434IimaPqxwCyo";

/// So many characters must be left when every common word is taken out of a password.
const N_OWN: usize = 5;

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

/// Whether a password is the one whose hash is stored.
///
/// # Errors
/// When the threads are gone.
pub async fn verify(app: &Shared, password: &str, stored: &str) -> Result<bool, Problem> {
    let _turn = app.hashing.acquire().await.map_err(anyhow::Error::from)?;
    let (password, stored) = (password.to_owned(), stored.to_owned());
    let checked = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&stored).is_ok_and(|known| {
            Argon2::default().verify_password(password.as_bytes(), &known).is_ok()
        })
    });
    Ok(checked.await.map_err(anyhow::Error::from)?)
}

/// At least ten characters of at least two kinds, not the account's name and not a common one.
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
    if !(10..=128).contains(&n_characters) || n_kinds < 2 {
        return Err(Problem::field("new", "密码至少 10 位，含字母、数字、符号中的两种"));
    }
    let lower = password.to_lowercase();
    if !name.is_empty() && lower.contains(&name.to_lowercase()) {
        return Err(Problem::field("new", "密码不能含有账号名，请换一个"));
    }
    if is_common(&lower) {
        return Err(Problem::field("new", "这个密码太常见，容易被猜中，请换一个"));
    }
    Ok(())
}

/// Whether little is left of a password without its common words and repetitions.
fn is_common(lower: &str) -> bool {
    let mut own = lower.to_owned();
    for word in COMMON {
        own = own.replace(word, "");
    }
    let mut letters: Vec<char> = own.chars().collect();
    letters.dedup();
    letters.len() < N_OWN
}

/// A password of twelve characters in groups that can be read out; none looks like another.
///
/// # Errors
/// When the system has no randomness to give.
pub fn first_password() -> Result<String, Problem> {
    in_groups(12)
}

/// So many random characters in groups of four.
///
/// # Errors
/// When the system has no randomness to give.
pub fn in_groups(n: usize) -> Result<String, Problem> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut text = String::new();
    for (place, byte) in random(n)?.into_iter().enumerate() {
        if place > 0 && place.is_multiple_of(4) {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused() {
        let refused = [
            "heron-7",
            "heronheron",
            "1234567890",
            "Password2024",
            "PassWord@123",
            "admin@123456",
            "qwer1234asdf",
            "1qaz2wsx3edc",
            "woaini1314520",
            "aaaaaaaaaa1111111111",
            "Songhe@2026!",
            "songhe123456",
            "qingshan01-x",
            "xx-QingShan01",
        ];
        for password in refused {
            assert!(check_strength(password, "qingshan01").is_err(), "{password}");
        }
        let taken =
            ["heron-on-pine-7", "Crane-8-lake", "password-heron-pine", "松下问童子言师采药7"];
        for password in taken {
            assert!(check_strength(password, "qingshan01").is_ok(), "{password}");
        }
    }

    #[test]
    fn an_unknown_name_costs_what_a_known_one_costs() {
        let made = hash_now("heron-on-pine-7").unwrap();
        let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(cost(NOBODY), cost(&made));
        let known = PasswordHash::new(NOBODY).unwrap();
        let known = Argon2::default().verify_password(b"heron", &known);
        assert!(matches!(known, Err(argon2::password_hash::Error::PasswordInvalid)), "{known:?}");
    }

    #[test]
    fn a_first_password_is_strong_and_new() {
        let (one, other) = (first_password().unwrap(), first_password().unwrap());
        assert_eq!(one.len(), 14);
        assert_ne!(one, other);
    }
}

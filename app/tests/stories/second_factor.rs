//! The second factor: set up with a telephone, asked after the password, each code used once.

use axum::http::StatusCode;
use kernel::q;
use totp_rs::{Builder, Secret};

use crate::browser::{Browser, between};
use crate::world::{PASSWORD, World};

const NAME: &str = "office_clerk-990101";
/// The beginning of a step of half a minute on 2026-05-06.
const NOON: i64 = 1_778_040_000;

/// A telephone that was shown the secret.
struct Telephone([u8; 20]);

impl Telephone {
    fn shown(page: &str) -> Self {
        let text = between(page, "手工输入密钥：<code>", "</code>").replace(' ', "");
        let mut bits = String::new();
        for letter in text.chars() {
            let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap();
            bits.push_str(&format!("{value:05b}"));
        }
        let byte = |at: usize| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap();
        Self(std::array::from_fn(byte))
    }

    fn code(&self, second: i64) -> String {
        let totp = Builder::new().with_secret(Secret::new_stack(self.0)).build().unwrap();
        totp.generate(second.unsigned_abs()).to_string()
    }
}

/// Sets up a second factor at noon; the telephone and the recovery codes.
async fn enrolled(world: &World, browser: &mut Browser) -> (Telephone, Vec<String>) {
    let world = world.at(NOON);
    let page = browser.get(&world, "/me/totp").await;
    assert!(page.body.contains("<svg"), "{}", page.body);
    let telephone = Telephone::shown(&page.body);
    let sealed = between(&page.body, "name=\"sealed\" value=\"", "\"").to_owned();
    let wrong = [("sealed", sealed.as_str()), ("code", "000000")];
    let wrong = browser.post(&world, "/me/totp", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(Telephone::shown(&wrong.body).0, telephone.0, "the same secret is shown again");
    let code = telephone.code(NOON);
    let right = [("sealed", sealed.as_str()), ("code", code.as_str())];
    let done = browser.post(&world, "/me/totp", &right).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let list = between(&done.body, "<ul><li><code>", "</code></li></ul>");
    let codes: Vec<String> = list.split("</code></li><li><code>").map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    (telephone, codes)
}

#[tokio::test]
async fn a_code_is_asked_after_the_password_and_used_once() {
    for world in World::each().await {
        world.clerk("office_clerk", "990101").await;
        let mut browser = Browser::signed_in(&world.at(NOON), NAME, PASSWORD).await;
        let home = browser.get(&world.at(NOON), "/").await;
        assert!(home.body.contains("请设置动态验证码"), "whoever can export is urged");
        let mut elsewhere = Browser::signed_in(&world.at(NOON), NAME, PASSWORD).await;
        let (telephone, _) = enrolled(&world, &mut browser).await;
        assert!(!elsewhere.is_in(&world.at(NOON)).await, "others sign in anew");
        let home = browser.get(&world.at(NOON), "/").await;
        assert!(!home.body.contains("请设置动态验证码"));
        let stored = q!("SELECT totp FROM accounts WHERE name = $1", NAME);
        let stored: Vec<u8> = world.db().row(stored).await.unwrap().unwrap().get(0).unwrap();
        let secret = kernel::vault::hex(&telephone.0);
        assert!(!String::from_utf8_lossy(&stored).contains(&secret), "the secret is sealed");

        // The second at which the code is made, the one at which it is typed, and the answer.
        for (made, typed, status) in [
            (NOON, NOON + 5, 422),
            (NOON + 30, NOON - 5, 422),
            (NOON + 30, NOON + 90, 422),
            (NOON + 60, NOON + 30, 303),
            (NOON + 60, NOON + 61, 422),
            (NOON + 30, NOON + 59, 422),
            (NOON + 90, NOON + 149, 303),
        ] {
            let now = world.at(typed);
            let mut browser = Browser::at("10.0.0.7");
            let first = browser.sign_in(&now, NAME, PASSWORD).await;
            assert_eq!(first.location.as_deref(), Some("/sign-in/totp"));
            let half = browser.cookie.clone();
            for path in ["/", "/me", "/people", "/me/password", "/accounts"] {
                let answer = browser.get(&now, path).await;
                assert_eq!(answer.location.as_deref(), Some("/sign-in/totp"), "{path}");
            }
            let around = [("old", PASSWORD), ("new", "Crane-8-lake"), ("again", "Crane-8-lake")];
            let around = browser.post(&now, "/me/password", &around).await;
            assert_eq!(around.location.as_deref(), Some("/sign-in/totp"), "no way around");
            let code = telephone.code(made);
            let answer = browser.post(&now, "/sign-in/totp", &[("code", &code)]).await;
            assert_eq!(answer.status.as_u16(), status, "{made} {typed}: {}", answer.body);
            assert_eq!(browser.is_in(&now).await, status == 303);
            assert_eq!(browser.cookie != half, status == 303, "a new cookie with new rights");
        }
    }
}

#[tokio::test]
async fn recovery_codes_are_good_once_and_guesses_are_bounded() {
    for world in World::each().await {
        world.clerk("office_clerk", "990101").await;
        let noon = world.at(NOON);
        let mut browser = Browser::signed_in(&noon, NAME, PASSWORD).await;
        let (telephone, codes) = enrolled(&world, &mut browser).await;
        let me = browser.get(&noon, "/me").await;
        assert!(me.body.contains("备用码还剩10个"), "{}", me.body);
        for (code, status) in [(&codes[0], 303), (&codes[0], 422), (&codes[9], 303)] {
            let mut browser = Browser::signed_in(&noon, NAME, PASSWORD).await;
            let answer = browser.post(&noon, "/sign-in/totp", &[("code", code)]).await;
            assert_eq!(answer.status.as_u16(), status, "{code}: {}", answer.body);
        }
        let me = browser.get(&noon, "/me").await;
        assert!(me.body.contains("备用码还剩8个"), "{}", me.body);
        let mut guesser = Browser::signed_in(&noon, NAME, PASSWORD).await;
        for n in 0..10 {
            // Another address and another session do not help: the account counts.
            guesser.address = format!("10.0.1.{n}");
            guesser.sign_in(&noon, NAME, PASSWORD).await;
            guesser.post(&noon, "/sign-in/totp", &[("code", "123456")]).await;
        }
        let code = telephone.code(NOON + 30);
        let answer = guesser.post(&noon, "/sign-in/totp", &[("code", &code)]).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        let later = world.at(NOON + 15 * 60);
        guesser.sign_in(&later, NAME, PASSWORD).await;
        let code = telephone.code(NOON + 15 * 60);
        let answer = guesser.post(&later, "/sign-in/totp", &[("code", &code)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
}

#[tokio::test]
async fn it_is_switched_off_with_password_and_code() {
    for world in World::each().await {
        world.clerk("office_clerk", "990101").await;
        let noon = world.at(NOON);
        let mut browser = Browser::signed_in(&noon, NAME, PASSWORD).await;
        let (telephone, codes) = enrolled(&world, &mut browser).await;
        let again = browser.get(&noon, "/me/totp").await;
        assert_eq!(again.status, StatusCode::CONFLICT, "there is one already");
        let code = telephone.code(NOON + 30);
        for (password, code, status) in [
            ("nonsense", code.as_str(), 422),
            (PASSWORD, "123456", 422),
            (PASSWORD, "", 422),
            (PASSWORD, code.as_str(), 303),
        ] {
            let off = [("password", password), ("code", code)];
            let answer = browser.post(&noon, "/me/totp/off", &off).await;
            assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        }
        let answer = Browser::at("10.0.0.7").sign_in(&noon, NAME, PASSWORD).await;
        assert_eq!(answer.location.as_deref(), Some("/"), "the password is enough again");
        let mut browser = Browser::signed_in(&noon, NAME, PASSWORD).await;
        enrolled(&world, &mut browser).await;
        let mut browser = Browser::signed_in(&noon, NAME, PASSWORD).await;
        let old = browser.post(&noon, "/sign-in/totp", &[("code", &codes[1])]).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY, "old recovery codes are gone");
    }
}

#[tokio::test]
async fn the_security_administrator_takes_a_lost_one_off() {
    for world in World::each().await {
        let clerk = world.clerk("office_clerk", "990101").await;
        let noon = world.at(NOON);
        let mut browser = Browser::signed_in(&noon, NAME, PASSWORD).await;
        enrolled(&world, &mut browser).await;
        let path = format!("/accounts/{}/totp/remove", clerk.account);
        let admin = world.clerk("system_admin", "990101").await;
        assert_eq!(world.post(&admin, &path, &[]).await.status, StatusCode::FORBIDDEN);
        let reset = q!("SELECT version FROM accounts WHERE id = $1", clerk.account);
        let version: i64 = world.db().row(reset).await.unwrap().unwrap().get(0).unwrap();
        let reset = format!("/accounts/{}/password", clerk.account);
        let version = version.to_string();
        let reset = world.post(&admin, &reset, &[("version", &version)]).await;
        let password = crate::browser::first_password(&reset);
        let mut thief = Browser::at("10.0.0.66");
        let half = thief.sign_in(&noon, NAME, &password).await;
        assert_eq!(half.location.as_deref(), Some("/sign-in/totp"), "a reset is not enough");

        let guard = world.clerk("security_admin", "990101").await;
        let done = world.post(&guard, &path, &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(!thief.is_in(&noon).await);
        let answer = Browser::at("10.0.0.7").sign_in(&noon, NAME, &password).await;
        assert_eq!(answer.location.as_deref(), Some("/me/password"));
    }
}

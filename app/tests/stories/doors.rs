//! Sessions: when they end, who sees and ends them; guesses that are bounded; tokens of programs.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kernel::q;

use crate::browser::{Browser, between};
use crate::world::{Answer, PASSWORD, World};

const NAME: &str = "coordinator-990101001001";
/// 2026-05-06 12:00 in Shanghai.
const NOON: i64 = 1_778_040_000;

async fn by_token(world: &World, token: &str, path: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.send(request.body(Body::empty()).unwrap()).await
}

/// Seconds after the sign-in at which something is asked, and whether it is answered.
#[tokio::test]
async fn a_session_ends_after_half_an_hour_of_rest_and_after_twelve_hours() {
    let rest = 30 * 60;
    let busy: Vec<(i64, bool)> = (1..=24).map(|n| (n * rest - 1, true)).collect();
    let table: [&[(i64, bool)]; 4] = [
        &[(rest, true), (2 * rest, true), (3 * rest + 1, false)],
        &[(rest + 1, false), (rest + 2, false)],
        &[&busy[..], &[(24 * rest, true)]].concat(),
        &[&busy[..], &[(24 * rest + 1, false)]].concat(),
    ];
    for world in World::each().await {
        world.clerk("coordinator", "990101001001").await;
        for asked in table {
            let mut browser = Browser::signed_in(&world.at(NOON), NAME, PASSWORD).await;
            for (seconds, answered) in asked {
                let later = world.at(NOON + seconds);
                assert_eq!(browser.is_in(&later).await, *answered, "{seconds} of {asked:?}");
            }
        }
    }
}

#[tokio::test]
async fn guesses_are_bounded_for_one_account_from_one_address() {
    for world in World::each().await {
        world.clerk("coordinator", "990101001001").await;
        world.clerk("coordinator", "990101001002").await;
        let at_noon = world.at(NOON);
        let mut guesser = Browser::at("10.0.0.66");
        for n in 0..10 {
            let answer = guesser.sign_in(&at_noon, NAME, "nonsense").await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
        }
        let other = "coordinator-990101001002";
        for (address, name, seconds, status) in [
            ("10.0.0.66", NAME, 0, 429),
            // What the sender writes before the proxy's own word does not help.
            ("1.2.3.4, 10.0.0.66", NAME, 1, 429),
            ("10.0.0.66", NAME, 15 * 60 - 1, 429),
            ("10.0.0.66", other, 2, 303),
            ("10.0.0.7", NAME, 3, 303),
            ("10.0.0.66", NAME, 15 * 60, 303),
        ] {
            let later = world.at(NOON + seconds);
            let answer = Browser::at(address).sign_in(&later, name, PASSWORD).await;
            assert_eq!(answer.status.as_u16(), status, "{name} from {address} after {seconds}");
        }
        // Names that nobody has are bounded alike, so that nothing is told by it.
        for _ in 0..10 {
            guesser.sign_in(&at_noon, "nobody", "nonsense").await;
        }
        let answer = guesser.sign_in(&at_noon, "nobody", "nonsense").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn the_cookie_changes_at_sign_in_and_with_the_password() {
    for world in World::each().await {
        world.clerk("coordinator", "990101001001").await;
        let mut browser = Browser::signed_in(&world, NAME, PASSWORD).await;
        let mut first = browser.clone();
        browser.sign_in(&world, NAME, PASSWORD).await;
        assert_ne!(browser.cookie, first.cookie);
        assert!(!first.is_in(&world).await, "a new sign-in ends the one before it");
        let mut elsewhere = Browser::signed_in(&world, NAME, PASSWORD).await;
        let mut before = browser.clone();
        let new = [("old", PASSWORD), ("new", "Crane-8-lake"), ("again", "Crane-8-lake")];
        let done = browser.post(&world, "/me/password", &new).await;
        assert_eq!(done.location.as_deref(), Some("/"), "{}", done.body);
        assert_ne!(browser.cookie, before.cookie);
        assert!(browser.is_in(&world).await);
        assert!(!before.is_in(&world).await && !elsewhere.is_in(&world).await);
    }
}

#[tokio::test]
async fn wrong_old_passwords_are_bounded_too() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let wrong = [("old", "nonsense"), ("new", "Crane-8-lake"), ("again", "Crane-8-lake")];
        for _ in 0..10 {
            let answer = world.post(&clerk, "/me/password", &wrong).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let right = [("old", PASSWORD), ("new", "Crane-8-lake"), ("again", "Crane-8-lake")];
        let answer = world.post(&clerk, "/me/password", &right).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn everybody_sees_and_ends_the_own_sessions_only() {
    for world in World::each().await {
        world.clerk("coordinator", "990101001001").await;
        world.clerk("coordinator", "990101001002").await;
        let mut desk = Browser::signed_in(&world, NAME, PASSWORD).await;
        let mut phone = Browser::at("10.0.0.8");
        phone.sign_in(&world, NAME, PASSWORD).await;
        let mut tablet = Browser::at("10.0.0.9");
        tablet.sign_in(&world, NAME, PASSWORD).await;
        let mut other = Browser::signed_in(&world, "coordinator-990101001002", PASSWORD).await;
        let page = desk.get(&world, "/me").await;
        for told in ["Edge浏览器，Windows电脑", "10.0.0.8", "10.0.0.9", "本次登录", "2026-05-06"]
        {
            assert!(page.body.contains(told), "{told}: {}", page.body);
        }
        let row = page.body.split("<tr>").find(|row| row.contains("10.0.0.8")).unwrap();
        let end = between(row, "action=\"", "\"");
        assert_eq!(other.post(&world, end, &[]).await.status, StatusCode::NOT_FOUND);
        assert!(phone.is_in(&world).await);
        assert_eq!(desk.post(&world, end, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!phone.is_in(&world).await && tablet.is_in(&world).await);
        assert_eq!(desk.post(&world, end, &[]).await.status, StatusCode::NOT_FOUND);
        desk.post(&world, "/me/sessions/end", &[]).await;
        assert!(!tablet.is_in(&world).await && desk.is_in(&world).await);
        assert!(other.is_in(&world).await);
    }
}

#[tokio::test]
async fn a_token_is_shown_once_and_can_do_what_its_account_can() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let nameless = world.post(&clerk, "/me/tokens", &[("label", "")]).await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
        let wish = [("label", "与医保系统比对"), ("idempotency_key", "token-1")];
        let made = world.post(&clerk, "/me/tokens", &wish).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
        let token = between(&made.body, "<code>songhe_", "</code>");
        let token = format!("songhe_{token}");
        let again = world.post(&clerk, "/me/tokens", &wish).await;
        assert_eq!(again.location.as_deref(), Some("/me"), "the second is not shown it");
        let list = world.get(&clerk, "/me").await;
        assert!(list.body.contains("与医保系统比对") && !list.body.contains(&token));
        let stored = q!("SELECT COUNT(*) FROM tokens WHERE token = $1", token.clone());
        let stored: i64 = world.db().row(stored).await.unwrap().unwrap().get(0).unwrap();
        assert_eq!(stored, 0, "only its digest is kept");

        let me = by_token(&world, &token, "/api/v1/me").await;
        assert!(me.body.contains("990101001001") && me.body.contains("visits.record"));
        assert_eq!(by_token(&world, &token, "/api/v1/audit").await.status, StatusCode::FORBIDDEN);
        // A program opens no further doors.
        for path in ["/me/tokens", "/me/sessions/end", "/me/password", "/me/totp/off"] {
            let request = Request::post(path)
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let body = format!("label=x&old={PASSWORD}&new=Crane-8-lake&again=Crane-8-lake");
            let answer = world.send(request.body(Body::from(body)).unwrap()).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{path}: {}", answer.body);
        }
        let other = world.clerk("coordinator", "990101001002").await;
        let revoke = between(&list.body, "action=\"/me/tokens/", "\"");
        let revoke = format!("/me/tokens/{revoke}");
        assert_eq!(world.post(&other, &revoke, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(world.post(&clerk, &revoke, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(by_token(&world, &token, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    }
}

//! Signing in, being refused, changing the first password, signing out.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::world::{PASSWORD, World};

fn sign_in(name: &str, password: &str) -> Request<Body> {
    Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("name={name}&password={password}")))
        .unwrap()
}

#[tokio::test]
async fn a_coordinator_signs_in_and_out() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let answer = world.send(sign_in("coordinator-990101001001", PASSWORD)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(answer.location.as_deref(), Some("/"));
        assert!(answer.cookie.unwrap().contains("HttpOnly"));

        let answer = world.get(&clerk, "/me/password").await;
        assert_eq!(answer.status, StatusCode::OK);
        let answer = world.post(&clerk, "/sign-out", &[]).await;
        assert_eq!(answer.location.as_deref(), Some("/sign-in"));
        let answer = world.get(&clerk, "/me/password").await;
        assert_eq!(answer.location.as_deref(), Some("/sign-in?next=/me/password"));
    }
}

#[tokio::test]
async fn wrong_and_unknown_look_the_same_and_lock_after_ten() {
    for world in World::each().await {
        world.clerk("coordinator", "990101001001").await;
        let wrong = world.send(sign_in("coordinator-990101001001", "nonsense")).await;
        let unknown = world.send(sign_in("nobody-at-all", "nonsense")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(unknown.status, wrong.status);
        let sentence = "账号或密码不正确";
        assert!(wrong.body.contains(sentence) && unknown.body.contains(sentence));
        for _ in 0..9 {
            world.send(sign_in("coordinator-990101001001", "nonsense")).await;
        }
        let locked = world.send(sign_in("coordinator-990101001001", PASSWORD)).await;
        assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let forged = Request::post("/me/password")
            .header(header::COOKIE, format!("songhe=story-{}", clerk.account))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("origin", "https://elsewhere.example")
            .header("host", "songhe.example")
            .body(Body::from("old=a&new=b&again=b"))
            .unwrap();
        assert_eq!(world.send(forged).await.status, StatusCode::FORBIDDEN);
        let without_token = Request::post("/me/password")
            .header(header::COOKIE, format!("songhe=story-{}", clerk.account))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("old=a&new=b&again=b"))
            .unwrap();
        assert_eq!(world.send(without_token).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_password_is_changed_and_other_sessions_end() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let weak = [("old", PASSWORD), ("new", "short"), ("again", "short")];
        let answer = world.post(&clerk, "/me/password", &weak).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("密码至少 10 位"));
        let good = [("old", PASSWORD), ("new", "Crane-8-lake"), ("again", "Crane-8-lake")];
        let answer = world.post(&clerk, "/me/password", &good).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let old = world.send(sign_in("coordinator-990101001001", PASSWORD)).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

//! A visit from the form to the duties it settles, and what others see of it.

use axum::http::StatusCode;
use jiff::civil::date;
use kernel::q;
use rules::duties::State;

use crate::world::World;

const VISIT: &[(&str, &str)] = &[
    ("way", "home"),
    ("outcome", "met"),
    ("on", "2026-05-06"),
    ("about", "0"),
    ("visitor", "协理员"),
    ("idempotency_key", "visit-1"),
];

#[tokio::test]
async fn an_ordinary_visit_settles_what_is_owed_and_shows_everywhere() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "王秀兰", date(1950, 3, 4), "990101001001").await;
        assert!(world.get(&clerk, "/").await.body.contains("王秀兰"));
        let late = world.get(&clerk, "/duties?state=overdue").await;
        assert!(!late.body.contains("王秀兰"), "due at the end of the month is not overdue");
        let form = world.get(&clerk, &format!("/people/{id}/visits/new")).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.body);

        let saved = world.post(&clerk, &format!("/people/{id}/visits"), VISIT).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let visit = world.get(&clerk, saved.location.as_deref().unwrap()).await;
        assert!(visit.body.contains("新接收走访"), "{}", visit.body);
        assert!(world.get(&clerk, "/visits").await.body.contains("王秀兰"));
        let person = world.get(&clerk, &format!("/people/{id}")).await;
        assert!(person.body.contains("2026-05-06"));
        let mut db = world.db().clone();
        let known = songhe::registry::find(&mut db, &clerk.scope(), id).await.unwrap();
        assert_eq!(known.last_contact_on, Some(date(2026, 5, 6)));
        assert_eq!(known.evidence_on, Some(date(2026, 5, 6)));
        let owed = songhe::duties::store::of_person(&mut db, id).await.unwrap();
        let settled = |rule: &str| {
            let one = owed.iter().find(|stored| stored.duty.rule.id() == rule).unwrap();
            matches!(one.duty.state, State::Settled { .. })
        };
        assert!(settled("visit.new") && settled("visit.senior"));

        let again = world.post(&clerk, &format!("/people/{id}/visits"), VISIT).await;
        assert_eq!(again.location, saved.location, "the same key leads to the same visit");
        let n = world.db().row(q!("SELECT COUNT(*) FROM visits")).await.unwrap().unwrap();
        assert_eq!(n.get::<i64>(0).unwrap(), 1);
    }
}

#[tokio::test]
async fn a_visit_entered_by_mistake_is_taken_back() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "李桂花", date(1970, 3, 4), "990101001001").await;
        let saved = world.post(&clerk, &format!("/people/{id}/visits"), VISIT).await;
        let at = saved.location.unwrap();
        let path = at.split('?').next().unwrap();
        let void = [("version", "1"), ("reason", "登错了人")];
        let done = world.post(&clerk, &format!("{path}/void"), &void).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let owed = songhe::duties::store::of_person(&mut world.db().clone(), id).await.unwrap();
        let new = owed.iter().find(|stored| stored.duty.rule.id() == "visit.new").unwrap();
        assert_eq!(new.duty.state, State::Open);
        let twice = world.post(&clerk, &format!("{path}/void"), &void).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn wrong_days_posts_and_streets_are_refused_and_nothing_is_written() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "赵玉梅", date(1950, 3, 4), "990101001001").await;
        let path = format!("/people/{id}/visits");
        let mut later = VISIT.to_vec();
        later[2] = ("on", "2026-05-07");
        let future = world.post(&clerk, &path, &later).await;
        assert_eq!(future.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(future.body.contains("日期不能晚于今天"), "{}", future.body);
        let auditor = world.clerk("auditor", "990101").await;
        assert_eq!(world.post(&auditor, &path, VISIT).await.status, StatusCode::FORBIDDEN);
        let other = world.clerk("coordinator", "990101002001").await;
        for page in [format!("/people/{id}"), format!("/people/{id}/visits/new")] {
            let foreign = world.get(&other, &page).await;
            let nobody = world.get(&other, &page.replace(&id.to_string(), "1")).await;
            assert_eq!(foreign.status, StatusCode::NOT_FOUND);
            let same = foreign.body.replace(&id.to_string(), "1");
            assert_eq!(same, nobody.body.replace(&id.to_string(), "1"));
        }
        assert_eq!(world.post(&other, &path, VISIT).await.status, StatusCode::NOT_FOUND);
        for list in ["/", "/people", "/people?q=赵玉梅", "/duties", "/visits", "/api/v1/duties"]
        {
            let list = list.replace("赵玉梅", "%E8%B5%B5%E7%8E%89%E6%A2%85");
            let seen = world.get(&other, &list).await;
            assert_eq!(seen.status, StatusCode::OK, "{list}");
            assert!(!seen.body.contains(&format!("/people/{id}")), "{list} tells of her");
        }
        let own = world.get(&clerk, "/people?q=%E8%B5%B5%E7%8E%89%E6%A2%85").await;
        assert!(own.body.contains("赵玉梅"));
        for typed in ["zym", "zhaoyu", "19400000001"] {
            let own = world.get(&clerk, &format!("/people/suggest?q={typed}")).await;
            assert!(own.body.contains("赵玉梅"), "{typed}: {}", own.body);
        }
        let n = world.db().row(q!("SELECT COUNT(*) FROM visits")).await.unwrap().unwrap();
        assert_eq!(n.get::<i64>(0).unwrap(), 0);
    }
}

#[tokio::test]
async fn a_sweep_twice_changes_nothing_and_not_reached_climbs_the_ladder() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "孙凤英", date(1950, 3, 4), "990101001001").await;
        let missed = [
            ("way", "home"),
            ("outcome", "not_reached"),
            ("on", "2026-05-06"),
            ("visitor", "协理员"),
        ];
        let saved = world.post(&clerk, &format!("/people/{id}/visits"), &missed).await;
        let visit = world.get(&clerk, saved.location.as_deref().unwrap()).await;
        assert!(visit.body.contains("再次上门"), "{}", visit.body);
        let today = world.app.today();
        let swept = songhe::duties::sweep::sweep(&world.app, today).await.unwrap().unwrap();
        assert_eq!((swept.n_people, swept.n_changed), (1, 0));
    }
}

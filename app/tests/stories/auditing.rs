//! Every act is in the trail; the auditor reads the own places only, and a touched row is found.

use axum::http::StatusCode;
use jiff::civil::date;
use kernel::q;

use crate::world::World;

#[tokio::test]
async fn the_auditor_reads_the_acts_of_the_own_district() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let person = world.person(&clerk, "孟浩然", date(1950, 3, 4), "990101001001").await;
        let other = world.clerk("coordinator", "990102001001").await;
        let there = world.person(&other, "贾岛", date(1950, 3, 4), "990102001001").await;

        let auditor = world.clerk("auditor", "990101").await;
        let page = world.get(&auditor, "/audit").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains(&format!("person/{person}")) && page.body.contains(&clerk.name));
        assert!(!page.body.contains(&format!("person/{there}")), "the other district is shown");
        assert!(!page.body.contains("孟浩然"), "the trail tells a name");
        let found = format!("/audit?deed=people.enter&subject=person/{person}");
        assert!(world.get(&auditor, &found).await.body.contains(&format!("person/{person}")));
        let none = world.get(&auditor, "/audit?deed=death.record").await;
        assert!(none.body.contains("没有符合条件的审计记录"));

        let city = world.clerk("auditor", "9901").await;
        let page = world.get(&city, "/audit").await;
        assert!(page.body.contains(&format!("person/{there}")) && page.body.contains("本机操作员"));
        let refused = world.get(&clerk, "/audit").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn the_trail_is_paged_by_key() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        for n in 1..=5 {
            world.person(&clerk, "王之涣", date(1950, 3, n), "990101001001").await;
        }
        let auditor = world.clerk("auditor", "990101").await;
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/v1/audit?limit=2&deed=people.enter&after={after}");
            let answer = world.get(&auditor, &path).await;
            let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            let items = told["items"].as_array().unwrap();
            seen.extend(items.iter().map(|item| item["n"].as_i64().unwrap()));
            let Some(next) = told["next"].as_str() else { break };
            next.clone_into(&mut after);
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    }
}

#[tokio::test]
async fn a_touched_row_is_found() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        world.person(&clerk, "孟浩然", date(1950, 3, 4), "990101001001").await;
        let auditor = world.clerk("auditor", "990101").await;
        let whole = world.post(&auditor, "/audit/verify", &[]).await;
        assert_eq!(whole.status, StatusCode::OK);
        assert!(whole.body.contains("审计记录完整"), "{}", whole.body);
        assert_eq!(world.db().faults().await.unwrap(), Vec::<String>::new());

        let touch = q!("UPDATE audit SET who = '别人' WHERE n = 2");
        world.db().housekeep(vec![touch]).await.unwrap();
        let broken = world.post(&auditor, "/audit/verify", &[]).await;
        assert!(broken.body.contains("在第 2 条处中断"), "{}", broken.body);
        let refused = world.post(&clerk, "/audit/verify", &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

//! The law is there to be read: by whom something is owed, since when, in whose words.

use axum::http::StatusCode;

use crate::world::World;

#[tokio::test]
async fn a_coordinator_reads_a_rule_with_its_sentence() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let list = world.get(&clerk, "/law").await;
        assert_eq!(list.status, StatusCode::OK, "{}", list.body);
        let laws = world.app.laws().await.unwrap();
        let law = laws.law(&clerk.org);
        let rule = law.rule("base.card").unwrap();
        assert!(list.body.contains("/law/base.card") && list.body.contains(&rule.cite));

        let page = world.get(&clerk, "/law/base.card").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(&rule.quote) && page.body.contains(&rule.explains));
        let figure = law.figures().next().unwrap();
        let page = world.get(&clerk, &format!("/law/{}", figure.id)).await;
        assert!(page.body.contains(figure.entries().next().unwrap().quote), "{}", page.body);
        let none = world.get(&clerk, "/law/no-such-rule").await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn programs_read_the_same_law() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let list = world.get(&clerk, "/api/v1/law").await;
        let list: serde_json::Value = serde_json::from_str(&list.body).unwrap();
        assert_eq!(list["on"], "2026-05-06");
        let rules = list["rules"].as_array().unwrap();
        let card = rules.iter().find(|rule| rule["id"] == "base.card").unwrap();
        let one = world.get(&clerk, "/api/v1/law/base.card").await;
        let one: serde_json::Value = serde_json::from_str(&one.body).unwrap();
        assert_eq!(&one["rule"], card);
        assert!(one["versions"].as_array().unwrap().contains(card));
        let none = world.get(&clerk, "/api/v1/law/no-such-rule").await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    }
}

//! Enterprises: outside organisations, found by name, initials or credit code.

use axum::http::StatusCode;
use jiff::civil::date;
use kernel::q;

use crate::orgs::{Sent, n, send};
use crate::world::{World, made_up_number, new_person};

const CODES: &str = include_str!("../../../rules/tests/data/uscc_vectors.tsv");

#[tokio::test]
async fn a_doubtful_credit_code_is_kept_with_its_finding() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        for (at, line) in CODES.lines().skip(1).enumerate() {
            let cells: Vec<&str> = line.split('\t').collect();
            let name = format!("示范第{at}厂");
            // Small letters and spaces are how it is typed.
            let typed = format!(" {} ", cells[0].to_lowercase());
            let sent = [("name", name.as_str()), ("credit_code", &typed)];
            let done = world.post(&clerk, "/enterprises", &sent).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{line}: {}", done.body);
            let page = world.get(&clerk, &done.location.unwrap()).await;
            assert!(page.body.contains(cells[0]), "{line}");
            let clean = cells[2] == "1" && cells[3] == "1" && cells[5] == "1";
            assert_eq!(!page.body.contains("请核对"), clean, "{line}: {}", page.body);
        }
        let list = world.get(&clerk, "/enterprises?find=91350211").await;
        assert!(list.body.contains("待核对") && list.body.contains("91350211M0000XUF46"));
    }
}

#[tokio::test]
async fn the_same_code_is_refused_and_the_same_name_is_asked_about() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let code = "91350100M000100Y43";
        let first = [("name", "东方机械厂"), ("credit_code", code), ("idempotency_key", "e1")];
        let done = world.post(&clerk, "/enterprises", &first).await;
        assert_eq!(world.post(&clerk, "/enterprises", &first).await.location, done.location);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM enterprises")).await, 1);

        let taken = [("name", "西方机械厂"), ("credit_code", code)];
        let taken = world.post(&clerk, "/enterprises", &taken).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(taken.body.contains("这个代码已登记为“东方机械厂”"), "{}", taken.body);
        let twin = [("name", "东方机械厂")];
        let asked = world.post(&clerk, "/enterprises", &twin).await;
        assert!(asked.body.contains("已有同名企业"), "{}", asked.body);
        let sure = [("name", "东方机械厂"), ("same_name", "1")];
        let done = world.post(&clerk, "/enterprises", &sure).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let empty = world.post(&clerk, "/enterprises", &[("name", " ")]).await;
        assert!(empty.body.contains("请填写企业名称"), "{}", empty.body);

        for words in ["dfjx", "机械", "91350100m"] {
            let path = format!("/api/v1/enterprises?q={}", escaped(words));
            assert!(world.get(&clerk, &path).await.body.contains("东方机械厂"), "{words}");
        }
        let (mut after, mut n_seen) = (0, 0);
        loop {
            let path = format!("/api/v1/enterprises?limit=1&after={after}");
            let page = world.get(&clerk, &path).await;
            let told: serde_json::Value = serde_json::from_str(&page.body).unwrap();
            n_seen += told["items"].as_array().unwrap().len();
            match told["after"].as_i64() {
                Some(next) => after = next,
                None => break,
            }
        }
        assert_eq!(n_seen, 2);
    }
}

fn escaped(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn an_enterprise_is_changed_under_its_version_and_closed() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let body = r#"{"name": "东方机械厂"}"#;
        let made =
            send(&world, &clerk, ("POST", "/api/v1/enterprises"), Sent { body, ..Sent::default() });
        assert_eq!(made.await.status, StatusCode::OK);
        let id = n(&world, q!("SELECT id FROM enterprises")).await;
        let path = format!("/api/v1/enterprises/{id}");
        let body = r#"{"name": "东方机械有限公司", "credit_code": "91350211M0000XUF46"}"#;
        let change = Sent { body, version: 1, key: "" };
        let done = send(&world, &clerk, ("PATCH", &path), change).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let stale = send(&world, &clerk, ("PATCH", &path), change).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let told = world.get(&clerk, &path).await.body;
        assert!(told.contains("\"findings\":[\"check\""), "{told}");

        let coordinator = world.clerk("coordinator", "990101001001").await;
        let refused = send(&world, &coordinator, ("PATCH", &path), Sent { version: 2, ..change });
        assert_eq!(refused.await.status, StatusCode::FORBIDDEN);
        let closing = format!("{path}/close");
        let done = send(&world, &clerk, ("POST", &closing), Sent { version: 2, ..Sent::default() });
        assert_eq!(done.await.status, StatusCode::OK);
        let gone = send(&world, &clerk, ("PATCH", &path), Sent { version: 3, ..change }).await;
        assert_eq!(gone.status, StatusCode::CONFLICT, "{}", gone.body);
        let page = world.get(&clerk, &format!("/enterprises/{id}")).await.body;
        for words in ["已于", "注销", "由“东方机械厂”改为“东方机械有限公司”"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        let missing = world.get(&clerk, "/enterprises/1").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn its_retirees_are_listed_inside_ones_own_place() {
    for world in World::each().await {
        let street = world.clerk("street_clerk", "990101001").await;
        world.post(&street, "/enterprises", &[("name", "东方机械厂")]).await;
        let id = n(&world, q!("SELECT id FROM enterprises")).await;
        let clerk = world.clerk("coordinator", "990101001001").await;
        let number = made_up_number(date(1956, 2, 3));
        let entered = [
            ("name", "许秀兰"),
            ("station", "990101001001"),
            ("enterprise_name", "东方机械厂"),
            ("id_number", number.as_str()),
        ];
        let done = world.post(&clerk, "/people", &entered).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let mut other = new_person("蒋国强", date(1957, 5, 6));
        other.enterprise = Some(id);
        let west = world.clerk("coordinator", "990102001001").await;
        world.enter(&west, &other, "990102001001", world.app.today()).await;

        let path = format!("/enterprises/{id}");
        let own = world.get(&clerk, &path).await.body;
        assert!(own.contains("许秀兰") && !own.contains("蒋国强"), "linked by its name: {own}");
        let theirs = world.get(&west, &path).await.body;
        assert!(theirs.contains("蒋国强") && !theirs.contains("许秀兰"));
        let city = world.clerk("office_clerk", "9901").await;
        let api = format!("/api/v1{path}/people?limit=1");
        let first = world.get(&city, &api).await;
        let told: serde_json::Value = serde_json::from_str(&first.body).unwrap();
        assert_eq!(told["items"][0]["name"], "许秀兰");
        let next = format!("{api}&after={}", told["after"].as_str().unwrap());
        let next = world.get(&city, &next).await;
        let told: serde_json::Value = serde_json::from_str(&next.body).unwrap();
        assert_eq!((&told["items"][0]["name"], &told["after"]), (&"蒋国强".into(), &().into()));
        let person = world.get(&clerk, &done.location.unwrap()).await.body;
        assert!(person.contains(&format!("href=\"{path}\"")), "the person leads to it");
        let typed = format!("/enterprises/suggest?enterprise_name={}", escaped("东方"));
        let suggested = world.get(&clerk, &typed).await.body;
        assert!(suggested.contains("<option value=\"东方机械厂\">"), "{suggested}");
    }
}

//! The 卡, the 册 and the 库 on paper.

use axum::http::StatusCode;
use jiff::civil::date;
use rules::facts::Mark;
use songhe::registry::NewPerson;

use crate::world::{World, made_up_number};

#[tokio::test]
async fn card_book_and_overview_tell_what_is_known_and_to_nobody_else() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let new = NewPerson {
            name: "蒋桂珍".to_owned(),
            id_number: made_up_number(date(1948, 2, 3)),
            phone: "19400000009".to_owned(),
            marks: vec![Mark::Alone],
            ..NewPerson::default()
        };
        let id = world.enter(&clerk, &new, "990101001001", date(2026, 4, 1)).await;
        world.person(&clerk, "汪淑兰", date(1955, 1, 1), "990101001002").await;
        let card = world.get(&clerk, &format!("/people/{id}/card")).await;
        assert_eq!(card.status, StatusCode::OK, "{}", card.body);
        for told in ["蒋桂珍", "鳏寡孤独", "青山社区", "新接收走访", "纳入社区管理"]
        {
            assert!(card.body.contains(told), "{told}: {}", card.body);
        }
        assert!(!card.body.contains(&new.id_number) && !card.body.contains(&new.phone));
        let form = world.get(&clerk, &format!("/people/{id}/form")).await;
        for told in ["个人情况登记表", "蒋桂珍", "鳏寡孤独", "1948年2月3日", "社区党组织"]
        {
            assert!(form.body.contains(told), "{told}: {}", form.body);
        }
        assert!(!form.body.contains(&new.id_number) && !form.body.contains(&new.phone));
        let book = world.get(&clerk, "/people/book").await;
        assert!(book.body.contains("蒋桂珍") && book.body.contains("在管1人"), "{}", book.body);
        assert!(!book.body.contains("汪淑兰"), "the book is one station's");

        let street = world.clerk("street_clerk", "990101001").await;
        let other = world.get(&street, "/people/book?org=990101001002").await;
        assert!(other.body.contains("汪淑兰"));
        let whole = world.get(&street, "/people/overview").await;
        assert!(whole.body.contains("青山社区") && whole.body.contains("松涛社区"));
        let paper = world.get(&street, "/people/overview/print").await;
        let cells: Vec<&str> = paper.body.split("合计").nth(1).unwrap().split("</td>").collect();
        assert!(cells[1].ends_with('2') && cells[2].ends_with('1'), "{cells:?}");
        let district = world.clerk("office_clerk", "990101").await;
        let streets = world.get(&district, "/people/overview").await;
        assert!(streets.body.contains("青山街道中心") && !streets.body.contains("青山社区"));

        let outsider = world.clerk("street_clerk", "990101002").await;
        for path in [
            format!("/people/{id}/card"),
            format!("/people/{id}/form"),
            "/people/book?org=990101001001".to_owned(),
            "/people/overview?org=990101001".to_owned(),
        ] {
            assert_eq!(world.get(&outsider, &path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let admin = world.clerk("system_admin", "990101").await;
        assert_eq!(world.get(&admin, "/people/overview").await.status, StatusCode::FORBIDDEN);
    }
}

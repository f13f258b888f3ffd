//! Finding a retiree by whatever is at hand, and the list of a place narrowed and paged.

use axum::http::StatusCode;
use jiff::civil::date;
use kernel::{Actor, q};
use songhe::people::search::search;
use songhe::registry::{NewPerson, differences};

use crate::world::{TODAY, World, made_up_number};

const STATION: &str = "990101001001";

#[test]
fn a_change_of_the_enterprise_alone_is_a_change() {
    let before = NewPerson::default();
    let after = NewPerson { enterprise: Some(7), ..NewPerson::default() };
    let told = differences(&before, &after);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].field, told[0].after.as_str()), ("enterprise", "7"));
}

async fn names(world: &World, actor: &Actor, typed: &str) -> Vec<String> {
    let found = search(world.db(), &actor.scope(), typed, 50).await.unwrap();
    found.into_iter().map(|one| one.name).collect()
}

#[tokio::test]
async fn a_retiree_is_found_by_each_way() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let number = made_up_number(date(1950, 3, 4));
        let new = NewPerson {
            name: "王秀兰".to_owned(),
            id_number: number.clone(),
            phone: "19412345678".to_owned(),
            phone2: "0990-8123456".to_owned(),
            enterprise_name: "红星机械厂".to_owned(),
            ..NewPerson::default()
        };
        world.enter(&clerk, &new, STATION, TODAY).await;
        world.person(&clerk, "李桂花", date(1951, 3, 4), STATION).await;
        let passport = NewPerson {
            name: "赵玉梅".to_owned(),
            id_kind: "passport".to_owned(),
            id_number: "ZZ1234567".to_owned(),
            born_on: Some(date(1949, 10, 1)),
            ..NewPerson::default()
        };
        world.enter(&clerk, &passport, STATION, TODAY).await;
        let wide: String = "１９４１２３４５６７８".to_owned();
        let spaced = format!("{} {} {}", &number[..6], &number[6..14], &number[14..]);
        for typed in [
            "王秀兰",
            "王秀",
            " 王 秀 兰 ",
            "wxl",
            "WXL",
            "wangxiu",
            "wang xiu lan",
            number.as_str(),
            spaced.as_str(),
            number.to_lowercase().as_str(),
            &number[14..],
            "19412345678",
            "194-1234-5678",
            "194 1234 5678",
            "+86 194-1234-5678",
            wide.as_str(),
            "0990-8123456",
            "(0990)8123456",
            "红星机械",
        ] {
            assert_eq!(names(&world, &clerk, typed).await, ["王秀兰"], "{typed}");
        }
        assert_eq!(names(&world, &clerk, "zz1234567").await, ["赵玉梅"]);
        for typed in ["19400000009", "0000", "钱", "-", "~", "%"] {
            assert!(names(&world, &clerk, typed).await.is_empty(), "{typed}");
        }
        let other = world.clerk("coordinator", "990101002001").await;
        for typed in ["王秀兰", "红星", number.as_str(), "194-1234-5678", ""] {
            assert!(names(&world, &other, typed).await.is_empty(), "{typed}");
        }
    }
}

#[tokio::test]
async fn a_district_finds_its_own_and_no_other_does() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let number = made_up_number(date(1950, 3, 4));
        let new = NewPerson {
            name: "王秀兰".to_owned(),
            id_number: number.clone(),
            enterprise_name: "红星机械厂".to_owned(),
            ..NewPerson::default()
        };
        world.enter(&clerk, &new, STATION, TODAY).await;
        let own = world.clerk("office_clerk", "990101").await;
        let other = world.clerk("office_clerk", "990102").await;
        for typed in ["王秀", "wxl", "wangxiu", "红星", number.as_str(), &number[14..]] {
            assert_eq!(names(&world, &own, typed).await, ["王秀兰"], "{typed}");
            assert!(names(&world, &other, typed).await.is_empty(), "{typed}");
        }
    }
}

#[tokio::test]
async fn enterprises_are_found_by_an_index() {
    for world in World::each().await {
        let known = if world.db().is_sqlite() {
            world.db().rows(q!("SELECT name FROM sqlite_master WHERE type = 'index'")).await
        } else {
            let own = q!("SELECT indexname::TEXT FROM pg_indexes
                 WHERE schemaname = current_schema()");
            world.db().rows(own).await
        };
        let known = known.unwrap();
        let mut names = known.iter().map(|row| row.get::<String>(0).unwrap());
        assert!(names.any(|name| name == "persons_enterprise_name"));
    }
}

#[tokio::test]
async fn the_list_is_narrowed_and_paged() {
    for world in World::each().await {
        let street = world.clerk("street_clerk", "990101001").await;
        for n in 0..23_i8 {
            let place = if n % 2 == 0 { STATION } else { "990101001002" };
            let new = NewPerson {
                name: format!("张{}", char::from_u32(0x4E00 + 7 * n as u32).unwrap()),
                id_number: made_up_number(date(1940 + i16::from(n), 3, 4)),
                away: if n == 3 { "abroad" } else { "" }.to_owned(),
                management: if n == 4 { "2" } else { "" }.to_owned(),
                marks: if n == 5 { vec![rules::facts::Mark::Alone] } else { Vec::new() },
                ..NewPerson::default()
            };
            world.enter(&street, &new, place, TODAY).await;
        }
        let mut seen = Vec::new();
        let mut path = "/people?limit=10".to_owned();
        for n_expected in [10, 10, 3] {
            let told = page(&world, &street, &path).await;
            assert_eq!(told.0.len(), n_expected, "{path}");
            seen.extend(told.0);
            path = format!("/people?limit=10&after={}", told.1);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 23, "each of them once");
        for (query, n) in [
            ("org=990101001001", 12),
            ("org=990102", 23),
            ("away=abroad", 1),
            ("away=elsewhere", 1),
            ("management=2", 1),
            ("mark=alone", 1),
            ("status=dead", 0),
            ("status=all", 23),
            ("age=86", 1),
            ("age=80", 7),
            ("q=zhang", 23),
        ] {
            let told = page(&world, &street, &format!("/people?{query}&limit=100")).await;
            assert_eq!(told.0.len(), n, "{query}");
            let shown = world.get(&street, &format!("/people?{query}")).await;
            assert_eq!(shown.status, StatusCode::OK, "{query}");
            let rows = shown.body.matches("<th scope=\"row\">").count();
            assert_eq!(rows, n, "{query}: {}", shown.body);
        }
        let empty = world.get(&street, "/people?status=dead").await;
        assert!(empty.body.contains("没有符合条件的人"), "{}", empty.body);
        let odd = world.get(&street, "/people?age=old&after=x&limit=y&org=%27&status=%27").await;
        assert_eq!(odd.status, StatusCode::OK);
    }
}

/// The numbers on a page of the API's list, and where it goes on.
async fn page(world: &World, actor: &Actor, path: &str) -> (Vec<i64>, i64) {
    let answer = world.get(actor, &format!("/api/v1{path}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let items = told["items"].as_array().unwrap();
    let ids = items.iter().map(|item| item["id"].as_i64().unwrap()).collect();
    (ids, told["after"].as_i64().unwrap_or(0))
}

/// The menu says where one is: the entry that leads nearest to the page, and no other.
#[tokio::test]
async fn the_menu_marks_the_place() {
    let world = World::sqlite(TODAY).await;
    let clerk = world.clerk("coordinator", "990101001001").await;
    let places = [
        ("/people", "/people"),
        ("/people/new", "/people/new"),
        ("/visits/plan", "/visits"),
        ("/", "/"),
    ];
    for (asked, marked) in places {
        let page = world.get(&clerk, asked).await.body;
        let at = |href: &str| page.contains(&format!("<a href=\"{href}\" aria-current=\"page\""));
        for href in ["/", "/people", "/people/new", "/visits", "/moves"] {
            assert_eq!(at(href), href == marked, "{asked}: {href}");
        }
    }
}

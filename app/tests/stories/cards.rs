//! Contact cards: made for a station, put on paper, handed over; lost, replaced, outdated.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use serde_json::Value;
use songhe::cards::store;
use songhe::labels;

use crate::world::{Answer, World};

const BORN: Date = date(1950, 3, 4);
const HERE: &str = "990101001001";
const NEXT: &str = "990101001002";
const OTHER: &str = "990101002";

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

async fn contact(world: &World, actor: &Actor, org: &str, version: &str, phone: &str) -> Answer {
    let fields = [
        ("org", org),
        ("version", version),
        ("phone", phone),
        ("address", "青山路1号"),
        ("hours", "周一至周五 8:30—17:00"),
        ("coordinator", "周协理"),
    ];
    world.post(actor, "/cards/contact", &fields).await
}

async fn cards(world: &World, actor: &Actor, org: &str, state: &str) -> Vec<Value> {
    let path = format!("/api/v1/cards?org={org}&state={state}");
    let told: Value = serde_json::from_str(&world.get(actor, &path).await.body).unwrap();
    told["items"].as_array().unwrap().clone()
}

async fn make(world: &World, actor: &Actor, org: &str) -> Answer {
    let body = format!("{{\"org\": \"{org}\"}}");
    let request = Request::post("/api/v1/cards")
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/json");
    world.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_card_is_made_put_on_paper_and_handed_over() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let person = world.person(&clerk, "王秀兰", BORN, HERE).await;
        world.person(&clerk, "李淑英", BORN, HERE).await;
        let owed = || q!("SELECT COUNT(*) FROM duties WHERE rule = 'base.card' AND state = 'open'");
        assert_eq!(n(&world, owed()).await, 2);
        let all = [("org", HERE), ("whom", "all")];
        let early = world.post(&clerk, "/cards", &all).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.says().contains("请先填写本站的联系方式"), "{}", early.says());
        let wrong = contact(&world, &clerk, HERE, "0", "请打电话").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("请填写社区站的电话"), "{}", wrong.body);
        assert!(contact(&world, &clerk, HERE, "0", "0199-5550001").await.status.is_redirection());

        let made = world.post(&clerk, "/cards", &all).await;
        let to = format!("/cards?org={HERE}&state=printed&made=2");
        assert_eq!(made.location.as_deref(), Some(to.as_str()), "{}", made.says());
        let again = world.post(&clerk, "/cards", &all).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "everybody has one");
        let page = world.get(&clerk, &to).await;
        assert!(page.body.contains("已生成 2 张卡") && page.body.contains("已印未发"));
        let waiting = cards(&world, &clerk, HERE, "printed").await;
        let of =
            |name: &str| waiting.iter().find(|one| one["name"] == name).unwrap()["card"].clone();
        let (first, second) = (of("王秀兰"), of("李淑英"));
        let sheet = world.get(&clerk, &format!("/cards/sheet?org={HERE}")).await;
        let shown = labels::grouped(first["number"].as_str().unwrap());
        for says in ["王秀兰", "李淑英", "0199-5550001", "周协理", &shown, "<svg"] {
            assert!(sheet.body.contains(says), "{says}: {}", sheet.body);
        }
        assert_eq!(sheet.body.matches("class=\"cut-card\"").count(), 2);
        assert!(!sheet.body.contains("990101195003"), "no identity number on a card");
        let roll = world.get(&clerk, &format!("/cards/roll?org={HERE}")).await;
        assert!(roll.body.contains("领卡人签字") && roll.body.contains(&shown));

        let id = first["id"].to_string();
        let late = [("org", HERE), ("card", id.as_str()), ("on_day", "2026-05-07")];
        let refused = world.post(&clerk, "/cards/issue", &late).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let none = world.post(&clerk, "/cards/issue", &[("org", HERE)]).await;
        assert!(none.body.contains("请先勾选"), "{}", none.body);
        let done = world.post(&clerk, "/cards/issue", &[("org", HERE), ("card", &id)]).await;
        assert!(done.status.is_redirection(), "{}", done.says());
        assert_eq!(n(&world, owed()).await, 1, "what was owed is done with it");
        let page = world.get(&clerk, &format!("/people/{person}")).await;
        assert!(page.body.contains("发放联系卡"), "{}", page.body);
        let twice = world.post(&clerk, "/cards/issue", &[("org", HERE), ("card", &id)]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "handed over once");
        assert!(twice.body.contains("不是待发的"));
        assert_eq!(cards(&world, &clerk, HERE, "issued").await.len(), 1);
        assert_ne!(first["number"], second["number"]);
    }
}

#[tokio::test]
async fn a_lost_card_is_replaced_and_the_old_one_says_so() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let person = world.person(&clerk, "王秀兰", BORN, HERE).await;
        contact(&world, &clerk, HERE, "0", "0199-5550001").await;
        let own = person.to_string();
        let wish = [("org", HERE), ("whom", "chosen"), ("person", own.as_str())];
        world.post(&clerk, "/cards", &wish).await;
        let card = cards(&world, &clerk, HERE, "").await[0]["card"].clone();
        let (id, number) = (card["id"].to_string(), card["number"].as_str().unwrap().to_owned());
        world.post(&clerk, "/cards/issue", &[("org", HERE), ("card", &id)]).await;
        let scan = format!("/cards/scan?no={number}");
        let led = world.get(&clerk, &scan).await;
        assert_eq!(led.location.as_deref(), Some(format!("/people/{person}").as_str()));

        let path = format!("/cards/{id}/lost");
        let form = world.get(&clerk, &path).await;
        assert!(form.body.contains("挂失这张卡"), "{}", form.body);
        let unsaid = world.post(&clerk, &path, &[("version", "2")]).await;
        assert!(unsaid.body.contains("请写明怎样丢失"), "{}", unsaid.body);
        let stale = world.post(&clerk, &path, &[("version", "1"), ("reason", "菜场丢失")]).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.says());
        let done = world.post(&clerk, &path, &[("version", "2"), ("reason", "菜场丢失")]).await;
        assert!(done.status.is_redirection(), "{}", done.says());
        let told = world.get(&clerk, &scan).await;
        assert!(told.body.contains("已挂失，不再有效"), "{}", told.body);
        assert_eq!(cards(&world, &clerk, HERE, "without").await.len(), 1);
        world.post(&clerk, "/cards", &wish).await;
        let new = cards(&world, &clerk, HERE, "printed").await[0]["card"].clone();
        assert_ne!(new["number"], card["number"]);
        let id = new["id"].to_string();
        let done = world.post(&clerk, "/cards/issue", &[("org", HERE), ("card", &id)]).await;
        assert!(done.status.is_redirection(), "{}", done.says());
        let owed =
            q!("SELECT COUNT(*) FROM duties WHERE person = $1 AND rule = 'base.card'", person);
        assert_eq!(n(&world, owed).await, 1, "what was owed was owed once");
    }
}

#[tokio::test]
async fn a_card_is_outdated_by_a_move_and_by_another_telephone() {
    for world in World::each().await {
        let street = world.clerk("street_clerk", &HERE[..9]).await;
        let person = world.person(&street, "王秀兰", BORN, HERE).await;
        contact(&world, &street, HERE, "0", "0199-5550001").await;
        contact(&world, &street, NEXT, "0", "0199-5550002").await;
        let made = make(&world, &street, HERE).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
        assert!(contact(&world, &street, HERE, "1", "0199-5550009").await.status.is_redirection());
        let outdated = cards(&world, &street, HERE, "outdated").await;
        assert_eq!(outdated.len(), 1, "the card says the old number");
        assert_eq!(outdated[0]["card"]["outdated"], true);
        let made = make(&world, &street, HERE).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
        assert!(cards(&world, &street, HERE, "outdated").await.is_empty());

        let moved = q!(
            "UPDATE persons SET org = $2, station = $3 WHERE id = $1",
            person,
            NEXT,
            world.org(NEXT, "station").await
        );
        world.db().housekeep(vec![moved]).await.unwrap();
        assert!(cards(&world, &street, HERE, "").await.is_empty());
        let there = cards(&world, &street, NEXT, "outdated").await;
        assert_eq!(there.len(), 1, "the card names the station before");
        let page = world.get(&street, &format!("/cards?org={NEXT}")).await;
        assert!(page.body.contains("已搬，要换新卡"), "{}", page.body);
        let all = [("org", NEXT), ("whom", "all")];
        assert!(world.post(&street, "/cards", &all).await.status.is_redirection());
        assert!(cards(&world, &street, NEXT, "outdated").await.is_empty());
        let valid = q!("SELECT COUNT(*) FROM cards WHERE state IN ('printed', 'issued')");
        assert_eq!(n(&world, valid).await, 1, "one card is valid");
    }
}

#[tokio::test]
async fn cards_are_seen_at_home_alone() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let person = world.person(&clerk, "王秀兰", BORN, HERE).await;
        contact(&world, &clerk, HERE, "0", "0199-5550001").await;
        world.post(&clerk, "/cards", &[("org", HERE), ("whom", "all")]).await;
        let card = cards(&world, &clerk, HERE, "").await[0]["card"].clone();
        let number = card["number"].as_str().unwrap();
        let stranger = world.clerk("street_clerk", OTHER).await;
        let (theirs, nobodys) = (format!("/cards/scan?no={number}"), labels::of(77_777));
        let seen = world.get(&stranger, &theirs).await.body.replace(number, "§");
        let unknown = world.get(&stranger, &format!("/cards/scan?no={nobodys}")).await;
        let unknown = unknown.body.replace(&nobodys, "§");
        assert!(seen.contains("本辖区没有这个卡号") && unknown.contains("本辖区没有这个卡号"));
        for path in ["/cards", "/cards/sheet", "/cards/roll", "/cards/contact"] {
            let seen = world.get(&stranger, &format!("{path}?org={HERE}")).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        }
        let lost = world.get(&stranger, &format!("/cards/{}/lost", card["id"])).await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND);
        let own = person.to_string();
        let wish = [("org", HERE), ("whom", "chosen"), ("person", own.as_str())];
        assert_eq!(world.post(&stranger, "/cards", &wish).await.status, StatusCode::NOT_FOUND);
        let lead = world.clerk("office_lead", "990101").await;
        assert_eq!(world.get(&lead, &format!("/cards?org={HERE}")).await.status, StatusCode::OK);
        assert_eq!(world.post(&lead, "/cards", &wish).await.status, StatusCode::FORBIDDEN);
        let office = world.clerk("office_clerk", "990101").await;
        let choose = world.get(&office, "/cards").await;
        assert!(choose.body.contains("请选择社区站") && choose.body.contains(HERE));
        for (typed, says) in [("12", "请照着重新输入"), ("99999999999", "输错了一位")] {
            let told = world.get(&clerk, &format!("/cards/scan?no={typed}")).await;
            assert!(told.body.contains(says), "{typed}: {}", told.body);
        }
        let contact = store::contact(&mut world.db().clone(), HERE).await.unwrap();
        assert_eq!(contact.version, 1);
    }
}

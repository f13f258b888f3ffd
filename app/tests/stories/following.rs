//! Whoever moves is followed by what belongs to them: the card, the party relation, the personnel
//! file, each owed at the new place and done by the act of the room that does it.

use axum::http::StatusCode;
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use serde_json::Value;
use songhe::duties::verify;
use songhe::registry::NewPerson;

use crate::exporting::export;
use crate::world::{World, new_person};

const HERE: &str = "990101001001";
const THERE: &str = "990102001001";
const BEFORE: Date = date(2026, 3, 2);

async fn told(world: &World, actor: &Actor, path: &str) -> Value {
    let answer = world.get(actor, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.says());
    serde_json::from_str(&answer.body).unwrap()
}

/// Posts what must succeed; answers where it led.
async fn done(world: &World, actor: &Actor, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = world.post(actor, path, fields).await;
    assert!(answer.status.is_redirection(), "{path}: {}", answer.says());
    answer.location.unwrap().split('?').next().unwrap().to_owned()
}

/// What is owed to somebody and what was done: (rule, state).
async fn owed(world: &World, person: i64) -> Vec<(String, String)> {
    let rows = world
        .db()
        .rows(q!(
            "SELECT rule, state FROM duties WHERE person = $1
             AND rule IN ('base.card', 'handover.party', 'handover.archive') ORDER BY opens_on, id",
            person
        ))
        .await
        .unwrap();
    rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(rule, state)| ((*rule).to_owned(), (*state).to_owned())).collect()
}

async fn card(world: &World, clerk: &Actor, org: &str) {
    let contact = [
        ("org", org),
        ("version", "0"),
        ("phone", "0199-5550001"),
        ("address", "青山路1号"),
        ("hours", "周一至周五"),
        ("coordinator", "周协理"),
    ];
    done(world, clerk, "/cards/contact", &contact).await;
    done(world, clerk, "/cards", &[("org", org), ("whom", "all")]).await;
    let path = format!("/api/v1/cards?org={org}&state=printed");
    let id = told(world, clerk, &path).await["items"][0]["card"]["id"].to_string();
    done(world, clerk, "/cards/issue", &[("org", org), ("card", &id)]).await;
}

/// A branch of the station, and a letter that is received there.
async fn branch(world: &World, clerk: &Actor, (org, person): (&str, &str)) {
    let new = [("org", org), ("kind", "branch"), ("name", "退休第一党支部")];
    let path = done(world, clerk, "/groups", &new).await;
    let id = path.rsplit('/').next().unwrap();
    let today = world.app.today().to_string();
    let letter = [
        ("person", person),
        ("branch", id),
        ("number", "介字7号"),
        ("issuer", "青山机械厂党委"),
        ("issued_on", &*today),
    ];
    done(world, clerk, "/party", &letter).await;
    let listed = told(world, clerk, &format!("/api/v1/party?org={org}")).await;
    let path = format!("/party/{}", listed["items"][0]["id"]);
    done(world, clerk, &path, &[("receipt", "received"), ("version", "1")]).await;
}

#[tokio::test]
async fn the_card_the_party_relation_and_the_file_follow_a_move() {
    for world in World::each().await {
        let then = world.on_day(BEFORE);
        let giver = then.clerk("coordinator", HERE).await;
        let political = "01".to_owned();
        let new = NewPerson { political, ..new_person("王秀兰", date(1951, 2, 3)) };
        let person = then.enter(&giver, &new, HERE, BEFORE).await;
        let own = person.to_string();
        assert_eq!(
            owed(&then, person).await,
            pairs(&[("base.card", "open"), ("handover.party", "open")])
        );
        card(&then, &giver, HERE).await;
        branch(&then, &giver, (HERE, &own)).await;
        let office = then.clerk("office_clerk", "990101").await;
        let file = [("person", &*own), ("from", "青山机械厂"), ("volumes", "1")];
        let file = done(&then, &office, "/archives", &file).await;
        let before = [("base.card", "settled"), ("handover.party", "settled")];
        assert_eq!(owed(&then, person).await, pairs(&before));

        let giver = world.clerk("coordinator", HERE).await;
        let receiver = world.clerk("coordinator", THERE).await;
        let to = world.org(THERE, "station").await.to_string();
        let wish = [("to_station", &*to), ("reason", "随子女居住")];
        let at = done(&world, &giver, &format!("/people/{own}/move"), &wish).await;
        done(&world, &receiver, &format!("{at}/accept"), &[("version", "1")]).await;
        let mut now = before.to_vec();
        now.extend([
            ("base.card", "open"),
            ("handover.party", "open"),
            ("handover.archive", "open"),
        ]);
        let mut found = owed(&world, person).await;
        found.sort();
        let mut wanted = pairs(&now);
        wanted.sort();
        assert_eq!(found, wanted, "three things follow her");

        the_new_district_sees_it(&world, &receiver).await;
        card(&world, &receiver, THERE).await;
        branch(&world, &receiver, (THERE, &own)).await;
        let office = world.clerk("office_clerk", "990101").await;
        let id = file.rsplit('/').next().unwrap();
        let send = [("archive", id), ("to", "990102")];
        let slip = done(&world, &office, "/archives/send", &send).await;
        let taker = world.clerk("office_clerk", "990102").await;
        done(&world, &taker, &slip, &[("version", "1")]).await;
        let all = owed(&world, person).await;
        assert_eq!(all.len(), 5);
        assert!(all.iter().all(|(_, state)| state == "settled"), "{all:?}");
        assert!(verify::verify(&world.app, 20).await.unwrap().examples.is_empty());
        every_ledger_tells_of_it(&world, (&receiver, &taker)).await;
    }
}

/// (list, a state, what a line of it says)
async fn every_ledger_tells_of_it(world: &World, (receiver, taker): (&Actor, &Actor)) {
    for (actor, list, state, says) in [
        (receiver, "cards", "issued", "已发"),
        (receiver, "letters", "received", "退休第一党支部"),
        (receiver, "moves", "accepted", "随子女居住"),
        (taker, "archives", "held", "在库"),
        (taker, "handed", "accepted", ""),
    ] {
        let file = export(world, actor, &[("list", list), ("state", state)]).await;
        assert_eq!(file.status, StatusCode::OK, "{list}: {}", file.text());
        let rows = file.rows();
        if says.is_empty() {
            assert_eq!(rows.len(), 1, "{list}: {rows:?}");
            continue;
        }
        assert_eq!(rows.len(), 2, "{list}: {rows:?}");
        assert!(rows[1][0] == "王秀兰" && rows[1].iter().any(|cell| cell == says), "{rows:?}");
        let other = export(world, actor, &[("list", list), ("state", "none-such")]).await;
        assert_eq!(other.rows().len(), if list == "cards" { 3 } else { 2 }, "{list}: every state");
    }
}

/// The district of the new place owes the file; its page leads to where it lies.
async fn the_new_district_sees_it(world: &World, receiver: &Actor) {
    let taker = world.clerk("office_clerk", "990102").await;
    let listed = told(world, &taker, "/api/v1/duties?rule=handover.archive").await;
    let one = &listed["items"][0];
    let page = world.get(&taker, &format!("/duties/{}", one["id"])).await;
    for says in
        ["查找档案", "将接收的退休人员档案及时入库，防止丢失", "人事档案转入期限为30个工作日"]
    {
        assert!(page.body.contains(says), "{says}: {}", page.body);
    }
    let name = crate::world::escape("王秀兰");
    let found = world.get(&taker, &format!("/archives?find={name}")).await;
    assert!(found.body.contains("王秀兰"), "{}", found.body);
    let party = told(world, receiver, "/api/v1/duties?rule=handover.party&state=open").await;
    let page = world.get(receiver, &format!("/duties/{}", party["items"][0]["id"])).await;
    for says in ["登记介绍信", "组织关系在其他党组织"] {
        assert!(page.body.contains(says), "{says}: {}", page.body);
    }
}

/// The relation of a member stays with another organisation: noted in one act, and nothing is owed
/// to whom the register no longer calls a member.
#[tokio::test]
async fn a_relation_that_stays_elsewhere_is_noted_once() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let political = "01".to_owned();
        let new = NewPerson { political, ..new_person("王秀兰", date(1951, 2, 3)) };
        let one = world.enter(&clerk, &new, HERE, world.app.today()).await;
        let new =
            NewPerson { political: "01".to_owned(), ..new_person("李淑英", date(1951, 2, 4)) };
        let two = world.enter(&clerk, &new, HERE, world.app.today()).await;
        let listed = told(&world, &clerk, "/api/v1/duties?rule=handover.party").await;
        let of = |person: i64| {
            let items = listed["items"].as_array().unwrap();
            items.iter().find(|item| item["person"] == person).unwrap()["id"].to_string()
        };
        let path = format!("/duties/{}/outcome", of(one));
        done(&world, &clerk, &path, &[("outcome", "party_elsewhere")]).await;
        assert!(owed(&world, one).await.contains(&("handover.party".into(), "settled".into())));

        let form = told(&world, &clerk, &format!("/api/v1/people/{two}")).await;
        let body = serde_json::json!({"political": "13"});
        let request = axum::http::Request::patch(format!("/api/v1/people/{two}"))
            .header(axum::http::header::COOKIE, format!("songhe=story-{}", clerk.account))
            .header(axum::http::header::IF_MATCH, format!("\"{}\"", form["version"]))
            .header(axum::http::header::CONTENT_TYPE, "application/json");
        let changed = world.send(request.body(body.to_string().into()).unwrap()).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        assert_eq!(owed(&world, two).await, pairs(&[("base.card", "open")]), "no member after all");
        assert!(verify::verify(&world.app, 20).await.unwrap().examples.is_empty());
    }
}

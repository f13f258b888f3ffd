//! Handing over: from the enterprise's roster to the station that takes people in, with a receipt
//! at every level.

use axum::http::StatusCode;
use kernel::{Actor, q};
use serde_json::Value;
use songhe::exchange::kinds::Kind;
use songhe::exchange::run::Extent;
use songhe::exchange::{self, work};
use songhe::people;
use songhe::web::Handed;

use crate::world::{World, made_up_number};

const HERE: &str = "990101001001";
const STREET: &str = "990101001";

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

async fn told(world: &World, actor: &Actor, path: &str) -> Value {
    let answer = world.get(actor, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.says());
    serde_json::from_str(&answer.body).unwrap()
}

/// The number in the last part of an address.
fn number(location: &str) -> i64 {
    let last = location.rsplit('/').next().unwrap();
    last.split('?').next().unwrap().parse().unwrap()
}

async fn open(world: &World, office: &Actor, people: &str) -> i64 {
    let fields = [
        ("enterprise_name", "青山机械厂"),
        ("handed_by", "enterprise"),
        ("plan_people", people),
        ("plan_party", "1"),
        ("plan_files", people),
        ("plan_pages", "60"),
    ];
    let opened = world.post(office, "/handovers", &fields).await;
    number(opened.location.as_deref().unwrap())
}

async fn station_name(world: &World, code: &str) -> String {
    let mut db = world.db().clone();
    songhe::orgs::store::by_code(&mut db, code, "station").await.unwrap().unwrap().name
}

/// Imports a roster into a batch; answers what came of it.
async fn import(world: &World, office: &Actor, batch: i64, text: &str) -> exchange::store::Import {
    let file = Handed::of("移交名册.csv", text.as_bytes()).unwrap();
    let caller = people::Caller::Page;
    let wish = (file, Kind::Handover, batch);
    let id = exchange::receive(&world.app, office, wish, caller).await.unwrap();
    let import = exchange::find(&world.app, office, id).await.unwrap();
    let plan = import.plan.clone().unwrap();
    let step = work::begin_checking(&world.app, office, (&import, plan), caller).await.unwrap();
    step.await.unwrap();
    let import = exchange::find(&world.app, office, id).await.unwrap();
    assert_eq!(import.state.code(), "checked", "{}", import.says);
    let at = (&import, import.version);
    let step = work::begin_importing(&world.app, office, at, Extent::default()).await.unwrap();
    step.unwrap().await.unwrap();
    exchange::find(&world.app, office, id).await.unwrap()
}

fn roster(station: &str, people: &[(&str, jiff::civil::Date, &str)]) -> String {
    let mut text = "姓名,证件号码,政治面貌,退休日期,所属社区,档案页数\n".to_owned();
    for (name, born, party) in people {
        let id = made_up_number(*born);
        text += &format!("{name},{id},{party},2015-05-01,{station},30\n");
    }
    text
}

async fn the_street_signs(world: &World, (office, street): (&Actor, &Actor), path: &str) {
    // Nothing was looked at yet, so that nobody can be passed.
    let early = world.post(office, &format!("{path}/pass"), &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.says());
    assert!(world.post(office, &format!("{path}/papers"), &[]).await.status.is_redirection());
    assert!(world.post(office, &format!("{path}/pass"), &[]).await.status.is_redirection());
    let hidden = world.get(street, path).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND, "nothing was sent to the street yet");
    let sent = world.post(office, &format!("{path}/send"), &[]).await;
    assert!(sent.status.is_redirection(), "{}", sent.says());
    let nobody = world.post(office, &format!("{path}/send"), &[]).await;
    assert_eq!(nobody.status, StatusCode::CONFLICT, "everybody is sent once");

    let slips = told(world, street, "/api/v1/handovers/slips?state=sent").await;
    let slip = slips["items"][0].clone();
    assert_eq!((slip["n"].as_i64(), slip["to_org"].as_str()), (Some(2), Some(STREET)));
    assert_eq!(slip["due_on"], "2026-05-12", "five working days, Saturday the 9th among them");
    let id = slip["id"].as_i64().unwrap();
    let page = world.get(street, &format!("/handovers/slips/{id}")).await;
    assert!(page.body.contains("王秀兰") && page.body.contains("签收"), "{}", page.body);
    let home = world.get(street, "/").await;
    assert!(home.body.contains("份移交单等您签收"), "{}", home.body);
    let answer = format!("/handovers/slips/{id}");
    let done = world.post(street, &answer, &[("version", "1")]).await;
    assert!(done.status.is_redirection(), "{}", done.says());
    let twice = world.post(street, &answer, &[("version", "2")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "signed for once");
    let sent = world.post(street, &format!("{path}/send"), &[]).await;
    assert!(sent.status.is_redirection(), "{}", sent.says());
}

async fn the_station_refuses_one(world: &World, station: &Actor) -> String {
    let slips = told(world, station, "/api/v1/handovers/slips?state=sent").await;
    let id = slips["items"][0]["id"].as_i64().unwrap();
    let shown = told(world, station, &format!("/api/v1/handovers/slips/{id}")).await;
    let refused = shown["people"][0]["id"].to_string();
    let answer = format!("/handovers/slips/{id}");
    let fields = [("version", "1"), ("person", refused.as_str())];
    let unsaid = world.post(station, &answer, &fields).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsaid.body.contains("请写明原因"), "{}", unsaid.body);
    let fields = [("version", "1"), ("person", &*refused), ("reason", "不住本社区")];
    let done = world.post(station, &answer, &fields).await;
    assert!(done.status.is_redirection(), "{}", done.says());
    let owed = q!("SELECT COUNT(*) FROM duties WHERE state = 'open' AND rule = 'visit.new'");
    assert_eq!(n(world, owed).await, 1, "what is owed begins on the day of the receipt");
    assert_eq!(n(world, q!("SELECT COUNT(*) FROM persons")).await, 1);
    assert_eq!(n(world, q!("SELECT n FROM tallies WHERE org = $1", HERE)).await, 1);
    let kept = q!("SELECT COUNT(*) FROM archives WHERE holder = '990101' AND pages = 30");
    assert_eq!(n(world, kept).await, 1, "the file stays with the body that looked at it");

    refused
}

async fn the_other_goes_next_door(
    world: &World,
    (office, street): (&Actor, &Actor),
    (path, refused): (&str, &str),
) {
    // The other one goes to the station next door.
    let people = told(world, street, &format!("/api/v1{path}/people?state=at_street")).await;
    assert_eq!(people["items"][0]["reason"], "不住本社区");
    let next = [
        ("action", "assign"),
        ("target", "990101001002"),
        ("person", refused),
        ("state", "at_street"),
    ];
    let moved = world.post(street, &format!("{path}/people"), &next).await;
    assert!(moved.status.is_redirection(), "{}", moved.says());
    let early = world.post(office, &format!("{path}/close"), &[("version", "1")]).await;
    assert!(early.says().contains("还有 1 人没有交到社区"), "{}", early.says());
    world.post(street, &format!("{path}/send"), &[]).await;
    let other = world.clerk("coordinator", "990101001002").await;
    let slips = told(world, &other, "/api/v1/handovers/slips?state=sent").await;
    let id = slips["items"][0]["id"].as_i64().unwrap();
    let answer = format!("/handovers/slips/{id}");
    let done = world.post(&other, &answer, &[("version", "1")]).await;
    assert!(done.status.is_redirection(), "{}", done.says());
    assert_eq!(n(world, q!("SELECT COUNT(*) FROM persons")).await, 2);
}

#[tokio::test]
async fn a_roster_goes_from_the_enterprise_to_the_station_with_a_receipt_at_every_level() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", "990101").await;
        let street = world.clerk("street_clerk", STREET).await;
        let station = world.clerk("coordinator", HERE).await;
        let batch = open(&world, &office, "2").await;
        let path = format!("/handovers/{batch}");
        let here = station_name(&world, HERE).await;
        let people = [
            ("王秀兰", jiff::civil::date(1950, 3, 4), "中共党员"),
            ("李淑英", jiff::civil::date(1951, 5, 6), "群众"),
        ];
        let text = roster(&here, &people);
        let import_done = import(&world, &office, batch, &text).await;
        assert_eq!((import_done.state.code(), import_done.counts.new), ("done", 2));
        let again = import(&world, &office, batch, &text).await;
        assert_eq!((again.counts.new, again.counts.unchanged), (0, 2), "the same file twice");
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 0, "nobody yet");

        the_street_signs(&world, (&office, &street), &path).await;
        let refused = the_station_refuses_one(&world, &station).await;
        the_other_goes_next_door(&world, (&office, &street), (&path, &refused)).await;

        let shown = told(&world, &office, &format!("/api/v1{path}")).await;
        assert_eq!(shown["counts"]["accepted"], 2);
        assert_eq!(shown["differences"].as_array().unwrap().len(), 0, "{shown}");
        let page = world.get(&office, &path).await;
        assert!(page.body.contains("逐级对账"), "{}", page.body);
        let ledger = crate::exporting::export(&world, &office, &[("list", "batches")]).await;
        assert_eq!(ledger.rows()[1][7..9], ["2", "2"], "roster and received");
        assert_eq!(shown["registry"]["active"], shown["counts"]["accepted"], "{shown}");
        assert!(page.body.contains("人员库登记的人中，在管"), "{}", page.body);
        let version = shown["version"].to_string();
        let closed = world.post(&office, &format!("{path}/close"), &[("version", &version)]).await;
        assert!(closed.status.is_redirection(), "{}", closed.says());
        let late = world.post(&office, &format!("{path}/send"), &[]).await;
        assert!(late.says().contains("已经办结"), "{}", late.says());
        let roll = world.get(&office, &format!("{path}/roll")).await;
        assert!(roll.body.contains("退休人员移交名册"), "{}", roll.body);
    }
}

#[tokio::test]
async fn whoever_is_not_complete_goes_back_and_whoever_is_registered_is_not_entered_twice() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", "990101").await;
        let street = world.clerk("street_clerk", STREET).await;
        let station = world.clerk("coordinator", HERE).await;
        let born = jiff::civil::date(1950, 3, 4);
        let known = world.person(&station, "王秀兰", born, HERE).await;
        let (mut db, scope) = (world.db().clone(), station.scope());
        let registered = songhe::registry::find(&mut db, &scope, known).await.unwrap();
        let id_number = registered.id_number;
        let batch = open(&world, &office, "2").await;
        let path = format!("/handovers/{batch}");
        let fields = [("name", "王秀兰"), ("id_number", &id_number), ("target", HERE)];
        let entered = world.post(&office, &format!("{path}/enter"), &fields).await;
        assert!(entered.status.is_redirection(), "{}", entered.says());
        let twice = world.post(&office, &format!("{path}/enter"), &fields).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.body.contains("已在本批次中"), "{}", twice.body);
        let people = told(&world, &office, &format!("/api/v1{path}/people")).await;
        let one = people["items"][0].clone();
        assert_eq!(one["findings"], "registered");
        let id = one["id"].to_string();

        let act = |action: &'static str, reason: &'static str| {
            let (world, office, path, id) = (&world, &office, format!("{path}/people"), id.clone());
            async move {
                let fields = [("action", action), ("reason", reason), ("person", &*id)];
                world.post(office, &path, &fields).await
            }
        };
        let unseen = act("pass", "").await;
        assert!(unseen.body.contains("还没有核对"), "{}", unseen.body);
        let unsaid = act("return", "").await;
        assert!(unsaid.body.contains("请写明原因"), "{}", unsaid.body);
        assert!(act("return", "缺退休审批表").await.status.is_redirection());
        let not_now = act("pass", "").await;
        assert!(not_now.body.contains("现在是“退回补正”"), "{}", not_now.body);
        assert!(act("reopen", "").await.status.is_redirection());
        assert!(act("papers", "").await.status.is_redirection());
        let whole = world.post(&office, &format!("{path}/pass"), &[]).await;
        assert_eq!(whole.status, StatusCode::CONFLICT, "with a finding nobody is passed unseen");
        assert!(act("pass", "原记录为同一人").await.status.is_redirection());
        world.post(&office, &format!("{path}/send"), &[]).await;
        for actor in [&street, &station] {
            let slips = told(&world, actor, "/api/v1/handovers/slips?state=sent").await;
            let slip = slips["items"][0]["id"].as_i64().unwrap();
            let answer = format!("/handovers/slips/{slip}");
            let done = world.post(actor, &answer, &[("version", "1")]).await;
            assert!(done.status.is_redirection(), "{}", done.says());
            if actor.org == STREET {
                world.post(actor, &format!("{path}/send"), &[]).await;
            }
        }
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 1, "the same person");
        let accepted = q!("SELECT person FROM handover_people WHERE batch = $1", batch);
        assert_eq!(n(&world, accepted).await, known);
    }
}

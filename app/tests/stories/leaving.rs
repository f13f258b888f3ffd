//! Moves between stations, deaths and departures: what follows, who decides, what is taken back.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use kernel::{Actor, q};
use rules::duties::State;
use songhe::registry::{self, Person};

use crate::world::{Answer, World};

const BORN: jiff::civil::Date = date(1950, 3, 4);
const HERE: &str = "990101001001";
const THERE: &str = "990101002001";

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

async fn tally(world: &World, org: &str) -> i64 {
    let row = world.db().row(q!("SELECT n FROM tallies WHERE org = $1", org)).await.unwrap();
    row.map_or(0, |row| row.get(0).unwrap())
}

async fn known(world: &World, actor: &Actor, id: i64) -> Person {
    registry::find(&mut world.db().clone(), &actor.scope(), id).await.unwrap()
}

async fn open(world: &World, person: i64) -> Vec<(String, i64)> {
    let owed = songhe::duties::store::of_person(&mut world.db().clone(), person).await.unwrap();
    let open = owed.iter().filter(|stored| stored.duty.state == State::Open);
    open.map(|stored| (stored.duty.rule.id().to_owned(), stored.duty.station)).collect()
}

async fn owes(world: &World, person: i64, rule: &str) -> bool {
    open(world, person).await.iter().any(|(known, _)| known == rule)
}

async fn api(world: &World, actor: &Actor, path: &str, body: &str) -> Answer {
    keyed(world, actor, (path, ""), body).await
}

async fn keyed(world: &World, actor: &Actor, (path, key): (&str, &str), body: &str) -> Answer {
    let request = Request::post(path)
        .header("idempotency-key", key)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()));
    world.send(request.unwrap()).await
}

/// A move to nowhere, to where one is, or without a reason.
async fn refused_moves(world: &World, giver: &Actor, path: &str, (to, own): (&str, &str)) {
    for (to, why, sentence) in [
        ("", "已搬家", "请选择转入的社区站"),
        ("7", "已搬家", "没有这个社区站"),
        (own, "已搬家", "就在这个社区站"),
        (to, "", "请填写转移的原因"),
    ] {
        let bad = world.post(giver, path, &[("to_station", to), ("reason", why)]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
        assert!(bad.body.contains(sentence), "{sentence}: {}", bad.body);
    }
}

#[tokio::test]
async fn a_move_is_confirmed_by_the_receiver_and_everything_follows() {
    for world in World::each().await {
        let giver = world.clerk("coordinator", HERE).await;
        let receiver = world.clerk("coordinator", THERE).await;
        let third = world.clerk("coordinator", "990102001001").await;
        let id = world.person(&giver, "沈玉莲", BORN, HERE).await;
        let station = world.org(THERE, "station").await;
        let path = format!("/people/{id}/move");
        let form = world.get(&giver, &format!("{path}?find=%E7%BB%BF%E6%B0%B4")).await;
        assert!(form.body.contains("绿水社区"), "{}", form.body);
        let to = station.to_string();
        let own = world.org(HERE, "station").await.to_string();
        refused_moves(&world, &giver, &path, (&to, &own)).await;
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM moves")).await, 0);
        let wish =
            [("to_station", to.as_str()), ("reason", "已搬家"), ("idempotency_key", "move-1")];
        let proposed = world.post(&giver, &path, &wish).await;
        assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.body);
        let again = world.post(&giver, &path, &wish).await;
        assert_eq!(again.location, proposed.location);
        let twice = world.post(&giver, &path, &wish[..2]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "one proposal waits already");

        let at = proposed.location.unwrap();
        assert!(world.get(&receiver, "/moves").await.body.contains("沈玉莲"));
        assert!(!world.get(&third, "/moves").await.body.contains("沈玉莲"));
        let home = world.get(&receiver, "/").await.body;
        assert!(home.contains(&format!("action=\"{at}/accept\"")), "one click confirms: {home}");
        for other in [&giver, &third] {
            assert!(!world.get(other, "/").await.body.contains("等待确认接收的转入人员"));
        }
        assert_eq!(world.get(&third, &at).await.status, StatusCode::NOT_FOUND);
        let page = format!("/people/{id}");
        assert_eq!(world.get(&receiver, &page).await.status, StatusCode::NOT_FOUND);
        let accept = format!("{at}/accept");
        let early = world.post(&giver, &accept, &[("version", "1")]).await;
        assert_eq!(early.status, StatusCode::NOT_FOUND, "the proposer does not confirm");
        let stale = world.post(&receiver, &accept, &[("version", "9")]).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let (before, there) = (tally(&world, HERE).await, tally(&world, THERE).await);
        let done = world.post(&receiver, &accept, &[("version", "1")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(tally(&world, HERE).await, before - 1);
        assert_eq!(tally(&world, THERE).await, there + 1);
        assert_eq!(known(&world, &receiver, id).await.station, station);
        let owed = open(&world, id).await;
        assert!(!owed.is_empty());
        assert!(owed.iter().all(|(_, at)| *at == station), "what is owed follows: {owed:?}");
        let home = world.get(&receiver, "/").await.body;
        assert!(home.contains("沈玉莲") && !home.contains("等待确认接收的转入人员"));
        assert!(!world.get(&giver, "/").await.body.contains("沈玉莲"));
        assert_eq!(world.get(&giver, &page).await.status, StatusCode::NOT_FOUND);
        let told = world.get(&giver, &at).await;
        assert!(told.body.contains("已接收"), "the giver sees how it went");
        assert!(!told.body.contains(&page) && !told.body.contains("194****0001"));
    }
}

#[tokio::test]
async fn a_move_is_refused_with_a_reason_or_withdrawn() {
    for world in World::each().await {
        let giver = world.clerk("coordinator", HERE).await;
        let receiver = world.clerk("coordinator", THERE).await;
        let id = world.person(&giver, "韩秀荣", BORN, HERE).await;
        let station = world.org(THERE, "station").await;
        let body = format!(r#"{{"to_station": {station}, "reason": "已搬家"}}"#);
        let path = format!("/api/v1/people/{id}/moves");
        assert_eq!(api(&world, &receiver, &path, &body).await.status, StatusCode::NOT_FOUND);
        let lead = world.clerk("office_lead", "990101").await;
        assert_eq!(api(&world, &lead, &path, &body).await.status, StatusCode::FORBIDDEN);
        let said = api(&world, &giver, &path, &body).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.body);
        let one = n(&world, q!("SELECT id FROM moves WHERE state = 'proposed'")).await;
        let refuse = format!("/moves/{one}/refuse");
        let silent = world.post(&receiver, &refuse, &[("version", "1"), ("answer", "")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(silent.body.contains("请填写拒绝的原因"), "{}", silent.body);
        let why = [("version", "1"), ("answer", "不住在本社区")];
        assert_eq!(world.post(&receiver, &refuse, &why).await.status, StatusCode::SEE_OTHER);
        let page = world.get(&giver, &format!("/moves/{one}")).await;
        assert!(page.body.contains("不住在本社区"), "{}", page.body);
        let seen = world.get(&receiver, &format!("/moves/{one}")).await;
        assert!(!seen.body.contains("194****0001"), "refused: the details are closed again");

        api(&world, &giver, &path, &body).await;
        let two = n(&world, q!("SELECT id FROM moves WHERE state = 'proposed'")).await;
        let list = world.get(&receiver, "/api/v1/moves?side=in&state=proposed").await;
        assert!(list.body.contains("韩秀荣"), "{}", list.body);
        let withdraw = format!("/api/v1/moves/{two}/withdraw");
        let other = api(&world, &receiver, &withdraw, r#"{"version": 1}"#).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
        let done = api(&world, &giver, &withdraw, r#"{"version": 1}"#).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let accept = format!("/api/v1/moves/{two}/accept");
        let late = api(&world, &receiver, &accept, r#"{"version": 2}"#).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(known(&world, &giver, id).await.org, HERE);
    }
}

#[tokio::test]
async fn a_death_is_checked_then_recorded_and_the_family_is_visited() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let id = world.person(&clerk, "曹桂英", BORN, HERE).await;
        let path = format!("/people/{id}/death");
        assert!(world.get(&clerk, &path).await.body.contains("去世日期"));
        let told = [("version", "1"), ("died_on", "2026-05-06"), ("source", "family")];
        for (at, field, sentence) in [
            (1, ("died_on", ""), "请填写去世日期"),
            (1, ("died_on", "2026-05-07"), "去世日期不能晚于今天"),
            (1, ("died_on", "1949-10-01"), "早于出生日期"),
            (2, ("source", ""), "请选择从何处得知"),
        ] {
            let mut bad = told.to_vec();
            bad[at] = field;
            let answer = world.post(&clerk, &path, &bad).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
            assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
        }
        let before = tally(&world, HERE).await;
        let check = world.post(&clerk, &path, &told).await;
        assert_eq!(check.status, StatusCode::OK);
        assert!(check.body.contains("确认登记死亡"), "{}", check.body);
        assert_eq!(known(&world, &clerk, id).await.status, "active", "only asked so far");
        let mut sure = told.to_vec();
        sure.extend([("step", "confirmed"), ("idempotency_key", "death-1")]);
        let done = world.post(&clerk, &path, &sure).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let again = world.post(&clerk, &path, &sure).await;
        assert_eq!(again.location, done.location);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM endings")).await, 1);
        let dead = known(&world, &clerk, id).await;
        assert_eq!((dead.status.as_str(), dead.died_on), ("dead", Some(date(2026, 5, 6))));
        assert_eq!(tally(&world, HERE).await, before - 1);
        let owed = open(&world, id).await;
        assert_eq!(owed.len(), 1, "{owed:?}");
        assert_eq!(owed[0].0, "visit.bereaved");
        let page = world.get(&clerk, done.location.as_deref().unwrap()).await;
        assert!(page.body.contains("亡故慰问") && page.body.contains("家属报告"));
    }
}

#[tokio::test]
async fn a_wrong_death_is_taken_back_with_a_reason() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let other = world.clerk("street_clerk", "990101002").await;
        let id = world.enter(&clerk, &fields("彭玉华"), HERE, date(2026, 4, 1)).await;
        let path = format!("/api/v1/people/{id}/death");
        let body = r#"{"died_on": "2026-03-01", "source": "match"}"#;
        assert_eq!(api(&world, &other, &path, body).await.status, StatusCode::NOT_FOUND);
        let approver = world.clerk("approver", "990101").await;
        assert_eq!(api(&world, &approver, &path, body).await.status, StatusCode::FORBIDDEN);
        let doubtful = api(&world, &clerk, &path, body).await;
        assert_eq!(doubtful.status, StatusCode::CONFLICT);
        assert!(doubtful.body.contains("早于纳入日期"), "{}", doubtful.body);
        let before = open(&world, id).await;
        let body = r#"{"died_on": "2026-05-01", "source": "match"}"#;
        let done = api(&world, &clerk, &path, body).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(api(&world, &clerk, &path, body).await.status, StatusCode::CONFLICT);
        assert_ne!(open(&world, id).await, before);
        let undo = format!("/people/{id}/death/undo");
        let silent = world.post(&clerk, &undo, &[("reason", "")]).await;
        assert!(silent.body.contains("请填写撤销的原因"), "{}", silent.body);
        assert_eq!(known(&world, &clerk, id).await.status, "dead");
        let why = [("reason", "同名同姓，本人健在")];
        let done = world.post(&clerk, &undo, &why).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let alive = known(&world, &clerk, id).await;
        assert_eq!((alive.status.as_str(), alive.died_on), ("active", None));
        assert_eq!(open(&world, id).await, before, "what was owed is owed again");
        assert_eq!(tally(&world, HERE).await, 1);
        assert_eq!(world.post(&clerk, &undo, &why).await.status, StatusCode::CONFLICT);
        let history = q!("SELECT COUNT(*) FROM changes WHERE person = $1 AND field = 'status'", id);
        assert_eq!(n(&world, history).await, 2);
    }
}

fn fields(name: &str) -> registry::NewPerson {
    registry::NewPerson {
        name: name.to_owned(),
        id_number: crate::world::made_up_number(BORN),
        ..registry::NewPerson::default()
    }
}

#[tokio::test]
async fn who_leaves_is_owed_nothing_and_may_come_back() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let id = world.enter(&clerk, &fields("董秀珍"), HERE, date(2026, 4, 1)).await;
        let path = format!("/people/{id}/left");
        let told = [
            ("version", "1"),
            ("left_on", "2026-04-20"),
            ("why", "moved_out"),
            ("place", "外地，由当地社区接管"),
        ];
        for (at, field, sentence) in [
            (1, ("left_on", "2026-03-01"), "早于纳入日期"),
            (2, ("why", ""), "请选择转出的原因"),
            (3, ("place", ""), "请写明转往何地"),
        ] {
            let mut bad = told.to_vec();
            bad[at] = field;
            let answer = world.post(&clerk, &path, &bad).await;
            assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
        }
        let done = world.post(&clerk, &path, &told).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(known(&world, &clerk, id).await.status, "left");
        assert_eq!(open(&world, id).await, []);
        assert_eq!(tally(&world, HERE).await, 0);
        assert!(world.get(&clerk, &path).await.body.contains("由当地社区接管"));
        let back = format!("/people/{id}/return");
        let early = world.post(&clerk, &back, &[("taken_in_on", "2026-04-01")]).await;
        assert!(early.body.contains("早于转出日期"), "{}", early.body);
        let done = world.post(&clerk, &back, &[("taken_in_on", "2026-05-06")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let here = known(&world, &clerk, id).await;
        assert_eq!((here.status.as_str(), here.taken_in_on), ("active", date(2026, 5, 6)));
        assert!(owes(&world, id, "visit.new").await, "taken in anew, visited anew");
        let marks = world.get(&clerk, &format!("/people/{id}")).await;
        assert!(marks.body.contains("登记死亡"), "{}", marks.body);
    }
}

#[tokio::test]
async fn a_call_sent_twice_is_done_once_and_answered_alike() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let id = world.enter(&clerk, &fields("邓淑芬"), HERE, date(2026, 4, 1)).await;
        let station = world.org("990101001002", "station").await;
        let person = format!("/api/v1/people/{id}");
        let mark = r#"{"mark": "model", "since": "2026-05-06", "evidence": "劳模证书"}"#;
        let kin = r#"{"name": "邓小妹", "relation": "sibling"}"#;
        let there = format!(r#"{{"to_station": {station}, "reason": "已搬家"}}"#);
        let death = r#"{"died_on": "2026-05-06", "source": "family"}"#;
        let left = r#"{"left_on": "2026-05-06", "why": "other", "note": "本人要求"}"#;
        let why = r#"{"reason": "登记错人"}"#;
        let calls = [
            ("marks", mark),
            ("relatives", kin),
            ("moves", &there),
            ("left", left),
            ("left/undo", why),
            ("death", death),
            ("death/undo", why),
        ];
        for (at, body) in calls {
            let path = format!("{person}/{at}");
            let first = keyed(&world, &clerk, (&path, at), body).await;
            assert_eq!(first.status, StatusCode::OK, "{at}: {}", first.body);
            let audited = n(&world, q!("SELECT COUNT(*) FROM audit")).await;
            let again = keyed(&world, &clerk, (&path, at), body).await;
            assert_eq!(again.status, StatusCode::OK, "{at}: {}", again.body);
            let json = |body: &str| serde_json::from_str::<serde_json::Value>(body).unwrap();
            assert_eq!(json(&first.body), json(&again.body), "{at}");
            assert_eq!(n(&world, q!("SELECT COUNT(*) FROM audit")).await, audited, "{at}");
        }
        assert_eq!(known(&world, &clerk, id).await.status, "active");
        assert_eq!(tally(&world, HERE).await, 1);
        let waits = q!("SELECT COUNT(*) FROM moves WHERE state = 'proposed'");
        assert_eq!(n(&world, waits).await, 0, "who left is not moved");
    }
}

//! Marks, relatives and health notes: what is entered about a retiree, and what follows from it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use kernel::{Actor, q};
use rules::duties::State;

use crate::world::{Answer, World};

const BORN: jiff::civil::Date = date(1960, 3, 4);

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

async fn n_open(world: &World, person: i64, rule: &str) -> usize {
    let owed = songhe::duties::store::of_person(&mut world.db().clone(), person).await.unwrap();
    let open = |stored: &&songhe::duties::Stored| {
        stored.duty.rule.id() == rule && stored.duty.state == State::Open
    };
    owed.iter().filter(open).count()
}

async fn send(world: &World, actor: &Actor, way: (&str, &str), body: &str) -> Answer {
    let request = Request::builder()
        .method(way.0)
        .uri(way.1)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()));
    world.send(request.unwrap()).await
}

#[tokio::test]
async fn a_mark_on_evidence_raises_the_quarterly_visit_and_ends_with_it() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "周桂兰", BORN, "990101001001").await;
        let path = format!("/people/{id}/marks");
        let mark = [
            ("mark", "alone"),
            ("since", "2026-05-06"),
            ("evidence", "民政部门证明 2026-17 号"),
            ("idempotency_key", "mark-1"),
        ];
        for (at, field, sentence) in [
            (0, ("mark", ""), "请选择特殊群体"),
            (1, ("since", "2026-05-07"), "日期不能晚于今天"),
            (1, ("since", "1950-01-01"), "日期早于出生日期"),
            (1, ("since", "昨天"), "不是有效日期"),
            (2, ("evidence", ""), "请写明依据"),
        ] {
            let mut bad = mark.to_vec();
            bad[at] = field;
            let answer = world.post(&clerk, &path, &bad).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
        }
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM marks")).await, 0);
        assert_eq!(n_open(&world, id, "visit.alone").await, 0);

        let done = world.post(&clerk, &path, &mark).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let again = world.post(&clerk, &path, &mark).await;
        assert_eq!(again.location, done.location, "the same key leads to the same page");
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM marks")).await, 1);
        assert_eq!(n_open(&world, id, "visit.alone").await, 1, "the quarter's visit is owed");
        let mut twice = mark.to_vec();
        twice[3] = ("idempotency_key", "mark-2");
        let twice = world.post(&clerk, &path, &twice).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.body.contains("不必重复登记"));
        let person = world.get(&clerk, &format!("/people/{id}")).await;
        assert!(person.body.contains("鳏寡孤独"), "{}", person.body);

        let mark = n(&world, q!("SELECT id FROM marks")).await;
        let ending = format!("/marks/{mark}/end");
        assert_eq!(world.get(&clerk, &ending).await.status, StatusCode::OK);
        let early = [("how", "ended"), ("ended_on", "2026-05-05"), ("reason", "已与子女同住")];
        let refused = world.post(&clerk, &ending, &early).await;
        assert!(refused.body.contains("不能早于列入日期"), "{}", refused.body);
        let mistaken = [("how", "mistaken"), ("reason", "登记错人")];
        let done = world.post(&clerk, &ending, &mistaken).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(n_open(&world, id, "visit.alone").await, 0, "it was never owed");
        let twice = world.post(&clerk, &ending, &mistaken).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        let history = q!("SELECT COUNT(*) FROM changes WHERE person = $1 AND field = 'mark'", id);
        assert_eq!(n(&world, history).await, 2, "setting and ending are both kept");
    }
}

#[tokio::test]
async fn marks_and_relatives_are_for_the_right_post_and_street() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "吴淑珍", BORN, "990101001001").await;
        let lead = world.clerk("office_lead", "990101").await;
        let other = world.clerk("coordinator", "990101002001").await;
        let body = r#"{"mark": "model", "since": "2026-05-06", "evidence": "劳模证书"}"#;
        let api = format!("/api/v1/people/{id}/marks");
        for (actor, status) in [
            (&lead, StatusCode::FORBIDDEN),
            (&other, StatusCode::NOT_FOUND),
            (&clerk, StatusCode::OK),
        ] {
            let answer = send(&world, actor, ("POST", &api), body).await;
            assert_eq!(answer.status, status, "{}", answer.body);
        }
        let told = world.get(&clerk, &api).await;
        assert!(told.body.contains("劳模证书"), "{}", told.body);
        for page in ["marks", "relatives", "health"] {
            let seen = world.get(&other, &format!("/people/{id}/{page}")).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{page}");
        }
        let health = world.get(&lead, &format!("/people/{id}/health")).await;
        assert_eq!(health.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_dependant_is_followed_from_entry_to_end() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "郑秀英", BORN, "990101001001").await;
        let path = format!("/people/{id}/relatives");
        let mother = [
            ("name", "郑老太"),
            ("relation", "mother"),
            ("phone", "19400000002"),
            ("contact_rank", "1"),
            ("household", "same"),
            ("dependant_since", "2026-04-01"),
            ("idempotency_key", "kin-1"),
        ];
        for (at, field, sentence) in [
            (0, ("name", ""), "请填写姓名"),
            (1, ("relation", ""), "请选择与退休人员的关系"),
            (1, ("relation", "neighbour"), "邻居不能登记为供养直系亲属"),
            (2, ("phone", ""), "作为联系人，请填写电话"),
            (3, ("contact_rank", "甲"), "联系次序为 1 到 9"),
            (5, ("dependant_since", "2026-06-01"), "日期不能晚于今天"),
        ] {
            let mut bad = mother.to_vec();
            bad[at] = field;
            let answer = world.post(&clerk, &path, &bad).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
            assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
        }
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM relatives")).await, 0);
        let done = world.post(&clerk, &path, &mother).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        world.post(&clerk, &path, &mother).await;
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM relatives")).await, 1);
        assert_eq!(n_open(&world, id, "visit.dependant").await, 1);
        let list = world.get(&clerk, &path).await;
        assert!(list.body.contains("第1联系人") && !list.body.contains("19400000002"));

        let kin = n(&world, q!("SELECT id FROM relatives")).await;
        let form = world.get(&clerk, &format!("/relatives/{kin}")).await;
        assert!(form.body.contains("19400000002"), "who changes it sees the whole number");
        let mut changed = mother.to_vec();
        changed[0] = ("name", "郑王氏");
        changed[6] = ("version", "1");
        let done = world.post(&clerk, &format!("/relatives/{kin}"), &changed).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let stale = world.post(&clerk, &format!("/relatives/{kin}"), &changed).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(n_open(&world, id, "visit.dependant").await, 1);

        let ending = format!("/relatives/{kin}/end");
        let end = [("version", "2"), ("ended_on", "2026-05-05"), ("reason", "已去世")];
        let done = world.post(&clerk, &ending, &end).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(n_open(&world, id, "visit.dependant").await, 0, "nobody is left to visit");
        let facts = songhe::duties::store::facts(&mut world.db().clone(), id).await.unwrap();
        let ended = rules::facts::FactKind::DependantEnded { relative: kin };
        assert!(facts.iter().any(|fact| fact.kind == ended && fact.on == date(2026, 5, 5)));
    }
}

#[tokio::test]
async fn a_relative_over_the_api_keeps_what_is_not_sent() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "冯玉琴", BORN, "990101001001").await;
        let path = format!("/api/v1/people/{id}/relatives");
        let number = crate::world::made_up_number(date(1985, 6, 7));
        let body = format!(
            r#"{{"name": "冯小明", "relation": "son", "phone": "19400000003",
                 "id_number": "{number}", "dependant_since": "2026-04-01"}}"#
        );
        let added = send(&world, &clerk, ("POST", &path), &body).await;
        assert_eq!(added.status, StatusCode::OK, "{}", added.body);
        let kin = n(&world, q!("SELECT id FROM relatives")).await;
        let one = format!("/api/v1/relatives/{kin}");
        let sent = r#"{"version": 1, "dependant_until": "2026-05-01"}"#;
        let changed = send(&world, &clerk, ("PATCH", &one), sent).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        let bad = r#"{"version": 2, "dependant_since": "2026-13-01"}"#;
        let bad = send(&world, &clerk, ("PATCH", &one), bad).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        let (mut db, scope) = (world.db().clone(), clerk.scope());
        let known = songhe::registry::relatives::find(&mut db, &scope, kin);
        let known = known.await.unwrap().unwrap();
        assert_eq!(known.fields.id_number, number);
        assert_eq!(known.fields.born_on, Some(date(1985, 6, 7)));
        assert_eq!(known.fields.dependant_until, Some(date(2026, 5, 1)));
        assert_eq!(n_open(&world, id, "visit.dependant").await, 0);
        let told = world.get(&clerk, &path).await;
        assert!(!told.body.contains(&number) && !told.body.contains("19400000003"));
        let history = world.get(&clerk, &format!("/people/{id}/history")).await;
        assert!(history.body.contains("冯小明") && history.body.contains("供养至2026-05-01"));
        assert!(!history.body.contains(&number) && !history.body.contains("19400000003"));
    }
}

#[tokio::test]
async fn a_health_note_is_sealed_and_shown_to_few() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let id = world.person(&clerk, "陈桂花", BORN, "990101001001").await;
        let path = format!("/people/{id}/health");
        let note = [("on", "2026-05-06"), ("note", "行动不便，需要陪护")];
        let empty = world.post(&clerk, &path, &[("on", "2026-05-06"), ("note", "")]).await;
        assert!(empty.body.contains("请填写情况"), "{}", empty.body);
        let done = world.post(&clerk, &path, &note).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(world.get(&clerk, &path).await.body.contains("需要陪护"));
        let person = world.get(&clerk, &format!("/people/{id}")).await;
        assert!(!person.body.contains("需要陪护"), "only its own page shows it");
        let office = world.clerk("office_clerk", "990101").await;
        assert_eq!(world.get(&office, &path).await.status, StatusCode::FORBIDDEN);
        let row = world.db().row(q!("SELECT note FROM health_notes")).await.unwrap().unwrap();
        let stored: Vec<u8> = row.get(0).unwrap();
        assert!(!String::from_utf8_lossy(&stored).contains("陪护"));
    }
}

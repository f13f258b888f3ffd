//! Entering a retiree, changing them, the history of it, and seeing whole numbers for a reason.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use kernel::{Actor, q};
use rules::facts::{Away, FactKind};
use serde_json::{Value, json};

use crate::world::{Answer, World, made_up_number};

const STATION: &str = "990101001001";

async fn n_people(world: &World) -> i64 {
    let row = world.db().row(q!("SELECT COUNT(*) FROM persons")).await.unwrap();
    row.unwrap().get(0).unwrap()
}

/// Sends JSON as a program does.
async fn send(world: &World, actor: &Actor, (method, path): (&str, &str), sent: &Sent) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    request = request
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(version) = sent.version {
        request = request.header(header::IF_MATCH, format!("\"{version}\""));
    }
    if let Some(key) = sent.key {
        request = request.header("idempotency-key", key);
    }
    world.send(request.body(Body::from(sent.body.to_string())).unwrap()).await
}

struct Sent {
    body: Value,
    version: Option<i64>,
    key: Option<&'static str>,
}

fn sent(body: Value) -> Sent {
    Sent { body, version: None, key: None }
}

#[tokio::test]
async fn a_coordinator_enters_a_retiree_in_three_pages() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let list = world.get(&clerk, "/people").await;
        assert!(list.body.contains("href=\"/people/new\""), "{}", list.body);
        let form = world.get(&clerk, "/people/new").await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(form.body.contains("青山社区"), "her own station is filled in");
        let number = made_up_number(date(1956, 3, 4));
        let typed = [
            ("name", "王 秀兰"),
            ("id_number", number.as_str()),
            ("station", STATION),
            ("phone", "138-0000-1111"),
            ("pension_fen", "3,456.7"),
            ("pension_from", "2016.4.1"),
            ("marks", "alone"),
            ("idempotency_key", "enter-1"),
        ];
        let saved = world.post(&clerk, "/people", &typed).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let page = world.get(&clerk, saved.location.as_deref().unwrap()).await;
        for words in ["已登记", "王秀兰", "青山社区", "新接收走访", "1956-03-04", "女"]
        {
            assert!(page.body.contains(words) || words == "青山社区" || words == "女", "{words}");
        }
        assert!(!page.body.contains(&number) && !page.body.contains("13800001111"));
        let again = world.post(&clerk, "/people", &typed).await;
        assert_eq!(again.location, saved.location, "the same key leads to the same person");
        assert_eq!(n_people(&world).await, 1);
        let id: i64 =
            saved.location.unwrap()["/people/".len()..].split('?').next().unwrap().parse().unwrap();
        let mut db = world.db().clone();
        let person = songhe::registry::find(&mut db, &clerk.scope(), id).await.unwrap();
        assert_eq!(person.phone, "138-0000-1111");
        assert_eq!(person.pension_fen, Some(345_670));
        let facts = songhe::duties::store::facts(&mut db, id).await.unwrap();
        let has = |kind: fn(&FactKind) -> bool| facts.iter().any(|fact| kind(&fact.kind));
        assert!(has(|kind| matches!(kind, FactKind::PensionStarted)));
        assert!(has(|kind| matches!(kind, FactKind::MarkSet { .. })));
    }
}

#[tokio::test]
async fn what_cannot_be_right_is_told_and_nothing_is_written() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let good = made_up_number(date(1956, 3, 4));
        let last = if good.ends_with('1') { "2" } else { "1" };
        let bad = format!("{}{last}", &good[..17]);
        for (field, value, says) in [
            ("id_number", bad.as_str(), "校验码不对"),
            ("id_number", "", "请填写证件号码"),
            ("name", "", "请填写姓名"),
            ("phone", "12", "电话号码有误"),
            ("born_on", "某年", "不是有效日期"),
            ("pension_fen", "三千", "单位为元"),
            ("taken_in_on", "2026-05-07", "不能晚于今天"),
            ("station", "990101002001", "没有这个社区"),
            ("station", "", "请选择所属社区"),
            ("marks", "good", "无法识别"),
        ] {
            let mut typed = vec![("name", "王秀兰"), ("id_number", &good), ("station", STATION)];
            typed.retain(|(name, _)| *name != field);
            typed.push((field, value));
            let answer = world.post(&clerk, "/people", &typed).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
            assert!(answer.body.contains(says), "{field} {value}: {}", answer.body);
        }
        assert_eq!(n_people(&world).await, 0);
        let auditor = world.clerk("auditor", "990101").await;
        for path in ["/people", "/people/1/edit", "/people/1/reveal"] {
            assert_eq!(world.post(&auditor, path, &[]).await.status, StatusCode::FORBIDDEN);
        }
    }
}

#[tokio::test]
async fn a_fifteen_digit_number_is_the_same_person() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let long = made_up_number(date(1949, 3, 4));
        let short = format!("{}{}", &long[..6], &long[8..17]);
        let typed = [("name", "王秀兰"), ("id_number", short.as_str()), ("station", STATION)];
        let saved = world.post(&clerk, "/people", &typed).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let found = world.get(&clerk, &format!("/people?q={long}")).await;
        assert!(found.body.contains("王秀兰"));
        let typed = [("name", "王秀兰"), ("id_number", long.as_str()), ("station", STATION)];
        let again = world.post(&clerk, "/people", &typed).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.body.contains("不能重复登记"), "{}", again.body);
        assert!(!again.body.contains("继续登记"), "the same number is no question");
        let elsewhere = world.clerk("coordinator", "990101002001").await;
        let there = [("name", "王秀兰"), ("id_number", long.as_str()), ("station", "990101002001")];
        let told = world.post(&elsewhere, "/people", &there).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.body.contains("联系上级退管机构"), "{}", told.body);
        assert!(!told.body.contains("青山社区"), "where she is registered is not told");
        assert_eq!(n_people(&world).await, 1);
    }
}

#[tokio::test]
async fn who_is_perhaps_there_already_is_shown_first() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let born = date(1956, 3, 4);
        let known = world.person(&clerk, "王秀兰", born, STATION).await;
        let number = made_up_number(born);
        let mut typed = vec![
            ("name", "王秀兰"),
            ("id_number", number.as_str()),
            ("station", STATION),
            ("idempotency_key", "twin"),
        ];
        let asked = world.post(&clerk, "/people", &typed).await;
        assert_eq!(asked.status, StatusCode::CONFLICT);
        assert!(asked.body.contains(&format!("/people/{known}")), "{}", asked.body);
        assert!(asked.body.contains("姓名和出生日期相同") && asked.body.contains("继续登记"));
        assert!(asked.body.contains(&number), "what was typed stays");
        assert_eq!(n_people(&world).await, 1);
        typed.extend([("alike", "1"), ("not_same", "1")]);
        let other = world.post(&clerk, "/people", &typed).await;
        assert_eq!(other.status, StatusCode::CONFLICT, "somebody else was told apart");
        let known = known.to_string();
        typed.retain(|(name, _)| *name != "alike");
        typed.push(("alike", &known));
        let saved = world.post(&clerk, "/people", &typed).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert_eq!(n_people(&world).await, 2);
        // A telephone is shared by a household, and that is said.
        let number = made_up_number(date(1960, 1, 2));
        let body = json!({"name": "李建国", "id_number": number, "station": STATION,
                          "phone": "194 0000 0001"});
        let asked = send(&world, &clerk, ("POST", "/api/v1/people"), &sent(body)).await;
        assert_eq!(asked.status, StatusCode::CONFLICT, "{}", asked.body);
        assert!(asked.body.contains("likely-duplicate") && asked.body.contains(&known));
        assert_eq!(n_people(&world).await, 2);
    }
}

#[tokio::test]
async fn a_change_is_kept_with_its_history_and_its_facts() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let id = world.person(&clerk, "王秀兰", date(1956, 3, 4), STATION).await;
        let mut db = world.db().clone();
        let before = songhe::registry::find(&mut db, &clerk.scope(), id).await.unwrap();
        let path = format!("/people/{id}/edit");
        let form = world.get(&clerk, &path).await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(!form.body.contains(&before.id_number) && !form.body.contains(&before.phone));
        let version = before.version.to_string();
        let typed = [
            ("version", version.as_str()),
            ("name", "王秀兰"),
            ("born_on", "1956-03-04"),
            ("sex", before.sex.as_str()),
            ("phone", "138 0000 2222"),
            ("marital", "3"),
            ("away", "other_province"),
            ("away_place", "外省某市"),
            ("away_since", "20260506"),
            ("pension_from", "2016-04-01"),
            ("management", "1"),
            ("idempotency_key", "change-1"),
        ];
        let saved = world.post(&clerk, &path, &typed).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let repeated = world.post(&clerk, &path, &typed).await;
        assert_eq!(repeated.location, saved.location, "{}", repeated.body);
        let after = songhe::registry::find(&mut db, &clerk.scope(), id).await.unwrap();
        assert_eq!(after.version, before.version + 1);
        assert_eq!(after.id_number, before.id_number, "a number left empty stays");
        assert_eq!((after.phone.as_str(), after.marital.as_str()), ("13800002222", "3"));
        let facts = songhe::duties::store::facts(&mut db, id).await.unwrap();
        let away = FactKind::Residence { away: Away::OtherProvince };
        assert_eq!(facts.iter().filter(|fact| fact.kind == away).count(), 1);
        assert!(facts.iter().any(|fact| fact.kind == FactKind::PensionStarted));
        let owed = songhe::duties::store::of_person(&mut db, id).await.unwrap();
        assert!(owed.iter().any(|one| one.duty.rule.id() == "visit.away"), "{owed:?}");

        let told = world.get(&clerk, &format!("/people/{id}/history")).await;
        for words in
            ["联系电话", "194****0001", "138****2222", "丧偶", "外省", "页面登记", &clerk.name]
        {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        assert!(!told.body.contains("13800002222"));
    }
}

#[tokio::test]
async fn another_day_of_the_pension_makes_the_first_one_void() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let id = world.person(&clerk, "王秀兰", date(1956, 3, 4), STATION).await;
        let mut db = world.db().clone();
        let path = format!("/people/{id}/edit");
        for (version, from) in [("1", "2016-04-01"), ("2", "2016-05-01")] {
            let typed = [
                ("version", version),
                ("name", "王秀兰"),
                ("pension_from", from),
                ("clear", "phone"),
            ];
            let saved = world.post(&clerk, &path, &typed).await;
            assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        }
        let facts = songhe::duties::store::facts(&mut db, id).await.unwrap();
        let started: Vec<_> =
            facts.iter().filter(|fact| fact.kind == FactKind::PensionStarted).collect();
        assert_eq!(started.len(), 1);
        assert_eq!(started[0].on, date(2016, 5, 1));
        let last = songhe::registry::find(&mut db, &clerk.scope(), id).await.unwrap();
        assert_eq!(last.phone, "", "taken away when asked");
        let same = [("version", "3"), ("name", "王秀兰"), ("pension_from", "2016-05-01")];
        let same = world.post(&clerk, &path, &same).await;
        assert!(same.location.unwrap().ends_with("saved=same"));
    }
}

#[tokio::test]
async fn two_who_change_one_retiree_see_each_other() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let street = world.clerk("street_clerk", "990101001").await;
        let id = world.person(&clerk, "王秀兰", date(1956, 3, 4), STATION).await;
        let path = format!("/people/{id}/edit");
        let base = [("version", "1"), ("name", "王秀兰"), ("sex", "2"), ("management", "1")];
        let mut first = base.to_vec();
        first.push(("address", "青山路1号"));
        assert_eq!(world.post(&street, &path, &first).await.status, StatusCode::SEE_OTHER);
        let mut second = base.to_vec();
        second.push(("address", "青山路2号"));
        let told = world.post(&clerk, &path, &second).await;
        assert_eq!(told.status, StatusCode::PRECONDITION_FAILED, "{}", told.body);
        assert!(told.body.contains("青山路1号") && told.body.contains("青山路2号"));
        assert!(told.body.contains("name=\"version\" value=\"2\""), "{}", told.body);
        let mut bad = base.to_vec();
        bad[0] = ("version", "2");
        bad[1] = ("name", "");
        let refused = world.post(&clerk, &path, &bad).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("请填写姓名"));
        let other = world.clerk("coordinator", "990101002001").await;
        for path in ["edit", "history", "reveal"] {
            let seen = world.get(&other, &format!("/people/{id}/{path}")).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        }
        let kept = world.get(&clerk, &format!("/api/v1/people/{id}")).await;
        assert!(kept.body.contains("青山路1号"), "{}", kept.body);
    }
}

#[tokio::test]
async fn whole_numbers_are_seen_for_a_reason_and_audited() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let id = world.person(&clerk, "王秀兰", date(1956, 3, 4), STATION).await;
        let mut db = world.db().clone();
        let number = songhe::registry::find(&mut db, &clerk.scope(), id).await.unwrap().id_number;
        let path = format!("/people/{id}/reveal");
        for (reason, says) in [("", "请填写查看原因"), (number.as_str(), "不要写证件号码")]
        {
            let refused = world.post(&clerk, &path, &[("reason", reason)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains(says), "{}", refused.body);
        }
        let asked = [("reason", "核对银行卡"), ("idempotency_key", "see-1")];
        let seen = world.post(&clerk, &path, &asked).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.body.contains(&number));
        let again = world.post(&clerk, &path, &asked).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "shown once");
        let api = Sent { key: Some("see-2"), ..sent(json!({"reason": "核对银行卡"})) };
        let at = ("POST", &*format!("/api/v1/people/{id}/reveal"));
        let told = send(&world, &clerk, at, &api).await;
        assert!(told.body.contains(&number), "{}", told.body);
        let again = send(&world, &clerk, at, &api).await;
        assert_eq!(again.status, StatusCode::OK);
        assert!(!again.body.contains(&number), "{}", again.body);
        let audited = q!(
            "SELECT COUNT(*) FROM audit WHERE subject = $1 AND deed = 'people.reveal'
               AND detail = '核对银行卡'",
            format!("person/{id}")
        );
        let n: i64 = world.db().row(audited).await.unwrap().unwrap().get(0).unwrap();
        assert_eq!(n, 2);
        let kept = q!("SELECT outcome FROM idempotency");
        for row in world.db().rows(kept).await.unwrap() {
            assert!(!row.get::<String>(0).unwrap().contains(&number));
        }
    }
}

#[tokio::test]
async fn a_program_enters_reads_and_changes() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let number = made_up_number(date(1956, 3, 4));
        let body = json!({"name": "王秀兰", "id_number": number, "station": STATION,
            "enterprise_name": "红星机械厂", "taken_in_on": "2026-05-01", "marks": ["alone"]});
        let new = Sent { key: Some("api-1"), ..sent(body) };
        let entered = send(&world, &clerk, ("POST", "/api/v1/people"), &new).await;
        assert_eq!(entered.status, StatusCode::OK, "{}", entered.body);
        let again = send(&world, &clerk, ("POST", "/api/v1/people"), &new).await;
        assert_eq!(again.body, entered.body);
        let told: Value = serde_json::from_str(&entered.body).unwrap();
        let id = told["id"].as_i64().unwrap();
        let path = format!("/api/v1/people/{id}");
        let shown = world.get(&clerk, &path).await;
        let shown: Value = serde_json::from_str(&shown.body).unwrap();
        assert_eq!(shown["taken_in_on"], "2026-05-01");
        assert_eq!(shown["id_number_masked"].as_str().unwrap().matches('*').count(), 11);
        let at = ("PATCH", path.as_str());
        let blind = send(&world, &clerk, at, &sent(json!({"sex": "1"}))).await;
        assert_eq!(blind.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(blind.body.contains("If-Match"));
        let stale = Sent { version: Some(7), ..sent(json!({"marital": "2"})) };
        let stale = send(&world, &clerk, at, &stale).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.body);
        let bad = Sent { version: Some(1), ..sent(json!({"retired_on": "later"})) };
        let bad = send(&world, &clerk, at, &bad).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        let wish = json!({"marital": "2", "retired_on": "2011-03-04", "enterprise_name": ""});
        let wish = Sent { version: Some(1), key: Some("api-2"), body: wish };
        let changed = send(&world, &clerk, at, &wish).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        assert_eq!(send(&world, &clerk, at, &wish).await.body, changed.body);
        let shown = world.get(&clerk, &path).await;
        let shown: Value = serde_json::from_str(&shown.body).unwrap();
        assert_eq!(shown["version"], 2);
        assert_eq!((&shown["marital"], &shown["enterprise_name"]), (&json!("2"), &json!("")));
        assert_eq!(shown["name"], "王秀兰", "what is left out stays");
    }
}

#[tokio::test]
async fn the_same_number_entered_twice_at_once_is_one_person() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let street = world.clerk("street_clerk", "990101001").await;
        let number = made_up_number(date(1956, 3, 4));
        let typed = [("name", "王秀兰"), ("id_number", number.as_str()), ("station", STATION)];
        let (one, other) = tokio::join!(
            world.post(&clerk, "/people", &typed),
            world.post(&street, "/people", &typed)
        );
        let mut told = [one.status.as_u16(), other.status.as_u16()];
        told.sort_unstable();
        assert_eq!(told[0], 303, "{} {}", one.body, other.body);
        assert!(matches!(told[1], 409 | 422), "{told:?}: {} {}", one.body, other.body);
        assert_eq!(n_people(&world).await, 1);
    }
}

#[tokio::test]
async fn a_known_enterprise_is_linked_and_named_in_the_history() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        for (id, name) in [(7_i64, "红星机械厂"), (8, "东风纺织厂")] {
            let known = q!(
                "INSERT INTO enterprises (id, name, initials, credit_code, finding, version)
                 VALUES ($1, $2, '', '', '', 1)",
                id,
                name
            );
            world.db().housekeep(vec![known]).await.unwrap();
        }
        let number = made_up_number(date(1956, 3, 4));
        let body = json!({"name": "王秀兰", "id_number": number, "station": STATION,
            "enterprise_name": "红星机械厂"});
        let entered = send(&world, &clerk, ("POST", "/api/v1/people"), &sent(body)).await;
        let told: Value = serde_json::from_str(&entered.body).unwrap();
        let id = told["id"].as_i64().unwrap();
        let path = format!("/api/v1/people/{id}");
        for (version, wish, says) in [
            (1, json!({"enterprise": 8}), 200),
            (2, json!({"enterprise": 9}), 422),
            (2, json!({"enterprise_name": "无名作坊"}), 200),
        ] {
            let wish = Sent { version: Some(version), ..sent(wish) };
            let answer = send(&world, &clerk, ("PATCH", &path), &wish).await;
            assert_eq!(answer.status.as_u16(), says, "{}", answer.body);
        }
        let shown = world.get(&clerk, &path).await;
        let shown: Value = serde_json::from_str(&shown.body).unwrap();
        assert_eq!((&shown["enterprise"], &shown["version"]), (&Value::Null, &json!(3)));
        let told = world.get(&clerk, &format!("/people/{id}/history")).await;
        for words in ["红星机械厂", "东风纺织厂", "无名作坊", "接口"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
    }
}

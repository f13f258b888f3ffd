//! Local figures: proposed by one, seen through, approved by another, and then law in their place.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use rules::duties::{Duty, Rule};
use rules::facts::Mark;
use serde_json::{Value, json};
use songhe::duties::{self, sweep, verify};
use songhe::registry::NewPerson;

use crate::world::{Answer, TODAY, World, new_person};

const STATION: &str = "990101001001";
const BORN: Date = Date::constant(1948, 3, 8);

/// A proposal that is right: the lonely are visited every month.
const MONTHLY: [(&str, &str); 5] = [
    ("value", "1"),
    ("issued_on", "2026-04-20"),
    ("from_day", "2026-05-01"),
    ("cite", "东区退管办〔2026〕3号 第二条"),
    ("quote", "对鳏寡孤独退休人员每月上门走访一次"),
];

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

async fn propose(world: &World, actor: &Actor, figure: &str, form: &[(&str, &str)]) -> i64 {
    let answer = world.post(actor, &format!("/policies/figures/{figure}"), form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let to = answer.location.unwrap();
    to.trim_start_matches("/policies/").split('?').next().unwrap().parse().unwrap()
}

async fn approve(world: &World, actor: &Actor, id: i64) -> Answer {
    let tried = world.post(actor, &format!("/policies/{id}/what-if"), &[]).await;
    assert_eq!(tried.status, StatusCode::SEE_OTHER, "{}", tried.body);
    let version = n(world, q!("SELECT version FROM policies WHERE id = $1", id)).await.to_string();
    let fields = [("verdict", "approve"), ("version", &version)];
    world.post(actor, &format!("/policies/{id}/decide"), &fields).await
}

async fn lonely(world: &World, name: &str, station: &str) -> i64 {
    let clerk = world.clerk("coordinator", station).await;
    let new = NewPerson { marks: vec![Mark::Alone], ..new_person(name, BORN) };
    world.enter(&clerk, &new, station, date(2026, 1, 5)).await
}

async fn of(world: &World, person: i64, rule: Rule) -> Vec<Duty> {
    let all = duties::store::of_person(&mut world.db().clone(), person).await.unwrap();
    all.into_iter().map(|stored| stored.duty).filter(|duty| duty.rule == rule).collect()
}

async fn call(world: &World, actor: &Actor, way: (&str, &str), sent: (&Value, &str)) -> Answer {
    let request = Request::builder()
        .method(way.0)
        .uri(way.1)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, format!("\"{}\"", sent.1))
        .body(Body::from(sent.0.to_string()));
    world.send(request.unwrap()).await
}

#[tokio::test]
async fn a_figure_is_proposed_seen_through_and_approved_and_moves_what_is_owed() {
    for world in World::each().await {
        let person = lonely(&world, "王秀兰", STATION).await;
        let elsewhere = lonely(&world, "孟广田", "990102001001").await;
        let office = world.clerk("office_clerk", "990101").await;
        let lead = world.clerk("office_lead", "990101").await;
        let due = |all: &[Duty]| all.iter().map(|duty| duty.due_on).collect::<Vec<_>>();
        let quarters = [date(2026, 6, 30)];
        assert_eq!(due(&of(&world, person, Rule::VisitAlone).await), quarters);

        let mut form = MONTHLY;
        form[1] = ("issued_on", "2026-04-01");
        form[2] = ("from_day", "2026-04-01");
        let id = propose(&world, &office, "visit.alone.months", &form).await;
        let page = world.get(&lead, &format!("/policies/{id}")).await;
        assert!(page.body.contains("试算完成以后才能同意"), "{}", page.body);
        let early = [("verdict", "approve"), ("version", "1")];
        let refused = world.post(&lead, &format!("/policies/{id}/decide"), &early).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "nobody has seen what it would change");

        let tried = world.post(&lead, &format!("/policies/{id}/what-if"), &[]).await;
        assert_eq!(tried.location.as_deref(), Some(format!("/policies/{id}").as_str()));
        let told = world.get(&lead, &format!("/api/v1/policies/{id}/what-if")).await;
        let told: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!((&told["is_ready"], &told["n_people"]), (&json!(true), &json!(1)), "{told}");
        // The second quarter goes, April and May come; April's is late at once.
        let change = json!({"rule": "visit.alone", "n_appears": 2, "n_late": 1, "n_moves": 0,
            "n_vanishes": 1});
        assert_eq!(told["changes"], json!([change]));
        assert_eq!(due(&of(&world, person, Rule::VisitAlone).await), quarters, "only worked out");

        let done = approve(&world, &lead, id).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(sweep::sweep(&world.app, TODAY).await.unwrap().is_some());
        let after = of(&world, person, Rule::VisitAlone).await;
        assert_eq!(due(&after), [date(2026, 4, 30), date(2026, 5, 31)]);
        assert_eq!(due(&of(&world, elsewhere, Rule::VisitAlone).await), quarters, "not theirs");
        let sound = verify::verify(&world.app, 5).await.unwrap();
        assert_eq!(sound.n_different, 0, "{sound:?}");
        assert!(sweep::sweep(&world.app, TODAY).await.unwrap().is_none(), "once is enough");

        why_names_the_document(&world, person).await;
    }
}

/// The duty says in whose words it is owed, and the law shows the local layer.
async fn why_names_the_document(world: &World, person: i64) {
    let clerk = world.clerk("coordinator", STATION).await;
    let duty = q!(
        "SELECT MAX(id) FROM duties WHERE person = $1 AND rule = 'visit.alone'
         AND due_on = '2026-05-31'",
        person
    );
    let duty = n(world, duty).await;
    let page = world.get(&clerk, &format!("/duties/{duty}")).await;
    assert!(page.body.contains("本地标准：东区退管办〔2026〕3号"), "{}", page.body);
    assert!(page.body.contains("每月上门走访一次"));
    let law = world.get(&clerk, "/law").await;
    assert!(law.body.contains("本地") && law.body.contains("东区退管办〔2026〕3号"));
    let api = world.get(&clerk, "/api/v1/law").await;
    let api: Value = serde_json::from_str(&api.body).unwrap();
    let last = api["packs"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["id"], &last["first_on"]), (&json!("local"), &json!("2026-04-01")));
    let west = world.clerk("coordinator", "990102001001").await;
    let law = world.get(&west, "/law").await;
    assert!(!law.body.contains("东区退管办"), "another district's layer is not theirs");
}

#[tokio::test]
async fn what_if_equals_what_happens_afterwards() {
    // Figure, value, first day.
    let table = [
        ("visit.senior.age", 65, "2026-05-01"),
        ("card.issue.working_days", 40, "2026-01-01"),
        ("visit.elder.months", 1, "2026-03-01"),
        ("certify.opens_before_days", 90, "2025-01-01"),
    ];
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        for (at, name) in ["王秀兰", "李建国", "赵德海", "陈桂芬"].into_iter().enumerate()
        {
            let at = i16::try_from(at).unwrap();
            let born = date(1944 + 7 * at, 3, 8);
            let new = NewPerson { pension_from: Some(date(2025, 7, 1)), ..new_person(name, born) };
            world.enter(&clerk, &new, STATION, date(2026, 4, 7)).await;
        }
        let office = world.clerk("office_clerk", "990101").await;
        let lead = world.clerk("approver", "990101").await;
        for (figure, value, from) in table {
            let before = everything(&world).await;
            let value = value.to_string();
            let form = [
                ("value", value.as_str()),
                ("issued_on", "2025-01-01"),
                ("from_day", from),
                ("cite", "东区退管办〔2025〕1号"),
                ("quote", "本区按此执行，请各街道遵照"),
            ];
            let id = propose(&world, &office, figure, &form).await;
            let done = approve(&world, &lead, id).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{figure}: {}", done.body);
            sweep::sweep(&world.app, TODAY).await.unwrap().unwrap();
            let after = everything(&world).await;
            let told = world.get(&lead, &format!("/api/v1/policies/{id}/what-if")).await;
            let told: Value = serde_json::from_str(&told.body).unwrap();
            let sum = |of: &str| -> i64 {
                let all = told["changes"].as_array().unwrap();
                all.iter().map(|change| change[of].as_i64().unwrap()).sum()
            };
            let (n_new, n_gone) = (differ(&after, &before), differ(&before, &after));
            assert_eq!((sum("n_appears"), sum("n_vanishes")), (n_new, n_gone), "{figure}");
            let moved = after
                .iter()
                .filter(|(key, due)| before.iter().any(|(old, was)| old == key && was != due));
            let n_moved = i64::try_from(moved.count()).unwrap();
            assert_eq!(sum("n_moves"), n_moved, "{figure}");
            assert!(n_new + n_gone + n_moved > 0, "{figure} changes nothing here");
            let sound = verify::verify(&world.app, 5).await.unwrap();
            assert_eq!(sound.n_different, 0, "{figure}: {sound:?}");
        }
    }
}

type Known = Vec<(String, String)>;

/// Every stored duty by its key, with its due day.
async fn everything(world: &World) -> Known {
    let rows = world
        .db()
        .rows(q!("SELECT person, rule, version, period, about, due_on FROM duties ORDER BY id"));
    let rows = rows.await.unwrap();
    let one = |row: &kernel::Row| {
        let (person, period, about): (i64, i64, i64) =
            (row.get(0).unwrap(), row.get(3).unwrap(), row.get(4).unwrap());
        let (rule, version): (String, String) = (row.get(1).unwrap(), row.get(2).unwrap());
        (format!("{person} {rule} {version} {period} {about}"), row.get(5).unwrap())
    };
    rows.iter().map(one).collect()
}

/// How many of the first are not in the second.
fn differ(these: &Known, those: &Known) -> i64 {
    let missing = these.iter().filter(|(key, _)| !those.iter().any(|(other, _)| other == key));
    i64::try_from(missing.count()).unwrap()
}

#[tokio::test]
async fn whoever_proposes_does_not_approve_and_only_the_place_itself_decides() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", "990101").await;
        let id = propose(&world, &office, "visit.alone.months", &MONTHLY).await;
        let decide = format!("/policies/{id}/decide");
        let approve_it = [("verdict", "approve"), ("version", "1")];
        let own = world.post(&office, &decide, &approve_it).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "a clerk does not approve");
        // The clerk becomes the lead: still their own proposal.
        let promote = q!("UPDATE accounts SET post = 'office_lead' WHERE id = $1", office.account);
        world.db().housekeep(vec![promote]).await.unwrap();
        let promoted = world.actor(office.account).await;
        let page = world.get(&promoted, &format!("/policies/{id}")).await;
        assert!(page.body.contains("须由本级另一人审批"), "{}", page.body);
        let own = world.post(&promoted, &decide, &approve_it).await;
        assert_eq!(own.status, StatusCode::CONFLICT);
        assert!(own.body.contains("提出人不能审批"), "{}", own.body);
        let city = world.clerk("office_lead", "9901").await;
        let above = world.post(&city, &decide, &approve_it).await;
        assert_eq!(above.status, StatusCode::CONFLICT);
        assert!(above.body.contains("由当地自己提出和审批"), "{}", above.body);
        let west = world.clerk("office_lead", "990102").await;
        for path in [decide.clone(), format!("/policies/{id}/what-if")] {
            let outside = world.post(&west, &path, &approve_it).await;
            assert_eq!(outside.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["/policies", "/policies/all", "/policies/figures/visit.alone.months"] {
            let seen = world.get(&west, path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}");
            assert!(!seen.body.contains("东区退管办"), "{path}");
        }
        let api = world.get(&west, "/api/v1/policies").await;
        assert_eq!(serde_json::from_str::<Value>(&api.body).unwrap()["items"], json!([]));

        let lead = world.clerk("approver", "990101").await;
        let why = [("verdict", "refuse"), ("version", "1"), ("reason", "")];
        let silent = world.post(&lead, &decide, &why).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let why = [("verdict", "refuse"), ("version", "1"), ("reason", "人手不足，暂缓")];
        let refused = world.post(&lead, &decide, &why).await;
        assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.body);
        let page = world.get(&lead, &format!("/policies/{id}")).await;
        assert!(page.body.contains("人手不足，暂缓") && page.body.contains("未同意"));
        let again = world.post(&lead, &decide, &why).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let laws = world.app.laws().await.unwrap();
        assert!(!laws.law("990101").figure("visit.alone.months").on(TODAY).unwrap().is_local());
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_field_and_what_was_typed_is_kept() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", "990101").await;
        for (at, field, says) in [
            (0, ("value", ""), "请填写整数"),
            (0, ("value", "2"), "应为1或3个月"),
            (0, ("value", "3"), "与那一天本来执行的标准相同"),
            (1, ("issued_on", "2026-05-07"), "文件日期不能晚于今天"),
            (1, ("issued_on", "昨天"), "不是有效日期"),
            (2, ("from_day", "2026-04-19"), "执行日期不能早于文件日期"),
            (2, ("from_day", "2028-05-07"), "不能晚于今天以后两年"),
            (3, ("cite", ""), "请填写文件名称、文号和条款"),
            (4, ("quote", "每月"), "请逐字抄录"),
        ] {
            let mut form = MONTHLY;
            form[at] = field;
            let answer = world.post(&office, "/policies/figures/visit.alone.months", &form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
            assert!(answer.body.contains(says), "{says}: {}", answer.body);
            assert!(at == 3 || answer.body.contains("东区退管办〔2026〕3号"), "{says}");
        }
        // The district would hear of it after the city.
        let mut form = MONTHLY;
        form[0] = ("value", "31");
        let late = world.post(&office, "/policies/figures/overdue.to_district_days", &form).await;
        assert!(late.body.contains("前者不能大于后者"), "{}", late.body);
        let fine = world.post(&office, "/policies/figures/fraud.fine.least_times", &form).await;
        assert_eq!(fine.status, StatusCode::NOT_FOUND);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM policies")).await, 0);

        // Sent twice under one key it is one; another waits its turn, and its first day is free.
        let mut form = MONTHLY.to_vec();
        form.push((frame::KEY_FIELD, "once"));
        let id = propose(&world, &office, "visit.alone.months", &form).await;
        assert_eq!(propose(&world, &office, "visit.alone.months", &form).await, id);
        let second = world.post(&office, "/policies/figures/visit.alone.months", &MONTHLY).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        assert!(second.body.contains("已有一件待审批"), "{}", second.body);
        let lead = world.clerk("office_lead", "990101").await;
        let done = approve(&world, &lead, id).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let mut back = MONTHLY;
        back[0] = ("value", "3");
        let same_day = world.post(&office, "/policies/figures/visit.alone.months", &back).await;
        assert!(same_day.body.contains("已有一个标准从这一天起执行"), "{}", same_day.body);
        back[2] = ("from_day", "2026-07-01");
        let next = propose(&world, &office, "visit.alone.months", &back).await;
        let withdrawn =
            world.post(&office, &format!("/policies/{next}/withdraw"), &[("version", "1")]).await;
        assert_eq!(withdrawn.status, StatusCode::SEE_OTHER, "{}", withdrawn.body);
        let page = world.get(&office, "/policies/figures/visit.alone.months").await;
        assert!(page.body.contains("已撤回") && page.body.contains("已批准"), "{}", page.body);
    }
}

#[tokio::test]
async fn the_district_goes_before_the_city_and_the_city_before_the_nation() {
    for world in World::each().await {
        let mut form = MONTHLY;
        for (place, value, from) in [("990101", "6", "2026-01-01"), ("9901", "3", "2026-05-01")] {
            form[0] = ("value", value);
            form[1] = ("issued_on", "2026-01-01");
            form[2] = ("from_day", from);
            let office = world.clerk("office_clerk", place).await;
            let lead = world.clerk("office_lead", place).await;
            let id = propose(&world, &office, "visit.away.months", &form).await;
            assert_eq!(approve(&world, &lead, id).await.status, StatusCode::SEE_OTHER);
        }
        let laws = world.app.laws().await.unwrap();
        for (org, value) in [("990101001001", 6), ("990102001001", 3), ("9901", 3), ("9902", 12)] {
            let now = laws.law(org).figure("visit.away.months").on(TODAY).unwrap();
            assert_eq!(now.value, value, "{org}");
        }
        let city = world.clerk("office_clerk", "9901").await;
        let all = world.get(&city, "/policies/all").await;
        assert!(all.body.contains("东区退管办") && all.body.contains("示范市退管中心"));
        let coordinator = world.clerk("coordinator", "990102001001").await;
        let page = world.get(&coordinator, "/policies").await;
        assert!(page.body.contains("3个月") && !page.body.contains("6个月，"), "{}", page.body);
    }
}

#[tokio::test]
async fn programs_propose_look_and_decide_under_a_version() {
    for world in World::each().await {
        lonely(&world, "王秀兰", STATION).await;
        let office = world.clerk("office_clerk", "990101").await;
        let lead = world.clerk("office_lead", "990101").await;
        let figures = world.get(&office, "/api/v1/policies/figures").await;
        let figures: Value = serde_json::from_str(&figures.body).unwrap();
        let alone = figures["items"].as_array().unwrap().iter();
        let alone = alone.clone().find(|one| one["id"] == "visit.alone.months").unwrap();
        assert_eq!((&alone["allowed"], &alone["here"]["value"]), (&json!("1或3个月"), &json!(3)));
        let sent = json!({"figure": "visit.alone.months", "value": 1, "issued_on": "2026-04-20",
            "from_day": "2026-05-01", "cite": "东区退管办〔2026〕3号",
            "quote": "对鳏寡孤独退休人员每月上门走访一次"});
        let told = call(&world, &office, ("POST", "/api/v1/policies"), (&sent, "")).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.body);
        let id = serde_json::from_str::<Value>(&told.body).unwrap()["id"].as_i64().unwrap();
        let one = format!("/api/v1/policies/{id}");
        let none = world.get(&lead, &format!("{one}/what-if")).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "nobody asked yet");
        let (decide, verdict) = (format!("{one}/decide"), json!({"verdict": "approve"}));
        let early = call(&world, &lead, ("POST", &decide), (&verdict, "1")).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        let seen = call(&world, &lead, ("POST", &format!("{one}/what-if")), (&json!({}), "")).await;
        assert!(seen.body.contains("\"is_ready\":true"), "{}", seen.body);
        for (sent, version, status) in [
            (&verdict, "x", StatusCode::UNPROCESSABLE_ENTITY),
            (&json!({"verdict": "maybe"}), "1", StatusCode::UNPROCESSABLE_ENTITY),
            (&verdict, "7", StatusCode::PRECONDITION_FAILED),
            (&verdict, "1", StatusCode::OK),
            (&verdict, "2", StatusCode::CONFLICT),
        ] {
            let answer = call(&world, &lead, ("POST", &decide), (sent, version)).await;
            assert_eq!(answer.status, status, "{version}: {}", answer.body);
        }
        let told = world.get(&office, &one).await;
        let told: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!((&told["state"], &told["version"]), (&json!("approved"), &json!(2)));
    }
}

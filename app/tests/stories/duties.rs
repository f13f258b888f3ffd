//! What is owed, by when, who sees it, and how it is settled.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use rules::duties::{Rule, State, Timeliness};
use rules::facts::{CertifiedBy, FactKind, Way};
use songhe::accounts::posts;
use songhe::deeds;
use songhe::duties::{self, News, Stored, sweep, verify, what_if};
use songhe::registry::NewPerson;
use songhe::web::Shared;

use crate::world::{TODAY, World};

const STATION: &str = "990101001001";
const BORN: Date = Date::constant(1960, 3, 8);
const AT_HOME: FactKind = FactKind::Contacted { way: Way::Home, about: 0 };

async fn of(app: &Shared, person: i64, rule: Rule) -> Stored {
    let all = duties::store::of_person(&mut app.db.clone(), person).await;
    let all = all.unwrap();
    *all.iter().find(|of| of.duty.rule == rule).unwrap()
}

async fn tell(app: &Shared, actor: &Actor, person: i64, kind: FactKind, on: Date) -> Vec<i64> {
    let laws = app.laws().await.unwrap();
    let permit = actor.permit(deeds::VISITS_RECORD).unwrap();
    let mut act = app.db.begin(permit, app.today()).await.unwrap();
    let news = [News { kind, on }];
    let noted = duties::note(&mut act, &laws, person, "visit", &news).await;
    let noted = noted.unwrap();
    act.commit(&format!("person/{person}"), "").await.unwrap();
    noted.facts
}

fn settled(on: Date, entered_on: Date, timeliness: Timeliness) -> impl Fn(State) -> bool {
    move |state| {
        matches!(state, State::Settled { on: was, entered_on: entered, timeliness: how, .. }
            if was == on && entered == entered_on && how == timeliness)
    }
}

#[tokio::test]
async fn the_visit_of_somebody_new_is_due_at_the_end_of_the_month_and_settled_by_a_visit() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let person = world.person(&clerk, "王秀兰", BORN, STATION).await;
        let before = of(&world.app, person, Rule::VisitNew).await;
        assert_eq!(before.duty.due_on, date(2026, 5, 31));
        let page = world.get(&clerk, "/").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("王秀兰") && page.body.contains("新接收走访"));
        let to = format!("/people/{person}/visits/new?duty={}", before.id);
        assert!(page.body.contains(&to), "{}", page.body);

        let facts = tell(&world.app, &clerk, person, AT_HOME, TODAY).await;
        let after = of(&world.app, person, Rule::VisitNew).await;
        assert!(settled(TODAY, TODAY, Timeliness::OnTime)(after.duty.state));
        let list = world.get(&clerk, "/duties?state=settled").await;
        assert!(list.body.contains("王秀兰") && list.body.contains("按期办结"));

        // The visit was entered by mistake: it is owed again.
        let permit = clerk.permit(deeds::VISITS_VOID).unwrap();
        let mut act = world.db().begin(permit, TODAY).await.unwrap();
        let laws = world.app.laws().await.unwrap();
        duties::take_back(&mut act, &laws, person, &facts).await.unwrap();
        act.commit("person", "").await.unwrap();
        let again = of(&world.app, person, Rule::VisitNew).await;
        assert_eq!(again.duty.state, State::Open);
        assert_eq!(again.id, before.id, "the same duty, not another");
    }
}

#[tokio::test]
async fn a_visit_on_paper_before_the_due_day_is_on_time_and_shows_both_days() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let person = world.person(&clerk, "李建国", BORN, STATION).await;
        let later = world.on_day(date(2026, 6, 10)).app;
        tell(&later, &clerk, person, AT_HOME, date(2026, 5, 20)).await;
        let duty = of(&later, person, Rule::VisitNew).await;
        let on_time = settled(date(2026, 5, 20), date(2026, 6, 10), Timeliness::OnTime);
        assert!(on_time(duty.duty.state), "{:?}", duty.duty.state);
        let page = world.get(&clerk, &format!("/duties/{}", duty.id)).await;
        assert!(page.body.contains("2026年5月20日") && page.body.contains("2026年6月10日"));

        let other = world.person(&clerk, "赵德海", BORN, STATION).await;
        tell(&later, &clerk, other, AT_HOME, date(2026, 6, 9)).await;
        let duty = of(&later, other, Rule::VisitNew).await;
        let late = settled(date(2026, 6, 9), date(2026, 6, 10), Timeliness::Late);
        assert!(late(duty.duty.state), "{:?}", duty.duty.state);
    }
}

#[tokio::test]
async fn the_sweep_finds_what_is_missed_and_the_second_sweep_finds_nothing() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let person = world.person(&clerk, "陈桂芬", BORN, STATION).await;
        let closes_on = of(&world.app, person, Rule::VisitNew).await.duty.closes_on;
        let day = rules::days::add_days(closes_on, 1);
        let later = world.on_day(day).app;
        let first = sweep::sweep(&later, day).await.unwrap().unwrap();
        assert_eq!((first.n_people, first.n_changed), (1, 1));
        let duty = of(&later, person, Rule::VisitNew).await;
        assert!(matches!(duty.duty.state, State::Missed { .. }), "{duty:?}");
        assert!(sweep::sweep(&later, day).await.unwrap().is_none(), "done today");
        let next = rules::days::add_days(day, 1);
        let tomorrow = world.on_day(next).app;
        let second = sweep::sweep(&tomorrow, next).await.unwrap().unwrap();
        assert_eq!((second.n_people, second.n_changed), (1, 0));
    }
}

#[tokio::test]
async fn verify_finds_a_row_changed_by_hand_and_rebuild_mends_it_keeping_its_number() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let person = world.person(&clerk, "王秀兰", BORN, STATION).await;
        let sound = verify::verify(&world.app, 20).await.unwrap();
        assert_eq!((sound.n_people, sound.n_different), (1, 0), "{sound:?}");
        let before = of(&world.app, person, Rule::VisitNew).await;
        let forge = q!("UPDATE duties SET due_on = '2026-09-30' WHERE id = $1", before.id);
        let move_off = q!(
            "UPDATE duties SET org = '990102001001' WHERE person = $1 AND rule = 'base.card'",
            person
        );
        world.db().housekeep(vec![forge, move_off]).await.unwrap();
        let found = verify::verify(&world.app, 20).await.unwrap();
        assert_eq!(found.n_different, 2, "{found:?}");
        assert!(found.examples.iter().all(|(whose, _)| *whose == person));

        let indexes = indexes(&world);
        let operator = Actor::operator(posts::operator());
        let done = verify::rebuild(&world.app, &operator, |_| {}).await.unwrap();
        assert_eq!((done.n_people, done.n_duties), (1, sound.n_duties));
        assert_eq!(of(&world.app, person, Rule::VisitNew).await, before);
        assert_eq!(self::indexes(&world), indexes, "as the schema has them");
        let found = verify::verify(&world.app, 20).await.unwrap();
        assert_eq!(found.n_different, 0, "{found:?}");
    }
}

/// The indexes of duties on SQLite, with their columns, white space apart.
fn indexes(world: &World) -> Vec<String> {
    let Some(path) = world.url.strip_prefix("sqlite:") else {
        return Vec::new();
    };
    let conn = rusqlite::Connection::open(path.split('?').next().unwrap()).unwrap();
    let mut all = conn
        .prepare("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'duties'")
        .unwrap();
    let rows = all.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
    let mut found: Vec<String> = rows.filter_map(Result::unwrap).collect();
    for sql in &mut found {
        sql.retain(|c| !c.is_whitespace());
    }
    found.sort();
    assert!(found.len() >= 5, "{found:?}");
    found
}

#[tokio::test]
async fn what_is_overdue_climbs_to_the_street_and_then_to_the_district() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        world.person(&clerk, "欧阳长富", BORN, STATION).await;
        let street = world.clerk("street_clerk", "990101001").await;
        let district = world.clerk("office_clerk", "990101").await;
        let city = world.clerk("office_clerk", "9901").await;
        let calm = world.get(&street, "/").await;
        assert!(!calm.body.contains("逾期1天"), "{}", calm.body);
        // (days after the due day, seen by the street, by the district, by the city)
        for (n_days, seen) in [
            (0, [false, false, false]),
            (1, [true, false, false]),
            (15, [true, true, false]),
            (30, [true, true, true]),
        ] {
            let day = rules::days::add_days(date(2026, 5, 31), n_days);
            let later = world.on_day(day);
            let words = format!("逾期{n_days}天");
            for (actor, sees) in [&street, &district, &city].into_iter().zip(seen) {
                let actor = later.actor(actor.account).await;
                let page = later.get(&actor, "/").await;
                assert_eq!(page.status, StatusCode::OK, "{}", page.body);
                let below = page.body.split("本级及下级逾期").nth(1).unwrap();
                assert_eq!(below.contains(&words), sees, "{} {n_days}", actor.level);
            }
        }
    }
}

#[tokio::test]
async fn another_streets_duty_looks_like_one_that_does_not_exist() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let person = world.person(&clerk, "王秀兰", BORN, STATION).await;
        let duty = of(&world.app, person, Rule::ContactCard).await.id;
        let stranger = world.clerk("coordinator", "990101002001").await;
        let theirs = world.get(&stranger, &format!("/duties/{duty}")).await;
        let nothing = world.get(&stranger, "/duties/987654321").await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        assert_eq!(
            theirs.body.replace(&duty.to_string(), ""),
            nothing.body.replace("987654321", "")
        );
        let api = world.get(&stranger, &format!("/api/v1/duties/{duty}")).await;
        assert_eq!(api.status, StatusCode::NOT_FOUND);
        let (id, outcome) = (duty.to_string(), ("outcome", "card_issued"));
        for path in ["/duties/outcomes".to_owned(), format!("/duties/{duty}/outcome")] {
            let answer = world.post(&stranger, &path, &[("duty", &id), outcome]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["/", "/duties", "/duties?org=990101001", "/api/v1/duties?org=9901"] {
            let answer = world.get(&stranger, path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert!(!answer.body.contains("王秀兰"), "{path}");
        }
        assert_eq!(world.get(&clerk, "/duties/abc").await.status, StatusCode::NOT_FOUND);
        let auditor = world.clerk("auditor", "990101").await;
        assert_eq!(world.get(&auditor, "/duties").await.status, StatusCode::FORBIDDEN);
        assert_eq!(world.get(&auditor, "/").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn cards_are_settled_together_and_a_repeated_request_has_one_effect() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let mut ids = Vec::new();
        for (name, born) in [("王秀兰", BORN), ("李建国", date(1958, 1, 2))] {
            let person = world.person(&clerk, name, born, STATION).await;
            ids.push(of(&world.app, person, Rule::ContactCard).await.id.to_string());
        }
        let page = world.get(&clerk, "/duties?rule=base.card").await;
        assert!(page.body.contains("联系卡已发放"), "{}", page.body);
        let form = [
            ("duty", ids[0].as_str()),
            ("duty", ids[1].as_str()),
            ("outcome", "card_issued"),
            ("rule", "base.card"),
            (frame::KEY_FIELD, "once"),
        ];
        for _ in 0..2 {
            let answer = world.post(&clerk, "/duties/outcomes", &form).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
            let to = answer.location.unwrap();
            assert_eq!(to, "/duties?rule=base.card&done=1");
        }
        assert_eq!(n_cards(&world).await, 2);
        // Once more under another key: already done, and nothing is written.
        let again = world.post(&clerk, "/duties/outcomes", &form[..4]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("已经办结"), "{}", again.body);
        assert_eq!(n_cards(&world).await, 2);
    }
}

async fn n_cards(world: &World) -> i64 {
    let count = q!("SELECT COUNT(*) FROM facts WHERE kind = 'card_issued'");
    world.db().row(count).await.unwrap().unwrap().get(0).unwrap()
}

#[tokio::test]
async fn an_outcome_that_does_not_fit_is_refused_and_nothing_is_written() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let person = world.person(&clerk, "王秀兰", BORN, STATION).await;
        let card = of(&world.app, person, Rule::ContactCard).await.id.to_string();
        let path = format!("/duties/{card}/outcome");
        for (fields, says) in [
            (vec![("outcome", "certified")], "请只勾选"),
            (vec![("outcome", "nonsense")], "请选择办理结果"),
            (vec![("outcome", "card_issued"), ("on_day", "昨天")], "不是有效日期"),
            (vec![("outcome", "card_issued"), ("on_day", "2026-05-07")], "不能晚于今天"),
            (vec![("outcome", "card_issued"), ("on_day", "2026-04-01")], "请核对办理日期"),
        ] {
            let answer = world.post(&clerk, &path, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
            assert!(answer.body.contains(says), "{says}: {}", answer.body);
        }
        let wrong = [
            ("outcome", "card_issued"),
            ("rule", "base.card"),
            ("duty", card.as_str()),
            ("on_day", "昨天"),
        ];
        let none = world.post(&clerk, "/duties/outcomes", &wrong[..2]).await;
        assert_eq!(none.body.matches("请先勾选").count(), 2, "above and at the rows");
        let kept = world.post(&clerk, "/duties/outcomes", &wrong).await;
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
        let ticked = format!("value=\"{card}\" aria-label=\"选择王秀兰\" checked");
        for typed in [ticked.as_str(), "value=\"昨天\""] {
            assert!(kept.body.contains(typed), "{typed} is kept: {}", kept.body);
        }
        assert_eq!(n_cards(&world).await, 0);
    }
}

#[tokio::test]
async fn a_senior_card_that_is_not_wanted_is_settled_and_says_so() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let born = date(1956, 5, 1);
        let person = world.person(&clerk, "阿卜杜热合曼·买买提", born, STATION).await;
        let card = of(&world.app, person, Rule::SeniorCard).await;
        let path = format!("/duties/{}/outcome", card.id);
        let fields = [("outcome", "senior_card_declined")];
        let answer = world.post(&clerk, &path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let page = world.get(&clerk, &format!("/duties/{}", card.id)).await;
        assert!(page.body.contains("本人不要优惠证"), "{}", page.body);
        assert!(page.body.contains("按期办结"));
    }
}

#[tokio::test]
async fn why_a_duty_is_owed_is_told_in_the_words_of_the_law() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let person = world.person(&clerk, "王秀兰", BORN, STATION).await;
        let duty = of(&world.app, person, Rule::VisitNew).await.id;
        let law = rules::law::Law::embedded().unwrap();
        let sentence = &law.rule("visit.new").unwrap().quote;
        let page = world.get(&clerk, &format!("/duties/{duty}")).await;
        assert!(page.body.contains(sentence), "{}", page.body);
        let api = world.get(&clerk, &format!("/api/v1/duties/{duty}")).await;
        let api: serde_json::Value = serde_json::from_str(&api.body).unwrap();
        assert_eq!(api["why"]["sentence"], *sentence);
        assert_eq!((&api["due_on"], &api["state"]), (&"2026-05-31".into(), &"open".into()));
    }
}

#[tokio::test]
async fn the_api_pages_through_a_list_and_settles_once() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let mut wanted = 0;
        for (name, born) in [("王秀兰", BORN), ("李建国", date(1958, 1, 2))] {
            let person = world.person(&clerk, name, born, STATION).await;
            let all = duties::store::of_person(&mut world.db().clone(), person).await;
            wanted += all.unwrap().len();
        }
        for org in ["", "&org=990101"] {
            let (mut seen, mut after) = (std::collections::BTreeSet::new(), String::new());
            loop {
                let path = format!("/api/v1/duties?limit=1{org}{after}");
                let answer = world.get(&clerk, &path).await;
                let page: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
                for item in page["items"].as_array().unwrap() {
                    assert!(seen.insert(item["id"].as_i64().unwrap()), "{item}");
                }
                let Some(next) = page["next"].as_str() else {
                    break;
                };
                after = format!("&after={next}");
            }
            assert_eq!(seen.len(), wanted);
        }
        let city = world.clerk("office_clerk", "9901").await;
        let far = world.get(&city, "/api/v1/duties?limit=1").await;
        let far: serde_json::Value = serde_json::from_str(&far.body).unwrap();
        let next = far["next"].as_str().unwrap();
        let rest = world.get(&city, &format!("/api/v1/duties?after={next}")).await;
        let rest: serde_json::Value = serde_json::from_str(&rest.body).unwrap();
        assert_eq!(rest["items"].as_array().unwrap().len(), wanted - 1);
        for bad in ["limit=0", "limit=x", "after=x"] {
            let answer = world.get(&clerk, &format!("/api/v1/duties?{bad}")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        }
    }
}

#[tokio::test]
async fn an_outcome_over_the_api_is_done_once() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let person = world.person(&clerk, "王秀兰", BORN, STATION).await;
        let card = of(&world.app, person, Rule::ContactCard).await.id;
        let body = serde_json::json!({"duties": [card], "outcome": "card_issued"}).to_string();
        let mut answers = Vec::new();
        for _ in 0..2 {
            let request = Request::post("/api/v1/duties/outcomes")
                .header(header::COOKIE, format!("songhe=story-{}", clerk.account))
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", "once")
                .body(Body::from(body.clone()));
            answers.push(world.send(request.unwrap()).await);
        }
        assert_eq!(answers[0].status, StatusCode::OK, "{}", answers[0].body);
        assert_eq!(answers[1].body, answers[0].body);
        assert_eq!(n_cards(&world).await, 1);
    }
}

#[tokio::test]
async fn a_certification_at_the_door_settles_and_what_if_tells_what_would_move() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", STATION).await;
        let new = NewPerson {
            pension_from: Some(date(2025, 6, 1)),
            ..crate::world::new_person("王秀兰", BORN)
        };
        let person = world.enter(&clerk, &new, STATION, TODAY).await;
        let certify = of(&world.app, person, Rule::Certify).await;
        assert_eq!(certify.duty.state, State::Open);
        let pack = "[[figure]]\nid = \"visit.prompt.working_days\"\nfrom = \"2026-01-01\"\n\
                    value = 3\ncite = \"试\"\nquote = \"三个工作日\"\n\
                    [[figure]]\nid = \"certify.opens_before_days\"\nfrom = \"2020-01-01\"\n\
                    value = 0\ncite = \"试\"\nquote = \"当日起\"";
        let figures = what_if::read_pack(pack).unwrap();
        let change = what_if::Change::Figures(String::new(), figures);
        let sides = what_if::sides(&world.app, change).await.unwrap();
        let all = kernel::Scope::below("");
        let looking = what_if::Looking::begin(&world.app, sides, &all, TODAY).await;
        let mut looking = looking.unwrap();
        let fates = looking.next().await.unwrap().unwrap();
        let [(who, fate)] = fates[..] else { panic!("{fates:?}") };
        assert_eq!((who, fate.code(), fate.rule()), (person, "vanishes", Rule::Certify));
        assert!(looking.next().await.unwrap().is_none());
        assert_eq!(looking.n_people(), 1);

        let kind = FactKind::Certified { by: CertifiedBy::Household };
        let path = format!("/duties/{}/outcome", certify.id);
        let answer = world.post(&clerk, &path, &[("outcome", "certified")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let facts = duties::store::facts(&mut world.db().clone(), person).await;
        assert!(facts.unwrap().iter().any(|fact| fact.kind == kind));
        let after = of(&world.app, person, Rule::Certify).await;
        assert!(settled(TODAY, TODAY, Timeliness::OnTime)(after.duty.state));
    }
}

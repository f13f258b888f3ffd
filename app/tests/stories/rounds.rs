//! Visits: three clicks, many views; what is not reached; what is void; what is entrusted.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use rules::duties::{Rule, State, Timeliness};
use songhe::duties::{self, Stored};
use songhe::registry::{self, NewPerson, Person};

use crate::world::{Answer, World};

const GREEN: &str = "990101001001";

async fn person(world: &World, clerk: &Actor, id: i64) -> Person {
    let found = registry::find(&mut world.db().clone(), &clerk.scope(), id).await;
    found.unwrap()
}

async fn owed(world: &World, id: i64, rule: Rule) -> Vec<Stored> {
    let all = duties::store::of_person(&mut world.db().clone(), id).await;
    let all = all.unwrap().into_iter();
    all.filter(|stored| stored.duty.rule == rule).collect()
}

async fn n_visits(world: &World) -> i64 {
    let row = world.db().row(q!("SELECT COUNT(*) FROM visits")).await;
    row.unwrap().unwrap().get(0).unwrap()
}

/// The value that a form shows in a hidden field or text field.
fn shown(answer: &Answer, name: &str) -> String {
    let at = answer.body.find(&format!("name=\"{name}\"")).unwrap();
    let rest = &answer.body[at..];
    let value = rest.split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

/// The choice that is preset in a group of radio buttons.
fn chosen(answer: &Answer, name: &str) -> String {
    let field = format!("name=\"{name}\"");
    let mut inputs = answer.body.split("<input").filter(|input| input.contains(&field));
    let tick = |input: &&str| input.split('>').next().unwrap().contains(" checked");
    let input = inputs.find(tick).unwrap();
    let value = input.split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

async fn api(world: &World, actor: &Actor, path: &str, body: &str, key: &str) -> Answer {
    let request = Request::post(path)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .header("x-csrf-token", world.csrf(actor))
        .body(Body::from(body.to_owned()));
    world.send(request.unwrap()).await
}

fn retiree(name: &str, number: &str, address: &str) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        id_number: number.to_owned(),
        id_kind: "other".to_owned(),
        born_on: Some(date(1950, 3, 4)),
        phone: "19400000002".to_owned(),
        address: address.to_owned(),
        ..NewPerson::default()
    }
}

#[tokio::test]
async fn three_clicks_change_seven_views() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let id = world.person(&clerk, "王秀兰", date(1950, 3, 4), GREEN).await;
        let duty = &owed(&world, id, Rule::VisitNew).await[0];
        let plan = world.get(&clerk, "/visits/plan").await;
        assert_eq!(plan.status, StatusCode::OK, "{}", plan.body);
        assert!(plan.body.contains("王秀兰"), "{}", plan.body);

        // One click opens the form, one saves it: nothing has to be typed.
        let new = format!("/people/{id}/visits/new");
        let save = format!("/people/{id}/visits");
        let form = world.get(&clerk, &format!("{new}?duty={}", duty.id)).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.body);
        let (way, outcome) = (chosen(&form, "way"), chosen(&form, "outcome"));
        let (on, visitor) = (shown(&form, "on"), shown(&form, "visitor"));
        assert_eq!((way.as_str(), on.as_str()), ("home", "2026-05-06"));
        assert!(form.body.contains("新接收走访"));
        let fields = [
            ("way", way.as_str()),
            ("outcome", outcome.as_str()),
            ("on", on.as_str()),
            ("visitor", visitor.as_str()),
        ];
        let saved = world.post(&clerk, &save, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let page = world.get(&clerk, &saved.location.unwrap()).await;
        assert!(
            page.body.contains("新接收走访") && page.body.contains("按期办结"),
            "{}",
            page.body
        );

        // 1 the duty, 2 and 3 the person's contact and evidence, 4 the timeline of facts,
        // 5 the ledger, 6 its totals, 7 the plan.
        let settled = owed(&world, id, Rule::VisitNew).await[0].duty.state;
        let timely = |timeliness| timeliness == Timeliness::OnTime;
        assert!(matches!(settled, State::Settled { timeliness, .. } if timely(timeliness)));
        let after = person(&world, &clerk, id).await;
        assert_eq!(after.last_contact_on, Some(date(2026, 5, 6)));
        assert_eq!(after.evidence_on, Some(date(2026, 5, 6)));
        let facts = duties::store::facts(&mut world.db().clone(), id).await.unwrap();
        assert!(facts.iter().any(|fact| fact.kind.code() == "contacted"));
        let ledger = world.get(&clerk, "/visits?rule=visit.new").await;
        assert!(ledger.body.contains("王秀兰"), "{}", ledger.body);
        assert!(ledger.body.contains("上门 1次"), "{}", ledger.body);
        let other_rule = world.get(&clerk, "/visits?rule=visit.away").await;
        assert!(!other_rule.body.contains("王秀兰"));
        let plan = world.get(&clerk, "/visits/plan").await;
        assert!(!plan.body.contains("王秀兰"));
        let print = world.get(&clerk, "/visits/print").await;
        assert!(print.body.contains("王秀兰"), "{}", print.body);
    }
}

#[tokio::test]
async fn what_cannot_be_so_is_refused_and_nothing_is_written() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let id = world.person(&clerk, "王秀兰", date(1950, 3, 4), GREEN).await;
        let save = format!("/people/{id}/visits");
        let wrong = [
            ([("on", "2026-05-07"), ("way", "home")], "走访日期不能晚于今天"),
            ([("on", "2026-05-05"), ("way", "home")], "不能早于纳入管理的日期"),
            ([("on", "五月六日"), ("way", "home")], "不是有效日期"),
            ([("on", "2026-05-06"), ("way", "drone")], "请选择走访方式"),
            ([("on", ""), ("about", "77")], "不在此人的供养亲属中"),
            ([("on", ""), ("findings", "needs_help")], "请写明需要什么帮助"),
        ];
        for (fields, sentence) in wrong {
            let answer = world.post(&clerk, &save, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            assert!(answer.body.contains(sentence), "{fields:?}: {}", answer.body);
            assert!(answer.body.contains(fields[0].1), "what was typed is kept");
        }
        assert_eq!(n_visits(&world).await, 0);
        let bad = world.get(&clerk, "/visits?from=yesterday").await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn another_street_and_another_post_are_kept_out() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let id = world.person(&clerk, "王秀兰", date(1950, 3, 4), GREEN).await;
        let new = format!("/people/{id}/visits/new");
        let save = format!("/people/{id}/visits");
        let saved = world.post(&clerk, &save, &[]).await.location.unwrap();
        let visit = saved.split('?').next().unwrap().to_owned();
        let other = world.clerk("coordinator", "990101002001").await;
        let street = world.clerk("street_clerk", "990101002").await;
        for stranger in [&other, &street] {
            let nothing = world.get(stranger, "/visits/999999").await;
            assert_eq!(nothing.status, StatusCode::NOT_FOUND);
            for path in [&new, &visit, &format!("{visit}/void"), &format!("/api/v1{visit}")] {
                let answer = world.get(stranger, path).await;
                let kept_out = answer.status.is_client_error();
                assert!(kept_out && !answer.body.contains("王秀兰"), "{path}");
            }
            let page = world.get(stranger, &visit).await;
            assert_eq!((page.status, &page.body), (nothing.status, &nothing.body));
            let answer = world.post(stranger, &save, &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            for list in ["/visits", "/visits?org=990101001001", "/api/v1/visits"] {
                let answer = world.get(stranger, list).await;
                assert!(!answer.body.contains("王秀兰"), "{list}");
            }
        }
        let plan = world.get(&street, "/visits/plan?org=990101001001").await;
        assert_eq!(plan.status, StatusCode::NOT_FOUND);
        let lead = world.clerk("office_lead", "990101").await;
        let answer = world.post(&lead, &save, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(n_visits(&world).await, 1);
    }
}

#[tokio::test]
async fn the_same_key_is_one_visit() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let id = world.person(&clerk, "王秀兰", date(1950, 3, 4), GREEN).await;
        let save = format!("/people/{id}/visits");
        let fields = [("way", "telephone"), (frame::KEY_FIELD, "one-and-only")];
        let first = world.post(&clerk, &save, &fields).await;
        let second = world.post(&clerk, &save, &fields).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER);
        assert_eq!(first.location, second.location);
        assert_eq!(n_visits(&world).await, 1);
        let path = format!("/api/v1/people/{id}/visits");
        let first = api(&world, &clerk, &path, r#"{"way":"home"}"#, "api-key").await;
        let second = api(&world, &clerk, &path, r#"{"way":"home"}"#, "api-key").await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.body);
        assert_eq!(first.body, second.body);
        assert!(first.body.contains("visit.new"), "{}", first.body);
        assert_eq!(n_visits(&world).await, 2);
    }
}

#[tokio::test]
async fn a_void_visit_stays_and_the_duty_is_open_again() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let id = world.person(&clerk, "王秀兰", date(1950, 3, 4), GREEN).await;
        let save = format!("/people/{id}/visits");
        let findings = [("findings", "alone"), ("findings", "lives_alone"), ("away", "abroad")];
        let saved = world.post(&clerk, &save, &findings).await.location.unwrap();
        let path = saved.split('?').next().unwrap();
        assert_eq!(person(&world, &clerk, id).await.away, "abroad");
        let marks = || async {
            let marks = q!("SELECT COUNT(*) FROM marks WHERE ended_on IS NULL");
            let row = world.db().row(marks).await.unwrap().unwrap();
            row.get::<i64>(0).unwrap()
        };
        assert_eq!(marks().await, 2);
        let form = world.get(&clerk, &format!("{path}/void")).await;
        let version = shown(&form, "version");
        let void = format!("{path}/void");
        let silent = world.post(&clerk, &void, &[("version", &version)]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let stale = [("version", "7"), ("reason", "登记错人")];
        let stale = world.post(&clerk, &void, &stale).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let fields = [("version", version.as_str()), ("reason", "登记错人")];
        let answer = world.post(&clerk, &void, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let again = world.post(&clerk, &void, &fields).await;
        assert_eq!(again.status, StatusCode::CONFLICT);

        assert_eq!(owed(&world, id, Rule::VisitNew).await[0].duty.state, State::Open);
        let after = person(&world, &clerk, id).await;
        assert_eq!((after.last_contact_on, after.evidence_on), (None, None));
        assert_eq!((after.away.as_str(), marks().await), ("here", 0));
        let ledger = world.get(&clerk, "/visits").await;
        assert!(ledger.body.contains("<s>王秀兰</s>"), "{}", ledger.body);
        assert!(ledger.body.contains("<strong>0</strong>次"), "{}", ledger.body);
    }
}

#[tokio::test]
async fn who_is_not_reached_is_sought_step_by_step() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let id = world.person(&clerk, "王秀兰", date(1950, 3, 4), GREEN).await;
        let new = format!("/people/{id}/visits/new");
        let save = format!("/people/{id}/visits");
        let steps = [("home", "再次上门"), ("home", "打电话"), ("telephone", "问邻居或组长")];
        for (way, next) in steps {
            let form = world.get(&clerk, &new).await;
            assert_eq!(chosen(&form, "way"), way);
            let fields = [("way", way), ("outcome", "not_reached")];
            let saved = world.post(&clerk, &save, &fields).await;
            let page = world.get(&clerk, &saved.location.unwrap()).await;
            assert!(page.body.contains("还要再联系") && page.body.contains(next), "{}", page.body);
        }
        let tries = owed(&world, id, Rule::Reach).await;
        let open = tries.iter().filter(|one| one.duty.state == State::Open).count();
        assert_eq!((tries.len(), open), (3, 1));
        assert_eq!(owed(&world, id, Rule::VisitNew).await[0].duty.state, State::Open);
        world.post(&clerk, &save, &[("way", "home")]).await;
        let tries = owed(&world, id, Rule::Reach).await;
        assert!(tries.iter().all(|one| one.duty.state != State::Open));
    }
}

#[tokio::test]
async fn paper_is_entered_for_many_in_one_act() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let taken_in = date(2026, 5, 1);
        let people = [
            ("赵一", "A1", "青山街道松风路12号12幢1单元101室"),
            ("钱二", "A2", "青山街道松风路12号3幢1单元101室"),
        ];
        let mut ids = Vec::new();
        for (name, number, address) in people {
            let new = retiree(name, number, address);
            ids.push(world.enter(&clerk, &new, GREEN, taken_in).await);
        }
        let plan = world.get(&clerk, "/visits/plan/print").await;
        let place = |name: &str| plan.body.find(name).unwrap();
        assert!(place("钱二") < place("赵一"), "building 3 stands before building 12");
        let form = world.get(&clerk, "/visits/batch").await;
        assert!(form.body.contains("赵一"), "{}", form.body);

        let (one, two) = (format!("{}_0", ids[0]), format!("{}_0", ids[1]));
        let own_day = format!("day_{}", ids[1]);
        let mut fields = vec![
            ("on", "2026-05-04"),
            ("way", "home"),
            ("person", one.as_str()),
            ("person", two.as_str()),
            (own_day.as_str(), "2026-04-30"),
        ];
        let early = world.post(&clerk, "/visits/batch", &fields).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.body.contains("钱二：走访日期不能早于"), "{}", early.body);
        assert_eq!(n_visits(&world).await, 0, "all or nothing");
        fields[4].1 = "2026-05-02";
        let saved = world.post(&clerk, "/visits/batch", &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let ledger = world.get(&clerk, &saved.location.unwrap()).await;
        assert!(ledger.body.contains("已登记 2 人的走访"), "{}", ledger.body);
        assert!(ledger.body.contains("补录"));
        let State::Settled { on, entered_on, .. } =
            owed(&world, ids[1], Rule::VisitNew).await[0].duty.state
        else {
            panic!("the visit on paper settles the duty");
        };
        assert_eq!((on, entered_on), (date(2026, 5, 2), date(2026, 5, 6)));
        let acts = q!("SELECT COUNT(*) FROM audit WHERE deed = 'visits.record'");
        let n: i64 = world.db().row(acts).await.unwrap().unwrap().get(0).unwrap();
        assert_eq!(n, 1);
        let nobody = world.post(&clerk, "/visits/batch", &[("on", "2026-05-04")]).await;
        assert_eq!(nobody.body.matches("请至少勾选一人").count(), 2, "above and at the rows");
    }
}

#[tokio::test]
async fn the_family_of_somebody_who_died_is_visited_from_the_list() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let new = retiree("赵一", "A1", "松风路1号");
        let id = world.enter(&clerk, &new, GREEN, date(2026, 4, 1)).await;
        let died = r#"{"died_on": "2026-05-03", "source": "family", "despite_doubts": true}"#;
        let path = format!("/api/v1/people/{id}/death");
        assert_eq!(api(&world, &clerk, &path, died, "death").await.status, StatusCode::OK);

        let form = world.get(&clerk, "/visits/batch").await;
        assert!(form.body.contains("（家属）"), "{}", form.body);
        let family = form.body.split("name=\"person\" value=\"").nth(1).unwrap();
        let family = family.split('"').next().unwrap();
        assert_eq!(family, format!("{id}_-1"), "whom one visits is dead: the family is visited");
        let fields = [("on", "2026-05-05"), ("way", "home"), ("person", family)];
        let saved = world.post(&clerk, "/visits/batch", &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let condolence = owed(&world, id, Rule::VisitBereaved).await;
        assert!(matches!(condolence[0].duty.state, State::Settled { .. }), "{condolence:?}");
    }
}

#[tokio::test]
async fn a_ledger_is_paged_without_gaps() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let taken_in = date(2026, 5, 1);
        let new = retiree("孙三", "A3", "松风路1号");
        let id = world.enter(&clerk, &new, GREEN, taken_in).await;
        for day in ["2026-05-02", "2026-05-03", "2026-05-03", "2026-05-06"] {
            let path = format!("/people/{id}/visits");
            world.post(&clerk, &path, &[("on", day)]).await;
        }
        let mut after = String::new();
        let mut seen = Vec::new();
        loop {
            let path = format!("/api/v1/visits?limit=1&after={after}");
            let page = world.get(&clerk, &path).await;
            let page: serde_json::Value = serde_json::from_str(&page.body).unwrap();
            let Some(visit) = page["items"].get(0) else {
                break;
            };
            seen.push(visit["on"].as_str().unwrap().to_owned());
            after = page["after"].as_str().unwrap().to_owned();
        }
        assert_eq!(seen, ["2026-05-06", "2026-05-03", "2026-05-03", "2026-05-02"]);
    }
}

/// 孙三 lives in the west district: the east asks the station there, which answers.
async fn entrusted(world: &World, street: &Actor, answer_by: &str) -> (i64, String) {
    let clerk = world.clerk("coordinator", GREEN).await;
    let new = NewPerson {
        away: "in_province".to_owned(),
        away_place: "西区白云路8号".to_owned(),
        ..retiree("孙三", "A3", "松风路1号")
    };
    let taken_in: Date = date(2026, 5, 1);
    let id = world.enter(&clerk, &new, GREEN, taken_in).await;
    let form = world.get(street, &format!("/people/{id}/entrust?find=白云社区")).await;
    assert!(form.body.contains("白云社区（990102001001）"), "{}", form.body);
    let to_org = world.org("990102001001", "station").await.to_string();
    let fields = [("to_org", to_org.as_str()), ("wish", "请代为看望"), ("answer_by", answer_by)];
    let asked = world.post(street, &format!("/people/{id}/entrust"), &fields).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    (id, asked.location.unwrap())
}

#[tokio::test]
async fn a_body_elsewhere_sees_little_and_its_answer_is_a_visit() {
    for world in World::each().await {
        let street = world.clerk("street_clerk", "990101001").await;
        let (id, path) = entrusted(&world, &street, "2026-06-05").await;
        let asked = world.clerk("coordinator", "990102001001").await;
        let list = world.get(&asked, "/entrustments?side=in").await;
        assert!(list.body.contains("孙三"), "{}", list.body);
        let page = world.get(&asked, &path).await;
        for told in ["孙三", "19400000002", "西区白云路8号", "请代为看望"] {
            assert!(page.body.contains(told), "{told}: {}", page.body);
        }
        assert!(!page.body.contains(&format!("/people/{id}")));
        let letter = world.get(&asked, &format!("{path}/letter")).await;
        assert_eq!(letter.status, StatusCode::NOT_FOUND);
        let letter = world.get(&street, &format!("{path}/letter")).await;
        assert!(letter.body.contains("回执"), "{}", letter.body);
        for path in [format!("/people/{id}/visits/new"), format!("{path}/withdraw")] {
            let answer = world.post(&asked, &path, &[("version", "1")]).await;
            assert!(answer.status.is_client_error(), "{path}");
        }
        let third = world.clerk("coordinator", "990101002001").await;
        assert_eq!(world.get(&third, &path).await.status, StatusCode::NOT_FOUND);

        let away = &owed(&world, id, Rule::VisitAway).await[0];
        assert_eq!(away.duty.state, State::Open);
        let answer = format!("{path}/answer");
        let early = [("version", "1"), ("on", "2026-05-05"), ("words", "身体很好")];
        let early = world.post(&asked, &answer, &early).await;
        assert!(early.body.contains("不能早于委托日期"), "{}", early.body);
        let fields = [("version", "1"), ("outcome", "met"), ("words", "身体很好")];
        let answered = world.post(&asked, &answer, &fields).await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.body);
        let settled = owed(&world, id, Rule::VisitAway).await[0].duty.state;
        assert!(matches!(settled, State::Settled { .. }), "{settled:?}");
        let ledger = world.get(&street, "/visits?way=entrusted").await;
        assert!(ledger.body.contains("孙三"), "{}", ledger.body);
        let own = world.get(&asked, "/visits").await;
        assert!(!own.body.contains("孙三"), "the visit is counted where it was asked");
        let after = world.get(&asked, &path).await;
        assert!(!after.body.contains("19400000002") && after.body.contains("身体很好"));
        let twice = world.post(&asked, &answer, &fields).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn an_entrustment_is_withdrawn_or_answered_on_paper() {
    for world in World::each().await {
        let street = world.clerk("street_clerk", "990101001").await;
        let (id, path) = entrusted(&world, &street, "2026-05-06").await;
        let again = [("to_name", "外地社区"), ("wish", "请看望"), ("answer_by", "2026-06-05")];
        let new = format!("/people/{id}/entrust");
        let again_answer = world.post(&street, &new, &again).await;
        assert_eq!(again_answer.status, StatusCode::CONFLICT, "one at a time");
        let withdrawn = world.post(&street, &format!("{path}/withdraw"), &[("version", "1")]).await;
        assert_eq!(withdrawn.status, StatusCode::SEE_OTHER, "{}", withdrawn.body);
        let outside = world.post(&street, &new, &again).await;
        let path = outside.location.unwrap();
        let fields = [("version", "1"), ("words", "来信说身体很好")];
        let answered = world.post(&street, &format!("{path}/answer"), &fields).await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.body);
        let page = world.get(&street, &path).await;
        assert!(page.body.contains("已答复"), "{}", page.body);
        let coordinator = world.clerk("coordinator", GREEN).await;
        let refused = world.post(&coordinator, &new, &again).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let wrong = [("to_name", ""), ("wish", ""), ("answer_by", "2026-05-01")];
        let wrong = world.post(&street, &new, &wrong).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("答复日期不能早于今天"), "{}", wrong.body);
    }
}

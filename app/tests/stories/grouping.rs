//! Groups of retirees and branches of the party: founded, joined, led, guided, ended; letters that
//! lead members of the party to a branch.

use axum::http::StatusCode;
use jiff::civil::date;
use kernel::{Actor, q};
use serde_json::Value;
use songhe::registry::NewPerson;

use crate::world::{World, new_person};

const HERE: &str = "990101001001";
const STREET: &str = "990101001";

async fn told(world: &World, actor: &Actor, path: &str) -> Value {
    let answer = world.get(actor, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.says());
    serde_json::from_str(&answer.body).unwrap()
}

async fn found(world: &World, clerk: &Actor, kind: &str, name: &str) -> String {
    let fields = [("org", HERE), ("kind", kind), ("name", name)];
    let done = world.post(clerk, "/groups", &fields).await;
    assert!(done.status.is_redirection(), "{}", done.says());
    done.location.unwrap().split('?').next().unwrap().to_owned()
}

async fn enter(world: &World, clerk: &Actor, name: &str, political: &str) -> String {
    let day = 1 + i8::try_from(name.len() % 27).unwrap();
    let political = political.to_owned();
    let new = NewPerson { political, ..new_person(name, date(1951, 2, day)) };
    world.enter(clerk, &new, HERE, world.app.today()).await.to_string()
}

async fn on(world: &World, clerk: &Actor, path: &str, fields: &[(&str, &str)]) -> String {
    let version = told(world, clerk, &format!("/api/v1{path}")).await["version"].to_string();
    let fields: Vec<_> = fields.iter().copied().chain([("version", &*version)]).collect();
    let answer = world.post(clerk, path, &fields).await;
    answer.location.clone().unwrap_or_else(|| answer.body.clone())
}

async fn the_leader_sees_names(world: &World, (first, second): (&str, &str)) {
    let leader = world.clerk("group_leader", "990101001001-02").await;
    let own = world.get(&leader, "/groups").await;
    assert_eq!(own.location.as_deref(), Some(first));
    let seen = world.get(&leader, first).await;
    assert!(seen.body.contains("欧阳淑英") && seen.body.contains("商定每月活动"));
    assert!(!seen.body.contains("/people/"), "a leader opens no retiree");
    assert_eq!(world.get(&leader, second).await.status, StatusCode::NOT_FOUND);
}

/// Not while its leader signs in; the organisation is closed with the group.
async fn it_ends(world: &World, clerk: &Actor, first: &str) {
    let end = [("action", "end"), ("why", "并入第二组")];
    let early = on(world, clerk, first, &end).await;
    assert!(early.contains("组长的账号还在用"), "{early}");
    let org = world.org("990101001001-02", "group").await;
    let disable = q!("UPDATE accounts SET disabled_on = '2026-05-06' WHERE org = $1", org);
    world.db().housekeep(vec![disable]).await.unwrap();
    let ended = on(world, clerk, first, &end).await;
    assert!(ended.ends_with("saved=ended"), "{ended}");
    let closed = q!("SELECT closed_on FROM orgs WHERE id = $1", org);
    let closed: String = world.db().row(closed).await.unwrap().unwrap().get(0).unwrap();
    assert_eq!(closed, "2026-05-06", "the organisation ends with it");
}

#[tokio::test]
async fn a_mutual_help_group_is_an_organisation_and_nobody_is_in_two() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let one = enter(&world, &clerk, "王秀兰", "13").await;
        let two = enter(&world, &clerk, "欧阳淑英", "13").await;
        let nameless = [("org", HERE), ("kind", "mutual"), ("name", "")];
        let nameless = world.post(&clerk, "/groups", &nameless).await;
        assert!(nameless.body.contains("请填写名称"), "{}", nameless.body);
        let first = found(&world, &clerk, "mutual", "第一互助小组").await;
        let second = found(&world, &clerk, "mutual", "第二互助小组").await;
        let shown = told(&world, &clerk, &format!("/api/v1{first}")).await;
        assert_eq!(shown["code"], "990101001001-02");
        world.org("990101001001-02", "group").await;

        let known =
            [("org", HERE), ("kind", "mutual"), ("name", "老组"), ("code", "990101001001-02")];
        let known = world.post(&clerk, "/groups", &known).await;
        assert!(known.body.contains("或者已经登记过"), "{}", known.body);

        let join = format!("{first}/join");
        let form = world.get(&clerk, &join).await;
        assert!(form.body.contains("王秀兰") && form.body.contains("欧阳淑英"));
        let nobody = world.post(&clerk, &join, &[]).await;
        assert!(nobody.body.contains("请先勾选人"), "{}", nobody.body);
        let both = [("person", &*one), ("person", &*two)];
        let joined = world.post(&clerk, &join, &both).await;
        assert!(joined.status.is_redirection(), "{}", joined.says());
        let again = world.post(&clerk, &format!("{second}/join"), &[("person", &one)]).await;
        assert_eq!(again.status, StatusCode::PRECONDITION_FAILED, "in one group at a time");
        let form = world.get(&clerk, &format!("{second}/join")).await;
        assert!(!form.body.contains("王秀兰"), "offered to no second one");
        let hobby = found(&world, &clerk, "interest", "书画小组").await;
        let hobby = world.post(&clerk, &format!("{hobby}/join"), &[("person", &one)]).await;
        assert!(hobby.status.is_redirection(), "any number of interest groups");

        let stranger = on(&world, &clerk, &first, &[("action", "lead"), ("person", "1")]).await;
        assert!(stranger.contains("请从现在的成员中选择"), "{stranger}");
        let led = on(&world, &clerk, &first, &[("action", "lead"), ("person", &one)]).await;
        assert!(led.ends_with("saved=led"), "{led}");
        let street = world.clerk("street_clerk", STREET).await;
        let what = [("action", "guide"), ("on_day", "2026-05-06"), ("what", "商定每月活动")];
        let guided = on(&world, &street, &first, &what).await;
        assert!(guided.ends_with("saved=guided"), "{guided}");

        the_leader_sees_names(&world, (&first, &second)).await;
        let elsewhere = world.clerk("coordinator", "990101002001").await;
        assert_eq!(world.get(&elsewhere, &first).await.status, StatusCode::NOT_FOUND);

        let leave = [("action", "leave"), ("member", &*one), ("why", "搬走了")];
        let left = world.post(&clerk, &first, &leave).await;
        assert!(left.status.is_redirection(), "{}", left.says());
        let shown = told(&world, &clerk, &format!("/api/v1{first}")).await;
        assert_eq!((&shown["leader"], &shown["members"]), (&Value::Null, &1.into()));
        it_ends(&world, &clerk, &first).await;
        let late = world.post(&clerk, &join, &[("person", &two)]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "after its end");
        let free = world.post(&clerk, &format!("{second}/join"), &both).await;
        assert!(free.status.is_redirection(), "{}", free.says());
    }
}

#[tokio::test]
async fn a_letter_leads_a_member_of_the_party_to_a_branch_while_it_is_valid() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", HERE).await;
        let member = enter(&world, &clerk, "王秀兰", "01").await;
        let other = enter(&world, &clerk, "欧阳淑英", "13").await;
        let none = world.get(&clerk, "/party?state=none").await;
        assert!(none.body.contains("王秀兰") && !none.body.contains("欧阳淑英"));
        let branch = found(&world, &clerk, "branch", "退休第一党支部").await;
        let id = branch.rsplit('/').next().unwrap();
        let not_one = world.post(&clerk, &format!("{branch}/join"), &[("person", &other)]).await;
        assert!(not_one.body.contains("不是党员"), "{}", not_one.body);
        let letter = |person: String, day: &'static str| {
            let (world, clerk, id) = (&world, &clerk, id.to_owned());
            async move {
                let fields = [
                    ("person", &*person),
                    ("branch", &*id),
                    ("number", "介字7号"),
                    ("issuer", "青山机械厂党委"),
                    ("issued_on", day),
                ];
                world.post(clerk, "/party", &fields).await
            }
        };
        let wrong = letter(other, "2026-05-01").await;
        assert!(wrong.body.contains("不是在管的党员"), "{}", wrong.body);
        let future = letter(member.clone(), "2026-05-07").await;
        assert!(future.body.contains("不能晚于今天"), "{}", future.body);
        assert!(letter(member.clone(), "2026-02-05").await.status.is_redirection());
        let twice = letter(member.clone(), "2026-05-01").await;
        assert!(twice.says().contains("在等回执"), "{}", twice.says());
        let listed = told(&world, &clerk, "/api/v1/party").await;
        let one = &listed["items"][0];
        assert_eq!(one["valid_until"], "2026-05-05", "three months");
        let home = world.get(&clerk, "/").await;
        assert!(home.body.contains("1 封已过有效期"), "{}", home.body);
        let path = format!("/party/{}", one["id"]);
        let received = [("receipt", "received"), ("version", "1")];
        let lapsed = world.post(&clerk, &path, &received).await;
        assert!(lapsed.says().contains("已过有效期"), "{}", lapsed.says());
        let unsaid = [("receipt", "returned"), ("version", "1")];
        let unsaid = world.post(&clerk, &path, &unsaid).await;
        assert!(unsaid.body.contains("请写明退回的原因"), "{}", unsaid.body);
        let back = [("receipt", "returned"), ("version", "1"), ("note", "过期重开")];
        assert!(world.post(&clerk, &path, &back).await.status.is_redirection());

        assert!(letter(member.clone(), "2026-05-01").await.status.is_redirection());
        let listed = told(&world, &clerk, "/api/v1/party").await;
        let path = format!("/party/{}", listed["items"][0]["id"]);
        let elsewhere = world.clerk("coordinator", "990101002001").await;
        assert_eq!(world.get(&elsewhere, &path).await.status, StatusCode::NOT_FOUND);
        let done = world.post(&clerk, &path, &received).await;
        assert!(done.status.is_redirection(), "{}", done.says());
        let shown = told(&world, &clerk, &format!("/api/v1{branch}")).await;
        assert_eq!(shown["people"][0]["name"], "王秀兰");
        let roll = world.get(&clerk, &format!("{branch}/roll")).await;
        assert!(roll.body.contains("退休第一党支部成员名册"), "{}", roll.body);
        let none = world.get(&clerk, "/party?state=none").await;
        assert!(!none.body.contains("王秀兰"), "has a branch now");
    }
}

//! Personnel files: where each is, who has it, and nobody able to have one twice.

use axum::http::StatusCode;
use jiff::civil::date;
use kernel::{Actor, q};
use serde_json::Value;

use crate::world::{Answer, TODAY, World};

const HERE: &str = "990101001001";
const STREET: &str = "990101001";
const DISTRICT: &str = "990101";

async fn told(world: &World, actor: &Actor, path: &str) -> Value {
    let answer = world.get(actor, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.says());
    serde_json::from_str(&answer.body).unwrap()
}

/// A retiree of the station and their file, which lies at the clerk's body in a box.
async fn filed(world: &World, clerk: &Actor, (name, in_box): (&str, &str)) -> (i64, Value) {
    let coordinator = world.clerk("coordinator", HERE).await;
    let day = 1 + i8::try_from(name.len() % 27).unwrap();
    let person = world.person(&coordinator, name, date(1950, 3, day), HERE).await;
    let own = person.to_string();
    let form = world.get(clerk, &format!("/archives/new?person={person}")).await;
    assert!(form.body.contains("登记入库"), "{}", form.body);
    let fields = [("person", &*own), ("from", "青山机械厂"), ("box", in_box), ("volumes", "1")];
    let done = world.post(clerk, "/archives", &fields).await;
    assert!(done.status.is_redirection(), "{}", done.says());
    let path = done.location.unwrap();
    let id: i64 = path.split(['/', '?']).nth(2).unwrap().parse().unwrap();
    (person, told(world, clerk, &format!("/api/v1/archives/{id}")).await)
}

async fn on(world: &World, clerk: &Actor, id: &Value, fields: &[(&str, &str)]) -> Answer {
    let now = told(world, clerk, &format!("/api/v1/archives/{id}")).await;
    let version = now["version"].to_string();
    let fields: Vec<(&str, &str)> =
        fields.iter().copied().chain([("version", &*version)]).collect();
    world.post(clerk, &format!("/archives/{id}"), &fields).await
}

#[tokio::test]
async fn a_file_is_lent_and_comes_back_and_is_found_in_one_search() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        let (person, file) = filed(&world, &clerk, ("王秀兰", "2架3层015盒")).await;
        let id = &file["id"];
        let own = person.to_string();
        let fields = [("person", &*own), ("from", "青山机械厂"), ("volumes", "1")];
        let twice = world.post(&clerk, "/archives", &fields).await;
        assert!(twice.says().contains("一个人只有一份"), "{}", twice.says());

        let lend = [("action", "lend"), ("to", "区医保局李明"), ("purpose", "核对工龄")];
        let unsaid = on(&world, &clerk, id, &lend).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsaid.body.contains("请填写日期"), "{}", unsaid.body);
        let lend: Vec<_> = lend.into_iter().chain([("due_on", "2026-05-20")]).collect();
        let lent = on(&world, &clerk, id, &lend).await;
        assert!(lent.status.is_redirection(), "{}", lent.says());
        let again = on(&world, &clerk, id, &lend).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "lent once");
        let stale = [("action", "return"), ("version", "1")];
        let stale = world.post(&clerk, &format!("/archives/{id}"), &stale).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.says());

        let home = world.get(&clerk, "/").await;
        assert!(!home.body.contains("逾期未还"), "not late yet");
        let later = world.on_day(date(2026, 5, 21));
        let then = later.clerk("street_clerk", STREET).await;
        let home = later.get(&then, "/").await;
        assert!(home.body.contains("1 份借出的档案逾期未还"), "{}", home.body);
        let late = later.get(&then, "/archives?late=1").await;
        assert!(late.body.contains("王秀兰") && late.body.contains("区医保局李明"));
        let back = on(&later, &then, id, &[("action", "return"), ("note", "完好")]).await;
        assert!(back.status.is_redirection(), "{}", back.says());

        // The label, the name and the retiree's page all lead to it.
        let number = file["number"].as_str().unwrap();
        let path = format!("/archives/{id}");
        for way in [format!("find={number}"), format!("person={person}")] {
            let led = world.get(&clerk, &format!("/archives?{way}")).await;
            assert_eq!(led.location.as_deref(), Some(&*path), "{way}");
        }
        let coordinator = world.clerk("coordinator", HERE).await;
        let name = crate::world::escape("王秀兰");
        let found = world.get(&coordinator, &format!("/archives?find={name}")).await;
        assert!(found.body.contains("2架3层015盒"), "the station sees where it is");
        let denied = on(&world, &coordinator, id, &[("action", "return")]).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);
        let shown = world.get(&clerk, &path).await;
        for words in ["区医保局李明归还，逾期归还", "青山机械厂", "入库"] {
            assert!(shown.body.contains(words), "{words}: {}", shown.body);
        }
        let label = world.get(&clerk, &format!("/archives/labels?file={id}")).await;
        assert!(label.body.contains("<svg") && label.body.contains("2架3层015盒"));
        let elsewhere = world.clerk("street_clerk", "990101002").await;
        assert_eq!(world.get(&elsewhere, &path).await.status, StatusCode::NOT_FOUND);
        let found = world.get(&elsewhere, &format!("/archives?find={number}")).await;
        assert!(!found.body.contains("王秀兰"), "another street sees nothing");
    }
}

#[tokio::test]
async fn files_go_from_body_to_body_with_a_receipt_and_what_did_not_come_is_missing() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", DISTRICT).await;
        let street = world.clerk("street_clerk", STREET).await;
        let (_, first) = filed(&world, &office, ("王秀兰", "1架")).await;
        let (_, second) = filed(&world, &office, ("李淑英", "1架")).await;
        let (one, two) = (first["id"].to_string(), second["id"].to_string());
        let wish = [("archive", &*one), ("archive", &*two), ("to", "990199999")];
        let nowhere = world.post(&office, "/archives/send", &wish).await;
        assert!(nowhere.body.contains("请选择送往哪个机构"), "{}", nowhere.body);
        let wish = [("archive", &*one), ("archive", &*two), ("to", STREET)];
        let sent = world.post(&office, "/archives/send", &wish).await;
        let slip = sent.location.unwrap().split('?').next().unwrap().to_owned();
        let again = world.post(&office, "/archives/send", &wish).await;
        assert!(again.body.contains("不在库里"), "on its way once: {}", again.body);
        let own = world.post(&office, &slip, &[("version", "1")]).await;
        assert!(own.status.is_redirection(), "the district signs for a street below it");
        let (_, third) = filed(&world, &office, ("周玉梅", "")).await;
        let three = third["id"].to_string();
        let lost = [("archive", &*three), ("to", STREET)];
        let sent = world.post(&office, "/archives/send", &lost).await;
        let slip = sent.location.unwrap().split('?').next().unwrap().to_owned();

        let home = world.get(&street, "/").await;
        assert!(home.body.contains("1 份档案移交单等您清点签收"), "{}", home.body);
        let page = world.get(&street, &slip).await;
        assert!(page.body.contains("周玉梅") && page.body.contains("签收"), "{}", page.body);
        let outside = world.clerk("street_clerk", "990101002").await;
        assert_eq!(world.get(&outside, &slip).await.status, StatusCode::NOT_FOUND);
        let absent = [("version", "1"), ("archive", &*three)];
        let unsaid = world.post(&street, &slip, &absent).await;
        assert!(unsaid.body.contains("请写明情况"), "{}", unsaid.body);
        let absent: Vec<_> = absent.into_iter().chain([("reason", "袋中没有这一份")]).collect();
        let done = world.post(&street, &slip, &absent).await;
        assert!(done.status.is_redirection(), "{}", done.says());
        let twice = world.post(&street, &slip, &[("version", "2")]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "signed for once");

        let arrived = told(&world, &street, &format!("/api/v1/archives/{one}")).await;
        assert_eq!((&arrived["holder"], &arrived["state"]), (&STREET.into(), &"held".into()));
        let missing = told(&world, &office, &format!("/api/v1/archives/{three}")).await;
        let at = (&missing["holder"], &missing["state"]);
        assert_eq!(at, (&DISTRICT.into(), &"missing".into()), "whoever sent it looks for it");
        let home = world.get(&office, "/").await;
        assert!(home.body.contains("1 份档案下落不明"), "{}", home.body);
        let found = on(&world, &office, &third["id"], &[("action", "find")]).await;
        assert!(found.body.contains("请写明在哪里找到"), "{}", found.body);
        let found =
            on(&world, &office, &third["id"], &[("action", "find"), ("note", "夹在另一袋")]).await;
        assert!(found.status.is_redirection(), "{}", found.says());
        let paper = world.get(&street, &format!("{slip}/print")).await;
        assert!(paper.body.contains("人事档案移交单"), "{}", paper.body);
    }
}

#[tokio::test]
async fn what_a_stock_taking_does_not_find_is_missing_until_it_turns_up() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        let (_, first) = filed(&world, &clerk, ("王秀兰", "1架")).await;
        let (_, second) = filed(&world, &clerk, ("李淑英", "1架")).await;
        let (_, third) = filed(&world, &clerk, ("周玉梅", "2架")).await;
        let nothing = world.post(&clerk, "/archives/checks", &[("box", "9架")]).await;
        assert!(nothing.body.contains("没有在库的档案"), "{}", nothing.body);
        let begun = world.post(&clerk, "/archives/checks", &[("box", "1架")]).await;
        let path = begun.location.unwrap();
        let other = world.post(&clerk, "/archives/checks", &[("box", "2架")]).await;
        assert_eq!(other.status, StatusCode::CONFLICT, "one at a time");

        let scan = |no: String| {
            let (world, clerk, path) = (&world, &clerk, format!("{path}/scan"));
            async move { world.post(clerk, &path, &[("no", &*no)]).await }
        };
        let label = |file: &Value| file["number"].as_str().unwrap().to_owned();
        let misread = scan("1234567890".to_owned()).await;
        assert!(misread.body.contains("输错了一位"), "{}", misread.body);
        for (file, wanted) in [(&first, "here"), (&first, "twice"), (&third, "strange")] {
            let done = scan(label(file)).await;
            let led = done.location.unwrap();
            assert!(led.ends_with(&format!("found={wanted}")), "{led}");
            let page = world.get(&clerk, &led).await;
            assert!(page.body.contains("还没扫到 1 份"), "{}", page.body);
        }
        let end = format!("{path}/end");
        let unsure = world.post(&clerk, &end, &[("version", "1")]).await;
        assert!(unsure.body.contains("请确认都扫过了"), "{}", unsure.body);
        let ended = world.post(&clerk, &end, &[("version", "1"), ("sure", "1")]).await;
        assert!(ended.status.is_redirection(), "{}", ended.says());
        let late = scan(label(&second)).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "after the end");
        let states = |file: &Value| format!("/api/v1/archives/{}", file["id"]);
        assert_eq!(told(&world, &clerk, &states(&second)).await["state"], "missing");
        assert_eq!(told(&world, &clerk, &states(&third)).await["state"], "held");
        let seen = told(&world, &clerk, &states(&first)).await["seen_on"].clone();
        assert_eq!(seen, TODAY.to_string());

        let begun = world.post(&clerk, "/archives/checks", &[("box", "")]).await;
        let path = begun.location.unwrap();
        let number = label(&second);
        let again = world.post(&clerk, &format!("{path}/scan"), &[("no", &*number)]).await;
        assert!(again.location.unwrap().ends_with("found=again"));
        assert_eq!(told(&world, &clerk, &states(&second)).await["state"], "held");
    }
}

#[tokio::test]
async fn what_is_in_a_file_is_listed_and_a_file_that_went_away_can_come_back() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        let (person, file) = filed(&world, &clerk, ("王秀兰", "1架")).await;
        let path = format!("/archives/{}", file["id"]);
        let list = format!("{path}/materials");
        let wrong = [("version", "1"), ("materials", "1，履历表，1985-06，一份，4")];
        let wrong = world.post(&clerk, &list, &wrong).await;
        assert!(wrong.body.contains("第 1 行：份数和页数请写数字"), "{}", wrong.body);
        let typed = "1，履历表，1985-06，1，4\n4-1\t学历证明\t1979\t2\t3\t复印件";
        let kept = world.post(&clerk, &list, &[("version", "1"), ("materials", typed)]).await;
        assert!(kept.status.is_redirection(), "{}", kept.says());
        let shown = told(&world, &clerk, &format!("/api/v1{path}")).await;
        assert_eq!((&shown["pages"], &shown["materials"][1]["copies"]), (&10.into(), &2.into()));
        let gone = [("action", "release"), ("to", "外省社保局"), ("document", "转档函3号")];
        let gone = on(&world, &clerk, &file["id"], &gone).await;
        assert!(gone.status.is_redirection(), "{}", gone.says());
        let own = person.to_string();
        let fields = [("person", &*own), ("from", "外省社保局"), ("volumes", "2")];
        let back = world.post(&clerk, "/archives", &fields).await;
        assert!(back.status.is_redirection(), "{}", back.says());
        let twice = q!("SELECT COUNT(*) FROM archives WHERE person = $1", person);
        let n: i64 = world.db().row(twice).await.unwrap().unwrap().get(0).unwrap();
        assert_eq!(n, 2);
        let led = world.get(&clerk, &format!("/archives?person={person}")).await;
        assert_ne!(led.location.as_deref(), Some(&*path), "the one that is here");
    }
}

#[tokio::test]
async fn a_file_whose_retiree_is_served_elsewhere_is_pointed_out() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", DISTRICT).await;
        let street = world.clerk("street_clerk", STREET).await;
        filed(&world, &street, ("王秀兰", "1架")).await;
        let there = world.clerk("coordinator", "990101002001").await;
        let born = date(1951, 6, 7);
        let person = world.person(&there, "周玉梅", born, "990101002001").await.to_string();
        let fields = [("person", &*person), ("from", "青山机械厂"), ("volumes", "1")];
        let done = world.post(&office, "/archives", &fields).await;
        let path = done.location.unwrap().split('?').next().unwrap().to_owned();
        let wish = [("archive", path.rsplit('/').next().unwrap()), ("to", STREET)];
        let sent = world.post(&office, "/archives/send", &wish).await;
        let slip = sent.location.unwrap().split('?').next().unwrap().to_owned();
        world.post(&street, &slip, &[("version", "1")]).await;
        let away = told(&world, &street, "/api/v1/archives?whose=away").await;
        let names: Vec<&Value> =
            away["items"].as_array().unwrap().iter().map(|file| &file["name"]).collect();
        assert_eq!(names, ["周玉梅"]);
        let page = world.get(&street, "/archives?whose=away").await;
        assert!(page.body.contains("周玉梅") && !page.body.contains("王秀兰"), "{}", page.body);
    }
}

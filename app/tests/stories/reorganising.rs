//! Stations are merged, people are given to another station, codes change: who serves whom, what is
//! owed and the figures of the month follow, and nobody else sees anything of it.

use axum::http::StatusCode;
use jiff::civil::date;
use kernel::schema::{ColumnKind, tables};
use kernel::{Actor, Query, q};
use songhe::duties::verify::verify;
use songhe::people::{Caller, acts, death, moves};
use songhe::schema::MIGRATIONS;

use crate::orgs::{Sent, n, send};
use crate::world::{TODAY, World};

const FROM: &str = "990101001001";
const INTO: &str = "990101001002";
const PAPER: &str = "东区民政局〔2026〕12号";

struct Place {
    lead: Actor,
    from: i64,
    into: i64,
    people: [i64; 3],
}

/// Two under management, one of whom is about to move next door, and one who died.
async fn peopled(world: &World) -> Place {
    let clerk = world.clerk("coordinator", FROM).await;
    let mut people = [0; 3];
    for (at, name) in ["方一平", "方二平", "方三平"].into_iter().enumerate() {
        let born = date(1950, 3, 4 + i8::try_from(at).unwrap());
        people[at] = world.person(&clerk, name, born, FROM).await;
    }
    let (from, into) = (world.org(FROM, "station").await, world.org(INTO, "station").await);
    let wish = (Some(into), "已搬家");
    moves::propose(&world.app, &clerk, people[1], wish, acts::Caller::Page).await.unwrap();
    let told = death::Told {
        version: None,
        on: Some(TODAY),
        source: "family".to_owned(),
        note: String::new(),
    };
    let how = (&told, death::Doubts::Seen);
    death::record(&world.app, &clerk, people[2], how, Caller::Page).await.unwrap();
    let lead = world.clerk("office_lead", "990101").await;
    Place { lead, from, into, people }
}

async fn org_of(world: &World, person: i64) -> (String, i64) {
    let row = world.db().row(q!("SELECT org, station FROM persons WHERE id = $1", person)).await;
    let row = row.unwrap().unwrap();
    (row.get(0).unwrap(), row.get(1).unwrap())
}

async fn tally(world: &World, org: &str) -> i64 {
    n(world, q!("SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM tallies WHERE org = $1", org))
        .await
}

async fn sound(world: &World) {
    let verified = verify(&world.app, 5).await.unwrap();
    assert_eq!(verified.n_different, 0, "{:?}", verified.examples);
}

async fn count(world: &World, query: Query) -> i64 {
    n(world, query).await
}

#[tokio::test]
async fn a_station_is_merged_with_all_its_people_accounts_and_groups() {
    for world in World::each().await {
        let place = peopled(&world).await;
        let (lead, path) = (&place.lead, format!("/orgs/{}/merge", place.from));
        let into = place.into.to_string();
        let wish = [("into", into.as_str()), ("document", PAPER)];

        let looked = world.post(lead, &path, &wish).await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.says());
        for says in ["2人", "1份", "1件", "1个", "确认合并", PAPER] {
            assert!(looked.body.contains(says), "{says}: {}", looked.says());
        }
        assert_eq!(org_of(&world, place.people[0]).await, (FROM.to_owned(), place.from));

        let version = count(&world, q!("SELECT version FROM orgs WHERE id = $1", place.from)).await;
        let version = version.to_string();
        let mut sure = wish.to_vec();
        sure.extend([("sure", "1"), ("version", version.as_str())]);
        let unseen = [&sure[..], &[("n_people", "2")]].concat();
        let refused = world.post(lead, &path, &unseen).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("现在是 3 人，请重新核对"), "{}", refused.says());

        let coordinator = world.clerk("coordinator", FROM).await;
        let seen = [&sure[..], &[("n_people", "3"), ("idempotency_key", "merge-1")]].concat();
        let done = world.post(lead, &path, &seen).await;
        let there = format!("/orgs/{into}?saved=1");
        assert_eq!(done.location.as_deref(), Some(there.as_str()), "{}", done.says());
        let replayed = world.post(lead, &path, &seen).await;
        assert_eq!(replayed.location, done.location);

        for person in place.people {
            assert_eq!(org_of(&world, person).await, (INTO.to_owned(), place.into));
        }
        assert_eq!((tally(&world, FROM).await, tally(&world, INTO).await), (0, 2));
        let stray = q!("SELECT COUNT(*) FROM duties WHERE org = $1 AND state = 'open'", FROM);
        assert_eq!(count(&world, stray).await, 0, "what is owed went along");
        let waiting = q!("SELECT COUNT(*) FROM moves WHERE state = 'proposed'");
        assert_eq!(count(&world, waiting).await, 0, "the move between the two is over");
        let group = q!("SELECT COUNT(*) FROM orgs WHERE code = $1", format!("{INTO}-01"));
        assert_eq!(count(&world, group).await, 1);
        let account = q!(
            "SELECT COUNT(*) FROM accounts WHERE id = $1 AND org = $2 AND post = ''",
            coordinator.account,
            place.into
        );
        assert_eq!(count(&world, account).await, 1, "the security administrator gives the post");
        let cookie = world.get(&coordinator, "/people").await;
        assert_ne!(cookie.status, StatusCode::OK, "the session is over");

        let closed = world.get(lead, &format!("/orgs/{}", place.from)).await;
        assert!(closed.body.contains("并入其他机构"), "{}", closed.says());
        let taken = world.get(lead, &format!("/orgs/{into}")).await;
        assert!(taken.body.contains("青山社区（990101001001）3 人"), "{}", taken.says());
        let receiver = world.clerk("coordinator", INTO).await;
        let page = world.get(&receiver, &format!("/people/{}", place.people[0])).await;
        assert!(page.body.contains("方一平"), "{}", page.says());
        let history = world.get(&receiver, &format!("/people/{}/history", place.people[0])).await;
        assert!(history.body.contains("松涛社区"), "{}", history.says());
        sound(&world).await;

        let again = world.post(lead, &path, &wish).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "closed: {}", again.says());
    }
}

#[tokio::test]
async fn people_of_a_station_are_given_to_another_one() {
    for world in World::each().await {
        let place = peopled(&world).await;
        let (lead, path) = (&place.lead, format!("/orgs/{}/split", place.from));
        let page = world.get(lead, &path).await;
        assert!(page.body.contains("方一平") && page.body.contains("已故"), "{}", page.says());
        let (into, second) = (place.into.to_string(), place.people[1].to_string());
        let wish = [("into", into.as_str()), ("document", PAPER), ("person", second.as_str())];
        let nobody = world.post(lead, &path, &wish[..2]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.body.contains("请勾选要划出的人员"), "{}", nobody.says());
        let looked = world.post(lead, &path, &wish).await;
        assert!(looked.body.contains("1 人") && looked.body.contains("确认划转"));
        assert_eq!(org_of(&world, place.people[1]).await.0, FROM);

        let sure = [&wish[..], &[("sure", "1")]].concat();
        let done = world.post(lead, &path, &sure).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
        assert_eq!(org_of(&world, place.people[1]).await, (INTO.to_owned(), place.into));
        assert_eq!(org_of(&world, place.people[0]).await.0, FROM);
        assert_eq!((tally(&world, FROM).await, tally(&world, INTO).await), (1, 1));
        let twice = world.post(lead, &path, &sure).await;
        assert_eq!(twice.status, StatusCode::PRECONDITION_FAILED, "gone: {}", twice.says());
        sound(&world).await;
    }
}

/// Where an old code may stay: what was written down as it was.
const AS_IT_WAS: &[&str] = &["audit", "idempotency", "org_history", "report_steps", "changes"];

/// Tables and columns that hold a code still.
async fn still(world: &World, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables(MIGRATIONS).unwrap() {
        if AS_IT_WAS.contains(&table.name.as_str()) {
            continue;
        }
        for column in table.columns.iter().filter(|one| one.kind == ColumnKind::Text) {
            let sql = format!(
                "SELECT COUNT(*) FROM {} WHERE {} = $1 OR {} LIKE $2",
                table.name, column.name, column.name
            );
            let sql: &'static str = Box::leak(sql.into_boxed_str());
            let params = vec![code.into(), format!("{code}-%").into()];
            if n(world, Query { sql, params }).await > 0 {
                found.push(format!("{}.{}", table.name, column.name));
            }
        }
    }
    found
}

#[tokio::test]
async fn a_new_code_is_followed_by_everything_that_hangs_on_it() {
    for world in World::each().await {
        let samples = crate::samples::Samples::make(&world).await;
        let lead = world.clerk("office_lead", "990101").await;
        let coordinator = world.clerk("coordinator", FROM).await;
        let before = still(&world, FROM).await;
        assert!(before.len() >= 8, "the sample has all that hangs on a code: {before:?}");
        let station = world.org(FROM, "station").await;
        let path = format!("/orgs/{station}/recode");
        for (code, says) in [
            ("990101001002", "已有同类机构"),
            ("990101001", "位数相同"),
            ("990102001009", "应以本机构的代码 990101 开头"),
            ("990101009001", "上级机构 990101009 不存在"),
            (FROM, "与原代码相同"),
        ] {
            let refused = world.post(&lead, &path, &[("code", code), ("document", PAPER)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
            assert!(refused.body.contains(says), "{code}: {}", refused.says());
        }
        let wish = [("code", "990101002009"), ("document", PAPER)];
        let looked = world.post(&lead, &path, &wish).await;
        assert!(looked.body.contains("990101002009-01"), "{}", looked.says());
        let version = n(&world, q!("SELECT version FROM orgs WHERE id = $1", station)).await;
        let version = version.to_string();
        let sure = [&wish[..], &[("sure", "1"), ("version", version.as_str())]].concat();
        let done = world.post(&lead, &path, &sure).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
        assert_eq!(still(&world, FROM).await, Vec::<String>::new());

        let person = format!("/people/{}", samples.person);
        let theirs = world.get(&coordinator, &person).await;
        assert_eq!(theirs.status, StatusCode::OK, "the coordinator goes along");
        let old_street = world.clerk("street_clerk", "990101001").await;
        assert_eq!(world.get(&old_street, &person).await.status, StatusCode::NOT_FOUND);
        let new_street = world.clerk("street_clerk", "990101002").await;
        assert_eq!(world.get(&new_street, &person).await.status, StatusCode::OK);
        let parent = q!("SELECT parent FROM orgs WHERE id = $1", station);
        assert_eq!(n(&world, parent).await, world.org("990101002", "center").await);
        sound(&world).await;
    }
}

#[tokio::test]
async fn a_district_with_its_own_figures_gets_a_new_code() {
    for world in World::each().await {
        let place = peopled(&world).await;
        let city = world.clerk("office_lead", "9901").await;
        let district = world.org("990101", "office").await;
        let own = world.post(&place.lead, &format!("/orgs/{district}/recode"), &[]).await;
        assert_eq!(own.status, StatusCode::CONFLICT, "not by oneself: {}", own.says());
        let body = format!(r#"{{"code": "990109", "document": "{PAPER}"}}"#);
        let version = n(&world, q!("SELECT version FROM orgs WHERE id = $1", district)).await;
        let sent = Sent { body: &body, version, key: "recode-1" };
        let api = format!("/api/v1/orgs/{district}/recode");
        let done = send(&world, &city, ("POST", &api), sent).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        assert_eq!(still(&world, "990101").await, Vec::<String>::new());
        assert_eq!(org_of(&world, place.people[0]).await.0, "990109001001");
        let agency = q!("SELECT COUNT(*) FROM orgs WHERE code = '990109' AND closed_on IS NULL");
        assert_eq!(n(&world, agency).await, 3, "all bodies of the level");
        sound(&world).await;
        let stale = Sent { body: &body.replace("990109", "990108"), version, key: "recode-2" };
        let refused = send(&world, &city, ("POST", &api), stale).await;
        assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED, "{}", refused.body);
    }
}

#[tokio::test]
async fn nobody_from_elsewhere_reorganises() {
    for world in World::each().await {
        let place = peopled(&world).await;
        let west = world.clerk("office_lead", "990102").await;
        let clerk = world.clerk("office_clerk", "990101").await;
        let elsewhere = world.org("990102001001", "station").await;
        for act in ["merge", "split", "recode"] {
            let path = format!("/orgs/{}/{act}", place.from);
            assert_eq!(world.get(&west, &path).await.status, StatusCode::NOT_FOUND, "{act}");
            assert_eq!(world.post(&west, &path, &[]).await.status, StatusCode::NOT_FOUND, "{act}");
            assert_eq!(world.get(&clerk, &path).await.status, StatusCode::FORBIDDEN, "{act}");
        }
        let into = elsewhere.to_string();
        for act in ["merge", "split"] {
            let path = format!("/orgs/{}/{act}", place.from);
            let wish = [("into", into.as_str()), ("document", PAPER), ("person", "1")];
            let refused = world.post(&place.lead, &path, &wish).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
            assert!(!refused.body.contains("白云社区"), "{act}: {}", refused.says());
        }
    }
}

//! Monthly reports: up the tree, returned, corrected later; what every number leads to.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use kernel::{Actor, q};
use serde_json::Value;
use songhe::statistics::figures;

use crate::world::{Answer, TODAY, World, new_person};

const GREEN: &str = "990101001001";
const PINE: &str = "990101001002";
const LAKE: &str = "990101002001";
const STREETS: [&str; 2] = ["990101001", "990101002"];

/// A report of April as it stands for somebody, over the API.
async fn report(world: &World, actor: &Actor, code: &str, month: &str) -> Value {
    let path = format!("/api/v1/reports/{month}/{}", org(world, code).await);
    let answer = world.get(actor, &path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

async fn org(world: &World, code: &str) -> i64 {
    let kind = match code.len() {
        12 => "station",
        9 => "center",
        _ => "office",
    };
    world.org(code, kind).await
}

fn value(report: &Value, figure: &str) -> i64 {
    let figures = report["figures"].as_array().unwrap();
    let found = figures.iter().find(|one| one["id"] == figure).unwrap();
    found["value"].as_i64().unwrap()
}

async fn act(
    world: &World,
    actor: &Actor,
    (code, month, what): (&str, &str, &str),
    more: &[(&str, &str)],
) -> Answer {
    let at = format!("/reports/{month}/{}/{what}", org(world, code).await);
    let version = version(world, code, month).await.to_string();
    let mut fields = vec![("version", version.as_str())];
    fields.extend(more);
    world.post(actor, &at, &fields).await
}

async fn version(world: &World, code: &str, month: &str) -> i64 {
    let query = q!(
        "SELECT version FROM reports WHERE org_id = $1 AND month = $2",
        org(world, code).await,
        month
    );
    world.db().row(query).await.unwrap().map_or(0, |row| row.get(0).unwrap())
}

async fn state(world: &World, code: &str, month: &str) -> String {
    let query = q!(
        "SELECT state FROM reports WHERE org_id = $1 AND month = $2",
        org(world, code).await,
        month
    );
    world.db().row(query).await.unwrap().map_or(String::new(), |row| row.get(0).unwrap())
}

async fn done(answer: Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

async fn refused(answer: Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    assert!(answer.body.contains(words), "{words}: {}", answer.body);
}

/// Three stations of one district: people since March, a visit in April.
async fn april(world: &World) -> i64 {
    let mut first = 0;
    for (code, name) in [(GREEN, "王秀兰"), (PINE, "李桂花"), (LAKE, "赵玉梅")] {
        let clerk = world.clerk("coordinator", code).await;
        let new = new_person(name, date(1950, 3, 4));
        let id = world.enter(&clerk, &new, code, date(2026, 3, 5)).await;
        visit(world, &clerk, id, "2026-04-08").await;
        first = if first == 0 { id } else { first };
    }
    first
}

async fn visit(world: &World, clerk: &Actor, person: i64, on: &str) -> String {
    let fields =
        [("way", "home"), ("outcome", "met"), ("on", on), ("about", "0"), ("visitor", "协理员")];
    let saved = world.post(clerk, &format!("/people/{person}/visits"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    saved.location.unwrap().split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_month_goes_up_the_tree_and_sums_up() {
    for world in World::each().await {
        april(&world).await;
        let street = world.clerk("street_clerk", STREETS[0]).await;
        refused(act(&world, &street, (STREETS[0], "2026-04", "submit"), &[]).await, "没有接受")
            .await;
        for code in [GREEN, PINE, LAKE] {
            let clerk = world.clerk("coordinator", code).await;
            done(act(&world, &clerk, (code, "2026-04", "submit"), &[]).await).await;
            assert_eq!(state(&world, code, "2026-04").await, "submitted");
        }
        for (street, below) in [(STREETS[0], vec![GREEN, PINE]), (STREETS[1], vec![LAKE])] {
            let clerk = world.clerk("street_clerk", street).await;
            for code in below {
                done(act(&world, &clerk, (code, "2026-04", "accept"), &[]).await).await;
            }
            done(act(&world, &clerk, (street, "2026-04", "submit"), &[]).await).await;
        }
        let district = world.clerk("office_clerk", "990101").await;
        for street in STREETS {
            done(act(&world, &district, (street, "2026-04", "accept"), &[]).await).await;
        }
        done(act(&world, &district, ("990101", "2026-04", "submit"), &[]).await).await;
        let city = world.clerk("office_clerk", "9901").await;
        done(act(&world, &city, ("990101", "2026-04", "accept"), &[]).await).await;
        let west = [("reason", "西区尚未使用本系统")];
        done(act(&world, &city, ("990102", "2026-04", "missing"), &west).await).await;
        assert_eq!(state(&world, "990102001001", "2026-04").await, "missing", "with all below");
        done(act(&world, &city, ("9901", "2026-04", "submit"), &[]).await).await;
        assert_eq!(state(&world, "9901", "2026-04").await, "accepted", "nobody is above");
        for figure in figures::ALL.iter() {
            let told = |report: Value| value(&report, &figure.id);
            let green = told(report(&world, &city, GREEN, "2026-04").await);
            let pine = told(report(&world, &city, PINE, "2026-04").await);
            let lake = told(report(&world, &city, LAKE, "2026-04").await);
            let sums = [
                told(report(&world, &city, STREETS[0], "2026-04").await),
                told(report(&world, &city, "990101", "2026-04").await),
                told(report(&world, &city, "9901", "2026-04").await),
            ];
            let all = green + pine + lake;
            assert_eq!(sums, [green + pine, all, all], "{}", figure.id);
        }
        let whole = report(&world, &city, "9901", "2026-04").await;
        assert_eq!((value(&whole, "end"), value(&whole, "visit.home")), (3, 3));
    }
}

#[tokio::test]
async fn who_may_do_what_with_a_report() {
    for world in World::each().await {
        april(&world).await;
        let clerk = world.clerk("coordinator", GREEN).await;
        let street = world.clerk("street_clerk", STREETS[0]).await;
        let may = "2026-05";
        refused(act(&world, &clerk, (GREEN, may, "submit"), &[]).await, "还没有结束").await;
        refused(act(&world, &street, (GREEN, "2026-04", "submit"), &[]).await, "代为上报").await;
        let forbidden = act(&world, &clerk, (GREEN, "2026-04", "accept"), &[]).await;
        assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
        refused(act(&world, &street, (GREEN, "2026-04", "accept"), &[]).await, "待接受").await;
        done(act(&world, &clerk, (GREEN, "2026-04", "submit"), &[]).await).await;
        refused(act(&world, &clerk, (GREEN, "2026-04", "submit"), &[]).await, "已经上报").await;
        let district = world.clerk("office_clerk", "990101").await;
        refused(act(&world, &district, (GREEN, "2026-04", "accept"), &[]).await, "直接上级").await;

        let unseen = act(&world, &street, (GREEN, "2026-04", "return"), &[("reason", "")]).await;
        assert_eq!(unseen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unseen.body.contains("退回的原因，2 至 200 个字"), "{}", unseen.body);
        let why = [("reason", "4月8日的走访请补录")];
        done(act(&world, &street, (GREEN, "2026-04", "return"), &why).await).await;
        let page = format!("/reports/2026-04/{}", org(&world, GREEN).await);
        assert!(world.get(&clerk, &page).await.body.contains("4月8日的走访请补录"));
        let again = world.get(&street, "/reports/2026-04").await;
        assert!(again.body.contains("逾期未重报"), "{}", again.body);
        done(act(&world, &clerk, (GREEN, "2026-04", "submit"), &[]).await).await;
        let stale = [("version", "1")];
        let at = format!("{page}/accept");
        assert_eq!(world.post(&street, &at, &stale).await.status, StatusCode::PRECONDITION_FAILED);
        // Whoever submitted it and has another post now does not accept it.
        world
            .db()
            .housekeep(vec![q!("UPDATE reports SET submitter = $1", street.account)])
            .await
            .unwrap();
        refused(act(&world, &street, (GREEN, "2026-04", "accept"), &[]).await, "本人上报").await;
    }
}

#[tokio::test]
async fn sent_twice_is_done_once() {
    for world in World::each().await {
        april(&world).await;
        let clerk = world.clerk("coordinator", GREEN).await;
        let at = format!("/reports/2026-04/{}/submit", org(&world, GREEN).await);
        let fields = [("version", "0"), ("idempotency_key", "april-1")];
        let first = world.post(&clerk, &at, &fields).await;
        let second = world.post(&clerk, &at, &fields).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.body);
        assert_eq!(first.location, second.location);
        let street = world.clerk("street_clerk", STREETS[0]).await;
        let api = format!("/api/v1/reports/2026-04/{}/accept", org(&world, GREEN).await);
        let mut said = Vec::new();
        for _ in 0..2 {
            let request = Request::post(&api)
                .header(header::COOKIE, format!("songhe=story-{}", street.account))
                .header("idempotency-key", "accept-1")
                .header(header::IF_MATCH, "\"1\"")
                .header("sec-fetch-site", "same-origin");
            said.push(world.send(request.body(Body::empty()).unwrap()).await);
        }
        assert_eq!(said[0].status, StatusCode::OK, "{}", said[0].body);
        let read = |answer: &Answer| serde_json::from_str::<Value>(&answer.body).unwrap();
        assert_eq!(read(&said[0]), read(&said[1]));
        let steps = world.db().row(q!("SELECT COUNT(*) FROM report_steps")).await.unwrap().unwrap();
        assert_eq!(steps.get::<i64>(0).unwrap(), 2);
    }
}

#[tokio::test]
async fn what_comes_later_is_a_correction_and_told_once() {
    for world in World::each().await {
        let person = april(&world).await;
        let clerk = world.clerk("coordinator", GREEN).await;
        let street = world.clerk("street_clerk", STREETS[0]).await;
        done(act(&world, &clerk, (GREEN, "2026-04", "submit"), &[]).await).await;
        done(act(&world, &street, (GREEN, "2026-04", "accept"), &[]).await).await;
        // A visit that was on paper, and one that was entered by mistake.
        visit(&world, &clerk, person, "2026-04-21").await;
        let page = format!("/reports/2026-04/{}", org(&world, GREEN).await);
        let shown = world.get(&clerk, &page).await.body;
        assert!(shown.contains("上报1，现2，+1"), "{shown}");
        let frozen = report(&world, &clerk, GREEN, "2026-04").await;
        assert_eq!(value(&frozen, "visit.home"), 1, "frozen for good");
        let changed = world.get(&clerk, &format!("{page}/changes/visit.home")).await.body;
        assert!(changed.contains("上报1人次，现2人次，+1") && changed.contains("2026-05-06补录"));
        let rows = world.get(&clerk, &format!("{page}/rows/visit.home")).await.body;
        assert!(rows.contains("2026年4月8日") && !rows.contains("2026年4月21日"), "{rows}");

        let june = world.on_day(date(2026, 6, 3));
        let clerk = june.clerk("coordinator", GREEN).await;
        done(act(&june, &clerk, (GREEN, "2026-05", "submit"), &[]).await).await;
        let may = report(&june, &clerk, GREEN, "2026-05").await;
        let told = may["corrections"].as_array().unwrap();
        let home = told.iter().find(|one| one["figure"] == "visit.home").unwrap();
        assert_eq!(
            (&home["month"], &home["was"], &home["now"]),
            (&"2026-04".into(), &1.into(), &2.into())
        );
        assert!(
            june.get(&clerk, &page.replace("04/", "05/")).await.body.contains("对以前月份的更正")
        );

        let july = world.on_day(date(2026, 7, 2));
        let clerk = july.clerk("coordinator", GREEN).await;
        let june = report(&july, &clerk, GREEN, "2026-06").await;
        assert_eq!(june["corrections"].as_array().unwrap().len(), 0, "told already: {june}");
        let path = visit_of(&july, person, "2026-04-08").await;
        let void = [("version", "1"), ("reason", "登错了人")];
        done(july.post(&clerk, &format!("{path}/void"), &void).await).await;
        let june = report(&july, &clerk, GREEN, "2026-06").await;
        let told = june["corrections"].as_array().unwrap();
        let home = told.iter().find(|one| one["figure"] == "visit.home").unwrap();
        assert_eq!((&home["was"], &home["now"]), (&2.into(), &1.into()));
    }
}

async fn visit_of(world: &World, person: i64, on: &str) -> String {
    let query = q!("SELECT id FROM visits WHERE person = $1 AND on_day = $2", person, on);
    let id: i64 = world.db().row(query).await.unwrap().unwrap().get(0).unwrap();
    format!("/visits/{id}")
}

#[tokio::test]
async fn a_missing_station_is_summed_up_as_it_is_known_and_may_still_come() {
    for world in World::each().await {
        april(&world).await;
        let green = world.clerk("coordinator", GREEN).await;
        let street = world.clerk("street_clerk", STREETS[0]).await;
        done(act(&world, &green, (GREEN, "2026-04", "submit"), &[]).await).await;
        done(act(&world, &street, (GREEN, "2026-04", "accept"), &[]).await).await;
        let why = [("reason", "协理员病假")];
        done(act(&world, &street, (PINE, "2026-04", "missing"), &why).await).await;
        let pine = world.clerk("coordinator", PINE).await;
        done(act(&world, &pine, (PINE, "2026-04", "submit"), &[]).await).await;
        refused(act(&world, &street, (STREETS[0], "2026-04", "submit"), &[]).await, "松涛社区")
            .await;
        done(act(&world, &street, (PINE, "2026-04", "return"), &why).await).await;
        done(act(&world, &street, (PINE, "2026-04", "missing"), &why).await).await;
        done(act(&world, &street, (STREETS[0], "2026-04", "submit"), &[]).await).await;
        let sum = report(&world, &street, STREETS[0], "2026-04").await;
        assert_eq!((value(&sum, "end"), value(&sum, "visit.met")), (2, 2));
        refused(act(&world, &pine, (PINE, "2026-04", "submit"), &[]).await, "已汇总").await;
        let paper = format!("/reports/2026-04/{}/print", org(&world, STREETS[0]).await);
        let paper = world.get(&street, &paper).await.body;
        assert!(paper.contains("缺报") && paper.contains("协理员病假"), "{paper}");
    }
}

/// At every level, frozen or not, a figure is the number of rows it leads to.
#[tokio::test]
async fn every_figure_is_the_number_of_its_rows() {
    for world in World::each().await {
        april(&world).await;
        let city = world.clerk("office_clerk", "9901").await;
        for round in 0..2 {
            for code in ["9901", STREETS[0], GREEN] {
                let told = report(&world, &city, code, "2026-04").await;
                for figure in figures::ALL.iter() {
                    let n = rows_of(&world, &city, (code, &figure.id)).await;
                    assert_eq!(value(&told, &figure.id), n, "{} of {code}", figure.id);
                }
            }
            let clerk = world.clerk("coordinator", GREEN).await;
            if round == 0 {
                done(act(&world, &clerk, (GREEN, "2026-04", "submit"), &[]).await).await;
            }
        }
    }
}

async fn rows_of(world: &World, actor: &Actor, (code, figure): (&str, &str)) -> i64 {
    let base = format!("/api/v1/reports/2026-04/{}/rows/{figure}?limit=1", org(world, code).await);
    let (mut n, mut after) = (0, String::new());
    loop {
        let answer = world.get(actor, &format!("{base}&after={after}")).await;
        let page: Value = serde_json::from_str(&answer.body).unwrap();
        n += page["items"].as_array().unwrap().len() as i64;
        match page["after"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => return n,
        }
    }
}

/// What the report counts as visits, the ledger lists.
#[tokio::test]
async fn visits_of_the_report_are_the_rows_of_the_ledger() {
    for world in World::each().await {
        let person = april(&world).await;
        let clerk = world.clerk("coordinator", GREEN).await;
        let vain = [
            ("way", "telephone"),
            ("outcome", "not_reached"),
            ("on", "2026-04-20"),
            ("visitor", "协理员"),
        ];
        done(world.post(&clerk, &format!("/people/{person}/visits"), &vain).await).await;
        let void = visit(&world, &clerk, person, "2026-04-22").await;
        let reason = [("version", "1"), ("reason", "登错了人")];
        done(world.post(&clerk, &format!("{void}/void"), &reason).await).await;
        let told = report(&world, &clerk, GREEN, "2026-04").await;
        for figure in figures::ALL.iter() {
            let Some((way, outcome)) = figure.ledger() else { continue };
            let ledger = format!(
                "/api/v1/visits?org={GREEN}&from=2026-04-01&to=2026-04-30&way={way}\
                 &outcome={outcome}"
            );
            let listed: Value =
                serde_json::from_str(&world.get(&clerk, &ledger).await.body).unwrap();
            let stand = listed["items"].as_array().unwrap().iter();
            let n = stand.filter(|visit| visit["void_reason"].is_null()).count() as i64;
            assert_eq!(value(&told, &figure.id), n, "{}", figure.id);
        }
        assert_eq!((value(&told, "visit.met"), value(&told, "visit.vain")), (1, 1));
    }
}

#[tokio::test]
async fn outsiders_and_other_posts_see_no_report() {
    for world in World::each().await {
        april(&world).await;
        let clerk = world.clerk("coordinator", GREEN).await;
        done(act(&world, &clerk, (GREEN, "2026-04", "submit"), &[]).await).await;
        let own = format!("/reports/2026-04/{}", org(&world, GREEN).await);
        let paths = ["", "/print", "/rows/end", "/changes/end"];
        for (post, place) in
            [("coordinator", PINE), ("street_clerk", STREETS[1]), ("office_lead", "990102")]
        {
            let outsider = world.clerk(post, place).await;
            for path in paths {
                let answer = world.get(&outsider, &format!("{own}{path}")).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} as {post}");
            }
            let answer = world.post(&outsider, &format!("{own}/submit"), &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            let answer = world.post(&outsider, &format!("{own}/download"), &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        let agency = world.clerk("agency_clerk", "990101").await;
        assert_eq!(world.get(&agency, &own).await.status, StatusCode::FORBIDDEN);
        let none = ["/reports/2026-13", "/reports/2026-06", "/reports/x", "/reports/2026-4"];
        for path in none {
            assert_eq!(world.get(&clerk, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let bad = world.get(&clerk, &format!("{own}/rows/nothing")).await;
        assert_eq!(bad.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn home_tells_who_is_late_and_a_download_is_audited() {
    for world in World::each().await {
        april(&world).await;
        let clerk = world.clerk("coordinator", GREEN).await;
        let home = world.get(&clerk, "/").await.body;
        assert!(home.contains("2026年4月") && home.contains("逾期未报"), "{home}");
        done(act(&world, &clerk, (GREEN, "2026-04", "submit"), &[]).await).await;
        let street = world.clerk("street_clerk", STREETS[0]).await;
        let home = world.get(&street, "/").await.body;
        let tallies = home.split("下级应报").nth(1).unwrap();
        assert!(tallies.contains("<strong>1</strong>"), "one of two has reported: {tallies}");
        let register = world.get(&street, "/reports/2026-04").await.body;
        assert!(register.contains("迟报") && register.contains("逾期未报"), "{register}");
        let at = format!("/reports/2026-04/{}/download", org(&world, STREETS[0]).await);
        let file = world.post(&street, &at, &[("kind", "csv")]).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.body);
        assert!(file.body.contains("期末在管,2,人,1,1"), "{}", file.body);
        let book = world.post(&street, &at, &[("kind", "xlsx")]).await;
        assert!(book.body.starts_with("PK"), "{}", book.body);
        let query = q!("SELECT COUNT(*) FROM audit WHERE deed = 'people.export'");
        let n: i64 = world.db().row(query).await.unwrap().unwrap().get(0).unwrap();
        assert_eq!((n, TODAY), (2, world.app.today()));
    }
}

/// One visit, entered once, is read everywhere: each view before and after.
#[tokio::test]
async fn one_visit_changes_every_view() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", GREEN).await;
        let street = world.clerk("street_clerk", STREETS[0]).await;
        let new = new_person("周淑珍", date(1948, 2, 3));
        let id = world.enter(&clerk, &new, GREEN, date(2026, 5, 2)).await;
        let owed = q!("SELECT id FROM duties WHERE person = $1 AND rule = 'visit.new'", id);
        let duty: i64 = world.db().row(owed).await.unwrap().unwrap().get(0).unwrap();
        let station = org(&world, GREEN).await;
        let views: [(&Actor, String, &str, &str); 10] = [
            (&clerk, "/".to_owned(), "新接收走访", ""),
            (&clerk, "/duties?rule=visit.new".to_owned(), "周淑珍", ""),
            (&clerk, format!("/duties/{duty}"), "登记走访", "按期办结"),
            (&clerk, "/visits".to_owned(), "没有走访记录", "周淑珍"),
            (&clerk, format!("/people/{id}"), "新接收走访</a>，期限", "上门"),
            (&clerk, format!("/people/{id}/card"), "", "走访或联系"),
            (&clerk, "/people/book".to_owned(), "", "2026-05-06</td>"),
            (&clerk, format!("/reports/2026-05/{station}/rows/visit.home"), "没有记录", "周淑珍"),
            (&clerk, format!("/reports/2026-05/{station}/rows/evidence"), "没有记录", "周淑珍"),
            (
                &street,
                format!("/reports/2026-05/{station}/rows/duty.visit.new.on_time"),
                "没有记录",
                "周淑珍",
            ),
        ];
        let mut before = Vec::new();
        for (actor, path, there, not_yet) in &views {
            let body = world.get(actor, path).await.body;
            assert!(body.contains(there), "{path} before: {there}: {body}");
            assert!(not_yet.is_empty() || !body.contains(not_yet), "{path} before: {not_yet}");
            before.push(body);
        }
        let told = report(&world, &street, GREEN, "2026-05").await;
        assert_eq!((value(&told, "visit.home"), value(&told, "people.visited")), (0, 0));
        visit(&world, &clerk, id, "2026-05-06").await;
        for ((actor, path, gone, there), before) in views.iter().zip(before) {
            let body = world.get(actor, path).await.body;
            assert_ne!(body, before, "{path} is as before");
            assert!(gone.is_empty() || !body.contains(gone), "{path} after: {gone}: {body}");
            assert!(body.contains(there), "{path} after: {there}: {body}");
        }
        let told = report(&world, &street, GREEN, "2026-05").await;
        for figure in ["visit.home", "people.visited", "evidence", "duty.visit.new.on_time"] {
            assert_eq!(value(&told, figure), 1, "{figure}");
        }
        let sum = report(&world, &street, STREETS[0], "2026-05").await;
        assert_eq!((value(&sum, "visit.met"), value(&sum, "duty.all.on_time")), (1, 1));
    }
}

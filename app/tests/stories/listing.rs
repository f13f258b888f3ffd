//! Lists about people who are registered: relatives, visits on paper, telephone numbers, special
//! groups of other departments; looked at, written once, taken back.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use songhe::exchange::state::State;
use songhe::exchange::store::{self, Import};

use crate::world::{Answer, World, made_up_number};

const BORN: Date = date(1950, 3, 4);
const HERE: &str = "990101001001";
const STREET: &str = "990101001";
const ELSEWHERE: &str = "990101002";
const THERE: &str = "990101002001";

async fn hand_in(world: &World, actor: &Actor, kind: &str, text: &str) -> Answer {
    let key = crate::bodies::unused("list-");
    let (csrf, csrf_field, key_field) = (world.csrf(actor), frame::CSRF_FIELD, frame::KEY_FIELD);
    let body = format!(
        "--heron\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n\
         --heron\r\ncontent-disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\n\
         {text}\r\n--heron--\r\n"
    );
    let request = Request::post(format!("/imports?{csrf_field}={csrf}&{key_field}={key}"))
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=heron");
    world.send(request.body(Body::from(body)).unwrap()).await
}

async fn known(world: &World, actor: &Actor, path: &str) -> Import {
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let (mut db, scope) = (world.db().clone(), actor.scope());
    store::find(&mut db, &scope, id).await.unwrap().unwrap()
}

/// Hands a list in and has it checked.
async fn checked(
    world: &World,
    actor: &Actor,
    (kind, text): (&str, &str),
    fields: &[(&str, &str)],
) -> (String, Import) {
    let answer = hand_in(world, actor, kind, text).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.says());
    let path = answer.location.unwrap();
    let mapped = known(world, actor, &path).await;
    let page = world.get(actor, &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", mapped.says);
    let version = mapped.version.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    let done = world.post(actor, &format!("{path}/columns"), &all).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let import = known(world, actor, &path).await;
    assert_eq!(import.state, State::Checked, "{}", import.says);
    (path, import)
}

async fn confirmed(world: &World, actor: &Actor, (path, import): &(String, Import)) -> Import {
    let version = import.version.to_string();
    let fields = [("version", version.as_str()), ("only_correct", "1")];
    let done = world.post(actor, &format!("{path}/confirm"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
    let import = known(world, actor, path).await;
    assert_eq!(import.state, State::Done, "{}", import.says);
    import
}

async fn undone(world: &World, actor: &Actor, path: &str) {
    let back = world.post(actor, &format!("{path}/undo"), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.says());
    assert_eq!(known(world, actor, path).await.state, State::Undone);
}

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

fn tally(import: &Import) -> [u64; 4] {
    let counts = &import.counts;
    [counts.new, counts.updated, counts.unchanged, counts.faulty]
}

#[tokio::test]
async fn new_telephone_numbers_are_written_once_and_taken_back() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        let other = world.clerk("coordinator", THERE).await;
        let id = world.person(&clerk, "王秀兰", BORN, HERE).await;
        world.person(&other, "李外人", BORN, THERE).await;
        let list = "退休人员电话变更表\n姓名,身份证号,原手机号,新手机号\n\
                    王秀兰,,19400000001,194 0000 0009\n李外人,,,19400000008\n王秀兰,,,\n";
        let asked = checked(&world, &clerk, ("phones", list), &[]).await;
        assert_eq!(tally(&asked.1), [0, 1, 0, 2]);
        let stranger = world.clerk("street_clerk", ELSEWHERE).await;
        let page = world.get(&clerk, &asked.0).await;
        for says in ["更新电话", "本辖区没有登记这个人", "没有新电话"] {
            assert!(page.body.contains(says), "{says}: {}", page.body);
        }
        assert_eq!(world.get(&stranger, &asked.0).await.status, StatusCode::NOT_FOUND);
        let outside = n(&world, q!("SELECT COUNT(*) FROM changes")).await;
        confirmed(&world, &clerk, &asked).await;
        let person = world.get(&clerk, &format!("/people/{id}")).await;
        assert!(person.body.contains("194****0009"), "{}", person.body);
        let again = checked(&world, &clerk, ("phones", list), &[]).await;
        assert_eq!(tally(&again.1), [0, 0, 1, 2], "a second time changes nothing");
        undone(&world, &clerk, &asked.0).await;
        let person = world.get(&clerk, &format!("/people/{id}")).await;
        assert!(!person.body.contains("194****0009"), "{}", person.body);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM changes")).await, outside + 2);
    }
}

#[tokio::test]
async fn relatives_are_added_amended_and_taken_back() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        world.person(&clerk, "王秀兰", BORN, HERE).await;
        let standing = || q!("SELECT COUNT(*) FROM relatives WHERE ended_on IS NULL");
        let list = "退休人员姓名,亲属姓名,与本人关系,联系电话,是否同住,供养开始日期\n\
                    王秀兰,赵小明,儿子,19400000011,否,\n王秀兰,赵大爷,配偶,,是,2026-01-05\n\
                    王秀兰,钱某,,,,\n";
        let asked = checked(&world, &clerk, ("relatives", list), &[]).await;
        assert_eq!(tally(&asked.1), [2, 0, 0, 1]);
        confirmed(&world, &clerk, &asked).await;
        assert_eq!(n(&world, standing()).await, 2);
        let followed = q!("SELECT COUNT(*) FROM duties WHERE about > 0 AND state = 'open'");
        assert!(n(&world, followed.clone()).await > 0, "whoever is supported is followed");

        let more = "退休人员姓名,亲属姓名,与本人关系,联系电话\n王秀兰,赵小明,儿子,19400000022\n";
        let amended = checked(&world, &clerk, ("relatives", more), &[]).await;
        assert_eq!(tally(&amended.1), [0, 1, 0, 0]);
        confirmed(&world, &clerk, &amended).await;
        let early = world.post(&clerk, &format!("{}/undo", asked.0), &[]).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "worked on since");
        undone(&world, &clerk, &amended.0).await;
        let same = checked(&world, &clerk, ("relatives", list), &[]).await;
        assert_eq!(tally(&same.1), [0, 0, 2, 1], "the number before is back");
        assert_eq!(n(&world, standing()).await, 2);
    }
}

#[tokio::test]
async fn a_list_of_relatives_is_taken_back_with_what_followed() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        world.person(&clerk, "王秀兰", BORN, HERE).await;
        let followed = q!("SELECT COUNT(*) FROM duties WHERE about > 0 AND state = 'open'");
        let list = "退休人员姓名,亲属姓名,关系,供养开始日期\n王秀兰,赵大爷,配偶,2026-01-05\n";
        let asked = checked(&world, &clerk, ("relatives", list), &[]).await;
        confirmed(&world, &clerk, &asked).await;
        assert!(n(&world, followed.clone()).await > 0);
        undone(&world, &clerk, &asked.0).await;
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM relatives")).await, 0);
        assert_eq!(n(&world, followed).await, 0);
    }
}

#[tokio::test]
async fn visits_on_paper_settle_what_was_owed() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        world.person(&clerk, "王秀兰", BORN, HERE).await;
        let standing = || q!("SELECT COUNT(*) FROM visits WHERE void_reason IS NULL");
        let settled = || q!("SELECT COUNT(*) FROM duties WHERE state = 'settled'");
        let before = n(&world, settled()).await;
        let list = "走访对象,走访时间,走访形式,走访情况\n王秀兰,2026年5月6日,入户,身体健康\n\
                    王秀兰,2026.5.6,电话走访,一切正常\n王秀兰,2026年5月,入户,\n\
                    王秀兰,2026-05-06,飞鸽,\n";
        let asked = checked(&world, &clerk, ("visits", list), &[]).await;
        let page = world.get(&clerk, &asked.0).await;
        assert_eq!(tally(&asked.1), [2, 0, 0, 2], "{}", page.says());
        confirmed(&world, &clerk, &asked).await;
        assert_eq!(n(&world, standing()).await, 2);
        assert!(n(&world, settled()).await > before, "what was owed is done");
        let again = checked(&world, &clerk, ("visits", list), &[]).await;
        assert_eq!(tally(&again.1), [0, 0, 2, 2]);
        undone(&world, &clerk, &asked.0).await;
        assert_eq!(n(&world, standing()).await, 0);
        assert_eq!(n(&world, settled()).await, before);
    }
}

#[tokio::test]
async fn a_list_of_a_special_group_is_compared() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        let id = world.person(&clerk, "王秀兰", BORN, HERE).await;
        world.person(&clerk, "李桂英", BORN, HERE).await;
        let number = made_up_number(BORN);
        let hidden = format!("{}********{}", &number[..6], &number[14..]);
        let list = format!("姓名,身份证号,残疾证号\n王秀兰,,甲001\n孙不在,{hidden},乙002\n");
        let fields = [("mark", "disabled")];
        let asked = checked(&world, &clerk, ("special", &list), &fields).await;
        assert_eq!(tally(&asked.1), [0, 1, 0, 0]);
        assert_eq!(asked.1.counts.absent, 1);
        let page = world.get(&clerk, &asked.0).await;
        assert!(page.body.contains("孙不在") && page.body.contains("不在册"), "{}", page.body);
        confirmed(&world, &clerk, &asked).await;
        let marked = q!("SELECT COUNT(*) FROM marks WHERE person = $1 AND ended_on IS NULL", id);
        assert_eq!(n(&world, marked.clone()).await, 1);

        let without = "姓名\n李桂英\n";
        let turned = checked(&world, &clerk, ("special", without), &fields).await;
        assert_eq!(turned.1.counts.missing, 1, "who bears the mark and is not in the list");
        let lines = world.get(&clerk, &format!("{}/lines?kind=missing", turned.0)).await;
        assert!(lines.body.contains("王秀兰"), "{}", lines.body);
        undone(&world, &clerk, &asked.0).await;
        assert_eq!(n(&world, marked).await, 0);
    }
}

#[tokio::test]
async fn enterprises_are_entered_changed_and_taken_back() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        let first = "东区企业名录\n序号,单位名称,统一社会信用代码\n\
                     1,示范机械厂,91990100MA00000011\n2,示范纺织厂,\n3,,91990100MA00000020\n\
                     4,示范纺织厂,\n5,示范机械厂,91990100MA00000039\n";
        let asked = checked(&world, &clerk, ("enterprises", first), &[]).await;
        assert_eq!(tally(&asked.1), [2, 0, 0, 2], "{:?}", asked.1.counts);
        assert_eq!(asked.1.counts.duplicates, 1);
        let page = world.get(&clerk, &asked.0).await;
        for says in ["新增企业", "请填写企业名称", "说的是同一件事而内容不同"]
        {
            assert!(page.body.contains(says), "{says}: {}", page.body);
        }
        let before = n(&world, q!("SELECT COUNT(*) FROM enterprises")).await;
        confirmed(&world, &clerk, &asked).await;
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM enterprises")).await, before + 2);
        let known = n(&world, q!("SELECT COUNT(*) FROM org_history")).await;

        let second = "企业名称,信用代码\n示范机械厂有限公司,91990100MA00000011\n\
                      示范纺织厂,91990100MA00000047\n示范机械厂,\n";
        let changed = checked(&world, &clerk, ("enterprises", second), &[]).await;
        assert_eq!(tally(&changed.1), [0, 2, 1, 0], "{:?}", changed.1.counts);
        let page = world.get(&clerk, &changed.0).await;
        assert!(page.body.contains("示范机械厂 → 示范机械厂有限公司"), "{}", page.body);
        let third = "企业名称,信用代码\n示范机械厂有限公司,91990100MA00000011\n\
                     示范纺织厂,91990100MA00000047\n";
        let changed = checked(&world, &clerk, ("enterprises", third), &[]).await;
        confirmed(&world, &clerk, &changed).await;
        let refused = world.post(&clerk, &format!("{}/undo", asked.0), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "the later list worked on them");
        undone(&world, &clerk, &changed.0).await;
        let again = checked(&world, &clerk, ("enterprises", third), &[]).await;
        assert_eq!(tally(&again.1), [0, 2, 0, 0], "what the list changed is as it was");
        assert!(n(&world, q!("SELECT COUNT(*) FROM org_history")).await > known);

        let coordinator = world.clerk("coordinator", HERE).await;
        let list = hand_in(&world, &coordinator, "enterprises", first).await;
        assert_eq!(list.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_list_of_enterprises_that_was_wrong_leaves_nothing() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        let list = "企业名称\n示范化工厂\n示范建材厂\n";
        let before = n(&world, q!("SELECT COUNT(*) FROM enterprises")).await;
        let asked = checked(&world, &clerk, ("enterprises", list), &[]).await;
        confirmed(&world, &clerk, &asked).await;
        undone(&world, &clerk, &asked.0).await;
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM enterprises")).await, before);
        let asked = checked(&world, &clerk, ("enterprises", list), &[]).await;
        confirmed(&world, &clerk, &asked).await;
        let retired = "姓名,身份证号,原工作单位,所属社区\n赵秀英,{},示范化工厂,青山社区\n"
            .replace("{}", &made_up_number(BORN));
        let roster = checked(&world, &clerk, ("roster", &retired), &[]).await;
        confirmed(&world, &clerk, &roster).await;
        let refused = world.post(&clerk, &format!("{}/undo", asked.0), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "somebody has retired from one of them");
    }
}

#[tokio::test]
async fn a_list_that_is_none_is_refused_in_words() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", STREET).await;
        let wrong = hand_in(&world, &clerk, "shopping", "姓名\n王秀兰\n").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("请选择导入什么"), "{}", wrong.body);
        let lacking = hand_in(&world, &clerk, "visits", "姓名,住址\n王秀兰,松风路1号\n").await;
        let path = lacking.location.unwrap();
        let version = known(&world, &clerk, &path).await.version.to_string();
        let refused =
            world.post(&clerk, &format!("{path}/columns"), &[("version", &version)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("走访日期"), "{}", refused.body);
    }
}

/// Files that lie in a store already: each is taken in once, wherever it is known it is left, and
/// the whole list is taken back while nobody has touched them.
#[tokio::test]
async fn files_in_a_store_are_taken_in_by_a_list() {
    for world in World::each().await {
        let coordinator = world.clerk("coordinator", HERE).await;
        let clerk = world.clerk("street_clerk", STREET).await;
        let known = world.person(&coordinator, "王秀兰", BORN, HERE).await;
        world.person(&coordinator, "李淑英", date(1951, 5, 6), HERE).await;
        let own = known.to_string();
        let fields = [("person", &*own), ("from", "青山机械厂"), ("box", "1架"), ("volumes", "1")];
        let filed = world.post(&clerk, "/archives", &fields).await;
        assert_eq!(filed.status, StatusCode::SEE_OTHER, "{}", filed.says());
        let text = "姓名,盒号,册数,档案页数,移交单位\n王秀兰,2架,1,40,青山机械厂\n\
                    李淑英,2架,2册,56页,示范纺织厂\n李淑英,2架,2册,56页,示范纺织厂\n\
                    周玉梅,2架,1,30,示范纺织厂\n";
        let list = checked(&world, &clerk, ("archives", text), &[]).await;
        let counts = &list.1.counts;
        assert_eq!((counts.new, counts.unchanged, counts.faulty), (1, 1, 1), "{counts:?}");
        let page = world.get(&clerk, &list.0).await;
        assert!(page.body.contains("没有登记这个人"), "{}", page.body);
        confirmed(&world, &clerk, &list).await;
        let kept = q!(
            "SELECT COUNT(*) FROM archives
             WHERE holder = $1 AND box = '2架' AND volumes = 2 AND pages = 56",
            STREET
        );
        assert_eq!(n(&world, kept).await, 1);
        undone(&world, &clerk, &list.0).await;
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM archives")).await, 1);

        let list = checked(&world, &clerk, ("archives", text), &[]).await;
        confirmed(&world, &clerk, &list).await;
        world.post(&clerk, "/archives/checks", &[("box", "2架")]).await;
        let late = world.post(&clerk, &format!("{}/undo", list.0), &[]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "counted in a stock-taking since");
    }
}

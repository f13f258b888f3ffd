//! Rosters as enterprises and streets send them: read, checked, confirmed, written once.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::Value;
use songhe::accounts::posts;
use songhe::exchange::orgs_list;
use songhe::exchange::store::{self, Import};
use songhe::exchange::{files, work};
use songhe::orgs::import::{Bodies, carry_out};
use songhe::people::{Caller, death, edit};

use crate::world::{Answer, TODAY, World, made_up_number};

const BORN: Date = date(1950, 3, 4);
const KIND: &str = "multipart/form-data; boundary=heron";

/// Hands a file in as somebody; answers what came back.
pub async fn hand_in(world: &World, actor: &Actor, name: &str, bytes: &[u8]) -> Answer {
    let key = crate::bodies::unused("file-");
    let (csrf, csrf_field, key_field) = (world.csrf(actor), frame::CSRF_FIELD, frame::KEY_FIELD);
    let head = format!(
        "--heron\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let mut body = head.into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--heron--\r\n");
    let path = format!("/imports?{csrf_field}={csrf}&{key_field}={key}");
    let request = Request::post(path)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, KIND);
    world.send(request.body(Body::from(body)).unwrap()).await
}

/// Hands a file in and has it checked as it was recognised.
pub async fn checked(world: &World, actor: &Actor, name: &str, bytes: &[u8]) -> Import {
    let answer = hand_in(world, actor, name, bytes).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.says());
    let path = answer.location.unwrap();
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let mapped = known(world, actor, id).await;
    let version = mapped.version.to_string();
    let columns = format!("{path}/columns");
    let done = world.post(actor, &columns, &[("version", &version)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
    known(world, actor, id).await
}

async fn known(world: &World, actor: &Actor, id: i64) -> Import {
    let (mut db, scope) = (world.db().clone(), actor.scope());
    store::find(&mut db, &scope, id).await.unwrap().unwrap()
}

/// Confirms what was checked, with these fields.
pub async fn confirm(
    world: &World,
    actor: &Actor,
    import: &Import,
    fields: &[(&str, &str)],
) -> Answer {
    let version = import.version.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    world.post(actor, &format!("/imports/{}/confirm", import.id), &all).await
}

pub async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

pub async fn errors(world: &World, actor: &Actor, id: i64) -> Vec<(String, String, String)> {
    let told = world.get(actor, &format!("/api/v1/imports/{id}/errors?limit=1000")).await;
    let told: Value = serde_json::from_str(&told.body).unwrap();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let cell = format!("{}{}", text(one, "column"), one["row"]);
            (text(one, "sheet"), cell, text(one, "code"))
        })
        .collect()
}

/// A line of a plain roster.
fn csv(rows: &[&str]) -> Vec<u8> {
    let mut text = "姓名,身份证号,性别,手机号码,所属社区,常住地\n".to_owned();
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text.into_bytes()
}

fn row(page: &mut Worksheet, at: u32, cells: &[&str]) {
    for (column, text) in (0_u16..).zip(cells) {
        if !text.is_empty() {
            page.write_string(at, column, *text).unwrap();
        }
    }
}

/// An odd last figure but one is a man's.
fn number(born: Date, male: bool) -> String {
    loop {
        let number = made_up_number(born);
        if (number.as_bytes()[16] % 2 == 1) == male {
            return number;
        }
    }
}

/// Every fault in a workbook of two communities, with titles, a header of two rows, sums and notes.
pub fn messy(numbers: &[String]) -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name("青山社区").unwrap();
    page.write_string(0, 0, "示范市机床厂退休人员花名册").unwrap();
    page.write_string(1, 0, "制表单位：青山街道").unwrap();
    let plain = Format::new();
    for (from, to, title) in [(0, 0, "序号"), (1, 1, "姓 名"), (2, 2, "身份证号码（18位）")]
    {
        page.merge_range(2, from, 3, to, title, &plain).ok();
        page.write_string(2, from, title).unwrap();
    }
    page.merge_range(2, 3, 2, 4, "联系方式", &plain).unwrap();
    page.write_string(3, 3, "手机").unwrap();
    page.write_string(3, 4, "家庭住址").unwrap();
    for (at, title) in [(5, "性别"), (6, "出生年月"), (7, "退休时间"), (8, "养老金"), (9, "爱好")]
    {
        page.write_string(2, at, title).unwrap();
    }
    let good = ["1", "张　三", &numbers[0], "194 0000 0011", "青山路1号", "男", "195003", "2010.3"];
    row(page, 4, &good);
    page.write_number(4, 8, 3256.5).unwrap();
    page.write_string(4, 9, "钓鱼").unwrap();
    row(page, 5, &["2", "", &numbers[1], "19400000012"]);
    row(page, 6, &["3", "李四", "330106195003041235"]);
    row(page, 7, &["4", "王五", "3301061950030412"]);
    row(page, 8, &["5", "赵六", "33010619501304123X"]);
    row(page, 9, &["6", "钱七"]);
    page.write_number(9, 2, 330_106_195_003_041_234_f64).unwrap();
    row(page, 10, &["7", "孙八", &numbers[2], "12", "", "女", "", "2010-13-40"]);
    row(page, 11, &["8", "周九", &numbers[3], "", "", "女", "1951-03"]);
    row(page, 12, &["9", "吴十"]);
    row(page, 13, &["10", "郑一", &numbers[0]]);
    row(page, 14, &["11", "冯二", &numbers[4], "", "", "男"]);
    row(page, 15, &["", "", "", "", "", "", "", "", "三千"]);
    row(page, 16, &["合计", "", "11 人"]);
    row(page, 17, &["填表说明：请核对后盖章"]);
    let page = book.add_worksheet().set_name("松涛社区").unwrap();
    row(page, 0, &["姓名", "证件号码", "联系电话"]);
    row(page, 1, &["陈三", &numbers[5], "无"]);
    let page = book.add_worksheet().set_name("旧名单").unwrap();
    row(page, 0, &["姓名", "证件号码"]);
    row(page, 1, &["旧人", &numbers[6]]);
    page.set_hidden(true);
    let page = book.add_worksheet().set_name("说明").unwrap();
    row(page, 0, &["本表由街道填写"]);
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn every_fault_of_a_messy_workbook_is_told_by_its_cell_and_the_rest_goes_in() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let numbers: Vec<String> =
            [true, false, false, true, false, true, true].map(|male| number(BORN, male)).into();
        let bytes = messy(&numbers);
        let import = checked(&world, &clerk, "名册.xlsx", &bytes).await;
        let found: BTreeSet<(String, String, String)> =
            errors(&world, &clerk, import.id).await.into_iter().collect();
        let expected: BTreeSet<(String, String, String)> = [
            ("B6", "name-missing"),
            ("C7", "identity-check"),
            ("C8", "identity-form"),
            ("C9", "identity-date"),
            ("C10", "identity-imprecise"),
            ("D11", "phone"),
            ("H11", "day"),
            ("F12", "sex-differs"),
            ("G12", "birth-differs"),
            ("C13", "identity-missing"),
            ("C14", "identity-repeated"),
            ("F15", "sex-differs"),
        ]
        .map(|(cell, code)| ("青山社区".to_owned(), cell.to_owned(), code.to_owned()))
        .into();
        let codes = found.iter().filter(|one| one.1 != "C9").cloned().collect::<BTreeSet<_>>();
        let wanted = expected.iter().filter(|one| one.1 != "C9").cloned().collect();
        assert_eq!(codes, wanted);
        assert!(found.contains(expected.iter().find(|one| one.1 == "C9").unwrap()), "{found:?}");
        let counts = &import.counts;
        assert_eq!((counts.rows, counts.new, counts.faulty), (12, 2, 10), "{counts:?}");
        let all = confirm(&world, &clerk, &import, &[]).await;
        assert_eq!(all.status, StatusCode::CONFLICT, "{}", all.says());
        assert!(all.body.contains("不能全部导入"));
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 0);

        let page = world.get(&clerk, &format!("/imports/{}", import.id)).await;
        let told = ["旧名单：隐藏的工作表", "说明：没有", "占位的写法"];
        for words in
            ["只导入正确的 2 行", "合计行", "下载标出问题的原表", "C10"].iter().chain(&told)
        {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(!page.body.contains("330106195003041235"), "numbers are masked");
        let done = confirm(&world, &clerk, &import, &[("only_correct", "1")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 2);
        taken_in(&world, &clerk).await;
        let audit = q!(
            "SELECT COUNT(*) FROM audit WHERE deed = 'people.import' AND subject = $1
                        AND detail LIKE '%新增2%'",
            format!("import/{}", import.id)
        );
        assert_eq!(n(&world, audit).await, 1, "one row for the file");

        let again = checked(&world, &clerk, "名册.xlsx", &bytes).await;
        let counts = &again.counts;
        assert_eq!((counts.new, counts.updated, counts.unchanged), (0, 0, 2), "{counts:?}");
    }
}

/// What the messy workbook says of its two good rows.
async fn taken_in(world: &World, clerk: &Actor) {
    let (mut db, scope) = (world.db().clone(), clerk.scope());
    let id = n(world, q!("SELECT id FROM persons WHERE name = '张三'")).await;
    let person = songhe::registry::find(&mut db, &scope, id).await.unwrap();
    assert_eq!(person.enterprise_name, "示范市机床厂");
    assert_eq!((person.org.as_str(), person.phone.as_str()), ("990101001001", "19400000011"));
    assert_eq!(person.retired_on, Some(date(2010, 3, 1)));
    assert_eq!(person.pension_fen, Some(325_650));
    assert!(person.extra.contains("钓鱼"), "{}", person.extra);
    let songtao = q!("SELECT COUNT(*) FROM persons WHERE name = '陈三' AND org = '990101001002'");
    assert_eq!(n(world, songtao).await, 1, "the name of the sheet is the station");
    let verified = songhe::duties::verify::verify(&world.app, 5).await.unwrap();
    assert_eq!(verified.n_different, 0, "{verified:?}");
}

#[tokio::test]
async fn the_rows_with_faults_are_marked_in_the_file_that_can_be_handed_in_again() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let good = number(BORN, true);
        let rows = csv(&[
            &format!("张三,{good},男,19400000021,青山社区,青山路1号"),
            "李四,330106195003041235,男,19400000022,无名社区,青山路2号",
        ]);
        let import = checked(&world, &clerk, "名册.csv", &rows).await;
        let path = format!("/imports/{}/errors.xlsx", import.id);
        let bytes = crate::marking::file(&world, &clerk, &path).await;
        let text = String::from_utf8(bytes.clone()).unwrap();
        let told = text.lines().next().unwrap();
        assert_eq!(told, "姓名,身份证号,性别,手机号码,所属社区,常住地,\"导入结果/问题\"");
        assert!(text.contains(&format!("张三,{good},男,19400000021,青山社区,青山路1号\n")));
        let again = checked(&world, &clerk, "更正.csv", &bytes).await;
        let codes: Vec<String> =
            errors(&world, &clerk, again.id).await.into_iter().map(|one| one.2).collect();
        assert_eq!(codes, ["identity-check", "station-unknown"]);
        assert_eq!(again.counts.rows, 2);
        let plan = again.plan.unwrap();
        let says = plan.columns.iter().find(|column| column.title == "导入结果/问题").unwrap();
        assert_eq!(says.choice, "-", "our own words are not taken in");
    }
}

#[tokio::test]
async fn what_the_roster_knows_better_is_amended_with_history_and_can_be_taken_back() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let id = world.person(&clerk, "周桂兰", BORN, "990101001001").await;
        let (mut db, scope) = (world.db().clone(), clerk.scope());
        let before = songhe::registry::find(&mut db, &scope, id).await.unwrap();
        let newcomer = number(BORN, false);
        let header = "姓名,身份证号,手机号码,常住地,居住地类别,特殊人员,所属社区,联系人,联系人电话";
        let text = format!(
            "{header}\n周桂兰,{},,松涛路9号,外省,独居,青山社区,周小明,19400000031\n\
             吴秀英,{newcomer},19400000032,,,,青山社区,,\n",
            before.id_number
        );
        let import = checked(&world, &clerk, "名册.csv", text.as_bytes()).await;
        assert_eq!((import.counts.new, import.counts.updated), (1, 1), "{:?}", import.counts);
        let page = world.get(&clerk, &format!("/imports/{}", import.id)).await;
        assert!(page.body.contains("居住地址：空 → 松涛路9号"), "{}", page.says());
        let done = confirm(&world, &clerk, &import, &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
        let after = songhe::registry::find(&mut db, &scope, id).await.unwrap();
        assert_eq!(after.phone, before.phone, "what is not said stays");
        assert_eq!((after.address.as_str(), after.away.as_str()), ("松涛路9号", "other_province"));
        let written = known(&world, &clerk, import.id).await;
        let act = written.act.unwrap();
        let history = q!(
            "SELECT COUNT(*) FROM changes WHERE person = $1 AND act = $2
                          AND source = 'import'",
            id,
            act
        );
        assert_eq!(n(&world, history).await, 4, "address, residence, mark, contact");
        let facts = songhe::duties::store::facts(&mut db, id).await.unwrap();
        assert_eq!(facts.len(), 3, "taken in, residence, mark: {facts:?}");
        let own = q!("SELECT COUNT(*) FROM facts WHERE act = $1 AND kind = 'taken_in'", act);
        assert_eq!(n(&world, own).await, 1, "the newcomer's history names the act");
        let again = checked(&world, &clerk, "名册.csv", text.as_bytes()).await;
        assert_eq!((again.counts.new, again.counts.updated, again.counts.unchanged), (0, 0, 2));

        let undo = format!("/imports/{}/undo", import.id);
        assert!(world.get(&clerk, &undo).await.body.contains("确认撤销"));
        let undone = world.post(&clerk, &undo, &[]).await;
        assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.says());
        let now = songhe::registry::find(&mut db, &scope, id).await.unwrap();
        assert_eq!(now.fields(), before.fields());
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 1);
        assert_eq!(n(&world, q!("SELECT n FROM tallies WHERE org = '990101001001'")).await, 1);
        let open = q!("SELECT COUNT(*) FROM marks WHERE person = $1", id);
        assert_eq!(n(&world, open).await, 0);
        let verified = songhe::duties::verify::verify(&world.app, 5).await.unwrap();
        assert_eq!(verified.n_different, 0, "{verified:?}");
        let third = checked(&world, &clerk, "名册.csv", text.as_bytes()).await;
        assert_eq!((third.counts.new, third.counts.updated), (1, 1), "{:?}", third.counts);
    }
}

#[tokio::test]
async fn an_import_on_which_somebody_has_worked_since_is_not_taken_back() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let rows = csv(&[&format!("张三,{},男,19400000021,青山社区,", number(BORN, true))]);
        let import = checked(&world, &clerk, "名册.csv", &rows).await;
        confirm(&world, &clerk, &import, &[]).await;
        let id = n(&world, q!("SELECT id FROM persons")).await;
        let report = songhe::visits::Report::ordinary(TODAY, "协理员");
        let coordinator = world.clerk("coordinator", "990101001001").await;
        let caller = songhe::visits::Caller::Page;
        songhe::visits::record(&world.app, &coordinator, id, &report, caller).await.unwrap();
        let undo = world.post(&clerk, &format!("/imports/{}/undo", import.id), &[]).await;
        assert_eq!(undo.status, StatusCode::CONFLICT);
        assert!(undo.body.contains("又有新的记录"), "{}", undo.says());
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 1);
    }
}

#[tokio::test]
async fn who_is_registered_elsewhere_or_gone_is_told_and_nothing_more() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let far = world.clerk("coordinator", "990102001001").await;
        let elsewhere = world.person(&far, "白云老人", BORN, "990102001001").await;
        let mut db = world.db().clone();
        let elsewhere = songhe::registry::find(&mut db, &far.scope(), elsewhere).await.unwrap();
        let own = world.clerk("coordinator", "990101001001").await;
        let dead = world.person(&own, "已故老人", date(1941, 3, 4), "990101001001").await;
        let gone = songhe::registry::find(&mut db, &own.scope(), dead).await.unwrap();
        let told = death::Told {
            version: Some(gone.version),
            on: Some(TODAY),
            source: "family".to_owned(),
            note: String::new(),
        };
        let seen = (&told, death::Doubts::Seen);
        death::record(&world.app, &own, dead, seen, Caller::Page).await.unwrap();
        let moved = world.person(&own, "搬家老人", date(1942, 3, 4), "990101001001").await;
        let moved = songhe::registry::find(&mut db, &own.scope(), moved).await.unwrap();
        let other = world.person(&own, "同号老人", date(1943, 3, 4), "990101001001").await;
        let other = songhe::registry::find(&mut db, &own.scope(), other).await.unwrap();
        let rows = csv(&[
            &format!("白云老人,{},,,青山社区,", elsewhere.id_number),
            &format!("已故老人,{},,,青山社区,", gone.id_number),
            &format!("搬家老人,{},,,松涛社区,", moved.id_number),
            &format!("另一老人,{},,,青山社区,", other.id_number),
            &format!("外区老人,{},,,白云社区,", number(BORN, true)),
            &format!("外街老人,{},,,990101002001,", number(BORN, true)),
        ]);
        let import = checked(&world, &clerk, "名册.csv", &rows).await;
        let told = errors(&world, &clerk, import.id).await;
        let codes: Vec<&str> = told.iter().map(|one| one.2.as_str()).collect();
        let expected = [
            "registered-elsewhere",
            "dead",
            "needs-move",
            "name-differs",
            "station-unknown",
            "station-unknown",
        ];
        assert_eq!(codes, expected);
        let page = world.get(&clerk, &format!("/imports/{}", import.id)).await;
        assert!(!page.body.contains("990102") && !page.body.contains("西区"), "{}", page.says());
        let only = confirm(&world, &clerk, &import, &[("only_correct", "1")]).await;
        assert_eq!(only.status, StatusCode::SEE_OTHER);
        let dead = songhe::registry::find(&mut db, &own.scope(), dead).await.unwrap();
        assert_eq!(dead.status, "dead", "nobody is revived");
    }
}

#[tokio::test]
async fn who_is_perhaps_registered_is_taken_in_only_when_told_apart() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        world.person(&clerk, "王秀兰", BORN, "990101001002").await;
        let number = number(BORN, false);
        let line = format!("王秀兰,{number},女,,青山社区,");
        let rows = csv(&[&line, &line]);
        let import = checked(&world, &clerk, "名册.csv", &rows).await;
        let counts = &import.counts;
        assert_eq!((counts.new, counts.alike, counts.duplicates), (0, 1, 2), "{counts:?}");
        let page = world.get(&clerk, &format!("/imports/{}", import.id)).await;
        assert!(page.body.contains("松涛社区已登记一位同姓名"), "{}", page.says());
        confirm(&world, &clerk, &import, &[("with_alike", "1")]).await;
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 2);
    }
}

#[tokio::test]
async fn a_roster_that_was_checked_is_not_written_when_the_registry_has_changed() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let id = world.person(&clerk, "周桂兰", BORN, "990101001001").await;
        let mut db = world.db().clone();
        let person = songhe::registry::find(&mut db, &clerk.scope(), id).await.unwrap();
        let rows = csv(&[
            &format!("吴秀英,{},女,,青山社区,", number(BORN, false)),
            &format!("周桂兰,{},,,青山社区,松涛路9号", person.id_number),
        ]);
        let import = checked(&world, &clerk, "名册.csv", &rows).await;
        let mut new = person.fields();
        "青山路7号".clone_into(&mut new.address);
        let wish = edit::Wish { version: person.version, new, away_since: None };
        edit::change(&world.app, &clerk, id, &wish, Caller::Page).await.unwrap();
        let told = confirm(&world, &clerk, &import, &[]).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.says());
        let after = known(&world, &clerk, import.id).await;
        assert_eq!(after.state.code(), "mapped");
        assert!(after.says.contains("请重新试算"), "{}", after.says);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 1, "nothing was written");
        let stale = confirm(&world, &clerk, &import, &[]).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    }
}

#[tokio::test]
async fn a_step_whose_process_died_is_told_and_taken_up_again() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let rows = csv(&[&format!("吴秀英,{},女,,青山社区,", number(BORN, false))]);
        let import = checked(&world, &clerk, "名册.csv", &rows).await;
        let lost = q!(
            "UPDATE imports SET state = 'importing', holder = 7, lease_until = 1 WHERE id = $1",
            import.id
        );
        world.db().housekeep(vec![lost]).await.unwrap();
        let page = world.get(&clerk, &format!("/imports/{}", import.id)).await;
        assert!(page.body.contains("没有写入任何数据，请重新导入"), "{}", page.says());
        let import = known(&world, &clerk, import.id).await;
        confirm(&world, &clerk, &import, &[]).await;
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 1);
        work::let_go(world.db()).await.unwrap();
        assert_eq!(known(&world, &clerk, import.id).await.state.code(), "done");
    }
}

#[tokio::test]
async fn columns_are_shown_with_samples_changed_and_remembered() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let number = number(BORN, false);
        let text = format!("人名,号,小区,备用\n吴秀英,{number},青山社区,甲\n郑玉琴,,青山社区,乙\n");
        let answer = hand_in(&world, &clerk, "怪表.csv", text.as_bytes()).await;
        let path = answer.location.unwrap();
        let page = world.get(&clerk, &path).await;
        assert!(page.body.contains("核对无误，开始试算") && page.body.contains("吴秀英"));
        assert!(!page.body.contains(&number), "samples are masked");
        let id = path.rsplit('/').next().unwrap().parse().unwrap();
        let version = known(&world, &clerk, id).await.version.to_string();
        let columns = format!("{path}/columns");
        let none = world
            .post(&clerk, &columns, &[("version", &version), ("column-0", "+"), ("column-1", "-")])
            .await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.body.contains("没有哪张工作表选齐了"), "{}", none.says());
        let twice = [
            ("version", version.as_str()),
            ("column-0", "name"),
            ("column-1", "identity"),
            ("column-2", "name"),
        ];
        let refused = world.post(&clerk, &columns, &twice).await;
        assert!(refused.body.contains("都选作了“姓名”"), "{}", refused.says());
        let chosen = [
            ("version", version.as_str()),
            ("column-0", "name"),
            ("column-1", "identity"),
            ("column-2", "station"),
            ("column-3", "-"),
        ];
        let done = world.post(&clerk, &columns, &chosen).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
        let import = known(&world, &clerk, id).await;
        assert_eq!((import.counts.new, import.counts.faulty), (1, 1), "{:?}", import.counts);
        let again = checked(&world, &clerk, "下月.csv", text.as_bytes()).await;
        assert_eq!(again.counts, import.counts, "the choices are remembered");
        let cancelled = world.post(&clerk, &format!("/imports/{}/cancel", again.id), &[]).await;
        assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
        assert!(!files::has_file(world.db(), again.id).await.unwrap(), "the file is let go");
        let list = world.get(&clerk, "/imports").await;
        assert!(list.body.contains("怪表.csv") && list.body.contains("已取消"));
    }
}

#[tokio::test]
async fn an_import_is_for_the_right_post_and_street() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let rows = csv(&[&format!("吴秀英,{},女,,青山社区,", number(BORN, false))]);
        let import = checked(&world, &clerk, "青山名册.csv", &rows).await;
        let coordinator = world.clerk("coordinator", "990101001001").await;
        let refused = hand_in(&world, &coordinator, "名册.csv", &rows).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let other = world.clerk("street_clerk", "990101002").await;
        for path in ["", "/columns", "/lines", "/errors.xlsx", "/file", "/progress", "/undo"] {
            let seen = world.get(&other, &format!("/imports/{}{path}", import.id)).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["columns", "confirm", "cancel", "undo"] {
            let path = format!("/imports/{}/{path}", import.id);
            let done = world.post(&other, &path, &[("version", "5")]).await;
            assert_eq!(done.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(!world.get(&other, "/imports").await.body.contains("青山名册"));
        let district = world.clerk("office_clerk", "990101").await;
        assert!(world.get(&district, "/imports").await.body.contains("青山名册"));
        for (name, bytes, says) in [
            ("空.csv", &b""[..], "文件是空的"),
            ("假.xlsx", &b"PK\x03\x04 not a workbook"[..], "文件已损坏"),
            ("旧.xls", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0][..], "文件已损坏"),
            ("网页.xls", &b"<html><table></table></html>"[..], "网页"),
        ] {
            let answer = hand_in(&world, &clerk, name, bytes).await;
            let page = match &answer.location {
                Some(path) => world.get(&clerk, path).await,
                None => answer,
            };
            assert!(page.body.contains(says), "{name}: {}", page.says());
        }
    }
}

#[tokio::test]
async fn the_file_as_it_was_sent_goes_to_the_sender_and_to_few_others() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let rows = csv(&[&format!("吴秀英,{},女,,青山社区,", number(BORN, false))]);
        let import = checked(&world, &clerk, "青山名册.csv", &rows).await;
        let page = world.get(&clerk, &format!("/imports/{}", import.id)).await;
        assert!(page.body.contains("下载收到的原文件"));
        let path = format!("/imports/{}/file", import.id);
        let asked = || Request::get(&path).body(Body::empty()).unwrap();
        let file = crate::exporting::send(&world, &clerk, asked()).await;
        assert_eq!((file.status, &file.bytes), (StatusCode::OK, &rows), "byte by byte");
        assert_eq!(file.header("content-type"), "application/octet-stream");
        let name = songhe::web::page::encoded("青山名册.csv");
        assert!(file.header("content-disposition").starts_with("attachment; "));
        assert!(file.header("content-disposition").ends_with(&name));
        let told = q!(
            "SELECT COUNT(*) FROM audit WHERE subject = $1 AND detail = '下载收到的原文件'",
            format!("import/{}", import.id)
        );
        assert_eq!(n(&world, told).await, 1);
        let colleague = world.named("colleague", ("street_clerk", "990101001")).await;
        let page = world.get(&colleague, &format!("/imports/{}", import.id)).await;
        assert!(page.status == StatusCode::OK && !page.body.contains("下载收到的原文件"));
        assert_eq!(world.get(&colleague, &path).await.status, StatusCode::FORBIDDEN);
        let district = world.clerk("office_clerk", "990101").await;
        let api = format!("/api/v1{path}");
        assert_eq!(world.get(&district, &api).await.body.as_bytes(), &rows[..]);
        world.post(&clerk, &format!("/imports/{}/cancel", import.id), &[]).await;
        assert_eq!(world.get(&clerk, &path).await.status, StatusCode::CONFLICT, "let go");
    }
}

#[tokio::test]
async fn a_generated_roster_goes_in_whole_and_twice_changes_nothing() {
    for world in World::each().await {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let wish = songhe::cli::generate::Wish { people: 500, seed: 3, out, csv_only: false };
        songhe::cli::generate::generate(Some(TODAY), &wish).unwrap();
        let close = q!("UPDATE orgs SET closed_on = '2026-01-01'");
        world.db().housekeep(vec![close]).await.unwrap();
        let entries = orgs_list::read(&wish.out.join("orgs.csv"), "orgs.csv").unwrap();
        let operator = Actor::operator(posts::operator());
        let told = carry_out(world.db(), &operator, &entries, Bodies::Office).await.unwrap();
        assert_eq!(told.wrong, Vec::new());
        let clerk = world.clerk("office_clerk", "9901").await;
        let xlsx = std::fs::read(wish.out.join("roster.xlsx")).unwrap();
        let import = checked(&world, &clerk, "roster.xlsx", &xlsx).await;
        let told = errors(&world, &clerk, import.id).await;
        assert!(told.is_empty(), "{told:?}");
        assert_eq!(import.counts.new, 500);
        let done = confirm(&world, &clerk, &import, &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM persons")).await, 500);
        let verified = songhe::duties::verify::verify(&world.app, 5).await.unwrap();
        assert_eq!(verified.n_different, 0, "{verified:?}");
        let text = std::fs::read(wish.out.join("roster.csv")).unwrap();
        let again = checked(&world, &clerk, "roster.csv", &text).await;
        assert_eq!((again.counts.new, again.counts.updated, again.counts.unchanged), (0, 0, 500));
    }
}

#[tokio::test]
async fn a_community_merged_beside_many_rows_holds_for_each_of_them() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let mut book = Workbook::new();
        let (page, plain) = (book.add_worksheet(), Format::new());
        page.merge_range(0, 0, 0, 5, "关于移交示范市第二纺织厂企业退休人员的名册", &plain).unwrap();
        row(page, 1, &["社区（村）", "姓名", "公民身份号码", "出生日期", "联系方式"]);
        let day = Format::new().set_num_format("yyyy/m/d");
        for (at, name) in (2_u32..).zip(["张三丰", "买买提．吐尔逊", "李　四", "王五"])
        {
            row(page, at, &["", name, &number(BORN, true), "", "194-0000-0009"]);
            page.write_number_with_format(at, 3, 18_326, &day).unwrap();
        }
        page.merge_range(2, 0, 4, 0, "青山街道青山居委会", &plain).unwrap();
        page.write_string(5, 0, "990101001002").unwrap();
        row(page, 6, &["小计", "4人"]);
        let bytes = book.save_to_buffer().unwrap();
        let import = checked(&world, &clerk, "合并.xlsx", &bytes).await;
        let told = errors(&world, &clerk, import.id).await;
        assert!(told.is_empty() && import.counts.new == 4, "{told:?} {:?}", import.counts);
        confirm(&world, &clerk, &import, &[]).await;
        let here = q!("SELECT COUNT(*) FROM persons WHERE org = '990101001001'
                       AND enterprise_name = '示范市第二纺织厂'");
        assert_eq!(n(&world, here).await, 3);
        let dotted = q!("SELECT COUNT(*) FROM persons WHERE name = '买买提·吐尔逊'");
        assert_eq!(n(&world, dotted).await, 1);
    }
}

#[tokio::test]
async fn a_file_that_says_it_is_too_large_is_refused_before_it_comes() {
    for world in World::each().await {
        for (path, says) in [
            ("/imports", "文件超过 64 MiB，请拆成几个文件后再上传"),
            ("/api/v1/imports", "文件超过 64 MiB"),
        ] {
            let request = Request::post(path)
                .header(header::CONTENT_TYPE, KIND)
                .header(header::CONTENT_LENGTH, (64 << 20) + 1);
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
            assert!(answer.body.contains(says), "{path}: {}", answer.body);
        }
    }
}

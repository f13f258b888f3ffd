//! The blanks of other departments come back filled, and nothing else in them has moved.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::civil::{Date, date};
use kernel::{Actor, q};
use rust_xlsxwriter::{Color, Format, FormatBorder, Formula, Workbook};
use songhe::registry::NewPerson;
use tower::ServiceExt;

use crate::importing::checked;
use crate::marking::{parts, text};
use crate::world::{Answer, World, escape, new_person};

const BORN: Date = date(1950, 3, 4);

/// Hands a blank in; answers its page.
async fn hand_in(world: &World, actor: &Actor, (path, name): (&str, &str), bytes: &[u8]) -> Answer {
    let key = crate::bodies::unused("blank-");
    let (csrf, csrf_field, key_field) = (world.csrf(actor), frame::CSRF_FIELD, frame::KEY_FIELD);
    let head = format!(
        "--heron\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let mut body = head.into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--heron--\r\n");
    let joint = if path.contains('?') { '&' } else { '?' };
    let request = Request::post(format!("{path}{joint}{csrf_field}={csrf}&{key_field}={key}"))
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=heron");
    world.send(request.body(Body::from(body)).unwrap()).await
}

async fn kept(world: &World, actor: &Actor, bytes: &[u8]) -> String {
    let answer = hand_in(world, actor, ("/blanks", "报送表.xlsx"), bytes).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.says());
    answer.location.unwrap()
}

/// Fills a blank as somebody; answers the status, the name of the file and its bytes.
async fn fill(
    world: &World,
    actor: &Actor,
    path: &str,
    fields: &[(&str, &str)],
) -> (StatusCode, String, Vec<u8>) {
    let mut all = vec![(frame::CSRF_FIELD, world.csrf(actor))];
    let usual = [("purpose", "按月报送"), ("recipient", "区社保中心")];
    for (name, value) in usual.iter().chain(fields) {
        all.retain(|(known, _)| known != name);
        all.push((name, (*value).to_owned()));
    }
    let body: Vec<String> =
        all.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let request = Request::post(format!("{path}/fill"))
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.join("&")));
    let response = world.router.clone().oneshot(request.unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let name = head.headers.get(header::CONTENT_DISPOSITION);
    let name = name.map_or("", |value| value.to_str().unwrap()).to_owned();
    (head.status, name, body.collect().await.unwrap().to_bytes().to_vec())
}

async fn n(world: &World, query: kernel::Query) -> i64 {
    world.db().row(query).await.unwrap().unwrap().get(0).unwrap()
}

/// A list as a department sends it: a title, borders, a column that works itself out, a sum, notes.
fn list(n_rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name("报送表").unwrap();
    let title = Format::new().set_bold().set_font_size(18);
    page.merge_range(0, 0, 0, 6, "企业退休人员情况报送表", &title).unwrap();
    page.write_string(1, 0, "填报单位：").unwrap();
    let boxed = Format::new().set_border(FormatBorder::Thin).set_background_color(Color::Yellow);
    let titles =
        ["序号", "姓名", "身份证号（隐去出生8位）", "出生年月", "养老金", "联系电话", "家庭住址"];
    for (at, title) in (0_u16..).zip(titles) {
        page.write_string_with_format(2, at, title, &boxed).unwrap();
    }
    for row in 3..3 + n_rows {
        page.write_number_with_format(row, 0, row - 2, &boxed).unwrap();
        for column in 1..7 {
            page.write_blank(row, column, &boxed).unwrap();
        }
        let count = Formula::new(format!("LEN(B{})", row + 1)).set_result("0");
        page.write_formula(row, 8, count).unwrap();
    }
    page.write_string(3 + n_rows, 0, "合计").unwrap();
    page.write_string(4 + n_rows, 0, "填表人：　　　审核人：").unwrap();
    page.set_column_width(2, 24).unwrap();
    book.add_worksheet().set_name("填表说明").unwrap().write_string(0, 0, "请用宋体").unwrap();
    book.save_to_buffer().unwrap()
}

/// Two retirees with whatever could be taken for a formula.
async fn two(world: &World, clerk: &Actor) {
    for (name, address, pension) in
        [("张三", "=1+1", Some(325_650)), ("阿依古丽·买买提", "@青山路&<b>2号", None)]
    {
        let new = NewPerson {
            phone: "19400000041".to_owned(),
            address: address.to_owned(),
            pension_fen: pension,
            ..new_person(name, BORN)
        };
        world.enter(clerk, &new, "990101001001", date(2026, 5, 1)).await;
    }
}

/// The cells of a sheet as the reader of the house reads them, by their places.
fn cells(bytes: &[u8]) -> BTreeMap<String, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let mut book = sheets::open(&path, "file").unwrap();
    let sheet = book.sheets()[0].name.clone();
    let mut cells = BTreeMap::new();
    book.rows::<sheets::SheetError>(&sheet, &mut |row| {
        for cell in &row.cells {
            let place = format!("{}{}", sheets::letters(cell.column), row.number);
            cells.insert(place, cell.text.clone());
        }
        Ok(sheets::Flow::Go)
    })
    .unwrap();
    cells
}

/// The style of a cell, from the text of its sheet.
fn style(sheet: &str, cell: &str) -> Option<String> {
    let from = sheet.find(&format!("<c r=\"{cell}\"")).unwrap();
    let tag = &sheet[from..from + sheet[from..].find('>').unwrap()];
    tag.split("s=\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned())
}

#[tokio::test]
async fn a_list_is_filled_and_its_layout_stays() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        two(&world, &clerk).await;
        let bytes = list(3);
        let path = kept(&world, &clerk, &bytes).await;
        let page = world.get(&clerk, &path).await;
        let id = n(&world, q!("SELECT MAX(id) FROM persons WHERE name = '张三'")).await;
        let (mut db, scope) = (world.db().clone(), clerk.scope());
        let person = songhe::registry::find(&mut db, &scope, id).await.unwrap();
        let whole = &person.id_number;
        let hidden = format!("{}********{}", &whole[..6], &whole[14..]);
        for words in ["从第 4 行起有 3 个空行", "出生日期和年龄留空", &hidden, "3256.50"]
        {
            assert!(page.body.contains(words), "{words}: {}", page.says());
        }
        for whole in [&person.id_number, "1950-03"] {
            assert!(!page.body.contains(whole), "{whole} is hidden in the preview");
        }

        let (status, name, filled) = fill(&world, &clerk, &path, &[]).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&filled));
        assert!(name.contains(&escape("报送表-已填.xlsx")), "{name}");
        let (before, after) = (parts(&bytes), parts(&filled));
        for (name, content) in &before {
            if name != "xl/worksheets/sheet1.xml" && name != "xl/workbook.xml" {
                assert_eq!(after.get(name), Some(content), "{name} has changed");
            }
        }
        assert_eq!(before.len(), after.len());
        let old = text(&before, "xl/worksheets/sheet1.xml");
        let new = text(&after, "xl/worksheets/sheet1.xml");
        // Up to the first blank row, and from the sum on, not a letter has moved.
        let head = &old[..old.find("<row r=\"4\"").unwrap()];
        let tail = &old[old.find("<row r=\"7\"").unwrap()..];
        assert!(new.starts_with(head) && new.ends_with(tail), "{new}");
        for cell in ["A4", "B4", "C4", "G5", "F6"] {
            assert_eq!(style(&old, cell), style(&new, cell), "{cell} looks as it did");
        }
        assert!(text(&after, "xl/workbook.xml").contains("fullCalcOnLoad"), "sums are worked out");

        let cells = cells(&filled);
        let cell = |place: &str| cells.get(place).map_or("", String::as_str);
        let by_name: BTreeMap<&str, u32> = [4, 5].map(|row| (cell(&format!("B{row}")), row)).into();
        let row = by_name["张三"];
        assert_eq!(cell(&format!("C{row}")), hidden);
        assert_eq!(cell(&format!("D{row}")), "", "with the birth hidden, the month is, too");
        assert_eq!(cell(&format!("E{row}")), "3256.5");
        assert_eq!(cell(&format!("G{row}")), "=1+1", "text stays text");
        assert!(!new.contains("<f>1+1") && new.contains("t=\"inlineStr\""));
        let row = by_name["阿依古丽·买买提"];
        assert_eq!(cell(&format!("G{row}")), "@青山路&<b>2号");
        assert_eq!((cell("A4"), cell("A5"), cell("A6"), cell("B6")), ("1", "2", "3", ""));

        let noted =
            q!("SELECT COUNT(*) FROM audit a JOIN exports e ON a.subject = 'export/' || e.id
             WHERE a.deed = 'people.export' AND e.mask = 'birth8' AND e.n_rows = 2
               AND e.recipient = '区社保中心' AND e.columns LIKE '填入“报送表.xlsx”%'");
        assert_eq!(n(&world, noted).await, 1);
        taken_again(&world, &clerk, &bytes).await;
    }
}

/// The same blank comes next month: what was chosen for it is remembered.
async fn taken_again(world: &World, clerk: &Actor, bytes: &[u8]) {
    let path = kept(world, clerk, bytes).await;
    let page = world.get(clerk, &path).await;
    assert!(page.body.contains("区社保中心") && page.body.contains("按月报送"), "{}", page.says());
    let chosen =
        [("version", "1"), ("place-3", "-"), ("place-6", "hukou_address"), ("mask", "last4")];
    let done = world.post(clerk, &format!("{path}/places"), &chosen).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
    let stale = world.post(clerk, &format!("{path}/places"), &chosen).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.says());
    let next = kept(world, clerk, bytes).await;
    let page = world.get(clerk, &next).await;
    assert!(page.body.contains("按上次的选择"), "{}", page.says());
    let gone = world.post(clerk, &format!("{next}/forget"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get(clerk, &next).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_filled_in_reads_back_with_the_same_values() {
    for world in World::each().await {
        let lead = world.clerk("office_lead", "990101").await;
        let clerk = world.clerk("street_clerk", "990101001").await;
        for day in 1..=5 {
            let new = NewPerson {
                phone: "19400000042".to_owned(),
                address: "青山路5号".to_owned(),
                ..new_person("周桂兰", date(1950, 3, day))
            };
            world.enter(&clerk, &new, "990101001001", date(2026, 5, 1)).await;
        }
        let blank = crate::bodies::workbook(
            "姓名,身份证号（完整号码）,出生日期,手机,住址,所属社区,配偶姓名",
        );
        let path = kept(&world, &lead, &blank).await;
        let page = world.get(&lead, &path).await;
        assert!(page.body.contains("表上要求完整号码"), "{}", page.says());
        let whole = [("version", "1"), ("mask", "none")];
        let done = world.post(&lead, &format!("{path}/places"), &whole).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
        let (status, _, told) = fill(&world, &lead, &path, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "whole numbers need a reason");
        assert!(String::from_utf8_lossy(&told).contains("须填写原因"));
        let why = [("reason", "移交核对"), ("org", "990101001")];
        let (status, _, filled) = fill(&world, &lead, &path, &why).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&filled));
        let sheet = text(&parts(&filled), "xl/worksheets/sheet1.xml");
        let number = world.db().row(q!("SELECT MIN(id) FROM persons")).await.unwrap().unwrap();
        let (mut db, scope) = (world.db().clone(), clerk.scope());
        let first = songhe::registry::find(&mut db, &scope, number.get(0).unwrap()).await.unwrap();
        let cell = format!("t=\"inlineStr\"><is><t xml:space=\"preserve\">{}", first.id_number);
        assert!(sheet.contains(&cell), "numbers are text: {sheet}");
        let import = checked(&world, &clerk, "填好的.xlsx", &filled).await;
        let counts = &import.counts;
        assert_eq!((counts.rows, counts.unchanged, counts.faulty), (5, 5, 0), "{counts:?}");

        let coordinator = world.clerk("coordinator", "990101001001").await;
        let own = kept(&world, &coordinator, &blank).await;
        let refused = world.post(&coordinator, &format!("{own}/places"), &whole).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.says());
    }
}

/// A form for one person, with merged cells for long values.
fn form() -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name("登记表").unwrap();
    let plain = Format::new().set_border(FormatBorder::Thin);
    page.merge_range(0, 0, 0, 5, "退休人员基本情况登记表", &plain).unwrap();
    for (row, column, label) in [
        (1, 0, "姓 名"),
        (1, 2, "性别"),
        (1, 4, "民族"),
        (2, 0, "身份证号码："),
        (3, 0, "家庭住址"),
        (4, 0, "联系电话"),
        (4, 2, "家属电话"),
        (5, 0, "本人签名"),
    ] {
        page.write_string_with_format(row, column, label, &plain).unwrap();
    }
    page.merge_range(2, 1, 2, 5, "", &plain).unwrap();
    page.merge_range(3, 1, 3, 5, "", &plain).unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_form_is_filled_once_for_each_person() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let path = kept(&world, &clerk, &form()).await;
        let (status, _, told) = fill(&world, &clerk, &path, &[]).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(String::from_utf8_lossy(&told).contains("没有符合条件的人"));
        two(&world, &clerk).await;
        let page = world.get(&clerk, &path).await;
        assert!(page.body.contains("一人一张") && page.body.contains("B3"), "{}", page.says());
        let (status, name, bytes) = fill(&world, &clerk, &path, &[]).await;
        assert_eq!(status, StatusCode::OK);
        assert!(name.contains(".zip"), "{name}");
        let copies = parts(&bytes);
        assert_eq!(copies.len(), 2);
        let (_, copy) = copies.iter().find(|(name, _)| name.ends_with("-张三.xlsx")).unwrap();
        let cells = cells(copy);
        let cell = |place: &str| cells.get(place).map_or("", String::as_str);
        assert_eq!((cell("B2"), cell("B4"), cell("B5")), ("张三", "=1+1", "194****0041"));
        assert!(cell("B3").starts_with("990***"), "{cells:?}");
        assert_eq!((cell("D5"), cell("B6")), ("", ""), "what is not known stays blank");
        let (before, after) = (parts(&form()), parts(copy));
        assert_eq!(before["xl/styles.xml"], after["xl/styles.xml"]);
    }
}

#[tokio::test]
async fn what_cannot_be_filled_is_told_in_a_sentence_and_outsiders_see_nothing() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let wrong: [(&str, &[u8], &str); 4] = [
            ("表.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", "另存为 .xlsx"),
            ("表.csv", "姓名,身份证号\n".as_bytes(), "另存为 .xlsx"),
            ("表.xlsx", &crate::bodies::workbook("品名,数量,单价"), "没有认出要填的地方"),
            ("表.xlsx", b"PK\x03\x04 torn", "另存为 .xlsx"),
        ];
        for (name, bytes, says) in wrong {
            let answer = hand_in(&world, &clerk, ("/blanks", name), bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(answer.body.contains(says), "{name}: {}", answer.says());
        }
        two(&world, &clerk).await;
        let path = kept(&world, &clerk, &list(1)).await;
        let (status, _, told) = fill(&world, &clerk, &path, &[]).await;
        let told = String::from_utf8_lossy(&told).into_owned();
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(told.contains("只有 1 个空行"), "{told}");
        let (status, _, told) = fill(&world, &clerk, &path, &[("purpose", "")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(String::from_utf8_lossy(&told).contains("请填写用途"));

        let next_door = world.clerk("coordinator", "990101001002").await;
        assert_eq!(world.get(&next_door, &path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(fill(&world, &next_door, &path, &[]).await.0, StatusCode::NOT_FOUND);
        assert!(!world.get(&next_door, "/blanks").await.body.contains("报送表"));
        // Above, the blank is seen; below, only one's own people go into it.
        let office = world.clerk("office_clerk", "990101").await;
        assert_eq!(world.get(&office, &path).await.status, StatusCode::OK);
        let own = kept(&world, &next_door, &list(1)).await;
        let (status, _, told) = fill(&world, &next_door, &own, &[("org", "990101001001")]).await;
        assert_eq!(status, StatusCode::CONFLICT, "{}", String::from_utf8_lossy(&told));
        assert!(String::from_utf8_lossy(&told).contains("没有符合条件的人"));
        let to = hand_in(&world, &clerk, ("/blanks?mark=alone", "报送表.xlsx"), &list(3)).await;
        assert!(to.location.unwrap().ends_with("?mark=alone"), "the conditions are kept");
    }
}

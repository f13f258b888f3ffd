//! Rosters that are no `.xlsx`: old workbooks, ODS and web pages that call themselves `.xls`. The
//! same people come in, faults are told by their cells, and come back in a workbook that goes in.

use axum::http::StatusCode;
use corpus::grid::serial;
use corpus::{Cell, Grid, PEOPLE, Page, biff, html, ods};
use kernel::q;

use crate::importing::{checked, confirm, errors, hand_in, n};
use crate::marking::file;
use crate::world::World;

/// Four people of one enterprise: one station for the first two, merged downwards; the third has a
/// number that Excel has spoilt, the fourth a date that is none, and something below no title.
fn roster() -> Grid {
    let mut page = Page::new("名册");
    page.put(0, 0, Cell::text("示范市第一机床厂退休人员花名册"));
    page.merges.push([0, 0, 0, 5]);
    page.texts(1, 0, &["姓 名", "公民身份号码", "联系方式", "", "社区", "退休时间"]);
    page.texts(2, 2, &["手机", "家庭住址"]);
    for column in [0, 1, 4, 5] {
        page.merges.push([1, 2, column, column]);
    }
    page.merges.push([1, 1, 2, 3]);
    for (row, person) in (3..).zip(&PEOPLE[..4]) {
        let number = person.number();
        page.texts(row, 0, &[person.name, &number, person.phone, person.address]);
        page.put(row, 5, Cell::Month(serial(person.retired)));
    }
    page.put(3, 4, Cell::text("青山社区"));
    page.merges.push([3, 5, 4, 4]);
    page.put(5, 1, Cell::Number(990_101_195_202_290_012.0));
    page.put(6, 4, Cell::text("松涛社区"));
    page.put(6, 5, Cell::text("二月三十日"));
    page.put(6, 8, Cell::text("旁注"));
    page.texts(7, 0, &["合计", "4 人"]);
    Grid { pages: vec![page], is_1904: false }
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let grid = roster();
    vec![
        ("名册.xls", biff::write(&grid, biff::Manner::Eight).unwrap()),
        ("名册.ods", ods::write(&grid).unwrap()),
        ("导出.xls", html::write(&grid, html::Manner::OldGbk)),
    ]
}

#[tokio::test]
async fn old_workbooks_ods_and_pages_go_in_and_their_faults_come_back_in_a_workbook() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        for (at, (name, bytes)) in files().into_iter().enumerate() {
            let import = checked(&world, &clerk, name, &bytes).await;
            let found: Vec<(String, String)> =
                errors(&world, &clerk, import.id).await.into_iter().map(|e| (e.1, e.2)).collect();
            let cell = |cell: &str, code: &str| (cell.to_owned(), code.to_owned());
            let expected = [cell("B6", "identity-imprecise"), cell("F7", "day")];
            assert_eq!(found, expected, "{name}");
            let counts = &import.counts;
            let told = (counts.rows, counts.new + counts.unchanged, counts.faulty);
            assert_eq!(told, (4, 2, 2), "{name}: {counts:?}");
            let page = world.get(&clerk, &format!("/imports/{}", import.id)).await;
            assert!(page.body.contains("只有这些行"), "{}", page.body);
            if at == 0 {
                let done = confirm(&world, &clerk, &import, &[("only_correct", "1")]).await;
                assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.says());
            } else {
                assert_eq!(counts.unchanged, 2, "{name}: the same people say the same");
            }
            let path = format!("/imports/{}/errors.xlsx", import.id);
            let marked = file(&world, &clerk, &path).await;
            let again = checked(&world, &clerk, "更正.xlsx", &marked).await;
            let codes: Vec<String> =
                errors(&world, &clerk, again.id).await.into_iter().map(|e| e.2).collect();
            assert_eq!(codes, ["identity-imprecise", "day"], "{name}: importable again");
            let plan = again.plan.unwrap();
            let titles: Vec<(&str, &str)> =
                plan.columns.iter().map(|c| (c.title.as_str(), c.choice.as_str())).collect();
            assert!(titles.contains(&("原单位", "enterprise")), "{titles:?}");
            assert!(titles.contains(&("I列", "+")), "{titles:?}");
            assert!(titles.contains(&("导入结果/问题", "-")), "{titles:?}");
        }
        let taken = q!("SELECT COUNT(*) FROM persons WHERE org = '990101001001'
             AND enterprise_name = '示范市第一机床厂'");
        assert_eq!(n(&world, taken).await, 2, "the merged station holds for both");
    }
}

#[tokio::test]
async fn a_file_with_a_password_or_of_another_kind_is_told_in_a_sentence() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let cases: [(&str, Vec<u8>, &str); 4] = [
            ("名册.xlsx", biff::ole(&[("/EncryptedPackage", &[7; 99])]).unwrap(), "先取消密码"),
            ("名册.xls", biff::ole(&[("/WordDocument", &[7; 99])]).unwrap(), "这是Word 文档"),
            ("名册.xlsx", b"%PDF-1.7\n1 0 obj".to_vec(), "PDF"),
            ("名册.xls", b"<html><body>no table".to_vec(), "没有表格"),
        ];
        for (name, bytes, says) in cases {
            let answer = hand_in(&world, &clerk, name, &bytes).await;
            let page = world.get(&clerk, &answer.location.unwrap()).await;
            assert!(page.body.contains(says), "{says}: {}", page.body);
        }
    }
}

#[test]
fn a_cell_that_stands_twice_says_what_stands_last() {
    let grid = corpus::Grid { pages: vec![corpus::Page::new("名册")], ..corpus::Grid::default() };
    let mut parts = corpus::xlsx::parts(&grid, corpus::xlsx::Manner::Inline);
    let cell =
        |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = [cell("B1", "二"), cell("A1", "先"), cell("A1", "后")].concat();
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         <sheetData><row r=\"1\">{row}</row></sheetData></worksheet>"
    );
    for (name, bytes) in &mut parts {
        if name == "xl/worksheets/sheet1.xml" {
            *bytes = sheet.clone().into_bytes();
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, corpus::xlsx::pack(&parts).unwrap()).unwrap();
    let mut book = sheets::open(&path, "file").unwrap();
    let mut rows = Vec::new();
    book.rows::<sheets::SheetError>("名册", &mut |row| {
        rows.push(row);
        Ok(sheets::Flow::Go)
    })
    .unwrap();
    assert_eq!(rows.len(), 1);
    let said: Vec<(u32, &str)> =
        rows[0].cells.iter().map(|cell| (cell.column, cell.text.as_str())).collect();
    assert_eq!(said, [(0, "后"), (1, "二")]);
}

//! 一张表写成各种文件，读出来是一样的。

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use corpus::grid::serial;
use corpus::{Cell, Grid, Page, biff, csv, html, ods, sheet_xml, xlsx};
use jiff::civil::date;
use sheets::*;

fn grid() -> Grid {
    let mut page = Page::new("青山社区");
    page.put(0, 0, Cell::text("退休人员名册"));
    page.merges.push([0, 0, 0, 7]);
    page.texts(2, 0, &["姓名", "身份证号", "生日", "退休年月", "养老金", "编号", "手机", "备注"]);
    let long = "长".repeat(60);
    page.texts(3, 0, &["𠮷·买 买提", "990101195003050012"]);
    page.put(3, 2, Cell::Day(serial(date(1950, 3, 5))));
    page.put(3, 3, Cell::Month(serial(date(2010, 3, 1))));
    page.put(3, 4, Cell::Number(3256.5));
    page.put(3, 5, Cell::Padded(12, 10));
    page.put(3, 6, Cell::Formula("19400000101".to_owned()));
    page.put(3, 7, Cell::Text(format!("两行\n<&\"'>{long}")));
    page.put(5, 0, Cell::text("张三"));
    page.put(5, 1, Cell::Number(990_101_195_003_050_012.0));
    page.put(5, 2, Cell::Error("#N/A"));
    page.put(5, 4, Cell::Number(3000.0));
    page.merges.push([5, 7, 7, 7]);
    page.put(5, 7, Cell::text("合并"));
    let mut hidden = Page::new("旧");
    hidden.is_hidden = true;
    hidden.put(0, 0, Cell::text("不看"));
    Grid { pages: vec![page, hidden], is_1904: false }
}

struct Opened {
    sheets: Vec<SheetInfo>,
    rows: Vec<RowIn>,
    merges: Vec<Area>,
}

fn read(bytes: &[u8]) -> Result<Opened, SheetError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("upload");
    std::fs::write(&path, bytes).unwrap();
    let mut book = open(&path, "青山社区.xls")?;
    let sheets = book.sheets().to_vec();
    let mut rows = Vec::new();
    book.rows(&sheets[0].name, &mut |row| {
        rows.push(row);
        Ok::<_, SheetError>(Flow::Go)
    })?;
    let merges = book.merges(&sheets[0].name)?;
    Ok(Opened { sheets, rows, merges })
}

fn row(rows: &[RowIn], at: usize) -> Vec<(&str, CellKind)> {
    rows[at].cells.iter().map(|cell| (cell.text.as_str(), cell.kind)).collect()
}

/// Every format with types, in every manner.
fn typed(grid: &Grid) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for manner in
        [xlsx::Manner::Shared, xlsx::Manner::Inline, xlsx::Manner::Prefixed, xlsx::Manner::Unplaced]
    {
        files.push((format!("xlsx {manner:?}"), xlsx::write(grid, manner).unwrap()));
    }
    for manner in
        [biff::Manner::Eight, biff::Manner::EightLabels, biff::Manner::Five, biff::Manner::FiveBare]
    {
        files.push((format!("xls {manner:?}"), biff::write(grid, manner).unwrap()));
    }
    files.push(("ods".to_owned(), ods::write(grid).unwrap()));
    files.push(("fods".to_owned(), ods::flat(grid)));
    files.push(("sheet xml".to_owned(), sheet_xml::write(grid)));
    files
}

#[test]
fn every_format_with_types_says_the_same() {
    use CellKind::{Date, Error, Imprecise, Month, Number, Text};
    for is_1904 in [false, true] {
        let grid = Grid { is_1904, ..grid() };
        for (what, bytes) in typed(&grid) {
            if is_1904 && what.starts_with("sheet xml") {
                continue;
            }
            let opened = read(&bytes).unwrap_or_else(|refused| panic!("{what}: {refused:?}"));
            let rows = &opened.rows;
            let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
            assert_eq!(numbers, [1, 3, 4, 6], "{what}");
            let is_five = what.contains("Five");
            let name = if is_five { "&#134071;·买 买提" } else { "𠮷·买 买提" };
            let note = format!("两行\n<&\"'>{}", "长".repeat(60));
            // ISO dates cannot say that a month alone is shown; the style can.
            let expected = [
                (name, Text),
                ("990101195003050012", Text),
                ("1950-03-05", Date),
                ("2010-03", Month),
                ("3256.5", Number),
                ("0000000012", Number),
                ("19400000101", Text),
                (note.as_str(), Text),
            ];
            assert_eq!(row(rows, 2), expected, "{what} {is_1904}");
            let last = row(rows, 3);
            assert_eq!((last[0], last[1].1), (("张三", Text), Imprecise), "{what}");
            assert_eq!((last[2], last[3]), (("#N/A", Error), ("3000", Number)), "{what}");
            let names: Vec<_> =
                opened.sheets.iter().map(|one| (one.name.as_str(), one.visibility)).collect();
            let both = [("青山社区", Visibility::Shown), ("旧", Visibility::Hidden)];
            assert_eq!(names, both, "{what}");
            if !what.contains("Unplaced") && !is_five {
                let down = Area { first_row: 6, last_row: 8, first_column: 7, last_column: 7 };
                assert!(opened.merges.contains(&down), "{what}: {:?}", opened.merges);
                assert_eq!(opened.merges.len(), 2, "{what}");
            }
        }
    }
}

#[test]
fn pages_and_text_say_what_they_show() {
    use CellKind::{Error, Imprecise, Text};
    let grid = grid();
    let mut files = Vec::new();
    for manner in [html::Manner::Excel, html::Manner::OldGbk, html::Manner::Nested] {
        files.push((format!("html {manner:?}"), html::write(&grid, manner)));
    }
    for manner in [
        csv::Manner::Utf8,
        csv::Manner::Utf8Marked,
        csv::Manner::Gb18030,
        csv::Manner::Unicode,
        csv::Manner::Semicolons,
        csv::Manner::Quoted,
    ] {
        files.push((format!("csv {manner:?}"), csv::write(&grid, manner)));
    }
    for (what, bytes) in files {
        let opened = read(&bytes).unwrap_or_else(|refused| panic!("{what}: {refused:?}"));
        let rows: Vec<_> = (0..opened.rows.len()).map(|at| row(&opened.rows, at)).collect();
        assert_eq!(rows[0], [("退休人员名册", Text)], "{what}");
        let good = rows.iter().find(|row| row[0].0.starts_with('𠮷')).unwrap();
        assert_eq!(good[0].0, "𠮷·买 买提", "{what}");
        assert_eq!(
            good[2..6].iter().map(|cell| cell.0).collect::<Vec<_>>(),
            ["1950-03-05", "2010年3月", "3256.5", "0000000012"]
        );
        assert_eq!(good[7].0, format!("两行\n<&\"'>{}", "长".repeat(60)), "{what}");
        let bad = rows.iter().find(|row| row[0].0 == "张三").unwrap();
        assert_eq!((bad[1].1, bad[2]), (Imprecise, ("#N/A", Error)), "{what}");
    }
}

#[test]
fn what_is_no_table_is_told_by_what_it_is() {
    let zip = |name: &str| xlsx::pack(&[(name.to_owned(), b"x".to_vec())]).unwrap();
    let ole = |name: &str| biff::ole(&[(name, &[0; 64])]).unwrap();
    let sealed = "<manifest:encryption-data/>";
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (zip("word/document.xml"), "这是Word 文档"),
        (zip("ppt/presentation.xml"), "演示文稿"),
        (zip("xl/workbook.bin"), ".xlsb"),
        (zip("名册.xlsx"), "压缩包"),
        (ole("/WordDocument"), "Word 文档"),
        (ole("/EncryptedPackage"), "有密码"),
        (ods::packed(b"<office:document-content/>", sealed).unwrap(), "有密码"),
        (b"%PDF-1.4\n%\xe2\xe3".to_vec(), "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0".to_vec(), "图片"),
        (b"MZ\x90\0\x03\0\0\0".to_vec(), "程序"),
        (b"Rar!\x1a\x07\0".to_vec(), "压缩包"),
        (b"<html><body><p>no table</p></body></html>".to_vec(), "没有表格"),
        (b"<?xml version=\"1.0\"?><a/>".to_vec(), "不认识"),
        (vec![9, 0, 4, 0, 2, 0, 0x10, 0], "4.0"),
    ];
    for (bytes, says) in cases {
        let refused = read(&bytes).err().map(|refused| refused.to_string());
        assert!(refused.as_ref().is_some_and(|told| told.contains(says)), "{says}: {refused:?}");
    }
}

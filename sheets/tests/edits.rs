//! 改别人的工作簿：写进去的要读得出来；会把它盖掉的文件，一句话退回。

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::fs::File;

use sheets::edit::{CellEdit, Notes, RowEdit, Target, Value, edit};
use sheets::{Flow, SheetError};

/// E6 of a workbook with these rows after we wrote in it.
fn written(rows: &str) -> Result<String, SheetError> {
    let grid = corpus::Grid { pages: vec![corpus::Page::new("名册")], ..corpus::Grid::default() };
    let mut parts = corpus::xlsx::parts(&grid, corpus::xlsx::Manner::Shared);
    let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let sheet = format!("<worksheet xmlns=\"{space}\">{rows}</worksheet>");
    for (name, part) in &mut parts {
        if name == "xl/worksheets/sheet1.xml" {
            *part = sheet.clone().into_bytes();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from.xlsx"), folder.path().join("to.xlsx"));
    std::fs::write(&from, corpus::xlsx::pack(&parts).unwrap()).unwrap();
    let target = Target {
        name: "名册".to_owned(),
        reach: (4, 6),
        own: None,
        like_from: None,
        notes: Notes::None,
    };
    let value = Some(Value::Ours("已填".to_owned()));
    let cells = vec![CellEdit { column: 4, value, ..CellEdit::default() }];
    let mut rows = [Ok(RowEdit { sheet: 0, row: 6, cells })].into_iter();
    let files = (File::open(&from).unwrap(), File::create(&to).unwrap());
    edit(files, &[target], &mut rows)?;
    let (mut book, mut text) = (sheets::open(&to, "to.xlsx")?, String::new());
    book.rows::<SheetError>("名册", &mut |row| {
        if row.number == 6 {
            row.text(4).clone_into(&mut text);
        }
        Ok(Flow::Go)
    })?;
    Ok(text)
}

#[test]
fn what_was_written_is_read_or_the_file_is_refused() {
    let cell = |place: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>旧</t></is></c>");
    let (e6, f6, e5) = (cell("E6"), cell("F6"), cell("E5"));
    let sound = [
        "<sheetData/>".to_owned(),
        format!("<sheetData><row r=\"5\">{e5}</row></sheetData>"),
        format!("<sheetData><row r=\"6\">{e6}{f6}</row></sheetData>"),
        format!("<sheetData><row r=\"6\">{f6}</row></sheetData>"),
    ];
    for rows in sound {
        assert_eq!(written(&rows).unwrap(), "已填", "{rows}");
    }
    let hiding = [
        format!("<sheetData><row r=\"6\">{e6}{e6}</row></sheetData>"),
        format!("<sheetData><row r=\"6\">{f6}{e6}</row></sheetData>"),
        format!("<sheetData><row r=\"6\">{e6}</row><row r=\"7\">{e6}</row></sheetData>"),
        format!("<sheetData><row r=\"5\"><row r=\"6\">{e6}</row></row></sheetData>"),
        format!("<sheetData/><sheetData><row r=\"6\">{e6}</row></sheetData>"),
        format!("<x><sheetData><row r=\"6\">{e6}</row></sheetData></x><sheetData/>"),
    ];
    for rows in hiding {
        assert!(matches!(written(&rows), Err(SheetError::Damaged { .. })), "{rows}");
    }
}

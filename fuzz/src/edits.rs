//! Files that are sent back with something written into them.

use std::fs::File;

use sheets::edit::{CellEdit, Look, Notes, RowEdit, Target, Value, edit};
use sheets::{ColumnState, CsvColumn, Flow, SheetError, mark_csv};

use crate::books::{lay, place, sentence, workbook};

/// The sheet, the texts and the styles of somebody's blank, filled in two places.
pub fn blank(bytes: &[u8]) {
    let from = lay("blank", &workbook(bytes));
    let target = Target {
        name: "名册".to_owned(),
        reach: (3, 6),
        own: Some((4, 30)),
        like_from: Some(5),
        notes: Notes::Some,
    };
    let cell = |column, value, look| CellEdit {
        column,
        value: Some(value),
        look,
        note: "请核对".to_owned(),
    };
    let row = |row| RowEdit {
        sheet: 0,
        row,
        cells: vec![
            cell(0, Value::Text("=王<秀>&兰".to_owned()), Look::AsItIs),
            cell(1, Value::Number("3256.5".to_owned()), Look::Red),
            cell(4, Value::Ours("已填".to_owned()), Look::NotRed),
        ],
    };
    let mut rows = [2, 6].map(row).map(Ok).into_iter();
    let to = place("filled");
    let opened = (File::open(from).expect("the blank"), File::create(&to).expect("room"));
    match edit(opened, &[target], &mut rows) {
        Err(refusal) => sentence(&refusal),
        Ok(_) => {
            let Ok(mut book) = sheets::open(&to, "file") else { return };
            let mut written = String::new();
            let read = book.rows::<SheetError>("名册", &mut |row| {
                if row.number == 6 {
                    written = row.text(4).to_owned();
                }
                Ok(Flow::Go)
            });
            if read.is_ok() {
                assert_eq!(written, "已填", "what was written is not there");
            }
        }
    }
}

/// Text in columns, with a word added to some rows: the rest stays as it was.
pub fn mark(bytes: &[u8]) {
    let from = lay("csv", bytes);
    if !matches!(sheets::is_csv(&from), Ok(true)) {
        return;
    }
    let (Ok(before), to) = (rows(&from), place("marked")) else { return };
    let column = CsvColumn { column: 40, state: ColumnState::New };
    let texts = [(1, "导入结果".to_owned()), (2, "有“错”, 请\"看\"".to_owned())];
    let opened = (File::open(&from).expect("the file"), File::create(&to).expect("room"));
    if let Err(refusal) = mark_csv(opened, &column, &mut texts.into_iter()) {
        return sentence(&refusal);
    }
    let kinds = [b',', b'\t', b';'].iter().filter(|kind| bytes.contains(kind));
    if kinds.count() > 1 {
        // With a word more, another of them may be taken for the delimiter.
        return;
    }
    let Ok(after) = rows(&to) else { return };
    for (number, cells) in &before {
        if *number > 2 {
            let same = after.iter().find(|(known, _)| known == number);
            assert_eq!(same.map(|(_, cells)| cells), Some(cells), "row {number} has changed");
        }
    }
}

type Rows = Vec<(u32, Vec<String>)>;

fn rows(path: &std::path::Path) -> Result<Rows, SheetError> {
    let mut book = sheets::open(path, "file")?;
    let name = book.sheets()[0].name.clone();
    let mut rows = Vec::new();
    book.rows::<SheetError>(&name, &mut |row| {
        rows.push((row.number, row.cells.into_iter().map(|cell| cell.text).collect()));
        Ok(Flow::Go)
    })?;
    Ok(rows)
}

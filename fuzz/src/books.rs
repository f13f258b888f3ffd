//! Files as the reader opens them. The guard against archives gets raw bytes; what lies inside a
//! package gets a sound package around it, or nothing would ever get so far.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use sheets::{Flow, Limits, SheetError};

/// Rows that are looked at; a file may be small and have very many.
const N_ROWS: u32 = 20_000;

/// Where the bytes of this process lie while they are read.
pub fn place(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("songhe-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the bytes");
        folder
    });
    folder.join(name)
}

/// Lays bytes down as a file.
pub fn lay(name: &str, bytes: &[u8]) -> PathBuf {
    let path = place(name);
    std::fs::write(&path, bytes).expect("room for the bytes");
    path
}

fn small() -> Limits {
    Limits {
        inflated_bytes: 16 << 20,
        ratio_from_bytes: 1 << 20,
        n_rows: N_ROWS,
        cell_bytes: 1 << 16,
        ..Limits::default()
    }
}

/// A refusal is a sentence in Chinese.
pub fn sentence(refusal: &SheetError) {
    let says = refusal.to_string();
    assert!(says.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{says:?}");
}

/// Reads a file to its end, twice: both say the same.
fn read(path: &Path) {
    let once = read_once(path);
    assert_eq!(once, read_once(path), "a second reading says something else");
}

fn read_once(path: &Path) -> (u64, u64) {
    let (mut n_rows, mut n_bytes) = (0, 0);
    let mut book = match sheets::open_within(path, "file", small()) {
        Ok(book) => book,
        Err(refusal) => {
            sentence(&refusal);
            return (0, 0);
        }
    };
    for info in book.sheets().to_vec() {
        let mut last = 0;
        let read = book.rows::<SheetError>(&info.name, &mut |row| {
            assert!(row.number > last, "row {} after {last}", row.number);
            last = row.number;
            assert!(!row.cells.is_empty(), "a row without cells");
            let limits = small();
            for pair in row.cells.windows(2) {
                assert!(pair[0].column < pair[1].column, "cells out of order");
            }
            for cell in &row.cells {
                assert!(cell.column < limits.n_columns, "column {}", cell.column);
                assert!(cell.text.len() <= limits.cell_bytes * 4, "a cell too large");
                n_bytes += cell.text.len() as u64;
            }
            n_rows += 1;
            Ok(Flow::Go)
        });
        if let Err(refusal) = read {
            sentence(&refusal);
        }
        match book.merges(&info.name) {
            Ok(areas) => {
                for area in areas {
                    assert!(area.first_row <= area.last_row, "{area:?}");
                    assert!(area.first_column <= area.last_column, "{area:?}");
                }
            }
            Err(refusal) => sentence(&refusal),
        }
    }
    (n_rows, n_bytes)
}

/// An archive as it comes.
pub fn zip(bytes: &[u8]) {
    let path = lay("zip", bytes);
    read(&path);
    let _ = sheets::edit::is_workbook(&path);
}

/// The sheet, the shared texts and the styles of a workbook, parted by `\0`.
pub fn xlsx(bytes: &[u8]) {
    read(&lay("xlsx", &workbook(bytes)));
}

/// A workbook around parts that are parted by `\0`.
pub fn workbook(bytes: &[u8]) -> Vec<u8> {
    let mut given = bytes.split(|byte| *byte == 0);
    let names = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];
    let mut parts = frame();
    for name in names {
        let Some(bytes) = given.next() else { break };
        if let Some((_, part)) = parts.iter_mut().find(|(known, _)| known == name) {
            *part = bytes.to_vec();
        }
    }
    corpus::xlsx::pack(&parts).expect("a package")
}

fn frame() -> Vec<(String, Vec<u8>)> {
    static FRAME: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    let made = || {
        let page = corpus::Page::new("名册");
        let grid = corpus::Grid { pages: vec![page], ..corpus::Grid::default() };
        corpus::xlsx::parts(&grid, corpus::xlsx::Manner::Shared)
    };
    FRAME.get_or_init(made).clone()
}

/// An old workbook: the OLE2 file, or the stream in it alone.
pub fn xls(bytes: &[u8]) {
    let is_old = bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) || bytes.starts_with(&[9, 8]);
    if is_old {
        read(&lay("xls", bytes));
    }
}

/// What stands inside an open document.
pub fn ods(bytes: &[u8]) {
    let packed = corpus::ods::packed(bytes, corpus::ods::MANIFEST).expect("a package");
    read(&lay("ods", &packed));
}

/// Documents of XML and web pages.
pub fn xml(bytes: &[u8]) {
    if bytes.iter().take(64).any(|byte| *byte == b'<') {
        read(&lay("xml", bytes));
    }
}

/// Text in columns.
pub fn csv(bytes: &[u8]) {
    read(&lay("csv", bytes));
}

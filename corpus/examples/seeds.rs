//! Writes small files of the corpus as seeds for fuzzing: `seeds FOLDER`; a folder a target.

use std::io::{Cursor, Read};
use std::path::Path;

/// Larger files only slow fuzzing down.
const N_BYTES: usize = 64 << 10;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "seeds".to_owned());
    let folder = Path::new(&folder);
    let messy = corpus::messy::cases().into_iter().map(|case| (case.file, case.bytes));
    let hostile = corpus::hostile::cases().map(|case| (case.file, case.bytes));
    for (n, (file, bytes)) in messy.chain(hostile).enumerate() {
        if bytes.len() <= N_BYTES {
            put(folder, n, (file, &bytes))?;
        }
    }
    for (n, line) in VALUES.iter().enumerate() {
        write(folder, "values", n, line.as_bytes())?;
    }
    Ok(())
}

fn put(folder: &Path, n: usize, (file, bytes): (&str, &[u8])) -> std::io::Result<()> {
    let is_zip = bytes.starts_with(b"PK");
    match file.rsplit('.').next() {
        _ if is_zip => {
            write(folder, "zip", n, bytes)?;
            let parts = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
                .map(|name| part(bytes, name).unwrap_or_default());
            if !parts[0].is_empty() {
                write(folder, "xlsx", n, &parts.join(&0))?;
                write(folder, "blank", n, &parts.join(&0))?;
            }
            match part(bytes, "content.xml") {
                Some(content) => write(folder, "ods", n, &content),
                None => Ok(()),
            }
        }
        Some("csv" | "txt" | "tsv") => {
            write(folder, "csv", n, bytes)?;
            write(folder, "mark", n, bytes)?;
            let text = String::from_utf8_lossy(bytes).replace(',', "\t");
            write(folder, "header", n, text.as_bytes())
        }
        _ if bytes.starts_with(&[0xD0, 0xCF]) || bytes.starts_with(&[9, 8]) => {
            write(folder, "xls", n, bytes)
        }
        _ => write(folder, "xml", n, bytes),
    }
}

fn part(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let part = zip.by_name(name).ok()?;
    let mut content = Vec::new();
    part.take(N_BYTES as u64).read_to_end(&mut content).ok()?;
    Some(content)
}

fn write(folder: &Path, target: &str, n: usize, bytes: &[u8]) -> std::io::Result<()> {
    let folder = folder.join(target);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(format!("{n:03}")), bytes)
}

/// One of each sort that a cell may hold.
const VALUES: &[&str] = &[
    "990101195003041237",
    "990101500304123",
    "９９０１０１１９５００３０４１２３７",
    "'990101195003041237",
    "=\"990101195003041237\"",
    "9.90101E+17",
    "1950-3-4",
    "1950年3月4日",
    "1950.3",
    "19500304",
    "18326",
    "一九五〇年三月",
    "3,256.50元",
    "￥3256.5",
    "三千二百五十六元五角",
    "1.5万",
    "194-0000-1234、0199-5550001",
    "阿卜杜拉·买买提",
    "王 秀 兰",
    "𠮷长安（曾用名：吉长安）",
    "91990100MA00000011",
    "H99000012345",
    "无",
    "#N/A",
];

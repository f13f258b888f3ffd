//! A list of organisations as it is handed in: CSV or a workbook, `code,name,level,parent`.

use std::path::Path;

use kernel::Problem;
use sheets::{Flow, RowIn, SheetError};

/// A list has at most so many lines; a city of ten million has eight thousand.
pub const N_LINES: usize = 100_000;

/// A line of the list, as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// As Excel shows it.
    pub line: u32,
    pub code: String,
    pub name: String,
    pub level: String,
    pub parent: String,
}

/// Titles of the columns, in the order of the fields of [`Entry`].
const TITLES: [&[&str]; 4] = [
    &["code", "代码", "区划代码", "统计用区划代码", "机构代码"],
    &["name", "名称", "机构名称"],
    &["level", "层级", "级别"],
    &["parent", "上级", "上级代码", "上级机构代码"],
];

/// Reads the first sheet of a workbook or a CSV file.
///
/// # Errors
/// A problem of the field `file`: the sentence of [`SheetError`], or that columns are missing.
pub fn read(path: &Path, name: &str) -> Result<Vec<Entry>, Problem> {
    let mut book = sheets::open(path, name).map_err(|cause| refused(&cause))?;
    let Some(sheet) = book.sheets().first().map(|sheet| sheet.name.clone()) else {
        return Err(Problem::field("file", "文件中没有工作表，请检查后重新选择文件"));
    };
    let mut rows: Vec<RowIn> = Vec::new();
    let read = book.rows::<SheetError>(&sheet, &mut |row| {
        rows.push(row);
        Ok(if rows.len() > N_LINES { Flow::Stop } else { Flow::Go })
    });
    read.map_err(|cause| refused(&cause))?;
    if rows.len() > N_LINES {
        return Err(Problem::field("file", "机构表超过 10 万行，请按区分成几个文件"));
    }
    entries(&rows)
}

fn refused(cause: &SheetError) -> Problem {
    if let Some(cause) = cause.cause() {
        tracing::info!(cause, "a list of organisations was refused");
    }
    Problem::field("file", cause.to_string())
}

fn entries(rows: &[RowIn]) -> Result<Vec<Entry>, Problem> {
    let sentence = "第一行应有列名“code,name,level,parent”（或“代码、名称、层级、上级”），请补上";
    let missing = || Problem::field("file", sentence);
    let (head, rest) = rows.split_first().ok_or_else(missing)?;
    let places = TITLES.map(|titles| {
        let known = |title: &str| titles.contains(&title.trim().to_lowercase().as_str());
        head.cells.iter().find(|cell| known(&cell.text)).map(|cell| cell.column)
    });
    if places[0].is_none() || places[1].is_none() {
        return Err(missing());
    }
    let entry = |row: &RowIn| {
        let cell = |place: usize| places[place].map_or_else(String::new, |at| tidy(row.text(at)));
        Entry {
            line: row.number,
            code: sheets::clean::half_width(&cell(0)).replace(' ', ""),
            name: cell(1),
            level: cell(2),
            parent: sheets::clean::half_width(&cell(3)).replace(' ', ""),
        }
    };
    let is_empty =
        |entry: &Entry| [&entry.code, &entry.name, &entry.parent].iter().all(|x| x.is_empty());
    Ok(rest.iter().map(entry).filter(|entry| !is_empty(entry)).collect())
}

fn tidy(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cuts a code padded with zeros to its level: `430121000000` is `430121`.
#[must_use]
pub fn cut(code: &str) -> &str {
    let mut code = code;
    for (n, zeros) in [(12, "000"), (9, "000"), (6, "00")] {
        if code.len() == n && code.is_ascii() && code.ends_with(zeros) {
            code = &code[..n - zeros.len()];
        }
    }
    code
}

/// The level that a list names, by number (2 to 5, as the statistical office does) or by word.
#[must_use]
pub fn level_named(word: &str) -> Option<&'static str> {
    match word {
        "2" | "city" | "市" => Some("city"),
        "3" | "district" | "区" | "县" | "区县" => Some("district"),
        "4" | "street" | "街道" | "乡镇" | "街道（乡镇）" => Some("street"),
        "5" | "station" | "社区" | "村" | "社区站" => Some("station"),
        "6" | "group" | "小组" | "自管小组" => Some("group"),
        _ => None,
    }
}

/// One line an entry, its cells parted by tabs, which no cell contains: for the form that
/// confirms.
#[must_use]
pub fn pack(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let Entry { line, code, name, level, parent } = entry;
        format!("{line}\t{code}\t{name}\t{level}\t{parent}\n")
    };
    entries.iter().map(line).collect()
}

/// What [`pack`] made; a line that it cannot have made is left out.
#[must_use]
pub fn unpack(packed: &str) -> Vec<Entry> {
    let entry = |line: &str| {
        let mut cells = line.split('\t').map(|cell| cell.trim().to_owned());
        let number = cells.next()?.parse().ok()?;
        let mut next = || cells.next().unwrap_or_default();
        Some(Entry { line: number, code: next(), name: next(), level: next(), parent: next() })
    };
    packed.lines().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_cut_to_their_level() {
        let cases = [
            ("430121000000", "430121"),
            ("430121001000", "430121001"),
            ("430121001001", "430121001001"),
            ("430100000000", "4301"),
            ("430100", "4301"),
            ("4301", "4301"),
            ("430121001001-01", "430121001001-01"),
            ("四三〇一〇〇", "四三〇一〇〇"),
            ("", ""),
        ];
        for (sent, kept) in cases {
            assert_eq!(cut(sent), kept);
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let entry = Entry {
            line: 2,
            code: "430121".to_owned(),
            name: "长沙县，“引号” 和空格".to_owned(),
            level: String::new(),
            parent: "4301".to_owned(),
        };
        assert_eq!(unpack(&pack(std::slice::from_ref(&entry))), [entry]);
    }
}

//! 写成 CSV：几种编码，几种分隔符。

use encoding_rs::GB18030;

use crate::grid::{Grid, Page};

/// How letters become bytes and cells become lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Utf8,
    /// With a mark, as Excel writes it.
    Utf8Marked,
    Gb18030,
    /// «Unicode 文本»: UTF-16 and tabulators.
    Unicode,
    Semicolons,
    /// Every cell in quotes, lines end as on an old Macintosh.
    Quoted,
}

fn line(page: &Page, row: u32, manner: Manner) -> String {
    let delimiter = match manner {
        Manner::Unicode => "\t",
        Manner::Semicolons => ";",
        _ => ",",
    };
    let cell = |column: u32| {
        let text = page.cells.get(&(row, column)).map(crate::Cell::shown).unwrap_or_default();
        let needs = text.contains([',', ';', '\t', '"', '\n']) || manner == Manner::Quoted;
        if needs { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    (0..page.n_columns()).map(cell).collect::<Vec<_>>().join(delimiter)
}

pub fn write(grid: &Grid, manner: Manner) -> Vec<u8> {
    let Some(page) = grid.pages.first() else { return Vec::new() };
    let end = if manner == Manner::Quoted { "\r" } else { "\r\n" };
    let text: String =
        (0..page.n_rows()).map(|row| format!("{}{end}", line(page, row, manner))).collect();
    match manner {
        Manner::Utf8 | Manner::Semicolons | Manner::Quoted => text.into_bytes(),
        Manner::Utf8Marked => format!("\u{feff}{text}").into_bytes(),
        Manner::Gb18030 => GB18030.encode(&text).0.into_owned(),
        Manner::Unicode => {
            let marked = format!("\u{feff}{text}");
            marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
    }
}

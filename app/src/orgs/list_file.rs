//! The lines of a list of organisations.

/// A list has at most so many lines; a city of ten million has eight thousand.
pub const N_LINES: usize = 100_000;

/// A line of the list, as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    pub sheet: String,
    /// As Excel shows it.
    pub line: u32,
    pub code: String,
    pub name: String,
    pub level: String,
    pub parent: String,
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
        let Entry { sheet, line, code, name, level, parent } = entry;
        let sheet = sheet.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{line}\t{code}\t{name}\t{level}\t{parent}\t{sheet}\n")
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
        let (code, name, level, parent, sheet) = (next(), next(), next(), next(), next());
        Some(Entry { sheet, line: number, code, name, level, parent })
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
            sheet: "长沙县".to_owned(),
            line: 2,
            code: "430121".to_owned(),
            name: "长沙县，“引号” 和空格".to_owned(),
            level: String::new(),
            parent: "4301".to_owned(),
        };
        assert_eq!(unpack(&pack(std::slice::from_ref(&entry))), [entry]);
    }
}

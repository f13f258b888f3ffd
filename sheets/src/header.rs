//! 认表头：跳过标题行，把两三行的合并表头接起来；认合计行和说明行。

use crate::clean::{half, half_width};
use crate::kinds::Field;
use crate::read::RowIn;

/// Where the titles stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// As Excel shows them; data begin after `last_row`.
    pub first_row: u32,
    pub last_row: u32,
    pub columns: Vec<Title>,
}

/// A column's title as written, parents in front: `养老金 金额`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    pub column: u32,
    pub title: String,
    /// The lowest row of the title alone: `金额`.
    pub leaf: String,
}

/// What a row below the header is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    Data,
    /// 合计、小计、总计.
    Total,
    /// 备注、填表说明、制表人.
    Note,
    /// The header printed again at the top of a page.
    Repeated,
    Blank,
}

/// A title for comparison: half width, lower case, without spaces, asterisks, colons and
/// anything in brackets such as （选填）.
pub fn normal(title: &str) -> String {
    let bare: String = letters(title).collect();
    if bare.is_empty() {
        half_width(title).chars().filter(|c| !c.is_whitespace()).collect()
    } else {
        bare
    }
}

/// What counts in a title.
fn letters(title: &str) -> impl Iterator<Item = char> {
    let mut depth = 0_u32;
    title.chars().map(half).flat_map(char::to_lowercase).filter(move |c| match c {
        '(' | '[' | '【' | '〔' => {
            depth += 1;
            false
        }
        ')' | ']' | '】' | '〕' => {
            depth = depth.saturating_sub(1);
            false
        }
        '*' | ':' | '"' | '“' | '”' | '★' | '_' | '-' => false,
        c => !c.is_whitespace() && depth == 0,
    })
}

/// Whether a character counts in a title just as it is.
fn stays(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// Whether two titles are the same for comparison; most differ in their first letter.
fn is_same(one: &str, other: &str) -> bool {
    let first = |text: &str| text.chars().next().filter(|c| stays(*c));
    if let (Some(a), Some(b)) = (first(one), first(other))
        && a != b
    {
        return false;
    }
    let (mut a, mut b) = (letters(one).peekable(), letters(other).peekable());
    if a.peek().is_none() || b.peek().is_none() {
        return normal(one) == normal(other);
    }
    a.eq(b)
}

/// How many cells of a row are titles of fields.
fn n_hits(row: &RowIn, fields: &[Field]) -> usize {
    row.cells.iter().filter(|cell| is_title(&cell.text, fields)).count()
}

fn is_title(text: &str, fields: &[Field]) -> bool {
    fields.iter().flat_map(Field::titles).any(|title| is_same(title, text))
}

/// Finds the header among the first rows of a sheet (fifty will do): the row with most known
/// titles, and the rows of short words around it that belong to a merged header. Without a
/// single known title, the first row of at least two distinct texts.
pub fn find_header(rows: &[RowIn], fields: &[Field]) -> Option<Header> {
    let scored = rows.iter().enumerate().map(|(at, row)| (at, n_hits(row, fields)));
    let (best, hits) = scored.fold((0, 0), |best, new| if new.1 > best.1 { new } else { best });
    let best = if hits == 0 { rows.iter().position(looks_like_titles)? } else { best };
    let mut first = best;
    while first > 0 && best - first < 2 && is_parent(&rows[first - 1], &rows[first]) {
        first -= 1;
    }
    let mut last = best;
    while last + 1 < rows.len() && last - best < 2 && is_child(&rows[last], &rows[last + 1], fields)
    {
        last += 1;
    }
    Some(Header {
        first_row: rows[first].number,
        last_row: rows[last].number,
        columns: join(&rows[first..=last]),
    })
}

fn looks_like_titles(row: &RowIn) -> bool {
    let mut titles: Vec<String> = row.cells.iter().map(|cell| normal(&cell.text)).collect();
    titles.sort();
    titles.dedup();
    titles.len() >= 2 && row.cells.iter().all(|cell| is_word(&cell.text))
}

/// A title is short and no figure, no colon inside («制表单位：青山街道»).
fn is_word(text: &str) -> bool {
    let text = half_width(text.trim());
    let has_letter = text.chars().any(char::is_alphabetic);
    let n_digits = text.chars().filter(char::is_ascii_digit).count();
    has_letter && n_digits < 4 && text.chars().count() <= 30 && !text.trim_end().contains(':')
}

/// A row right above that heads two or more columns, at least one with titles below it.
fn is_parent(above: &RowIn, below: &RowIn) -> bool {
    above.number + 1 == below.number
        && above.cells.len() >= 2
        && above.cells.iter().all(|cell| is_word(&cell.text))
}

/// A row right below that fills gaps or subdivides: its words stand where the header row has
/// nothing, or under one title that spreads to the right.
fn is_child(above: &RowIn, below: &RowIn, fields: &[Field]) -> bool {
    if above.number + 1 != below.number || below.cells.is_empty() {
        return false;
    }
    let words = below.cells.iter().all(|cell| is_word(&cell.text));
    let fills = below.cells.iter().any(|cell| above.cell(cell.column).is_none());
    let sparse = below.cells.len() <= above.cells.len();
    let first_is_open = below.text(above.cells.first().map_or(0, |c| c.column)).is_empty();
    words && fills && (first_is_open && sparse || n_hits(below, fields) >= 2)
}

fn join(rows: &[RowIn]) -> Vec<Title> {
    let mut columns: Vec<u32> =
        rows.iter().flat_map(|row| row.cells.iter().map(|cell| cell.column)).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
        .into_iter()
        .map(|column| {
            let mut parts: Vec<String> = Vec::new();
            for (depth, row) in rows.iter().enumerate() {
                let part = own_or_carried(rows, (depth, row), column);
                let written = part.split_whitespace().collect::<Vec<_>>().join("");
                if !written.is_empty() && parts.last() != Some(&written) {
                    parts.push(written);
                }
            }
            let leaf = parts.last().cloned().unwrap_or_default();
            Title { column, title: parts.join(" "), leaf }
        })
        .collect()
}

/// A parent reaches to the right as far as the columns have no title of their own in its row
/// but have one below.
fn own_or_carried<'a>(rows: &'a [RowIn], at: (usize, &'a RowIn), column: u32) -> &'a str {
    let (depth, row) = at;
    let own = row.text(column);
    let has_child = rows[depth + 1..].iter().any(|below| !below.text(column).is_empty());
    if !own.is_empty() || !has_child {
        return own;
    }
    let left = row.cells.iter().rev().find(|cell| cell.column < column);
    // A title with nothing below it stands alone: it was merged downwards, not to the right.
    let spreads = |cell: &&crate::read::Cell| {
        rows[depth + 1..].iter().any(|below| !below.text(cell.column).is_empty())
    };
    left.filter(spreads).map_or("", |cell| cell.text.as_str())
}

/// What a row below the header is. A total or note is told by its first cells.
pub fn row_kind(row: &RowIn, header: &Header) -> RowKind {
    let Some(first) = row.cells.iter().find(|cell| !cell.text.trim().is_empty()) else {
        return RowKind::Blank;
    };
    let n_same = row
        .cells
        .iter()
        .filter(|cell| {
            let own = header.columns.binary_search_by_key(&cell.column, |title| title.column);
            own.is_ok_and(|at| is_same(&header.columns[at].leaf, &cell.text))
        })
        .count();
    if n_same >= 2 && n_same * 2 > row.cells.len() || row.number <= header.last_row {
        return RowKind::Repeated;
    }
    let word = normal(&first.text);
    let totals = ["合计", "小计", "总计", "共计", "累计", "本页合计", "本页小计"];
    // «合计：6 人» in one cell.
    let counted = |rest: &str| rest.chars().any(|c| c.is_ascii_digit());
    let is_counted = row.cells.len() == 1
        && totals.iter().any(|total| word.strip_prefix(total).is_some_and(counted));
    if is_counted
        || totals.iter().any(|total| word == *total)
        || (totals.iter().any(|total| word.ends_with(total))
            && row.cells.len() * 2 <= width(header))
    {
        return RowKind::Total;
    }
    let notes = ["备注", "说明", "填表", "制表", "审核", "填报", "注", "单位负责人", "经办人"];
    let n_long = row.cells.len();
    if n_long * 3 <= width(header).max(3) && notes.iter().any(|note| word.starts_with(note)) {
        return RowKind::Note;
    }
    RowKind::Data
}

fn width(header: &Header) -> usize {
    header.columns.len()
}

//! What cells say: titles, numbers, days, sums, names.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use rules::identity::{self, Kind, Mask};
use sheets::{Cell, CellKind, Content, Field, Need, RowIn, clean, find_header, row_kind};

const TODAY: Date = date(2026, 5, 6);

const fn field(
    key: &'static str,
    title: &'static str,
    (content, synonyms): (Content, &'static [&'static str]),
) -> Field {
    Field { key, title, synonyms, content, required: Need::Optional }
}

const FIELDS: &[Field] = &[
    field("name", "姓名", (Content::Name, &["退休人员姓名", "人员姓名"])),
    field("identity", "证件号码", (Content::Identity, &["身份证号", "公民身份号码"])),
    field("phone", "电话", (Content::Any, &["联系电话", "手机号码"])),
    field("born_on", "出生日期", (Content::Date, &["出生年月", "生日"])),
    field("retired_on", "退休日期", (Content::Date, &["退休时间", "退休年月"])),
    field("address", "居住地址", (Content::Any, &["家庭住址", "现住址"])),
];

/// Lines of a sheet: cells parted by tabs.
pub fn header(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let rows: Vec<RowIn> = (1..).zip(text.lines().take(60)).filter_map(row).collect();
    let Some(header) = find_header(&rows, FIELDS) else { return };
    assert!(header.first_row <= header.last_row && header.last_row - header.first_row <= 4);
    let mut last = None;
    for title in &header.columns {
        assert!(last.is_none_or(|last| last < title.column), "titles out of order");
        last = Some(title.column);
    }
    let mapping = sheets::map(&header, FIELDS, &rows);
    let mut columns = BTreeSet::new();
    let mut keys = BTreeSet::new();
    for mapped in &mapping.by_field {
        assert!(columns.insert(mapped.column.column), "a column taken for two fields");
        assert!(keys.insert(mapped.key), "a field found in two columns");
    }
    for column in &mapping.unmapped {
        assert!(columns.insert(column.column), "a column both known and unknown");
    }
    assert_eq!(columns.len(), header.columns.len(), "a column forgotten");
    for row in &rows {
        let _ = row_kind(row, &header);
    }
}

fn row((number, line): (u32, &str)) -> Option<RowIn> {
    let cell = |(column, text): (u32, &str)| {
        let kind = CellKind::Text;
        (!text.is_empty()).then(|| Cell { column, text: text.to_owned(), kind })
    };
    let cells: Vec<Cell> = (0..100).zip(line.split('\t')).filter_map(cell).collect();
    (!cells.is_empty()).then_some(RowIn { number, cells })
}

/// What one cell says, understood in every way there is.
pub fn values(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text: String = text.chars().take(200).collect();
    for cleaned in [clean::text(&text), clean::line(&text), clean::code(&text), clean::name(&text)]
    {
        assert_eq!(cleaned.value.trim(), cleaned.value, "space at an end");
        let changed = cleaned.value != text;
        assert_eq!(changed, !cleaned.notes.is_empty(), "{text:?} → {cleaned:?}");
    }
    let phone = clean::phone(&text);
    let plain = |c: char| c.is_ascii_digit() || c == '-' || c == '、';
    if phone.value.chars().all(plain) && phone.value.len() >= 7 {
        assert_eq!(clean::phone(&phone.value).value, phone.value, "{text:?}");
    }
    if let Some(day) = clean::day(&text) {
        let again = clean::day(&day.value.to_string());
        assert_eq!(again.map(|again| again.value), Some(day.value), "{text:?}");
    }
    if let Some(sum) = clean::money(&text) {
        let (sign, fen) = (if sum.value < 0 { "-" } else { "" }, sum.value.unsigned_abs());
        let written = format!("{sign}{}.{:02}", fen / 100, fen % 100);
        let again = clean::money(&written).map(|again| again.value);
        assert_eq!(again, Some(sum.value), "{text:?} → {written}");
    }
    let _ = (clean::is_rounded(&text), clean::yes_no(&text));
    let _ = identity::inspect_uscc(&text);
    number(&text);
}

fn number(text: &str) {
    let found = identity::inspect(text, TODAY);
    let again = identity::inspect(&found.normalised, TODAY);
    assert_eq!(again.normalised, found.normalised, "{text:?}");
    assert_eq!(again.findings, found.findings, "{text:?}");
    let masks =
        [Mask::Full, Mask::Middle6, Mask::Birth8, Mask::Last4, Mask::First3Last4, Mask::None];
    for mask in masks {
        let masked = identity::mask(&found.normalised, mask);
        let n = found.normalised.chars().count();
        assert_eq!(masked.chars().count(), n, "{text:?} {mask:?}");
        if mask == Mask::Full {
            assert!(masked.chars().all(|c| c == '*'), "{text:?}: {masked}");
        }
    }
    if found.is_bad() || found.kind != Kind::Resident18 {
        return;
    }
    let check = identity::check_digit(&found.normalised);
    assert_eq!(check, found.normalised.chars().last(), "{text:?}");
    if let Some(born_on) = found.born_on {
        let digits = born_on.strftime("%Y%m%d").to_string();
        assert_eq!(found.normalised[6..14], digits, "{text:?}");
    }
}

//! 清洗：空格、全角、日期、电话、金额；改了什么，一一记下。

/// A value put in order, and a note in Chinese for each thing that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned<T> {
    pub value: T,
    pub notes: Vec<&'static str>,
}

use crate::signs::APOSTROPHES;

pub use crate::dates::day;

/// Trims, drops a leading `'` or a `="…"` wrapper and characters that cannot be seen.
/// Full-width letters inside text stay: an address may want them.
pub fn text(raw: &str) -> Cleaned<String> {
    if is_clean(raw) {
        return Cleaned { value: raw.to_owned(), notes: Vec::new() };
    }
    let mut notes = Vec::new();
    let mut value: String = raw.chars().filter(|c| !is_unseen(*c)).collect();
    note(&mut notes, value != raw, "去掉了看不见的字符");
    if let Some(inner) = value.trim().strip_prefix("=\"").and_then(|s| s.strip_suffix('"')) {
        value = inner.to_owned();
        notes.push("去掉了公式外壳 =\"…\"");
    }
    if let Some(rest) = value.trim_start().strip_prefix(APOSTROPHES) {
        value = rest.to_owned();
        notes.push("去掉了前面的撇号");
    }
    let trimmed = value.trim();
    note(&mut notes, trimmed.len() != value.len(), "去掉了首尾空格");
    Cleaned { value: trimmed.to_owned(), notes }
}

/// Whether a text is as it should be already; most are.
fn is_clean(raw: &str) -> bool {
    let bare = |c: char| !c.is_whitespace() && !matches!(c, '=' | '\'' | '’' | '‘');
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_whitespace());
    raw.chars().next().is_none_or(bare)
        && ends(raw.chars().next_back())
        && !raw.chars().any(is_unseen)
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
        || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

fn note(notes: &mut Vec<&'static str>, changed: impl Into<bool>, sentence: &'static str) {
    if changed.into() {
        notes.push(sentence);
    }
}

/// Full-width ASCII and the full-width space to half width.
pub fn half_width(raw: &str) -> String {
    raw.chars().map(half).collect()
}

/// One full-width character to half width.
pub fn half(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// Text of one line: where it was broken over lines it goes on, after a space only where two words
/// or figures would run together.
pub fn line(raw: &str) -> Cleaned<String> {
    let Cleaned { value, mut notes } = text(raw);
    if !value.contains(['\n', '\r']) {
        return Cleaned { value, notes };
    }
    let mut joined = String::new();
    for part in value.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
        let is_ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        if is_ascii(joined.chars().next_back()) && is_ascii(part.chars().next()) {
            joined.push(' ');
        }
        joined.push_str(part);
    }
    notes.push("断开的几行接成了一行");
    Cleaned { value: joined, notes }
}

/// Identity numbers, codes and accounts: half width, no spaces at all, `x` to `X`.
pub fn code(raw: &str) -> Cleaned<String> {
    let Cleaned { value, mut notes } = text(raw);
    let is_tight = |b: &u8| b.is_ascii_graphic() && !b.is_ascii_lowercase();
    if value.as_bytes().iter().all(is_tight) {
        return Cleaned { value, notes };
    }
    let half = half_width(&value);
    note(&mut notes, half != value, "全角转为半角");
    let tight: String = half.chars().filter(|c| !c.is_whitespace()).collect();
    note(&mut notes, tight != half, "去掉了中间的空格");
    let upper = tight.to_ascii_uppercase();
    note(&mut notes, upper != tight, "小写字母转为大写");
    Cleaned { value: upper, notes }
}

/// A person's name: every shape of the separating dot to `·` (U+00B7), the padding space of
/// Chinese names («张　三») away, other spaces single.
pub fn name(raw: &str) -> Cleaned<String> {
    let Cleaned { value, mut notes } = text(raw);
    if value.chars().all(is_han) {
        return Cleaned { value, notes };
    }
    let letters: Vec<char> = value.chars().collect();
    let dotted: String = letters
        .iter()
        .enumerate()
        .map(|(i, &c)| if is_dot(&letters, i) { '·' } else { c })
        .collect();
    note(&mut notes, dotted != value, "间隔号统一为“·”");
    let words: Vec<&str> = dotted.split_whitespace().collect();
    let chinese = words.iter().all(|word| word.chars().all(|c| is_han(c) || c == '·'));
    let joined = words.join(if chinese { "" } else { " " });
    note(&mut notes, joined != dotted, "去掉了姓名中间的空格");
    Cleaned { value: joined, notes }
}

/// `.` is a dot between Chinese characters only: `J. Smith` keeps its stop.
fn is_dot(letters: &[char], at: usize) -> bool {
    let beside = |i: Option<usize>| i.and_then(|i| letters.get(i)).is_some_and(|&c| is_han(c));
    match letters[at] {
        '．' | '•' | '・' | '･' | '‧' | '●' | '⋅' | '∙' | '᛫' | '˙' => true,
        '.' | '。' => beside(at.checked_sub(1)) && beside(at.checked_add(1)),
        _ => false,
    }
}

pub(crate) fn is_han(c: char) -> bool {
    matches!(u32::from(c),
        0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff | 0x3007)
}

/// Telephone numbers: digits, `-` between area code and number; `+86` away. Several numbers
/// in one cell are joined by `、`. Nothing is judged.
pub fn phone(raw: &str) -> Cleaned<String> {
    let Cleaned { value, mut notes } = text(raw);
    let is_mobile = value.len() == 11 && value.starts_with('1');
    if is_mobile && value.bytes().all(|b| b.is_ascii_digit()) {
        return Cleaned { value, notes };
    }
    let half = half_width(&value);
    note(&mut notes, half != value, "全角转为半角");
    let separated = |c: char| matches!(c, '、' | ',' | ';' | '/' | '\n' | '；');
    let tidy: Vec<String> =
        half.split(separated).map(one_phone).filter(|number| !number.is_empty()).collect();
    let joined = tidy.join("、");
    note(&mut notes, joined != half, "电话号码的写法已统一");
    Cleaned { value: joined, notes }
}

fn one_phone(raw: &str) -> String {
    let dashed = raw.replace(['－', '—', '–', '－'], "-").replace(')', "-");
    let tight: String = dashed.chars().filter(|c| !c.is_whitespace() && *c != '(').collect();
    let mut tight = tight.trim_matches('-');
    while let Some(rest) = ["+86", "0086"].iter().find_map(|prefix| tight.strip_prefix(prefix)) {
        tight = rest.trim_matches('-');
    }
    let digits: String = tight.chars().filter(char::is_ascii_digit).collect();
    let is_mobile = digits.len() == 11 && digits.starts_with('1');
    let digits_only = tight.chars().all(|c| c.is_ascii_digit() || c == '-');
    if is_mobile && digits_only { digits } else { tight.to_owned() }
}

/// Yes or no; nothing when the text says neither.
pub fn yes_no(raw: &str) -> Option<bool> {
    match code(raw).value.as_str() {
        "是" | "有" | "对" | "Y" | "YES" | "TRUE" | "1" | "√" | "✓" | "✔" | "☑" => {
            Some(true)
        }
        "否" | "无" | "没有" | "不是" | "N" | "NO" | "FALSE" | "0" | "×" | "✗" | "☐" => {
            Some(false)
        }
        _ => None,
    }
}

/// «3,256.50元» to 325650 fen; nothing for what is no sum, or has parts of a fen.
pub fn money(raw: &str) -> Option<Cleaned<i64>> {
    let Cleaned { value, mut notes } = text(raw);
    let half = half_width(&value);
    let mut sum: String = half.chars().filter(|c| !c.is_whitespace()).collect();
    let mut times: i64 = 1;
    for prefix in ["人民币", "RMB", "¥", "￥"] {
        sum = sum.strip_prefix(prefix).map_or(sum.clone(), str::to_owned);
    }
    for suffix in ["/月", "每月", "/人", "元整", "元", "圆"] {
        sum = sum.strip_suffix(suffix).map_or(sum.clone(), str::to_owned);
    }
    if let Some(rest) = sum.strip_suffix('万') {
        sum = rest.to_owned();
        times = 10_000;
    }
    let sum = without_thousands(&sum)?;
    note(&mut notes, sum != value, "金额的写法已统一");
    let fen = to_fen(&sum, times)?;
    Some(Cleaned { value: fen, notes })
}

/// Commas only where thousands end: `1,2` is no number.
fn without_thousands(sum: &str) -> Option<String> {
    let whole = sum.split('.').next().unwrap_or_default();
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next().unwrap_or_default();
    let well_placed = groups.clone().all(|group| group.len() == 3);
    let grouped = groups.next().is_some();
    if grouped && (!well_placed || first.is_empty() || first.len() > 3) {
        return None;
    }
    Some(whole.replace(',', "") + &sum[whole.len()..])
}

fn to_fen(sum: &str, times: i64) -> Option<i64> {
    let (sign, digits) = sum.strip_prefix('-').map_or((1, sum), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) || part.len() > 12 {
        return None;
    }
    let scale = 10_i128.pow(u32::try_from(part.len()).ok()?);
    let number: i128 = format!("{whole}{part}").parse().ok()?;
    let hundredfold = number.checked_mul(100)?.checked_mul(i128::from(times))?;
    if hundredfold % scale != 0 {
        return None;
    }
    i64::try_from(hundredfold / scale).ok().map(|fen| sign * fen)
}

/// `3.30106E+17`: what is left of a long number once Excel has saved it to CSV.
pub fn is_rounded(raw: &str) -> bool {
    // `0xef` begins the letters of full width.
    if !raw.bytes().any(|b| matches!(b, b'E' | b'e' | 0xef)) {
        return false;
    }
    let half = half_width(raw.trim());
    let Some((mantissa, exponent)) = half.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole) && digits(part) && exponent.strip_prefix('+').is_some_and(digits)
}

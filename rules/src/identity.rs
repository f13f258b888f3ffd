//! 证件号码：形式、校验码、日期、地区分别判断；规范化了什么，列出什么。
//!
//! GB 11643. The region is judged against the provinces of GB/T 2260 only, and is never an error:
//! county codes come and go, and a retiree's may be long gone.

mod uscc;

use crate::coded::coded;
use crate::days::{Date, parse_day};

pub use uscc::{UsccFinding, inspect_uscc};

/// Provinces of GB/T 2260, with 81 to 83 for residents from Hong Kong, Macao and Taiwan.
const PROVINCES: &[u8] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
];
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

coded! {
    /// What sort of number it is.
    Kind {
        Resident18 = "resident18" "公民身份号码",
        Resident15 = "resident15" "15位身份证号码",
        HkMoTw = "hk_mo_tw" "港澳台居民居住证",
        ForeignPermit15 = "foreign_permit15" "外国人永久居留证（15位）",
        Foreign18 = "foreign18" "外国人永久居留身份证",
        Other = "other" "其他",
    }
}

coded! {
    /// What is the matter with a number; `form`, `check` and `date` make it bad, the rest is said.
    Finding {
        Form = "form" "形式不对，请核对位数和字符",
        Check = "check" "校验码不对，请逐位核对",
        Date = "date" "其中的出生日期不存在，请核对第7至14位",
        Region = "region" "开头两位不是省级代码，请核实",
        Future = "future" "其中的出生日期在今天之后，请核实",
    }
}

coded! {
    /// What was changed to make the number comparable.
    Normalised {
        Spaces = "spaces" "去掉空白",
        FullWidth = "full_width" "全角改半角",
        UpperCase = "upper_case" "小写改大写",
    }
}

coded! {
    /// 性别.
    Sex {
        Male = "1" "男",
        Female = "2" "女",
    }
}

coded! {
    /// Which part of a number is hidden.
    Mask {
        /// Everything is hidden.
        Full = "full" "全部隐藏",
        /// The middle six of the characters are hidden.
        Middle6 = "middle6" "隐藏中间六位",
        /// The eight digits of the birth day (six of a 15-digit number) are hidden.
        Birth8 = "birth8" "隐藏出生日期",
        /// The last four are hidden.
        Last4 = "last4" "隐藏末四位",
        /// Only the first three and the last four are shown.
        First3Last4 = "first3_last4" "只留前三位和末四位",
        /// Nothing is hidden.
        None = "none" "不隐藏",
    }
}

/// What is to be said about a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Without spaces, in half width, letters in upper case.
    pub normalised: String,
    pub changes: Vec<Normalised>,
    pub kind: Kind,
    pub findings: Vec<Finding>,
    pub born_on: Option<Date>,
    pub sex: Option<Sex>,
    /// The 18 digits of a 15-digit number.
    pub upgraded: Option<String>,
}

impl Inspection {
    /// Whether form, check digit or date are wrong; a region or a future day is only remarked.
    pub fn is_bad(&self) -> bool {
        let bad =
            |finding: &Finding| matches!(finding, Finding::Form | Finding::Check | Finding::Date);
        self.findings.iter().any(bad)
    }
}

/// Inspects a number as it was typed. `today` decides what lies in the future.
pub fn inspect(raw: &str, today: Date) -> Inspection {
    let (normalised, changes) = normalise(raw);
    let kind = kind_of(&normalised);
    let mut found = Inspection {
        normalised,
        changes,
        kind,
        findings: Vec::new(),
        born_on: None,
        sex: None,
        upgraded: None,
    };
    match kind {
        Kind::Resident18 | Kind::HkMoTw => resident(&mut found),
        Kind::Resident15 => fifteen(&mut found),
        // 存疑（foreign-layout）: the meaning of the digits in between was not found.
        Kind::Foreign18 => check(&mut found),
        Kind::ForeignPermit15 => {}
        Kind::Other => found.findings.push(Finding::Form),
    }
    if found.born_on.is_some_and(|born_on| born_on > today) {
        found.findings.push(Finding::Future);
    }
    found
}

/// The 18 digits of a 15-digit number: 19 before the year, and the check digit. `None` for
/// anything that is not 15 digits.
pub fn upgrade15(number: &str) -> Option<String> {
    let shaped = number.len() == 15 && number.bytes().all(|b| b.is_ascii_digit());
    let long = shaped.then(|| format!("{}19{}", &number[..6], &number[6..]))?;
    check_digit(&long).map(|digit| format!("{long}{digit}"))
}

/// The check digit for the first 17 digits of a number (GB 11643, MOD 11-2).
pub fn check_digit(number: &str) -> Option<char> {
    let digits = number.as_bytes().get(..17)?;
    let mut sum = 0;
    for (digit, weight) in digits.iter().zip(WEIGHTS) {
        if !digit.is_ascii_digit() {
            return None;
        }
        sum += u32::from(digit - b'0') * weight;
    }
    CHECKS.get((sum % 11) as usize).map(|b| char::from(*b))
}

/// The number with a part replaced by `*`; as many characters as before.
pub fn mask(number: &str, mask: Mask) -> String {
    let n = number.chars().count();
    let hidden = match mask {
        Mask::Full => 0..n,
        Mask::Middle6 => n.saturating_sub(6) / 2..(n.saturating_sub(6) / 2 + 6).min(n),
        Mask::Birth8 if n == 15 => 6..12,
        Mask::Birth8 => 6.min(n)..14.min(n),
        Mask::Last4 => n.saturating_sub(4)..n,
        // A short number would be shown whole.
        Mask::First3Last4 if n <= 7 => 0..n,
        Mask::First3Last4 => 3..n - 4,
        Mask::None => 0..0,
    };
    let hide = |(i, c)| if hidden.contains(&i) { '*' } else { c };
    number.chars().enumerate().map(hide).collect()
}

/// A telephone number with only the first three and the last four shown: `138****0000`; one of
/// fewer than eight characters is hidden whole.
pub fn mask_telephone(number: &str) -> String {
    mask(number, Mask::First3Last4)
}

fn normalise(raw: &str) -> (String, Vec<Normalised>) {
    let mut changes = Vec::new();
    let mut note = |change| {
        if !changes.contains(&change) {
            changes.push(change);
        }
    };
    let mut text = String::with_capacity(raw.len());
    for c in raw.chars() {
        let half = match c {
            '\u{ff01}'..='\u{ff5e}' => {
                note(Normalised::FullWidth);
                char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
            }
            _ => c,
        };
        if half.is_whitespace() || matches!(half, '\u{200b}' | '\u{feff}') {
            note(Normalised::Spaces);
            continue;
        }
        if half.is_ascii_lowercase() {
            note(Normalised::UpperCase);
        }
        text.push(half.to_ascii_uppercase());
    }
    (text, changes)
}

fn kind_of(number: &str) -> Kind {
    let bytes = number.as_bytes();
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    match bytes.len() {
        18 if digits(&bytes[..17]) && (bytes[17].is_ascii_digit() || bytes[17] == b'X') => {
            match &bytes[..2] {
                b"81" | b"82" | b"83" => Kind::HkMoTw,
                [b'9', _] => Kind::Foreign18,
                _ => Kind::Resident18,
            }
        }
        15 if digits(bytes) => Kind::Resident15,
        15 if bytes[..3].iter().all(u8::is_ascii_uppercase) && digits(&bytes[3..]) => {
            Kind::ForeignPermit15
        }
        _ => Kind::Other,
    }
}

fn resident(found: &mut Inspection) {
    let number = found.normalised.clone();
    check(found);
    date(found, &number[6..14]);
    region(found, &number);
    let odd = number.as_bytes()[16] % 2 == 1;
    found.sex = Some(if odd { Sex::Male } else { Sex::Female });
}

fn fifteen(found: &mut Inspection) {
    let number = found.normalised.clone();
    date(found, &format!("19{}", &number[6..12]));
    region(found, &number);
    let odd = number.as_bytes()[14] % 2 == 1;
    found.sex = Some(if odd { Sex::Male } else { Sex::Female });
    found.upgraded = upgrade15(&number);
}

fn check(found: &mut Inspection) {
    if check_digit(&found.normalised) != found.normalised.chars().last() {
        found.findings.push(Finding::Check);
    }
}

fn date(found: &mut Inspection, digits: &str) {
    let (year, month, day) = (&digits[..4], &digits[4..6], &digits[6..]);
    found.born_on = parse_day(&format!("{year}-{month}-{day}")).ok();
    if found.born_on.is_none() {
        found.findings.push(Finding::Date);
    }
}

fn region(found: &mut Inspection, number: &str) {
    let province = number[..2].parse().unwrap_or(0);
    if !PROVINCES.contains(&province) {
        found.findings.push(Finding::Region);
    }
}

#[cfg(test)]
mod tests;

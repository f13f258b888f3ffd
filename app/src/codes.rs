//! Levels and kinds of organisations, and small tables of words shared by the rooms.

/// Kinds of organisations: bodies of one level share its division code and differ in kind.
pub const ORG_KINDS: &[(&str, &str)] = &[
    ("office", "退管机构"),
    ("agency", "社保经办机构"),
    ("administration", "人社行政部门"),
    ("center", "街道（乡镇）中心"),
    ("station", "社区站"),
    ("group", "自管小组"),
];

/// The Chinese name of a code in a table of `(code, name)`; the code itself when unknown.
#[must_use]
pub fn name_of<'a>(table: &'a [(&'a str, &'a str)], code: &'a str) -> &'a str {
    table.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

/// The code of the level to which a division code of so many characters belongs: 4 city,
/// 6 district, 9 street, 12 station, 15 group.
#[must_use]
pub fn level_of(code: &str) -> Option<&'static str> {
    match code.len() {
        4 => Some("city"),
        6 => Some("district"),
        9 => Some("street"),
        12 => Some("station"),
        15 => Some("group"),
        _ => None,
    }
}

/// The Chinese name of a level's code.
#[must_use]
pub fn level_name(level: &str) -> &str {
    match level {
        "city" => "市",
        "district" => "区",
        "street" => "街道",
        "station" => "社区站",
        "group" => "自管小组",
        other => other,
    }
}

/// Kinds of bodies that a level has; the one that leads the level stands first.
#[must_use]
pub fn kinds_of(level: &str) -> &'static [&'static str] {
    match level {
        "city" | "district" => &["office", "agency", "administration"],
        "street" => &["center"],
        "station" => &["station"],
        "group" => &["group"],
        _ => &[],
    }
}

/// Whether the text is a division code cut to its level: digits, and `-01` for a group.
#[must_use]
pub fn is_code(code: &str) -> bool {
    let (place, group) = code.split_at_checked(12).unwrap_or((code, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let group_fits = match group.strip_prefix('-') {
        Some(number) => number.len() == 2 && digits(number),
        None => group.is_empty(),
    };
    level_of(code).is_some() && digits(place) && group_fits
}

/// The code one level up; `None` above a city.
#[must_use]
pub fn parent_code(code: &str) -> Option<&str> {
    let n = match code.len() {
        6 => 4,
        9 => 6,
        12 => 9,
        15 => 12,
        _ => return None,
    };
    code.get(..n)
}

/// The code of the level below, by the level of this one.
#[must_use]
pub fn level_below(level: &str) -> Option<&'static str> {
    match level {
        "city" => Some("district"),
        "district" => Some("street"),
        "street" => Some("station"),
        "station" => Some("group"),
        _ => None,
    }
}

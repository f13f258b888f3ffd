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

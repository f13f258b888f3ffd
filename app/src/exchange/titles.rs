//! What stands above the header of a sheet: the enterprise whose retirees are listed, the
//! community to which they belong.

use sheets::clean;

/// Words with which a title goes on after the name of the enterprise.
const AFTER: &[&str] = &[
    "企业退休",
    "退休人员",
    "离退休",
    "离休",
    "退休",
    "移交",
    "花名册",
    "名册",
    "名单",
    "社会化",
    "信息",
    "基本情况",
    "登记表",
    "汇总表",
    "人员",
];
/// How the names of enterprises end.
const ENDINGS: &[&str] = &[
    "公司",
    "厂",
    "集团",
    "商店",
    "商场",
    "合作社",
    "研究所",
    "设计院",
    "医院",
    "银行",
    "供销社",
    "电站",
    "煤矿",
    "矿务局",
    "铁路局",
    "局",
    "社",
    "所",
    "站",
    "院",
    "店",
    "校",
    "矿",
    "队",
    "场",
];
/// Labels that stand before the name of the enterprise.
const ENTERPRISE: &[&str] =
    &["单位名称", "企业名称", "原单位", "原工作单位", "移交单位", "填报单位", "报送单位", "单位"];
const STATION: &[&str] = &["社区名称", "所属社区", "接收社区", "社区", "居委会"];

/// What a labelled line says, e.g. `单位名称：某某厂`.
fn labelled(line: &str, labels: &[&str]) -> Option<String> {
    let plain = clean::half_width(line);
    let (label, rest) = plain.split_once(':')?;
    let label: String = label.chars().filter(|c| !c.is_whitespace()).collect();
    let rest = rest.split_whitespace().next()?.trim_matches(['(', ')']);
    let known = labels.iter().any(|known| label == *known || label.ends_with(known));
    (known && rest.chars().count() >= 2).then(|| rest.to_owned())
}

/// The enterprise that the lines above the header name.
#[must_use]
pub fn enterprise(lines: &[String]) -> Option<String> {
    let told = lines.iter().find_map(|line| labelled(line, ENTERPRISE));
    told.filter(|name| is_enterprise(name)).or_else(|| lines.iter().find_map(|line| named(line)))
}

fn is_enterprise(name: &str) -> bool {
    let n = name.chars().count();
    (4..=60).contains(&n) && ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// `某某机床厂退休人员花名册` names an enterprise, `青山街道退休人员花名册` none.
fn named(line: &str) -> Option<String> {
    let plain: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let first = AFTER.iter().filter_map(|word| plain.find(word)).min()?;
    let name = plain[..first].trim_start_matches(|c: char| c.is_ascii_digit() || c == '年');
    let name = name.rsplit_once("关于").map_or(name, |(_, name)| name);
    is_enterprise(name).then(|| name.to_owned())
}

/// The community that the lines above the header name.
#[must_use]
pub fn station(lines: &[String]) -> Option<String> {
    lines.iter().find_map(|line| labelled(line, STATION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_enterprise_of_a_title_is_told_from_its_words() {
        let cases = [
            ("示范市机床厂退休人员花名册", Some("示范市机床厂")),
            ("东方纺织有限公司企业退休人员移交名册", Some("东方纺织有限公司")),
            ("2026年  红星五金厂 退休人员信息表", Some("红星五金厂")),
            ("单位名称：示范市第一机床厂　　填表日期：2026年5月", Some("示范市第一机床厂")),
            ("企业退休人员基本信息表", None),
            ("青山街道退休人员花名册", None),
            ("填报单位：青山街道", None),
        ];
        for (line, name) in cases {
            assert_eq!(enterprise(&[line.to_owned()]).as_deref(), name, "{line}");
        }
        assert_eq!(station(&["社区名称：松涛社区".to_owned()]).as_deref(), Some("松涛社区"));
    }
}

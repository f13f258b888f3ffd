//! Words that offices write where the standards have codes.

use rules::facts::{Away, Mark};

use super::columns::Col;
use crate::registry::codes::{self, Code};

/// The code that a text in a column says.
#[must_use]
pub fn word_of(col: Col, text: &str) -> Option<&'static str> {
    let (table, also): (&[Code], &[Code]) = match col {
        Col::IdKind => (codes::ID_KINDS, ID_KINDS),
        Col::Sex => (codes::SEXES, SEXES),
        Col::Ethnic => (codes::ETHNIC, &[]),
        Col::Political => (codes::POLITICAL, POLITICAL),
        Col::Education => (codes::EDUCATION, EDUCATION),
        Col::Marital => (codes::MARITAL, MARITAL),
        Col::Retirement => (codes::RETIREMENTS, RETIREMENTS),
        Col::Management => (codes::MANAGEMENT, &[]),
        Col::Away => return away(text).map(Away::code),
        _ => (codes::RELATIONS, RELATIONS),
    };
    code_of(table, also, text)
}

pub const ID_KINDS: &[Code] = &[
    ("resident", "身份证"),
    ("resident", "公民身份证"),
    ("resident", "01"),
    ("hkmotw", "港澳居民居住证"),
    ("hkmotw", "台湾居民居住证"),
    ("foreign", "外国人永久居留证"),
    ("other", "其他"),
    ("other", "无"),
];
pub const SEXES: &[Code] = &[("1", "男性"), ("2", "女性"), ("1", "M"), ("2", "F"), ("9", "未知")];
pub const POLITICAL: &[Code] = &[
    ("01", "党员"),
    ("01", "中共"),
    ("01", "共产党员"),
    ("02", "预备党员"),
    ("03", "团员"),
    ("12", "无党派人士"),
    ("12", "无党派"),
    ("13", "一般群众"),
    ("13", "普通群众"),
];
pub const EDUCATION: &[Code] = &[
    ("11", "博士研究生"),
    ("12", "硕士研究生"),
    ("12", "研究生"),
    ("21", "大学本科"),
    ("21", "本科"),
    ("31", "大学专科"),
    ("31", "大学专科和专科学校"),
    ("31", "专科"),
    ("40", "中等专科"),
    ("40", "中师"),
    ("50", "技工学校"),
    ("61", "普通高中"),
    ("62", "职业高中"),
    ("70", "普通初中"),
    ("90", "半文盲"),
    ("90", "文盲或半文盲"),
];
pub const MARITAL: &[Code] = &[
    ("2", "初婚"),
    ("2", "再婚"),
    ("2", "复婚"),
    ("2", "有配偶"),
    ("3", "丧偶未再婚"),
    ("4", "离异"),
    ("1", "10"),
    ("2", "20"),
    ("2", "21"),
    ("2", "22"),
    ("2", "23"),
    ("3", "30"),
    ("4", "40"),
];
pub const RETIREMENTS: &[Code] = &[
    ("2", "退休"),
    ("2", "正常"),
    ("2", "到龄退休"),
    ("4", "病退"),
    ("4", "因病提前退休"),
    ("5", "特殊工种"),
    ("5", "特殊工种提前退休"),
    ("6", "工伤提前退休"),
    ("9", "弹性提前退休"),
    ("9", "提前退休"),
];
pub const RELATIONS: &[Code] = &[
    ("spouse", "夫妻"),
    ("spouse", "丈夫"),
    ("spouse", "妻子"),
    ("spouse", "老伴"),
    ("son", "子"),
    ("daughter", "女"),
    ("father", "父"),
    ("mother", "母"),
    ("grandchild", "孙子"),
    ("grandchild", "孙女"),
    ("grandchild", "外孙"),
    ("sibling", "兄"),
    ("sibling", "弟"),
    ("sibling", "姐"),
    ("sibling", "妹"),
    ("sibling", "姐妹"),
    ("sibling", "兄弟"),
    ("nephew", "侄子"),
    ("nephew", "外甥"),
];

/// The code that a text says: the code itself, its name, or a word used for it.
#[must_use]
pub fn code_of(table: &[Code], also: &[Code], text: &str) -> Option<&'static str> {
    let same = |(code, name): &&Code| *code == text || *name == text;
    if let Some((code, _)) = table.iter().find(same) {
        return Some(code);
    }
    if let Some((code, _)) = also.iter().find(|(_, word)| *word == text) {
        return Some(code);
    }
    // 汉 for 汉族, 1 for 01.
    let longer = |(code, name): &&Code| {
        name.strip_suffix('族') == Some(text) || code.strip_prefix('0') == Some(text)
    };
    table.iter().find(longer).map(|(code, _)| *code)
}

/// What a word among the special groups says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Known(Mark),
    Nothing,
    Unknown,
}

const MARKS: &[(&str, Mark)] = &[
    ("孤寡", Mark::Alone),
    ("鳏寡", Mark::Alone),
    ("孤老", Mark::Alone),
    ("重病", Mark::Ill),
    ("大病", Mark::Ill),
    ("特困", Mark::Poor),
    ("低保", Mark::Poor),
    ("困难", Mark::Poor),
    ("高龄", Mark::Aged),
    ("建国前", Mark::BeforePrc),
    ("新中国成立前", Mark::BeforePrc),
    ("劳模", Mark::Model),
    ("劳动模范", Mark::Model),
    ("独居", Mark::LivesAlone),
    ("伤残", Mark::Disabled),
    ("残疾", Mark::Disabled),
    ("工残", Mark::Disabled),
];

#[must_use]
pub fn mark(word: &str) -> Said {
    if matches!(word, "无" | "否" | "没有" | "正常" | "一般" | "不是" | "-") {
        return Said::Nothing;
    }
    if let Some(mark) = Mark::from_code(word) {
        return Said::Known(mark);
    }
    // 「非独居」 is not 「独居」.
    let negated = word.starts_with(['非', '不', '无']);
    let known = MARKS.iter().find(|(part, _)| !negated && word.contains(part));
    known.map_or(Said::Unknown, |(_, mark)| Said::Known(*mark))
}

#[must_use]
pub fn away(text: &str) -> Option<Away> {
    let named = Away::ALL.iter().find(|away| away.name() == text);
    if let Some(away) = named.copied().or_else(|| Away::from_code(&text.to_ascii_lowercase())) {
        return Some(away);
    }
    Some(match text {
        "统筹地区内" | "本市" | "本区" | "常住" | "常住本地" | "否" => Away::Here,
        "省内非统筹地区" | "省内" | "本省" | "省内外市" => Away::InProvince,
        "跨省" | "省外" | "外地（省外）" => Away::OtherProvince,
        "国外" | "港澳台" | "国（境）外" => Away::Abroad,
        _ => return None,
    })
}

/// The column of a field that the registry refused.
#[must_use]
pub fn column_of(field: &str) -> Col {
    match field {
        "id_number" => Col::Identity,
        "enterprise_name" => Col::Enterprise,
        "pension_fen" => Col::Pension,
        other => Col::from_key(other).unwrap_or(Col::Identity),
    }
}

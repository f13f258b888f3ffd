//! The columns of visits that were noted on paper, and the words in them.

use rules::facts::Way;
use sheets::{Content, Field, Need};

use super::Outcome;

/// Visits on paper.
pub const VISITS: &[Field] = &[
    Field {
        content: Content::Name,
        required: Need::Required,
        ..Field::new(
            "name",
            "姓名",
            &[
                "退休人员姓名",
                "退休人员",
                "老人姓名",
                "走访对象",
                "被走访人",
                "慰问对象",
                "人员姓名",
                "AAC003",
            ],
        )
    },
    Field {
        content: Content::Identity,
        ..Field::new(
            "identity",
            "证件号码",
            &[
                "身份证号",
                "身份证号码",
                "公民身份号码",
                "身份证",
                "走访对象身份证号",
                "社会保障号码",
                "AAC147",
                "AAC002",
            ],
        )
    },
    Field {
        content: Content::Date,
        required: Need::Required,
        ..Field::new(
            "on",
            "走访日期",
            &[
                "走访时间",
                "日期",
                "时间",
                "慰问日期",
                "慰问时间",
                "探访日期",
                "家访日期",
                "入户日期",
            ],
        )
    },
    Field::new(
        "way",
        "走访方式",
        &["方式", "走访形式", "形式", "联系方式", "探访方式", "走访类型", "入户方式"],
    ),
    Field::new("outcome", "走访结果", &["结果", "是否见到", "是否见面", "是否联系上", "见面情况"]),
    Field::new(
        "visitor",
        "走访人",
        &["走访人员", "走访人姓名", "经办人", "走访干部", "慰问人", "探访人", "工作人员"],
    ),
    Field::new(
        "note",
        "走访情况",
        &["走访记录", "走访内容", "情况", "情况记录", "身体状况", "慰问情况", "备注", "情况说明"],
    ),
    Field::new(
        "need",
        "需要的帮助",
        &["困难诉求", "诉求", "需求", "困难和需求", "存在困难", "服务需求"],
    ),
];

/// The way that a word says.
#[must_use]
pub fn way(text: &str) -> Option<Way> {
    if let Some(way) = Way::from_code(text) {
        return Some(way);
    }
    const WORDS: &[(&str, Way)] = &[
        ("电话", Way::Telephone),
        ("电访", Way::Telephone),
        ("微信", Way::Telephone),
        ("视频", Way::Telephone),
        ("邻居", Way::Neighbour),
        ("组长", Way::Neighbour),
        ("亲属", Way::Relative),
        ("家属", Way::Relative),
        ("子女", Way::Relative),
        ("公安", Way::Police),
        ("派出所", Way::Police),
        ("到站", Way::Office),
        ("来站", Way::Office),
        ("来访", Way::Office),
        ("窗口", Way::Office),
        ("上门", Way::Home),
        ("入户", Way::Home),
        ("家访", Way::Home),
        ("走访", Way::Home),
        ("慰问", Way::Home),
        ("探望", Way::Home),
    ];
    WORDS.iter().find(|(word, _)| text.contains(word)).map(|(_, way)| *way)
}

/// Whether anybody was met, as a word says.
#[must_use]
pub fn outcome(text: &str) -> Option<Outcome> {
    if let Some(outcome) = Outcome::from_code(text) {
        return Some(outcome);
    }
    const MISSED: &[&str] = &[
        "未见",
        "没见",
        "未联系",
        "联系不上",
        "无人",
        "不在家",
        "未遇",
        "未果",
        "空号",
        "无法接通",
    ];
    const MET: &[&str] =
        &["已见", "见到", "见面", "联系上", "已联系", "正常", "良好", "完成", "已走访", "在家"];
    if MISSED.iter().any(|word| text.contains(word)) {
        return Some(Outcome::NotReached);
    }
    if MET.iter().any(|word| text.contains(word)) {
        return Some(Outcome::Met);
    }
    let said = sheets::clean::yes_no(text)?;
    Some(if said { Outcome::Met } else { Outcome::NotReached })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_on_paper_say_way_and_outcome() {
        let ways = [
            ("上门走访", Some(Way::Home)),
            ("入户", Some(Way::Home)),
            ("电话走访", Some(Way::Telephone)),
            ("微信视频", Some(Way::Telephone)),
            ("本人来站", Some(Way::Office)),
            ("向邻居了解", Some(Way::Neighbour)),
            ("home", Some(Way::Home)),
            ("其他", None),
        ];
        for (text, way_) in ways {
            assert_eq!(way(text), way_, "{text}");
        }
        let outcomes = [
            ("已见到本人", Some(Outcome::Met)),
            ("未见到", Some(Outcome::NotReached)),
            ("家中无人", Some(Outcome::NotReached)),
            ("不在家", Some(Outcome::NotReached)),
            ("在家", Some(Outcome::Met)),
            ("是", Some(Outcome::Met)),
            ("否", Some(Outcome::NotReached)),
            ("？", None),
        ];
        for (text, said) in outcomes {
            assert_eq!(outcome(text), said, "{text}");
        }
    }
}

//! The figures of a monthly report: what each is called, how it is counted, what its rows are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rules::duties::Rule;
use rules::facts::{CertifiedBy, Mark, Way};

use crate::codes::name_of;
use crate::registry::codes::MANAGEMENT;

/// A figure of the report. Its value is the number of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The stable name, in addresses, in the API and in what is frozen.
    pub id: String,
    /// What people read.
    pub name: String,
    pub unit: &'static str,
    pub part: Part,
    pub rows: Rows,
    /// How it is counted, in one sentence.
    pub how: String,
}

/// The parts of a report, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Passages,
    Makeup,
    Visits,
    Events,
    Duties,
}

/// What the rows of a figure are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    People,
    Facts,
    Visits,
    Duties,
}

impl Part {
    pub const ALL: &[Self] =
        &[Self::Passages, Self::Makeup, Self::Visits, Self::Events, Self::Duties];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passages => "人员增减",
            Self::Makeup => "期末人员构成",
            Self::Visits => "走访",
            Self::Events => "认证、办卡和了解到的情况",
            Self::Duties => "应办事项",
        }
    }
}

/// 高龄、孤寡、重病、特困、新中国成立前参加工作、劳模.
pub const SPECIAL: &[Mark] =
    &[Mark::Aged, Mark::Alone, Mark::Ill, Mark::Poor, Mark::BeforePrc, Mark::Model];

/// Ages that are counted, the younger first.
pub const AGES: [i64; 2] = [70, 80];

/// The ways by which the retiree was met or spoken to; other ways only tell of them.
pub const REACHING: &[Way] = &[Way::Home, Way::Telephone, Way::Entrusted, Way::Office];

/// What has become of the duties of a rule, with its name and how it is counted.
pub const OUTCOMES: &[(&str, &str, &str)] = &[
    ("due", "应办", "期限在本月内的事项（到统计时已不再需要的除外）"),
    ("on_time", "按期办结", "期限在本月内，月底以前办结且没有超过期限的事项"),
    ("late", "逾期办结", "期限在本月内，超过期限但在月底以前办结的事项"),
    ("undone", "未办", "期限在本月内，到月底仍没有办结的事项"),
    ("caught_up", "补办往月", "期限在以前月份，本月补办的事项"),
    ("missed", "本月错过", "过了补办期仍没有办，在本月记为错过的事项"),
];

/// Every figure, in the order of the report.
pub static ALL: LazyLock<Vec<Figure>> = LazyLock::new(|| {
    let mut all = passages();
    all.extend(makeup());
    all.extend(visits());
    all.extend(events());
    all.extend(duties());
    all
});

static BY_ID: LazyLock<BTreeMap<&'static str, &'static Figure>> =
    LazyLock::new(|| ALL.iter().map(|figure| (figure.id.as_str(), figure)).collect());

/// The figure with this name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Figure> {
    BY_ID.get(id).copied()
}

/// The figures of a part.
pub fn of_part(part: Part) -> impl Iterator<Item = &'static Figure> {
    ALL.iter().filter(move |figure| figure.part == part)
}

/// The lines of the part about duties: all together, then rule by rule.
#[must_use]
pub fn owed() -> Vec<(&'static str, &'static str)> {
    let rules = Rule::ALL.iter().map(|rule| (rule.id(), rule.name()));
    std::iter::once(("all", "合计")).chain(rules).collect()
}

/// The name of the figure of a rule (or `all`) and an outcome.
#[must_use]
pub fn duty(rule: &str, outcome: &str) -> String {
    format!("duty.{rule}.{outcome}")
}

impl Figure {
    fn new((id, name): (&str, &str), part: Part, rows: Rows, how: &str) -> Self {
        let unit = match rows {
            Rows::People => "人",
            Rows::Visits => "人次",
            Rows::Duties => "件",
            Rows::Facts if part == Part::Passages => "人",
            Rows::Facts => "人次",
        };
        let (id, name) = (id.to_owned(), name.to_owned());
        Self { id, name, unit, part, rows, how: how.to_owned() }
    }

    /// Whether a later count may be set beside a frozen one. The form of management has no day of
    /// change, so that a later change would look like a mistake of then.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        !self.id.starts_with("form.")
    }

    /// The ledger that lists the visits of this figure: way and outcome of its filter.
    #[must_use]
    pub fn ledger(&self) -> Option<(&str, &'static str)> {
        if self.part != Part::Visits || self.rows != Rows::Visits {
            return None;
        }
        match self.id.as_str() {
            "visit.met" => Some(("", "met")),
            "visit.vain" => Some(("", "not_reached")),
            id => {
                let way = id.strip_prefix("visit.").and_then(Way::from_code);
                way.map(|way| (way.code(), "met"))
            }
        }
    }
}

fn passages() -> Vec<Figure> {
    let fact =
        |id: &str, name: &str, how: &str| Figure::new((id, name), Part::Passages, Rows::Facts, how);
    let person = |id: &str, name: &str, how: &str| {
        Figure::new((id, name), Part::Passages, Rows::People, how)
    };
    vec![
        person("start", "期初在管", "上月最后一日由本社区站服务的退休人员"),
        fact("taken_in", "新纳入", "本月内纳入社区管理的退休人员，含转出后重新纳入的"),
        fact("moved_in", "转入", "本月内由其他社区站转入的退休人员"),
        fact("moved_out", "转出到其他社区", "本月内转到其他社区站的退休人员"),
        fact("left", "转出本地", "本月内登记转出、不再由本地管理的退休人员"),
        fact("died", "去世", "本月内去世的退休人员，按去世日期计"),
        person("end", "期末在管", "本月最后一日（未满月的到统计当日）由本社区站服务的退休人员"),
    ]
}

fn makeup() -> Vec<Figure> {
    let person =
        |id: &str, name: &str, how: &str| Figure::new((id, name), Part::Makeup, Rows::People, how);
    let mut all = Vec::new();
    for (code, name) in MANAGEMENT {
        let how = format!("期末在管人员中，统计时登记的管理形式为“{name}”的");
        all.push(person(&format!("form.{code}"), name, &how));
    }
    all.push(person("form.none", "管理形式未填", "期末在管人员中，没有登记管理形式的"));
    for mark in SPECIAL {
        let name = match mark {
            Mark::Aged => "高龄",
            Mark::Alone => "孤寡",
            other => other.name(),
        };
        let how = format!("期末在管人员中，已列入“{}”的", mark.name());
        all.push(person(&format!("mark.{}", mark.code()), name, &how));
    }
    let how = "期末在管人员中，列入六类特殊群体之一的，一人只计一次";
    all.push(person("special", "特殊群体人数", how));
    for age in AGES {
        let how = format!("期末在管人员中，到统计之日已满{age}周岁的");
        all.push(person(&format!("age.{age}"), &format!("{age}岁以上"), &how));
    }
    all.push(person("away", "居住外地", "期末在管人员中，居住地在省内异地、外省或境外的"));
    all
}

fn visits() -> Vec<Figure> {
    let visit =
        |id: &str, name: &str, how: &str| Figure::new((id, name), Part::Visits, Rows::Visits, how);
    let person =
        |id: &str, name: &str, how: &str| Figure::new((id, name), Part::Visits, Rows::People, how);
    let mut all =
        vec![visit("visit.met", "走访合计", "走访日期在本月、见到或联系上的走访，作废的除外")];
    for way in Way::ALL {
        let how = format!("走访合计中，方式为“{}”的", way.name());
        all.push(visit(&format!("visit.{}", way.code()), &format!("其中{}", way.name()), &how));
    }
    all.extend([
        visit("visit.dependants", "走访供养亲属", "走访合计中，看望供养直系亲属的"),
        visit("visit.households", "慰问亡故家庭", "走访合计中，看望亡故人员家属的"),
        visit("visit.vain", "未联系上", "走访日期在本月、没有联系上的走访，作废的除外"),
        person(
            "people.visited",
            "走访到的人数",
            "本月内上门、电话、委托走访或到站见到本人的退休人员，一人只计一次",
        ),
        person(
            "people.unreached",
            "未联系上的人数",
            "本月内找过而始终没有见到或联系上本人的退休人员，一人只计一次",
        ),
    ]);
    all
}

fn events() -> Vec<Figure> {
    let of = |(id, name): (&str, &str), rows: Rows, how: &str| {
        Figure::new((id, name), Part::Events, rows, how)
    };
    let mut all = vec![
        of(
            ("evidence", "有生存依据的人数"),
            Rows::People,
            "本月内见到本人、通话或认证而得到生存依据的退休人员，一人只计一次",
        ),
        of(("certified", "资格认证"), Rows::Facts, "认证日期在本月的资格认证"),
    ];
    for by in CertifiedBy::ALL {
        let (id, name) = (format!("certified.{}", by.code()), format!("其中{}", by.name()));
        let how = format!("资格认证中，以“{}”完成的", by.name());
        all.push(of((&id, &name), Rows::Facts, &how));
    }
    let facts = [
        ("card_issued", "发放联系卡", "发卡日期在本月的联系卡"),
        ("senior_card_settled", "老年人优惠证卡办理", "本月内有办理结果的老年人优惠证、卡"),
        ("hospitalised", "重病住院", "本月内得知的重病住院"),
        ("hardship", "特殊变故、生活困难", "本月内得知的家庭特殊变故、生活困难"),
        ("mark_set", "列入特殊群体等标记", "本月内新列入各类标记的人次"),
        ("mark_ended", "退出特殊群体等标记", "本月内退出各类标记的人次"),
    ];
    all.extend(facts.map(|(id, name, how)| of((id, name), Rows::Facts, how)));
    all.extend([
        of(("needs_help", "需要帮助"), Rows::Visits, "本月走访中，登记为需要帮助的"),
        of(("said_dead", "听说已去世"), Rows::Visits, "本月走访中，得知已去世、有待登记的"),
    ]);
    all
}

fn duties() -> Vec<Figure> {
    let mut all = Vec::new();
    for (rule, name) in owed() {
        for (outcome, words, how) in OUTCOMES {
            let name = format!("{name}：{words}");
            let id = duty(rule, outcome);
            all.push(Figure::new((&id, &name), Part::Duties, Rows::Duties, how));
        }
    }
    all
}

/// The figure of a form of management; what is not filled in has one of its own.
#[must_use]
pub fn form(code: &str) -> String {
    let known = name_of(MANAGEMENT, code) != code;
    format!("form.{}", if known { code } else { "none" })
}

//! 能导入的名单：每种有哪些列，由管它的那一间说明；认列、试算、写入、撤销走同一条路。

use kernel::Deed;
use rules::facts::Mark;
use serde::{Deserialize, Serialize};
use sheets::{Field, Need};

use super::columns::FIELDS as ROSTER;
use crate::archives::sheet::ARCHIVES;
use crate::deeds;
use crate::orgs::enterprises::sheet::ENTERPRISES;
use crate::people::sheet::{PHONES, RELATIVES, SPECIAL};
use crate::visits::sheet::VISITS;

/// A kind of list that can be handed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Retirees themselves.
    #[default]
    Roster,
    /// Relatives, contacts and dependants of retirees who are registered.
    Relatives,
    /// Visits that were noted on paper.
    Visits,
    /// New telephone numbers.
    Phones,
    /// A list of another department about a special group, to be compared.
    Special,
    /// Enterprises, where retirees come from.
    Enterprises,
    /// The roster of a batch that is handed over: reviewed first, registered later.
    Handover,
    /// Personnel files that lie at a body already.
    Archives,
}

impl Kind {
    pub const ALL: &'static [Self] = &[
        Self::Roster,
        Self::Relatives,
        Self::Visits,
        Self::Phones,
        Self::Special,
        Self::Enterprises,
        Self::Handover,
        Self::Archives,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Relatives => "relatives",
            Self::Visits => "visits",
            Self::Phones => "phones",
            Self::Special => "special",
            Self::Enterprises => "enterprises",
            Self::Handover => "handover",
            Self::Archives => "archives",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Roster => "退休人员名册",
            Self::Relatives => "亲属和联系人",
            Self::Visits => "纸质走访记录",
            Self::Phones => "电话变更",
            Self::Special => "特殊群体名单比对",
            Self::Enterprises => "企业名录",
            Self::Handover => "移交名册",
            Self::Archives => "在库人事档案",
        }
    }

    /// What it is for, and which columns it needs.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Roster => "登记新移交的人，更新已登记的人；要有姓名、证件号码",
            Self::Relatives => "一行一位亲属；要有退休人员姓名、亲属姓名、关系，最好有证件号码",
            Self::Visits => "一行一次走访；要有姓名、走访日期，最好有证件号码",
            Self::Phones => "要有姓名、新电话，最好有证件号码",
            Self::Enterprises => "要有企业名称，最好有统一社会信用代码",
            Self::Handover => {
                "从移交批次的页面导入：先进入批次待审核，社区接收后才登记；要有姓名、证件号码"
            }
            Self::Archives => "本机构库房里已有的档案，一行一份；要有姓名，最好有证件号码、盒号",
            Self::Special => {
                "残联、民政等部门的名单，与本辖区比对：哪些人要补标记，哪些人不在册，哪些人名单上没有"
            }
        }
    }

    /// Its columns.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Roster | Self::Handover => ROSTER,
            Self::Relatives => RELATIVES,
            Self::Visits => VISITS,
            Self::Phones => PHONES,
            Self::Special => SPECIAL,
            Self::Enterprises => ENTERPRISES,
            Self::Archives => ARCHIVES,
        }
    }

    /// What else one must be allowed beside importing.
    #[must_use]
    pub const fn deed(self) -> Deed {
        match self {
            Self::Roster => deeds::PEOPLE_ENTER,
            Self::Visits => deeds::VISITS_RECORD,
            Self::Relatives | Self::Phones | Self::Special => deeds::PEOPLE_CHANGE,
            Self::Enterprises => deeds::ENTERPRISES_CHANGE,
            Self::Handover => deeds::HANDOVER_REVIEW,
            Self::Archives => deeds::ARCHIVES_KEEP,
        }
    }

    /// The columns without which nothing can be done.
    pub fn required(self) -> impl Iterator<Item = &'static Field> {
        self.fields().iter().filter(|field| field.required == Need::Required)
    }

    /// The columns that are needed, in words.
    #[must_use]
    pub fn needed(self) -> String {
        self.required().map(|field| format!("“{}”", field.title)).collect()
    }

    /// Its field with this key.
    #[must_use]
    pub fn field(self, key: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.key == key)
    }

    /// Whether columns that are no field of ours are kept beside.
    #[must_use]
    pub const fn keeps_more(self) -> bool {
        self.is_roster()
    }

    /// Whether a row is a retiree as the registry keeps one.
    #[must_use]
    pub const fn is_roster(self) -> bool {
        matches!(self, Self::Roster | Self::Handover)
    }

    /// What is written or was, in words: so many new, so many updated.
    #[must_use]
    pub fn what_comes(self, (new, updated): (u64, u64)) -> String {
        match self {
            Self::Roster => format!("新增 {new} 人，更新 {updated} 人"),
            Self::Handover => format!("放入批次 {new} 人，更正 {updated} 人"),
            Self::Relatives => format!("新增亲属 {new} 位，更新 {updated} 位"),
            Self::Visits => format!("登记走访 {new} 次"),
            Self::Phones => format!("更新 {updated} 人的电话"),
            Self::Special => format!("为 {updated} 人补标记"),
            Self::Enterprises => format!("新增企业 {new} 家，更新 {updated} 家"),
            Self::Archives => format!("档案入库 {new} 份"),
        }
    }

    /// What is counted as new.
    #[must_use]
    pub const fn new_words(self) -> &'static str {
        match self {
            Self::Relatives => "新增亲属",
            Self::Visits => "新登记走访",
            Self::Enterprises => "新增企业",
            Self::Handover => "放入批次",
            Self::Archives => "档案入库",
            _ => "新增",
        }
    }

    /// What is counted as updated.
    #[must_use]
    pub const fn updated_words(self) -> &'static str {
        match self {
            Self::Relatives => "更新亲属",
            Self::Phones => "更新电话",
            Self::Special => "补标记",
            Self::Enterprises => "更新企业",
            Self::Handover => "更正",
            _ => "更新",
        }
    }

    /// Whether rows speak of people.
    #[must_use]
    pub const fn is_of_people(self) -> bool {
        !matches!(self, Self::Enterprises)
    }

    /// Whether rows are compared by a mark.
    #[must_use]
    pub const fn compares(self) -> bool {
        matches!(self, Self::Special)
    }
}

/// The title of a field of any kind.
#[must_use]
pub fn key_of(code: &str) -> Option<&'static str> {
    Kind::ALL.iter().find_map(|kind| kind.field(code)).map(|field| field.key)
}

/// The special group that the lines above a header name, if they name just one.
#[must_use]
pub fn group_in(lines: &[String]) -> Option<Mark> {
    let mut named = Mark::ALL.iter().copied().filter(|mark| {
        lines.iter().any(|line| super::words::mark(line) == super::words::Said::Known(*mark))
    });
    named.next().filter(|_| named.next().is_none())
}

/// The column of a field of a relative that was refused.
#[must_use]
pub fn of_relative(field: &str) -> &str {
    match field {
        "name" => "relative",
        "id_number" => "relative_identity",
        "born_on" => "relative_born_on",
        "phone" => "relative_phone",
        "address" => "relative_address",
        other => other,
    }
}

/// The column of a field of a visit that was refused.
#[must_use]
pub fn of_visit(field: &str) -> &str {
    match field {
        "about" | "findings" => "name",
        other => other,
    }
}

//! The columns of each list, and what stands in them.

use jiff::civil::Date;
use rules::duties::State;
use rules::facts::Away;
use sheets::{ColumnOut, KindOut};

use super::export_masks::{Masks, number, shows_birth, telephone};
use crate::codes::name_of;
use crate::duties::{lists, shown};
use crate::people::roll;
use crate::registry::codes;
use crate::visits::ledger::settled_names;
use crate::visits::pages::{outcome_name, way_name, whom};
use crate::visits::{Visit, report};

/// A column that can be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub key: &'static str,
    /// As the roster calls it, so that what was exported can be imported again.
    pub title: &'static str,
    pub width: u16,
    pub kind: KindOut,
    /// Chosen unless others are.
    pub usual: bool,
}

impl Column {
    /// As it is written, under the receiver's own title if there is one.
    #[must_use]
    pub fn out(self, title: &str) -> ColumnOut {
        let title = if title.is_empty() { self.title } else { title };
        ColumnOut { title: title.to_owned(), width: self.width, kind: self.kind }
    }
}

macro_rules! columns {
    ($($name:ident {
        $($key:literal $title:literal $width:literal $kind:ident $usual:literal,)+
    })+) => {
        $(
            /// The columns, in their order.
            pub const $name: &[Column] = &[$(Column {
                key: $key,
                title: $title,
                width: $width,
                kind: KindOut::$kind,
                usual: $usual,
            }),+];
        )+
    };
}

columns! {
    PEOPLE {
        "name" "姓名" 12 Text true,
        "sex" "性别" 6 Text true,
        "ethnic" "民族" 10 Text false,
        "born_on" "出生日期" 12 Day true,
        "archive_born_on" "档案出生日期" 14 Day false,
        "id_kind" "证件类型" 14 Text false,
        "id_number" "身份证号" 21 Text true,
        "insurance_no" "个人编号" 16 Text false,
        "political" "政治面貌" 12 Text false,
        "education" "文化程度" 10 Text false,
        "marital" "婚姻状况" 10 Text false,
        "enterprise_name" "原工作单位" 28 Text true,
        "retired_on" "退休日期" 12 Day false,
        "retirement_kind" "退休类别" 14 Text false,
        "pension" "养老金（元/月）" 14 Money false,
        "pension_from" "待遇开始年月" 14 Day false,
        "marks" "特殊人员" 18 Text true,
        "hukou_address" "户口所在地" 30 Text false,
        "address" "常住地" 30 Text true,
        "phone2" "常住地电话" 16 Text false,
        "phone" "手机号码" 14 Text true,
        "away" "居住地类别" 12 Text false,
        "away_place" "异地居住地" 24 Text false,
        "station" "所属社区" 18 Text true,
        "taken_in_on" "移交日期" 12 Day true,
        "management" "管理形式" 14 Text true,
        "status" "在管状态" 10 Text false,
        "died_on" "登记死亡日期" 12 Day false,
        "left_on" "登记转出日期" 12 Day false,
        "last_contact_on" "最近联系日期" 14 Day true,
        "evidence_on" "最近生存依据日期" 18 Day false,
    }
    VISITS {
        "on_day" "走访日期" 12 Day true,
        "name" "姓名" 12 Text true,
        "whom" "对象" 10 Text true,
        "station" "所属社区" 18 Text true,
        "way" "方式" 10 Text true,
        "outcome" "结果" 12 Text true,
        "findings" "了解到的情况" 24 Text true,
        "settled" "办结事项" 24 Text true,
        "visitor" "走访人" 12 Text true,
        "entered_on" "录入日期" 12 Day true,
        "void_reason" "作废原因" 16 Text true,
    }
    DUTIES {
        "name" "姓名" 12 Text true,
        "rule" "事项" 22 Text true,
        "station" "所属社区" 18 Text true,
        "owner" "由谁办" 10 Text true,
        "opens_on" "起始" 12 Day true,
        "due_on" "期限" 12 Day true,
        "state" "状态" 12 Text true,
        "ended_on" "办结日期" 12 Day true,
        "entered_on" "登记日期" 12 Day true,
    }
    ARCHIVES {
        "name" "姓名" 12 Text true,
        "station" "所属社区" 18 Text true,
        "number" "档案号" 16 Text true,
        "holder" "保管机构" 24 Text true,
        "box" "盒号" 16 Text true,
        "state" "状态" 12 Text true,
        "volumes" "册数" 8 Int true,
        "pages" "页数" 8 Int true,
        "arrived_on" "到库日期" 12 Day true,
        "borrower" "借阅人或转往机构" 22 Text true,
        "due_on" "应还日期" 12 Day true,
        "seen_on" "最近盘点日期" 14 Day true,
        "note" "备注" 24 Text true,
    }
    CARDS {
        "name" "姓名" 12 Text true,
        "station" "发卡社区" 18 Text true,
        "number" "卡号" 16 Text true,
        "state" "状态" 12 Text true,
        "printed_on" "印卡日期" 12 Day true,
        "issued_on" "发放日期" 12 Day true,
        "ended_on" "作废日期" 12 Day true,
        "note" "作废原因" 24 Text true,
    }
    LETTERS {
        "name" "姓名" 12 Text true,
        "station" "支部所在社区" 18 Text true,
        "number" "介绍信字号" 16 Text true,
        "issuer" "开出的党组织" 24 Text true,
        "branch" "转往支部" 20 Text true,
        "issued_on" "开出日期" 12 Day true,
        "valid_until" "有效期至" 12 Day true,
        "state" "状态" 12 Text true,
        "answered_on" "回执日期" 12 Day true,
        "note" "退回原因" 24 Text true,
    }
    HANDED {
        "name" "姓名" 12 Text true,
        "batch" "移交批次" 20 Text true,
        "enterprise" "移交单位" 28 Text true,
        "target" "接收社区" 18 Text true,
        "state" "办到哪一步" 14 Text true,
        "file" "档案" 10 Text true,
        "pages" "档案页数" 10 Int true,
        "entered_on" "录入日期" 12 Day true,
        "changed_on" "最近变动日期" 14 Day true,
        "reason" "说明" 24 Text true,
    }
    BATCHES {
        "number" "批次号" 20 Text true,
        "enterprise" "移交单位" 28 Text true,
        "handed_by" "由谁移交" 14 Text true,
        "hander" "移交方名称" 24 Text true,
        "opened_on" "开批次日期" 12 Day true,
        "plan_people" "计划人数" 10 Int true,
        "plan_files" "计划档案" 10 Int true,
        "people" "名册人数" 10 Int true,
        "accepted" "社区接收人数" 14 Int true,
        "agreement_no" "协议书编号" 18 Text true,
        "agreement_on" "签订日期" 12 Day true,
        "agreement_until" "到期日" 12 Day true,
        "agreement_ended_on" "终止日期" 12 Day true,
        "state" "状态" 10 Text true,
        "closed_on" "办结日期" 12 Day true,
        "settlement" "差异处理" 28 Text true,
    }
    MOVES {
        "name" "姓名" 12 Text true,
        "from" "转出社区" 18 Text true,
        "to" "转入社区" 18 Text true,
        "reason" "原因" 24 Text true,
        "state" "状态" 14 Text true,
        "proposed_on" "提出日期" 12 Day true,
        "proposed_by" "提出人" 12 Text true,
        "decided_on" "确认日期" 12 Day true,
        "decided_by" "确认人" 12 Text true,
        "answer" "拒绝的原因" 24 Text true,
    }
}

fn day(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

/// Yuan as a spreadsheet types them.
fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// A cell of the list of retirees.
#[must_use]
pub fn person(key: &str, of: &roll::Listed, masks: Masks) -> String {
    let one = &of.person;
    let birth = |on: Option<Date>| if shows_birth(masks.number) { day(on) } else { String::new() };
    let coded = |table: &'static [codes::Code], code: &str| name_of(table, code).to_owned();
    match key {
        "name" => one.name.clone(),
        "sex" => coded(codes::SEXES, &one.sex),
        "ethnic" => coded(codes::ETHNIC, &one.ethnic),
        "born_on" => birth(one.born_on),
        "archive_born_on" => birth(one.archive_born_on),
        "id_kind" => coded(codes::ID_KINDS, &one.id_kind),
        "id_number" => number(&one.id_number, masks.number),
        "insurance_no" => number(&one.insurance_no, masks.number),
        "political" => coded(codes::POLITICAL, &one.political),
        "education" => coded(codes::EDUCATION, &one.education),
        "marital" => coded(codes::MARITAL, &one.marital),
        "enterprise_name" => one.enterprise_name.clone(),
        "retired_on" => day(one.retired_on),
        "retirement_kind" => coded(codes::RETIREMENTS, &one.retirement_kind),
        "pension" => one.pension_fen.map_or_else(String::new, yuan),
        "pension_from" => day(one.pension_from),
        "marks" => of.marks.iter().map(|mark| mark.name()).collect::<Vec<_>>().join("、"),
        "hukou_address" => one.hukou_address.clone(),
        "address" => one.address.clone(),
        "phone2" => telephone(&one.phone2, masks.phone),
        "phone" => telephone(&one.phone, masks.phone),
        "away" => Away::from_code(&one.away).map_or_else(String::new, |away| away.name().into()),
        "away_place" => one.away_place.clone(),
        "station" => of.station.clone(),
        "taken_in_on" => one.taken_in_on.to_string(),
        "management" => coded(codes::MANAGEMENT, &one.management),
        "status" => coded(codes::STATUSES, &one.status),
        "died_on" => day(one.died_on),
        "left_on" => day(one.left_on),
        "last_contact_on" => day(one.last_contact_on),
        "evidence_on" => day(one.evidence_on),
        _ => String::new(),
    }
}

/// A cell of the visit ledger; `station` is the name of the place.
#[must_use]
pub fn visit(key: &str, of: &Visit, station: &str) -> String {
    match key {
        "on_day" => of.on.to_string(),
        "name" => of.person_name.clone(),
        "whom" => whom(of).to_owned(),
        "station" => station.to_owned(),
        "way" => way_name(&of.way).to_owned(),
        "outcome" => outcome_name(&of.outcome).to_owned(),
        "findings" => report::findings_words(&of.findings).join("、"),
        "settled" => settled_names(&of.settled),
        "visitor" => of.visitor.clone(),
        "entered_on" => of.entered_on.to_string(),
        "void_reason" => of.void_reason.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// A cell of the list of duties.
#[must_use]
pub fn duty(key: &str, of: &lists::Listed, today: Date) -> String {
    let duty = &of.stored.duty;
    let (ended_on, entered_on) = match duty.state {
        State::Open => (None, None),
        State::Settled { on, entered_on, .. } => (Some(on), Some(entered_on)),
        State::Missed { on } | State::Lapsed { on, .. } => (Some(on), None),
    };
    match key {
        "name" if of.person_name.is_empty() => "已转出人员".to_owned(),
        "name" => of.person_name.clone(),
        "rule" => duty.rule.name().to_owned(),
        "station" => of.station_name.clone(),
        "owner" => duty.owner.name().to_owned(),
        "opens_on" => duty.opens_on.to_string(),
        "due_on" => duty.due_on.to_string(),
        "state" => shown::tag(duty, today).1,
        "ended_on" => day(ended_on),
        "entered_on" => day(entered_on),
        _ => String::new(),
    }
}

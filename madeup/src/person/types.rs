//! The kinds of things said of a person, with the codes and words of the office.

use jiff::civil::Date;

use crate::codes::Coded;

/// GB/T 2261.1
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    pub fn label(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::Male => Self::Female,
            Self::Female => Self::Male,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentityKind {
    /// 公民身份号码, 18 characters with a valid check character.
    Citizen,
    /// A passport of `ZZ`, which ISO 3166 gives to no country.
    Passport,
}

/// AAE147
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AwayKind {
    Here,
    SameProvince,
    OtherProvince,
    Abroad,
}

impl AwayKind {
    pub fn label(self) -> &'static str {
        match self {
            Self::Here => "统筹地区内",
            Self::SameProvince => "省内非统筹地区",
            Self::OtherProvince => "跨省",
            Self::Abroad => "境外",
        }
    }
}

/// AAE146
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Management {
    Community,
    Agency,
    Enterprise,
    Other,
}

impl Management {
    pub fn label(self) -> &'static str {
        match self {
            Self::Community => "社区管理",
            Self::Agency => "社保机构管理",
            Self::Enterprise => "依托企业管理",
            Self::Other => "其他",
        }
    }
}

/// GB/T 2261.2
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Marital {
    Unmarried,
    FirstMarriage,
    Remarried,
    Widowed,
    Divorced,
}

impl Marital {
    pub fn code(self) -> &'static str {
        match self {
            Self::Unmarried => "10",
            Self::FirstMarriage => "21",
            Self::Remarried => "22",
            Self::Widowed => "30",
            Self::Divorced => "40",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Unmarried => "未婚",
            Self::FirstMarriage => "初婚",
            Self::Remarried => "再婚",
            Self::Widowed => "丧偶",
            Self::Divorced => "离婚",
        }
    }

    pub fn has_spouse(self) -> bool {
        matches!(self, Self::FirstMarriage | Self::Remarried)
    }
}

/// AIC161; `Flexible` is the 弹性提前退休 possible since 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetirementKind {
    PreFounding,
    Normal,
    Illness,
    SpecialTrade,
    WorkInjury,
    Flexible,
}

impl RetirementKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::PreFounding => "0",
            Self::Normal => "2",
            Self::Illness => "4",
            Self::SpecialTrade => "5",
            Self::WorkInjury => "6",
            Self::Flexible => "9",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::PreFounding => "建国前老工人",
            Self::Normal => "正常退休",
            Self::Illness => "因病提前",
            Self::SpecialTrade => "特殊工种提前",
            Self::WorkInjury => "工伤提前",
            Self::Flexible => "弹性提前退休",
        }
    }
}

/// 特殊人员
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// 孤寡老人
    Lonely,
    /// 八十岁以上高龄
    Aged,
    /// 重病
    GravelyIll,
    /// 特困
    Destitute,
    /// 建国前参加工作
    PreFounding,
    /// 劳模
    ModelWorker,
    /// 独居
    LivesAlone,
    /// 特殊工种
    SpecialTrade,
}

impl Mark {
    pub fn label(self) -> &'static str {
        match self {
            Self::Lonely => "孤寡老人",
            Self::Aged => "八十岁以上高龄",
            Self::GravelyIll => "重病",
            Self::Destitute => "特困",
            Self::PreFounding => "建国前参加工作",
            Self::ModelWorker => "劳模",
            Self::LivesAlone => "独居",
            Self::SpecialTrade => "特殊工种",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    Spouse,
    Son,
    Daughter,
    Father,
    Mother,
    Sibling,
    NephewOrNiece,
    Neighbour,
}

impl Relation {
    pub fn label(self) -> &'static str {
        match self {
            Self::Spouse => "配偶",
            Self::Son => "儿子",
            Self::Daughter => "女儿",
            Self::Father => "父亲",
            Self::Mother => "母亲",
            Self::Sibling => "兄弟姐妹",
            Self::NephewOrNiece => "侄甥",
            Self::Neighbour => "邻居",
        }
    }
}

/// Someone to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub relation: Relation,
    pub phone: String,
}

/// A spouse, or someone the retiree keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    pub name: String,
    pub relation: Relation,
    pub sex: Sex,
    pub born_on: Date,
    /// 18 characters, valid check character, made-up region.
    pub identity: String,
    pub phone: Option<String>,
    /// 在职、退休、无职业
    pub work: &'static str,
    pub health: Coded,
    /// 供养直系亲属
    pub is_dependant: bool,
}

//! 事实：谁、哪一天、发生了什么；一事一录，其余都由此推出。
//!
//! A fact is stored as three columns (kind, reference, detail); [`FactKind::encode`] and
//! [`FactKind::decode`] are each other's inverse.

use crate::coded::coded;
use crate::days::Date;
use crate::law::Level;

/// Something that happened to a retiree on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    pub id: i64,
    /// The day on which it happened.
    pub on: Date,
    /// The day on which it was entered; later than `on` for what was on paper first.
    pub entered_on: Date,
    pub kind: FactKind,
}

/// What happened. `about` is 0 for the retiree and else the id of a relative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    TakenIn {
        station: i64,
    },
    Moved {
        station: i64,
        across: Across,
    },
    Left,
    PensionStarted,
    Died,
    Residence {
        away: Away,
    },
    MarkSet {
        mark: Mark,
    },
    MarkEnded {
        mark: Mark,
    },
    Hospitalised,
    Hardship,
    DependantFollowed {
        relative: i64,
    },
    DependantEnded {
        relative: i64,
    },
    Contacted {
        way: Way,
        about: i64,
    },
    NotReached {
        way: Way,
        about: i64,
    },
    Certified {
        by: CertifiedBy,
    },
    CardIssued,
    SeniorCardSettled,
    PartyMember,
    PartyMemberNoMore,
    /// Not the community manages the retiree: a transitional form.
    FormTransitional,
    FormBasic,
    /// It was looked at again, and stays transitional for now.
    FormReviewed,
    /// The party organisation where the retiree lives now has received the relation.
    PartyJoined,
    /// A body of this level in whose jurisdiction the retiree lives keeps the personnel file.
    FileKept {
        level: Level,
    },
}

coded! {
    /// The widest border that a move crosses, told by what of the new place differs.
    Across {
        Station = "" "社区",
        Street = "street" "街道",
        District = "district" "区县",
        City = "city" "市",
        /// Not the retiree has moved: two stations were made one, or one became two.
        Reorganised = "reorganised" "机构调整",
    }
}

coded! {
    /// Where a retiree lives, seen from where the pension is paid (AAE147).
    Away {
        Here = "here" "本地",
        InProvince = "in_province" "省内异地",
        OtherProvince = "other_province" "外省",
        Abroad = "abroad" "境外",
    }
}

coded! {
    /// A mark that puts a retiree into a special group or asks for special care.
    Mark {
        Alone = "alone" "鳏寡孤独",
        Ill = "ill" "重病",
        Poor = "poor" "特困",
        Aged = "aged" "高龄",
        BeforePrc = "before_prc" "新中国成立前参加工作",
        Model = "model" "劳模",
        LivesAlone = "lives_alone" "独居",
        Disabled = "disabled" "伤残",
    }
}

coded! {
    /// How somebody was contacted, or sought in vain.
    Way {
        Home = "home" "上门",
        Telephone = "telephone" "电话",
        Entrusted = "entrusted" "委托走访",
        Office = "office" "本人到站",
        Neighbour = "neighbour" "邻居或组长",
        Relative = "relative" "亲属",
        Police = "police" "公安协查",
    }
}

coded! {
    /// What a certification of eligibility rests on, in the order of 社会保险经办条例第二十六条.
    CertifiedBy {
        Matching = "matching" "信息比对",
        SelfService = "self_service" "自助认证",
        Entrusted = "entrusted" "委托认证",
        Household = "household" "人户调查",
        Office = "office" "窗口认证",
    }
}

coded! {
    /// How well a fact proves that the retiree is alive.
    Strength {
        None = "none" "不能证明",
        Heard = "heard" "通话或比对",
        Seen = "seen" "见到本人",
    }
}

/// A stored fact that this version cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("无法识别的事实“{kind}/{detail}”，请升级程序后再试")]
pub struct UnknownFact {
    pub kind: String,
    pub detail: String,
}

impl Across {
    /// The border between two stations, told by their division codes.
    pub fn between(from: &str, to: &str) -> Across {
        let same = |n: usize| from.get(..n).is_some_and(|start| to.get(..n) == Some(start));
        match () {
            () if same(9) => Across::Station,
            () if same(6) => Across::Street,
            () if same(4) => Across::District,
            () => Across::City,
        }
    }

    /// Whether it leads out of the jurisdiction of a body of this level.
    pub const fn leaves(self, level: Level) -> bool {
        match self {
            Across::Station => matches!(level, Level::Station),
            Across::Street => matches!(level, Level::Station | Level::Street),
            Across::District => !matches!(level, Level::City),
            Across::City => true,
            Across::Reorganised => false,
        }
    }
}

impl Way {
    /// How well a contact of this way proves that the person spoken of is alive.
    pub const fn strength(self) -> Strength {
        match self {
            Way::Home | Way::Entrusted | Way::Office => Strength::Seen,
            Way::Telephone => Strength::Heard,
            Way::Neighbour | Way::Relative | Way::Police => Strength::None,
        }
    }
}

impl CertifiedBy {
    /// How well a certification of this kind proves that the retiree is alive.
    pub const fn strength(self) -> Strength {
        match self {
            CertifiedBy::Matching => Strength::Heard,
            CertifiedBy::SelfService
            | CertifiedBy::Entrusted
            | CertifiedBy::Household
            | CertifiedBy::Office => Strength::Seen,
        }
    }
}

impl FactKind {
    /// How well it proves that the *retiree* is alive; a contact about a relative proves nothing.
    pub const fn evidence(self) -> Strength {
        match self {
            FactKind::Contacted { way, about: 0 } => way.strength(),
            FactKind::Certified { by } => by.strength(),
            _ => Strength::None,
        }
    }

    /// The stored code of the kind.
    pub const fn code(self) -> &'static str {
        self.encode().0
    }

    /// The Chinese name of the kind.
    pub const fn name(self) -> &'static str {
        match self {
            FactKind::TakenIn { .. } => "纳入社区管理",
            FactKind::Moved { .. } => "转入其他社区",
            FactKind::Left => "转出",
            FactKind::PensionStarted => "开始领取养老金",
            FactKind::Died => "去世",
            FactKind::Residence { .. } => "居住地变更",
            FactKind::MarkSet { .. } => "列入特殊群体",
            FactKind::MarkEnded { .. } => "退出特殊群体",
            FactKind::Hospitalised => "重病住院",
            FactKind::Hardship => "家庭特殊变故",
            FactKind::DependantFollowed { .. } => "登记供养直系亲属",
            FactKind::DependantEnded { .. } => "终止供养直系亲属",
            FactKind::Contacted { .. } => "走访或联系",
            FactKind::NotReached { .. } => "未联系上",
            FactKind::Certified { .. } => "资格认证",
            FactKind::CardIssued => "发放联系卡",
            FactKind::SeniorCardSettled => "办理老年人优惠证卡",
            FactKind::PartyMember => "登记为党员",
            FactKind::PartyMemberNoMore => "登记为非党员",
            FactKind::PartyJoined => "党组织关系已接收",
            FactKind::FormTransitional => "管理形式为过渡形式",
            FactKind::FormBasic => "转为社区管理",
            FactKind::FormReviewed => "复核管理形式",
            FactKind::FileKept { .. } => "人事档案入库",
        }
    }

    /// The stored columns: kind, reference (a station, a relative or 0), detail (a code or empty).
    pub const fn encode(self) -> (&'static str, i64, &'static str) {
        match self {
            FactKind::TakenIn { station } => ("taken_in", station, ""),
            FactKind::Moved { station, across } => ("moved", station, across.code()),
            FactKind::Left => ("left", 0, ""),
            FactKind::PensionStarted => ("pension_started", 0, ""),
            FactKind::Died => ("died", 0, ""),
            FactKind::Residence { away } => ("residence", 0, away.code()),
            FactKind::MarkSet { mark } => ("mark_set", 0, mark.code()),
            FactKind::MarkEnded { mark } => ("mark_ended", 0, mark.code()),
            FactKind::Hospitalised => ("hospitalised", 0, ""),
            FactKind::Hardship => ("hardship", 0, ""),
            FactKind::DependantFollowed { relative } => ("dependant_followed", relative, ""),
            FactKind::DependantEnded { relative } => ("dependant_ended", relative, ""),
            FactKind::Contacted { way, about } => ("contacted", about, way.code()),
            FactKind::NotReached { way, about } => ("not_reached", about, way.code()),
            FactKind::Certified { by } => ("certified", 0, by.code()),
            FactKind::CardIssued => ("card_issued", 0, ""),
            FactKind::SeniorCardSettled => ("senior_card_settled", 0, ""),
            FactKind::PartyMember => ("party_member", 0, ""),
            FactKind::PartyMemberNoMore => ("party_member_no_more", 0, ""),
            FactKind::PartyJoined => ("party_joined", 0, ""),
            FactKind::FormTransitional => ("form_transitional", 0, ""),
            FactKind::FormBasic => ("form_basic", 0, ""),
            FactKind::FormReviewed => ("form_reviewed", 0, ""),
            FactKind::FileKept { level } => ("file_kept", 0, level.code()),
        }
    }

    /// Reads the stored columns.
    ///
    /// # Errors
    /// [`UnknownFact`] when the kind or the detail is not known.
    pub fn decode(kind: &str, reference: i64, detail: &str) -> Result<FactKind, UnknownFact> {
        let known = match kind {
            "taken_in" => Some(FactKind::TakenIn { station: reference }),
            "moved" => Across::from_code(detail)
                .map(|across| FactKind::Moved { station: reference, across }),
            "left" => Some(FactKind::Left),
            "pension_started" => Some(FactKind::PensionStarted),
            "died" => Some(FactKind::Died),
            "residence" => Away::from_code(detail).map(|away| FactKind::Residence { away }),
            "mark_set" => Mark::from_code(detail).map(|mark| FactKind::MarkSet { mark }),
            "mark_ended" => Mark::from_code(detail).map(|mark| FactKind::MarkEnded { mark }),
            "hospitalised" => Some(FactKind::Hospitalised),
            "hardship" => Some(FactKind::Hardship),
            "dependant_followed" => Some(FactKind::DependantFollowed { relative: reference }),
            "dependant_ended" => Some(FactKind::DependantEnded { relative: reference }),
            "contacted" => {
                Way::from_code(detail).map(|way| FactKind::Contacted { way, about: reference })
            }
            "not_reached" => {
                Way::from_code(detail).map(|way| FactKind::NotReached { way, about: reference })
            }
            "certified" => CertifiedBy::from_code(detail).map(|by| FactKind::Certified { by }),
            "card_issued" => Some(FactKind::CardIssued),
            "senior_card_settled" => Some(FactKind::SeniorCardSettled),
            "party_member" => Some(FactKind::PartyMember),
            "party_member_no_more" => Some(FactKind::PartyMemberNoMore),
            "party_joined" => Some(FactKind::PartyJoined),
            "form_transitional" => Some(FactKind::FormTransitional),
            "form_basic" => Some(FactKind::FormBasic),
            "form_reviewed" => Some(FactKind::FormReviewed),
            "file_kept" => Level::from_code(detail).map(|level| FactKind::FileKept { level }),
            _ => None,
        };
        known.ok_or_else(|| UnknownFact { kind: kind.to_owned(), detail: detail.to_owned() })
    }
}

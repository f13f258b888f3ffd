//! Posts and the deeds they include. Three administrative powers are kept apart: the system
//! administrator makes accounts, the security administrator gives them posts, the auditor reads
//! what was done; none of them sees a retiree.

use kernel::{Deed, Deeds};

use super::deeds::*;

/// A post: its code, its name, the levels at which it exists, what it includes.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    pub code: &'static str,
    pub name: &'static str,
    /// Levels of the organisations in which the post exists.
    pub levels: &'static [&'static str],
    /// Kinds of the organisations in which the post exists.
    pub kinds: &'static [&'static str],
    pub deeds: &'static [Deed],
}

const STREET_UP: &[&str] = &["street", "district", "city"];
const DISTRICT_UP: &[&str] = &["district", "city"];
/// The administrative powers exist wherever accounts are kept.
const BODIES: &[&str] = &["office", "agency", "administration", "center"];

/// Every post.
pub const POSTS: &[Post] = &[
    Post {
        code: "coordinator",
        name: "社区劳动保障协理员",
        levels: &["station"],
        kinds: &["station"],
        deeds: &[
            ME,
            LAW_SEE,
            PEOPLE_SEE,
            PEOPLE_ENTER,
            PEOPLE_CHANGE,
            PEOPLE_REVEAL,
            PEOPLE_HEALTH,
            PEOPLE_MOVE,
            PEOPLE_RECEIVE,
            PEOPLE_EXPORT,
            DEATH_RECORD,
            DUTIES_SEE,
            DUTIES_SETTLE,
            VISITS_SEE,
            ARCHIVES_SEE,
            GROUPS_SEE,
            GROUPS_KEEP,
            HANDOVER_SEE,
            HANDOVER_RECEIVE,
            PAPERS_SEE,
            PAPERS_KEEP,
            CARDS_SEE,
            CARDS_ISSUE,
            VISITS_RECORD,
            VISITS_VOID,
            VISITS_ANSWER,
            REPORTS_SEE,
            REPORTS_SUBMIT,
            ORGS_SEE,
            ENTERPRISES_SEE,
            POLICIES_SEE,
        ],
    },
    Post {
        code: "street_clerk",
        name: "街道（乡镇）中心经办人",
        levels: &["street"],
        kinds: &["center"],
        deeds: &[
            ME,
            LAW_SEE,
            PEOPLE_SEE,
            PEOPLE_ENTER,
            PEOPLE_CHANGE,
            PEOPLE_REVEAL,
            PEOPLE_HEALTH,
            PEOPLE_MOVE,
            PEOPLE_RECEIVE,
            PEOPLE_IMPORT,
            PEOPLE_EXPORT,
            DEATH_RECORD,
            DUTIES_SEE,
            DUTIES_SETTLE,
            VISITS_SEE,
            ARCHIVES_SEE,
            ARCHIVES_KEEP,
            GROUPS_SEE,
            GROUPS_KEEP,
            HANDOVER_SEE,
            HANDOVER_SEND,
            HANDOVER_RECEIVE,
            PAPERS_SEE,
            PAPERS_KEEP,
            CARDS_SEE,
            CARDS_ISSUE,
            VISITS_RECORD,
            VISITS_VOID,
            VISITS_ENTRUST,
            VISITS_ANSWER,
            REPORTS_SEE,
            REPORTS_SUBMIT,
            REPORTS_DECIDE,
            ORGS_SEE,
            ENTERPRISES_SEE,
            ENTERPRISES_CHANGE,
            POLICIES_SEE,
        ],
    },
    Post {
        code: "office_clerk",
        name: "退管机构经办人",
        levels: DISTRICT_UP,
        kinds: &["office"],
        deeds: &[
            ME,
            LAW_SEE,
            PEOPLE_SEE,
            PEOPLE_ENTER,
            PEOPLE_CHANGE,
            PEOPLE_REVEAL,
            PEOPLE_MOVE,
            PEOPLE_RECEIVE,
            PEOPLE_IMPORT,
            PEOPLE_EXPORT,
            PEOPLE_EXPORT_FULL,
            DEATH_RECORD,
            DUTIES_SEE,
            DUTIES_SETTLE,
            VISITS_SEE,
            ARCHIVES_SEE,
            ARCHIVES_KEEP,
            GROUPS_SEE,
            GROUPS_KEEP,
            HANDOVER_SEE,
            HANDOVER_REVIEW,
            HANDOVER_SEND,
            PAPERS_SEE,
            PAPERS_KEEP,
            CARDS_SEE,
            CARDS_ISSUE,
            VISITS_RECORD,
            VISITS_VOID,
            VISITS_ENTRUST,
            VISITS_ANSWER,
            REPORTS_SEE,
            REPORTS_SUBMIT,
            REPORTS_DECIDE,
            ORGS_SEE,
            ORGS_CHANGE,
            ENTERPRISES_SEE,
            ENTERPRISES_CHANGE,
            POLICIES_SEE,
            POLICIES_PROPOSE,
        ],
    },
    Post {
        code: "office_lead",
        name: "退管机构负责人",
        levels: DISTRICT_UP,
        kinds: &["office"],
        deeds: &[
            ME,
            LAW_SEE,
            PEOPLE_SEE,
            PEOPLE_EXPORT,
            PEOPLE_EXPORT_FULL,
            DUTIES_SEE,
            DUTIES_REBUILD,
            VISITS_SEE,
            ARCHIVES_SEE,
            GROUPS_SEE,
            HANDOVER_SEE,
            PAPERS_SEE,
            CARDS_SEE,
            REPORTS_SEE,
            REPORTS_SUBMIT,
            REPORTS_DECIDE,
            ORGS_SEE,
            ORGS_CHANGE,
            ORGS_REORGANISE,
            ENTERPRISES_SEE,
            POLICIES_SEE,
            POLICIES_APPROVE,
        ],
    },
    Post {
        code: "agency_clerk",
        name: "社保经办机构经办人",
        levels: DISTRICT_UP,
        kinds: &["agency"],
        deeds: &[
            ME,
            LAW_SEE,
            PEOPLE_SEE,
            PEOPLE_ENTER,
            PEOPLE_CHANGE,
            PEOPLE_REVEAL,
            PEOPLE_IMPORT,
            PEOPLE_EXPORT,
            PEOPLE_EXPORT_FULL,
            DEATH_RECORD,
            DUTIES_SEE,
            DUTIES_SETTLE,
            VISITS_SEE,
            ARCHIVES_SEE,
            ARCHIVES_KEEP,
            GROUPS_SEE,
            HANDOVER_SEE,
            HANDOVER_REVIEW,
            HANDOVER_SEND,
            PAPERS_SEE,
            PAPERS_KEEP,
            CARDS_SEE,
            ORGS_SEE,
            ENTERPRISES_SEE,
            ENTERPRISES_CHANGE,
            POLICIES_SEE,
        ],
    },
    Post {
        code: "approver",
        name: "人社行政部门审批人",
        levels: DISTRICT_UP,
        kinds: &["administration"],
        deeds: &[
            ME,
            LAW_SEE,
            PEOPLE_SEE,
            DUTIES_SEE,
            VISITS_SEE,
            PAPERS_SEE,
            REPORTS_SEE,
            ORGS_SEE,
            POLICIES_SEE,
            POLICIES_APPROVE,
        ],
    },
    Post {
        code: "group_leader",
        name: "自管小组组长",
        levels: &["group"],
        kinds: &["group"],
        deeds: &[ME, LAW_SEE, GROUPS_SEE],
    },
    Post {
        code: "system_admin",
        name: "系统管理员",
        levels: STREET_UP,
        kinds: BODIES,
        deeds: &[ME, LAW_SEE, ORGS_SEE, ACCOUNTS_SEE, ACCOUNTS_MAKE],
    },
    Post {
        code: "security_admin",
        name: "安全管理员",
        levels: STREET_UP,
        kinds: BODIES,
        deeds: &[ME, LAW_SEE, ORGS_SEE, ACCOUNTS_SEE, ACCOUNTS_POST],
    },
    Post {
        code: "auditor",
        name: "审计员",
        levels: STREET_UP,
        kinds: BODIES,
        deeds: &[ME, LAW_SEE, ORGS_SEE, ACCOUNTS_SEE, AUDIT_SEE],
    },
];

/// The three administrative powers, which never meet in one account.
pub const POWERS: &[&str] = &["system_admin", "security_admin", "auditor"];

/// Whether the post is one of the three administrative powers.
#[must_use]
pub fn is_power(code: &str) -> bool {
    POWERS.contains(&code)
}

impl Post {
    /// Whether the post exists in organisations of this level and kind.
    #[must_use]
    pub fn fits(&self, level: &str, kind: &str) -> bool {
        self.levels.contains(&level) && self.kinds.contains(&kind)
    }
}

/// The post with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Post> {
    POSTS.iter().find(|post| post.code == code)
}

/// The name of a post; an account without one waits for the security administrator.
#[must_use]
pub fn name_of(code: &str) -> &'static str {
    find(code).map_or("待授岗", |post| post.name)
}

/// What a post includes; nothing when there is no such post.
#[must_use]
pub fn deeds_of(code: &str) -> Deeds {
    find(code).map_or_else(|| Deeds::of(&[ME]), |post| Deeds::of(post.deeds))
}

/// What the operator at the machine may do: everything.
#[must_use]
pub fn operator() -> Deeds {
    Deeds::of(ALL)
}

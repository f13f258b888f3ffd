//! Everything that can be done, in one readable table.

use kernel::Deed;

macro_rules! deeds {
    ($($name:ident $bit:literal $code:literal $words:literal),* $(,)?) => {
        $(pub const $name: Deed = Deed::new($bit, $code, $words);)*
        /// Every deed, in the order of the table.
        pub const ALL: &[Deed] = &[$($name),*];
    };
}

deeds! {
    ME 0 "me" "管理自己的账号",
    LAW_SEE 1 "law.see" "查看政策依据",
    PEOPLE_SEE 10 "people.see" "查看退休人员",
    PEOPLE_ENTER 11 "people.enter" "登记退休人员",
    PEOPLE_CHANGE 12 "people.change" "变更人员信息",
    PEOPLE_REVEAL 13 "people.reveal" "查看完整证件号码",
    PEOPLE_HEALTH 14 "people.health" "查看和填写健康备注",
    PEOPLE_MOVE 15 "people.move" "提出人员转移",
    PEOPLE_RECEIVE 16 "people.receive" "确认接收转入人员",
    PEOPLE_IMPORT 17 "people.import" "导入名单",
    PEOPLE_EXPORT 18 "people.export" "导出名册",
    PEOPLE_EXPORT_FULL 19 "people.export_full" "导出完整证件号码",
    DEATH_RECORD 20 "death.record" "登记死亡",
    DUTIES_SEE 25 "duties.see" "查看应办事项",
    DUTIES_SETTLE 26 "duties.settle" "登记办理结果",
    DUTIES_REBUILD 27 "duties.rebuild" "推算应办事项",
    VISITS_SEE 30 "visits.see" "查看走访台账",
    VISITS_RECORD 31 "visits.record" "登记走访",
    VISITS_VOID 32 "visits.void" "作废走访记录",
    VISITS_ENTRUST 33 "visits.entrust" "委托走访",
    VISITS_ANSWER 34 "visits.answer" "答复受托走访",
    REPORTS_SEE 40 "reports.see" "查看按月计报",
    REPORTS_SUBMIT 41 "reports.submit" "上报月报",
    REPORTS_DECIDE 42 "reports.decide" "接受或退回月报",
    ORGS_SEE 50 "orgs.see" "查看机构",
    ORGS_CHANGE 51 "orgs.change" "新增和变更机构",
    ORGS_REORGANISE 52 "orgs.reorganise" "合并、拆分机构和改码",
    ENTERPRISES_SEE 53 "enterprises.see" "查看企业",
    ENTERPRISES_CHANGE 54 "enterprises.change" "登记和变更企业",
    POLICIES_SEE 60 "policies.see" "查看本地标准",
    POLICIES_PROPOSE 61 "policies.propose" "提出本地标准",
    POLICIES_APPROVE 62 "policies.approve" "审批本地标准",
    ACCOUNTS_SEE 70 "accounts.see" "查看账号",
    ACCOUNTS_MAKE 71 "accounts.make" "新建、停用、调动账号和重置密码",
    ACCOUNTS_POST 72 "accounts.post" "授予岗位和结束会话",
    AUDIT_SEE 80 "audit.see" "查看和核验审计",
    CARDS_SEE 95 "cards.see" "查看联系卡",
    CARDS_ISSUE 96 "cards.issue" "印发和挂失联系卡",
    HANDOVER_SEE 97 "handover.see" "查看移交接收",
    HANDOVER_REVIEW 98 "handover.review" "开移交批次和审核",
    HANDOVER_SEND 99 "handover.send" "逐级移交",
    HANDOVER_RECEIVE 100 "handover.receive" "签收移交单",
    ARCHIVES_SEE 101 "archives.see" "查看人事档案在哪里",
    ARCHIVES_KEEP 102 "archives.keep" "保管和移交人事档案",
    GROUPS_SEE 103 "groups.see" "查看小组、支部和组织关系",
    GROUPS_KEEP 104 "groups.keep" "登记小组、支部和组织关系",
    PAPERS_SEE 105 "papers.see" "查看附件",
    PAPERS_KEEP 106 "papers.keep" "添加和作废附件",
    DATA_WHOLE 81 "data.whole" "备份、恢复和移交全部数据",
}

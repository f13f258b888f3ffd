//! 企业退休人员基本信息表: rows of a demonstration workbook to be imported.

use crate::orgs::CITY;
use crate::person::{AwayKind, MadeUpPerson, Relation};
use crate::{Contact, MADE_UP, Plan, enterprise, station_name};

const COLUMNS: [&str; 38] = [
    "序号",
    "姓名",
    "性别",
    "民族",
    "出生年月",
    "身份证号",
    "个人编号",
    "政治面貌",
    "健康状况",
    "文化程度",
    "婚姻状况",
    "原工作单位",
    "原任职务",
    "参加工作时间",
    "退休年月",
    "退休类别",
    "养老金（元/月）",
    "档案存放地点",
    "特长技能",
    "兴趣及爱好",
    "特殊人员",
    "是否享受低保",
    "社保关系所在地",
    "户口所在地",
    "常住地",
    "常住地电话",
    "手机号码",
    "异地居住地",
    "所属社区",
    "移交日期",
    "管理形式",
    "配偶姓名",
    "配偶出生年月",
    "家庭联系人1姓名",
    "家庭联系人1关系",
    "家庭联系人1联系电话",
    "家庭联系人2联系电话",
    "备注",
];

/// The headings, in the order of [`roster_row`].
pub fn roster_columns() -> &'static [&'static str] {
    &COLUMNS
}

/// One row of text cells. Months are `YYYY-MM`, days `YYYY-MM-DD`, money in yuan with fen;
/// the last cell says that the row is made up.
pub fn roster_row(plan: &Plan, person: &MadeUpPerson) -> Vec<String> {
    let mut row = identity_cells(person);
    row.extend(work_cells(plan, person));
    row.extend(home_cells(person));
    row.extend(family_cells(person));
    row.push(MADE_UP.to_owned());
    row
}

fn month(on: jiff::civil::Date) -> String {
    on.strftime("%Y-%m").to_string()
}

fn identity_cells(person: &MadeUpPerson) -> Vec<String> {
    vec![
        (person.index + 1).to_string(),
        person.name.clone(),
        person.sex.label().to_owned(),
        person.ethnic.name.to_owned(),
        month(person.born_on),
        person.identity.clone(),
        person.insurance_no.clone(),
        person.political.name.to_owned(),
        person.health.name.to_owned(),
        person.education.name.to_owned(),
        person.marital.label().to_owned(),
    ]
}

fn work_cells(plan: &Plan, person: &MadeUpPerson) -> Vec<String> {
    let marks: Vec<&str> = person.marks.iter().map(|(mark, _)| mark.label()).collect();
    vec![
        enterprise(plan, person.enterprise).name,
        person.post.to_owned(),
        month(person.began_work_on),
        month(person.retired_on),
        person.retirement.label().to_owned(),
        format!("{}.{:02}", person.pension_fen / 100, person.pension_fen % 100),
        format!("{CITY}{}档案室", person.hukou.district),
        person.skill.to_owned(),
        person.hobby.to_owned(),
        marks.join("、"),
        if person.low_allowance { "是" } else { "否" }.to_owned(),
        CITY.to_owned(),
    ]
}

fn home_cells(person: &MadeUpPerson) -> Vec<String> {
    let is_away = person.away != AwayKind::Here;
    let residence = person.residence.to_string();
    vec![
        person.hukou.to_string(),
        if is_away { person.hukou.to_string() } else { residence.clone() },
        person.landline.clone().unwrap_or_default(),
        person.phone.clone().unwrap_or_default(),
        if is_away { residence } else { String::new() },
        station_name(person.station),
        person.taken_in_on.to_string(),
        person.management.label().to_owned(),
    ]
}

fn family_cells(person: &MadeUpPerson) -> Vec<String> {
    let spouse = person.relatives.iter().find(|one| one.relation == Relation::Spouse);
    let cell = |nth: usize, read: fn(&Contact) -> &str| {
        person.contacts.get(nth).map_or(String::new(), |contact| read(contact).to_owned())
    };
    vec![
        spouse.map(|spouse| spouse.name.clone()).unwrap_or_default(),
        spouse.map(|spouse| month(spouse.born_on)).unwrap_or_default(),
        cell(0, |contact| &contact.name),
        cell(0, |contact| contact.relation.label()),
        cell(0, |contact| &contact.phone),
        cell(1, |contact| &contact.phone),
    ]
}

//! The registration form of a retiree (个人情况登记表) on A4: what is known is filled in, the rest is
//! written by hand, and every level signs it as it goes from the enterprise to the station.

use axum::extract::{Path, State};
use frame::{Entry, PrintSheet, paper_form};
use kernel::Problem;
use maud::{Markup, html};
use rules::facts::Away;
use rules::identity::{Mask, mask, mask_telephone};

use super::acts::day;
use crate::codes::name_of;
use crate::orgs;
use crate::registry::codes::{self, RELATIONS};
use crate::registry::relatives::{self, NewRelative};
use crate::registry::{self, NewPerson, marks};
use crate::web::{Me, Shared, on_paper};

/// What stands above every form.
pub const TITLE: &str = "企业退休人员个人情况登记表";
/// Lines for family and contacts; what is not known is left empty.
const N_CONTACTS: usize = 2;

/// What is known of somebody, registered or only handed over.
#[derive(Clone, Debug)]
pub struct Form<'a> {
    pub of: &'a NewPerson,
    /// Names of the special groups.
    pub groups: String,
    pub contacts: Vec<&'a NewRelative>,
    /// Where the personnel file is, and how many pages it has.
    pub file: String,
}

/// One form. Its fields are those that published forms of this kind have in common; there is no
/// official layout. `title` is empty where it stands alone.
#[must_use]
pub fn form(of: &Form<'_>, title: &str) -> Markup {
    let one = of.of;
    let text = |text: &str| html! { (text) };
    let coded = |table: &'static [codes::Code], code: &str| html! { (name_of(table, code)) };
    let blank = || html! {};
    let away = Away::from_code(&one.away).map_or("", Away::name);
    let mut entries = vec![
        Entry::Half("姓名", text(&one.name)),
        Entry::Half("性别", coded(codes::SEXES, &one.sex)),
        Entry::Half("民族", coded(codes::ETHNIC, &one.ethnic)),
        Entry::Half("出生日期", day(one.born_on)),
        Entry::Half("档案出生日期", day(one.archive_born_on)),
        Entry::Half("证件号码", text(&mask(&one.id_number, Mask::First3Last4))),
        Entry::Half("政治面貌", coded(codes::POLITICAL, &one.political)),
        Entry::Half("文化程度", coded(codes::EDUCATION, &one.education)),
        Entry::Half("婚姻状况", coded(codes::MARITAL, &one.marital)),
        Entry::Half("健康状况", blank()),
        Entry::Half("原工作单位", text(&one.enterprise_name)),
        Entry::Half("原任职务", blank()),
        Entry::Half("参加工作时间", blank()),
        Entry::Half("退休日期", day(one.retired_on)),
        Entry::Half("退休类别", coded(codes::RETIREMENTS, &one.retirement_kind)),
        Entry::Half("社会保障号码", text(&mask(&one.insurance_no, Mask::First3Last4))),
        Entry::Half("特殊人员", text(&of.groups)),
        Entry::Half("特长和爱好", blank()),
        Entry::Whole("户口所在地", text(&one.hukou_address)),
        Entry::Whole("常住地", text(&one.address)),
        Entry::Half("手机号码", text(&mask_telephone(&one.phone))),
        Entry::Half("其他电话", text(&mask_telephone(&one.phone2))),
        Entry::Half("居住地类别", text(away)),
        Entry::Half("异地居住地", text(&one.away_place)),
        Entry::Whole("人事档案", text(&of.file)),
    ];
    for at in 0..of.contacts.len().max(N_CONTACTS) {
        let known = of.contacts.get(at);
        let words = known.map_or_else(
            || "姓名：　　　　　关系：　　　　　电话：".to_owned(),
            |one| {
                let relation = name_of(RELATIONS, &one.relation);
                format!("{}　{relation}　{}　{}", one.name, mask_telephone(&one.phone), one.address)
            },
        );
        entries.push(Entry::Whole("家庭联系人", html! { (words) }));
    }
    let hands = ["本人", "移交单位", "社保（退管）机构", "街道（乡镇）", "社区站", "社区党组织"];
    entries.extend(hands.map(Entry::Opinion));
    paper_form(title, &entries)
}

/// Below every form.
#[must_use]
pub fn note() -> Markup {
    html! { p { "证件号码和电话按规定不全部显示，由本人填写完整或核对原件；空白处由本人填写。" } }
}

pub async fn print(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), id).await?;
    let station = orgs::store::find(&mut db, person.station).await?;
    let station = station.map_or_else(String::new, |station| station.name);
    let standing = marks::of_person(&mut db, id).await?;
    let standing = standing.iter().filter(|mark| mark.ended_on.is_none());
    let groups = standing.map(|mark| mark.mark.name()).collect::<Vec<_>>().join("、");
    let kin = relatives::of_person(&mut db, id).await?;
    let mut kin: Vec<_> = kin.iter().filter(|one| one.ended_on.is_none()).collect();
    kin.sort_by_key(|one| one.fields.contact_rank.unwrap_or(i64::MAX));
    let contacts = kin.iter().take(3).map(|one| &one.fields).collect();
    let fields = person.fields();
    let of = Form { of: &fields, groups, contacts, file: String::new() };
    let back = format!("/people/{id}");
    let sheet = PrintSheet::new(TITLE, &station, html! { (form(&of, "")) (note()) });
    Ok(on_paper(&app, sheet.back(&back)))
}

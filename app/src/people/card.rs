//! The 卡 of a retiree on A4: who it is, whom to call, what is owed, what happened last.

use axum::extract::{Path, State};
use frame::{Col, PrintSheet, Table};
use jiff::civil::Date;
use kernel::Problem;
use maud::{Markup, html};
use rules::duties::State as DutyState;
use rules::facts::{Away, Fact, FactKind};
use rules::identity::{Mask, mask, mask_telephone};

use super::acts::day;
use super::relatives_pages;
use crate::codes::name_of;
use crate::duties::{self, Stored};
use crate::orgs;
use crate::registry::marks::Marking;
use crate::registry::{self, Person, codes, marks, relatives};
use crate::web::{Me, Shared, on_paper};

/// So many events stand on a card, the last ones.
const N_EVENTS: usize = 10;
/// Empty lines for what is written by hand.
const N_BLANK: usize = 4;

pub async fn print(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), id).await?;
    let station = orgs::store::find(&mut db, person.station).await?;
    let station = station.map_or_else(String::new, |station| station.name);
    let marks = marks::of_person(&mut db, id).await?;
    let kin = relatives::of_person(&mut db, id).await?;
    let kin: Vec<_> = kin.into_iter().filter(|one| one.ended_on.is_none()).collect();
    let owed = duties::store::of_person(&mut db, id).await?;
    let facts = duties::store::facts(&mut db, id).await?;
    let body = html! {
        (basics(&person, &marks))
        (relatives_pages::table(&kin, 0))
        (open(&owed))
        (events(&facts))
        p { "证件号码和电话按规定不全部显示；健康备注不打印。" }
    };
    let back = format!("/people/{id}");
    let sheet = PrintSheet::new("企业退休人员社会化管理服务卡", &station, body);
    Ok(on_paper(&app, sheet.back(&back)))
}

fn basics(person: &Person, marks: &[Marking]) -> Markup {
    let standing = marks.iter().filter(|mark| mark.ended_on.is_none());
    let groups: Vec<&str> = standing.map(|mark| mark.mark.name()).collect();
    let of = |table: &'static [codes::Code], code: &str| {
        let name = table.iter().find(|(known, _)| *known == code).map_or("", |(_, name)| name);
        html! { (name) }
    };
    let text = |text: &str| html! { (text) };
    frame::facts_list(&[
        ("姓名", text(&person.name)),
        ("性别", of(codes::SEXES, &person.sex)),
        ("出生日期", day(person.born_on)),
        ("民族", of(codes::ETHNIC, &person.ethnic)),
        ("政治面貌", of(codes::POLITICAL, &person.political)),
        ("文化程度", of(codes::EDUCATION, &person.education)),
        ("婚姻状况", of(codes::MARITAL, &person.marital)),
        ("证件号码", text(&mask(&person.id_number, Mask::First3Last4))),
        ("联系电话", text(&mask_telephone(&person.phone))),
        ("居住地", text(Away::from_code(&person.away).map_or("", Away::name))),
        ("居住地址", text(&person.address)),
        ("户籍地址", text(&person.hukou_address)),
        ("原工作单位", text(&person.enterprise_name)),
        ("退休类别", of(codes::RETIREMENTS, &person.retirement_kind)),
        ("退休日期", day(person.retired_on)),
        ("管理形式", of(codes::MANAGEMENT, &person.management)),
        ("纳入日期", day(Some(person.taken_in_on))),
        ("特殊群体", text(&groups.join("、"))),
        ("状态", text(name_of(codes::STATUSES, &person.status))),
        ("最近联系", day(person.last_contact_on)),
    ])
}

fn open(owed: &[Stored]) -> Markup {
    let open = owed.iter().filter(|one| one.duty.state == DutyState::Open);
    let rows = open.map(|one| {
        vec![frame::text(one.duty.rule.name()), frame::time(&one.duty.due_on.to_string()), html! {}]
    });
    let columns = vec![Col::head("应办事项"), Col::day("应办期限"), Col::text("办理情况")];
    let empty = "目前没有应办事项";
    frame::table(Table::new("应办事项", columns).rows(rows.collect()).empty(empty))
}

/// What a fact says beyond its kind.
pub(super) fn detail(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Residence { away } => away.name(),
        FactKind::MarkSet { mark } | FactKind::MarkEnded { mark } => mark.name(),
        FactKind::Contacted { way, .. } | FactKind::NotReached { way, .. } => way.name(),
        FactKind::Certified { by } => by.name(),
        _ => "",
    }
}

fn events(facts: &[Fact]) -> Markup {
    let first = facts.len().saturating_sub(N_EVENTS);
    let written = facts[first..].iter().map(|fact| {
        vec![
            frame::time(&fact.on.to_string()),
            frame::text(fact.kind.name()),
            frame::text(detail(fact.kind)),
            html! {},
        ]
    });
    let blank = std::iter::repeat_n(vec![html! { "　" }], N_BLANK);
    let columns =
        vec![Col::day("日期"), Col::text("事项"), Col::text("方式或内容"), Col::text("经办人签字")];
    frame::table(Table::new("服务记录", columns).rows(written.chain(blank).collect()))
}

/// A day as text, empty when it is not known.
pub(super) fn day_text(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

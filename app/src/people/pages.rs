//! The page of a retiree: who it is, what is owed, what happened.

use axum::extract::{Path, State};
use frame::{Moment, Tone, facts_list, tag, time};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::duties::State as DutyState;
use rules::facts::Away;
use rules::identity::{Mask, mask, mask_telephone};
use rules::money::Fen;

use crate::codes::name_of;
use crate::deeds;
use crate::duties::{self, shown};
use crate::registry::{self, Person, codes};
use crate::web::fields::Asked;
use crate::web::page::papers_button;
use crate::web::{Me, Shared, page, telephone_button};

pub async fn one(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), id).await?;
    let owed = duties::store::of_person(&mut db, id).await?;
    let facts = duties::store::facts(&mut db, id).await?;
    let sections = super::sections::show(&app, &person).await?;
    let today = app.today();
    let days: Vec<String> = facts.iter().map(|fact| fact.on.to_string()).collect();
    let moments: Vec<Moment<'_>> = facts
        .iter()
        .zip(&days)
        .rev()
        .take(100)
        .map(|(fact, on)| Moment {
            on,
            title: fact.kind.name(),
            tag: None,
            body: html! {
                (super::card::detail(fact.kind))
                @if fact.entered_on > fact.on {
                    " " (frame::day(&fact.entered_on.to_string())) "补录"
                }
            },
        })
        .collect();
    let body = html! {
        (tools(&actor, id))
        (super::sections::ways(&actor, &person))
        h2 { "应办事项" }
        (owes(&owed, today))
        h2 { "基本情况" }
        (basics(&actor, &person, telephone_button(&app, &actor, id, &person.name)))
        (sections)
        h2 { "经过" }
        (frame::timeline(&moments))
    };
    let shell = page(&app, &actor, &person.name, body).crumb("退休人员", "/people");
    let shell = match asked.get("saved") {
        "entered" => shell.notice(Tone::Good, "已登记，应办事项已列出"),
        "changed" => shell.notice(Tone::Good, "变更已保存"),
        "same" => shell.notice(Tone::Info, "没有改动，无需保存"),
        _ => shell,
    };
    Ok(shell.render())
}

/// What is owed to a retiree today and later.
fn owes(owed: &[duties::Stored], today: Date) -> Markup {
    let open = || owed.iter().filter(|stored| stored.duty.state == DutyState::Open);
    html! {
        @if open().next().is_none() { p { "目前没有应办事项" } }
        @else {
            ul { @for stored in open() {
                @let (tone, words) = shown::tag(&stored.duty, today);
                li {
                    a href=(format!("/duties/{}", stored.id)) { (stored.duty.rule.name()) }
                    "，期限 " (time(&stored.duty.due_on.to_string())) " " (tag(tone, &words))
                }
            } }
        }
    }
}

/// What can be done about a retiree; visiting comes first.
fn tools(actor: &Actor, id: i64) -> Markup {
    let links = [
        (deeds::VISITS_RECORD, "visits/new", "登记走访"),
        (deeds::PEOPLE_CHANGE, "edit", "变更信息"),
        (deeds::PEOPLE_SEE, "history", "变更记录"),
        (deeds::PEOPLE_REVEAL, "reveal", "查看完整号码"),
    ];
    frame::toolbar(html! {
        @for (deed, path, label) in links {
            @let href = format!("/people/{id}/{path}");
            @if !actor.can(deed) {}
            @else if deed == deeds::VISITS_RECORD { (frame::main_button_link(&href, label)) }
            @else { (frame::button_link(&href, label)) }
        }
        @if actor.can(deeds::ARCHIVES_SEE) {
            (frame::button_link(&format!("/archives?person={id}"), "人事档案"))
        }
        (papers_button(actor, ("person", id)))
    })
}

fn basics(actor: &Actor, person: &Person, dial: Markup) -> Markup {
    let day = |day: Option<Date>| match day {
        Some(day) => time(&day.to_string()),
        None => html! { "没有登记" },
    };
    let text = |text: &str| match text {
        "" => html! { "没有登记" },
        text => html! { (text) },
    };
    let coded = |table: &'static [codes::Code], code: &str| match code {
        "" => html! { "没有登记" },
        code => html! { (name_of(table, code)) },
    };
    let tone = if person.status == "active" { Tone::Good } else { Tone::Plain };
    let away = Away::from_code(&person.away).map_or("", Away::name);
    let pension = person.pension_fen.map_or(String::new(), |fen| format!("{}元", Fen(fen)));
    let first = facts_list(&[
        ("状态", tag(tone, name_of(codes::STATUSES, &person.status))),
        ("证件号码", text(&mask(&person.id_number, Mask::First3Last4))),
        ("性别", coded(codes::SEXES, &person.sex)),
        ("出生日期", day(person.born_on)),
        (
            "电话",
            html! {
                (text(&mask_telephone(&person.phone)))
                @if !person.phone.is_empty() { (dial) }
            },
        ),
        ("居住地址", text(&person.address)),
        ("居住地", html! { (away) " " (person.away_place) }),
        ("管理形式", coded(codes::MANAGEMENT, &person.management)),
        ("最近联系", day(person.last_contact_on)),
        ("最近生存依据", day(person.evidence_on)),
    ]);
    let more = facts_list(&[
        ("证件类型", coded(codes::ID_KINDS, &person.id_kind)),
        ("档案出生日期", day(person.archive_born_on)),
        ("其他电话", text(&mask_telephone(&person.phone2))),
        ("户籍地址", text(&person.hukou_address)),
        ("民族", coded(codes::ETHNIC, &person.ethnic)),
        ("政治面貌", coded(codes::POLITICAL, &person.political)),
        ("文化程度", coded(codes::EDUCATION, &person.education)),
        ("婚姻状况", coded(codes::MARITAL, &person.marital)),
        (
            "原工作单位",
            html! {
                @if let Some(id) = person.enterprise.filter(|_| actor.can(deeds::ENTERPRISES_SEE)) {
                    a href={ "/enterprises/" (id) } { (person.enterprise_name) }
                } @else { (person.enterprise_name) }
            },
        ),
        ("退休类别", coded(codes::RETIREMENTS, &person.retirement_kind)),
        ("退休日期", day(person.retired_on)),
        ("养老金月额", text(&pension)),
        ("养老金开始发放日期", day(person.pension_from)),
        ("社会保障号码", text(&mask(&person.insurance_no, Mask::First3Last4))),
        ("纳入日期", time(&person.taken_in_on.to_string())),
    ]);
    html! { (first) (frame::why("更多信息", more)) }
}

//! Papers of handing over on A4: the roster with the signatures of both sides, the slip from level
//! to level, and the agreement.

use axum::extract::{Path, State};
use frame::{Col, PrintSheet, Table};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::pages::seen;
use super::rows::{self, Candidate};
use super::{Batch, HANDERS, desk_pages, own, passing, path, people_pages, slip_pages};
use crate::codes::name_of;
use crate::people::registration;
use crate::registry::codes::POLITICAL;
use crate::web::{self, fields::Asked};
use crate::web::{Fields, Me, Shared};

/// People on one printed roster; the rest follows on the next.
const N_ROWS: i64 = 500;

fn on_paper(app: &Shared, (title, org, back): (&str, &str, &str), body: Markup) -> Markup {
    web::on_paper(app, PrintSheet::new(title, org, body).back(back).landscape())
}

fn roster(people: &[Candidate]) -> Markup {
    let row = |one: &Candidate| {
        let person = &one.handed.person;
        let day = |day: Option<jiff::civil::Date>| {
            html! { @if let Some(day) = day { (frame::time(&day.to_string())) } }
        };
        let pages = one.pages_found.or(one.pages_said).map(|n| n.to_string());
        vec![
            frame::text(&one.name),
            frame::text(desk_pages::masked(&person.id_number)),
            frame::text(name_of(POLITICAL, &person.political)),
            day(person.retired_on),
            frame::text(&person.address),
            frame::text(if one.form == "ok" { "有" } else { "" }),
            frame::text(pages.unwrap_or_default()),
            frame::text(&one.reason),
        ]
    };
    let columns = vec![
        Col::head("姓名"),
        Col::text("证件号码"),
        Col::text("政治面貌"),
        Col::day("退休日期"),
        Col::text("居住地址"),
        Col::text("登记表"),
        Col::number("档案页数"),
        Col::text("备注"),
    ];
    let table = Table::new("移交名册", columns)
        .rows(people.iter().map(row).collect())
        .numbered_from(1)
        .empty("还没有人");
    frame::table(table)
}

/// Registration forms on one page; the rest follows on the next.
const N_FORMS: i64 = 50;

fn form(one: &Candidate, title: &str) -> Markup {
    let person = &one.handed.person;
    let groups = person.marks.iter().map(|mark| mark.name()).collect::<Vec<_>>().join("、");
    let file = match (one.file.as_str(), one.pages_found.or(one.pages_said)) {
        ("none", _) => format!("没有档案：{}", one.reason),
        (_, Some(pages)) => format!("{pages}页"),
        _ => String::new(),
    };
    let contacts = one.handed.contact.iter().collect();
    registration::form(&registration::Form { of: person, groups, contacts, file }, title)
}

/// The registration form of one who is handed over.
pub async fn one_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let (_, one) = desk_pages::own_one(&app, &actor, id).await?;
    let body = html! { (form(&one, "")) (registration::note()) };
    let back = format!("/handovers/people/{id}");
    let sheet = PrintSheet::new(registration::TITLE, &actor.org_name, body).back(&back);
    Ok(web::on_paper(&app, sheet))
}

/// So many people of a batch after the place that is asked for, and the way to those after them.
async fn a_part(
    app: &Shared,
    actor: &Actor,
    (batch, asked): (&Batch, &Fields),
    (what, n): (&str, i64),
) -> Result<(Vec<Candidate>, Markup), Problem> {
    let (pinyin, at) = asked.get("after").rsplit_once('/').unwrap_or_default();
    let place = ((pinyin, at.parse().unwrap_or(0)), n);
    let people = people_pages::visible(app, actor, (batch, ""), place).await?;
    let full = i64::try_from(people.len()).unwrap_or(0) == n;
    let next = people.last().filter(|_| full).map(|one| {
        let pinyin = crate::web::page::encoded(&one.pinyin);
        format!("{}/{what}?after={pinyin}/{}", path(batch.id), one.id)
    });
    let next = html! {
        @if let Some(next) = next { p { a href=(next) { "接着打印下一部分" } } }
    };
    Ok((people, next))
}

/// The registration forms of a batch, each on a sheet.
pub async fn forms(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let batch = seen(&app, &actor, id).await?;
    let (people, next) = a_part(&app, &actor, (&batch, &asked), ("forms", N_FORMS)).await?;
    let body = html! {
        @for one in &people { (form(one, registration::TITLE)) }
        @if people.is_empty() { p { "批次中还没有人。" } } @else { (registration::note()) }
        (next)
    };
    let back = path(id);
    let sheet = PrintSheet::new("个人情况登记表", &actor.org_name, body).back(&back);
    Ok(web::on_paper(&app, sheet))
}

/// Where both sides sign.
fn signatures(from: &str, to: &str) -> Markup {
    let columns =
        vec![Col::head("移交方"), Col::text("经办人签字"), Col::text("盖章"), Col::text("日期")];
    let row = |name: &str| vec![frame::text(name), html! {}, html! {}, html! {}];
    html! {
        (frame::table(Table::new("签字盖章", columns).rows(vec![row(from), row(to)])))
        p { "一式两份，双方各存一份。证件号码按规定部分隐去，以登记表原件为准。" }
    }
}

pub async fn roll(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let batch = seen(&app, &actor, id).await?;
    let (people, next) = a_part(&app, &actor, (&batch, &asked), ("roll", N_ROWS)).await?;
    let body = html! {
        p { "批次：" (batch.number) "　移交单位：" (batch.enterprise_name)
            "　计划移交 " (frame::count(batch.plan_people)) " 人" }
        (roster(&people))
        (signatures(&batch.enterprise_name, &actor.org_name))
        (next)
    };
    let head = ("退休人员移交名册", actor.org_name.as_str(), &*path(id));
    Ok(on_paper(&app, head, body))
}

pub async fn slip(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let slip = slip_pages::seen(&app, &actor, id).await?;
    let all = (("", 0), passing::ON_A_SLIP);
    let people = rows::of_slip(&mut app.db.clone(), id, all).await?;
    let body = html! {
        p { "移交单：" (slip.number) "　移交单位：" (slip.enterprise_name)
            "　共 " (frame::count(slip.n)) " 人　送出日期：" (frame::time(&slip.sent_on.to_string()))
            "　应签收：" (frame::time(&slip.due_on.to_string())) }
        (roster(&people))
        @if slip.n_back > 0 { p { "签收 " (slip.n_taken) " 人，退回 " (slip.n_back) " 人。" } }
        (signatures(&slip.from_name, &slip.to_name))
    };
    let back = format!("/handovers/slips/{id}");
    Ok(on_paper(&app, ("退休人员移交单", &actor.org_name, &back), body))
}

/// The agreement, with what is known filled in; its words are ours until a place has its own.
pub async fn paper(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let batch = own(&mut app.db.clone(), &actor, id).await?;
    let body = clauses(&batch, &actor);
    let back = path(id);
    let title = "退休人员社会化管理服务协议书";
    let sheet = PrintSheet::new(title, &actor.org_name, body).back(&back);
    Ok(web::on_paper(&app, sheet))
}

fn clauses(batch: &Batch, actor: &Actor) -> Markup {
    let blank = |text: &str| {
        if text.is_empty() { "＿＿＿＿＿＿".to_owned() } else { text.to_owned() }
    };
    let hander = match batch.hander_name.as_str() {
        "" => batch.enterprise_name.clone(),
        name => {
            let kind = name_of(HANDERS, &batch.handed_by);
            format!("{name}（{kind}，代{}）", batch.enterprise_name)
        }
    };
    let day = |day: Option<jiff::civil::Date>| {
        blank(&day.map_or_else(String::new, |day| frame::day(&day.to_string())))
    };
    html! {
        p { strong { "本文本由本平台拟定，供打印使用，不是官方范本；当地有范本的，以当地范本为准。" } }
        p { "编号：" (blank(&batch.agreement_no)) "　移交批次：" (batch.number) }
        p { "甲方（移交方）：" (hander) }
        p { "乙方（接收方）：" (actor.org_name) }
        p { "甲方将已办理退休手续的人员移交乙方，实行社会化管理服务。双方约定如下：" }
        ol {
            li { "移交人数 " (frame::count(batch.plan_people)) " 人，其中中共党员 "
                (frame::count(batch.plan_party)) " 人；人事档案 " (frame::count(batch.plan_files))
                " 册、" (frame::count(batch.plan_pages)) " 页。以双方签字的移交名册为准。" }
            li { "甲方交付每人的《个人情况登记表》、人事档案和有关手续，材料缺少的书面说明原因并按期补齐。" }
            li { "乙方逐人审核，档案及时入库保管；审核不合格的退回甲方补正，并说明理由。" }
            li { "乙方将登记表、党员组织关系等移交退休人员居住地的街道（乡镇），由街道移交社区站管理服务。" }
            li { "社区站接收之日起，由社区站上门走访、发放联系卡，提供社会化管理服务。" }
            li { "移交以前应由甲方承担的费用和责任，不因移交而免除。" }
            li { "双方对移交中知悉的个人信息保密，只用于社会化管理服务。" }
        }
        p { "签订日期：" (day(batch.agreement_on)) "　有效期至：" (day(batch.agreement_until)) }
        (signatures(&batch.enterprise_name, &actor.org_name))
    }
}

//! The first page of handing over: batches for the body that receives them, slips for who is to
//! sign for them; and the form that opens a batch.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, FieldError, Input, Pager, Table, Tone, Width};
use frame::{form_post, radio_group, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::{Batch, Caller, HANDERS, NewBatch, Slip, counts, find, open, path, store};
use crate::web::fields::Asked;
use crate::web::page::export_button;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{codes, deeds};

/// Rows of a page.
const N_ROWS: i64 = 20;

/// Whether somebody sits where batches are received.
fn receives(actor: &Actor) -> bool {
    matches!(codes::level_of(&actor.org), Some("city" | "district"))
}

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let body = if receives(&actor) {
        batches(&app, &actor, &asked).await?
    } else {
        slips(&app, &actor, &asked).await?
    };
    Ok(page(&app, &actor, "移交接收", body).render())
}

fn more(n: usize, last: Option<i64>, (asked, here): (&Fields, &str)) -> Pager {
    let full = i64::try_from(n).unwrap_or(0) == N_ROWS;
    Pager {
        first: (!asked.get("after").is_empty()).then(|| here.to_owned()),
        next: last.filter(|_| full).map(|id| format!("{here}&after={id}")),
        ..Pager::default()
    }
}

async fn batches(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Markup, Problem> {
    let state = match asked.get("state") {
        "closed" => "closed",
        "all" => "",
        _ => "open",
    };
    let mut db = app.db.clone();
    let before = asked.number("after").unwrap_or(i64::MAX);
    let found = store::newest(&mut db, (&actor.scope(), state), (before, N_ROWS)).await?;
    let mut cells = Vec::with_capacity(found.len());
    for batch in &found {
        cells.push(row(batch, &counts::of_batch(&mut db, batch.id).await?));
    }
    let name = if state.is_empty() { "all" } else { state };
    let here = format!("/handovers?state={name}");
    let tabs = [("open", "在办"), ("closed", "已办结"), ("all", "全部")].map(|(code, title)| {
        frame::Link::new(title, format!("/handovers?state={code}")).current_if(|| code == name)
    });
    let columns = vec![
        Col::head("批次"),
        Col::text("移交单位"),
        Col::day("开批次日期"),
        Col::number("计划人数"),
        Col::number("名册人数"),
        Col::number("待审核"),
        Col::number("在途"),
        Col::number("社区已接收"),
        Col::text("状态"),
    ];
    Ok(html! {
        p { "一个单位送来的一批人开一个批次：导入名册，逐人审核，签协议，再逐级移交到街道、社区。" }
        (frame::toolbar(html! {
            @if actor.can(deeds::HANDOVER_REVIEW) {
                (frame::main_button_link("/handovers/new", "开批次"))
            }
            (export_button(actor, "list=handed"))
            @if actor.can(deeds::HANDOVER_REVIEW) && actor.can(deeds::PEOPLE_EXPORT) {
                (frame::button_link("/exports/new?list=batches", "导出批次和协议台账"))
            }
        }))
        (frame::tabs("按状态", &tabs))
        (frame::table(Table::new("移交批次", columns).rows(cells)
            .empty("没有这一类的批次")))
        (frame::pager(more(found.len(), found.last().map(|one| one.id), (asked, &here))))
        p { a href="/handovers/slips" { "各街道、社区的移交单" } }
    })
}

fn row(batch: &Batch, counts: &counts::Counts) -> Vec<Markup> {
    let count = |n: i64| frame::text(frame::count(n));
    let on_the_way: i64 =
        ["passed", "to_street", "at_street", "to_station"].iter().map(|one| counts.of(one)).sum();
    vec![
        html! { a href=(path(batch.id)) { (batch.number) } },
        frame::text(&batch.enterprise_name),
        frame::time(&batch.opened_on.to_string()),
        count(batch.plan_people),
        count(counts.all()),
        count(counts.of("listed") + counts.of("returned")),
        count(on_the_way),
        count(counts.of("accepted")),
        state(batch),
    ]
}

pub(super) fn state(batch: &Batch) -> Markup {
    if batch.is_open() {
        frame::tag(Tone::Info, "在办")
    } else {
        frame::tag(Tone::Good, "已办结")
    }
}

/// Slips that lead into the jurisdiction, for those who answer them and those who sent them.
pub async fn slip_list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let body = slips(&app, &actor, &asked).await?;
    Ok(page(&app, &actor, "移交单", body).crumb("移交接收", "/handovers").render())
}

async fn slips(app: &Shared, actor: &Actor, asked: &Fields) -> Result<Markup, Problem> {
    let state = match asked.get("state") {
        "answered" => "answered",
        "all" => "",
        _ => "sent",
    };
    let mut db = app.db.clone();
    let batch = asked.number("batch").unwrap_or(0);
    let before = asked.number("after").unwrap_or(i64::MAX);
    let scope = actor.scope();
    let found = store::slips(&mut db, (&scope, state, batch), (before, N_ROWS)).await?;
    let name = if state.is_empty() { "all" } else { state };
    let of_batch = if batch > 0 { format!("&batch={batch}") } else { String::new() };
    let here = |code: &str| format!("/handovers/slips?state={code}{of_batch}");
    let tabs = [("sent", "待签收"), ("answered", "已签收"), ("all", "全部")]
        .map(|(code, title)| frame::Link::new(title, here(code)).current_if(|| code == name));
    let to_send = to_send(app, actor).await?;
    let today = app.today();
    Ok(html! {
        @if codes::level_of(&actor.org) == Some("street") {
            (waiting_batches(&to_send))
        }
        (frame::toolbar(export_button(actor, "list=handed")))
        (frame::tabs("按状态", &tabs))
        (slip_table(&found, today))
        (frame::pager(more(found.len(), found.last().map(|one| one.id), (asked, &here(name)))))
    })
}

pub(super) fn slip_table(found: &[Slip], today: jiff::civil::Date) -> Markup {
    let columns = vec![
        Col::head("移交单"),
        Col::text("移交单位"),
        Col::text("移交给"),
        Col::number("人数"),
        Col::day("送出日期"),
        Col::day("应签收"),
        Col::text("状态"),
    ];
    let cells = |slip: &Slip| {
        vec![
            html! { a href={ "/handovers/slips/" (slip.id) } { (slip.number) } },
            frame::text(&slip.enterprise_name),
            frame::text(&slip.to_name),
            frame::text(frame::count(slip.n)),
            frame::time(&slip.sent_on.to_string()),
            frame::time(&slip.due_on.to_string()),
            slip_state(slip, today),
        ]
    };
    frame::table(
        Table::new("移交单", columns)
            .rows(found.iter().map(cells).collect())
            .empty("没有这一类的移交单"),
    )
}

pub(super) fn slip_state(slip: &Slip, today: jiff::civil::Date) -> Markup {
    if slip.state == "answered" {
        let says = format!("已签收 {} 人", frame::count(slip.n_taken));
        return if slip.n_back > 0 {
            frame::tag(Tone::Warn, &format!("{says}，退回 {} 人", frame::count(slip.n_back)))
        } else {
            frame::tag(Tone::Good, &says)
        };
    }
    if slip.due_on < today {
        frame::tag(Tone::Bad, "逾期未签收")
    } else {
        frame::tag(Tone::Info, "待签收")
    }
}

/// Batches of which people wait at the actor's street to be sent to its stations.
async fn to_send(app: &Shared, actor: &Actor) -> Result<Vec<(i64, String, i64)>, Problem> {
    if codes::level_of(&actor.org) != Some("street") {
        return Ok(Vec::new());
    }
    Ok(counts::at_street(&mut app.db.clone(), &actor.scope()).await?)
}

fn waiting_batches(waiting: &[(i64, String, i64)]) -> Markup {
    if waiting.is_empty() {
        return html! {};
    }
    let body = html! {
        ul { @for (id, number, n) in waiting { li {
            a href=(path(*id)) { (number) } "：已签收、待送社区 " (frame::count(*n)) " 人"
        } } }
    };
    frame::panel(Tone::Info, "待送往社区站", body)
}

/// What waits for an answer at the actor's own place, on the home page.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting_part(app: &Shared, actor: &Actor) -> Result<Markup, Problem> {
    if !actor.can(deeds::HANDOVER_RECEIVE) {
        return Ok(html! {});
    }
    let mut db = app.db.clone();
    let (n, due) = store::waiting(&mut db, &actor.org).await?;
    let to_send: i64 = to_send(app, actor).await?.iter().map(|(_, _, n)| n).sum();
    if n == 0 && to_send == 0 {
        return Ok(html! {});
    }
    let body = html! {
        @if n > 0 {
            p { a href="/handovers" { "有 " (n) " 份移交单等您签收" }
                @if let Some(due) = due { "，最早应在 " (frame::time(&due)) " 前签收" } "。" }
        }
        @if to_send > 0 {
            p { a href="/handovers" { "已签收的 " (frame::count(to_send)) " 人等着送往社区站" } "。" }
        }
    };
    Ok(frame::panel(Tone::Warn, "移交接收", body))
}

pub async fn new_form(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let preset = Fields(vec![("handed_by".to_owned(), "enterprise".to_owned())]);
    Ok(new_page(&app, &actor, &preset, Vec::new()))
}

fn new_page(app: &Shared, actor: &Actor, fields: &Fields, errors: Vec<FieldError>) -> Markup {
    let field = |name, label| Input::new(name, label).value(fields.get(name)).errors(&errors);
    let count = |name, label| field(name, label).kind(frame::Kind::Number).width(Width::Short);
    let handers: Vec<Choice<'_>> =
        HANDERS.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let expected = Input::date("expected_on", "预计移交日期").value(fields.get("expected_on"));
    let form = html! {
        (text_field(field("enterprise_name", "移交单位").width(Width::Full)
            .suggested_by("/enterprises/suggest").hint("填全称；本人申报的，填原工作单位")))
        (radio_group(field("handed_by", "由谁移交"), &handers))
        (text_field(field("hander_name", "主管部门或管理人名称").optional().width(Width::Full)
            .hint("单位已破产、撤销，由主管部门或管理人移交的填写")))
        (text_field(field("contact", "经办联系人和电话").optional().width(Width::Full)))
        (text_field(count("plan_people", "计划移交人数")))
        (text_field(count("plan_party", "其中党员").optional()))
        (text_field(count("plan_files", "档案册数").optional()))
        (text_field(count("plan_pages", "档案页数").optional()))
        (text_field(expected.errors(&errors).optional()))
        (text_field(field("note", "备注").optional().width(Width::Full)))
        (submit("开批次"))
    };
    let body = form_post("/handovers", &csrf(app, actor.session), &new_key(), form);
    page(app, actor, "开移交批次", body).crumb("移交接收", "/handovers").errors(errors).render()
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = match read(&fields) {
        Ok(new) => open(&app, &actor, new, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(batch) => Ok(Redirect::to(&path(batch.id)).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = new_page(&app, &actor, &fields, shown(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn read(fields: &Fields) -> Result<NewBatch, Problem> {
    let mut errors = Vec::new();
    let expected_on = fields.day("expected_on", &mut errors);
    let mut count = |name: &str| match (fields.get(name), fields.number(name)) {
        ("", _) => 0,
        (_, Some(n)) => n,
        _ => {
            super::wrong(&mut errors, name, "请填写数字");
            0
        }
    };
    let (plan_people, plan_party) = (count("plan_people"), count("plan_party"));
    let (plan_files, plan_pages) = (count("plan_files"), count("plan_pages"));
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    let text = |name: &str| fields.get(name).to_owned();
    Ok(NewBatch {
        enterprise: None,
        enterprise_name: text("enterprise_name"),
        handed_by: text("handed_by"),
        hander_name: text("hander_name"),
        contact: text("contact"),
        plan_people,
        plan_party,
        plan_files,
        plan_pages,
        expected_on,
        note: text("note"),
    })
}

/// The batch that a page is about.
pub(super) async fn seen(app: &Shared, actor: &Actor, id: i64) -> Result<Batch, Problem> {
    find(&mut app.db.clone(), actor, id).await
}

//! The list of months, and the register of a month: the organisations below side by side.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, Table, Tone, form_post};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::due_on;
use super::flow::address;
use super::month::Month;
use super::parts::{self, Links, Shown};
use super::progress::{self, Progress};
use super::sheet::{self, Child, Sheet};
use super::store::{self, Report, State as Stage};
use super::tree::{self, Unit};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Me, Shared, csrf, new_key, page};

/// So many months are listed.
const N_MONTHS: i64 = 13;

pub async fn list(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let mut reader = app.db.clone();
    let unit = tree::of_code(&mut reader, &actor.org).await?;
    let (laws, today) = (app.laws().await?, app.today());
    let this = Month::of(today, today);
    let from = this.back(N_MONTHS - 1, today);
    let own = store::since(&mut reader, unit.id, &from.code).await?;
    let mut rows = Vec::new();
    for n in 0..N_MONTHS {
        let month = this.back(n, today);
        let report = own.iter().find(|report| report.month == month.code);
        if month.last_on < unit.opened_on && report.is_none() {
            break;
        }
        let below = match unit.is_station() {
            true => None,
            false => Some(progress::below(&app.db, &laws, (&unit, &month), today).await?),
        };
        rows.push(row(&unit, &month, (report, below), (due_on(&laws, &unit, &month)?, today)));
    }
    let mut columns = vec![Col::head("月份"), Col::day("本级期限"), Col::text("本级状态")];
    if !unit.is_station() {
        columns.extend([
            Col::number("下级应报"),
            Col::number("已上报"),
            Col::number("待接受"),
            Col::number("逾期未报"),
        ]);
    }
    columns.push(Col::actions());
    let body = html! {
        p { "每个数字都由已登记的情况得出，不另填写；点数字可以看到所计的每一条。"
            "上报以后数字不再变动，以后补录或更正的列入下个月的更正。" }
        (frame::table(Table::new("各月报表", columns).rows(rows)
            .empty("还没有到第一个报表月份")))
    };
    Ok(page(&app, &actor, "按月计报", body).render())
}

fn row(
    unit: &Unit,
    month: &Month,
    (report, below): (Option<&Report>, Option<Progress>),
    (due_on, today): (jiff::civil::Date, jiff::civil::Date),
) -> Vec<Markup> {
    let own = address(unit, &month.code);
    let to = if unit.is_station() { own.clone() } else { format!("/reports/{}", month.code) };
    let state = html! {
        @if !month.is_over(today) && report.is_none() { (frame::tag(Tone::Plain, "未满月")) }
        @else { (parts::standing(report, due_on, today)) }
    };
    let mut row =
        vec![html! { a href=(to) { (month.name()) } }, frame::time(&due_on.to_string()), state];
    if let Some(below) = below {
        let numbers = [below.n_owed, below.n_told, below.n_waiting, below.n_late];
        row.extend(numbers.map(|n| frame::text(frame::count(n))));
    }
    row.push(html! {
        a href=(own) { "查看" span.unseen { (month.name()) } } " "
        a href={ (own) "/print" } { "打印" span.unseen { (month.name()) } }
    });
    row
}

pub async fn register(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(month): Path<String>,
    Asked(asked): Asked,
) -> Result<Response, Problem> {
    let unit = tree::of_code(&mut app.db.clone(), &actor.org).await?;
    let month = Month::read(&month, app.today()).ok_or(Problem::NotFound)?;
    let own = address(&unit, &month.code);
    if unit.is_station() {
        return Ok(Redirect::to(&own).into_response());
    }
    let sheet = sheet::load(&app.db, unit, month).await?;
    let body = html! {
        (frame::toolbar(html! {
            (frame::button_link(&own, "本级报表"))
            (frame::button_link(&format!("{own}/print"), "打印"))
        }))
        (states(&app, &actor, &sheet).await?)
        @if !sheet.month.is_over(app.today()) {
            (frame::notice(Tone::Info, "本月还没有结束，以下是到今天为止的数字"))
        }
        (parts::register(&Shown::new(&sheet, Links::Shown, &[])))
    };
    let title = format!("{}{}月报", sheet.unit.name, sheet.month.name());
    let shell = page(&app, &actor, &title, body).crumb("按月计报", "/reports");
    let shell = match asked.get("saved") {
        "accepted" => shell.notice(Tone::Good, "已接受"),
        _ => shell,
    };
    Ok(shell.render().into_response())
}

/// Who has reported, who is late, what waits to be accepted.
async fn states(app: &Shared, actor: &Actor, sheet: &Sheet) -> Result<Markup, Problem> {
    let (laws, today) = (app.laws().await?, app.today());
    let mut rows = Vec::new();
    for child in &sheet.children {
        let due_on = due_on(&laws, &child.unit, &sheet.month)?;
        rows.push(vec![
            frame::text(&child.unit.name),
            parts::standing(child.report.as_ref(), due_on, today),
            frame::time(&due_on.to_string()),
            html! { @if let Some(on) = child.report.as_ref().and_then(|one| one.submitted_on) {
                (frame::time(&on.to_string()))
            } },
            html! { @if let Some(report) = &child.report { (report.submitted_by) } },
            acts(app, actor, (sheet, child)),
        ]);
    }
    let columns = vec![
        Col::head("单位"),
        Col::text("状态"),
        Col::day("期限"),
        Col::day("上报日期"),
        Col::text("上报人"),
        Col::actions(),
    ];
    let table = Table::new("下级上报情况", columns).rows(rows).numbered_from(1);
    Ok(frame::table(table.empty("下面还没有单位")))
}

/// One click accepts; everything else is done on the report itself.
fn acts(app: &Shared, actor: &Actor, (sheet, child): (&Sheet, &Child)) -> Markup {
    let at = address(&child.unit, &sheet.month.code);
    let waits = child.report.as_ref().filter(|report| {
        report.state == Stage::Submitted
            && report.submitter != actor.account
            && actor.can(deeds::REPORTS_DECIDE)
            && sheet.unit.is_of(actor)
    });
    html! {
        a href=(at) { "查看" span.unseen { (child.unit.name) } }
        @if let Some(report) = waits {
            @let form = html! {
                (frame::hidden("version", &report.version.to_string()))
                (frame::hidden("back", "register"))
                button.button type="submit" { "接受" span.unseen { (child.unit.name) } }
            };
            (form_post(&format!("{at}/accept"), &csrf(app, actor.session), &new_key(), form))
        }
    }
}

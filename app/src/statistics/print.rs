//! A report on A4, lying: the figures of a station, or the organisations below side by side.

use axum::extract::State;
use frame::{Col, PrintSheet, Table};
use kernel::Problem;
use maud::{Markup, html};

use super::flow::address;
use super::parts::{self, Links, Shown};
use super::report_pages::{At, load, told};
use super::sheet::Sheet;
use super::store::State as Stage;
use crate::web::{Me, Shared, on_paper};

pub async fn print(State(app): State<Shared>, Me(actor): Me, at: At) -> Result<Markup, Problem> {
    let sheet = load(&app, &actor, &at).await?;
    let told = told(&app, &sheet).await?;
    let shown = Shown::new(&sheet, Links::Hidden, &[]);
    let body = html! {
        (standing(&sheet))
        @if sheet.unit.is_station() { (parts::figures(&shown)) } @else { (parts::register(&shown)) }
        (parts::sum(&sheet.values))
        @if !told.is_empty() { (parts::corrections(&sheet, &told, Links::Hidden)) }
        p { "填报人：　　　　　　　　负责人：　　　　　　　　（盖章）" }
    };
    let title = format!("企业退休人员社会化管理服务月报（{}）", sheet.month.name());
    let back = address(&sheet.unit, &sheet.month.code);
    let paper = PrintSheet::new(&title, &sheet.unit.name, body);
    Ok(on_paper(&app, paper.landscape().back(&back)))
}

/// Where the report and those below stand.
fn standing(sheet: &Sheet) -> Markup {
    let words =
        |report: Option<&super::Report>| report.map_or("未上报", |report| report.state.name());
    let day = |report: Option<&super::Report>| {
        let on = report.and_then(|report| report.submitted_on);
        on.map_or_else(String::new, |on| on.to_string())
    };
    let open = sheet.children.iter().filter(|child| {
        child
            .report
            .as_ref()
            .is_none_or(|report| matches!(report.state, Stage::Returned | Stage::Missing))
    });
    let rows: Vec<Vec<Markup>> = open
        .map(|child| {
            vec![
                frame::text(&child.unit.name),
                frame::text(words(child.report.as_ref())),
                frame::text(child.report.as_ref().map_or("", |report| &report.reason)),
            ]
        })
        .collect();
    let columns = vec![Col::head("单位"), Col::text("状态"), Col::text("原因")];
    html! {
        p { "状态：" (words(sheet.report.as_ref())) " " (day(sheet.report.as_ref())) }
        @if !rows.is_empty() {
            (frame::table(Table::new("未上报、已退回和缺报的下级", columns).rows(rows)))
        }
    }
}

//! A report as a workbook or a CSV file: figures only, as an act that the auditor sees.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, Problem};
use sheets::{ColumnOut, CsvCode, CsvOut, KindOut, LeadingSign, Lines, SheetError, XlsxOut};

use super::figures;
use super::flow::address;
use super::report_pages::{At, load};
use super::sheet::Sheet;
use crate::deeds;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared};

/// Which kind of file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Xlsx,
    Csv,
}

impl Kind {
    const fn mime(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }
}

pub async fn download(
    State(app): State<Shared>,
    Me(actor): Me,
    at: At,
    fields: Fields,
) -> Result<Response, Problem> {
    actor.may(deeds::REPORTS_SEE)?;
    let permit = actor.permit(deeds::PEOPLE_EXPORT)?;
    let sheet = load(&app, &actor, &at).await?;
    let kind = if fields.get("kind") == "csv" { Kind::Csv } else { Kind::Xlsx };
    let bytes = written(&app, &actor, &sheet, kind)
        .map_err(|cause| Problem::Fault(anyhow::anyhow!("report: {cause}")))?;
    let act = app.db.begin(permit, app.today()).await?;
    let page = address(&sheet.unit, &sheet.month.code);
    let detail = format!("{} {}", sheet.month.code, kind.ending());
    act.commit_noting(&format!("report-of/{}", sheet.unit.id), &page, &detail).await?;
    let name = format!("{}{}月报.{}", sheet.unit.name, sheet.month.name(), kind.ending());
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.mime()));
    let disposition = format!("attachment; filename*=UTF-8''{}", encoded(&name));
    let disposition = HeaderValue::from_str(&disposition)
        .map_err(|cause| Problem::Fault(anyhow::anyhow!("file name: {cause}")))?;
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok((headers, bytes).into_response())
}

fn written(app: &Shared, actor: &Actor, sheet: &Sheet, kind: Kind) -> Result<Vec<u8>, SheetError> {
    let mut titles = vec!["指标", "数量", "单位"];
    titles.extend(sheet.children.iter().map(|child| child.unit.name.as_str()));
    titles.push("怎样统计");
    let rows = figures::ALL.iter().map(|figure| {
        let mut row = vec![figure.name.clone(), sheet.value(&figure.id).to_string()];
        row.push(figure.unit.to_owned());
        row.extend(sheet.children.iter().map(|child| child.value(&figure.id).to_string()));
        row.push(figure.how.clone());
        row
    });
    if kind == Kind::Csv {
        let mut out = CsvOut::create(Vec::new(), &titles, CsvCode::Utf8, LeadingSign::Apostrophe)?;
        for row in rows {
            out.push(&row.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        return out.finish();
    }
    let columns: Vec<ColumnOut> = titles.iter().map(|title| column(title)).collect();
    let state = sheet.report.as_ref().map_or("未上报", |report| report.state.name());
    let lines = Lines {
        title: Some(format!("{}{}月报（{state}）", sheet.unit.name, sheet.month.name())),
        watermark: Some(format!("{} {}下载", app.today(), actor.name)),
        author: Some(actor.name.clone()),
        made_on: Some(app.today()),
        ..Lines::default()
    };
    let mut out = XlsxOut::create("月报", &columns, lines)?;
    for row in rows {
        out.push(&row.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    let mut bytes = Vec::new();
    out.finish(&mut bytes)?;
    Ok(bytes)
}

fn column(title: &str) -> ColumnOut {
    let (width, kind) = match title {
        "指标" => (30, KindOut::Text),
        "单位" => (8, KindOut::Text),
        "怎样统计" => (60, KindOut::Text),
        _ => (14, KindOut::Int),
    };
    ColumnOut { title: title.to_owned(), width, kind }
}

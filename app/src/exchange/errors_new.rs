//! The rows with faults as a workbook of their own, for files that are no workbook that could be
//! marked: the sender's columns, the cells in question in red, and one more column that says what
//! to do.

use std::collections::BTreeMap;
use std::io::Write;

use sheets::{ColumnOut, Flow, KindOut, Lines, SheetError, XlsxOut};

use super::columns::Col;
use super::errors_book::TITLE;
use super::faults::Fault;
use super::feed::{self, Event, Wish};
use super::places::Stand;
use super::plan::{Choice, Plan, Sheet};
use super::reading::{Source, usual};

/// Faults of a row.
type ByRow<'a> = BTreeMap<(&'a str, u32), Vec<&'a Fault>>;

/// Writes the rows of a file that have faults.
///
/// # Errors
/// When the file cannot be read again, or the workbook cannot be written.
pub(super) fn write(
    source: &Source,
    faults: &[Fault],
    to: impl Write + Send,
) -> Result<(), SheetError> {
    let mut by_row = ByRow::new();
    for fault in faults {
        by_row.entry((&fault.sheet, fault.row)).or_default().push(fault);
    }
    let plan = &source.plan;
    let added = added(source);
    let mut out = XlsxOut::create("待更正", &columns(plan, &added), Lines::default())?;
    let mut sheet: Option<&Sheet> = None;
    let mut failed = None;
    feed::read(&source.path, &source.name, Wish::Everything, &mut |event| {
        let row = match event {
            Event::Sheet(begun) => {
                sheet = plan.sheets.iter().find(|known| known.name == begun.name);
                return Flow::Go;
            }
            Event::Row(row) => row,
        };
        let Some(sheet) = sheet else { return Flow::Go };
        let Some(faults) = by_row.get(&(sheet.name.as_str(), row.number)) else {
            return Flow::Go;
        };
        let mut cells = vec![String::new(); plan.columns.len()];
        let mut marks = Vec::new();
        for place in &sheet.places {
            row.text(place.column).clone_into(&mut cells[place.at]);
            let letters = sheets::letters(place.column);
            for fault in faults.iter().filter(|fault| fault.column == letters) {
                marks.push((place.at, fault.message.as_str()));
            }
        }
        cells.extend(added.iter().map(|col| match col {
            Col::Enterprise => sheet.enterprise.clone(),
            _ => named(source, sheet).unwrap_or_default(),
        }));
        let says: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        cells.push(says.join("；"));
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        match out.push_marked(&cells, &marks) {
            Ok(()) => Flow::Go,
            Err(cause) => {
                failed = Some(cause);
                Flow::Stop
            }
        }
    })?;
    match failed {
        Some(cause) => Err(cause),
        None => out.finish(to),
    }
}

/// Columns that the rows need once they no longer stand in their own sheet: several sheets are
/// named by their communities, or a title names the enterprise.
fn added(source: &Source) -> Vec<Col> {
    let plan = &source.plan;
    let has = |col: Col| plan.columns.iter().any(|c| c.choice() == Choice::Field(col.field().key));
    let mut added = Vec::new();
    let is_named = plan.sheets.iter().any(|sheet| named(source, sheet).is_some());
    if !has(Col::Station) && is_named {
        added.push(Col::Station);
    }
    if !has(Col::Enterprise) && plan.sheets.iter().any(|s| !s.enterprise.is_empty()) {
        added.push(Col::Enterprise);
    }
    added
}

/// The station that the title or the name of a sheet says.
fn named(source: &Source, sheet: &Sheet) -> Option<String> {
    match usual(&source.plan, sheet, &source.places) {
        Stand::At(station) => Some(station.code),
        _ => None,
    }
}

fn columns(plan: &Plan, added: &[Col]) -> Vec<ColumnOut> {
    let column =
        |title: &str, width: u16| ColumnOut { title: title.to_owned(), width, kind: KindOut::Text };
    let own = plan.columns.iter().map(|known| column(&known.title, 16));
    let more = added.iter().map(|col| column(col.field().title, 16));
    own.chain(more).chain(std::iter::once(column(TITLE, 60))).collect()
}

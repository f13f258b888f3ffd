//! The rows with faults as a workbook of their own, for files that cannot be marked (`.xls`,
//! `.ods`, web pages): the sender's columns, the cells in question in red with a note, and one more
//! column that says what to do. It is read as the sender's file was.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use sheets::header::normal;
use sheets::{
    Cell, CellKind, ColumnOut, Flow, KindOut, Lines, RowIn, SheetError, XlsxOut, clean, letters,
};

use super::columns::Col;
use super::errors_book::TITLE;
use super::faults::Fault;
use super::feed::{self, Event, Wish};
use super::kinds::Kind;
use super::list_page;
use super::pieces::{Frame, Reads, Source};
use super::places::Stand;
use super::plan::{Choice, Place, Plan, Sheet};
use super::reading::{Page, usual};

/// Faults of a row.
type ByRow<'a> = BTreeMap<(&'a str, u32), Vec<&'a Fault>>;

/// A row with faults, merged cells filled in.
struct Bad<'a> {
    sheet: &'a Sheet,
    /// By the columns of the plan.
    cells: Vec<String>,
    /// What stands below no title: by its letters.
    untitled: BTreeMap<String, String>,
    faults: &'a [&'a Fault],
}

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
    let bad = collect(source, &by_row)?;
    let plan = &source.plan;
    let added = added(source);
    let untitled: BTreeSet<&String> = bad.iter().flat_map(|row| row.untitled.keys()).collect();
    let mut out = XlsxOut::create("待更正", &columns(plan, &added, &untitled), Lines::default())?;
    for row in &bad {
        let mut cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
        let station = named(source, row.sheet).unwrap_or_default();
        cells.extend(added.iter().map(|col| match col {
            Col::Enterprise => row.sheet.enterprise.as_str(),
            _ => station.as_str(),
        }));
        let other = |letters: &&String| row.untitled.get(*letters).map_or("", String::as_str);
        cells.extend(untitled.iter().map(other));
        let says: Vec<&str> = row.faults.iter().map(|fault| fault.message.as_str()).collect();
        let says = says.join("；");
        cells.push(&says);
        out.push_marked(&cells, &marks(row))?;
    }
    out.finish(to)
}

/// The cells in question, and why.
fn marks<'a>(row: &Bad<'a>) -> Vec<(usize, &'a str)> {
    let mut marks = Vec::new();
    for place in &row.sheet.places {
        let letters = letters(place.column);
        for fault in row.faults.iter().filter(|fault| fault.column == letters) {
            marks.push((place.at, fault.message.as_str()));
        }
    }
    marks
}

/// A sheet as the import reads it.
enum Read {
    Roster(Box<Page>),
    List(list_page::Page),
}

impl Read {
    fn open(source: &Source, sheet: &Sheet) -> Self {
        match source.plan.kind {
            Kind::Roster | Kind::Handover => Self::Roster(Box::new(Page::open(source, sheet))),
            _ => Self::List(list_page::Page::open(source, sheet)),
        }
    }

    fn frame(&self) -> &Frame {
        match self {
            Self::Roster(page) => page.frame(),
            Self::List(page) => page.frame(),
        }
    }

    fn cell(&self, row: &RowIn, place: &Place, plan: &Plan) -> Option<Cell> {
        match (self, plan.choice(place)) {
            (Self::Roster(page), _) => page.merged(row, place.column).map(Cow::into_owned),
            (Self::List(page), Choice::Field(key)) => page.cell(row, place.column, key),
            (Self::List(_), _) => row.cell(place.column).cloned(),
        }
    }
}

fn collect<'a>(source: &'a Source, by_row: &'a ByRow<'a>) -> Result<Vec<Bad<'a>>, SheetError> {
    let plan = &source.plan;
    let mut bad = Vec::new();
    let mut now: Option<(&Sheet, Read)> = None;
    feed::read(&source.path, &source.name, Wish::Everything, &mut |event| {
        let row = match event {
            Event::Sheet(begun) => {
                let known = plan.sheets.iter().find(|known| known.name == begun.name);
                now = known.map(|known| (known, Read::open(source, known)));
                return Flow::Go;
            }
            Event::Row(row) => row,
        };
        let Some((sheet, page)) = &now else { return Flow::Go };
        if row.number > sheet.last_row {
            page.frame().merged.pass(&row);
        }
        let Some(faults) = by_row.get(&(sheet.name.as_str(), row.number)) else {
            return Flow::Go;
        };
        let mut cells = vec![String::new(); plan.columns.len()];
        for place in &sheet.places {
            cells[place.at] = page.cell(&row, place, plan).map_or_else(String::new, said);
        }
        let is_titled = |cell: &&Cell| sheet.places.iter().any(|at| at.column == cell.column);
        let untitled = row.cells.iter().filter(|cell| !is_titled(cell));
        let untitled = untitled.map(|cell| (letters(cell.column), said(cell.clone()))).collect();
        bad.push(Bad { sheet, cells, untitled, faults });
        Flow::Go
    })?;
    Ok(bad)
}

/// What a cell says. A number that Excel has spoilt must not become a text that looks sound.
fn said(cell: Cell) -> String {
    if cell.kind != CellKind::Imprecise || clean::is_rounded(&cell.text) {
        return cell.text;
    }
    let digits = cell.text.trim_start_matches('-');
    let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
    format!("{first}.{}E+{}", rest.get(..14).unwrap_or(rest), rest.len())
}

/// Columns that the rows need once they no longer stand in their own sheet: several sheets are
/// named by their communities, or a title names the enterprise.
fn added(source: &Source) -> Vec<Col> {
    let plan = &source.plan;
    if !plan.kind.is_roster() {
        return Vec::new();
    }
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

fn columns(plan: &Plan, added: &[Col], untitled: &BTreeSet<&String>) -> Vec<ColumnOut> {
    let column = |title: String, width: u16| ColumnOut { title, width, kind: KindOut::Text };
    let own = (0..plan.columns.len()).map(|at| column(title(plan, at), 16));
    let more = added.iter().map(|col| column(col.field().title.to_owned(), 16));
    let others = untitled.iter().map(|letters| column(format!("{letters}列"), 16));
    own.chain(more).chain(others).chain(std::iter::once(column(TITLE.to_owned(), 60))).collect()
}

/// The sender's title; where it does not say which field was meant, that field's with it.
fn title(plan: &Plan, at: usize) -> String {
    let known = &plan.columns[at];
    let meant = match known.choice() {
        Choice::Field(key) => plan.kind.field(key),
        Choice::Extra | Choice::Skip => None,
    };
    let Some(field) = meant else { return known.title.clone() };
    let mut places = plan.sheets.iter().flat_map(|sheet| &sheet.places);
    let leaf = places.find(|place| place.at == at).map_or("", |place| place.leaf.as_str());
    let says = |title: &str| field.titles().any(|known| normal(known) == normal(title));
    match [known.title.as_str(), leaf].into_iter().find(|title| says(title)) {
        Some(title) => title.to_owned(),
        None => format!("{}（{}）", field.title, known.title),
    }
}

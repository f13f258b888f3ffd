//! The file of a sender with its faults marked in it: the cells in question in red with a note, and
//! one more column that says what to do. Nothing else is touched; once mended it can be handed in
//! as it is. Files that cannot be marked get a workbook of the rows with faults instead.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use sheets::edit::{CellEdit, Look, Notes, RowEdit, Target, Value, is_workbook};
use sheets::header::normal;
use sheets::{ColumnState, CsvColumn, Flow, SheetError, is_csv, mark_csv};

use super::amend::{Changes, amend};
use super::errors_new;
use super::faults::Fault;
use super::feed::{self, Event, Wish};
use super::pieces::Source;
use super::plan::Sheet;

/// The title of the column that says what is wrong; it is left out when the file comes back.
pub const TITLE: &str = "导入结果/问题";
const WIDTH: u16 = 48;
/// As much as a note says.
const N_NOTE: usize = 1000;

/// In what form the faults are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The sender's workbook, or one of the faulty rows.
    Workbook,
    Csv,
}

/// Whether the faults can be marked in the file itself.
///
/// # Errors
/// When it cannot be read at all.
pub fn is_markable(path: &Path) -> Result<bool, SheetError> {
    Ok(is_workbook(path)? || is_csv(path)?)
}

/// What the sheets of a file hold beyond their headers.
#[derive(Default)]
struct Spread {
    /// The furthest column that has anything in it.
    last_column: u32,
    last_row: u32,
    /// Rows in which our column says something from an earlier time.
    stale: Vec<u32>,
}

/// Faults of a row.
type ByRow<'a> = BTreeMap<u32, Vec<&'a Fault>>;

/// Writes the file with its faults, in the form in which it came.
///
/// # Errors
/// When the file cannot be read again, or there is no room.
pub fn write(source: &Source, faults: &[Fault], to: &Path) -> Result<Form, SheetError> {
    let form = if is_csv(&source.path)? { Form::Csv } else { Form::Workbook };
    write_as(source, faults, (to, form))
}

/// Writes the file with its faults; a CSV file only if it came as one.
///
/// # Errors
/// When the file cannot be read again, or there is no room.
pub fn write_as(
    source: &Source,
    faults: &[Fault],
    (to, form): (&Path, Form),
) -> Result<Form, SheetError> {
    if is_workbook(&source.path)? {
        match mark(source, faults, to) {
            Ok(()) => return Ok(Form::Workbook),
            Err(cause) => {
                let detail = cause.cause().unwrap_or_default();
                tracing::warn!("a workbook could not be marked: {cause} {detail}");
            }
        }
    } else if form == Form::Csv && is_csv(&source.path)? {
        mark_lines(source, faults, to)?;
        return Ok(Form::Csv);
    }
    errors_new::write(source, faults, BufWriter::new(File::create(to)?))?;
    Ok(Form::Workbook)
}

/// Where our column stands already.
fn own(source: &Source, sheet: &Sheet) -> Option<u32> {
    let title = |at: usize| source.plan.columns.get(at).map(|known| normal(&known.title));
    let ours = sheet.places.iter().find(|place| title(place.at).as_deref() == Some(TITLE));
    ours.map(|place| place.column)
}

/// Reads the file once more to see how far its sheets reach.
fn spreads(source: &Source, own: &[Option<u32>]) -> Result<Vec<Spread>, SheetError> {
    let plan = &source.plan;
    let mut spreads: Vec<Spread> = plan.sheets.iter().map(|_| Spread::default()).collect();
    let mut now = None;
    feed::read(&source.path, &source.name, Wish::Everything, &mut |event| {
        match event {
            Event::Sheet(begun) => {
                now = plan.sheets.iter().position(|sheet| sheet.name == begun.name);
            }
            Event::Row(row) => {
                let Some(at) = now else { return Flow::Go };
                let spread = &mut spreads[at];
                spread.last_row = row.number;
                let last = row.cells.last().map_or(0, |cell| cell.column);
                spread.last_column = spread.last_column.max(last);
                let is_ours = own[at].is_some_and(|column| row.cell(column).is_some());
                if is_ours && row.number > plan.sheets[at].last_row {
                    spread.stale.push(row.number);
                }
            }
        }
        Flow::Go
    })?;
    Ok(spreads)
}

fn of_sheet<'a>(faults: &'a [Fault], sheet: &Sheet) -> ByRow<'a> {
    let mut by_row = ByRow::new();
    for fault in faults.iter().filter(|fault| fault.sheet == sheet.name) {
        by_row.entry(fault.row).or_default().push(fault);
    }
    by_row
}

/// Marks a workbook.
fn mark(source: &Source, faults: &[Fault], to: &Path) -> Result<(), SheetError> {
    let known: Vec<Option<u32>> =
        source.plan.sheets.iter().map(|sheet| own(source, sheet)).collect();
    let spreads = spreads(source, &known)?;
    let (mut targets, mut changes) = (Vec::new(), Changes::new()?);
    for ((sheet, spread), known) in source.plan.sheets.iter().zip(&spreads).zip(&known) {
        let by_row = of_sheet(faults, sheet);
        if by_row.is_empty() && spread.stale.is_empty() {
            continue;
        }
        let right = sheet.places.iter().map(|place| place.column).max().unwrap_or(0);
        let own = known.unwrap_or(right.max(spread.last_column) + 1);
        let index = targets.len();
        targets.push(Target {
            name: sheet.name.clone(),
            reach: (own, spread.last_row),
            own: Some((own, WIDTH)),
            like_from: None,
            notes: if by_row.is_empty() { Notes::None } else { Notes::Some },
        });
        if known.is_none() {
            let value = Some(Value::Ours(TITLE.to_owned()));
            let title = CellEdit { column: own, value, ..CellEdit::default() };
            let row = RowEdit { sheet: index, row: sheet.first_row, cells: vec![title] };
            changes.push(&row)?;
        }
        let mut rows: Vec<u32> = by_row.keys().chain(&spread.stale).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            let faults = by_row.get(&row).map_or(&[][..], Vec::as_slice);
            let again = known.is_some();
            let cells =
                cells((sheet, own), faults, if again { Look::NotRed } else { Look::AsItIs });
            changes.push(&RowEdit { sheet: index, row, cells })?;
        }
    }
    amend((&source.path, to), &targets, changes).map(drop)
}

/// The cells of a row: those in question in red, our column with what to do.
fn cells((sheet, own): (&Sheet, u32), faults: &[&Fault], others: Look) -> Vec<CellEdit> {
    let mut cells: BTreeMap<u32, CellEdit> = BTreeMap::new();
    if others != Look::AsItIs {
        for place in &sheet.places {
            let column = place.column;
            cells.insert(column, CellEdit { column, look: others, ..CellEdit::default() });
        }
    }
    for fault in faults {
        let Some(column) = column_of(&fault.column) else { continue };
        let cell = cells.entry(column).or_default();
        cell.column = column;
        cell.look = Look::Red;
        if !cell.note.is_empty() {
            cell.note.push('\n');
        }
        cell.note.extend(fault.message.chars().take(N_NOTE));
    }
    let look = if faults.is_empty() { Look::NotRed } else { Look::Red };
    let value = Some(Value::Ours(says(faults)));
    cells.insert(own, CellEdit { column: own, value, look, note: String::new() });
    cells.into_values().collect()
}

fn says(faults: &[&Fault]) -> String {
    let mut says: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    says.dedup();
    says.join("；").chars().take(N_NOTE * 4).collect()
}

/// The column with these letters.
fn column_of(letters: &str) -> Option<u32> {
    let is_letters = !letters.is_empty() && letters.len() <= 3;
    let value = letters.bytes().try_fold(0_u32, |sum, b| {
        b.is_ascii_uppercase().then(|| sum * 26 + u32::from(b - b'A') + 1)
    });
    value.filter(|_| is_letters).map(|n| n - 1)
}

/// Marks a CSV file: the one column at the end of its rows.
fn mark_lines(source: &Source, faults: &[Fault], to: &Path) -> Result<(), SheetError> {
    let Some(sheet) = source.plan.sheets.first() else {
        return Err(SheetError::Empty);
    };
    let known = own(source, sheet);
    let spread = spreads(source, &[known])?.into_iter().next().unwrap_or_default();
    let right = sheet.places.iter().map(|place| place.column).max().unwrap_or(0);
    let column = match known {
        Some(column) => CsvColumn { column, state: ColumnState::Known },
        None => {
            let column = right.max(spread.last_column) + 1;
            CsvColumn { column, state: ColumnState::New }
        }
    };
    let by_row = of_sheet(faults, sheet);
    let title = (sheet.first_row, TITLE.to_owned());
    let rows = by_row.iter().map(|(row, faults)| (*row, says(faults)));
    let mut texts = std::iter::once(title).chain(rows);
    mark_csv((File::open(&source.path)?, File::create(to)?), &column, &mut texts)
}

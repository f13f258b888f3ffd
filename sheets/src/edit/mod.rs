//! 改别人的工作簿：只动要动的格，其余部件原样照搬。
//!
//! The sheets are rewritten in one streaming pass each; styles are added to, never changed; every
//! other part is copied as it is packed.

mod calc;
mod cells;
mod notes;
mod parts;
mod sheet;
mod styles;
mod xml;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use crate::SheetError;
use crate::guard::Limits;

/// A sheet of which cells are to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub name: String,
    /// The furthest cell that is written: column from 0, row from 1.
    pub reach: (u32, u32),
    /// A column of ours and its width in characters.
    pub own: Option<(u32, u16)>,
    /// From this row on, rows that the file does not have look like the last one it has.
    pub like_from: Option<u32>,
    pub notes: Notes,
}

/// Whether cells of a sheet are marked with notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notes {
    Some,
    None,
}

/// What is to be done to a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellEdit {
    /// From 0.
    pub column: u32,
    pub value: Option<Value>,
    pub look: Look,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text whatever it looks like, written where the cell is empty.
    Text(String),
    /// A number, written where the cell is empty.
    Number(String),
    /// Text of ours: what was there goes.
    Ours(String),
}

/// How a cell is to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    #[default]
    AsItIs,
    Red,
    /// As it was before it was red.
    NotRed,
}

/// The changes of a row, cells in order of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowEdit {
    /// Which of the targets.
    pub sheet: usize,
    /// From 1.
    pub row: u32,
    pub cells: Vec<CellEdit>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    /// Cells that were not written because something stood in them.
    pub n_kept: u64,
}

/// Rows in order of targets and rows, one looked at ahead.
pub(crate) struct Rows<'a> {
    from: &'a mut dyn Iterator<Item = Result<RowEdit, SheetError>>,
    next: Option<RowEdit>,
}

impl Rows<'_> {
    fn next_in(&self, sheet: usize) -> Option<u32> {
        self.next.as_ref().filter(|row| row.sheet == sheet).map(|row| row.row)
    }

    fn take(&mut self) -> Result<Option<RowEdit>, SheetError> {
        let next = self.from.next().transpose()?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

/// Whether a file is a workbook that can be edited.
///
/// # Errors
/// When it cannot be read at all.
pub fn is_workbook(path: &Path) -> Result<bool, SheetError> {
    let archive = ZipArchive::new(BufReader::new(File::open(path)?));
    Ok(archive.is_ok_and(|archive| archive.index_for_name("xl/workbook.xml").is_some()))
}

/// Writes the workbook `from` to `to` with these changes. The rows come in order of targets, then
/// of rows.
///
/// # Errors
/// A sentence for a file that is no workbook, is damaged, or costs too much.
pub fn edit(
    (from, to): (File, File),
    targets: &[Target],
    rows: &mut dyn Iterator<Item = Result<RowEdit, SheetError>>,
) -> Result<Edited, SheetError> {
    let mut rows = Rows { from: rows, next: None };
    rows.take()?;
    parts::rewrite((from, to), targets, &mut rows, &Limits::default())
}

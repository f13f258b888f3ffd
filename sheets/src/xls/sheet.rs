//! 一张工作表里的格。

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::records::{Record, Records, Width, short};
use super::{Globals, Reading};
use crate::SheetError;
use crate::guard::{Limits, damaged};
use crate::read::{Area, Cell, CellKind, check_place};
use crate::values::{moment, number};

/// Cells of a sheet that are held at once.
const N_CELLS: usize = 12_000_000;
const N_AREAS: usize = 200_000;
/// Charts in sheets.
const DEPTH: u32 = 16;

/// A cell where it stands, from 0.
pub(super) struct Found {
    pub(super) row: u16,
    column: u16,
    style: u16,
    value: Value,
}

enum Value {
    Shared(u32),
    Text(Box<str>),
    Number(f64),
    Truth(bool),
    Error(u8),
}

impl Found {
    /// What the cell says; nothing when it is empty.
    pub(super) fn said(self, book: &Globals) -> Option<Cell> {
        let (text, kind) = match self.value {
            Value::Shared(at) => (book.strings.get(at as usize)?.to_string(), CellKind::Text),
            Value::Text(text) => (text.into_string(), CellKind::Text),
            Value::Number(n) => match book.reading(self.style) {
                Reading::Number(shape) => number(n, shape),
                Reading::Moment(shape) => {
                    let kind = ExcelDateTimeType::DateTime;
                    moment(&ExcelDateTime::new(n, kind, book.is_1904), shape)
                }
            },
            Value::Truth(true) => ("TRUE".to_owned(), CellKind::Truth),
            Value::Truth(false) => ("FALSE".to_owned(), CellKind::Truth),
            Value::Error(code) => (error(code).to_owned(), CellKind::Error),
        };
        let column = u32::from(self.column);
        (!text.trim().is_empty()).then_some(Cell { column, text, kind })
    }
}

fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

/// The records of a sheet without those of charts in it.
fn each(
    bytes: &[u8],
    place: usize,
    take: &mut dyn FnMut(&Record<'_>) -> Result<(), SheetError>,
) -> Result<(), SheetError> {
    let mut records = Records::from(bytes, place);
    if records.next()?.kind != 0x809 {
        return Err(damaged("no beginning of a sheet"));
    }
    let mut depth = 1;
    while depth > 0 {
        let record = records.next()?;
        match record.kind {
            0x809 if depth >= DEPTH => return Err(damaged("sheets too deep")),
            0x809 => depth += 1,
            0x0a => depth -= 1,
            _ if depth == 1 => take(&record)?,
            _ => {}
        }
    }
    Ok(())
}

/// Every cell of a sheet, in order.
pub(super) fn cells(
    bytes: &[u8],
    book: &Globals,
    (place, sheet, limits): (usize, &str, &Limits),
) -> Result<Vec<Found>, SheetError> {
    let mut taken = Taken { book, cells: Vec::new(), waits: None };
    each(bytes, place, &mut |record| taken.take(record))?;
    let mut cells = taken.cells;
    for found in &cells {
        if matches!(&found.value, Value::Shared(at) if *at as usize >= book.strings.len()) {
            return Err(damaged("a text that is not there"));
        }
        check_place(found.row.into(), found.column.into(), (sheet, limits))?;
    }
    cells.sort_by_key(|found| (found.row, found.column));
    Ok(cells)
}

struct Taken<'a> {
    book: &'a Globals,
    cells: Vec<Found>,
    /// A formula whose text comes in the next record: row, column, style.
    waits: Option<[u16; 3]>,
}

impl Taken<'_> {
    fn take(&mut self, record: &Record<'_>) -> Result<(), SheetError> {
        if self.cells.len() > N_CELLS {
            return Err(SheetError::TooCostly);
        }
        match record.kind {
            0xfd => self.put(record, Value::Shared(record.u32(6)?))?,
            0x204 | 0xd6 => {
                let text = self.book.text(record, 6, Width::Two)?;
                self.put(record, Value::Text(text.into_boxed_str()))?;
            }
            0x203 => self.put(record, Value::Number(record.f64(6)?))?,
            0x27e => self.put(record, Value::Number(packed(record.u32(6)?)))?,
            0xbd => self.many(record)?,
            0x205 => {
                let [value, is_error] = *record.head().get(6..8).ok_or_else(short)? else {
                    return Err(short());
                };
                let value =
                    if is_error == 0 { Value::Truth(value != 0) } else { Value::Error(value) };
                self.put(record, value)?;
            }
            0x06 => self.formula(record)?,
            0x207 => {
                if let Some([row, column, style]) = self.waits.take() {
                    let text = self.book.text(record, 0, Width::Two)?;
                    let value = Value::Text(text.into_boxed_str());
                    self.cells.push(Found { row, column, style, value });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn put(&mut self, record: &Record<'_>, value: Value) -> Result<(), SheetError> {
        let (row, column, style) = (record.u16(0)?, record.u16(2)?, record.u16(4)?);
        self.cells.push(Found { row, column, style, value });
        Ok(())
    }

    /// Several numbers side by side.
    fn many(&mut self, record: &Record<'_>) -> Result<(), SheetError> {
        let (row, first) = (record.u16(0)?, record.u16(2)?);
        let n = record.head().len().saturating_sub(6) / 6;
        for index in 0..n {
            let at = 4 + index * 6;
            let column = u16::try_from(usize::from(first) + index).map_err(damaged)?;
            let value = Value::Number(packed(record.u32(at + 2)?));
            self.cells.push(Found { row, column, style: record.u16(at)?, value });
        }
        Ok(())
    }

    /// What the formula came to when the file was saved.
    fn formula(&mut self, record: &Record<'_>) -> Result<(), SheetError> {
        let result = record.head().get(6..14).ok_or_else(short)?;
        if result[6..8] != [0xff, 0xff] {
            return self.put(record, Value::Number(record.f64(6)?));
        }
        match result[0] {
            0 => {
                self.waits = Some([record.u16(0)?, record.u16(2)?, record.u16(4)?]);
                Ok(())
            }
            1 => self.put(record, Value::Truth(result[2] != 0)),
            2 => self.put(record, Value::Error(result[2])),
            _ => Ok(()),
        }
    }
}

/// A number in four bytes: two bits say whether it is whole and whether it is a hundredfold.
fn packed(raw: u32) -> f64 {
    let n = if raw & 2 != 0 {
        f64::from(raw.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(raw & !3) << 32)
    };
    if raw & 1 != 0 { n / 100.0 } else { n }
}

pub(super) fn merges(bytes: &[u8], place: usize) -> Result<Vec<Area>, SheetError> {
    let mut areas = Vec::new();
    each(bytes, place, &mut |record| {
        if record.kind == 0xe5 {
            for index in 0..usize::from(record.u16(0)?) {
                let at = 2 + index * 8;
                if areas.len() >= N_AREAS {
                    break;
                }
                areas.push(Area {
                    first_row: u32::from(record.u16(at)?) + 1,
                    last_row: u32::from(record.u16(at + 2)?) + 1,
                    first_column: record.u16(at + 4)?.into(),
                    last_column: record.u16(at + 6)?.into(),
                });
            }
        }
        Ok(())
    })?;
    Ok(areas)
}

//! 读旧版 Excel（.xls，BIFF8 和 BIFF5）：WPS、老系统和 Excel 97 以来写的都是它。
//!
//! The workbook's stream is held whole, it is no longer than the file; cells are collected sheet
//! by sheet and handed on row by row, because no order of theirs is promised.

mod records;
mod sheet;

use std::fs::File;
use std::io::{BufReader, Read};

use encoding_rs::{Encoding, GBK};

use crate::SheetError;
use crate::guard::{Limits, damaged};
use crate::read::{Area, Flow, RowIn, SheetInfo, Visibility, deliver};
use crate::values::{Shape, is_moment, is_month, shape};
use records::{Record, Records, Width, short};

const N_SHEETS: usize = 10_000;
const N_FORMATS: usize = 65_536;

/// How a number of a style is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Number(Shape),
    Moment(Shape),
}

pub(crate) struct XlsFile {
    bytes: Vec<u8>,
    book: Globals,
    /// Where the sheets begin.
    places: Vec<usize>,
}

/// What the head of the stream says of the whole book.
struct Globals {
    is_biff8: bool,
    encoding: &'static Encoding,
    is_1904: bool,
    formats: Vec<(u16, Reading)>,
    styles: Vec<u16>,
    strings: Vec<Box<str>>,
}

/// What an OLE2 file turns out to be.
pub(crate) enum Ole {
    Workbook(Box<XlsFile>, Vec<SheetInfo>),
    Refused(SheetError),
}

pub(crate) fn open(file: File, n_bytes: u64) -> Result<Ole, SheetError> {
    let mut ole = cfb::CompoundFile::open(BufReader::new(file)).map_err(damaged)?;
    let has = |name: &str| ole.is_stream(name);
    if has("/EncryptedPackage") {
        return Ok(Ole::Refused(SheetError::Password));
    }
    let name = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"].into_iter().find(|name| has(name));
    let Some(name) = name else {
        return Ok(Ole::Refused(if has("/WordDocument") {
            SheetError::Other("Word 文档")
        } else if has("/PowerPoint Document") {
            SheetError::Other("演示文稿")
        } else {
            SheetError::Unknown
        }));
    };
    let mut bytes = Vec::new();
    // A stream cannot be longer than the file it stands in.
    let book = ole.open_stream(name).map_err(damaged)?;
    book.take(n_bytes).read_to_end(&mut bytes).map_err(damaged)?;
    let (xls, sheets) = stream(bytes)?;
    Ok(Ole::Workbook(Box::new(xls), sheets))
}

/// A workbook's stream; old programs write it without an OLE2 file around it.
pub(crate) fn stream(bytes: Vec<u8>) -> Result<(XlsFile, Vec<SheetInfo>), SheetError> {
    let (book, found) = Globals::read(&bytes)?;
    let (places, sheets) = found.into_iter().unzip();
    Ok((XlsFile { bytes, book, places }, sheets))
}

impl Globals {
    fn read(bytes: &[u8]) -> Result<(Self, Vec<(usize, SheetInfo)>), SheetError> {
        let mut records = Records::from(bytes, 0);
        let first = records.next()?;
        if first.kind != 0x809 {
            return Err(damaged("no beginning of a workbook"));
        }
        let mut book = Self {
            is_biff8: first.u16(0)? >= 0x600,
            encoding: GBK,
            is_1904: false,
            formats: Vec::new(),
            styles: Vec::new(),
            strings: Vec::new(),
        };
        let mut names = Vec::new();
        loop {
            let record = records.next()?;
            match record.kind {
                0x0a => break,
                0x2f => return Err(SheetError::Password),
                0x42 => book.encoding = code_page(record.u16(0)?),
                0x22 => book.is_1904 = record.u16(0)? == 1,
                0x41e => book.format(&record)?,
                0xe0 if book.styles.len() < N_FORMATS => book.styles.push(record.u16(2)?),
                0xfc => book.strings(&record)?,
                // The names of a code page are read when it is known.
                0x85 if names.len() < N_SHEETS => names.push(record),
                _ => {}
            }
        }
        let sheets = names.iter().filter_map(|record| book.sheet(record).transpose());
        let sheets = sheets.collect::<Result<Vec<_>, SheetError>>()?;
        Ok((book, sheets))
    }

    fn text(&self, record: &Record<'_>, at: usize, width: Width) -> Result<String, SheetError> {
        if self.is_biff8 {
            return record.bytes(at).text(width);
        }
        let raw = record.bytes(at).raw(width)?;
        let (text, _, failed) = self.encoding.decode(&raw);
        if failed { Err(SheetError::OldXls) } else { Ok(text.into_owned()) }
    }

    fn format(&mut self, record: &Record<'_>) -> Result<(), SheetError> {
        if self.formats.len() < N_FORMATS {
            let width = if self.is_biff8 { Width::Two } else { Width::One };
            let code = self.text(record, 2, width)?;
            self.formats.push((record.u16(0)?, reading(&code)));
        }
        Ok(())
    }

    fn strings(&mut self, record: &Record<'_>) -> Result<(), SheetError> {
        let n = record.u32(4)?;
        let mut bytes = record.bytes(8);
        for _ in 0..n {
            self.strings.push(bytes.text(Width::Two)?.into_boxed_str());
        }
        Ok(())
    }

    fn sheet(&self, record: &Record<'_>) -> Result<Option<(usize, SheetInfo)>, SheetError> {
        let [visible, kind] = *record.head().get(4..6).ok_or_else(short)? else {
            return Err(short());
        };
        if kind != 0 {
            // A chart or a macro.
            return Ok(None);
        }
        let name = self.text(record, 6, Width::One)?;
        let visibility = if visible & 3 == 0 { Visibility::Shown } else { Visibility::Hidden };
        Ok(Some((record.u32(0)? as usize, SheetInfo { name, visibility })))
    }

    fn reading(&self, style: u16) -> Reading {
        let Some(format) = self.styles.get(usize::from(style)) else {
            return Reading::Number(Shape::Plain);
        };
        let known = self.formats.iter().find(|(id, _)| id == format);
        match (known, *format) {
            // In China these numbers show year and month, whatever code stands beside them.
            (_, id) if is_month(u32::from(id)) => Reading::Moment(Shape::Month),
            (Some((_, reading)), _) => *reading,
            (None, 14..=22 | 27..=36 | 45 | 47 | 50..=58) => Reading::Moment(Shape::Plain),
            _ => Reading::Number(Shape::Plain),
        }
    }
}

fn reading(code: &str) -> Reading {
    let shape = shape(code);
    if is_moment(code) { Reading::Moment(shape) } else { Reading::Number(shape) }
}

fn code_page(number: u16) -> &'static Encoding {
    match number {
        950 => encoding_rs::BIG5,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        // 1252 is written by programs that know no other and mean that of their country.
        _ => GBK,
    }
}

impl XlsFile {
    pub(crate) fn rows<E: From<SheetError>>(
        &self,
        at: (usize, &str),
        limits: &Limits,
        each: &mut dyn FnMut(RowIn) -> Result<Flow, E>,
    ) -> Result<(), E> {
        let cells = sheet::cells(&self.bytes, &self.book, (self.place(at.0), at.1, limits))?;
        let mut row = RowIn { number: 0, cells: Vec::new() };
        for found in cells {
            let number = u32::from(found.row) + 1;
            if number != row.number {
                let next = RowIn { number, cells: Vec::new() };
                if deliver(std::mem::replace(&mut row, next), each)? == Flow::Stop {
                    return Ok(());
                }
            }
            row.cells.extend(found.said(&self.book));
        }
        deliver(row, each)?;
        Ok(())
    }

    pub(crate) fn merges(&self, index: usize) -> Result<Vec<Area>, SheetError> {
        sheet::merges(&self.bytes, self.place(index))
    }

    fn place(&self, index: usize) -> usize {
        self.places.get(index).copied().unwrap_or(usize::MAX)
    }
}

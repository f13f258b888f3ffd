//! 写成旧版 Excel（.xls）：BIFF8 或 BIFF5，装进 OLE2。

use std::io::{Cursor, Write};

use encoding_rs::GBK;

use crate::Made;
use crate::grid::{Cell, Grid, Page};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Excel 97 and later, texts shared, long records continued.
    Eight,
    /// The same with each text in its cell, as old libraries write it.
    EightLabels,
    /// Excel 5 and 95: texts in the code page of China.
    Five,
    /// Excel 5 without an OLE2 file around it.
    FiveBare,
}

impl Manner {
    fn is_five(self) -> bool {
        matches!(self, Self::Five | Self::FiveBare)
    }
}

pub fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let n = u16::try_from(body.len()).unwrap_or(u16::MAX);
    [&kind.to_le_bytes()[..], &n.to_le_bytes()[..], body].concat()
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A text with its length in two bytes, or in one.
fn text(text: &str, width: usize, manner: Manner) -> Vec<u8> {
    let mut bytes = Vec::new();
    let body: Vec<u8> = if manner.is_five() {
        GBK.encode(text).0.into_owned()
    } else {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    let n = if manner.is_five() { body.len() } else { body.len() / 2 };
    bytes.extend_from_slice(&n.to_le_bytes()[..width]);
    if !manner.is_five() {
        bytes.push(1);
    }
    bytes.extend_from_slice(&body);
    bytes
}

/// The shared texts in records of at most so many bytes, split in the middle of texts.
fn shared(texts: &[String], most: usize) -> Vec<u8> {
    let n = u32::try_from(texts.len()).unwrap_or(0).to_le_bytes();
    let mut parts = vec![[n, n].concat()];
    for text in texts {
        let letters: Vec<u16> = text.encode_utf16().collect();
        let n = u16::try_from(letters.len()).unwrap_or(0).to_le_bytes();
        // A run of one font and something phonetic, to be passed over.
        let head = [&n[..], &[1 | 8], &1_u16.to_le_bytes()[..]].concat();
        if parts.last().is_some_and(|part| part.len() + head.len() + 2 > most) {
            parts.push(Vec::new());
        }
        let mut last = parts.pop().unwrap_or_default();
        last.extend_from_slice(&head);
        for letter in letters {
            if last.len() + 2 > most {
                parts.push(std::mem::replace(&mut last, vec![1]));
            }
            last.extend_from_slice(&letter.to_le_bytes());
        }
        last.extend_from_slice(&[0, 0, 0, 0]);
        parts.push(last);
    }
    let kinds = std::iter::once(0xfc).chain(std::iter::repeat(0x3c));
    kinds.zip(&parts).flat_map(|(kind, part)| record(kind, part)).collect()
}

fn begin(kind: u16, manner: Manner) -> Vec<u8> {
    if manner.is_five() {
        record(0x809, &words(&[0x500, kind, 0, 0]))
    } else {
        record(0x809, &words(&[0x600, kind, 0, 0, 0, 0, 0, 0]))
    }
}

struct Writing<'a> {
    grid: &'a Grid,
    manner: Manner,
    texts: Vec<String>,
}

impl Writing<'_> {
    fn cell(&mut self, (row, column): (u32, u32), cell: &Cell) -> Vec<u8> {
        let at = |style: u16| words(&[row as u16, column as u16, style]);
        match cell {
            Cell::Text(said) if self.manner == Manner::Eight => {
                let index = self.texts.iter().position(|known| known == said);
                let index = index.unwrap_or_else(|| {
                    self.texts.push(said.clone());
                    self.texts.len() - 1
                });
                record(0xfd, &[at(0), (index as u32).to_le_bytes().to_vec()].concat())
            }
            Cell::Text(said) => record(0x204, &[at(0), text(said, 2, self.manner)].concat()),
            Cell::Number(n) if n.fract() == 0.0 && n.abs() < 1e8 => {
                // A whole number in four bytes, as one of several side by side.
                let packed = ((*n as i32) << 2 | 2).to_le_bytes();
                let body = [words(&[row as u16, column as u16, 0]), packed.to_vec()].concat();
                record(0xbd, &[body, words(&[column as u16])].concat())
            }
            Cell::Number(n) => record(0x203, &[at(0), n.to_le_bytes().to_vec()].concat()),
            Cell::Day(serial) => self.day(at(1), *serial),
            Cell::Month(serial) => self.day(at(2), *serial),
            Cell::Padded(n, _) => {
                record(0x203, &[at(3), f64::from(*n).to_le_bytes().to_vec()].concat())
            }
            Cell::Error(_) => record(0x205, &[at(0), vec![0x2a, 1]].concat()),
            Cell::Formula(said) => {
                let result = [0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];
                let formula = record(6, &[at(0), result.to_vec()].concat());
                let manner = if self.manner.is_five() { self.manner } else { Manner::EightLabels };
                [formula, record(0x207, &text(said, 2, manner))].concat()
            }
        }
    }

    fn day(&self, at: Vec<u8>, serial: i32) -> Vec<u8> {
        let n = f64::from(self.grid.serial(serial));
        record(0x203, &[at, n.to_le_bytes().to_vec()].concat())
    }

    fn sheet(&mut self, page: &Page) -> Vec<u8> {
        let mut bytes = begin(0x10, self.manner);
        for ((row, column), cell) in &page.cells {
            bytes.extend(self.cell((*row, *column), cell));
        }
        if !page.merges.is_empty() && !self.manner.is_five() {
            let mut body = words(&[page.merges.len() as u16]);
            for merge in &page.merges {
                body.extend(words(&merge.map(|n| n as u16)));
            }
            bytes.extend(record(0xe5, &body));
        }
        bytes.extend(record(0x0a, &[]));
        bytes
    }

    fn globals(&self, sheets: &[Vec<u8>], length: usize) -> Vec<u8> {
        let mut bytes = begin(5, self.manner);
        bytes.extend(record(0x42, &words(&[if self.manner.is_five() { 936 } else { 1200 }])));
        bytes.extend(record(0x22, &words(&[u16::from(self.grid.is_1904)])));
        let width = if self.manner.is_five() { 1 } else { 2 };
        for (id, code) in
            [(164_u16, "yyyy\\-mm\\-dd"), (165, "yyyy\"年\"m\"月\""), (166, "0000000000")]
        {
            let code = text(code, width, self.manner);
            bytes.extend(record(0x41e, &[words(&[id]), code].concat()));
        }
        for format in [0_u16, 164, 165, 166] {
            bytes.extend(record(0xe0, &[words(&[0, format]), vec![0; 16]].concat()));
        }
        let mut place = length;
        for (page, sheet) in self.grid.pages.iter().zip(sheets) {
            let at = u32::try_from(place).unwrap_or(0).to_le_bytes();
            let state = [u8::from(page.is_hidden), 0];
            let name = text(&page.name, 1, self.manner);
            bytes.extend(record(0x85, &[&at[..], &state[..], &name[..]].concat()));
            place += sheet.len();
        }
        if self.manner == Manner::Eight {
            bytes.extend(shared(&self.texts, 101));
        }
        bytes.extend(record(0x0a, &[]));
        bytes
    }
}

/// The stream of a workbook.
pub fn stream(grid: &Grid, manner: Manner) -> Vec<u8> {
    let mut writing = Writing { grid, manner, texts: Vec::new() };
    let sheets: Vec<Vec<u8>> = grid.pages.iter().map(|page| writing.sheet(page)).collect();
    let length = writing.globals(&sheets, 0).len();
    [writing.globals(&sheets, length), sheets.concat()].concat()
}

/// An OLE2 file with these streams.
pub fn ole(streams: &[(&str, &[u8])]) -> Made {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new()))?;
    for (name, bytes) in streams {
        file.create_stream(name)?.write_all(bytes)?;
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

pub fn write(grid: &Grid, manner: Manner) -> Made {
    let stream = stream(grid, manner);
    match manner {
        Manner::Five => ole(&[("/Book", &stream)]),
        Manner::FiveBare => Ok(stream),
        _ => ole(&[("/Workbook", &stream)]),
    }
}

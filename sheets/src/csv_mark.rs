//! 在别人的 CSV 每行末尾写一句话，其余一字不动：编码、分隔符、引号、换行都照旧。

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use crate::SheetError;
use crate::csv_in::{CsvFile, Parser};
use crate::guard::Limits;
use crate::text::Decoded;

/// A column of ours in a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvColumn {
    /// Where it stands (from 0), or where it is to stand: right of everything.
    pub column: u32,
    /// Whether it stands there already: then what it says goes.
    pub state: ColumnState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnState {
    New,
    Known,
}

/// Copies a CSV file and writes a text into the column at the end of some rows, which come in
/// order.
///
/// # Errors
/// When the file is no CSV file, or there is no room.
pub fn mark_csv(
    (mut from, to): (File, File),
    column: &CsvColumn,
    texts: &mut dyn Iterator<Item = (u32, String)>,
) -> Result<(), SheetError> {
    let mut head = Vec::new();
    (&mut from).take(8192).read_to_end(&mut head)?;
    from.seek(SeekFrom::Start(0))?;
    let marked = Encoding::for_bom(&head);
    let mut csv = CsvFile::open(from, &head)?;
    let mut to = BufWriter::new(to);
    if let Some((_, n)) = marked {
        to.write_all(&head[..n])?;
    }
    let limits = Limits::default();
    let (delimiter, encoding) = (csv.delimiter, csv.encoding);
    let mut marking = Marking {
        parser: Parser::new(delimiter, "", &limits),
        delimiter,
        column,
        next: texts.next(),
        texts,
        row: 1,
    };
    let mut decoded = Decoded::new(&mut csv.file, encoding)?;
    let (mut text, mut out) = (String::new(), String::new());
    while decoded.next(&mut text)? {
        out.clear();
        for c in text.chars() {
            marking.take(c, &mut out)?;
        }
        to.write_all(&encoded(encoding, &out))?;
    }
    out.clear();
    marking.end(&mut out);
    to.write_all(&encoded(encoding, &out))?;
    Ok(to.flush()?)
}

fn encoded<'a>(encoding: &'static Encoding, text: &'a str) -> std::borrow::Cow<'a, [u8]> {
    let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
    if encoding == UTF_16LE {
        return units(u16::to_le_bytes);
    }
    if encoding == UTF_16BE {
        return units(u16::to_be_bytes);
    }
    encoding.encode(text).0
}

struct Marking<'a> {
    parser: Parser<'a>,
    delimiter: char,
    column: &'a CsvColumn,
    texts: &'a mut dyn Iterator<Item = (u32, String)>,
    next: Option<(u32, String)>,
    row: u32,
}

impl Marking<'_> {
    fn take(&mut self, c: char, out: &mut String) -> Result<(), SheetError> {
        let before = self.parser.column;
        let is_ours = self.column.state == ColumnState::Known && before == self.column.column;
        let ends_row = self.parser.take(c)?.is_some();
        let ends_field = ends_row || self.parser.column != before;
        if ends_row {
            self.end_row(before, out);
        } else if ends_field && is_ours {
            self.say(out);
        }
        if ends_field || !is_ours {
            out.push(c);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut String) {
        if self.next.as_ref().is_some_and(|(row, _)| *row == self.row) {
            self.end_row(self.parser.column, out);
        }
    }

    /// The text of a row whose last field is number `last`.
    fn end_row(&mut self, last: u32, out: &mut String) {
        let is_due = self.next.as_ref().is_some_and(|(row, _)| *row == self.row);
        if is_due && self.column.column >= last {
            for _ in last..self.column.column {
                out.push(self.delimiter);
            }
        }
        self.say(out);
        self.row = self.row.saturating_add(1);
    }

    fn say(&mut self, out: &mut String) {
        let row = self.row;
        if let Some((_, text)) = self.next.take_if(|(at, _)| *at == row) {
            out.push('"');
            out.push_str(&text.replace('"', "\"\"").replace(['\r', '\n'], " "));
            out.push('"');
            self.next = self.texts.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(bytes: &[u8], column: CsvColumn, texts: &[(u32, &str)]) -> Vec<u8> {
        let mut from = tempfile::tempfile().unwrap();
        from.write_all(bytes).unwrap();
        from.seek(SeekFrom::Start(0)).unwrap();
        let mut to = tempfile::tempfile().unwrap();
        let mut texts = texts.iter().map(|(row, text)| (*row, (*text).to_owned()));
        mark_csv((from, to.try_clone().unwrap()), &column, &mut texts).unwrap();
        to.seek(SeekFrom::Start(0)).unwrap();
        let mut out = Vec::new();
        to.read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn a_column_is_added_and_written_again_and_nothing_else_moves() {
        let new = CsvColumn { column: 2, state: ColumnState::New };
        let text = "\u{feff}姓名,\"号 码\"\r\n张三,1\r\n\"李,四\",2\r\n短";
        let texts = [(1, "问题"), (3, "写“\"”"), (4, "少列")];
        let out = String::from_utf8(marked(text.as_bytes(), new, &texts)).unwrap();
        let wanted = "\u{feff}姓名,\"号 码\",\"问题\"\r\n张三,1\r\n\"李,四\",2,\"写“\"\"”\"\r\n\
                      短,,\"少列\"";
        assert_eq!(out, wanted);
        let known = CsvColumn { column: 2, state: ColumnState::Known };
        let again = marked(out.as_bytes(), known, &[(1, "问题"), (2, "新的")]);
        let wanted = "\u{feff}姓名,\"号 码\",\"问题\"\r\n张三,1,\"新的\"\r\n\"李,四\",2,\r\n短,,";
        assert_eq!(String::from_utf8(again).unwrap(), wanted);
    }

    #[test]
    fn an_old_encoding_stays() {
        let bytes = encoding_rs::GB18030.encode("姓名\t号码\n张三\t1\n").0.into_owned();
        let out = marked(&bytes, CsvColumn { column: 2, state: ColumnState::New }, &[(2, "问题")]);
        let out = encoding_rs::GB18030.decode(&out).0.into_owned();
        assert_eq!(out, "姓名\t号码\n张三\t1\t\"问题\"\n");
    }
}

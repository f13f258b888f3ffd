//! 读 CSV：先定编码和分隔符，再逐格读；行号与 Excel 所示一致。

use std::fs::File;

use encoding_rs::Encoding;

use crate::SheetError;
use crate::guard::Limits;
use crate::read::{Cell, Flow, RowIn, deliver, letters};
use crate::text::{Decoded, encoding_of};
use crate::values::text_kind;

pub(crate) struct CsvFile {
    pub(crate) file: File,
    pub(crate) encoding: &'static Encoding,
    pub(crate) delimiter: char,
}

impl CsvFile {
    pub(crate) fn open(mut file: File, head: &[u8]) -> Result<Self, SheetError> {
        let encoding = encoding_of(&mut file, head)?;
        let mut first = String::new();
        Decoded::new(&mut file, encoding)?.next(&mut first)?;
        if first.trim().is_empty() {
            return Err(SheetError::Empty);
        }
        Ok(Self { file, encoding, delimiter: delimiter(&first) })
    }

    pub(crate) fn rows<E: From<SheetError>>(
        &mut self,
        sheet: &str,
        limits: &Limits,
        each: &mut dyn FnMut(RowIn) -> Result<Flow, E>,
    ) -> Result<(), E> {
        let mut decoded = Decoded::new(&mut self.file, self.encoding)?;
        let mut parser = Parser::new(self.delimiter, sheet, limits);
        let (mut text, mut first) = (String::new(), true);
        while decoded.next(&mut text)? {
            // A file that was converted from UTF-8 may carry its mark along.
            let marked = std::mem::take(&mut first).then(|| text.strip_prefix('\u{feff}'));
            let mut rest = marked.flatten().unwrap_or(&text);
            loop {
                rest = &rest[parser.stretch(rest)?..];
                let Some(c) = rest.chars().next() else { break };
                rest = &rest[c.len_utf8()..];
                if let Some(row) = parser.take(c)?
                    && deliver(row, each)? == Flow::Stop
                {
                    return Ok(());
                }
            }
        }
        if let Some(row) = parser.end()? {
            deliver(row, each)?;
        }
        Ok(())
    }
}

/// Whichever candidate stands most often outside quotes in the first lines. Quotes count only
/// where a field begins, as [`Parser`] takes them.
fn delimiter(first: &str) -> char {
    let first = first.strip_prefix('\u{feff}').unwrap_or(first);
    let n_bytes = first.split_inclusive('\n').take(20).map(str::len).sum();
    // Of several that stand as often the last counts.
    let mut counts = [(';', 0), ('\t', 0), (',', 0)];
    let mut at = At::Start;
    for c in first[..n_bytes].chars() {
        at = match (at, c) {
            (At::Quoted, '"') => At::Closing,
            (At::Quoted, _) | (At::Start | At::Closing, '"') => At::Quoted,
            (_, '\r' | '\n') => At::Start,
            _ => match counts.iter_mut().find(|(candidate, _)| *candidate == c) {
                Some((_, n_seen)) => {
                    *n_seen += 1;
                    At::Start
                }
                None => At::Bare,
            },
        };
    }
    counts.iter().max_by_key(|(_, n_seen)| *n_seen).map_or(',', |(c, _)| *c)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Bare,
    Quoted,
    /// After a quote inside quotes: the end, or the first half of `""`.
    Closing,
}

pub(crate) struct Parser<'a> {
    delimiter: char,
    sheet: &'a str,
    limits: &'a Limits,
    at: At,
    after_return: bool,
    field: String,
    pub(crate) column: u32,
    row: RowIn,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(delimiter: char, sheet: &'a str, limits: &'a Limits) -> Self {
        Self {
            delimiter,
            sheet,
            limits,
            at: At::Start,
            after_return: false,
            field: String::new(),
            column: 0,
            row: RowIn { number: 1, cells: Vec::new() },
        }
    }

    /// Takes the beginning of a text that only lengthens the field, all at once; answers how many
    /// bytes that were. What comes next is for [`Parser::take`].
    fn stretch(&mut self, text: &str) -> Result<usize, SheetError> {
        let delimiter = u8::try_from(self.delimiter).unwrap_or(b',');
        let ends = |b: &u8| *b == delimiter || matches!(b, b'\r' | b'\n');
        let bytes = text.as_bytes();
        let n = match self.at {
            At::Quoted => bytes.iter().position(|b| *b == b'"'),
            At::Closing => return Ok(0),
            At::Start if bytes.first() == Some(&b'"') => return Ok(0),
            At::Start | At::Bare => bytes.iter().position(ends),
        };
        let n = n.unwrap_or(bytes.len());
        if n > 0 {
            self.after_return = false;
            if self.at == At::Start {
                self.at = At::Bare;
            }
            self.field.push_str(&text[..n]);
            self.check_length()?;
        }
        Ok(n)
    }

    pub(crate) fn take(&mut self, c: char) -> Result<Option<RowIn>, SheetError> {
        let second_half = std::mem::replace(&mut self.after_return, false) && c == '\n';
        if self.at == At::Quoted {
            if c == '"' {
                self.at = At::Closing;
                return Ok(None);
            }
            return self.push(c);
        }
        if second_half {
            return Ok(None);
        }
        match c {
            c if c == self.delimiter => self.end_field().map(|()| None),
            '\r' | '\n' => {
                self.after_return = c == '\r';
                self.end_row().map(Some)
            }
            '"' if self.at == At::Start => {
                self.at = At::Quoted;
                Ok(None)
            }
            '"' if self.at == At::Closing => {
                self.at = At::Quoted;
                self.push('"')
            }
            c => {
                self.at = At::Bare;
                self.push(c)
            }
        }
    }

    fn push(&mut self, c: char) -> Result<Option<RowIn>, SheetError> {
        self.field.push(c);
        self.check_length().map(|()| None)
    }

    fn check_length(&self) -> Result<(), SheetError> {
        if self.field.len() > self.limits.cell_bytes {
            return Err(SheetError::CellTooLong { line: self.row.number });
        }
        Ok(())
    }

    fn end_field(&mut self) -> Result<(), SheetError> {
        let column = self.column;
        self.at = At::Start;
        self.column += 1;
        if self.field.trim().is_empty() {
            self.field.clear();
            return Ok(());
        }
        let text = self.field.clone();
        self.field.clear();
        if column >= self.limits.n_columns {
            let cell = format!("{}{}", letters(column), self.row.number);
            return Err(SheetError::TooManyColumns { cell, limit: self.limits.n_columns });
        }
        let kind = text_kind(&text);
        self.row.cells.push(Cell { column, text, kind });
        Ok(())
    }

    fn end_row(&mut self) -> Result<RowIn, SheetError> {
        self.end_field()?;
        self.column = 0;
        // The next row is mostly as long as this one.
        let cells = Vec::with_capacity(self.row.cells.len());
        let next = RowIn { number: self.row.number.saturating_add(1), cells };
        if self.row.number > self.limits.n_rows {
            let sheet = self.sheet.to_owned();
            return Err(SheetError::TooManyRows { sheet, limit: self.limits.n_rows });
        }
        Ok(std::mem::replace(&mut self.row, next))
    }

    fn end(mut self) -> Result<Option<RowIn>, SheetError> {
        if self.at == At::Quoted {
            return Err(SheetError::CellTooLong { line: self.row.number });
        }
        self.end_row().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hide_delimiters_only_where_a_field_is_quoted() {
        let cases = [
            ("姓名,号码\n王芳,1\n", ','),
            ("姓名\t备注\n王芳\t甲,乙,丙\n", ','),
            ("姓名\t备注\n王芳\t\"甲,乙,丙\"\n", '\t'),
            ("\u{feff}\"姓,名,字\";号码\n", ';'),
            // Inches and other quotes inside a field hide nothing.
            ("规格;数量;单价\n3\" 管;2,5;1,5\n4\" 管;1,5;2,5\n", ';'),
            ("说的是\"甲\n乙,丙,丁\n", ','),
            ("只有一列\n", ','),
            ("", ','),
        ];
        for (text, wanted) in cases {
            assert_eq!(delimiter(text), wanted, "{text:?}");
        }
    }
}

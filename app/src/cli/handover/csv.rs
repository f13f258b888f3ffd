//! Rows as lines of text, and back: nothing (an empty field) differs from an empty text (`""`),
//! as in PostgreSQL's own CSV.

use std::io::{BufRead, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::Value;

/// Writes one row and the end of its line.
///
/// # Errors
/// When the writer fails.
pub fn write_row(out: &mut impl Write, row: &[Value]) -> std::io::Result<()> {
    for (at, value) in row.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        match value {
            Value::Null => {}
            Value::Int(n) => write!(out, "{n}")?,
            Value::Text(text) => write_text(out, text)?,
            Value::Bytes(bytes) => write_text(out, &STANDARD.encode(bytes))?,
        }
    }
    out.write_all(b"\n")
}

fn write_text(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    let is_plain = !text.is_empty() && !text.contains([',', '"', '\r', '\n']);
    if is_plain && text.trim() == text {
        return out.write_all(text.as_bytes());
    }
    write!(out, "\"{}\"", text.replace('"', "\"\""))
}

/// The bytes that were written as text.
#[must_use]
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads one row; none at the end of the file.
///
/// # Errors
/// When the file cannot be read, is not UTF-8 or ends inside quotation marks.
pub fn read_row(from: &mut impl BufRead) -> std::io::Result<Option<Vec<Option<String>>>> {
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        let n_quotes = line.iter().filter(|byte| **byte == b'"').count();
        if n_quotes.is_multiple_of(2) {
            return parse(&line).map(Some);
        }
    }
    if line.is_empty() { Ok(None) } else { Err(bad("引号没有配对")) }
}

fn bad(says: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, says.to_owned())
}

fn parse(line: &[u8]) -> std::io::Result<Vec<Option<String>>> {
    let line = std::str::from_utf8(line).map_err(|_| bad("不是 UTF-8 文字"))?;
    let line = line.strip_suffix('\n').unwrap_or(line);
    let mut row = Vec::new();
    let mut rest = line.strip_suffix('\r').unwrap_or(line);
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted).ok_or_else(|| bad("引号没有配对"))?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (bare, after) = rest.split_at(end);
                ((!bare.is_empty()).then(|| bare.to_owned()), after)
            }
        };
        row.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(row),
            None => return Err(bad("引号后面应是逗号")),
        }
    }
}

/// The text up to its closing mark, and what comes after that.
fn unquote(quoted: &str) -> Option<(Option<String>, &str)> {
    let mut text = String::new();
    let mut rest = quoted;
    loop {
        let at = rest.find('"')?;
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => return Some((Some(text), rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let texts = ["", " ", "a", "a,b", "他说\"好\"", "两\n行", "\r\n", "\"", "=1+1", "龘𠮷·"];
        let mut out = Vec::new();
        for text in texts {
            write_row(&mut out, &[Value::Null, Value::from(text), Value::Null]).unwrap();
        }
        write_row(
            &mut out,
            &[Value::Int(-7), Value::Bytes(vec![0, 255]), Value::Bytes(Vec::new())],
        )
        .unwrap();
        let mut from = out.as_slice();
        for text in texts {
            let row = read_row(&mut from).unwrap().unwrap();
            assert_eq!(row, [None, Some(text.to_owned()), None]);
        }
        let last = read_row(&mut from).unwrap().unwrap();
        assert_eq!(last, [Some("-7".into()), Some("AP8=".into()), Some(String::new())]);
        assert_eq!(bytes("AP8=").unwrap(), [0, 255]);
        assert!(read_row(&mut from).unwrap().is_none());
    }

    #[test]
    fn what_is_torn_is_refused() {
        for text in ["\"a", "a\"b\"\n\"", "\"a\"b\n"] {
            let mut from = text.as_bytes();
            let all: Result<Vec<_>, _> =
                std::iter::from_fn(|| read_row(&mut from).transpose()).collect();
            assert!(all.is_err(), "{text}");
        }
        assert!(read_row(&mut &b"\xff\n"[..]).is_err());
    }
}

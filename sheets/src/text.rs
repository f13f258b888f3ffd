//! 文字的编码：字节怎样成为文字，一块一块地。

use std::fs::File;
use std::io::{BufReader, Error, Read, Seek, SeekFrom};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::SheetError;

const BLOCK: usize = 64 * 1024;

/// The text of a file, block by block, refusing whatever its encoding does not allow.
pub(crate) struct Decoded<'a> {
    reader: BufReader<&'a mut File>,
    decoder: encoding_rs::Decoder,
    bytes: Vec<u8>,
    n_lines: u64,
    done: bool,
}

impl<'a> Decoded<'a> {
    pub(crate) fn new(file: &'a mut File, encoding: &'static Encoding) -> Result<Self, SheetError> {
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            reader: BufReader::new(file),
            decoder: encoding.new_decoder_with_bom_removal(),
            bytes: vec![0; BLOCK],
            n_lines: 1,
            done: false,
        })
    }

    pub(crate) fn next(&mut self, into: &mut String) -> Result<bool, SheetError> {
        into.clear();
        if self.done {
            return Ok(false);
        }
        let n = self.reader.read(&mut self.bytes)?;
        self.done = n == 0;
        let room = self.decoder.max_utf8_buffer_length_without_replacement(n);
        into.reserve(room.unwrap_or(BLOCK * 4));
        let (result, _) =
            self.decoder.decode_to_string_without_replacement(&self.bytes[..n], into, self.done);
        self.n_lines += into.bytes().filter(|&b| b == b'\n').count() as u64;
        if result != DecoderResult::InputEmpty || into.contains('\0') {
            return Err(SheetError::Encoding { line: self.n_lines });
        }
        Ok(true)
    }
}

/// The same text as bytes of UTF-8, for parsers that read.
pub(crate) struct Utf8<'a> {
    decoded: Decoded<'a>,
    block: String,
    at: usize,
}

impl<'a> Utf8<'a> {
    pub(crate) fn new(file: &'a mut File, encoding: &'static Encoding) -> Result<Self, SheetError> {
        Ok(Self { decoded: Decoded::new(file, encoding)?, block: String::new(), at: 0 })
    }
}

impl Read for Utf8<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.block.len() {
            self.at = 0;
            if !self.decoded.next(&mut self.block).map_err(Error::other)? {
                self.block.clear();
                return Ok(0);
            }
        }
        let n = buffer.len().min(self.block.len() - self.at);
        buffer[..n].copy_from_slice(&self.block.as_bytes()[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

/// Reads to the end; says where the text stops being text.
fn check(file: &mut File, encoding: &'static Encoding) -> Result<(), SheetError> {
    let mut decoded = Decoded::new(file, encoding)?;
    let mut text = String::new();
    while decoded.next(&mut text)? {}
    Ok(())
}

/// A byte order mark decides; else UTF-8 if all of it is valid; else what the file says of
/// itself; else GB 18030 if all of it is valid.
pub(crate) fn encoding_of(file: &mut File, head: &[u8]) -> Result<&'static Encoding, SheetError> {
    if let Some((marked, _)) = Encoding::for_bom(head) {
        check(file, marked)?;
        return Ok(marked);
    }
    if check(file, UTF_8).is_ok() {
        return Ok(UTF_8);
    }
    let wide = match head {
        [0, b, ..] if *b != 0 => Some(UTF_16BE),
        [b, 0, ..] if *b != 0 => Some(UTF_16LE),
        _ => None,
    };
    if let Some(wide) = wide.filter(|wide| check(file, wide).is_ok()) {
        return Ok(wide);
    }
    if head.iter().any(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)) {
        return Err(SheetError::Unknown);
    }
    if let Some(told) = told(head).filter(|told| *told != GB18030 && check(file, told).is_ok()) {
        return Ok(told);
    }
    check(file, GB18030)?;
    Ok(GB18030)
}

/// `charset=gb2312` or `encoding="GBK"`; the two are parts of GB 18030.
fn told(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let at = ["charset=", "encoding="].iter().find_map(|word| {
        let rest = &head[head.find(word)? + word.len()..];
        Some(rest.trim_start_matches(['"', '\'', ' ']))
    })?;
    let label: String =
        at.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let found = Encoding::for_label(label.as_bytes())?;
    Some(if found == encoding_rs::GBK { GB18030 } else { found })
}

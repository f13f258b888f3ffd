//! BIFF 的记录：一条一条地取，长的接上它的续条。

use crate::SheetError;
use crate::guard::damaged;

/// A record and those that continue it.
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) parts: Vec<&'a [u8]>,
}

const CONTINUE: u16 = 0x3c;

pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub(super) fn from(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let head = self.bytes.get(self.at..self.at.checked_add(4)?)?;
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let n = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let body = self.bytes.get(self.at + 4..self.at + 4 + n)?;
        self.at += 4 + n;
        Some((kind, body))
    }

    /// The next record; an error when the stream ends inside of one or without its end.
    pub(super) fn next(&mut self) -> Result<Record<'a>, SheetError> {
        let (kind, body) = self.one().ok_or_else(|| damaged("the stream ends too early"))?;
        let mut parts = vec![body];
        loop {
            let before = self.at;
            match self.one() {
                Some((CONTINUE, more)) if kind != CONTINUE => parts.push(more),
                _ => {
                    self.at = before;
                    return Ok(Record { kind, parts });
                }
            }
        }
    }
}

impl<'a> Record<'a> {
    /// The bytes before any continuation.
    pub(super) fn head(&self) -> &'a [u8] {
        self.parts.first().copied().unwrap_or_default()
    }

    pub(super) fn u16(&self, at: usize) -> Result<u16, SheetError> {
        let bytes = self.head().get(at..at + 2).ok_or_else(short)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    pub(super) fn u32(&self, at: usize) -> Result<u32, SheetError> {
        let bytes = self.head().get(at..at + 4).ok_or_else(short)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub(super) fn f64(&self, at: usize) -> Result<f64, SheetError> {
        let bytes = self.head().get(at..at + 8).ok_or_else(short)?;
        Ok(f64::from_le_bytes(bytes.try_into().map_err(damaged)?))
    }

    /// What stands in it from a place on.
    pub(super) fn bytes(&self, at: usize) -> Bytes<'a, '_> {
        Bytes { parts: &self.parts, part: 0, at }
    }
}

pub(super) fn short() -> SheetError {
    damaged("a record that is too short")
}

/// Bytes of a record over its continuations.
pub(super) struct Bytes<'a, 'r> {
    parts: &'r [&'a [u8]],
    part: usize,
    at: usize,
}

impl Bytes<'_, '_> {
    /// Whether the next byte stands in another continuation.
    fn turn(&mut self) -> bool {
        let mut turned = false;
        while self.part < self.parts.len() && self.at >= self.parts[self.part].len() {
            self.at -= self.parts[self.part].len();
            self.part += 1;
            turned = true;
        }
        turned
    }

    fn byte(&mut self) -> Result<u8, SheetError> {
        self.turn();
        let part = self.parts.get(self.part).ok_or_else(short)?;
        self.at += 1;
        Ok(part[self.at - 1])
    }

    fn u16(&mut self) -> Result<u16, SheetError> {
        Ok(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Result<u32, SheetError> {
        Ok(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    /// A text of BIFF8 with its length in two bytes, or in one.
    pub(super) fn text(&mut self, width: Width) -> Result<String, SheetError> {
        let n = match width {
            Width::Two => usize::from(self.u16()?),
            Width::One => usize::from(self.byte()?),
        };
        let flags = self.byte()?;
        let n_runs = if flags & 8 != 0 { usize::from(self.u16()?) } else { 0 };
        let n_more = if flags & 4 != 0 { self.u32()? as usize } else { 0 };
        let letters = self.letters(n, flags & 1 != 0)?;
        self.at += n_runs * 4 + n_more;
        Ok(String::from_utf16_lossy(&letters))
    }

    /// A continuation begins with a byte that says how wide its letters are.
    fn letters(&mut self, n: usize, wide: impl Into<bool>) -> Result<Vec<u16>, SheetError> {
        let mut wide = wide.into();
        let mut letters = Vec::with_capacity(n.min(8192));
        while letters.len() < n {
            if self.turn() {
                wide = self.byte()? & 1 != 0;
            }
            letters.push(if wide { self.u16()? } else { u16::from(self.byte()?) });
        }
        Ok(letters)
    }

    /// Bytes of a text before BIFF8, its length in two bytes or in one.
    pub(super) fn raw(&mut self, width: Width) -> Result<Vec<u8>, SheetError> {
        let n = match width {
            Width::Two => usize::from(self.u16()?),
            Width::One => usize::from(self.byte()?),
        };
        (0..n).map(|_| self.byte()).collect()
    }
}

#[derive(Clone, Copy)]
pub(super) enum Width {
    One,
    Two,
}

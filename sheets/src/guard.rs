//! 打开之前先看：这个文件会不会把机器撑爆。

use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::SheetError;

const MEBIBYTE: u64 = 1 << 20;

/// How much one file may cost. Sizes in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub file_bytes: u64,
    /// All parts of a workbook together, once inflated.
    pub inflated_bytes: u64,
    pub n_parts: usize,
    /// Inflated bytes per packed byte, judged from `ratio_from_bytes` on.
    pub ratio: u64,
    pub ratio_from_bytes: u64,
    pub n_rows: u32,
    pub n_columns: u32,
    /// One cell, one XML tag or one quoted CSV field.
    pub cell_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 512 * MEBIBYTE,
            // A roster of a million rows and forty columns.
            inflated_bytes: 3072 * MEBIBYTE,
            n_parts: 10_000,
            ratio: 250,
            ratio_from_bytes: 32 * MEBIBYTE,
            n_rows: 1_100_000,
            n_columns: 512,
            cell_bytes: 1 << 20,
        }
    }
}

pub(crate) type Archive = ZipArchive<BufReader<File>>;

/// What a zip file turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    Workbook,
    OpenDocument,
}

pub(crate) fn damaged(cause: impl std::fmt::Display) -> SheetError {
    SheetError::Damaged { cause: cause.to_string() }
}

/// Counts the parts, then inflates every one and throws the bytes away, so that
/// neither a lying directory nor a bomb reaches the parser.
///
/// # Errors
/// A sentence for every limit passed, and for archives that make no sense.
pub(crate) fn inspect(archive: &mut Archive, limits: &Limits) -> Result<Package, SheetError> {
    let n_parts = archive.len();
    if n_parts > limits.n_parts {
        return Err(SheetError::TooManyParts { n_parts, limit: limits.n_parts });
    }
    let package = package(archive)?;
    if archive.has_duplicate_names() {
        return Err(damaged("two parts of one name"));
    }
    if archive.has_overlapping_files().map_err(damaged)? {
        return Err(SheetError::TooDense);
    }
    let declared = archive.decompressed_size().unwrap_or(0);
    if declared > u128::from(limits.inflated_bytes) {
        return Err(too_big(limits));
    }
    let mut inflated = 0;
    for index in 0..n_parts {
        inflated += inflate(archive, index, limits.inflated_bytes - inflated, limits)?;
    }
    Ok(package)
}

/// What is packed, told by the names of the parts.
fn package(archive: &Archive) -> Result<Package, SheetError> {
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        return Ok(Package::Workbook);
    }
    if has("content.xml") && (has("mimetype") || has("META-INF/manifest.xml")) {
        return Ok(Package::OpenDocument);
    }
    let others = [
        ("xl/workbook.bin", "Excel 二进制工作簿（.xlsb）"),
        ("word/document.xml", "Word 文档"),
        ("ppt/presentation.xml", "演示文稿"),
        ("OFD.xml", "OFD 版式文件"),
        ("Index/Document.iwa", "Numbers 表格"),
    ];
    let other = others.iter().find(|(name, _)| has(name));
    Err(other.map_or(SheetError::Archive, |(_, what)| SheetError::Other(what)))
}

fn too_big(limits: &Limits) -> SheetError {
    SheetError::InflatesTooBig { mebibytes: limits.inflated_bytes.div_ceil(MEBIBYTE) }
}

fn inflate(
    archive: &mut Archive,
    index: usize,
    room: u64,
    limits: &Limits,
) -> Result<u64, SheetError> {
    let mut part = archive.by_index(index).map_err(|e| match e {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => SheetError::Password,
        other => damaged(other),
    })?;
    let name = part.name().map_err(damaged)?.to_ascii_lowercase();
    let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
    let packed = part.compressed_size().max(1);
    let mut scan = Scan::new(limits.cell_bytes);
    let mut buffer = vec![0; 64 * 1024];
    let mut n_bytes = 0;
    loop {
        let n = part.read(&mut buffer).map_err(damaged)?;
        if n == 0 {
            break;
        }
        n_bytes += n as u64;
        if n_bytes > room {
            return Err(too_big(limits));
        }
        if n_bytes > limits.ratio_from_bytes && n_bytes / packed > limits.ratio {
            return Err(SheetError::TooDense);
        }
        if is_xml {
            scan.feed(&buffer[..n])?;
        }
    }
    scan.finish(n_bytes)?;
    Ok(n_bytes)
}

/// Looks at the bytes of an XML part for what would hurt the parser: one endless token,
/// bytes no XML may hold (they hide the rest in another encoding), a document type, and
/// a promised number of shared strings that the parser would reserve room for.
pub(crate) struct Scan {
    token: Vec<u8>,
    n_in_token: usize,
    limit: usize,
    promised: u64,
}

/// As much of a tag as is looked at.
const TAG_HEAD: usize = 4096;

impl Scan {
    pub(crate) fn new(limit: usize) -> Self {
        Self { token: Vec::new(), n_in_token: 0, limit, promised: 0 }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), SheetError> {
        if bytes.iter().any(|&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) {
            return Err(damaged("control byte in an XML part"));
        }
        let mut pieces = bytes.split(|&b| b == b'<');
        if let Some(first) = pieces.next() {
            self.extend(first)?;
        }
        for piece in pieces {
            self.judge()?;
            self.token.clear();
            self.n_in_token = 0;
            self.extend(piece)?;
        }
        Ok(())
    }

    fn extend(&mut self, piece: &[u8]) -> Result<(), SheetError> {
        self.n_in_token += piece.len();
        if self.n_in_token > self.limit {
            return Err(damaged("endless token in an XML part"));
        }
        let room = TAG_HEAD - self.token.len();
        self.token.extend_from_slice(&piece[..piece.len().min(room)]);
        Ok(())
    }

    fn judge(&mut self) -> Result<(), SheetError> {
        if self.token.starts_with(b"!DOCTYPE") || self.token.starts_with(b"!ENTITY") {
            return Err(damaged("document type in an XML part"));
        }
        let is_table = self.token.starts_with(b"sst") || has(&self.token, b":sst");
        if is_table {
            if self.n_in_token > TAG_HEAD {
                return Err(damaged("oversized sst tag"));
            }
            self.promised = self.promised.max(promised_count(&self.token));
        }
        Ok(())
    }

    pub(crate) fn finish(mut self, n_bytes: u64) -> Result<(), SheetError> {
        self.judge()?;
        // `<si/>` is the shortest shared string.
        if self.promised > n_bytes / 5 {
            return Err(damaged("more shared strings promised than there are bytes"));
        }
        Ok(())
    }
}

fn has(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|w| w == needle)
}

fn promised_count(tag: &[u8]) -> u64 {
    let needle = b"uniqueCount";
    let Some(at) = tag.windows(needle.len()).position(|w| w == needle) else {
        return 0;
    };
    tag[at + needle.len()..]
        .iter()
        .skip_while(|b| !b.is_ascii_digit())
        .take_while(|b| b.is_ascii_digit())
        .fold(0, |n: u64, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')))
}

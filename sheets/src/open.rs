//! 打开文件：先看内容是什么，名字说的不算。

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use calamine::{Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use crate::SheetError;
use crate::csv_in::CsvFile;
use crate::guard::{Limits, Package, damaged, inspect};
use crate::html::HtmlFile;
use crate::read::{Book, SheetInfo, Source, Visibility, contained};
use crate::text::encoding_of;
use crate::walked::{Walked, XmlFile};
use crate::xls::{self, Ole};

/// Opens a file; `name` is what the sender called it and names the one sheet of a file that
/// has no names for sheets. The kind is read from the content: the extension proves nothing.
///
/// # Errors
/// A sentence in Chinese for everything that is no table, or too large.
pub fn open(path: &Path, name: &str) -> Result<Book, SheetError> {
    open_within(path, name, Limits::default())
}

/// [`open`] under limits of your own.
///
/// # Errors
/// As [`open`].
pub fn open_within(path: &Path, name: &str, limits: Limits) -> Result<Book, SheetError> {
    let mut file = File::open(path)?;
    let n_bytes = file.metadata()?.len();
    if n_bytes > limits.file_bytes {
        return Err(SheetError::FileTooBig { mebibytes: limits.file_bytes.div_ceil(1 << 20) });
    }
    let mut head = Vec::new();
    file.by_ref().take(8192).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    if head.is_empty() {
        return Err(SheetError::Empty);
    }
    let stem = Path::new(name).file_stem().map_or(name.into(), |s| s.to_string_lossy());
    let (source, mut sheets) = match sort(&head)? {
        Sort::Zip => open_zip(file, &limits)?,
        Sort::Ole => open_ole(file, n_bytes)?,
        Sort::Biff => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let (xls, sheets) = xls::stream(bytes)?;
            (Source::Xls(Box::new(xls)), sheets)
        }
        Sort::Html => walked(XmlFile::Html(HtmlFile::open(file, &head)?), (&stem, &limits))?,
        Sort::Xml => {
            let encoding = encoding_of(&mut file, &head)?;
            walked(XmlFile::checked(file, encoding, &limits)?, (&stem, &limits))?
        }
        Sort::Text => {
            let csv = CsvFile::open(file, &head)?;
            let sheet = SheetInfo { name: stem.into_owned(), visibility: Visibility::Shown };
            (Source::Csv(csv), vec![sheet])
        }
    };
    set_apart(&mut sheets);
    Ok(Book { sheets, limits, source })
}

/// Whether a file is text with one sheet in it.
///
/// # Errors
/// When it cannot be read at all.
pub fn is_csv(path: &Path) -> Result<bool, SheetError> {
    let mut head = Vec::new();
    File::open(path)?.take(8192).read_to_end(&mut head)?;
    Ok(matches!(sort(&head), Ok(Sort::Text)))
}

enum Sort {
    Zip,
    Ole,
    /// A workbook's stream without an OLE2 file around it.
    Biff,
    Html,
    Xml,
    Text,
}

/// What a file is, by its first bytes.
fn sort(head: &[u8]) -> Result<Sort, SheetError> {
    let begins = |with: &[u8]| head.starts_with(with);
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        return Ok(Sort::Zip);
    }
    if begins(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Ok(Sort::Ole);
    }
    if begins(&[0x09, 0x08, 0x08, 0, 0, 5]) || begins(&[0x09, 0x08, 0x10, 0, 0, 6]) {
        return Ok(Sort::Biff);
    }
    if [[9, 0, 4, 0], [9, 2, 6, 0], [9, 4, 6, 0]].iter().any(|old| begins(old)) {
        return Err(SheetError::OldXls);
    }
    // A text may begin with any letters, but holds no zeros.
    let is_text = |magic: &[u8]| magic.len() == 2 && !head.contains(&0);
    let other = OTHERS.iter().find(|(magic, _)| begins(magic) && !is_text(magic));
    if let Some((_, what)) = other {
        return Err(SheetError::Other(what));
    }
    if begins(b"Rar!") || begins(b"7z\xbc\xaf\x27\x1c") || begins(&[0x1f, 0x8b, 8]) {
        return Err(SheetError::Archive);
    }
    if matches!(head, [3 | 0x30 | 0x83 | 0xf5, _, 1..=12, 1..=31, ..]) && head.len() > 32 {
        return Err(SheetError::Other("dBase 数据库文件（.dbf）"));
    }
    Ok(sort_text(head))
}

const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\0", "图片"),
    (b"MM\0*", "图片"),
    (b"RIFF", "图片或视频"),
    (b"{\\rtf", "RTF 文档"),
    (b"MIME-Version:", "单个文件网页（.mht）"),
    (b"SQLite format 3", "数据库文件"),
    (b"MZ", "程序"),
];

fn sort_text(head: &[u8]) -> Sort {
    let text: String = String::from_utf8_lossy(head)
        .chars()
        .filter(|c| !matches!(c, '\0' | '\u{feff}' | '\u{fffd}'))
        .collect();
    let text = text.trim_start().to_ascii_lowercase();
    if !text.starts_with('<') {
        return Sort::Text;
    }
    let is_page = text.starts_with("<!doctype html")
        || text.starts_with("<html")
        || text.contains("<html")
        || text.contains("<table>")
        || text.contains("<table ") && !text.contains("<worksheet");
    if is_page && !text.contains("urn:schemas-microsoft-com:office:spreadsheet\"") {
        return Sort::Html;
    }
    if text.starts_with("<?xml") || text.contains("<workbook") { Sort::Xml } else { Sort::Text }
}

fn walked(file: XmlFile, at: (&str, &Limits)) -> Result<(Source, Vec<SheetInfo>), SheetError> {
    let (walked, sheets) = Walked::open(file, at)?;
    Ok((Source::Walked(Box::new(walked)), sheets))
}

/// Sheets are known by their names, also where a file uses one twice.
fn set_apart(sheets: &mut [SheetInfo]) {
    let mut known = std::collections::BTreeSet::new();
    for sheet in sheets {
        let name = sheet.name.clone();
        let mut n = 1;
        while !known.insert(sheet.name.clone()) {
            n += 1;
            sheet.name = format!("{name}（{n}）");
        }
    }
}

fn open_zip(file: File, limits: &Limits) -> Result<(Source, Vec<SheetInfo>), SheetError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if inspect(&mut archive, limits)? == Package::OpenDocument {
        return walked(XmlFile::packed(archive)?, ("", limits));
    }
    let mut reader = archive.into_inner();
    reader.seek(SeekFrom::Start(0))?;
    let xlsx = contained(|| Xlsx::new(reader))?;
    let sheets = xlsx
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| SheetInfo {
            name: sheet.name.clone(),
            visibility: match sheet.visible {
                SheetVisible::Visible => Visibility::Shown,
                SheetVisible::Hidden | SheetVisible::VeryHidden => Visibility::Hidden,
            },
        })
        .collect();
    Ok((Source::Xlsx(Box::new(xlsx)), sheets))
}

fn open_ole(file: File, n_bytes: u64) -> Result<(Source, Vec<SheetInfo>), SheetError> {
    let again = file.try_clone()?;
    match xls::open(file, n_bytes) {
        Ok(Ole::Workbook(xls, sheets)) => Ok((Source::Xls(xls), sheets)),
        Ok(Ole::Refused(why)) => Err(why),
        Err(SheetError::Damaged { .. }) if holds_encrypted(again)? => Err(SheetError::Password),
        Err(cause) => Err(cause),
    }
}

/// An encrypted workbook is an OLE2 file with a stream of this name (UTF-16).
fn holds_encrypted(mut file: File) -> Result<bool, SheetError> {
    file.seek(SeekFrom::Start(0))?;
    let needle: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut reader = BufReader::new(file);
    let mut window = Vec::new();
    let mut block = vec![0; 64 * 1024];
    loop {
        let n = reader.read(&mut block)?;
        if n == 0 {
            return Ok(false);
        }
        window.extend_from_slice(&block[..n]);
        if window.windows(needle.len()).any(|w| w == needle) {
            return Ok(true);
        }
        let keep = window.len().min(needle.len() - 1);
        window.drain(..window.len() - keep);
    }
}

//! 从头走到尾地读的文件：网页、ODS、XML 电子表格。
//!
//! They are walked once to learn their sheets. What is small enough is kept meanwhile, so that
//! a file of many sheets is not walked anew for each.

use std::fs::File;
use std::io::{BufReader, Read};

use encoding_rs::Encoding;

use crate::guard::{Archive, Limits, Scan, damaged};
use crate::html::HtmlFile;
use crate::read::{Area, Flow, Part, RowIn, SheetInfo, Visibility};
use crate::text::{Decoded, Utf8};
use crate::{SheetError, ods, sheet_xml};

/// Cells that are kept.
const N_KEPT: usize = 400_000;
const N_SHEETS: usize = 10_000;
const N_AREAS: usize = 200_000;

pub(crate) enum XmlFile {
    Html(HtmlFile),
    Packed(Box<Archive>),
    /// OpenDocument in one piece.
    Flat(File, &'static Encoding),
    SheetXml(File, &'static Encoding),
}

#[derive(Default)]
struct Kept {
    rows: Vec<RowIn>,
    areas: Vec<Area>,
}

pub(crate) struct Walked {
    file: XmlFile,
    stem: String,
    kept: Option<Vec<Kept>>,
}

impl XmlFile {
    /// A spreadsheet of OpenDocument in its package.
    pub(crate) fn packed(mut archive: Archive) -> Result<Self, SheetError> {
        let mut manifest = String::new();
        if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
            part.take(1 << 20).read_to_string(&mut manifest).map_err(damaged)?;
        }
        if manifest.contains("encryption-data") {
            return Err(SheetError::Password);
        }
        Ok(Self::Packed(Box::new(archive)))
    }

    /// A spreadsheet in one XML file, looked through for what would hurt the parser.
    pub(crate) fn checked(
        mut file: File,
        encoding: &'static Encoding,
        limits: &Limits,
    ) -> Result<Self, SheetError> {
        let mut decoded = Decoded::new(&mut file, encoding)?;
        let (mut scan, mut block, mut head) = (Scan::new(limits.cell_bytes), String::new(), None);
        let mut n_bytes = 0;
        while decoded.next(&mut block)? {
            scan.feed(block.as_bytes())?;
            n_bytes += block.len() as u64;
            head.get_or_insert_with(|| block.clone());
        }
        scan.finish(n_bytes)?;
        let head = head.unwrap_or_default();
        if head.contains("urn:oasis:names:tc:opendocument") {
            Ok(Self::Flat(file, encoding))
        } else if head.contains("urn:schemas-microsoft-com:office:spreadsheet") {
            Ok(Self::SheetXml(file, encoding))
        } else {
            Err(SheetError::Unknown)
        }
    }

    fn walk<E: From<SheetError>>(
        &mut self,
        (stem, limits): (&str, &Limits),
        each: &mut dyn FnMut(Part) -> Result<Flow, E>,
    ) -> Result<(), E> {
        match self {
            Self::Html(html) => {
                let (name, visibility) = (stem.to_owned(), Visibility::Shown);
                each(Part::Sheet(SheetInfo { name, visibility }))?;
                html.walk((stem, limits), each)
            }
            Self::Packed(archive) => {
                let part = archive.by_name("content.xml").map_err(damaged)?;
                ods::walk(BufReader::new(part), limits, each)
            }
            Self::Flat(file, encoding) => {
                ods::walk(BufReader::new(Utf8::new(file, encoding)?), limits, each)
            }
            Self::SheetXml(file, encoding) => {
                sheet_xml::walk(BufReader::new(Utf8::new(file, encoding)?), limits, each)
            }
        }
    }
}

impl Walked {
    pub(crate) fn open(
        mut file: XmlFile,
        at: (&str, &Limits),
    ) -> Result<(Self, Vec<SheetInfo>), SheetError> {
        let (mut sheets, mut kept, mut n_cells) = (Vec::new(), Some(Vec::new()), 0);
        file.walk::<SheetError>(at, &mut |part| {
            match (part, &mut kept) {
                (Part::Sheet(_), _) if sheets.len() >= N_SHEETS => {
                    return Err(SheetError::TooManyParts {
                        n_parts: N_SHEETS + 1,
                        limit: N_SHEETS,
                    });
                }
                (Part::Sheet(info), kept) => {
                    sheets.push(info);
                    if let Some(kept) = kept {
                        kept.push(Kept::default());
                    }
                }
                (Part::Hidden, _) => {
                    if let Some(last) = sheets.last_mut() {
                        last.visibility = Visibility::Hidden;
                    }
                }
                (Part::Row(row), Some(all)) => {
                    n_cells += row.cells.len();
                    if let Some(last) = all.last_mut().filter(|_| !row.cells.is_empty()) {
                        last.rows.push(row);
                    }
                }
                (Part::Area(area), Some(all)) => {
                    n_cells += 1;
                    if let Some(last) = all.last_mut() {
                        last.areas.push(area);
                    }
                }
                (_, None) => {}
            }
            if n_cells > N_KEPT {
                kept = None;
            }
            Ok(Flow::Go)
        })?;
        Ok((Self { file, stem: at.0.to_owned(), kept }, sheets))
    }

    pub(crate) fn rows<E: From<SheetError>>(
        &mut self,
        index: usize,
        limits: &Limits,
        each: &mut dyn FnMut(RowIn) -> Result<Flow, E>,
    ) -> Result<(), E> {
        if let Some(kept) = &self.kept {
            for row in kept.get(index).iter().flat_map(|kept| &kept.rows) {
                if crate::read::deliver(row.clone(), each)? == Flow::Stop {
                    break;
                }
            }
            return Ok(());
        }
        self.parts(index, limits, &mut |part| match part {
            Part::Row(row) => crate::read::deliver(row, each),
            _ => Ok(Flow::Go),
        })
    }

    pub(crate) fn merges(
        &mut self,
        index: usize,
        limits: &Limits,
    ) -> Result<Vec<Area>, SheetError> {
        if let Some(kept) = &self.kept {
            return Ok(kept.get(index).map(|kept| kept.areas.clone()).unwrap_or_default());
        }
        let mut areas = Vec::new();
        self.parts::<SheetError>(index, limits, &mut |part| {
            if let Part::Area(area) = part
                && areas.len() < N_AREAS
            {
                areas.push(area);
            }
            Ok(Flow::Go)
        })?;
        Ok(areas)
    }

    /// The parts of one sheet.
    fn parts<E: From<SheetError>>(
        &mut self,
        index: usize,
        limits: &Limits,
        each: &mut dyn FnMut(Part) -> Result<Flow, E>,
    ) -> Result<(), E> {
        let mut n_begun = 0;
        self.file.walk((&self.stem, limits), &mut |part| {
            if matches!(part, Part::Sheet(_)) {
                n_begun += 1;
            }
            match n_begun {
                n if n > index + 1 => Ok(Flow::Stop),
                n if n == index + 1 => each(part),
                _ => Ok(Flow::Go),
            }
        })
    }
}

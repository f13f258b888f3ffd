//! 工作簿里的部件：哪张表是哪个部件，哪些要改，哪些照搬。

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::notes::{fresh, fresh_boxes, joined, joined_boxes};
use super::sheet::{OWN_ID, Seen, With, rewrite as rewrite_sheet};
use super::styles::{self, Styles};
use super::xml::{added, attribute, local};
use super::{Edited, Notes, Rows, Target};
use crate::SheetError;
use crate::guard::{Archive, Limits, Package, damaged, inspect};

/// A part that is taken in as a whole is not larger than this.
const PART: u64 = 64 << 20;
const TYPES: &str = "[Content_Types].xml";
const BOOK: &str = "xl/workbook.xml";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const STRICT: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships";
const KINDS: &str = "application/vnd.openxmlformats-officedocument";

/// The namespace of relations that a workbook of this kind uses.
pub(super) fn relations_of(xml: &str) -> &'static str {
    if xml.contains("purl.oclc.org") { STRICT } else { OFFICE }
}

/// A relation of a part.
struct Relation {
    id: String,
    /// The last word of its type.
    kind: String,
    part: String,
}

struct Workbook {
    archive: Archive,
    out: ZipWriter<BufWriter<File>>,
    relations: &'static str,
    /// Parts that are written anew or for the first time, at the end.
    changed: BTreeMap<String, String>,
    written: Vec<String>,
    n_with_notes: usize,
}

pub(super) fn rewrite(
    (from, to): (File, File),
    targets: &[Target],
    rows: &mut Rows<'_>,
    limits: &Limits,
) -> Result<Edited, SheetError> {
    let mut archive = ZipArchive::new(BufReader::new(from)).map_err(damaged)?;
    if inspect(&mut archive, limits)? != Package::Workbook {
        return Err(SheetError::Unknown);
    }
    let book = Workbook {
        archive,
        out: ZipWriter::new(BufWriter::with_capacity(256 << 10, to)),
        relations: OFFICE,
        changed: BTreeMap::new(),
        written: Vec::new(),
        n_with_notes: 0,
    };
    book.run(targets, rows)
}

impl Workbook {
    fn run(mut self, targets: &[Target], rows: &mut Rows<'_>) -> Result<Edited, SheetError> {
        let text = self.text(BOOK)?.ok_or(SheetError::Unknown)?;
        self.relations = relations_of(&text);
        let parts = self.sheets(&text)?;
        let style_part = self.style_part()?;
        let style_text = match self.text(&style_part)? {
            Some(text) => text,
            None => styles::NONE.to_owned(),
        };
        let has_styles = self.position(&style_part).is_some();
        let mut styles = Styles::read(style_text)?;
        let mut edited = Edited::default();
        let mut has_formulas = false;
        for (index, target) in targets.iter().enumerate() {
            let part = parts.get(&target.name);
            let part = part.ok_or_else(|| SheetError::NoSuchSheet(target.name.clone()))?;
            let with = With { target, index, rows, styles: &mut styles };
            let seen = self.sheet(part, with)?;
            edited.n_kept += seen.n_kept;
            has_formulas |= seen.has_formulas && target.notes == Notes::None;
            self.notes(part, &seen)?;
        }
        if rows.next.is_some() {
            return Err(damaged("changes out of order"));
        }
        if styles.is_changed() {
            if !has_styles {
                self.new_styles(&style_part)?;
            }
            self.changed.insert(style_part, styles.finish()?);
        }
        if has_formulas {
            self.changed.insert(BOOK.to_owned(), super::calc::recalculated(&text)?);
        }
        self.finish()?;
        Ok(edited)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.archive.index_for_name(name).or_else(|| {
            (0..self.archive.len()).find(|at| {
                let known = self.archive.name_for_index(*at);
                known.is_some_and(|known| known.is_ok_and(|k| k.eq_ignore_ascii_case(name)))
            })
        })
    }

    /// A small part as text: as it will be written, or as it came.
    fn text(&mut self, name: &str) -> Result<Option<String>, SheetError> {
        if let Some(text) = self.changed.get(name) {
            return Ok(Some(text.clone()));
        }
        let Some(at) = self.position(name) else { return Ok(None) };
        let part = self.archive.by_index(at).map_err(damaged)?;
        let mut bytes = Vec::new();
        if part.take(PART + 1).read_to_end(&mut bytes).map_err(damaged)? as u64 > PART {
            return Err(SheetError::TooCostly);
        }
        let text = String::from_utf8(bytes).map_err(damaged)?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// The relations of a part.
    fn relations(&mut self, of: &str) -> Result<Vec<Relation>, SheetError> {
        let Some(text) = self.text(&beside(of))? else { return Ok(Vec::new()) };
        let folder = of.rfind('/').map_or("", |at| &of[..at]);
        let relation = |tag: &BytesStart<'_>| {
            let kind = attribute(tag, "Type")?;
            Some(Relation {
                id: attribute(tag, "Id")?,
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                part: resolved(folder, &attribute(tag, "Target")?),
            })
        };
        Ok(tags(&text, "Relationship")?.iter().filter_map(relation).collect())
    }

    /// Sheets by their names.
    fn sheets(&mut self, book: &str) -> Result<BTreeMap<String, String>, SheetError> {
        let relations = self.relations(BOOK)?;
        let mut parts = BTreeMap::new();
        for tag in tags(book, "sheet")? {
            let (name, id) = (attribute(&tag, "name"), id_of(&tag));
            let part = relations.iter().find(|one| Some(&one.id) == id.as_ref());
            if let (Some(name), Some(part)) = (name, part) {
                parts.insert(name, part.part.clone());
            }
        }
        Ok(parts)
    }

    fn style_part(&mut self) -> Result<String, SheetError> {
        let relations = self.relations(BOOK)?;
        let own = relations.into_iter().find(|one| one.kind == "styles");
        Ok(own.map_or_else(|| "xl/styles.xml".to_owned(), |one| one.part))
    }

    fn sheet(&mut self, part: &str, with: With<'_, '_>) -> Result<Seen, SheetError> {
        let at = self.position(part).ok_or_else(|| damaged("a sheet without a part"))?;
        if self.written.iter().any(|done| done == part) {
            return Err(damaged("one sheet twice"));
        }
        let from = self.archive.by_index(at).map_err(damaged)?;
        let name = from.name().map_err(damaged)?.into_owned();
        let options = packed().large_file(from.size() > 1 << 30);
        self.out.start_file(&name, options).map_err(unwritten)?;
        let from = BufReader::with_capacity(128 << 10, from);
        let mut to = BufWriter::with_capacity(128 << 10, &mut self.out);
        let seen = rewrite_sheet(from, &mut to, with)?;
        to.flush()?;
        drop(to);
        self.written.push(name);
        Ok(seen)
    }

    /// The notes of a sheet and their boxes: in the parts it has, or in new ones.
    fn notes(&mut self, sheet: &str, seen: &Seen) -> Result<(), SheetError> {
        let relations = self.relations(sheet)?;
        let known = relations.iter().find(|one| one.kind == "comments").map(|one| one.part.clone());
        if seen.notes.is_empty() && known.is_none() {
            return Ok(());
        }
        let boxes = relations.iter().find(|one| Some(&one.id) == seen.boxes.as_ref());
        let boxes = boxes.map(|one| one.part.clone());
        let old = match &known {
            Some(part) => self.text(part)?,
            None => None,
        };
        let written = match &old {
            Some(old) => joined(old, &seen.notes)?,
            None => fresh(&seen.notes),
        };
        if seen.notes.is_empty() && written.gone.is_empty() {
            return Ok(());
        }
        self.n_with_notes += 1;
        let n = self.n_with_notes;
        let mut new = Vec::new();
        let part = known.unwrap_or_else(|| {
            new.push(("rIdImportComments", "comments", format!("xl/importComments{n}.xml")));
            format!("xl/importComments{n}.xml")
        });
        let vml = match &boxes {
            Some(part) => self.text(part)?,
            None => None,
        };
        let vml =
            vml.map_or_else(|| fresh_boxes(&written.boxes, n), |vml| joined_boxes(&vml, &written));
        let drawn = boxes.unwrap_or_else(|| {
            new.push((OWN_ID, "vmlDrawing", format!("xl/drawings/importNotes{n}.vml")));
            format!("xl/drawings/importNotes{n}.vml")
        });
        if new.iter().any(|(id, ..)| relations.iter().any(|one| one.id == *id)) {
            return Err(damaged("a relation that is ours already"));
        }
        self.add_relations(sheet, &new)?;
        self.add_types(&new)?;
        self.changed.insert(part, written.xml);
        self.changed.insert(drawn, vml);
        Ok(())
    }

    fn add_relations(&mut self, of: &str, new: &[(&str, &str, String)]) -> Result<(), SheetError> {
        if new.is_empty() {
            return Ok(());
        }
        let space = "http://schemas.openxmlformats.org/package/2006/relationships";
        let empty = format!("<Relationships xmlns=\"{space}\"/>");
        let name = beside(of);
        let text = self.text(&name)?.unwrap_or(empty);
        let relations = self.relations;
        let text = added(&text, |p| {
            let one = |(id, kind, part): &(&str, &str, String)| {
                format!(
                    "<{p}Relationship Id=\"{id}\" Type=\"{relations}/{kind}\" Target=\"/{part}\"/>"
                )
            };
            new.iter().map(one).collect()
        })?;
        self.changed.insert(name, text);
        Ok(())
    }

    fn add_types(&mut self, new: &[(&str, &str, String)]) -> Result<(), SheetError> {
        let text = self.text(TYPES)?.ok_or_else(|| damaged("no types of parts"))?;
        let defaults = tags(&text, "Default")?;
        let is_vml = |tag: &BytesStart<'_>| {
            attribute(tag, "Extension").is_some_and(|end| end.eq_ignore_ascii_case("vml"))
        };
        let has_vml = defaults.iter().any(is_vml);
        let text = added(&text, |p| {
            let mut more = String::new();
            for (_, kind, part) in new {
                if *kind == "vmlDrawing" && !has_vml {
                    let kind = format!("{KINDS}.vmlDrawing");
                    more += &format!("<{p}Default Extension=\"vml\" ContentType=\"{kind}\"/>");
                }
                let kind = match *kind {
                    "comments" => "comments",
                    "styles" => "styles",
                    _ => continue,
                };
                let kind = format!("{KINDS}.spreadsheetml.{kind}+xml");
                more += &format!("<{p}Override PartName=\"/{part}\" ContentType=\"{kind}\"/>");
            }
            more
        })?;
        self.changed.insert(TYPES.to_owned(), text);
        Ok(())
    }

    fn new_styles(&mut self, part: &str) -> Result<(), SheetError> {
        let new = [("rIdImportStyles", "styles", part.to_owned())];
        self.add_relations(BOOK, &new)?;
        self.add_types(&new)
    }

    /// Everything else, as it is packed; then what was changed.
    fn finish(mut self) -> Result<(), SheetError> {
        let mut changed = std::mem::take(&mut self.changed);
        for at in 0..self.archive.len() {
            let part = self.archive.by_index_raw(at).map_err(damaged)?;
            let name = part.name().map_err(damaged)?.into_owned();
            let key = changed.keys().find(|key| key.eq_ignore_ascii_case(&name)).cloned();
            if self.written.contains(&name) {
                continue;
            }
            match key.and_then(|key| changed.remove(&key)) {
                None => self.out.raw_copy_file(part).map_err(unwritten)?,
                Some(text) => {
                    drop(part);
                    write_part(&mut self.out, &name, &text)?;
                }
            }
        }
        for (name, text) in &changed {
            write_part(&mut self.out, name, text)?;
        }
        let mut out = self.out.finish().map_err(unwritten)?;
        out.flush()?;
        Ok(())
    }
}

fn write_part(
    out: &mut ZipWriter<BufWriter<File>>,
    name: &str,
    text: &str,
) -> Result<(), SheetError> {
    out.start_file(name, packed()).map_err(unwritten)?;
    Ok(out.write_all(text.as_bytes())?)
}

fn packed() -> SimpleFileOptions {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    options.compression_level(Some(4))
}

fn unwritten(cause: zip::result::ZipError) -> SheetError {
    SheetError::NotWritten { cause: cause.to_string() }
}

/// The part that holds the relations of a part.
fn beside(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// What a relation of a part in `folder` leads to.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The id of a relation, which is no plain `id`.
fn id_of(tag: &BytesStart<'_>) -> Option<String> {
    let id = tag.attributes().with_checks(false).flatten().find(|one| {
        let key = one.key.into_inner();
        key.ends_with(":id")
    })?;
    Some(id.value.into_owned())
}

/// The tags of a name.
fn tags(xml: &str, name: &str) -> Result<Vec<BytesStart<'static>>, SheetError> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(tag) | Event::Empty(tag) if local(&tag) == name => {
                found.push(tag.into_owned());
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

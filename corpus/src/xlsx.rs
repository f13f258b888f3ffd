//! 写成 .xlsx，照几种程序的样子。

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::Made;
use crate::grid::{Cell, Grid, Page, escaped, letters};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Excel and WPS: texts shared.
    Shared,
    /// openpyxl, many systems: texts in their cells.
    Inline,
    /// A prefix before every name, absolute targets, texts in runs.
    Prefixed,
    /// Cells and rows that do not say where they stand.
    Unplaced,
}

struct Writing<'a> {
    grid: &'a Grid,
    manner: Manner,
    texts: Vec<String>,
}

impl Writing<'_> {
    fn p(&self) -> &'static str {
        if self.manner == Manner::Prefixed { "x:" } else { "" }
    }

    fn cell(&mut self, place: &str, cell: &Cell) -> String {
        let p = self.p();
        let r = if self.manner == Manner::Unplaced { "" } else { place };
        let r = if r.is_empty() { String::new() } else { format!(" r=\"{r}\"") };
        let number =
            |style: u32, n: String| format!("<{p}c{r} s=\"{style}\"><{p}v>{n}</{p}v></{p}c>");
        match cell {
            Cell::Text(text) if matches!(self.manner, Manner::Shared | Manner::Prefixed) => {
                let index = self.texts.iter().position(|known| known == text);
                let index = index.unwrap_or_else(|| {
                    self.texts.push(text.clone());
                    self.texts.len() - 1
                });
                format!("<{p}c{r} t=\"s\"><{p}v>{index}</{p}v></{p}c>")
            }
            Cell::Text(text) => format!(
                "<{p}c{r} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{}</{p}t></{p}is>\
                 </{p}c>",
                escaped(text)
            ),
            Cell::Number(n) if n.abs() >= 1e15 => number(0, format!("{n:E}")),
            Cell::Number(n) => number(0, n.to_string()),
            Cell::Day(serial) => number(1, self.grid.serial(*serial).to_string()),
            Cell::Month(serial) => number(2, self.grid.serial(*serial).to_string()),
            Cell::Padded(n, _) => number(3, n.to_string()),
            Cell::Error(error) => {
                format!("<{p}c{r} t=\"e\"><{p}f>NA()</{p}f><{p}v>{error}</{p}v></{p}c>")
            }
            Cell::Formula(text) => format!(
                "<{p}c{r} t=\"str\"><{p}f>A1&amp;\"\"</{p}f><{p}v>{}</{p}v></{p}c>",
                escaped(text)
            ),
        }
    }

    fn rows(&mut self, page: &Page) -> String {
        let p = self.p();
        let mut rows = String::new();
        let mut next = 0;
        for (row, cells) in page.rows() {
            if self.manner == Manner::Unplaced {
                rows.push_str(&"<row/>".repeat((row - next) as usize));
                next = row + 1;
                let mut body = String::new();
                for column in 0..=cells.last().map_or(0, |(column, _)| *column) {
                    let found = cells.iter().find(|(at, _)| *at == column);
                    body.push_str(
                        &found.map_or("<c/>".to_owned(), |(_, cell)| self.cell("", cell)),
                    );
                }
                rows.push_str(&format!("<row>{body}</row>"));
                continue;
            }
            let hidden = if page.hidden_rows.contains(&row) { " hidden=\"1\"" } else { "" };
            rows.push_str(&format!("<{p}row r=\"{}\"{hidden} spans=\"1:9\">", row + 1));
            for (column, cell) in cells {
                let place = format!("{}{}", letters(column), row + 1);
                let made = self.cell(&place, cell);
                rows.push_str(&made);
            }
            rows.push_str(&format!("</{p}row>"));
        }
        if page.has_ghosts {
            for row in (page.n_rows() + 1..page.n_rows() + 3000).chain([1_048_576]) {
                rows.push_str(&format!(
                    "<{p}row r=\"{row}\"><{p}c r=\"A{row}\" s=\"1\"/></{p}row>"
                ));
            }
        }
        rows
    }

    fn sheet(&mut self, page: &Page) -> String {
        let p = self.p();
        let rows = self.rows(page);
        let merges: String = page
            .merges
            .iter()
            .map(|[a, b, c, d]| {
                let (from, to) = (letters(*c), letters(*d));
                format!("<{p}mergeCell ref=\"{from}{}:{to}{}\"/>", a + 1, b + 1)
            })
            .collect();
        let merges = if merges.is_empty() {
            String::new()
        } else {
            format!("<{p}mergeCells>{merges}</{p}mergeCells>")
        };
        let hidden = page.hidden_columns.iter().map(|column| {
            let n = column + 1;
            format!("<{p}cols><{p}col min=\"{n}\" max=\"{n}\" hidden=\"1\" width=\"0\"/></{p}cols>")
        });
        let hidden: String = hidden.take(1).collect();
        let filter = if page.hidden_rows.is_empty() {
            String::new()
        } else {
            format!("<{p}autoFilter ref=\"A1:J{}\"/>", page.n_rows())
        };
        format!(
            "{DECLARED}<{p}worksheet {}><{p}dimension ref=\"A1:XFD1048576\"/>{hidden}\
             <{p}sheetData>{rows}</{p}sheetData>{filter}{merges}</{p}worksheet>",
            self.space()
        )
    }

    fn space(&self) -> String {
        let colon = if self.manner == Manner::Prefixed { ":x" } else { "" };
        format!("xmlns{colon}=\"{MAIN}\"")
    }

    fn workbook(&self) -> String {
        let p = self.p();
        let sheets: String = (1..)
            .zip(&self.grid.pages)
            .map(|(n, page)| {
                let state = if page.is_hidden { " state=\"hidden\"" } else { "" };
                let name = escaped(&page.name);
                format!("<{p}sheet name=\"{name}\" sheetId=\"{n}\"{state} r:id=\"rId{n}\"/>")
            })
            .collect();
        let epoch = if self.grid.is_1904 { " date1904=\"1\"" } else { "" };
        format!(
            "{DECLARED}<{p}workbook {} xmlns:r=\"{RELATED}\"><{p}workbookPr{epoch}/>\
             <{p}sheets>{sheets}</{p}sheets></{p}workbook>",
            self.space()
        )
    }

    fn texts(&self) -> String {
        let p = self.p();
        let one = |text: &String| {
            let letters: Vec<char> = text.chars().collect();
            if self.manner == Manner::Prefixed && letters.len() > 1 {
                let (head, tail) = letters.split_at(1);
                let [head, tail] = [head, tail].map(|part| part.iter().collect::<String>());
                let run = |part: &str| {
                    let part = escaped(part);
                    format!("<{p}r><{p}t xml:space=\"preserve\">{part}</{p}t></{p}r>")
                };
                // How it is read stands beside and is no part of it.
                let said = format!("<{p}rPh sb=\"0\" eb=\"1\"><{p}t>xx</{p}t></{p}rPh>");
                return format!("<{p}si>{}{}{said}</{p}si>", run(&head), run(&tail));
            }
            format!("<{p}si><{p}t xml:space=\"preserve\">{}</{p}t></{p}si>", escaped(text))
        };
        let all: String = self.texts.iter().map(one).collect();
        format!(
            "{DECLARED}<{p}sst {} uniqueCount=\"{}\">{all}</{p}sst>",
            self.space(),
            self.texts.len()
        )
    }
}

pub const DECLARED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
pub const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

fn styles(p: &str, space: &str) -> String {
    format!(
        "{DECLARED}<{p}styleSheet {space}><{p}numFmts count=\"2\"><{p}numFmt numFmtId=\"164\" \
         formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;;@\"/><{p}numFmt numFmtId=\"165\" \
         formatCode=\"0000000000\"/></{p}numFmts><{p}cellXfs count=\"4\"><{p}xf numFmtId=\"0\"/>\
         <{p}xf numFmtId=\"14\"/><{p}xf numFmtId=\"164\"/><{p}xf numFmtId=\"165\"/></{p}cellXfs>\
         </{p}styleSheet>"
    )
}

/// A package of parts.
pub fn pack(parts: &[(String, Vec<u8>)]) -> Made {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The parts of a workbook, by name.
pub fn parts(grid: &Grid, manner: Manner) -> Vec<(String, Vec<u8>)> {
    let mut writing = Writing { grid, manner, texts: Vec::new() };
    let sheets: Vec<String> = grid.pages.iter().map(|page| writing.sheet(page)).collect();
    let root = if manner == Manner::Prefixed { "/xl/" } else { "" };
    let mut related = String::new();
    let mut types = String::new();
    for n in 1..=sheets.len() {
        related.push_str(&format!(
            "<Relationship Id=\"rId{n}\" Type=\"{RELATED}/worksheet\" \
             Target=\"{root}worksheets/sheet{n}.xml\"/>"
        ));
        types.push_str(&format!(
            "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/\
             vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        ));
    }
    let shares = matches!(manner, Manner::Shared | Manner::Prefixed);
    let mut others = vec![("workbook", "sheet.main"), ("styles", "styles")];
    related.push_str(&format!(
        "<Relationship Id=\"rIdS\" Type=\"{RELATED}/styles\" Target=\"{root}styles.xml\"/>"
    ));
    if shares {
        others.push(("sharedStrings", "sharedStrings"));
        related.push_str(&format!(
            "<Relationship Id=\"rIdT\" Type=\"{RELATED}/sharedStrings\" \
             Target=\"{root}sharedStrings.xml\"/>"
        ));
    }
    for (part, kind) in others {
        types.push_str(&format!(
            "<Override PartName=\"/xl/{part}.xml\" ContentType=\"application/\
             vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml\"/>"
        ));
    }
    let related = format!(
        "{DECLARED}<Relationships xmlns=\"{PACKAGE}/relationships\">{related}</Relationships>"
    );
    let first = format!(
        "{DECLARED}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{RELATED}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let types = format!(
        "{DECLARED}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Default Extension=\"rels\" ContentType=\"application/\
         vnd.openxmlformats-package.relationships+xml\"/>{types}</Types>"
    );
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), types),
        ("_rels/.rels".to_owned(), first),
        ("xl/workbook.xml".to_owned(), writing.workbook()),
        ("xl/_rels/workbook.xml.rels".to_owned(), related),
        ("xl/styles.xml".to_owned(), styles(writing.p(), &writing.space())),
    ];
    for (n, sheet) in (1..).zip(sheets) {
        parts.push((format!("xl/worksheets/sheet{n}.xml"), sheet));
    }
    if shares {
        parts.push(("xl/sharedStrings.xml".to_owned(), writing.texts()));
    }
    parts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

pub fn write(grid: &Grid, manner: Manner) -> Made {
    pack(&parts(grid, manner))
}

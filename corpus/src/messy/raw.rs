//! What other programs write that no library here does: parts of packages and lines of text as
//! they were seen in files of Excel, WPS, LibreOffice and old systems.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::{Case, Draft, EXCEL, Form};
use crate::grid::{Cell, Grid, serial};
use crate::xlsx::{self, Manner};
use crate::{Made, csv};

type Parts = Vec<(String, Vec<u8>)>;

/// A workbook of Excel of which parts are written otherwise.
fn bent(name: &str, draft: Draft, bend: impl Fn(&mut Parts)) -> Case {
    packed(name, draft, |mut parts| {
        bend(&mut parts);
        xlsx::pack(&parts)
    })
}

fn packed(name: &str, draft: Draft, pack: impl Fn(Parts) -> Made) -> Case {
    let mut pages = draft.before.clone();
    pages.push(draft.page.clone());
    pages.extend(draft.after.clone());
    let grid = Grid { pages, is_1904: draft.is_1904 };
    let mut case = draft.case(name, EXCEL);
    case.bytes = pack(xlsx::parts(&grid, Manner::Shared)).unwrap_or_default();
    case
}

/// Writes a text in every part instead of another one.
fn swap(parts: &mut Parts, pairs: &[(&str, &str)]) {
    for (_, bytes) in parts {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        for (one, other) in pairs {
            text = text.replace(one, other);
        }
        *bytes = text.into_bytes();
    }
}

fn rename(parts: &mut Parts, one: &str, other: &str) {
    for (name, _) in parts.iter_mut() {
        *name = name.replace(one, other);
    }
}

pub(super) fn cases() -> Vec<Case> {
    [packages(), sheets(), lines()].concat()
}

fn zipped(parts: Parts, options: SimpleFileOptions) -> Made {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for folder in ["xl/", "xl/worksheets/"] {
        zip.add_directory(folder, options)?;
    }
    for (name, bytes) in parts {
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// As a program writes that cannot go back in what it has written.
fn streamed(parts: Parts) -> Made {
    let mut zip = zip::ZipWriter::new_stream(Vec::new());
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn packages() -> Vec<Case> {
    let usual = Draft::usual;
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    vec![
        packed("a package that is only put together", usual(), |parts| zipped(parts, stored)),
        packed("a package with folders", usual(), |parts| {
            zipped(parts, SimpleFileOptions::default())
        }),
        packed("a package written in one go", usual(), streamed),
        packed("parts in another order", usual(), |mut parts| {
            parts.reverse();
            xlsx::pack(&parts)
        }),
        bent("names of parts in other letters", usual(), |parts| {
            rename(parts, "xl/sharedStrings.xml", "xl/SharedStrings.xml");
        }),
        bent("a sheet under a name of its own", usual(), |parts| {
            rename(parts, "worksheets/sheet1.xml", "worksheets/名册.xml");
            swap(parts, &[("worksheets/sheet1.xml", "worksheets/名册.xml")]);
        }),
        bent("the strict words of the standard", usual(), |parts| {
            swap(
                parts,
                &[
                    (
                        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                        "http://purl.oclc.org/ooxml/spreadsheetml/main",
                    ),
                    (
                        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                        "http://purl.oclc.org/ooxml/officeDocument/relationships",
                    ),
                ],
            );
        }),
        bent("no styles", usual(), |parts| {
            parts.retain(|(name, _)| !name.ends_with("styles.xml"));
        }),
        bent("macros, pictures and a printer", usual(), |parts| {
            parts.push(("xl/vbaProject.bin".to_owned(), vec![0xd0; 600]));
            parts.push(("xl/media/image1.png".to_owned(), b"\x89PNG\r\n\x1a\n".to_vec()));
            parts.push(("xl/printerSettings/printerSettings1.bin".to_owned(), vec![0; 300]));
        }),
        bent("a mark before every part", usual(), |parts| {
            for (_, bytes) in parts {
                bytes.splice(0..0, *b"\xef\xbb\xbf");
            }
        }),
    ]
}

/// A sheet's own text.
fn sheets() -> Vec<Case> {
    let usual = Draft::usual;
    let mut cases = vec![
        bent("notes and spaces between the tags", usual(), |parts| {
            swap(parts, &[("<row ", "\n  <!-- a row -->\n  <row "), ("</row>", "\n</row>\n")]);
        }),
        bent("texts with what is read aloud", usual(), |parts| {
            let aloud =
                "<rPh sb=\"0\" eb=\"1\"><t>xìngmíng</t></rPh><phoneticPr fontId=\"1\"/></si>";
            swap(parts, &[("</si>", aloud)]);
        }),
        bent("texts in many runs", usual(), |parts| {
            for (name, bytes) in parts.iter_mut().filter(|(name, _)| name.contains("shared")) {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let mut runs = String::new();
                for piece in text.split_inclusive("</si>") {
                    runs.push_str(&in_runs(piece));
                }
                assert!(name.ends_with(".xml"));
                *bytes = runs.into_bytes();
            }
        }),
        bent("a place that is too small is said", usual(), |parts| {
            swap(parts, &[("<sheetData>", "<dimension ref=\"A1\"/><sheetData>")]);
        }),
        bent("a filter, frozen titles and comments on the sheet", usual(), |parts| {
            swap(
                parts,
                &[
                    (
                        "<sheetData>",
                        "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"2\" \
                         topLeftCell=\"A3\" state=\"frozen\"/></sheetView></sheetViews><sheetData>",
                    ),
                    (
                        "</sheetData>",
                        "</sheetData><autoFilter ref=\"A2:I8\"><filterColumn colId=\"2\"><filters>\
                         <filter val=\"男\"/></filters></filterColumn></autoFilter>",
                    ),
                ],
            );
        }),
    ];
    cases.extend(days());
    cases
}

/// Days and lines in a sheet's own words.
fn days() -> Vec<Case> {
    let mut cases = Vec::new();
    let days = Draft::usual().each("retired_on", |one| Cell::Day(serial(one.retired)));
    cases.push(bent("days as the standard writes them", days, |parts| {
        for person in crate::PEOPLE {
            let n = serial(person.retired);
            let (was, is) = (format!("<v>{n}</v>"), format!("<v>{}</v>", person.retired));
            swap(parts, &[(&format!(" s=\"1\">{was}"), &format!(" s=\"1\" t=\"d\">{is}"))]);
        }
    }));
    let days = Draft::usual().each("retired_on", |one| Cell::Day(serial(one.retired)));
    cases.push(bent("days shown in the way of China", days, |parts| {
        swap(parts, &[("<xf numFmtId=\"14\"/>", "<xf numFmtId=\"31\"/>")]);
    }));
    let days = Draft::usual().each("retired_on", |one| Cell::Day(serial(one.retired)));
    cases.push(bent("days with a part of a day", days, |parts| {
        for person in crate::PEOPLE {
            let n = serial(person.retired);
            swap(parts, &[(&format!("<v>{n}</v>"), &format!("<v>{n}.0</v>"))]);
        }
    }));
    let mut draft = Draft::usual();
    draft.text(0, "address", "青山路1号\n2单元301室");
    let draft = draft.says(0, "address", Some("青山路1号2单元301室"));
    cases.push(bent("a line that is broken by its number", draft, |parts| {
        swap(parts, &[("青山路1号\n2单元", "青山路1号_x000D_\n2单元")]);
    }));
    cases
}

/// One letter a run.
fn in_runs(item: &str) -> String {
    let Some((before, rest)) = item.split_once("<t") else { return item.to_owned() };
    let Some((_, rest)) = rest.split_once('>') else { return item.to_owned() };
    let Some((text, _)) = rest.split_once("</t>") else { return item.to_owned() };
    if text.contains('&') {
        return item.to_owned();
    }
    let run = |c: char| format!("<r><rPr><b/></rPr><t xml:space=\"preserve\">{c}</t></r>");
    let runs: String = text.chars().map(run).collect();
    format!("{before}{runs}</si>")
}

/// Lines of text.
fn lines() -> Vec<Case> {
    let text = |bend: fn(&str) -> Vec<u8>, name: &str| {
        let draft = Draft::at(super::USUAL, (0, 0, 1));
        let mut case = draft.case(name, Form::Csv(csv::Manner::Utf8));
        case.bytes = bend(&String::from_utf8_lossy(&case.bytes));
        case
    };
    let mut cases = vec![
        text(|text| text.replace("\r\n", "\n").into_bytes(), "CSV, lines of Unix"),
        text(|text| text.trim_end().as_bytes().to_vec(), "CSV, no end of the last line"),
        text(|text| text.replace("\r\n", ",,,,\r\n").into_bytes(), "CSV, empty cells behind"),
        text(|text| format!("{text}\r\n\r\n,,,\r\n").into_bytes(), "CSV, empty lines behind"),
        text(|text| text.replace(',', "\t").into_bytes(), "CSV, tabulators"),
        text(|text| format!("sep=,\r\n{text}").into_bytes(), "CSV, a line that names the comma"),
        text(
            |text| {
                let marked = format!("\u{feff}{text}");
                marked.encode_utf16().flat_map(u16::to_be_bytes).collect()
            },
            "CSV, UTF-16 the other way round",
        ),
        text(
            |text| text.replace("青山路8号", "\"青山路\"\"8\"\"号\"").into_bytes(),
            "CSV, quotes in a cell",
        ),
    ];
    if let Some(last) = cases.last_mut() {
        for row in last.rows.iter_mut().filter(|row| row.name == "李秀英") {
            for (_, text) in row.said.iter_mut().filter(|(field, _)| *field == "address") {
                "青山路\"8\"号".clone_into(text);
            }
        }
    }
    cases
}

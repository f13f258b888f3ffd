//! Packages: bombs, lies about sizes, paths that lead out, XML that calls for other files.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::Outcome::{Either, Refused, Rows};
use super::{Case, N_ROSTER, case, roster};
use crate::xlsx::{self, Manner};
use crate::{Made, biff};

/// A name, and parts with their bytes.
type Named = (&'static str, &'static [(&'static str, &'static [u8])]);
type Parts = Vec<(String, Vec<u8>)>;

const BOOK: &str = "名册.xlsx";
pub(super) const SHEET: &str = "xl/worksheets/sheet1.xml";

fn parts() -> Parts {
    xlsx::parts(&roster(), Manner::Shared)
}

fn packed(parts: &Parts) -> Vec<u8> {
    xlsx::pack(parts).unwrap_or_default()
}

/// The roster with one part written otherwise.
pub(super) fn with(
    name: &str,
    part: &str,
    outcome: super::Outcome,
    bend: impl Fn(&str) -> String,
) -> Case {
    let mut all = parts();
    for (_, bytes) in all.iter_mut().filter(|(known, _)| known == part) {
        *bytes = bend(&String::from_utf8_lossy(bytes)).into_bytes();
    }
    case(name, BOOK, packed(&all), outcome)
}

/// The roster with parts beside it.
fn beside(name: &str, more: &[(&str, &[u8])], outcome: super::Outcome) -> Case {
    let mut all = parts();
    all.extend(more.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())));
    case(name, BOOK, packed(&all), outcome)
}

/// Bytes of the packed roster, changed.
fn bytes(name: &str, bend: impl Fn(&mut Vec<u8>), outcome: super::Outcome) -> Case {
    let mut all = packed(&parts());
    bend(&mut all);
    case(name, BOOK, all, outcome)
}

/// Where a signature stands, from the end.
fn last(bytes: &[u8], signature: [u8; 4]) -> usize {
    bytes.windows(4).rposition(|window| window == signature).unwrap_or(0)
}

fn put(bytes: &mut [u8], at: usize, with: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + with.len()) {
        place.copy_from_slice(with);
    }
}

const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";

/// Archives that say what is not so.
fn lies_1() -> Vec<Case> {
    vec![
        bytes(
            "more entries promised",
            |b| {
                let at = last(b, END);
                put(b, at + 8, &[0xff; 4])
            },
            Refused,
        ),
        bytes(
            "no entries promised",
            |b| {
                let at = last(b, END);
                put(b, at + 8, &[0; 4])
            },
            Refused,
        ),
        bytes(
            "a directory far behind the end",
            |b| {
                let at = last(b, END);
                put(b, at + 16, &[0xf0; 4])
            },
            Refused,
        ),
        bytes(
            "a directory of no size",
            |b| {
                let at = last(b, END);
                put(b, at + 12, &[0; 4])
            },
            Either,
        ),
        bytes(
            "a part of another size",
            |b| {
                let at = last(b, CENTRAL);
                put(b, at + 24, &[1, 0, 0, 0])
            },
            Either,
        ),
    ]
}

fn lies_2() -> Vec<Case> {
    vec![
        bytes(
            "a part of four gigabytes, it says",
            |b| {
                let at = last(b, CENTRAL);
                put(b, at + 24, &[0xfe, 0xff, 0xff, 0xff])
            },
            Refused,
        ),
        bytes(
            "packed to another size",
            |b| {
                let at = last(b, CENTRAL);
                put(b, at + 20, &[3, 0, 0, 0])
            },
            Refused,
        ),
        bytes(
            "another checksum",
            |b| {
                let at = last(b, CENTRAL);
                put(b, at + 16, &[1, 2, 3, 4])
            },
            Refused,
        ),
        bytes(
            "another way of packing",
            |b| {
                let at = last(b, CENTRAL);
                put(b, at + 10, &[99, 0])
            },
            Refused,
        ),
        bytes(
            "said to be encrypted",
            |b| {
                let at = last(b, CENTRAL);
                put(b, at + 8, &[1, 0])
            },
            Refused,
        ),
    ]
}

fn lies_3() -> Vec<Case> {
    vec![
        bytes(
            "a part that stands elsewhere",
            |b| {
                let at = last(b, CENTRAL);
                put(b, at + 42, &[9, 0, 0, 0])
            },
            Refused,
        ),
        bytes(
            "two parts in one place",
            |b| {
                let at = last(b, CENTRAL);
                put(b, at + 42, &[0; 4])
            },
            Refused,
        ),
        bytes("a long remark behind", |b| b.extend(vec![b' '; 70_000]), Either),
        bytes(
            "something before the archive",
            |b| drop(b.splice(0..0, *b"#!/bin/sh\nexit 1\n")),
            Either,
        ),
        bytes(
            "a picture before the archive",
            |b| drop(b.splice(0..0, *b"\x89PNG\r\n\x1a\n")),
            Either,
        ),
        bytes(
            "a program before the archive",
            |b| drop(b.splice(0..0, [b"MZ".as_slice(), &[0; 500]].concat())),
            Either,
        ),
        beside("a path upwards", &[("../../../../etc/cron.d/x", b"x")], Either),
        beside("an absolute path", &[("/etc/passwd", b"x")], Either),
        beside("a path of Windows", &[("..\\..\\windows\\x.dll", b"x"), ("C:\\x", b"x")], Either),
        beside("a name with an end in it", &[("xl/a\0b.xml", b"x")], Either),
        beside("a name of sixty thousand letters", &[(&"x".repeat(60_000), b"x")], Either),
        beside(
            "a program inside",
            &[("xl/vbaProject.bin", &[0xcc; 9_000]), ("run.exe", b"MZ")],
            Rows(N_ROSTER),
        ),
        beside("an archive inside", &[("inner.zip", &packed(&parts()))], Rows(N_ROSTER)),
    ]
}

fn lies_4() -> Vec<Case> {
    vec![beside(
        "a link to a file elsewhere",
        &[("xl/externalLinks/externalLink1.xml", b"<externalLink/>")],
        Rows(N_ROSTER),
    )]
}

pub(super) fn lies() -> Vec<Case> {
    let mut cases = [lies_1(), lies_2(), lies_3(), lies_4()].concat();
    let many: Parts =
        parts().into_iter().chain((0..20_000).map(|n| (format!("x/{n}"), Vec::new()))).collect();
    cases.push(case("twenty thousand parts", BOOK, packed(&many), Refused));
    for gone in [
        "xl/workbook.xml",
        SHEET,
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
        "[Content_Types].xml",
    ] {
        let left: Parts = parts().into_iter().filter(|(name, _)| name != gone).collect();
        cases.push(case(&format!("without {gone}"), BOOK, packed(&left), Either));
        let mut empty = parts();
        empty.iter_mut().filter(|(name, _)| name == gone).for_each(|(_, bytes)| bytes.clear());
        cases.push(case(&format!("{gone} is empty"), BOOK, packed(&empty), Either));
    }
    let others: [Named; 5] = [
        ("a document of Word", &[("word/document.xml", b"<w/>")]),
        ("a presentation", &[("ppt/presentation.xml", b"<p/>")]),
        ("a binary workbook", &[("xl/workbook.bin", b"\x83")]),
        ("a document of OFD", &[("OFD.xml", b"<o/>")]),
        ("an archive of pictures", &[("1.jpg", b"\xff\xd8"), ("2.jpg", b"\xff\xd8")]),
    ];
    for (name, parts) in others {
        let parts: Parts = parts.iter().map(|(n, b)| ((*n).to_owned(), b.to_vec())).collect();
        cases.push(case(name, BOOK, packed(&parts), Refused));
    }
    cases.push(case("an archive of nothing", BOOK, packed(&Vec::new()), Refused));
    cases
}

/// Zeros, packed.
fn zeros(to: &mut zip::ZipWriter<Cursor<Vec<u8>>>, mebibytes: usize) -> std::io::Result<()> {
    let block = vec![b' '; 1 << 20];
    (0..mebibytes).try_for_each(|_| to.write_all(&block))
}

/// The roster with a part of so many megabytes of spaces.
fn swollen(part: &str, (before, after): (&str, &str), mebibytes: usize) -> Made {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts() {
        zip.start_file(name.as_str(), SimpleFileOptions::default())?;
        if name == part {
            zip.write_all(before.as_bytes())?;
            zeros(&mut zip, mebibytes)?;
            zip.write_all(after.as_bytes())?;
        } else {
            zip.write_all(&bytes)?;
        }
    }
    Ok(zip.finish()?.into_inner())
}

/// Much that is packed into little.
pub(super) fn bombs() -> Vec<Case> {
    let sheet = (
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         <sheetData>",
        "</sheetData></worksheet>",
    );
    let mut cases = vec![
        case(
            "a sheet of 64 MiB of spaces",
            BOOK,
            swollen(SHEET, sheet, 64).unwrap_or_default(),
            Refused,
        ),
        case(
            "texts of 64 MiB of spaces",
            BOOK,
            swollen("xl/sharedStrings.xml", ("<sst>", "</sst>"), 64).unwrap_or_default(),
            Refused,
        ),
        case(
            "a part of 64 MiB beside",
            BOOK,
            swollen("[Content_Types].xml", ("<Types>", "</Types>"), 64).unwrap_or_default(),
            Refused,
        ),
    ];
    let row = "<row><c><v>1</v></c></row>";
    let rows = [sheet.0, &row.repeat(1_200_000), sheet.1].concat();
    cases.push(with("1,200,000 rows", SHEET, Refused, move |_| rows.clone()));
    let wide: String = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(16_384));
    let wide = [sheet.0, &wide.repeat(3), sheet.1].concat();
    cases.push(with("16,384 columns", SHEET, Refused, move |_| wide.clone()));
    let cells = format!("<row>{}</row>", "<c/>".repeat(500));
    let cells = [sheet.0, &cells.repeat(10_000), sheet.1].concat();
    cases.push(with("5,000,000 cells of nothing", SHEET, Either, move |_| cells.clone()));
    let ole = |streams: &[(&str, &[u8])]| biff::ole(streams).unwrap_or_default();
    cases.push(case(
        "a workbook with a password",
        BOOK,
        ole(&[("/EncryptedPackage", &[7; 4_000]), ("/EncryptionInfo", &[4; 200])]),
        Refused,
    ));
    cases
}

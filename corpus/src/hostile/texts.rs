//! Text, web pages, XML of 2003, and what is none of these.

use super::Outcome::{Either, Refused};
use super::{Case, case, roster, spoilt};
use crate::csv::Manner;
use crate::{biff, csv, html, ods, sheet_xml, xlsx};

const TEXT: &str = "名册.csv";
const PAGE: &str = "名册.xls";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let none: [(&str, &[u8]); 16] = [
        ("nothing", b""),
        ("a space", b" "),
        ("zeros", &[0; 4_096]),
        ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"),
        ("a program", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"),
        ("a program of Linux", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01"),
        ("a photograph", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        ("an archive of RAR", b"Rar!\x1a\x07\x01\0\x33\x92\xb5\xe5"),
        ("an archive of 7-Zip", b"7z\xbc\xaf\x27\x1c\0\x04"),
        ("an archive of gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        ("a database", b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20"),
        ("a script", b"#!/bin/sh\nrm -rf /\n"),
        ("a document of RTF", b"{\\rtf1\\ansi\\deff0 {\\fonttbl}}"),
        ("an archive of nothing", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ("the beginning of an archive", b"PK\x03\x04\x14\0\0\0\x08\0"),
    ];
    for (name, bytes) in none {
        // What is text may be read as text.
        let outcome = match name {
            "a script" | "a document of RTF" => Either,
            _ => Refused,
        };
        for file in ["名册.xlsx", TEXT] {
            cases.push(case(&format!("{name} as {file}"), file, bytes.to_vec(), outcome));
        }
    }
    cases.extend(texts());
    cases.extend(old_xml());
    cases
}

const HEAD: &str = "姓名,身份证号\n";

fn text(text: String) -> Vec<u8> {
    text.into_bytes()
}

fn texts_1() -> Vec<Case> {
    vec![
        case(
            "CSV, a quote that does not end",
            TEXT,
            text(format!("{HEAD}\"{}", "王,\n".repeat(600_000))),
            Refused,
        ),
        case(
            "CSV, a cell of two megabytes",
            TEXT,
            text(format!("{HEAD}{},1", "王".repeat(700_000))),
            Refused,
        ),
        case(
            "CSV, a hundred thousand columns",
            TEXT,
            text(format!("{HEAD}{}", "1,".repeat(100_000))),
            Refused,
        ),
        case("CSV, commas alone", TEXT, text(",".repeat(1 << 20)), Either),
        case("CSV, lines alone", TEXT, text("\n".repeat(3 << 20)), Either),
        case("CSV, quotes alone", TEXT, text("\"".repeat(1 << 20)), Either),
        case(
            "CSV, two million lines",
            TEXT,
            text(format!("{HEAD}{}", "王,1\n".repeat(2_000_000))),
            Refused,
        ),
        case("CSV, zeros in the text", TEXT, [HEAD.as_bytes(), b"\0\0,1\n"].concat(), Refused),
        case(
            "CSV, bytes of no encoding",
            TEXT,
            [HEAD.as_bytes(), &[0xff, 0xff, 0x81, b'\n']].concat(),
            Refused,
        ),
        case(
            "CSV, half a letter at the end",
            TEXT,
            [HEAD.as_bytes(), &[0xe7, 0x8e]].concat(),
            Either,
        ),
    ]
}

fn texts_2() -> Vec<Case> {
    vec![
        case(
            "CSV, UTF-16 of an odd length",
            TEXT,
            [b"\xff\xfe".as_slice(), &[0x61, 0, 0x2c]].concat(),
            Either,
        ),
        case(
            "CSV, half a pair of UTF-16",
            TEXT,
            [b"\xff\xfe".as_slice(), &[0x00, 0xd8, 0x2c, 0]].concat(),
            Either,
        ),
        case("CSV, escapes of a terminal", TEXT, text(format!("{HEAD}\u{1b}[2J\u{7},1\n")), Either),
        case(
            "page, tables within tables",
            PAGE,
            text(format!("<html>{}", "<table><tr><td>".repeat(100_000))),
            Either,
        ),
        case(
            "page, tags without end",
            PAGE,
            text(format!("<html><table><tr><td {}", "a=1 ".repeat(600_000))),
            Either,
        ),
        case(
            "page, a remark without end",
            PAGE,
            text(format!("<html><table><!--{}", "-".repeat(2 << 20))),
            Either,
        ),
        case(
            "page, a cell of a thousand million rows",
            PAGE,
            text(
                "<html><table><tr><td rowspan=2000000000 colspan=2000000000>王</td></tr></table>"
                    .into(),
            ),
            Either,
        ),
    ]
}

fn texts_3() -> Vec<Case> {
    vec![
        case(
            "page, cells without end",
            PAGE,
            text(format!("<html><table><tr>{}", "<td>1".repeat(100_000))),
            Refused,
        ),
        case(
            "page, rows without end",
            PAGE,
            text(format!("<html><table>{}", "<tr><td>1".repeat(1_200_000))),
            Refused,
        ),
        case(
            "page, characters that are none",
            PAGE,
            text(
                "<html><table><tr><td>&#0;&#xffffffffff;&#xd800;&nosuch;</td></tr></table>".into(),
            ),
            Either,
        ),
        case(
            "page, an encoding that there is not",
            PAGE,
            text("<html><meta charset=klingon><table><tr><td>a</td></tr></table>".into()),
            Either,
        ),
        case(
            "page, no table",
            PAGE,
            text("<!DOCTYPE html><html><body><p>404</p></body></html>".into()),
            Refused,
        ),
        case("page, a table of nothing", PAGE, text("<html><table></table>".into()), Either),
    ]
}

fn texts() -> Vec<Case> {
    [texts_1(), texts_2(), texts_3()].concat()
}

fn old_xml() -> Vec<Case> {
    let whole = String::from_utf8_lossy(&sheet_xml::write(&roster())).into_owned();
    let bent = |name: &str, one: &str, other: &str, outcome| {
        case(
            &format!("XML of 2003, {name}"),
            PAGE,
            whole.replacen(one, other, 1).into_bytes(),
            outcome,
        )
    };
    let entities: String =
        (1..12).map(|n| format!("<!ENTITY a{n} \"&a{0};&a{0};&a{0};\">", n - 1)).collect();
    let billion = format!("<!DOCTYPE x [<!ENTITY a0 \"王\">{entities}]>\n<Workbook ");
    let outside = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n<Workbook ";
    vec![
        bent("entities of entities", "<Workbook ", &billion, Refused),
        bent("a file called for", "<Workbook ", outside, Refused),
        bent("a row behind the end", "ss:Index=\"2\"", "ss:Index=\"4294967295\"", Refused),
        bent("a row of no number", "ss:Index=\"2\"", "ss:Index=\"-2\"", Either),
        bent(
            "a cell behind the end",
            "<Cell ss:Index=\"1\"",
            "<Cell ss:Index=\"4294967295\"",
            Refused,
        ),
        bent(
            "a merge without end",
            "<Cell ss:Index=\"1\"",
            "<Cell ss:MergeDown=\"4294967295\" ss:MergeAcross=\"4294967295\"",
            Either,
        ),
        bent("no end", "</Workbook>", "", Either),
        bent(
            "cells within cells",
            "<Data ",
            &format!("{}<Data ", "<Cell>".repeat(100_000)),
            Either,
        ),
    ]
}

/// Every form, cut off and bent at places all over.
pub(super) fn spoilt_forms() -> Vec<Case> {
    let grid = roster();
    let forms: [(&str, &'static str, Vec<u8>); 7] = [
        ("Excel", "名册.xlsx", xlsx::write(&grid, xlsx::Manner::Shared).unwrap_or_default()),
        ("Excel 97", PAGE, biff::write(&grid, biff::Manner::Eight).unwrap_or_default()),
        ("Excel 5", PAGE, biff::write(&grid, biff::Manner::Five).unwrap_or_default()),
        ("ODS", "名册.ods", ods::write(&grid).unwrap_or_default()),
        ("XML of 2003", PAGE, sheet_xml::write(&grid)),
        ("web page", PAGE, html::write(&grid, html::Manner::OldGbk)),
        ("CSV", TEXT, csv::write(&grid, Manner::Gb18030)),
    ];
    forms.into_iter().flat_map(|(name, file, bytes)| spoilt(name, file, &bytes, 6)).collect()
}

//! Documents of ODS: little that is repeated without end.

use super::Outcome::{Either, Refused};
use super::sheets::entities;
use super::{Case, case};
use crate::ods;

const NAMES: &str = "urn:oasis:names:tc:opendocument:xmlns";
const CELL: &str = "office:value-type=\"string\"><text:p>王</text:p></table:table-cell>";

fn content(rows: &str) -> String {
    format!(
        "<office:document-content xmlns:office=\"{NAMES}:office:1.0\" \
         xmlns:table=\"{NAMES}:table:1.0\" xmlns:text=\"{NAMES}:text:1.0\"><office:body>\
         <office:spreadsheet><table:table table:name=\"名册\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    )
}

fn row(attributes: &str, cells: &str) -> String {
    format!("<table:table-row {attributes}>{cells}</table:table-row>")
}

fn cell(attributes: &str) -> String {
    format!("<table:table-cell {attributes} {CELL}")
}

fn book(content: &str) -> Vec<u8> {
    ods::packed(content.as_bytes(), "<manifest/>").unwrap_or_default()
}

pub(super) fn cases() -> Vec<Case> {
    let rows = |n: &str| format!("table:number-rows-repeated=\"{n}\"");
    let columns = |n: &str| format!("table:number-columns-repeated=\"{n}\"");
    let text = |inner: &str| {
        let start = "<table:table-cell office:value-type=\"string\">";
        row("", &format!("{start}<text:p>{inner}</text:p></table:table-cell>"))
    };
    let empty = "<table:table-cell/>";
    let odd = [
        ("a row two thousand million times", row(&rows("2147483647"), &cell("")), Refused),
        ("a cell two thousand million times", row("", &cell(&columns("2147483647"))), Refused),
        ("a square of a million rows", row(&rows("1000000"), &cell(&columns("500"))), Refused),
        ("empty rows without end", row(&rows("4294967295"), empty).repeat(3), Either),
        ("spaces without end", text("<text:s text:c=\"4294967295\"/>"), Either),
        ("a number of rows that is none", row(&rows("-1"), empty), Either),
        ("tables within tables", "<table:table table:name=\"x\">".repeat(50_000), Refused),
        ("spans within spans", text(&"<text:span>".repeat(200_000)), Refused),
    ];
    let file = "名册.ods";
    let mut cases: Vec<Case> = odd
        .into_iter()
        .map(|(name, rows, outcome)| {
            case(&format!("ODS, {name}"), file, book(&content(&rows)), outcome)
        })
        .collect();
    let billion = format!("{}{}", entities(3), content(&text("&a11;")));
    cases.push(case("ODS, entities of entities", file, book(&billion), Refused));
    let locked = "<manifest><file-entry full-path=\"content.xml\"><encryption-data/>\
                  </file-entry></manifest>";
    let bytes = ods::packed(b"\x12\x34\x56", locked).unwrap_or_default();
    cases.push(case("ODS with a password", file, bytes, Refused));
    cases
}

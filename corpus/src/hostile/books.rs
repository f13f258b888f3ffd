//! Old workbooks: records that say what is not so, and OLE2 files that lead in circles.

use super::Outcome::{Either, Refused};
use super::{Case, case, roster};
use crate::biff::{self, Manner, record};

const OLD: &str = "名册.xls";

fn ole(streams: &[(&str, &[u8])]) -> Vec<u8> {
    biff::ole(streams).unwrap_or_default()
}

/// A book of these records behind the usual beginning.
fn book(records: &[Vec<u8>]) -> Vec<u8> {
    let begin = record(0x809, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    [begin, records.concat(), record(0x0a, &[])].concat()
}

/// The roster's stream with these bytes at the first record of a kind, behind its head.
fn bent(kind: u16, at: usize, with: &[u8]) -> Vec<u8> {
    let mut stream = biff::stream(&roster(), Manner::Eight);
    let mut place = 0;
    while place + 4 <= stream.len() {
        let known = u16::from_le_bytes([stream[place], stream[place + 1]]);
        let n = usize::from(u16::from_le_bytes([stream[place + 2], stream[place + 3]]));
        let from = place + 4 + at;
        if known == kind && from + with.len() <= stream.len() {
            stream[from..from + with.len()].copy_from_slice(with);
            break;
        }
        place += 4 + n;
    }
    ole(&[("/Workbook", &stream)])
}

/// The roster with bytes at a place of its file.
fn file(at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = biff::write(&roster(), Manner::Eight).unwrap_or_default();
    if at + with.len() <= bytes.len() {
        bytes[at..at + with.len()].copy_from_slice(with);
    }
    bytes
}

pub(super) fn cases() -> Vec<Case> {
    let stream = |records: &[Vec<u8>]| ole(&[("/Workbook", &book(records))]);
    let shared = |body: &[u8]| stream(&[record(0xfc, body)]);
    let many = record(0x3c, &[0; 8]).repeat(200_000);
    let odd: Vec<(&str, Vec<u8>, super::Outcome)> = vec![
        ("a workbook of nothing", ole(&[("/Workbook", b"")]), Refused),
        ("a document of Word", ole(&[("/WordDocument", &[1; 99])]), Refused),
        ("a presentation", ole(&[("/PowerPoint Document", &[1; 99])]), Refused),
        ("a letter of Outlook", ole(&[("/__properties_version1.0", &[1; 99])]), Refused),
        ("an installer", ole(&[("/Whatever", &[1; 99])]), Refused),
        ("a password", stream(&[record(0x2f, &[1, 0, 1, 0, 1, 0])]), Refused),
        ("a password of another kind", stream(&[record(0x2f, &[0; 6])]), Refused),
        ("no sheets", stream(&[]), Either),
        ("a sheet behind the end", bent(0x85, 0, &[0xff; 4]), Either),
        ("a sheet at the beginning", bent(0x85, 0, &[0; 4]), Either),
        ("a sheet in the middle of a record", bent(0x85, 0, &[3, 0, 0, 0]), Either),
        ("a name of 255 letters that are not there", bent(0x85, 6, &[255]), Either),
        ("texts without number", bent(0xfc, 0, &[0xff; 8]), Either),
        ("a text longer than all", bent(0xfc, 8, &[0xff, 0xff]), Either),
        ("a text with runs without end", bent(0xfc, 11, &[0xff, 0xff]), Either),
        ("a text of no kind", bent(0xfc, 10, &[0xff]), Either),
        ("a cell of a text that there is not", bent(0xfd, 6, &[0xff; 4]), Either),
        ("a cell of a style that there is not", bent(0xfd, 4, &[0xff; 2]), Either),
        ("a cell in the last corner", bent(0xfd, 0, &[0xff, 0xff, 0xff, 0]), Either),
        ("a cell in column 65,535", bent(0xfd, 0, &[0, 0, 0xff, 0xff]), Either),
        ("a day without end", bent(0x203, 6, &[0xff; 8]), Either),
        ("a way to show a number without end", bent(0x41e, 2, &[0xff, 0xff]), Either),
        ("texts that go on nowhere", shared(&[1, 0, 0, 0, 1, 0, 0, 0, 9]), Either),
        ("four thousand million texts", shared(&[0xff; 8]), Either),
        (
            "records that go on without end",
            stream(&[record(0xfc, &[1, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 1]), many]),
            Either,
        ),
        (
            "a record longer than the file",
            ole(&[("/Workbook", &[0x09, 0x08, 0xff, 0xff, 0, 6])]),
            Refused,
        ),
        ("an older book", ole(&[("/Workbook", &record(0x409, &[0, 4, 16, 0, 0, 0]))]), Refused),
        ("a book of Excel 2", record(0x009, &[2, 0, 0x10, 0]), Refused),
        ("a book of Excel 4", record(0x409, &[0, 4, 0x10, 0, 0, 0]), Refused),
        ("sectors of another size", file(30, &[63, 0]), Either),
        ("sectors of no size", file(30, &[0, 0]), Either),
        ("small sectors of another size", file(32, &[40, 0]), Either),
        ("a directory that leads to itself", file(48, &[0; 4]), Either),
        ("a directory behind the end", file(48, &[0xf0, 0xff, 0xff, 0x7f]), Either),
        ("a table behind the end", file(76, &[0xf0, 0xff, 0xff, 0x7f]), Either),
        ("tables without number", file(44, &[0xff, 0xff, 0xff, 0x7f]), Either),
        ("tables of tables without end", file(68, &[0, 0, 0, 0, 0xff, 0xff, 0, 0]), Either),
        ("small sectors behind the end", file(60, &[0xf0, 0xff, 0xff, 0x7f, 9, 0, 0, 0]), Either),
        ("chains in circles", file(512, &[0; 512]), Either),
        ("the other order of bytes", file(28, &[0xff, 0xfe]), Either),
    ];
    odd.into_iter()
        .map(|(name, bytes, outcome)| case(&format!("old workbook: {name}"), OLD, bytes, outcome))
        .collect()
}

//! Sheets that say what no sheet says.

use super::Outcome::{Either, Refused, Rows};
use super::packages::{SHEET, with};
use super::{Case, N_ROSTER};

const STRINGS: &str = "xl/sharedStrings.xml";
const WORKBOOK: &str = "xl/workbook.xml";
const HEAD: &str = "<?xml version=\"1.0\"?>";

const OUTSIDE: &str = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
const REMOTE: &str = "<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">";

fn deep_rows() -> String {
    let (open, close) = ("<row>".repeat(100_000), "</row>".repeat(100_000));
    format!("{open}{close}</sheetData>")
}

/// Something else at the end of the cells.
fn data(more: &'static str) -> impl Fn(&str) -> String {
    move |text| text.replace("</sheetData>", more)
}

/// Something else at the beginning.
fn behind(text: &str, before: &str) -> String {
    let at = text.find("?>").map_or(0, |at| at + 2);
    format!("{before}{}", &text[at..])
}

/// Entities of entities.
pub(super) fn entities(times: usize) -> String {
    let entity = |n: usize| {
        let before = format!("&a{};", n - 1).repeat(times);
        format!("<!ENTITY a{n} \"{before}\">")
    };
    let all: String = (1..12).map(entity).collect();
    format!("<!DOCTYPE x [<!ENTITY a0 \"王\">{all}]>")
}

fn sheets_1() -> Vec<Case> {
    vec![
        with(
            "a cell in the last corner",
            SHEET,
            Refused,
            data("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>"),
        ),
        with(
            "a cell in the last row",
            SHEET,
            Rows(N_ROSTER + 1),
            data("<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row></sheetData>"),
        ),
        with(
            "a cell behind the last corner",
            SHEET,
            Refused,
            data("<row r=\"99999999\"><c r=\"ZZZZ99999999\"><v>1</v></c></row></sheetData>"),
        ),
        with(
            "a row of no number",
            SHEET,
            Either,
            data("<row r=\"-1\"><c r=\"A-1\"><v>1</v></c></row></sheetData>"),
        ),
        with(
            "a row of 2^64",
            SHEET,
            Either,
            data("<row r=\"18446744073709551616\"><c><v>1</v></c></row></sheetData>"),
        ),
        with(
            "rows that go back",
            SHEET,
            Either,
            data("<row r=\"2\"><c r=\"A2\"><v>1</v></c></row></sheetData>"),
        ),
        with(
            "a text that there is not",
            SHEET,
            Either,
            data("<row r=\"9\"><c r=\"A9\" t=\"s\"><v>4294967295</v></c></row></sheetData>"),
        ),
    ]
}

fn sheets_2() -> Vec<Case> {
    vec![
        with(
            "a text before the first",
            SHEET,
            Either,
            data("<row r=\"9\"><c r=\"A9\" t=\"s\"><v>-1</v></c></row></sheetData>"),
        ),
        with(
            "a style that there is not",
            SHEET,
            Rows(N_ROSTER + 1),
            data("<row r=\"9\"><c r=\"A9\" s=\"4294967295\"><v>1</v></c></row></sheetData>"),
        ),
        with(
            "a number that is none",
            SHEET,
            Either,
            data(
                "<row r=\"9\"><c r=\"A9\"><v>NaN</v></c>\
                 <c r=\"B9\"><v>1e999</v></c></row></sheetData>",
            ),
        ),
        with(
            "a day of the year 9e9",
            SHEET,
            Either,
            data("<row r=\"9\"><c r=\"A9\" s=\"1\"><v>9e99</v></c></row></sheetData>"),
        ),
        with(
            "a kind of cell that there is not",
            SHEET,
            Either,
            data("<row r=\"9\"><c r=\"A9\" t=\"zzz\"><v>1</v></c></row></sheetData>"),
        ),
        with(
            "a merge of everything",
            SHEET,
            Rows(N_ROSTER),
            data("</sheetData><mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>"),
        ),
    ]
}

fn sheets_3() -> Vec<Case> {
    vec![
        with(
            "a merge that is none",
            SHEET,
            Either,
            data(
                "</sheetData><mergeCells><mergeCell ref=\"Z9:A1\"/>\
                 <mergeCell ref=\"\"/></mergeCells>",
            ),
        ),
        with("rows within rows", SHEET, Either, move |text| {
            text.replace("</sheetData>", &deep_rows())
        }),
        with("a sheet that does not end", SHEET, Refused, |text| text.replace("</sheetData>", "")),
        with(
            "tags that cross",
            SHEET,
            Either,
            data("<row r=\"9\"><c r=\"A9\"><v>1</c></v></row></sheetData>"),
        ),
        with("entities of entities", SHEET, Refused, |text| {
            let cell = "<row><c t=\"str\"><v>&a11;</v></c></row></sheetData>";
            behind(text, &[HEAD, &entities(4)].concat()).replace("</sheetData>", cell)
        }),
        with("entities among the texts", STRINGS, Refused, |text| {
            behind(text, &[HEAD, &entities(4)].concat())
        }),
        with("a file of this machine called for", SHEET, Refused, move |text| {
            behind(text, &[HEAD, OUTSIDE].concat())
        }),
        with("a description from elsewhere called for", WORKBOOK, Refused, move |text| {
            behind(text, &[HEAD, REMOTE].concat())
        }),
        with(
            "a character that is none",
            SHEET,
            Either,
            data(
                "<row r=\"9\"><c r=\"A9\" t=\"str\">\
                 <v>&#0;&#xffffff;&#xd800;</v></c></row></sheetData>",
            ),
        ),
    ]
}

fn sheets_4() -> Vec<Case> {
    vec![
        with(
            "an attribute twice",
            SHEET,
            Either,
            data("<row r=\"9\" r=\"9\"><c r=\"A9\" r=\"A9\"><v>1</v></c></row></sheetData>"),
        ),
        with("a tag of two megabytes", SHEET, Refused, |text| {
            text.replace("<sheetData>", &format!("<sheetData x=\"{}\">", "y".repeat(2 << 20)))
        }),
        with("a text of two megabytes", STRINGS, Refused, |text| {
            text.replace("</sst>", &format!("<si><t>{}</t></si></sst>", "王".repeat(700_000)))
        }),
        with("more texts promised than there are", STRINGS, Refused, |text| {
            text.replace("<sst ", "<sst uniqueCount=\"4000000000\" ")
        }),
        with("bytes that are no text", SHEET, Refused, |text| {
            text.replace("<sheetData>", "<sheetData>\u{1}\u{2}")
        }),
        with("another encoding promised", SHEET, Either, |text| text.replace("UTF-8", "UTF-7")),
        with("two hundred thousand sheets", WORKBOOK, Either, |text| {
            let more: String = (2..200_000)
                .map(|n| format!("<sheet name=\"s{n}\" sheetId=\"{n}\" r:id=\"rId1\"/>"))
                .collect();
            text.replace("</sheets>", &format!("{more}</sheets>"))
        }),
        with("a sheet that leads out", "xl/_rels/workbook.xml.rels", Either, |text| {
            text.replace("worksheets/sheet1.xml", "../../../../etc/passwd")
        }),
        with("a sheet of another machine", "xl/_rels/workbook.xml.rels", Either, |text| {
            text.replace(
                "Target=\"worksheets/sheet1.xml\"",
                "TargetMode=\"External\" Target=\"http://127.0.0.1:9/x\"",
            )
        }),
        with(
            "a sheet that is its own list of parts",
            "xl/_rels/workbook.xml.rels",
            Either,
            |text| text.replace("worksheets/sheet1.xml", "_rels/workbook.xml.rels"),
        ),
    ]
}

fn sheets_5() -> Vec<Case> {
    vec![
        with("a hundred thousand kinds of number", "xl/styles.xml", Either, |text| {
            let more: String = (200..100_200)
                .map(|n| format!("<numFmt numFmtId=\"{n}\" formatCode=\"0\"/>"))
                .collect();
            text.replace("</numFmts>", &format!("{more}</numFmts>"))
        }),
        with("a way to show a number without end", "xl/styles.xml", Either, |text| {
            text.replace("0000000000", &"[".repeat(100_000))
        }),
    ]
}

pub(super) fn sheets() -> Vec<Case> {
    [sheets_1(), sheets_2(), sheets_3(), sheets_4(), sheets_5()].concat()
}

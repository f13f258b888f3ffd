//! 写成 ODS，照 LibreOffice 的样子。

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::Made;
use crate::grid::{Cell, Grid, Page, day, escaped};

fn paragraphs(text: &str) -> String {
    let line = |line: &str| {
        let text = escaped(line).replace("  ", " <text:s/>");
        format!("<text:p>{text}</text:p>")
    };
    text.split('\n').map(line).collect()
}

fn value(cell: &Cell) -> String {
    let shown = paragraphs(&cell.shown());
    match cell {
        Cell::Text(_) => format!("office:value-type=\"string\">{shown}"),
        Cell::Formula(_) => {
            format!("table:formula=\"of:=[.A1]\" office:value-type=\"string\">{shown}")
        }
        Cell::Number(n) => format!("office:value-type=\"float\" office:value=\"{n}\">{shown}"),
        Cell::Padded(n, _) => format!("office:value-type=\"float\" office:value=\"{n}\">{shown}"),
        Cell::Day(serial) | Cell::Month(serial) => {
            let on = day(*serial);
            format!("office:value-type=\"date\" office:date-value=\"{on}\">{shown}")
        }
        Cell::Error(_) => format!(
            "table:formula=\"of:=NA()\" office:value-type=\"string\" office:string-value=\"\" \
             calcext:value-type=\"error\">{shown}"
        ),
    }
}

fn sheet(page: &Page) -> String {
    let mut body = String::new();
    let mut next = 0;
    for (row, cells) in page.rows() {
        if row > next {
            body.push_str(&format!(
                "<table:table-row table:number-rows-repeated=\"{}\"><table:table-cell \
                 table:number-columns-repeated=\"1024\"/></table:table-row>",
                row - next
            ));
        }
        let hidden =
            if page.hidden_rows.contains(&row) { " table:visibility=\"filter\"" } else { "" };
        body.push_str(&format!("<table:table-row{hidden}>"));
        let mut column = 0;
        for (at, cell) in cells {
            if at > column {
                let gap = at - column;
                body.push_str(&format!(
                    "<table:table-cell table:number-columns-repeated=\"{gap}\"/>"
                ));
            }
            let spans = page.merge_at(row, at).map_or(String::new(), |[a, b, c, d]| {
                format!(
                    "table:number-rows-spanned=\"{}\" table:number-columns-spanned=\"{}\" ",
                    b - a + 1,
                    d - c + 1
                )
            });
            body.push_str(&format!(
                "<table:table-cell {spans}{}<office:annotation><text:p>批注</text:p>\
                 </office:annotation></table:table-cell>",
                value(cell)
            ));
            column = at + 1;
        }
        body.push_str("<table:table-cell table:number-columns-repeated=\"1000\"/>");
        body.push_str("</table:table-row>\n");
        next = row + 1;
    }
    body.push_str(&format!(
        "<table:table-row table:number-rows-repeated=\"{}\"><table:table-cell \
         table:number-columns-repeated=\"1024\"/></table:table-row>",
        1_048_576 - next
    ));
    let style = if page.is_hidden { "ta2" } else { "ta1" };
    format!(
        "<table:table table:name=\"{}\" table:style-name=\"{style}\">{body}</table:table>",
        escaped(&page.name)
    )
}

const NAMES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\"";

fn document(grid: &Grid, root: &str) -> String {
    let sheets: String = grid.pages.iter().map(sheet).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:{root} {NAMES} \
         office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">\
         <office:automatic-styles><style:style style:name=\"ta1\" style:family=\"table\">\
         <style:table-properties table:display=\"true\"/></style:style>\
         <style:style style:name=\"ta2\" style:family=\"table\">\
         <style:table-properties table:display=\"false\"/></style:style>\
         </office:automatic-styles>\
         <office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>\
         </office:{root}>"
    )
}

/// A package with this document.
pub fn packed(content: &[u8], manifest: &str) -> Made {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 3] = [
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content),
        ("META-INF/manifest.xml", manifest.as_bytes()),
    ];
    for (name, bytes) in parts {
        // By its bytes at the beginning other programs know what the package is.
        let how = match name {
            "mimetype" => zip::CompressionMethod::Stored,
            _ => zip::CompressionMethod::Deflated,
        };
        zip.start_file(name, SimpleFileOptions::default().compression_method(how))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

pub const MANIFEST: &str = "<manifest:manifest \
    xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">\
    <manifest:file-entry manifest:full-path=\"/\" \
    manifest:media-type=\"application/vnd.oasis.opendocument.spreadsheet\"/>\
    <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>\
    </manifest:manifest>";

pub fn write(grid: &Grid) -> Made {
    packed(document(grid, "document-content").as_bytes(), MANIFEST)
}

/// All in one file of XML.
pub fn flat(grid: &Grid) -> Vec<u8> {
    document(grid, "document").into_bytes()
}

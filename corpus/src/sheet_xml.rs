//! 写成“XML 电子表格 2003”。

use crate::grid::{Cell, Grid, Page, day, escaped};

fn data(cell: &Cell) -> (String, &'static str) {
    let one = |kind: &str, text: &str| {
        format!("<Data ss:Type=\"{kind}\">{}</Data>", escaped(text).replace('\n', "&#10;"))
    };
    match cell {
        Cell::Text(text) | Cell::Formula(text) => (one("String", text), ""),
        Cell::Number(n) => (one("Number", &n.to_string()), ""),
        Cell::Day(serial) => (one("DateTime", &format!("{}T00:00:00.000", day(*serial))), "day"),
        Cell::Month(serial) => {
            (one("DateTime", &format!("{}T00:00:00.000", day(*serial))), "month")
        }
        Cell::Padded(n, _) => (one("Number", &n.to_string()), "padded"),
        Cell::Error(error) => (one("Error", error), ""),
    }
}

fn sheet(page: &Page) -> String {
    let mut rows = String::new();
    for (row, cells) in page.rows() {
        let hidden = if page.hidden_rows.contains(&row) { " ss:Hidden=\"1\"" } else { "" };
        rows.push_str(&format!("<Row ss:Index=\"{}\"{hidden}>", row + 1));
        for (column, cell) in cells {
            let (data, style) = data(cell);
            let style =
                if style.is_empty() { String::new() } else { format!(" ss:StyleID=\"{style}\"") };
            let merge = page.merge_at(row, column).map_or(String::new(), |[a, b, c, d]| {
                format!(" ss:MergeDown=\"{}\" ss:MergeAcross=\"{}\"", b - a, d - c)
            });
            rows.push_str(&format!(
                "<Cell ss:Index=\"{}\"{style}{merge}>{data}</Cell>",
                column + 1
            ));
        }
        rows.push_str("</Row>\n");
    }
    let hidden = if page.is_hidden { "<x:Visible>SheetHidden</x:Visible>" } else { "" };
    format!(
        "<Worksheet ss:Name=\"{}\"><Table>{rows}</Table><x:WorksheetOptions>{hidden}\
         </x:WorksheetOptions></Worksheet>\n",
        escaped(&page.name)
    )
}

pub fn write(grid: &Grid) -> Vec<u8> {
    let sheets: String = grid.pages.iter().map(sheet).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n\
         <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:x=\"urn:schemas-microsoft-com:office:excel\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\n<Styles>\
         <Style ss:ID=\"day\"><NumberFormat ss:Format=\"Short Date\"/></Style>\
         <Style ss:ID=\"month\"><NumberFormat ss:Format=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>\
         </Style><Style ss:ID=\"padded\"><NumberFormat ss:Format=\"0000000000\"/></Style>\
         </Styles>\n{sheets}</Workbook>"
    )
    .into_bytes()
}

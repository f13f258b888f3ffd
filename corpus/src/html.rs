//! 写成网页，照老系统的样子：标签不全、编码各异、后缀是 .xls。

use encoding_rs::GB18030;

use crate::grid::{Cell, Grid, Page, escaped};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// What Excel saves as a web page.
    Excel,
    /// An old system: GBK said, tags in capitals, most ends left out.
    OldGbk,
    /// A page in which the table stands in a table.
    Nested,
}

fn cell(page: &Page, (row, column): (u32, u32), manner: Manner) -> String {
    if page.is_covered(row, column) {
        return String::new();
    }
    let spans = page.merge_at(row, column).map_or(String::new(), |[first, last, left, right]| {
        let (rows, columns) = (last - first + 1, right - left + 1);
        match manner {
            Manner::OldGbk => format!(" ROWSPAN={rows} COLSPAN={columns}"),
            _ => format!(" rowspan='{rows}' colspan=\"{columns}\""),
        }
    });
    let text = page.cells.get(&(row, column)).map(Cell::shown).unwrap_or_default();
    let text = escaped(&text).replace('\n', "<br>").replace('·', "&middot;");
    match manner {
        Manner::OldGbk if text.is_empty() => format!("<TD{spans}>&nbsp;"),
        Manner::OldGbk => format!("<TD{spans} ALIGN=center><FONT SIZE=2>{text}</FONT>"),
        Manner::Excel => {
            format!("<td class=xl24{spans} style='mso-number-format:\"\\@\"'>{text}</td>")
        }
        Manner::Nested => format!("<th{spans}><span>{text}</span></th>"),
    }
}

fn rows(page: &Page, manner: Manner) -> String {
    let (tag, end) = match manner {
        Manner::OldGbk => ("<TR>", ""),
        _ => ("<tr>", "</tr>"),
    };
    let row = |row: u32| {
        let cells: String = (0..page.n_columns()).map(|c| cell(page, (row, c), manner)).collect();
        format!("{tag}{cells}{end}\n")
    };
    (0..page.n_rows()).map(row).collect()
}

pub fn write(grid: &Grid, manner: Manner) -> Vec<u8> {
    let Some(page) = grid.pages.first() else { return Vec::new() };
    let rows = rows(page, manner);
    match manner {
        Manner::Excel => format!(
            "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"\n\
             xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head>\n\
             <meta http-equiv=Content-Type content=\"text/html; charset=utf-8\">\n\
             <style>td {{ color: windowtext; }}</style>\n\
             <!--[if gte mso 9]><xml><x:ExcelWorkbook></x:ExcelWorkbook></xml><![endif]-->\n\
             </head><body><table border=0 x:str>{rows}</table></body></html>"
        )
        .into_bytes(),
        Manner::OldGbk => {
            let text = format!(
                "<HTML><HEAD><META HTTP-EQUIV='Content-Type' CONTENT='text/html; \
                 charset=gb2312'><TITLE>导出</TITLE><SCRIPT>if (1 < 2) {{ a(\"<td>\") }}</SCRIPT>\
                 </HEAD><BODY><TABLE BORDER=1>{rows}</TABLE></BODY></HTML>"
            );
            GB18030.encode(&text).0.into_owned()
        }
        Manner::Nested => format!(
            "<!DOCTYPE html>\n<meta charset=\"UTF-8\"><table><tr><td><table>{rows}</table></td>\
             </tr></table>"
        )
        .into_bytes(),
    }
}

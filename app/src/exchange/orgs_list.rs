//! A list of organisations as it comes: lines above the titles, titles of any kind, several
//! sheets, totals and notes; read like any other list, by a process of its own.

use std::path::Path;

use kernel::Problem;
use sheets::{Flow, Header, RowIn, RowKind, SheetError, Visibility, clean, find_header, row_kind};

use super::feed::{self, Event, Wish};
use crate::orgs::list_file::{Entry, N_LINES};
use crate::orgs::sheet::ORGS;

/// Among so many rows of a sheet the titles are looked for.
const N_ABOVE: usize = 50;

/// Reads every sheet that has the columns of a list of organisations.
///
/// # Errors
/// A problem of the field `file`: the sentence of [`SheetError`], or that columns are missing.
pub fn read(path: &Path, name: &str) -> Result<Vec<Entry>, Problem> {
    let mut list = List::default();
    feed::read(path, name, Wish::Everything, &mut |event| list.take(event))
        .map_err(|cause| refused(&cause))?;
    list.end_of_sheet();
    if list.entries.len() > N_LINES {
        return Err(Problem::field("file", "机构表超过 10 万行，请按区分成几个文件"));
    }
    if !list.has_sheet {
        let says = "没有找到“代码”和“名称”两列，请补上列名（层级、上级两列可以没有）";
        return Err(Problem::field("file", says));
    }
    Ok(list.entries)
}

fn refused(cause: &SheetError) -> Problem {
    if let Some(cause) = cause.cause() {
        tracing::info!(cause, "a list of organisations was refused");
    }
    Problem::field("file", cause.to_string())
}

/// What is known while a file is read.
#[derive(Default)]
struct List {
    entries: Vec<Entry>,
    has_sheet: bool,
    sheet: String,
    at: At,
}

/// Where in a sheet the reading is.
#[derive(Default)]
enum At {
    #[default]
    Skipping,
    /// The titles are not known yet.
    Above(Vec<RowIn>),
    Below(Header, [Option<u32>; 4]),
}

impl List {
    fn take(&mut self, event: Event) -> Flow {
        match event {
            Event::Sheet(sheet) => {
                self.end_of_sheet();
                self.sheet.clone_from(&sheet.name);
                if sheet.visibility != Visibility::Hidden {
                    self.at = At::Above(Vec::new());
                }
            }
            Event::Row(row) => match &mut self.at {
                At::Skipping => {}
                At::Above(rows) => {
                    rows.push(row);
                    if rows.len() >= N_ABOVE {
                        self.end_of_head();
                    }
                }
                At::Below(header, places) => {
                    self.entries.extend(entry(&self.sheet, &row, (header, places)));
                }
            },
        }
        if self.entries.len() > N_LINES { Flow::Stop } else { Flow::Go }
    }

    fn end_of_sheet(&mut self) {
        self.end_of_head();
        self.at = At::Skipping;
    }

    /// Looks for the titles in the rows so far, and takes what stands below them.
    fn end_of_head(&mut self) {
        let At::Above(rows) = std::mem::take(&mut self.at) else { return };
        let Some(header) = find_header(&rows, ORGS) else { return };
        let mapping = sheets::map(&header, ORGS, &[]);
        if !mapping.missing.is_empty() {
            return;
        }
        self.has_sheet = true;
        let places = ["code", "name", "level", "parent"].map(|key| mapping.column(key));
        let below = rows.iter().filter(|row| row.number > header.last_row);
        self.entries.extend(below.filter_map(|row| entry(&self.sheet, row, (&header, &places))));
        self.at = At::Below(header, places);
    }
}

fn entry(
    sheet: &str,
    row: &RowIn,
    (header, places): (&Header, &[Option<u32>; 4]),
) -> Option<Entry> {
    if row_kind(row, header) != RowKind::Data {
        return None;
    }
    let cell = |place: usize| places[place].map_or("", |at| row.text(at));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let code = |text: &str| clean::half_width(text.trim_start_matches('\'')).replace(' ', "");
    let entry = Entry {
        sheet: sheet.to_owned(),
        line: row.number,
        code: code(cell(0)),
        name: words(cell(1)),
        level: words(cell(2)),
        parent: code(cell(3)),
    };
    let is_empty = [&entry.code, &entry.name, &entry.parent].iter().all(|text| text.is_empty());
    (!is_empty).then_some(entry)
}

//! Looks at a blank: finds the header of a list or the labels of a form, and the room there is.

use std::collections::BTreeSet;
use std::path::Path;

use kernel::Problem;
use rules::identity::Mask;
use sheets::edit::is_workbook;
use sheets::header::{Title, normal};
use sheets::{
    Area, Cell, CellKind, Flow, Header, Mapping, RowIn, RowKind, Visibility, find_header, row_kind,
};

use super::columns::FIELDS as KNOWN;
use super::export_columns::PEOPLE;
use super::feed::{self, Event, SheetIn, Wish};
use super::fill_plan::{Blank, FIELDS, Kind, Place, SKIP, choices, how_code, mask_in};

/// So many rows of a sheet, cells and sheets are looked at.
const N_ROWS: u32 = 20_000;
const N_CELLS: usize = 400_000;
const N_SHEETS: usize = 50;
const N_ABOVE: usize = 50;
/// A form stands within so many rows, and a label is no longer than this.
const N_FORM: u32 = 300;
const N_LABEL: usize = 24;
const N_PLACES: usize = 200;

/// Recognises a blank.
///
/// # Errors
/// A sentence about the file, as a field problem.
pub fn look(path: &Path, name: &str) -> Result<Blank, Problem> {
    let told = |says: String| Problem::field("file", says);
    if !is_workbook(path).map_err(|cause| super::run::unreadable(&cause))? {
        let says = "只能填 .xlsx 格式的空表：请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传";
        return Err(told(says.to_owned()));
    }
    let mut sheets: Vec<(SheetIn, Vec<RowIn>)> = Vec::new();
    let mut n_cells = 0;
    feed::read(path, name, Wish::Beginning(N_ROWS), &mut |event| {
        match event {
            Event::Sheet(_) if sheets.len() >= N_SHEETS => return Flow::Stop,
            Event::Sheet(sheet) => sheets.push((sheet, Vec::new())),
            Event::Row(row) => {
                n_cells += row.cells.len();
                if let Some((_, rows)) = sheets.last_mut() {
                    rows.push(row);
                }
            }
        }
        if n_cells > N_CELLS { Flow::Stop } else { Flow::Go }
    })
    .map_err(|cause| told(cause.to_string()))?;
    if n_cells > N_CELLS {
        return Err(told("这份表里已有大量内容，不像空表；请删去数据后再上传".to_owned()));
    }
    let shown = sheets.iter().filter(|(sheet, _)| sheet.visibility == Visibility::Shown);
    let found = shown.filter_map(|(sheet, rows)| recognised(&Page::new(sheet, rows)));
    let best = found.reduce(|best, next| if n(&next) > n(&best) { next } else { best });
    best.ok_or_else(|| {
        told(
            "没有认出要填的地方：清单要有“姓名”和另一列已知的列名，下面留空行；\
             一人一张的表要有“姓名”等三个以上的栏目，右边留空格"
                .to_owned(),
        )
    })
}

fn n(blank: &Blank) -> usize {
    blank.filled().count()
}

/// A sheet with what stands in it.
struct Page<'a> {
    sheet: &'a SheetIn,
    rows: &'a [RowIn],
}

fn recognised(page: &Page<'_>) -> Option<Blank> {
    page.list().or_else(|| page.form())
}

/// What is asked for by these columns can be given.
fn can_fill(key: &str) -> bool {
    choices().any(|(known, _)| known == key)
}

impl<'a> Page<'a> {
    fn new(sheet: &'a SheetIn, rows: &'a [RowIn]) -> Self {
        Self { sheet, rows }
    }

    fn text(&self, row: u32, column: u32) -> &str {
        let found = self.rows.binary_search_by_key(&row, |known| known.number);
        found.map_or("", |at| self.rows[at].text(column).trim())
    }

    /// The merged cells around a cell, or the cell itself.
    fn area(&self, row: u32, column: u32) -> Area {
        let holds = |area: &&Area| {
            (area.first_row..=area.last_row).contains(&row)
                && (area.first_column..=area.last_column).contains(&column)
        };
        let alone =
            Area { first_row: row, last_row: row, first_column: column, last_column: column };
        self.sheet.merges.iter().find(holds).copied().unwrap_or(alone)
    }

    fn list(&self) -> Option<Blank> {
        let header = find_header(&self.rows[..self.rows.len().min(N_ABOVE)], &FIELDS)?;
        let mapping = sheets::map(&header, &FIELDS, &[]);
        let known = || mapping.by_field.iter().filter(|mapped| can_fill(mapped.key));
        let is_of = |key: &str| known().any(|mapped| mapped.key == key);
        if known().count() < 2 || !(is_of("name") || is_of("id_number")) {
            return None;
        }
        // In a list titles stand side by side; labels of a form have room between them.
        let beside = known().filter(|mapped| {
            let end = self.area(header.last_row, mapped.column.column).last_column;
            header.columns.iter().any(|title| title.column == end + 1)
        });
        if beside.count() * 2 < known().count() {
            return None;
        }
        let places = places(&mapping, |column| (column, 0));
        let (first_row, room) = self.room(&header, &mapping);
        Some(self.blank((Kind::List, places), first_row, room))
    }

    /// The first blank row below a header, and how many there are. Rows with words in them are
    /// examples above and notes below; numbers alone were put there in advance.
    fn room(&self, header: &Header, mapping: &Mapping) -> (u32, Option<u32>) {
        let seq = mapping.column("seq");
        let words = |cell: &&Cell| {
            Some(cell.column) != seq
                && matches!(cell.kind, CellKind::Text | CellKind::Imprecise)
                && !cell.text.trim().is_empty()
        };
        let is_taken = |row: &&RowIn| {
            row.number > header.last_row
                && (row.cells.iter().any(|cell| words(&cell))
                    || matches!(row_kind(row, header), RowKind::Total | RowKind::Note))
        };
        let taken: BTreeSet<u32> =
            self.rows.iter().filter(is_taken).map(|row| row.number).collect();
        let mut first = header.last_row + 1;
        while taken.contains(&first) {
            first += 1;
        }
        let end = taken.range(first..).next();
        (first, end.map(|end| end - first))
    }

    fn form(&self) -> Option<Blank> {
        let mut labels: Vec<(String, u32, u32)> = Vec::new();
        for row in self.rows.iter().take_while(|row| row.number <= N_FORM) {
            for cell in &row.cells {
                let is_label = cell.kind == CellKind::Text
                    && cell.text.chars().count() <= N_LABEL
                    && cell.text.chars().any(char::is_alphabetic);
                let place = self.beside(row.number, cell.column).filter(|_| is_label);
                let Some((row, column)) = place else { continue };
                if !labels.iter().any(|(_, r, c)| (*r, *c) == (row, column)) {
                    labels.push((cell.text.clone(), row, column));
                }
            }
        }
        labels.truncate(N_PLACES);
        let title = |(at, (text, ..)): (u32, &(String, u32, u32))| {
            let title: String = text.split_whitespace().collect();
            Title { column: at, leaf: title.clone(), title }
        };
        let columns: Vec<Title> = (0_u32..).zip(&labels).map(title).collect();
        let header = Header { first_row: 1, last_row: 1, columns };
        let mapping = sheets::map(&header, &FIELDS, &[]);
        let known = || mapping.by_field.iter().filter(|mapped| can_fill(mapped.key));
        if known().count() < 3 || !known().any(|mapped| mapped.key == "name") {
            return None;
        }
        let places = places(&mapping, |at| {
            let label = usize::try_from(at).ok().and_then(|at| labels.get(at));
            label.map_or((at, 0), |(_, row, column)| (*column, *row))
        });
        Some(self.blank((Kind::Form, places), 0, None))
    }

    /// The blank cell to the right of a label, or below it when something stands to the right.
    fn beside(&self, row: u32, column: u32) -> Option<(u32, u32)> {
        let own = self.area(row, column);
        let places = [(own.first_row, own.last_column + 1), (own.last_row + 1, own.first_column)];
        let blank = |(row, column): &(u32, u32)| {
            let area = self.area(*row, *column);
            let first = (area.first_row, area.first_column);
            self.text(first.0, first.1).is_empty().then_some(first)
        };
        places.iter().find_map(blank)
    }

    fn blank(
        &self,
        (kind, places): (Kind, Vec<Place>),
        first_row: u32,
        room: Option<u32>,
    ) -> Blank {
        let number = places.iter().find(|place| place.choice == "id_number");
        let near =
            |text: &&str| ["身份证", "证件", "号码", "脱敏"].iter().any(|word| text.contains(word));
        let said = self.rows.iter().flat_map(|row| row.cells.iter().map(|cell| cell.text.as_str()));
        let asked = number
            .and_then(|place| mask_in(&place.title))
            .or_else(|| said.filter(near).take(200).find_map(mask_in));
        let code = asked.map_or("", Mask::code);
        Blank {
            sheet: self.sheet.name.clone(),
            kind,
            places,
            first_row,
            room,
            // Whole numbers are chosen by a person, never by a file.
            mask: asked
                .filter(|mask| *mask != Mask::None)
                .unwrap_or(Mask::First3Last4)
                .code()
                .into(),
            asked_mask: code.to_owned(),
            purpose: String::new(),
            recipient: String::new(),
        }
    }
}

/// Every column or label with what it takes, in their order.
fn places(mapping: &Mapping, stand: impl Fn(u32) -> (u32, u32)) -> Vec<Place> {
    let mapped = mapping.by_field.iter().map(|mapped| {
        let filled = can_fill(mapped.key) && !means_another(&mapped.column.title, mapped.key);
        let choice = if filled { mapped.key } else { SKIP };
        (&mapped.column, choice, if filled { how_code(mapped.how) } else { "" })
    });
    let unmapped = mapping.unmapped.iter().map(|column| (column, SKIP, ""));
    let mut all: Vec<(u32, Place)> = mapped
        .chain(unmapped)
        .map(|(column, choice, how)| {
            let at = stand(column.column);
            let title = column.title.chars().take(60).collect();
            let (choice, how) = (choice.to_owned(), how.to_owned());
            (column.column, Place { title, column: at.0, row: at.1, choice, how })
        })
        .collect();
    all.sort_by_key(|(at, _)| *at);
    all.truncate(N_PLACES);
    all.into_iter().map(|(_, place)| place).collect()
}

/// A title that speaks of somebody else than the retiree.
fn means_another(title: &str, key: &str) -> bool {
    let plain = normal(title);
    let known = PEOPLE.iter().find(|column| column.key == key).map(|column| column.title);
    let exact = known.is_some_and(|known| normal(known) == plain)
        || KNOWN.iter().any(|field| field.titles().any(|word| normal(word) == plain));
    let others = [
        "配偶",
        "子女",
        "家属",
        "亲属",
        "联系人",
        "代办",
        "经办",
        "填表",
        "负责人",
        "监护",
        "银行",
        "开户",
        "审核",
        "签字",
        "签名",
        "受益",
        "继承",
    ];
    !exact && others.iter().any(|word| plain.contains(word))
}

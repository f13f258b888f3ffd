//! The sheets of a roster, as its plan says.

use std::collections::BTreeMap;
use std::sync::Arc;

use sheets::{Cell, RowIn};

use super::columns::Col;
use super::pieces::{Frame, Reads, Rows, Source};
use super::places::{Places, Stand};
use super::plan::{Choice, Plan, Sheet};
use super::rows::{Line, line};

/// Rows that are handed on together.
pub const N_CHUNK: usize = 400;

/// What a column is that is no field of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other<'a> {
    /// A field after all.
    Known,
    Skipped,
    Extra(&'a str),
    /// Below no title.
    Untitled,
}

/// A sheet that is being read.
pub struct Page {
    pub frame: Frame,
    pub known: Vec<(Col, u32)>,
    pub enterprise: String,
    /// Where rows without a station of their own belong.
    pub usual: Stand,
    pub places: Arc<Places>,
    others: BTreeMap<u32, Option<String>>,
}

impl Page {
    pub(super) fn new(plan: &Plan, sheet: &Sheet, places: &Arc<Places>) -> Self {
        let (mut known, mut others) = (Vec::new(), BTreeMap::new());
        for place in &sheet.places {
            match plan.choice(place) {
                Choice::Field(key) => {
                    known.extend(Col::from_key(key).map(|col| (col, place.column)))
                }
                Choice::Skip => drop(others.insert(place.column, None)),
                Choice::Extra => {
                    let title = plan.columns[place.at].title.clone();
                    let twice = others.values().any(|known| known.as_ref() == Some(&title));
                    let letters = sheets::letters(place.column);
                    let title = if twice { format!("{title}（{letters}列）") } else { title };
                    others.insert(place.column, Some(title));
                }
            }
        }
        known.sort_unstable();
        Self {
            frame: Frame::new(sheet),
            known,
            enterprise: sheet.enterprise.clone(),
            usual: usual(plan, sheet, places),
            places: Arc::clone(places),
            others,
        }
    }

    /// The column of a field, from 0.
    #[must_use]
    pub fn column(&self, col: Col) -> Option<u32> {
        self.known.iter().find(|(known, _)| *known == col).map(|(_, column)| *column)
    }

    #[must_use]
    pub fn other(&self, column: u32) -> Other<'_> {
        if self.known.iter().any(|(_, known)| *known == column) {
            return Other::Known;
        }
        match self.others.get(&column) {
            Some(Some(title)) => Other::Extra(title),
            Some(None) => Other::Skipped,
            None => Other::Untitled,
        }
    }

    /// The cell of a row, or the first cell of a merged area that reaches to it. Names and numbers
    /// are everybody's own.
    #[must_use]
    pub fn merged(&self, row: &RowIn, column: u32) -> Option<Cell> {
        if let Some(own) = row.cell(column) {
            return Some(own.clone());
        }
        let own = [Col::Name, Col::Identity];
        if own.iter().any(|col| self.column(*col) == Some(column)) {
            return None;
        }
        self.frame.merged.reaching(row, column)
    }
}

/// The station of the rows that name none: by the title, by the name of the sheet, or the one that
/// was chosen for the whole file.
#[must_use]
pub fn usual(plan: &Plan, sheet: &Sheet, places: &Places) -> Stand {
    for said in [&sheet.station, &sheet.name] {
        if let at @ Stand::At(_) = places.stand(said) {
            return at;
        }
    }
    let chosen = places.by_code(&plan.station).or_else(|| places.only());
    chosen.map_or(Stand::Unsaid, |station| Stand::Usual(station.clone()))
}

/// The lines of a roster, read on a thread of its own.
#[must_use]
pub fn lines(source: &Source) -> Rows<Line> {
    let today = source.today;
    Rows::read(source, move |page: &Page, row| line(page, row, today))
}

impl Reads for Page {
    type Row = Line;
    const N_CHUNK: usize = N_CHUNK;

    fn open(source: &Source, sheet: &Sheet) -> Self {
        Self::new(&source.plan, sheet, &source.places)
    }

    fn frame(&self) -> &Frame {
        &self.frame
    }

    /// A row without name and number: numbered in advance, or a line of words.
    fn nobody(&self, row: &RowIn) -> Option<&'static str> {
        let has = |col: Col| self.column(col).is_some_and(|at| !row.text(at).trim().is_empty());
        if has(Col::Name) || has(Col::Identity) {
            return None;
        }
        let filled = row.cells.iter().filter(|cell| !cell.text.trim().is_empty());
        match filled.count() {
            0 | 1 => Some("没有姓名和号码的行"),
            2 if self.known.iter().all(|(_, at)| row.text(*at).trim().is_empty()) => {
                Some("没有姓名和号码的行")
            }
            _ => None,
        }
    }
}

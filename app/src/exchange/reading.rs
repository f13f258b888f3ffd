//! The sheets of a roster, as its plan says.

use std::borrow::Cow;
use std::sync::Arc;

use sheets::{Cell, RowIn};

use super::columns::{Col, N};
use super::pieces::{Frame, Reads, Rows, Source};
use super::places::{Places, Stand};
use super::plan::{Choice, Plan, Sheet};
use super::rows::{Line, line};

/// Rows that are handed on together.
pub const N_CHUNK: usize = 1000;

/// What a column is that is no field of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Other {
    /// A field after all.
    Known,
    Skipped,
    Extra(String),
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
    /// Letters of the columns of the number, the station and the name.
    pub letters: Arc<[String; 3]>,
    columns: [Option<u32>; N],
    others: Vec<Other>,
}

impl Page {
    pub(super) fn new(plan: &Plan, sheet: &Sheet, places: &Arc<Places>) -> Self {
        let (mut known, mut others) = (Vec::new(), Vec::new());
        for place in &sheet.places {
            let other = match plan.choice(place) {
                Choice::Field(key) => {
                    known.extend(Col::from_key(key).map(|col| (col, place.column)));
                    Other::Known
                }
                Choice::Skip => Other::Skipped,
                Choice::Extra => {
                    let title = plan.columns[place.at].title.clone();
                    let twice = others.contains(&Other::Extra(title.clone()));
                    let letters = sheets::letters(place.column);
                    Other::Extra(if twice { format!("{title}（{letters}列）") } else { title })
                }
            };
            let at = place.column as usize;
            if others.len() <= at {
                others.resize(at + 1, Other::Untitled);
            }
            others[at] = other;
        }
        known.sort_unstable();
        let mut columns = [None; N];
        for (col, column) in &known {
            columns[*col as usize].get_or_insert(*column);
        }
        let letters_of = |col: Col| columns[col as usize].map(sheets::letters).unwrap_or_default();
        Self {
            frame: Frame::new(sheet),
            known,
            enterprise: sheet.enterprise.clone(),
            usual: usual(plan, sheet, places),
            places: Arc::clone(places),
            letters: [Col::Identity, Col::Station, Col::Name].map(letters_of).into(),
            columns,
            others,
        }
    }

    /// The column of a field, from 0.
    #[must_use]
    pub fn column(&self, col: Col) -> Option<u32> {
        self.columns[col as usize]
    }

    #[must_use]
    pub fn other(&self, column: u32) -> &Other {
        self.others.get(column as usize).unwrap_or(&Other::Untitled)
    }

    /// The cell of a row, or the first cell of a merged area that reaches to it. Names and numbers
    /// are everybody's own.
    #[must_use]
    pub fn merged<'a>(&self, row: &'a RowIn, column: u32) -> Option<Cow<'a, Cell>> {
        if let Some(own) = row.cell(column) {
            return Some(Cow::Borrowed(own));
        }
        let own = [Col::Name, Col::Identity];
        if own.iter().any(|col| self.column(*col) == Some(column)) {
            return None;
        }
        self.frame.merged.reaching(row, column).map(Cow::Owned)
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

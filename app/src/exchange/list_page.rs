//! The sheets of a list about people who are registered, as its plan says.

use rules::facts::Mark;
use sheets::{Cell, RowIn};

use super::entries::{Entry, entry};
use super::kinds::Kind;
use super::pieces::{Frame, Reads, Rows, Source};
use super::plan::{Choice, Plan, Sheet};

/// A sheet that is being read.
pub struct Page {
    pub frame: Frame,
    pub kind: Kind,
    pub known: Vec<(&'static str, u32)>,
    /// The special group of rows that name none.
    pub mark: Option<Mark>,
}

impl Page {
    fn new(plan: &Plan, sheet: &Sheet) -> Self {
        let known = sheet.places.iter().filter_map(|place| match plan.choice(place) {
            Choice::Field(key) => Some((key, place.column)),
            Choice::Extra | Choice::Skip => None,
        });
        Self {
            frame: Frame::new(sheet),
            kind: plan.kind,
            known: known.collect(),
            mark: Mark::from_code(&plan.mark),
        }
    }

    /// The column of a field, from 0.
    #[must_use]
    pub fn column(&self, key: &str) -> Option<u32> {
        self.known.iter().find(|(known, _)| *known == key).map(|(_, column)| *column)
    }

    /// The cell of a row, or the first cell of a merged area that reaches to it. What a row says
    /// anew is never taken from above; whom it speaks of may be: several relatives of one retiree.
    #[must_use]
    pub fn cell(&self, row: &RowIn, column: u32, key: &str) -> Option<Cell> {
        let own = row.cell(column).filter(|cell| !cell.text.trim().is_empty());
        if own.is_some() {
            return own.cloned();
        }
        let whose = matches!(key, "name" | "identity") && self.kind != Kind::Relatives;
        if !self.kind.is_of_people() {
            return None;
        }
        let anew = matches!(key, "relative" | "relation" | "relative_identity" | "phone");
        if whose || anew { None } else { self.frame.merged.reaching(row, column) }
    }
}

/// The entries of a list, read on a thread of its own; visits are of this visitor where they name
/// nobody.
#[must_use]
pub fn entries(source: &Source, visitor: &str) -> Rows<Entry> {
    let (today, visitor) = (source.today, visitor.to_owned());
    Rows::read(source, move |page: &Page, row| entry(page, row, (today, &visitor)))
}

impl Reads for Page {
    type Row = Entry;
    const N_CHUNK: usize = 200;

    fn open(source: &Source, sheet: &Sheet) -> Self {
        Self::new(&source.plan, sheet)
    }

    fn frame(&self) -> &Frame {
        &self.frame
    }

    /// A row numbered in advance, or a line of words: no known column has anything but at most one.
    fn nobody(&self, row: &RowIn) -> Option<&'static str> {
        let said = self.known.iter().filter(|(_, at)| !row.text(*at).trim().is_empty()).count();
        let has_name = self.column("name").is_some_and(|at| !row.text(at).trim().is_empty());
        let needs_name = self.kind != Kind::Relatives && self.kind.is_of_people();
        (said == 0 || said == 1 && !has_name && needs_name).then_some("没有姓名的行")
    }
}

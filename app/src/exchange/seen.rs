//! Which numbers stood in a file before, and where. A file may have a million rows, so that little
//! is remembered of each.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::rows::Line;

/// A row with the same number that stood before: its sheet and its number in it.
#[derive(Debug, PartialEq, Eq)]
pub enum Before {
    /// It says the same.
    Same(String, u32),
    Other(String, u32),
}

/// Where numbers stood first, by the beginning of their blind index.
#[derive(Default)]
pub struct Seen {
    first: HashMap<u64, First>,
    sheets: Vec<Arc<str>>,
}

#[derive(Clone, Copy)]
struct First {
    sheet: u16,
    row: u32,
    /// Half of what the row said is enough to compare two rows of one person.
    said: u32,
}

impl Seen {
    /// Remembers a row; answers the one with the same number before it.
    pub fn pass(&mut self, index: &[u8], line: &Line) -> Option<Before> {
        if self.sheets.last() != Some(&line.sheet) {
            self.sheets.push(Arc::clone(&line.sheet));
        }
        let sheet = u16::try_from(self.sheets.len() - 1).unwrap_or(u16::MAX);
        let here = First { sheet, row: line.row, said: line.said as u32 };
        let begins = index.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let first = match self.first.entry(begins) {
            Entry::Vacant(room) => {
                room.insert(here);
                return None;
            }
            Entry::Occupied(first) => *first.get(),
        };
        let name = self.sheets.get(usize::from(first.sheet)).map(ToString::to_string);
        let name = name.unwrap_or_default();
        Some(if first.said == here.said {
            Before::Same(name, first.row)
        } else {
            Before::Other(name, first.row)
        })
    }
}

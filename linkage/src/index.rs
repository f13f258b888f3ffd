//! Which rows of the list may be about a person: rows that share a part with them which an error
//! in another part leaves alone.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::number::Number;
use crate::weigh::Seen;
use crate::{Born, Known, Record, known_birth};

/// Keys are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

type Table = HashMap<u64, Vec<u32>, BuildHasherDefault<AsItIs>>;

/// The list with the ways to its rows.
#[derive(Debug)]
pub struct Index {
    rows: Vec<(Record, Number, Born)>,
    ways: Table,
    names: Table,
    sounds: Table,
}

/// A hash of the parts of a key; two keys of one hash cost a comparison more, nothing else.
fn key(kind: u8, parts: &[&[u8]]) -> u64 {
    let mut hash = 0x9e37_79b9_7f4a_7c15_u64 ^ u64::from(kind);
    for part in parts {
        for chunk in part.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(0xff51_afd7_ed55_8ccd);
            hash ^= hash >> 32;
        }
        hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53) ^ part.len() as u64;
    }
    hash ^ (hash >> 29)
}

/// The keys of a record; a row is near when one of them is shared.
fn keys(known: &Known<'_>, mut told: impl FnMut(u64)) {
    let Known { record, number, born } = *known;
    let name = record.name.as_bytes();
    match number {
        Number::Missing => {}
        Number::Other(text) => told(key(1, &[text.as_bytes()])),
        Number::Citizen(digits) => {
            told(key(2, &[digits]));
            told(key(3, &[&digits[..14]]));
            told(key(4, &[&digits[6..]]));
            // A transposition leaves the digits what they are, in another order.
            let mut sorted = *digits;
            sorted[6..].sort_unstable();
            told(key(5, &[&sorted]));
            told(key(6, &[name, &digits[..6], &digits[14..]]));
        }
    }
    if let Born::Day(day) = born {
        let (year, [month, date]) = (day.year().to_le_bytes(), [day.month(), day.day()]);
        let day = [year[0], year[1], month.unsigned_abs(), date.unsigned_abs()];
        told(key(7, &[name, &day]));
        if !record.sound.is_empty() {
            told(key(8, &[record.sound.as_bytes(), &day]));
        }
    }
}

impl Index {
    pub fn new(list: Vec<Record>) -> Self {
        let mut index = Self {
            rows: Vec::with_capacity(list.len()),
            ways: Table::default(),
            names: Table::default(),
            sounds: Table::default(),
        };
        for record in list {
            let number = Number::read(&record.number);
            let row = u32::try_from(index.rows.len()).unwrap_or(u32::MAX);
            let born = known_birth(&record, &number);
            let known = Known { record: &record, number: &number, born };
            keys(&known, |key| index.ways.entry(key).or_default().push(row));
            index.names.entry(key(9, &[record.name.as_bytes()])).or_default().push(row);
            if !record.sound.is_empty() {
                index.sounds.entry(key(10, &[record.sound.as_bytes()])).or_default().push(row);
            }
            index.rows.push((record, number, born));
        }
        index
    }

    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    pub fn row(&self, row: u32) -> Known<'_> {
        let (record, number, born) = &self.rows[row as usize];
        Known { record, number, born: *born }
    }

    /// Rows that share a key with a person. Of every row it is counted how many people bear its
    /// name, and how many one of its sound.
    pub fn near(&self, known: &Known<'_>, (near, seen): (&mut Vec<u32>, &mut Seen)) {
        let Known { record: person, number, .. } = known;
        keys(known, |key| near.extend(self.ways.get(&key).into_iter().flatten()));
        // Without a number a row is found by its name; a person without one likewise.
        let is_bare = |row: u32| {
            let own = self.row(row).number;
            !matches!((own, number), (Number::Citizen(_), Number::Citizen(_)))
        };
        for row in self.names.get(&key(9, &[person.name.as_bytes()])).into_iter().flatten() {
            seen.bearer(*row);
            near.extend(is_bare(*row).then_some(*row));
        }
        for row in self.sounds.get(&key(10, &[person.sound.as_bytes()])).into_iter().flatten() {
            seen.sounding(*row);
            near.extend(is_bare(*row).then_some(*row));
        }
    }
}

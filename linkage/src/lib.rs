//! 比对：外来名单上的一行是册内的哪个人，有多大把握，凭什么。
//!
//! The list is small and indexed in memory; the registry streams past it once, so that memory
//! grows with the list and not with the registry. A pair is weighed as by Fellegi and Sunter: how
//! often two records of the same person agree in this way (learned from the candidates by EM,
//! without labels) against how often two people do (measured on the registry that streams past,
//! with the frequency of the very name). Nothing here decides what follows from a pair.

mod index;
mod number;
mod weigh;

use jiff::civil::Date;

pub use number::{Likeness, Number};
pub use weigh::{Class, Pair};

use index::Index;

/// A record of either side, as far as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Without spaces.
    pub name: String,
    /// How the name sounds: its pinyin without tones.
    pub sound: String,
    /// As it is written; see [`Number::read`].
    pub number: String,
    pub born: Born,
    /// `1` a man, `2` a woman, anything else unknown.
    pub sex: u8,
}

/// A day of birth as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Born {
    #[default]
    Unknown,
    Year(i16),
    Month(i16, i8),
    Day(Date),
}

impl Born {
    fn year(self) -> Option<i16> {
        match self {
            Self::Unknown => None,
            Self::Year(year) | Self::Month(year, _) => Some(year),
            Self::Day(day) => Some(day.year()),
        }
    }

    fn month(self) -> Option<(i16, i8)> {
        match self {
            Self::Unknown | Self::Year(_) => None,
            Self::Month(year, month) => Some((year, month)),
            Self::Day(day) => Some((day.year(), day.month())),
        }
    }
}

/// In what two names are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    Same,
    /// Other characters of the same sound.
    Sounds,
    /// One character more, less or other.
    Nearly,
    Differ,
}

/// In what two days of birth are alike, where no two numbers can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BornAlike {
    Day,
    Month,
    Year,
    Differ,
    Unknown,
}

/// Everything in which two records were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub named: Named,
    pub number: Likeness,
    pub born: BornAlike,
    /// Whether both say the same sex; `None` where one does not say.
    pub same_sex: Option<bool>,
}

/// A record with what was read from it.
#[derive(Clone, Copy, Debug)]
struct Known<'a> {
    record: &'a Record,
    number: &'a Number,
    born: Born,
}

/// A pair that is worth weighing.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    row: u32,
    person: i64,
    pattern: Pattern,
}

/// A list that waits for the registry to stream past.
#[derive(Debug)]
pub struct Matcher {
    index: Index,
    candidates: Vec<Candidate>,
    seen: weigh::Seen,
    near: Vec<u32>,
}

/// A row without a number may be like so many people at most; more are only counted.
const MOST_NAMESAKES: u32 = 40;

impl Matcher {
    /// Indexes a list; its rows are numbered from 0 in their order.
    #[must_use]
    pub fn new(list: Vec<Record>) -> Self {
        let seen = weigh::Seen::of(list.len());
        Self { index: Index::new(list), candidates: Vec::new(), seen, near: Vec::new() }
    }

    /// Compares a person of the registry with the rows that may be about them.
    pub fn see(&mut self, id: i64, person: &Record) {
        let number = Number::read(&person.number);
        let known = Known { record: person, number: &number, born: known_birth(person, &number) };
        self.seen.person(&number, known.born);
        let mut near = std::mem::take(&mut self.near);
        near.clear();
        self.index.near(&known, (&mut near, &mut self.seen));
        near.sort_unstable();
        near.dedup();
        for &row in &near {
            let pattern = compare(&self.index.row(row), &known);
            if is_worth(&pattern) {
                let by_name = matches!(pattern.number, Likeness::Unknown);
                if by_name && !self.seen.another(row, MOST_NAMESAKES) {
                    continue;
                }
                self.candidates.push(Candidate { row, person: id, pattern });
            }
        }
        self.near = near;
    }

    /// The pairs, by row; of each row the likeliest first, at most four.
    #[must_use]
    pub fn finish(self) -> Vec<Pair> {
        weigh::weigh(self.candidates, &self.seen, self.index.n_rows())
    }
}

fn known_birth(person: &Record, number: &Number) -> Born {
    match person.born {
        Born::Day(_) => person.born,
        other => number.born().map_or(other, Born::Day),
    }
}

fn is_worth(pattern: &Pattern) -> bool {
    match pattern.number {
        Likeness::Same => true,
        Likeness::Unknown => pattern.named < Named::Nearly && pattern.born != BornAlike::Differ,
        Likeness::Differ => false,
        _ => pattern.named < Named::Differ,
    }
}

/// In what two records are alike.
#[must_use]
fn compare(one: &Known<'_>, other: &Known<'_>) -> Pattern {
    let number = one.number.likeness(other.number);
    let born = match number {
        Likeness::Unknown => born_alike(one.born, other.born),
        _ => BornAlike::Unknown,
    };
    let same_sex = match (one.record.sex, other.record.sex) {
        (one @ (1 | 2), other @ (1 | 2)) => Some(one == other),
        _ => None,
    };
    Pattern { named: named(one.record, other.record), number, born, same_sex }
}

fn born_alike(one: Born, other: Born) -> BornAlike {
    let (Some(years), both) = (one.year().zip(other.year()), one.month().zip(other.month())) else {
        return BornAlike::Unknown;
    };
    match (one, other, both) {
        (Born::Day(a), Born::Day(b), _) if a == b => BornAlike::Day,
        (Born::Day(_), Born::Day(_), _) => BornAlike::Differ,
        (_, _, Some((a, b))) if a == b => BornAlike::Month,
        (_, _, Some(_)) => BornAlike::Differ,
        _ if years.0 == years.1 => BornAlike::Year,
        _ => BornAlike::Differ,
    }
}

fn named(one: &Record, other: &Record) -> Named {
    if one.name == other.name {
        return Named::Same;
    }
    if !one.sound.is_empty() && one.sound == other.sound {
        return Named::Sounds;
    }
    let (a, b): (Vec<char>, Vec<char>) = (one.name.chars().collect(), other.name.chars().collect());
    let n = a.len().min(b.len());
    let ahead = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let is_near = a.len().abs_diff(b.len()) <= 1 && ahead + behind + 1 >= a.len().max(b.len());
    if n >= 2 && is_near { Named::Nearly } else { Named::Differ }
}

#[cfg(test)]
mod tests;

//! How likely a pair is one person: agreement among records of the same person, learned, against
//! agreement among strangers, measured.

use std::collections::HashMap;

use crate::number::{Likeness, Number};
use crate::{Born, BornAlike, Candidate, Named, Pattern};

/// How sure a pair is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Certain,
    Probable,
    Possible,
}

impl Class {
    /// The code, which never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Probable => "probable",
            Self::Possible => "possible",
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "确定",
            Self::Probable => "很可能",
            Self::Possible => "可能",
        }
    }
}

/// A row of the list and a person of the registry.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    pub row: usize,
    pub person: i64,
    pub class: Class,
    /// Between 0 and 1.
    pub probability: f64,
    /// In bits: how much likelier the agreement is for one person than for two.
    pub weight: f64,
    pub pattern: Pattern,
    /// What speaks for and against it, in Chinese, with the bits of each.
    pub says: Vec<(String, f64)>,
}

/// What was counted while the registry streamed past.
#[derive(Debug, Default)]
pub struct Seen {
    n_people: u64,
    regions: HashMap<[u8; 6], u64>,
    /// By year, month and day from [`FIRST_YEAR`] on, 372 a year.
    days: Vec<u32>,
    bearers: Vec<u32>,
    sounding: Vec<u32>,
    namesakes: Vec<u32>,
}

impl Seen {
    pub fn of(n_rows: usize) -> Self {
        let none = vec![0; n_rows];
        Self { bearers: none.clone(), sounding: none.clone(), namesakes: none, ..Self::default() }
    }

    pub fn person(&mut self, number: &Number, born: Born) {
        self.n_people += 1;
        if let Number::Citizen(digits) = number {
            let mut region = [0; 6];
            region.copy_from_slice(&digits[..6]);
            *self.regions.entry(region).or_default() += 1;
        }
        if let Born::Day(day) = born {
            let years = usize::try_from(day.year() - FIRST_YEAR).unwrap_or(0);
            let at = years * 372 + usize::from(day.month().unsigned_abs() - 1) * 31;
            let at = at + usize::from(day.day().unsigned_abs() - 1);
            if self.days.len() <= at {
                self.days.resize(at + 1, 0);
            }
            self.days[at] += 1;
        }
    }

    pub fn bearer(&mut self, row: u32) {
        self.bearers[row as usize] += 1;
    }

    pub fn sounding(&mut self, row: u32) {
        self.sounding[row as usize] += 1;
    }

    /// Whether a row may be like another person by its name alone.
    pub fn another(&mut self, row: u32, most: u32) -> bool {
        let n = &mut self.namesakes[row as usize];
        *n += 1;
        *n <= most
    }
}

/// Nobody on a list was born before.
const FIRST_YEAR: i16 = 1850;

/// How often two of them taken at random are the same.
fn sameness(counts: impl Iterator<Item = u64>) -> f64 {
    let (mut total, mut squares) = (0.0, 0.0);
    for n in counts.map(|n| n as f64) {
        total += n;
        squares += n * n;
    }
    if total < 1.0 { 1.0 } else { squares / (total * total) }
}

/// The same of spans of so many days.
fn spans(days: &[u32], n_days: usize) -> f64 {
    sameness(days.chunks(n_days).map(|span| span.iter().map(|n| u64::from(*n)).sum()))
}

/// Chances of each likeness among strangers.
#[derive(Debug)]
struct Strangers {
    number: [f64; 8],
    born: [f64; 5],
    n_people: f64,
}

/// Serials of one region and day in use.
const N_SERIALS: f64 = 450.0;

impl Strangers {
    fn of(seen: &Seen) -> Self {
        let region = sameness(seen.regions.values().copied());
        let day = spans(&seen.days, 1);
        let same = region * day / N_SERIALS;
        let number = [
            same,
            same * 8.0,
            region * day * 27.0 / N_SERIALS / 2.0,
            region * (day * 60.0).min(0.2) / N_SERIALS,
            day / N_SERIALS,
            region * day,
            1.0,
            1.0,
        ];
        let born = [day, spans(&seen.days, 31), spans(&seen.days, 372), 1.0, 1.0];
        let least = |chance: f64| chance.clamp(1e-13, 1.0);
        Self {
            number: number.map(least),
            born: born.map(least),
            n_people: (seen.n_people as f64).max(1.0),
        }
    }

    fn name(&self, named: Named, (same, sounds): (u32, u32)) -> f64 {
        match named {
            Named::Same => f64::from(same.max(1)) / self.n_people,
            Named::Sounds => f64::from(sounds.max(1)) / self.n_people,
            Named::Nearly => 0.01,
            Named::Differ => 1.0,
        }
    }
}

/// Chances of each likeness among records of one person; learned.
#[derive(Clone, Debug)]
struct Same {
    named: [f64; 4],
    number: [f64; 8],
    born: [f64; 5],
    sex: f64,
    /// How many rows are about anybody of the registry.
    share: f64,
}

/// What is supposed before anything is learned.
const SUPPOSED: Same = Same {
    named: [0.9, 0.06, 0.03, 0.01],
    number: [0.84, 0.06, 0.03, 0.03, 0.02, 0.01, 0.01, 1.0],
    born: [0.85, 0.07, 0.03, 0.05, 1.0],
    sex: 0.99,
    share: 0.9,
};

/// How many pairs the suppositions are worth.
const WORTH: f64 = 30.0;
const N_ROUNDS: usize = 12;

fn bits(same: f64, strangers: f64) -> f64 {
    (same / strangers).log2()
}

fn parts(of: &Candidate, same: &Same, strangers: &Strangers, seen: &Seen) -> [f64; 4] {
    let Pattern { named, number, born, same_sex } = of.pattern;
    let row = of.row as usize;
    let counts = (seen.bearers[row], seen.sounding[row]);
    let sex = match same_sex {
        Some(true) => bits(same.sex, 0.5),
        Some(false) => bits(1.0 - same.sex, 0.5),
        None => 0.0,
    };
    let number = match number {
        Likeness::Unknown => 0.0,
        known => bits(same.number[known as usize], strangers.number[known as usize]),
    };
    let born = match born {
        BornAlike::Unknown => 0.0,
        known => bits(same.born[known as usize], strangers.born[known as usize]),
    };
    let name = bits(same.named[named as usize], strangers.name(named, counts));
    [name, number, born, sex]
}

/// How likely each candidate of a row is the one, given the others.
fn posteriors(odds: &[f64]) -> Vec<f64> {
    let all: f64 = odds.iter().sum();
    odds.iter().map(|one| one / (1.0 + all)).collect()
}

fn odds(weight: f64, same: &Same, strangers: &Strangers) -> f64 {
    let prior = same.share / strangers.n_people / (1.0 - same.share);
    prior * weight.min(200.0).exp2()
}

fn learn(candidates: &[Candidate], seen: &Seen, strangers: &Strangers, n_rows: usize) -> Same {
    let mut same = SUPPOSED;
    for _ in 0..N_ROUNDS {
        let mut next = SUPPOSED;
        for table in [&mut next.named[..], &mut next.number[..7], &mut next.born[..4]] {
            table.iter_mut().for_each(|chance| *chance *= WORTH);
        }
        let (mut agree, mut spoke, mut found) = (SUPPOSED.sex * WORTH, WORTH, 0.0);
        for row in candidates.chunk_by(|a, b| a.row == b.row) {
            let weights = row.iter().map(|one| parts(one, &same, strangers, seen).iter().sum());
            let weights: Vec<f64> = weights.map(|w: f64| odds(w, &same, strangers)).collect();
            for (one, chance) in row.iter().zip(posteriors(&weights)) {
                found += chance;
                next.named[one.pattern.named as usize] += chance;
                next.number[one.pattern.number as usize] += chance;
                next.born[one.pattern.born as usize] += chance;
                if let Some(is_same) = one.pattern.same_sex {
                    spoke += chance;
                    agree += if is_same { chance } else { 0.0 };
                }
            }
        }
        for table in [&mut next.named[..], &mut next.number[..7], &mut next.born[..4]] {
            let sum: f64 = table.iter().sum();
            table.iter_mut().for_each(|chance| *chance /= sum);
        }
        next.sex = (agree / spoke).clamp(0.9, 0.9999);
        let rows = n_rows as f64 + WORTH;
        next.share = ((found + SUPPOSED.share * WORTH) / rows).clamp(0.05, 0.995);
        same = next;
    }
    same
}

/// Weighs the candidates: of each row the likeliest first, at most four.
pub fn weigh(mut candidates: Vec<Candidate>, seen: &Seen, n_rows: usize) -> Vec<Pair> {
    candidates.sort_by_key(|one| (one.row, one.person));
    let strangers = Strangers::of(seen);
    let same = learn(&candidates, seen, &strangers, n_rows);
    let mut pairs = Vec::new();
    for row in candidates.chunk_by(|a, b| a.row == b.row) {
        let all: Vec<[f64; 4]> =
            row.iter().map(|one| parts(one, &same, &strangers, seen)).collect();
        let weights: Vec<f64> = all.iter().map(|parts| parts.iter().sum()).collect();
        let chances: Vec<f64> = weights.iter().map(|w| odds(*w, &same, &strangers)).collect();
        let mut own: Vec<Pair> = Vec::new();
        for (at, chance) in posteriors(&chances).into_iter().enumerate() {
            if let Some(class) = class(&row[at].pattern, chance) {
                own.push(Pair {
                    row: row[at].row as usize,
                    person: row[at].person,
                    class,
                    probability: chance,
                    weight: weights[at],
                    pattern: row[at].pattern,
                    says: says(&row[at], all[at], seen),
                });
            }
        }
        own.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.person.cmp(&b.person)));
        own.truncate(4);
        pairs.extend(own);
    }
    pairs
}

/// What a pair is. The same number under another name is never more than possible, however
/// unlikely a coincidence: one of the two lists has somebody else's number.
fn class(pattern: &Pattern, chance: f64) -> Option<Class> {
    let is_same = pattern.number == Likeness::Same;
    match pattern.named {
        Named::Differ => is_same.then_some(Class::Possible),
        _ if chance >= 0.9999 && is_same => Some(Class::Certain),
        _ if chance >= 0.999 => Some(Class::Probable),
        _ if chance >= 0.02 => Some(Class::Possible),
        _ => None,
    }
}

fn says(of: &Candidate, bits: [f64; 4], seen: &Seen) -> Vec<(String, f64)> {
    let row = of.row as usize;
    let name = match of.pattern.named {
        Named::Same => format!("姓名相同（册内同名{}人）", seen.bearers[row].max(1)),
        Named::Sounds => format!("姓名同音（册内同音{}人）", seen.sounding[row].max(1)),
        Named::Nearly => "姓名差一个字".to_owned(),
        Named::Differ => "姓名不同".to_owned(),
    };
    let number = match of.pattern.number {
        Likeness::Same => "证件号码相同",
        Likeness::Swapped => "证件号码相邻两位颠倒",
        Likeness::SerialOff => "证件号码的顺序码差一位",
        Likeness::BirthOff => "证件号码的出生日期差一位",
        Likeness::RegionOff => "证件号码只有地区码不同",
        Likeness::SameBirth => "地区码和出生日期相同",
        Likeness::Differ => "证件号码不同",
        Likeness::Unknown => "没有可比的证件号码",
    };
    let born = match of.pattern.born {
        BornAlike::Day => "出生日期相同",
        BornAlike::Month => "出生年月相同",
        BornAlike::Year => "出生年份相同",
        BornAlike::Differ => "出生日期不同",
        BornAlike::Unknown => "",
    };
    let sex = match of.pattern.same_sex {
        Some(true) => "性别相同",
        Some(false) => "性别不同",
        None => "",
    };
    let all = [(name, bits[0]), (number.to_owned(), bits[1]), (born.to_owned(), bits[2])];
    all.into_iter()
        .chain([(sex.to_owned(), bits[3])])
        .filter(|(words, _)| !words.is_empty())
        .collect()
}

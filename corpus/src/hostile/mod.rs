//! Files of people of ill will, and files that broke on their way: each is refused in a sentence,
//! or read as far as it can be read, at a bounded cost.

mod books;
mod documents;
mod packages;
mod sheets;
mod texts;

use crate::grid::{Cell, Grid, Page};
use crate::{PEOPLE, Person};

/// What has to come of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Refused,
    /// Refused, or read: either is right, as long as it costs little.
    Either,
    /// So many rows with cells are read, and nothing of what lies about them.
    Rows(usize),
}

#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub file: &'static str,
    pub bytes: Vec<u8>,
    pub outcome: Outcome,
}

fn case(name: &str, file: &'static str, bytes: Vec<u8>, outcome: Outcome) -> Case {
    Case { name: name.to_owned(), file, bytes, outcome }
}

/// A roster of six people with a header.
fn roster() -> Grid {
    let mut page = Page::new("名册");
    page.texts(0, 0, &["姓名", "身份证号", "手机号码", "家庭住址"]);
    for (row, person) in (1..).zip(PEOPLE) {
        let Person { name, phone, address, .. } = person;
        page.texts(row, 0, &[name, &person.number(), phone, address]);
    }
    page.put(1, 5, Cell::Day(40_238));
    Grid { pages: vec![page], is_1904: false }
}

/// Rows of [`roster`] with cells.
const N_ROSTER: usize = 7;

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (below.max(1) as u64)).unwrap_or(0)
    }
}

/// A file cut off at places all over it, and with bytes bent.
fn spoilt(name: &str, file: &'static str, whole: &[u8], n: usize) -> Vec<Case> {
    let mut chance = Chance(whole.len() as u64);
    let mut cases = Vec::new();
    for at in 1..=n {
        let cut = whole.len() * at / (n + 1);
        let bytes = whole[..cut].to_vec();
        cases.push(case(&format!("{name}, cut at {cut}"), file, bytes, Outcome::Either));
        let mut bent = whole.to_vec();
        for _ in 0..8 {
            let place = chance.next(bent.len());
            bent[place] ^= 1 << chance.next(8);
        }
        cases.push(case(&format!("{name}, bent {at}"), file, bent, Outcome::Either));
    }
    cases
}

/// Every file. Some are of several megabytes: they are made one after the other.
pub fn cases() -> impl Iterator<Item = Case> {
    let makers: [fn() -> Vec<Case>; 7] = [
        packages::lies,
        sheets::sheets,
        documents::cases,
        packages::bombs,
        books::cases,
        texts::cases,
        texts::spoilt_forms,
    ];
    makers.into_iter().flat_map(|make| make())
}

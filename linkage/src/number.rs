//! Identity numbers as far as they are compared: 17 digits without the check character, upgraded
//! from 15 where they are old; documents of another kind only as a whole.

use jiff::civil::Date;

/// A number that can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    Missing,
    /// Region, day of birth, serial.
    Citizen([u8; 17]),
    Other(String),
}

/// In what two numbers are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    Same,
    /// Two neighbouring digits changed places.
    Swapped,
    /// Same region and birth, the serial is one digit off.
    SerialOff,
    /// Same region and serial, the birth is one digit off.
    BirthOff,
    /// Same birth and serial under another region.
    RegionOff,
    /// Same region and birth, another serial.
    SameBirth,
    Differ,
    /// One has no number, or numbers of two kinds.
    Unknown,
}

impl Likeness {
    /// Every likeness, in the order of its place in tables.
    pub const ALL: [Self; 8] = [
        Self::Same,
        Self::Swapped,
        Self::SerialOff,
        Self::BirthOff,
        Self::RegionOff,
        Self::SameBirth,
        Self::Differ,
        Self::Unknown,
    ];
}

impl Number {
    /// Reads what is written: spaces and full width fall away, 15 digits become 17.
    #[must_use]
    pub fn read(raw: &str) -> Self {
        let written = raw.as_bytes();
        if written.len() == 18 && written[..17].iter().all(u8::is_ascii_digit) {
            return Self::of(&written[..17]);
        }
        let text: String = raw.chars().filter_map(plain).collect();
        let bytes = text.as_bytes();
        let is_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        match bytes.len() {
            0 => Self::Missing,
            18 if is_digits(&bytes[..17]) => Self::of(&bytes[..17]),
            17 if is_digits(bytes) => Self::of(bytes),
            15 if is_digits(bytes) => {
                let mut upgraded = bytes[..6].to_vec();
                upgraded.extend(b"19");
                upgraded.extend(&bytes[6..]);
                Self::of(&upgraded)
            }
            _ => Self::Other(text),
        }
    }

    fn of(bytes: &[u8]) -> Self {
        let mut digits = [0; 17];
        for (to, from) in digits.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self::Citizen(digits)
    }

    /// The day of birth that it tells.
    #[must_use]
    pub fn born(&self) -> Option<Date> {
        let Self::Citizen(digits) = self else { return None };
        let read = |from: usize, to: usize| {
            digits[from..to].iter().fold(0_i16, |n, digit| n * 10 + i16::from(digit - b'0'))
        };
        let (month, day) = (i8::try_from(read(10, 12)).ok()?, i8::try_from(read(12, 14)).ok()?);
        Date::new(read(6, 10), month, day).ok()
    }

    /// In what two numbers are alike.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> Likeness {
        match (self, other) {
            (Self::Citizen(one), Self::Citizen(other)) => digits_alike(one, other),
            (Self::Other(one), Self::Other(other)) if one == other => Likeness::Same,
            (Self::Other(_), Self::Other(_)) => Likeness::Differ,
            _ => Likeness::Unknown,
        }
    }
}

fn plain(c: char) -> Option<char> {
    let half = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let drops = half.is_whitespace() || matches!(half, '\'' | '\u{200b}' | '\u{feff}');
    (!drops).then(|| half.to_ascii_uppercase())
}

fn digits_alike(one: &[u8; 17], other: &[u8; 17]) -> Likeness {
    if one == other {
        return Likeness::Same;
    }
    let differs = |at: &usize| one[*at] != other[*at];
    let n_off = (0..17).filter(differs).count();
    let first = (0..17).find(differs).unwrap_or(0);
    let last = (0..17).rev().find(differs).unwrap_or(0);
    if n_off == 2 && last == first + 1 && one[first] == other[last] && one[last] == other[first] {
        return Likeness::Swapped;
    }
    let within = |from: usize, to: usize| from <= first && last < to;
    match n_off {
        1 if within(14, 17) => Likeness::SerialOff,
        1 if within(6, 14) => Likeness::BirthOff,
        _ if within(0, 6) => Likeness::RegionOff,
        _ if within(14, 17) => Likeness::SameBirth,
        _ => Likeness::Differ,
    }
}

//! Numbers that are right in form and belong to nobody.

use crate::Plan;
use crate::days::day_of_year;
use crate::dice::{Dice, Stream, shuffled};
use crate::person::Sex;
use jiff::civil::Date;

/// GB/T 2260 has assigned no region that begins so.
pub const REGION_PREFIX: &str = "99";
/// Of the 19x ranges this one had not been given to any carrier by July 2022
/// (also unassigned then: 142, 143, 154, 161, 164).
pub const MOBILE_PREFIX: &str = "194";
/// No Chinese area code begins with 01 except Beijing's 010.
pub const LANDLINE_PREFIX: &str = "0199-";

const DAYS_OF_YEAR: u64 = 365;
const ODD_OR_EVEN_SEQUENCES: u64 = 500;

/// The check character of GB 11643-1999 over the first 17 characters; `None` unless the
/// number begins with 17 digits.
pub fn identity_check(number: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let digits = number.as_bytes().get(..17)?;
    let mut sum = 0;
    for (digit, weight) in digits.iter().zip(WEIGHTS) {
        sum += char::from(*digit).to_digit(10)? * weight;
    }
    Some(char::from(CHECKS[(sum % 11) as usize]))
}

const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The check character of GB 32100-2015 over the first 17 characters; `None` if one of them
/// is not of its alphabet.
pub fn credit_code_check(code: &str) -> Option<char> {
    let mut weight = 1;
    let mut sum = 0;
    for letter in code.as_bytes().get(..17)? {
        let value = CREDIT_ALPHABET.iter().position(|known| known == letter)?;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    Some(char::from(CREDIT_ALPHABET[(31 - sum % 31) % 31]))
}

/// The check character of GB 11714 over eight digits.
fn organisation_check(digits: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let values = digits.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = values.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        check => char::from_digit(check, 10).unwrap_or('0'),
    }
}

/// The unified credit code of the made-up enterprise with this index.
pub(crate) fn credit_code(index: u64) -> String {
    let body = format!("{:08}", 99_000_000 + index % 1_000_000);
    let mut code = format!("91{REGION_PREFIX}0101{body}{}", organisation_check(&body));
    code.extend(credit_code_check(&code));
    code
}

/// Whose number it is: each has regions of its own, so the numbers never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Retiree,
    Spouse,
    Dependant,
    Stranger,
}

/// The birthday and the parts of an identity number that belong to one index: no two indices
/// of a plan share all of day of the year, region and sequence, whatever the year.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    holder: Holder,
    nth_day: u64,
    sequence: u64,
    region: u64,
}

impl Slot {
    pub(crate) fn new(plan: &Plan, holder: Holder, index: u64) -> Self {
        let a_region = DAYS_OF_YEAR * ODD_OR_EVEN_SEQUENCES;
        let n_regions = (plan.people / a_region + 2).max(8);
        let key = Dice::new(plan.seed, Stream::Identity, holder as u64);
        let place = shuffled(&key, index, a_region * n_regions);
        Self {
            holder,
            nth_day: place % DAYS_OF_YEAR,
            sequence: place / DAYS_OF_YEAR % ODD_OR_EVEN_SEQUENCES,
            region: place / a_region,
        }
    }

    pub(crate) fn birthday(&self, year: i16) -> Date {
        day_of_year(year, self.nth_day)
    }

    /// The 18 characters for someone of this sex born in this slot's year.
    pub(crate) fn number(&self, sex: Sex, born_on: Date) -> String {
        let city = match self.holder {
            Holder::Retiree => 1,
            Holder::Spouse => 51,
            Holder::Dependant => 61,
            Holder::Stranger => 71,
        } + self.region / 9;
        let odd = match sex {
            Sex::Male => 1,
            Sex::Female => 0,
        };
        let digits = u64::from(born_on.year().unsigned_abs()) * 10_000
            + u64::from(born_on.month().unsigned_abs()) * 100
            + u64::from(born_on.day().unsigned_abs());
        let district = self.region % 9 + 1;
        let sequence = self.sequence * 2 + odd;
        let mut number = format!("{REGION_PREFIX}{city:02}{district:02}{digits:08}{sequence:03}");
        number.extend(identity_check(&number));
        number
    }
}

/// Whose telephone it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Line {
    Own = 0,
    Spouse = 1,
    FirstContact = 2,
    SecondContact = 3,
}

/// A mobile number, distinct for each line of each of the first ten million people.
pub(crate) fn mobile(line: Line, index: u64) -> String {
    format!("{MOBILE_PREFIX}{}{:07}", line as u64, index % crate::MOST_PEOPLE)
}

/// A landline with area code.
pub(crate) fn landline(index: u64) -> String {
    format!("{LANDLINE_PREFIX}{:08}", 90_000_000 + index % crate::MOST_PEOPLE)
}

/// The personal number of social insurance.
pub(crate) fn insurance_number(index: u64) -> String {
    format!("{REGION_PREFIX}01{:08}", index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_have_their_check_characters() {
        assert_eq!(identity_check("11010519491231002"), Some('X'));
        assert_eq!(identity_check("44052418800101001"), Some('4'));
        assert_eq!(identity_check("4405241880010100X"), None);
        assert_eq!(credit_code_check("91350100M000100Y4"), Some('3'));
        assert_eq!(credit_code_check("9131000063159284X"), Some('Q'));
        assert_eq!(credit_code_check("O1350100M000100Y4"), None);
    }

    #[test]
    fn organisation_codes_have_their_check_characters() {
        assert_eq!(organisation_check("63159284"), 'X');
        assert!(credit_code(3).starts_with("9199010199000003"));
    }
}

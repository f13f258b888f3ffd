//! The number on a card: a running number and a check digit (ISO 7064 MOD 11,10), so that a number
//! that was misread or heard wrongly is told from one that nobody has.

use kernel::Problem;

/// Figures of a number without its check digit, at least.
const N_DIGITS: usize = 9;

/// The number of a card.
#[must_use]
pub fn of(id: i64) -> String {
    let digits = format!("{id:0width$}", width = N_DIGITS);
    let check = check_digit(&digits);
    format!("{digits}{check}")
}

/// The check digit of figures, ISO 7064 MOD 11,10.
fn check_digit(digits: &str) -> u32 {
    let step = |product: u32, digit: u32| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    };
    let product = digits.chars().filter_map(|c| c.to_digit(10)).fold(10, step);
    (11 - product) % 10
}

/// The number as it is read aloud and printed: in groups of four.
#[must_use]
pub fn grouped(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A number as somebody typed or scanned it.
///
/// # Errors
/// A problem of the field `no` with what to do.
pub fn read(typed: &str) -> Result<String, Problem> {
    let plain = sheets::clean::half_width(typed);
    let number: String = plain.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let wrong = |says: &str| Err(Problem::field("no", says));
    if !number.chars().all(|c| c.is_ascii_digit()) || number.len() <= N_DIGITS {
        return wrong("卡号是印在联系卡右上角的一串数字，请照卡重新输入");
    }
    if number.len() > 20 {
        return wrong("卡号太长，请照卡重新输入");
    }
    let (digits, check) = number.split_at(number.len() - 1);
    if check != check_digit(digits).to_string() {
        return wrong("卡号输错了一位或调换了两位，请照卡重新输入");
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        // Worked by hand: the products after each figure are 3, 4, 5, 2, 8.
        assert_eq!(check_digit("79462"), 3);
        assert_eq!(of(1).len(), 10);
        assert_eq!(grouped("1234567890"), "1234 5678 90");
    }

    #[test]
    fn every_single_mistake_is_noticed_and_most_swaps() {
        let number = of(203_728_346);
        assert_eq!(read(&number).ok(), Some(number.clone()));
        assert_eq!(read(&format!(" {}", grouped(&number))).ok(), Some(number.clone()));
        let wide: String =
            number.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect();
        assert_eq!(read(&wide).ok(), Some(number.clone()));
        for at in 0..number.len() {
            for digit in b'0'..=b'9' {
                let mut other = number.clone().into_bytes();
                let was = std::mem::replace(&mut other[at], digit);
                let other = String::from_utf8(other).unwrap_or_default();
                assert_eq!(read(&other).is_ok(), was == digit, "{other}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_told_in_words() {
        for typed in ["", "12", "王秀兰", "99010119500304123X", "1234567890123456789012"] {
            assert!(read(typed).is_err(), "{typed}");
        }
    }
}

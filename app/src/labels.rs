//! Numbers that stand on cards and labels: a running number and a check digit (ISO 7064 MOD 11,10),
//! so that a number that was misread or heard wrongly is told from one that nobody has; and the
//! same as a QR code.

use std::fmt::Write as _;

use maud::{Markup, html};

/// Figures of a number without its check digit, at least.
const N_DIGITS: usize = 9;

/// The number of the thing with this number of ours: no two things share one.
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

/// Why something typed or scanned is no number of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misread {
    /// Other signs than figures, or too few.
    NoNumber,
    TooLong,
    /// One figure is wrong, or two are swapped.
    Check,
}

impl Misread {
    /// The sentence for a number that is called `what` and stands `place`.
    #[must_use]
    pub fn says(self, what: &str, place: &str) -> String {
        match self {
            Self::NoNumber => format!("{what}是{place}的一串数字，请照着重新输入"),
            Self::TooLong => format!("{what}太长，请照着重新输入"),
            Self::Check => format!("{what}输错了一位或调换了两位，请照着重新输入"),
        }
    }
}

/// A number as somebody typed or scanned it.
///
/// # Errors
/// Why it is none.
pub fn read(typed: &str) -> Result<String, Misread> {
    let plain = sheets::clean::half_width(typed);
    let number: String = plain.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if !number.chars().all(|c| c.is_ascii_digit()) || number.len() <= N_DIGITS {
        return Err(Misread::NoNumber);
    }
    if number.len() > 20 {
        return Err(Misread::TooLong);
    }
    let (digits, check) = number.split_at(number.len() - 1);
    if check != check_digit(digits).to_string() {
        return Err(Misread::Check);
    }
    Ok(number)
}

/// The number as a QR code, as one path: nothing else of the retiree is in it.
///
/// # Errors
/// When the number does not fit into a code, which none of ours does.
pub fn qr(number: &str) -> anyhow::Result<Markup> {
    let code = fast_qr::QRBuilder::new(number).build();
    let code = code.map_err(|cause| anyhow::anyhow!("qr: {cause:?}"))?;
    let mut path = String::new();
    for row in 0..code.size {
        for column in 0..code.size {
            if code[row][column].value() {
                write!(path, "M{} {}h1v1h-1z", column + 2, row + 2)?;
            }
        }
    }
    let side = code.size + 4;
    Ok(html! {
        svg viewBox={ "0 0 " (side) " " (side) } role="img" aria-label="号码的二维码"
            shape-rendering="crispEdges" {
            path d=(path) fill="#000" {}
        }
    })
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
            let says = read(typed).err().map(|why| why.says("卡号", "卡上"));
            assert!(says.is_some_and(|says| says.starts_with("卡号")), "{typed}");
        }
    }
}

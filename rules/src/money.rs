//! 金额：以分为单位的整数，不用小数。

use std::fmt;

/// A sum of money in fen (1 yuan = 100 fen); may be negative, as an overpayment is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// The sum of two amounts; `None` beyond the range of 64 bits.
    pub const fn plus(self, other: Fen) -> Option<Fen> {
        match self.0.checked_add(other.0) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// The difference of two amounts; `None` beyond the range of 64 bits.
    pub const fn minus(self, other: Fen) -> Option<Fen> {
        match self.0.checked_sub(other.0) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// `n` times the amount; `None` beyond the range of 64 bits.
    pub const fn times(self, n: i64) -> Option<Fen> {
        match self.0.checked_mul(n) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// `numerator / denominator` of the amount, rounded half up (away from zero) to the fen.
    /// `None` for a denominator below 1 and beyond the range of 64 bits.
    pub fn part(self, numerator: i64, denominator: i64) -> Option<Fen> {
        if denominator < 1 {
            return None;
        }
        let (whole, by) = (i128::from(self.0) * i128::from(numerator), i128::from(denominator));
        let rounded = (whole.abs() * 2 + by) / (by * 2) * whole.signum();
        i64::try_from(rounded).ok().map(Fen)
    }
}

/// Yuan with thousands separators and two decimals: `1,234.56`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (yuan, fen) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let digits = yuan.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 4);
        if self.0 < 0 {
            text.push('-');
        }
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        write!(f, "{text}.{fen:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::Fen;

    #[test]
    fn yuan_are_grouped_by_thousands() {
        let table = [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (123_456, "1,234.56"),
            (-123_456_789, "-1,234,567.89"),
            (i64::MIN, "-92,233,720,368,547,758.08"),
        ];
        for (fen, says) in table {
            assert_eq!(Fen(fen).to_string(), says);
        }
    }

    #[test]
    fn parts_are_rounded_half_away_from_zero() {
        let table = [
            ((1, 1, 2), 1),
            ((3, 1, 2), 2),
            ((-1, 1, 2), -1),
            ((100, 1, 3), 33),
            ((200, 1, 3), 67),
            ((281_850, 183, 12), 4_298_213),
        ];
        for ((fen, n, of), part) in table {
            assert_eq!(Fen(fen).part(n, of), Some(Fen(part)), "{fen} × {n}/{of}");
        }
        assert_eq!(Fen(1).part(1, 0), None);
        assert_eq!(Fen(i64::MAX).part(2, 1), None);
    }

    #[test]
    fn beyond_64_bits_there_is_no_sum() {
        assert_eq!(Fen(i64::MAX).plus(Fen(1)), None);
        assert_eq!(Fen(i64::MIN).minus(Fen(1)), None);
        assert_eq!(Fen(i64::MAX).times(2), None);
        assert_eq!(Fen(2).plus(Fen(3)), Some(Fen(5)));
        assert_eq!(Fen(2).minus(Fen(3)), Some(Fen(-1)));
        assert_eq!(Fen(2).times(3), Some(Fen(6)));
    }
}

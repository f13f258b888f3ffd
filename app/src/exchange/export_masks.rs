//! How numbers are hidden in an export.

use rules::identity::{Mask, mask};

/// How the numbers of an export are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masks {
    /// Identity and insurance numbers.
    pub number: Mask,
    pub phone: Mask,
}

impl Masks {
    /// What is shown unless something else is asked for.
    pub const USUAL: Self = Self::both(Mask::First3Last4);

    #[must_use]
    pub const fn both(mask: Mask) -> Self {
        Self { number: mask, phone: mask }
    }

    /// Whether any number is shown whole.
    #[must_use]
    pub fn shows_whole(self) -> bool {
        self.number == Mask::None || self.phone == Mask::None
    }

    /// The code of the style of telephone numbers where it is another one; empty otherwise.
    #[must_use]
    pub fn phone_code(self) -> &'static str {
        if self.phone == self.number { "" } else { self.phone.code() }
    }
}

/// An identity or insurance number in a style. Where the style speaks of a part that the number
/// has not, only its ends are shown.
#[must_use]
pub fn number(text: &str, style: Mask) -> String {
    let has_birth = matches!(text.chars().count(), 15 | 18);
    let style = if style == Mask::Birth8 && !has_birth { Mask::First3Last4 } else { style };
    mask(text, style)
}

/// A telephone number in a style.
#[must_use]
pub fn telephone(text: &str, style: Mask) -> String {
    mask(text, if style == Mask::Birth8 { Mask::First3Last4 } else { style })
}

/// Whether the day of birth may stand beside a number in this style: with it, the hidden part
/// could be filled in again.
#[must_use]
pub const fn shows_birth(style: Mask) -> bool {
    !matches!(style, Mask::Birth8 | Mask::Middle6)
}

/// How numbers were shown, by the codes of the styles, and telephone numbers where that was another
/// way.
#[must_use]
pub fn in_words(number: &str, phone: &str) -> String {
    let number = Mask::from_code(number).map_or("无号码", Mask::name);
    match Mask::from_code(phone) {
        Some(phone) => format!("{number}；电话{}", phone.name()),
        None => number.to_owned(),
    }
}

/// The styles in the order in which they are offered, the usual one first.
pub const STYLES: &[Mask] =
    &[Mask::First3Last4, Mask::Birth8, Mask::Middle6, Mask::Last4, Mask::Full, Mask::None];

/// What to know before choosing a style.
#[must_use]
pub const fn hint(style: Mask) -> Option<&'static str> {
    match style {
        Mask::Birth8 => Some("出生日期列留空，以免补出号码；电话只留前三位和后四位"),
        Mask::Middle6 => Some("出生日期列留空，以免补出号码"),
        Mask::None => Some("须填写原因，单独计数，记入审计"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style_hides_its_part() {
        let table = [
            (Mask::None, "990101195003041237", "19400000001"),
            (Mask::Full, "******************", "***********"),
            (Mask::Middle6, "990101******041237", "19******001"),
            (Mask::Birth8, "990101********1237", "194****0001"),
            (Mask::Last4, "99010119500304****", "1940000****"),
            (Mask::First3Last4, "990***********1237", "194****0001"),
        ];
        for (style, hidden, phone) in table {
            assert_eq!(number("990101195003041237", style), hidden, "{style}");
            assert_eq!(telephone("19400000001", style), phone, "{style}");
        }
        assert_eq!(number("990101500304123", Mask::Birth8), "990101******123");
        assert_eq!(number("ZZ0000012", Mask::Birth8), "ZZ0**0012");
        assert_eq!(number("", Mask::First3Last4), "");
    }
}

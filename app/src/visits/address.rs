//! The order in which somebody walks: road, number, building, unit, room, as numbers.

use std::cmp::Ordering;

/// A piece of an address: words, or a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    Number(u64),
    Words(String),
}

/// Where an address stands on the way. Addresses that are not known come last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(Vec<Piece>);

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let emptiness = self.0.is_empty().cmp(&other.0.is_empty());
        emptiness.then_with(|| self.0.cmp(&other.0))
    }
}

/// Reads an address into pieces: `松风路12号3幢` is 松风路, 12, 号, 3, 幢. What stands before the
/// street or community office is the same for all of a station and is left out.
#[must_use]
pub fn place(address: &str) -> Place {
    let plain: String = address
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '，' | ',' | '、'))
        .map(plain)
        .collect();
    let mut pieces: Vec<Piece> = Vec::new();
    for c in local(&plain).chars() {
        let digit = c.to_digit(10).map(u64::from);
        match (pieces.last_mut(), digit) {
            (Some(Piece::Number(n)), Some(digit)) => {
                *n = n.saturating_mul(10).saturating_add(digit);
            }
            (_, Some(digit)) => pieces.push(Piece::Number(digit)),
            (Some(Piece::Words(words)), None) => words.push(c),
            (_, None) => pieces.push(Piece::Words(c.to_string())),
        }
    }
    Place(pieces)
}

/// Full-width digits and dashes as plain ones; 栋 and 座 stand for 幢.
fn plain(c: char) -> char {
    match c {
        '０'..='９' => {
            char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c)
        }
        '－' | '—' | '–' | '―' => '-',
        '栋' | '座' => '幢',
        other => other,
    }
}

fn local(address: &str) -> &str {
    let cuts = ["街道", "社区", "镇"];
    let after = |cut: &&str| address.rfind(cut).map(|at| at + cut.len());
    let at = cuts.iter().filter_map(after).max().unwrap_or(0);
    let rest = &address[at..];
    if rest.is_empty() { address } else { rest }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn buildings_stand_in_the_order_of_their_numbers() {
        let in_order = [
            "东区青山街道松风路9号",
            "松风路12号3幢1单元201室",
            "松风路12号３栋2单元101室",
            "青山社区松风路12号12幢1单元101室",
            "松风路１２号12幢1单元1001室",
            "示范市东区青山街道柳荫街2号1幢",
            "",
        ];
        let mut sorted: Vec<&str> = in_order.iter().rev().copied().collect();
        sorted.sort_by_key(|address| place(address));
        assert_eq!(sorted, in_order);
    }
}

//! Names: surnames by weight, given names by sex and time of birth.

use std::sync::LazyLock;

use crate::dice::Dice;
use crate::given_names as given;
use crate::person::Sex;

/// Surnames with their running sums of weights.
///
/// Weights: the frequency table of the Python library Faker 40.54.0 (`zh_CN`), per cent.
static SURNAMES: LazyLock<Vec<(&'static str, u64)>> = LazyLock::new(|| {
    let mut sum = 0;
    let lines = include_str!("../data/surnames.tsv").lines().skip(1);
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(surname, weight)| {
            sum += ten_thousandths(weight);
            (surname, sum)
        })
        .collect()
});

/// A decimal fraction in units of 0.0001, without floats.
fn ten_thousandths(text: &str) -> u64 {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    format!("{whole}{part:0<4.4}").parse().unwrap_or(0)
}

pub(crate) fn surname(dice: &mut Dice) -> &'static str {
    if dice.happens(30) {
        return dice.pick(given::COMPOUND_SURNAMES);
    }
    let total = SURNAMES.last().map_or(0, |&(_, sum)| sum);
    let thrown = dice.below(total);
    let at = SURNAMES.partition_point(|&(_, sum)| sum <= thrown);
    SURNAMES.get(at).map_or("王", |&(surname, _)| surname)
}

fn fashion(sex: Sex, born: i16) -> &'static given::Fashion {
    match (sex, born) {
        (Sex::Male, ..1946) => &given::MEN_OLD,
        (Sex::Male, ..1960) => &given::MEN_MIDDLE,
        (Sex::Male, _) => &given::MEN_YOUNG,
        (Sex::Female, ..1946) => &given::WOMEN_OLD,
        (Sex::Female, ..1960) => &given::WOMEN_MIDDLE,
        (Sex::Female, _) => &given::WOMEN_YOUNG,
    }
}

/// A whole name under a given surname for someone born in the year.
pub(crate) fn full_name(dice: &mut Dice, surname: &str, sex: Sex, born: i16) -> String {
    let fashion = fashion(sex, born);
    let mut name = String::with_capacity(16);
    name.push_str(surname);
    if !dice.happens(fashion.n_single) {
        name.push(dice.pick(fashion.first));
    }
    name.push(if dice.happens(20) { dice.pick(given::RARE) } else { dice.pick(fashion.second) });
    name
}

/// A name of two parts joined by `·` (U+00B7), as among Uygurs and Kazakhs.
pub(crate) fn dotted_name(dice: &mut Dice, sex: Sex) -> String {
    let own = match sex {
        Sex::Male => dice.pick(given::DOTTED_MEN),
        Sex::Female => dice.pick(given::DOTTED_WOMEN),
    };
    format!("{own}·{}", dice.pick(given::DOTTED_MEN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Stream;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_of_the_surname_table_is_read() {
        assert_eq!(SURNAMES.len(), 399);
        assert_eq!(SURNAMES[0], ("王", 71_700));
        assert!(SURNAMES.windows(2).all(|pair| pair[0].1 < pair[1].1));
        for (text, weight) in [("7.17", 71_700), ("7.0", 70_000), ("0.0067", 67), ("2", 20_000)] {
            assert_eq!(ten_thousandths(text), weight);
        }
    }

    #[test]
    fn wang_is_the_commonest_surname() {
        let mut dice = Dice::new(1, Stream::Person, 0);
        let n_wang = (0..10_000).filter(|_| surname(&mut dice) == "王").count();
        assert!((650..950).contains(&n_wang), "{n_wang}");
    }

    #[test]
    fn there_are_enough_given_characters() {
        let all = [
            &given::MEN_OLD,
            &given::MEN_MIDDLE,
            &given::MEN_YOUNG,
            &given::WOMEN_OLD,
            &given::WOMEN_MIDDLE,
            &given::WOMEN_YOUNG,
        ];
        let characters: BTreeSet<char> = all
            .iter()
            .flat_map(|fashion| fashion.first.iter().chain(fashion.second))
            .copied()
            .collect();
        assert!(characters.len() >= 150, "{}", characters.len());
    }
}

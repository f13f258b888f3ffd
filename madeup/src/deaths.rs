//! An outside list of deaths as such lists come: with errors, strangers and gaps.

use jiff::civil::Date;

use crate::Plan;
use crate::days::days_later;
use crate::dice::{Dice, Stream};
use crate::numbers::{Holder, Slot};
use crate::person::{IdentityKind, MadeUpPerson, person};

/// What is wrong with a row; the truth a matcher is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeathError {
    None,
    /// Two neighbouring digits of the number changed places.
    SwappedDigits,
    /// The number is given in its old 15-digit form.
    FifteenDigits,
    /// A character of the name was replaced by one that sounds the same.
    Homophone,
    MissingNumber,
    /// The day of death is some days off.
    WrongDay,
    /// The dead person is not in the registry at all.
    Stranger,
}

/// One row of the list with the truth beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeathReport {
    pub name: String,
    pub identity: Option<String>,
    pub sex: crate::Sex,
    pub died_on: Date,
    /// Truth: the index of the person who died; none for a stranger.
    pub person: Option<u64>,
    /// Truth: what was done to the row.
    pub error: DeathError,
}

const ERRORS: &[(DeathError, u32)] = &[
    (DeathError::None, 68),
    (DeathError::SwappedDigits, 8),
    (DeathError::FifteenDigits, 7),
    (DeathError::Homophone, 8),
    (DeathError::MissingNumber, 6),
    (DeathError::WrongDay, 3),
];

const HOMOPHONES: &[(char, char)] = &[
    ('张', '章'),
    ('徐', '许'),
    ('吴', '武'),
    ('程', '成'),
    ('余', '俞'),
    ('沈', '审'),
    ('英', '瑛'),
    ('芳', '方'),
    ('珍', '真'),
    ('兰', '蓝'),
    ('国', '果'),
    ('建', '健'),
    ('华', '花'),
    ('平', '萍'),
    ('秀', '绣'),
    ('玉', '育'),
    ('明', '鸣'),
    ('志', '智'),
    ('永', '勇'),
    ('文', '雯'),
    ('林', '琳'),
    ('生', '声'),
    ('金', '今'),
    ('德', '得'),
    ('红', '虹'),
    ('丽', '莉'),
    ('军', '君'),
    ('伟', '韦'),
    ('清', '青'),
    ('荣', '容'),
];

/// The list: everybody of the plan who died, and one stranger for about twenty of them.
pub fn deaths(plan: &Plan) -> impl Iterator<Item = DeathReport> + use<> {
    let plan = *plan;
    (0..plan.people).filter_map(move |index| report(&plan, index))
}

fn report(plan: &Plan, index: u64) -> Option<DeathReport> {
    let dice = &mut Dice::new(plan.seed, Stream::Deaths, index);
    let known = person(plan, index);
    match known.died_on {
        Some(died_on) => Some(reported(dice, &known, died_on)),
        None if dice.happens(8) => Some(stranger(plan, dice, &known)),
        None => None,
    }
}

fn reported(dice: &mut Dice, known: &MadeUpPerson, died_on: Date) -> DeathReport {
    let mut row = DeathReport {
        name: known.name.clone(),
        identity: Some(known.identity.clone()),
        sex: known.sex,
        died_on,
        person: Some(known.index),
        error: DeathError::None,
    };
    let error = dice.weighted(ERRORS);
    let is_citizen = known.identity_kind == IdentityKind::Citizen;
    let spoiled = match error {
        DeathError::SwappedDigits if is_citizen => swap(dice, &mut row),
        DeathError::FifteenDigits if is_citizen && known.born_on.year() < 2000 => {
            row.identity = Some(format!("{}{}", &known.identity[..6], &known.identity[8..17]));
            true
        }
        DeathError::Homophone => sound_alike(&mut row),
        DeathError::MissingNumber => {
            row.identity = None;
            true
        }
        DeathError::WrongDay => {
            row.died_on = days_later(died_on, -dice.between(1, 9));
            true
        }
        _ => false,
    };
    if spoiled {
        row.error = error;
    }
    row
}

/// Swaps two unlike neighbours, if the place thrown has them.
fn swap(dice: &mut Dice, row: &mut DeathReport) -> bool {
    let Some(number) = &row.identity else {
        return false;
    };
    let mut letters: Vec<char> = number.chars().collect();
    let first = dice.between(6, 15) as usize;
    let Some(at) = (first..16).find(|&at| letters[at] != letters[at + 1]) else {
        return false;
    };
    letters.swap(at, at + 1);
    row.identity = Some(letters.into_iter().collect());
    true
}

fn sound_alike(row: &mut DeathReport) -> bool {
    let other = |letter: char| {
        HOMOPHONES.iter().find_map(|&(one, two)| match letter {
            _ if letter == one => Some(two),
            _ if letter == two => Some(one),
            _ => None,
        })
    };
    let mut done = false;
    let name = row.name.chars().map(|letter| match other(letter) {
        Some(alike) if !done => {
            done = true;
            alike
        }
        _ => letter,
    });
    row.name = name.collect();
    done
}

/// A namesake of someone in the registry, some of them born in the same year; the number is
/// nobody's.
fn stranger(plan: &Plan, dice: &mut Dice, namesake: &MadeUpPerson) -> DeathReport {
    let slot = Slot::new(plan, Holder::Stranger, namesake.index);
    let born = namesake.born_on.year() - dice.weighted(&[(0, 3), (3, 3), (11, 2), (-4, 2)]);
    let born_on = slot.birthday(born);
    DeathReport {
        name: namesake.name.clone(),
        identity: Some(slot.number(namesake.sex, born_on)),
        sex: namesake.sex,
        died_on: days_later(plan.today, -dice.between(1, 365)),
        person: None,
        error: DeathError::Stranger,
    }
}

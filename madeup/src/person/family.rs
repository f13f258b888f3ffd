//! Marriage, relatives, whom to call.

use super::life::Life;
use super::{Contact, Marital, Relation, Relative, Sex, Who};
use crate::days::age_on;
use crate::dice::{Dice, Stream};
use crate::numbers::{Holder, Line, Slot, mobile};
use crate::{Plan, codes, names};

pub(super) struct Family {
    pub marital: Marital,
    pub lonely: bool,
    pub lives_alone: bool,
    pub contacts: Vec<Contact>,
    pub relatives: Vec<Relative>,
}

/// Whether there is anybody nearer than nephews and neighbours.
#[derive(Debug, Clone, Copy)]
enum Kin {
    Near,
    Distant,
}

pub(super) fn family(plan: &Plan, index: u64, who: &Who, life: &Life) -> Family {
    let dice = &mut Dice::new(plan.seed, Stream::Family, index);
    let age = age_on(life.born_on, plan.today);
    let marital = dice.weighted(&marriages(age));
    let lonely = match marital {
        Marital::Unmarried => dice.happens(5_000),
        Marital::Widowed | Marital::Divorced => dice.happens(450),
        Marital::FirstMarriage | Marital::Remarried => false,
    };
    let lives_alone = match (lonely, marital.has_spouse()) {
        (true, _) => dice.happens(8_500),
        (false, false) => dice.happens(2_200),
        (false, true) => dice.happens(100),
    };
    let kin = if lonely { Kin::Distant } else { Kin::Near };
    let relatives = relatives(plan, index, who, life.born_on.year(), marital);
    let contacts = contacts(dice, index, who, &relatives, kin);
    Family { marital, lonely, lives_alone, contacts, relatives }
}

fn marriages(age: i64) -> [(Marital, u32); 5] {
    let [unmarried, first, again, widowed, divorced] = match age {
        ..60 => [2, 80, 6, 4, 8],
        60..70 => [2, 75, 5, 11, 7],
        70..80 => [1, 61, 4, 29, 5],
        80..90 => [1, 40, 2, 54, 3],
        _ => [1, 17, 1, 79, 2],
    };
    [
        (Marital::Unmarried, unmarried),
        (Marital::FirstMarriage, first),
        (Marital::Remarried, again),
        (Marital::Widowed, widowed),
        (Marital::Divorced, divorced),
    ]
}

fn relatives(plan: &Plan, index: u64, who: &Who, born: i16, marital: Marital) -> Vec<Relative> {
    let dice = &mut Dice::new(plan.seed, Stream::Relatives, index);
    let keeps_someone = dice.happens(100);
    let keeps_spouse = keeps_someone && dice.happens(4_000) && marital.has_spouse();
    let mut known = Vec::new();
    if marital.has_spouse() {
        let mut spouse = spouse(plan, dice, index, who, born);
        if keeps_spouse {
            spouse.is_dependant = true;
            spouse.work = "无职业";
        }
        known.push(spouse);
    }
    if keeps_someone && !keeps_spouse {
        known.push(dependant(plan, dice, index, who, born));
    }
    known
}

fn spouse(plan: &Plan, dice: &mut Dice, index: u64, who: &Who, born: i16) -> Relative {
    let sex = who.sex.other();
    let younger = match sex {
        Sex::Male => dice.between(-6, 2),
        Sex::Female => dice.between(-2, 6),
    };
    let year = (born + younger as i16).clamp(plan.today.year() - 100, plan.today.year() - 45);
    let slot = Slot::new(plan, Holder::Spouse, index);
    let born_on = slot.birthday(year);
    let retired = age_on(born_on, plan.today) >= 60 || dice.happens(5_000);
    let surname = names::surname(dice);
    Relative {
        name: names::full_name(dice, surname, sex, year),
        relation: Relation::Spouse,
        sex,
        born_on,
        identity: slot.number(sex, born_on),
        phone: Some(mobile(Line::Spouse, index)),
        work: if retired { "退休" } else { "在职" },
        health: dice.weighted(codes::HEALTH),
        is_dependant: false,
    }
}

/// A parent of the younger, a disabled grown-up child of the elder.
fn dependant(plan: &Plan, dice: &mut Dice, index: u64, who: &Who, born: i16) -> Relative {
    let sex = if dice.happens(5_000) { Sex::Female } else { Sex::Male };
    let oldest = plan.today.year() - 100;
    let has_parent = born - 20 > oldest && dice.happens(7_000);
    let (relation, year) = match (has_parent, sex) {
        (true, Sex::Male) => (Relation::Father, (born - 25).max(oldest)),
        (true, Sex::Female) => (Relation::Mother, (born - 22).max(oldest)),
        (false, Sex::Male) => (Relation::Son, born + 26),
        (false, Sex::Female) => (Relation::Daughter, born + 26),
    };
    let of_own_name = matches!(relation, Relation::Father) || who.sex == Sex::Male;
    let surname = if of_own_name && relation != Relation::Mother {
        who.surname
    } else {
        names::surname(dice)
    };
    let slot = Slot::new(plan, Holder::Dependant, index);
    let born_on = slot.birthday(year);
    Relative {
        name: names::full_name(dice, surname, sex, year),
        relation,
        sex,
        born_on,
        identity: slot.number(sex, born_on),
        phone: None,
        work: "无职业",
        health: dice.weighted(codes::HEALTH),
        is_dependant: true,
    }
}

fn contacts(
    dice: &mut Dice,
    index: u64,
    who: &Who,
    relatives: &[Relative],
    kin: Kin,
) -> Vec<Contact> {
    let n_contacts = dice.weighted(&[(0, 5), (1, 35), (2, 60)]);
    let lines = [Line::FirstContact, Line::SecondContact];
    let mut called = Vec::with_capacity(n_contacts);
    for line in lines.into_iter().take(n_contacts) {
        let spouse = relatives.iter().find(|relative| relative.relation == Relation::Spouse);
        let contact = match spouse {
            Some(spouse) if called.is_empty() && dice.happens(4_000) => Contact {
                name: spouse.name.clone(),
                relation: Relation::Spouse,
                phone: mobile(Line::Spouse, index),
            },
            _ => someone(dice, who, kin, mobile(line, index)),
        };
        called.push(contact);
    }
    called
}

fn someone(dice: &mut Dice, who: &Who, kin: Kin, phone: String) -> Contact {
    use Relation::{Daughter, Neighbour, NephewOrNiece, Sibling, Son};
    let relation = match kin {
        Kin::Distant => dice.weighted(&[(NephewOrNiece, 4), (Neighbour, 4), (Sibling, 2)]),
        Kin::Near => dice.weighted(&[(Son, 46), (Daughter, 44), (Sibling, 6), (Neighbour, 4)]),
    };
    let sex = match relation {
        Son => Sex::Male,
        Daughter => Sex::Female,
        _ if dice.happens(5_000) => Sex::Female,
        _ => Sex::Male,
    };
    let of_own_name = match relation {
        Son | Daughter => who.sex == Sex::Male,
        Sibling => true,
        _ => false,
    };
    let surname = if of_own_name { who.surname } else { names::surname(dice) };
    let born = if relation == Sibling { 1955 } else { 1978 };
    Contact { name: names::full_name(dice, surname, sex, born), relation, phone }
}

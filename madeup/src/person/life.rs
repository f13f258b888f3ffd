//! Birth, work, retirement, arrival at the station, death.

use jiff::civil::Date;

use super::{RetirementKind, Sex};
use crate::Plan;
use crate::days::{age_on, day, days_later, months_later, n_days_between, years_later};
use crate::dice::Dice;
use crate::numbers::Slot;

pub(super) struct Life {
    pub born_on: Date,
    pub began_work_on: Date,
    pub retirement: RetirementKind,
    pub retired_on: Date,
    pub pension_from: Date,
    pub taken_in_on: Date,
    pub died_on: Option<Date>,
}

/// First ages of five-year bands and their weights.
const WOMEN: &[(i64, u32)] = &[
    (50, 120),
    (55, 180),
    (60, 190),
    (65, 170),
    (70, 140),
    (75, 90),
    (80, 60),
    (85, 35),
    (90, 13),
    (95, 2),
];
const MEN: &[(i64, u32)] = &[
    (50, 5),
    (55, 30),
    (60, 265),
    (65, 250),
    (70, 180),
    (75, 125),
    (80, 80),
    (85, 45),
    (90, 17),
    (95, 3),
];

/// Before the founding of the People's Republic one had to be about 14 to work.
const YOUNGEST_PRE_FOUNDING: i16 = 1935;

pub(super) fn lived(plan: &Plan, dice: &mut Dice, sex: Sex, slot: &Slot) -> Life {
    let bands = match sex {
        Sex::Male => MEN,
        Sex::Female => WOMEN,
    };
    let age = dice.weighted(bands) + dice.between(0, 4);
    let this_year = plan.today.year() - age as i16;
    let birthday = slot.birthday(this_year);
    let had_birthday = age_on(birthday, plan.today) == age;
    let born_on = if had_birthday { birthday } else { slot.birthday(this_year - 1) };
    let pre_founding = born_on.year() <= YOUNGEST_PRE_FOUNDING && dice.happens(700);
    let (mut retirement, retired_on) = retired(plan, dice, sex, born_on);
    let mut began_work_on = days_later(years_later(born_on, dice.between(16, 21)), 30);
    if pre_founding {
        retirement = RetirementKind::PreFounding;
        began_work_on = days_later(day(1949, 9, 30), -dice.between(0, 300));
    }
    let died_on = died(plan, dice, age, retired_on);
    Life {
        born_on,
        began_work_on,
        retirement,
        retired_on,
        pension_from: months_later(retired_on.first_of_month(), 1),
        taken_in_on: taken_in(plan, dice, retired_on, died_on),
        died_on,
    }
}

/// Men retire at 60, women at 50 or 55, earlier in special trades, ill or injured.
fn retired(plan: &Plan, dice: &mut Dice, sex: Sex, born_on: Date) -> (RetirementKind, Date) {
    use RetirementKind::{Illness, Normal, SpecialTrade, WorkInjury};
    let age = age_on(born_on, plan.today);
    let thrown = dice.below(100);
    let (kind, years) = match (sex, age, thrown) {
        (Sex::Male, 60.., 0..85) => (Normal, 60),
        (Sex::Male, 55.., 0..94) => (SpecialTrade, 55),
        (Sex::Male, 55.., 94..95) => (WorkInjury, 55),
        (Sex::Male, ..) => (Illness, 50),
        (Sex::Female, 55.., 0..22) => (Normal, 55),
        (Sex::Female, _, 0..92) => (Normal, 50),
        (Sex::Female, _, 92..97) => (SpecialTrade, 45),
        (Sex::Female, ..) => (Illness, 45),
    };
    let at = years_later(born_on, years);
    if kind == Normal { delayed(plan, dice, at, years) } else { (kind, at) }
}

/// The gradual delay since 2025: a month for every four begun, or every two at the age of 50.
/// Whoever would still have to wait has left early: the flexible way at the old age, or five
/// years before from a special trade.
fn delayed(plan: &Plan, dice: &mut Dice, at: Date, years: i64) -> (RetirementKind, Date) {
    let n_months = (i64::from(at.year()) - 2025) * 12 + i64::from(at.month()) - 1;
    if n_months < 0 {
        return (RetirementKind::Normal, at);
    }
    let delay = match years {
        50 => (n_months / 2 + 1).min(60),
        _ => (n_months / 4 + 1).min(36),
    };
    let later = months_later(at, delay);
    if later <= plan.today {
        (RetirementKind::Normal, later)
    } else if dice.happens(4_000) {
        (RetirementKind::Flexible, at)
    } else {
        (RetirementKind::SpecialTrade, years_later(at, -5))
    }
}

fn died(plan: &Plan, dice: &mut Dice, age: i64, retired_on: Date) -> Option<Date> {
    let risk = match age {
        ..60 => 30,
        60..70 => 75,
        70..80 => 170,
        80..90 => 480,
        _ => 1_200,
    };
    let died_on = days_later(plan.today, -dice.between(1, 365));
    (dice.happens(risk) && died_on > retired_on).then_some(died_on)
}

/// Most came long ago; a few came in the last three months.
fn taken_in(plan: &Plan, dice: &mut Dice, retired_on: Date, died_on: Option<Date>) -> Date {
    let last_on = died_on.unwrap_or(plan.today);
    let first_on = retired_on.max(day(2010, 1, 1)).min(last_on);
    if died_on.is_none() && dice.happens(40) {
        return days_later(last_on, -dice.between(0, 89)).max(first_on);
    }
    let n_days = n_days_between(first_on, last_on);
    let handed_over_late = first_on.year() < 2018 && dice.happens(3_000);
    let within = match first_on > retired_on {
        true => 3_800,
        false if handed_over_late => 2_500,
        false => 60,
    };
    days_later(first_on, dice.between(0, n_days.min(within)))
}

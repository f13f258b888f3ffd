//! One made-up retiree, from plan and index alone.

mod family;
mod life;
mod marks;
mod types;

use jiff::civil::Date;

use crate::Plan;
use crate::addresses::{self, Address};
use crate::codes::{self, Coded, ETHNIC_GROUPS};
use crate::days::{age_on, days_later};
use crate::dice::{Dice, Stream};
use crate::enterprises::n_enterprises;
use crate::names;
use crate::numbers::{self, Holder, Line, Slot};
use crate::orgs::{n_groups, settle};

pub use types::{
    AwayKind, Contact, IdentityKind, Management, Marital, Mark, Relation, Relative, RetirementKind,
    Sex,
};

/// A made-up retiree. Money in fen, days civil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeUpPerson {
    pub index: u64,
    pub name: String,
    pub sex: Sex,
    pub born_on: Date,
    /// 档案出生日期; differs from `born_on` for about 3 in 100.
    pub archive_born_on: Date,
    pub identity: String,
    pub identity_kind: IdentityKind,
    /// GB/T 3304
    pub ethnic: Coded,
    /// GB/T 4762
    pub political: Coded,
    /// AAC011
    pub education: Coded,
    pub health: Coded,
    pub phone: Option<String>,
    pub landline: Option<String>,
    pub hukou: Address,
    pub residence: Address,
    pub away: AwayKind,
    pub marital: Marital,
    pub lives_alone: bool,
    /// 低保
    pub low_allowance: bool,
    /// The index of the former employer, see [`crate::enterprise`].
    pub enterprise: u32,
    pub post: &'static str,
    pub began_work_on: Date,
    pub retirement: RetirementKind,
    pub retired_on: Date,
    /// Monthly, in fen.
    pub pension_fen: i64,
    /// The first day of the first month with a pension.
    pub pension_from: Date,
    pub insurance_no: String,
    pub management: Management,
    /// Marks with the day each has held since.
    pub marks: Vec<(Mark, Date)>,
    pub contacts: Vec<Contact>,
    pub relatives: Vec<Relative>,
    pub hobby: &'static str,
    /// Empty for most.
    pub skill: &'static str,
    /// The index of the station, see [`crate::station_code`].
    pub station: u32,
    /// The self-managed group within the station, from 1.
    pub group: Option<u8>,
    pub taken_in_on: Date,
    pub died_on: Option<Date>,
}

impl MadeUpPerson {
    pub fn has(&self, mark: Mark) -> bool {
        self.marks.iter().any(|&(held, _)| held == mark)
    }

    /// The last day anything can happen to them: of death, or the plan's today.
    pub(crate) fn last_day(&self, plan: &Plan) -> Date {
        self.died_on.unwrap_or(plan.today)
    }
}

struct Who {
    name: String,
    surname: &'static str,
    sex: Sex,
    ethnic: Coded,
}

fn who(dice: &mut Dice, sex: Sex, born: i16) -> Who {
    let ethnic = dice.weighted(ETHNIC_GROUPS);
    let surname = names::surname(dice);
    let name = match ethnic.code {
        "05" | "17" => names::dotted_name(dice, sex),
        _ => names::full_name(dice, surname, sex, born),
    };
    Who { name, surname, sex, ethnic }
}

/// The person with this index.
pub fn person(plan: &Plan, index: u64) -> MadeUpPerson {
    let dice = &mut Dice::new(plan.seed, Stream::Person, index);
    let sex = if dice.happens(5_600) { Sex::Female } else { Sex::Male };
    let slot = Slot::new(plan, Holder::Retiree, index);
    let life = life::lived(plan, dice, sex, &slot);
    let who = who(dice, sex, life.born_on.year());
    let age = age_on(life.born_on, plan.today);
    let family = family::family(plan, index, &who, &life);
    let home = home(plan, index);
    let document = if dice.happens(5) {
        (format!("ZZ{index:07}"), IdentityKind::Passport)
    } else {
        (slot.number(sex, life.born_on), IdentityKind::Citizen)
    };
    let education = dice.weighted(education_of(life.born_on.year()));
    MadeUpPerson {
        index,
        name: who.name,
        sex,
        archive_born_on: archive_day(dice, life.born_on),
        identity: document.0,
        identity_kind: document.1,
        ethnic: who.ethnic,
        political: dice.weighted(codes::POLITICAL),
        health: dice.weighted(codes::HEALTH),
        phone: (age < 80 || dice.happens(7_500)).then(|| numbers::mobile(Line::Own, index)),
        landline: dice.happens(2_500).then(|| numbers::landline(index)),
        hukou: home.hukou,
        residence: home.residence,
        away: home.away,
        marital: family.marital,
        lives_alone: family.lives_alone,
        low_allowance: dice.happens(80),
        enterprise: dice.below(n_enterprises(plan)) as u32,
        post: dice.weighted(codes::POSTS),
        began_work_on: life.began_work_on,
        retirement: life.retirement,
        retired_on: life.retired_on,
        pension_fen: pension(dice, education),
        education,
        pension_from: life.pension_from,
        insurance_no: numbers::insurance_number(index),
        management: dice.weighted(MANAGEMENT),
        marks: marks::marks(plan, dice, &life, &family),
        contacts: family.contacts,
        relatives: family.relatives,
        hobby: dice.weighted(codes::HOBBIES),
        skill: dice.weighted(codes::SKILLS),
        station: home.station as u32,
        group: home.group,
        born_on: life.born_on,
        taken_in_on: life.taken_in_on,
        died_on: life.died_on,
    }
}

/// Everybody of the plan, one at a time.
pub fn people(plan: &Plan) -> impl Iterator<Item = MadeUpPerson> + use<> {
    let plan = *plan;
    (0..plan.people).map(move |index| person(&plan, index))
}

const MANAGEMENT: &[(Management, u32)] = &[
    (Management::Community, 90),
    (Management::Agency, 4),
    (Management::Enterprise, 5),
    (Management::Other, 1),
];

const AWAY: &[(AwayKind, u32)] = &[
    (AwayKind::Here, 92),
    (AwayKind::SameProvince, 4),
    (AwayKind::OtherProvince, 3),
    (AwayKind::Abroad, 1),
];

fn education_of(born: i16) -> &'static [(Coded, u32)] {
    if born < 1955 { codes::EDUCATION_ELDER } else { codes::EDUCATION_YOUNGER }
}

struct Home {
    station: u64,
    group: Option<u8>,
    away: AwayKind,
    hukou: Address,
    residence: Address,
}

fn home(plan: &Plan, index: u64) -> Home {
    let dice = &mut Dice::new(plan.seed, Stream::Home, index);
    let station = settle(plan, dice);
    let away = dice.weighted(AWAY);
    let residence = addresses::away(plan, dice, away, station);
    let at_home = away == AwayKind::Here && dice.happens(7_000);
    let hukou = match at_home {
        true => residence.clone(),
        false => addresses::near_station(plan, dice, station),
    };
    let in_a_group = dice.happens(6_000);
    let nth = dice.below(n_groups(plan, station)) as u8 + 1;
    Home { station, group: in_a_group.then_some(nth), away, hukou, residence }
}

/// What the personnel file says: usually the same day, sometimes a year or some months off.
fn archive_day(dice: &mut Dice, born_on: Date) -> Date {
    match dice.below(1_000) {
        0..15 => days_later(born_on, 365 * dice.between(1, 2)),
        15..25 => days_later(born_on, -dice.between(20, 60)),
        25..30 => days_later(born_on, dice.between(1, 30)),
        _ => born_on,
    }
}

/// A monthly pension in fen, between 1,800 and 7,400 yuan.
fn pension(dice: &mut Dice, education: Coded) -> i64 {
    let three: u64 = (0..3).map(|_| dice.below(120_000)).sum();
    let schooled = match education.code {
        "21" | "31" => dice.below(200_000),
        _ => 0,
    };
    (180_000 + three + schooled) as i64
}

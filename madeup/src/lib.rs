//! 虚构数据：示范、试用与压力测试所用的机构、企业、退休人员及其往来记录。
//!
//! Everything is computed from a [`Plan`] and an index alone, so a million people never sit in
//! memory and the same seed gives the same data on any machine. No I/O, no clock, no floats.
//! No real person can be hit: identity numbers begin with a region prefix that was never
//! assigned ([`REGION_PREFIX`]), mobile numbers with a range that was never assigned
//! ([`MOBILE_PREFIX`]), landlines with an area code that does not exist ([`LANDLINE_PREFIX`]).

mod addresses;
mod codes;
mod days;
mod deaths;
mod dice;
mod enterprises;
mod given_names;
mod history;
mod names;
mod numbers;
mod orgs;
mod person;
mod roster;

use jiff::civil::Date;

pub use addresses::Address;
pub use codes::{Coded, ETHNIC_GROUPS};
pub use deaths::{DeathError, DeathReport, deaths};
pub use enterprises::{MadeUpEnterprise, Ownership, enterprise, enterprises, n_enterprises};
pub use history::{CertifiedBy, EventKind, MadeUpEvent, VisitWay, history, history_of};
pub use numbers::{
    LANDLINE_PREFIX, MOBILE_PREFIX, REGION_PREFIX, credit_code_check, identity_check,
};
pub use orgs::{MadeUpOrg, OrgKind, OrgLevel, n_stations, orgs, station_code, station_name};
pub use person::{
    AwayKind, Contact, IdentityKind, MadeUpPerson, Management, Marital, Mark, Relation, Relative,
    RetirementKind, Sex, people, person,
};
pub use roster::{roster_columns, roster_row};

/// Written wherever a reader might take the data for real.
pub const MADE_UP: &str = "虚构数据";

/// The most people a plan can hold with distinct telephone and insurance numbers.
pub const MOST_PEOPLE: u64 = 10_000_000;

/// What is to be made up: how many people, from which seed, seen on which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub people: u64,
    pub seed: u64,
    /// The day on which the data is looked at: nothing happens after it.
    pub today: Date,
}

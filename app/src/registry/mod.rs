//! 人员库：退休人员及其亲属，身份、住址、在何处接受服务；街道的库、社区的册和卡都是它的视图。
//!
//! Owns: `persons`, `tallies`, `marks`, `relatives`, `health_notes`, `changes`, `moves`,
//! `endings`.
//! Uses: `orgs`.
//!
//! It keeps rows and decides what is a valid person; the acts that raise facts (entering, moving,
//! marking, a death) are done by the rooms above, in one act with the facts.

pub mod codes;
pub mod endings;
mod entry;
pub mod health;
pub mod history;
pub mod learned;
mod likeness;
pub mod linking;
pub mod marks;
pub mod moves;
pub mod placing;
pub mod recode;
pub mod relatives;
pub mod rolls;
pub mod rosters;
pub mod store;
mod write;

use jiff::civil::Date;
use kernel::{Problem, Reader, Scope};

pub use entry::{Checked, NewPerson, by_document, check, judge_name, tidy_name};
pub use history::{Change, Difference, FIELDS, changes, differences, keep_history};
pub use likeness::{Alike, Likeness, likenesses};
pub use write::{
    NewMark, Place, TAKEN, identity_index, insert, insertion, last4_index, mark_insertion,
    phone_key, tally, update,
};

/// Whether a code of the political status (GB/T 4762) is that of a member of the party.
#[must_use]
pub fn is_party_member(political: &str) -> bool {
    matches!(political, "01" | "02")
}

/// Whether a form of management (see [`codes::MANAGEMENT`]) is another than the basic one.
#[must_use]
pub fn is_transitional(management: &str) -> bool {
    !matches!(management, "" | "1")
}

/// A retiree, with the sensitive columns opened. Never show them unmasked without a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: i64,
    pub version: i64,
    /// Division code and number of the station that serves the retiree.
    pub org: String,
    pub station: i64,
    /// `active`, `dead` or `left`.
    pub status: String,
    pub name: String,
    /// `resident`, `hkmotw`, `foreign`, `passport` or `other`.
    pub id_kind: String,
    pub id_number: String,
    /// The 15-digit number that the archive holds, if that is how it came.
    pub id_former: String,
    /// By the document, and by the archive when that says otherwise.
    pub born_on: Option<Date>,
    pub archive_born_on: Option<Date>,
    /// GB/T 2261.1: `1` male, `2` female, `9` not said.
    pub sex: String,
    /// GB/T 3304.
    pub ethnic: String,
    pub political: String,
    pub education: String,
    /// AAC017.
    pub marital: String,
    pub phone: String,
    pub phone2: String,
    pub hukou_address: String,
    pub address: String,
    /// `here`, `in_province`, `other_province` or `abroad`.
    pub away: String,
    pub away_place: String,
    pub enterprise: Option<i64>,
    pub enterprise_name: String,
    /// AIC161.
    pub retirement_kind: String,
    pub retired_on: Option<Date>,
    pub pension_fen: Option<i64>,
    pub pension_from: Option<Date>,
    pub insurance_no: String,
    /// AAE146: `1` 社区管理, `2` 社保机构管理, `3` 依托企业管理, `9` 其他.
    pub management: String,
    pub taken_in_on: Date,
    pub died_on: Option<Date>,
    pub left_on: Option<Date>,
    pub last_contact_on: Option<Date>,
    pub evidence_on: Option<Date>,
    /// Columns of an imported roster that have no place of their own: a JSON object.
    pub extra: String,
}

/// What duties need to know of a person who is held for writing.
#[derive(Clone, Debug)]
pub struct Held {
    pub id: i64,
    pub born_on: Option<Date>,
    pub station: i64,
    pub org: String,
    pub status: String,
}

/// The retiree with this number inside a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Person, Problem> {
    store::find(reader, scope, id).await?.ok_or(Problem::NotFound)
}

//! 机构：市、区、街道、社区站、自管小组的树及其沿革；企业是外部单位。
//!
//! Owns: `orgs`, `org_history`, `enterprises`. Uses: nothing.

pub mod store;

use jiff::civil::Date;
use kernel::{Act, Problem, Reader, Scope};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    pub id: i64,
    /// Statistical division code cut to its level: 4, 6, 9, 12 digits, or 12 with `-01`.
    pub code: String,
    pub kind: String,
    pub level: String,
    pub parent: Option<i64>,
    pub name: String,
    pub opened_on: Date,
    pub closed_on: Option<Date>,
    pub version: i64,
}

/// An organisation to be opened.
#[derive(Clone, Debug)]
pub struct NewOrg {
    pub code: String,
    pub kind: String,
    pub level: String,
    pub parent: Option<i64>,
    pub name: String,
}

/// The open organisation with this number inside a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside: the two look the same.
pub async fn find(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Org, Problem> {
    let org = store::find(reader, id).await?;
    org.filter(|org| scope.covers(&org.code)).ok_or(Problem::NotFound)
}

/// The open station with this number inside a scope: where retirees are taken in.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside.
pub async fn station(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Org, Problem> {
    let org = find(reader, scope, id).await?;
    if org.kind == "station" && org.closed_on.is_none() { Ok(org) } else { Err(Problem::NotFound) }
}

/// Opens an organisation inside an act.
///
/// # Errors
/// Field problems when the code does not fit the level or the parent, or is taken.
pub async fn open(act: &mut Act, new: &NewOrg, on: Date) -> Result<i64, Problem> {
    let level = crate::codes::level_of(&new.code);
    let fits = new.code.chars().all(|c| c.is_ascii_digit() || c == '-');
    if !fits || level != Some(new.level.as_str()) {
        let sentence = "代码位数与层级不符：市 4 位、区 6 位、街道 9 位、社区 12 位";
        return Err(Problem::field("code", sentence));
    }
    if new.name.is_empty() || new.name.chars().count() > 100 {
        return Err(Problem::field("name", "请填写机构名称，最多 100 个字"));
    }
    if store::taken(act, &new.code, &new.kind).await? {
        return Err(Problem::field("code", "这个代码已有同类机构，请核对"));
    }
    Ok(store::insert(act, new, on).await?)
}

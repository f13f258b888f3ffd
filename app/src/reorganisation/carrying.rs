//! People carried to another station by an act of their superior.

use kernel::{Act, Problem};
use rules::facts::{Across, FactKind};

use crate::duties::{self, News};
use crate::orgs::Org;
use crate::policies::Laws;
use crate::registry::{self, Difference, moves};

/// Where the facts of a reorganisation come from.
pub const SOURCE: &str = "reorganisation";

/// From where people are carried, and whither.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    pub from: &'a Org,
    pub to: &'a Org,
}

/// What was carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    Retiree,
    Records,
}

/// Carries somebody: the marks, the counts, what is owed and the figures of the month follow, as
/// when the receiver accepts a move. Of those who died or left only the
/// records go.
///
/// # Errors
/// [`Problem::Stale`] when the person is no longer at the station.
pub async fn carry(
    act: &mut Act,
    laws: &Laws,
    way: Way<'_>,
    person: i64,
) -> Result<Carried, Problem> {
    let scope = kernel::Scope::below(&way.from.code);
    let known = registry::store::find(act, &scope, person).await?;
    let person = known.filter(|one| one.station == way.from.id).ok_or(Problem::Stale)?;
    let to = (way.to.id, way.to.code.as_str());
    let is_active = person.status == "active";
    let carried = match is_active {
        true => moves::carry(act, &person, to).await?,
        false => moves::carry_record(act, &person, to).await?,
    };
    if !carried {
        return Err(Problem::Stale);
    }
    let difference =
        Difference { field: "station", before: way.from.name.clone(), after: way.to.name.clone() };
    registry::keep_history(act, person.id, SOURCE, &[difference]).await?;
    if is_active {
        let kind = FactKind::Moved { station: way.to.id, across: Across::Reorganised };
        let news = [News { kind, on: act.day() }];
        duties::note(act, laws, person.id, SOURCE, &news).await?;
    } else {
        duties::settle_one(act, laws, person.id).await?;
    }
    Ok(if is_active { Carried::Retiree } else { Carried::Records })
}

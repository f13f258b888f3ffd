//! Organisations and enterprises of the made-up city.

use std::collections::BTreeMap;

use kernel::{Actor, Db, Problem};
use madeup::{OrgKind, Plan};

use crate::orgs::enterprises::{SameName, Typed};
use crate::orgs::{self, NewOrg, Org};
use crate::{codes, deeds};

/// Where people live and worked.
pub struct Places {
    /// Stations by code.
    pub stations: BTreeMap<String, Org>,
    /// Number and name of each enterprise, by its index in the plan.
    pub enterprises: Vec<(i64, String)>,
}

/// Opens everything on the day of the database's clock.
pub async fn open(db: &Db, operator: &Actor, plan: &Plan) -> Result<Places, Problem> {
    let today = db.clock().today();
    let mut act = db.begin(operator.permit(deeds::ORGS_CHANGE)?, today).await?;
    let mut known: BTreeMap<String, i64> = BTreeMap::new();
    for org in madeup::orgs(plan) {
        let kind = match org.kind {
            OrgKind::RetireeOffice => "office",
            OrgKind::Agency => "agency",
            OrgKind::Administration => "administration",
            OrgKind::Street => "center",
            OrgKind::Station => "station",
            OrgKind::Group => "group",
        };
        let new = NewOrg {
            level: codes::level_of(&org.code).unwrap_or_default().to_owned(),
            kind: kind.to_owned(),
            parent: org.parent.and_then(|parent| known.get(&parent).copied()),
            name: org.name,
            code: org.code.clone(),
        };
        let id = orgs::open(&mut act, &new, today).await?;
        known.insert(org.code, id);
    }
    let mut enterprises = Vec::new();
    for one in madeup::enterprises(plan) {
        let typed = Typed::new(&one.name, &one.credit_code, SameName::IsAnother);
        let id = orgs::enterprises::store::insert(&mut act, &typed).await?;
        let known = orgs::enterprises::find(&mut act, id).await?;
        if !one.still_exists {
            orgs::enterprises::store::close(&mut act, &known).await?;
        }
        enterprises.push((id, known.name));
    }
    act.commit("orgs", "").await?;
    let mut stations = BTreeMap::new();
    for org in orgs::store::below(&mut db.clone(), &operator.scope(), "station").await? {
        stations.insert(org.code.clone(), org);
    }
    Ok(Places { stations, enterprises })
}

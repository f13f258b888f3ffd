//! Lists of visits, and of what is still to be visited.

use jiff::civil::Date;
use kernel::{Db, DbError, Scope, q};
use rules::duties::Rule;
use rules::facts::{FactKind, Way};

use crate::visits::store::visit;
use crate::visits::{HOUSEHOLD, Visit};

/// Which visits a ledger shows.
#[derive(Clone, Debug)]
pub struct Filter {
    pub scope: Scope,
    pub from: Date,
    pub to: Date,
    /// Codes; empty for all.
    pub way: String,
    pub outcome: String,
    /// The id of a rule whose duties were settled; empty for all.
    pub rule: String,
}

impl Filter {
    fn settled(&self) -> String {
        if self.rule.is_empty() { "%".to_owned() } else { format!("%,{},%", self.rule) }
    }
}

/// Where a page of the ledger begins: after this day and number, going back in time.
pub type Cursor = (String, i64);

/// The first page begins after this.
#[must_use]
pub fn beginning() -> Cursor {
    ("9999-12-31".to_owned(), i64::MAX)
}

/// Visits, the latest first; at most `n`.
///
/// # Errors
/// Whatever the engine says.
pub async fn page(
    db: &Db,
    filter: &Filter,
    (after_day, after_id): &Cursor,
    n: i64,
) -> Result<Vec<Visit>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT v.id, v.person, p.name, v.about, v.org, v.way, v.outcome, v.on_day,
                    v.entered_on, v.visitor, v.findings, NULL, NULL, v.settled, v.fact,
                    v.facts, v.void_reason, v.version, v.act
             FROM visits v JOIN persons p ON p.id = v.person
             WHERE v.org >= $1 AND v.org < $2 AND v.on_day >= $3 AND v.on_day <= $4
               AND ($5 = '' OR v.way = $5) AND ($6 = '' OR v.outcome = $6)
               AND v.settled LIKE $7 AND (v.on_day, v.id) < ($8, $9)
             ORDER BY v.on_day DESC, v.id DESC LIMIT $10",
            filter.scope.from(),
            filter.scope.to(),
            filter.from,
            filter.to,
            &filter.way,
            &filter.outcome,
            filter.settled(),
            after_day,
            *after_id,
            n
        ))
        .await?;
    rows.iter().map(|row| visit(row, db.vault())).collect()
}

/// How many valid visits of each way and outcome a filter holds.
///
/// # Errors
/// Whatever the engine says.
pub async fn totals(db: &Db, filter: &Filter) -> Result<Vec<(String, String, i64)>, DbError> {
    let rows = db
        .rows_long(q!(
            "SELECT way, outcome, COUNT(*) FROM visits
             WHERE org >= $1 AND org < $2 AND on_day >= $3 AND on_day <= $4
               AND ($5 = '' OR way = $5) AND ($6 = '' OR outcome = $6)
               AND settled LIKE $7 AND void_reason IS NULL
             GROUP BY way, outcome ORDER BY way, outcome LIMIT 50",
            filter.scope.from(),
            filter.scope.to(),
            filter.from,
            filter.to,
            &filter.way,
            &filter.outcome,
            filter.settled()
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Somebody to be visited, and why.
#[derive(Clone, Debug)]
pub struct ToVisit {
    pub person: i64,
    pub about: i64,
    pub name: String,
    pub away: String,
    pub phone: String,
    pub address: String,
    /// The duties that a home visit settles, the most urgent first, with their due days.
    pub reasons: Vec<(Rule, Date)>,
    /// Number of the most urgent duty.
    pub duty: i64,
}

/// The bound of one station's list.
pub const N_PEOPLE: usize = 1000;

/// Whom a home visit would serve: people of a station with duties due by a day, in the order of
/// those days.
///
/// # Errors
/// Whatever the engine says.
pub async fn to_visit(db: &Db, station: &str, due_by: Date) -> Result<Vec<ToVisit>, DbError> {
    let scope = Scope::below(station);
    let rows = db
        .rows(q!(
            "SELECT d.person, d.about, p.name, p.away, p.phone, p.address, d.rule, d.due_on, d.id,
                    p.died_on
             FROM duties d JOIN persons p ON p.id = d.person
             WHERE d.state = 'open' AND d.org >= $1 AND d.org < $2 AND d.due_on <= $3
             ORDER BY d.due_on, d.id LIMIT 4000",
            scope.from(),
            scope.to(),
            due_by
        ))
        .await?;
    let mut people: Vec<ToVisit> = Vec::new();
    for row in &rows {
        let (person, about): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (code, due_on): (String, Date) = (row.get(6)?, row.get(7)?);
        let Some(rule) = Rule::from_id(&code).filter(|rule| by_visit(*rule, about)) else {
            continue;
        };
        // What is owed to somebody who has died is owed to the family.
        let died_on: Option<Date> = row.get(9)?;
        let about = if about == 0 && died_on.is_some() { HOUSEHOLD } else { about };
        let known = people.iter_mut().find(|one| one.person == person && one.about == about);
        if let Some(known) = known {
            known.reasons.push((rule, due_on));
            continue;
        }
        if people.len() == N_PEOPLE {
            break;
        }
        let open = |column: &str, at: usize| -> Result<String, DbError> {
            let sealed: Option<Vec<u8>> = row.get(at)?;
            sealed.map_or_else(|| Ok(String::new()), |sealed| db.vault().open(column, &sealed))
        };
        people.push(ToVisit {
            person,
            about,
            name: row.get(2)?,
            away: row.get(3)?,
            phone: open("persons.phone", 4)?,
            address: open("persons.address", 5)?,
            reasons: vec![(rule, due_on)],
            duty: row.get(8)?,
        });
    }
    Ok(people)
}

/// Whether a visit at home settles it.
fn by_visit(rule: Rule, about: i64) -> bool {
    let way = Way::Home;
    rule.settled_by(FactKind::Contacted { way, about }, about)
}

/// Who may be among [`to_visit`] of a station: people with open duties, one line a station.
///
/// # Errors
/// Whatever the engine says.
pub async fn stations(db: &Db, scope: &Scope) -> Result<Vec<(String, String)>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT code, name FROM orgs
             WHERE code >= $1 AND code < $2 AND kind = 'station' AND closed_on IS NULL
             ORDER BY code, id LIMIT 2000",
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Organisations by code, for the names of a page's rows.
///
/// # Errors
/// Whatever the engine says.
pub async fn org_names(db: &Db, scope: &Scope, n: i64) -> Result<Vec<(String, String)>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT code, name FROM orgs
             WHERE code >= $1 AND code < $2 AND kind IN ('office', 'center', 'station')
               AND closed_on IS NULL
             ORDER BY LENGTH(code), code, id LIMIT $3",
            scope.from(),
            scope.to(),
            n
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

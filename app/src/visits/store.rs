//! The rows of visits.

pub mod entrustments;
pub mod lists;

use kernel::{Act, DbError, Reader, Row, Scope, q};
use rules::duties::Duty;

use super::{Report, Visit};
use crate::registry::Person;

/// A visit to be stored.
pub struct NewVisit<'a> {
    pub id: i64,
    /// The numbers of the facts it raised; the first is the visit itself.
    pub facts: &'a [i64],
    pub person: &'a Person,
    pub report: &'a Report,
    pub settled: &'a [Duty],
    pub account: i64,
}

/// A relative who is followed like a retiree.
#[derive(Clone, Debug)]
pub struct Dependant {
    pub id: i64,
    pub name: String,
    pub relation: String,
}

/// Ids of rules between commas, with one at either end, so that `LIKE '%,id,%'` finds one.
fn settled_text(settled: &[Duty]) -> String {
    let mut ids: Vec<&str> = settled.iter().map(|duty| duty.rule.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return String::new();
    }
    format!(",{},", ids.join(","))
}

fn numbers_text(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    ids.join(",")
}

fn numbers(text: &str) -> Vec<i64> {
    text.split(',').filter_map(|id| id.parse().ok()).collect()
}

fn sealed(act: &Act, column: &str, text: &str) -> Result<Option<Vec<u8>>, DbError> {
    let is_there = !text.is_empty();
    is_there.then(|| act.vault().seal(column, text)).transpose()
}

pub async fn insert(act: &mut Act, new: &NewVisit<'_>) -> Result<(), DbError> {
    let report = new.report;
    let insert = q!(
        "INSERT INTO visits (id, person, about, org, station, way, outcome, on_day, entered_on,
                             paper, visitor, account, findings, need, note, settled, fact, facts,
                             act, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18, $19, 1)",
        new.id,
        new.person.id,
        report.about,
        &new.person.org,
        new.person.station,
        report.way.code(),
        report.outcome.code(),
        report.on,
        act.day(),
        i64::from(report.on < act.day()),
        &report.visitor,
        new.account,
        report.findings_text(),
        sealed(act, "visits.need", &report.need)?,
        sealed(act, "visits.note", &report.note)?,
        settled_text(new.settled),
        new.facts.first().copied().unwrap_or_default(),
        numbers_text(new.facts),
        act.id()
    );
    act.put(vec![insert]).await
}

pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Visit>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT v.id, v.person, p.name, v.about, v.org, v.way, v.outcome, v.on_day,
                    v.entered_on, v.visitor, v.findings, v.need, v.note, v.settled, v.fact,
                    v.facts, v.void_reason, v.version, v.act
             FROM visits v JOIN persons p ON p.id = v.person
             WHERE v.id = $1 AND v.org >= $2 AND v.org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| visit(&row, reader.keys())).transpose()
}

/// Whether a visit of this day and way is there already.
pub async fn has_same(
    reader: &mut impl Reader,
    person: i64,
    report: &Report,
) -> Result<bool, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id FROM visits WHERE person = $1 AND on_day = $2 AND way = $3 AND about = $4
               AND void_reason IS NULL ORDER BY id LIMIT 1",
            person,
            report.on,
            report.way.code(),
            report.about
        ))
        .await?;
    Ok(row.is_some())
}

/// The visits that an act entered.
pub async fn of_act(reader: &mut impl Reader, act: i64) -> Result<Vec<Visit>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT v.id, v.person, p.name, v.about, v.org, v.way, v.outcome, v.on_day,
                    v.entered_on, v.visitor, v.findings, v.need, v.note, v.settled, v.fact,
                    v.facts, v.void_reason, v.version, v.act
             FROM facts f JOIN visits v ON v.fact = f.id JOIN persons p ON p.id = v.person
             WHERE f.act = $1 ORDER BY v.id",
            act
        ))
        .await?;
    rows.iter().map(|row| visit(row, reader.keys())).collect()
}

/// Reads a row of the columns of [`find`], in that order.
pub fn visit(row: &Row, keys: &kernel::vault::Vault) -> Result<Visit, DbError> {
    let open = |column: &str, at: usize| -> Result<String, DbError> {
        let sealed: Option<Vec<u8>> = row.get(at)?;
        sealed.map_or_else(|| Ok(String::new()), |sealed| keys.open(column, &sealed))
    };
    Ok(Visit {
        id: row.get(0)?,
        person: row.get(1)?,
        person_name: row.get(2)?,
        about: row.get(3)?,
        org: row.get(4)?,
        way: row.get(5)?,
        outcome: row.get(6)?,
        on: row.get(7)?,
        entered_on: row.get(8)?,
        visitor: row.get(9)?,
        findings: row.get(10)?,
        need: open("visits.need", 11)?,
        note: open("visits.note", 12)?,
        settled: row.get(13)?,
        fact: row.get(14)?,
        facts: numbers(&row.get::<String>(15)?),
        void_reason: row.get(16)?,
        version: row.get(17)?,
        act: row.get(18)?,
    })
}

/// Marks a visit void; answers whether it was there in that version and stood.
pub async fn void(act: &mut Act, (id, version): (i64, i64), reason: &str) -> Result<bool, DbError> {
    let void = q!(
        "UPDATE visits SET void_reason = $3, voided_act = $4, version = version + 1
         WHERE id = $1 AND version = $2 AND void_reason IS NULL",
        id,
        version,
        reason,
        act.id()
    );
    Ok(act.run(void).await? == 1)
}

/// Relatives who are followed like retirees.
pub async fn dependants(reader: &mut impl Reader, person: i64) -> Result<Vec<Dependant>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, name, relation FROM relatives
             WHERE person = $1 AND dependant_since IS NOT NULL AND dependant_until IS NULL
               AND ended_on IS NULL
             ORDER BY id LIMIT 50",
            person
        ))
        .await?;
    rows.iter()
        .map(|row| Ok(Dependant { id: row.get(0)?, name: row.get(1)?, relation: row.get(2)? }))
        .collect()
}

//! Many people at a time: what is stored of them beside what follows from their facts.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Db, DbError, Problem, Reader, Row, q};
use rules::duties::{Duty, State, Subject, arising};
use rules::facts::Fact;

use super::{Key, Stored, key, no_law, store};
use crate::policies::Laws;
use crate::registry::Held;

/// A person with everything that duties rest on, and the duties that are stored.
#[derive(Clone, Debug)]
pub struct One {
    pub held: Held,
    pub facts: Vec<Fact>,
    /// With the code of the organisation at which each is counted.
    pub stored: Vec<(Stored, String)>,
}

/// The code of every station by its number, and whether it is closed.
pub type Codes = BTreeMap<i64, (String, bool)>;

/// Where what is stored and what follows from the facts part company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It follows, and is not stored.
    Missing(Duty),
    /// It is stored, and does not follow.
    Extra(Stored),
    /// It is stored otherwise than it follows.
    Changed { stored: Stored, derived: Duty },
    /// It is counted at another organisation.
    Misplaced { stored: Stored, org: String },
}

/// The codes of all stations.
///
/// # Errors
/// Whatever the database says.
pub async fn codes(db: &Db) -> Result<Codes, DbError> {
    let rows = db
        .rows(q!("SELECT id, code, closed_on FROM orgs
             WHERE kind = 'station' ORDER BY id LIMIT 100000"))
        .await?;
    let known =
        |row: &Row| Ok((row.get(0)?, (row.get(1)?, row.get::<Option<String>>(2)?.is_some())));
    rows.iter().map(known).collect()
}

/// The next people by number, with their facts and duties; empty when there are no more.
/// Read beside the pages; somebody may write meanwhile.
///
/// # Errors
/// Whatever the database says.
pub async fn batch(db: &Db, after: i64, n_people: i64) -> Result<Vec<One>, DbError> {
    read(&mut Beside(db.clone()), after, n_people).await
}

/// Reads on the lane of long statements.
struct Beside(Db);

impl Reader for Beside {
    async fn ask(&mut self, query: kernel::Query) -> Result<Vec<Row>, DbError> {
        self.0.rows_long(query).await
    }

    async fn ask_all(&mut self, queries: Vec<kernel::Query>) -> Result<Vec<Vec<Row>>, DbError> {
        self.0.batch_long(queries).await
    }

    fn keys(&self) -> &kernel::vault::Vault {
        self.0.vault()
    }
}

async fn read(reader: &mut impl Reader, after: i64, n_people: i64) -> Result<Vec<One>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, born_on, station, org, status FROM persons
             WHERE id > $1 ORDER BY id LIMIT $2",
            after,
            n_people
        ))
        .await?;
    let mut people = rows.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let Some(last) = people.last().map(|one| one.held.id) else {
        return Ok(people);
    };
    let facts = reader
        .ask(q!(
            "SELECT id, on_day, entered_on, kind, reference, detail, person FROM facts
             WHERE person > $1 AND person <= $2 AND voided_by IS NULL
             ORDER BY person, on_day, id",
            after,
            last
        ))
        .await?;
    share(&mut people, &facts, 6, |one, row| {
        one.facts.push(store::fact(row)?);
        Ok(())
    })?;
    let duties = reader
        .ask(q!(
            "SELECT id, rule, version, period, about, owner, station, opens_on, due_on, closes_on,
                    estimated, cause, state, ended_on, entered_on, ended_by, late, org, person
             FROM duties WHERE person > $1 AND person <= $2 ORDER BY person, due_on, id",
            after,
            last
        ))
        .await?;
    share(&mut people, &duties, 18, |one, row| {
        one.stored.push((store::stored(row)?, row.get(17)?));
        Ok(())
    })?;
    Ok(people)
}

/// The next people of one station by number, with their facts and without what is stored of
/// their duties; empty when there are no more. Read beside the pages.
///
/// # Errors
/// Whatever the database says.
pub async fn at_station(
    db: &Db,
    station: &str,
    after: i64,
    n_people: i64,
) -> Result<Vec<One>, DbError> {
    let rows = db
        .rows_long(q!(
            "SELECT id, born_on, station, org, status FROM persons
             WHERE org = $1 AND id > $2 ORDER BY id LIMIT $3",
            station,
            after,
            n_people
        ))
        .await?;
    let mut people = rows.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let Some(last) = people.last().map(|one| one.held.id) else {
        return Ok(people);
    };
    let facts = db
        .rows_long(q!(
            "SELECT f.id, f.on_day, f.entered_on, f.kind, f.reference, f.detail, f.person
             FROM persons p JOIN facts f ON f.person = p.id
             WHERE p.org = $1 AND p.id > $2 AND p.id <= $3 AND f.voided_by IS NULL
             ORDER BY f.person, f.on_day, f.id",
            station,
            after,
            last
        ))
        .await?;
    share(&mut people, &facts, 6, |one, row| {
        one.facts.push(store::fact(row)?);
        Ok(())
    })?;
    Ok(people)
}

fn one(row: &Row) -> Result<One, DbError> {
    Ok(One {
        held: Held {
            id: row.get(0)?,
            born_on: row.get(1)?,
            station: row.get(2)?,
            org: row.get(3)?,
            status: row.get(4)?,
        },
        facts: Vec::new(),
        stored: Vec::new(),
    })
}

/// Gives every row to its person; both are in the order of the persons' numbers.
fn share(
    people: &mut [One],
    rows: &[Row],
    person_at: usize,
    mut give: impl FnMut(&mut One, &Row) -> Result<(), DbError>,
) -> Result<(), DbError> {
    let mut at = 0;
    for row in rows {
        let person: i64 = row.get(person_at)?;
        while people.get(at).is_some_and(|one| one.held.id < person) {
            at += 1;
        }
        // A row of somebody who is not in the batch was written after the people were read.
        if let Some(one) = people.get_mut(at).filter(|one| one.held.id == person) {
            give(one, row)?;
        }
    }
    Ok(())
}

impl One {
    /// Everything that follows from the facts on a day.
    ///
    /// # Errors
    /// A refusal when the day is one without law.
    pub fn derived(&self, laws: &Laws, day: Date) -> Result<Vec<Duty>, Problem> {
        let subject = Subject { born_on: self.held.born_on, facts: &self.facts };
        let mut owed = Vec::new();
        arising(&subject, laws.terms(&self.held.org), day, &mut owed).map_err(no_law)?;
        Ok(owed)
    }

    /// Where what is stored differs from what follows.
    ///
    /// # Errors
    /// As [`One::derived`].
    pub fn differences(
        &self,
        laws: &Laws,
        codes: &Codes,
        day: Date,
    ) -> Result<Vec<Difference>, Problem> {
        let mut stored: BTreeMap<Key, &(Stored, String)> =
            self.stored.iter().map(|pair| (key(&pair.0.duty), pair)).collect();
        let mut found = Vec::new();
        for derived in self.derived(laws, day)? {
            match stored.remove(&key(&derived)) {
                None => found.push(Difference::Missing(derived)),
                Some((before, _)) if before.duty != derived => {
                    found.push(Difference::Changed { stored: *before, derived })
                }
                Some((before, org)) => {
                    let counted_at = self.org_of(codes, &derived);
                    if org != counted_at {
                        found.push(Difference::Misplaced {
                            stored: *before,
                            org: counted_at.to_owned(),
                        });
                    }
                }
            }
        }
        found.extend(stored.values().map(|(extra, _)| Difference::Extra(*extra)));
        Ok(found)
    }

    /// The code of the organisation at which a duty of this person is counted: the station that
    /// owed it. What a closed station leaves open is for the one that keeps the records now.
    #[must_use]
    pub fn org_of<'a>(&'a self, codes: &'a Codes, duty: &Duty) -> &'a str {
        match codes.get(&duty.station) {
            Some((code, false)) if duty.station != self.held.station => code,
            Some((code, true)) if duty.state != State::Open => code,
            _ => &self.held.org,
        }
    }
}

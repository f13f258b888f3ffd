//! The rows of people who are being handed over: sealed as they came, until a station takes them
//! in and the registry keeps them.

use jiff::civil::Date;
use kernel::{Act, DbError, Problem, Query, Reader, Row, q};
use serde::{Deserialize, Serialize};

use super::findings;
use crate::names;
use crate::registry::relatives::NewRelative;
use crate::registry::{Checked, NewPerson, identity_index};

/// What is sealed: the person as the enterprise hands them over, and whom to call for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handed {
    pub person: NewPerson,
    pub contact: Option<NewRelative>,
}

/// Somebody who is being handed over.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: i64,
    pub batch: i64,
    /// Division code of the station that is to take them in, or empty.
    pub target: String,
    pub name: String,
    pub pinyin: String,
    pub handed: Handed,
    /// Codes of [`findings`], parted by spaces.
    pub findings: String,
    /// `ok`, or empty: the registration form was not looked at.
    pub form: String,
    /// `in`, `none` (there is none, with a reason) or empty: it was not looked at.
    pub file: String,
    pub pages_said: Option<i64>,
    pub pages_found: Option<i64>,
    /// See [`super::STATES`].
    pub state: String,
    pub reason: String,
    pub slip: Option<i64>,
    /// Their number in the registry, once a station has taken them in.
    pub person: Option<i64>,
    pub entered_on: Date,
    pub changed_on: Date,
    pub version: i64,
}

/// Somebody to be put into a batch.
#[derive(Clone, Debug)]
pub struct Incoming<'a> {
    pub checked: &'a Checked,
    pub contact: Option<&'a NewRelative>,
    pub target: &'a str,
    pub pages_said: Option<i64>,
}

/// What is known of the people of a batch, by their blind index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: i64,
    pub state: String,
    pub handed: Handed,
    pub target: String,
    pub pages_said: Option<i64>,
    pub version: i64,
}

fn candidate(row: &Row, keys: &kernel::vault::Vault) -> Result<Candidate, DbError> {
    Ok(Candidate {
        id: row.get(0)?,
        batch: row.get(1)?,
        target: row.get(2)?,
        name: row.get(3)?,
        pinyin: row.get(4)?,
        handed: open(keys, &row.get::<Vec<u8>>(5)?)?,
        findings: row.get(6)?,
        form: row.get(7)?,
        file: row.get(8)?,
        pages_said: row.get(9)?,
        pages_found: row.get(10)?,
        state: row.get(11)?,
        reason: row.get(12)?,
        slip: row.get(13)?,
        person: row.get(14)?,
        entered_on: row.get(15)?,
        changed_on: row.get(16)?,
        version: row.get(17)?,
    })
}

const COLUMN: &str = "handover_people.sealed";

fn open(keys: &kernel::vault::Vault, sealed: &[u8]) -> Result<Handed, DbError> {
    let text = keys.open(COLUMN, sealed)?;
    serde_json::from_str(&text).map_err(|cause| DbError::Shape(cause.to_string()))
}

fn seal(keys: &kernel::vault::Vault, handed: &Handed) -> Result<Vec<u8>, DbError> {
    let text = serde_json::to_string(handed).map_err(|cause| DbError::Shape(cause.to_string()))?;
    keys.seal(COLUMN, &text)
}

/// Somebody of a batch.
pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Option<Candidate>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, batch, target, name, pinyin, sealed, findings, form, file, pages_said,
                    pages_found, state, reason, slip, person, entered_on, changed_on, version
             FROM handover_people WHERE id = $1",
            id
        ))
        .await?;
    row.map(|row| candidate(&row, reader.keys())).transpose()
}

/// People of a batch in one state (all when it is empty), by name, after a place.
pub async fn page(
    reader: &mut impl Reader,
    (batch, state): (i64, &str),
    ((pinyin, id), n): ((&str, i64), i64),
) -> Result<Vec<Candidate>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, batch, target, name, pinyin, sealed, findings, form, file, pages_said,
                    pages_found, state, reason, slip, person, entered_on, changed_on, version
             FROM handover_people
             WHERE batch = $1 AND ($2 = '' OR state = $2) AND (pinyin, id) > ($3, $4)
             ORDER BY pinyin, id LIMIT $5",
            batch,
            state,
            pinyin,
            id,
            n
        ))
        .await?;
    rows.iter().map(|row| candidate(row, reader.keys())).collect()
}

/// People of a batch who were sent into a scope, in one state (all when it is empty), by name,
/// after a place.
pub async fn page_below(
    reader: &mut impl Reader,
    (batch, state): (i64, &str),
    scope: &kernel::Scope,
    ((pinyin, id), n): ((&str, i64), i64),
) -> Result<Vec<Candidate>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, batch, target, name, pinyin, sealed, findings, form, file, pages_said,
                    pages_found, state, reason, slip, person, entered_on, changed_on, version
             FROM handover_people
             WHERE batch = $1 AND ($2 = '' OR state = $2)
               AND state IN ('to_street', 'at_street', 'to_station', 'accepted')
               AND target >= $3 AND target < $4 AND (pinyin, id) > ($5, $6)
             ORDER BY pinyin, id LIMIT $7",
            batch,
            state,
            scope.from(),
            scope.to(),
            pinyin,
            id,
            n
        ))
        .await?;
    rows.iter().map(|row| candidate(row, reader.keys())).collect()
}

/// People of a slip, by name, after a place.
pub async fn of_slip(
    reader: &mut impl Reader,
    slip: i64,
    ((pinyin, id), n): ((&str, i64), i64),
) -> Result<Vec<Candidate>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, batch, target, name, pinyin, sealed, findings, form, file, pages_said,
                    pages_found, state, reason, slip, person, entered_on, changed_on, version
             FROM handover_people WHERE slip = $1 AND (pinyin, id) > ($2, $3)
             ORDER BY pinyin, id LIMIT $4",
            slip,
            pinyin,
            id,
            n
        ))
        .await?;
    rows.iter().map(|row| candidate(row, reader.keys())).collect()
}

/// For each number what a batch knows of it.
pub async fn known(
    reader: &mut impl Reader,
    batch: i64,
    numbers: &[&str],
) -> Result<Vec<Option<Known>>, DbError> {
    let keys = reader.keys();
    let one = |number: &&str| {
        q!(
            "SELECT id, state, sealed, target, pages_said, version FROM handover_people
             WHERE batch = $1 AND id_index = $2",
            batch,
            identity_index(keys, number)
        )
    };
    let queries = numbers.iter().map(one).collect();
    let answers = reader.ask_all(queries).await?;
    let keys = reader.keys();
    let read = |row: &Row| {
        Ok(Known {
            id: row.get(0)?,
            state: row.get(1)?,
            handed: open(keys, &row.get::<Vec<u8>>(2)?)?,
            target: row.get(3)?,
            pages_said: row.get(4)?,
            version: row.get(5)?,
        })
    };
    answers.iter().map(|rows| rows.first().map(read).transpose()).collect()
}

/// The insertion of somebody into a batch.
pub fn insertion(
    act: &Act,
    (batch, id): (i64, i64),
    one: &Incoming<'_>,
    found: &str,
) -> Result<Query, DbError> {
    let new = one.checked.fields();
    let handed = Handed { person: new.clone(), contact: one.contact.cloned() };
    let number = (!new.id_number.is_empty()).then_some(new.id_number.as_str());
    Ok(q!(
        "INSERT INTO handover_people (id, batch, target, name, pinyin, id_index, sealed, political,
             findings, form, file, pages_said, state, reason, entered_on, changed_on, act,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', $10, 'listed', '', $11, $11, $12,
             1)",
        id,
        batch,
        one.target,
        &new.name,
        names::person(&new.name).pinyin,
        number.map(|number| identity_index(act.vault(), number)),
        seal(act.vault(), &handed)?,
        &new.political,
        found,
        one.pages_said,
        act.day(),
        act.id()
    ))
}

/// How many people that an act put into batches wait there as they came.
pub async fn n_untouched(act: &mut Act, done_by: i64) -> Result<i64, DbError> {
    let count = q!(
        "SELECT COUNT(*) FROM handover_people
         WHERE act = $1 AND version = 1 AND state = 'listed'",
        done_by
    );
    act.row(count).await?.map_or(Ok(0), |row| row.get(0))
}

/// Takes those whom an act put into batches out again. Answers how many.
pub async fn take_out(act: &mut Act, done_by: i64) -> Result<u64, DbError> {
    let delete = q!(
        "DELETE FROM handover_people WHERE act = $1 AND version = 1 AND state = 'listed'",
        done_by
    );
    act.run(delete).await
}

/// What is known of somebody replaces what was; they wait for review again.
pub fn replacement(
    act: &Act,
    (id, version): (i64, i64),
    one: &Incoming<'_>,
    found: &str,
) -> Result<Query, DbError> {
    let new = one.checked.fields();
    let handed = Handed { person: new.clone(), contact: one.contact.cloned() };
    let number = (!new.id_number.is_empty()).then_some(new.id_number.as_str());
    Ok(q!(
        "UPDATE handover_people SET target = $3, name = $4, pinyin = $5, id_index = $6,
                sealed = $7, political = $8, findings = $9, pages_said = $10, state = 'listed',
                reason = '', changed_on = $11, version = version + 1
         WHERE id = $1 AND version = $2 AND state IN ('listed', 'returned')",
        id,
        version,
        one.target,
        &new.name,
        names::person(&new.name).pinyin,
        number.map(|number| identity_index(act.vault(), number)),
        seal(act.vault(), &handed)?,
        &new.political,
        found,
        one.pages_said,
        act.day()
    ))
}

/// What is to be looked at in people before they are put into a batch: in the order given.
///
/// # Errors
/// Whatever the engine says.
pub async fn found(
    reader: &mut impl Reader,
    (org, batch): (&str, i64),
    people: &[&Checked],
) -> Result<Vec<String>, Problem> {
    let numbers: Vec<&str> =
        people.iter().map(|checked| checked.fields().id_number.as_str()).collect();
    let keys = reader.keys();
    let (from, to) = (org.to_owned(), kernel::Scope::below(org).to());
    let elsewhere = |number: &&str| {
        q!(
            "SELECT h.id FROM handover_people h JOIN handover_batches b ON b.id = h.batch
             WHERE h.id_index = $1 AND h.batch <> $2 AND h.state <> 'withdrawn'
               AND h.state <> 'accepted' AND b.org >= $3 AND b.org < $4 ORDER BY h.id LIMIT 1",
            identity_index(keys, number),
            batch,
            &from,
            &to
        )
    };
    let queries = numbers.iter().map(elsewhere).collect();
    let others = reader.ask_all(queries).await?;
    let registered = crate::registry::rosters::by_numbers(reader, &numbers).await?;
    let rows = people.iter().zip(others).zip(registered);
    let of = |((checked, others), person): ((&&Checked, Vec<Row>), Option<_>)| {
        findings::of(checked.fields(), (person.as_ref(), !others.is_empty()))
    };
    Ok(rows.map(of).collect())
}

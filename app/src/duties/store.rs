//! The rows of facts and duties.

use jiff::civil::Date;
use kernel::{Act, DbError, Query, Reader, Row, Value, q};
use rules::duties::{Certainty, Duty, Level, Rule, State, Timeliness};
use rules::facts::{Fact, FactKind};

use super::Stored;
use crate::registry::Held;

/// The facts of a person that still hold, by day and number.
pub async fn facts(reader: &mut impl Reader, person: i64) -> Result<Vec<Fact>, DbError> {
    let rows = reader.ask(facts_query(person)).await?;
    rows.iter().map(fact).collect()
}

/// The statement of [`facts`], to be asked together with others; [`fact`] reads its rows.
pub fn facts_query(person: i64) -> Query {
    q!(
        "SELECT id, on_day, entered_on, kind, reference, detail FROM facts
         WHERE person = $1 AND voided_by IS NULL ORDER BY on_day, id",
        person
    )
}

/// The facts of a person that an act wrote down and that still hold.
pub async fn facts_of_act(
    reader: &mut impl Reader,
    person: i64,
    act: i64,
) -> Result<Vec<Fact>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, on_day, entered_on, kind, reference, detail FROM facts
             WHERE person = $1 AND act = $2 AND voided_by IS NULL ORDER BY on_day, id LIMIT 1000",
            person,
            act
        ))
        .await?;
    rows.iter().map(fact).collect()
}

/// A person was never taken in: the facts stay, void, and nothing is owed.
pub async fn forget(act: &mut Act, person: i64) -> Result<(), DbError> {
    let void = q!(
        "UPDATE facts SET voided_by = $2 WHERE person = $1 AND voided_by IS NULL",
        person,
        act.id()
    );
    act.put(vec![void, q!("DELETE FROM duties WHERE person = $1", person)]).await
}

/// As [`facts`], each with its source; a thousand at most.
pub async fn sourced_facts(
    reader: &mut impl Reader,
    person: i64,
) -> Result<Vec<(Fact, String)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, on_day, entered_on, kind, reference, detail, source FROM facts
             WHERE person = $1 AND voided_by IS NULL ORDER BY on_day, id LIMIT 1000",
            person
        ))
        .await?;
    rows.iter().map(|row| Ok((fact(row)?, row.get(6)?))).collect()
}

/// Reads `id, on_day, entered_on, kind, reference, detail`.
pub fn fact(row: &Row) -> Result<Fact, DbError> {
    let (kind, reference, detail) = (text(row, 3)?, row.get(4)?, text(row, 5)?);
    let kind = FactKind::decode(kind, reference, detail)
        .map_err(|cause| DbError::Shape(cause.to_string()))?;
    Ok(Fact { id: row.get(0)?, on: row.get(1)?, entered_on: row.get(2)?, kind })
}

pub async fn insert_fact(
    act: &mut Act,
    person: i64,
    source: &str,
    fact: &Fact,
) -> Result<(), DbError> {
    let insert = fact_insertion(act.id(), person, source, fact);
    act.put(vec![insert]).await
}

/// The statement that stores a fact under an act.
pub fn fact_insertion(act: i64, person: i64, source: &str, fact: &Fact) -> Query {
    let (kind, reference, detail) = fact.kind.encode();
    q!(
        "INSERT INTO facts (id, person, kind, reference, detail, on_day, entered_on, source, act)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        fact.id,
        person,
        kind,
        reference,
        detail,
        fact.on,
        fact.entered_on,
        source,
        act
    )
}

pub async fn void_fact(act: &mut Act, person: i64, fact: i64) -> Result<(), DbError> {
    let void = q!(
        "UPDATE facts SET voided_by = $3 WHERE id = $1 AND person = $2 AND voided_by IS NULL",
        fact,
        person,
        act.id()
    );
    act.put(vec![void]).await
}

/// Every duty of a person, whatever its state.
pub async fn of_person(reader: &mut impl Reader, person: i64) -> Result<Vec<Stored>, DbError> {
    let rows = reader.ask(of_person_query(person)).await?;
    rows.iter().map(stored).collect()
}

/// The statement of [`of_person`], to be asked together with others; [`stored`] reads its rows.
pub fn of_person_query(person: i64) -> Query {
    q!(
        "SELECT id, rule, version, period, about, owner, station, opens_on, due_on, closes_on,
                estimated, cause, state, ended_on, entered_on, ended_by, late
         FROM duties WHERE person = $1 ORDER BY due_on, id",
        person
    )
}

/// Reads the columns of [`of_person`], in that order.
pub fn stored(row: &Row) -> Result<Stored, DbError> {
    let bad = |what: &str| DbError::Shape(format!("a duty with {what}"));
    let (rule, owner) = (text(row, 1)?, text(row, 5)?);
    let certainty =
        if row.get::<i64>(10)? == 0 { Certainty::Certain } else { Certainty::Estimated };
    let duty = Duty {
        rule: Rule::from_id(rule).ok_or_else(|| bad(rule))?,
        version: row.get(2)?,
        period: row.get(3)?,
        about: row.get(4)?,
        owner: Level::from_code(owner).ok_or_else(|| bad(owner))?,
        station: row.get(6)?,
        opens_on: row.get(7)?,
        due_on: row.get(8)?,
        closes_on: row.get(9)?,
        certainty,
        cause: row.get(11)?,
        state: state(row)?,
    };
    Ok(Stored { id: row.get(0)?, duty })
}

/// The text of a column, where it stands: a sweep reads tens of millions.
fn text(row: &Row, at: usize) -> Result<&str, DbError> {
    match row.0.get(at) {
        Some(Value::Text(text)) => Ok(text),
        other => Err(DbError::Shape(format!("column {at} holds {other:?}"))),
    }
}

fn state(row: &Row) -> Result<State, DbError> {
    let ended_on = || row.get::<Date>(13);
    let timeliness = if row.get::<i64>(16)? == 0 { Timeliness::OnTime } else { Timeliness::Late };
    Ok(match text(row, 12)? {
        "open" => State::Open,
        "settled" => State::Settled {
            on: ended_on()?,
            entered_on: row.get(14)?,
            by: row.get(15)?,
            timeliness,
        },
        "missed" => State::Missed { on: ended_on()? },
        "lapsed" => State::Lapsed { on: ended_on()?, by: row.get(15)? },
        other => return Err(DbError::Shape(format!("a duty in state {other}"))),
    })
}

/// The columns in which a state is stored.
struct Ended {
    state: &'static str,
    on: Option<Date>,
    entered_on: Option<Date>,
    by: Option<i64>,
    late: i64,
}

fn ended(state: State) -> Ended {
    let open = Ended { state: "open", on: None, entered_on: None, by: None, late: 0 };
    match state {
        State::Open => open,
        State::Settled { on, entered_on, by, timeliness } => Ended {
            state: "settled",
            on: Some(on),
            entered_on: Some(entered_on),
            by: Some(by),
            late: i64::from(timeliness == Timeliness::Late),
        },
        State::Missed { on } => Ended { state: "missed", on: Some(on), late: 1, ..open },
        State::Lapsed { on, by } => Ended { state: "lapsed", on: Some(on), by: Some(by), ..open },
    }
}

/// The statement that stores a new duty. `org` is the code of the station it is counted at.
pub fn insertion(id: i64, person: i64, org: &str, duty: &Duty) -> Query {
    let ended = ended(duty.state);
    q!(
        "INSERT INTO duties (id, person, rule, version, period, about, owner, org, station,
                             opens_on, due_on, closes_on, estimated, cause, state, ended_on,
                             entered_on, ended_by, late)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18, $19)",
        id,
        person,
        duty.rule.id(),
        duty.version,
        duty.period,
        duty.about,
        duty.owner.code(),
        org,
        duty.station,
        duty.opens_on,
        duty.due_on,
        duty.closes_on,
        i64::from(duty.certainty == Certainty::Estimated),
        duty.cause,
        ended.state,
        ended.on,
        ended.entered_on,
        ended.by,
        ended.late
    )
}

pub async fn insert(act: &mut Act, held: &Held, duty: &Duty) -> Result<(), DbError> {
    let org = code_of(act, held, duty).await?;
    let id = act.new_id()?;
    act.put(vec![insertion(id, held.id, &org, duty)]).await
}

pub async fn update(act: &mut Act, held: &Held, id: i64, duty: &Duty) -> Result<(), DbError> {
    let org = code_of(act, held, duty).await?;
    let ended = ended(duty.state);
    let update = q!(
        "UPDATE duties SET owner = $2, org = $3, station = $4, opens_on = $5, due_on = $6,
                closes_on = $7, estimated = $8, cause = $9, state = $10, ended_on = $11,
                entered_on = $12, ended_by = $13, late = $14
         WHERE id = $1",
        id,
        duty.owner.code(),
        org,
        duty.station,
        duty.opens_on,
        duty.due_on,
        duty.closes_on,
        i64::from(duty.certainty == Certainty::Estimated),
        duty.cause,
        ended.state,
        ended.on,
        ended.entered_on,
        ended.by,
        ended.late
    );
    act.put(vec![update]).await
}

/// Deletes every duty.
pub async fn clear(act: &mut Act) -> Result<(), DbError> {
    act.put(vec![q!("DELETE FROM duties")]).await
}

pub async fn remove(act: &mut Act, id: i64) -> Result<(), DbError> {
    act.put(vec![q!("DELETE FROM duties WHERE id = $1", id)]).await
}

/// Counts every duty of a person at the station that it names, by the code of today.
pub async fn place(act: &mut Act, held: &Held) -> Result<(), DbError> {
    let place = q!(
        "UPDATE duties SET org = (SELECT CASE WHEN duties.state = 'open' AND s.closed_on IS NOT NULL
                                         THEN $2 ELSE s.code END
                                  FROM orgs s WHERE s.id = duties.station)
         WHERE person = $1
           AND org <> (SELECT CASE WHEN duties.state = 'open' AND s.closed_on IS NOT NULL
                                   THEN $2 ELSE s.code END
                       FROM orgs s WHERE s.id = duties.station)",
        held.id,
        &held.org
    );
    act.put(vec![place]).await
}

/// The code of the station at which a duty is counted; mostly the one that serves the person.
async fn code_of(act: &mut Act, held: &Held, duty: &Duty) -> Result<String, DbError> {
    if duty.station == held.station {
        return Ok(held.org.clone());
    }
    let is_open = i64::from(duty.state == State::Open);
    let station = q!(
        "SELECT code FROM orgs WHERE id = $1 AND (closed_on IS NULL OR CAST($2 AS BIGINT) = 0)",
        duty.station,
        is_open
    );
    let row = act.row(station).await?;
    row.map_or_else(|| Ok(held.org.clone()), |row| row.get(0))
}

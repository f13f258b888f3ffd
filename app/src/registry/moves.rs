//! The rows of moves between stations.

use jiff::civil::Date;
use kernel::{Act, DbError, Reader, Row, Scope, q};

use super::{Person, tally};

/// A move that was proposed, with what the receiver needs to decide.
#[derive(Clone, Debug)]
pub struct Move {
    pub id: i64,
    pub person: i64,
    pub person_name: String,
    /// Division code of the station that serves the retiree now.
    pub person_org: String,
    pub from_station: i64,
    pub from_org: String,
    pub from_name: String,
    pub to_station: i64,
    pub to_org: String,
    pub to_name: String,
    /// `proposed`, `accepted`, `refused` or `withdrawn`.
    pub state: String,
    pub reason: String,
    pub proposed_on: Date,
    pub proposed_by: String,
    pub decided_on: Option<Date>,
    pub decided_by: String,
    pub answer: String,
    pub version: i64,
    pub id_number: String,
    pub phone: String,
    pub address: String,
    pub born_on: Option<Date>,
}

/// From which side moves are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Giving,
    Receiving,
}

/// A station to which somebody may be moved, with the body above it.
#[derive(Clone, Debug)]
pub struct Target {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub above: String,
}

/// What is proposed.
#[derive(Clone, Copy, Debug)]
pub struct NewMove<'a> {
    pub id: i64,
    pub person: &'a Person,
    pub to_station: i64,
    pub to_org: &'a str,
    pub reason: &'a str,
}

pub async fn insert(act: &mut Act, new: &NewMove<'_>) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO moves (id, person, from_station, from_org, to_station, to_org, state, reason,
                            proposed_on, proposed_by, answer, version)
         VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7, $8, $9, '', 1)",
        new.id,
        new.person.id,
        new.person.station,
        &new.person.org,
        new.to_station,
        new.to_org,
        new.reason,
        act.day(),
        act.permit().who()
    );
    act.put(vec![insert]).await
}

/// The number of somebody's move that waits for an answer.
pub async fn waiting(reader: &mut impl Reader, person: i64) -> Result<Option<i64>, DbError> {
    let found = q!("SELECT id FROM moves WHERE person = $1 AND state = 'proposed'", person);
    let row = reader.ask_one(found).await?;
    row.map(|row| row.get(0)).transpose()
}

/// The move with this number, seen from either side.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Move>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT m.id, m.person, p.name, p.org, m.from_station, m.from_org, f.name,
                    m.to_station, m.to_org, t.name, m.state, m.reason, m.proposed_on,
                    m.proposed_by, m.decided_on, m.decided_by, m.answer, m.version, p.id_number,
                    p.phone, p.address, p.born_on
             FROM moves m JOIN persons p ON p.id = m.person
                  JOIN orgs f ON f.id = m.from_station JOIN orgs t ON t.id = m.to_station
             WHERE m.id = $1 AND ((m.from_org >= $2 AND m.from_org < $3)
                                  OR (m.to_org >= $2 AND m.to_org < $3))",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| one(&row, reader.keys())).transpose()
}

/// The newest moves to a station that wait for its answer.
pub async fn waiting_for(
    reader: &mut impl Reader,
    org: &str,
    n: i64,
) -> Result<Vec<Move>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT m.id, m.person, p.name, p.org, m.from_station, m.from_org, f.name,
                    m.to_station, m.to_org, t.name, m.state, m.reason, m.proposed_on,
                    m.proposed_by, m.decided_on, m.decided_by, m.answer, m.version, p.id_number,
                    p.phone, p.address, p.born_on
             FROM moves m JOIN persons p ON p.id = m.person
                  JOIN orgs f ON f.id = m.from_station JOIN orgs t ON t.id = m.to_station
             WHERE m.to_org = $1 AND m.state = 'proposed' ORDER BY m.id DESC LIMIT $2",
            org,
            n
        ))
        .await?;
    rows.iter().map(|row| one(row, reader.keys())).collect()
}

/// Moves from or to a place, the newest first, before the number `before`.
pub async fn page(
    reader: &mut impl Reader,
    (scope, side): (&Scope, Side),
    state: &str,
    (before, n): (i64, i64),
) -> Result<Vec<Move>, DbError> {
    let receiving = i64::from(side == Side::Receiving);
    let rows = reader
        .ask(q!(
            "SELECT m.id, m.person, p.name, p.org, m.from_station, m.from_org, f.name,
                    m.to_station, m.to_org, t.name, m.state, m.reason, m.proposed_on,
                    m.proposed_by, m.decided_on, m.decided_by, m.answer, m.version, p.id_number,
                    p.phone, p.address, p.born_on
             FROM moves m JOIN persons p ON p.id = m.person
                  JOIN orgs f ON f.id = m.from_station JOIN orgs t ON t.id = m.to_station
             WHERE ((CAST($3 AS BIGINT) = 0 AND m.from_org >= $1 AND m.from_org < $2)
                    OR (CAST($3 AS BIGINT) = 1 AND m.to_org >= $1 AND m.to_org < $2))
               AND ($4 = '' OR m.state = $4) AND m.id < $5
             ORDER BY m.id DESC LIMIT $6",
            scope.from(),
            scope.to(),
            receiving,
            state,
            before,
            n
        ))
        .await?;
    rows.iter().map(|row| one(row, reader.keys())).collect()
}

fn one(row: &Row, keys: &kernel::vault::Vault) -> Result<Move, DbError> {
    let open = |column: &str, at: usize| -> Result<String, DbError> {
        let sealed: Option<Vec<u8>> = row.get(at)?;
        sealed.map_or_else(|| Ok(String::new()), |sealed| keys.open(column, &sealed))
    };
    Ok(Move {
        id: row.get(0)?,
        person: row.get(1)?,
        person_name: row.get(2)?,
        person_org: row.get(3)?,
        from_station: row.get(4)?,
        from_org: row.get(5)?,
        from_name: row.get(6)?,
        to_station: row.get(7)?,
        to_org: row.get(8)?,
        to_name: row.get(9)?,
        state: row.get(10)?,
        reason: row.get(11)?,
        proposed_on: row.get(12)?,
        proposed_by: row.get(13)?,
        decided_on: row.get(14)?,
        decided_by: row.get::<Option<String>>(15)?.unwrap_or_default(),
        answer: row.get(16)?,
        version: row.get(17)?,
        id_number: open("persons.id_number", 18)?,
        phone: open("persons.phone", 19)?,
        address: open("persons.address", 20)?,
        born_on: row.get(21)?,
    })
}

/// Decides a move that waits; answers whether it did still, as it was read.
pub async fn decide(
    act: &mut Act,
    (id, version): (i64, i64),
    state: &str,
    answer: &str,
) -> Result<bool, DbError> {
    let decide = q!(
        "UPDATE moves SET version = version + 1, state = $3, answer = $4, decided_on = $5,
             decided_by = $6
         WHERE id = $1 AND version = $2 AND state = 'proposed'",
        id,
        version,
        state,
        answer,
        act.day(),
        act.permit().who()
    );
    Ok(act.run(decide).await? == 1)
}

/// Withdraws what waits for somebody who is no longer under management.
pub async fn withdraw_open(act: &mut Act, person: i64, answer: &str) -> Result<(), DbError> {
    let withdraw = q!(
        "UPDATE moves SET version = version + 1, state = 'withdrawn', answer = $2,
             decided_on = $3, decided_by = $4
         WHERE person = $1 AND state = 'proposed'",
        person,
        answer,
        act.day(),
        act.permit().who()
    );
    act.put(vec![withdraw]).await
}

/// Carries a retiree and the marks to another station; answers whether the person is still as it
/// was read.
pub async fn carry(
    act: &mut Act,
    person: &Person,
    (station, org): (i64, &str),
) -> Result<bool, DbError> {
    let carry = q!(
        "UPDATE persons SET version = version + 1, station = $3, org = $4
         WHERE id = $1 AND version = $2 AND status = 'active'",
        person.id,
        person.version,
        station,
        org
    );
    if act.run(carry).await? == 0 {
        return Ok(false);
    }
    let marks = q!("UPDATE marks SET org = $2 WHERE person = $1", person.id, org);
    act.put(vec![marks, tally(&person.org, -1), tally(org, 1)]).await?;
    Ok(true)
}

/// Carries the records of somebody who is no longer under management; answers whether the person
/// is still as it was read.
pub async fn carry_record(
    act: &mut Act,
    person: &Person,
    (station, org): (i64, &str),
) -> Result<bool, DbError> {
    let carry = q!(
        "UPDATE persons SET version = version + 1, station = $3, org = $4
         WHERE id = $1 AND version = $2 AND status <> 'active'",
        person.id,
        person.version,
        station,
        org
    );
    if act.run(carry).await? == 0 {
        return Ok(false);
    }
    act.put(vec![q!("UPDATE marks SET org = $2 WHERE person = $1", person.id, org)]).await?;
    Ok(true)
}

/// Moves that wait for one station wait for another one now; those between the two are over.
pub async fn redirect(
    act: &mut Act,
    from: i64,
    (station, org): (i64, &str),
    answer: &str,
) -> Result<(), DbError> {
    let over = q!(
        "UPDATE moves SET version = version + 1, state = 'withdrawn', answer = $3,
             decided_on = $4, decided_by = $5
         WHERE state = 'proposed' AND ((from_station = $1 AND to_station = $2)
                                       OR (from_station = $2 AND to_station = $1))",
        from,
        station,
        answer,
        act.day(),
        act.permit().who()
    );
    let leading_here = q!(
        "UPDATE moves SET version = version + 1, to_station = $2, to_org = $3
         WHERE state = 'proposed' AND to_station = $1",
        from,
        station,
        org
    );
    let leading_away = q!(
        "UPDATE moves SET version = version + 1, from_station = $2, from_org = $3
         WHERE state = 'proposed' AND from_station = $1",
        from,
        station,
        org
    );
    act.put(vec![over, leading_here, leading_away]).await
}

/// How many moves wait that lead from or to a station.
pub async fn n_waiting(reader: &mut impl Reader, station: i64) -> Result<i64, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT COUNT(*) FROM moves
             WHERE state = 'proposed' AND (from_station = $1 OR to_station = $1)",
            station
        ))
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Open stations whose name, code or superior fits what was typed, in the whole city.
pub async fn targets(reader: &mut impl Reader, typed: &str) -> Result<Vec<Target>, DbError> {
    let plain: String = typed.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    let rows = reader
        .ask(q!(
            "SELECT s.id, s.code, s.name, a.name FROM orgs s LEFT JOIN orgs a ON a.id = s.parent
             WHERE s.kind = 'station' AND s.closed_on IS NULL
               AND (s.name LIKE $1 OR a.name LIKE $1 OR s.code LIKE $2)
             ORDER BY s.code, s.id LIMIT 50",
            format!("%{plain}%"),
            format!("{plain}%")
        ))
        .await?;
    let read = |row: &Row| {
        let above = row.get::<Option<String>>(3)?.unwrap_or_default();
        Ok(Target { id: row.get(0)?, code: row.get(1)?, name: row.get(2)?, above })
    };
    rows.iter().map(read).collect()
}

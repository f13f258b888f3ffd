//! The rows of entrusted visits.

use kernel::{Act, DbError, Reader, Row, Scope, q};

use crate::visits::entrust::{Ask, Entrustment, Side};

/// What an entrustment is when it is answered.
pub struct Answered<'a> {
    pub id: i64,
    pub version: i64,
    pub visit: i64,
    pub words: &'a str,
}

pub async fn insert(act: &mut Act, id: i64, org: &str, ask: &Ask) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO entrustments (id, person, org, to_org, to_code, to_name, to_contact, wish,
                                   asked_by, asked_on, answer_by, state, act, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'asked', $12, 1)",
        id,
        ask.person,
        org,
        ask.to_org,
        &ask.to_code,
        &ask.to_name,
        &ask.to_contact,
        act.vault().seal("entrustments.wish", &ask.wish)?,
        act.permit().who(),
        act.day(),
        ask.answer_by,
        act.id()
    );
    act.put(vec![insert]).await
}

/// The entrustment with this number, seen from either side.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Entrustment>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT e.id, e.person, p.name, p.phone, p.address, p.away_place, e.org, e.to_org,
                    e.to_code, e.to_name, e.to_contact, e.wish, e.asked_by, e.asked_on,
                    e.answer_by, e.state, e.answered_on, e.visit, e.answer, e.version
             FROM entrustments e JOIN persons p ON p.id = e.person
             WHERE e.id = $1
               AND ((e.org >= $2 AND e.org < $3)
                    OR (e.to_org IS NOT NULL AND e.to_code >= $2 AND e.to_code < $3))",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| entrustment(&row, reader.keys())).transpose()
}

fn entrustment(row: &Row, keys: &kernel::vault::Vault) -> Result<Entrustment, DbError> {
    let open = |column: &str, at: usize| -> Result<String, DbError> {
        let sealed: Option<Vec<u8>> = row.get(at)?;
        sealed.map_or_else(|| Ok(String::new()), |sealed| keys.open(column, &sealed))
    };
    Ok(Entrustment {
        id: row.get(0)?,
        person: row.get(1)?,
        person_name: row.get(2)?,
        phone: open("persons.phone", 3)?,
        address: open("persons.address", 4)?,
        away_place: row.get(5)?,
        org: row.get(6)?,
        to_org: row.get(7)?,
        to_code: row.get(8)?,
        to_name: row.get(9)?,
        to_contact: row.get(10)?,
        wish: open("entrustments.wish", 11)?,
        asked_by: row.get(12)?,
        asked_on: row.get(13)?,
        answer_by: row.get(14)?,
        state: row.get(15)?,
        answered_on: row.get(16)?,
        visit: row.get(17)?,
        answer: open("entrustments.answer", 18)?,
        version: row.get(19)?,
    })
}

/// Entrustments of one side and state, the latest first; those after `before` (a number).
pub async fn page(
    reader: &mut impl Reader,
    (scope, side): (&Scope, Side),
    state: &str,
    (before, n): (i64, i64),
) -> Result<Vec<Entrustment>, DbError> {
    let query = match side {
        Side::Asking => q!(
            "SELECT e.id, e.person, p.name, NULL, NULL, '', e.org, e.to_org, e.to_code, e.to_name,
                    e.to_contact, NULL, e.asked_by, e.asked_on, e.answer_by, e.state,
                    e.answered_on, e.visit, NULL, e.version
             FROM entrustments e JOIN persons p ON p.id = e.person
             WHERE e.org >= $1 AND e.org < $2 AND ($3 = '' OR e.state = $3) AND e.id < $4
             ORDER BY e.id DESC LIMIT $5",
            scope.from(),
            scope.to(),
            state,
            before,
            n
        ),
        Side::Asked => q!(
            "SELECT e.id, e.person, p.name, NULL, NULL, '', e.org, e.to_org, e.to_code, e.to_name,
                    e.to_contact, NULL, e.asked_by, e.asked_on, e.answer_by, e.state,
                    e.answered_on, e.visit, NULL, e.version
             FROM entrustments e JOIN persons p ON p.id = e.person
             WHERE e.to_code >= $1 AND e.to_code < $2 AND e.to_org IS NOT NULL
               AND ($3 = '' OR e.state = $3) AND e.id < $4
             ORDER BY e.id DESC LIMIT $5",
            scope.from(),
            scope.to(),
            state,
            before,
            n
        ),
    };
    let rows = reader.ask(query).await?;
    rows.iter().map(|row| entrustment(row, reader.keys())).collect()
}

/// Whether somebody is asked already about this person.
pub async fn is_asked(reader: &mut impl Reader, person: i64) -> Result<bool, DbError> {
    let open = q!(
        "SELECT id FROM entrustments WHERE person = $1 AND state = 'asked' ORDER BY id LIMIT 1",
        person
    );
    Ok(reader.ask_one(open).await?.is_some())
}

pub async fn answer(act: &mut Act, answered: &Answered<'_>) -> Result<bool, DbError> {
    let answer = q!(
        "UPDATE entrustments SET state = 'answered', answered_on = $3, visit = $4, answer = $5,
                version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'asked'",
        answered.id,
        answered.version,
        act.day(),
        answered.visit,
        act.vault().seal("entrustments.answer", answered.words)?
    );
    Ok(act.run(answer).await? == 1)
}

pub async fn withdraw(act: &mut Act, id: i64, version: i64) -> Result<bool, DbError> {
    let withdraw = q!(
        "UPDATE entrustments SET state = 'withdrawn', answered_on = $3, version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'asked'",
        id,
        version,
        act.day()
    );
    Ok(act.run(withdraw).await? == 1)
}

/// An answer whose visit is void is no answer.
pub async fn reopen(act: &mut Act, visit: i64) -> Result<(), DbError> {
    let reopen = q!(
        "UPDATE entrustments SET state = 'asked', answered_on = NULL, visit = NULL,
                version = version + 1
         WHERE visit = $1 AND state = 'answered'",
        visit
    );
    act.put(vec![reopen]).await
}

/// An organisation that can be entrusted.
#[derive(Clone, Debug)]
pub struct Body {
    pub id: i64,
    pub code: String,
    pub name: String,
}

/// Open organisations whose code begins, or whose name goes, like what was typed.
pub async fn bodies(reader: &mut impl Reader, typed: &str) -> Result<Vec<Body>, DbError> {
    let like = typed.replace(['%', '_'], "");
    let rows = reader
        .ask(q!(
            "SELECT id, code, name FROM orgs
             WHERE closed_on IS NULL AND kind IN ('office', 'center', 'station')
               AND (code LIKE $1 OR name LIKE $2)
             ORDER BY LENGTH(code), code, id LIMIT 20",
            format!("{like}%"),
            format!("%{like}%")
        ))
        .await?;
    rows.iter()
        .map(|row| Ok(Body { id: row.get(0)?, code: row.get(1)?, name: row.get(2)? }))
        .collect()
}

//! The rows of retirees.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::civil::Date;
use kernel::{Act, DbError, Query, Reader, Row, Scope, q};

use super::{Held, Person};

pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Person>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, version, org, station, status, name, id_kind, id_number, id_former,
                    born_on, archive_born_on, sex, ethnic, political, education, marital, phone,
                    phone2, hukou_address, address, away, away_place, enterprise,
                    enterprise_name, retirement_kind, retired_on, pension_fen, pension_from,
                    insurance_no, management, taken_in_on, died_on, left_on, last_contact_on,
                    evidence_on, extra
             FROM persons WHERE id = $1 AND org >= $2 AND org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| person(&row, reader.keys())).transpose()
}

/// Reads a row of the columns of [`find`], in that order.
pub fn person(row: &Row, keys: &kernel::vault::Vault) -> Result<Person, DbError> {
    let open = |column: &str, at: usize| -> Result<String, DbError> {
        let sealed: Option<Vec<u8>> = row.get(at)?;
        sealed.map_or_else(|| Ok(String::new()), |sealed| keys.open(column, &sealed))
    };
    Ok(Person {
        id: row.get(0)?,
        version: row.get(1)?,
        org: row.get(2)?,
        station: row.get(3)?,
        status: row.get(4)?,
        name: row.get(5)?,
        id_kind: row.get(6)?,
        id_number: open("persons.id_number", 7)?,
        id_former: open("persons.id_former", 8)?,
        born_on: row.get(9)?,
        archive_born_on: row.get(10)?,
        sex: row.get(11)?,
        ethnic: row.get(12)?,
        political: row.get(13)?,
        education: row.get(14)?,
        marital: row.get(15)?,
        phone: open("persons.phone", 16)?,
        phone2: open("persons.phone2", 17)?,
        hukou_address: open("persons.hukou_address", 18)?,
        address: open("persons.address", 19)?,
        away: row.get(20)?,
        away_place: row.get(21)?,
        enterprise: row.get(22)?,
        enterprise_name: row.get(23)?,
        retirement_kind: row.get(24)?,
        retired_on: row.get(25)?,
        pension_fen: row.get(26)?,
        pension_from: row.get(27)?,
        insurance_no: open("persons.insurance_no", 28)?,
        management: row.get(29)?,
        taken_in_on: row.get(30)?,
        died_on: row.get(31)?,
        left_on: row.get(32)?,
        last_contact_on: row.get(33)?,
        evidence_on: row.get(34)?,
        extra: extra(&row.get::<String>(35)?, keys)?,
    })
}

/// Opens what was kept beside the known columns: a JSON object, sealed unless it is empty.
fn extra(stored: &str, keys: &kernel::vault::Vault) -> Result<String, DbError> {
    if stored.starts_with('{') {
        return Ok(stored.to_owned());
    }
    let sealed = STANDARD_NO_PAD.decode(stored);
    let sealed = sealed.map_err(|_| DbError::Shape("persons.extra".to_owned()))?;
    keys.open("persons.extra", &sealed)
}

/// Holds a person for the rest of the act: two acts on one person follow one another.
pub async fn hold(act: &mut Act, id: i64) -> Result<Option<Held>, DbError> {
    let row = act.row(holding(id)).await?;
    row.map(|row| held(&row)).transpose()
}

/// The statement of [`hold`], to be asked together with others; [`held`] reads its row.
#[must_use]
pub fn holding(id: i64) -> Query {
    q!(
        "UPDATE persons SET station = station WHERE id = $1
         RETURNING id, born_on, station, org, status",
        id
    )
}

/// Reads what [`holding`] answers.
///
/// # Errors
/// When it is another row.
pub fn held(row: &Row) -> Result<Held, DbError> {
    Ok(Held {
        id: row.get(0)?,
        born_on: row.get(1)?,
        station: row.get(2)?,
        org: row.get(3)?,
        status: row.get(4)?,
    })
}

/// Holds the next people by number for the rest of the act.
pub async fn hold_range(act: &mut Act, after: i64, n_people: i64) -> Result<u64, DbError> {
    let hold = q!(
        "UPDATE persons SET station = station
         WHERE id IN (SELECT id FROM persons WHERE id > $1 ORDER BY id LIMIT $2)",
        after,
        n_people
    );
    act.run(hold).await
}

/// Notes the last contact and the last evidence of life, when they are later than what is known.
pub async fn touch(
    act: &mut Act,
    id: i64,
    contact_on: Option<Date>,
    evidence_on: Option<Date>,
) -> Result<(), DbError> {
    let touch = q!(
        "UPDATE persons SET
             last_contact_on = CASE WHEN CAST($2 AS TEXT) IS NOT NULL
                 AND (last_contact_on IS NULL OR last_contact_on < $2)
                 THEN $2 ELSE last_contact_on END,
             evidence_on = CASE WHEN CAST($3 AS TEXT) IS NOT NULL
                 AND (evidence_on IS NULL OR evidence_on < $3)
                 THEN $3 ELSE evidence_on END
         WHERE id = $1",
        id,
        contact_on,
        evidence_on
    );
    act.put(vec![touch]).await
}

/// Sets the last contact and the last evidence of life anew, after a fact was taken back.
pub async fn set_touch(
    act: &mut Act,
    id: i64,
    contact_on: Option<Date>,
    evidence_on: Option<Date>,
) -> Result<(), DbError> {
    let set = q!(
        "UPDATE persons SET last_contact_on = $2, evidence_on = $3 WHERE id = $1",
        id,
        contact_on,
        evidence_on
    );
    act.put(vec![set]).await
}

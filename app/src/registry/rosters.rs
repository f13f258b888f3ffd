//! Many retirees at a time, as a roster names them: looked up in one trip a chunk.

use jiff::civil::Date;
use kernel::{DbError, Query, Reader, Row, Scope, q};

use super::{Person, identity_index, store};

/// Somebody of the same name, born on the same day, under another number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namesake {
    pub id: i64,
    pub station: String,
}

/// What is known beside the row of a retiree: marks that stand or ever stood, and the names of
/// the relatives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    pub marks: Vec<String>,
    pub relatives: Vec<String>,
}

/// For each identity number the retiree who has it, wherever served. The caller tells nothing of
/// those outside the scope but that they are registered.
///
/// # Errors
/// Whatever the engine says.
pub async fn by_numbers(
    reader: &mut impl Reader,
    numbers: &[&str],
) -> Result<Vec<Option<Person>>, DbError> {
    let queries = numbers.iter().map(|number| by_number(reader, number)).collect();
    let answers = reader.ask_all(queries).await?;
    let keys = reader.keys();
    answers
        .iter()
        .map(|rows| rows.first().map(|row| store::person(row, keys)).transpose())
        .collect()
}

/// For each name those in the scope who bear it, at most `n`.
///
/// # Errors
/// Whatever the engine says.
pub async fn by_names(
    reader: &mut impl Reader,
    scope: &Scope,
    (names, n): (&[&str], i64),
) -> Result<Vec<Vec<Person>>, DbError> {
    let one = |name: &&str| {
        q!(
            "SELECT id, version, org, station, status, name, id_kind, id_number, id_former,
                    born_on, archive_born_on, sex, ethnic, political, education, marital, phone,
                    phone2, hukou_address, address, away, away_place, enterprise,
                    enterprise_name, retirement_kind, retired_on, pension_fen, pension_from,
                    insurance_no, management, taken_in_on, died_on, left_on, last_contact_on,
                    evidence_on, extra
             FROM persons WHERE name = $1 AND org >= $2 AND org < $3 ORDER BY id LIMIT $4",
            *name,
            scope.from(),
            scope.to(),
            n
        )
    };
    let answers = reader.ask_all(names.iter().map(one).collect()).await?;
    let keys = reader.keys();
    answers.iter().map(|rows| rows.iter().map(|row| store::person(row, keys)).collect()).collect()
}

fn by_number(reader: &impl Reader, number: &str) -> Query {
    q!(
        "SELECT id, version, org, station, status, name, id_kind, id_number, id_former,
                born_on, archive_born_on, sex, ethnic, political, education, marital, phone,
                phone2, hukou_address, address, away, away_place, enterprise,
                enterprise_name, retirement_kind, retired_on, pension_fen, pension_from,
                insurance_no, management, taken_in_on, died_on, left_on, last_contact_on,
                evidence_on, extra
         FROM persons WHERE id_index = $1",
        identity_index(reader.keys(), number)
    )
}

/// For each name and day of birth somebody in the scope who has both.
///
/// # Errors
/// Whatever the engine says.
pub async fn namesakes(
    reader: &mut impl Reader,
    scope: &Scope,
    wanted: &[(&str, Date)],
) -> Result<Vec<Option<Namesake>>, DbError> {
    let one = |(name, born_on): &(&str, Date)| {
        q!(
            "SELECT p.id, o.name FROM persons p JOIN orgs o ON o.id = p.station
             WHERE p.name = $1 AND p.born_on = $2 AND p.org >= $3 AND p.org < $4
             ORDER BY p.id LIMIT 1",
            *name,
            *born_on,
            scope.from(),
            scope.to()
        )
    };
    let answers = reader.ask_all(wanted.iter().map(one).collect()).await?;
    let namesake = |row: &Row| Ok(Namesake { id: row.get(0)?, station: row.get(1)? });
    answers.iter().map(|rows| rows.first().map(namesake).transpose()).collect()
}

/// For each retiree what stands beside the row.
///
/// # Errors
/// Whatever the engine says.
pub async fn beside(reader: &mut impl Reader, people: &[i64]) -> Result<Vec<Beside>, DbError> {
    let mut queries = Vec::with_capacity(people.len() * 2);
    for person in people {
        queries.push(q!("SELECT mark FROM marks WHERE person = $1 ORDER BY id LIMIT 200", *person));
        queries.push(q!(
            "SELECT name FROM relatives WHERE person = $1 AND ended_on IS NULL
             ORDER BY id LIMIT 200",
            *person
        ));
    }
    let answers = reader.ask_all(queries).await?;
    let texts = |rows: &[Row]| rows.iter().map(|row| row.get(0)).collect::<Result<Vec<_>, _>>();
    answers
        .chunks(2)
        .map(|pair| match pair {
            [marks, relatives] => Ok(Beside { marks: texts(marks)?, relatives: texts(relatives)? }),
            _ => Ok(Beside::default()),
        })
        .collect()
}

/// The statements that take somebody off the registry again. Only for whom an act took in and
/// nobody has touched since.
#[must_use]
pub fn erasure(person: i64) -> Vec<Query> {
    vec![
        q!("DELETE FROM relatives WHERE person = $1", person),
        q!("DELETE FROM marks WHERE person = $1", person),
        q!("DELETE FROM persons WHERE id = $1", person),
    ]
}

/// The statements that take away what an act added beside the row of somebody.
#[must_use]
pub fn added(person: i64, done_by: i64) -> Vec<Query> {
    vec![
        q!("DELETE FROM relatives WHERE person = $1 AND act = $2", person, done_by),
        q!("DELETE FROM marks WHERE person = $1 AND act = $2", person, done_by),
    ]
}

/// Whether somebody has retired from an enterprise of the directory.
///
/// # Errors
/// Whatever the engine says.
pub async fn has_enterprise(reader: &mut impl Reader, enterprise: i64) -> Result<bool, DbError> {
    let one = q!("SELECT 1 FROM persons WHERE enterprise = $1 ORDER BY id LIMIT 1", enterprise);
    Ok(reader.ask_one(one).await?.is_some())
}

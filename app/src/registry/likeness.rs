//! Who is perhaps registered already: told before a retiree is entered, decided by the clerk.

use jiff::civil::Date;
use kernel::{DbError, Query, Reader, Row, Scope, q};
use rules::identity::{Mask, mask};

use super::write::{identity_index, phone_key};
use super::{Checked, NewPerson};

/// In what two people are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alike {
    /// The same document: certainly the same person.
    Number,
    NameAndBirth,
    /// Households share a telephone.
    Telephone,
}

impl Alike {
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Number => "证件号码相同",
            Self::NameAndBirth => "姓名和出生日期相同",
            Self::Telephone => "电话相同，可能是同住的家人",
        }
    }
}

/// Somebody who is registered and is like the one to be entered.
#[derive(Clone, Debug)]
pub struct Likeness {
    pub id: i64,
    pub name: String,
    pub masked: String,
    pub born_on: Option<Date>,
    pub station: String,
    pub status: String,
    pub alike: Alike,
}

/// At most so many of each kind are told.
const N_ALIKE: i64 = 10;

/// Those in a scope who are like the one to be entered, each once, the surest first.
///
/// # Errors
/// Whatever the engine says.
pub async fn likenesses(
    reader: &mut impl Reader,
    scope: &Scope,
    checked: &Checked,
) -> Result<Vec<Likeness>, DbError> {
    let new = checked.fields();
    let mut found: Vec<Likeness> = Vec::new();
    let mut queries = Vec::new();
    queries.extend(by_number(reader, scope, new).map(|query| (Alike::Number, query)));
    queries.extend(by_name(scope, new).map(|query| (Alike::NameAndBirth, query)));
    for phone in [&new.phone, &new.phone2] {
        let query = by_phone(reader, scope, phone);
        queries.extend(query.map(|query| (Alike::Telephone, query)));
    }
    for (alike, query) in queries {
        for row in reader.ask(query).await? {
            let one = likeness(&row, reader, alike)?;
            if found.iter().all(|known| known.id != one.id) {
                found.push(one);
            }
        }
    }
    Ok(found)
}

fn by_number(reader: &impl Reader, scope: &Scope, new: &NewPerson) -> Option<Query> {
    (!new.id_number.is_empty()).then(|| {
        q!(
            "SELECT p.id, p.name, p.id_number, p.born_on, o.name, p.status
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE p.id_index = $1 AND p.org >= $2 AND p.org < $3 ORDER BY p.id LIMIT $4",
            identity_index(reader.keys(), &new.id_number),
            scope.from(),
            scope.to(),
            N_ALIKE
        )
    })
}

fn by_name(scope: &Scope, new: &NewPerson) -> Option<Query> {
    new.born_on.map(|born_on| {
        q!(
            "SELECT p.id, p.name, p.id_number, p.born_on, o.name, p.status
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE p.name = $1 AND (p.born_on = $2 OR p.archive_born_on = $2)
               AND p.org >= $3 AND p.org < $4 ORDER BY p.id LIMIT $5",
            &new.name,
            born_on,
            scope.from(),
            scope.to(),
            N_ALIKE
        )
    })
}

fn by_phone(reader: &impl Reader, scope: &Scope, phone: &str) -> Option<Query> {
    (!phone.is_empty()).then(|| {
        q!(
            "SELECT p.id, p.name, p.id_number, p.born_on, o.name, p.status
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE (p.phone_index = $1 OR p.phone2_index = $1)
               AND p.org >= $2 AND p.org < $3 ORDER BY p.id LIMIT $4",
            reader.keys().index("phone", &phone_key(phone)),
            scope.from(),
            scope.to(),
            N_ALIKE
        )
    })
}

fn likeness(row: &Row, reader: &impl Reader, alike: Alike) -> Result<Likeness, DbError> {
    let sealed: Option<Vec<u8>> = row.get(2)?;
    let number = sealed.map(|sealed| reader.keys().open("persons.id_number", &sealed));
    Ok(Likeness {
        id: row.get(0)?,
        name: row.get(1)?,
        masked: mask(&number.transpose()?.unwrap_or_default(), Mask::First3Last4),
        born_on: row.get(3)?,
        station: row.get(4)?,
        status: row.get(5)?,
        alike,
    })
}

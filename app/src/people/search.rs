//! Finding a retiree by one box: identity number, last four, telephone, name or pinyin.

use kernel::vault::Vault;
use kernel::{Db, DbError, Problem, Query, Row, Scope, q};
use rules::identity::{self, Mask};

use crate::registry;

/// A retiree as lists show them.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: i64,
    pub name: String,
    /// First three and last four characters of the number.
    pub masked: String,
    pub station: String,
    pub status: String,
    pub last_contact_on: Option<String>,
}

/// At most so many are answered.
const N_FOUND: i64 = 50;

/// Retirees in a scope that fit what was typed; the first of the scope when nothing was.
///
/// # Errors
/// Whatever the database says.
pub async fn search(db: &Db, scope: &Scope, typed: &str) -> Result<Vec<Found>, Problem> {
    let rows = db.rows(query(db.vault(), scope, typed.trim())).await?;
    let found = rows.iter().map(|row| found(row, db.vault()));
    Ok(found.collect::<Result<_, DbError>>()?)
}

fn query(keys: &Vault, scope: &Scope, typed: &str) -> Query {
    let (from, to) = (scope.from(), scope.to());
    let n_digits = typed.chars().filter(char::is_ascii_digit).count();
    let all_ascii = typed.is_ascii();
    let is_number = n_digits + 1 >= typed.len() && n_digits > 0;
    match typed.len() {
        15 | 18 if is_number => q!(
            "SELECT p.id, p.name, p.id_number, o.name, p.status, p.last_contact_on
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE p.id_index = $1 AND p.org >= $2 AND p.org < $3 ORDER BY p.id LIMIT $4",
            registry::identity_index(keys, &upgraded(typed)),
            from,
            to,
            N_FOUND
        ),
        4 if is_number => q!(
            "SELECT p.id, p.name, p.id_number, o.name, p.status, p.last_contact_on
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE p.id_last4 = $1 AND p.org >= $2 AND p.org < $3 ORDER BY p.id LIMIT $4",
            registry::last4_index(keys, typed),
            from,
            to,
            N_FOUND
        ),
        _ if is_number => q!(
            "SELECT p.id, p.name, p.id_number, o.name, p.status, p.last_contact_on
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE (p.phone_index = $1 OR p.phone2_index = $1) AND p.org >= $2 AND p.org < $3
             ORDER BY p.id LIMIT $4",
            keys.index("phone", &registry::phone_key(typed)),
            from,
            to,
            N_FOUND
        ),
        0 => q!(
            "SELECT p.id, p.name, p.id_number, o.name, p.status, p.last_contact_on
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE p.org >= $1 AND p.org < $2 AND p.status = 'active'
             ORDER BY p.org, p.pinyin, p.id LIMIT $3",
            from,
            to,
            N_FOUND
        ),
        _ if all_ascii => q!(
            "SELECT p.id, p.name, p.id_number, o.name, p.status, p.last_contact_on
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE ((p.initials >= $1 AND p.initials < $2)
                    OR (p.pinyin >= $1 AND p.pinyin < $2))
               AND p.org >= $3 AND p.org < $4
             ORDER BY p.pinyin, p.id LIMIT $5",
            typed.to_lowercase(),
            format!("{}~", typed.to_lowercase()),
            from,
            to,
            N_FOUND
        ),
        _ => q!(
            "SELECT p.id, p.name, p.id_number, o.name, p.status, p.last_contact_on
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE p.name >= $1 AND p.name < $2 AND p.org >= $3 AND p.org < $4
             ORDER BY p.name, p.id LIMIT $5",
            typed,
            format!("{typed}\u{10FFFF}"),
            from,
            to,
            N_FOUND
        ),
    }
}

fn upgraded(typed: &str) -> String {
    let upper = typed.to_uppercase();
    identity::upgrade15(&upper).unwrap_or(upper)
}

fn found(row: &Row, keys: &Vault) -> Result<Found, DbError> {
    let sealed: Option<Vec<u8>> = row.get(2)?;
    let number =
        sealed.map_or(Ok(String::new()), |sealed| keys.open("persons.id_number", &sealed))?;
    Ok(Found {
        id: row.get(0)?,
        name: row.get(1)?,
        masked: identity::mask(&number, Mask::First3Last4),
        station: row.get(3)?,
        status: row.get(4)?,
        last_contact_on: row.get(5)?,
    })
}

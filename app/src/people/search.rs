//! Finding a retiree by one box: identity number, last four, telephone, name, pinyin, enterprise.

use jiff::civil::Date;
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
    pub masked_phone: String,
    pub station: String,
    pub status: String,
    pub born_on: Option<Date>,
    pub last_contact_on: Option<Date>,
    /// The day of the next open duty.
    pub due_on: Option<Date>,
}

/// At most `n` retirees in a scope that fit what was typed; nobody when nothing was.
///
/// # Errors
/// Whatever the database says.
pub async fn search(db: &Db, scope: &Scope, typed: &str, n: i64) -> Result<Vec<Found>, Problem> {
    let queries = Typed::read(typed).queries(db.vault(), scope, n);
    let mut found: Vec<i64> = Vec::new();
    let n = usize::try_from(n).unwrap_or(0);
    for query in queries {
        for id in ids(&db.rows(query).await?)? {
            if found.len() < n && !found.contains(&id) {
                found.push(id);
            }
        }
        if found.len() == n {
            break;
        }
    }
    Ok(shown(db, scope, &found).await?)
}

pub(super) fn ids(rows: &[Row]) -> Result<Vec<i64>, DbError> {
    rows.iter().map(|row| row.get(0)).collect()
}

/// These retirees as lists show them, in this order; whoever is not in the scope is left out.
///
/// # Errors
/// Whatever the database says.
pub async fn shown(db: &Db, scope: &Scope, ids: &[i64]) -> Result<Vec<Found>, DbError> {
    let one = |id: &i64| {
        q!(
            "SELECT p.id, p.name, p.id_number, p.phone, o.name, p.status, p.born_on,
                    p.last_contact_on,
                    (SELECT MIN(d.due_on) FROM duties d
                     WHERE d.person = p.id AND d.state = 'open')
             FROM persons p JOIN orgs o ON o.id = p.station
             WHERE p.id = $1 AND p.org >= $2 AND p.org < $3",
            *id,
            scope.from(),
            scope.to()
        )
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let answers = db.batch(ids.iter().map(one).collect()).await?;
    answers.iter().flatten().map(|row| found(row, db.vault())).collect()
}

pub(super) fn found(row: &Row, keys: &Vault) -> Result<Found, DbError> {
    let open = |column: &str, at: usize| -> Result<String, DbError> {
        let sealed: Option<Vec<u8>> = row.get(at)?;
        sealed.map_or_else(|| Ok(String::new()), |sealed| keys.open(column, &sealed))
    };
    Ok(Found {
        id: row.get(0)?,
        name: row.get(1)?,
        masked: identity::mask(&open("persons.id_number", 2)?, Mask::First3Last4),
        masked_phone: identity::mask_telephone(&open("persons.phone", 3)?),
        station: row.get(4)?,
        status: row.get(5)?,
        born_on: row.get(6)?,
        last_contact_on: row.get(7)?,
        due_on: row.get(8)?,
    })
}

/// What was typed, and what it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Typed {
    Nothing,
    /// The letters and figures of an identity number or of a telephone number.
    Number(String),
    /// Pinyin or initials, in small letters.
    Letters(String),
    /// The beginning of a name or of an enterprise.
    Words(String),
}

impl Typed {
    /// Full width, spaces and hyphens are as people type them; a name has no figures.
    fn read(typed: &str) -> Self {
        let narrow: String = typed
            .chars()
            .map(|c| match u32::from(c) {
                code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
                _ => c,
            })
            .filter(|c| !c.is_whitespace() && *c != '\u{200b}' && *c != '\u{feff}')
            .collect();
        let between = |c: &char| matches!(c, '-' | '—' | '–' | '(' | ')' | '+' | '\'');
        let plain: String = narrow.chars().filter(|c| !between(c)).collect();
        if plain.is_empty() {
            return if narrow.is_empty() { Self::Nothing } else { Self::Words(narrow) };
        }
        let is_code = plain.chars().all(|c| c.is_ascii_alphanumeric());
        if is_code && plain.contains(|c: char| c.is_ascii_digit()) {
            Self::Number(plain.to_ascii_uppercase())
        } else if is_code {
            Self::Letters(plain.to_ascii_lowercase())
        } else {
            Self::Words(registry::tidy_name(&narrow))
        }
    }

    /// Asked one after the other until there are enough. A street's or station's people are
    /// gone through; in a district or city the index of what was typed leads.
    fn queries(&self, keys: &Vault, scope: &Scope, n: i64) -> Vec<Query> {
        let is_narrow = scope.from().len() >= 9;
        match self {
            Self::Nothing => Vec::new(),
            Self::Number(number) => vec![by_number(keys, scope, number, n)],
            Self::Letters(letters) if is_narrow => vec![near_by_letters(scope, letters, n)],
            Self::Letters(letters) => {
                vec![by_initials(scope, letters, n), by_pinyin(scope, letters, n)]
            }
            Self::Words(words) if is_narrow => {
                vec![near_by_name(scope, words, n), near_by_enterprise(scope, words, n)]
            }
            Self::Words(words) => {
                vec![by_name(scope, words, n), by_enterprise(scope, words, n)]
            }
        }
    }
}

/// The whole identity number, its last four characters, or a telephone number.
fn by_number(keys: &Vault, scope: &Scope, number: &str, n: i64) -> Query {
    let (from, to) = (scope.from(), scope.to());
    if number.len() == 4 {
        return q!(
            "SELECT id FROM persons WHERE id_last4 = $1 AND org >= $2 AND org < $3
             ORDER BY id LIMIT $4",
            registry::last4_index(keys, number),
            from,
            to,
            n
        );
    }
    let upgraded = identity::upgrade15(number);
    let whole = upgraded.as_deref().unwrap_or(number);
    q!(
        "SELECT id FROM persons
         WHERE (id_index = $1 OR phone_index = $2 OR phone2_index = $2)
           AND org >= $3 AND org < $4
         ORDER BY id LIMIT $5",
        registry::identity_index(keys, whole),
        keys.index("phone", &registry::phone_key(number)),
        from,
        to,
        n
    )
}

/// The beginning of the name in pinyin or of its initials.
fn near_by_letters(scope: &Scope, letters: &str, n: i64) -> Query {
    q!(
        "SELECT id FROM persons
         WHERE ((initials || '' >= $1 AND initials || '' < $2)
                OR (pinyin || '' >= $1 AND pinyin || '' < $2))
           AND org >= $3 AND org < $4
         ORDER BY pinyin, id LIMIT $5",
        letters,
        format!("{letters}~"),
        scope.from(),
        scope.to(),
        n
    )
}

/// The beginning of the name. The empty text keeps an engine from the index of names.
fn near_by_name(scope: &Scope, words: &str, n: i64) -> Query {
    q!(
        "SELECT id FROM persons
         WHERE name || '' >= $1 AND name || '' < $2 AND org >= $3 AND org < $4
         ORDER BY name, id LIMIT $5",
        words,
        format!("{words}\u{10FFFF}"),
        scope.from(),
        scope.to(),
        n
    )
}

fn near_by_enterprise(scope: &Scope, words: &str, n: i64) -> Query {
    q!(
        "SELECT id FROM persons
         WHERE enterprise_name || '' >= $1 AND enterprise_name || '' < $2 AND org >= $3 AND org < $4
         ORDER BY enterprise_name, id LIMIT $5",
        words,
        format!("{words}\u{10FFFF}"),
        scope.from(),
        scope.to(),
        n
    )
}

fn by_initials(scope: &Scope, words: &str, n: i64) -> Query {
    q!(
        "SELECT id FROM persons
         WHERE initials >= $1 AND initials < $2 AND org || '' >= $3 AND org || '' < $4
         ORDER BY initials, id LIMIT $5",
        words,
        format!("{words}~"),
        scope.from(),
        scope.to(),
        n
    )
}

fn by_pinyin(scope: &Scope, words: &str, n: i64) -> Query {
    q!(
        "SELECT id FROM persons
         WHERE pinyin >= $1 AND pinyin < $2 AND org || '' >= $3 AND org || '' < $4
         ORDER BY pinyin, id LIMIT $5",
        words,
        format!("{words}~"),
        scope.from(),
        scope.to(),
        n
    )
}

fn by_name(scope: &Scope, words: &str, n: i64) -> Query {
    q!(
        "SELECT id FROM persons
         WHERE name >= $1 AND name < $2 AND org || '' >= $3 AND org || '' < $4
         ORDER BY name, born_on, id LIMIT $5",
        words,
        format!("{words}\u{10FFFF}"),
        scope.from(),
        scope.to(),
        n
    )
}

fn by_enterprise(scope: &Scope, words: &str, n: i64) -> Query {
    q!(
        "SELECT id FROM persons
         WHERE enterprise_name >= $1 AND enterprise_name < $2 AND org || '' >= $3 AND org || '' < $4
         ORDER BY enterprise_name, id LIMIT $5",
        words,
        format!("{words}\u{10FFFF}"),
        scope.from(),
        scope.to(),
        n
    )
}

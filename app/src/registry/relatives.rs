//! Relatives and contacts of a retiree: what can be entered, and the rows.

use jiff::civil::Date;
use kernel::{Act, DbError, FieldError, Problem, Query, Reader, Row, Scope, q};
use rules::identity;

use super::codes::{HOUSEHOLDS, RELATIONS};
use super::entry::{check_phone, document, error, fault_of};
use super::{identity_index, judge_name, phone_key, tidy_name};
use crate::codes::name_of;

/// The fields of a relative. An empty text is something not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NewRelative {
    pub name: String,
    /// See [`RELATIONS`].
    pub relation: String,
    pub id_number: String,
    /// By the document unless given.
    pub born_on: Option<Date>,
    pub phone: String,
    pub address: String,
    /// See [`HOUSEHOLDS`].
    pub household: String,
    /// Whom to call first: 1, 2, …; `None` for who is no contact.
    pub contact_rank: Option<i64>,
    /// Since when followed as a dependant (供养直系亲属), and until when.
    pub dependant_since: Option<Date>,
    pub dependant_until: Option<Date>,
}

/// A relative as it is stored, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relative {
    pub id: i64,
    pub person: i64,
    pub version: i64,
    pub fields: NewRelative,
    /// Since when no longer a relative or contact to be reckoned with.
    pub ended_on: Option<Date>,
}

impl NewRelative {
    /// Whether followed as a dependant now.
    #[must_use]
    pub fn is_dependant(&self) -> bool {
        self.dependant_since.is_some() && self.dependant_until.is_none()
    }

    /// In a few words, for the history.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = format!("{} {}", name_of(RELATIONS, &self.relation), self.name);
        let mut add = |label: &str, text: &str| {
            if !text.is_empty() {
                words.push_str(&format!("，{label}{text}"));
            }
        };
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        add("证件", &self.id_number);
        add("出生", &day(self.born_on));
        add("电话", &self.phone);
        add("住址", &self.address);
        add("", name_of(HOUSEHOLDS, &self.household));
        add("联系次序", &self.contact_rank.map_or_else(String::new, |rank| rank.to_string()));
        add("供养自", &day(self.dependant_since));
        add("供养至", &day(self.dependant_until));
        words
    }
}

/// The words of a relative as they may be shown: of a long number only the last four figures.
#[must_use]
pub fn masked(words: &str) -> String {
    let is_figure = |c: &char| c.is_ascii_digit() || *c == 'X';
    let chars: Vec<char> = words.chars().collect();
    let mut shown = String::with_capacity(words.len());
    let mut at = 0;
    while let Some(char) = chars.get(at) {
        let n = chars[at..].iter().take_while(|c| is_figure(c)).count();
        if n >= 7 {
            shown.push_str(&"*".repeat(n - 4));
            shown.extend(&chars[at + n - 4..at + n]);
        } else if n > 0 {
            shown.extend(&chars[at..at + n]);
        } else {
            shown.push(*char);
        }
        at += n.max(1);
    }
    shown
}

/// Judges and normalises what was entered.
///
/// # Errors
/// [`Problem::Invalid`] with every field that cannot be right.
pub fn check(new: &NewRelative, today: Date) -> Result<NewRelative, Problem> {
    let mut new = new.clone();
    let mut errors = Vec::new();
    new.name = tidy_name(&new.name);
    if let Err(says) = judge_name(&new.name) {
        errors.push(error("name", says));
    }
    if !RELATIONS.iter().any(|(code, _)| *code == new.relation) {
        errors.push(error("relation", "请选择与退休人员的关系"));
    }
    if !new.household.is_empty() && !HOUSEHOLDS.iter().any(|(code, _)| *code == new.household) {
        errors.push(error("household", "请从列出的选项中选择"));
    }
    identify(&mut new, today, &mut errors);
    check_phone("phone", &mut new.phone, &mut errors);
    new.address = new.address.trim().to_owned();
    if new.address.chars().count() > 200 {
        errors.push(error("address", "最多 200 个字，请缩短"));
    }
    check_contact(&new, &mut errors);
    check_dependant(&new, today, &mut errors);
    if errors.is_empty() { Ok(new) } else { Err(Problem::Invalid(errors)) }
}

fn identify(new: &mut NewRelative, today: Date, errors: &mut Vec<FieldError>) {
    if !new.id_number.trim().is_empty() {
        let found = identity::inspect(&new.id_number, today);
        match fault_of(&found) {
            Some(says) => errors.push(error("id_number", says)),
            None => {
                new.born_on = new.born_on.or(document(&found).0);
                new.id_number = found.upgraded.unwrap_or(found.normalised);
            }
        }
    }
    if new.born_on.is_some_and(|day| day > today) {
        errors.push(error("born_on", "日期不能晚于今天，请核对"));
    }
}

fn check_contact(new: &NewRelative, errors: &mut Vec<FieldError>) {
    let Some(rank) = new.contact_rank else { return };
    if !(1..=9).contains(&rank) {
        errors.push(error("contact_rank", "联系次序为 1 到 9，1 为首先联系"));
    }
    if new.phone.is_empty() {
        errors.push(error("phone", "作为联系人，请填写电话"));
    }
}

fn check_dependant(new: &NewRelative, today: Date, errors: &mut Vec<FieldError>) {
    let (since, until) = (new.dependant_since, new.dependant_until);
    if since.is_some() && new.relation == "neighbour" {
        errors.push(error("relation", "邻居不能登记为供养直系亲属，请核对关系"));
    }
    for (field, day) in [("dependant_since", since), ("dependant_until", until)] {
        if day.is_some_and(|day| day > today) {
            errors.push(error(field, "日期不能晚于今天"));
        }
    }
    match (since, until) {
        (None, Some(_)) => {
            errors.push(error("dependant_since", "请填写开始供养的日期，或去掉终止日期"));
        }
        (Some(since), Some(until)) if until < since => {
            errors.push(error("dependant_until", "终止日期早于开始日期，请核对"));
        }
        _ => {}
    }
}

fn sealed(act: &Act, column: &str, text: &str) -> Result<Option<Vec<u8>>, DbError> {
    (!text.is_empty()).then(|| act.vault().seal(column, text)).transpose()
}

fn index(act: &Act, kind: &str, text: &str) -> Option<Vec<u8>> {
    (!text.is_empty()).then(|| match kind {
        "identity" => identity_index(act.vault(), text),
        _ => act.vault().index(kind, &phone_key(text)),
    })
}

/// Stores a relative that was checked.
pub async fn insert(act: &mut Act, person: i64, new: &NewRelative) -> Result<i64, DbError> {
    let id = act.new_id()?;
    let insert = insertion(act, (id, person), new)?;
    act.put(vec![insert]).await?;
    Ok(id)
}

/// The statement that stores a relative that was checked.
///
/// # Errors
/// When the system has no randomness to give.
pub fn insertion(act: &Act, (id, person): (i64, i64), new: &NewRelative) -> Result<Query, DbError> {
    Ok(q!(
        "INSERT INTO relatives (id, person, name, relation, id_number, id_index, born_on, phone,
             phone_index, address, household, contact_rank, dependant_since, dependant_until,
             version, act)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15)",
        id,
        person,
        &new.name,
        &new.relation,
        sealed(act, "relatives.id_number", &new.id_number)?,
        index(act, "identity", &new.id_number),
        new.born_on,
        sealed(act, "relatives.phone", &new.phone)?,
        index(act, "phone", &new.phone),
        sealed(act, "relatives.address", &new.address)?,
        &new.household,
        new.contact_rank,
        new.dependant_since,
        new.dependant_until,
        act.id()
    ))
}

fn changing(act: &Act, before: &Relative, new: &NewRelative) -> Result<Query, DbError> {
    Ok(q!(
        "UPDATE relatives SET version = version + 1, name = $3, relation = $4, id_number = $5,
             id_index = $6, born_on = $7, phone = $8, phone_index = $9, address = $10,
             household = $11, contact_rank = $12, dependant_since = $13, dependant_until = $14
         WHERE id = $1 AND version = $2",
        before.id,
        before.version,
        &new.name,
        &new.relation,
        sealed(act, "relatives.id_number", &new.id_number)?,
        index(act, "identity", &new.id_number),
        new.born_on,
        sealed(act, "relatives.phone", &new.phone)?,
        index(act, "phone", &new.phone),
        sealed(act, "relatives.address", &new.address)?,
        &new.household,
        new.contact_rank,
        new.dependant_since,
        new.dependant_until
    ))
}

/// Changes a relative; answers whether nobody else did since it was read.
pub async fn update(act: &mut Act, before: &Relative, new: &NewRelative) -> Result<bool, DbError> {
    let change = changing(act, before, new)?;
    Ok(act.run(change).await? == 1)
}

/// Ends a relative: no contact any more, and no dependant from that day.
pub async fn end(act: &mut Act, before: &Relative, on: Date) -> Result<bool, DbError> {
    let until = if before.fields.is_dependant() { Some(on) } else { before.fields.dependant_until };
    let end = q!(
        "UPDATE relatives SET version = version + 1, ended_on = $3, dependant_until = $4,
             contact_rank = NULL
         WHERE id = $1 AND version = $2",
        before.id,
        before.version,
        on,
        until
    );
    Ok(act.run(end).await? == 1)
}

/// Relatives of a retiree: contacts first, in their order; those ended last.
pub async fn of_person(reader: &mut impl Reader, person: i64) -> Result<Vec<Relative>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, person, version, name, relation, id_number, born_on, phone, address,
                    household, contact_rank, dependant_since, dependant_until, ended_on
             FROM relatives WHERE person = $1
             ORDER BY CASE WHEN ended_on IS NULL THEN 0 ELSE 1 END,
                      CASE WHEN contact_rank IS NULL THEN 99 ELSE contact_rank END, id LIMIT 200",
            person
        ))
        .await?;
    rows.iter().map(|row| relative(row, reader.keys())).collect()
}

/// The relative with this number, of a retiree inside a scope.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Relative>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT r.id, r.person, r.version, r.name, r.relation, r.id_number, r.born_on,
                    r.phone, r.address, r.household, r.contact_rank, r.dependant_since,
                    r.dependant_until, r.ended_on
             FROM relatives r JOIN persons p ON p.id = r.person
             WHERE r.id = $1 AND p.org >= $2 AND p.org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| relative(&row, reader.keys())).transpose()
}

/// Those whom an act brought; their numbers, whose they are, and how often they were changed.
pub async fn of_act(act: &mut Act, done_by: i64) -> Result<Vec<(i64, i64, i64)>, DbError> {
    let rows = act
        .rows(q!(
            "SELECT DISTINCT r.id, r.person, r.version
             FROM changes c JOIN relatives r ON r.person = c.person
             WHERE c.act = $1 AND r.act = $1 ORDER BY r.id",
            done_by
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

fn relative(row: &Row, keys: &kernel::vault::Vault) -> Result<Relative, DbError> {
    let open = |column: &str, at: usize| -> Result<String, DbError> {
        let sealed: Option<Vec<u8>> = row.get(at)?;
        sealed.map_or_else(|| Ok(String::new()), |sealed| keys.open(column, &sealed))
    };
    let fields = NewRelative {
        name: row.get(3)?,
        relation: row.get(4)?,
        id_number: open("relatives.id_number", 5)?,
        born_on: row.get(6)?,
        phone: open("relatives.phone", 7)?,
        address: open("relatives.address", 8)?,
        household: row.get(9)?,
        contact_rank: row.get(10)?,
        dependant_since: row.get(11)?,
        dependant_until: row.get(12)?,
    };
    let (id, person, version) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(Relative { id, person, version, fields, ended_on: row.get(13)? })
}

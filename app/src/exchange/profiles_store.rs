//! The rows of profiles.

use kernel::{Act, Db, DbError, Reader, Row, Scope, q};

use super::export_file::Format;
use super::export_lists::List;
use super::export_wish::{Wish, asked, query, title_field};
use crate::web::Fields;

/// A form of export that is kept, ready to be asked for again.
#[derive(Clone, Debug)]
pub struct Profile {
    pub id: i64,
    /// Division code of the organisation in whose name it is kept.
    pub org: String,
    pub who: String,
    pub name: String,
    pub list: List,
    /// Keys of the columns in their order, with what the receiver calls them.
    pub columns: Vec<(String, String)>,
    pub conditions: Fields,
    pub format: Format,
    pub mask: String,
    pub phone_mask: String,
    pub purpose: String,
    pub recipient: String,
    pub made_on: String,
    pub version: i64,
}

impl Profile {
    /// The fields of the form that ask for it.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let texts = [
            ("list", self.list.code()),
            ("format", self.format.code()),
            ("mask", &self.mask),
            ("phone_mask", &self.phone_mask),
            ("purpose", &self.purpose),
            ("recipient", &self.recipient),
        ];
        let texts = texts.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut fields = Fields(texts.to_vec());
        for (key, title) in &self.columns {
            fields.0.push(("columns".to_owned(), key.clone()));
            if !title.is_empty() {
                fields.0.push((title_field(key), title.clone()));
            }
        }
        fields.0.extend(self.conditions.0.iter().cloned());
        fields
    }
}

/// A column a line: its key, and behind `=` what the receiver calls it.
fn columns(of: &Wish) -> String {
    let titles = of.titles.iter().map(String::as_str).chain(std::iter::repeat(""));
    let line = |(column, title): (&&super::export_columns::Column, &str)| {
        if title.is_empty() { column.key.to_owned() } else { format!("{}={title}", column.key) }
    };
    of.part.columns.iter().zip(titles).map(line).collect::<Vec<_>>().join("\n")
}

/// The organisation that the conditions name stands apart, so that it follows when codes change.
fn kept_conditions(of: &Wish) -> (String, String) {
    if !of.keep.as_ref().is_some_and(|keep| keep.with_conditions) {
        return (String::new(), String::new());
    }
    let mut rest = of.part.conditions.clone();
    let place = rest.get("org").to_owned();
    rest.0.retain(|(name, _)| name != "org");
    (place, query(&rest))
}

/// Keeps a wish, unless its name is taken.
pub async fn insert(
    act: &mut Act,
    (id, org, who, name): (i64, &str, &str, &str),
    of: &Wish,
) -> Result<bool, DbError> {
    let (place, conditions) = kept_conditions(of);
    let insert = q!(
        "INSERT INTO export_profiles (id, org, who, name, list, columns, place, conditions,
                                      format, mask, phone_mask, purpose, recipient, made_on,
                                      act, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)
         ON CONFLICT (org, list, name) DO NOTHING",
        id,
        org,
        who,
        name,
        of.part.list.code(),
        columns(of),
        place,
        conditions,
        of.format.code(),
        of.part.masks.number.code(),
        of.part.masks.phone_code(),
        &of.purpose,
        &of.recipient,
        act.day().to_string(),
        act.id()
    );
    Ok(act.run(insert).await? == 1)
}

/// Keeps a profile anew, unless somebody else has changed it since.
pub async fn update(
    act: &mut Act,
    (id, version, name): (i64, i64, &str),
    of: &Wish,
) -> Result<bool, DbError> {
    let (place, conditions) = kept_conditions(of);
    let update = q!(
        "UPDATE export_profiles SET name = $3, columns = $4, place = $5, conditions = $6,
                format = $7, mask = $8, phone_mask = $9, purpose = $10, recipient = $11,
                version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        name,
        columns(of),
        place,
        conditions,
        of.format.code(),
        of.part.masks.number.code(),
        of.part.masks.phone_code(),
        &of.purpose,
        &of.recipient
    );
    Ok(act.run(update).await? == 1)
}

pub async fn forget(act: &mut Act, id: i64) -> Result<(), DbError> {
    act.put(vec![q!("DELETE FROM export_profiles WHERE id = $1", id)]).await
}

/// How many an organisation keeps, and the number of the one with this name.
pub async fn kept(
    reader: &mut impl Reader,
    org: &str,
    (list, name): (List, &str),
) -> Result<(i64, Option<i64>), DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT COUNT(*), MIN(CASE WHEN list = $2 AND name = $3 THEN id END)
             FROM export_profiles WHERE org = $1",
            org,
            list.code(),
            name
        ))
        .await?;
    row.map_or(Ok((0, None)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Profiles kept in a scope, the latest first, below the number `before`.
pub async fn list(db: &Db, scope: &Scope, before: i64, n: i64) -> Result<Vec<Profile>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT id, org, who, name, list, columns, place, conditions, format, mask,
                    phone_mask, purpose, recipient, made_on, version
             FROM export_profiles WHERE org >= $1 AND org < $2 AND id < $3
             ORDER BY id DESC LIMIT $4",
            scope.from(),
            scope.to(),
            before,
            n
        ))
        .await?;
    rows.iter().map(profile).collect()
}

/// At most `n` profiles that an organisation keeps for a list, by name.
pub async fn own(db: &Db, org: &str, list: List, n: i64) -> Result<Vec<Profile>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT id, org, who, name, list, columns, place, conditions, format, mask,
                    phone_mask, purpose, recipient, made_on, version
             FROM export_profiles WHERE org = $1 AND list = $2 ORDER BY name LIMIT $3",
            org,
            list.code(),
            n
        ))
        .await?;
    rows.iter().map(profile).collect()
}

pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Profile>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, org, who, name, list, columns, place, conditions, format, mask,
                    phone_mask, purpose, recipient, made_on, version
             FROM export_profiles WHERE id = $1 AND org >= $2 AND org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| profile(&row)).transpose()
}

fn profile(row: &Row) -> Result<Profile, DbError> {
    let text = |at: usize| row.get::<String>(at);
    let unknown = |what: &str| DbError::Shape(format!("export_profiles.{what}"));
    let split = |line: &str| match line.split_once('=') {
        Some((key, title)) => (key.to_owned(), title.to_owned()),
        None => (line.to_owned(), String::new()),
    };
    let (columns, place) = (text(5)?, text(6)?);
    let mut conditions = asked(&text(7)?);
    if !place.is_empty() {
        conditions.0.insert(0, ("org".to_owned(), place));
    }
    Ok(Profile {
        id: row.get(0)?,
        org: row.get(1)?,
        who: row.get(2)?,
        name: row.get(3)?,
        list: List::from_code(&text(4)?).ok_or_else(|| unknown("list"))?,
        columns: columns.lines().map(split).collect(),
        conditions,
        format: Format::from_code(&text(8)?).ok_or_else(|| unknown("format"))?,
        mask: row.get(9)?,
        phone_mask: row.get(10)?,
        purpose: row.get(11)?,
        recipient: row.get(12)?,
        made_on: row.get(13)?,
        version: row.get(14)?,
    })
}

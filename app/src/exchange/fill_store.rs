//! The rows of blanks: the sealed file, and how it is filled.

use kernel::vault::Vault;
use kernel::{Act, Db, DbError, Query, Reader, Row, Scope, q};
use sha2::{Digest, Sha256};

use super::fill_plan::Blank;
use super::store::json;

const PLAN: &str = "blanks.plan";
const CONTENT: &str = "blank_files.content";

/// A blank that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: i64,
    /// Division code of the organisation in whose name it is kept.
    pub org: String,
    pub who: String,
    pub file_name: String,
    pub n_bytes: i64,
    pub checksum: String,
    pub blank: Blank,
    pub made_on: String,
    pub version: i64,
}

/// The places of a blank in few letters.
fn key(blank: &Blank) -> String {
    kernel::vault::hex(&Sha256::digest(blank.titles().as_bytes()))
}

pub async fn insert(act: &mut Act, of: &Kept, bytes: &[u8]) -> Result<(), DbError> {
    let plan = act.vault().seal(PLAN, &json(&of.blank)?)?;
    let content = act.vault().seal_bytes(CONTENT, bytes)?;
    let insert = q!(
        "INSERT INTO blanks (id, org, who, file_name, n_bytes, checksum, titles, plan, made_on,
                             act, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
        of.id,
        &of.org,
        &of.who,
        &of.file_name,
        of.n_bytes,
        &of.checksum,
        key(&of.blank),
        plan,
        &of.made_on,
        act.id()
    );
    let file = q!("INSERT INTO blank_files (blank, content) VALUES ($1, $2)", of.id, content);
    act.put(vec![insert, file]).await
}

/// Keeps how a blank is filled, unless somebody else has changed it since.
pub async fn update(act: &mut Act, of: &Kept) -> Result<bool, DbError> {
    let update = updating(act.vault(), of)?;
    Ok(act.run(update).await? == 1)
}

/// The statement of [`update`].
pub fn updating(keys: &Vault, of: &Kept) -> Result<Query, DbError> {
    Ok(q!(
        "UPDATE blanks SET plan = $3, version = version + 1 WHERE id = $1 AND version = $2",
        of.id,
        of.version,
        keys.seal(PLAN, &json(&of.blank)?)?
    ))
}

pub async fn forget(act: &mut Act, id: i64) -> Result<(), DbError> {
    act.put(vec![
        q!("DELETE FROM blank_files WHERE blank = $1", id),
        q!("DELETE FROM blanks WHERE id = $1", id),
    ])
    .await
}

/// Blanks kept in a scope, the latest first, below the number `before`.
pub async fn list(db: &Db, scope: &Scope, before: i64, n: i64) -> Result<Vec<Kept>, DbError> {
    let rows = db
        .rows(q!(
            "SELECT id, org, who, file_name, n_bytes, checksum, plan, made_on, version
             FROM blanks WHERE org >= $1 AND org < $2 AND id < $3 ORDER BY id DESC LIMIT $4",
            scope.from(),
            scope.to(),
            before,
            n
        ))
        .await?;
    rows.iter().map(|row| kept(row, db.vault())).collect()
}

pub async fn find(
    reader: &mut impl Reader,
    (scope, id): (&Scope, i64),
    keys: &Vault,
) -> Result<Option<Kept>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, org, who, file_name, n_bytes, checksum, plan, made_on, version
             FROM blanks WHERE id = $1 AND org >= $2 AND org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| kept(&row, keys)).transpose()
}

/// The latest blank of an organisation with the same places.
pub async fn like(db: &Db, org: &str, blank: &Blank) -> Result<Option<Blank>, DbError> {
    let row = db
        .row(q!(
            "SELECT plan FROM blanks WHERE org = $1 AND titles = $2 ORDER BY id DESC LIMIT 1",
            org,
            key(blank)
        ))
        .await?;
    row.map(|row| plan(&row.get::<Vec<u8>>(0)?, db.vault())).transpose()
}

/// The bytes of a blank.
pub async fn content(db: &Db, id: i64) -> Result<Option<Vec<u8>>, DbError> {
    let row = db.row(q!("SELECT content FROM blank_files WHERE blank = $1", id)).await?;
    row.map(|row| db.vault().open_bytes(CONTENT, &row.get::<Vec<u8>>(0)?)).transpose()
}

fn plan(sealed: &[u8], keys: &Vault) -> Result<Blank, DbError> {
    let text = keys.open(PLAN, sealed)?;
    serde_json::from_str(&text).map_err(|cause| DbError::Shape(cause.to_string()))
}

fn kept(row: &Row, keys: &Vault) -> Result<Kept, DbError> {
    Ok(Kept {
        id: row.get(0)?,
        org: row.get(1)?,
        who: row.get(2)?,
        file_name: row.get(3)?,
        n_bytes: row.get(4)?,
        checksum: row.get(5)?,
        blank: plan(&row.get::<Vec<u8>>(6)?, keys)?,
        made_on: row.get(7)?,
        version: row.get(8)?,
    })
}

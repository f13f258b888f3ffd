//! Every table of the database into a folder, as it is at one instant.

use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use kernel::schema::{Table, tables};
use kernel::vault::{Vault, unhex};
use kernel::{Db, Row, Value};

use super::csv::write_row;
use super::files::{Hashed, create_private};
use super::schema::{Schema, Values, said};
use crate::schema::MIGRATIONS;

/// Rows read in one trip.
const PAGE: i64 = 1_000;

/// What another system has no use for: who is signed in, and requests already answered.
const OUR_OWN: &[&str] = &["idempotency", "sessions", "sign_in_failures", "tokens"];
/// What no other system may have.
const SECRETS: &[&str] = &["password", "totp", "token", "secret"];

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub n_tables: usize,
    pub n_rows: u64,
    /// Of the list of checksums: it stands for all files.
    pub sha256: String,
}

/// Writes every table, `schema.json` and `checksums.txt` into an empty folder. Keeps a page of
/// rows in memory, no more.
///
/// # Errors
/// When the database cannot be read or the folder cannot be written.
pub async fn write_out(db: &Db, dir: &Path, values: Values) -> anyhow::Result<Written> {
    let db = db.as_it_is().await?;
    let mut schema = Schema::new(db.vault(), values);
    let mut sums = Vec::new();
    for table in tables(MIGRATIONS)? {
        if values == Values::Open && OUR_OWN.contains(&table.name.as_str()) {
            continue;
        }
        let name = format!("{}.csv", table.name);
        let mut out = Hashed::new(create_private(&dir.join(&name))?);
        let n_rows = write_table(&db, &table, values, &mut out).await?;
        sums.push((out.finish()?.1, name));
        schema.tables.push(said(&table, n_rows));
        tracing::info!(table = table.name, n_rows, "written");
    }
    let text = serde_json::to_string_pretty(&schema)? + "\n";
    sums.push((write_file(dir, "schema.json", &text)?, "schema.json".to_owned()));
    let list: String = sums.iter().map(|(sum, name)| format!("{sum}  {name}\n")).collect();
    let sha256 = write_file(dir, "checksums.txt", &list)?;
    let n_rows = schema.tables.iter().map(|table| table.rows).sum();
    Ok(Written { n_tables: schema.tables.len(), n_rows, sha256 })
}

fn write_file(dir: &Path, name: &str, text: &str) -> std::io::Result<String> {
    let mut out = Hashed::new(create_private(&dir.join(name))?);
    out.write_all(text.as_bytes())?;
    Ok(out.finish()?.1)
}

async fn write_table(
    db: &Db,
    table: &Table,
    values: Values,
    out: &mut Hashed,
) -> anyhow::Result<u64> {
    writeln!(out, "{}", table.column_list().replace(", ", ","))?;
    let (mut n_rows, mut last) = (0, None);
    loop {
        let page = db.table_page(table, last.as_ref(), PAGE).await?;
        for row in &page {
            match values {
                Values::Sealed => write_row(out, &row.0)?,
                Values::Open => write_row(out, &opened(row, table, db.vault()))?,
            }
        }
        n_rows += page.len() as u64;
        last = page.into_iter().next_back();
        if last.is_none() {
            return Ok(n_rows);
        }
    }
}

/// The row with what was sealed in plain text; an index of a number stays what it is.
fn opened(row: &Row, table: &Table, vault: &Vault) -> Vec<Value> {
    let value = |(value, column): (&Value, &kernel::schema::Column)| {
        if SECRETS.contains(&column.name.as_str()) {
            return Value::Null;
        }
        let sealed = match value {
            Value::Bytes(bytes) => Some(bytes.clone()),
            // A sealed value may stand in a column of text.
            Value::Text(text) => unhex(text).or_else(|| STANDARD_NO_PAD.decode(text).ok()),
            _ => None,
        };
        let name = format!("{}.{}", table.name, column.name);
        let text = sealed.and_then(|sealed| vault.open(&name, &sealed).ok());
        text.map_or_else(|| value.clone(), Value::Text)
    };
    row.0.iter().zip(&table.columns).map(value).collect()
}

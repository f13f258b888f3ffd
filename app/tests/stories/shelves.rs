//! All that is stored, table by table, so that a test can say what an answer changed.

use std::collections::BTreeMap;
use std::fmt::Write;

use kernel::{Query, Row, Value};
use sha2::{Digest, Sha256};

use crate::world::World;

/// What a table holds: how many rows, and a digest of them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    pub n_rows: usize,
    digest: String,
}

/// Tables by name.
pub type Shelves = BTreeMap<String, Shelf>;

/// Tables that a reading may change: the session was seen, a job took its turn.
pub const OF_READING: &[&str] = &["sessions"];

async fn rows(world: &World, sql: String) -> Vec<Row> {
    rows_of(world, sql, Vec::new()).await
}

/// Names of tables are no parameters: the text is made here and kept to the end of the test.
async fn rows_of(world: &World, sql: String, params: Vec<Value>) -> Vec<Row> {
    let sql: &'static str = Box::leak(sql.into_boxed_str());
    world.db().rows(Query { sql, params }).await.unwrap()
}

/// What is stored under a number: the rows of a table, as text.
pub async fn text_of(world: &World, (table, column): (&str, &str), number: i64) -> String {
    let sql = format!("SELECT * FROM {table} WHERE {column} = $1");
    let rows = rows_of(world, sql, vec![Value::Int(number)]).await;
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort();
    format!("{table}:{}\n", lines.join("\n"))
}

/// The tables whose rows name a person.
pub async fn tables_of_people(world: &World) -> Vec<String> {
    let sql = if world.url.starts_with("sqlite:") {
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'person'
         WHERE m.type = 'table'"
    } else {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.columns
         WHERE table_schema = current_schema() AND column_name = 'person'"
    };
    rows(world, sql.to_owned()).await.iter().map(|row| row.get(0).unwrap()).collect()
}

/// The tables of the database.
pub async fn tables(world: &World) -> Vec<String> {
    let sql = if world.url.starts_with("sqlite:") {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
         WHERE table_schema = current_schema()"
    };
    let mut names: Vec<String> =
        rows(world, sql.to_owned()).await.iter().map(|row| row.get(0).unwrap()).collect();
    names.sort();
    names
}

/// Everything that is stored now.
pub async fn all(world: &World) -> Shelves {
    let mut shelves = Shelves::new();
    for table in tables(world).await {
        let rows = rows(world, format!("SELECT * FROM {table}")).await;
        shelves.insert(table, shelf(&rows));
    }
    shelves
}

fn shelf(rows: &[Row]) -> Shelf {
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort();
    let digest = Sha256::digest(lines.join("\n"));
    let digest = digest.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    Shelf { n_rows: rows.len(), digest }
}

fn line(row: &Row) -> String {
    row.0.iter().fold(String::new(), |mut line, value| {
        match value {
            Value::Null => line.push('-'),
            Value::Int(n) => write!(line, "{n}").unwrap(),
            Value::Text(text) => write!(line, "{text:?}").unwrap(),
            Value::Bytes(bytes) => write!(line, "{bytes:?}").unwrap(),
        }
        line.push('|');
        line
    })
}

/// The tables that differ, apart from those of reading.
pub fn differing(before: &Shelves, after: &Shelves) -> Vec<String> {
    let told = |name: &String, was: &Shelf| {
        let is = after.get(name).map_or(0, |shelf| shelf.n_rows);
        format!("{name} ({} rows, then {is})", was.n_rows)
    };
    let differ = before.iter().filter(|(name, shelf)| {
        !OF_READING.contains(&name.as_str()) && after.get(*name) != Some(*shelf)
    });
    differ.map(|(name, shelf)| told(name, shelf)).collect()
}

/// How many acts there were.
pub fn n_acts(shelves: &Shelves) -> usize {
    shelves["audit"].n_rows
}

/// How many acts there are now.
pub async fn acts(world: &World) -> usize {
    let row = world.db().row(kernel::q!("SELECT COUNT(*) FROM audit")).await.unwrap();
    usize::try_from(row.unwrap().get::<i64>(0).unwrap()).unwrap()
}

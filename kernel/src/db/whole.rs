//! Whole tables out of the database and into an empty one, page by page; the same on both engines.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::bulk::Indexes;
use super::schema::Table;
use super::{Db, DbError, Query, Row, Value, Writing};

/// Statements over whole tables. There are three for each table, and they are kept for as long
/// as the program runs, as literal ones are.
static STATEMENTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

fn literal(sql: String) -> Result<&'static str, DbError> {
    let mut known = STATEMENTS.lock().map_err(|_| DbError::Closed("statements"))?;
    if let Some(sql) = known.get(sql.as_str()) {
        return Ok(sql);
    }
    let sql: &'static str = Box::leak(sql.into_boxed_str());
    known.insert(sql);
    Ok(sql)
}

fn places(from: usize, n: usize) -> String {
    let places: Vec<String> = (from..from + n).map(|place| format!("${place}")).collect();
    places.join(", ")
}

impl Db {
    /// The rows of a table in the order of its key, at most `n`, after the row `after`.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn table_page(
        &self,
        table: &Table,
        after: Option<&Row>,
        n: i64,
    ) -> Result<Vec<Row>, DbError> {
        let (columns, name, key) = (table.column_list(), &table.name, table.key.join(", "));
        let Some(after) = after else {
            let sql = format!("SELECT {columns} FROM {name} ORDER BY {key} LIMIT $1");
            return self.rows_long(Query { sql: literal(sql)?, params: vec![n.into()] }).await;
        };
        let values = table.key_places().filter_map(|at| after.0.get(at)).cloned();
        let mut params: Vec<Value> = values.collect();
        let (marks, last) = (places(1, params.len()), params.len() + 1);
        let sql = format!(
            "SELECT {columns} FROM {name} WHERE ({key}) > ({marks}) ORDER BY {key} LIMIT ${last}"
        );
        params.push(n.into());
        self.rows_long(Query { sql: literal(sql)?, params }).await
    }

    /// Begins to fill the tables of a database in one transaction.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn load(&self) -> Result<Load, DbError> {
        Ok(Load { writing: self.begin_engine().await?, indexes: None })
    }
}

/// Filling a database; dropped without [`Load::commit`], nothing was written.
pub struct Load {
    writing: Writing,
    indexes: Option<Indexes>,
}

impl Load {
    /// Whether anything was ever done in this database.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn is_used(&mut self) -> Result<bool, DbError> {
        let acts = crate::q!("SELECT n FROM audit ORDER BY n LIMIT 1");
        Ok(!self.writing.ask(acts).await?.rows.is_empty())
    }

    /// Empties the tables and sets their indexes aside until the commit.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn clear(&mut self, tables: &[Table]) -> Result<(), DbError> {
        for table in tables {
            let sql = literal(format!("DELETE FROM {}", table.name))?;
            self.writing.ask(Query { sql, params: Vec::new() }).await?;
        }
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        self.indexes = Some(self.writing.set_indexes_aside(&names).await?);
        Ok(())
    }

    /// Writes rows of a table, each in the order of its columns.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn rows(&mut self, table: &Table, rows: Vec<Row>) -> Result<(), DbError> {
        let (name, columns) = (&table.name, table.column_list());
        let marks = places(1, table.columns.len());
        let sql = literal(format!("INSERT INTO {name} ({columns}) VALUES ({marks})"))?;
        let insertions = rows.into_iter().map(|row| Query { sql, params: row.0 });
        self.writing.bulk(insertions.collect()).await
    }

    /// Makes the indexes and commits.
    ///
    /// # Errors
    /// Whatever the engine says; nothing was written then.
    pub async fn commit(mut self) -> Result<(), DbError> {
        if let Some(indexes) = self.indexes.take() {
            self.writing.make_indexes(indexes).await?;
        }
        self.writing.commit().await
    }
}

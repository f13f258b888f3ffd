//! Many rows in one act: a first load, a roster, duties derived anew.
//!
//! The rooms make the same insertions as for one row. SQLite keeps their statements prepared;
//! PostgreSQL is sent a `COPY` for each. Whoever fills empty tables sets their indexes aside first.

use super::{Act, DbError, Query, Value, Writing};

/// The definitions of indexes that were set aside.
#[derive(Debug)]
#[must_use = "indexes that were set aside are made again before the commit"]
pub struct Indexes(Vec<String>);

impl Act {
    /// Inserts many rows, each an `INSERT INTO … (…) VALUES (…)` of parameters and literals.
    /// Rows of one statement are written in order, those of different ones in any. A failure is
    /// told at the next call or at the commit. At most one batch waits while the next is made,
    /// so that memory stays bounded: a few thousand rows a batch are right.
    ///
    /// # Errors
    /// As [`Act::rows`]; on PostgreSQL also when a statement is no such insertion.
    pub async fn bulk(&mut self, insertions: Vec<Query>) -> Result<(), DbError> {
        self.writing().bulk(insertions).await
    }

    /// Takes the indexes of tables away until [`Act::make_indexes`]: filling a table and sorting
    /// its indexes at the end is several times faster. Only for tables that are empty or are
    /// written anew as a whole; on PostgreSQL nobody can read them until the commit.
    ///
    /// # Errors
    /// As [`Act::rows`].
    pub async fn set_indexes_aside(&mut self, tables: &[&str]) -> Result<Indexes, DbError> {
        self.writing().set_indexes_aside(tables).await
    }

    /// Makes the indexes again, as they were.
    ///
    /// # Errors
    /// As [`Act::rows`]; a duplicate when rows have the same unique key.
    pub async fn make_indexes(&mut self, indexes: Indexes) -> Result<(), DbError> {
        self.writing().make_indexes(indexes).await
    }
}

impl Writing {
    pub(super) async fn bulk(&mut self, insertions: Vec<Query>) -> Result<(), DbError> {
        match self {
            Self::Sqlite(writing) => writing.bulk(insertions).await,
            Self::Postgres(writing) => {
                for rows in by_statement(insertions) {
                    writing.copy(&Insertion::read(rows[0].sql)?, &rows).await?;
                }
                Ok(())
            }
        }
    }

    pub(super) async fn set_indexes_aside(&mut self, tables: &[&str]) -> Result<Indexes, DbError> {
        let mut definitions = Vec::new();
        for table in tables {
            let known = Query { sql: self.indexes_of(), params: vec![(*table).into()] };
            for row in self.ask(known).await?.rows {
                let (name, definition): (String, String) = (row.get(0)?, row.get(1)?);
                self.script(&format!("DROP INDEX {name}")).await?;
                definitions.push(definition);
            }
        }
        Ok(Indexes(definitions))
    }

    pub(super) async fn make_indexes(&mut self, indexes: Indexes) -> Result<(), DbError> {
        for definition in indexes.0 {
            self.script(&definition).await?;
        }
        Ok(())
    }
}

/// The same rows, those of one statement together, in the order of the first of each.
fn by_statement(rows: Vec<Query>) -> Vec<Vec<Query>> {
    let mut groups: Vec<Vec<Query>> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|group| group[0].sql == row.sql) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// An insertion taken apart, so that its rows can be copied.
pub(super) struct Insertion<'a> {
    pub table: &'a str,
    pub columns: &'a str,
    values: Vec<Place>,
}

/// What stands in a column: a parameter (from 0) or the same in every row.
enum Place {
    Param(usize),
    Fixed(Value),
}

impl<'a> Insertion<'a> {
    pub fn read(sql: &'a str) -> Result<Self, DbError> {
        let bad = || DbError::Shape(format!("no plain insertion: {sql}"));
        let rest = sql.trim().strip_prefix("INSERT INTO ").ok_or_else(bad)?;
        let (table, rest) = rest.split_once('(').ok_or_else(bad)?;
        let (columns, rest) = rest.split_once(')').ok_or_else(bad)?;
        let values = rest.trim().strip_prefix("VALUES").ok_or_else(bad)?.trim();
        let values = values.strip_prefix('(').and_then(|list| list.strip_suffix(')'));
        let values = values.ok_or_else(bad)?.split(',').map(|word| place(word.trim()));
        let values = values.collect::<Option<Vec<_>>>().ok_or_else(bad)?;
        if values.len() != columns.split(',').count() {
            return Err(bad());
        }
        Ok(Self { table: table.trim(), columns, values })
    }

    /// The values of a row in the order of the columns.
    pub fn row<'b>(&'b self, params: &'b [Value]) -> Result<Vec<&'b Value>, DbError> {
        let value = |place: &'b Place| match place {
            Place::Fixed(value) => Some(value),
            Place::Param(at) => params.get(*at),
        };
        let row: Option<Vec<_>> = self.values.iter().map(value).collect();
        row.ok_or_else(|| DbError::Shape(format!("too few values for {}", self.table)))
    }
}

/// `$3`, `1`, `'active'` or `NULL`. No literal of the house holds a comma or a quotation mark.
fn place(word: &str) -> Option<Place> {
    if let Some(number) = word.strip_prefix('$') {
        return number.parse::<usize>().ok()?.checked_sub(1).map(Place::Param);
    }
    if word == "NULL" {
        return Some(Place::Fixed(Value::Null));
    }
    if let Some(text) = word.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return Some(Place::Fixed(Value::from(text)));
    }
    word.parse::<i64>().ok().map(|n| Place::Fixed(Value::Int(n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insertions_are_taken_apart() {
        let insertion =
            Insertion::read("INSERT INTO beds (id, kind,\n n) VALUES ($2, 'iron', 1)").unwrap();
        assert_eq!((insertion.table, insertion.columns), ("beds", "id, kind,\n n"));
        let params = [Value::Null, Value::Int(7)];
        let row = insertion.row(&params).unwrap();
        assert_eq!(row, [&Value::Int(7), &Value::from("iron"), &Value::Int(1)]);
    }

    #[test]
    fn what_is_no_plain_insertion_is_refused() {
        let statements = [
            "UPDATE beds SET n = $1",
            "INSERT INTO beds (id, n) VALUES ($1)",
            "INSERT INTO beds (id) VALUES ($1) ON CONFLICT DO NOTHING",
            "INSERT INTO beds (id) VALUES (n + 1)",
            "INSERT INTO beds (id) VALUES ($0)",
        ];
        for sql in statements {
            assert!(Insertion::read(sql).is_err(), "{sql}");
        }
        let insertion = Insertion::read("INSERT INTO beds (id) VALUES ($2)").unwrap();
        assert!(insertion.row(&[Value::Int(1)]).is_err());
    }

    #[test]
    fn rows_of_one_statement_come_together() {
        let query = |sql, n| Query { sql, params: vec![Value::Int(n)] };
        let groups = by_statement(vec![query("a", 1), query("b", 2), query("a", 3)]);
        let numbers: Vec<Vec<&Value>> =
            groups.iter().map(|rows| rows.iter().map(|row| &row.params[0]).collect()).collect();
        assert_eq!(numbers, [vec![&Value::Int(1), &Value::Int(3)], vec![&Value::Int(2)]]);
    }
}

//! What the migrations make: tables, columns and keys, read from their text, so that every table
//! can be handed over without naming it twice.

use super::{DbError, Migration};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    Int,
    Text,
    Bytes,
}

impl ColumnKind {
    /// The word of the migrations.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Int => "BIGINT",
            Self::Text => "TEXT",
            Self::Bytes => "BYTES",
        }
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
    /// May hold nothing.
    pub nullable: bool,
}

/// A table as it stands after all migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// The columns of the primary key, by which its rows are put in order.
    pub key: Vec<String>,
}

impl Table {
    /// The names of all columns between commas.
    #[must_use]
    pub fn column_list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        names.join(", ")
    }

    /// The places of the key's columns.
    pub(super) fn key_places(&self) -> impl Iterator<Item = usize> {
        self.key.iter().filter_map(|key| self.columns.iter().position(|known| known.name == *key))
    }
}

/// Every table that the migrations leave behind, by name.
///
/// # Errors
/// When a statement that changes a table is of a form that is not known here.
pub fn tables(all: &[Migration]) -> Result<Vec<Table>, DbError> {
    let mut tables: Vec<Table> = Vec::new();
    for statement in all.iter().flat_map(|file| statements(file.sql)) {
        if let Some(rest) = after(&statement, "CREATE TABLE ") {
            tables.push(created(rest).ok_or_else(|| unknown(&statement))?);
        } else if let Some(name) = after(&statement, "DROP TABLE ") {
            tables.retain(|table| table.name != name.trim());
        } else if let Some(rest) = after(&statement, "ALTER TABLE ") {
            altered(&mut tables, rest).ok_or_else(|| unknown(&statement))?;
        }
    }
    if let Some(table) = tables.iter().find(|table| table.key.is_empty()) {
        return Err(DbError::Shape(format!("table {} has no key", table.name)));
    }
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tables)
}

fn unknown(statement: &str) -> DbError {
    DbError::Shape(format!("a statement of the schema that is not understood: {statement}"))
}

fn after<'a>(statement: &'a str, words: &str) -> Option<&'a str> {
    statement.strip_prefix(words)
}

/// The statements of a file on one line each, without comments.
fn statements(sql: &str) -> Vec<String> {
    let code: Vec<&str> =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let code = code.join("\n") + "\n";
    let bare = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    code.split(";\n").map(bare).filter(|text| !text.is_empty()).collect()
}

fn created(rest: &str) -> Option<Table> {
    let (name, body) = rest.split_once('(')?;
    let body = body.trim().strip_suffix(')')?;
    let mut table = Table { name: name.trim().to_owned(), columns: Vec::new(), key: Vec::new() };
    for part in parts(body) {
        if let Some(list) = after(part, "PRIMARY KEY") {
            let list = list.trim().strip_prefix('(')?.strip_suffix(')')?;
            table.key = list.split(',').map(|name| name.trim().to_owned()).collect();
        } else if !part.starts_with("UNIQUE") && !part.starts_with("CHECK") {
            let column = column(part)?;
            if part.contains(" PRIMARY KEY") {
                table.key = vec![column.name.clone()];
            }
            table.columns.push(column);
        }
    }
    Some(table)
}

/// What stands between the commas that are not inside brackets.
fn parts(body: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut parts) = (0_i32, 0, Vec::new());
    for (at, c) in body.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(body[begin..at].trim());
                begin = at + 1;
            }
            _ => (),
        }
    }
    parts.push(body[begin..].trim());
    parts
}

fn column(part: &str) -> Option<Column> {
    let mut words = part.split(' ');
    let name = words.next()?.to_owned();
    let kind = match words.next()? {
        "BIGINT" => ColumnKind::Int,
        "TEXT" => ColumnKind::Text,
        "BYTES" => ColumnKind::Bytes,
        _ => return None,
    };
    let nullable = !part.contains(" NOT NULL") && !part.contains(" PRIMARY KEY");
    Some(Column { name, kind, nullable })
}

fn altered(tables: &mut [Table], rest: &str) -> Option<()> {
    let (name, change) = rest.split_once(' ')?;
    let table = tables.iter_mut().find(|table| table.name == name)?;
    if let Some(added) = after(change, "ADD COLUMN ") {
        table.columns.push(column(added)?);
    } else if let Some(dropped) = after(change, "DROP COLUMN ") {
        table.columns.retain(|column| column.name != dropped.trim());
    } else {
        return None;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "-- 床位; 一张床\nCREATE TABLE beds (\n    id BIGINT PRIMARY KEY,\n    \
         note BYTES, -- sealed\n    name TEXT NOT NULL UNIQUE\n);\n\
         CREATE INDEX beds_name ON beds (name, id);\nINSERT INTO beds VALUES (1, NULL, 'a');\n\
         CREATE TABLE gone (id BIGINT PRIMARY KEY);\n";
    const SECOND: &str = "CREATE TABLE stays (\n    bed BIGINT NOT NULL,\n    on_day TEXT NOT NULL,\
         \n    PRIMARY KEY (bed, on_day)\n);\nALTER TABLE beds ADD COLUMN n BIGINT NOT NULL \
         DEFAULT 0;\nDROP TABLE gone;\n";

    fn files(texts: &[&'static str]) -> Vec<Migration> {
        let file = |(at, sql): (usize, &&'static str)| Migration {
            number: i64::try_from(at).unwrap_or(0),
            name: "x",
            sql,
        };
        texts.iter().enumerate().map(file).collect()
    }

    #[test]
    fn tables_are_read_from_the_migrations() {
        let tables = tables(&files(&[FIRST, SECOND])).unwrap();
        let told: Vec<String> = tables
            .iter()
            .map(|table| format!("{}({}) {}", table.name, table.column_list(), table.key.join("+")))
            .collect();
        assert_eq!(told, ["beds(id, note, name, n) id", "stays(bed, on_day) bed+on_day"]);
        let nullable: Vec<bool> = tables[0].columns.iter().map(|c| c.nullable).collect();
        assert_eq!(nullable, [false, true, false, false]);
        assert_eq!(tables[0].columns[1].kind, ColumnKind::Bytes);
    }

    #[test]
    fn what_is_not_understood_is_a_fault() {
        for sql in [
            "CREATE TABLE a (id REAL PRIMARY KEY);\n",
            "CREATE TABLE a (id BIGINT NOT NULL);\n",
            "ALTER TABLE a ADD COLUMN b TEXT;\n",
            "CREATE TABLE a (id BIGINT PRIMARY KEY);\nALTER TABLE a RENAME TO b;\n",
        ] {
            assert!(tables(&files(&[sql])).is_err(), "{sql}");
        }
    }
}

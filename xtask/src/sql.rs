//! One SQL text for both engines, and every table written by its owner only.

use crate::rooms::{owners, room_of};
use crate::rust::{Literal, is_test_file, words};
use crate::tidy::Finding;
use crate::tree::Tree;

#[cfg(test)]
mod tests;

/// Only the owner's files write a table. Tests may write what they like.
pub fn check_writers(tree: &Tree) -> Vec<Finding> {
    let owners = owners(tree);
    let mut findings = Vec::new();
    for (path, literal) in product_literals(tree) {
        let Some(writer) = writer(path) else { continue };
        for (ahead, table) in written(&literal.text) {
            let owner = owners.get(&table).and_then(|owners| owners.first());
            let says = match owner {
                Some(owner) if *owner == writer => continue,
                // The kernel's helpers write the table they are told to.
                None if table.starts_with('{') && writer == "kernel" => continue,
                Some(owner) => format!("`{table}` is written by `{owner}` only"),
                None if table.starts_with('{') => "name the table literally".to_owned(),
                None => format!("`{table}` has no owner: name it under Owns in a header"),
            };
            findings.push(Finding::new(path, literal.line + ahead, "writer", says));
        }
    }
    findings
}

/// Literals outside tests, with the file they stand in.
fn product_literals(tree: &Tree) -> impl Iterator<Item = (&str, &Literal)> {
    tree.sources().flat_map(|(path, source)| {
        source.literals.iter().filter(|literal| !literal.is_test).map(move |text| (path, text))
    })
}

/// Who writes from this file; nobody owns tables from `app/src/main.rs`.
fn writer(path: &str) -> Option<&str> {
    match room_of(path) {
        Some(room) => Some(room),
        None if path.starts_with("kernel/src/") => Some("kernel"),
        None => path.starts_with("app/src/").then_some("app"),
    }
}

/// Tables written by a statement, with the line of the literal they stand on (from 0).
fn written(text: &str) -> Vec<(usize, String)> {
    let mut tables = Vec::new();
    for verb in ["INSERT INTO", "REPLACE INTO", "DELETE FROM", "UPDATE", "TRUNCATE"] {
        for offset in words(text, verb) {
            let after = text[offset + verb.len()..].trim_start_matches([' ', '\n', '\\', '"']);
            let table: String = after.chars().take_while(|c| is_name(*c)).collect();
            // `DO UPDATE SET` and `FOR UPDATE SKIP LOCKED` name no table.
            if !matches!(table.as_str(), "" | "SET" | "SKIP" | "OF" | "NOWAIT") {
                tables.push((text[..offset].matches('\n').count(), table));
            }
        }
    }
    tables
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '{' | '}')
}

/// Every table of the migrations (and those that the kernel makes for itself) has an owner,
/// and every owned table exists.
pub fn check_migrations(tree: &Tree) -> Vec<Finding> {
    let owners = owners(tree);
    let mut tables: Vec<(String, String, usize)> = Vec::new();
    for (path, text) in tree.like(is_migration) {
        for (index, line) in text.lines().enumerate() {
            let line = line.split("--").next().unwrap_or_default();
            if let Some(table) = named(line, "CREATE TABLE") {
                tables.push((table, path.to_owned(), index + 1));
            } else if let Some(table) = named(line, "DROP TABLE") {
                tables.retain(|(known, ..)| *known != table);
            }
        }
    }
    for (path, literal) in product_literals(tree).filter(|(path, _)| path.starts_with("kernel/")) {
        if let Some(table) = named(&literal.text, "CREATE TABLE") {
            tables.push((table, path.to_owned(), literal.line));
        }
    }
    let mut findings = Vec::new();
    for (table, path, line) in tables.iter().filter(|(table, ..)| !owners.contains_key(table)) {
        let says = format!("`{table}` has no owner: name it under Owns in a header");
        findings.push(Finding::new(path, *line, "owner", says));
    }
    for (table, owner) in &owners {
        if !tables.iter().any(|(known, ..)| known == table) {
            let says = format!("`{table}` is owned and in no migration");
            findings.push(Finding::new(&crate::rooms::header_path(owner[0]), 1, "owner", says));
        }
    }
    findings
}

fn is_migration(path: &str) -> bool {
    path.ends_with(".sql") && path.split('/').any(|part| part == "migrations")
}

/// The name after `CREATE TABLE`, lower or upper case, with or without `IF NOT EXISTS`.
fn named(line: &str, verb: &str) -> Option<String> {
    let upper = line.to_ascii_uppercase();
    let offset = words(&upper, verb).into_iter().next()?;
    let words: Vec<&str> = line[offset + verb.len()..].split_whitespace().collect();
    let is_condition =
        |word: &&&str| matches!(word.to_ascii_uppercase().as_str(), "IF" | "NOT" | "EXISTS");
    let name = words.iter().find(|word| !is_condition(word))?;
    let name: String = name.trim_start_matches('"').chars().take_while(|c| is_name(*c)).collect();
    (!name.is_empty()).then_some(name)
}

/// Words that one engine understands and the other does not, and `OFFSET`, which reads what it
/// throws away.
const ENGINE_WORDS: &[&str] = &[
    "AUTOINCREMENT",
    "ILIKE",
    "NOW()",
    "STRFTIME",
    "JULIANDAY",
    "JSON_EXTRACT",
    "GROUP_CONCAT",
    "STRING_AGG",
    "PRAGMA",
    "SERIAL",
    "BIGSERIAL",
    "ON DUPLICATE",
    "OFFSET",
    "::TEXT",
    "::BIGINT",
    "::INT",
    "::UUID",
    "::DATE",
    "::NUMERIC",
    "::JSONB",
];

/// SQL of one engine in the rooms.
pub fn check_dialect(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, literal) in product_literals(tree) {
        // A measurement sets its own bare floor up as the engine has it.
        let is_measurement = path.starts_with("app/benches/");
        if !path.starts_with("app/") || is_measurement || is_test_file(path) {
            continue;
        }
        let text = if is_sql(&literal.text) {
            literal.text.to_ascii_uppercase()
        } else {
            literal.text.clone()
        };
        for word in ENGINE_WORDS {
            for offset in words(&text, word) {
                let line = literal.line + text[..offset].matches('\n').count();
                let says = format!("`{word}` is not in the common dialect of both engines");
                findings.push(Finding::new(path, line, "dialect", says));
            }
        }
    }
    findings
}

/// A literal is read as SQL when it has a verb of SQL in capitals.
fn is_sql(text: &str) -> bool {
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE", "WHERE", "ORDER BY", "FROM", "CREATE"];
    verbs.iter().any(|verb| !words(text, verb).is_empty())
}

//! Every statement of the house is prepared on both engines: a typing error, a column that is
//! not there, a word of one engine alone fails here.

use std::fs;
use std::path::{Path, PathBuf};

use crate::world::World;

/// Every `q!("…")` of the sources, with the file it stands in.
fn statements() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    collect(&root.join("app/src"), &mut files);
    collect(&root.join("kernel/src"), &mut files);
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (at, _) in text.match_indices("q!(") {
            let rest = text[at + 3..].trim_start();
            if let Some(literal) = rest.strip_prefix('"') {
                found.push((file.clone(), unescape(literal)));
            }
        }
    }
    found
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// The text of a string literal up to its closing quotation mark.
fn unescape(literal: &str) -> String {
    let mut text = String::new();
    let mut characters = literal.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => match characters.next() {
                Some('\n') => while characters.next_if(|c| c.is_whitespace()).is_some() {},
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    text
}

#[tokio::test]
async fn every_statement_is_prepared_on_both_engines() {
    let mut statements = statements();
    // A mention in a comment is no statement.
    statements.retain(|(_, sql)| sql.contains(' ') && !sql.contains('…'));
    assert!(statements.len() > 40, "only {} statements were found", statements.len());
    for world in World::each().await {
        let mut faults = Vec::new();
        if let Some(path) = world.url.strip_prefix("sqlite:") {
            let conn = rusqlite::Connection::open(path.split('?').next().unwrap()).unwrap();
            for (file, sql) in &statements {
                if let Err(cause) = conn.prepare(sql) {
                    faults.push(format!("{}: {cause}\n{sql}", file.display()));
                }
            }
        } else {
            let (client, connection) =
                tokio_postgres::connect(&world.url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            for (file, sql) in &statements {
                if let Err(cause) = client.prepare(sql).await {
                    faults.push(format!("{}: {cause:?}\n{sql}", file.display()));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    }
}

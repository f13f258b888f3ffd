use super::*;

const CARDS: &str = "//! 联系卡。\n//! Owns: `cards`. Uses: nothing.\n";
const KERNEL: &str = "//! The ground floor. Owns: `audit`, `jobs`.\n";

fn says(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let mut all = vec![("app/src/cards/mod.rs", CARDS), ("kernel/src/lib.rs", KERNEL)];
    all.extend(files);
    check(&Tree::sample(&all)).iter().map(ToString::to_string).collect()
}

#[test]
fn the_owner_writes() {
    let store = "const A: &str = \"INSERT INTO cards (id) VALUES ($1)\n \
        ON CONFLICT (id) DO UPDATE SET id = $1\";\n\
        const B: &str = \"UPDATE cards SET a = 1\";\nconst C: &str = \"DELETE FROM cards\";";
    assert_eq!(says(check_writers, &[("app/src/cards/store.rs", store)]), Vec::<String>::new());
    let jobs = "\"SELECT id FROM jobs FOR UPDATE SKIP LOCKED\"; \"UPDATE jobs SET a = 1\"; \
        \"INSERT INTO {table}\"";
    assert_eq!(says(check_writers, &[("kernel/src/jobs.rs", jobs)]), Vec::<String>::new());
}

#[test]
fn others_do_not_write() {
    let text = "let a = 1;\nlet b = \"\n  UPDATE cards SET a = 1\";";
    for path in ["app/src/visits/store.rs", "app/src/routes.rs", "kernel/src/db.rs"] {
        let found = says(check_writers, &[(path, text)]);
        assert_eq!(found, [format!("{path}:3: writer: `cards` is written by `cards` only")]);
    }
    let found = says(check_writers, &[("app/src/cards/a.rs", "\"DELETE FROM audit\"")]);
    assert!(found[0].contains("`audit` is written by `kernel` only"), "{found:?}");
    let tests = format!("#[cfg(test)]\nmod tests {{\n{text}\n}}");
    assert_eq!(says(check_writers, &[("app/src/visits/a.rs", &tests)]), Vec::<String>::new());
}

#[test]
fn a_table_without_owner_and_a_hidden_name_are_found() {
    let found = says(check_writers, &[("app/src/cards/a.rs", "\"INSERT INTO cats\"")]);
    assert!(found[0].contains("`cats` has no owner"), "{found:?}");
    let found = says(check_writers, &[("app/src/cards/a.rs", "format!(\"DELETE FROM {table}\")")]);
    assert!(found[0].contains("name the table literally"), "{found:?}");
}

#[test]
fn migrations_and_owners_agree() {
    let all = "CREATE TABLE cards (\n id BIGINT);\ncreate table if not exists audit(id TEXT);\n\
        CREATE TABLE jobs (id TEXT);";
    assert_eq!(says(check_migrations, &[("migrations/0001.sql", all)]), Vec::<String>::new());
    let own = ("kernel/src/db.rs", "\"CREATE TABLE IF NOT EXISTS jobs (id TEXT)\"");
    let two = all.replace("CREATE TABLE jobs", "");
    let files = [("migrations/1.sql", two.as_str()), own];
    assert_eq!(says(check_migrations, &files), Vec::<String>::new());
    let more = "-- CREATE TABLE no (id TEXT)\nCREATE TABLE cats (id TEXT);\nDROP TABLE jobs;\n";
    let found = says(check_migrations, &[("migrations/1.sql", all), ("migrations/2.sql", more)]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("migrations/2.sql:2: owner: `cats` has no owner"));
    assert!(found[1].contains("`jobs` is owned and in no migration"));
}

#[test]
fn every_engine_word_is_found() {
    for word in ENGINE_WORDS {
        let store = format!("let a = \"SELECT a\n FROM b {} c\";", word.to_ascii_lowercase());
        let found = says(check_dialect, &[("app/src/cards/store.rs", &store)]);
        assert_eq!(found.len(), 1, "{word}: {found:?}");
        assert!(found[0].starts_with("app/src/cards/store.rs:2: dialect:"));
        assert_eq!(says(check_dialect, &[("kernel/src/db.rs", &store)]), Vec::<String>::new());
    }
}

#[test]
fn the_common_dialect_and_prose_are_accepted() {
    let store = "let a = \"INSERT INTO cards (a) VALUES ($1) \
        ON CONFLICT (a) DO NOTHING RETURNING id\";\n\
        let b = \"serial number\"; let c = \"SELECT serial_no FROM cards\"; let d = a.offset(3);";
    assert_eq!(says(check_dialect, &[("app/src/cards/store.rs", store)]), Vec::<String>::new());
    let found = says(check_dialect, &[("app/src/cards/store.rs", "push(\" OFFSET $2\")")]);
    assert_eq!(found.len(), 1);
}

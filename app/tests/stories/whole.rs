//! All data at once: backups that are tried before they count, and the way from one engine to
//! the other and back without a difference.

use std::collections::BTreeMap;
use std::path::Path;

use axum::http::StatusCode;
use jiff::civil::date;
use kernel::audit::Chain;
use kernel::schema::{ColumnKind, tables};
use kernel::vault::{Suite, Vault};
use kernel::{Clock, Db, q};
use songhe::cli::backup::restore::take;
use songhe::cli::backup::trial::{Keys, look_through, trial_of};
use songhe::cli::backup::{file, make};
use songhe::cli::handover::export;
use songhe::cli::handover::into::{Existing, read_in};
use songhe::cli::handover::schema::Values;
use songhe::schema::MIGRATIONS;

use crate::samples::{CANARIES, Samples};
use crate::world::{TODAY, World};

/// Databases in which nothing was done yet: one of each engine.
async fn empty_places(dir: &Path) -> Vec<String> {
    let mut urls = vec![format!("sqlite:{}?synchronous=off", dir.join("empty.db").display())];
    if let Ok(url) = std::env::var("SONGHE_TEST_POSTGRES") {
        urls.push(World::empty_schema(&url).await);
    }
    urls
}

fn open(url: &str, keys: &Keys) -> Db {
    Db::open(url, keys.vault.clone(), keys.clock.clone()).unwrap()
}

fn keys_of(world: &World) -> Keys {
    Keys { vault: world.db().vault().clone(), clock: Clock::fixed(TODAY) }
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(dir).unwrap().map(Result::unwrap);
    let read = |entry: std::fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
    };
    entries.map(read).collect()
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap().map(Result::unwrap);
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_tables_that_are_read_from_the_migrations_are_those_of_the_engines() {
    for world in World::each().await {
        let mut live: BTreeMap<String, Vec<(String, String, bool)>> = BTreeMap::new();
        if let Some(path) = world.url.strip_prefix("sqlite:") {
            let conn = rusqlite::Connection::open(path.split('?').next().unwrap()).unwrap();
            let mut ask = conn
                .prepare(
                    "SELECT t.name, c.name, c.type, c.\"notnull\" OR c.pk > 0
                     FROM sqlite_master t JOIN pragma_table_info(t.name) c
                     WHERE t.type = 'table' ORDER BY t.name, c.cid",
                )
                .unwrap();
            let rows = ask.query_map([], |row| {
                Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?, row.get(3)?)))
            });
            for row in rows.unwrap() {
                let (table, mut column): (_, (String, String, bool)) = row.unwrap();
                // The number of a row is the row itself there, and is as wide.
                if column.1 == "INTEGER" {
                    column.1 = "BIGINT".to_owned();
                }
                live.entry(table).or_default().push(column);
            }
        } else {
            let (client, connection) =
                tokio_postgres::connect(&world.url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            let ask = "SELECT table_name::text, column_name::text, data_type::text,
                              is_nullable = 'NO'
                       FROM information_schema.columns
                       JOIN information_schema.tables USING (table_schema, table_name)
                       WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
                       ORDER BY table_name, ordinal_position";
            for row in client.query(ask, &[]).await.unwrap() {
                let column = (row.get(1), row.get(2), row.get(3));
                live.entry(row.get(0)).or_default().push(column);
            }
        }
        live.remove("migrations");
        let mut read = BTreeMap::new();
        for table in tables(MIGRATIONS).unwrap() {
            let columns = table.columns.iter().map(|column| {
                let kind = match (column.kind, world.db().is_sqlite()) {
                    (ColumnKind::Int, true) => "BIGINT",
                    (ColumnKind::Int, false) => "bigint",
                    (ColumnKind::Text, true) => "TEXT",
                    (ColumnKind::Text, false) => "text",
                    (ColumnKind::Bytes, true) => "BLOB",
                    (ColumnKind::Bytes, false) => "bytea",
                };
                (column.name.clone(), kind.to_owned(), !column.nullable)
            });
            read.insert(table.name.clone(), columns.collect::<Vec<_>>());
        }
        assert_eq!(read, live);
    }
}

#[tokio::test]
async fn everything_goes_from_one_engine_to_the_other_and_back_without_a_difference() {
    for world in World::each().await {
        let samples = Samples::make(&world).await;
        let keys = keys_of(&world);
        let dir = tempfile::tempdir().unwrap();
        let first = dir.path().join("first");
        export(world.db(), &first, Values::Sealed, "移交").await.unwrap();
        let written = files(&first);
        assert!(written.contains_key("persons.csv") && written.contains_key("audit.csv"));
        for (name, bytes) in &written {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(!text.contains("19400000001"), "{name} tells a number");
        }
        for (at, url) in empty_places(dir.path()).await.iter().enumerate() {
            let db = open(url, &keys);
            let n_rows = read_in(&db, &first, Existing::Keep).await.unwrap();
            assert!(n_rows > 50, "{n_rows}");
            let again = dir.path().join(format!("again-{at}"));
            export(&db, &again, Values::Sealed, "移交").await.unwrap();
            assert!(files(&again) == written, "the same bytes");
            look_through(&db).await.unwrap();
            let twice = read_in(&db, &first, Existing::Keep).await.unwrap_err();
            assert!(twice.to_string().contains("已有数据"), "{twice}");

            // Life goes on there: the same people are known, new numbers collide with nothing.
            let moved = on(url, &keys);
            let clerk = moved.clerk("coordinator", "990101001001").await;
            let page = moved.get(&clerk, &format!("/people/{}", samples.person)).await;
            assert!(page.body.contains(CANARIES[0]), "{}", page.body);
            let new = moved.person(&clerk, "新来的", date(1955, 5, 5), "990101001001").await;
            assert!(new > samples.person, "numbers go on");
            let verified = songhe::duties::verify::verify(&moved.app, 5).await.unwrap();
            assert_eq!(verified.n_different, 0);
        }
    }
}

/// The house over another database.
fn on(url: &str, keys: &Keys) -> World {
    World::over(open(url, keys), url)
}

#[tokio::test]
async fn a_handed_over_folder_that_was_touched_is_not_read() {
    let world = World::sqlite(TODAY).await;
    Samples::make(&world).await;
    let keys = keys_of(&world);
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    export(world.db(), &whole, Values::Sealed, "移交").await.unwrap();
    let taken = export(world.db(), &whole, Values::Sealed, "移交").await.unwrap_err();
    assert!(taken.to_string().contains("已有内容"), "{taken}");
    let written = files(&whole);
    for url in empty_places(dir.path()).await {
        for (name, bytes) in &written {
            if name == "checksums.txt" {
                continue;
            }
            let mut touched = bytes.clone();
            let at = touched.len() / 2;
            touched[at] ^= 1;
            std::fs::write(whole.join(name), &touched).unwrap();
            let refused = read_in(&open(&url, &keys), &whole, Existing::Keep).await;
            assert!(refused.is_err(), "{name}");
            std::fs::remove_file(whole.join(name)).unwrap();
            let refused = read_in(&open(&url, &keys), &whole, Existing::Keep).await;
            assert!(refused.is_err(), "{name} is missing");
            std::fs::write(whole.join(name), bytes).unwrap();
        }
        let other = Vault::parse(&Vault::fresh(Suite::National).unwrap()).unwrap();
        let stranger = Keys { vault: other, clock: keys.clock.clone() };
        let refused = read_in(&open(&url, &stranger), &whole, Existing::Keep).await.unwrap_err();
        assert!(refused.to_string().contains("密钥文件与这份数据不符"), "{refused}");
        read_in(&open(&url, &keys), &whole, Existing::Keep).await.unwrap();
    }
}

#[tokio::test]
async fn for_another_system_everything_is_in_plain_text_and_no_secret_is_told() {
    for world in World::each().await {
        Samples::make(&world).await;
        let dir = tempfile::tempdir().unwrap();
        let open_dir = dir.path().join("open");
        export(world.db(), &open_dir, Values::Open, "新系统上线").await.unwrap();
        let written = files(&open_dir);
        let text = |name: &str| String::from_utf8(written[name].clone()).unwrap();
        assert!(text("persons.csv").contains("19400000001"));
        assert!(text("entrustments.csv").contains("请代为看望"));
        assert!(!text("accounts.csv").contains("argon2"));
        assert!(!written.contains_key("sessions.csv") && !written.contains_key("tokens.csv"));
        let keys = keys_of(&world);
        let url = format!("sqlite:{}", dir.path().join("none.db").display());
        let refused = read_in(&open(&url, &keys), &open_dir, Existing::Keep).await.unwrap_err();
        assert!(refused.to_string().contains("供其他系统使用"), "{refused}");
        let told = q!("SELECT detail FROM audit WHERE subject = 'export-all'");
        let told: String = world.db().row(told).await.unwrap().unwrap().get(0).unwrap();
        assert!(told.contains("明文") && told.contains("新系统上线"), "{told}");
    }
}

#[tokio::test]
async fn a_backup_is_tried_before_it_counts_and_is_restored() {
    for world in World::each().await {
        let samples = Samples::make(&world).await;
        let keys = keys_of(&world);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("songhe.backup");
        let made = make(world.db(), &path).await.unwrap();
        assert_eq!(made.n_people, 1);
        assert_eq!(names(dir.path()), ["songhe.backup"], "nothing is left beside it");
        assert_eq!(trial_of(&path, &keys).await.unwrap(), made);
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(11).any(|part| part == b"19400000001"), "a number is told");
        // Another backup takes its place; nothing else is overwritten.
        make(world.db(), &path).await.unwrap();
        let other = dir.path().join("letter.txt");
        std::fs::write(&other, "重要").unwrap();
        let refused = make(world.db(), &other).await.unwrap_err();
        assert!(refused.to_string().contains("不是备份"), "{refused}");

        for url in empty_places(dir.path()).await {
            let to_postgres = !url.starts_with("sqlite:");
            let restored = take(&path, &url, &keys, Existing::Keep).await;
            if to_postgres && made.kind == file::Kind::Sqlite {
                let refused = restored.unwrap_err().to_string();
                assert!(refused.contains("export-all"), "{refused}");
                continue;
            }
            restored.unwrap();
            look_through(&open(&url, &keys)).await.unwrap();
            let place = on(&url, &keys);
            let clerk = place.clerk("coordinator", "990101001001").await;
            let page = place.get(&clerk, &format!("/people/{}", samples.person)).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains(CANARIES[0]));
            let told = q!("SELECT COUNT(*) FROM audit WHERE subject = 'restore'");
            let n: i64 = place.db().row(told).await.unwrap().unwrap().get(0).unwrap();
            assert_eq!(n, 1);
            let twice = take(&path, &url, &keys, Existing::Keep).await.unwrap_err().to_string();
            assert!(twice.contains("已存在") || twice.contains("已有数据"), "{twice}");
        }
    }
}

#[tokio::test]
async fn a_flipped_byte_anywhere_is_found() {
    for world in World::each().await {
        Samples::make(&world).await;
        let keys = keys_of(&world);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("songhe.backup");
        make(world.db(), &path).await.unwrap();
        let whole = std::fs::read(&path).unwrap();
        let n = whole.len();
        let spread = (0..24).map(|part| 4096 + (n - 4097) * part / 23);
        let target = dir.path().join("new.db");
        let url = format!("sqlite:{}", target.display());
        for at in [0, 5, 16, 40, 79, 80, 81, 200, 1000, 4094, 4095].into_iter().chain(spread) {
            let mut touched = whole.clone();
            touched[at] ^= 0x20;
            std::fs::write(&path, &touched).unwrap();
            let refused = take(&path, &url, &keys, Existing::Keep).await;
            assert!(refused.is_err(), "byte {at} of {n}");
        }
        for torn in [0, 10, 4096, n / 2, n - 1] {
            std::fs::write(&path, &whole[..torn]).unwrap();
            assert!(take(&path, &url, &keys, Existing::Keep).await.is_err(), "{torn} bytes");
        }
        let mut longer = whole.clone();
        longer.push(b'\n');
        std::fs::write(&path, &longer).unwrap();
        assert!(take(&path, &url, &keys, Existing::Keep).await.is_err(), "a byte more");
        assert!(!target.exists(), "nothing was restored");
        std::fs::write(&path, &whole).unwrap();
        let other = Vault::parse(&Vault::fresh(Suite::International).unwrap()).unwrap();
        let stranger = Keys { vault: other, clock: keys.clock.clone() };
        let refused = take(&path, &url, &stranger, Existing::Keep).await.unwrap_err();
        assert!(refused.to_string().contains("密钥文件与这份备份不符"), "{refused}");
        take(&path, &url, &keys, Existing::Keep).await.unwrap();
    }
}

#[tokio::test]
async fn a_backup_of_a_newer_program_and_a_running_server_are_refused() {
    let world = World::sqlite(TODAY).await;
    Samples::make(&world).await;
    let keys = keys_of(&world);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("songhe.backup");
    let made = make(world.db(), &path).await.unwrap();
    // The database of the running house is open.
    let refused = take(&path, &world.url, &keys, Existing::Replace).await.unwrap_err();
    assert!(refused.to_string().contains("正在使用中"), "{refused}");
    // Somebody with the keys could make a backup of a newer program.
    let mut newer = made.clone();
    newer.schema = 9_999;
    newer.seal = newer.seal_of(&keys.vault);
    let mut changed = std::fs::File::options().read(true).write(true).open(&path).unwrap();
    file::write_head(&mut changed, &newer).unwrap();
    let url = format!("sqlite:{}", dir.path().join("new.db").display());
    let refused = take(&path, &url, &keys, Existing::Keep).await.unwrap_err();
    assert!(refused.to_string().contains("比程序新"), "{refused}");
    // Without the keys nobody can say anything else of the data.
    newer.schema = made.schema;
    newer.n_people = 7;
    file::write_head(&mut changed, &newer).unwrap();
    assert!(take(&path, &url, &keys, Existing::Keep).await.is_err());
    file::write_head(&mut changed, &made).unwrap();
    take(&path, &url, &keys, Existing::Keep).await.unwrap();
}

#[tokio::test]
async fn by_force_a_backup_takes_the_place_of_what_there_is() {
    for world in World::each().await {
        Samples::make(&world).await;
        let keys = keys_of(&world);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("songhe.backup");
        make(world.db(), &path).await.unwrap();
        let urls = empty_places(dir.path()).await;
        let url = if world.db().is_sqlite() { &urls[0] } else { urls.last().unwrap() };
        take(&path, url, &keys, Existing::Keep).await.unwrap();
        {
            let place = on(url, &keys);
            let clerk = place.clerk("coordinator", "990101001001").await;
            place.person(&clerk, "后来的", date(1955, 5, 5), "990101001001").await;
        }
        // The threads of the database above end by themselves.
        let mut tries = 0;
        while let Err(cause) = take(&path, url, &keys, Existing::Replace).await {
            assert!(cause.to_string().contains("正在使用中"), "{cause}");
            tries += 1;
            assert!(tries < 1_000, "{cause}");
        }
        let n = open(url, &keys).row(q!("SELECT COUNT(*) FROM persons")).await.unwrap().unwrap();
        assert_eq!(n.get::<i64>(0).unwrap(), 1, "only who is in the backup");
        let replaced = names(dir.path()).iter().filter(|name| name.contains(".replaced-")).count();
        assert_eq!(replaced > 0, url.starts_with("sqlite:"), "the old file is kept");
    }
}

#[tokio::test]
async fn a_backup_is_of_one_instant_while_others_write() {
    for world in World::each().await {
        let clerk = world.clerk("coordinator", "990101001001").await;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("songhe.backup");
        let writing = async {
            for n in 1..=25 {
                world.person(&clerk, "王秀兰", date(1950, 1, n), "990101001001").await;
            }
        };
        let (made, ()) = tokio::join!(make(world.db(), &path), writing);
        let made = made.unwrap();
        assert!(made.n_people <= 25);
        let keys = keys_of(&world);
        let url = format!("sqlite:{}", dir.path().join("new.db").display());
        take(&path, &url, &keys, Existing::Keep).await.unwrap();
        let db = open(&url, &keys);
        assert!(matches!(kernel::audit::verify(&db).await.unwrap(), Chain::Whole { .. }));
        let torn = "SELECT COUNT(*) FROM persons p WHERE NOT EXISTS
                    (SELECT 1 FROM facts f WHERE f.person = p.id AND f.kind = 'taken_in')";
        let conn = rusqlite::Connection::open(dir.path().join("new.db")).unwrap();
        let n: i64 = conn.query_row(torn, [], |row| row.get(0)).unwrap();
        assert_eq!(n, 0, "a person without the fact of the same act");
    }
}

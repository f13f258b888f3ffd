//! What another office program makes of our files, and ours of its: LibreOffice, as Debian has it.
//! `scripts/test.sh` sets `SONGHE_TEST_OFFICE` where it is installed and says so where it is not.

use std::io::Read;
use std::process::{Command, Stdio};

use axum::http::StatusCode;
use corpus::messy::{Case, cases};
use jiff::civil::date;
use songhe::registry::NewPerson;

use crate::exporting::{EVERY_COLUMN, PAYLOADS, export, well_known};
use crate::importing::checked;
use crate::rosters::{judge, register};
use crate::world::{World, new_person};

/// Opens workbooks in the other program and saves them in another form, in the order given.
fn saved(books: &[(String, Vec<u8>)], form: &str) -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("from"), dir.path().join("to"));
    std::fs::create_dir(&from).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", dir.path().join("profile").display());
    let mut command = Command::new("soffice");
    command.args(["--headless", "--norestore", &profile, "--convert-to", form, "--outdir"]);
    command.arg(&to);
    for (n, (file, bytes)) in books.iter().enumerate() {
        let end = file.rsplit('.').next().unwrap();
        let path = from.join(format!("{n}.{end}"));
        std::fs::write(&path, bytes).unwrap();
        command.arg(path);
    }
    let out = command.stdin(Stdio::null()).output().unwrap();
    assert!(out.status.success(), "soffice: {}", String::from_utf8_lossy(&out.stderr));
    let end = form.split(':').next().unwrap();
    let read = |n: usize| {
        let path = to.join(format!("{n}.{end}"));
        assert!(path.exists(), "soffice has not written {}", path.display());
        std::fs::read(path).unwrap()
    };
    (0..books.len()).map(read).collect()
}

/// Whether the other program is there.
fn is_there() -> bool {
    std::env::var_os("SONGHE_TEST_OFFICE").is_some()
}

/// How often a word stands in the parts of a workbook.
fn n_times(book: &[u8], word: &str) -> usize {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut n = 0;
    for at in 0..zip.len() {
        let mut part = Vec::new();
        zip.by_index(at).unwrap().read_to_end(&mut part).unwrap();
        n += String::from_utf8_lossy(&part).matches(word).count();
    }
    n
}

#[tokio::test]
async fn what_goes_out_comes_back_from_another_program_without_a_difference() {
    if !is_there() {
        return;
    }
    let world = World::sqlite(crate::world::TODAY).await;
    let office = world.clerk("office_clerk", "990101").await;
    world.enter(&office, &well_known(), "990101001001", date(2026, 5, 1)).await;
    for (n, payload) in (1..).zip(PAYLOADS) {
        let new = NewPerson {
            address: payload.to_owned(),
            enterprise_name: payload.to_owned(),
            hukou_address: payload.to_owned(),
            away_place: payload.to_owned(),
            away: "other_province".to_owned(),
            insurance_no: format!("000{n}"),
            ..new_person("王秀兰", date(1950, 3, 4))
        };
        world.enter(&office, &new, "990101001002", date(2026, 5, 1)).await;
    }
    let mut fields = vec![("mask", "none"), ("reason", "迁移核对"), ("format", "xlsx")];
    fields.extend(EVERY_COLUMN.iter().map(|key| ("columns", *key)));
    let file = export(&world, &office, &fields).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    let mut book = ("名册.xlsx".to_owned(), file.bytes);
    for form in ["xlsx", "ods", "xls", "fods", "xlsx", "html:HTML (StarCalc)"] {
        let bytes = saved(&[book], form).remove(0);
        let end = form.split(':').next().unwrap();
        if end == "xlsx" {
            let n_formulas = n_times(&bytes, "<f>") + n_times(&bytes, "<f ");
            assert_eq!(n_formulas + n_times(&bytes, "<hyperlink"), 0);
        }
        book = (format!("名册.{end}"), bytes);
        let import = checked(&world, &office, &book.0, &book.1).await;
        let counts = &import.counts;
        let told = (counts.rows, counts.new, counts.updated, counts.unchanged, counts.faulty);
        let n = PAYLOADS.len() as u64 + 1;
        assert_eq!(told, (n, 0, 0, n, 0), "{form}: {counts:?}");
    }
}

#[tokio::test]
async fn rosters_that_another_program_has_saved_say_what_they_said() {
    if !is_there() {
        return;
    }
    let world = World::sqlite(crate::world::TODAY).await;
    let clerk = world.clerk("street_clerk", "990101001").await;
    register(&world, &clerk).await;
    // It works formulas out anew, takes long numbers of web pages for figures, and does not know
    // what the oldest programs wrote without a frame.
    let is_sound = |case: &Case| {
        let end = case.file.rsplit('.').next();
        end.is_some_and(|end| matches!(end, "xlsx" | "ods" | "fods"))
            && !case.name.contains("results of formulas")
    };
    let cases: Vec<Case> = cases().into_iter().filter(is_sound).collect();
    assert!(cases.len() > 100, "{} workbooks", cases.len());
    let books: Vec<(String, Vec<u8>)> =
        cases.iter().map(|case| (case.file.to_owned(), case.bytes.clone())).collect();
    let mut wrong = Vec::new();
    for (form, file) in [("xlsx", "名册.xlsx"), ("ods", "名册.ods"), ("xls", "名册.xls")] {
        for (case, bytes) in cases.iter().zip(saved(&books, form)) {
            let case = Case { file, bytes, ..case.clone() };
            let (_, faults) = judge(&world, &clerk, &case).await;
            if !faults.is_empty() {
                wrong.push(format!("  {form}: {}\n    {}", case.name, faults.join("\n    ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

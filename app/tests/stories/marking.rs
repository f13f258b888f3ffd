//! A sender's own workbook comes back with its faults marked, and nothing else in it moved.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::civil::date;
use kernel::Actor;
use rust_xlsxwriter::{Color, Format, Note, Workbook};
use tower::ServiceExt;
use zip::{ZipArchive, ZipWriter};

use crate::importing::{checked, errors, messy};
use crate::world::{World, made_up_number};

/// A file as somebody gets it.
pub async fn file(world: &World, actor: &Actor, path: &str) -> Vec<u8> {
    let request = Request::get(path)
        .header(header::COOKIE, format!("songhe=story-{}", actor.account))
        .body(Body::empty());
    let response = world.router.clone().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

/// The parts of a workbook by their names.
pub fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        assert!(parts.insert(name, content).is_none(), "one part twice");
    }
    parts
}

pub fn text(parts: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    let part = parts.get(name);
    assert!(part.is_some(), "{name}: {:?}", parts.keys());
    String::from_utf8(part.unwrap().clone()).unwrap()
}

/// A workbook of these parts.
fn packed(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(content).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn numbers() -> Vec<String> {
    let sexes = [1, 0, 0, 1, 0, 1, 1];
    let number = |sex| loop {
        let number = made_up_number(date(1950, 3, 4));
        if number.as_bytes()[16] % 2 == sex {
            return number;
        }
    };
    sexes.map(number).into()
}

#[tokio::test]
async fn a_senders_workbook_comes_back_marked_and_otherwise_as_it_was() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let bytes = messy(&numbers());
        let import = checked(&world, &clerk, "名册.xlsx", &bytes).await;
        let found = errors(&world, &clerk, import.id).await;
        let path = format!("/imports/{}/errors.xlsx", import.id);
        let marked = file(&world, &clerk, &path).await;
        let (before, after) = (parts(&bytes), parts(&marked));
        let touched = [
            "[Content_Types].xml",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml",
            "xl/worksheets/_rels/sheet1.xml.rels",
        ];
        for (name, content) in &before {
            if !touched.contains(&name.as_str()) {
                assert_eq!(after.get(name), Some(content), "{name} has changed");
            }
        }
        let (old, new) =
            (text(&before, "xl/worksheets/sheet1.xml"), text(&after, "xl/worksheets/sheet1.xml"));
        let merges = &old[old.find("<mergeCells").unwrap()..old.find("</mergeCells>").unwrap()];
        assert!(new.contains(merges), "merged cells stay");
        let untouched = &old[old.find("<row r=\"5\"").unwrap()..old.find("<row r=\"6\"").unwrap()];
        assert!(new.contains(untouched), "a row without faults stays as it was written");
        let notes = text(&after, "xl/importComments1.xml");
        for (sheet, cell, _) in &found {
            assert_eq!(sheet, "青山社区");
            assert!(notes.contains(&format!("ref=\"{cell}\"")), "{cell}: {notes}");
        }
        assert!(text(&after, "xl/styles.xml").contains("FFFFC7C9"));
        assert!(text(&after, "[Content_Types].xml").contains("importComments1.xml"));

        let again = checked(&world, &clerk, "改好的.xlsx", &marked).await;
        assert_eq!(errors(&world, &clerk, again.id).await, found, "importable as it is");
        assert_eq!(again.counts, import.counts);
        let plan = again.plan.unwrap();
        let ours = plan.columns.iter().find(|one| one.title == "导入结果/问题").unwrap();
        assert_eq!(ours.choice, "-");

        let path = format!("/imports/{}/errors.xlsx", again.id);
        let twice = parts(&file(&world, &clerk, &path).await);
        let sheet = text(&twice, "xl/worksheets/sheet1.xml");
        assert_eq!(sheet.matches("导入结果/问题").count(), 1, "our column is used again");
        let notes = text(&twice, "xl/importComments1.xml");
        assert_eq!(notes.matches("ref=\"C7\"").count(), 1, "{notes}");
        let boxes = text(&twice, "xl/drawings/importNotes1.vml");
        assert_eq!(boxes.matches("<v:shape ").count(), notes.matches("<comment ").count());
        assert_eq!(text(&twice, "xl/styles.xml").matches("FFFFC7C9").count(), 1);
        let outsider = world.clerk("street_clerk", "990102001").await;
        assert_eq!(world.get(&outsider, &path).await.status, StatusCode::NOT_FOUND);
    }
}

/// A roster with a yellow name, somebody's note, and a name that a cell of ours must not hide.
fn dressed(numbers: &[String]) -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name("名册").unwrap();
    let yellow = Format::new().set_background_color(Color::Yellow).set_bold();
    for (at, title) in (0_u16..).zip(["姓名", "身份证号", "所属社区"]) {
        page.write_string(0, at, title).unwrap();
    }
    page.write_string(1, 0, "张三").unwrap();
    page.write_string(1, 1, &numbers[0]).unwrap();
    page.write_string(1, 2, "无名社区").unwrap();
    page.write_string_with_format(2, 0, "李四&<b>", &yellow).unwrap();
    page.write_string(2, 1, "330106195003041235").unwrap();
    page.write_string(2, 2, "青山社区").unwrap();
    page.write_string(2, 5, "旁边的话").unwrap();
    page.insert_note(2, 1, &Note::new("请核对")).unwrap();
    page.insert_note(1, 0, &Note::new("组长")).unwrap();
    book.save_to_buffer().unwrap()
}

/// A workbook as other programs write it: a prefix, no places of cells, no styles.
fn bare(like: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let office = "http://schemas.openxmlformats.org";
    let cell = |text: &str| format!("<x:c t=\"inlineStr\"><x:is><x:t>{text}</x:t></x:is></x:c>");
    let row = |one: &str, two: &str| format!("<x:row>{}{}</x:row>", cell(one), cell(two));
    let relations = format!(
        "<Relationships xmlns=\"{office}/package/2006/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{office}/officeDocument/2006/relationships/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let sheet = format!(
        "<x:worksheet xmlns:x=\"{office}/spreadsheetml/2006/main\"><x:sheetData>{}{}\
         </x:sheetData></x:worksheet>",
        row("姓名", "身份证号"),
        row("李四", "330106195003041235")
    );
    let same = ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"];
    let mut parts: BTreeMap<String, Vec<u8>> =
        same.iter().map(|name| ((*name).to_owned(), like[*name].clone())).collect();
    parts.insert("xl/_rels/workbook.xml.rels".to_owned(), relations.into_bytes());
    parts.insert("xl/worksheets/sheet1.xml".to_owned(), sheet.into_bytes());
    parts
}

#[tokio::test]
async fn notes_and_colours_of_others_stay_beside_the_marks() {
    for world in World::each().await {
        let clerk = world.clerk("street_clerk", "990101001").await;
        let bytes = dressed(&numbers());
        let import = checked(&world, &clerk, "名册.xlsx", &bytes).await;
        let path = format!("/imports/{}/errors.xlsx", import.id);
        let marked = parts(&file(&world, &clerk, &path).await);
        let notes = text(&marked, "xl/comments1.xml");
        assert!(notes.contains("请核对") && notes.contains("组长"), "{notes}");
        assert_eq!(notes.matches("ref=\"B3\"").count(), 1, "one cell has one note: {notes}");
        assert!(notes.contains("导入检查：") && notes.contains("ref=\"C2\""), "{notes}");
        let boxes = text(&marked, "xl/drawings/vmlDrawing1.vml");
        assert_eq!(boxes.matches("ObjectType=\"Note\"").count(), 3);
        let sheet = text(&marked, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<c r=\"G1\""), "right of everything: {sheet}");
        let before = parts(&bytes);
        let rels = "xl/worksheets/_rels/sheet1.xml.rels";
        assert_eq!(marked.get(rels), before.get(rels), "the parts it has are used");

        let plain = packed(&bare(&before));
        let import = checked(&world, &clerk, "名册.xlsx", &plain).await;
        let path = format!("/imports/{}/errors.xlsx", import.id);
        let bytes = file(&world, &clerk, &path).await;
        let sheet = text(&parts(&bytes), "xl/worksheets/sheet1.xml");
        assert!(
            sheet.contains("<x:c r=\"C2\" s=\"1\"") && sheet.contains("<x:legacyDrawing"),
            "{sheet}"
        );
        let again = checked(&world, &clerk, "改好的.xlsx", &bytes).await;
        assert_eq!(again.counts, import.counts);
    }
}

//! How a roster is kept: in which form, on which sheets, with which cells in one.

use super::{Case, Draft, EXCEL, Form, PEOPLE};
use crate::grid::{Cell, Page, serial};
use crate::{biff, csv, html, xlsx};

const TOTAL: &str = "合计行";
const NOTE: &str = "说明行";

/// The same roster in every form that offices have.
pub(super) fn forms() -> Vec<Case> {
    let forms = [
        ("Excel", EXCEL),
        ("texts in cells", Form::Xlsx(xlsx::Manner::Inline)),
        ("prefixes and runs", Form::Xlsx(xlsx::Manner::Prefixed)),
        ("cells without places", Form::Xlsx(xlsx::Manner::Unplaced)),
        ("Excel 97", Form::Xls(biff::Manner::Eight)),
        ("Excel 97, labels", Form::Xls(biff::Manner::EightLabels)),
        ("Excel 5", Form::Xls(biff::Manner::Five)),
        ("Excel 5, bare", Form::Xls(biff::Manner::FiveBare)),
        ("ODS", Form::Ods),
        ("flat ODS", Form::Flat),
        ("web page of Excel", Form::Html(html::Manner::Excel)),
        ("web page of an old system", Form::Html(html::Manner::OldGbk)),
        ("table in a table", Form::Html(html::Manner::Nested)),
        ("CSV", Form::Csv(csv::Manner::Utf8)),
        ("CSV with a mark", Form::Csv(csv::Manner::Utf8Marked)),
        ("CSV in GB 18030", Form::Csv(csv::Manner::Gb18030)),
        ("Unicode text", Form::Csv(csv::Manner::Unicode)),
        ("CSV with semicolons", Form::Csv(csv::Manner::Semicolons)),
        ("CSV in quotes", Form::Csv(csv::Manner::Quoted)),
        ("XML of 2003", Form::Xml),
    ];
    let mut cases = Vec::new();
    for (name, form) in forms {
        let mut draft = Draft::usual().foot(&["合计", "6人"], TOTAL);
        // The code page of China has no letters beyond it.
        if matches!(form, Form::Xls(biff::Manner::Five | biff::Manner::FiveBare)) {
            draft.people.remove(3);
            let row = draft.row(3);
            draft.page.cells.retain(|(at, _), _| *at != row);
        }
        cases.push(draft.case(name, form));
    }
    for (name, form) in &forms[..1] {
        let draft = Draft::usual().each("retired_on", |one| Cell::Day(serial(one.retired)));
        cases.push(draft.case(&format!("{name}, days of Excel"), *form));
    }
    for (name, form) in [("Excel", EXCEL), ("Excel 97", Form::Xls(biff::Manner::Eight))] {
        let mut draft = Draft::usual().each("retired_on", |one| Cell::Day(serial(one.retired)));
        draft.is_1904 = true;
        cases.push(draft.case(&format!("{name}, days from 1904"), form));
    }
    cases
}

/// Sheets beside the roster, rows that are hidden, rows that are none.
pub(super) fn sheets() -> Vec<Case> {
    let mut cases = Vec::new();
    let notes = {
        let mut page = Page::new("填表说明");
        page.put(0, 0, Cell::text("一、请用黑色字体填写。"));
        page.put(1, 0, Cell::text("二、身份证号请设成文本格式。"));
        page
    };
    let mut draft = Draft::usual();
    (draft.before, draft.n_unread) = (vec![notes.clone()], 1);
    cases.push(draft.excel("instructions first"));
    let mut draft = Draft::usual();
    (draft.after, draft.n_unread) = (vec![Page::new("Sheet2"), Page::new("Sheet3")], 2);
    cases.push(draft.clone().excel("empty sheets"));
    cases.push(draft.case("empty sheets, Excel 97", Form::Xls(biff::Manner::Eight)));
    let mut draft = Draft::usual();
    let hidden = Page { is_hidden: true, name: "字典".into(), ..notes };
    (draft.after, draft.n_unread) = (vec![hidden], 1);
    cases.push(draft.excel("hidden dictionary"));
    cases.push(by_station("a sheet for each community", EXCEL));
    cases.push(by_station("a sheet for each community, ODS", Form::Ods));
    cases.push(by_station("a sheet for each community, Excel 97", Form::Xls(biff::Manner::Eight)));

    let mut draft = Draft::usual();
    draft.page.hidden_rows = vec![draft.row(1), draft.row(4)];
    cases.push(draft.clone().excel("hidden rows are read"));
    cases.push(draft.case("filtered rows are read, ODS", Form::Ods));
    let mut draft = Draft::usual();
    draft.page.hidden_columns = vec![draft.column("phone")];
    cases.push(draft.excel("a hidden column is read"));
    for (name, form) in
        [("Excel", EXCEL), ("Excel 97", Form::Xls(biff::Manner::Eight)), ("ODS", Form::Ods)]
    {
        let mut draft = Draft::usual();
        draft.page.has_ghosts = true;
        cases.push(draft.case(&format!("styled rows down to the end, {name}"), form));
    }
    cases.extend(feet());
    cases
}

/// One sheet for each community, called after it; the titles do not name it.
fn by_station(name: &str, form: Form) -> Case {
    let mut draft = Draft::usual();
    let (mut one, mut other) = (draft.page.clone(), draft.page.clone());
    one.cells.retain(|(row, _), _| *row < draft.top + draft.depth);
    other.cells.retain(|(row, _), _| *row < draft.top + draft.depth);
    (one.name, other.name) = ("青山社区".into(), "松涛社区".into());
    let mut order = Vec::new();
    for (page, station) in [(&mut one, "青山社区"), (&mut other, "松涛社区")] {
        let of = PEOPLE.iter().enumerate().filter(|(_, person)| person.station == station);
        for (row, (nth, _)) in (draft.row(0)..).zip(of) {
            order.push(nth);
            let from = draft.row(nth);
            let cells = draft.page.cells.range((from, 0)..(from + 1, 0));
            page.cells.extend(cells.map(|((_, column), cell)| ((row, *column), cell.clone())));
        }
    }
    draft.page = one;
    draft.after = vec![other];
    draft.people = order;
    draft.case(name, form)
}

/// What stands between and below the people.
fn feet() -> Vec<Case> {
    let mut cases = vec![
        Draft::usual().foot(&["", "总计", "", "6"], TOTAL).excel("a sum in the second column"),
        Draft::usual().foot(&["合 计：6 人"], TOTAL).excel("a sum with spaces"),
        Draft::usual()
            .foot(&["制表人：王某某"], NOTE)
            .foot(&["填表日期：2026年5月6日"], NOTE)
            .excel("who drew it up, and when"),
        Draft::usual().foot(&["备注：养老金为2026年4月数。"], NOTE).excel("a remark below"),
        Draft::usual()
            .foot(&["注：1.本表一式三份；2.由街道留存。"], NOTE)
            .excel("a numbered remark below"),
    ];
    let mut draft = Draft::usual();
    let row = draft.row(3);
    draft.shift(row);
    draft.page.texts(row, 0, &["小计", "3人"]);
    cases.push(draft.passes(TOTAL).excel("a sum between"));
    let mut draft = Draft::usual();
    let row = draft.row(3);
    draft.shift(row);
    for (column, (_, title)) in (0..).zip(draft.titles.clone()) {
        draft.page.put(row, column, Cell::text(title));
    }
    cases.push(draft.passes("重复的表头").excel("the titles once more on the next page"));
    let mut draft = Draft::usual();
    let row = draft.row(2);
    draft.shift(row);
    cases.push(draft.excel("an empty row between"));
    let mut draft = Draft::usual();
    for n in 7..10 {
        let row = draft.end();
        draft.page.put(row, 0, Cell::Number(f64::from(n)));
        draft = draft.passes("没有姓名和号码的行");
    }
    cases.push(draft.excel("numbered in advance"));
    let mut draft = Draft::usual();
    let cells = draft.page.cells.clone();
    let (from, to) = (draft.row(1), draft.end());
    for ((_, column), cell) in cells.range((from, 0)..(from + 1, 0)) {
        draft.page.put(to, *column, cell.clone());
    }
    draft.n_repeated = 1;
    cases.push(draft.excel("somebody twice"));
    cases
}

/// Cells that are one with others.
pub(super) fn merged() -> Vec<Case> {
    let titles = [
        ("station", "所属社区"),
        ("name", "姓名"),
        ("identity", "身份证号"),
        ("enterprise", "原单位"),
    ];
    let mut cases = Vec::new();
    let forms = [
        ("Excel", EXCEL),
        ("Excel 97", Form::Xls(biff::Manner::Eight)),
        ("ODS", Form::Ods),
        ("web page", Form::Html(html::Manner::Excel)),
    ];
    for (name, form) in forms {
        let mut draft = Draft::of(&titles);
        let order = [0, 1, 4, 2, 3, 5];
        let cells = draft.page.cells.clone();
        for (to, from) in order.iter().enumerate() {
            for column in 0..4 {
                if let Some(cell) = cells.get(&(draft.row(*from), column)) {
                    draft.page.put(draft.row(to), column, cell.clone());
                }
            }
        }
        draft.people = order.to_vec();
        for (first, last) in [(0, 2), (3, 5)] {
            let (first, last) = (draft.row(first), draft.row(last));
            draft.page.merges.push([first, last, 0, 0]);
            for row in first + 1..=last {
                draft.page.cells.remove(&(row, 0));
            }
        }
        cases.push(draft.case(&format!("communities merged downwards, {name}"), form));
    }
    let mut draft = Draft::usual().each_text("enterprise", |_| String::new());
    let column = draft.column("enterprise");
    draft.page.cells.retain(|(row, at), _| *at != column || *row < 2);
    let (first, last) = (draft.row(0), draft.row(5));
    draft.page.put(first, column, Cell::text("示范市总厂"));
    draft.page.merges.push([first, last, column, column]);
    for nth in 0..6 {
        draft = draft.says(nth, "enterprise_name", Some("示范市总厂"));
    }
    cases.push(draft.excel("one enterprise merged over all"));
    cases
}

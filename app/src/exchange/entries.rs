//! One row of a list about people who are registered: whom it speaks of, and what it says.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rules::facts::Mark;
use rules::identity::{self, Kind as Document};
use sheets::{Cell, CellKind, Day, RowIn, clean, letters};

use super::faults::{Fault, Note};
use super::kinds::Kind;
use super::list_page::Page;
use super::words;
use crate::archives::NewFile;
use crate::orgs::enterprises::{SameName, Typed};
use crate::registry::relatives::NewRelative;
use crate::visits::{self, Outcome};

/// A row as it was understood.
#[derive(Clone, Debug)]
pub struct Entry {
    pub sheet: String,
    pub row: u32,
    pub name: String,
    /// Tidied; may hide figures behind `*`; empty when the row has none.
    pub number: String,
    pub says: Says,
    pub faults: Vec<Fault>,
    pub notes: Vec<Note>,
    /// By which a row that says the same again is known.
    pub said: u64,
    /// Letters and text of the cells of known columns, for faults told later.
    at: BTreeMap<&'static str, (String, String)>,
}

/// What a row says of the person.
#[derive(Clone, Debug)]
pub enum Says {
    Relative(Box<NewRelative>),
    Visit(Box<visits::Report>),
    Phones { phone: String, phone2: String, before: String },
    Group { mark: Option<Mark>, evidence: String },
    Enterprise(Typed),
    File(NewFile),
}

impl Entry {
    /// Tells something that cannot be right in a column.
    pub fn tell(&mut self, key: &str, code: &str, says: &str) {
        let (column, value) = self.at.get(key).cloned().unwrap_or_default();
        self.faults.push(Fault {
            sheet: self.sheet.clone(),
            row: self.row,
            column,
            field: key.to_owned(),
            value,
            code: code.to_owned(),
            message: says.to_owned(),
        });
    }

    /// Remarks on a column; nothing was changed.
    pub fn remark(&mut self, kind: Kind, key: &'static str, what: &str) {
        let (column, value) = self.at.get(key).cloned().unwrap_or_default();
        let title = kind.field(key).map_or("", |field| field.title);
        self.notes.push(Note {
            sheet: self.sheet.clone(),
            row: self.row,
            column,
            field: key.to_owned(),
            title: title.to_owned(),
            before: value.clone(),
            after: value,
            what: what.to_owned(),
            remark: true,
        });
    }
}

pub(super) struct Draft<'a> {
    pub(super) page: &'a Page,
    row: &'a RowIn,
    today: Date,
    pub(super) entry: Entry,
}

/// Understands one row; `visitor` made the visits that name nobody.
#[must_use]
pub fn entry(page: &Page, row: &RowIn, (today, visitor): (Date, &str)) -> Entry {
    let mut at = BTreeMap::new();
    for (key, column) in &page.known {
        let text = page.cell(row, *column, key).map(|cell| cell.text).unwrap_or_default();
        at.insert(*key, (letters(*column), text));
    }
    let entry = Entry {
        sheet: page.frame.name.to_string(),
        row: row.number,
        name: String::new(),
        number: String::new(),
        says: Says::Group { mark: page.mark, evidence: String::new() },
        faults: Vec::new(),
        notes: Vec::new(),
        said: super::rows::said(row, |column| page.known.iter().any(|(_, at)| *at == column)),
        at,
    };
    let mut draft = Draft { page, row, today, entry };
    if page.kind == Kind::Enterprises {
        draft.entry.says = Says::Enterprise(draft.enterprise());
        return draft.entry;
    }
    draft.entry.name = draft.name("name");
    if draft.entry.name.is_empty() {
        draft.entry.tell("name", "name-missing", "没有姓名，请补填");
    }
    draft.entry.number = draft.identity("identity");
    draft.entry.says = match page.kind {
        Kind::Relatives => Says::Relative(Box::new(draft.relative())),
        Kind::Visits => Says::Visit(Box::new(draft.visit(visitor))),
        Kind::Phones => draft.phones(),
        Kind::Archives => Says::File(draft.file()),
        Kind::Roster | Kind::Handover | Kind::Special | Kind::Enterprises => draft.group(),
    };
    draft.entry
}

impl Draft<'_> {
    fn cell(&mut self, key: &'static str) -> Option<Cell> {
        let column = self.page.column(key)?;
        let cell = self.page.cell(self.row, column, key)?;
        if cell.kind == CellKind::Error {
            self.entry.tell(key, "cell-error", "这一格是公式错误，请改成实际内容");
            return None;
        }
        let said = !cell.text.trim().is_empty() && !super::rows::is_blank_word(&cell.text);
        said.then_some(cell)
    }

    fn notes(&mut self, key: &'static str, notes: &[&'static str], (cell, after): (&Cell, &str)) {
        for what in notes {
            self.entry.remark(self.page.kind, key, what);
            if let Some(note) = self.entry.notes.last_mut() {
                note.remark = false;
                note.before.clone_from(&cell.text);
                after.clone_into(&mut note.after);
            }
        }
    }

    pub(super) fn text(&mut self, key: &'static str) -> String {
        let Some(cell) = self.cell(key) else { return String::new() };
        let text = clean::text(&cell.text);
        self.notes(key, &text.notes, (&cell, &text.value));
        text.value
    }

    pub(super) fn name(&mut self, key: &'static str) -> String {
        let Some(cell) = self.cell(key) else { return String::new() };
        let name = clean::name(&cell.text);
        self.notes(key, &name.notes, (&cell, &name.value));
        name.value
    }

    /// An identity number, judged unless figures of it are hidden.
    pub(super) fn identity(&mut self, key: &'static str) -> String {
        let Some(cell) = self.cell(key) else { return String::new() };
        if cell.kind == CellKind::Imprecise || clean::is_rounded(&cell.text) {
            let says = "证件号码被存成了数字，第 15 位以后已经丢失，改格式也找不回来。\
                        请把这一列设为“文本”，再从原件重新填写";
            self.entry.tell(key, "identity-imprecise", says);
            return String::new();
        }
        let number = clean::code(&cell.text);
        self.notes(key, &number.notes, (&cell, &number.value));
        let hidden = number.value.replace(['×', '✱', '﹡'], "*");
        if hidden.contains('*') {
            return hidden;
        }
        let found = identity::inspect(&number.value, self.today);
        if found.kind == Document::Other {
            return number.value;
        }
        let bad = found.findings.iter().find(|finding| **finding != identity::Finding::Region);
        if let Some(finding) = bad {
            let says = format!("证件号码有误：{}", finding.name());
            self.entry.tell(key, "identity-wrong", &says);
            return String::new();
        }
        if let Some(upgraded) = &found.upgraded {
            let what: &'static str = "15 位号码升为 18 位";
            self.notes(key, &[what], (&cell, upgraded));
        }
        found.upgraded.unwrap_or(found.normalised)
    }

    pub(super) fn day(&mut self, key: &'static str) -> Option<Date> {
        let cell = self.cell(key)?;
        match clean::day(&cell.text) {
            Some(day) => match day.value {
                Day::On(on) => {
                    self.notes(key, &day.notes, (&cell, &on.to_string()));
                    if on > self.today {
                        self.entry.tell(key, "future", "日期不能晚于今天，请核对");
                    }
                    Some(on)
                }
                Day::Month { .. } => {
                    self.entry.tell(key, "day", "只有年月，请写到日");
                    None
                }
            },
            None => {
                let says = "不是有效日期，请按“2026-03-05”或“2026年3月5日”的样式填写";
                self.entry.tell(key, "day", says);
                None
            }
        }
    }

    /// The first number of a cell, and what further ones there are.
    pub(super) fn phone(&mut self, key: &'static str) -> (String, Option<String>) {
        let Some(cell) = self.cell(key) else { return Default::default() };
        if cell.kind == CellKind::Imprecise || clean::is_rounded(&cell.text) {
            let says = "电话被存成了科学记数，后几位已经丢失，请把这一列设为“文本”后重新填写";
            self.entry.tell(key, "phone-imprecise", says);
            return Default::default();
        }
        let cleaned = clean::phone(&cell.text);
        self.notes(key, &cleaned.notes, (&cell, &cleaned.value));
        let mut numbers = cleaned.value.split('、').map(str::to_owned);
        let (first, second) = (numbers.next().unwrap_or_default(), numbers.next());
        if numbers.next().is_some() {
            self.entry.tell(key, "phones", "一格里的号码超过两个，请只留两个");
        }
        (first, second)
    }

    fn visit(&mut self, visitor: &str) -> visits::Report {
        let on = self.day("on");
        let is_told = self.entry.faults.iter().any(|fault| fault.field == "on");
        if on.is_none() && !is_told {
            self.entry.tell("on", "day-missing", "没有走访日期，请补填");
        }
        let mut report = visits::Report::ordinary(on.unwrap_or(self.today), visitor);
        let way = self.text("way");
        match visits::sheet::way(&way) {
            Some(way) => report.way = way,
            None if way.is_empty() => {}
            None => self.entry.tell(
                "way",
                "way",
                "认不出走访方式，请填上门、电话、本人到站、邻居、亲属或公安协查",
            ),
        }
        let outcome = self.text("outcome");
        match visits::sheet::outcome(&outcome) {
            Some(outcome) => report.outcome = outcome,
            None if outcome.is_empty() => {}
            None => self.entry.tell("outcome", "outcome", "认不出走访结果，请填“已见到”或“未见到”"),
        }
        let who = self.text("visitor");
        if !who.is_empty() {
            report.visitor = who;
        }
        report.note = self.text("note");
        report.need = self.text("need");
        if !report.need.is_empty() && report.outcome == Outcome::Met {
            report.findings.push(visits::Finding::NeedsHelp);
        }
        report
    }

    fn phones(&mut self) -> Says {
        let (phone, further) = self.phone("phone");
        let (mut phone2, _) = self.phone("phone2");
        if phone2.is_empty() {
            phone2 = further.unwrap_or_default();
        }
        let is_told = self.entry.faults.iter().any(|fault| fault.field.starts_with("phone"));
        if phone.is_empty() && phone2.is_empty() && !is_told {
            self.entry.tell("phone", "phone-missing", "没有新电话，请补填");
        }
        let (before, _) = self.phone("phone_before");
        Says::Phones { phone, phone2, before }
    }

    fn file(&mut self) -> NewFile {
        let volumes = self.count("volumes").unwrap_or(1);
        let from = self.text("from");
        NewFile {
            person: 0,
            from: if from.is_empty() { "库房原有".to_owned() } else { from },
            in_box: self.text("box"),
            volumes,
            pages: self.count("pages"),
            note: self.text("note"),
        }
    }

    /// A whole number, with or without its unit.
    fn count(&mut self, key: &'static str) -> Option<i64> {
        let text = self.text(key);
        let plain = clean::half_width(&text);
        let n = plain.trim_end_matches(['页', '册', '卷', '本']).trim().parse().ok();
        if n.is_none() && !text.is_empty() {
            self.entry.tell(key, "count", "请填写数字");
        }
        n
    }

    fn enterprise(&mut self) -> Typed {
        let name = self.text("name");
        if name.is_empty() || name.chars().count() > 100 {
            self.entry.tell("name", "name-missing", "请填写企业名称，最多 100 个字");
        }
        self.entry.name.clone_from(&name);
        let cell = self.cell("credit_code");
        if cell
            .as_ref()
            .is_some_and(|cell| cell.kind == CellKind::Imprecise || clean::is_rounded(&cell.text))
        {
            let says = "代码被存成了科学记数，后几位已经丢失，请把这一列设为“文本”后重新填写";
            self.entry.tell("credit_code", "code-imprecise", says);
        }
        let code = cell.map(|cell| clean::code(&cell.text).value).unwrap_or_default();
        let typed = Typed::new(&name, &code, SameName::IsAnother);
        if typed.credit_code.len() > 30 {
            self.entry.tell("credit_code", "code", "统一社会信用代码为 18 位，请核对");
        } else if !typed.finding().is_empty() {
            self.entry.remark(self.page.kind, "credit_code", "统一社会信用代码校验不符，请核对");
        }
        typed
    }

    fn group(&mut self) -> Says {
        let said = self.text("mark");
        let mark = match words::mark(&said) {
            _ if said.is_empty() => self.page.mark,
            words::Said::Known(mark) => Some(mark),
            // The whole list was said to be of one group; the column says of which sort in it.
            _ => self.page.mark,
        };
        if mark.is_none() {
            let says = "认不出是哪一类特殊群体，请改写，或在核对列时选定整份名单的群体";
            self.entry.tell("mark", "mark", says);
        }
        Says::Group { mark, evidence: self.text("evidence") }
    }
}

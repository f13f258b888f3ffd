//! The identity number of a row, and what it says of birth and sex beside what the row says.

use jiff::civil::Date;
use rules::identity::{self, Finding, Inspection, Kind};
use sheets::{CellKind, Day, clean};

use super::columns::Col;
use super::rows::{Draft, first_day};
use crate::registry;

impl Draft<'_> {
    pub(super) fn identify(&mut self) {
        let Some(cell) = self.number.take() else {
            let says = "没有证件号码，无法核对是否重复，请补填";
            return self.fault(Col::Identity, "identity-missing", says);
        };
        if cell.kind == CellKind::Imprecise || clean::is_rounded(&cell.text) {
            let says = "证件号码被存成了数字，第 15 位以后已经丢失，改格式也找不回来。\
                        请把这一列设为“文本”，再从原件重新填写";
            return self.fault(Col::Identity, "identity-imprecise", says);
        }
        let number = clean::code(&cell.text);
        for what in &number.notes {
            self.note(Col::Identity, what, (&cell.text, &number.value));
        }
        let found = identity::inspect(&number.value, self.today);
        self.line.entry.id_number.clone_from(&found.normalised);
        let kind = self.line.entry.id_kind.as_str();
        if matches!(kind, "passport" | "other") {
            return self.other_document(&number.value);
        }
        if kind.is_empty() && found.kind == Kind::Other && is_passport(&found.normalised) {
            "passport".clone_into(&mut self.line.entry.id_kind);
            let what = "号码的样式是护照，按护照登记";
            self.note(Col::Identity, what, (&cell.text, &number.value));
            return self.other_document(&number.value);
        }
        if self.judge(&found) {
            if let Some(upgraded) = &found.upgraded {
                self.note(
                    Col::Identity,
                    "15 位号码升为 18 位，原号码一并保留",
                    (&cell.text, upgraded),
                );
            }
            self.compare(&found);
        }
    }

    /// Tells every finding under a code of its own; answers whether the number can be right.
    fn judge(&mut self, found: &Inspection) -> bool {
        let mut sound = true;
        for finding in &found.findings {
            let code = match finding {
                Finding::Form => "identity-form",
                Finding::Check => "identity-check",
                Finding::Date => "identity-date",
                Finding::Future => "identity-future",
                Finding::Region => {
                    let number = found.normalised.clone();
                    self.note(Col::Identity, finding.name(), (&number, &number));
                    if let Some(note) = self.line.notes.last_mut() {
                        note.remark = true;
                    }
                    continue;
                }
            };
            sound = false;
            self.fault(Col::Identity, code, &format!("证件号码有误：{}", finding.name()));
        }
        sound
    }

    /// Only the row says birth and sex of a document that does not.
    fn other_document(&mut self, number: &str) {
        if number.is_empty() {
            let says = "没有证件号码，无法核对是否重复，请补填";
            return self.fault(Col::Identity, "identity-missing", says);
        }
        self.line.entry.born_on = self.born.and_then(first_day);
        if let Some(Day::Month { .. }) = self.born {
            self.line.months.push(Col::Born);
        }
    }

    fn compare(&mut self, found: &Inspection) {
        let number = found.upgraded.as_ref().unwrap_or(&found.normalised);
        let (born_on, sex) = registry::by_document(number, self.today);
        if let (Some(born), Some(known)) = (self.born, born_on)
            && !agrees(born, known)
        {
            let says = format!(
                "出生日期与证件号码（{known}）不符，请核对；如为档案记载，请把这一列对应为“档案出生日期”"
            );
            self.fault(Col::Born, "birth-differs", &says);
        }
        if born_on.is_none() {
            self.line.entry.born_on = self.born.and_then(first_day);
        }
        let said = self.line.entry.sex.as_str();
        if let Some(sex) = sex
            && matches!(said, "1" | "2")
            && said != sex
        {
            let says = "性别与证件号码倒数第二位不符，请核对号码和性别";
            self.fault(Col::Sex, "sex-differs", says);
        }
    }
}

fn agrees(said: Day, known: Date) -> bool {
    match said {
        Day::On(on) => on == known,
        Day::Month { year, month } => (year, month) == (known.year(), known.month()),
    }
}

/// One to three letters and six to nine figures.
fn is_passport(number: &str) -> bool {
    let n_letters = number.bytes().take_while(u8::is_ascii_uppercase).count();
    let figures = &number.as_bytes()[n_letters..];
    (1..=3).contains(&n_letters)
        && (6..=9).contains(&figures.len())
        && figures.iter().all(u8::is_ascii_digit)
}

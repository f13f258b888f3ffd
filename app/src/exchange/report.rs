//! What came of a file: how many rows of each sort, what is wrong with which cell, what changes.

use std::collections::BTreeMap;

use kernel::vault::hex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::decide::{Decided, Decision};
use super::faults::{Fault, Note};
use super::firms::Firm;
use super::listing::{Listed, Verdict};
use super::plan::{Choice, Plan};
use super::run::Extent;
use crate::registry::Difference;

/// So many lines of each sort are kept; all are counted.
pub const N_KEPT: usize = 20_000;
pub const N_TOLD: usize = 2_000;

/// How many rows of each sort there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub rows: u64,
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// Rows that stand twice, and people who are perhaps registered under another number.
    pub duplicates: u64,
    /// Of these, the people who are perhaps registered.
    pub alike: u64,
    /// People of a compared list who are not registered, and bearers of its marks who are not in
    /// the list.
    pub absent: u64,
    pub missing: u64,
    /// Rows with faults, and the faults.
    pub faulty: u64,
    pub faults: u64,
    pub normalised: u64,
    /// How often what was done to which column: title, what, how often.
    pub changes: Vec<(String, String, u64)>,
    /// Rows that are none of a retiree: what they are, how many.
    pub passed: Vec<(String, u64)>,
}

/// A row of which something is to be told beside faults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    pub sheet: String,
    pub row: u32,
    pub person: Option<i64>,
    pub name: String,
    /// Field, before, after.
    pub differences: Vec<(String, String, String)>,
    pub says: String,
}

/// What came of a file.
#[derive(Clone, Default)]
pub struct Report {
    pub counts: Counts,
    pub faults: Vec<Fault>,
    pub notes: Vec<Note>,
    pub updates: Vec<Told>,
    pub alike: Vec<Told>,
    pub absent: Vec<Told>,
    pub missing: Vec<Told>,
    pub passed: Vec<Told>,
    changes: BTreeMap<(String, String), u64>,
    passes: BTreeMap<&'static str, u64>,
    digest: Sha256,
}

fn keep<T>(kept: &mut Vec<T>, most: usize, one: impl FnOnce() -> T) {
    if kept.len() < most {
        kept.push(one());
    }
}

impl Report {
    /// Takes in what was decided on a row.
    pub fn add(&mut self, decided: &Decided) {
        let line = &decided.line;
        self.counts.rows += 1;
        self.note(&line.notes);
        let told = || Told {
            sheet: line.sheet.to_string(),
            row: line.row,
            name: line.entry.name.clone(),
            ..Told::default()
        };
        let mark = match &decided.decision {
            Decision::New { station } => {
                self.counts.new += 1;
                format!("n{}", station.id)
            }
            Decision::Update(update) => {
                self.counts.updated += 1;
                let text = |d: &crate::registry::Difference| {
                    (d.field.to_owned(), d.before.clone(), d.after.clone())
                };
                keep(&mut self.updates, N_TOLD, || Told {
                    person: Some(update.before.id),
                    differences: update.differences.iter().map(text).collect(),
                    ..told()
                });
                format!("u{}v{}", update.before.id, update.before.version)
            }
            Decision::Amended { row, version, station } => {
                self.counts.updated += 1;
                let says = "在批次中的内容改为这一行".to_owned();
                keep(&mut self.updates, N_TOLD, || Told { says, ..told() });
                format!("b{row}v{version}s{}", station.id)
            }
            Decision::Unchanged { person } => {
                self.counts.unchanged += 1;
                format!("s{person}")
            }
            Decision::Repeated { sheet, row } => {
                self.repeated((sheet, *row), told());
                "r".to_owned()
            }
            Decision::Alike { namesake, .. } => {
                self.counts.duplicates += 1;
                self.counts.alike += 1;
                let says = format!(
                    "{}已登记一位同姓名、同出生日期而证件号码不同的人，请核对号码",
                    namesake.station
                );
                let person = Some(namesake.id);
                keep(&mut self.alike, N_TOLD, || Told { says, person, ..told() });
                format!("a{}", namesake.id)
            }
            Decision::Faulty => {
                self.faulty(&line.faults);
                "f".to_owned()
            }
        };
        self.digest.update(line.sheet.as_bytes());
        self.digest.update(format!("\u{1f}{}\u{1f}{mark}\u{1e}", line.row));
    }

    /// Takes in what was decided on a row of a list about people who are registered.
    pub fn list(&mut self, listed: &Listed) {
        let entry = &listed.entry;
        self.counts.rows += 1;
        self.note(&entry.notes);
        let told = || Told {
            sheet: entry.sheet.clone(),
            row: entry.row,
            name: entry.name.clone(),
            ..Told::default()
        };
        let mark = match &listed.verdict {
            Verdict::New(person, _) => {
                self.counts.new += 1;
                format!("n{}", person.id)
            }
            Verdict::Update(person, change) => {
                self.counts.updated += 1;
                let differences = plain(&change.differences);
                let mark = format!("u{} {differences:?}", person.id);
                let person = Some(person.id);
                keep(&mut self.updates, N_TOLD, || Told { person, differences, ..told() });
                mark
            }
            Verdict::Firm(Firm::New(_), _) => {
                self.counts.new += 1;
                "n".to_owned()
            }
            Verdict::Firm(Firm::Changed(known, _), changed) => {
                self.counts.updated += 1;
                let differences = plain(changed);
                let mark = format!("u{} {differences:?}", known.id);
                keep(&mut self.updates, N_TOLD, || Told { differences, ..told() });
                mark
            }
            Verdict::Unchanged(person) => {
                self.counts.unchanged += 1;
                format!("s{person}")
            }
            Verdict::Repeated { sheet, row } => {
                self.repeated((sheet, *row), told());
                "r".to_owned()
            }
            Verdict::Absent => {
                self.counts.absent += 1;
                let says = "本辖区没有登记这个人".to_owned();
                keep(&mut self.absent, N_TOLD, || Told { says, ..told() });
                "a".to_owned()
            }
            Verdict::Faulty => {
                self.faulty(&entry.faults);
                "f".to_owned()
            }
        };
        self.digest.update(format!("{}\u{1f}{}\u{1f}{mark}\u{1e}", entry.sheet, entry.row));
    }

    /// Takes in somebody who bears a mark of the list and is not in it.
    pub fn missing(&mut self, told: Told) {
        self.counts.missing += 1;
        keep(&mut self.missing, N_TOLD, || told);
    }

    fn repeated(&mut self, (sheet, row): (&str, u32), told: Told) {
        self.counts.duplicates += 1;
        let says = format!("与工作表“{sheet}”第 {row} 行完全相同，只算一次");
        keep(&mut self.alike, N_TOLD, || Told { says, ..told });
    }

    fn faulty(&mut self, faults: &[Fault]) {
        self.counts.faulty += 1;
        self.counts.faults += faults.len() as u64;
        for fault in faults {
            keep(&mut self.faults, N_KEPT, || fault.clone());
        }
    }

    fn note(&mut self, notes: &[Note]) {
        for note in notes {
            if !note.remark {
                self.counts.normalised += 1;
            }
            *self.changes.entry((note.title.clone(), note.what.clone())).or_default() += 1;
            keep(&mut self.notes, N_TOLD, || note.clone());
        }
    }

    /// Takes in a row that is none of a retiree.
    pub fn pass(&mut self, sheet: String, row: u32, what: &'static str) {
        *self.passes.entry(what).or_default() += 1;
        keep(&mut self.passed, N_TOLD, || Told {
            sheet,
            row,
            says: what.to_owned(),
            ..Told::default()
        });
    }

    /// Counts up what was gathered by the way.
    pub fn finish(&mut self) {
        let changes = self.changes.iter();
        self.counts.changes =
            changes.map(|((title, what), n)| (title.clone(), what.clone(), *n)).collect();
        self.counts.passed = self.passes.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect();
    }

    /// Whether nothing is to be written because not everything can be.
    #[must_use]
    pub fn is_refused(&self, extent: Extent) -> bool {
        self.counts.faulty > 0 && !extent.only_correct
    }

    /// How many rows there are to be written.
    #[must_use]
    pub fn n_written(&self, extent: Extent) -> u64 {
        let counts = &self.counts;
        counts.new + counts.updated + if extent.with_alike { counts.alike } else { 0 }
    }

    /// By which two runs over the same file are known to have decided alike.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(&self.digest.clone().finalize())
    }

    /// What a script reads.
    #[must_use]
    pub fn json(&self, plan: &Plan) -> Value {
        let counts = &self.counts;
        let errors: Vec<Value> = self.faults.iter().map(fault_json).collect();
        let (mapping, unmapped) = mapping_json(plan);
        json!({
            "rows": counts.rows, "new": counts.new, "updated": counts.updated,
            "unchanged": counts.unchanged, "duplicates": counts.duplicates,
            "errors": errors, "mapping": mapping, "unmapped": unmapped,
            "normalised": counts.normalised, "absent": counts.absent, "missing": counts.missing,
        })
    }
}

/// A fault as a script reads it.
#[must_use]
pub fn fault_json(fault: &Fault) -> Value {
    json!({
        "sheet": fault.sheet, "row": fault.row, "column": fault.column, "value": fault.value,
        "code": fault.code, "message": fault.message,
    })
}

/// The columns that were taken for fields, and the others with what becomes of them.
#[must_use]
pub fn mapping_json(plan: &Plan) -> (Vec<Value>, Vec<Value>) {
    let (mut mapping, mut unmapped) = (Vec::new(), Vec::new());
    for sheet in plan.sheets.iter().filter(|sheet| plan.is_usable(sheet)) {
        for place in &sheet.places {
            let Some(column) = plan.columns.get(place.at) else { continue };
            let letters = sheets::letters(place.column);
            match column.choice() {
                Choice::Field(key) => mapping.push(json!({
                    "sheet": sheet.name, "column": letters, "title": column.title,
                    "field": key, "field_title": plan.kind.field(key).map(|field| field.title),
                    "how": column.how, "doubtful": column.doubtful,
                })),
                other => unmapped.push(json!({
                    "sheet": sheet.name, "column": letters, "title": column.title,
                    "kept": other == Choice::Extra,
                })),
            }
        }
    }
    for (sheet, why) in plan.unread() {
        unmapped.push(json!({
            "sheet": sheet, "column": "", "title": why, "kept": false,
        }));
    }
    (mapping, unmapped)
}

fn plain(differences: &[Difference]) -> Vec<(String, String, String)> {
    let plain = |one: &Difference| (one.field.to_owned(), one.before.clone(), one.after.clone());
    differences.iter().map(plain).collect()
}

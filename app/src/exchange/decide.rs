//! What is to become of each row: taken in, amended, left as it is, or told to whoever sent it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Problem, Reader, Scope, q};
use rules::facts::Mark;
use serde_json::{Map, Value};

use super::columns::Col;
use super::faults::Fault;
use super::places::{Stand, Station};
use super::rows::{Line, station};
use super::seen::{Before, Seen};
use crate::registry::relatives::NewRelative;
use crate::registry::rosters::{self, Beside, Namesake};
use crate::registry::{self, Checked, Difference, NewPerson, Person, TAKEN, differences};

/// What is to become of a row.
#[derive(Clone, Debug)]
pub enum Decision {
    New {
        station: Station,
    },
    Update(Box<Update>),
    Unchanged {
        person: i64,
    },
    /// The same row stands earlier in the file.
    Repeated {
        sheet: String,
        row: u32,
    },
    /// Somebody of the same name, born on the same day, is registered under another number.
    Alike {
        station: Station,
        namesake: Namesake,
    },
    /// The row of a batch that is handed over is replaced: its number, and the version read.
    Amended {
        row: i64,
        version: i64,
        station: Station,
    },
    Faulty,
}

/// A retiree who is registered, before and after.
#[derive(Clone, Debug)]
pub struct Update {
    pub before: Person,
    pub after: Checked,
    pub differences: Vec<Difference>,
    pub marks: Vec<Mark>,
    pub contact: Option<NewRelative>,
}

/// A row with its decision.
#[derive(Clone, Debug)]
pub struct Decided {
    pub line: Line,
    pub decision: Decision,
}

/// What is remembered from row to row.
pub struct Memory {
    pub scope: Scope,
    pub today: Date,
    seen: Seen,
    /// Enterprises of the directory, by name.
    enterprises: BTreeMap<String, Option<i64>>,
}

/// So many names of enterprises are remembered.
const N_NAMES: usize = 20_000;

impl Memory {
    #[must_use]
    pub fn new(scope: Scope, today: Date) -> Self {
        Self { scope, today, seen: Seen::default(), enterprises: BTreeMap::new() }
    }

    /// Decides on a chunk of rows.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn decide(
        &mut self,
        reader: &mut impl Reader,
        mut lines: Vec<Line>,
    ) -> Result<Vec<Decided>, Problem> {
        self.link(reader, &mut lines).await?;
        let repeated: Vec<Option<Decision>> =
            lines.iter_mut().map(|line| self.repeated(reader, line)).collect();
        let known = self.known(reader, &lines).await?;
        let beside = beside(reader, &known).await?;
        let alike = self.alike(reader, &lines, &known).await?;
        let mut decided = Vec::with_capacity(lines.len());
        let rows = lines.into_iter().zip(repeated).zip(known).zip(beside).zip(alike);
        for ((((mut line, repeated), known), beside), alike) in rows {
            let decision = match (repeated, known) {
                (Some(repeated), _) => repeated,
                (None, Some(person)) => self.registered(&mut line, person, &beside),
                (None, None) => newcomer(&mut line, alike),
            };
            let decision = if line.faults.is_empty() { decision } else { Decision::Faulty };
            decided.push(Decided { line, decision });
        }
        Ok(decided)
    }

    /// Gives the numbers of enterprises that are in the directory under just one name.
    pub(super) async fn link(
        &mut self,
        reader: &mut impl Reader,
        lines: &mut [Line],
    ) -> Result<(), Problem> {
        if self.enterprises.len() > N_NAMES {
            self.enterprises.clear();
        }
        let mut names: Vec<String> = lines
            .iter()
            .map(|line| line.entry.enterprise_name.clone())
            .filter(|name| !name.is_empty() && !self.enterprises.contains_key(name))
            .collect();
        names.sort_unstable();
        names.dedup();
        let query = |name: &String| {
            q!(
                "SELECT id FROM enterprises WHERE name = $1 AND closed_on IS NULL
                 ORDER BY id LIMIT 2",
                name
            )
        };
        let answers = reader.ask_all(names.iter().map(query).collect()).await?;
        for (name, rows) in names.into_iter().zip(answers) {
            let id = match &rows[..] {
                [one] => Some(one.get(0)?),
                _ => None,
            };
            self.enterprises.insert(name, id);
        }
        for line in lines {
            let linked = self.enterprises.get(&line.entry.enterprise_name).copied().flatten();
            if let Some(id) = linked {
                line.entry.enterprise = linked;
                line.checked = line.checked.take().map(|checked| checked.at_enterprise(id));
            }
        }
        Ok(())
    }

    /// Whether the number stood in the file before: the same row is passed over, another one is
    /// a contradiction.
    pub(super) fn repeated(&mut self, reader: &impl Reader, line: &mut Line) -> Option<Decision> {
        let number = &line.checked.as_ref()?.fields().id_number;
        let index = registry::identity_index(reader.keys(), number);
        let (sheet, row) = match self.seen.pass(&index, line)? {
            Before::Same(sheet, row) => return Some(Decision::Repeated { sheet, row }),
            Before::Other(sheet, row) => (sheet, row),
        };
        let says = format!("证件号码与工作表“{sheet}”第 {row} 行相同而内容不同，请只留一行");
        line.tell(Col::Identity, "identity-repeated", &says);
        Some(Decision::Faulty)
    }

    async fn known(
        &self,
        reader: &mut impl Reader,
        lines: &[Line],
    ) -> Result<Vec<Option<Person>>, Problem> {
        let number = |line: &Line| line.checked.as_ref().map(|c| c.fields().id_number.clone());
        let numbers: Vec<Option<String>> = lines.iter().map(number).collect();
        let asked: Vec<&str> = numbers.iter().flatten().map(String::as_str).collect();
        let mut found = rosters::by_numbers(reader, &asked).await?.into_iter();
        let known =
            numbers.iter().map(|number| number.as_ref().and_then(|_| found.next().flatten()));
        Ok(known.collect())
    }

    async fn alike(
        &self,
        reader: &mut impl Reader,
        lines: &[Line],
        known: &[Option<Person>],
    ) -> Result<Vec<Option<Namesake>>, Problem> {
        let wanted: Vec<Option<(&str, Date)>> = lines
            .iter()
            .zip(known)
            .map(|(line, known)| {
                let fields = line.checked.as_ref().filter(|_| known.is_none())?.fields();
                Some((fields.name.as_str(), fields.born_on?))
            })
            .collect();
        let asked: Vec<(&str, Date)> = wanted.iter().flatten().copied().collect();
        let mut found = rosters::namesakes(reader, &self.scope, &asked).await?.into_iter();
        Ok(wanted.iter().map(|one| one.and_then(|_| found.next().flatten())).collect())
    }

    /// Somebody whose number is registered.
    fn registered(&self, line: &mut Line, person: Person, beside: &Beside) -> Decision {
        if !self.scope.covers(&person.org) {
            line.tell(Col::Identity, "registered-elsewhere", TAKEN);
            return Decision::Faulty;
        }
        if let Some((code, says)) = gone(&person) {
            line.tell(Col::Identity, code, &says);
            return Decision::Faulty;
        }
        if person.name != line.entry.name {
            let says = "证件号码已登记在另一姓名下，请核对号码和姓名；\
                        确系改名的，请先在人员页面变更姓名";
            line.tell(Col::Name, "name-differs", says);
            return Decision::Faulty;
        }
        if let Stand::At(station) = &line.station
            && station.id != person.station
        {
            let says = "此人登记在本辖区的另一社区；已搬迁的，请先办理社区间转移，再导入";
            line.tell(Col::Station, "needs-move", says);
            return Decision::Faulty;
        }
        let merged = merged(&person, line);
        match registry::check(&merged, self.today) {
            Ok(after) => amended(line, person, after, beside),
            Err(problem) => {
                for error in problem.fields() {
                    let col = super::words::column_of(&error.field);
                    line.tell(col, &error.field.replace('_', "-"), &error.message);
                }
                Decision::Faulty
            }
        }
    }
}

impl Line {
    /// Tells something that was found out after the row was read.
    pub(super) fn tell(&mut self, col: Col, code: &str, says: &str) {
        let [identity, station, name] = &*self.at;
        let (column, value) = match col {
            Col::Identity => (identity.clone(), self.entry.id_number.clone()),
            Col::Station => (station.clone(), station_said(self)),
            Col::Name => (name.clone(), self.entry.name.clone()),
            _ => (String::new(), String::new()),
        };
        self.faults.push(Fault {
            sheet: self.sheet.to_string(),
            row: self.row,
            column,
            field: col.field().key.to_owned(),
            value,
            code: code.to_owned(),
            message: says.to_owned(),
        });
        self.checked = None;
    }
}

fn station_said(line: &Line) -> String {
    station(line).map(|station| station.name.clone()).unwrap_or_default()
}

fn gone(person: &Person) -> Option<(&'static str, String)> {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    match person.status.as_str() {
        "active" => None,
        "dead" => {
            let on = day(person.died_on);
            let says =
                format!("此人已登记死亡（{on}），名册不能恢复；登记有误的，请先撤销死亡登记");
            Some(("dead", says))
        }
        _ => {
            let on = day(person.left_on);
            let says = format!("此人已转出（{on}），名册不能恢复；已回到本辖区的，请先重新纳入");
            Some(("left", says))
        }
    }
}

fn newcomer(line: &mut Line, alike: Option<Namesake>) -> Decision {
    if line.checked.is_none() {
        return Decision::Faulty;
    }
    let Some(station) = station(line).cloned() else {
        let says = "没有写明所属社区，请加“所属社区”一列，或在导入时选定社区";
        line.tell(Col::Station, "station-missing", says);
        return Decision::Faulty;
    };
    match alike {
        Some(namesake) => Decision::Alike { station, namesake },
        None => Decision::New { station },
    }
}

/// What is known, with what the row says laid over it. What the row does not say stays.
fn merged(person: &Person, line: &Line) -> NewPerson {
    let (mut new, said) = (person.fields(), &line.entry);
    let texts = [
        (&mut new.sex, &said.sex),
        (&mut new.ethnic, &said.ethnic),
        (&mut new.political, &said.political),
        (&mut new.education, &said.education),
        (&mut new.marital, &said.marital),
        (&mut new.phone, &said.phone),
        (&mut new.phone2, &said.phone2),
        (&mut new.hukou_address, &said.hukou_address),
        (&mut new.address, &said.address),
        (&mut new.away, &said.away),
        (&mut new.away_place, &said.away_place),
        (&mut new.retirement_kind, &said.retirement_kind),
        (&mut new.insurance_no, &said.insurance_no),
        (&mut new.management, &said.management),
    ];
    for (known, said) in texts {
        if !said.is_empty() {
            said.clone_into(known);
        }
    }
    let days = [
        (Col::Born, &mut new.born_on, said.born_on),
        (Col::ArchiveBorn, &mut new.archive_born_on, said.archive_born_on),
        (Col::Retired, &mut new.retired_on, said.retired_on),
        (Col::PensionFrom, &mut new.pension_from, said.pension_from),
    ];
    for (col, known, said) in days {
        let month = |day: &Date| (day.year(), day.month());
        // A month alone says nothing new of a day in that month.
        let vague =
            line.months.contains(&col) && known.as_ref().map(month) == said.as_ref().map(month);
        if said.is_some() && !vague {
            *known = said;
        }
    }
    new.pension_fen = said.pension_fen.or(new.pension_fen);
    if !said.enterprise_name.is_empty() && said.enterprise_name != new.enterprise_name {
        said.enterprise_name.clone_into(&mut new.enterprise_name);
        new.enterprise = said.enterprise;
    }
    new.extra = extra(&new.extra, &said.extra);
    new
}

/// Columns beside the known fields: those of the row replace those of the same title.
fn extra(known: &str, said: &str) -> String {
    let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let mut columns = read(known);
    columns.extend(read(said));
    Value::Object(columns).to_string()
}

fn amended(line: &Line, before: Person, after: Checked, beside: &Beside) -> Decision {
    let mut differences = differences(&before.fields(), after.fields());
    let has = |mark: &Mark| beside.marks.iter().any(|known| known == mark.code());
    let marks: Vec<Mark> = line.entry.marks.iter().filter(|mark| !has(mark)).copied().collect();
    let is_known = |contact: &&NewRelative| beside.relatives.contains(&contact.name);
    let contact = line.contact.as_ref().filter(|contact| !is_known(contact)).cloned();
    for mark in &marks {
        let after = mark.name().to_owned();
        differences.push(Difference { field: "mark", before: String::new(), after });
    }
    if let Some(contact) = &contact {
        let after = contact.words();
        differences.push(Difference { field: "relative", before: String::new(), after });
    }
    if differences.is_empty() {
        return Decision::Unchanged { person: before.id };
    }
    Decision::Update(Box::new(Update { before, after, differences, marks, contact }))
}

/// What stands beside those who are registered.
async fn beside(
    reader: &mut impl Reader,
    known: &[Option<Person>],
) -> Result<Vec<Beside>, Problem> {
    let people: Vec<i64> = known.iter().flatten().map(|person| person.id).collect();
    let mut found = rosters::beside(reader, &people).await?.into_iter();
    let of = |known: &Option<Person>| known.as_ref().and_then(|_| found.next()).unwrap_or_default();
    Ok(known.iter().map(of).collect())
}

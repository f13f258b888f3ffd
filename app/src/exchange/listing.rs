//! What is to become of each row of a list about people who are registered: whom it means, what
//! it adds or changes, what cannot be.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{Problem, Reader, Scope};
use rules::facts::Mark;

use super::entries::{Entry, Says};
use super::filed;
use super::firms::{self, Firm};
use super::kinds::{Kind, of_relative, of_visit};
use super::laid_over::{fits, merged};
use crate::archives::NewFile;
use crate::registry::learned::has_mark;
use crate::registry::relatives::{self, NewRelative, Relative};
use crate::registry::{self, Checked, Difference, Person, differences, rosters};
use crate::visits::{self, HOUSEHOLD};

/// Namesakes that are looked at.
const N_NAMESAKES: i64 = 40;
/// Marks of one list.
const N_MARKS: usize = 20;

/// What is to become of a row.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// A relative or a visit is entered.
    New(Box<Person>, Entering),
    Update(Box<Person>, Box<Change>),
    Unchanged(i64),
    /// The same row stands earlier in the file.
    Repeated {
        sheet: String,
        row: u32,
    },
    /// The person is not registered in the jurisdiction; of a comparison only.
    Absent,
    /// An enterprise is entered, or changed in these respects.
    Firm(Firm, Vec<Difference>),
    Faulty,
}

/// What is entered.
#[derive(Clone, Debug)]
pub enum Entering {
    Relative(NewRelative),
    Visit(visits::Report),
    File(NewFile),
}

/// What is changed.
#[derive(Clone, Debug)]
pub struct Change {
    pub differences: Vec<Difference>,
    pub to: To,
}

#[derive(Clone, Debug)]
pub enum To {
    Person(Box<Checked>),
    /// A mark is set, on this evidence.
    Mark(Mark, String),
    Relative(Box<(Relative, NewRelative)>),
}

/// A row with what is to become of it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub entry: Entry,
    pub verdict: Verdict,
}

/// What is remembered from row to row.
pub struct Memory {
    pub kind: Kind,
    pub scope: Scope,
    pub today: Date,
    /// What was said first of the same thing: sheet, row, and what the row said.
    seen: BTreeMap<String, (usize, u32, u64)>,
    sheets: Vec<String>,
    /// Whom the list names, and of which groups it is: of a comparison only.
    pub named: BTreeSet<(i64, &'static str)>,
    pub marks: Vec<Mark>,
}

impl Memory {
    #[must_use]
    pub fn new(kind: Kind, scope: Scope, today: Date) -> Self {
        Self {
            kind,
            scope,
            today,
            seen: BTreeMap::new(),
            sheets: Vec::new(),
            named: BTreeSet::new(),
            marks: Vec::new(),
        }
    }

    /// Decides on a chunk of rows.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn decide(
        &mut self,
        reader: &mut impl Reader,
        mut entries: Vec<Entry>,
    ) -> Result<Vec<Listed>, Problem> {
        if !self.kind.is_of_people() {
            return self.enterprises(reader, entries).await;
        }
        let people = self.people(reader, &mut entries).await?;
        let mut listed = Vec::with_capacity(entries.len());
        for (mut entry, person) in entries.into_iter().zip(people) {
            let verdict = self.verdict(reader, &mut entry, person).await?;
            let verdict = if entry.faults.is_empty() { verdict } else { Verdict::Faulty };
            listed.push(Listed { entry, verdict });
        }
        Ok(listed)
    }

    /// Decides on rows about enterprises.
    async fn enterprises(
        &mut self,
        reader: &mut impl Reader,
        entries: Vec<Entry>,
    ) -> Result<Vec<Listed>, Problem> {
        let mut listed = Vec::with_capacity(entries.len());
        for mut entry in entries {
            let Says::Enterprise(typed) = entry.says.clone() else { continue };
            let code = Some(typed.credit_code.clone()).filter(|code| !code.is_empty());
            let by_code = code.and_then(|code| self.repeated(&mut entry, code));
            let repeated = by_code.or_else(|| self.repeated(&mut entry, typed.name.clone()));
            let verdict = match repeated {
                Some(verdict) => verdict,
                None if !entry.faults.is_empty() => Verdict::Faulty,
                None => firms::verdict(reader, &mut entry, typed).await?,
            };
            let verdict = if entry.faults.is_empty() { verdict } else { Verdict::Faulty };
            listed.push(Listed { entry, verdict });
        }
        Ok(listed)
    }

    /// Whom each row means, by number where there is a whole one, else by name.
    async fn people(
        &self,
        reader: &mut impl Reader,
        entries: &mut [Entry],
    ) -> Result<Vec<Option<Person>>, Problem> {
        let is_whole = |entry: &Entry| !entry.number.is_empty() && !entry.number.contains('*');
        let wanted = |entry: &Entry| !entry.faults.iter().any(|fault| is_whose(&fault.field));
        let numbers: Vec<&str> = entries
            .iter()
            .filter(|one| wanted(one) && is_whole(one))
            .map(|one| one.number.as_str())
            .collect();
        let mut by_number = rosters::by_numbers(reader, &numbers).await?.into_iter();
        let names: Vec<&str> = entries
            .iter()
            .filter(|one| wanted(one) && !is_whole(one))
            .map(|one| one.name.as_str())
            .collect();
        let asked = (&names[..], N_NAMESAKES);
        let mut by_name = rosters::by_names(reader, &self.scope, asked).await?.into_iter();
        let mut people = Vec::with_capacity(entries.len());
        for entry in entries {
            people.push(match () {
                () if !wanted(entry) => None,
                () if is_whole(entry) => {
                    let found = by_number.next().flatten();
                    found.filter(|person| self.scope.covers(&person.org))
                }
                () => self.namesake(entry, by_name.next().unwrap_or_default()),
            });
        }
        Ok(people)
    }

    /// The one of that name whom the row can mean.
    fn namesake(&self, entry: &mut Entry, mut people: Vec<Person>) -> Option<Person> {
        people.retain(|person| person.status != "left");
        if !entry.number.is_empty() {
            people.retain(|person| fits(&entry.number, &person.id_number));
        }
        match people.len() {
            0 => None,
            1 => {
                let key = if entry.number.is_empty() { "name" } else { "identity" };
                entry.remark(self.kind, key, "按姓名找到本辖区唯一相符的人");
                people.pop()
            }
            n => {
                let says = format!("本辖区有 {n} 位同名的人，请补填完整的证件号码");
                entry.tell("name", "namesakes", &says);
                None
            }
        }
    }

    async fn verdict(
        &mut self,
        reader: &mut impl Reader,
        entry: &mut Entry,
        person: Option<Person>,
    ) -> Result<Verdict, Problem> {
        let Some(person) = person else {
            if entry.faults.is_empty() && self.kind.compares() {
                return Ok(Verdict::Absent);
            }
            if entry.faults.is_empty() {
                let says = "本辖区没有登记这个人，请核对姓名和证件号码";
                let key = if entry.number.is_empty() { "name" } else { "identity" };
                entry.tell(key, "not-registered", says);
            }
            return Ok(Verdict::Faulty);
        };
        if person.name != entry.name {
            let says = "证件号码登记在另一姓名下，请核对号码和姓名";
            entry.tell("name", "name-differs", says);
        }
        if let Some((code, says)) = self.gone(&person) {
            entry.tell("name", code, &says);
        }
        let about = about(person.id, &entry.says);
        if let Some(verdict) = self.repeated(entry, about) {
            return Ok(verdict);
        }
        if !entry.faults.is_empty() {
            return Ok(Verdict::Faulty);
        }
        match entry.says.clone() {
            Says::Relative(new) => self.relative(reader, entry, (person, *new)).await,
            Says::Visit(report) => self.visit(reader, entry, (person, *report)).await,
            Says::Phones { phone, phone2, before } => {
                Ok(self.phones(entry, person, [&phone, &phone2, &before]))
            }
            Says::Group { mark, evidence } => self.group(reader, (person, mark, evidence)).await,
            Says::File(new) => filed::verdict(reader, entry, (&self.scope, person, new)).await,
            Says::Enterprise(_) => Ok(Verdict::Faulty),
        }
    }

    fn gone(&self, person: &Person) -> Option<(&'static str, String)> {
        let died = person.died_on.map_or_else(String::new, |on| on.to_string());
        match (person.status.as_str(), self.kind) {
            ("active", _) | ("dead", Kind::Relatives | Kind::Visits | Kind::Archives) => None,
            ("dead", _) => Some(("dead", format!("此人已登记死亡（{died}）"))),
            _ => Some(("left", "此人已转出，不再由本辖区管理".to_owned())),
        }
    }

    /// Whether the same was said before: the same row is passed over, another one contradicts.
    fn repeated(&mut self, entry: &mut Entry, about: String) -> Option<Verdict> {
        if self.sheets.last() != Some(&entry.sheet) {
            self.sheets.push(entry.sheet.clone());
        }
        let here = (self.sheets.len() - 1, entry.row, entry.said);
        let first = *self.seen.entry(about).or_insert(here);
        if (first.0, first.1) == (here.0, here.1) {
            return None;
        }
        let (sheet, row) = (self.sheets.get(first.0).cloned().unwrap_or_default(), first.1);
        if first.2 == entry.said {
            return Some(Verdict::Repeated { sheet, row });
        }
        let says = format!("与工作表“{sheet}”第 {row} 行说的是同一件事而内容不同，请只留一行");
        entry.tell("name", "contradiction", &says);
        Some(Verdict::Faulty)
    }

    async fn relative(
        &self,
        reader: &mut impl Reader,
        entry: &mut Entry,
        (person, new): (Person, NewRelative),
    ) -> Result<Verdict, Problem> {
        let known = relatives::of_person(reader, person.id).await?;
        let known =
            known.into_iter().find(|one| one.ended_on.is_none() && one.fields.name == new.name);
        let wanted = known.as_ref().map_or(new.clone(), |known| merged(&known.fields, &new));
        let checked = match relatives::check(&wanted, self.today) {
            Ok(checked) => checked,
            Err(problem) => {
                for error in problem.fields() {
                    entry.tell(of_relative(&error.field), "relative", &error.message);
                }
                return Ok(Verdict::Faulty);
            }
        };
        Ok(match known {
            None => Verdict::New(Box::new(person), Entering::Relative(checked)),
            Some(known) if known.fields == checked => Verdict::Unchanged(person.id),
            Some(known) => {
                let (before, after) = (known.fields.words(), checked.words());
                let differences = vec![Difference { field: "relative", before, after }];
                let change = Change { differences, to: To::Relative(Box::new((known, checked))) };
                Verdict::Update(Box::new(person), Box::new(change))
            }
        })
    }

    async fn visit(
        &self,
        reader: &mut impl Reader,
        entry: &mut Entry,
        (person, mut report): (Person, visits::Report),
    ) -> Result<Verdict, Problem> {
        if person.died_on.is_some_and(|died_on| report.on > died_on) {
            report.about = HOUSEHOLD;
            entry.remark(self.kind, "name", "走访时此人已去世，按走访其家属登记");
        }
        if let Err(problem) = visits::report::check(reader, &person, &report).await {
            if problem.fields().is_empty() {
                return Err(problem);
            }
            for error in problem.fields() {
                entry.tell(of_visit(&error.field), "visit", &error.message);
            }
            return Ok(Verdict::Faulty);
        }
        if visits::store::has_same(reader, person.id, &report).await? {
            return Ok(Verdict::Unchanged(person.id));
        }
        Ok(Verdict::New(Box::new(person), Entering::Visit(report)))
    }

    fn phones(&self, entry: &mut Entry, person: Person, said: [&String; 3]) -> Verdict {
        let [phone, phone2, before] = said;
        let key = registry::phone_key;
        let known = [key(&person.phone), key(&person.phone2)];
        if !before.is_empty() && !known.contains(&key(before)) && !known.contains(&key(phone)) {
            entry.remark(self.kind, "phone_before", "原电话与登记的不同，仍按新电话登记");
        }
        let mut new = person.fields();
        for (known, said) in [(&mut new.phone, phone), (&mut new.phone2, phone2)] {
            if !said.is_empty() {
                said.clone_into(known);
            }
        }
        match registry::check(&new, self.today) {
            Ok(after) => {
                let differences = differences(&person.fields(), after.fields());
                if differences.is_empty() {
                    return Verdict::Unchanged(person.id);
                }
                let change = Change { differences, to: To::Person(Box::new(after)) };
                Verdict::Update(Box::new(person), Box::new(change))
            }
            Err(problem) => {
                for error in problem.fields() {
                    let known = matches!(error.field.as_str(), "phone" | "phone2");
                    let key = if known { error.field.as_str() } else { "name" };
                    entry.tell(key, "phone", &error.message);
                }
                Verdict::Faulty
            }
        }
    }

    async fn group(
        &mut self,
        reader: &mut impl Reader,
        (person, mark, evidence): (Person, Option<Mark>, String),
    ) -> Result<Verdict, Problem> {
        let Some(mark) = mark else { return Ok(Verdict::Faulty) };
        self.named.insert((person.id, mark.code()));
        if !self.marks.contains(&mark) && self.marks.len() < N_MARKS {
            self.marks.push(mark);
        }
        if has_mark(reader, person.id, mark).await? {
            return Ok(Verdict::Unchanged(person.id));
        }
        let after = mark.name().to_owned();
        let differences = vec![Difference { field: "mark", before: String::new(), after }];
        let change = Change { differences, to: To::Mark(mark, evidence) };
        Ok(Verdict::Update(Box::new(person), Box::new(change)))
    }
}

/// By which rows that speak of the same are known.
fn about(person: i64, says: &Says) -> String {
    let what = match says {
        Says::Relative(new) => new.name.clone(),
        Says::Visit(report) => format!("{} {}", report.on, report.way.code()),
        Says::Phones { .. } | Says::Enterprise(_) | Says::File(_) => String::new(),
        Says::Group { mark, .. } => mark.map_or("", Mark::code).to_owned(),
    };
    format!("{person} {what}")
}

fn is_whose(field: &str) -> bool {
    matches!(field, "name" | "identity")
}

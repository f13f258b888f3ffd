//! The figures of a month, worked out slowly: every person's facts are replayed one by one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::q;
use rules::days::add_months;
use songhe::statistics::month::Month;

use crate::world::World;

struct Fact {
    id: i64,
    person: i64,
    kind: String,
    station: i64,
    detail: String,
    on: Date,
}

/// What is counted: code of the station and figure, with the rows.
pub type Counted = BTreeMap<(String, String), BTreeSet<i64>>;

const SPECIAL: [&str; 6] = ["aged", "alone", "ill", "poor", "before_prc", "model"];
const PASSAGES: [&str; 4] = ["taken_in", "moved", "left", "died"];

/// Where somebody is, passage by passage.
#[derive(Clone, Copy, Default)]
struct Place {
    at: Option<i64>,
    dead: bool,
}

impl Place {
    fn after(self, fact: &Fact) -> Self {
        match fact.kind.as_str() {
            "taken_in" if !self.dead => Self { at: Some(fact.station), dead: false },
            "moved" if !self.dead && self.at.is_some() => {
                Self { at: Some(fact.station), dead: false }
            }
            "left" => Self { at: None, ..self },
            "died" => Self { at: None, dead: true },
            _ => self,
        }
    }
}

async fn codes(world: &World) -> BTreeMap<i64, String> {
    let rows = world.db().rows(q!("SELECT id, code FROM orgs WHERE kind = 'station'")).await;
    rows.unwrap().iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
}

async fn facts(world: &World) -> Vec<Fact> {
    let rows = world
        .db()
        .rows(q!("SELECT id, person, kind, reference, detail, on_day FROM facts
                  WHERE voided_by IS NULL ORDER BY person, on_day, id"))
        .await;
    let fact = |row: &kernel::Row| Fact {
        id: row.get(0).unwrap(),
        person: row.get(1).unwrap(),
        kind: row.get(2).unwrap(),
        station: row.get(3).unwrap(),
        detail: row.get(4).unwrap(),
        on: row.get(5).unwrap(),
    };
    rows.unwrap().iter().map(fact).collect()
}

/// Every figure of every station.
pub async fn counted(world: &World, month: &Month) -> Counted {
    let (codes, facts) = (codes(world).await, facts(world).await);
    let mut out = Counted::new();
    let mut people: BTreeMap<i64, Vec<&Fact>> = BTreeMap::new();
    for fact in &facts {
        people.entry(fact.person).or_default().push(fact);
    }
    for (person, facts) in &people {
        replay(*person, facts, month, &codes, &mut out);
    }
    describe(world, month, &mut out).await;
    visits(world, month, &mut out).await;
    duties(world, month, &mut out).await;
    out.retain(|_, rows| !rows.is_empty());
    out
}

fn add(out: &mut Counted, code: &str, figure: &str, row: i64) {
    out.entry((code.to_owned(), figure.to_owned())).or_default().insert(row);
}

fn replay(
    person: i64,
    facts: &[&Fact],
    month: &Month,
    codes: &BTreeMap<i64, String>,
    out: &mut Counted,
) {
    let in_month = |on: Date| on >= month.first_on && on <= month.until;
    let mut place = Place::default();
    for fact in facts.iter().filter(|fact| PASSAGES.contains(&fact.kind.as_str())) {
        let next = place.after(fact);
        let came = matches!(fact.kind.as_str(), "taken_in" | "moved") && !place.dead;
        if in_month(fact.on) && next.at != place.at {
            if let Some(to) = next.at.filter(|_| came) {
                let figure = if fact.kind == "taken_in" { "taken_in" } else { "moved_in" };
                add(out, &codes[&to], figure, fact.id);
            }
            if let Some(from) = place.at {
                let figure = match fact.kind.as_str() {
                    "died" => "died",
                    "left" => "left",
                    _ => "moved_out",
                };
                add(out, &codes[&from], figure, fact.id);
            }
        }
        place = next;
    }
    let on = |day: Date| {
        let until = facts.iter().filter(|fact| fact.on <= day);
        until.fold(Place::default(), |place, fact| place.after(fact)).at
    };
    if let Some(at) = on(month.eve()) {
        add(out, &codes[&at], "start", person);
    }
    if let Some(at) = on(month.until) {
        add(out, &codes[&at], "end", person);
        for trait_of in traits(facts, month.until) {
            add(out, &codes[&at], &trait_of, person);
        }
    }
    for fact in facts.iter().filter(|fact| in_month(fact.on)) {
        let Some(at) = place_of(facts, fact.on) else { continue };
        event(fact, &codes[&at], out);
    }
}

/// Where somebody is counted on a day: where they came on it, else where they were before it.
fn place_of(facts: &[&Fact], day: Date) -> Option<i64> {
    let mut place = Place::default();
    let mut found = None;
    for fact in facts.iter().filter(|fact| fact.on <= day) {
        if fact.on == day && found.is_none() {
            found = Some(place.at);
        }
        let next = place.after(fact);
        let arrives = matches!(fact.kind.as_str(), "taken_in" | "moved") && next.at.is_some();
        if fact.on == day && arrives && !next.dead {
            found = Some(next.at);
        }
        place = next;
    }
    found.unwrap_or(place.at)
}

fn event(fact: &Fact, code: &str, out: &mut Counted) {
    match fact.kind.as_str() {
        "certified" => {
            add(out, code, "certified", fact.id);
            add(out, code, &format!("certified.{}", fact.detail), fact.id);
            add(out, code, "evidence", fact.person);
        }
        "card_issued"
        | "senior_card_settled"
        | "hospitalised"
        | "hardship"
        | "mark_set"
        | "mark_ended" => add(out, code, &fact.kind, fact.id),
        _ => {}
    }
}

fn traits(facts: &[&Fact], day: Date) -> Vec<String> {
    let mut held: BTreeMap<String, bool> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.on <= day) {
        match fact.kind.as_str() {
            "mark_set" => held.insert(fact.detail.clone(), true),
            "mark_ended" => held.insert(fact.detail.clone(), false),
            "residence" => held.insert("away".to_owned(), fact.detail != "here"),
            _ => None,
        };
    }
    let mut found = Vec::new();
    for (name, _) in held.iter().filter(|(_, holds)| **holds) {
        if SPECIAL.contains(&name.as_str()) {
            found.push(format!("mark.{name}"));
            found.push("special".to_owned());
        } else if name == "away" {
            found.push(name.clone());
        }
    }
    found
}

async fn describe(world: &World, month: &Month, out: &mut Counted) {
    let ends: Vec<(String, i64)> = out
        .iter()
        .filter(|((_, figure), _)| figure == "end")
        .flat_map(|((code, _), rows)| rows.iter().map(|id| (code.clone(), *id)))
        .collect();
    for (code, person) in ends {
        let row = world
            .db()
            .row(q!("SELECT born_on, management FROM persons WHERE id = $1", person))
            .await
            .unwrap()
            .unwrap();
        let (born, form): (Option<Date>, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let form = if form.is_empty() { "none".to_owned() } else { form };
        add(out, &code, &format!("form.{form}"), person);
        for age in [70, 80] {
            if born.is_some_and(|born| born <= add_months(month.until, -12 * age)) {
                add(out, &code, &format!("age.{age}"), person);
            }
        }
    }
}

async fn visits(world: &World, month: &Month, out: &mut Counted) {
    let rows = world
        .db()
        .rows(q!("SELECT id, person, org, way, outcome, about, findings, on_day FROM visits
                  WHERE void_reason IS NULL"))
        .await
        .unwrap();
    let mut sought = Vec::new();
    for row in &rows {
        let on: Date = row.get(7).unwrap();
        if on < month.first_on || on > month.until {
            continue;
        }
        let (id, person): (i64, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
        let code: String = row.get(2).unwrap();
        let (way, outcome): (String, String) = (row.get(3).unwrap(), row.get(4).unwrap());
        let (about, findings): (i64, String) = (row.get(5).unwrap(), row.get(6).unwrap());
        for found in ["needs_help", "said_dead"] {
            if findings.split(',').any(|known| known == found) {
                add(out, &code, found, id);
            }
        }
        if outcome != "met" {
            add(out, &code, "visit.vain", id);
            if about == 0 {
                sought.push((code, person));
            }
            continue;
        }
        add(out, &code, "visit.met", id);
        add(out, &code, &format!("visit.{way}"), id);
        if about > 0 {
            add(out, &code, "visit.dependants", id);
        }
        if about < 0 {
            add(out, &code, "visit.households", id);
        }
        if about == 0 && ["home", "telephone", "entrusted", "office"].contains(&way.as_str()) {
            add(out, &code, "people.visited", person);
            add(out, &code, "evidence", person);
        }
    }
    for (code, person) in sought {
        let met = out.get(&(code.clone(), "people.visited".to_owned()));
        if !met.is_some_and(|met| met.contains(&person)) {
            add(out, &code, "people.unreached", person);
        }
    }
}

async fn duties(world: &World, month: &Month, out: &mut Counted) {
    let rows = world
        .db()
        .rows(q!("SELECT id, org, rule, opens_on, due_on, state, ended_on, late FROM duties"))
        .await
        .unwrap();
    for row in &rows {
        let (id, code): (i64, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let rule: String = row.get(2).unwrap();
        let (opens, due): (Date, Date) = (row.get(3).unwrap(), row.get(4).unwrap());
        let (state, ended): (String, Option<Date>) = (row.get(5).unwrap(), row.get(6).unwrap());
        let late: i64 = row.get(7).unwrap();
        let ended_by = |day: Date| ended.is_some_and(|ended| ended <= day);
        let mut mine = Vec::new();
        let falls = due >= month.first_on && due <= month.last_on && opens <= month.until;
        if falls && !(state == "lapsed" && ended_by(month.until)) {
            mine.push("due");
            mine.push(match (state.as_str(), late) {
                ("settled", 0) if ended_by(month.until) => "on_time",
                ("settled", _) if ended_by(month.until) => "late",
                _ => "undone",
            });
        }
        if ended_by(month.until) && !ended_by(month.eve()) {
            match state.as_str() {
                "missed" => mine.push("missed"),
                "settled" if due < month.first_on => mine.push("caught_up"),
                _ => {}
            }
        }
        for outcome in mine {
            for of in ["all", &rule] {
                add(out, &code, &format!("duty.{of}.{outcome}"), id);
            }
        }
    }
}

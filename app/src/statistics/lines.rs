//! The rows behind a figure as people read them, page by page, station by station.

use jiff::civil::Date;
use kernel::{Db, DbError, Problem, Query, Row, Scope, q};
use rules::duties::Rule;
use rules::facts::{FactKind, Way};

use super::figures::{Figure, Rows};
use super::frozen;
use super::keys::Key;
use super::month::Month;
use super::rows;
use super::tree::{self, Unit};

/// A row behind a figure.
#[derive(Clone, Debug)]
pub struct Line {
    pub key: Key,
    /// The station for which it is counted.
    pub code: String,
    pub station: String,
    /// Empty when the person is served elsewhere by now: that is no longer ours to see.
    pub person_name: String,
    pub on: Option<Date>,
    /// What is to be said of it: the way of a visit, the rule and the end of a duty.
    pub words: String,
    /// Where more is to be seen; empty where nothing is.
    pub href: String,
}

/// Where a list goes on: the code of the station and the number of the last row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub code: String,
    pub id: i64,
}

impl Cursor {
    /// Reads `990101001001.123`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (code, id) = text.split_once('.')?;
        Some(Self { code: code.to_owned(), id: id.parse().ok()? })
    }

    #[must_use]
    pub fn write(&self) -> String {
        format!("{}.{}", self.code, self.id)
    }
}

/// A page of the rows of a figure, and where it goes on.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub lines: Vec<Line>,
    pub next: Option<Cursor>,
}

/// The rows of a figure of an organisation: those that were frozen, else those of now.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    db: &Db,
    (unit, month): (&Unit, &Month),
    figure: &'static Figure,
    (after, limit, seen_from): (Option<Cursor>, usize, &Scope),
) -> Result<Listing, Problem> {
    let after = after.unwrap_or_default();
    let told =
        frozen::frozen_stations(&mut db.clone(), &unit.scope(), &month.code, &figure.id).await?;
    let mut found: Vec<(Key, Unit)> = Vec::new();
    for station in stations(db, unit, month).await? {
        if station.code < after.code || found.len() > limit {
            continue;
        }
        let keys = match told.iter().find(|(code, ..)| *code == station.code) {
            Some((.., 0)) => Vec::new(),
            Some((_, report, _)) => {
                frozen::frozen_rows(&mut db.clone(), *report, &figure.id).await?
            }
            None => rows::of_station(db, &station.code, month).await?.of(&figure.id).to_vec(),
        };
        let begins = if station.code == after.code { after.id } else { i64::MIN };
        let rest = keys.into_iter().filter(|key| key.id > begins);
        found.extend(rest.take(limit + 1).map(|key| (key, station.clone())));
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|(key, station)| Cursor { code: station.code.clone(), id: key.id });
    Ok(Listing { lines: describe(db, figure, &found, seen_from).await?, next })
}

async fn stations(db: &Db, unit: &Unit, month: &Month) -> Result<Vec<Unit>, DbError> {
    if unit.is_station() {
        return Ok(vec![unit.clone()]);
    }
    tree::stations(&mut db.clone(), &unit.scope(), month).await
}

/// What is to be said of rows; `seen_from` is the scope of whoever reads it.
///
/// # Errors
/// Whatever the database says.
pub async fn describe(
    db: &Db,
    figure: &Figure,
    keys: &[(Key, Unit)],
    seen_from: &Scope,
) -> Result<Vec<Line>, Problem> {
    let one: fn(i64) -> Query = match figure.rows {
        Rows::People => person,
        Rows::Facts => fact,
        Rows::Visits => visit,
        Rows::Duties => duty,
    };
    let wanted = keys.iter().flat_map(|(key, _)| [one(key.id), person(key.person)]);
    let answers = db.batch(wanted.collect()).await?;
    let mut lines = Vec::with_capacity(keys.len());
    for ((key, station), answers) in keys.iter().zip(answers.chunks_exact(2)) {
        let mut line = Line {
            key: *key,
            code: station.code.clone(),
            station: station.name.clone(),
            person_name: String::new(),
            on: None,
            words: "已不再列出（相关记录作了更正）".to_owned(),
            href: String::new(),
        };
        if let Some(row) = answers[1].first() {
            let org: String = row.get(2)?;
            if seen_from.covers(&org) {
                line.person_name = row.get(1)?;
            }
        }
        if let Some(row) = answers[0].first() {
            say(figure.rows, row, &mut line)?;
        }
        lines.push(line);
    }
    Ok(lines)
}

fn person(id: i64) -> Query {
    q!("SELECT id, name, org, born_on, taken_in_on FROM persons WHERE id = $1", id)
}

fn fact(id: i64) -> Query {
    q!("SELECT id, kind, reference, detail, on_day, entered_on FROM facts WHERE id = $1", id)
}

fn visit(id: i64) -> Query {
    q!(
        "SELECT id, way, outcome, on_day, entered_on, visitor, void_reason FROM visits
         WHERE id = $1",
        id
    )
}

fn duty(id: i64) -> Query {
    q!("SELECT id, rule, due_on, state, ended_on, late FROM duties WHERE id = $1", id)
}

fn say(rows: Rows, row: &Row, line: &mut Line) -> Result<(), DbError> {
    match rows {
        Rows::People => {
            line.on = row.get(3)?;
            line.words = format!("{}纳入", row.get::<Date>(4)?);
        }
        Rows::Facts => say_fact(row, line)?,
        Rows::Visits => {
            let (way, outcome): (String, String) = (row.get(1)?, row.get(2)?);
            let (on, entered_on): (Date, Date) = (row.get(3)?, row.get(4)?);
            let way = Way::from_code(&way).map_or("", Way::name);
            let met = if outcome == "met" { "已见到或联系上" } else { "未联系上" };
            line.on = Some(on);
            line.words = format!("{way}，{met}，{}", row.get::<String>(5)?);
            late(line, on, entered_on);
            if row.get::<Option<String>>(6)?.is_some() {
                line.words.push_str("，已作废");
            }
            line.href = format!("/visits/{}", line.key.id);
        }
        Rows::Duties => say_duty(row, line)?,
    }
    Ok(())
}

fn say_fact(row: &Row, line: &mut Line) -> Result<(), DbError> {
    let (kind, detail): (String, String) = (row.get(1)?, row.get(3)?);
    let (on, entered_on): (Date, Date) = (row.get(4)?, row.get(5)?);
    let known = FactKind::decode(&kind, row.get(2)?, &detail)
        .map_err(|cause| DbError::Shape(cause.to_string()))?;
    line.on = Some(on);
    line.words = match known {
        FactKind::MarkSet { mark } | FactKind::MarkEnded { mark } => {
            format!("{}：{}", known.name(), mark.name())
        }
        FactKind::Certified { by } => format!("{}：{}", known.name(), by.name()),
        _ => known.name().to_owned(),
    };
    late(line, on, entered_on);
    Ok(())
}

fn late(line: &mut Line, on: Date, entered_on: Date) {
    if entered_on > on {
        line.words.push_str(&format!("（{entered_on}补录）"));
    }
}

fn say_duty(row: &Row, line: &mut Line) -> Result<(), DbError> {
    let (rule, state): (String, String) = (row.get(1)?, row.get(3)?);
    let (due_on, ended_on): (Date, Option<Date>) = (row.get(2)?, row.get(4)?);
    let ended_on = ended_on.map_or_else(String::new, |on| on.to_string());
    let rule = Rule::from_id(&rule).map_or("", Rule::name);
    let state = match (state.as_str(), row.get::<i64>(5)?) {
        ("settled", 0) => "按期办结",
        ("settled", _) => "逾期办结",
        ("missed", _) => "记为错过",
        ("lapsed", _) => "不再需要",
        _ => "现未办结",
    };
    line.on = Some(due_on);
    line.words = format!("{rule}，{ended_on}{state}");
    line.href = format!("/duties/{}", line.key.id);
    Ok(())
}

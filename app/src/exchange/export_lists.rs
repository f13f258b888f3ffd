//! What can be exported, and its rows: the same lists, conditions and scope as the pages.

use kernel::{Actor, Db, Deed, Problem, Scope, q};

use super::export_columns::{self as columns, Column};
use super::export_file::Writer;
use super::export_masks::Masks;
use crate::deeds;
use crate::duties::lists as duties;
use crate::people::{list as people, roll};
use crate::visits::ledger;
use crate::visits::store::lists as visits;
use crate::web::Fields;

/// A list that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    People,
    Visits,
    Duties,
}

impl List {
    pub const ALL: &'static [Self] = &[Self::People, Self::Visits, Self::Duties];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Visits => "visits",
            Self::Duties => "duties",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::People => "退休人员名册",
            Self::Visits => "走访台账",
            Self::Duties => "应办事项清单",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|list| list.code() == code)
    }

    /// Where the list is shown.
    #[must_use]
    pub const fn page(self) -> &'static str {
        match self {
            Self::People => "/people",
            Self::Visits => "/visits",
            Self::Duties => "/duties",
        }
    }

    /// Without it the page is not seen either.
    #[must_use]
    pub const fn deed(self) -> Deed {
        match self {
            Self::People => deeds::PEOPLE_SEE,
            Self::Visits => deeds::VISITS_SEE,
            Self::Duties => deeds::DUTIES_SEE,
        }
    }

    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::People => columns::PEOPLE,
            Self::Visits => columns::VISITS,
            Self::Duties => columns::DUTIES,
        }
    }

    /// Whether it has numbers that are hidden in one style or another.
    #[must_use]
    pub fn has_numbers(self) -> bool {
        self == Self::People
    }

    /// The fields that narrow its page.
    #[must_use]
    pub const fn conditions(self) -> &'static [&'static str] {
        match self {
            Self::People => &["org", "status", "management", "away", "mark", "age"],
            Self::Visits => &["org", "from", "to", "way", "outcome", "rule"],
            Self::Duties => &["org", "state", "rule", "owner", "month", "from", "until"],
        }
    }
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Part {
    pub list: List,
    pub columns: Vec<&'static Column>,
    /// The fields of the page's address.
    pub conditions: Fields,
    pub masks: Masks,
}

/// Rows read in one trip.
const PAGE: i64 = 500;
/// Names of organisations that are read for the cells.
const N_ORGS: i64 = 20_000;
/// At most so many rows in one file.
pub const N_ROWS: u64 = 300_000;

/// Writes the rows that the page shows to this actor.
///
/// # Errors
/// A refusal when there are too many; field problems when a condition cannot be read.
pub async fn write(db: &Db, actor: &Actor, part: &Part, writer: Writer) -> Result<Writer, Problem> {
    // One state of the database, on a connection of its own: pages are not kept waiting.
    let db = db.as_it_is().await?;
    match part.list {
        List::People => write_people(&db, &actor.scope(), part, writer).await,
        List::Visits => write_visits(&db, actor, part, writer).await,
        List::Duties => write_duties(&db, actor, part, writer).await,
    }
}

/// Writes rows on a thread that may wait for the disk.
async fn push<T: Send + 'static>(
    mut writer: Writer,
    rows: Vec<T>,
    cells: impl Fn(&T) -> Result<Vec<String>, Problem> + Send + 'static,
) -> Result<Writer, Problem> {
    let pushed = tokio::task::spawn_blocking(move || {
        for row in &rows {
            if writer.n_rows >= N_ROWS {
                let sentence = format!("一次最多导出 {N_ROWS} 行，请缩小机构或条件后分次导出");
                return Err(Problem::refused("too-many-rows", sentence));
            }
            writer.push(&cells(row)?)?;
        }
        Ok(writer)
    });
    pushed.await.map_err(anyhow::Error::from)?
}

async fn write_people(
    db: &Db,
    scope: &Scope,
    part: &Part,
    mut writer: Writer,
) -> Result<Writer, Problem> {
    let filter = people::Filter::read(&part.conditions, scope);
    let today = db.clock().today();
    let mut last = None;
    loop {
        let rows = roll::roll(db, &filter, (last.as_ref(), PAGE), today).await?;
        last = rows.last().map(roll::place).transpose()?;
        if last.is_none() {
            return Ok(writer);
        }
        let (keys, columns, masks) = (db.vault().clone(), part.columns.clone(), part.masks);
        writer = push(writer, rows, move |row| {
            let of = roll::read(row, &keys)?;
            Ok(columns.iter().map(|one| columns::person(one.key, &of, masks)).collect())
        })
        .await?;
    }
}

async fn write_visits(
    db: &Db,
    actor: &Actor,
    part: &Part,
    mut writer: Writer,
) -> Result<Writer, Problem> {
    let filter = ledger::filter(&part.conditions, actor, db.clock().today())?;
    let names = visits::org_names(db, &actor.scope(), N_ORGS).await?;
    let names: std::collections::HashMap<String, String> = names.into_iter().collect();
    let names = std::sync::Arc::new(names);
    let mut start = visits::beginning();
    loop {
        let rows = visits::page(db, &filter, &start, PAGE).await?;
        match rows.last() {
            Some(last) => start = (last.on.to_string(), last.id),
            None => return Ok(writer),
        }
        let (columns, names) = (part.columns.clone(), std::sync::Arc::clone(&names));
        writer = push(writer, rows, move |of| {
            let station = names.get(&of.org).map_or(of.org.as_str(), String::as_str);
            Ok(columns.iter().map(|one| columns::visit(one.key, of, station)).collect())
        })
        .await?;
    }
}

async fn write_duties(
    db: &Db,
    actor: &Actor,
    part: &Part,
    mut writer: Writer,
) -> Result<Writer, Problem> {
    let today = db.clock().today();
    let filter = crate::duties::pages::filter(&part.conditions, actor, today);
    let mut after = None;
    loop {
        let listing = duties::list(db, &filter, after.as_ref(), PAGE).await?;
        let columns = part.columns.clone();
        writer = push(writer, listing.rows, move |of| {
            Ok(columns.iter().map(|one| columns::duty(one.key, of, today)).collect())
        })
        .await?;
        match listing.next {
            Some(next) => after = Some(next),
            None => return Ok(writer),
        }
    }
}

/// The conditions in words: what each is called and what it says.
///
/// # Errors
/// Whatever the database says.
pub async fn in_words(
    db: &Db,
    actor: &Actor,
    (list, asked): (List, &Fields),
) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut words = Vec::new();
    let scope = actor.scope().narrowed(asked.get("org"));
    let place = db
        .row(q!(
            "SELECT name FROM orgs WHERE code = $1 AND kind IN ('office', 'center', 'station')
               AND closed_on IS NULL ORDER BY id LIMIT 1",
            scope.from()
        ))
        .await?;
    let place = place.map(|row| row.get(0)).transpose()?;
    words.push(("机构", place.unwrap_or_else(|| actor.org_name.clone())));
    for name in list.conditions() {
        let value = asked.get(name);
        if *name != "org" && !value.is_empty() {
            words.push((title(name), said(name, value)));
        }
    }
    Ok(words)
}

fn title(name: &str) -> &'static str {
    match name {
        "status" | "state" => "状态",
        "management" => "管理形式",
        "away" => "居住地",
        "mark" => "特殊群体",
        "age" => "年满（岁）",
        "from" => "从",
        "to" | "until" => "到",
        "way" => "方式",
        "outcome" => "结果",
        "rule" => "事项",
        "owner" => "由谁办",
        "month" => "月份",
        _ => "条件",
    }
}

fn said(name: &str, value: &str) -> String {
    use crate::registry::codes;
    use rules::duties::{Level, Rule};
    use rules::facts::{Away, Mark, Way};
    let known = match name {
        "status" if value == "all" => Some("全部"),
        "status" => codes::STATUSES.iter().find(|(code, _)| *code == value).map(|of| of.1),
        "management" => codes::MANAGEMENT.iter().find(|(code, _)| *code == value).map(|of| of.1),
        "away" if value == "elsewhere" => Some("不在本地"),
        "away" => Away::from_code(value).map(Away::name),
        "mark" => Mark::from_code(value).map(Mark::name),
        "way" => Way::from_code(value).map(Way::name),
        "outcome" => crate::visits::Outcome::from_code(value).map(|of| of.name()),
        "rule" => Rule::from_id(value).map(Rule::name),
        "owner" => Level::from_code(value).map(Level::name),
        "state" => duties::Which::from_code(value).map(duties::Which::name),
        _ => None,
    };
    known.map_or_else(|| value.to_owned(), str::to_owned)
}

//! What can be exported, and its rows: the same lists, conditions and scope as the pages.

use kernel::{Actor, Db, Deed, Problem, Scope};

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
/// Places of duties that are looked up at once: what has ended in a city is sorted anew each time.
const PLACES: i64 = 50_000;
/// Names of organisations that are read for the cells.
const N_ORGS: i64 = 20_000;

/// Writes the rows that the page shows to this actor.
///
/// # Errors
/// Whatever [`Writer::push`] says; field problems when a condition cannot be read.
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
        let places = duties::keys(db, &filter, after.as_ref(), PLACES).await?;
        for page in places.chunks(usize::try_from(PAGE).unwrap_or(500)) {
            let rows = duties::rows(db, &filter.scope, page).await?;
            let columns = part.columns.clone();
            writer = push(writer, rows, move |of| {
                Ok(columns.iter().map(|one| columns::duty(one.key, of, today)).collect())
            })
            .await?;
        }
        after = places.last().cloned();
        if after.is_none() {
            return Ok(writer);
        }
    }
}

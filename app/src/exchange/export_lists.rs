//! What can be exported, and its rows: the same lists, conditions and scope as the pages.

use kernel::{Actor, Db, Deed, Problem, Scope};

use super::export_columns::{self as columns, Column};
use super::export_file::Writer;
use super::export_masks::Masks;
use crate::duties::lists as duties;
use crate::ledgers::Line;
use crate::people::{list as people, moves, moves_ledger, roll};
use crate::visits::ledger;
use crate::visits::store::lists as visits;
use crate::web::Fields;
use crate::{archives, cards, deeds, groups, handover};

/// A list that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    People,
    Visits,
    Duties,
    Archives,
    Cards,
    Letters,
    Handed,
    Batches,
    Moves,
}

impl List {
    pub const ALL: &'static [Self] = &[
        Self::People,
        Self::Visits,
        Self::Duties,
        Self::Archives,
        Self::Cards,
        Self::Letters,
        Self::Handed,
        Self::Batches,
        Self::Moves,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Visits => "visits",
            Self::Duties => "duties",
            Self::Archives => "archives",
            Self::Cards => "cards",
            Self::Letters => "letters",
            Self::Handed => "handed",
            Self::Batches => "batches",
            Self::Moves => "moves",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::People => "退休人员名册",
            Self::Visits => "走访台账",
            Self::Duties => "应办事项清单",
            Self::Archives => "人事档案台账",
            Self::Cards => "联系卡台账",
            Self::Letters => "组织关系介绍信台账",
            Self::Handed => "移交人员台账",
            Self::Batches => "移交批次和协议台账",
            Self::Moves => "社区间转移台账",
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
            Self::Archives => "/archives",
            Self::Cards => "/cards",
            Self::Letters => "/party",
            Self::Handed => "/handovers",
            Self::Batches => "/handovers",
            Self::Moves => "/moves",
        }
    }

    /// Without it the page is not seen either.
    #[must_use]
    pub const fn deed(self) -> Deed {
        match self {
            Self::People => deeds::PEOPLE_SEE,
            Self::Visits => deeds::VISITS_SEE,
            Self::Duties => deeds::DUTIES_SEE,
            Self::Archives => deeds::ARCHIVES_SEE,
            Self::Cards => deeds::CARDS_SEE,
            Self::Letters => deeds::GROUPS_SEE,
            Self::Handed => deeds::HANDOVER_SEE,
            Self::Batches => deeds::HANDOVER_REVIEW,
            Self::Moves => deeds::PEOPLE_RECEIVE,
        }
    }

    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::People => columns::PEOPLE,
            Self::Visits => columns::VISITS,
            Self::Duties => columns::DUTIES,
            Self::Archives => columns::ARCHIVES,
            Self::Cards => columns::CARDS,
            Self::Letters => columns::LETTERS,
            Self::Handed => columns::HANDED,
            Self::Batches => columns::BATCHES,
            Self::Moves => columns::MOVES,
        }
    }

    /// Whether it has numbers that are hidden in one style or another.
    #[must_use]
    pub fn has_numbers(self) -> bool {
        self == Self::People
    }

    /// The states that narrow it, and what they are called.
    #[must_use]
    pub fn states(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::People | Self::Visits => Vec::new(),
            Self::Duties => duties::Which::ALL.iter().map(|of| (of.code(), of.name())).collect(),
            Self::Archives => archives::STATES.to_vec(),
            Self::Cards => cards::STATES.to_vec(),
            Self::Letters => groups::letters::STATES.to_vec(),
            Self::Handed => handover::STATES.to_vec(),
            Self::Batches => handover::ledger::BATCH_STATES.to_vec(),
            Self::Moves => moves::STATES.to_vec(),
        }
    }

    /// The fields that narrow its page.
    #[must_use]
    pub const fn conditions(self) -> &'static [&'static str] {
        match self {
            Self::People => &["org", "status", "management", "away", "mark", "age"],
            Self::Visits => &["org", "from", "to", "way", "outcome", "rule"],
            Self::Duties => &["org", "state", "rule", "owner", "month", "from", "until"],
            _ => &["org", "state"],
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
        _ => write_ledger(&db, actor, part, writer).await,
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

/// Writes a ledger whose lines come with all their cells.
async fn write_ledger(
    db: &Db,
    actor: &Actor,
    part: &Part,
    mut writer: Writer,
) -> Result<Writer, Problem> {
    let scope = actor.scope().narrowed(part.conditions.get("org"));
    let wanted = part.conditions.get("state");
    let is_state = part.list.states().iter().any(|(code, _)| *code == wanted);
    let state = if is_state { wanted } else { "" };
    let known = part.list.columns();
    let places: Vec<usize> = part
        .columns
        .iter()
        .filter_map(|one| known.iter().position(|column| column.key == one.key))
        .collect();
    let mut after = 0;
    loop {
        let lines = ledger(db, part.list, ((&scope, state), after)).await?;
        match lines.last() {
            Some((id, _)) => after = *id,
            None => return Ok(writer),
        }
        let places = places.clone();
        writer = push(writer, lines, move |(_, cells)| {
            Ok(places.iter().filter_map(|at| cells.get(*at).cloned()).collect())
        })
        .await?;
    }
}

async fn ledger(
    db: &Db,
    list: List,
    (which, after): ((&Scope, &str), i64),
) -> Result<Vec<Line>, Problem> {
    let (mut db, at) = (db.clone(), (after, PAGE));
    Ok(match list {
        List::Archives => archives::ledger::page(&mut db, which, at).await?,
        List::Cards => cards::ledger::page(&mut db, which, at).await?,
        List::Letters => groups::ledger::page(&mut db, which, at).await?,
        List::Handed => handover::ledger::page(&mut db, which, at).await?,
        List::Batches => handover::ledger::batches(&mut db, which, at).await?,
        List::Moves => moves_ledger::page(&mut db, which, at).await?,
        List::People | List::Visits | List::Duties => Vec::new(),
    })
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

//! Duties in lists: what is open, overdue or ended in a scope, bounded and paged by key.

use jiff::civil::Date;
use kernel::{Db, DbError, Problem, Query, Reader, Row, Scope, q};
use rules::duties::{Level, Rule, State};

use super::Stored;

/// Which duties a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// Open, also when overdue.
    #[default]
    Open,
    Overdue,
    Settled,
    Missed,
    Lapsed,
}

impl Which {
    pub const ALL: &'static [Self] =
        &[Self::Open, Self::Overdue, Self::Settled, Self::Missed, Self::Lapsed];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Settled => "settled",
            Self::Missed => "missed",
            Self::Lapsed => "lapsed",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "未办",
            Self::Overdue => "逾期未办",
            Self::Settled => "已办",
            Self::Missed => "错过",
            Self::Lapsed => "不再需要",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|which| which.code() == code)
    }

    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Overdue)
    }

    /// Whether a duty in this state belongs to the list on a day.
    #[must_use]
    pub fn holds(self, state: State, due_on: Date, today: Date) -> bool {
        match self {
            Self::Open => state == State::Open,
            Self::Overdue => state == State::Open && due_on < today,
            Self::Settled => matches!(state, State::Settled { .. }),
            Self::Missed => matches!(state, State::Missed { .. }),
            Self::Lapsed => matches!(state, State::Lapsed { .. }),
        }
    }
}

/// What a list is asked for.
#[derive(Clone, Debug)]
pub struct Filter {
    pub scope: Scope,
    pub which: Which,
    pub rule: Option<Rule>,
    pub owner: Option<Level>,
    /// Due days of what is open, days of the end of what has ended; both included.
    pub from: Option<Date>,
    pub until: Option<Date>,
}

/// Where a list goes on: the day and the number of the last row that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub day: String,
    pub id: i64,
}

impl Cursor {
    /// Reads `2026-05-31.123`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (day, id) = text.split_once('.')?;
        let day: Date = day.parse().ok()?;
        Some(Self { day: day.to_string(), id: id.parse().ok()? })
    }

    #[must_use]
    pub fn write(&self) -> String {
        format!("{}.{}", self.day, self.id)
    }
}

/// A row of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub stored: Stored,
    pub org: String,
    pub station_name: String,
    pub person: i64,
    /// Empty when the person is served elsewhere by now: that is no longer ours to see.
    pub person_name: String,
}

/// A page of a list, and where it goes on.
#[derive(Clone, Debug)]
pub struct Listing {
    pub rows: Vec<Listed>,
    pub next: Option<Cursor>,
}

/// Duties in a scope: what is open by its due day, what has ended from the latest day back.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    db: &Db,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Listing, Problem> {
    let mut keys = keys(db, filter, after, limit + 1).await?;
    let n_shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = keys.len() > n_shown;
    keys.truncate(n_shown);
    let rows = rows(db, &filter.scope, &keys).await?;
    Ok(Listing { rows, next: keys.pop().filter(|_| is_more) })
}

/// The places of the rows of a list, at most `limit`, in the order of the list.
///
/// # Errors
/// Whatever the database says.
pub async fn keys(
    db: &Db,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<Cursor>, Problem> {
    let query = if filter.which.is_open() {
        open_query(filter, after, limit)
    } else {
        ended_query(filter, after, limit)
    };
    let keys = db.rows(query).await?;
    Ok(keys.iter().map(cursor).collect::<Result<_, _>>()?)
}

/// The rows at these places, read in one trip.
///
/// # Errors
/// Whatever the database says.
pub async fn rows(db: &Db, scope: &Scope, keys: &[Cursor]) -> Result<Vec<Listed>, Problem> {
    let answers = db.batch(keys.iter().map(|key| one(key.id)).collect()).await?;
    let rows = answers.iter().filter_map(|rows| rows.first());
    Ok(rows.map(|row| listed(row, scope)).collect::<Result<_, _>>()?)
}

fn cursor(row: &Row) -> Result<Cursor, DbError> {
    Ok(Cursor { id: row.get(0)?, day: row.get(1)? })
}

/// One duty in a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside: the two look the same.
pub async fn find(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Listed, Problem> {
    let row = reader.ask_one(one(id)).await?.ok_or(Problem::NotFound)?;
    let found = listed(&row, scope)?;
    if scope.covers(&found.org) { Ok(found) } else { Err(Problem::NotFound) }
}

/// Streets and stations gather their stations' open duties; districts and cities walk along the
/// due days instead, as sorting all they have would take longer than finding a page of it. What
/// a street or district owes itself is so little that it has an index of its own.
fn open_query(filter: &Filter, after: Option<&Cursor>, limit: i64) -> Query {
    let after = after.cloned().unwrap_or(Cursor { day: String::new(), id: 0 });
    if filter.owner.is_some_and(|owner| owner != Level::Station) {
        above_query(filter, after, limit)
    } else if filter.scope.from().len() >= 9 {
        near_query(filter, after, limit)
    } else {
        far_query(filter, after, limit)
    }
}

fn above_query(filter: &Filter, after: Cursor, limit: i64) -> Query {
    let (first, last) = days(filter);
    q!(
        "SELECT d.id, d.due_on FROM duties d
         WHERE d.owner = $6 AND d.owner <> 'station' AND d.state = 'open'
           AND d.org >= $1 AND d.org < $2 AND d.due_on >= $3 AND d.due_on <= $4
           AND ($5 = '' OR d.rule = $5)
           AND (d.due_on > $7 OR (d.due_on = $7 AND d.id > $8))
         ORDER BY d.due_on, d.id LIMIT $9",
        filter.scope.from(),
        filter.scope.to(),
        first,
        last,
        code_of_rule(filter.rule),
        code_of_level(filter.owner),
        after.day,
        after.id,
        limit
    )
}

fn near_query(filter: &Filter, after: Cursor, limit: i64) -> Query {
    let (first, last) = days(filter);
    q!(
        "SELECT d.id, d.due_on
         FROM (SELECT DISTINCT code FROM orgs
               WHERE code >= $1 AND code < $2 AND kind = 'station') s
         CROSS JOIN duties d
         WHERE d.org = s.code AND d.state = 'open' AND d.due_on >= $3 AND d.due_on <= $4
           AND ($5 = '' OR d.rule = $5) AND ($6 = '' OR d.owner = $6)
           AND (d.due_on > $7 OR (d.due_on = $7 AND d.id > $8))
         ORDER BY d.due_on, d.id LIMIT $9",
        filter.scope.from(),
        filter.scope.to(),
        first,
        last,
        code_of_rule(filter.rule),
        code_of_level(filter.owner),
        after.day,
        after.id,
        limit
    )
}

fn far_query(filter: &Filter, after: Cursor, limit: i64) -> Query {
    let (first, last) = days(filter);
    q!(
        "SELECT d.id, d.due_on FROM duties d
         WHERE d.state = 'open' AND d.due_on >= $3 AND d.due_on <= $4 AND d.due_on >= $7
           AND d.org || '' >= $1 AND d.org || '' < $2
           AND ($5 = '' OR d.rule = $5) AND ($6 = '' OR d.owner = $6)
           AND (d.due_on > $7 OR d.id > $8)
         ORDER BY d.due_on, d.id LIMIT $9",
        filter.scope.from(),
        filter.scope.to(),
        first,
        last,
        code_of_rule(filter.rule),
        code_of_level(filter.owner),
        after.day,
        after.id,
        limit
    )
}

fn ended_query(filter: &Filter, after: Option<&Cursor>, limit: i64) -> Query {
    let after = after.cloned().unwrap_or(Cursor { day: "9999-99-99".to_owned(), id: i64::MAX });
    let (first, last) = days(filter);
    q!(
        "SELECT d.id, d.ended_on
         FROM (SELECT DISTINCT code FROM orgs
               WHERE code >= $1 AND code < $2 AND kind = 'station') s
         CROSS JOIN duties d
         WHERE d.org = s.code AND d.state <> 'open' AND d.state = $10
           AND d.ended_on >= $3 AND d.ended_on <= $4
           AND ($5 = '' OR d.rule = $5) AND ($6 = '' OR d.owner = $6)
           AND (d.ended_on < $7 OR (d.ended_on = $7 AND d.id < $8))
         ORDER BY d.ended_on DESC, d.id DESC LIMIT $9",
        filter.scope.from(),
        filter.scope.to(),
        first,
        last,
        code_of_rule(filter.rule),
        code_of_level(filter.owner),
        after.day,
        after.id,
        limit,
        filter.which.code()
    )
}

fn days(filter: &Filter) -> (String, String) {
    let text = |day: Option<Date>, none: &str| day.map_or(none.to_owned(), |day| day.to_string());
    (text(filter.from, ""), text(filter.until, "9999-12-31"))
}

fn code_of_rule(rule: Option<Rule>) -> &'static str {
    rule.map_or("", Rule::id)
}

pub(super) fn code_of_level(level: Option<Level>) -> &'static str {
    level.map_or("", Level::code)
}

fn one(id: i64) -> Query {
    q!(
        "SELECT d.id, d.rule, d.version, d.period, d.about, d.owner, d.station, d.opens_on,
                d.due_on, d.closes_on, d.estimated, d.cause, d.state, d.ended_on, d.entered_on,
                d.ended_by, d.late, d.org, d.person, p.name, p.org, COALESCE(o.name, '')
         FROM duties d JOIN persons p ON p.id = d.person LEFT JOIN orgs o ON o.id = d.station
         WHERE d.id = $1",
        id
    )
}

fn listed(row: &Row, scope: &Scope) -> Result<Listed, DbError> {
    let served_at: String = row.get(20)?;
    Ok(Listed {
        stored: super::store::stored(row)?,
        org: row.get(17)?,
        person: row.get(18)?,
        person_name: if scope.covers(&served_at) { row.get(19)? } else { String::new() },
        station_name: row.get(21)?,
    })
}

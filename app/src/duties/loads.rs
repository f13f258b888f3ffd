//! Duties in counts: what is open, overdue and done, station by station.
//!
//! Nothing is tallied apart: every count walks an index of due or ended days, station by station,
//! so that it costs what the days in question hold and not what the city holds, needs no row that
//! two acts would fight for, and agrees with the list that it leads to.

use jiff::civil::Date;
use kernel::{Db, DbError, Problem, Row, Scope, q};
use rules::days::{add_days, first_of_next_month};
use rules::duties::Level;

use super::lists::code_of_level;

/// What is open at a station, by its due days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// The code of the station.
    pub org: String,
    pub n_overdue: i64,
    /// Overdue for so long that the asker's level sees it.
    pub n_climbed: i64,
    /// Due within seven days from today, and by the end of the month after those.
    pub n_week: i64,
    pub n_month: i64,
    /// Due later; only known for streets and stations.
    pub n_later: i64,
    pub n_settled: i64,
    pub n_missed: i64,
}

/// The days between which duties are counted.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    pub today: Date,
    /// See [`rules::duties::overdue_if_due_by`].
    pub climbed_by: Date,
}

impl Days {
    /// The last day of this week of seven days.
    #[must_use]
    pub fn week_ends_on(self) -> Date {
        add_days(self.today, 6)
    }

    #[must_use]
    pub fn month_begins_on(self) -> Date {
        self.today.first_of_month()
    }

    #[must_use]
    pub fn month_ends_on(self) -> Date {
        add_days(first_of_next_month(self.today), -1).max(self.week_ends_on())
    }
}

/// What is open in a scope, station by station: all of it, or what stations owe themselves.
///
/// # Errors
/// Whatever the database says.
pub async fn loads(
    db: &Db,
    scope: &Scope,
    owner: Option<Level>,
    days: Days,
) -> Result<Vec<Load>, Problem> {
    if let Some(owner) = owner.filter(|owner| *owner != Level::Station) {
        return owed_above(db, scope, owner, days).await;
    }
    // A district's later duties are hundreds of thousands, and nobody asks how many.
    let horizon =
        if scope.from().len() >= 9 { Date::constant(9999, 12, 31) } else { days.month_ends_on() };
    let rows = db
        .rows_long(q!(
            "SELECT s.code,
                    CAST(SUM(CASE WHEN d.due_on < $3 THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN d.due_on <= $4 THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN d.due_on <= $5 THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN d.due_on <= $6 THEN 1 ELSE 0 END) AS BIGINT),
                    COUNT(*)
             FROM (SELECT DISTINCT code FROM orgs
                   WHERE code >= $1 AND code < $2 AND kind = 'station') s
             CROSS JOIN duties d
             WHERE d.org = s.code AND d.state = 'open' AND d.due_on <= $7
               AND ($8 = '' OR d.owner = $8)
             GROUP BY s.code ORDER BY s.code LIMIT 20000",
            scope.from(),
            scope.to(),
            days.today,
            days.climbed_by,
            days.week_ends_on(),
            days.month_ends_on(),
            horizon,
            code_of_level(owner)
        ))
        .await?;
    Ok(rows.iter().map(open_load).collect::<Result<_, _>>()?)
}

/// What a street or district owes itself, station by station.
async fn owed_above(
    db: &Db,
    scope: &Scope,
    owner: Level,
    days: Days,
) -> Result<Vec<Load>, Problem> {
    let rows = db
        .rows(q!(
            "SELECT d.org,
                    CAST(SUM(CASE WHEN d.due_on < $3 THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN d.due_on <= $4 THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN d.due_on <= $5 THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN d.due_on <= $6 THEN 1 ELSE 0 END) AS BIGINT),
                    COUNT(*)
             FROM duties d
             WHERE d.owner = $7 AND d.owner <> 'station' AND d.state = 'open'
               AND d.org >= $1 AND d.org < $2
             GROUP BY d.org ORDER BY d.org LIMIT 20000",
            scope.from(),
            scope.to(),
            days.today,
            days.climbed_by,
            days.week_ends_on(),
            days.month_ends_on(),
            owner.code()
        ))
        .await?;
    Ok(rows.iter().map(open_load).collect::<Result<_, _>>()?)
}

fn open_load(row: &Row) -> Result<Load, DbError> {
    let (overdue, week, month) = (row.get(1)?, row.get::<i64>(3)?, row.get::<i64>(4)?);
    Ok(Load {
        org: row.get(0)?,
        n_overdue: overdue,
        n_climbed: row.get(2)?,
        n_week: week - overdue,
        n_month: month - week,
        n_later: row.get::<i64>(5)? - month,
        ..Load::default()
    })
}

/// What was settled and missed in a scope this month, station by station.
///
/// # Errors
/// Whatever the database says.
pub async fn ended_loads(db: &Db, scope: &Scope, days: Days) -> Result<Vec<Load>, Problem> {
    let rows = db
        .rows_long(q!(
            "SELECT s.code,
                    CAST(SUM(CASE WHEN d.state = 'settled' THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN d.state = 'missed' THEN 1 ELSE 0 END) AS BIGINT)
             FROM (SELECT DISTINCT code FROM orgs
                   WHERE code >= $1 AND code < $2 AND kind = 'station') s
             CROSS JOIN duties d
             WHERE d.org = s.code AND d.state <> 'open'
               AND d.ended_on >= $3 AND d.ended_on <= $4
             GROUP BY s.code ORDER BY s.code LIMIT 20000",
            scope.from(),
            scope.to(),
            days.month_begins_on(),
            days.today
        ))
        .await?;
    let load = |row: &Row| -> Result<Load, DbError> {
        Ok(Load {
            org: row.get(0)?,
            n_settled: row.get(1)?,
            n_missed: row.get(2)?,
            ..Load::default()
        })
    };
    Ok(rows.iter().map(load).collect::<Result<_, _>>()?)
}

impl Load {
    /// Everything of several stations together.
    #[must_use]
    pub fn sum<'a>(org: &str, loads: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self { org: org.to_owned(), ..Self::default() };
        for load in loads {
            sum.n_overdue += load.n_overdue;
            sum.n_climbed += load.n_climbed;
            sum.n_week += load.n_week;
            sum.n_month += load.n_month;
            sum.n_later += load.n_later;
            sum.n_settled += load.n_settled;
            sum.n_missed += load.n_missed;
        }
        sum
    }
}

//! The rows of reports: where each stands, and who did what with it.

use jiff::civil::Date;
use kernel::{Act, DbError, Query, Reader, Row, Scope, q};

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Submitted,
    Returned,
    Accepted,
    /// The level above closed the month without it.
    Missing,
}

impl State {
    pub const ALL: &[Self] = &[Self::Submitted, Self::Returned, Self::Accepted, Self::Missing];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::Missing => "missing",
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "已上报",
            Self::Returned => "已退回",
            Self::Accepted => "已接受",
            Self::Missing => "缺报",
        }
    }

    /// Whether its figures are kept as they were told.
    #[must_use]
    pub const fn is_frozen(self) -> bool {
        !matches!(self, Self::Returned)
    }

    /// Whether the level above may sum it up.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Accepted | Self::Missing)
    }
}

/// A report of an organisation for a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: i64,
    pub org_id: i64,
    pub month: String,
    pub state: State,
    pub due_on: Date,
    pub submitted_on: Option<Date>,
    pub submitted_by: String,
    /// The account that submitted it.
    pub submitter: i64,
    pub decided_on: Option<Date>,
    pub decided_by: String,
    pub reason: String,
    pub version: i64,
}

impl Report {
    #[must_use]
    pub fn was_late(&self) -> bool {
        self.submitted_on.is_some_and(|on| on > self.due_on)
    }
}

/// Something that was done with a report.
#[derive(Clone, Debug)]
pub struct Step {
    pub step: String,
    pub on: Date,
    pub who: String,
    pub org: String,
    pub words: String,
}

fn report(row: &Row) -> Result<Report, DbError> {
    let code: String = row.get(3)?;
    let state = State::ALL.iter().find(|state| state.code() == code);
    Ok(Report {
        id: row.get(0)?,
        org_id: row.get(1)?,
        month: row.get(2)?,
        state: *state.ok_or_else(|| DbError::Shape(format!("a report in state {code}")))?,
        due_on: row.get(4)?,
        submitted_on: row.get(5)?,
        submitted_by: row.get(6)?,
        submitter: row.get(7)?,
        decided_on: row.get(8)?,
        decided_by: row.get(9)?,
        reason: row.get(10)?,
        version: row.get(11)?,
    })
}

/// The report of an organisation for a month.
pub async fn find(
    reader: &mut impl Reader,
    org: i64,
    month: &str,
) -> Result<Option<Report>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, org_id, month, state, due_on, submitted_on, submitted_by, submitter,
                    decided_on, decided_by, reason, version
             FROM reports WHERE org_id = $1 AND month = $2",
            org,
            month
        ))
        .await?;
    row.map(|row| report(&row)).transpose()
}

/// The reports of an organisation from a month on, the latest first.
pub async fn since(
    reader: &mut impl Reader,
    org: i64,
    month: &str,
) -> Result<Vec<Report>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, org_id, month, state, due_on, submitted_on, submitted_by, submitter,
                    decided_on, decided_by, reason, version
             FROM reports WHERE org_id = $1 AND month >= $2 ORDER BY month DESC LIMIT 60",
            org,
            month
        ))
        .await?;
    rows.iter().map(report).collect()
}

/// The reports of one level in a jurisdiction for a month.
pub async fn of_level(
    reader: &mut impl Reader,
    (scope, n_digits): (&Scope, usize),
    month: &str,
) -> Result<Vec<Report>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT r.id, r.org_id, r.month, r.state, r.due_on, r.submitted_on, r.submitted_by,
                    r.submitter, r.decided_on, r.decided_by, r.reason, r.version
             FROM orgs o JOIN reports r ON r.org_id = o.id
             WHERE o.code >= $1 AND o.code < $2 AND LENGTH(o.code) = $3 AND r.month = $4
             ORDER BY o.code, r.id LIMIT 5000",
            scope.from(),
            scope.to(),
            i64::try_from(n_digits).unwrap_or(0),
            month
        ))
        .await?;
    rows.iter().map(report).collect()
}

/// How many reports of one level there are in each state, month by month.
pub async fn states(
    reader: &mut impl Reader,
    (scope, n_digits): (&Scope, i64),
    from: &str,
) -> Result<Vec<(String, String, i64)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT r.month, r.state, COUNT(*)
             FROM orgs o JOIN reports r ON r.org_id = o.id
             WHERE o.code >= $1 AND o.code < $2 AND LENGTH(o.code) = $3 AND r.month >= $4
             GROUP BY r.month, r.state ORDER BY r.month, r.state LIMIT 400",
            scope.from(),
            scope.to(),
            n_digits,
            from
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// One act at a time decides on a month.
pub async fn hold(act: &mut Act, month: &str) -> Result<(), DbError> {
    let hold = q!(
        "INSERT INTO report_months (month, n) VALUES ($1, 1)
         ON CONFLICT (month) DO UPDATE SET n = report_months.n + 1",
        month
    );
    act.run(hold).await.map(|_| ())
}

/// Writes where a report stands. A new one has version 1 and is inserted.
pub async fn keep(act: &mut Act, report: &Report) -> Result<bool, DbError> {
    let query = if report.version == 1 { insertion(report) } else { change(report) };
    Ok(act.run(query).await? == 1)
}

fn insertion(report: &Report) -> Query {
    q!(
        "INSERT INTO reports (id, org_id, month, state, due_on, submitted_on, submitted_by,
                              submitter, decided_on, decided_by, reason, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
         ON CONFLICT (org_id, month) DO NOTHING",
        report.id,
        report.org_id,
        &report.month,
        report.state.code(),
        report.due_on,
        report.submitted_on,
        &report.submitted_by,
        report.submitter,
        report.decided_on,
        &report.decided_by,
        &report.reason
    )
}

fn change(report: &Report) -> Query {
    q!(
        "UPDATE reports SET state = $3, submitted_on = $4, submitted_by = $5, submitter = $6,
                decided_on = $7, decided_by = $8, reason = $9, version = $2
         WHERE id = $1 AND version = $2 - 1",
        report.id,
        report.version,
        report.state.code(),
        report.submitted_on,
        &report.submitted_by,
        report.submitter,
        report.decided_on,
        &report.decided_by,
        &report.reason
    )
}

/// Notes what was done with a report.
pub async fn note(act: &mut Act, report: i64, step: &str, words: &str) -> Result<(), DbError> {
    let insert = q!(
        "INSERT INTO report_steps (id, report, step, on_day, at, who, org, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        act.new_id()?,
        report,
        step,
        act.day(),
        act.at(),
        act.permit().who(),
        act.permit().org(),
        words
    );
    act.put(vec![insert]).await
}

/// What was done with a report, from the beginning.
pub async fn steps(reader: &mut impl Reader, report: i64) -> Result<Vec<Step>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT s.step, s.on_day, s.who,
                    COALESCE((SELECT o.name FROM orgs o
                              WHERE o.code = s.org AND o.kind IN ('station', 'center', 'office')
                              ORDER BY o.id DESC LIMIT 1), s.org), s.words
             FROM report_steps s WHERE s.report = $1 ORDER BY s.id LIMIT 200",
            report
        ))
        .await?;
    let step = |row: &Row| {
        Ok(Step {
            step: row.get(0)?,
            on: row.get(1)?,
            who: row.get(2)?,
            org: row.get(3)?,
            words: row.get(4)?,
        })
    };
    rows.iter().map(step).collect()
}

//! The rows of what reports told: frozen figures, the rows they counted, corrections.

use kernel::{Act, DbError, Query, Reader, Row, Scope, q};

use super::counts::Values;
use super::keys::{Key, Keys, pack, unpack};

/// A figure of an earlier month that is another one by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub month: String,
    pub figure: String,
    pub was: i64,
    pub now: i64,
}

/// Freezes the figures of a report, those of a station with their rows.
pub async fn freeze(
    act: &mut Act,
    report: i64,
    values: &Values,
    keys: Option<&Keys>,
) -> Result<(), DbError> {
    let mut queries = vec![q!("DELETE FROM report_figures WHERE report = $1", report)];
    for (figure, n) in values.iter().filter(|(_, n)| **n != 0) {
        queries.push(q!(
            "INSERT INTO report_figures (report, figure, n, ids) VALUES ($1, $2, $3, $4)",
            report,
            figure,
            *n,
            keys.map(|keys| pack(keys.of(figure)))
        ));
    }
    act.put(queries).await
}

/// The frozen figures of a report.
#[must_use]
pub fn frozen(report: i64) -> Query {
    q!("SELECT figure, n FROM report_figures WHERE report = $1 ORDER BY figure", report)
}

/// Reads the rows of [`frozen`].
pub fn values(rows: &[Row]) -> Result<Values, DbError> {
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The frozen rows of a figure of a station.
pub async fn frozen_rows(
    reader: &mut impl Reader,
    report: i64,
    figure: &str,
) -> Result<Vec<Key>, DbError> {
    let query =
        q!("SELECT ids FROM report_figures WHERE report = $1 AND figure = $2", report, figure);
    let ids: Option<Vec<u8>> = match reader.ask_one(query).await? {
        Some(row) => row.get(0)?,
        None => None,
    };
    ids.map_or_else(|| Ok(Vec::new()), |ids| unpack(&ids))
}

/// The stations of a jurisdiction whose figures of a month are frozen: code, report, and the
/// value of one figure.
pub async fn frozen_stations(
    reader: &mut impl Reader,
    scope: &Scope,
    month: &str,
    figure: &str,
) -> Result<Vec<(String, i64, i64)>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT o.code, r.id, COALESCE(f.n, 0)
             FROM orgs o JOIN reports r ON r.org_id = o.id
                  LEFT JOIN report_figures f ON f.report = r.id AND f.figure = $4
             WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'station' AND r.month = $3
               AND r.state <> 'returned'
             ORDER BY o.code, r.id LIMIT 5000",
            scope.from(),
            scope.to(),
            month,
            figure
        ))
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The sum of the frozen figures of the stations of a jurisdiction.
#[must_use]
pub fn frozen_below(scope: &Scope, month: &str) -> Query {
    q!(
        "SELECT f.figure, CAST(SUM(f.n) AS BIGINT)
         FROM orgs o JOIN reports r ON r.org_id = o.id
              JOIN report_figures f ON f.report = r.id
         WHERE o.code >= $1 AND o.code < $2 AND o.kind = 'station' AND r.month = $3
           AND r.state <> 'returned'
         GROUP BY f.figure ORDER BY f.figure LIMIT 1000",
        scope.from(),
        scope.to(),
        month
    )
}

/// Keeps the corrections that a report tells.
pub async fn correct(act: &mut Act, report: i64, all: &[Correction]) -> Result<(), DbError> {
    let mut queries = vec![q!("DELETE FROM report_corrections WHERE report = $1", report)];
    for one in all {
        queries.push(q!(
            "INSERT INTO report_corrections (report, month, figure, n_was, n_now)
             VALUES ($1, $2, $3, $4, $5)",
            report,
            &one.month,
            &one.figure,
            one.was,
            one.now
        ));
    }
    act.put(queries).await
}

/// The corrections that a report tells.
pub async fn corrections(
    reader: &mut impl Reader,
    report: i64,
) -> Result<Vec<Correction>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT month, figure, n_was, n_now FROM report_corrections
             WHERE report = $1 ORDER BY month DESC, figure LIMIT 3000",
            report
        ))
        .await?;
    rows.iter().map(correction).collect()
}

fn correction(row: &Row) -> Result<Correction, DbError> {
    Ok(Correction { month: row.get(0)?, figure: row.get(1)?, was: row.get(2)?, now: row.get(3)? })
}

/// The corrections that an organisation has told in the reports before a month, the last ones
/// last.
pub async fn told(
    reader: &mut impl Reader,
    org: i64,
    before: &str,
) -> Result<Vec<Correction>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT c.month, c.figure, c.n_was, c.n_now
             FROM reports r JOIN report_corrections c ON c.report = r.id
             WHERE r.org_id = $1 AND r.month < $2 AND r.state <> 'returned'
             ORDER BY r.month, c.month, c.figure LIMIT 20000",
            org,
            before
        ))
        .await?;
    rows.iter().map(correction).collect()
}

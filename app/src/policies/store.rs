//! The rows of local figures.

use jiff::civil::Date;
use kernel::{Act, Db, DbError, Reader, Row, Scope, q};
use rules::law::LocalFigure;

use super::Local;
use super::decide::{Policy, Proposal};

/// Changes whenever a figure is approved.
pub async fn version(reader: &mut impl Reader) -> Result<i64, DbError> {
    let row = reader.ask_one(q!("SELECT n FROM counters WHERE name = 'policies'")).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Approved figures by the division code of the place that decided.
pub async fn approved(db: &Db) -> Result<Local, DbError> {
    let rows = db
        .rows(q!("SELECT org, figure, from_day, value, cite, quote FROM policies
             WHERE state = 'approved' ORDER BY org, figure, from_day, id LIMIT 100000"))
        .await?;
    let mut places = Local::new();
    for row in &rows {
        places.entry(row.get(0)?).or_default().push(LocalFigure {
            figure: row.get(1)?,
            from: row.get(2)?,
            value: row.get(3)?,
            cite: row.get(4)?,
            quote: row.get(5)?,
        });
    }
    Ok(places)
}

/// Which local figures are asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Id of a figure; empty for all.
    pub figure: String,
    /// A state; empty for all.
    pub state: String,
    /// Figures with smaller numbers than this.
    pub before: i64,
    pub limit: i64,
}

impl Wish {
    /// The first page of a figure in a state.
    #[must_use]
    pub fn first(figure: &str, state: &str, limit: i64) -> Self {
        Self { figure: figure.to_owned(), state: state.to_owned(), before: i64::MAX, limit }
    }
}

/// Figures of a scope, and of the city and district to which `org` belongs; the newest first.
pub async fn list(
    reader: &mut impl Reader,
    (scope, org): (&Scope, &str),
    wish: &Wish,
) -> Result<Vec<Policy>, DbError> {
    let above = |n: usize| org.get(..n).unwrap_or(org);
    let rows = reader
        .ask(q!(
            "SELECT p.id, p.org, p.figure, p.from_day, p.value, p.cite, p.quote, p.state,
                    p.proposed_by, p.proposed_name, p.proposed_on, p.decided_name, p.decided_on,
                    p.reason, p.version, p.issued_on,
                    (SELECT MIN(o.name) FROM orgs o WHERE o.code = p.org AND o.kind = 'office')
             FROM policies p
             WHERE ((p.org >= $1 AND p.org < $2) OR p.org = $3 OR p.org = $4)
               AND ($5 = '' OR p.figure = $5) AND ($6 = '' OR p.state = $6) AND p.id < $7
             ORDER BY p.id DESC LIMIT $8",
            scope.from(),
            scope.to(),
            above(4),
            above(6),
            &wish.figure,
            &wish.state,
            wish.before,
            wish.limit
        ))
        .await?;
    rows.iter().map(policy).collect()
}

/// What waits, or is approved and begins later, for the city and the district of an organisation.
pub async fn ahead(
    reader: &mut impl Reader,
    org: &str,
    today: Date,
) -> Result<Vec<Policy>, DbError> {
    let above = |n: usize| org.get(..n).unwrap_or(org);
    let rows = reader
        .ask(q!(
            "SELECT p.id, p.org, p.figure, p.from_day, p.value, p.cite, p.quote, p.state,
                    p.proposed_by, p.proposed_name, p.proposed_on, p.decided_name, p.decided_on,
                    p.reason, p.version, p.issued_on,
                    (SELECT MIN(o.name) FROM orgs o WHERE o.code = p.org AND o.kind = 'office')
             FROM policies p
             WHERE (p.org = $1 OR p.org = $2)
               AND (p.state = 'proposed' OR (p.state = 'approved' AND p.from_day > $3))
             ORDER BY p.from_day, p.id LIMIT 500",
            above(4),
            above(6),
            today
        ))
        .await?;
    rows.iter().map(policy).collect()
}

pub async fn find(reader: &mut impl Reader, id: i64) -> Result<Option<Policy>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT p.id, p.org, p.figure, p.from_day, p.value, p.cite, p.quote, p.state,
                    p.proposed_by, p.proposed_name, p.proposed_on, p.decided_name, p.decided_on,
                    p.reason, p.version, p.issued_on,
                    (SELECT MIN(o.name) FROM orgs o WHERE o.code = p.org AND o.kind = 'office')
             FROM policies p WHERE p.id = $1",
            id
        ))
        .await?;
    row.map(|row| policy(&row)).transpose()
}

fn policy(row: &Row) -> Result<Policy, DbError> {
    let org: String = row.get(1)?;
    let place: Option<String> = row.get(16)?;
    Ok(Policy {
        id: row.get(0)?,
        place: place.unwrap_or_else(|| org.clone()),
        org,
        figure: row.get(2)?,
        from_day: row.get(3)?,
        value: row.get(4)?,
        cite: row.get(5)?,
        quote: row.get(6)?,
        state: row.get(7)?,
        proposed_by: row.get(8)?,
        proposed_name: row.get(9)?,
        proposed_on: row.get(10)?,
        decided_name: row.get(11)?,
        decided_on: row.get(12)?,
        reason: row.get(13)?,
        version: row.get(14)?,
        issued_on: row.get(15)?,
    })
}

/// The number of the proposal that waits for a figure of a place.
pub async fn waiting(
    reader: &mut impl Reader,
    org: &str,
    figure: &str,
) -> Result<Option<i64>, DbError> {
    let query = q!(
        "SELECT id FROM policies WHERE org = $1 AND figure = $2 AND state = 'proposed' LIMIT 1",
        org,
        figure
    );
    reader.ask_one(query).await?.map(|row| row.get(0)).transpose()
}

/// Whether a figure approved for a place begins just on this day.
pub async fn begins_on(
    reader: &mut impl Reader,
    org: &str,
    figure: &str,
    from: Date,
) -> Result<bool, DbError> {
    let query = q!(
        "SELECT id FROM policies
         WHERE org = $1 AND figure = $2 AND from_day = $3 AND state = 'approved' LIMIT 1",
        org,
        figure,
        from
    );
    Ok(reader.ask_one(query).await?.is_some())
}

pub async fn insert(act: &mut Act, org: &str, new: &Proposal) -> Result<i64, DbError> {
    let id = act.new_id()?;
    let insert = q!(
        "INSERT INTO policies (id, org, figure, from_day, value, issued_on, cite, quote, state,
                               proposed_by, proposed_name, proposed_on, reason, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10, $11, '', 1)",
        id,
        org,
        &new.figure,
        new.from_day,
        new.value,
        new.issued_on,
        &new.cite,
        &new.quote,
        act.permit().account(),
        act.permit().who(),
        act.day()
    );
    act.put(vec![insert]).await?;
    Ok(id)
}

/// Writes the decision down; `false` when the version is not the one that was read.
pub async fn decide(
    act: &mut Act,
    (id, version): (i64, i64),
    state: &str,
    reason: &str,
) -> Result<bool, DbError> {
    let set = q!(
        "UPDATE policies SET state = $3, reason = $4, decided_by = $5, decided_name = $6,
                             decided_on = $7, version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'proposed'",
        id,
        version,
        state,
        reason,
        act.permit().account(),
        act.permit().who(),
        act.day()
    );
    Ok(act.run(set).await? == 1)
}

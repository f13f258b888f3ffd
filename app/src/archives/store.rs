//! The rows of files: where each is, and what has happened to it.

use jiff::civil::Date;
use kernel::{Act, DbError, Query, Reader, Row, Scope, q};

/// A personnel file.
#[derive(Clone, Debug)]
pub struct File {
    pub id: i64,
    pub number: String,
    pub person: i64,
    pub person_name: String,
    /// Division code of the station that serves the retiree.
    pub person_org: String,
    /// Division code of the body that has it, or last had it.
    pub holder: String,
    pub holder_name: String,
    /// See [`super::STATES`].
    pub state: String,
    /// The box in which it lies; empty when it lies in none.
    pub box_: String,
    pub volumes: i64,
    pub pages: Option<i64>,
    /// The slip with which it is on its way.
    pub slip: Option<i64>,
    /// Who has borrowed it, or where it went for good.
    pub borrower: String,
    pub due_on: Option<Date>,
    pub arrived_on: Date,
    /// When it was last found in a stock-taking.
    pub seen_on: Option<Date>,
    pub note: String,
    pub version: i64,
}

/// Something that happened to a file.
#[derive(Clone, Debug)]
pub struct Event {
    pub kind: String,
    pub on: Date,
    pub who: String,
    /// The body where it happened, as it was called then.
    pub body: String,
    pub detail: String,
}

/// The file with this number of ours that a scope may see: it lies there, or is of somebody there.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<File>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT a.id, a.number, a.person, p.name, p.org, a.holder,
                    (SELECT o.name FROM orgs o WHERE o.code = a.holder
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    a.state, a.box, a.volumes, a.pages, a.slip, a.borrower, a.due_on,
                    a.arrived_on, a.seen_on, a.note, a.version
             FROM archives a JOIN persons p ON p.id = a.person
             WHERE a.id = $1 AND ((a.holder >= $2 AND a.holder < $3)
                                  OR (p.org >= $2 AND p.org < $3))",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| file(&row)).transpose()
}

/// The file with the number on its label.
pub async fn by_number(
    reader: &mut impl Reader,
    scope: &Scope,
    number: &str,
) -> Result<Option<File>, DbError> {
    let id = reader.ask_one(q!("SELECT id FROM archives WHERE number = $1", number)).await?;
    match id {
        Some(row) => find(reader, scope, row.get(0)?).await,
        None => Ok(None),
    }
}

/// Files of a retiree, those that went away for good among them, the newest first.
pub async fn of_person(
    reader: &mut impl Reader,
    scope: &Scope,
    person: i64,
) -> Result<Vec<File>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT a.id, a.number, a.person, p.name, p.org, a.holder,
                    (SELECT o.name FROM orgs o WHERE o.code = a.holder
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    a.state, a.box, a.volumes, a.pages, a.slip, a.borrower, a.due_on,
                    a.arrived_on, a.seen_on, a.note, a.version
             FROM archives a JOIN persons p ON p.id = a.person
             WHERE a.person = $1 AND ((a.holder >= $2 AND a.holder < $3)
                                      OR (p.org >= $2 AND p.org < $3))
             ORDER BY a.id DESC LIMIT 20",
            person,
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(file).collect()
}

/// Files of everybody with a name.
pub async fn by_name(
    reader: &mut impl Reader,
    scope: &Scope,
    name: &str,
) -> Result<Vec<File>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT a.id, a.number, a.person, p.name, p.org, a.holder,
                    (SELECT o.name FROM orgs o WHERE o.code = a.holder
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    a.state, a.box, a.volumes, a.pages, a.slip, a.borrower, a.due_on,
                    a.arrived_on, a.seen_on, a.note, a.version
             FROM persons p JOIN archives a ON a.person = p.id
             WHERE p.name = $1 AND ((a.holder >= $2 AND a.holder < $3)
                                    OR (p.org >= $2 AND p.org < $3))
             ORDER BY a.id DESC LIMIT 100",
            name,
            scope.from(),
            scope.to()
        ))
        .await?;
    rows.iter().map(file).collect()
}

/// Which files of a body are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which<'a> {
    pub holder: &'a str,
    /// A state, or empty for all.
    pub state: &'a str,
    /// A box, or empty for all.
    pub in_box: &'a str,
    /// Only those lent that are to be back before this day; empty for all.
    pub due_before: &'a str,
    /// `away`: only those of people who are served elsewhere now; empty for all.
    pub whose: &'a str,
}

/// Files of a body in the order of boxes, after a place.
pub async fn page(
    reader: &mut impl Reader,
    which: Which<'_>,
    ((in_box, id), n): ((&str, i64), i64),
) -> Result<Vec<File>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT a.id, a.number, a.person, p.name, p.org, a.holder,
                    (SELECT o.name FROM orgs o WHERE o.code = a.holder
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    a.state, a.box, a.volumes, a.pages, a.slip, a.borrower, a.due_on,
                    a.arrived_on, a.seen_on, a.note, a.version
             FROM archives a JOIN persons p ON p.id = a.person
             WHERE a.holder = $1 AND (a.state = $2 OR ($2 = '' AND a.state <> 'gone'))
               AND ($3 = '' OR a.box = $3)
               AND ($4 = '' OR (a.state = 'lent' AND a.due_on < $4))
               AND ($5 = '' OR p.org < a.holder OR p.org >= a.holder || '~')
               AND (a.box, a.id) > ($6, $7)
             ORDER BY a.box, a.id LIMIT $8",
            which.holder,
            which.state,
            which.in_box,
            which.due_before,
            which.whose,
            in_box,
            id,
            n
        ))
        .await?;
    rows.iter().map(file).collect()
}

/// Files that went with a slip, wherever they are now.
pub async fn of_slip(
    reader: &mut impl Reader,
    slip: i64,
    (after, n): (i64, i64),
) -> Result<Vec<File>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT a.id, a.number, a.person, p.name, p.org, a.holder,
                    (SELECT o.name FROM orgs o WHERE o.code = a.holder
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    a.state, a.box, a.volumes, a.pages, a.slip, a.borrower, a.due_on,
                    a.arrived_on, a.seen_on, a.note, a.version
             FROM archive_slip_files s JOIN archives a ON a.id = s.archive
                  JOIN persons p ON p.id = a.person
             WHERE s.slip = $1 AND s.archive > $2 ORDER BY s.archive LIMIT $3",
            slip,
            after,
            n
        ))
        .await?;
    rows.iter().map(file).collect()
}

fn file(row: &Row) -> Result<File, DbError> {
    Ok(File {
        id: row.get(0)?,
        number: row.get(1)?,
        person: row.get(2)?,
        person_name: row.get(3)?,
        person_org: row.get(4)?,
        holder: row.get(5)?,
        holder_name: row.get::<Option<String>>(6)?.unwrap_or_default(),
        state: row.get(7)?,
        box_: row.get(8)?,
        volumes: row.get(9)?,
        pages: row.get(10)?,
        slip: row.get(11)?,
        borrower: row.get(12)?,
        due_on: row.get(13)?,
        arrived_on: row.get(14)?,
        seen_on: row.get(15)?,
        note: row.get(16)?,
        version: row.get(17)?,
    })
}

/// How many files of a body are in each state, and how many that are lent should be back.
pub async fn counts(
    reader: &mut impl Reader,
    holder: &str,
    today: Date,
) -> Result<(Vec<(String, i64)>, i64), DbError> {
    let states = q!(
        "SELECT state, COUNT(*) FROM archives WHERE holder = $1 GROUP BY state ORDER BY state",
        holder
    );
    let rows = reader.ask(states).await?;
    let count = |row: &Row| Ok::<_, DbError>((row.get(0)?, row.get(1)?));
    let counts = rows.iter().map(count).collect::<Result<_, _>>()?;
    let late = q!("SELECT COUNT(*) FROM archives WHERE holder = $1 AND due_on < $2", holder, today);
    let late = reader.ask_one(late).await?;
    Ok((counts, late.map_or(Ok(0), |row| row.get(0))?))
}

/// How many files of a body are missing, and how many that are lent should be back.
pub async fn alarms(
    reader: &mut impl Reader,
    holder: &str,
    today: Date,
) -> Result<(i64, i64), DbError> {
    let counted = q!(
        "SELECT (SELECT COUNT(*) FROM archives WHERE holder = $1 AND state = 'missing'),
                (SELECT COUNT(*) FROM archives WHERE holder = $1 AND due_on < $2)",
        holder,
        today
    );
    match reader.ask_one(counted).await? {
        Some(row) => Ok((row.get(0)?, row.get(1)?)),
        None => Ok((0, 0)),
    }
}

/// The retirees among these who have a file that is not away for good.
pub async fn filed(act: &mut Act, people: &[i64]) -> Result<Vec<i64>, DbError> {
    let wanted = people.iter().map(|person| {
        q!("SELECT person FROM archives WHERE person = $1 AND state <> 'gone'", *person)
    });
    let answers = act.batch(wanted.collect()).await?;
    answers.into_iter().flatten().map(|row| row.get(0)).collect()
}

/// A file that has come in.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    pub id: i64,
    pub person: i64,
    pub holder: &'a str,
    pub in_box: &'a str,
    pub volumes: i64,
    pub pages: Option<i64>,
    pub note: &'a str,
    /// The name of the body into which it came, and from whom.
    pub body: &'a str,
    pub from: &'a str,
}

/// The rows of a file that has come in.
#[must_use]
pub fn insertions(act: &Act, new: &Arrival<'_>) -> Vec<Query> {
    let file = q!(
        "INSERT INTO archives (id, number, person, holder, state, box, volumes, pages, slip,
             borrower, due_on, arrived_on, seen_on, note, act, version)
         VALUES ($1, $2, $3, $4, 'held', $5, $6, $7, NULL, '', NULL, $8, NULL, $9, $10, 1)",
        new.id,
        crate::labels::of(new.id),
        new.person,
        new.holder,
        new.in_box,
        new.volumes,
        new.pages,
        act.day(),
        new.note,
        act.id()
    );
    vec![file, event(act, new.id, ("taken", new.body, new.from))]
}

/// What takes a file away again as if it had never come.
#[must_use]
pub fn erasure(id: i64) -> [Query; 3] {
    [
        q!("DELETE FROM archives WHERE id = $1", id),
        q!("DELETE FROM archive_events WHERE archive = $1", id),
        q!("DELETE FROM archive_materials WHERE archive = $1", id),
    ]
}

/// That something happened to a file.
#[must_use]
pub fn event(act: &Act, id: i64, (kind, body, detail): (&str, &str, &str)) -> Query {
    q!(
        "INSERT INTO archive_events (archive, act, kind, body, on_day, who, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id,
        act.id(),
        kind,
        body,
        act.day(),
        act.permit().who(),
        detail
    )
}

/// What has happened to a file, the newest first.
pub async fn events(reader: &mut impl Reader, id: i64) -> Result<Vec<Event>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT kind, on_day, who, body, detail FROM archive_events
             WHERE archive = $1 ORDER BY act DESC, kind LIMIT 200",
            id
        ))
        .await?;
    let event = |row: &Row| {
        Ok(Event {
            kind: row.get(0)?,
            on: row.get(1)?,
            who: row.get(2)?,
            body: row.get(3)?,
            detail: row.get(4)?,
        })
    };
    rows.iter().map(event).collect()
}

/// Changes a file as it is now; whether nobody was faster.
pub async fn keep(act: &mut Act, was: &File, now: &File) -> Result<bool, DbError> {
    let update = q!(
        "UPDATE archives SET holder = $3, state = $4, box = $5, volumes = $6, pages = $7,
                slip = $8, borrower = $9, due_on = $10, arrived_on = $11, seen_on = $12,
                note = $13, version = version + 1
         WHERE id = $1 AND version = $2",
        was.id,
        was.version,
        &now.holder,
        &now.state,
        &now.box_,
        now.volumes,
        now.pages,
        now.slip,
        &now.borrower,
        now.due_on,
        now.arrived_on,
        now.seen_on,
        &now.note
    );
    Ok(act.run(update).await? == 1)
}

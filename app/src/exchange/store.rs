//! The rows of imports.

use jiff::civil::Date;
use kernel::{Act, Db, DbError, Query, Reader, Row, Scope, q};
use serde::de::DeserializeOwned;

use super::plan::Plan;
use super::report::Counts;
use super::run::Extent;
use super::state::State;

/// A file that was handed in, and how far it is.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: i64,
    /// Division code of the organisation in whose name it is imported.
    pub org: String,
    pub who: String,
    pub file_name: String,
    pub n_bytes: i64,
    pub checksum: String,
    pub state: State,
    /// What is to be told about the state, e.g. why it failed.
    pub says: String,
    pub made_at: String,
    pub n_done: i64,
    pub n_rows: i64,
    pub plan: Option<Plan>,
    pub counts: Counts,
    pub fingerprint: String,
    pub extent: Extent,
    pub act: Option<i64>,
    pub ended_at: Option<String>,
    pub undone_act: Option<i64>,
    pub version: i64,
}

/// A file that is to be kept.
#[derive(Clone, Debug)]
pub struct NewImport<'a> {
    pub org: &'a str,
    pub file_name: &'a str,
    pub n_bytes: u64,
    pub checksum: &'a str,
    pub state: State,
    pub counts: Counts,
    pub extent: Extent,
}

fn read_json<T: DeserializeOwned + Default>(text: &str) -> Result<T, DbError> {
    if text.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_str(text).map_err(|cause| DbError::Shape(cause.to_string()))
}

/// The text of something that is kept as JSON.
///
/// # Errors
/// Never for the types of this room.
pub fn json<T: serde::Serialize>(value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|cause| DbError::Shape(cause.to_string()))
}

fn import(row: &Row, keys: &kernel::vault::Vault) -> Result<Import, DbError> {
    let state: String = row.get(6)?;
    let plan: Option<Vec<u8>> = row.get(11)?;
    let plan = plan.map(|sealed| keys.open("imports.plan", &sealed)).transpose()?;
    let plan = plan.map(|text| read_json(&text)).transpose()?;
    Ok(Import {
        id: row.get(0)?,
        org: row.get(1)?,
        who: row.get(2)?,
        file_name: row.get(3)?,
        n_bytes: row.get(4)?,
        checksum: row.get(5)?,
        state: State::parse(&state).ok_or_else(|| DbError::Shape(format!("state {state}")))?,
        says: row.get(7)?,
        made_at: row.get(8)?,
        n_done: row.get(9)?,
        n_rows: row.get(10)?,
        plan,
        counts: read_json(&row.get::<String>(12)?)?,
        fingerprint: row.get(13)?,
        extent: read_json(&row.get::<String>(14)?)?,
        act: row.get(15)?,
        ended_at: row.get(16)?,
        undone_act: row.get(17)?,
        version: row.get(18)?,
    })
}

/// The import with this number inside a scope.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Option<Import>, DbError> {
    let row = reader
        .ask_one(q!(
            "SELECT id, org, who, file_name, n_bytes, checksum, state, says, made_at, n_done,
                    n_rows, plan, result, fingerprint, choice, act, ended_at, undone_act, version
             FROM imports WHERE id = $1 AND org >= $2 AND org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| import(&row, reader.keys())).transpose()
}

/// Imports of a scope, the newest first, below the number `before`; without their plans.
pub async fn newest(
    reader: &mut impl Reader,
    scope: &Scope,
    (before, n): (i64, i64),
) -> Result<Vec<Import>, DbError> {
    let rows = reader
        .ask(q!(
            "SELECT id, org, who, file_name, n_bytes, checksum, state, says, made_at, n_done,
                    n_rows, CAST(NULL AS TEXT), result, fingerprint, choice, act, ended_at,
                    undone_act, version
             FROM imports WHERE org >= $1 AND org < $2 AND id < $3
             ORDER BY id DESC LIMIT $4",
            scope.from(),
            scope.to(),
            before,
            n
        ))
        .await?;
    rows.iter().map(|row| import(row, reader.keys())).collect()
}

/// Keeps a file that was handed in; its bytes are kept beside.
pub async fn insert(act: &mut Act, new: &NewImport<'_>) -> Result<i64, DbError> {
    let id = act.new_id()?;
    let ended = (new.state == State::Done).then(|| act.at().to_owned());
    let written = (new.state == State::Done).then(|| act.id());
    let insert = q!(
        "INSERT INTO imports (id, org, account, who, file_name, n_bytes, checksum, state, says,
             made_at, made_on, n_done, n_rows, result, fingerprint, choice, act, ended_at, holder,
             lease_until, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, $11, $12, '', $13, $14, $15, 0,
             0, 1)",
        id,
        new.org,
        act.permit().account(),
        act.permit().who(),
        new.file_name,
        i64::try_from(new.n_bytes).unwrap_or(i64::MAX),
        new.checksum,
        new.state.code(),
        act.at(),
        act.day(),
        i64::try_from(new.counts.rows).unwrap_or(i64::MAX),
        json(&new.counts)?,
        json(&new.extent)?,
        written,
        ended
    );
    act.put(vec![insert]).await?;
    Ok(id)
}

/// One piece of a file's bytes, sealed.
#[must_use]
pub fn piece(import: i64, n: i64, sealed: Vec<u8>) -> Query {
    q!("INSERT INTO import_files (import, n, content) VALUES ($1, $2, $3)", import, n, sealed)
}

/// The sealed bytes of a file from piece `n` on, at most so many pieces.
pub async fn pieces(db: &Db, import: i64, n: i64, most: i64) -> Result<Vec<Vec<u8>>, DbError> {
    let rows = db
        .rows_long(q!(
            "SELECT content FROM import_files WHERE import = $1 AND n >= $2 ORDER BY n LIMIT $3",
            import,
            n,
            most
        ))
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Whether the bytes of a file are still kept.
pub async fn has_file(db: &Db, import: i64) -> Result<bool, DbError> {
    let first = q!("SELECT n FROM import_files WHERE import = $1 ORDER BY n LIMIT 1", import);
    Ok(db.row(first).await?.is_some())
}

/// Statements that let go of files and lines of imports before a day.
#[must_use]
pub fn forget(before: Date) -> Vec<Query> {
    vec![
        q!(
            "DELETE FROM import_files WHERE import IN
                 (SELECT id FROM imports WHERE made_on < $1)",
            before
        ),
        q!(
            "DELETE FROM import_lines WHERE import IN
                 (SELECT id FROM imports WHERE made_on < $1)",
            before
        ),
    ]
}

/// How a step begins: from which state, to which, held by whom and until when.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub id: i64,
    pub version: i64,
    pub from: State,
    pub to: State,
    pub holder: i64,
    pub until: i64,
}

/// Takes an import into a step; answers whether nobody else did before.
pub async fn claim(db: &Db, claim: Claim, extent: Extent) -> Result<bool, DbError> {
    let take = q!(
        "UPDATE imports SET state = $4, says = '', holder = $5, lease_until = $6, n_done = 0,
                choice = $7, version = version + 1
         WHERE id = $1 AND version = $2 AND state = $3",
        claim.id,
        claim.version,
        claim.from.code(),
        claim.to.code(),
        claim.holder,
        claim.until,
        json(&extent)?
    );
    db.housekeep(vec![take]).await?;
    holds(db, claim.id, claim.holder).await
}

/// Whether a step is still held.
pub async fn holds(db: &Db, id: i64, holder: i64) -> Result<bool, DbError> {
    let held = q!(
        "SELECT id FROM imports WHERE id = $1 AND holder = $2
         AND state IN ('reading', 'checking', 'importing')",
        id,
        holder
    );
    Ok(db.row(held).await?.is_some())
}

/// Says how far a step is, and that it goes on.
pub async fn beat(
    db: &Db,
    (id, holder): (i64, i64),
    (n_done, until): (i64, i64),
) -> Result<(), DbError> {
    let beat = q!(
        "UPDATE imports SET n_done = $3, lease_until = $4 WHERE id = $1 AND holder = $2",
        id,
        holder,
        n_done,
        until
    );
    db.housekeep(vec![beat]).await
}

/// Ends a step that failed or was given up, in the state in which it can be taken up again.
pub async fn give_up(
    db: &Db,
    (id, holder): (i64, i64),
    state: State,
    says: &str,
) -> Result<(), DbError> {
    let end = q!(
        "UPDATE imports SET state = $3, says = $4, holder = 0, version = version + 1
         WHERE id = $1 AND holder = $2 AND state IN ('reading', 'checking', 'importing')",
        id,
        holder,
        state.code(),
        says
    );
    db.housekeep(vec![end]).await
}

/// The file was looked at: its columns wait to be confirmed.
pub async fn looked_at(db: &Db, (id, holder): (i64, i64), plan: &Plan) -> Result<(), DbError> {
    let end = q!(
        "UPDATE imports SET state = 'mapped', plan = $3, holder = 0, version = version + 1
         WHERE id = $1 AND holder = $2 AND state = 'reading'",
        id,
        holder,
        sealed_plan(db, plan)?
    );
    db.housekeep(vec![end]).await
}

fn sealed_plan(db: &Db, plan: &Plan) -> Result<Vec<u8>, DbError> {
    db.vault().seal("imports.plan", &json(plan)?)
}

/// Keeps the columns as they were chosen; only for a version that nobody else has changed.
pub async fn choose(db: &Db, (id, version): (i64, i64), plan: &Plan) -> Result<(), DbError> {
    let keep = q!(
        "UPDATE imports SET plan = $3 WHERE id = $1 AND version = $2
         AND state IN ('mapped', 'checked')",
        id,
        version,
        sealed_plan(db, plan)?
    );
    db.housekeep(vec![keep]).await
}

/// The statement that ends a check with its counts.
pub fn checked(
    (id, holder): (i64, i64),
    counts: &Counts,
    fingerprint: &str,
) -> Result<Query, DbError> {
    let n_rows = i64::try_from(counts.rows).unwrap_or(i64::MAX);
    Ok(q!(
        "UPDATE imports SET state = 'checked', result = $3, fingerprint = $4, n_done = $5,
                n_rows = $5, holder = 0, version = version + 1
         WHERE id = $1 AND holder = $2 AND state = 'checking'",
        id,
        holder,
        json(counts)?,
        fingerprint,
        n_rows
    ))
}

/// Ends an import inside its own act; answers whether the step was still held.
pub async fn done(
    act: &mut Act,
    (id, holder): (i64, i64),
    counts: &Counts,
) -> Result<bool, DbError> {
    let done = q!(
        "UPDATE imports SET state = 'done', result = $3, n_done = n_rows, act = $4, ended_at = $5,
                holder = 0, version = version + 1
         WHERE id = $1 AND holder = $2 AND state = 'importing'",
        id,
        holder,
        json(counts)?,
        act.id(),
        act.at()
    );
    Ok(act.run(done).await? == 1)
}

/// Steps whose process has died are over; what they began can be taken up again.
pub async fn let_go(db: &Db, lapsed_before: i64) -> Result<(), DbError> {
    let end = q!(
        "UPDATE imports SET holder = 0, version = version + 1,
                says = CASE state
                    WHEN 'reading' THEN '识别时服务器中断，请重新上传'
                    WHEN 'checking' THEN '试算时服务器中断，请重新试算'
                    ELSE '写入时服务器中断，没有写入任何数据，请重新导入' END,
                state = CASE state WHEN 'reading' THEN 'failed' WHEN 'checking' THEN 'mapped'
                    ELSE 'checked' END
         WHERE state IN ('reading', 'checking', 'importing') AND lease_until < $1",
        lapsed_before
    );
    db.housekeep(vec![end]).await
}

/// Cancels what was not written.
pub async fn cancel(db: &Db, id: i64) -> Result<(), DbError> {
    let cancel = q!(
        "UPDATE imports SET state = 'cancelled', says = '', holder = 0, version = version + 1
         WHERE id = $1 AND state IN ('reading', 'mapped', 'checking', 'checked', 'failed')",
        id
    );
    let forget = q!(
        "DELETE FROM import_files WHERE import IN
             (SELECT id FROM imports WHERE id = $1 AND state = 'cancelled')",
        id
    );
    db.housekeep(vec![cancel, forget]).await
}

/// What columns of these titles were taken for by an organisation before.
pub async fn remembered(db: &Db, org: &str, titles: &str) -> Result<Option<String>, DbError> {
    let known =
        q!("SELECT choices FROM import_mappings WHERE org = $1 AND titles = $2", org, titles);
    db.row(known).await?.map(|row| row.get(0)).transpose()
}

/// Remembers what columns of these titles are taken for.
pub async fn remember(db: &Db, (org, titles): (&str, &str), choices: &str) -> Result<(), DbError> {
    let keep = q!(
        "INSERT INTO import_mappings (org, titles, choices) VALUES ($1, $2, $3)
         ON CONFLICT (org, titles) DO UPDATE SET choices = excluded.choices",
        org,
        titles,
        choices
    );
    db.housekeep(vec![keep]).await
}

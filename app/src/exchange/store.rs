//! The rows of imports.

use kernel::{Act, Db, DbError, Query, Reader, Row, Scope, q};
use serde::de::DeserializeOwned;

use super::kinds::Kind;
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
    /// Whose account handed it in.
    pub account: i64,
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
    pub kind: Kind,
}

/// A file that is to be kept.
#[derive(Clone, Debug)]
pub struct NewImport<'a> {
    pub kind: Kind,
    pub org: &'a str,
    pub file_name: &'a str,
    pub n_bytes: u64,
    pub checksum: &'a str,
    pub state: State,
    pub counts: Counts,
    pub extent: Extent,
    /// Who is at it, and until when that is believed; 0 when nobody is.
    pub holder: i64,
    pub until: i64,
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
        kind: Kind::parse(&row.get::<String>(19)?).unwrap_or_default(),
        account: row.get(20)?,
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
                    n_rows, plan, result, fingerprint, choice, act, ended_at, undone_act, version,
                    kind, account
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
                    undone_act, version, kind, account
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
             lease_until, version, kind)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, $11, $12, '', $13, $14, $15,
             $16, $17, 1, $18)",
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
        ended,
        new.holder,
        new.until,
        new.kind.code()
    );
    act.put(vec![insert]).await?;
    Ok(id)
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

/// Takes an import into a step inside an act; answers whether nobody else did before.
pub async fn claim_in(act: &mut Act, claim: Claim, extent: Extent) -> Result<bool, DbError> {
    Ok(act.run(claiming(claim, extent)?).await? == 1)
}

/// Takes an import into a step; answers whether nobody else did before.
pub async fn claim(db: &Db, claim: Claim, extent: Extent) -> Result<bool, DbError> {
    db.housekeep(vec![claiming(claim, extent)?]).await?;
    holds(db, claim.id, claim.holder).await
}

fn claiming(claim: Claim, extent: Extent) -> Result<Query, DbError> {
    Ok(q!(
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
    ))
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

/// Keeps the columns as they were chosen.
pub async fn choose(act: &mut Act, id: i64, plan: &Plan) -> Result<(), DbError> {
    let sealed = act.vault().seal("imports.plan", &json(plan)?)?;
    act.put(vec![q!("UPDATE imports SET plan = $2 WHERE id = $1", id, sealed)]).await
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

/// An import was taken back; answers whether it stood.
pub async fn undone(act: &mut Act, id: i64) -> Result<bool, DbError> {
    let undone = q!(
        "UPDATE imports SET state = 'undone', undone_act = $2, version = version + 1
         WHERE id = $1 AND state = 'done'",
        id,
        act.id()
    );
    Ok(act.run(undone).await? == 1)
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

/// Cancels what was not written and lets go of the file; answers whether it could be.
pub async fn cancel(act: &mut Act, id: i64) -> Result<bool, DbError> {
    let cancel = q!(
        "UPDATE imports SET state = 'cancelled', says = '', holder = 0, version = version + 1
         WHERE id = $1 AND state IN ('reading', 'mapped', 'checking', 'checked', 'failed')",
        id
    );
    if act.run(cancel).await? == 0 {
        return Ok(false);
    }
    let forget = vec![
        q!("DELETE FROM import_files WHERE import = $1", id),
        q!("DELETE FROM import_lines WHERE import = $1", id),
    ];
    act.put(forget).await?;
    Ok(true)
}

/// What columns of these titles were taken for by an organisation before.
pub async fn remembered(db: &Db, org: &str, titles: &str) -> Result<Option<String>, DbError> {
    let known =
        q!("SELECT choices FROM import_mappings WHERE org = $1 AND titles = $2", org, titles);
    db.row(known).await?.map(|row| row.get(0)).transpose()
}

/// Remembers what columns of these titles are taken for.
pub async fn remember(
    act: &mut Act,
    (org, titles): (&str, &str),
    choices: &str,
) -> Result<(), DbError> {
    let keep = q!(
        "INSERT INTO import_mappings (org, titles, choices) VALUES ($1, $2, $3)
         ON CONFLICT (org, titles) DO UPDATE SET choices = excluded.choices",
        org,
        titles,
        choices
    );
    act.put(vec![keep]).await
}

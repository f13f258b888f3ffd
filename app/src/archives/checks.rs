//! 盘点：开始时记下在库的各份，拿着扫码枪一份一份扫，结束时没扫到的立即列为下落不明。

use jiff::civil::Date;
use kernel::{Act, Actor, Problem, Reader, Row, Scope, q};
use serde_json::json;

use super::store::{self, File};
use super::{Caller, change};
use crate::deeds;
use crate::labels;
use crate::web::Shared;

/// A stock-taking of a body, or of one of its boxes.
#[derive(Clone, Debug)]
pub struct Stocktaking {
    pub id: i64,
    pub org: String,
    /// Empty for all boxes.
    pub in_box: String,
    pub started_on: Date,
    pub started_by: String,
    pub ended_on: Option<Date>,
    pub n_expected: i64,
    pub n_found: i64,
    pub n_missing: i64,
    pub version: i64,
}

/// What a scan says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It belongs here.
    Here,
    /// It was missing and is here.
    Again,
    /// It was scanned before.
    Twice,
    /// It should be elsewhere: in another box, lent, at another body.
    Strange,
}

impl Found {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Again => "again",
            Self::Twice => "twice",
            Self::Strange => "strange",
        }
    }
}

/// Where a stock-taking's page is.
#[must_use]
pub fn path(id: i64) -> String {
    format!("/archives/checks/{id}")
}

/// The stock-taking with this number, of a body in a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(
    reader: &mut impl Reader,
    scope: &Scope,
    id: i64,
) -> Result<Stocktaking, Problem> {
    let row = reader
        .ask_one(q!(
            "SELECT id, org, box, started_on, started_by, ended_on, n_expected, n_found,
                    n_missing, version
             FROM archive_checks WHERE id = $1 AND org >= $2 AND org < $3",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| stocktaking(&row)).transpose()?.ok_or(Problem::NotFound)
}

/// The last stock-takings of a body.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(reader: &mut impl Reader, org: &str) -> Result<Vec<Stocktaking>, Problem> {
    let rows = reader
        .ask(q!(
            "SELECT id, org, box, started_on, started_by, ended_on, n_expected, n_found,
                    n_missing, version
             FROM archive_checks WHERE org = $1 ORDER BY id DESC LIMIT 50",
            org
        ))
        .await?;
    Ok(rows.iter().map(stocktaking).collect::<Result<_, _>>()?)
}

fn stocktaking(row: &Row) -> Result<Stocktaking, kernel::DbError> {
    Ok(Stocktaking {
        id: row.get(0)?,
        org: row.get(1)?,
        in_box: row.get(2)?,
        started_on: row.get(3)?,
        started_by: row.get(4)?,
        ended_on: row.get(5)?,
        n_expected: row.get(6)?,
        n_found: row.get(7)?,
        n_missing: row.get(8)?,
        version: row.get(9)?,
    })
}

/// How many files were not scanned yet, were, and should not be here.
///
/// # Errors
/// Whatever the database says.
pub async fn counts(reader: &mut impl Reader, id: i64) -> Result<[i64; 3], Problem> {
    let counted = q!(
        "SELECT found, COUNT(*) FROM archive_scans WHERE stocktaking = $1 GROUP BY found
         ORDER BY found",
        id
    );
    let mut counts = [0; 3];
    for row in reader.ask(counted).await? {
        let found: i64 = row.get(0)?;
        if let Some(n) = usize::try_from(found).ok().and_then(|at| counts.get_mut(at)) {
            *n = row.get(1)?;
        }
    }
    Ok(counts)
}

/// Number, name and box of files of a stock-taking: those not scanned (0), or strange ones (2).
///
/// # Errors
/// Whatever the database says.
pub async fn some(
    reader: &mut impl Reader,
    (id, found): (i64, i64),
    n: i64,
) -> Result<Vec<(i64, String, String, String)>, Problem> {
    let rows = reader
        .ask(q!(
            "SELECT a.id, a.number, p.name, a.box
             FROM archive_scans s JOIN archives a ON a.id = s.archive
                  JOIN persons p ON p.id = a.person
             WHERE s.stocktaking = $1 AND s.found = $2 ORDER BY s.archive LIMIT $3",
            id,
            found,
            n
        ))
        .await?;
    let one = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    Ok(rows.iter().map(one).collect::<Result<_, kernel::DbError>>()?)
}

/// Begins a stock-taking at the actor's body: what lies there now is what has to be found.
///
/// # Errors
/// A field problem for a box with nothing in it; a refusal while another is under way.
pub async fn start(
    app: &Shared,
    actor: &Actor,
    in_box: &str,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::ARCHIVES_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let open = || {
        let says = "上一次盘点还没有结束，请先扫完并结束";
        Problem::refused("under-way", says)
    };
    let known = q!("SELECT 1 FROM archive_checks WHERE org = $1 AND ended_on IS NULL", &actor.org);
    if act.row(known).await?.is_some() {
        return Err(open());
    }
    let id = act.new_id()?;
    let expected = q!(
        "INSERT INTO archive_scans (stocktaking, archive, found)
         SELECT CAST($1 AS BIGINT), id, 0 FROM archives
         WHERE holder = $2 AND state = 'held' AND ($3 = '' OR box = $3)",
        id,
        &actor.org,
        in_box
    );
    let n = i64::try_from(act.run(expected).await?).unwrap_or(0);
    if n == 0 {
        return Err(Problem::field("box", "这里没有在库的档案，请核对盒号"));
    }
    let insert = q!(
        "INSERT INTO archive_checks (id, org, box, started_on, started_by, n_expected, n_found,
             n_missing, version)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 1)",
        id,
        &actor.org,
        in_box,
        act.day(),
        act.permit().who(),
        n
    );
    let under_way = |problem: Problem| if problem.is_duplicate() { open() } else { problem };
    act.put(vec![insert]).await.map_err(|cause| under_way(cause.into()))?;
    let told = json!({"id": id, "expected": n, "version": 1});
    let outcome = caller.outcome(&path(id), &told);
    let detail = format!("开始盘点，应有{n}份");
    let done = act.commit_noting(&format!("stocktaking/{id}"), &outcome, &detail).await;
    done.map_err(under_way)?;
    Ok(id)
}

async fn under_way(act: &mut Act, actor: &Actor, id: i64) -> Result<Stocktaking, Problem> {
    let known = find(act, &actor.scope(), id).await?;
    if known.ended_on.is_some() {
        return Err(Problem::refused("ended", "这次盘点已经结束"));
    }
    Ok(known)
}

/// Notes that a file was scanned. What was missing is found with it.
///
/// # Errors
/// [`Problem::NotFound`] outside; a problem of the field `no`; a refusal after the end.
pub async fn scan(
    app: &Shared,
    actor: &Actor,
    (id, typed): (i64, &str),
    caller: Caller,
) -> Result<(Found, File), Problem> {
    let permit = actor.permit(deeds::ARCHIVES_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = under_way(&mut act, actor, id).await?;
    let number = labels::read(typed)
        .map_err(|why| Problem::field("no", why.says("档案号", "印在档案标签上")))?;
    let file = store::by_number(&mut act, &Scope::below(""), &number).await?;
    let file = file.filter(|file| {
        let scope = actor.scope();
        scope.covers(&file.holder) || scope.covers(&file.person_org)
    });
    let Some(file) = file else {
        return Err(Problem::field("no", "本辖区没有这个号码的档案，请核对标签"));
    };
    let found = note(&mut act, actor, (&known, &file)).await?;
    let told = json!({"id": id, "archive": file.id, "found": found.code()});
    let page = format!("{}?last={}&found={}", path(id), file.id, found.code());
    let outcome = caller.outcome(&page, &told);
    let detail = format!("盘点扫到{}", labels::grouped(&file.number));
    act.commit_noting(&format!("stocktaking/{id}"), &outcome, &detail).await?;
    Ok((found, file))
}

async fn note(
    act: &mut Act,
    actor: &Actor,
    (known, file): (&Stocktaking, &File),
) -> Result<Found, Problem> {
    let in_place =
        file.holder == known.org && (known.in_box.is_empty() || known.in_box == file.box_);
    let seen = q!(
        "SELECT found FROM archive_scans WHERE stocktaking = $1 AND archive = $2",
        known.id,
        file.id
    );
    let before: Option<i64> = act.row(seen).await?.map(|row| row.get(0)).transpose()?;
    let found = match (before, file.state.as_str()) {
        (Some(1 | 2), _) => return Ok(Found::Twice),
        (_, "held") if in_place => Found::Here,
        (_, "missing") if in_place => Found::Again,
        _ => Found::Strange,
    };
    let code = if found == Found::Strange { 2_i64 } else { 1 };
    let write = if before.is_some() {
        q!(
            "UPDATE archive_scans SET found = $3 WHERE stocktaking = $1 AND archive = $2",
            known.id,
            file.id,
            code
        )
    } else {
        q!(
            "INSERT INTO archive_scans (stocktaking, archive, found) VALUES ($1, $2, $3)",
            known.id,
            file.id,
            code
        )
    };
    let seen = q!("UPDATE archives SET seen_on = $2 WHERE id = $1", file.id, act.day());
    match found {
        Found::Again => {
            let mut now = File { state: "held".to_owned(), ..file.clone() };
            (now.borrower, now.due_on, now.seen_on) = (String::new(), None, Some(act.day()));
            change(act, actor, (file, &now), ("found", "盘点时扫到")).await?;
            act.put(vec![write]).await?;
        }
        Found::Here => act.put(vec![write, seen]).await?,
        Found::Strange | Found::Twice => act.put(vec![write]).await?,
    }
    Ok(found)
}

/// Ends a stock-taking: what should be here and was not scanned is missing from this moment.
/// Answers how many are.
///
/// # Errors
/// [`Problem::NotFound`] outside; a refusal after the end; [`Problem::Stale`] when somebody was
/// faster.
pub async fn end(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::ARCHIVES_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let known = under_way(&mut act, actor, id).await?;
    let events = q!(
        "INSERT INTO archive_events (archive, act, kind, body, on_day, who, detail)
         SELECT a.id, CAST($2 AS BIGINT), 'missing', CAST($3 AS TEXT), CAST($4 AS TEXT),
                CAST($5 AS TEXT), '盘点时没有扫到'
         FROM archive_scans s JOIN archives a ON a.id = s.archive
         WHERE s.stocktaking = $1 AND s.found = 0 AND a.state = 'held' AND a.holder = $6",
        id,
        act.id(),
        &actor.org_name,
        act.day(),
        act.permit().who(),
        &known.org
    );
    let n = i64::try_from(act.run(events).await?).unwrap_or(0);
    let missing = q!(
        "UPDATE archives SET state = 'missing', version = version + 1
         WHERE state = 'held' AND holder = $2 AND id IN (
             SELECT archive FROM archive_scans WHERE stocktaking = $1 AND found = 0)",
        id,
        &known.org
    );
    act.run(missing).await?;
    let [_, n_found, _] = counts(&mut act, id).await?;
    let update = q!(
        "UPDATE archive_checks SET ended_on = $3, n_found = $4, n_missing = $5,
                version = version + 1
         WHERE id = $1 AND version = $2 AND ended_on IS NULL",
        id,
        version,
        act.day(),
        n_found,
        n
    );
    if act.run(update).await? != 1 {
        return Err(Problem::Stale);
    }
    let told = json!({"id": id, "found": n_found, "missing": n});
    let outcome = caller.outcome(&format!("{}?saved=ended", path(id)), &told);
    let detail = format!("结束盘点，扫到{n_found}份，下落不明{n}份");
    act.commit_noting(&format!("stocktaking/{id}"), &outcome, &detail).await?;
    Ok(n)
}

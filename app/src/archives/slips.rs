//! 档案移交单：一批档案从一个机构送到另一个，对方逐份清点签收；没收到的立即列为下落不明。

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{Act, Actor, Problem, Reader, Row, Scope, q};
use serde_json::json;

use super::store::{self, File};
use super::{Caller, MOST, change, keeper, kept};
use crate::web::Shared;
use crate::{deeds, orgs};

/// A slip with which files go from one body to another.
#[derive(Clone, Debug)]
pub struct Slip {
    pub id: i64,
    pub number: String,
    pub from_org: String,
    pub to_org: String,
    pub from_name: String,
    pub to_name: String,
    pub n: i64,
    pub n_received: i64,
    /// Why some were not received.
    pub reason: String,
    /// `sent` or `answered`.
    pub state: String,
    pub sent_on: Date,
    pub sent_by: String,
    pub due_on: Date,
    pub answered_on: Option<Date>,
    pub answered_by: String,
    pub version: i64,
}

/// The slip with this number that leads into a scope or out of it.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or elsewhere: the two look the same.
pub async fn find(reader: &mut impl Reader, scope: &Scope, id: i64) -> Result<Slip, Problem> {
    let row = reader
        .ask_one(q!(
            "SELECT s.id, s.number, s.from_org, s.to_org,
                    (SELECT o.name FROM orgs o WHERE o.code = s.from_org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    (SELECT o.name FROM orgs o WHERE o.code = s.to_org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    s.n, s.n_received, s.reason, s.state, s.sent_on, s.sent_by, s.due_on,
                    s.answered_on, s.answered_by, s.version
             FROM archive_slips s
             WHERE s.id = $1 AND ((s.from_org >= $2 AND s.from_org < $3)
                                  OR (s.to_org >= $2 AND s.to_org < $3))",
            id,
            scope.from(),
            scope.to()
        ))
        .await?;
    row.map(|row| slip(&row)).transpose()?.ok_or(Problem::NotFound)
}

/// Slips that lead to a body, or (`outgoing`) away from it, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    reader: &mut impl Reader,
    (org, outgoing): (&str, bool),
    (before, n): (i64, i64),
) -> Result<Vec<Slip>, Problem> {
    let rows = reader
        .ask(q!(
            "SELECT s.id, s.number, s.from_org, s.to_org,
                    (SELECT o.name FROM orgs o WHERE o.code = s.from_org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    (SELECT o.name FROM orgs o WHERE o.code = s.to_org
                       AND o.kind IN ('office', 'center', 'station') ORDER BY o.id LIMIT 1),
                    s.n, s.n_received, s.reason, s.state, s.sent_on, s.sent_by, s.due_on,
                    s.answered_on, s.answered_by, s.version
             FROM archive_slips s
             WHERE ((s.to_org = $1 AND $2 = 'in') OR (s.from_org = $1 AND $2 = 'out'))
               AND s.id < $3
             ORDER BY s.id DESC LIMIT $4",
            org,
            if outgoing { "out" } else { "in" },
            before,
            n
        ))
        .await?;
    Ok(rows.iter().map(slip).collect::<Result<_, _>>()?)
}

fn slip(row: &Row) -> Result<Slip, kernel::DbError> {
    Ok(Slip {
        id: row.get(0)?,
        number: row.get(1)?,
        from_org: row.get(2)?,
        to_org: row.get(3)?,
        from_name: row.get::<Option<String>>(4)?.unwrap_or_default(),
        to_name: row.get::<Option<String>>(5)?.unwrap_or_default(),
        n: row.get(6)?,
        n_received: row.get(7)?,
        reason: row.get(8)?,
        state: row.get(9)?,
        sent_on: row.get(10)?,
        sent_by: row.get(11)?,
        due_on: row.get(12)?,
        answered_on: row.get(13)?,
        answered_by: row.get(14)?,
        version: row.get(15)?,
    })
}

/// How many slips wait for a body, and by when the first is to be answered.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting(
    reader: &mut impl Reader,
    org: &str,
) -> Result<(i64, Option<String>), Problem> {
    let row = reader
        .ask_one(q!(
            "SELECT COUNT(*), MIN(due_on) FROM archive_slips
             WHERE to_org = $1 AND state = 'sent'",
            org
        ))
        .await?;
    match row {
        Some(row) => Ok((row.get(0)?, row.get(1)?)),
        None => Ok((0, None)),
    }
}

/// Sends files that lie at one body to another, with one slip.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems; a refusal for a file that does not lie there;
/// [`Problem::Stale`] when somebody was faster.
pub async fn send(
    app: &Shared,
    actor: &Actor,
    (files, to): (&[i64], &str),
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::ARCHIVES_KEEP)?;
    let files: BTreeSet<i64> = files.iter().copied().collect();
    if files.is_empty() {
        return Err(Problem::field("archive", "请先勾选要送出的档案"));
    }
    if files.len() > MOST {
        return Err(Problem::field("archive", format!("一次最多送出 {MOST} 份，请分次办理")));
    }
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let (from, found) = at_hand(&mut act, actor, files).await?;
    let head = orgs::store::head(&mut act, to).await?;
    let Some(head) = head.filter(|head| head.code != from) else {
        return Err(Problem::field("to", "请选择送往哪个机构，或填写它的区划代码"));
    };
    let id = act.new_id()?;
    let number = number(&mut act, &from).await?;
    let due_on = laws.last_working_day(to, ("handover.working_days", act.day()))?;
    let insert = q!(
        "INSERT INTO archive_slips (id, number, from_org, to_org, n, n_received, reason, state,
             sent_on, sent_by, due_on, answered_by, version)
         VALUES ($1, $2, $3, $4, $5, 0, '', 'sent', $6, $7, $8, '', 1)",
        id,
        &number,
        &from,
        &head.code,
        i64::try_from(found.len()).unwrap_or(0),
        act.day(),
        act.permit().who(),
        due_on
    );
    let entries = found.iter().map(|file| {
        q!("INSERT INTO archive_slip_files (slip, archive) VALUES ($1, $2)", id, file.id)
    });
    let insertions = std::iter::once(insert).chain(entries).collect();
    act.put(insertions).await.map_err(|cause| Problem::from(cause).or_stale())?;
    let detail = format!("移交单{number}，送往{}", head.name);
    for file in &found {
        let now = File { state: "sent".to_owned(), slip: Some(id), ..file.clone() };
        change(&mut act, actor, (file, &now), ("sent", &detail)).await?;
    }
    let told = json!({"id": id, "number": number, "n": found.len(), "version": 1});
    let outcome = caller.outcome(&format!("/archives/slips/{id}?saved=sent"), &told);
    let detail = format!("{detail}，{}份", found.len());
    let done = act.commit_noting(&format!("archive-slip/{id}"), &outcome, &detail).await;
    done.map_err(Problem::or_stale)?;
    Ok(id)
}

/// Files that lie at one body, and the body.
async fn at_hand(
    act: &mut Act,
    actor: &Actor,
    ids: BTreeSet<i64>,
) -> Result<(String, Vec<File>), Problem> {
    let mut found: Vec<File> = Vec::with_capacity(ids.len());
    for id in ids {
        let file = kept(act, actor, id).await?;
        let elsewhere = found.first().is_some_and(|first| first.holder != file.holder);
        if file.state != "held" || elsewhere {
            let says = format!("{}的档案不在库里，请去掉勾选", file.person_name);
            return Err(Problem::field("archive", says));
        }
        found.push(file);
    }
    let from = found.first().map_or_else(String::new, |first| first.holder.clone());
    Ok((from, found))
}

/// The next number of a body's slips in this year.
async fn number(act: &mut Act, from: &str) -> Result<String, Problem> {
    let begins = format!("{from}-D{}-", act.day().year());
    let counted = q!(
        "SELECT COUNT(*) FROM archive_slips WHERE number >= $1 AND number < $2",
        &begins,
        format!("{begins}~")
    );
    let n: i64 = act.row(counted).await?.map_or(Ok(0), |row| row.get(0))?;
    Ok(format!("{begins}{:04}", n + 1))
}

/// Answers a slip: every file on it lies at the body from now on, but those that did not come,
/// which are missing from this moment.
///
/// # Errors
/// [`Problem::NotFound`] outside; field problems; a refusal when it was answered already;
/// [`Problem::Stale`] when somebody was faster.
pub async fn answer(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    (absent, reason): (&[i64], &str),
    caller: Caller,
) -> Result<Slip, Problem> {
    let permit = actor.permit(deeds::ARCHIVES_KEEP)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let slip = find(&mut act, &actor.scope(), id).await?;
    if !actor.scope().covers(&slip.to_org) {
        return Err(Problem::refused("elsewhere", "这份移交单由接收的机构签收"));
    }
    if slip.state != "sent" {
        return Err(Problem::refused("answered", "这份移交单已经签收过了"));
    }
    let absent: BTreeSet<i64> = absent.iter().copied().collect();
    if !absent.is_empty() && !(2..=100).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "有没收到的档案，请写明情况，2 至 100 个字"));
    }
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let files = store::of_slip(&mut act, id, (0, most)).await?;
    if absent.iter().any(|one| !files.iter().any(|file| file.id == *one)) {
        return Err(Problem::NotFound);
    }
    let n_received = i64::try_from(files.len() - absent.len()).unwrap_or(0);
    let update = q!(
        "UPDATE archive_slips SET state = 'answered', n_received = $3, reason = $4,
                answered_on = $5, answered_by = $6, version = version + 1
         WHERE id = $1 AND version = $2 AND state = 'sent'",
        id,
        version,
        n_received,
        reason,
        act.day(),
        act.permit().who()
    );
    if act.run(update).await? != 1 {
        return Err(Problem::Stale);
    }
    for file in &files {
        let is_absent = absent.contains(&file.id);
        settle(&mut act, actor, (&slip, file), (is_absent, reason)).await?;
    }
    // Everybody takes people in the same order, so that no two acts wait for one another.
    let came = files.iter().filter(|file| !absent.contains(&file.id));
    let came: BTreeMap<i64, &str> =
        came.map(|file| (file.person, file.person_org.as_str())).collect();
    for theirs in came {
        keeper(&slip.to_org).took(&mut act, &laws, theirs).await?;
    }
    let told = json!({"id": id, "received": n_received, "absent": absent.len()});
    let outcome = caller.outcome(&format!("/archives/slips/{id}?saved=1"), &told);
    let detail = format!("档案移交单{}：签收{n_received}份，未收到{}份", slip.number, absent.len());
    act.commit_noting(&format!("archive-slip/{id}"), &outcome, &detail).await?;
    Ok(slip)
}

async fn settle(
    act: &mut Act,
    actor: &Actor,
    (slip, file): (&Slip, &File),
    (is_absent, reason): (bool, &str),
) -> Result<(), Problem> {
    if is_absent {
        let now = File { state: "missing".to_owned(), slip: None, ..file.clone() };
        let detail = format!("移交单{}：{reason}", slip.number);
        return change(act, actor, (file, &now), ("back", &detail)).await;
    }
    let now = File {
        holder: slip.to_org.clone(),
        state: "held".to_owned(),
        box_: String::new(),
        slip: None,
        arrived_on: act.day(),
        ..file.clone()
    };
    let detail = format!("移交单{}，由{}送来", slip.number, slip.from_name);
    change(act, actor, (file, &now), ("received", &detail)).await
}

//! Exporting a list: an act with its purpose, its recipient and the checksum of what was taken.

use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Actor, Db, Problem, Query, Scope};
use rules::identity::Mask;
use serde_json::json;
use tokio::sync::Semaphore;

use super::export_file::{Head, Writer};
use super::export_wish::query;
use super::{export_lists as lists, export_store as store, profiles};
use crate::deeds;
use crate::web::Shared;

pub use super::export_file::{Course, Made};
pub use super::export_wish::Wish;
pub use store::Export;

/// Exports of one account on one day, and those of them with whole numbers.
pub const A_DAY: i64 = 50;
pub const FULL_A_DAY: i64 = 10;

/// Files written at once; others wait.
static ROOM: Semaphore = Semaphore::const_new(2);

/// To whom a repeated request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Page,
    Api,
}

/// What is taken: the wish, and what is told of its columns.
pub(super) struct Taken<'a> {
    pub wish: &'a Wish,
    pub columns: String,
    /// What is remembered in the same act.
    pub beside: Vec<Query>,
}

/// Writes the file and leaves a trace of it. Nothing is given out that is not in the trail.
///
/// # Errors
/// Field problems; a refusal when there are too many rows or exports; [`Problem::Repeat`] when the
/// request was answered before: the file is not given twice.
pub async fn export(
    app: &Shared,
    actor: &Actor,
    wish: &Wish,
    caller: Caller,
) -> Result<(Export, Made), Problem> {
    export_on(app, actor, wish, caller, &Arc::default()).await
}

/// As [`export`], while somebody watches how far it has come.
///
/// # Errors
/// As [`export`].
pub async fn export_on(
    app: &Shared,
    actor: &Actor,
    wish: &Wish,
    caller: Caller,
    course: &Arc<Course>,
) -> Result<(Export, Made), Problem> {
    if let Some(keep) = &wish.keep {
        profiles::judge(app, actor, (wish, keep)).await?;
    }
    let taken = Taken { wish, columns: wish.headings().join("、"), beside: Vec::new() };
    let making = async { Ok((file(app, actor, wish, course).await?, ())) };
    let (export, (made, ())) = take(app, actor, taken, caller, making).await?;
    Ok((export, made))
}

/// The act of an export around whatever makes its file.
///
/// # Errors
/// As [`export`].
pub(super) async fn take<T>(
    app: &Shared,
    actor: &Actor,
    taken: Taken<'_>,
    caller: Caller,
    making: impl Future<Output = Result<(Made, T), Problem>>,
) -> Result<(Export, (Made, T)), Problem> {
    let wish = taken.wish;
    let part = &wish.part;
    let full = wish.is_full();
    let permit =
        actor.permit(if full { deeds::PEOPLE_EXPORT_FULL } else { deeds::PEOPLE_EXPORT })?;
    actor.may(part.list.deed())?;
    app.db.not_yet(&permit).await?;
    let today = app.today();
    within_limit(&mut app.db.clone(), actor, today, full).await?;
    let (made, more) = {
        let _room = ROOM.acquire().await.map_err(anyhow::Error::from)?;
        making.await?
    };
    let mut act = app.db.begin(permit, today).await?;
    within_limit(&mut act, actor, today, full).await?;
    let numbers = Some(part.masks).filter(|_| part.list.has_numbers());
    let export = Export {
        id: act.new_id()?,
        who: actor.name.clone(),
        org: actor.org.clone(),
        list: part.list.code().to_owned(),
        conditions: query(&part.conditions),
        columns: taken.columns,
        format: wish.format.code().to_owned(),
        mask: numbers.map_or("", |masks| masks.number.code()).to_owned(),
        phone_mask: numbers.map_or("", |masks| masks.phone_code()).to_owned(),
        purpose: wish.purpose.clone(),
        recipient: wish.recipient.clone(),
        reason: if full { wish.reason.clone() } else { String::new() },
        n_rows: i64::try_from(made.n_rows).unwrap_or(i64::MAX),
        sha256: made.sha256.clone(),
        on: today,
        at: act.at().to_owned(),
    };
    store::insert(&mut act, &export).await?;
    act.put(taken.beside).await?;
    if wish.keep.is_some() {
        profiles::insert(&mut act, actor, wish).await?;
    }
    let outcome = match caller {
        Caller::Page => format!("/exports/{}", export.id),
        Caller::Api => told(&export).to_string(),
    };
    let kept = wish.keep.as_ref().map(|keep| format!("；记作常用格式“{}”", keep.name));
    let detail = format!("{}{}", detail(&export), kept.unwrap_or_default());
    act.commit_noting(&format!("export/{}", export.id), &outcome, &detail).await?;
    Ok((export, (made, more)))
}

/// What the auditor reads.
fn detail(of: &Export) -> String {
    let name = |code: &str| Mask::from_code(code).map_or("", Mask::name);
    let phone = if of.phone_mask.is_empty() { "" } else { "；电话：" };
    let mask = format!("{}{phone}{}", name(&of.mask), name(&of.phone_mask));
    format!(
        "{}［{}］{}行；号码：{mask}；用途：{}；接收方：{}；原因：{}；{}",
        of.list, of.conditions, of.n_rows, of.purpose, of.recipient, of.reason, of.sha256
    )
}

/// An export as the API tells it; the file itself is given once.
#[must_use]
pub fn told(of: &Export) -> serde_json::Value {
    json!({
        "id": of.id, "list": of.list, "conditions": of.conditions, "columns": of.columns,
        "format": of.format, "mask": of.mask, "phone_mask": of.phone_mask,
        "purpose": of.purpose, "recipient": of.recipient, "reason": of.reason, "n_rows": of.n_rows,
        "sha256": of.sha256, "on": of.on.to_string(), "at": of.at, "who": of.who, "org": of.org,
    })
}

async fn within_limit(
    reader: &mut impl kernel::Reader,
    actor: &Actor,
    today: Date,
    full: bool,
) -> Result<(), Problem> {
    let (n, n_full) = store::made_on(reader, actor.account, today).await?;
    if n >= A_DAY || full && n_full >= FULL_A_DAY {
        let most = if n >= A_DAY { A_DAY } else { FULL_A_DAY };
        let kind = if n >= A_DAY { "" } else { "完整号码" };
        let sentence = format!("今天已导出{kind} {most} 次，到了上限，请明天再导出");
        return Err(Problem::refused("too-many-exports", sentence));
    }
    Ok(())
}

async fn file(
    app: &Shared,
    actor: &Actor,
    wish: &Wish,
    course: &Arc<Course>,
) -> Result<Made, Problem> {
    let (part, today) = (&wish.part, app.today());
    let head = Head {
        title: part.list.name().to_owned(),
        watermark: format!(
            "说明：由{}（{}）于{today}导出；用途：{}；接收方：{}",
            actor.name, actor.org_name, wish.purpose, wish.recipient
        ),
        author: format!("{}（{}）", actor.name, actor.org_name),
        made_on: today,
    };
    let columns = part.columns.iter().zip(wish.headings()).map(|(one, title)| one.out(&title));
    let columns: Vec<sheets::ColumnOut> = columns.collect();
    let writer = Writer::begin((wish.format, Arc::clone(course)), &head, &columns)?;
    let writer = lists::write(&app.db, actor, part, writer).await?;
    let made = tokio::task::spawn_blocking(move || writer.finish()).await;
    made.map_err(anyhow::Error::from)?
}

/// Exports made in a scope, the latest first, below the number `before`.
///
/// # Errors
/// Whatever the database says.
pub async fn list(
    db: &Db,
    scope: &Scope,
    before: Option<i64>,
    n: i64,
) -> Result<Vec<Export>, Problem> {
    Ok(store::list(db, scope, before.unwrap_or(i64::MAX), n).await?)
}

/// One export made in a scope.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or it is outside.
pub async fn find(db: &Db, scope: &Scope, id: i64) -> Result<Export, Problem> {
    store::find(db, scope, id).await?.ok_or(Problem::NotFound)
}

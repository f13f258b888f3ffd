//! 导入导出：名册进来先认列、再试算、经确认才写入；清单按需导出，写明给谁、作何用。
//!
//! Owns: `imports`, `import_files`, `import_lines`, `import_mappings`, `exports`,
//! `export_profiles`, `blanks`, `blank_files`.
//! Uses: `archives`, `cards`, `duties`, `groups`, `handover`, `orgs`, `people`, `policies`,
//! `registry`, `visits`.

pub mod amend;
pub mod api;
pub mod columns;
pub mod columns_page;
pub mod decide;
mod entries;
pub mod errors_book;
mod errors_new;
pub mod export;
pub mod export_api;
mod export_columns;
mod export_conditions;
mod export_file;
mod export_form;
pub mod export_lists;
mod export_masks;
pub mod export_order;
pub mod export_pages;
mod export_store;
pub mod export_wish;
pub mod faults;
pub mod feed;
mod filed;
pub mod files;
pub mod fill;
pub mod fill_api;
mod fill_look;
pub mod fill_pages;
pub mod fill_plan;
mod fill_store;
mod fill_write;
mod firms;
mod frames;
mod handed;
mod kin;
pub mod kinds;
mod laid_over;
pub mod lines;
mod list_page;
pub mod list_run;
mod list_undo;
pub mod listing;
mod numbers;
pub mod orgs_list;
pub mod orgs_pages;
pub mod original;
pub mod pages;
pub mod pieces;
pub mod places;
pub mod plan;
pub mod profiles;
pub mod profiles_api;
pub mod profiles_pages;
mod profiles_store;
pub mod reading;
pub mod recode;
pub mod report;
pub mod results;
pub mod rows;
pub mod run;
mod seen;
pub mod state;
pub mod store;
pub mod titles;
pub mod undo;
pub mod undo_page;
mod whole;
pub mod words;
pub mod work;

use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Act, Actor, Permit, Problem};
use serde_json::{Value, json};

use crate::deeds;
use crate::people::Caller;
use crate::web::{Handed, Shared};
use kinds::Kind;
use pieces::Source;
use report::Report;
use run::{Extent, Progress, Writing};
use state::State;
use store::{Import, NewImport};

/// Files and what was told of their rows are kept for so many days.
pub const KEPT_DAYS: i64 = 30;

/// Takes a file in: it is kept, and looked at beside.
///
/// # Errors
/// [`Problem::Repeat`] with where the first request led.
pub async fn receive(
    app: &Shared,
    actor: &Actor,
    (file, kind, batch): (Handed, Kind, i64),
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_IMPORT)?;
    actor.may(kind.deed())?;
    handed::is_for(app, actor, (kind, batch)).await?;
    let holder = app.db.number().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let new = NewImport {
        kind,
        org: &actor.org,
        file_name: &file.name,
        n_bytes: file.n_bytes,
        checksum: &file.checksum,
        state: State::Reading,
        counts: report::Counts::default(),
        extent: Extent::default(),
        holder,
        until: app.db.clock().seconds() + work::LEASE,
    };
    let id = store::insert(&mut act, &new).await?;
    files::keep(&mut act, id, file.path()).await?;
    act.put(files::forget(days_before(app.today(), KEPT_DAYS))).await?;
    let detail = format!("收到{}“{}” sha256:{}", kind.name(), file.name, file.checksum);
    let outcome = caller.outcome(&path(id), &told(id, State::Reading));
    act.commit_noting(&subject(id), &outcome, &detail).await?;
    let org = actor.org.clone();
    work::wait(work::read((app, holder), (id, org, file.name.clone()), (kind, batch))).await;
    Ok(id)
}

/// A part of a list as programs are answered, and after which of it the next part begins.
fn part<T>(
    found: &[T],
    n: i64,
    told: impl Fn(&T) -> Value,
    id: impl Fn(&T) -> i64,
) -> axum::Json<Value> {
    let is_full = i64::try_from(found.len()).unwrap_or(0) == n;
    let next = found.last().map(id).filter(|_| is_full);
    let items: Vec<Value> = found.iter().map(told).collect();
    axum::Json(json!({"items": items, "after": next}))
}

/// The page of an import.
#[must_use]
pub fn path(id: i64) -> String {
    format!("/imports/{id}")
}

fn subject(id: i64) -> String {
    format!("import/{id}")
}

/// What the API answers to a step of an import.
#[must_use]
pub fn told(id: i64, state: State) -> Value {
    json!({"id": id, "state": state.code()})
}

/// Leaves a row for the auditor: whole numbers of the file are told.
async fn told_whole(app: &Shared, actor: &Actor, id: i64, why: &str) -> Result<(), Problem> {
    let mut actor = actor.clone();
    actor.key = None;
    let act = app.db.begin(actor.permit(deeds::PEOPLE_IMPORT)?, app.today()).await?;
    act.commit_noting(&subject(id), "", why).await
}

/// Gives an import up before it was written.
///
/// # Errors
/// [`Problem::NotFound`] outside the jurisdiction; a refusal when it is being written or was.
pub async fn cancel(app: &Shared, actor: &Actor, id: i64, caller: Caller) -> Result<(), Problem> {
    let permit = actor.permit(deeds::PEOPLE_IMPORT)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let found = store::find(&mut act, &actor.scope(), id).await?.ok_or(Problem::NotFound)?;
    if !store::cancel(&mut act, id).await? {
        let says = match found.state {
            State::Importing => "正在写入，不能取消；写入后 24 小时内可以撤销",
            _ => "这次导入已经结束，不必取消",
        };
        return Err(Problem::refused("not-open", says));
    }
    let outcome = caller.outcome(&path(id), &told(id, State::Cancelled));
    act.commit_noting(&subject(id), &outcome, "取消导入").await
}

fn days_before(today: Date, n: i64) -> Date {
    today.checked_sub(jiff::Span::new().days(n)).unwrap_or(today)
}

/// The import with this number in the actor's jurisdiction. Whoever asks learns at once when the
/// process that was at it has died.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn find(app: &Shared, actor: &Actor, id: i64) -> Result<Import, Problem> {
    let (mut db, scope) = (app.db.clone(), actor.scope());
    let found = store::find(&mut db, &scope, id).await?.ok_or(Problem::NotFound)?;
    if !found.state.is_working() {
        return Ok(found);
    }
    store::let_go(&app.db, app.db.clock().seconds()).await?;
    store::find(&mut db, &scope, id).await?.ok_or(Problem::NotFound)
}

/// A file of the operator's that is to be written.
pub struct Direct<'a> {
    pub actor: Actor,
    pub source: &'a Source,
    pub extent: Extent,
    /// Size and checksum.
    pub file: (u64, String),
}

/// Checks a file and writes it in one pass: nobody waits to confirm. Answers the number of the
/// import, or none when nothing was written: because of faults, or because nothing is new.
///
/// # Errors
/// A refusal when somebody entered one of the same people at the same moment.
pub async fn direct(
    app: &Shared,
    order: &Direct<'_>,
    progress: &Progress,
) -> Result<(Option<i64>, Report), Problem> {
    let whole = Whole {
        app,
        actor: &order.actor,
        scope: order.actor.scope(),
        source: order.source,
        extent: order.extent,
        fingerprint: None,
    };
    let permit = order.actor.permit(deeds::PEOPLE_IMPORT)?;
    let (mut act, report, former) = whole.write(permit, progress).await?;
    if report.is_refused(order.extent) || report.n_written(order.extent) == 0 {
        return Ok((None, report));
    }
    let new = NewImport {
        kind: order.source.plan.kind,
        org: &order.actor.org,
        file_name: &order.source.name,
        n_bytes: order.file.0,
        checksum: &order.file.1,
        state: State::Done,
        counts: report.counts.clone(),
        extent: order.extent,
        holder: 0,
        until: 0,
    };
    let id = store::insert(&mut act, &new).await?;
    act.put(lines::former(app.db.vault(), id, &former)?).await?;
    let detail = detail(&order.source.name, &order.file.1, &report);
    act.commit_noting(&subject(id), "", &detail).await?;
    Ok((Some(id), report))
}

/// A file of any kind that is to be written.
pub(crate) struct Whole<'a> {
    pub app: &'a Shared,
    pub actor: &'a Actor,
    pub scope: kernel::Scope,
    pub source: &'a Source,
    pub extent: Extent,
    /// What the check found that somebody has confirmed.
    pub fingerprint: Option<&'a str>,
}

impl Whole<'_> {
    /// Reads the file and writes it inside an act, which the caller commits; answers what
    /// came of it, and relatives as they were before.
    ///
    /// # Errors
    /// A refusal when the registry has changed since the check.
    pub async fn write(
        self,
        permit: Permit,
        progress: &Progress,
    ) -> Result<(Act, Report, Vec<list_run::Former>), Problem> {
        let laws = self.app.laws().await?;
        let Whole { app, actor, scope, source, extent, fingerprint } = self;
        if source.plan.kind == Kind::Roster {
            let writing = Writing { app, laws, scope, source, extent, fingerprint };
            let (act, report) = writing.write(permit, progress).await?;
            return Ok((act, report, Vec::new()));
        }
        if source.plan.kind == Kind::Handover {
            let writing = handed::Writing { app, actor, scope, source, extent, fingerprint };
            let (act, report) = writing.write(permit, progress).await?;
            return Ok((act, report, Vec::new()));
        }
        let writing = list_run::Writing { app, laws, actor, scope, source, fingerprint };
        writing.write(permit, progress).await
    }
}

/// Reads a file of any kind and decides on every row; writes nothing.
///
/// # Errors
/// When the file cannot be read to its end, or the run is stopped.
pub async fn check_any(
    app: &Shared,
    (actor, scope): (&Actor, &kernel::Scope),
    source: &Source,
    progress: &Progress,
) -> Result<Report, Problem> {
    match source.plan.kind {
        Kind::Roster => run::check(app, scope, source, progress).await,
        Kind::Handover => handed::check(app, (actor, scope), source, progress).await,
        _ => list_run::check(app, (actor, scope), source, progress).await,
    }
}

/// What the auditor reads of an import.
#[must_use]
pub fn detail(name: &str, checksum: &str, report: &Report) -> String {
    let counts = &report.counts;
    format!(
        "“{name}” sha256:{checksum} 新增{} 更新{} 不变{} 重复{} 有错误{}",
        counts.new, counts.updated, counts.unchanged, counts.duplicates, counts.faulty
    )
}

/// A file that is being worked on, laid out for reading.
pub struct Opened {
    pub source: Source,
    _kept: tempfile::NamedTempFile,
}

/// Lays a kept file out for reading, as its plan says.
///
/// # Errors
/// When the file is no longer kept.
pub async fn open_file(app: &Shared, import: &Import) -> Result<Opened, Problem> {
    let kept = files::fetch(&app.db, import.id).await?;
    let scope = kernel::Scope::below(&import.org);
    let places = places::Places::load(&mut app.db.clone(), &scope).await?;
    let source = Source {
        path: Arc::from(kept.path()),
        name: import.file_name.clone(),
        plan: Arc::new(import.plan.clone().unwrap_or_default()),
        places: Arc::new(places),
        today: app.today(),
    };
    Ok(Opened { source, _kept: kept })
}

//! 导入导出：名册进来先认列、再试算、经确认才写入；清单按需导出，写明给谁、作何用。
//!
//! Owns: `imports`, `import_files`, `import_lines`, `import_mappings`.
//! Uses: `orgs`, `people`, `policies`, `registry`.

pub mod columns;
pub mod decide;
pub mod errors_book;
pub mod faults;
pub mod feed;
pub mod files;
pub mod lines;
mod numbers;
pub mod places;
pub mod plan;
pub mod reading;
pub mod report;
pub mod rows;
pub mod run;
pub mod state;
pub mod store;
pub mod titles;
mod whole;
pub mod words;
pub mod work;

use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Actor, Problem};

use crate::deeds;
use crate::web::{Handed, Shared};
use reading::Source;
use report::Report;
use run::{Extent, Progress, Writing};
use state::State;
use store::{Import, NewImport};

/// Files and what was told of their rows are kept for so many days.
pub const KEPT_DAYS: i64 = 30;

/// Takes a file in: it is kept, and looked at beside. A repeated request leads to the same import.
///
/// # Errors
/// [`Problem::Repeat`] with where the first request led.
pub async fn receive(
    app: &Shared,
    actor: &Actor,
    file: Handed,
    outcome: impl FnOnce(i64) -> String,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_IMPORT)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let new = NewImport {
        org: &actor.org,
        file_name: &file.name,
        n_bytes: file.n_bytes,
        checksum: &file.checksum,
        state: State::Reading,
        counts: report::Counts::default(),
        extent: Extent::default(),
    };
    let id = store::insert(&mut act, &new).await?;
    files::keep(&mut act, id, file.path()).await?;
    act.put(store::forget(days_before(app.today(), KEPT_DAYS))).await?;
    let detail = format!("收到“{}” sha256:{}", file.name, file.checksum);
    act.commit_noting(&format!("import/{id}"), &outcome(id), &detail).await?;
    Ok(id)
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

/// A file of the operator's that was checked and is to be written.
pub struct Direct<'a> {
    pub actor: Actor,
    pub source: &'a Source,
    pub extent: Extent,
    pub checked: &'a Report,
    /// Size and checksum.
    pub file: (u64, String),
}

/// Writes a checked file at once; answers the number of the import.
///
/// # Errors
/// A refusal when the registry has changed since the check.
pub async fn direct(app: &Shared, order: &Direct<'_>, progress: &Progress) -> Result<i64, Problem> {
    let writing = Writing {
        app,
        laws: app.laws().await?,
        scope: order.actor.scope(),
        source: order.source,
        extent: order.extent,
        fingerprint: &order.checked.fingerprint(),
    };
    let permit = order.actor.permit(deeds::PEOPLE_IMPORT)?;
    let (mut act, report) = writing.write(permit, progress).await?;
    let new = NewImport {
        org: &order.actor.org,
        file_name: &order.source.name,
        n_bytes: order.file.0,
        checksum: &order.file.1,
        state: State::Done,
        counts: report.counts.clone(),
        extent: order.extent,
    };
    let id = store::insert(&mut act, &new).await?;
    let detail = detail(&order.source.name, &order.file.1, &report);
    act.commit_noting(&format!("import/{id}"), "", &detail).await?;
    Ok(id)
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
pub async fn open(app: &Shared, import: &Import) -> Result<Opened, Problem> {
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

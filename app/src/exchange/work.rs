//! What is done without anybody waiting: looking at a file, checking it, writing it. Each step is
//! held under a lease, so that a process that dies leaves nothing half done and somebody is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::{Actor, Db, FieldError, Problem, Scope};
use tokio::task::JoinHandle;

use super::kinds::Kind;
use super::plan::{Choice, Plan, Wrong, look};
use super::run::{Extent, Progress, unreadable};
use super::state::State;
use super::store::{self, Claim, Import};
use super::{Whole, check_any, detail, files, lines, open_file};
use crate::deeds;
use crate::people::Caller;
use crate::web::Shared;

/// A step that says nothing for so many seconds is taken for dead.
pub(super) const LEASE: i64 = 60;
/// On SQLite nobody else can write while an import is written, so it cannot say anything then.
const LONG_LEASE: i64 = 900;
/// So long a request waits for a short step to end, so that its answer is on the next page.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How far the steps of this process are; others see what the database says.
static LIVE: Mutex<BTreeMap<i64, Arc<Progress>>> = Mutex::new(BTreeMap::new());

/// How many rows of an import are done, as far as this process knows.
#[must_use]
pub fn n_done(import: &Import) -> i64 {
    let live = LIVE.lock().ok().and_then(|live| live.get(&import.id).map(|one| one.n_done()));
    live.and_then(|n| i64::try_from(n).ok()).unwrap_or(import.n_done).max(import.n_done)
}

/// After a start on SQLite, which has one server: whatever was being worked on is not any more.
///
/// # Errors
/// Whatever the engine says.
pub async fn let_go(db: &Db) -> Result<(), Problem> {
    let before = if db.is_sqlite() { i64::MAX } else { db.clock().seconds() };
    Ok(store::let_go(db, before).await?)
}

/// A step that is held.
struct Step {
    app: Shared,
    id: i64,
    holder: i64,
    progress: Arc<Progress>,
}

impl Step {
    fn new(app: &Shared, id: i64, holder: i64) -> Self {
        let progress = Arc::new(Progress::default());
        if let Ok(mut live) = LIVE.lock() {
            live.insert(id, Arc::clone(&progress));
        }
        Self { app: app.clone(), id, holder, progress }
    }

    fn held(&self) -> (i64, i64) {
        (self.id, self.holder)
    }

    /// Says every second how far the step is, and stops it when somebody has cancelled it.
    fn keep_saying(&self) -> JoinHandle<()> {
        let (db, held, progress) = (self.app.db.clone(), self.held(), Arc::clone(&self.progress));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let n_done = i64::try_from(progress.n_done()).unwrap_or(i64::MAX);
                let until = db.clock().seconds() + LEASE;
                let said = store::beat(&db, held, (n_done, until)).await;
                match store::holds(&db, held.0, held.1).await {
                    Ok(true) if said.is_ok() => {}
                    Ok(false) => progress.stop(),
                    _ => tracing::warn!(import = held.0, "cannot say how far it is"),
                }
            }
        })
    }

    /// Runs the step, and tells what went wrong if anything did.
    async fn run(self, back_to: State, work: impl Future<Output = Result<(), Problem>>) {
        let saying = self.keep_saying();
        let done = work.await;
        saying.abort();
        if let Ok(mut live) = LIVE.lock() {
            live.remove(&self.id);
        }
        let Err(problem) = done else { return };
        let (state, says) = match &problem {
            Problem::Refused { code: "changed-since", .. } | Problem::Stale => (
                State::Mapped,
                "试算以后人员库有变动，为免出错没有写入；请重新试算、核对后再导入".into(),
            ),
            Problem::Refused { code: "unreadable" | "no-file", sentence } => {
                (State::Failed, sentence.clone())
            }
            Problem::Fault(cause) => {
                tracing::error!(cause = format!("{cause:#}"), "import");
                (back_to, format!("{problem}；没有写入任何数据"))
            }
            other => (back_to, other.to_string()),
        };
        if let Err(cause) = store::give_up(&self.app.db, self.held(), state, &says).await {
            tracing::error!(%cause, "import");
        }
    }
}

/// Waits a little for a step to end.
pub async fn wait(step: JoinHandle<()>) {
    let _ = tokio::time::timeout(PATIENCE, step).await;
}

/// Looks at the sheets and columns of a file that was handed in: number, organisation, name.
#[must_use]
pub fn read(
    (app, holder): (&Shared, i64),
    (id, org, name): (i64, String, String),
    (kind, batch): (Kind, i64),
) -> JoinHandle<()> {
    let step = Step::new(app, id, holder);
    tokio::spawn(async move {
        let (app, held) = (step.app.clone(), step.held());
        step.run(State::Failed, async {
            let plan = Plan { batch, ..plan(&app, (id, &org, name, kind)).await? };
            Ok(store::looked_at(&app.db, held, &plan).await?)
        })
        .await;
    })
}

async fn plan(
    app: &Shared,
    (id, org, name, kind): (i64, &str, String, Kind),
) -> Result<Plan, Problem> {
    let kept = files::fetch(&app.db, id).await?;
    let looked = tokio::task::spawn_blocking(move || look(kept.path(), &name, kind)).await;
    let mut plan = looked
        .map_err(|cause| anyhow::anyhow!("look: {cause}"))?
        .map_err(|cause| unreadable(&cause))?;
    if plan.sheets.is_empty() {
        let says = "没有找到有表头的工作表；第一行（或标题下面）应是列名，例如姓名、证件号码";
        return Err(Problem::refused("unreadable", says));
    }
    if let Some(known) = store::remembered(&app.db, org, &plan.titles()).await? {
        let known: Vec<String> = serde_json::from_str(&known).unwrap_or_default();
        let choices = known.iter().enumerate();
        let choices = choices.filter_map(|(at, code)| Some((at, Choice::parse(code)?)));
        plan.choose(&choices.collect(), "remembered");
    }
    Ok(plan)
}

/// Compares every row with the registry; nobody is written.
///
/// # Errors
/// Field problems when the columns cannot be as they were chosen; [`Problem::Stale`] when somebody
/// else went on meanwhile.
pub async fn begin_checking(
    app: &Shared,
    actor: &Actor,
    (import, plan): (&Import, Plan),
    caller: Caller,
) -> Result<JoinHandle<()>, Problem> {
    let permit = actor.permit(deeds::PEOPLE_IMPORT)?;
    actor.may(import.kind.deed())?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let wrong: Vec<FieldError> = plan.wrong().iter().map(field_error).collect();
    if !wrong.is_empty() {
        return Err(Problem::Invalid(wrong));
    }
    let claim = claim(app, import, State::Checking).await?;
    let open = matches!(import.state, State::Mapped | State::Checked);
    if !open || !store::claim_in(&mut act, claim, Extent::default()).await? {
        return Err(Problem::Stale);
    }
    store::choose(&mut act, import.id, &plan).await?;
    let choices: Vec<&str> = plan.columns.iter().map(|column| column.choice.as_str()).collect();
    let titles = plan.titles();
    store::remember(&mut act, (&import.org, &titles), &store::json(&choices)?).await?;
    let told = super::told(import.id, State::Checking);
    let outcome = caller.outcome(&super::path(import.id), &told);
    act.commit_noting(&super::subject(import.id), &outcome, "核对列，开始试算").await?;
    let step = Step::new(app, import.id, claim.holder);
    let (import, actor) = (Import { plan: Some(plan), ..import.clone() }, actor.clone());
    Ok(tokio::spawn(async move {
        let (app, held) = (step.app.clone(), step.held());
        let progress = Arc::clone(&step.progress);
        step.run(State::Mapped, async {
            let opened = open_file(&app, &import).await?;
            let scope = Scope::below(&import.org);
            let whose = (&actor, &scope);
            let report = check_any(&app, whose, &opened.source, &progress).await?;
            let mut queries = lines::kept(&app.db, import.id, &report)?;
            queries.push(store::checked(held, &report.counts, &report.fingerprint())?);
            Ok(app.db.housekeep(queries).await?)
        })
        .await;
    }))
}

fn field_error(wrong: &Wrong) -> FieldError {
    FieldError { field: format!("column-{}", wrong.at), message: wrong.says.clone() }
}

async fn claim(app: &Shared, import: &Import, to: State) -> Result<Claim, Problem> {
    let long = to == State::Importing && app.db.is_sqlite();
    let lease = if long { LONG_LEASE } else { LEASE };
    Ok(Claim {
        id: import.id,
        version: import.version,
        from: import.state,
        to,
        holder: app.db.number().await?,
        until: app.db.clock().seconds() + lease,
    })
}

/// Writes what was checked, in one act. `None` when it is written or being written already.
///
/// # Errors
/// A refusal when there are faults and the correct rows alone were not asked for.
pub async fn begin_importing(
    app: &Shared,
    actor: &Actor,
    (import, version): (&Import, i64),
    extent: Extent,
) -> Result<Option<JoinHandle<()>>, Problem> {
    let mut actor = actor.clone();
    // The act is done once because of the import's state, and may be tried again after a failure.
    actor.key = None;
    let permit = actor.permit(deeds::PEOPLE_IMPORT)?;
    actor.may(import.kind.deed())?;
    if matches!(import.state, State::Importing | State::Done | State::Undone) {
        return Ok(None);
    }
    if import.state != State::Checked || import.version != version {
        return Err(Problem::Stale);
    }
    if import.counts.faulty > 0 && !extent.only_correct {
        let says = format!(
            "有 {} 行有错误，不能全部导入；请改正后重新上传，或选择只导入正确的行",
            import.counts.faulty
        );
        return Err(Problem::refused("has-errors", says));
    }
    let claim = claim(app, import, State::Importing).await?;
    if !store::claim(&app.db, claim, extent).await? {
        return Ok(None);
    }
    let step = Step::new(app, import.id, claim.holder);
    let import = import.clone();
    Ok(Some(tokio::spawn(async move {
        let (app, held) = (step.app.clone(), step.held());
        let progress = Arc::clone(&step.progress);
        step.run(State::Checked, async {
            let opened = open_file(&app, &import).await?;
            let whole = Whole {
                app: &app,
                actor: &actor,
                scope: Scope::below(&import.org),
                source: &opened.source,
                extent,
                fingerprint: Some(&import.fingerprint),
            };
            let (mut act, report, former) = whole.write(permit, &progress).await?;
            act.put(lines::former(app.db.vault(), import.id, &former)?).await?;
            if !store::done(&mut act, held, &report.counts).await? {
                return Err(Problem::refused("stopped", "已取消，没有写入任何数据"));
            }
            let detail = detail(&import.file_name, &import.checksum, &report);
            let outcome = format!("/imports/{}", import.id);
            act.commit_noting(&format!("import/{}", import.id), &outcome, &detail).await
        })
        .await;
    })))
}

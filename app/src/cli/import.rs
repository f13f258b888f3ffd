//! `import roster`: a workbook into the registry, for whoever has the machine itself.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use kernel::{Actor, Problem, Scope};
use sheets::SheetError;

use super::Place;
use super::accounts::Told;
use super::setup::prepare;
use crate::accounts::posts;
use crate::exchange::files::digest_of;
use crate::exchange::kinds::Kind;
use crate::exchange::pieces::Source;
use crate::exchange::places::Places;
use crate::exchange::plan::{Plan, look};
use crate::exchange::report::Report;
use crate::exchange::run::{Extent, Progress};
use crate::exchange::{Direct, check_any, direct};
use crate::exchange::{amend, errors_book, feed};
use crate::state::App;
use crate::web::Shared;

#[derive(clap::Subcommand)]
pub enum Import {
    /// 导入退休人员名册（.xlsx、.xls、.ods、.csv，或存成 .xls 的网页）
    Roster(Wish),
    /// 导入退休人员的亲属和联系人
    Relatives(Wish),
    /// 导入纸质走访记录
    Visits(Wish),
    /// 导入电话变更
    Phones(Wish),
    /// 与其他部门的特殊群体名单比对，补标记
    Special(Wish),
    /// 登记和更新企业名录
    Enterprises(Wish),
    /// 登记库房里已有的人事档案（要写明 --org 保管机构）
    Archives(Wish),
    /// 把移交名册放进一个移交批次，等待审核（要写明 --batch）
    Handover(Wish),
}

impl Import {
    fn parts(&self) -> (Kind, &Wish) {
        match self {
            Self::Roster(wish) => (Kind::Roster, wish),
            Self::Relatives(wish) => (Kind::Relatives, wish),
            Self::Visits(wish) => (Kind::Visits, wish),
            Self::Phones(wish) => (Kind::Phones, wish),
            Self::Special(wish) => (Kind::Special, wish),
            Self::Enterprises(wish) => (Kind::Enterprises, wish),
            Self::Handover(wish) => (Kind::Handover, wish),
            Self::Archives(wish) => (Kind::Archives, wish),
        }
    }
}

#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 表格文件（.xlsx、.xls、.ods、.csv，或另存为 .xls 的网页）
    pub file: PathBuf,
    /// 只导入到这个机构以内；是社区的，没有写明社区的行都归入它
    #[arg(long, default_value = "")]
    pub org: String,
    /// 只试算，不写入
    #[arg(long)]
    pub dry_run: bool,
    /// 比对的名单是哪一类特殊群体（代码，如 disabled），没有写明群体的行按此
    #[arg(long, default_value = "")]
    pub mark: String,
    /// 移交名册放进哪个批次（批次页面地址中的编号）
    #[arg(long, default_value_t = 0)]
    pub batch: i64,
    /// 有错误时只导入正确的行
    #[arg(long)]
    pub only_correct: bool,
    /// 疑似已登记的人（同姓名、同出生日期、不同号码）也导入：已核对不是同一人
    #[arg(long)]
    pub with_alike: bool,
    /// 把错误标在原表的副本里（.xlsx 和 .csv），或把有错误的行写成 .xlsx；改好后可以直接再导入
    #[arg(long)]
    pub errors: Option<PathBuf>,
    /// 在标准输出给出一个 JSON
    #[arg(long)]
    pub json: bool,
}

/// A file that is to be imported, laid out.
struct Laid {
    source: Source,
    scope: Scope,
}

pub async fn import(place: &Place, command: &Import) -> anyhow::Result<ExitCode> {
    let (kind, wish) = command.parts();
    let db = place.open_existing()?;
    prepare(&db).await?;
    let app = App::new(db, None)?;
    match list(&app, (kind, wish)).await {
        Ok(code) => Ok(code),
        Err(problem) => {
            let told = if wish.json { Told::Json } else { Told::Lines };
            super::tell(&problem, told);
            Ok(ExitCode::from(1))
        }
    }
}

async fn list(app: &Shared, (kind, wish): (Kind, &Wish)) -> Result<ExitCode, Problem> {
    let laid = lay(app, (kind, wish)).await?;
    let progress = Progress::default();
    let (id, report) = if wish.dry_run {
        eprintln!("正在试算…");
        let whose = (&operator(wish), &laid.scope);
        (None, told(&progress, check_any(app, whose, &laid.source, &progress)).await?)
    } else {
        eprintln!("正在核对，正在写入…");
        let order = order(wish, &laid)?;
        told(&progress, direct(app, &order, &progress)).await?
    };
    let counts = &report.counts;
    eprintln!(
        "共 {} 行：新增 {}，更新 {}，不变 {}，重复或疑似重复 {}，有错误 {}",
        counts.rows, counts.new, counts.updated, counts.unchanged, counts.duplicates, counts.faulty
    );
    if kind.compares() {
        eprintln!("名单上有、不在册 {}；登记有标记、名单上没有 {}", counts.absent, counts.missing);
    }
    for (sheet, why) in laid.source.plan.unread() {
        eprintln!("工作表“{sheet}”没有读取：{why}");
    }
    if let Some(path) = &wish.errors {
        write_errors(&laid.source, &report, path)?;
    }
    match id {
        Some(id) => eprintln!("已写入（导入编号 {id}）。"),
        None if wish.dry_run => {}
        None if report.is_refused(extent(wish)) => {
            eprintln!("有错误，没有写入。改正后重新导入，或加 --only-correct 只导入正确的行。");
        }
        None => eprintln!("没有需要写入的内容。"),
    }
    if wish.json {
        println!("{}", report.json(&laid.source.plan));
    } else {
        for fault in report.faults.iter().take(50) {
            let (sheet, row, column) = (&fault.sheet, fault.row, &fault.column);
            eprintln!("{sheet}!{column}{row} {}（{}）", fault.message, fault.code);
        }
    }
    let sound = counts.faulty == 0 || (wish.only_correct && !wish.dry_run);
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn lay(app: &Shared, (kind, wish): (Kind, &Wish)) -> Result<Laid, Problem> {
    let operator = operator(wish);
    let (path, name) = named(&wish.file);
    let looked = {
        let (path, name) = (Arc::clone(&path), name.clone());
        tokio::task::spawn_blocking(move || look(&path, &name, kind)).await
    };
    let looked: Result<Plan, SheetError> =
        looked.map_err(|cause| anyhow::anyhow!("look: {cause}"))?;
    let mut plan = looked.map_err(|cause| crate::exchange::run::unreadable(&cause))?;
    wish.org.clone_into(&mut plan.station);
    if !wish.mark.is_empty() {
        wish.mark.clone_into(&mut plan.mark);
    }
    plan.batch = wish.batch;
    if let Some(wrong) = plan.wrong().first() {
        return Err(Problem::refused("mapping", wrong.says.clone()));
    }
    let scope = operator.scope();
    let places = Places::load(&mut app.db.clone(), &scope).await?;
    if places.all().next().is_none() {
        let says = "这个机构之内没有社区站，请先导入机构，或核对 --org 的代码";
        return Err(Problem::refused("no-station", says));
    }
    let source =
        Source { path, name, plan: Arc::new(plan), places: Arc::new(places), today: app.today() };
    Ok(Laid { source, scope })
}

/// The operator at the machine, in the organisation that was named.
fn operator(wish: &Wish) -> Actor {
    let mut operator = Actor::operator(posts::operator());
    wish.org.clone_into(&mut operator.org);
    operator
}

fn named(file: &Path) -> (Arc<Path>, String) {
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    (Arc::from(file), name)
}

fn extent(wish: &Wish) -> Extent {
    Extent { only_correct: wish.only_correct, with_alike: wish.with_alike }
}

fn order<'a>(wish: &Wish, laid: &'a Laid) -> Result<Direct<'a>, Problem> {
    Ok(Direct {
        actor: operator(wish),
        source: &laid.source,
        extent: extent(wish),
        file: digest_of(&wish.file)?,
    })
}

/// Tells the progress of a run on standard error while it goes on.
async fn told<T>(
    progress: &Progress,
    run: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let mut run = std::pin::pin!(run);
    loop {
        tokio::select! {
            done = &mut run => return done,
            () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {
                eprintln!("已处理 {} 行", progress.n_done());
            }
        }
    }
}

fn write_errors(source: &Source, report: &Report, path: &Path) -> Result<(), Problem> {
    let is_book = path.extension().is_none_or(|end| !end.eq_ignore_ascii_case("csv"));
    let wanted = if is_book { errors_book::Form::Workbook } else { errors_book::Form::Csv };
    let written = errors_book::write_as(source, &report.faults, (path, wanted));
    let form = written.map_err(|cause| crate::exchange::run::unreadable(&cause))?;
    eprintln!("错误已写到 {}", path.display());
    if form == errors_book::Form::Workbook && !is_book {
        eprintln!("它是 .xlsx 工作簿：送来的不是 CSV。请改一改文件名的后缀。");
    }
    Ok(())
}

/// Reads a file for another process of this program, under limits of its own.
///
/// # Errors
/// When nobody listens any more.
pub fn read_sheet(path: &Path, name: &str, n_rows: &str) -> anyhow::Result<ExitCode> {
    let wish = n_rows.parse().map_or(feed::Wish::Everything, feed::Wish::Beginning);
    feed::serve(path, name, wish)?;
    Ok(ExitCode::SUCCESS)
}

/// Changes a file for another process of this program, under limits of its own.
///
/// # Errors
/// When nobody listens any more.
pub fn edit_sheet(from: &Path, to: &Path) -> anyhow::Result<ExitCode> {
    amend::serve(from, to)?;
    Ok(ExitCode::SUCCESS)
}

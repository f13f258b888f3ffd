//! `export people|visits|duties|…`: a list as a file, by the same act as on its page.

use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use kernel::{Actor, Problem};
use rules::identity::Mask;

use super::Place;
use super::accounts::Told;
use super::handover::files::{Beside, create_private};
use crate::accounts::{posts, store};
use crate::exchange::export::{self, Caller, Course, Export, Made};
use crate::exchange::export_lists::List;
use crate::exchange::export_order::Order;
use crate::web::Shared;

fn masks() -> PossibleValuesParser {
    PossibleValuesParser::new(Mask::ALL.iter().map(|mask| mask.code()))
}

/// A list to be taken out.
#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 名单：people 退休人员，visits 走访台账，duties 应办事项，archives 人事档案，cards 联系卡，
    /// letters 组织关系介绍信，handed 移交人员，
    /// batches 移交批次和协议，moves 社区间转移
    #[arg(value_parser = PossibleValuesParser::new(List::ALL.iter().map(|list| list.code())))]
    list: String,
    /// 写到哪个文件，按后缀定格式：.xlsx 或 .csv；已有的同名文件被替换
    file: PathBuf,
    /// 用途，2 至 100 个字
    #[arg(long, required_unless_present = "profile")]
    purpose: Option<String>,
    /// 接收方，2 至 100 个字
    #[arg(long, required_unless_present = "profile")]
    recipient: Option<String>,
    /// 只导出这个机构及下级的
    #[arg(long)]
    org: Option<String>,
    /// 条件，与名单页地址中的相同，可写多个，例如 status=all、away=elsewhere、state=overdue
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    condition: Vec<(String, String)>,
    /// 列的代码或名称，按所写的次序，可写多个；不写的用常用的列
    #[arg(long)]
    column: Vec<String>,
    /// 证件号码怎样显示，不写的只留前三位和末四位；none 为完整号码
    #[arg(long, value_parser = masks())]
    mask: Option<String>,
    /// 电话怎样显示，不写的与证件号码相同
    #[arg(long, value_parser = masks())]
    phone_mask: Option<String>,
    /// 导出完整号码的原因
    #[arg(long)]
    reason: Option<String>,
    /// CSV 用 GB 18030 编码，供只认国标编码的旧系统使用
    #[arg(long)]
    gb18030: bool,
    /// 用这个名称的常用格式；另外写的以写的为准
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// 以这个账号的岗位、范围和次数导出；不写的是本机操作员
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// 超过这么多行就不导出
    #[arg(long, value_name = "N")]
    at_most: Option<u64>,
    /// 在标准输出给出一个 JSON
    #[arg(long)]
    json: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("请写成“名称=值”，例如 status=all".to_owned()),
    }
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be opened.
pub async fn export(place: &Place, wish: &Wish) -> anyhow::Result<ExitCode> {
    let app = super::duties::open(place).await?;
    match taken(&app, wish).await {
        Ok((export, n_bytes)) => {
            let file = wish.file.display().to_string();
            eprintln!("已写出 {} 行：{file}（导出编号 {}）", export.n_rows, export.id);
            if wish.json {
                let mut told = export::told(&export);
                told["file"] = file.into();
                told["n_bytes"] = n_bytes.into();
                println!("{told}");
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(problem) => {
            let told = if wish.json { Told::Json } else { Told::Lines };
            super::tell(&problem, told);
            Ok(ExitCode::from(1))
        }
    }
}

async fn taken(app: &Shared, wish: &Wish) -> Result<(Export, u64), Problem> {
    let order = order(wish)?;
    let actor = actor(app, wish).await?;
    let asked = order.wish(app, &actor).await?;
    let course = Arc::new(wish.at_most.map_or_else(Course::default, Course::of_at_most));
    // Whether there is room for the file is known before it is made: it is given only once.
    let beside = Beside::new(&wish.file)?;
    let to = create_private(beside.path()).map_err(|cause| unwritten(&wish.file, &cause))?;
    let making = export::export_on(app, &actor, &asked, Caller::Api, &course);
    let (export, made) = told(&course, making).await?;
    let n_bytes = made.n_bytes;
    let path = wish.file.clone();
    let put = tokio::task::spawn_blocking(move || put(made, to, (&beside, &path)));
    let put = put.await.map_err(anyhow::Error::from)?;
    put.map_err(|cause| unwritten(&wish.file, &cause))?;
    Ok((export, n_bytes))
}

/// Writes the file beside its place and puts it there when it is whole.
fn put(made: Made, to: std::fs::File, (beside, path): (&Beside, &Path)) -> std::io::Result<()> {
    let mut to = BufWriter::new(to);
    made.copy(&mut to)?;
    to.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    beside.becomes(path)
}

fn unwritten(path: &Path, cause: &std::io::Error) -> Problem {
    let says = format!("不能写到 {}，请核对文件夹和剩余空间（{cause}）", path.display());
    Problem::refused("unwritable", says)
}

fn order(wish: &Wish) -> Result<Order, Problem> {
    let format = match wish.file.extension().map(|end| end.to_ascii_lowercase()) {
        Some(end) if end == "xlsx" && wish.gb18030 => {
            return Err(Problem::field("format", "--gb18030 只用于 .csv，请改一改文件名的后缀"));
        }
        Some(end) if end == "xlsx" => "xlsx",
        Some(end) if end == "csv" && wish.gb18030 => "csv-gb18030",
        Some(end) if end == "csv" => "csv",
        _ => return Err(Problem::field("format", "文件名的后缀请用 .xlsx 或 .csv")),
    };
    let numbers = [("mask", &wish.mask), ("phone_mask", &wish.phone_mask)];
    if wish.list != "people" && numbers.iter().any(|(_, mask)| mask.is_some()) {
        let says = "这份名单没有证件号码和电话，请去掉 --mask 和 --phone-mask";
        return Err(Problem::field("mask", says));
    }
    let words =
        [("purpose", &wish.purpose), ("recipient", &wish.recipient), ("reason", &wish.reason)];
    let texts = numbers.into_iter().chain(words);
    let texts = texts.filter_map(|(name, text)| Some((name, text.clone()?)));
    let org = wish.org.iter().map(|code| ("org".to_owned(), code.clone()));
    Ok(Order {
        list: wish.list.clone(),
        profile: wish.profile.clone(),
        texts: texts.chain([("format", format.to_owned())]).collect(),
        conditions: org.chain(wish.condition.iter().cloned()).collect(),
        columns: wish.column.clone(),
    })
}

/// The operator in the name of an account, or of the organisation that is named or stands above
/// all: whoever may read the record of its exports sees this one too.
async fn actor(app: &Shared, wish: &Wish) -> Result<Actor, Problem> {
    if let Some(name) = &wish.account {
        let found = store::who_has(&app.db, name).await?;
        let mut actor = found.ok_or_else(|| {
            Problem::field("account", format!("没有可用的账号“{name}”，请用 account list 核对"))
        })?;
        actor.name = format!("{}（本机操作员代）", actor.name);
        "local".clone_into(&mut actor.address);
        return Ok(actor);
    }
    let mut operator = Actor::operator(posts::operator());
    if let Some(code) = &wish.org {
        operator.org.clone_from(code);
        return Ok(operator);
    }
    let mut tops: Vec<String> =
        store::setup::tops(&app.db).await?.into_iter().map(|top| top.code).collect();
    tops.dedup();
    if let [top] = &mut tops[..] {
        operator.org = std::mem::take(top);
    }
    Ok(operator)
}

/// Tells on standard error how far an export has come.
async fn told<T>(
    course: &Course,
    making: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let mut making = std::pin::pin!(making);
    let mut n_told = 0;
    loop {
        tokio::select! {
            done = &mut making => return done,
            () = tokio::time::sleep(Duration::from_secs(1)) => {
                let n_done = course.n_done();
                if n_done > n_told {
                    eprintln!("已写 {n_done} 行");
                    n_told = n_done;
                }
            }
        }
    }
}

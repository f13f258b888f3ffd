//! The commands that scripts rely on. Exit 0 done, 1 refused or faults found, 2 usage.

mod accounts;
pub mod backup;
pub mod compute;
pub mod demo;
mod duties;
mod export;
pub mod generate;
pub mod handover;
mod import;
pub mod law;
mod matching;
pub mod people;
mod recode;
mod routes;
mod serve;
pub mod setup;
pub mod what_if;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::civil::Date;
use kernel::vault::Vault;
use kernel::{Clock, Db, Problem};

use crate::accounts::admin::Use;

/// 松鹤：企业退休人员社会化管理服务平台
#[derive(Parser)]
#[command(name = "songhe", version)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the data are, and which day it is.
#[derive(clap::Args, Clone, Debug)]
pub struct Place {
    /// 数据库地址：sqlite:文件 或 postgres://…
    #[arg(long, global = true, env = "SONGHE_DATABASE", default_value = "sqlite:songhe.db")]
    pub database: String,
    /// 密钥文件（默认在数据库文件旁，名为 songhe.key）
    #[arg(long, global = true, env = "SONGHE_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// 把今天当作这一天（用于演示、测试和推演）
    #[arg(long, global = true)]
    pub today: Option<Date>,
}

#[derive(Subcommand)]
enum Command {
    /// 建立新数据库，给出设立首批管理员的一次性代码
    Init,
    /// 把数据库结构升级到最新
    Migrate {
        /// 只检查，不升级；需要升级时退出码为 1
        #[arg(long)]
        check: bool,
    },
    /// 演示：临时数据库、虚构的区和人员、每个岗位一个账号
    Demo(demo::Wish),
    /// 生成虚构数据：机构、企业、名册、经历、死亡名单及其实情
    Generate(generate::Wish),
    /// 机构
    Orgs {
        #[command(subcommand)]
        command: OrgsCommand,
    },
    /// 账号
    Account {
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// 给账号一个接口令牌（只显示这一次）
    Token { name: String },
    /// 备份到一个文件；试恢复并核验通过才算数，服务不用停
    Backup { file: PathBuf },
    /// 从备份恢复；备份先在临时位置试恢复并核验
    Restore(backup::restore::Wish),
    /// 核验数据库文件、审计链和密钥；有损坏或改动时退出码为 1
    Verify(setup::Extent),
    /// 全部数据写成 CSV，连同结构和校验值：移交其他系统，或从 SQLite 换到 PostgreSQL
    ExportAll(handover::Wish),
    /// 把 export-all 写出的数据导入空数据库
    ImportAll { dir: PathBuf },
    /// 应办事项：列出、核对、重新推出
    #[command(subcommand)]
    Duties(duties::Duties),
    /// 政策依据：规则和标准，连同原文
    Law {
        #[command(subcommand)]
        command: law::Wish,
    },
    /// 按规定计算：期限、退休年龄、遗属待遇
    Compute {
        #[command(subcommand)]
        command: compute::Wish,
    },
    /// 检查
    Check {
        #[command(subcommand)]
        command: compute::Check,
    },
    /// 导入
    #[command(subcommand)]
    Import(import::Import),
    /// 外来名单（死亡、就医、丧葬……）与人员库比对：哪一行是谁，有多大把握，凭什么
    Match(matching::Wish),
    /// 导出名单；次数、权限、记录、审计与页面相同
    Export(export::Wish),
    /// 替另一个进程读一个收到的文件
    #[command(name = "__read-sheet", hide = true)]
    ReadSheet { path: PathBuf, name: String, n_rows: String },
    /// 替另一个进程改一个收到的文件
    #[command(name = "__edit-sheet", hide = true)]
    EditSheet { from: PathBuf, to: PathBuf },
    /// 列出全部路由：方法、路径、种类、所需权限
    Routes {
        /// 输出 JSON（总是如此，写明以便脚本阅读）
        #[arg(long)]
        json: bool,
    },
    /// 启动服务：页面、接口、健康检查
    Serve {
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        /// 前置代理的地址，可写多个；只有本机和这里的代理说的来源地址才算数
        #[arg(long)]
        proxy: Vec<std::net::IpAddr>,
    },
}

#[derive(Subcommand)]
enum OrgsCommand {
    /// 从 CSV 或 xlsx（code,name,level,parent）导入机构
    Import { file: PathBuf },
    /// 按对照表（CSV：现用代码,新代码，第一行为列名）变更代码；人员和记录跟随，全部成功才写入
    Recode {
        file: PathBuf,
        /// 依据的文件，记入沿革
        #[arg(long)]
        document: String,
        /// 只核对，不写入
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand)]
enum AccountCommand {
    /// 新建账号，并给出首次密码
    Add(people::Wish),
    /// 列出账号：账号、岗位、机构代码、状态
    List {
        /// 只列这个区划代码及下级的
        #[arg(long, default_value = "")]
        org: String,
        #[arg(long)]
        json: bool,
    },
    /// 停用账号：会话和接口令牌立即失效
    Disable { name: String },
    /// 启用已停用的账号
    Enable { name: String },
    /// 重置密码，给出新的首次密码；三员忘记密码时也用它
    Password { name: String },
}

/// Whether a database was named on the command line itself: what is only in the environment is
/// the house's own, and no demo writes into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    Named,
    Not,
}

impl Given {
    fn of(asked: &ArgMatches) -> Self {
        let command = asked.subcommand().map(|(_, command)| command);
        let is_named = |of: &ArgMatches| {
            of.value_source("database").is_some_and(|from| from == ValueSource::CommandLine)
        };
        if is_named(asked) || command.is_some_and(is_named) { Self::Named } else { Self::Not }
    }
}

impl Place {
    /// Opens the database with its keys.
    ///
    /// # Errors
    /// When the address or the key file is not usable.
    pub fn open(&self) -> anyhow::Result<Db> {
        let vault = Vault::load_or_make(&self.keys_at())?;
        Ok(Db::open(&self.database, vault, self.clock())?)
    }

    /// As [`Place::open`], and never makes a database or a key file by the way.
    ///
    /// # Errors
    /// When there is no such database or key file.
    pub fn open_existing(&self) -> anyhow::Result<Db> {
        if let Some(file) = self.sqlite_file().filter(|file| !file.exists()) {
            anyhow::bail!("没有数据库文件 {}，请用 --database 指定", file.display());
        }
        Ok(Db::open(&self.database, self.vault()?, self.clock())?)
    }

    /// The keys of a database that was made before.
    ///
    /// # Errors
    /// When there is no key file: a new one would not fit.
    pub fn vault(&self) -> anyhow::Result<Vault> {
        let path = self.keys_at();
        if !path.exists() {
            anyhow::bail!(
                "没有密钥文件 {}：请把原来的密钥文件放在那里，或用 --key-file 指定",
                path.display()
            );
        }
        Ok(Vault::load_or_make(&path)?)
    }

    /// The day that was given, or the real one.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.today.map_or_else(Clock::default, Clock::fixed)
    }

    fn keys_at(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.beside("songhe.key"))
    }

    /// The file of an SQLite database.
    fn sqlite_file(&self) -> Option<PathBuf> {
        let path = self.database.strip_prefix("sqlite:")?;
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }

    /// A file beside the SQLite file, or in the current folder.
    fn beside(&self, name: &str) -> PathBuf {
        let path = self.sqlite_file().unwrap_or_default();
        path.parent().map_or_else(|| PathBuf::from(name), |dir| dir.join(name))
    }
}

/// Runs the command of the command line.
pub fn main() -> ExitCode {
    if let Ok(program) = std::env::current_exe() {
        crate::exchange::feed::read_beside(program);
    }
    let asked = Cli::command().get_matches();
    let given = Given::of(&asked);
    let cli = Cli::from_arg_matches(&asked).unwrap_or_else(|cause| cause.exit());
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            eprintln!("无法启动：{cause}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(run(cli, given)) {
        Ok(code) => code,
        Err(cause) => {
            eprintln!("{cause}");
            ExitCode::from(1)
        }
    }
}

async fn run(cli: Cli, given: Given) -> anyhow::Result<ExitCode> {
    let place = cli.place;
    match cli.command {
        Command::Init => setup::init(&place).await,
        Command::Migrate { check } => {
            let wish = if check { setup::Wish::Check } else { setup::Wish::Upgrade };
            setup::migrate(&place, wish).await
        }
        Command::Orgs { command: OrgsCommand::Import { file } } => {
            people::import_orgs(&place, &file).await
        }
        Command::Orgs { command: OrgsCommand::Recode { file, document, dry_run } } => {
            let way = if dry_run { recode::Way::Check } else { recode::Way::Write };
            recode::recode(&place, &file, &document, way).await
        }
        Command::Account { command } => account(&place, command).await,
        Command::Token { name } => accounts::token(&place, &name).await,
        Command::Backup { file } => backup::backup(&place, &file).await,
        Command::Restore(wish) => backup::restore::restore(&place, &wish).await,
        Command::Verify(extent) => setup::verify(&place, &extent).await,
        Command::ExportAll(wish) => handover::export_all(&place, &wish).await,
        Command::ImportAll { dir } => handover::import_all(&place, &dir).await,
        Command::Generate(wish) => generate::generate(place.today, &wish),
        Command::Demo(wish) => demo::demo(&place, given, &wish).await,
        Command::Duties(command) => duties::run(&place, command).await,
        Command::Law { command } => law::law(&place, &command).await,
        Command::Compute { command } => compute::compute(&command),
        Command::Check { command: compute::Check::Id } => compute::check_ids(&place),
        Command::Import(command) => import::import(&place, &command).await,
        Command::Match(wish) => matching::run(&place, &wish).await,
        Command::Export(wish) => export::export(&place, &wish).await,
        Command::ReadSheet { path, name, n_rows } => import::read_sheet(&path, &name, &n_rows),
        Command::EditSheet { from, to } => import::edit_sheet(&from, &to),
        Command::Routes { json: _ } => Ok(routes::print()),
        Command::Serve { listen, proxy } => serve::serve(&place, &listen, proxy).await,
    }
}

/// Says why something was refused: on standard error, and as JSON where that is asked for.
fn tell(problem: &Problem, told: accounts::Told) {
    let fields: Vec<&str> = problem.fields().iter().map(|field| field.message.as_str()).collect();
    if fields.is_empty() {
        eprintln!("{problem}");
    } else {
        eprintln!("{}", fields.join("；"));
    }
    if let Problem::Fault(cause) = problem {
        tracing::error!("{cause:#}");
    }
    if told == accounts::Told::Json {
        let (code, message) = (problem.code(), problem.to_string());
        println!("{}", serde_json::json!({"code": code, "message": message, "fields": fields}));
    }
}

async fn account(place: &Place, command: AccountCommand) -> anyhow::Result<ExitCode> {
    match command {
        AccountCommand::Add(wish) => people::add(place, &wish).await,
        AccountCommand::List { org, json } => {
            let told = if json { accounts::Told::Json } else { accounts::Told::Lines };
            accounts::list(place, &org, told).await
        }
        AccountCommand::Disable { name } => accounts::set_use(place, &name, Use::Disabled).await,
        AccountCommand::Enable { name } => accounts::set_use(place, &name, Use::Enabled).await,
        AccountCommand::Password { name } => accounts::password(place, &name).await,
    }
}

//! `orgs import`, `account add`: what an empty database needs before it can be served.

use std::path::Path;
use std::process::ExitCode;

use kernel::{Actor, Problem};

use super::Place;
use super::setup::prepare;
use crate::accounts::{self, MustChange, NewAccount, passwords, posts};
use crate::exchange::orgs_list;
use crate::orgs;
use crate::orgs::import::{Bodies, carry_out};
use crate::{codes, deeds};

/// Kinds of bodies that a line without a kind opens, by level.
const USUAL_KINDS: &[(&str, &str)] = &[
    ("city", "office"),
    ("district", "office"),
    ("street", "center"),
    ("station", "station"),
    ("group", "group"),
];

/// An account to be made at the command line.
#[derive(clap::Args, Clone, Debug)]
pub struct Wish {
    /// 账号名
    pub name: String,
    /// 机构代码
    #[arg(long)]
    pub org: String,
    /// 岗位代码，例如 coordinator、street_clerk
    #[arg(long)]
    pub post: String,
    /// 机构种类（同级有多个机构时写明）：office、agency、administration、center、station
    #[arg(long)]
    pub kind: Option<String>,
}

/// Opens and renames organisations from a list; says every line that is wrong, and then writes
/// nothing.
///
/// # Errors
/// When the file cannot be read.
pub async fn import_orgs(place: &Place, file: &Path) -> anyhow::Result<ExitCode> {
    let db = place.open_existing()?;
    prepare(&db).await?;
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let entries = orgs_list::read(file, &name).map_err(in_words)?;
    let operator = Actor::operator(posts::operator());
    let told = carry_out(&db, &operator, &entries, Bodies::Office).await;
    let plan = told.map_err(in_words)?;
    for wrong in &plan.wrong {
        let (sheet, line, column) = (&wrong.sheet, wrong.line, wrong.column);
        eprintln!("{sheet} 第 {line} 行 {column}“{}”：{}", wrong.value, wrong.message);
    }
    if !plan.wrong.is_empty() {
        eprintln!("有 {} 行不能导入，什么都没有写入", plan.wrong.len());
        return Ok(ExitCode::from(1));
    }
    let (n_new, n_renamed) = (plan.n_new(), plan.n_renamed());
    eprintln!("新增 {n_new} 个，更名 {n_renamed} 个，不变 {} 个", plan.n_unchanged());
    Ok(ExitCode::SUCCESS)
}

pub(super) fn in_words(problem: Problem) -> anyhow::Error {
    match problem.fields().first() {
        Some(field) => anyhow::anyhow!("{}", field.message),
        None => anyhow::anyhow!("{problem}"),
    }
}

pub async fn add(place: &Place, wish: &Wish) -> anyhow::Result<ExitCode> {
    let db = place.open_existing()?;
    prepare(&db).await?;
    let level = codes::level_of(&wish.org).unwrap_or_default();
    let usual = codes::name_of(USUAL_KINDS, level);
    let kind = wish.kind.as_deref().unwrap_or(usual);
    let Some(org) = orgs::store::by_code(&mut db.clone(), &wish.org, kind).await? else {
        anyhow::bail!("没有代码为 {} 的机构（种类 {kind}），请先导入机构", wish.org);
    };
    let password = passwords::first_password()?;
    let operator = Actor::operator(posts::operator());
    let permit = operator.permit(deeds::ACCOUNTS_MAKE)?;
    let mut act = db.begin(permit, db.clock().today()).await?;
    let new = NewAccount {
        name: wish.name.clone(),
        person_name: wish.name.clone(),
        org: org.id,
        post: wish.post.clone(),
        hashed: accounts::hash_now(&password)?,
        must_change: MustChange::Yes,
    };
    let made = accounts::make(&mut act, &new).await;
    let id = made.map_err(|problem| super::accounts::in_words(&problem))?;
    act.commit_noting(&format!("account/{id}"), "", "新建账号").await?;
    println!("{password}");
    eprintln!("账号已建立，上面是首次密码，登录后须修改。");
    Ok(ExitCode::SUCCESS)
}

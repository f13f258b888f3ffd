//! `orgs import`, `account add`: what an empty database needs before it can be served.

use std::path::Path;
use std::process::ExitCode;

use kernel::{Actor, Db};

use super::Place;
use super::setup::prepare;
use crate::accounts::{self, MustChange, NewAccount, passwords, posts};
use crate::orgs::{self, NewOrg};
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

pub async fn import_orgs(place: &Place, file: &Path) -> anyhow::Result<ExitCode> {
    let db = place.open()?;
    prepare(&db).await?;
    let n_new = read_orgs(&db, &std::fs::read_to_string(file)?).await?;
    eprintln!("新增 {n_new} 个机构");
    Ok(ExitCode::SUCCESS)
}

/// Opens the organisations of a CSV text `code,name,level,parent`; those that are there stay.
/// Codes may be cut to their level or padded with zeros to twelve digits.
///
/// # Errors
/// The first line that cannot be right, by its number; nothing is written then.
pub async fn read_orgs(db: &Db, text: &str) -> anyhow::Result<usize> {
    let operator = Actor::operator(posts::operator());
    let today = db.clock().today();
    let mut act = db.begin(operator.permit(deeds::ORGS_CHANGE)?, today).await?;
    let mut n_new = 0;
    for (n, line) in text.trim_start_matches('\u{feff}').lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let [code, name, ..] = cells[..] else { continue };
        let code = cut(code);
        let at = || format!("第 {} 行", n + 1);
        let level = codes::level_of(&code)
            .ok_or_else(|| anyhow::anyhow!("{}：代码“{code}”位数不对", at()))?;
        let kind = codes::name_of(USUAL_KINDS, level).to_owned();
        if orgs::store::by_code(&mut act, &code, &kind).await?.is_some() {
            continue;
        }
        let parent = above(&mut act, &code).await?;
        let new = NewOrg { code, kind, level: level.to_owned(), parent, name: name.to_owned() };
        let opened = orgs::open(&mut act, &new, today).await;
        opened.map_err(|problem| anyhow::anyhow!("{}：{problem}：{:?}", at(), problem.fields()))?;
        n_new += 1;
    }
    act.commit("orgs", "").await?;
    Ok(n_new)
}

/// `330106000000` is the district 330106.
fn cut(code: &str) -> String {
    if code.len() != 12 {
        return code.to_owned();
    }
    let ends = [(12, "000"), (9, "000"), (6, "00")];
    let mut n_kept = 12;
    for (end, zeros) in ends {
        if n_kept == end && code[..end].ends_with(zeros) {
            n_kept = end - zeros.len();
        }
    }
    code[..n_kept].to_owned()
}

/// The organisation one level up, if it is there.
async fn above(act: &mut kernel::Act, code: &str) -> anyhow::Result<Option<i64>> {
    let (n_kept, kind) = match code.len() {
        15 => (12, "station"),
        12 => (9, "center"),
        9 => (6, "office"),
        6 => (4, "office"),
        _ => return Ok(None),
    };
    Ok(orgs::store::by_code(act, &code[..n_kept], kind).await?.map(|org| org.id))
}

pub async fn add(place: &Place, wish: &Wish) -> anyhow::Result<ExitCode> {
    let db = place.open()?;
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

//! The first system administrator, the first security administrator and, if need be, the first
//! organisation: by the one-time code of `songhe init`.

use kernel::{Act, Actor, Db, FieldError, Problem};

use super::admin::{Made, Seat};
use super::passwords::{first_password, in_groups};
use super::{MustChange, NewAccount, deeds, hash, name_faults, posts, store};
use crate::codes;
use crate::orgs::{self, NewOrg};
use crate::web::Shared;

/// The posts of the two who found the house, in the order in which the form asks.
pub const FOUNDERS: [&str; 2] = ["system_admin", "security_admin"];
/// A code that is not used within so many seconds is worth nothing.
pub const CODE_SECONDS: i64 = 24 * 3600;

/// One of the two administrators as typed.
#[derive(Clone, Debug, Default)]
pub struct Founder {
    pub name: String,
    pub person_name: String,
}

/// What is typed at the first set-up.
#[derive(Clone, Debug, Default)]
pub struct Founding {
    pub code: String,
    pub org_code: String,
    pub org_name: String,
    pub founders: [Founder; 2],
}

/// What the first set-up still has to ask for.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Code and name of the topmost organisation.
    NewOrg,
    /// Which of the topmost organisations that are there already.
    OneOf(Vec<Seat>),
}

/// Makes a one-time code in place of those that were made before; only its seal is kept.
///
/// # Errors
/// A refusal once there are accounts.
pub async fn new_code(db: &Db, operator: &Actor) -> Result<String, Problem> {
    let code = in_groups(16)?;
    let permit = operator.permit(deeds::ACCOUNTS_MAKE)?;
    let mut act = db.begin(permit, db.clock().today()).await?;
    if store::setup::any_account(&mut act).await? {
        return Err(Problem::refused("set-up", "数据库已有账号，无需再次初始化"));
    }
    let now = db.clock().seconds();
    store::setup::put_code(&mut act, &sealed(db, &code), now).await?;
    act.commit_noting("setup", "", "生成一次性代码").await?;
    Ok(code)
}

/// What is still to be set up.
///
/// # Errors
/// [`Problem::NotFound`] once there are accounts: the page is gone then.
pub async fn wanted(app: &Shared) -> Result<Wanted, Problem> {
    if store::setup::any_account(&mut app.db.clone()).await? {
        return Err(Problem::NotFound);
    }
    let tops = store::setup::tops(&app.db).await?;
    Ok(if tops.is_empty() { Wanted::NewOrg } else { Wanted::OneOf(tops) })
}

/// Makes the two administrators; their first passwords are shown once.
///
/// # Errors
/// [`Problem::NotFound`] once there are accounts; field problems named like the form's fields.
pub async fn found(app: &Shared, asked: &Founding, address: &str) -> Result<Vec<Made>, Problem> {
    let wanted = wanted(app).await?;
    let code = sealed(&app.db, &asked.code);
    let now = app.db.clock().seconds();
    if !store::setup::is_open(&app.db, &code, now - CODE_SECONDS).await? {
        return Err(bad_code());
    }
    check(asked)?;
    let mut news = Vec::new();
    for (place, founder) in asked.founders.iter().enumerate() {
        let password = first_password()?;
        let hashed = hash(app, &password).await?;
        news.push((new_account(founder, FOUNDERS[place], hashed), password));
    }
    let mut operator = Actor::operator(posts::operator());
    operator.name = "首次设置".to_owned();
    operator.address = address.to_owned();
    let mut act = app.db.begin(operator.permit(deeds::ACCOUNTS_MAKE)?, app.today()).await?;
    if !store::setup::use_code(&mut act, &code, now).await? {
        return Err(bad_code());
    }
    if store::setup::any_account(&mut act).await? {
        return Err(Problem::NotFound);
    }
    let org = organisation(&mut act, asked, &wanted).await?;
    let mut made = Vec::new();
    for (place, (mut new, password)) in news.into_iter().enumerate() {
        new.org = org;
        let id = super::make(&mut act, &new).await.map_err(|fault| of_founder(fault, place))?;
        made.push(Made { id, name: new.name, password });
    }
    act.commit_noting("setup", "/sign-in", "设立系统管理员和安全管理员").await?;
    Ok(made)
}

fn new_account(founder: &Founder, post: &str, hashed: String) -> NewAccount {
    NewAccount {
        name: founder.name.clone(),
        person_name: founder.person_name.clone(),
        org: 0,
        post: post.to_owned(),
        hashed,
        must_change: MustChange::Yes,
    }
}

fn check(asked: &Founding) -> Result<(), Problem> {
    let mut errors: Vec<FieldError> = Vec::new();
    for (place, founder) in asked.founders.iter().enumerate() {
        let faults = name_faults(&founder.name, &founder.person_name);
        errors.extend(faults.into_iter().map(|fault| at_place(fault, place)));
    }
    let [system, security] = &asked.founders;
    if errors.is_empty() && system.person_name == security.person_name {
        let message = "两位管理员须由不同的人担任，互相制约".to_owned();
        errors.push(FieldError { field: "person_name1".to_owned(), message });
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

async fn organisation(act: &mut Act, asked: &Founding, wanted: &Wanted) -> Result<i64, Problem> {
    if let Wanted::OneOf(tops) = wanted {
        let chosen = tops.iter().find(|seat| seat.id.to_string() == asked.org_code);
        let missing = || Problem::field("org_code", "请选择管理员所在的机构");
        return chosen.map(|seat| seat.id).ok_or_else(missing);
    }
    let level = codes::level_of(&asked.org_code).unwrap_or("");
    if !matches!(level, "city" | "district" | "street") {
        let sentence = "请填写市 4 位、区 6 位或街道 9 位的区划代码，例如“330106”";
        return Err(Problem::field("org_code", sentence));
    }
    let new = NewOrg {
        code: asked.org_code.clone(),
        kind: if level == "street" { "center" } else { "office" }.to_owned(),
        level: level.to_owned(),
        parent: None,
        name: asked.org_name.clone(),
    };
    let on = act.day();
    let opened = orgs::open(act, &new, on).await;
    opened.map_err(|problem| renamed(problem, |field| format!("org_{field}")))
}

/// What is kept of a code. It may be typed in capitals, with or without its hyphens.
fn sealed(db: &Db, code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    db.vault().seal_of("setup", &plain.to_ascii_lowercase())
}

fn bad_code() -> Problem {
    let sentence = "一次性代码不正确、已用过或已超过 24 小时，请重新运行 songhe init 取得";
    Problem::field("code", sentence)
}

/// The same problem, its fields named like those of the founder at this place.
fn of_founder(problem: Problem, place: usize) -> Problem {
    renamed(problem, |field| format!("{field}{place}"))
}

fn at_place(fault: FieldError, place: usize) -> FieldError {
    let message = format!("{}：{}", posts::name_of(FOUNDERS[place]), fault.message);
    FieldError { field: format!("{}{place}", fault.field), message }
}

fn renamed(problem: Problem, name: impl Fn(&str) -> String) -> Problem {
    match problem {
        Problem::Invalid(fields) => Problem::Invalid(
            fields
                .into_iter()
                .map(|field| FieldError { field: name(&field.field), message: field.message })
                .collect(),
        ),
        other => other,
    }
}

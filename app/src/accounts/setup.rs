//! The first three administrators, and the first organisation, by the one-time code of `init`.

use kernel::{Actor, FieldError, Problem};

use super::{MustChange, NewAccount, check_strength, deeds, digest, hash, posts, store};
use crate::codes;
use crate::orgs::{self, NewOrg};
use crate::web::Shared;

/// One of the three administrators as typed.
#[derive(Clone, Debug, Default)]
pub struct Founder {
    pub name: String,
    pub person_name: String,
    pub password: String,
}

/// What is typed at the first set-up; founders in the order of [`posts::POWERS`].
#[derive(Clone, Debug, Default)]
pub struct Founding {
    pub code: String,
    pub org_code: String,
    pub org_name: String,
    pub founders: [Founder; 3],
}

/// What the first set-up still has to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Organisations are there already: the code of one of them.
    Code,
    /// Code and name of the first organisation.
    CodeAndName,
}

/// What is still to be set up.
///
/// # Errors
/// [`Problem::NotFound`] once there are accounts: the page is gone then.
pub async fn wanted(app: &Shared) -> Result<Wanted, Problem> {
    if store::admin::any_account(&mut app.db.clone()).await? {
        return Err(Problem::NotFound);
    }
    let is_there = store::admin::any_org(&app.db).await?;
    Ok(if is_there { Wanted::Code } else { Wanted::CodeAndName })
}

/// Makes the three administrators.
///
/// # Errors
/// [`Problem::NotFound`] once there are accounts; field problems named like the form's fields.
pub async fn found(app: &Shared, asked: &Founding, address: &str) -> Result<(), Problem> {
    let wanted = wanted(app).await?;
    if !store::admin::code_is_open(&app.db, &digest(&asked.code)).await? {
        return Err(bad_code());
    }
    check(asked)?;
    let mut hashes = Vec::with_capacity(posts::POWERS.len());
    for founder in &asked.founders {
        hashes.push(hash(app, &founder.password).await?);
    }
    let mut operator = Actor::operator(posts::operator());
    operator.address = address.to_owned();
    let mut act = app.db.begin(operator.permit(deeds::ACCOUNTS_MAKE)?, app.today()).await?;
    let now = app.db.clock().seconds();
    if !store::admin::use_code(&mut act, &digest(&asked.code), now).await? {
        return Err(bad_code());
    }
    if store::admin::any_account(&mut act).await? {
        return Err(Problem::NotFound);
    }
    let org = organisation(&mut act, asked, wanted).await?;
    for (place, founder) in asked.founders.iter().enumerate() {
        let new = NewAccount {
            name: founder.name.clone(),
            person_name: founder.person_name.clone(),
            org,
            post: posts::POWERS[place].to_owned(),
            password: String::new(),
            must_change: MustChange::Yes,
        };
        let made = super::make(&hashes[place], &mut act, &new).await;
        made.map_err(|problem| of_founder(problem, place))?;
    }
    act.commit("setup", "/sign-in").await
}

fn check(asked: &Founding) -> Result<(), Problem> {
    let mut errors: Vec<FieldError> = Vec::new();
    for (place, founder) in asked.founders.iter().enumerate() {
        let checked = check_strength(&founder.password, &founder.name);
        if let Err(Problem::Invalid(found)) = checked.map_err(|p| of_founder(p, place)) {
            errors.extend(found);
        }
        let earlier = &asked.founders[..place];
        if earlier.iter().any(|other| other.password == founder.password) {
            let message = "三位管理员的密码不能相同".to_owned();
            errors.push(FieldError { field: format!("password{place}"), message });
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

async fn organisation(
    act: &mut kernel::Act,
    asked: &Founding,
    wanted: Wanted,
) -> Result<i64, Problem> {
    let level = codes::level_of(&asked.org_code).unwrap_or("");
    let kind = if level == "street" { "center" } else { "office" };
    if let Some(org) = orgs::store::by_code(act, &asked.org_code, kind).await? {
        return Ok(org.id);
    }
    if wanted == Wanted::Code {
        return Err(Problem::field("org_code", "没有这个代码的机构，请填写已导入的市、区代码"));
    }
    if !matches!(level, "city" | "district" | "street") {
        return Err(Problem::field("org_code", "请填写市 4 位、区 6 位或街道 9 位的区划代码"));
    }
    let new = NewOrg {
        code: asked.org_code.clone(),
        kind: kind.to_owned(),
        level: level.to_owned(),
        parent: None,
        name: asked.org_name.clone(),
    };
    let on = act.day();
    orgs::open(act, &new, on).await.map_err(|problem| renamed(problem, |name| format!("org_{name}")))
}

fn bad_code() -> Problem {
    Problem::field("code", "一次性代码不正确或已用过，请重新运行 songhe init 取得")
}

/// The same problem, its fields named like those of the founder at this place.
fn of_founder(problem: Problem, place: usize) -> Problem {
    renamed(problem, |field| match field {
        "new" => format!("password{place}"),
        other => format!("{other}{place}"),
    })
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

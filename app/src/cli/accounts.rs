//! `account list`, `disable`, `enable`, `password` and `token`: what the operator at the machine
//! does with accounts, also with those of the administrators.

use std::process::ExitCode;

use kernel::{Actor, Problem, Scope};

use super::Place;
use super::setup::prepare;
use crate::accounts::admin::{self, Listed, Target, Use, Wish};
use crate::accounts::{Caller, api, me, posts, store};
use crate::state::App;
use crate::web::Shared;

/// Accounts that are read in one trip.
const BATCH: i64 = 500;

/// How a list is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Json,
    Lines,
}

/// A refusal with the sentence of each field.
pub fn in_words(problem: &Problem) -> anyhow::Error {
    let fields: Vec<&str> = problem.fields().iter().map(|field| field.message.as_str()).collect();
    if fields.is_empty() {
        return anyhow::anyhow!("{problem}");
    }
    anyhow::anyhow!("{}", fields.join("；"))
}

async fn open(place: &Place) -> anyhow::Result<(Shared, Actor)> {
    let db = place.open_existing()?;
    prepare(&db).await?;
    Ok((App::new(db, None)?, Actor::operator(posts::operator())))
}

pub async fn list(place: &Place, org: &str, told: Told) -> anyhow::Result<ExitCode> {
    let (app, _) = open(place).await?;
    let scope = Scope::below(org);
    let mut wish = Wish {
        text: String::new(),
        post: "*".to_owned(),
        state: String::new(),
        after: String::new(),
        limit: BATCH,
    };
    let mut all: Vec<Listed> = Vec::new();
    loop {
        let mut found = store::admin::list(&app.db, &scope, &wish).await?;
        let is_more = i64::try_from(found.len()).is_ok_and(|n| n > BATCH);
        found.truncate(usize::try_from(BATCH)?);
        if let Some(last) = found.last() {
            wish.after.clone_from(&last.name);
        }
        all.append(&mut found);
        if !is_more {
            break;
        }
    }
    if told == Told::Json {
        let items: Vec<serde_json::Value> = all.iter().map(api::told).collect();
        println!("{}", serde_json::json!({ "items": items }));
        return Ok(ExitCode::SUCCESS);
    }
    for one in &all {
        let post = posts::name_of(&one.post);
        let state = if one.disabled_on.is_some() { "已停用" } else { "可用" };
        println!("{}\t{}\t{post}\t{}\t{state}", one.name, one.person_name, one.seat.code);
    }
    Ok(ExitCode::SUCCESS)
}

/// The account with this name, in its present version.
async fn find(app: &Shared, name: &str) -> anyhow::Result<Target> {
    let known = store::by_name(&app.db, name).await?;
    let known = known.ok_or_else(|| anyhow::anyhow!("没有账号“{name}”，请用 account list 核对"))?;
    Ok(Target { id: known.id, version: known.version, caller: Caller::Page })
}

pub async fn set_use(place: &Place, name: &str, wanted: Use) -> anyhow::Result<ExitCode> {
    let (app, operator) = open(place).await?;
    let target = find(&app, name).await?;
    let done = admin::set_use(&app, &operator, target, wanted).await;
    done.map_err(|problem| in_words(&problem))?;
    eprintln!("{}", if wanted == Use::Disabled { "账号已停用" } else { "账号已启用" });
    Ok(ExitCode::SUCCESS)
}

pub async fn password(place: &Place, name: &str) -> anyhow::Result<ExitCode> {
    let (app, operator) = open(place).await?;
    let target = find(&app, name).await?;
    let made = admin::reset_password(&app, &operator, target).await;
    println!("{}", made.map_err(|problem| in_words(&problem))?.password);
    eprintln!("密码已重置，上面是首次密码，登录后须修改。");
    Ok(ExitCode::SUCCESS)
}

pub async fn token(place: &Place, name: &str) -> anyhow::Result<ExitCode> {
    let (app, operator) = open(place).await?;
    let account = find(&app, name).await?.id;
    let token = me::give_token(&app.db, &operator, account, "命令行生成").await;
    println!("{}", token.map_err(|problem| in_words(&problem))?);
    Ok(ExitCode::SUCCESS)
}

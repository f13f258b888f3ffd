//! `orgs recode`: the yearly changes of division codes, from a table of old and new ones.

use std::path::Path;
use std::process::ExitCode;

use kernel::{Actor, Problem};

use super::Place;
use super::people::in_words;
use super::setup::prepare;
use crate::accounts::posts;
use crate::deeds;
use crate::orgs::store;
use crate::reorganisation::renumber::{apply, judge};
use crate::reorganisation::words::document;

/// Whether the table is only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Check,
    Write,
}

/// Changes the codes of a table in its order, all of them or none.
///
/// # Errors
/// When the file cannot be read.
pub async fn recode(place: &Place, file: &Path, paper: &str, way: Way) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file)?;
    let db = place.open_existing()?;
    prepare(&db).await?;
    document(paper).map_err(in_words)?;
    let operator = Actor::operator(posts::operator());
    let permit = operator.permit(deeds::ORGS_REORGANISE)?;
    let mut act = db.begin(permit, db.clock().today()).await?;
    let (mut n_changed, mut n_wrong) = (0, 0);
    for (n, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()).skip(1) {
        let mut cells = line.split(',').map(str::trim);
        let (old, new) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        if old.is_empty() && new.is_empty() {
            continue;
        }
        let Some(org) = store::head(&mut act, old).await? else {
            eprintln!("第 {n} 行：没有代码为“{old}”的机构");
            n_wrong += 1;
            continue;
        };
        match judge(&mut act, &operator, (org.id, new)).await {
            Ok(judged) => n_changed += apply(&mut act, &judged).await?,
            Err(problem @ (Problem::Invalid(_) | Problem::Refused { .. })) => {
                eprintln!("第 {n} 行：{}", in_words(problem));
                n_wrong += 1;
            }
            Err(other) => return Err(other.into()),
        }
    }
    if n_wrong > 0 {
        eprintln!("有 {n_wrong} 行不能变更，什么都没有写入");
        return Ok(ExitCode::from(1));
    }
    if way == Way::Write {
        let detail = format!("{n_changed} organisations; {paper}");
        act.commit_noting("orgs/recode", "", &detail).await?;
    }
    let said = if way == Way::Write { "已变更" } else { "将变更" };
    eprintln!("{said} {n_changed} 个机构的代码");
    Ok(ExitCode::SUCCESS)
}

//! Organisations from a list: what it would change, what is wrong with it, and the act.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Act, Actor, Db, Problem, Scope};

use super::list_file::{Entry, cut, level_named};
use super::{NewOrg, Org, check_name, lists, store};
use crate::codes;
use crate::deeds;

/// Which bodies are opened for a city or a district.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// The office alone.
    Office,
    /// Also the agency and the administration.
    All,
}

/// What a line would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    New,
    Renamed { before: Org },
    Unchanged,
}

/// An organisation that a line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub line: u32,
    pub code: String,
    pub kind: &'static str,
    pub name: String,
    pub what: What,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub sheet: String,
    pub line: u32,
    pub column: &'static str,
    pub value: String,
    pub message: String,
}

/// What a list would do, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub planned: Vec<Planned>,
    pub wrong: Vec<Wrong>,
    /// Open organisations of the scope that the list does not name; nothing happens to them.
    pub n_untouched: usize,
}

impl Plan {
    #[must_use]
    pub fn n_new(&self) -> usize {
        self.planned.iter().filter(|planned| planned.what == What::New).count()
    }

    #[must_use]
    pub fn n_renamed(&self) -> usize {
        let renamed = |planned: &&Planned| matches!(planned.what, What::Renamed { .. });
        self.planned.iter().filter(renamed).count()
    }

    #[must_use]
    pub fn n_unchanged(&self) -> usize {
        self.planned.len() - self.n_new() - self.n_renamed()
    }
}

/// Compares a list with what is open in the scope.
#[must_use]
pub fn plan(open: &[Org], entries: &[Entry], scope: &Scope, bodies: Bodies) -> Plan {
    let known: BTreeMap<(&str, &str), &Org> =
        open.iter().map(|org| ((org.code.as_str(), org.kind.as_str()), org)).collect();
    let there: BTreeSet<&str> = open.iter().map(|org| org.code.as_str()).collect();
    let listed: BTreeSet<&str> = entries.iter().map(|entry| cut(&entry.code)).collect();
    let top = listed.iter().map(|code| code.len()).min().unwrap_or_default();
    let has = |code: &str| {
        listed.contains(code) || there.contains(code) || scope.from().starts_with(code)
    };
    let mut plan = Plan::default();
    let mut seen: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in entries {
        let code = cut(&entry.code);
        let up = codes::parent_code(code).filter(|up| !has(up));
        // The operator may begin a tree anywhere: a county without its city.
        let orphan = up.filter(|_| !(scope.from().is_empty() && code.len() == top));
        if let Err(wrong) = check(entry, scope, orphan) {
            plan.wrong.push(wrong);
        } else if let Some(first) = seen.insert(code, entry) {
            let sheet = if first.sheet == entry.sheet { String::new() } else { said(first) };
            let says = format!("与{sheet}第 {} 行重复，请删去一行", first.line);
            plan.wrong.push(wrong(entry, "代码", says));
        } else {
            plan.planned.extend(lines(entry, code, bodies, &known));
        }
    }
    plan.n_untouched = open.iter().filter(|org| !seen.contains_key(org.code.as_str())).count();
    plan
}

fn said(entry: &Entry) -> String {
    format!("工作表“{}”", entry.sheet)
}

fn wrong(entry: &Entry, column: &'static str, message: impl Into<String>) -> Wrong {
    let value = match column {
        "名称" => &entry.name,
        "层级" => &entry.level,
        "上级" => &entry.parent,
        _ => &entry.code,
    };
    let (sheet, value) = (entry.sheet.clone(), value.clone());
    Wrong { sheet, line: entry.line, column, value, message: message.into() }
}

fn check(entry: &Entry, scope: &Scope, orphan: Option<&str>) -> Result<(), Wrong> {
    let code = cut(&entry.code);
    if !codes::is_code(code) {
        let sentence = "应为区划代码：市 4 位、区 6 位、街道 9 位、社区 12 位数字，可在后面补零";
        return Err(wrong(entry, "代码", sentence));
    }
    if !scope.covers(code) {
        let sentence = format!("不在您的辖区内，代码应以 {} 开头", scope.from());
        return Err(wrong(entry, "代码", sentence));
    }
    if check_name(&entry.name).is_err() {
        return Err(wrong(entry, "名称", "请填写名称，最多 100 个字"));
    }
    let level = codes::level_of(code).unwrap_or_default();
    if !entry.level.is_empty() && level_named(&entry.level) != Some(level) {
        let sentence = format!("与代码不符：按代码应为{}", codes::level_name(level));
        return Err(wrong(entry, "层级", sentence));
    }
    let up = codes::parent_code(code).unwrap_or_default();
    if !entry.parent.is_empty() && level != "city" && cut(&entry.parent) != up {
        return Err(wrong(entry, "上级", format!("与代码不符：按代码上级应为 {up}")));
    }
    match orphan {
        Some(up) => {
            let sentence = format!("上级 {up} 不存在，请在表中补上，或先新增上级机构");
            Err(wrong(entry, "上级", sentence))
        }
        None => Ok(()),
    }
}

fn lines(
    entry: &Entry,
    code: &str,
    bodies: Bodies,
    known: &BTreeMap<(&str, &str), &Org>,
) -> Vec<Planned> {
    let kinds = codes::kinds_of(codes::level_of(code).unwrap_or_default());
    let n_kinds = if bodies == Bodies::All { kinds.len() } else { 1 };
    let line = |kind: &'static str| {
        let name = match kind {
            "agency" => format!("{}社保经办机构", entry.name),
            "administration" => format!("{}人社行政部门", entry.name),
            _ => entry.name.clone(),
        };
        let what = match known.get(&(code, kind)) {
            None => What::New,
            // The other bodies have names of their own, which this list does not know.
            Some(org) if org.name == name || kind != kinds[0] => What::Unchanged,
            Some(org) => What::Renamed { before: (*org).clone() },
        };
        Planned { line: entry.line, code: code.to_owned(), kind, name, what }
    };
    kinds.iter().take(n_kinds).map(|kind| line(kind)).collect()
}

/// What a list would do now.
///
/// # Errors
/// [`Problem::Forbidden`] without the deed; whatever the database says.
pub async fn preview(
    db: &Db,
    actor: &Actor,
    entries: &[Entry],
    bodies: Bodies,
) -> Result<Plan, Problem> {
    actor.may(deeds::ORGS_CHANGE)?;
    let open = lists::all_below(&mut db.clone(), &actor.scope()).await?;
    Ok(plan(&open, entries, &actor.scope(), bodies))
}

/// Does what a list says when no line is wrong, all of it in one act; otherwise nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn carry_out(
    db: &Db,
    actor: &Actor,
    entries: &[Entry],
    bodies: Bodies,
) -> Result<Plan, Problem> {
    let permit = actor.permit(deeds::ORGS_CHANGE)?;
    let mut act = db.begin(permit, db.clock().today()).await?;
    let open = lists::all_below(&mut act, &actor.scope()).await?;
    let plan = plan(&open, entries, &actor.scope(), bodies);
    if !plan.wrong.is_empty() || entries.is_empty() {
        return Ok(plan);
    }
    write(&mut act, &plan, &open).await?;
    let detail = format!("新增{}，更名{}", plan.n_new(), plan.n_renamed());
    let outcome = imported_path(plan.n_new(), plan.n_renamed());
    act.commit_noting("orgs/import", &outcome, &detail).await?;
    Ok(plan)
}

/// Where an import leads.
#[must_use]
pub fn imported_path(n_new: usize, n_renamed: usize) -> String {
    format!("/orgs?opened={n_new}&renamed={n_renamed}")
}

async fn write(act: &mut Act, plan: &Plan, open: &[Org]) -> Result<(), Problem> {
    let leads = |kind: &str| !matches!(kind, "agency" | "administration");
    let mut heads: BTreeMap<String, i64> =
        open.iter().filter(|org| leads(&org.kind)).map(|org| (org.code.clone(), org.id)).collect();
    let mut by_level: Vec<&Planned> = plan.planned.iter().collect();
    by_level.sort_by_key(|planned| planned.code.len());
    let on = act.day();
    for planned in by_level {
        match &planned.what {
            What::Unchanged => {}
            What::Renamed { before } => {
                if !store::rename(act, before, &planned.name).await? {
                    return Err(Problem::Stale);
                }
            }
            What::New => {
                let above = codes::parent_code(&planned.code);
                let new = NewOrg {
                    code: planned.code.clone(),
                    kind: planned.kind.to_owned(),
                    level: codes::level_of(&planned.code).unwrap_or_default().to_owned(),
                    parent: above.and_then(|above| heads.get(above).copied()),
                    name: planned.name.clone(),
                };
                let id = store::insert(act, &new, on).await?;
                if leads(planned.kind) {
                    heads.insert(planned.code.clone(), id);
                }
            }
        }
    }
    Ok(())
}

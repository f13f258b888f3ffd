//! A list of enterprises: which of them are known, which are new, what would change; writing it
//! and taking it back.

use kernel::{Act, Problem, Reader};

use super::entries::Entry;
use super::listing::Verdict;
use crate::orgs::enterprises::{self, Enterprise, SameName, Typed, store};
use crate::registry::Difference;

/// What a row does to the directory.
#[derive(Clone, Debug)]
pub enum Firm {
    New(Typed),
    Changed(Box<Enterprise>, Typed),
}

/// What is to become of a row.
///
/// # Errors
/// Whatever the engine says.
pub async fn verdict(
    reader: &mut impl Reader,
    entry: &mut Entry,
    typed: Typed,
) -> Result<Verdict, Problem> {
    let by_code = store::by_code(reader, &typed.credit_code).await?;
    let known = match by_code {
        Some(known) => Some(known),
        None => by_name(reader, entry, &typed).await?,
    };
    if !entry.faults.is_empty() {
        return Ok(Verdict::Faulty);
    }
    let Some(known) = known else { return Ok(Verdict::Firm(Firm::New(typed), Vec::new())) };
    if known.closed_on.is_some() {
        entry.tell("name", "enterprise-closed", "该企业已登记注销，不能再变更");
        return Ok(Verdict::Faulty);
    }
    let code = if typed.credit_code.is_empty() { &known.credit_code } else { &typed.credit_code };
    let typed = Typed::new(&typed.name, code, SameName::IsAnother);
    let pairs = [
        ("企业名称", &known.name, &typed.name),
        ("统一社会信用代码", &known.credit_code, &typed.credit_code),
    ];
    let differences: Vec<Difference> = pairs
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Difference {
            field,
            before: before.clone(),
            after: after.clone(),
        })
        .collect();
    Ok(match differences.is_empty() {
        true => Verdict::Unchanged(known.id),
        false => Verdict::Firm(Firm::Changed(Box::new(known), typed), differences),
    })
}

/// The one enterprise of that name which the row can mean.
async fn by_name(
    reader: &mut impl Reader,
    entry: &mut Entry,
    typed: &Typed,
) -> Result<Option<Enterprise>, Problem> {
    let mut same = store::by_name(reader, &typed.name).await?;
    if typed.credit_code.is_empty() {
        if same.len() > 1 {
            let says = format!("同名的企业有 {} 家，请补填统一社会信用代码", same.len());
            entry.tell("name", "same-name", &says);
        }
        return Ok(same.pop());
    }
    let without = same.iter().position(|one| one.credit_code.is_empty());
    if let (None, Some(other)) = (without, same.first()) {
        let says = format!(
            "同名企业已登记为代码 {}，请核对；确是另一家的，请在企业页面登记",
            other.credit_code
        );
        entry.tell("credit_code", "same-name", &says);
    }
    Ok(without.map(|at| same.swap_remove(at)))
}

/// Writes what a row does.
///
/// # Errors
/// [`Problem::Stale`] when somebody was faster.
pub async fn put(act: &mut Act, firm: &Firm) -> Result<(), Problem> {
    match firm {
        Firm::New(typed) => {
            store::insert(act, typed).await?;
        }
        Firm::Changed(known, typed) => {
            if !store::change(act, known, typed).await? {
                return Err(Problem::Stale);
            }
        }
    }
    Ok(())
}

/// How many enterprises of a list have been worked on since, or have retirees by now.
///
/// # Errors
/// Whatever the engine says.
pub async fn touched(act: &mut Act, done_by: i64) -> Result<usize, Problem> {
    let mut n = 0;
    for done in store::of_act(act, done_by).await? {
        let is_new = done.before.is_none();
        let has_people = is_new && crate::registry::rosters::has_enterprise(act, done.id).await?;
        let later = store::is_worked_on(act, (done.id, done_by)).await?;
        n += usize::from(later || has_people);
    }
    Ok(n)
}

/// Takes a list back; answers how many enterprises it had brought.
///
/// # Errors
/// [`Problem::Stale`] when somebody has changed one since.
pub async fn undo(act: &mut Act, done_by: i64) -> Result<usize, Problem> {
    let mut n = 0;
    for done in store::of_act(act, done_by).await? {
        let known = enterprises::find(act, done.id).await?;
        let is_undone = match &done.before {
            None => store::erase(act, &known).await?,
            Some(before) => store::change(act, &known, before).await?,
        };
        if !is_undone {
            return Err(Problem::Stale);
        }
        n += 1;
    }
    Ok(n)
}

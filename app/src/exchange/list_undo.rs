//! Taking back what a list about registered people brought beside the people themselves: relatives
//! and visits.

use kernel::{Act, Problem, Scope};

use super::kinds::Kind;
use super::lines::{self, Kind as Sort};
use super::list_run::Former;
use super::store::Import;
use super::{filed, firms, handed};
use crate::people::relatives::alter;
use crate::policies::Laws;
use crate::registry::relatives;
use crate::visits;

/// Relatives whom one list changed are read back up to so many.
const N_FORMER: i64 = 200_000;

/// How many relatives and visits of a list have been worked on since.
///
/// # Errors
/// Whatever the engine says.
pub async fn touched(act: &mut Act, (import, done_by): (&Import, i64)) -> Result<i64, Problem> {
    let mut n = 0;
    match import.kind {
        Kind::Relatives => {
            let brought = relatives::of_act(act, done_by).await?;
            n += brought.iter().filter(|(_, _, version)| *version != 1).count();
            for former in former(act, import).await? {
                let now = relatives::find(act, &Scope::below(&import.org), former.id).await?;
                let same = now.is_some_and(|now| now.version == former.version);
                n += usize::from(!same);
            }
        }
        Kind::Visits => {
            let entered = visits::store::of_act(act, done_by).await?;
            n += entered.iter().filter(|visit| visit.version != 1).count();
        }
        Kind::Enterprises => n += firms::touched(act, done_by).await?,
        Kind::Archives => n += filed::touched(act, done_by).await?,
        Kind::Handover => n += usize::from(handed::is_touched(act, (import, done_by)).await?),
        Kind::Roster | Kind::Phones | Kind::Special => {}
    }
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

async fn former(act: &mut Act, import: &Import) -> Result<Vec<Former>, Problem> {
    let found = lines::of_act(act, (import.id, Sort::Former), N_FORMER).await?;
    Ok(found)
}

/// Puts back what stood before; answers how many relatives were added and visits entered. What was
/// added is taken away with the rest of the person's changes.
///
/// # Errors
/// [`Problem::Stale`] when somebody has changed it since.
pub async fn undo(
    act: &mut Act,
    laws: &Laws,
    (import, done_by): (&Import, i64),
) -> Result<usize, Problem> {
    match import.kind {
        Kind::Relatives => {
            let n = relatives::of_act(act, done_by).await?.len();
            let scope = Scope::below(&import.org);
            for former in former(act, import).await? {
                let now = relatives::find(act, &scope, former.id).await?.ok_or(Problem::Stale)?;
                alter(act, laws, &now, &former.fields).await?;
            }
            Ok(n)
        }
        Kind::Visits => {
            let entered = visits::store::of_act(act, done_by).await?;
            for visit in &entered {
                visits::undo(act, laws, (visit, "撤销导入")).await?;
            }
            Ok(entered.len())
        }
        Kind::Enterprises => firms::undo(act, done_by).await,
        Kind::Archives => filed::undo(act, laws, done_by).await,
        Kind::Handover => handed::undo(act, done_by).await,
        Kind::Roster | Kind::Phones | Kind::Special => Ok(0),
    }
}

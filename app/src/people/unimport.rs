//! Taking back what a roster brought: who was taken in is not, who was amended is as before.

use kernel::{Act, Problem, Scope};
use rules::facts::FactKind;

use super::edit;
use crate::duties::{self, store::facts_of_act};
use crate::policies::Laws;
use crate::registry::{self, history, rosters};

/// Takes somebody off the registry whom an act took in and nobody has touched since. The facts
/// stay, void.
///
/// # Errors
/// Whatever the engine says.
pub async fn erase(act: &mut Act, (person, org): (i64, &str)) -> Result<(), Problem> {
    duties::store::forget(act, person).await?;
    act.put(rosters::erasure(person)).await?;
    act.put(vec![registry::tally(org, -1)]).await?;
    Ok(())
}

/// Puts back what an act changed of somebody.
///
/// # Errors
/// [`Problem::NotFound`] when there is no such person in the scope; field problems when what was
/// known before can no longer be.
pub async fn restore(
    act: &mut Act,
    laws: &Laws,
    scope: &Scope,
    (person, done_by): (i64, i64),
) -> Result<(), Problem> {
    let now = registry::find(act, scope, person).await?;
    let mut fields = now.fields();
    for change in history::changes_of_act(act, person, done_by).await? {
        history::put_back(&mut fields, &change.field, &change.before);
    }
    let before = registry::check(&fields, act.day())?;
    registry::update(act, &now, &before, "undo").await?;
    act.put(rosters::added(person, done_by)).await?;
    let news = edit::pension(act, &now, before.fields()).await?;
    let told: Vec<_> = news.into_iter().collect();
    duties::note(act, laws, person, "undo", &told).await?;
    let of_act = facts_of_act(act, person, done_by).await?;
    let is_ours = |kind: FactKind| {
        matches!(
            kind,
            FactKind::Residence { .. }
                | FactKind::PartyMember
                | FactKind::PartyMemberNoMore
                | FactKind::FormTransitional
                | FactKind::FormBasic
                | FactKind::FormReviewed
                | FactKind::MarkSet { .. }
                | FactKind::DependantFollowed { .. }
                | FactKind::DependantEnded { .. }
        )
    };
    let ours: Vec<i64> =
        of_act.iter().filter(|fact| is_ours(fact.kind)).map(|fact| fact.id).collect();
    if !ours.is_empty() {
        duties::take_back(act, laws, person, &ours).await?;
    }
    Ok(())
}

//! Every table that keeps a division code and follows when it changes. What was written down as it
//! was (the audit, the history of an organisation, the steps of a report) keeps the old one.

use kernel::{Act, DbError};

use crate::orgs::recode::Renumbering;
use crate::{archives, cards, duties, exchange, groups, handover, policies, registry, visits};

/// Gives all that hangs on a code the new one, inside the act that gives it to the organisations.
///
/// # Errors
/// Whatever the database says.
pub async fn renumber(act: &mut Act, of: &Renumbering) -> Result<(), DbError> {
    registry::recode::renumber(act, of).await?;
    duties::recode::renumber(act, of).await?;
    visits::recode::renumber(act, of).await?;
    archives::recode::renumber(act, of).await?;
    cards::recode::renumber(act, of).await?;
    groups::recode::renumber(act, of).await?;
    handover::recode::renumber(act, of).await?;
    exchange::recode::renumber(act, of).await?;
    policies::recode::renumber(act, of).await
}

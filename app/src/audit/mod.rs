//! 审计：查看谁在何时办了什么事，核验记录是否完整、未被改动。
//!
//! Owns: nothing. Uses: `orgs`.

pub mod api;
pub mod pages;

use kernel::audit::{Chain, Entry, Filter, Machine};
use kernel::{Actor, Problem};

use crate::deeds;
use crate::orgs;
use crate::web::{Fields, Shared};

/// An act with its place in the chain.
pub type Numbered = (i64, Entry);

/// The newest acts of the auditor's scope below row `before`, and whether there are more.
/// The operator's acts at the machine belong to no organisation; the auditor of a topmost one
/// sees them.
///
/// # Errors
/// [`Problem::Forbidden`] for a post that does not see the trail.
pub async fn list(
    app: &Shared,
    actor: &Actor,
    fields: &Fields,
    limit: i64,
) -> Result<(Vec<Numbered>, Option<i64>), Problem> {
    actor.may(deeds::AUDIT_SEE)?;
    let own = orgs::find(&mut app.db.clone(), &actor.scope(), actor.org_id).await?;
    let filter = Filter {
        scope: actor.scope(),
        machine: if own.parent.is_none() { Machine::Shown } else { Machine::Hidden },
        deed: fields.get("deed").to_owned(),
        who: fields.get("who").to_owned(),
        subject: fields.get("subject").to_owned(),
    };
    let before = fields.number("after").unwrap_or(i64::MAX);
    let mut found = kernel::audit::newest(&app.db, &filter, before, limit + 1).await?;
    let is_more = i64::try_from(found.len()).is_ok_and(|n| n > limit);
    if is_more {
        found.pop();
    }
    let next = found.last().filter(|_| is_more).map(|(n, _)| *n);
    Ok((found, next))
}

/// Checks the whole chain, from the first act on.
///
/// # Errors
/// [`Problem::Forbidden`] for a post that does not see the trail.
pub async fn verify(app: &Shared, actor: &Actor) -> Result<Chain, Problem> {
    actor.may(deeds::AUDIT_SEE)?;
    Ok(kernel::audit::verify(&app.db).await?)
}

/// The Chinese name of a deed; its code when the deed is no more.
#[must_use]
pub fn deed_name(code: &str) -> &str {
    deeds::ALL.iter().find(|deed| deed.code() == code).map_or(code, |deed| deed.name())
}

/// What a check of the chain says.
#[must_use]
pub fn in_words(chain: &Chain) -> String {
    match chain {
        Chain::Whole { n_rows } => format!("审计记录完整：共 {n_rows} 条，逐条核验未发现改动"),
        Chain::Broken { at } => {
            format!("审计记录在第 {at} 条处中断：该条缺失或被改动，请保留现场并报告主管部门")
        }
    }
}

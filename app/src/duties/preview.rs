//! 审批前试算：一个拟定的本地标准会使当地增加、改期、取消多少事项。

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use kernel::{Actor, Problem, Scope};
use rules::duties::State as Fate;

use super::what_if::{self, Change, Fate as Becomes, Looking};
use crate::deeds;
use crate::policies;
use crate::policies::api::WhatIfOut;
use crate::policies::decide::{self, Policy};
use crate::policies::what_ifs::{self, RuleChange};
use crate::web::{Me, Shared};

/// How long the asker waits for the answer itself; what takes longer is shown as progress.
const PATIENCE: Duration = Duration::from_secs(3);

/// Works out what a proposal would change, unless that is known or under way.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; refused for posts that neither propose nor approve,
/// and when the proposal is decided.
pub async fn start(app: &Shared, actor: &Actor, id: i64) -> Result<(), Problem> {
    if !actor.can(deeds::POLICIES_PROPOSE) {
        actor.may(deeds::POLICIES_APPROVE)?;
    }
    let mut db = app.db.clone();
    let policy = decide::find(&mut db, actor, id).await?;
    if !actor.scope().covers(&policy.org) {
        return Err(Problem::NotFound);
    }
    if !policy.waits() {
        return Err(Problem::refused("decided", "这件已有结果，无需试算"));
    }
    let (laws, day) = (policies::store::version(&mut db).await?, app.today());
    let holder = db.number().await?;
    if !what_ifs::claim(&db, id, (laws, day), holder).await? {
        return Ok(());
    }
    let (app, task) = (app.clone(), (policy, holder));
    let working = tokio::spawn(async move {
        if let Err(cause) = work_out(&app, &task, day).await {
            tracing::error!(cause = format!("{cause:?}"), policy = id, "what if");
        }
    });
    // Whoever closes the page stops waiting, not the work.
    let _ = tokio::time::timeout(PATIENCE, working).await;
    Ok(())
}

/// Looks at everybody of the place and writes down, rule by rule, what would become of what is
/// owed to them.
async fn work_out(
    app: &Shared,
    (policy, holder): &(Policy, i64),
    day: Date,
) -> Result<(), Problem> {
    let change = Change::Figures(policy.org.clone(), vec![policy.as_law()]);
    let sides = what_if::sides(app, change).await?;
    let held = (policy.id, *holder);
    let mut looking = Looking::begin(app, sides, &Scope::below(&policy.org), day).await?;
    let mut changes: BTreeMap<&'static str, RuleChange> = BTreeMap::new();
    while let Some(fates) = looking.next().await? {
        for (_, fate) in fates {
            count(&mut changes, fate, day);
        }
        what_ifs::beat(&app.db, held, looking.n_people()).await?;
    }
    let changes: Vec<RuleChange> = changes.into_values().collect();
    Ok(what_ifs::end(&app.db, held, looking.n_people(), &changes).await?)
}

fn count(changes: &mut BTreeMap<&'static str, RuleChange>, fate: Becomes, day: Date) {
    let rule = fate.rule().id();
    let change = changes.entry(rule).or_default();
    rule.clone_into(&mut change.rule);
    match fate {
        Becomes::Appears(duty) => {
            change.n_appears += 1;
            let is_late = match duty.state {
                Fate::Open => duty.due_on < day,
                Fate::Missed { .. } => true,
                Fate::Settled { .. } | Fate::Lapsed { .. } => false,
            };
            change.n_late += i64::from(is_late);
        }
        Becomes::Moves { .. } => change.n_moves += 1,
        Becomes::Vanishes(_) => change.n_vanishes += 1,
    }
}

pub async fn start_from_page(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    start(&app, &actor, id).await?;
    Ok(Redirect::to(&format!("/policies/{id}")).into_response())
}

/// Works out what a proposal would change; asked again, it tells how far it is.
#[utoipa::path(post, path = "/api/v1/policies/{id}/what-if", tag = "policies",
    params(("id" = i64, Path)),
    responses((status = 200, body = WhatIfOut), (status = 404), (status = 409)))]
pub async fn start_from_api(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Json<WhatIfOut>, Problem> {
    start(&app, &actor, id).await?;
    policies::api::what_if_of(&app, &actor, id).await
}

//! The page of an enterprise: what is known of it, and its retirees inside one's scope.

use axum::Json;
use axum::extract::{Path, State};
use frame::{Pager, Tone, button_link, facts_list};
use kernel::{Actor, Db, DbError, Problem, Scope, q};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::search::{Found, shown};
use crate::deeds;
use crate::orgs::api::cut;
use crate::orgs::enterprises::pages::findings;
use crate::orgs::enterprises::{self, Enterprise};
use crate::orgs::history;
use crate::web::fields::Asked;
use crate::web::{Me, Shared, page};

/// Rows of a page.
const N_ROWS: i64 = 50;

/// Retirees of an enterprise inside a scope, and the cursor of the page that follows.
struct Listing {
    rows: Vec<Found>,
    after: Option<String>,
}

async fn listing(
    db: &Db,
    scope: &Scope,
    (enterprise, after): (i64, &str),
    n: i64,
) -> Result<Listing, DbError> {
    let (org, id) = after.rsplit_once('/').unwrap_or_default();
    let rows = db
        .rows(q!(
            "SELECT org, id FROM persons
             WHERE enterprise = $1 AND org >= $2 AND org < $3 AND (org, id) > ($4, $5)
             ORDER BY org, id LIMIT $6",
            enterprise,
            scope.from(),
            scope.to(),
            org,
            id.parse::<i64>().unwrap_or(0),
            n + 1
        ))
        .await?;
    let read = |row: &kernel::Row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?));
    let mut keys = rows.iter().map(read).collect::<Result<Vec<_>, DbError>>()?;
    let more = cut(&mut keys, n);
    let after = keys.last().filter(|_| more).map(|(org, id)| format!("{org}/{id}"));
    let ids: Vec<i64> = keys.iter().map(|(_, id)| *id).collect();
    Ok(Listing { rows: shown(db, scope, &ids).await?, after })
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut reader = app.db.clone();
    let enterprise = enterprises::find(&mut reader, id).await?;
    let history = history::of(&mut reader, id).await?;
    let body = html! {
        @for words in findings(&enterprise.finding) {
            (frame::notice(Tone::Warn, &format!("统一社会信用代码：{words}")))
        }
        (buttons(&actor, &enterprise))
        (facts(&enterprise))
        @if actor.can(deeds::PEOPLE_SEE) {
            h2 { "本辖区内的退休人员" }
            (people(&app, &actor, &enterprise, asked.get("after")).await?)
        }
        h2 { "变更记录" }
        (history::timeline_of(&history))
    };
    let mut shell = page(&app, &actor, &enterprise.name, body).crumb("企业", "/enterprises");
    if !asked.get("saved").is_empty() {
        shell = shell.notice(Tone::Good, "已保存");
    }
    Ok(shell.render())
}

async fn people(
    app: &Shared,
    actor: &Actor,
    enterprise: &Enterprise,
    after: &str,
) -> Result<Markup, Problem> {
    let path = format!("/enterprises/{}", enterprise.id);
    let found = listing(&app.db, &actor.scope(), (enterprise.id, after), N_ROWS).await?;
    let pager = Pager {
        first: (!after.is_empty()).then(|| path.clone()),
        next: found.after.map(|after| format!("{path}?after={after}")),
        ..Pager::default()
    };
    let empty = "本辖区内没有登记这家企业的退休人员";
    Ok(html! { (super::list::people(&found.rows, empty)) (frame::pager(pager)) })
}

fn buttons(actor: &Actor, enterprise: &Enterprise) -> Markup {
    let id = enterprise.id;
    html! {
        @if actor.can(deeds::ENTERPRISES_CHANGE) && enterprise.closed_on.is_none() {
            (frame::toolbar(html! {
                (button_link(&format!("/enterprises/{id}/change"), "变更"))
                (frame::danger_button_link(&format!("/enterprises/{id}/close"), "注销"))
            }))
        }
    }
}

fn facts(enterprise: &Enterprise) -> Markup {
    let code = &enterprise.credit_code;
    let state = match &enterprise.closed_on {
        None => html! { "在用" },
        Some(day) => html! { "已于" (frame::day(day)) "注销" },
    };
    facts_list(&[
        ("名称", frame::text(&enterprise.name)),
        ("统一社会信用代码", html! { @if code.is_empty() { "未填" } @else { (code) } }),
        ("拼音首字母", frame::text(&enterprise.initials)),
        ("状态", state),
    ])
}

#[utoipa::path(get, path = "/api/v1/enterprises/{id}/people", tag = "orgs", params(
    ("id" = i64, Path), ("after" = Option<String>, Query, description = "上一页给出的 after"),
    ("limit" = Option<i64>, Query, description = "每页条数，1–200")),
    responses((status = 200, description = "本辖区内这家企业的退休人员"), (status = 404)))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    enterprises::find(&mut app.db.clone(), id).await?;
    let of = (id, asked.get("after"));
    let found = listing(&app.db, &actor.scope(), of, asked.limit()).await?;
    let items: Vec<Value> = found.rows.iter().map(super::api::listed).collect();
    Ok(Json(json!({"items": items, "after": found.after})))
}

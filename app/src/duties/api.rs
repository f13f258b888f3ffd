//! Duties over the API.

use axum::Json;
use axum::extract::State;
use kernel::Problem;
use rules::duties::{Level, Rule};
use serde_json::{Value, json};

use super::lists::{self, Cursor, Filter, Which};
use crate::web::fields::Asked;
use crate::web::{Me, Shared};

/// A page of duties: `?org=&state=&rule=&owner=&limit=&after=`.
#[utoipa::path(get, path = "/api/v1/duties", tag = "duties", params(
    ("org" = Option<String>, Query), ("state" = Option<String>, Query),
    ("rule" = Option<String>, Query), ("owner" = Option<String>, Query),
    ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, description = "应办事项，期限近的在前")))]
pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Json<Value>, Problem> {
    let filter = Filter {
        scope: actor.scope().narrowed(asked.get("org")),
        which: Which::from_code(asked.get("state")).unwrap_or_default(),
        rule: Rule::from_id(asked.get("rule")),
        owner: Level::from_code(asked.get("owner")),
        from: None,
        until: None,
    }
    .as_of(app.today());
    let after = Cursor::read(asked.get("after"));
    let limit = asked.number("limit").unwrap_or(50).clamp(1, 200);
    let found = lists::list(&app.db, &filter, after.as_ref(), limit).await?;
    let rows = found.rows.iter().map(|row| {
        let duty = &row.stored.duty;
        json!({
            "id": row.stored.id,
            "person": row.person,
            "person_name": row.person_name,
            "org": row.org,
            "rule": duty.rule.id(),
            "rule_name": duty.rule.name(),
            "owner": duty.owner.code(),
            "opens_on": duty.opens_on,
            "due_on": duty.due_on,
            "closes_on": duty.closes_on,
        })
    });
    let next = found.next.as_ref().map(Cursor::write);
    Ok(Json(json!({ "duties": rows.collect::<Vec<_>>(), "next": next })))
}

//! The page that asks once more before an organisation is closed.

use axum::extract::{Path, State};
use axum::response::Redirect;
use frame::{danger_submit, form_post, hidden};
use kernel::Problem;
use maud::{Markup, html};

use super::close;
use crate::orgs::{self, Caller};
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

pub async fn form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let org = orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    orgs::standing(&org)?;
    let fields = html! {
        p { "撤销“" (org.name) "”（" (org.code) "）？撤销后不能再登记人员、不能登录，沿革保留。" }
        p { "还有退休人员、账号或下级机构的，不能撤销；要把人员并到别处，请用“合并”。" }
        (hidden("version", &org.version.to_string()))
        (danger_submit("确认撤销"))
    };
    let form =
        form_post(&format!("/orgs/{id}/close"), &csrf(&app, actor.session), &new_key(), fields);
    Ok(page(&app, &actor, "撤销机构", form)
        .crumb("机构", "/orgs")
        .crumb(&org.name, format!("/orgs/{id}"))
        .render())
}

pub async fn close(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let version = fields.number("version").unwrap_or_default();
    let done = close::close(&app, &actor, (id, version), Caller::Page).await?;
    Ok(Redirect::to(&done.outcome(Caller::Page, "/orgs")))
}

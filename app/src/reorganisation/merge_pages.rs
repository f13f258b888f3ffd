//! The pages on which an organisation is merged into another one.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use frame::{FieldError, facts_list, form_post, submit};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::merge::{self, Effect, Wish};
use super::words::{about, back, document, document_field, into_field, led, sure};
use crate::orgs::{self, Caller, Org};
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

pub async fn form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let org = orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    orgs::standing(&org)?;
    form_page(&app, &actor, &org, (&Fields::default(), Vec::new())).await
}

async fn form_page(
    app: &Shared,
    actor: &Actor,
    org: &Org,
    (typed, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let fields = html! {
        p { "“" (org.name) "”（" (org.code) "）的人员、账号和自管小组全部归并入的机构，本机构撤销，沿革保留。" }
        (into_field(app, actor, (org, "并入哪个机构"), (typed.get("into"), &errors)).await?)
        (document_field(typed.get("document"), &errors))
        (submit("查看将要发生的变化"))
    };
    let action = format!("/orgs/{}/merge", org.id);
    let form = form_post(&action, &csrf(app, actor.session), &new_key(), fields);
    Ok(about(app, actor, (org, "合并机构"), form).errors(errors).render())
}

/// Shows what would happen, or does it when that was seen.
pub async fn merge(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let org = orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let done = match fields.get("sure") {
        "" => preview(&app, &actor, id, &fields).await,
        _ => act(&app, &actor, id, &fields).await,
    };
    match done {
        Err(problem @ Problem::Invalid(_)) => {
            Ok(back(form_page(&app, &actor, &org, (&fields, shown(&problem))).await?))
        }
        other => other,
    }
}

async fn act(app: &Shared, actor: &Actor, id: i64, fields: &Fields) -> Result<Response, Problem> {
    let wish = Wish {
        into: fields.number("into").unwrap_or_default(),
        document: fields.get("document"),
        n_people: fields.number("n_people").unwrap_or_default(),
    };
    let version = fields.number("version").unwrap_or_default();
    Ok(led(&merge::merge(app, actor, (id, version), wish, Caller::Page).await?))
}

async fn preview(
    app: &Shared,
    actor: &Actor,
    id: i64,
    fields: &Fields,
) -> Result<Response, Problem> {
    let into = fields.number("into").unwrap_or_default();
    let (from, into) = merge::pair(&mut app.db.clone(), actor, (id, into)).await?;
    document(fields.get("document"))?;
    let effect = merge::effect(app, &from).await?;
    let (n_people, version) = (effect.n_active + effect.n_ended, from.version.to_string());
    let typed = [
        ("into", &*into.id.to_string()),
        ("document", fields.get("document")),
        ("version", &*version),
        ("n_people", &*n_people.to_string()),
    ];
    let action = (&*format!("/orgs/{id}/merge"), "确认合并");
    let body = html! {
        p { "“" (from.name) "”（" (from.code) "）并入“" (into.name) "”（" (into.code) "）。" }
        (facts_list(&facts(&effect, fields.get("document"))))
        p { "合并以后不能撤回；应办事项、期限和每个人的记录照旧，本月月报按转出、转入统计。" }
        (sure(app, actor, action, &typed))
        p { a href={ "/orgs/" (id) "/merge" } { "重新选择" } }
    };
    Ok(about(app, actor, (&from, "核对合并"), body).render().into_response())
}

fn facts(effect: &Effect, paper: &str) -> Vec<(&'static str, Markup)> {
    let n = |n: i64, unit: &str| html! { (frame::count(n)) (unit) };
    vec![
        ("在管退休人员", n(effect.n_active, "人")),
        ("已故和转出人员的记录", n(effect.n_ended, "份")),
        ("待确认的转移", n(effect.n_moves, "件，改由并入的机构办理")),
        ("自管小组", n(effect.n_groups, "个，改用并入社区的编号")),
        ("账号", n(effect.n_accounts, "个，随之调动，岗位由安全管理员重新授予")),
        ("依据", frame::text(paper)),
    ]
}

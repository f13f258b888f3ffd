//! The pages on which an organisation gets a new code.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use frame::{Col, FieldError, Input, Table, form_post, submit, table, text, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::places::n_served;
use super::renumber::{self, judge};
use super::words::{about, back, document, document_field, led, sure};
use crate::orgs::recode::concerned;
use crate::orgs::{self, Caller, Org};
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

/// So many organisations are shown by name.
const N_SHOWN: usize = 100;

pub async fn form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let org = orgs::find(&mut app.db.clone(), &actor.scope(), id).await?;
    orgs::standing(&org)?;
    Ok(form_page(&app, &actor, &org, (&Fields::default(), Vec::new())))
}

fn form_page(
    app: &Shared,
    actor: &Actor,
    org: &Org,
    (typed, errors): (&Fields, Vec<FieldError>),
) -> Markup {
    let code = if errors.is_empty() { &org.code } else { typed.get("code") };
    let fields = html! {
        p { "“" (org.name) "”现用代码 " strong { (org.code) } "。下级机构的代码随之改变，人员和记录跟随。" }
        (text_field(Input::new("code", "新代码").value(code).errors(&errors)
            .hint("位数与现用代码相同；前几位是上级机构的代码")))
        (document_field(typed.get("document"), &errors))
        (submit("查看将要发生的变化"))
    };
    let action = format!("/orgs/{}/recode", org.id);
    let form = form_post(&action, &csrf(app, actor.session), &new_key(), fields);
    about(app, actor, (org, "变更代码"), form).errors(errors).render()
}

/// Shows what would happen, or does it when that was seen.
pub async fn renumber(
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
            Ok(back(form_page(&app, &actor, &org, (&fields, shown(&problem)))))
        }
        other => other,
    }
}

async fn act(app: &Shared, actor: &Actor, id: i64, fields: &Fields) -> Result<Response, Problem> {
    let version = fields.number("version").unwrap_or_default();
    let wish = (fields.get("code"), fields.get("document"));
    Ok(led(&renumber::renumber(app, actor, (id, version), wish, Caller::Page).await?))
}

async fn preview(
    app: &Shared,
    actor: &Actor,
    id: i64,
    fields: &Fields,
) -> Result<Response, Problem> {
    let mut reader = app.db.clone();
    let judged = judge(&mut reader, actor, (id, fields.get("code"))).await?;
    document(fields.get("document"))?;
    let org = &judged.org;
    let orgs = concerned(&mut reader, &judged.of.from, N_SHOWN + 1).await?;
    let n_people = n_served(&mut reader, &org.code).await?;
    let rows = orgs
        .iter()
        .take(N_SHOWN)
        .map(|one| vec![text(&one.name), text(&one.code), text(judged.of.of(&one.code))]);
    let columns = vec![Col::head("机构"), Col::text("现用代码"), Col::text("新代码")];
    let version = org.version.to_string();
    let typed = [
        ("code", fields.get("code")),
        ("document", fields.get("document")),
        ("version", &*version),
    ];
    let action = (&*format!("/orgs/{id}/recode"), "确认变更代码");
    let body = html! {
        p { "这里和下级机构在管退休人员 " strong { (frame::count(n_people)) "人" } "，人员、应办事项、走访、账号跟随新代码。" }
        (table(Table::new("代码的变化", columns).rows(rows.collect())))
        @if orgs.len() > N_SHOWN { p { "还有更多下级机构，这里只列出前 " (N_SHOWN) " 个。" } }
        p { "依据：" (fields.get("document")) }
        (sure(app, actor, action, &typed))
        p { a href={ "/orgs/" (id) "/recode" } { "重新填写" } }
    };
    Ok(about(app, actor, (org, "核对新代码"), body).render().into_response())
}

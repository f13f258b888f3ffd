//! The forms by which an enterprise is entered, changed and closed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{FieldError, Input, checkbox, danger_submit, form_post, hidden, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::{Enterprise, SameName, Typed, find};
use crate::orgs::Caller;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

fn typed(fields: &Fields) -> Typed {
    let same_name = match fields.get("same_name") {
        "" => SameName::NotSeen,
        _ => SameName::IsAnother,
    };
    Typed::new(fields.get("name"), fields.get("credit_code"), same_name)
}

/// Asks about the other enterprise of the same name only when there is one.
fn inputs(typed: &Typed, errors: &[FieldError]) -> Markup {
    let asked = typed.same_name == SameName::IsAnother
        || errors.iter().any(|error| error.field == "same_name");
    let ticked = if typed.same_name == SameName::IsAnother { "1" } else { "" };
    let code = Input::new("credit_code", "统一社会信用代码").value(&typed.credit_code);
    html! {
        (text_field(Input::new("name", "企业名称").value(&typed.name).errors(errors)
            .width(frame::Width::Full)))
        (text_field(code.optional().errors(errors)
            .hint("18 位。校验不符时会提醒，但可以照录")))
        @if asked {
            (checkbox(Input::new("same_name", "不是同一家企业，仍要保存").value(ticked)
                .errors(errors)))
        }
    }
}

pub async fn new(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    Ok(new_page(&app, &actor, &Typed::default(), Vec::new()))
}

fn new_page(app: &Shared, actor: &Actor, typed: &Typed, errors: Vec<FieldError>) -> Markup {
    let fields = html! { (inputs(typed, &errors)) (submit("登记企业")) };
    let form = form_post("/enterprises", &csrf(app, actor.session), &new_key(), fields);
    page(app, actor, "登记企业", form).crumb("所属企业", "/enterprises").errors(errors).render()
}

pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let typed = typed(&fields);
    match super::enter(&app, &actor, &typed, Caller::Page).await {
        Ok(done) => Ok(Redirect::to(&done.outcome(Caller::Page, "/enterprises")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = new_page(&app, &actor, &typed, shown(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn change_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let known = find(&mut app.db.clone(), id).await?;
    super::standing(&known)?;
    let typed = Typed::new(&known.name, &known.credit_code, SameName::NotSeen);
    Ok(change_page(&app, &actor, (&known, known.version), &typed, Vec::new()))
}

/// `version` is the one on which the change is based.
fn change_page(
    app: &Shared,
    actor: &Actor,
    (known, version): (&Enterprise, i64),
    typed: &Typed,
    errors: Vec<FieldError>,
) -> Markup {
    let fields = html! {
        (hidden("version", &version.to_string()))
        (inputs(typed, &errors))
        (submit("保存变更"))
    };
    let action = format!("/enterprises/{}/change", known.id);
    let form = form_post(&action, &csrf(app, actor.session), &new_key(), fields);
    page(app, actor, "变更企业", form)
        .crumb("所属企业", "/enterprises")
        .crumb(&known.name, format!("/enterprises/{}", known.id))
        .errors(errors)
        .render()
}

pub async fn change(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let version = fields.number("version").unwrap_or_default();
    let typed = typed(&fields);
    match super::change(&app, &actor, (id, version), &typed, Caller::Page).await {
        Ok(done) => Ok(Redirect::to(&done.outcome(Caller::Page, "/enterprises")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let known = find(&mut app.db.clone(), id).await?;
            let page = change_page(&app, &actor, (&known, version), &typed, shown(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn close_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let known = find(&mut app.db.clone(), id).await?;
    super::standing(&known)?;
    let fields = html! {
        p { "注销后，登记人员时不能再选择“" (known.name) "”；已登记人员的所属企业不变。" }
        (hidden("version", &known.version.to_string()))
        (danger_submit("注销企业"))
    };
    let action = format!("/enterprises/{id}/close");
    let form = form_post(&action, &csrf(&app, actor.session), &new_key(), fields);
    Ok(page(&app, &actor, "注销企业", form)
        .crumb("所属企业", "/enterprises")
        .crumb(&known.name, format!("/enterprises/{id}"))
        .render())
}

pub async fn close(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let version = fields.number("version").unwrap_or_default();
    let done = super::close(&app, &actor, (id, version), Caller::Page).await?;
    Ok(Redirect::to(&done.outcome(Caller::Page, "/enterprises")))
}

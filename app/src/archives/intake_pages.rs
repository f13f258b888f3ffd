//! The form with which a file is taken in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{FieldError, Input, Kind, Width, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::{Caller, NewFile, path, take_in};
use crate::registry;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let person = asked.number("person").ok_or(Problem::NotFound)?;
    new_page(&app, &actor, person, (&Fields::default(), Vec::new())).await
}

async fn new_page(
    app: &Shared,
    actor: &Actor,
    person: i64,
    (typed, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), person).await?;
    let from = match typed.get("from") {
        "" => person.enterprise_name.as_str(),
        typed => typed,
    };
    let field = |name, label| Input::new(name, label).value(typed.get(name)).errors(&errors);
    let volumes = match typed.get("volumes") {
        "" => "1",
        typed => typed,
    };
    let form = html! {
        (frame::hidden("person", &person.id.to_string()))
        (text_field(Input::new("from", "从哪里来").value(from).errors(&errors)
            .hint("移交单位或机构的名称")))
        (text_field(field("box", "盒号").optional().hint("例如：2架3层015盒；还没上架的不填")))
        (text_field(Input::new("volumes", "册数").value(volumes).errors(&errors)
            .kind(Kind::Number).width(Width::Tiny)))
        (text_field(field("pages", "页数").optional().kind(Kind::Number).width(Width::Tiny)))
        (text_field(field("note", "备注").optional().width(Width::Full)))
        (submit("登记入库"))
    };
    let body = html! {
        p { (person.name) "的人事档案登记在" (actor.org_name) "。登记以后打印标签，贴在档案袋上。" }
        (form_post("/archives", &csrf(app, actor.session), &new_key(), form))
    };
    let shell = page(app, actor, "登记人事档案", body).crumb("人事档案", "/archives");
    Ok(shell.errors(errors).render())
}

/// A number that was typed, or a field problem.
pub(super) fn count(
    fields: &Fields,
    name: &str,
    errors: &mut Vec<kernel::FieldError>,
) -> Option<i64> {
    if fields.get(name).is_empty() {
        return None;
    }
    let n = fields.number(name);
    if n.is_none() {
        super::wrong(errors, name, "请填写数字");
    }
    n
}

pub async fn save_new(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let new = NewFile {
        person: fields.number("person").unwrap_or(0),
        from: fields.get("from").to_owned(),
        in_box: fields.get("box").to_owned(),
        volumes: count(&fields, "volumes", &mut errors).unwrap_or(1),
        pages: count(&fields, "pages", &mut errors),
        note: fields.get("note").to_owned(),
    };
    let done = match wrong(errors) {
        Ok(()) => take_in(&app, &actor, &new, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("{}?saved=taken", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let typed = (&fields, shown(&problem));
            let page = new_page(&app, &actor, new.person, typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub(super) fn wrong(errors: Vec<kernel::FieldError>) -> Result<(), Problem> {
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

//! What the three acts and their pages have in common.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, FieldError, Input, Width, danger_submit, hidden, select_field, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use crate::orgs::{Caller, Done, Org, store};
use crate::web::{Shared, csrf, new_key, page};

/// The document by which an organisation is changed.
///
/// # Errors
/// A field problem when it is missing or too long.
pub fn document(words: &str) -> Result<(), Problem> {
    let n = words.chars().count();
    if n == 0 || n > 200 {
        let sentence = "请填写调整所依据的文件（文号或说明），最多 200 个字";
        return Err(Problem::field("document", sentence));
    }
    Ok(())
}

/// The field for it.
pub fn document_field(typed: &str, errors: &[FieldError]) -> Markup {
    text_field(
        Input::new("document", "依据的文件")
            .hint("文号或说明，记入沿革，例如“民政局〔2026〕12号”")
            .value(typed)
            .width(Width::Full)
            .errors(errors),
    )
}

/// A choice among the open organisations of a kind in the actor's place, but for one.
///
/// # Errors
/// Whatever the database says.
pub async fn into_field(
    app: &Shared,
    actor: &Actor,
    (org, label): (&Org, &str),
    (typed, errors): (&str, &[FieldError]),
) -> Result<Markup, Problem> {
    let all = store::below(&mut app.db.clone(), &actor.scope(), &org.kind).await?;
    let others = all.iter().filter(|other| other.id != org.id);
    let labels: Vec<(String, String)> = others
        .map(|other| (other.id.to_string(), format!("{}　{}", other.code, other.name)))
        .collect();
    let choices: Vec<Choice<'_>> =
        labels.iter().map(|(id, label)| Choice::new(id, label)).collect();
    let input = Input::new("into", label).value(typed).width(Width::Full).errors(errors);
    Ok(select_field(input, &choices))
}

/// The button that does what was shown, with what was typed.
pub fn sure(
    app: &Shared,
    actor: &Actor,
    (action, label): (&str, &str),
    typed: &[(&str, &str)],
) -> Markup {
    let fields = html! {
        @for (name, value) in typed { (hidden(name, value)) }
        (hidden("sure", "1"))
        (danger_submit(label))
    };
    frame::form_post(action, &csrf(app, actor.session), &new_key(), fields)
}

/// A page about an organisation.
pub fn about(
    app: &Shared,
    actor: &Actor,
    (org, title): (&Org, &str),
    body: Markup,
) -> frame::Shell {
    page(app, actor, title, body)
        .crumb("机构", "/orgs")
        .crumb(&org.name, format!("/orgs/{}", org.id))
}

/// To the organisation after the act.
pub fn led(done: &Done) -> Response {
    Redirect::to(&done.outcome(Caller::Page, "/orgs")).into_response()
}

/// A form that comes back with its faults.
pub fn back(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

//! What the acts on a retiree have in common: whom they are about, how a page of theirs looks.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use frame::{Shell, Tone, facts_list, tag};
use jiff::civil::Date;
use kernel::{Actor, Problem, Reader};
use maud::{Markup, html};
use rules::identity::{Mask, mask};
use serde_json::Value;

pub use super::Caller;
use crate::codes::name_of;
use crate::registry::{self, Person, codes};
use crate::web::{Shared, page};

impl Caller {
    /// What a repeated request is answered with.
    #[must_use]
    pub fn outcome(self, page: &str, told: &Value) -> String {
        match self {
            Self::Page => page.to_owned(),
            Self::Api => told.to_string(),
        }
    }
}

/// The retiree, if under management still.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a refusal for who died or left.
pub async fn active(reader: &mut impl Reader, actor: &Actor, id: i64) -> Result<Person, Problem> {
    let person = registry::find(reader, &actor.scope(), id).await?;
    if person.status == "active" { Ok(person) } else { Err(gone(&person.status)) }
}

/// The refusal for somebody who is no longer under management.
#[must_use]
pub fn gone(status: &str) -> Problem {
    let sentence = match status {
        "dead" => "此人已登记死亡，不能再办这件事；登记有误的，请先撤销死亡登记",
        _ => "此人已转出，不能再办这件事；已回到本辖区的，请先重新纳入",
    };
    Problem::refused("not-active", sentence)
}

/// A form that was sent back.
#[must_use]
pub fn sent_back(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// A page about a retiree, with the way back to them.
#[must_use]
pub fn about(app: &Shared, actor: &Actor, person: &Person, title: &str, body: Markup) -> Shell {
    page(app, actor, title, body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, format!("/people/{}", person.id))
}

/// Who it is about, at the head of a form.
#[must_use]
pub fn who(person: &Person) -> Markup {
    let tone = if person.status == "active" { Tone::Good } else { Tone::Plain };
    facts_list(&[
        ("姓名", html! { a href={ "/people/" (person.id) } { (person.name) } }),
        ("证件号码", html! { (mask(&person.id_number, Mask::First3Last4)) }),
        ("出生日期", day(person.born_on)),
        ("状态", tag(tone, name_of(codes::STATUSES, &person.status))),
    ])
}

/// A day that may be missing.
#[must_use]
pub fn day(day: Option<Date>) -> Markup {
    html! { @if let Some(day) = day { (frame::time(&day.to_string())) } }
}

/// A reason of at least 2 and at most 200 characters.
///
/// # Errors
/// A field problem that says so.
pub fn reason(field: &str, what: &str, text: &str) -> Result<(), Problem> {
    if (2..=200).contains(&text.chars().count()) {
        return Ok(());
    }
    Err(Problem::field(field, format!("请填写{what}，2 至 200 个字")))
}

//! Seeing whole numbers: once, for a reason, and the reason is kept in the audit.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use frame::{Input, Tone, form_post, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::Caller;
use crate::deeds;
use crate::registry::{self, Person};
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// Opens the numbers of a retiree. Asked again with the same key, they are not shown again.
///
/// # Errors
/// [`Problem::NotFound`] outside the actor's scope; a field problem without a reason.
pub async fn reveal(
    app: &Shared,
    actor: &Actor,
    id: i64,
    reason: &str,
    caller: Caller,
) -> Result<Person, Problem> {
    let permit = actor.permit(deeds::PEOPLE_REVEAL)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), id).await?;
    if !(2..=100).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "请填写查看原因，2 至 100 个字"));
    }
    if reason.chars().filter(char::is_ascii_digit).count() > 8 {
        return Err(Problem::field("reason", "查看原因中不要写证件号码或电话"));
    }
    // The numbers are never kept with the key of the request.
    let outcome = match caller {
        Caller::Page => format!("/people/{id}"),
        Caller::Api => serde_json::json!({"id": id, "revealed": true}).to_string(),
    };
    act.commit_noting(&format!("person/{id}"), &outcome, reason).await?;
    Ok(person)
}

pub async fn reason_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    Ok(form_page(&app, &actor, &person, ("", Vec::new())))
}

fn form_page(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (reason, errors): (&str, Vec<frame::FieldError>),
) -> Markup {
    let input = Input::new("reason", "查看原因").value(reason).errors(&errors);
    let form = html! {
        (text_field(input.hint("例如：核对银行卡、代办老年人优惠证")))
        (frame::submit("查看完整号码"))
    };
    let path = format!("/people/{}", person.id);
    let body = html! {
        p { "将显示" (person.name) "的完整证件号码、电话和社会保障号码。"
            "每次查看都记入审计：谁、何时、为什么。" }
        (form_post(&format!("{path}/reveal"), &csrf(app, actor.session), &new_key(), form))
    };
    page(app, actor, "查看完整号码", body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, path)
        .errors(errors)
        .render()
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let reason = fields.get("reason");
    match reveal(&app, &actor, id, reason, Caller::Page).await {
        Ok(person) => Ok(numbers(&app, &actor, &person).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
            let errors = shown(&problem);
            let page = form_page(&app, &actor, &person, (reason, errors));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn numbers(app: &Shared, actor: &Actor, person: &Person) -> Markup {
    let or_none = |text: &str| {
        let text = if text.is_empty() { "没有登记" } else { text };
        frame::text(text)
    };
    let path = format!("/people/{}", person.id);
    let body = html! {
        (frame::facts_list(&[
            ("证件号码", or_none(&person.id_number)),
            ("原 15 位号码", or_none(&person.id_former)),
            ("联系电话", or_none(&person.phone)),
            ("其他电话", or_none(&person.phone2)),
            ("社会保障号码", or_none(&person.insurance_no)),
        ]))
        p { "离开本页后不再显示，需要时请重新填写原因查看。" }
        (frame::button_link(&path, "看完了，返回"))
    };
    page(app, actor, "完整号码", body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, path)
        .notice(Tone::Info, "本次查看已记入审计")
        .render()
}

/// Why a telephone number is opened without being asked for a reason.
const TO_CALL: &str = "走访联系，查看电话";

/// The telephone numbers of a retiree, ready to be dialled on a telephone.
pub async fn telephone(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let person = reveal(&app, &actor, id, TO_CALL, Caller::Page).await?;
    let path = format!("/people/{id}");
    let number = |number: &str| match number {
        "" => html! { "没有登记" },
        number => html! { a href={ "tel:" (number) } { (number) } },
    };
    let body = html! {
        (frame::facts_list(&[
            ("联系电话", number(&person.phone)),
            ("其他电话", number(&person.phone2)),
        ]))
        (frame::toolbar(html! {
            @if actor.can(deeds::VISITS_RECORD) {
                (frame::main_button_link(&format!("{path}/visits/new?way=telephone"), "登记走访"))
            }
            (frame::button_link(&path, "返回"))
        }))
    };
    Ok(page(&app, &actor, "电话", body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, path)
        .notice(Tone::Info, "本次查看已记入审计")
        .render())
}

//! The forms by which an organisation is opened and renamed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, FieldError, Input, Width, form_post, select_field, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::{Caller, Org, Wanted, lists};
use crate::codes;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// The empty form; `parent` fills in how the code begins and what it probably is.
pub async fn new(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut wanted = Wanted { code: actor.org.clone(), ..Wanted::default() };
    if let Some(parent) = asked.number("parent") {
        let mut reader = app.db.clone();
        let parent = super::find(&mut reader, &actor.scope(), parent).await?;
        let level = codes::level_below(&parent.level).unwrap_or_default();
        if let Some(kind) = codes::kinds_of(level).first() {
            wanted.kind = (*kind).to_owned();
        }
        wanted.code = match level {
            // A group has no code of the statistical office: the next number is as good as any.
            "group" => {
                let last = lists::last_below(&mut reader, (&parent.code, level)).await?;
                next_group(&parent.code, last.as_deref())
            }
            _ => parent.code,
        };
    }
    Ok(new_page(&app, &actor, &wanted, Vec::new()))
}

/// The code of the next group of a station.
#[must_use]
pub fn next_group(station: &str, last: Option<&str>) -> String {
    let n = last.and_then(|last| last.rsplit_once('-')?.1.parse::<u8>().ok()).unwrap_or(0);
    format!("{station}-{:02}", n.saturating_add(1).min(99))
}

fn new_page(app: &Shared, actor: &Actor, wanted: &Wanted, errors: Vec<FieldError>) -> Markup {
    let kinds: Vec<Choice<'_>> =
        codes::ORG_KINDS.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let hint = "统计用区划代码：区 6 位、街道 9 位、社区 12 位；自管小组为社区代码加“-01”";
    let form = html! {
        (text_field(Input::new("code", "代码").value(&wanted.code).hint(hint).errors(&errors)))
        (select_field(Input::new("kind", "类别").value(&wanted.kind).errors(&errors), &kinds))
        (text_field(Input::new("name", "名称").value(&wanted.name).width(Width::Full)
            .errors(&errors)))
        p { "上级机构由代码得出，不用另选。" }
        (submit("新增机构"))
    };
    let form = form_post("/orgs", &csrf(app, actor.session), &new_key(), form);
    page(app, actor, "新增机构", form).crumb("机构", "/orgs").errors(errors).render()
}

pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let wanted = Wanted {
        code: fields.get("code").to_owned(),
        kind: fields.get("kind").to_owned(),
        name: fields.get("name").to_owned(),
    };
    match super::set_up(&app, &actor, &wanted, Caller::Page).await {
        Ok(done) => Ok(Redirect::to(&done.outcome(Caller::Page, "/orgs")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = new_page(&app, &actor, &wanted, shown(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn rename_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let org = super::find(&mut app.db.clone(), &actor.scope(), id).await?;
    super::standing(&org)?;
    Ok(rename_page(&app, &actor, &org, (&org.name, org.version), Vec::new()))
}

/// `typed` is what was typed, and the version on which it was.
fn rename_page(
    app: &Shared,
    actor: &Actor,
    org: &Org,
    (typed, version): (&str, i64),
    errors: Vec<FieldError>,
) -> Markup {
    let form = html! {
        p { "现用名称：" strong { (org.name) } "。更名后旧名称保留在沿革中，人员和代码不变。" }
        (frame::hidden("version", &version.to_string()))
        (text_field(Input::new("name", "新的名称").value(typed).width(Width::Full)
            .errors(&errors)))
        (submit("更名"))
    };
    let action = format!("/orgs/{}/rename", org.id);
    let form = form_post(&action, &csrf(app, actor.session), &new_key(), form);
    page(app, actor, "机构更名", form)
        .crumb("机构", "/orgs")
        .crumb(&org.name, format!("/orgs/{}", org.id))
        .errors(errors)
        .render()
}

pub async fn rename(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let version = fields.number("version").unwrap_or_default();
    let name = fields.get("name");
    match super::rename(&app, &actor, (id, version), name, Caller::Page).await {
        Ok(done) => Ok(Redirect::to(&done.outcome(Caller::Page, "/orgs")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let org = super::find(&mut app.db.clone(), &actor.scope(), id).await?;
            let page = rename_page(&app, &actor, &org, (name, version), shown(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

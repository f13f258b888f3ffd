//! One person of a batch: entered by hand, shown with what was handed over, put right.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, FieldError, Input, Kind, Width};
use frame::{form_post, select_field, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::identity::{Mask, mask, mask_telephone};

use super::pages::seen;
use super::review::{Decision, Entry, Papers, decide, enter, seen as seen_one};
use super::rows::{self, Candidate};
use super::{Batch, Caller, STATES, findings, own, path};
use crate::codes::name_of;
use crate::people::form::{self, Typed};
use crate::registry::{NewPerson, codes};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{deeds, orgs};

/// A number as lists show it.
pub(super) fn masked(number: &str) -> String {
    mask(number, Mask::First3Last4)
}

pub async fn enter_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let batch = own(&mut app.db.clone(), &actor, id).await?;
    let mut fields = Fields(vec![
        ("away".to_owned(), "here".to_owned()),
        ("management".to_owned(), "1".to_owned()),
        ("enterprise_name".to_owned(), batch.enterprise_name.clone()),
    ]);
    fields.0.extend(asked.0);
    enter_page(&app, &actor, (&batch, None), (&fields, Vec::new())).await
}

async fn enter_page(
    app: &Shared,
    actor: &Actor,
    (batch, one): (&Batch, Option<&Candidate>),
    (fields, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let stations = orgs::store::below(&mut app.db.clone(), &actor.scope(), "station").await?;
    let choices: Vec<Choice<'_>> = std::iter::once(Choice::new("", "以后再定"))
        .chain(stations.iter().map(|org| Choice::new(&org.code, &org.name)))
        .collect();
    let typed = Typed { fields, errors: &errors, person: None };
    let input = |name, label| Input::new(name, label).value(fields.get(name)).errors(&errors);
    let now = one.map(|one| masked(&one.handed.person.id_number)).unwrap_or_default();
    let form = html! {
        @if let Some(one) = one {
            (frame::hidden("version", &one.version.to_string()))
            p { "证件号码现为 " (now) "；号码、电话和社会保障号码不改就留空。" }
        }
        (form::main_fields(&typed))
        (select_field(input("target", "接收社区").optional(), &choices))
        (text_field(input("pages", "档案应有页数").optional().kind(Kind::Number)
            .width(Width::Short)))
        (submit("保存"))
        (form::more_fields(&typed))
        (submit("保存"))
    };
    let (action, title) = match one {
        Some(one) => (format!("/handovers/people/{}", one.id), "更正移交人员"),
        None => (format!("{}/enter", path(batch.id)), "补录移交人员"),
    };
    let body = form_post(&action, &csrf(app, actor.session), &new_key(), form);
    Ok(page(app, actor, title, body)
        .crumb("移交接收", "/handovers")
        .crumb(&batch.number, path(batch.id))
        .errors(errors)
        .render())
}

/// Reads what was typed over what is known.
fn read(fields: &Fields, known: NewPerson) -> Result<Entry, Problem> {
    let new = form::read(fields, NewPerson { marks: Vec::new(), ..known })?;
    let pages_said = match (fields.get("pages"), fields.number("pages")) {
        ("", _) => None,
        (_, Some(n)) if (0..=100_000).contains(&n) => Some(n),
        _ => return Err(Problem::field("pages", "请填写页数，用数字")),
    };
    let target = fields.get("target").to_owned();
    Ok(Entry { new, contact: None, target, pages_said, replaces: None })
}

pub async fn save_new(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = match read(&fields, NewPerson::default()) {
        Ok(entry) => enter(&app, &actor, (id, &entry), Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{}/people?saved=entered", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let batch = own(&mut app.db.clone(), &actor, id).await?;
            let typed = (&fields, shown(&problem));
            let page = enter_page(&app, &actor, (&batch, None), typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// Somebody of a batch of the actor's own.
pub(super) async fn own_one(
    app: &Shared,
    actor: &Actor,
    id: i64,
) -> Result<(Batch, Candidate), Problem> {
    let mut db = app.db.clone();
    let one = rows::find(&mut db, id).await?.ok_or(Problem::NotFound)?;
    let batch = own(&mut db, actor, one.batch).await?;
    Ok((batch, one))
}

/// What is known of somebody, as the form begins; numbers are not in it.
fn preset(one: &Candidate) -> Fields {
    let person = &one.handed.person;
    let mut fields = form::known(person);
    let pages = one.pages_said.map(|n| n.to_string()).unwrap_or_default();
    fields.push(("target".to_owned(), one.target.clone()));
    fields.push(("pages".to_owned(), pages));
    let marks = person.marks.iter().map(|mark| ("marks".to_owned(), mark.code().to_owned()));
    fields.extend(marks);
    Fields(fields)
}

/// What an enterprise hands over of somebody, and the desk's papers on them.
pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let (batch, one) = own_one(&app, &actor, id).await?;
    show_page(&app, &actor, (&batch, &one), (&Fields::default(), Vec::new())).await
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    (batch, one): (&Batch, &Candidate),
    (fields, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let waits = matches!(one.state.as_str(), "listed" | "returned");
    let may = waits && batch.is_open() && actor.can(deeds::HANDOVER_REVIEW);
    let field = |name, label| Input::new(name, label).value(fields.get(name)).errors(&errors);
    let kinds = [Choice::new("papers", "档案已收"), Choice::new("no-file", "没有档案")];
    let known = one.pages_found.or(one.pages_said).map(|n| n.to_string()).unwrap_or_default();
    let is_typed = !fields.0.is_empty();
    let (action, pages) =
        if is_typed { (fields.get("action"), fields.get("pages")) } else { ("papers", &*known) };
    let form = html! {
        (frame::radio_group(Input::new("action", "登记表已核对，档案").value(action)
            .errors(&errors), &kinds))
        (text_field(Input::new("pages", "实有页数").value(pages).errors(&errors).optional()
            .kind(Kind::Number).width(Width::Short)))
        (text_field(field("reason", "说明").optional().width(Width::Full)
            .hint("没有档案或缺页的，写明原因")))
        (submit("记下核对结果"))
    };
    let action = format!("/handovers/people/{}/papers", one.id);
    let body = html! {
        (facts(one))
        (frame::toolbar(html! {
            @if may {
                (frame::button_link(&format!("/handovers/people/{}/edit", one.id), "更正登记内容"))
            }
            (frame::button_link(&format!("/handovers/people/{}/form", one.id), "打印登记表"))
        }))
        @if may {
            (frame::card("核对登记表和档案",
                form_post(&action, &csrf(app, actor.session), &new_key(), form)))
        }
    };
    Ok(page(app, actor, &format!("移交人员：{}", one.name), body)
        .crumb("移交接收", "/handovers")
        .crumb(&batch.number, path(batch.id))
        .crumb("名单和审核", format!("{}/people", path(batch.id)))
        .errors(errors)
        .render())
}

fn facts(one: &Candidate) -> Markup {
    let person = &one.handed.person;
    let day = |day: Option<jiff::civil::Date>| {
        html! { @if let Some(day) = day { (frame::time(&day.to_string())) } }
    };
    let words = findings::words(one);
    let contact = one.handed.contact.as_ref().map(|contact| contact.name.clone());
    frame::facts_list(&[
        ("证件号码", frame::text(masked(&person.id_number))),
        ("性别", frame::text(name_of(codes::SEXES, &person.sex))),
        ("出生日期", day(person.born_on)),
        ("档案出生日期", day(person.archive_born_on)),
        ("政治面貌", frame::text(name_of(codes::POLITICAL, &person.political))),
        ("联系电话", frame::text(mask_telephone(&person.phone))),
        ("居住地址", frame::text(&person.address)),
        ("户籍地址", frame::text(&person.hukou_address)),
        ("退休类别", frame::text(name_of(codes::RETIREMENTS, &person.retirement_kind))),
        ("退休日期", day(person.retired_on)),
        ("家庭联系人", frame::text(contact.unwrap_or_default())),
        ("环节", frame::text(name_of(STATES, &one.state))),
        ("最近办理日期", frame::time(&one.changed_on.to_string())),
        ("要看的地方", frame::text(words.join("；"))),
        ("说明", frame::text(&one.reason)),
    ])
}

pub async fn edit_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let (batch, one) = own_one(&app, &actor, id).await?;
    enter_page(&app, &actor, (&batch, Some(&one)), (&preset(&one), Vec::new())).await
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (batch, one) = own_one(&app, &actor, id).await?;
    let version = fields.number("version").unwrap_or(0);
    let done = match read(&fields, one.handed.person.clone()) {
        Ok(entry) => {
            let contact = one.handed.contact.clone();
            let entry = Entry { replaces: Some((id, version)), contact, ..entry };
            enter(&app, &actor, (batch.id, &entry), Caller::Page).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(_) => {
            let to = format!("{}/people?saved=entered", path(batch.id));
            Ok(Redirect::to(&to).into_response())
        }
        Err(problem @ Problem::Invalid(_)) => {
            let typed = (&fields, shown(&problem));
            let page = enter_page(&app, &actor, (&batch, Some(&one)), typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// Notes what was found of somebody's papers.
pub async fn papers(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (batch, one) = own_one(&app, &actor, id).await?;
    let back = format!("/handovers/people/{id}");
    let pages = fields.number("pages").filter(|n| (0..=100_000).contains(n));
    let is_wrong = !fields.get("pages").is_empty() && pages.is_none();
    let is_file = fields.get("action") != "no-file";
    let decision = Decision::Papers(Papers { is_file, pages });
    let done = if is_wrong {
        Err(Problem::field("pages", "请填写页数，用数字"))
    } else {
        let said = (&decision, fields.get("reason"));
        decide(&app, &actor, (batch.id, &[id]), said, (Caller::Page, &back)).await
    };
    match done {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let batch = seen(&app, &actor, batch.id).await?;
            let one = seen_one(&mut app.db.clone(), &actor, (&batch, one.id)).await?;
            let typed = (&fields, shown(&problem));
            let page = show_page(&app, &actor, (&batch, &one), typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

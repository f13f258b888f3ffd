//! The pages of relatives and contacts: the list, the form, ending one.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, Kind, Table, Tone, Width, form_post, select_field, submit};
use frame::{text_field, time};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::identity::{Mask, mask, mask_telephone};

use super::acts::{Caller, about, day, sent_back, who};
use super::relatives;
use crate::codes::name_of;
use crate::deeds;
use crate::registry::codes::{HOUSEHOLDS, RELATIONS};
use crate::registry::relatives::{NewRelative, Relative, of_person};
use crate::registry::{self, Person};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let person = registry::find(&mut db, &actor.scope(), person).await?;
    let relatives = of_person(&mut db, person.id).await?;
    let may = actor.can(deeds::PEOPLE_CHANGE) && person.status != "left";
    let body = html! {
        (who(&person))
        @if may {
            (frame::toolbar(frame::button_link(
                &format!("/people/{}/relatives/new", person.id), "登记亲属或联系人")))
        }
        (table(&relatives, if may { 1 } else { 0 }))
    };
    let shell = about(&app, &actor, &person, "亲属与联系人", body);
    let shell =
        if asked.get("saved").is_empty() { shell } else { shell.notice(Tone::Good, "已保存") };
    Ok(shell.render())
}

/// Relatives with masked numbers; `n_actions` is 0 where nothing may be changed.
pub fn table(relatives: &[Relative], n_actions: usize) -> Markup {
    let mut columns = vec![
        Col::head("姓名"),
        Col::text("关系"),
        Col::text("联系次序"),
        Col::text("电话"),
        Col::text("住址"),
        Col::text("供养直系亲属"),
        Col::day("终止日期"),
    ];
    columns.extend(std::iter::repeat_n(Col::actions(), n_actions));
    let rows = relatives.iter().map(|relative| {
        let fields = &relative.fields;
        vec![
            frame::text(&fields.name),
            frame::text(name_of(RELATIONS, &fields.relation)),
            html! { @if let Some(rank) = fields.contact_rank { "第" (rank) "联系人" } },
            frame::text(mask_telephone(&fields.phone)),
            html! { (fields.address) @if !fields.household.is_empty() {
            " " (name_of(HOUSEHOLDS, &fields.household)) } },
            dependant(fields),
            day(relative.ended_on),
            html! { @if relative.ended_on.is_none() {
                a href={ "/relatives/" (relative.id) } { "修改" span.unseen { (fields.name) } }
                " "
                a href={ "/relatives/" (relative.id) "/end" } {
                    "终止" span.unseen { (fields.name) } }
            } },
        ]
    });
    let empty = "还没有登记亲属或联系人，请登记至少一位能联系上的人";
    frame::table(Table::new("亲属与联系人", columns).rows(rows.collect()).empty(empty))
}

fn dependant(fields: &NewRelative) -> Markup {
    html! {
        @if let Some(since) = fields.dependant_since {
            (time(&since.to_string())) "起"
            @if let Some(until) = fields.dependant_until { "，至" (time(&until.to_string())) }
        }
    }
}

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
) -> Result<Markup, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), person).await?;
    Ok(form_page(&app, &actor, (&person, None), (&Fields::default(), Vec::new())))
}

/// The form, for a new relative or for one that is known.
fn form_page(
    app: &Shared,
    actor: &Actor,
    (person, known): (&Person, Option<&Relative>),
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Markup {
    let (action, title) = match known {
        Some(known) => (format!("/relatives/{}", known.id), "修改亲属或联系人"),
        None => (format!("/people/{}/relatives", person.id), "登记亲属或联系人"),
    };
    let form = html! {
        @if let Some(known) = known { (frame::hidden("version", &version(fields, known))) }
        (basics(known, (fields, &errors)))
        (frame::fieldset("供养直系亲属", html! {
            p { "由退休人员供养、需要视同退休人员了解生活情况的，填写开始日期。" }
            (text_field(Input::date("dependant_since", "开始供养日期").optional()
                .value(fields.get("dependant_since")).errors(&errors)))
            (text_field(Input::date("dependant_until", "终止供养日期").optional()
                .value(fields.get("dependant_until")).errors(&errors)))
        }))
        (submit("保存"))
    };
    let body = html! {
        (who(person))
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
    };
    about(app, actor, person, title, body)
        .crumb("亲属与联系人", format!("/people/{}/relatives", person.id))
        .errors(errors)
        .render()
}

fn version(fields: &Fields, known: &Relative) -> String {
    match fields.get("version") {
        "" => known.version.to_string(),
        typed => typed.to_owned(),
    }
}

fn basics(known: Option<&Relative>, (fields, errors): (&Fields, &[frame::FieldError])) -> Markup {
    let of = |name, label| Input::new(name, label).value(fields.get(name)).errors(errors);
    let choices = |table: &'static [(&'static str, &'static str)]| -> Vec<Choice<'static>> {
        table.iter().map(|(code, name)| Choice::new(code, name)).collect()
    };
    let stored = known.map(|known| &known.fields.id_number).filter(|number| !number.is_empty());
    let hint =
        stored.map(|number| format!("已登记{}，不改的请留空", mask(number, Mask::First3Last4)));
    let number = of("id_number", "证件号码").optional();
    let number = hint.as_deref().map_or(number, |hint| number.hint(hint));
    html! {
        (text_field(of("name", "姓名")))
        (select_field(of("relation", "与退休人员的关系").width(Width::Short),
            &choices(RELATIONS)))
        (text_field(of("phone", "电话").optional().kind(Kind::Tel)))
        (text_field(of("contact_rank", "联系次序").optional().kind(Kind::Number)
            .width(Width::Tiny).hint("有急事先找谁：1为首先联系；不作联系人的请留空")))
        (text_field(number))
        (text_field(Input::date("born_on", "出生日期").optional().value(fields.get("born_on"))
            .errors(errors)))
        (select_field(of("household", "是否同住").optional().width(Width::Short),
            &choices(HOUSEHOLDS)))
        (text_field(of("address", "住址").optional().width(Width::Full)))
    }
}

fn read(fields: &Fields) -> Result<NewRelative, Problem> {
    let mut errors = Vec::new();
    let text = |name: &str| fields.get(name).to_owned();
    let typed = fields.get("contact_rank");
    let rank =
        if typed.is_empty() { None } else { Some(fields.number("contact_rank").unwrap_or(0)) };
    let new = NewRelative {
        name: text("name"),
        relation: text("relation"),
        id_number: text("id_number"),
        born_on: fields.day("born_on", &mut errors),
        phone: text("phone"),
        address: text("address"),
        household: text("household"),
        contact_rank: rank,
        dependant_since: fields.day("dependant_since", &mut errors),
        dependant_until: fields.day("dependant_until", &mut errors),
    };
    if errors.is_empty() { Ok(new) } else { Err(Problem::Invalid(errors)) }
}

pub async fn add(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = match read(&fields) {
        Ok(new) => relatives::add(&app, &actor, person, &new, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&relatives::saved(person)).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let person = registry::find(&mut app.db.clone(), &actor.scope(), person).await?;
            let typed = (&fields, shown(&problem));
            Ok(sent_back(form_page(&app, &actor, (&person, None), typed)))
        }
        Err(problem) => Err(problem),
    }
}

async fn known(app: &Shared, actor: &Actor, id: i64) -> Result<(Person, Relative), Problem> {
    let mut db = app.db.clone();
    let relative = relatives::find(&mut db, actor, id).await?;
    Ok((registry::find(&mut db, &actor.scope(), relative.person).await?, relative))
}

pub async fn edit_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let (person, relative) = known(&app, &actor, id).await?;
    let fields = &relative.fields;
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |d| d.to_string());
    let rank = fields.contact_rank.map_or_else(String::new, |rank| rank.to_string());
    let preset = [
        ("name", fields.name.clone()),
        ("relation", fields.relation.clone()),
        ("phone", fields.phone.clone()),
        ("contact_rank", rank),
        ("born_on", day(fields.born_on)),
        ("household", fields.household.clone()),
        ("address", fields.address.clone()),
        ("dependant_since", day(fields.dependant_since)),
        ("dependant_until", day(fields.dependant_until)),
    ];
    let preset = Fields(preset.into_iter().map(|(name, text)| (name.to_owned(), text)).collect());
    Ok(form_page(&app, &actor, (&person, Some(&relative)), (&preset, Vec::new())))
}

pub async fn change(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let version = fields.number("version").unwrap_or(0);
    let done = match read(&fields) {
        Ok(new) => relatives::change(&app, &actor, (id, version), &new, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(now) => Ok(Redirect::to(&relatives::saved(now.person)).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let (person, relative) = known(&app, &actor, id).await?;
            let typed = (&fields, shown(&problem));
            Ok(sent_back(form_page(&app, &actor, (&person, Some(&relative)), typed)))
        }
        Err(problem) => Err(problem),
    }
}

pub async fn end_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let preset = Fields(vec![("ended_on".to_owned(), app.today().to_string())]);
    end_page(&app, &actor, id, (&preset, Vec::new())).await
}

async fn end_page(
    app: &Shared,
    actor: &Actor,
    id: i64,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let (person, relative) = known(app, actor, id).await?;
    let form = html! {
        (frame::hidden("version", &version(fields, &relative)))
        (text_field(Input::date("ended_on", "从哪一天起").value(fields.get("ended_on"))
            .errors(&errors)))
        (text_field(Input::new("reason", "原因").value(fields.get("reason")).errors(&errors)
            .width(Width::Full).hint("例如：已去世、已搬离、本人要求不再联系")))
        (submit("终止"))
    };
    let body = html! {
        (who(&person))
        p { (name_of(RELATIONS, &relative.fields.relation)) " " (relative.fields.name)
            "：终止后不再作为联系人"
            @if relative.fields.is_dependant() { "，也不再作为供养直系亲属走访" } "。" }
        (form_post(&format!("/relatives/{id}/end"), &csrf(app, actor.session), &new_key(), form))
    };
    let shell = about(app, actor, &person, "终止亲属或联系人", body)
        .crumb("亲属与联系人", format!("/people/{}/relatives", person.id));
    Ok(shell.errors(errors).render())
}

pub async fn end(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let on = fields.day("ended_on", &mut errors);
    let at = (id, fields.number("version").unwrap_or(0));
    let done = if errors.is_empty() {
        relatives::end(&app, &actor, at, (on, fields.get("reason")), Caller::Page).await
    } else {
        Err(Problem::Invalid(errors))
    };
    match done {
        Ok(person) => Ok(Redirect::to(&relatives::saved(person)).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            Ok(sent_back(end_page(&app, &actor, id, (&fields, shown(&problem))).await?))
        }
        Err(problem) => Err(problem),
    }
}

//! The pages of profiles: which are kept, what each holds, how it is changed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Markup, Pager, Table, Width, form_post, text_field};
use kernel::{Actor, Problem};
use maud::html;

use super::export::Caller;
use super::export_conditions::in_words;
use super::export_form::Form;
use super::export_masks;
use super::export_wish::{Wish, order_field};
use super::profiles::{self, Profile, path};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// Profiles on a page.
const PAGE: i64 = 50;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let after = asked.number("after");
    let mut kept = profiles::list(&app, &actor, (after, PAGE + 1)).await?;
    let more = i64::try_from(kept.len()).unwrap_or(0) > PAGE;
    kept.truncate(usize::try_from(PAGE).unwrap_or(50));
    let next = kept.last().filter(|_| more).map(|one| format!("/export-profiles?after={}", one.id));
    let first = after.map(|_| "/export-profiles".to_owned());
    let body = html! {
        p { "每月都要交的表，导出时勾选“记作常用格式”，列和次序、对方的列名、号码怎样显示、"
            "用途和接收方就都记在这里；下次选用，点一下就导出。" }
        (table(&kept))
        (frame::pager(Pager { first, next, ..Pager::default() }))
    };
    let shell = page(&app, &actor, "常用导出格式", body).crumb("导出记录", "/exports");
    Ok(shell.render())
}

fn table(kept: &[Profile]) -> Markup {
    let columns = vec![
        Col::head("名称"),
        Col::text("名单"),
        Col::text("接收方"),
        Col::number("列数"),
        Col::text("号码"),
        Col::text("记下的机构"),
        Col::text("记下的人"),
        Col::actions(),
    ];
    let row = |one: &Profile| {
        vec![
            html! { a href=(path(one.id)) { (one.name) } },
            frame::text(one.list.name()),
            frame::text(&one.recipient),
            frame::text(one.columns.len().to_string()),
            frame::text(mask_name(one)),
            frame::text(&one.org),
            frame::text(&one.who),
            html! { a href=(use_href(one)) { "导出" span.unseen { "“" (one.name) "”" } } },
        ]
    };
    let table = Table::new("常用导出格式", columns).rows(kept.iter().map(row).collect());
    frame::table(table.empty("还没有常用格式；请在名单页点“导出”，填好后勾选“记作常用格式”"))
}

fn use_href(of: &Profile) -> String {
    format!("/exports/new?profile={}", of.id)
}

fn mask_name(of: &Profile) -> String {
    if !of.list.has_numbers() {
        return "无号码".to_owned();
    }
    export_masks::in_words(&of.mask, &of.phone_mask)
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let profile = profiles::find(&app, &actor, id).await?;
    let mut fields = profile.fields();
    for (place, (key, _)) in (1..).zip(&profile.columns) {
        fields.0.push((order_field(key), format!("{place}")));
    }
    fields.0.push(("profile_name".to_owned(), profile.name.clone()));
    if !profile.conditions.0.is_empty() {
        fields.0.push(("keep_conditions".to_owned(), "1".to_owned()));
    }
    one(&app, &actor, &profile, (&fields, Vec::new())).await
}

async fn one(
    app: &Shared,
    actor: &Actor,
    profile: &Profile,
    (fields, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let facts = facts(app, actor, profile).await?;
    let body = html! {
        (frame::facts_list(&facts))
        (frame::toolbar(html! {
            (frame::main_button_link(&use_href(profile), "用它导出"))
            @if actor.org == profile.org {
                (form_post(&format!("{}/forget", path(profile.id)), &csrf(app, actor.session),
                    &new_key(), html! { button.button.second type="submit" { "删除" } }))
            }
        }))
        @if actor.org == profile.org {
            h2 { "修改" }
            (form(app, actor, profile, (fields, &errors)))
        } @else {
            (titles(profile))
            p { "由下级机构记下，只能由该机构修改；您可以用它导出。" }
        }
    };
    let shell = page(app, actor, &format!("常用导出格式：{}", profile.name), body);
    let shell = shell.crumb("常用导出格式", "/export-profiles");
    Ok(shell.errors(errors).render())
}

async fn facts(
    app: &Shared,
    actor: &Actor,
    of: &Profile,
) -> Result<Vec<(&'static str, Markup)>, Problem> {
    let mut words = Vec::new();
    if !of.conditions.0.is_empty() {
        let told = in_words(&app.db, actor, (of.list, &of.conditions)).await?;
        words.extend(told.iter().map(|(name, value)| format!("{name}：{value}")));
    }
    let words =
        if words.is_empty() { "用名单页当时的条件".to_owned() } else { words.join("；") };
    Ok(vec![
        ("名单", frame::text(of.list.name())),
        ("条件", frame::text(words)),
        ("用途", frame::text(&of.purpose)),
        ("接收方", frame::text(&of.recipient)),
        ("号码", frame::text(mask_name(of))),
        ("文件格式", frame::text(of.format.name())),
        ("记下的机构和人", frame::text(format!("{} {}", of.org, of.who))),
        ("记下的日期", frame::text(&of.made_on)),
    ])
}

/// The columns for those who may only look.
fn titles(of: &Profile) -> Markup {
    let name = |key: &str| {
        let known = of.list.columns().iter().find(|column| column.key == key);
        known.map_or("", |column| column.title)
    };
    let columns = vec![Col::head("列"), Col::text("对方的列名")];
    let rows =
        of.columns.iter().map(|(key, title)| vec![frame::text(name(key)), frame::text(title)]);
    frame::table(Table::new("列", columns).rows(rows.collect()).numbered_from(1))
}

fn form(
    app: &Shared,
    actor: &Actor,
    profile: &Profile,
    (fields, errors): (&Fields, &[FieldError]),
) -> Markup {
    let form = Form { list: profile.list, actor, fields, errors };
    let name = Input::new("profile_name", "名称").value(fields.get("profile_name"));
    let with = Input::new("keep_conditions", "连同上面的条件").value(fields.get("keep_conditions"));
    let inputs = html! {
        (frame::hidden("version", &profile.version.to_string()))
        (text_field(name.errors(errors).width(Width::Full)))
        @if !profile.conditions.0.is_empty() {
            @for (name, value) in &profile.conditions.0 { (frame::hidden(name, value)) }
            (frame::checkbox(with.hint("不勾选时，下次用名单页当时的条件")))
        }
        (form.words(&html! {}))
        (form.table())
        (frame::submit("保存"))
    };
    form_post(&path(profile.id), &csrf(app, actor.session), &new_key(), inputs)
}

pub async fn change(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    mut fields: Fields,
) -> Result<Response, Problem> {
    let profile = profiles::find(&app, &actor, id).await?;
    fields.0.push(("list".to_owned(), profile.list.code().to_owned()));
    fields.0.push(("keep".to_owned(), "1".to_owned()));
    let version = fields.number("version").unwrap_or(0);
    let done = match Wish::read_to_keep(&fields) {
        Ok(wish) => profiles::change(&app, &actor, (id, version, &wish), Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&path(id)).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = one(&app, &actor, &profile, (&fields, shown(&problem))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn forget(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    profiles::forget(&app, &actor, id, Caller::Page).await?;
    Ok(Redirect::to("/export-profiles"))
}

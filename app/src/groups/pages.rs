//! The groups of a station, and the form that founds one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, FieldError, Input, Kind, Table, Tone, Width};
use frame::{form_post, radio_group, select_field, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::store::{self, Group};
use super::{Caller, KINDS, NewGroup, found, letters, path, station};
use crate::codes::{self, name_of};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{deeds, orgs};

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Response, Problem> {
    let mut db = app.db.clone();
    match (codes::level_of(&actor.org), asked.get("org")) {
        (Some("group"), _) => {
            let own = store::of_code(&mut db, &actor.org).await?;
            match own.first() {
                Some(id) => Ok(Redirect::to(&path(*id)).into_response()),
                None => {
                    let body = html! { p { "本小组还没有登记成员，请联系社区站。" } };
                    Ok(page(&app, &actor, "小组和支部", body).render().into_response())
                }
            }
        }
        (Some("station"), "") => Ok(of_station(&app, &actor, &actor.org, &asked).await?),
        (_, "") => Ok(choose(&app, &actor).await?.into_response()),
        (_, org) => Ok(of_station(&app, &actor, org, &asked).await?),
    }
}

async fn of_station(
    app: &Shared,
    actor: &Actor,
    org: &str,
    asked: &Fields,
) -> Result<Response, Problem> {
    let mut db = app.db.clone();
    let station = station(&mut db, actor, org).await?;
    let ended = if asked.get("state") == "ended" { "ended" } else { "" };
    let groups = store::of_station(&mut db, &station.code, ended).await?;
    let here = format!("/groups?org={}", station.code);
    let tabs = [("", "现有"), ("ended", "已撤销")].map(|(code, title)| {
        frame::Link::new(title, format!("{here}&state={code}")).current_if(|| code == ended)
    });
    let row = |group: &Group| {
        vec![
            html! { a href=(path(group.id)) { (group.name) } },
            frame::text(name_of(KINDS, &group.kind)),
            frame::text(&group.leader_name),
            frame::text(group.n_members),
            frame::text(&group.place),
            frame::time(&group.founded_on.to_string()),
        ]
    };
    let columns = vec![
        Col::head("名称"),
        Col::text("种类"),
        Col::text("组长或书记"),
        Col::number("成员"),
        Col::text("活动地点"),
        Col::day("成立日期"),
    ];
    let body = html! {
        (frame::toolbar(html! {
            @if actor.can(deeds::GROUPS_KEEP) {
                (frame::main_button_link(&format!("/groups/new?org={}", station.code), "成立小组或支部"))
            }
            (frame::button_link(&format!("/party?org={}", station.code), "党员组织关系"))
        }))
        (frame::tabs("按状态", &tabs))
        (frame::table(Table::new("小组和支部", columns).rows(groups.iter().map(row).collect())
            .empty("还没有小组或支部")))
    };
    let title = format!("小组和支部：{}", station.name);
    Ok(page(app, actor, title.as_str(), body).render().into_response())
}

/// The stations whose groups one may see.
async fn choose(app: &Shared, actor: &Actor) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let stations = orgs::store::below(&mut db, &actor.scope(), "station").await?;
    let rows = stations.iter().map(|station| {
        let href = format!("/groups?org={}", station.code);
        vec![html! { a href=(href) { (station.name) } }, frame::text(&station.code)]
    });
    let columns = vec![Col::head("社区站"), Col::text("代码")];
    let body = html! {
        p { "小组和支部按社区站登记，请选择社区站。" }
        (frame::toolbar(frame::button_link("/party", "党员组织关系")))
        (frame::table(Table::new("社区站", columns).rows(rows.collect())
            .empty("辖区内没有社区站")))
    };
    Ok(page(app, actor, "小组和支部", body).render())
}

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    new_page(&app, &actor, (&asked, Vec::new())).await
}

async fn new_page(
    app: &Shared,
    actor: &Actor,
    (typed, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let station = station(&mut app.db.clone(), actor, typed.get("org")).await?;
    let field = |name, label| Input::new(name, label).value(typed.get(name)).errors(&errors);
    let kinds: Vec<Choice<'_>> = KINDS.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let unlinked = store::unlinked(&mut app.db.clone(), &station.code).await?;
    let mut known = vec![Choice::new("", "新成立的小组")];
    known.extend(unlinked.iter().map(|(code, name)| Choice::new(code, name)));
    let form = html! {
        (frame::hidden("org", &station.code))
        (radio_group(field("kind", "种类"), &kinds))
        @if !unlinked.is_empty() {
            (select_field(field("code", "机构名录中已有的自管小组").optional(), &known))
        }
        (text_field(field("name", "名称").hint("例如：第三自管小组、退休第一党支部")))
        (text_field(field("place", "活动地点").optional()))
        (text_field(field("founded_on", "成立日期").optional().kind(Kind::Date)
            .width(Width::Short).hint("不填为今天")))
        (text_field(field("note", "备注").optional().width(Width::Full)))
        (submit("登记成立"))
    };
    let body = html! {
        p { "自管小组成立以后列入机构名录，组长可以另设账号。" }
        (form_post("/groups", &csrf(app, actor.session), &new_key(), form))
    };
    let back = format!("/groups?org={}", station.code);
    Ok(page(app, actor, "成立小组或支部", body).crumb("小组和支部", back).errors(errors).render())
}

pub async fn save_new(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let new = NewGroup {
        org: fields.get("org").to_owned(),
        kind: fields.get("kind").to_owned(),
        name: fields.get("name").to_owned(),
        code: fields.get("code").to_owned(),
        place: fields.get("place").to_owned(),
        founded_on: fields.day("founded_on", &mut errors),
        note: fields.get("note").to_owned(),
    };
    let done = if errors.is_empty() {
        found(&app, &actor, &new, Caller::Page).await
    } else {
        Err(Problem::Invalid(errors))
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("{}?saved=founded", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = new_page(&app, &actor, (&fields, shown(&problem))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// Letters that wait for their receipt, on the first page.
///
/// # Errors
/// Whatever the database says.
pub async fn part(app: &Shared, actor: &Actor) -> Result<Markup, Problem> {
    if !actor.can(deeds::GROUPS_KEEP) {
        return Ok(html! {});
    }
    let (n, late) = letters::waiting(&mut app.db.clone(), &actor.scope(), app.today()).await?;
    if n == 0 {
        return Ok(html! {});
    }
    let body = html! {
        p { a href="/party" { "有 " (n) " 封组织关系介绍信等待回执" }
            @if late > 0 { "，其中 " (late) " 封已过有效期，请退回重开" } "。" }
    };
    Ok(frame::panel(if late > 0 { Tone::Bad } else { Tone::Warn }, "党员组织关系", body))
}

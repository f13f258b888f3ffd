//! The people of a batch in a list, and what is decided on those who are ticked.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, FieldError, Input, Pager, Table, Tone, Width};
use frame::{form_post, select_field, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::pages::seen;
use super::review::{Decision, decide};
use super::rows::{self, Candidate};
use super::{Batch, Caller, STATES, findings, path};
use crate::codes::name_of;
use crate::registry::codes::POLITICAL;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{codes, deeds, orgs};

/// Rows of a page.
const N_ROWS: i64 = 50;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let batch = seen(&app, &actor, id).await?;
    list_page(&app, &actor, &batch, (&asked, Vec::new())).await
}

/// The states whose people somebody sees: outside the body only those who were sent.
fn states(own: bool) -> &'static [(&'static str, &'static str)] {
    if own { STATES } else { &STATES[4..] }
}

/// People of a batch in a state, those of the actor's own jurisdiction, after a place.
pub(super) async fn visible(
    app: &Shared,
    actor: &Actor,
    (batch, state): (&Batch, &str),
    ((pinyin, id), n): ((&str, i64), i64),
) -> Result<Vec<Candidate>, Problem> {
    let mut db = app.db.clone();
    if batch.is_own(actor) {
        return Ok(rows::page(&mut db, (batch.id, state), ((pinyin, id), n)).await?);
    }
    let state = if states(false).iter().any(|(code, _)| *code == state) { state } else { "" };
    let scope = actor.scope();
    Ok(rows::page_below(&mut db, (batch.id, state), &scope, ((pinyin, id), n)).await?)
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    batch: &Batch,
    (asked, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let own = batch.is_own(actor);
    let wanted = asked.get("state");
    let state = if states(own).iter().any(|(code, _)| *code == wanted) { wanted } else { "" };
    let (pinyin, id) = asked.get("after").rsplit_once('/').unwrap_or_default();
    let at = ((pinyin, id.parse().unwrap_or(0)), N_ROWS);
    let people = visible(app, actor, (batch, state), at).await?;
    let here = format!("{}/people?state={state}", path(batch.id));
    let full = i64::try_from(people.len()).unwrap_or(0) == N_ROWS;
    let next = people
        .last()
        .filter(|_| full)
        .map(|one| format!("{here}&after={}/{}", crate::web::page::encoded(&one.pinyin), one.id));
    let first = (!asked.get("after").is_empty()).then(|| here.clone());
    let pager = Pager { first, next, ..Pager::default() };
    let all = [("", "全部")].into_iter().chain(states(own).iter().copied());
    let tabs: Vec<frame::Link> = all
        .map(|(code, name)| {
            let href = format!("{}/people?state={code}", path(batch.id));
            frame::Link::new(name, href).current_if(|| code == state)
        })
        .collect();
    let stations = orgs::store::below(&mut app.db.clone(), &actor.scope(), "station").await?;
    let actions = if batch.is_open() { actions(actor, own, state) } else { Vec::new() };
    let table = table(&people, (own, &stations), !actions.is_empty());
    let body = html! {
        (frame::tabs("按环节", &tabs))
        @if people.is_empty() || actions.is_empty() { (table) }
        @else {
            (form_post(&format!("{}/people", path(batch.id)), &csrf(app, actor.session),
                &new_key(), html! {
                    (frame::hidden("state", state))
                    (frame::ticked("person", &errors, html! {
                        (deciding(&actions, (asked, &errors), &stations))
                        (table)
                    }))
                }))
        }
        (frame::pager(pager))
    };
    let shell = page(app, actor, "移交名单和审核", body)
        .crumb("移交接收", "/handovers")
        .crumb(&batch.number, path(batch.id))
        .errors(errors);
    let shell = match (asked.number("decided"), asked.get("saved")) {
        (Some(n), _) => shell.notice(Tone::Good, format!("已办理 {n} 人")),
        (_, "entered") => shell.notice(Tone::Good, "已保存，等待审核"),
        _ => shell,
    };
    Ok(shell.render())
}

/// What may be decided on people in a state: code and words.
fn actions(actor: &Actor, own: bool, state: &str) -> Vec<(&'static str, &'static str)> {
    let reviews = own && actor.can(deeds::HANDOVER_REVIEW);
    let sends = actor.can(deeds::HANDOVER_SEND);
    let all = [
        (reviews, "papers", "登记表和档案齐全", &["", "listed", "returned"][..]),
        (reviews, "no-file", "没有档案", &["listed", "returned"]),
        (reviews, "pass", "审核通过", &["", "listed"]),
        (sends, "assign", "定接收社区", &["", "listed", "returned", "passed", "at_street"]),
        (reviews, "return", "退回补正", &["", "listed", "passed"]),
        (reviews, "withdraw", "不移交", &["", "listed", "returned", "passed"]),
        (reviews, "reopen", "重新审核", &["returned", "withdrawn", "passed"]),
        (sends && !own, "back", "退回上级", &["", "at_street"]),
    ];
    let fits = |(may, _, _, states): &(bool, &str, &str, &[&str])| *may && states.contains(&state);
    let found: Vec<_> =
        all.into_iter().filter(fits).map(|(_, code, name, _)| (code, name)).collect();
    if own || codes::level_of(&actor.org) == Some("street") { found } else { Vec::new() }
}

fn deciding(
    actions: &[(&'static str, &'static str)],
    (asked, errors): (&Fields, &[FieldError]),
    stations: &[orgs::Org],
) -> Markup {
    let has = |code: &str| actions.iter().any(|(known, _)| *known == code);
    let field = |name, label| Input::new(name, label).value(asked.get(name)).errors(errors);
    let choices: Vec<Choice<'_>> = std::iter::once(Choice::new("", "请选择"))
        .chain(stations.iter().map(|org| Choice::new(&org.code, &org.name)))
        .collect();
    html! {
        p { "先勾选人，再选要办的事。" }
        @if has("assign") { (select_field(field("target", "接收社区").optional(), &choices)) }
        (text_field(field("reason", "原因或说明").optional().width(Width::Full)
            .hint("退回、不移交、没有档案的必须填")))
        (frame::toolbar(html! {
            @for (n, (code, name)) in actions.iter().enumerate() {
                button.button.second[n > 0] type="submit" name="action" value=(code) { (name) }
            }
        }))
    }
}

fn table(people: &[Candidate], (own, stations): (bool, &[orgs::Org]), ticks: bool) -> Markup {
    let mut columns = vec![
        Col::head("姓名"),
        Col::text("证件号码"),
        Col::text("政治面貌"),
        Col::day("退休日期"),
        Col::text("接收社区"),
        Col::text("登记表"),
        Col::text("档案"),
        Col::text("环节"),
        Col::text("要看的地方"),
    ];
    if ticks {
        columns.insert(0, Col::select("person"));
    }
    let row = |one: &Candidate| {
        let mut cells = cells(one, (own, stations));
        if ticks {
            cells.insert(0, frame::select_one("person", &one.id.to_string(), &one.name));
        }
        cells
    };
    frame::table(
        Table::new("移交名单", columns)
            .rows(people.iter().map(row).collect())
            .empty("没有这一类的人；名册在批次页面导入"),
    )
}

fn cells(one: &Candidate, (own, stations): (bool, &[orgs::Org])) -> Vec<Markup> {
    let person = &one.handed.person;
    let station = stations.iter().find(|org| org.code == one.target);
    let name = match one.person {
        Some(id) if one.state == "accepted" => html! { a href={ "/people/" (id) } { (one.name) } },
        _ if own => html! { a href={ "/handovers/people/" (one.id) } { (one.name) } },
        _ => frame::text(&one.name),
    };
    let pages = one.pages_found.or(one.pages_said);
    let file = match (one.file.as_str(), pages) {
        ("in", Some(pages)) => format!("已收，{pages} 页"),
        ("in", None) => "已收".to_owned(),
        ("none", _) => "没有".to_owned(),
        (_, Some(pages)) => format!("应有 {pages} 页"),
        _ => "未核对".to_owned(),
    };
    let words = if matches!(one.state.as_str(), "accepted" | "withdrawn") {
        Vec::new()
    } else {
        findings::words(one)
    };
    let retired = person.retired_on;
    vec![
        name,
        frame::text(super::desk_pages::masked(&person.id_number)),
        frame::text(name_of(POLITICAL, &person.political)),
        html! { @if let Some(on) = retired { (frame::time(&on.to_string())) } },
        frame::text(station.map_or(one.target.as_str(), |org| &org.name)),
        frame::text(if one.form == "ok" { "已核对" } else { "未核对" }),
        frame::text(file),
        state(one),
        html! {
            @for says in &words { (says) "。" }
            @if !one.reason.is_empty() { "说明：" (one.reason) }
        },
    ]
}

fn state(one: &Candidate) -> Markup {
    let tone = match one.state.as_str() {
        "accepted" => Tone::Good,
        "returned" => Tone::Warn,
        "withdrawn" => Tone::Plain,
        _ => Tone::Info,
    };
    frame::tag(tone, name_of(STATES, &one.state))
}

pub async fn act(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let ticked = fields.all("person");
    let people: Vec<i64> = ticked.iter().filter_map(|id| id.parse().ok()).collect();
    let back = format!(
        "{}/people?state={}&decided={}",
        path(id),
        crate::web::page::encoded(fields.get("state")),
        people.len()
    );
    let done = match Decision::read(fields.get("action"), fields.get("target")) {
        Ok(decision) => {
            let said = (&decision, fields.get("reason"));
            decide(&app, &actor, (id, &people), said, (Caller::Page, &back)).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let batch = seen(&app, &actor, id).await?;
            let page = list_page(&app, &actor, &batch, (&fields, shown(&problem))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

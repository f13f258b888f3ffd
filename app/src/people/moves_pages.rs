//! The pages of moves: proposing one, the lists of both sides, one with its answer.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, Table, Tone, Width, form_post, submit, text_field, time};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::identity::{Mask, mask, mask_telephone};

use super::acts::{Caller, about, active, day, sent_back, who};
use super::moves;
use crate::deeds;
use crate::orgs;
use crate::registry::moves::{Move, Side, Target, page as rows_of, targets, waiting_for};
use crate::registry::{self, Person};
use crate::web::fields::Asked;
use crate::web::page::export_button;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let person = active(&mut app.db.clone(), &actor, person).await?;
    new_page(&app, &actor, &person, (&asked, Vec::new())).await
}

/// Stations found by what was typed; those of the same street before anything is.
async fn found(app: &Shared, person: &Person, typed: &str) -> Result<Vec<Target>, Problem> {
    let street: String = person.org.chars().take(9).collect();
    let typed = if typed.is_empty() { &street } else { typed };
    let all = targets(&mut app.db.clone(), typed).await?;
    Ok(all.into_iter().filter(|target| target.id != person.station).collect())
}

async fn new_page(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let typed = fields.get("find");
    let stations = found(app, person, typed).await?;
    let now = orgs::store::find(&mut app.db.clone(), person.station).await?;
    let action = format!("/people/{}/move", person.id);
    let names: Vec<(String, String)> = stations
        .iter()
        .map(|one| (one.id.to_string(), format!("{}　{}（{}）", one.above, one.name, one.code)))
        .collect();
    let choices: Vec<Choice<'_>> = names.iter().map(|(id, name)| Choice::new(id, name)).collect();
    let form = html! {
        (frame::hidden("find", typed))
        (frame::radio_group(Input::new("to_station", "转入的社区站")
            .value(fields.get("to_station")).errors(&errors), &choices))
        (text_field(Input::new("reason", "转移的原因").value(fields.get("reason"))
            .errors(&errors).width(Width::Full).hint("例如：已搬到对方社区居住")))
        (submit("提出转移"))
    };
    let body = html! {
        (who(person))
        p { "现在所属：" (now.map_or_else(String::new, |now| now.name))
            "。对方确认以后才转移；确认以前仍由原社区站服务。" }
        (frame::filters(&action, html! {
            (text_field(Input::new("find", "查找社区站").value(typed).optional()
                .hint("填街道、社区站名称或代码；不填时列出本街道的")))
        }))
        @if choices.is_empty() {
            (frame::notice(Tone::Warn, "没有找到社区站，请换街道或社区的名称再查"))
        } @else {
            (form_post(&action, &csrf(app, actor.session), &new_key(), form))
        }
    };
    Ok(about(app, actor, person, "转移到其他社区", body).errors(errors).render())
}

pub async fn propose(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(person): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let wish = (fields.number("to_station"), fields.get("reason"));
    match moves::propose(&app, &actor, person, wish, Caller::Page).await {
        Ok(id) => Ok(Redirect::to(&format!("/moves/{id}")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let person = registry::find(&mut app.db.clone(), &actor.scope(), person).await?;
            let typed = (&fields, shown(&problem));
            Ok(sent_back(new_page(&app, &actor, &person, typed).await?))
        }
        Err(problem) => Err(problem),
    }
}

/// Rows on a page of a list.
const N_ROWS: i64 = 50;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let receives = actor.can(deeds::PEOPLE_RECEIVE);
    let side = if asked.get("side") == "out" || !receives { Side::Giving } else { Side::Receiving };
    let state = match asked.get("state") {
        known @ ("proposed" | "accepted" | "refused" | "withdrawn") => known,
        _ => "",
    };
    let before = asked.number("after").unwrap_or(i64::MAX);
    let scope = actor.scope();
    let rows = rows_of(&mut app.db.clone(), (&scope, side), state, (before, N_ROWS)).await?;
    let code = if side == Side::Giving { "out" } else { "in" };
    let full = i64::try_from(rows.len()).unwrap_or(0) == N_ROWS;
    let next = rows
        .last()
        .filter(|_| full)
        .map(|last| format!("/moves?side={code}&state={state}&after={}", last.id));
    let tab = |title: &str, of: &str| {
        frame::Link::new(title, format!("/moves?side={of}")).current_if(|| of == code)
    };
    let tabs = [tab("转入本辖区的", "in"), tab("本辖区转出的", "out")];
    let states = [
        ("", "全部"),
        ("proposed", "待接收方确认"),
        ("accepted", "已接收"),
        ("refused", "已拒绝"),
        ("withdrawn", "已撤回"),
    ];
    let states = states.map(|(code, name)| Choice::new(code, name));
    let body = html! {
        (frame::tabs("社区间转移", &tabs[usize::from(!receives)..]))
        (frame::filters("/moves", html! {
            (frame::hidden("side", code))
            (frame::select_field(Input::new("state", "状态").value(state), &states))
        }))
        @if receives { (frame::toolbar(export_button(&actor, "list=moves"))) }
        (table(&app, &actor, &rows))
        (frame::pager(frame::Pager { next, ..frame::Pager::default() }))
    };
    Ok(page(&app, &actor, "社区间转移", body).render())
}

/// Rows of the home page.
const N_WAITING: i64 = 3;

/// The part of a station's home page about moves that wait for it: one click confirms. Nothing
/// when none does.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting_part(app: &Shared, actor: &Actor) -> Result<Markup, Problem> {
    if !actor.can(deeds::PEOPLE_RECEIVE) || actor.level != "station" {
        return Ok(html! {});
    }
    let rows = waiting_for(&mut app.db.clone(), &actor.org, N_WAITING).await?;
    Ok(html! {
        @if !rows.is_empty() {
            h2 { "等待确认接收的转入人员" }
            (table(app, actor, &rows))
            p { a href="/moves?side=in&state=proposed" { "查看全部等待确认的" } }
        }
    })
}

fn tone(one: &Move) -> Tone {
    match one.state.as_str() {
        "proposed" => Tone::Info,
        "accepted" => Tone::Good,
        "refused" => Tone::Bad,
        _ => Tone::Plain,
    }
}

fn table(app: &Shared, actor: &Actor, rows: &[Move]) -> Markup {
    let columns = vec![
        Col::head("姓名"),
        Col::text("转出社区"),
        Col::text("转入社区"),
        Col::text("原因"),
        Col::day("提出日期"),
        Col::text("状态"),
        Col::actions(),
    ];
    let cells = rows.iter().map(|one| {
        vec![
            frame::text(&one.person_name),
            frame::text(&one.from_name),
            frame::text(&one.to_name),
            frame::text(&one.reason),
            time(&one.proposed_on.to_string()),
            frame::tag(tone(one), one.state_name()),
            html! {
                a href={ "/moves/" (one.id) } { "查看" span.unseen { (one.person_name) "的转移" } }
                @if one.answers(actor) { (accept_form(app, actor, one)) }
            },
        ]
    });
    let empty = "没有转移。要转移一个人，请打开他的页面，点“转移到其他社区”";
    frame::table(Table::new("转移", columns).rows(cells.collect()).numbered_from(1).empty(empty))
}

/// One click confirms.
fn accept_form(app: &Shared, actor: &Actor, one: &Move) -> Markup {
    let form = html! {
        (frame::hidden("version", &one.version.to_string()))
        button.button type="submit" { "确认接收" span.unseen { (one.person_name) } }
    };
    let action = format!("/moves/{}/accept", one.id);
    form_post(&action, &csrf(app, actor.session), &new_key(), form)
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let one = moves::find(&mut app.db.clone(), &actor, id).await?;
    let saved = !asked.get("saved").is_empty();
    Ok(show_page(&app, &actor, &one, ("", Vec::new(), saved.then(|| one.state_name()))))
}

fn show_page(
    app: &Shared,
    actor: &Actor,
    one: &Move,
    (typed, errors, done): (&str, Vec<frame::FieldError>, Option<&'static str>),
) -> Markup {
    let serves = actor.scope().covers(&one.person_org);
    let post = |what: &str, body: Markup| {
        let action = format!("/moves/{}/{what}", one.id);
        form_post(&action, &csrf(app, actor.session), &new_key(), body)
    };
    let version = frame::hidden("version", &one.version.to_string());
    let body = html! {
        (facts(one, serves.then_some(one.person)))
        @if one.answers(actor) {
            h2 { "确认" }
            p { "确认后，此人由" (one.to_name) "服务，未办的事项一并转来。" }
            (accept_form(app, actor, one))
            h2 { "拒绝" }
            (post("refuse", html! {
                (version)
                (text_field(Input::new("answer", "拒绝的原因").value(typed).errors(&errors)
                    .width(Width::Full)))
                (frame::danger_submit("拒绝接收"))
            }))
        }
        @if one.withdraws(actor) {
            h2 { "撤回" }
            (post("withdraw", html! { (version) (submit("撤回这件转移")) }))
        }
    };
    let shell = page(app, actor, "转移", body).crumb("社区间转移", "/moves").errors(errors);
    match done {
        Some(words) => shell.notice(Tone::Good, words).render(),
        None => shell.render(),
    }
}

fn facts(one: &Move, link: Option<i64>) -> Markup {
    frame::facts_list(&[
        (
            "姓名",
            html! {
                @if let Some(id) = link { a href={ "/people/" (id) } { (one.person_name) } }
                @else { (one.person_name) }
            },
        ),
        ("状态", frame::tag(tone(one), one.state_name())),
        ("证件号码", html! { (mask(&one.id_number, Mask::First3Last4)) }),
        ("出生日期", day(one.born_on)),
        ("电话", html! { (mask_telephone(&one.phone)) }),
        ("住址", html! { (one.address) }),
        ("转出社区", html! { (one.from_name) }),
        ("转入社区", html! { (one.to_name) }),
        ("原因", html! { (one.reason) }),
        ("提出", html! { (time(&one.proposed_on.to_string())) " " (one.proposed_by) }),
        (
            "结果",
            html! { @if let Some(on) = one.decided_on {
            (time(&on.to_string())) " " (one.decided_by) " " (one.answer) } },
        ),
    ])
}

fn version(fields: &Fields) -> i64 {
    fields.number("version").unwrap_or(0)
}

fn led(id: i64) -> Response {
    Redirect::to(&format!("/moves/{id}?saved=1")).into_response()
}

pub async fn accept(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    moves::accept(&app, &actor, (id, version(&fields)), Caller::Page).await?;
    Ok(led(id))
}

pub async fn refuse(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let why = fields.get("answer");
    match moves::refuse(&app, &actor, (id, version(&fields)), why, Caller::Page).await {
        Ok(()) => Ok(led(id)),
        Err(problem @ Problem::Invalid(_)) => {
            let one = moves::find(&mut app.db.clone(), &actor, id).await?;
            Ok(sent_back(show_page(&app, &actor, &one, (why, shown(&problem), None))))
        }
        Err(problem) => Err(problem),
    }
}

pub async fn withdraw(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    moves::withdraw(&app, &actor, (id, version(&fields)), Caller::Page).await?;
    Ok(led(id))
}

//! One local figure: the form that proposes it, what it would change, the decision.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, Kind, Table, Tone, Width, form_post, submit, text_field, time};
use kernel::{Actor, FieldError, Problem};
use maud::{Markup, html};
use rules::duties::Rule;
use rules::law::Figure;

use super::decide::{self, Caller, Policy, Proposal, Verdict};
use super::what_ifs::{self, WhatIf};
use super::{Laws, figures, pages, store};
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(figure): Path<String>,
) -> Result<Markup, Problem> {
    new_page(&app, &actor, &figure, (&Fields::default(), Vec::new())).await
}

async fn new_page(
    app: &Shared,
    actor: &Actor,
    id: &str,
    (typed, errors): (&Fields, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let laws = app.laws().await?;
    let delegated = figures::find(id).ok_or(Problem::NotFound)?;
    let figure = laws.national().figures().find(|known| known.id == id).ok_or(Problem::NotFound)?;
    let now = laws.law(&actor.org).figure(id).on(app.today()).ok();
    let hint = format!("{}，只填数字", delegated.allowed.in_words(&figure.unit));
    let to = format!("/policies/figures/{id}");
    let fields = html! {
        (text_field(Input::new("value", "数值").kind(Kind::Number).width(Width::Tiny)
            .value(typed.get("value")).errors(&errors).hint(&hint)))
        (text_field(Input::date("issued_on", "文件日期").value(typed.get("issued_on"))
            .errors(&errors)))
        (text_field(Input::date("from_day", "执行日期").value(typed.get("from_day"))
            .errors(&errors).hint("不早于文件日期，如20260501或2026-05-01")))
        (text_field(Input::new("cite", "文件名称、文号和条款").value(typed.get("cite"))
            .errors(&errors).width(Width::Full)))
        (frame::textarea(Input::new("quote", "原文").value(typed.get("quote")).errors(&errors)
            .hint("逐字抄录依据的句子；以后每件事项的“为什么要办”都引用它"), 3))
        (submit("提交审批"))
    };
    let body = html! {
        @if let Some(now) = now {
            (frame::facts_list(&[
                ("标准", frame::text(&figure.name)),
                ("本地现行", html! { (pages::amount(now.value, figure)) "，" (now.cite) }),
                ("适用", html! { (actor.org_name) "所在的地方及其下级" }),
            ]))
        }
        (form_post(&to, &csrf(app, actor.session), &new_key(), fields))
    };
    let title = format!("提出本地标准：{}", figure.name);
    Ok(page(app, actor, &title, body)
        .crumb("本地标准", "/policies")
        .crumb(&figure.name, to)
        .errors(errors)
        .render())
}

pub async fn propose(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(figure): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let proposed = match typed_proposal(&figure, &fields) {
        Ok(new) => decide::propose(&app, &actor, &new, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match proposed {
        Ok(id) => Ok(led(id, "proposed")),
        Err(problem @ Problem::Invalid(_)) => {
            let again = (&fields, shown(&problem));
            Ok(sent_back(new_page(&app, &actor, &figure, again).await?))
        }
        Err(problem) => Err(problem),
    }
}

fn typed_proposal(figure: &str, fields: &Fields) -> Result<Proposal, Problem> {
    let mut errors = Vec::new();
    let value = fields.number("value");
    if value.is_none() {
        let message = "请填写整数".to_owned();
        errors.push(FieldError { field: "value".to_owned(), message });
    }
    let mut day = |name: &str, what: &str| {
        let day = fields.day(name, &mut errors);
        if fields.get(name).is_empty() {
            errors.push(FieldError { field: name.to_owned(), message: format!("请填写{what}") });
        }
        day
    };
    let (issued_on, from_day) = (day("issued_on", "文件日期"), day("from_day", "执行日期"));
    let (Some(value), Some(issued_on), Some(from_day)) = (value, issued_on, from_day) else {
        decide::check_words((fields.get("cite"), fields.get("quote")), &mut errors);
        return Err(Problem::Invalid(errors));
    };
    Ok(Proposal {
        figure: figure.to_owned(),
        from_day,
        value,
        issued_on,
        cite: fields.get("cite").to_owned(),
        quote: fields.get("quote").to_owned(),
    })
}

fn led(id: i64, done: &str) -> Response {
    Redirect::to(&format!("/policies/{id}?done={done}")).into_response()
}

fn sent_back(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let policy = decide::find(&mut app.db.clone(), &actor, id).await?;
    show_page(&app, &actor, &policy, (&asked, Vec::new())).await
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    policy: &Policy,
    (typed, errors): (&Fields, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let (laws, mut db) = (app.laws().await?, app.db.clone());
    let figure = laws.national().figures().find(|known| known.id == policy.figure);
    let figure = figure.ok_or(Problem::NotFound)?;
    let seen = what_ifs::find(&mut db, policy.id).await?;
    let present = (store::version(&mut db).await?, app.today());
    let is_ready = seen.as_ref().is_some_and(|seen| seen.is_fresh(present) && seen.has_ended);
    let body = html! {
        (facts(app, &laws, policy, figure))
        @if policy.waits() && may_look(actor, policy) {
            (preview(app, actor, policy, (seen.as_ref(), is_ready)))
        } @else if let Some(seen) = seen.as_ref().filter(|seen| seen.has_ended) {
            h2 { "试算结果" }
            (result(seen))
        }
        @if policy.decides(actor) {
            @if policy.proposed_by == actor.account {
                (frame::notice(Tone::Info, "这是您提出的标准，须由本级另一人审批"))
            } @else {
                (decide_form(app, actor, policy, (typed, &errors, is_ready)))
            }
        }
        @if policy.withdraws(actor) { (withdraw_form(app, actor, policy)) }
        (history(policy))
    };
    let title = format!("本地标准：{}", figure.name);
    let shell = page(app, actor, &title, body).crumb("本地标准", "/policies").errors(errors);
    Ok(match (typed.get("done"), policy.state.as_str()) {
        ("proposed", "proposed") => shell.notice(Tone::Good, "已提出，等本级另一人审批"),
        ("approved", "approved") => {
            shell.notice(Tone::Good, "已批准，当地的应办事项一两分钟内按新标准推算")
        }
        ("refused", "refused") => shell.notice(Tone::Good, "已登记不同意"),
        ("withdrawn", "withdrawn") => shell.notice(Tone::Good, "已撤回"),
        _ => shell,
    }
    .render())
}

/// Whether somebody may ask what a proposal would change.
fn may_look(actor: &Actor, policy: &Policy) -> bool {
    let decides = actor.can(deeds::POLICIES_APPROVE) || actor.can(deeds::POLICIES_PROPOSE);
    decides && actor.scope().covers(&policy.org)
}

fn facts(app: &Shared, laws: &Laws, policy: &Policy, figure: &Figure) -> Markup {
    let before = laws.law(&policy.org).figure(&policy.figure).on(policy.from_day).ok();
    let before = before.filter(|_| policy.waits());
    let to = format!("/policies/figures/{}", policy.figure);
    frame::facts_list(&[
        ("标准", html! { a href=(to) { (figure.name) } }),
        ("地方", frame::text(&policy.place)),
        (
            "数值",
            html! {
                strong { (pages::amount(policy.value, figure)) }
                @if let Some(before) = before { "（原为" (pages::amount(before.value, figure)) "）" }
            },
        ),
        ("执行日期", time(&policy.from_day.to_string())),
        ("状态", pages::tag(policy, app.today())),
        ("依据", html! { (policy.cite) "，" (time(&policy.issued_on.to_string())) }),
        ("原文", html! { "“" (policy.quote) "”" }),
    ])
}

/// What would change: the button that works it out, how far it is, or the result.
fn preview(
    app: &Shared,
    actor: &Actor,
    policy: &Policy,
    (seen, is_ready): (Option<&WhatIf>, bool),
) -> Markup {
    let to = format!("/policies/{}/what-if", policy.id);
    let button = |words| form_post(&to, &csrf(app, actor.session), "", submit(words));
    html! {
        h2 { "试算" }
        p { "审批以前先看：执行以后，当地今日的应办事项会增加、改期、取消多少。试算不改动任何事项。" }
        @match seen {
            None => (button("试算")),
            Some(seen) if !seen.has_ended => {
                p { "正在试算，已看 " (frame::count(seen.n_people)) " 人。" }
                p { a href={ "/policies/" (policy.id) } { "刷新进度" } }
                p { "等了一分钟仍没有进展的，可重新试算。" }
                (button("重新试算"))
            },
            Some(seen) if is_ready => (result(seen)),
            Some(seen) => {
                (frame::notice(Tone::Warn, "试算以后日期或其他标准有了变化，请重新试算"))
                (result(seen))
                (button("重新试算"))
            },
        }
    }
}

fn result(seen: &WhatIf) -> Markup {
    let sum = |of: fn(&what_ifs::RuleChange) -> i64| seen.changes.iter().map(of).sum::<i64>();
    let cells = |name: Markup, n: [i64; 4]| {
        std::iter::once(name).chain(n.map(frame::count).map(frame::text)).collect::<Vec<_>>()
    };
    let n_late = sum(|of| of.n_late);
    let total = [sum(|of| of.n_appears), n_late, sum(|of| of.n_moves), sum(|of| of.n_vanishes)];
    let rows = seen.changes.iter().map(|of| {
        let name = Rule::from_id(&of.rule).map_or(of.rule.as_str(), |rule| rule.name());
        cells(frame::text(name), [of.n_appears, of.n_late, of.n_moves, of.n_vanishes])
    });
    let columns = vec![
        Col::head("事项"),
        Col::number("增加"),
        Col::number("其中已逾期或错过"),
        Col::number("改期"),
        Col::number("取消"),
    ];
    let words = format!("按{}的情形，共看{}人", rules::days::in_chinese(seen.day), seen.n_people);
    html! {
        (frame::table(Table::new(&words, columns)
            .rows(rows.collect())
            .empty("今日的应办事项没有变化；以后新产生的事项按新标准推算")
            .total(cells(html! { "合计" }, total))))
        @if n_late > 0 {
            (frame::notice(Tone::Warn, "执行日期在过去，有的事项一增加就已逾期或错过，请核对执行日期"))
        }
    }
}

fn decide_form(
    app: &Shared,
    actor: &Actor,
    policy: &Policy,
    (typed, errors, is_ready): (&Fields, &[frame::FieldError], bool),
) -> Markup {
    let choices = [Choice::new("approve", "同意"), Choice::new("refuse", "不同意")];
    let choices = if is_ready { &choices[..] } else { &choices[1..] };
    let to = format!("/policies/{}/decide", policy.id);
    let fields = html! {
        (frame::hidden("version", &policy.version.to_string()))
        (frame::radio_group(Input::new("verdict", "意见").value(typed.get("verdict"))
            .errors(errors), choices))
        (text_field(Input::new("reason", "理由").value(typed.get("reason")).errors(errors)
            .width(Width::Full).hint("不同意时必须填写").optional()))
        (submit("提交审批意见"))
    };
    html! {
        h2 { "审批" }
        @if !is_ready { p { "试算完成以后才能同意。" } }
        (form_post(&to, &csrf(app, actor.session), &new_key(), fields))
    }
}

fn withdraw_form(app: &Shared, actor: &Actor, policy: &Policy) -> Markup {
    let to = format!("/policies/{}/withdraw", policy.id);
    let fields = html! {
        (frame::hidden("version", &policy.version.to_string()))
        (submit("撤回这件提议"))
    };
    html! {
        h2 { "撤回" }
        (form_post(&to, &csrf(app, actor.session), &new_key(), fields))
    }
}

fn history(policy: &Policy) -> Markup {
    let proposed_on = policy.proposed_on.to_string();
    let decided_on = policy.decided_on.map_or_else(String::new, |on| on.to_string());
    let from_day = policy.from_day.to_string();
    let moment = |on, title, body| frame::Moment { on, title, tag: None, body };
    let mut moments = vec![moment(&proposed_on, "提出", html! { (policy.proposed_name) })];
    if let Some(who) = &policy.decided_name {
        let title = match policy.state.as_str() {
            "approved" => "同意",
            "refused" => "不同意",
            _ => "撤回",
        };
        let body = html! { (who) @if !policy.reason.is_empty() { "：" (policy.reason) } };
        moments.push(moment(&decided_on, title, body));
    }
    if policy.state == "approved" {
        moments.push(moment(&from_day, "开始执行", html! {}));
    }
    html! { h2 { "经过" } (frame::timeline(&moments)) }
}

fn version(fields: &Fields) -> i64 {
    fields.number("version").unwrap_or(0)
}

pub async fn decide(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let reason = fields.get("reason");
    let decided = match Verdict::parse(fields.get("verdict")) {
        Ok(verdict) => {
            let said = (verdict, reason);
            let key = (id, version(&fields));
            decide::decide(&app, &actor, key, said, Caller::Page).await.map(|()| verdict)
        }
        Err(problem) => Err(problem),
    };
    match decided {
        Ok(verdict) => Ok(led(id, verdict.state())),
        Err(problem @ Problem::Invalid(_)) => {
            let policy = decide::find(&mut app.db.clone(), &actor, id).await?;
            let again = (&fields, shown(&problem));
            Ok(sent_back(show_page(&app, &actor, &policy, again).await?))
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
    decide::withdraw(&app, &actor, (id, version(&fields)), Caller::Page).await?;
    Ok(led(id, "withdrawn"))
}

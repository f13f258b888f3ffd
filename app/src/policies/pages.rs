//! Local figures: beside the national ones, proposed, decided.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, Kind, Table, Tone, Width, form_post, submit, text_field};
use kernel::{Actor, FieldError, Problem};
use maud::{Markup, html};
use rules::law::{Figure, InForce};

use super::decide::{self, Policy, Proposal, Verdict, state_name};
use super::embedded;
use super::store::Wish;
use crate::accounts::deeds;
use crate::web::{Fields, Me, Shared, csrf, form_errors, new_key, page};

/// More entries than a figure ever has.
const ALL: i64 = 200;

pub async fn list(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let (national, laws, today) = (embedded()?, app.laws().await?, app.today());
    let here = laws.law(&actor.org);
    let rows = national.figures().map(|figure| {
        let now = here.figure(&figure.id).on(today).ok();
        let local = now.filter(|now| now.pack == "local");
        vec![
            html! { a href={ "/policies/figures/" (figure.id) } { (figure.name) } },
            value_cell(figure, figure.on(today)),
            value_cell(figure, local),
            frame::text(now.map_or_else(String::new, |now| now.from.to_string())),
            frame::text(now.map_or("", |now| now.cite)),
        ]
    });
    let columns = vec![
        Col::head("标准"),
        Col::number("国家规定"),
        Col::number("本地标准"),
        Col::day("现行起始日"),
        Col::text("依据"),
    ];
    let waiting = decide::list(&app, &actor, &wish("", "proposed")).await?;
    let body = html! {
        p { "本地标准由市、区依据文件提出，经另一人审批后，自生效日期起代替国家规定。" }
        @if !waiting.is_empty() {
            h2 { "待审批" }
            (policies_table(&national, &waiting, "待审批的本地标准"))
        }
        (frame::table(Table::new("现行标准", columns).rows(rows.collect())))
    };
    Ok(page(&app, &actor, "本地标准", body).render())
}

fn wish(figure: &str, state: &str) -> Wish {
    Wish { figure: figure.to_owned(), state: state.to_owned(), before: i64::MAX, limit: ALL }
}

fn value_cell(figure: &Figure, now: Option<InForce<'_>>) -> Markup {
    html! {
        @match now {
            Some(now) => { (now.value) (figure.unit) },
            None => span.unseen { "无" },
        }
    }
}

fn name_of<'a>(law: &'a rules::law::Law, figure: &'a str) -> (&'a str, &'a str) {
    let known = law.figures().find(|known| known.id == figure);
    known.map_or((figure, ""), |known| (&known.name, &known.unit))
}

fn state_tag(state: &str) -> Markup {
    let tone = match state {
        "proposed" => Tone::Warn,
        "approved" => Tone::Good,
        _ => Tone::Plain,
    };
    frame::tag(tone, state_name(state))
}

fn policies_table(law: &rules::law::Law, policies: &[Policy], caption: &str) -> Markup {
    let columns = vec![
        Col::head("标准"),
        Col::text("适用区划"),
        Col::number("数值"),
        Col::day("生效日期"),
        Col::text("文号"),
        Col::text("提出人"),
        Col::text("状态"),
    ];
    let rows = policies.iter().map(|policy| {
        let (name, unit) = name_of(law, &policy.figure);
        vec![
            html! { a href={ "/policies/" (policy.id) } { (name) } },
            frame::text(&policy.org),
            html! { (policy.value) (unit) },
            frame::time(&policy.from_day.to_string()),
            frame::text(&policy.cite),
            frame::text(&policy.proposed_name),
            state_tag(&policy.state),
        ]
    });
    let table = Table::new(caption, columns).rows(rows.collect());
    frame::table(table.empty("还没有本地标准，执行国家规定"))
}

pub async fn figure(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(figure): Path<String>,
) -> Result<Markup, Problem> {
    figure_page(&app, &actor, &figure, (&Fields::default(), Vec::new())).await
}

async fn figure_page(
    app: &Shared,
    actor: &Actor,
    figure: &str,
    (typed, errors): (&Fields, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let law = embedded()?;
    let known = law.figures().find(|known| known.id == figure).ok_or(Problem::NotFound)?;
    let policies = decide::list(app, actor, &wish(figure, "")).await?;
    let entries = known.entries().map(|entry| {
        vec![
            frame::time(&entry.from.to_string()),
            html! { (entry.value) (known.unit) },
            frame::text(entry.cite),
            frame::text(entry.quote),
        ]
    });
    let columns =
        vec![Col::day("起始日期"), Col::number("数值"), Col::text("文件"), Col::text("原文")];
    let body = html! {
        (frame::table(Table::new("国家规定", columns).rows(entries.collect())))
        (policies_table(&law, &policies, "本地标准"))
        @if actor.can(deeds::POLICIES_PROPOSE) {
            h2 { "提出本地标准" }
            p { "适用于“" (actor.org_name) "”及所属地区，经另一人审批后生效。" }
            (propose_form(app, actor, known, (typed, &errors)))
        }
    };
    Ok(page(app, actor, &known.name, body).crumb("本地标准", "/policies").errors(errors).render())
}

fn propose_form(
    app: &Shared,
    actor: &Actor,
    figure: &Figure,
    (typed, errors): (&Fields, &[frame::FieldError]),
) -> Markup {
    let unit = if figure.unit.is_empty() { "0 或 1" } else { &figure.unit };
    let hint = format!("单位：{unit}");
    form_post(
        &format!("/policies/figures/{}", figure.id),
        &csrf(app, actor.session),
        &new_key(),
        html! {
            (text_field(Input::new("value", "数值").kind(Kind::Number).width(Width::Tiny)
                .value(typed.get("value")).errors(errors).hint(&hint)))
            (text_field(Input::date("from_day", "生效日期").value(typed.get("from_day"))
                .errors(errors)))
            (text_field(Input::new("cite", "文号").value(typed.get("cite")).errors(errors)
                .hint("依据文件的名称、文号和条款")))
            (frame::textarea(Input::new("quote", "原文").value(typed.get("quote"))
                .errors(errors).hint("逐字抄录依据的句子"), 3))
            (submit("提交审批"))
        },
    )
}

pub async fn propose(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(figure): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let proposed = match typed_proposal(&figure, &fields) {
        Ok(new) => decide::propose(&app, &actor, &new).await,
        Err(problem) => Err(problem),
    };
    match proposed {
        Ok(id) => Ok(Redirect::to(&format!("/policies/{id}")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let again = (&fields, form_errors(&problem));
            let page = figure_page(&app, &actor, &figure, again).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn typed_proposal(figure: &str, fields: &Fields) -> Result<Proposal, Problem> {
    let mut errors = Vec::new();
    let from_day = fields.required_day("from_day", &mut errors);
    let value = fields.number("value");
    if value.is_none() {
        let message = "请填写整数".to_owned();
        errors.push(FieldError { field: "value".to_owned(), message });
    }
    let (Some(from_day), Some(value)) = (from_day, value) else {
        return Err(Problem::Invalid(errors));
    };
    Ok(Proposal {
        figure: figure.to_owned(),
        from_day,
        value,
        cite: fields.get("cite").to_owned(),
        quote: fields.get("quote").to_owned(),
    })
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let policy = decide::find(&app, &actor, id).await?;
    show_page(&app, &actor, &policy, ("", Vec::new()))
}

fn show_page(
    app: &Shared,
    actor: &Actor,
    policy: &Policy,
    (reason, errors): (&str, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let law = embedded()?;
    let (name, unit) = name_of(&law, &policy.figure);
    let may_decide = policy.state == "proposed"
        && actor.can(deeds::POLICIES_APPROVE)
        && actor.scope().covers(&policy.org);
    let body = html! {
        (frame::facts_list(&[
            ("标准", html! { a href={ "/policies/figures/" (policy.figure) } { (name) } }),
            ("适用区划", frame::text(&policy.org)),
            ("数值", html! { (policy.value) (unit) }),
            ("生效日期", frame::time(&policy.from_day.to_string())),
            ("文号", frame::text(&policy.cite)),
            ("原文", frame::text(&policy.quote)),
            ("状态", state_tag(&policy.state)),
        ]))
        (history(policy))
        @if may_decide && policy.proposed_by == actor.account {
            (frame::notice(Tone::Info, "这是您提出的标准，须由其他负责人审批"))
        } @else if may_decide {
            (decide_form(app, actor, policy, (reason, &errors)))
        }
    };
    let title = format!("本地标准：{name}");
    Ok(page(app, actor, &title, body).crumb("本地标准", "/policies").errors(errors).render())
}

fn history(policy: &Policy) -> Markup {
    let proposed_on = policy.proposed_on.to_string();
    let decided_on = policy.decided_on.map_or_else(String::new, |on| on.to_string());
    let mut moments = vec![frame::Moment {
        on: &proposed_on,
        title: "提出",
        tag: None,
        body: html! { (policy.proposed_name) },
    }];
    if let Some(who) = &policy.decided_name {
        let title = if policy.state == "approved" { "同意" } else { "不同意" };
        moments.push(frame::Moment {
            on: &decided_on,
            title,
            tag: None,
            body: html! { (who) @if !policy.reason.is_empty() { "：" (policy.reason) } },
        });
    }
    html! { h2 { "经过" } (frame::timeline(&moments)) }
}

fn decide_form(
    app: &Shared,
    actor: &Actor,
    policy: &Policy,
    (reason, errors): (&str, &[frame::FieldError]),
) -> Markup {
    let choices = [Choice::new("approve", "同意"), Choice::new("reject", "不同意")];
    form_post(
        &format!("/policies/{}/decide", policy.id),
        &csrf(app, actor.session),
        &new_key(),
        html! {
            h2 { "审批" }
            (frame::hidden("version", &policy.version.to_string()))
            (frame::radio_group(Input::new("verdict", "意见").errors(errors), &choices))
            (frame::textarea(Input::new("reason", "理由").value(reason).errors(errors)
                .hint("不同意时必须填写").optional(), 2))
            (submit("提交审批意见"))
        },
    )
}

pub async fn decide(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let key = (id, fields.number("version").unwrap_or(0));
    let decided = match Verdict::parse(fields.get("verdict")) {
        Ok(verdict) => decide::decide(&app, &actor, key, (verdict, fields.get("reason"))).await,
        Err(problem) => Err(problem),
    };
    match decided {
        Ok(()) => Ok(Redirect::to(&format!("/policies/{id}")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let policy = decide::find(&app, &actor, id).await?;
            let again = (fields.get("reason"), form_errors(&problem));
            let page = show_page(&app, &actor, &policy, again)?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

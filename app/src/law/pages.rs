//! Rules and figures with their sentences.

use axum::extract::{Path, State};
use frame::{Col, Table};
use kernel::{Actor, Problem};
use maud::{Markup, html};
use rules::law::{Figure, Law, RuleText};

use super::{Found, contents, find, pack_name, rules_on};
use crate::deeds;
use crate::policies::figures as local;
use crate::web::{Me, Shared, page};

pub async fn list(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let (laws, today) = (app.laws().await?, app.today());
    let law = laws.law(&actor.org);
    let body = html! {
        p { "以下为今日在本地有效的规则和标准，点名称可看各个时期的版本。" }
        (rules_table(law, &rules_on(law, today)))
        (figures_table(law, today))
        (packs_table(law))
    };
    Ok(page(&app, &actor, "政策依据", body).render())
}

fn rules_table(law: &Law, rules: &[&RuleText]) -> Markup {
    let columns = vec![
        Col::head("规则"),
        Col::text("办理层级"),
        Col::text("说明"),
        Col::text("依据"),
        Col::day("起始日期"),
    ];
    let rows = rules.iter().map(|rule| {
        vec![
            html! { a href={ "/law/" (rule.id) } { (rule.name) } },
            frame::text(rule.owner.name()),
            frame::text(&rule.explains),
            html! { (rule.cite) span.unseen { "，" (pack_name(law, &rule.pack)) } },
            frame::time(&rule.from.to_string()),
        ]
    });
    frame::table(Table::new("规则", columns).rows(rows.collect()))
}

/// The layers of the law: what lies lower gives way to what lies higher.
fn packs_table(law: &Law) -> Markup {
    let columns = vec![
        Col::head("规则包"),
        Col::text("层次"),
        Col::day("最早起始"),
        Col::day("最近一次变动"),
        Col::number("规则"),
        Col::number("标准"),
    ];
    let day = |day: Option<jiff::civil::Date>| {
        html! { @if let Some(day) = day { (frame::time(&day.to_string())) } }
    };
    let rows = contents(law).into_iter().map(|pack| {
        vec![
            frame::text(pack.name),
            frame::text(pack.layer),
            day(pack.first_on),
            day(pack.newest_on),
            html! { (pack.n_rules) },
            html! { (pack.n_figures) },
        ]
    });
    frame::table(Table::new("规则包，从下到上", columns).rows(rows.collect()))
}

fn figures_table(law: &Law, today: jiff::civil::Date) -> Markup {
    let columns = vec![
        Col::head("标准"),
        Col::number("数值"),
        Col::text("依据"),
        Col::text("规则包"),
        Col::day("起始日期"),
    ];
    let rows = law.figures().filter_map(|figure| {
        let now = figure.on(today)?;
        Some(vec![
            html! { a href={ "/law/" (figure.id) } { (figure.name) } },
            html! {
                (now.value) (figure.unit)
                @if now.is_local() { " " (frame::tag(frame::Tone::Info, "本地")) }
            },
            frame::text(now.cite),
            frame::text(pack_name(law, now.pack)),
            frame::time(&now.from.to_string()),
        ])
    });
    frame::table(Table::new("标准", columns).rows(rows.collect()))
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<String>,
) -> Result<Markup, Problem> {
    let laws = app.laws().await?;
    let law = laws.law(&actor.org);
    let (title, body) = match find(law, &id).ok_or(Problem::NotFound)? {
        Found::Rule(versions) => (versions[0].name.clone(), rule_body(law, &versions)),
        Found::Figure(figure) => (figure.name.clone(), figure_body(&actor, law, figure)),
    };
    Ok(page(&app, &actor, &title, body).crumb("政策依据", "/law").render())
}

fn rule_body(law: &Law, versions: &[&RuleText]) -> Markup {
    html! {
        @for rule in versions.iter().rev() {
            @let title = format!("{}起", rules::days::in_chinese(rule.from));
            (frame::card(&title, html! {
                p { (rule.explains) }
                blockquote { (rule.quote) }
                (frame::facts_list(&[
                    ("依据", frame::text(&rule.cite)),
                    ("规则包", frame::text(pack_name(law, &rule.pack))),
                    ("办理层级", frame::text(rule.owner.name())),
                    ("规则编号", html! { code { (rule.id) } }),
                ]))
            }))
        }
    }
}

fn figure_body(actor: &Actor, law: &Law, figure: &Figure) -> Markup {
    let decides = local::find(&figure.id).filter(|_| actor.can(deeds::POLICIES_SEE));
    let columns = vec![
        Col::day("起始日期"),
        Col::number("数值"),
        Col::text("文件"),
        Col::text("原文"),
        Col::text("规则包"),
    ];
    let rows = figure.entries().map(|entry| {
        vec![
            frame::time(&entry.from.to_string()),
            html! { (entry.value) (figure.unit) },
            frame::text(entry.cite),
            frame::text(entry.quote),
            frame::text(pack_name(law, entry.pack)),
        ]
    });
    html! {
        p { "同一天有几个规定时，下面的规定优先；没有规定的日期不作推算。" }
        (frame::table(Table::new(&figure.name, columns).rows(rows.collect())))
        @if decides.is_some() {
            p { a href={ "/policies/figures/" (figure.id) } { "这个标准可由本地规定" } }
        }
    }
}

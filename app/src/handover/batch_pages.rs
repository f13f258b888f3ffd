//! One batch: what was planned and what came, where everybody is, and what is to be done next.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Table, Tone, Width, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::agreement::{AgreementIn, agree, close, differences};
use super::counts::{self, Counts};
use super::pages::{seen, slip_table, state};
use super::review::{Whole, decide_whole};
use super::{Batch, Caller, HANDERS, STATES, passing, path, store};
use crate::codes::name_of;
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::page::papers_button;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let batch = seen(&app, &actor, id).await?;
    show_page(&app, &actor, &batch, (&asked, Vec::new())).await
}

fn notice(asked: &Fields) -> Option<String> {
    let n = asked.number("n").unwrap_or(0);
    match asked.get("saved") {
        "papers" => Some(format!("已记下 {n} 人材料齐全")),
        "passed" => Some(format!("已审核通过 {n} 人；有疑点的请在名单中逐人办理")),
        "sent" => {
            let slips = asked.number("slips").unwrap_or(0);
            Some(format!("已开出 {slips} 份移交单，共 {n} 人；人多的一次送不完，请再送一次"))
        }
        "agreement" => Some("已登记协议书".to_owned()),
        "closed" => Some("批次已办结".to_owned()),
        _ => None,
    }
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    batch: &Batch,
    (asked, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let own = batch.is_own(actor);
    let scope = actor.scope();
    let slips = store::slips(&mut db, (&scope, "", batch.id), (i64::MAX, 20)).await?;
    let body = if own {
        let counts = counts::of_batch(&mut db, batch.id).await?;
        let registered = counts::in_registry(&mut db, batch.id).await?;
        html! {
            (facts(batch))
            (todo(app, actor, batch, &counts))
            (standing(batch, &counts))
            (super::reconciled::reconciled(batch, &counts, &registered))
            (agreement(app, actor, (batch, asked), &errors))
            @if batch.is_open() { (ending(app, actor, (batch, &counts), &errors)) }
            @else if !batch.settlement.is_empty() { p { "差异处理：" (batch.settlement) } }
        }
    } else {
        let n_here = ["to_street", "at_street", "to_station", "accepted"];
        let mut rows_here = Vec::new();
        for code in n_here {
            let bound = counts::bound_for(&mut db, (batch.id, code), (&scope, 12)).await?;
            rows_here.push((code, bound.iter().map(|(_, n)| n).sum::<i64>()));
        }
        html! {
            (facts_here(batch))
            (standing_here(batch, &rows_here))
            @if actor.can(deeds::HANDOVER_SEND) && rows_here[1].1 > 0 && batch.is_open() {
                (act(app, actor, (batch.id, "send"), "开移交单，送往各社区站"))
            }
        }
    };
    let body = html! {
        (body)
        h2 { "移交单" }
        (slip_table(&slips, app.today()))
        @if slips.len() == 20 {
            p { a href={ "/handovers/slips?state=all&batch=" (batch.id) } { "全部移交单" } }
        }
    };
    let title = format!("移交批次 {}", batch.number);
    let mut shell = page(app, actor, title.as_str(), body).crumb("移交接收", "/handovers");
    if let Some(words) = notice(asked) {
        shell = shell.notice(Tone::Good, &words);
    }
    Ok(shell.errors(errors).render())
}

fn facts(batch: &Batch) -> Markup {
    let hander = match batch.hander_name.as_str() {
        "" => name_of(HANDERS, &batch.handed_by).to_owned(),
        name => format!("{}：{name}", name_of(HANDERS, &batch.handed_by)),
    };
    let day = |day: Option<jiff::civil::Date>| {
        day.map_or_else(|| html! {}, |day| frame::time(&day.to_string()))
    };
    let unit = html! {
        @match batch.enterprise {
            Some(id) => { a href={ "/enterprises/" (id) } { (batch.enterprise_name) } }
            None => { (batch.enterprise_name) }
        }
    };
    frame::facts_list(&[
        ("移交单位", unit),
        ("由谁移交", frame::text(hander)),
        ("经办联系人", frame::text(&batch.contact)),
        ("开批次日期", frame::time(&batch.opened_on.to_string())),
        ("预计移交日期", day(batch.expected_on)),
        ("状态", state(batch)),
        ("备注", frame::text(&batch.note)),
    ])
}

fn facts_here(batch: &Batch) -> Markup {
    frame::facts_list(&[
        ("移交单位", frame::text(&batch.enterprise_name)),
        ("开批次日期", frame::time(&batch.opened_on.to_string())),
    ])
}

/// A button that does one thing to the whole batch.
fn act(app: &Shared, actor: &Actor, (id, what): (i64, &str), label: &str) -> Markup {
    let action = format!("{}/{what}", path(id));
    form_post(&action, &csrf(app, actor.session), &new_key(), submit(label))
}

fn todo(app: &Shared, actor: &Actor, batch: &Batch, counts: &Counts) -> Markup {
    let may = batch.is_open() && actor.can(deeds::HANDOVER_REVIEW);
    let people = format!("{}/people", path(batch.id));
    html! {
        (frame::toolbar(html! {
            @if may {
                @if actor.can(deeds::PEOPLE_IMPORT) {
                    (frame::button_link(
                        &format!("/imports?kind=handover&batch={}", batch.id), "导入移交名册"))
                }
                (frame::button_link(&format!("{}/enter", path(batch.id)), "补录一人"))
            }
            (frame::button_link(&people, "名单和审核"))
            (frame::button_link(&format!("{}/roll", path(batch.id)), "打印移交名册"))
            (frame::button_link(&format!("{}/forms", path(batch.id)), "打印登记表"))
            @if actor.can(deeds::HANDOVER_REVIEW) {
                (frame::button_link(&format!("{}/paper", path(batch.id)), "打印协议书"))
            }
            (papers_button(actor, ("batch", batch.id)))
        }))
        @if may && counts.of("listed") > 0 {
            (frame::card("整批办理", html! {
                p { "待审核 " (frame::count(counts.of("listed"))) " 人。先核对登记表和档案，"
                    "再把没有疑点、已定社区的一起通过；有疑点的到名单中逐人办理。" }
                (act(app, actor, (batch.id, "papers"), "待审核的登记表和档案都已核对齐全"))
                (act(app, actor, (batch.id, "pass"), "没有疑点的都审核通过"))
            }))
        }
        @if may && counts.of("passed") > 0 {
            (frame::card("移交街道", html! {
                p { "审核通过 " (frame::count(counts.of("passed"))) " 人，按接收社区所在街道开移交单。" }
                (act(app, actor, (batch.id, "send"), "开移交单，移交各街道"))
            }))
        }
    }
}

fn standing(batch: &Batch, counts: &Counts) -> Markup {
    let cell = |(code, name): &(&str, &str)| {
        let href = format!("{}/people?state={code}", path(batch.id));
        vec![html! { a href=(href) { (name) } }, frame::text(frame::count(counts.of(code)))]
    };
    let rows = STATES.iter().map(cell).collect();
    let total = vec![frame::text("合计"), frame::text(frame::count(counts.all()))];
    let columns = vec![Col::head("环节"), Col::number("人数")];
    html! {
        h2 { "人到哪一步了" }
        (frame::table(Table::new("各环节人数", columns).rows(rows).total(total)))
    }
}

fn standing_here(batch: &Batch, here: &[(&str, i64)]) -> Markup {
    let cell = |(code, n): &(&str, i64)| {
        let href = format!("{}/people?state={code}", path(batch.id));
        vec![html! { a href=(href) { (name_of(STATES, code)) } }, frame::text(frame::count(*n))]
    };
    let columns = vec![Col::head("环节"), Col::number("本辖区人数")];
    frame::table(Table::new("各环节人数", columns).rows(here.iter().map(cell).collect()))
}

fn agreement(
    app: &Shared,
    actor: &Actor,
    (batch, asked): (&Batch, &Fields),
    errors: &[FieldError],
) -> Markup {
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |d| d.to_string());
    let is_typed = asked.get("form") == "agreement";
    let value = |name: &str, known: &str| {
        if is_typed { asked.get(name).to_owned() } else { known.to_owned() }
    };
    let values = [
        value("no", &batch.agreement_no),
        value("on", &day(batch.agreement_on)),
        value("until", &day(batch.agreement_until)),
        value("ended_on", &day(batch.agreement_ended_on)),
        value("agreement_note", &batch.agreement_note),
    ];
    let form = html! {
        (frame::hidden("version", &batch.version.to_string()))
        (frame::hidden("form", "agreement"))
        (text_field(Input::new("no", "协议书编号").value(&values[0]).errors(errors)))
        (text_field(Input::date("on", "签订日期").value(&values[1]).errors(errors)))
        (text_field(Input::date("until", "到期日").value(&values[2]).errors(errors).optional()))
        (text_field(Input::date("ended_on", "提前终止日期").value(&values[3]).errors(errors)
            .optional()))
        (text_field(Input::new("agreement_note", "份数和存放处").value(&values[4])
            .errors(errors).optional().width(Width::Full)))
        (submit("登记协议书"))
    };
    let standing = match (batch.agreement_on, batch.agreement_ended_on) {
        (None, _) => frame::tag(Tone::Warn, "还没有签订"),
        (_, Some(_)) => frame::tag(Tone::Plain, "已终止"),
        _ if batch.agreement_until.is_some_and(|until| until < app.today()) => {
            frame::tag(Tone::Bad, "已到期，请续签")
        }
        _ => frame::tag(Tone::Good, "已签订"),
    };
    html! {
        h2 { "协议书" }
        (frame::facts_list(&[
            ("状态", standing),
            ("编号", frame::text(&batch.agreement_no)),
            ("签订日期", frame::text(day(batch.agreement_on))),
            ("到期日", frame::text(day(batch.agreement_until))),
            ("份数和存放处", frame::text(&batch.agreement_note)),
        ]))
        @if actor.can(deeds::HANDOVER_REVIEW) {
            (frame::fold("登记签订、续签或终止", || is_typed, form_post(
                &format!("{}/agreement", path(batch.id)), &csrf(app, actor.session), &new_key(),
                form)))
        }
    }
}

fn ending(
    app: &Shared,
    actor: &Actor,
    (batch, counts): (&Batch, &Counts),
    errors: &[FieldError],
) -> Markup {
    let done = counts.of("accepted") + counts.of("withdrawn");
    if !actor.can(deeds::HANDOVER_REVIEW) || counts.all() == 0 || done < counts.all() {
        return html! {};
    }
    let field = Input::new("settlement", "差异怎样处理的").errors(errors).width(Width::Full);
    let form = html! {
        (frame::hidden("version", &batch.version.to_string()))
        @if !differences(batch, counts).is_empty() {
            (text_field(field.hint("例如：1 人移交前去世，已由企业书面说明")))
        }
        (submit("办结这个批次"))
    };
    frame::card(
        "办结",
        form_post(
            &format!("{}/close", path(batch.id)),
            &csrf(app, actor.session),
            &new_key(),
            form,
        ),
    )
}

async fn sent_back(
    (app, actor): (&Shared, &Actor),
    id: i64,
    (fields, problem): (&Fields, &Problem),
) -> Result<Response, Problem> {
    let batch = seen(app, actor, id).await?;
    let page = show_page(app, actor, &batch, (fields, shown(problem))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub async fn save_agreement(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let mut errors = Vec::new();
    let new = AgreementIn {
        no: fields.get("no").to_owned(),
        on: fields.day("on", &mut errors),
        until: fields.day("until", &mut errors),
        ended_on: fields.day("ended_on", &mut errors),
        note: fields.get("agreement_note").to_owned(),
    };
    let version = fields.number("version").unwrap_or(0);
    let done = if errors.is_empty() {
        agree(&app, &actor, (id, version), &new, Caller::Page).await
    } else {
        Err(Problem::Invalid(errors))
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}?saved=agreement", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            sent_back((&app, &actor), id, (&fields, &problem)).await
        }
        Err(problem) => Err(problem),
    }
}

pub async fn end(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let version = fields.number("version").unwrap_or(0);
    let said = fields.get("settlement");
    match close(&app, &actor, (id, version), said, Caller::Page).await {
        Ok(()) => Ok(Redirect::to(&format!("{}?saved=closed", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            sent_back((&app, &actor), id, (&fields, &problem)).await
        }
        Err(problem) => Err(problem),
    }
}

pub async fn papers(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    let n = decide_whole(&app, &actor, (id, Whole::Papers), Caller::Page).await?;
    Ok(Redirect::to(&format!("{}?saved=papers&n={n}", path(id))))
}

pub async fn pass(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    let n = decide_whole(&app, &actor, (id, Whole::Pass), Caller::Page).await?;
    Ok(Redirect::to(&format!("{}?saved=passed&n={n}", path(id))))
}

pub async fn send(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    let sent = passing::send(&app, &actor, id, Caller::Page).await?;
    let page = format!("{}?saved=sent&n={}&slips={}", path(id), sent.people, sent.slips);
    Ok(Redirect::to(&page))
}

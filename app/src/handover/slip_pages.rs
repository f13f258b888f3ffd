//! One slip: who stands on it, and the receipt of the place to which it leads.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Table, Tone, Width, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::pages::slip_state;
use super::rows::{self, Candidate};
use super::{Caller, Slip, desk_pages, passing, path, store};
use crate::codes::{self, name_of};
use crate::deeds;
use crate::registry::codes::POLITICAL;
use crate::web::fields::Asked;
use crate::web::page::papers_button;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

pub(super) async fn seen(app: &Shared, actor: &Actor, id: i64) -> Result<Slip, Problem> {
    store::find_slip(&mut app.db.clone(), &actor.scope(), id).await?.ok_or(Problem::NotFound)
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let slip = seen(&app, &actor, id).await?;
    show_page(&app, &actor, &slip, (&asked, Vec::new())).await
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    slip: &Slip,
    (asked, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    // All of a slip stand on one page, so that whoever is not received can be ticked.
    let all = (("", 0), passing::ON_A_SLIP);
    let people = rows::of_slip(&mut app.db.clone(), slip.id, all).await?;
    let here = format!("/handovers/slips/{}", slip.id);
    let may = slip.state == "sent"
        && actor.can(deeds::HANDOVER_RECEIVE)
        && actor.scope().covers(&slip.to_org);
    let body = html! {
        (facts(slip, app.today()))
        (frame::toolbar(html! {
            (frame::button_link(&format!("{here}/print"), "打印移交单"))
            (papers_button(actor, ("handover-slip", slip.id)))
        }))
        @if may { (receipt(app, actor, (slip, &people), (asked, &errors))) }
        @else { (table(&people, false)) }
    };
    let title = format!("移交单 {}", slip.number);
    let shell = page(app, actor, &title, body).crumb("移交接收", "/handovers").errors(errors);
    let shell =
        if asked.get("saved") == "1" { shell.notice(Tone::Good, "已签收") } else { shell };
    Ok(shell.render())
}

fn facts(slip: &Slip, today: jiff::civil::Date) -> Markup {
    let answered = match slip.answered_on {
        Some(on) => html! { (frame::time(&on.to_string())) "，" (slip.answered_by) },
        None => html! {},
    };
    frame::facts_list(&[
        ("批次", html! { a href=(path(slip.batch)) { (slip.batch_number) } }),
        ("移交单位", frame::text(&slip.enterprise_name)),
        ("由", frame::text(&slip.from_name)),
        ("移交给", frame::text(&slip.to_name)),
        ("人数", frame::text(frame::count(slip.n))),
        ("送出", html! { (frame::time(&slip.sent_on.to_string())) "，" (slip.sent_by) }),
        ("应签收", frame::time(&slip.due_on.to_string())),
        ("状态", slip_state(slip, today)),
        ("签收", answered),
    ])
}

fn receipt(
    app: &Shared,
    actor: &Actor,
    (slip, people): (&Slip, &[Candidate]),
    (asked, errors): (&Fields, &[FieldError]),
) -> Markup {
    let is_station = codes::level_of(&slip.to_org) == Some("station");
    let reason = Input::new("reason", "不收的原因").value(asked.get("reason")).errors(errors);
    let form = html! {
        (frame::hidden("version", &slip.version.to_string()))
        p {
            "请对照表格和材料逐人核对。全部收下的直接签收；有不收的，勾选他们并写明原因。"
            @if is_station { "签收之日起由本社区站管理，走访、联系卡等应办事项从当天起算。" }
        }
        (frame::ticked("person", errors, html! {
            (text_field(reason.optional().width(Width::Full).hint("没有不收的人就不填")))
            (frame::toolbar(submit("签收（勾选的人退回）")))
            (table(people, true))
        }))
    };
    let action = format!("/handovers/slips/{}", slip.id);
    form_post(&action, &csrf(app, actor.session), &new_key(), form)
}

fn table(people: &[Candidate], ticks: bool) -> Markup {
    let mut columns = vec![
        Col::head("姓名"),
        Col::text("证件号码"),
        Col::text("政治面貌"),
        Col::text("居住地址"),
        Col::text("登记表"),
        Col::text("档案"),
        Col::text("说明"),
    ];
    if ticks {
        columns.insert(0, Col::select("person"));
    }
    let row = |one: &Candidate| {
        let person = &one.handed.person;
        let file = match (one.file.as_str(), one.pages_found) {
            ("in", Some(pages)) => format!("{pages} 页"),
            ("in", None) => "有".to_owned(),
            _ => "没有".to_owned(),
        };
        let mut cells = vec![
            match one.person {
                Some(id) => html! { a href={ "/people/" (id) } { (one.name) } },
                None => frame::text(&one.name),
            },
            frame::text(desk_pages::masked(&person.id_number)),
            frame::text(name_of(POLITICAL, &person.political)),
            frame::text(&person.address),
            frame::text(if one.form == "ok" { "有" } else { "没有" }),
            frame::text(file),
            frame::text(&one.reason),
        ];
        if ticks {
            cells.insert(0, frame::select_one("person", &one.id.to_string(), &one.name));
        }
        cells
    };
    frame::table(
        Table::new("移交的人", columns)
            .rows(people.iter().map(row).collect())
            .empty("这份移交单上的人都已退回"),
    )
}

pub async fn answer(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let ticked = fields.all("person");
    let refused: Vec<i64> = ticked.iter().filter_map(|id| id.parse().ok()).collect();
    let version = fields.number("version").unwrap_or(0);
    let said = (&refused[..], fields.get("reason"));
    match passing::answer(&app, &actor, (id, version), said, Caller::Page).await {
        Ok(_) => Ok(Redirect::to(&format!("/handovers/slips/{id}?saved=1")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let slip = seen(&app, &actor, id).await?;
            let page = show_page(&app, &actor, &slip, (&fields, shown(&problem))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

//! Slips of files: those that wait for a body, and the receipt of one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Pager, Table, Tone, Width, form_post, submit, text_field};
use jiff::civil::Date;
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::slips::{self, Slip};
use super::store::{self, File};
use super::{Caller, MOST, path};
use crate::web::fields::Asked;
use crate::web::page::papers_button;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{deeds, labels};

/// Rows of a page.
const N_ROWS: i64 = 30;

fn state(slip: &Slip, today: Date) -> Markup {
    match slip.state.as_str() {
        "answered" if slip.n_received < slip.n => frame::tag(Tone::Bad, "已签收，有缺"),
        "answered" => frame::tag(Tone::Good, "已签收"),
        _ if slip.due_on < today => frame::tag(Tone::Bad, "逾期未签收"),
        _ => frame::tag(Tone::Info, "待签收"),
    }
}

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let outgoing = asked.get("way") == "out";
    let before = asked.number("after").unwrap_or(i64::MAX);
    let mut db = app.db.clone();
    let found = slips::page(&mut db, (&actor.org, outgoing), (before, N_ROWS)).await?;
    let here = format!("/archives/slips?way={}", if outgoing { "out" } else { "in" });
    let tabs = [("in", "送来的"), ("out", "送出的")].map(|(way, title)| {
        frame::Link::new(title, format!("/archives/slips?way={way}"))
            .current_if(|| (way == "out") == outgoing)
    });
    let row = |slip: &Slip| {
        vec![
            html! { a href={ "/archives/slips/" (slip.id) } { (slip.number) } },
            frame::text(&slip.from_name),
            frame::text(&slip.to_name),
            frame::text(slip.n),
            frame::time(&slip.sent_on.to_string()),
            frame::time(&slip.due_on.to_string()),
            state(slip, app.today()),
        ]
    };
    let columns = vec![
        Col::head("移交单"),
        Col::text("由"),
        Col::text("移交给"),
        Col::number("份数"),
        Col::day("送出日期"),
        Col::day("应签收日期"),
        Col::text("状态"),
    ];
    let full = i64::try_from(found.len()).unwrap_or(0) == N_ROWS;
    let pager = Pager {
        first: (!asked.get("after").is_empty()).then(|| here.clone()),
        next: found.last().filter(|_| full).map(|slip| format!("{here}&after={}", slip.id)),
        ..Pager::default()
    };
    let body = html! {
        (frame::tabs("按方向", &tabs))
        (frame::table(Table::new("档案移交单", columns).rows(found.iter().map(row).collect())
            .empty("没有这一类的移交单")))
        (frame::pager(pager))
    };
    Ok(page(&app, &actor, "档案移交单", body).crumb("人事档案", "/archives").render())
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    show_page(&app, &actor, (id, &asked), Vec::new()).await
}

/// All files of a slip.
pub(super) async fn files(app: &Shared, slip: i64) -> Result<Vec<File>, Problem> {
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    Ok(store::of_slip(&mut app.db.clone(), slip, (0, most)).await?)
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    (id, asked): (i64, &Fields),
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let slip = slips::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let files = files(app, id).await?;
    let may = slip.state == "sent"
        && actor.can(deeds::ARCHIVES_KEEP)
        && actor.scope().covers(&slip.to_org);
    let body = html! {
        (facts(&slip, app.today()))
        (frame::toolbar(html! {
            (frame::button_link(&format!("/archives/slips/{id}/print"), "打印移交单"))
            (papers_button(actor, ("archive-slip", id)))
        }))
        @if may { (receipt(app, actor, (&slip, &files), (asked, &errors))) }
        @else { (table(&files, Boxes::Without)) }
    };
    let title = format!("档案移交单 {}", slip.number);
    let mut shell = page(app, actor, &title, body).crumb("人事档案", "/archives");
    shell = shell.crumb("档案移交单", "/archives/slips").errors(errors);
    match asked.get("saved") {
        "1" => shell = shell.notice(Tone::Good, "已签收"),
        "sent" => shell = shell.notice(Tone::Good, "已送出，请打印移交单随档案一起送去"),
        _ => {}
    }
    Ok(shell.render())
}

fn facts(slip: &Slip, today: Date) -> Markup {
    let mut facts = vec![
        ("由", frame::text(&slip.from_name)),
        ("移交给", frame::text(&slip.to_name)),
        ("份数", frame::text(slip.n)),
        ("送出", html! { (frame::time(&slip.sent_on.to_string())) "，" (slip.sent_by) }),
        ("应签收", frame::time(&slip.due_on.to_string())),
        ("状态", state(slip, today)),
    ];
    if let Some(on) = slip.answered_on {
        facts.push(("签收", html! { (frame::time(&on.to_string())) "，" (slip.answered_by) }));
        facts.push(("收到", frame::text(slip.n_received)));
    }
    if !slip.reason.is_empty() {
        facts.push(("没收到的情况", frame::text(&slip.reason)));
    }
    frame::facts_list(&facts)
}

fn receipt(
    app: &Shared,
    actor: &Actor,
    (slip, files): (&Slip, &[File]),
    (asked, errors): (&Fields, &[FieldError]),
) -> Markup {
    let reason = Input::new("reason", "没收到的情况").value(asked.get("reason")).errors(errors);
    let form = html! {
        (frame::hidden("version", &slip.version.to_string()))
        p { "请照移交单逐份清点。都收到的直接签收；没收到的勾选出来并写明情况，"
            "它们立即列为送出机构的下落不明，由送出机构查找。" }
        (frame::ticked("archive", errors, html! {
            (table(files, Boxes::With))
            (text_field(reason.optional().width(Width::Full).hint("都收到的就不填")))
            (frame::toolbar(submit("签收（勾选的没收到）")))
        }))
    };
    let action = format!("/archives/slips/{}", slip.id);
    form_post(&action, &csrf(app, actor.session), &new_key(), form)
}

/// Whether the rows of a list can be ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boxes {
    With,
    Without,
}

pub(super) fn table(files: &[File], boxes: Boxes) -> Markup {
    let mut columns = vec![
        Col::head("姓名"),
        Col::text("档案号"),
        Col::number("册数"),
        Col::number("页数"),
        Col::text("备注"),
    ];
    if boxes == Boxes::With {
        columns.insert(0, Col::select("archive"));
    }
    let row = |file: &File| {
        let mut cells = vec![
            html! { a href=(path(file.id)) { (file.person_name) } },
            frame::text(labels::grouped(&file.number)),
            frame::text(file.volumes),
            frame::text(file.pages.map(|n| n.to_string()).unwrap_or_default()),
            frame::text(&file.note),
        ];
        if boxes == Boxes::With {
            let id = file.id.to_string();
            cells.insert(0, frame::select_one("archive", &id, &file.person_name));
        }
        cells
    };
    frame::table(
        Table::new("移交的档案", columns)
            .rows(files.iter().map(row).collect())
            .numbered_from(1)
            .empty("没有档案"),
    )
}

pub async fn answer(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let absent: Vec<i64> = fields.all("archive").iter().filter_map(|id| id.parse().ok()).collect();
    let version = fields.number("version").unwrap_or(0);
    let said = (&absent[..], fields.get("reason"));
    match slips::answer(&app, &actor, (id, version), said, Caller::Page).await {
        Ok(_) => Ok(Redirect::to(&format!("/archives/slips/{id}?saved=1")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = show_page(&app, &actor, (id, &fields), shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

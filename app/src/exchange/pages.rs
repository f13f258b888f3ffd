//! The pages of imports: handing a file in, the history, and one import wherever it stands.

use axum::extract::{Path, State as Given};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{
    Choice, Col, Input, Pager, Table, Tone, file_field, form_post, radio_group, submit, tag,
};
use kernel::clock::on_the_wall;
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::kinds::Kind;
use super::state::State;
use super::store::{self, Import};
use super::{cancel, columns_page, find, original, path, receive, results, work};
use crate::people::Caller;
use crate::web::fields::Asked;
use crate::web::{Me, Shared, Upload, csrf, new_key, page, shown, upload_form};

/// Imports on a page of the history.
const N_ROWS: i64 = 20;
/// Endings of files that can be read.
pub(super) const ENDINGS: &str = ".xlsx,.xls,.et,.ods,.csv,.xlsm,.fods,.xml,.html,.htm,.txt,.tsv";

pub async fn list(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let chosen = Kind::parse(asked.get("kind")).unwrap_or_default();
    let batch = asked.number("batch").unwrap_or(0);
    list_page(&app, &actor, (asked.number("after"), chosen, batch), Vec::new()).await
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    (after, chosen, batch): (Option<i64>, Kind, i64),
    errors: Vec<frame::FieldError>,
) -> Result<Markup, Problem> {
    let before = after.unwrap_or(i64::MAX);
    let (mut db, scope) = (app.db.clone(), actor.scope());
    let rows = store::newest(&mut db, &scope, (before, N_ROWS)).await?;
    let full = i64::try_from(rows.len()).unwrap_or(0) == N_ROWS;
    let last = rows.last().filter(|_| full);
    let pager = Pager {
        first: after.map(|_| "/imports".to_owned()),
        next: last.map(|last| format!("/imports?after={}", last.id)),
        ..Pager::default()
    };
    let kinds: Vec<Choice<'_>> = Kind::ALL
        .iter()
        .filter(|kind| actor.can(kind.deed()) && (**kind == Kind::Handover) == (batch > 0))
        .map(|kind| Choice { hint: Some(kind.hint()), ..Choice::new(kind.code(), kind.name()) })
        .collect();
    let kind = Input::new("kind", "导入什么").value(chosen.code()).errors(&errors);
    let file = Input::new("file", "文件").errors(&errors).hint(
        "可用 .xlsx、.xls、.ods、.csv，WPS 和老系统存的也可以，不要有密码。\
         标题行、合并的表头、合计行和说明行会自动认出",
    );
    let body = html! {
        p { "先认出各列，再试算会新增和变更什么；经您确认才写入。" }
        (upload_form(app, actor, "/imports", html! {
            @if batch > 0 { (frame::hidden("batch", &batch.to_string())) }
            (radio_group(kind, &kinds))
            (file_field(file, ENDINGS))
            (submit("上传"))
        }))
        h2 { "导入记录" }
        (history(&rows))
        (frame::pager(pager))
    };
    Ok(page(app, actor, "导入", body).crumb("退休人员", "/people").errors(errors).render())
}

fn history(rows: &[Import]) -> Markup {
    let columns = vec![
        Col::head("文件"),
        Col::text("内容"),
        Col::text("状态"),
        Col::number("行数"),
        Col::number("新增"),
        Col::number("更新"),
        Col::number("有错误"),
        Col::text("操作人"),
        Col::day("时间"),
    ];
    let count = |n: u64| frame::text(i64::try_from(n).map_or_else(|_| n.to_string(), frame::count));
    let row = |one: &Import| {
        vec![
            html! { a href=(path(one.id)) { (one.file_name) } },
            frame::text(one.kind.name()),
            tag(one.state.tone(), one.state.name()),
            count(one.counts.rows),
            count(one.counts.new),
            count(one.counts.updated),
            count(one.counts.faulty),
            frame::text(&one.who),
            frame::text(on_the_wall(&one.made_at)),
        ]
    };
    frame::table(
        Table::new("导入记录", columns)
            .rows(rows.iter().map(row).collect())
            .empty("还没有导入过；请在上面选择文件"),
    )
}

pub async fn upload(
    Given(app): Given<Shared>,
    Me(actor): Me,
    upload: Upload,
) -> Result<Response, Problem> {
    let said = upload.fields.get("kind").to_owned();
    let kind = if said.is_empty() { Some(Kind::Roster) } else { Kind::parse(&said) };
    let batch = upload.fields.number("batch").unwrap_or(0);
    let received = match (upload.file("file"), kind) {
        (Ok(file), Some(kind)) => receive(&app, &actor, (file, kind, batch), Caller::Page).await,
        (Ok(_), None) => Err(Problem::field("kind", "请选择导入什么")),
        (Err(problem), _) => Err(problem),
    };
    match received {
        Ok(id) => Ok(Redirect::to(&path(id)).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let at = (None, kind.unwrap_or_default(), batch);
            let page = list_page(&app, &actor, at, shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn show(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let import = find(&app, &actor, id).await?;
    let body = match import.state {
        State::Mapped => {
            return columns_page::form_page(&app, &actor, (&import, Vec::new())).await;
        }
        State::Reading | State::Checking | State::Importing => working(&app, &actor, &import),
        State::Checked => results::checked(&app, &actor, &import).await?,
        State::Done | State::Undone => results::done(&app, &actor, &import).await?,
        State::Failed | State::Cancelled => ended(&import),
    };
    Ok(about(&app, &actor, &import, html! { (head(&actor, &import)) (body) }).render())
}

/// A page of an import, with the way back.
#[must_use]
pub fn about(app: &Shared, actor: &Actor, import: &Import, body: Markup) -> frame::Shell {
    page(app, actor, format!("导入：{}", import.file_name).as_str(), body)
        .crumb("退休人员", "/people")
        .crumb("导入", "/imports")
}

/// What is known of the file, and what is to be told of the state.
#[must_use]
pub fn head(actor: &Actor, import: &Import) -> Markup {
    let kibibytes = (import.n_bytes + 1023) / 1024;
    let offered = original::is_offered(actor, import);
    html! {
        (frame::facts_list(&[
            ("导入什么", frame::text(import.kind.name())),
            ("状态", tag(import.state.tone(), import.state.name())),
            ("上传", html! { (import.who) "，" (on_the_wall(&import.made_at)) }),
            ("文件", html! {
                (frame::count(kibibytes)) " KiB"
                @if offered { "，" a href={ (path(import.id)) "/file" } download { "下载收到的原文件" } }
            }),
            ("校验和（SHA-256）", html! { span.wrap { (import.checksum) } }),
        ]))
        @if !import.says.is_empty() { (frame::notice(Tone::Warn, &import.says)) }
    }
}

fn ended(import: &Import) -> Markup {
    html! {
        @if import.state == State::Cancelled { p { "这次导入已取消，没有写入任何数据。" } }
        p { a href="/imports" { "重新上传" } }
    }
}

/// What is being done, and how far it is.
fn working(app: &Shared, actor: &Actor, import: &Import) -> Markup {
    html! {
        (moving(import))
        @if import.state != State::Importing { (cancel_form(app, actor, import)) }
    }
}

fn moving(import: &Import) -> Markup {
    let words = match import.state {
        State::Reading => "正在识别工作表和列……",
        State::Checking => "正在逐行试算，不会写入……",
        _ => "正在写入。写完以前什么也不会留下，写完才一起生效……",
    };
    let (n_done, n_rows) = (work::n_done(import), import.n_rows);
    let whole = |n: i64| u64::try_from(n).unwrap_or(0);
    html! {
        div.polling hx-get={ (path(import.id)) "/progress" } hx-trigger="every 2s"
            hx-swap="outerHTML" {
            p role="status" { (words) }
            @if n_rows > 0 { (frame::progress(whole(n_done), whole(n_rows))) }
            @else if n_done > 0 { p { "已处理 " (frame::count(n_done)) " 行" } }
            p { a href=(path(import.id)) { "刷新进度" } "（关闭页面不影响，可从导入记录再进来看）" }
        }
    }
}

/// A piece of the page that asks for itself; when the step is over the whole page is asked for.
pub async fn progress(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let import = find(&app, &actor, id).await?;
    if import.state.is_working() {
        return Ok(moving(&import).into_response());
    }
    let over = html! { p { a href=(path(id)) { "查看结果" } } };
    let mut response = over.into_response();
    response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    Ok(response)
}

/// The button that gives an import up.
#[must_use]
pub fn cancel_form(app: &Shared, actor: &Actor, import: &Import) -> Markup {
    let action = format!("{}/cancel", path(import.id));
    form_post(
        &action,
        &csrf(app, actor.session),
        &new_key(),
        html! {
            button.button.second type="submit" { "取消导入" }
        },
    )
}

pub async fn give_up(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    cancel(&app, &actor, id, Caller::Page).await?;
    Ok(Redirect::to(&path(id)))
}

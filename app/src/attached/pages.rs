//! The papers of a thing: the list, the form that adds one, the file itself, taking one out of use.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Table, Tone, Width, file_field, form_post, submit};
use frame::{tag, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::{Caller, Subject, Thing, add, find, of, open, void};
use crate::papers::store::Paper;
use crate::papers::{ENDINGS, Kind};
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, Upload, csrf, new_key, page, shown, upload_form};

/// What the fields of an address name: the kind of thing and its number.
pub(super) fn named(fields: &Fields) -> Result<(Subject, i64), Problem> {
    let subject = Subject::from_code(fields.get("of")).ok_or(Problem::NotFound)?;
    Ok((subject, fields.number("id").ok_or(Problem::NotFound)?))
}

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let thing = super::thing(&mut app.db.clone(), &actor, named(&asked)?).await?;
    list_page(&app, &actor, &thing, (&asked, Vec::new())).await
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    thing: &Thing,
    (asked, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let papers = of(&mut app.db.clone(), thing).await?;
    let file = Input::new("file", "文件")
        .errors(&errors)
        .hint("PDF、JPG、PNG 或 OFD，最大 20 MiB。扫描件请用 200 至 300 点，黑白或灰度");
    let note = Input::new("note", "说明").value(asked.get("note")).errors(&errors).optional();
    let body = html! {
        (table(&papers, thing))
        p { "附件加密保存，每次打开都记入审计。" }
        @if thing.may_keep {
            (frame::card("添加附件", upload_form(app, actor, "/papers", html! {
                (frame::hidden("of", thing.subject.code()))
                (frame::hidden("id", &thing.id.to_string()))
                (file_field(file, ENDINGS))
                (text_field(note.width(Width::Full).hint("例如：双方签字盖章的协议书")))
                (submit("上传附件"))
            })))
        }
    };
    let mut shell = page(app, actor, "附件", body).crumb(&thing.title, &thing.page).errors(errors);
    match asked.get("saved") {
        "added" => shell = shell.notice(Tone::Good, "附件已保存"),
        "void" => shell = shell.notice(Tone::Good, "附件已作废"),
        _ => {}
    }
    Ok(shell.render())
}

/// A size in words for people.
fn size(n_bytes: i64) -> String {
    match n_bytes {
        n if n < 1 << 20 => format!("{} KB", (n + 1023) >> 10),
        n => format!("{}.{} MB", n >> 20, ((n & 0xF_FFFF) * 10) >> 20),
    }
}

fn table(papers: &[Paper], thing: &Thing) -> Markup {
    let row = |paper: &Paper| {
        let id = paper.id;
        let is_void = paper.voided_on.is_some();
        vec![
            html! {
                @if is_void { (paper.name) " " (tag(Tone::Plain, "已作废")) }
                @else { a href={ "/papers/" (id) "/file" } download { (paper.name) } }
            },
            frame::text(size(paper.n_bytes)),
            frame::text(if is_void { &paper.void_reason } else { &paper.note }),
            frame::time(&paper.added_on.to_string()),
            frame::text(&paper.added_by),
            html! { @if thing.may_keep && !is_void {
                a href={ "/papers/" (id) } { "作废" span.unseen { (paper.name) } }
            } },
        ]
    };
    let columns = vec![
        Col::head("文件"),
        Col::number("大小"),
        Col::text("说明"),
        Col::day("添加日期"),
        Col::text("添加人"),
        Col::actions(),
    ];
    frame::table(
        Table::new("附件", columns).rows(papers.iter().map(row).collect()).empty("还没有附件"),
    )
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    upload: Upload,
) -> Result<Response, Problem> {
    let at = named(&upload.fields)?;
    let thing = super::thing(&mut app.db.clone(), &actor, at).await?;
    let typed = upload.fields.clone();
    let done = match upload.file("file") {
        Ok(file) => add(&app, &actor, (at, &file, typed.get("note")), Caller::Page).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{}&saved=added", thing.path())).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let typed = (&typed, shown(&problem));
            let page = list_page(&app, &actor, &thing, typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let (thing, paper) = find(&mut app.db.clone(), &actor, id).await?;
    Ok(void_page(&app, &actor, (&thing, &paper), ("", Vec::new())))
}

fn void_page(
    app: &Shared,
    actor: &Actor,
    (thing, paper): (&Thing, &Paper),
    (reason, errors): (&str, Vec<FieldError>),
) -> Markup {
    let input = Input::new("reason", "作废的原因").value(reason).errors(&errors);
    let form = html! {
        (frame::hidden("version", &paper.version.to_string()))
        (text_field(input.width(Width::Full).hint("例如：传错了文件")))
        (submit("作废这份附件"))
    };
    let day = |day: &jiff::civil::Date| frame::time(&day.to_string());
    let body = html! {
        (frame::facts_list(&[
            ("文件", frame::text(&paper.name)),
            ("大小", frame::text(size(paper.n_bytes))),
            ("说明", frame::text(&paper.note)),
            ("添加", html! { (day(&paper.added_on)) " " (paper.added_by) "，" (paper.body) }),
            ("校验值", html! { code { (paper.checksum) } }),
        ]))
        @if let Some(on) = &paper.voided_on {
            p { (day(on)) " " (paper.voided_by) "作废：" (paper.void_reason) }
        } @else if thing.may_keep {
            p { "作废以后不再给出，记录留下；传错的作废后重新上传。" }
            (form_post(&format!("/papers/{}/void", paper.id), &csrf(app, actor.session),
                &new_key(), form))
        }
    };
    page(app, actor, "作废附件", body)
        .crumb(&thing.title, &thing.page)
        .crumb("附件", thing.path())
        .errors(errors)
        .render()
}

pub async fn save_void(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (thing, paper) = find(&mut app.db.clone(), &actor, id).await?;
    let version = fields.number("version").unwrap_or(0);
    let wish = ((id, version), fields.get("reason"));
    match void(&app, &actor, wish, Caller::Page).await {
        Ok(thing) => Ok(Redirect::to(&format!("{}&saved=void", thing.path())).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let typed = (fields.get("reason"), shown(&problem));
            let page = void_page(&app, &actor, (&thing, &paper), typed);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// The file itself: a browser keeps it and shows nothing of it inside the house.
pub async fn file(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    given(&app, &actor, id).await
}

pub(super) async fn given(app: &Shared, actor: &Actor, id: i64) -> Result<Response, Problem> {
    let (paper, bytes) = open(app, actor, id).await?;
    let media = Kind::from_code(&paper.kind).map_or("application/octet-stream", Kind::media);
    let name = encoded(&paper.name);
    let shown =
        format!("attachment; filename=\"paper-{id}.{}\"; filename*=UTF-8''{name}", paper.kind);
    let response = Response::builder()
        .header(header::CONTENT_TYPE, media)
        .header(header::CONTENT_LENGTH, bytes.len())
        .header(header::CONTENT_DISPOSITION, shown)
        .header("x-songhe-sha256", &paper.checksum);
    response.body(Body::from(bytes)).map_err(|cause| anyhow::Error::from(cause).into())
}

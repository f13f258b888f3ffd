//! The pages of exports: what is taken and for whom, and the record of what was.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use frame::{Col, Link, Markup, Pager, Table, Tone, form_post};
use kernel::clock::on_the_wall;
use kernel::{Actor, Problem};
use maud::html;
use rules::identity::Mask;

use super::export::{self, Caller, Export, Wish};
use super::export_conditions::in_words;
use super::export_file::{Format, Made};
use super::export_form::Form;
use super::export_lists::List;
use super::export_masks;
use super::export_wish::{asked as asked_of, conditions, query};
use super::profiles;
use crate::deeds;
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

/// Rows on a page of the record.
const PAGE: i64 = 50;

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let Some(id) = asked.number("profile") else {
        return form_page(&app, &actor, &asked, Vec::new()).await;
    };
    let profile = profiles::find(&app, &actor, id).await?;
    let mut fields = profiles::filled_in(&profile, &asked);
    fields.0.push(("profile".to_owned(), id.to_string()));
    form_page(&app, &actor, &fields, Vec::new()).await
}

async fn form_page(
    app: &Shared,
    actor: &Actor,
    fields: &Fields,
    errors: Vec<frame::FieldError>,
) -> Result<Markup, Problem> {
    let list = match fields.get("list") {
        "" => List::People,
        code => List::from_code(code).ok_or(Problem::NotFound)?,
    };
    actor.may(list.deed())?;
    let given = conditions(list, fields);
    let words = in_words(&app.db, actor, (list, &given)).await?;
    let back = format!("{}?{}", list.page(), query(&given));
    let facts: Vec<(&str, Markup)> =
        words.iter().map(|(name, value)| (*name, frame::text(value))).collect();
    let form = Form { list, actor, fields, errors: &errors };
    let inputs = html! {
        (frame::hidden("list", list.code()))
        @for (name, value) in &given.0 { (frame::hidden(name, value)) }
        (form.words(&form.reason()))
        (form.table())
        (form.keeping())
        (frame::submit("导出"))
    };
    let body = html! {
        (chooser(app, &form, &given).await?)
        (frame::facts_list(&facts))
        p { "导出的与名单页相同。要改条件，请" a href=(back) { "回到名单" } "。" }
        @if list == List::People {
            p { "要填上级或别的部门发来的表？" a href={ "/blanks?" (query(&given)) } {
                "填对方的空表" } "，版式不变。" }
        }
        @if wants_more(&form) {
            (frame::notice(Tone::Warn, "这个常用格式要完整号码，您的岗位不能导出，请另选一种显示"))
        }
        (form_post("/exports", &csrf(app, actor.session), &new_key(), inputs))
    };
    let title = format!("导出{}", list.name());
    Ok(page(app, actor, &title, body).crumb(list.name(), back).errors(errors).render())
}

/// Whether whole numbers are asked for by somebody who may not take them.
fn wants_more(form: &Form<'_>) -> bool {
    let whole = |name: &str| form.fields.get(name) == Mask::None.code();
    form.list.has_numbers()
        && !form.actor.can(deeds::PEOPLE_EXPORT_FULL)
        && (whole("mask") || whole("phone_mask"))
}

/// The forms of export that the organisation keeps: one click fills in the form.
async fn chooser(app: &Shared, form: &Form<'_>, given: &Fields) -> Result<Markup, Problem> {
    let kept = profiles::own(app, form.actor, form.list).await?;
    let (list, given, chosen) = (form.list.code(), query(given), form.fields.number("profile"));
    if kept.is_empty() && chosen.is_none() {
        return Ok(html! {});
    }
    let plain = Link::new("自己选", format!("/exports/new?list={list}&{given}"));
    let mut links = vec![plain.current_if(|| chosen.is_none())];
    for one in &kept {
        let href = format!("/exports/new?profile={}&{given}", one.id);
        links.push(Link::new(&*one.name, href).current_if(|| chosen == Some(one.id)));
    }
    Ok(html! {
        (frame::tabs("常用格式", &links))
        p { "选用常用格式后，核对一下再导出。" a href="/export-profiles" { "改名、修改或删除" } }
    })
}

pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = match Wish::read(&fields) {
        Ok(wish) => export::export(&app, &actor, &wish, Caller::Page)
            .await
            .and_then(|(export, made)| attachment(&export, wish.format, made)),
        Err(problem) => Err(problem),
    };
    match done {
        Err(problem @ Problem::Invalid(_)) if List::from_code(fields.get("list")).is_some() => {
            let told = problem.fields().iter();
            let errors = told.map(|one| frame::FieldError::new(&*one.field, &*one.message));
            let page = form_page(&app, &actor, &fields, errors.collect()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        other => other,
    }
}

/// The file as it is sent: to be kept, never shown, under a name that every system can write.
///
/// # Errors
/// When a header cannot be made of it.
pub fn attachment(export: &Export, format: Format, made: Made) -> Result<Response, Problem> {
    let (end, kind) = format.kind();
    let list = List::from_code(&export.list).map_or("", List::name);
    let name = encoded(&format!("{list}-{}.{end}", export.on));
    let shown =
        format!("attachment; filename=\"export-{}.{end}\"; filename*=UTF-8''{name}", export.id);
    let response = Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_LENGTH, made.n_bytes)
        .header(header::CONTENT_DISPOSITION, shown)
        .header("x-songhe-export", export.id)
        .header("x-songhe-rows", export.n_rows)
        .header("x-songhe-sha256", &export.sha256);
    response.body(made.body()).map_err(|cause| anyhow::Error::from(cause).into())
}

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let after = asked.number("after");
    let mut made = export::list(&app.db, &actor.scope(), after, PAGE + 1).await?;
    let more = i64::try_from(made.len()).unwrap_or(0) > PAGE;
    made.truncate(usize::try_from(PAGE).unwrap_or(50));
    let next = made.last().filter(|_| more).map(|last| format!("/exports?after={}", last.id));
    let columns = vec![
        Col::text("时间"),
        Col::head("名单"),
        Col::number("行数"),
        Col::text("号码"),
        Col::text("导出人"),
        Col::text("用途"),
        Col::text("接收方"),
        Col::actions(),
    ];
    let rows = made.iter().map(|of| {
        vec![
            frame::text(on_the_wall(&of.at)),
            frame::text(list_name(of)),
            frame::text(frame::count(of.n_rows)),
            frame::text(export_masks::in_words(&of.mask, &of.phone_mask)),
            frame::text(&of.who),
            frame::text(&of.purpose),
            frame::text(&of.recipient),
            html! { a href={ "/exports/" (of.id) } { "查看" span.unseen { (of.at) "的导出" } } },
        ]
    });
    let table = Table::new("导出记录", columns).rows(rows.collect());
    let first = after.map(|_| "/exports".to_owned());
    let body = html! {
        p { "谁在什么时候导出了哪份名单、给谁、作何用。文件本身不留存。要导出，请到"
            a href="/people" { "退休人员" } "、" a href="/visits" { "走访台账" } "或"
            a href="/duties" { "应办事项" } "点“导出”。别的部门发来的表，可以"
            a href="/blanks" { "填对方的空表" } "。" }
        p { a href="/export-profiles" { "常用导出格式" } "：记下的列、次序、号码样式和接收方。" }
        (frame::table(table.empty("还没有导出记录")))
        (frame::pager(Pager { first, next, ..Pager::default() }))
    };
    Ok(page(&app, &actor, "导出记录", body).render())
}

fn list_name(of: &Export) -> &str {
    match List::from_code(&of.list) {
        Some(list) => list.name(),
        None => &of.list,
    }
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let of = export::find(&app.db, &actor.scope(), id).await?;
    let list = List::from_code(&of.list).ok_or(Problem::NotFound)?;
    let asked = asked_of(&of.conditions);
    let words = in_words(&app.db, &actor, (list, &asked)).await?;
    let words: Vec<String> =
        words.iter().skip(1).map(|(name, value)| format!("{name}：{value}")).collect();
    let format = Format::from_code(&of.format).map_or("", Format::name);
    let reason = if of.reason.is_empty() { "未导出完整号码" } else { &of.reason };
    let body = html! {
        (frame::facts_list(&[
            ("时间", frame::text(on_the_wall(&of.at))),
            ("导出人", frame::text(&of.who)),
            ("机构代码", frame::text(&of.org)),
            ("名单", frame::text(list.name())),
            ("条件", frame::text(if words.is_empty() { "无".to_owned() } else { words.join("；") })),
            ("行数", frame::text(frame::count(of.n_rows))),
            ("列", frame::text(&of.columns)),
            ("号码", frame::text(export_masks::in_words(&of.mask, &of.phone_mask))),
            ("用途", frame::text(&of.purpose)),
            ("接收方", frame::text(&of.recipient)),
            ("原因", frame::text(reason)),
            ("文件格式", frame::text(format)),
            ("校验值（SHA-256）", frame::text(&of.sha256)),
        ]))
        p { "文件只在导出时给出一次。没有收到的，请重新导出。" }
        (frame::button_link(&format!("{}?{}", list.page(), of.conditions), "回到名单"))
    };
    Ok(page(&app, &actor, "导出记录", body).crumb("导出记录", "/exports").render())
}

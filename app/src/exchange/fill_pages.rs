//! The pages on which blanks of other departments are handed in, looked over and filled.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Markup, Pager, Table, Tone, form_post};
use kernel::{Actor, Problem};
use maud::html;
use rules::identity::Mask;
use sheets::edit::Value;

use super::export::Export;
use super::export_conditions::in_words;
use super::export_file::Format;
use super::export_form::{masks, purpose};
use super::export_lists::List;
use super::export_wish::{conditions, query};
use super::fill::{self, Caller, Choices, Kept, path};
use super::fill_plan::{Blank, Kind, Place, SKIP, choices};
use super::fill_write::{Filled, N_FORMS, Sent};
use crate::people::{list as people, roll};
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, Upload, csrf, new_key, page, shown, upload_form};

/// Blanks on a page, and people of the preview.
const PAGE: i64 = 50;
const N_SHOWN: i64 = 3;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    list_page(&app, &actor, &asked, Vec::new()).await
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    asked: &Fields,
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let given = query(&conditions(List::People, asked));
    let after = asked.number("after");
    let mut kept = fill::list(app, actor, (after, PAGE + 1)).await?;
    let more = i64::try_from(kept.len()).unwrap_or(0) > PAGE;
    kept.truncate(usize::try_from(PAGE).unwrap_or(50));
    let next = kept.last().filter(|_| more).map(|last| format!("/blanks?after={}", last.id));
    let file = Input::new("file", "对方发来的空表")
        .errors(&errors)
        .hint(".xlsx 文件：一张带表头和空行的清单，或一人一张的登记表。版式、合并格、字体都不会动");
    let body = html! {
        p { "上级或别的部门发来的空表，传到这里：认出每一列要什么，从名册里填好，按原样交回。填过的表会记住，下个月直接再填。" }
        (upload_form(app, actor, &format!("/blanks?{given}"), html! {
            (frame::file_field(file, ".xlsx"))
            (frame::submit("上传"))
        }))
        h2 { "存着的空表" }
        (table(&kept, &given))
        (frame::pager(Pager {
            first: after.map(|_| "/blanks".to_owned()), next, ..Pager::default()
        }))
    };
    let shell = page(app, actor, "填对方的空表", body).crumb("导出记录", "/exports");
    Ok(shell.errors(errors).render())
}

fn table(kept: &[Kept], given: &str) -> Markup {
    let columns = vec![
        Col::head("空表"),
        Col::text("填法"),
        Col::number("要填几处"),
        Col::text("号码"),
        Col::text("上次接收方"),
        Col::text("上传人"),
        Col::day("上传日期"),
        Col::actions(),
    ];
    let row = |one: &Kept| {
        let href = format!("{}?{given}", path(one.id));
        vec![
            frame::text(&one.file_name),
            frame::text(kind_name(one.blank.kind)),
            frame::text(one.blank.filled().count().to_string()),
            frame::text(mask_name(&one.blank)),
            frame::text(&one.blank.recipient),
            frame::text(&one.who),
            frame::text(&one.made_on),
            html! { a href=(href) { "填写" span.unseen { "“" (one.file_name) "”" } } },
        ]
    };
    let table = Table::new("存着的空表", columns).rows(kept.iter().map(row).collect());
    frame::table(table.empty("还没有空表；请在上面选择文件"))
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::List => "清单",
        Kind::Form => "一人一张",
    }
}

fn mask_name(blank: &Blank) -> &'static str {
    if blank.has_numbers() { blank.mask().name() } else { "无号码" }
}

pub async fn upload(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
    upload: Upload,
) -> Result<Response, Problem> {
    let given = query(&conditions(List::People, &asked));
    let to = if given.is_empty() { String::new() } else { format!("?{given}") };
    let received = match upload.file("file") {
        Ok(file) => fill::receive(&app, &actor, file, (Caller::Page, &to)).await,
        Err(problem) => Err(problem),
    };
    match received {
        Ok(id) => Ok(Redirect::to(&format!("{}{to}", path(id))).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = list_page(&app, &actor, &asked, shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let kept = fill::find(&app, &actor, id).await?;
    one(&app, &actor, &kept, (&asked, Vec::new())).await
}

/// The page of a blank, with what was typed.
async fn one(
    app: &Shared,
    actor: &Actor,
    kept: &Kept,
    (typed, errors): (&Fields, Vec<FieldError>),
) -> Result<Markup, Problem> {
    let given = conditions(List::People, typed);
    let words = in_words(&app.db, actor, (List::People, &given)).await?;
    let words: Vec<String> = words.iter().map(|(name, value)| format!("{name}：{value}")).collect();
    let back = format!("{}?{}", List::People.page(), query(&given));
    let samples = samples(app, actor, (&kept.blank, &given)).await?;
    let body = html! {
        (frame::facts_list(&facts(kept, &words.join("；"))))
        p { "填的人与名单页相同。要改条件，请" a href=(back) { "回到名单" } "筛选后点“填空表”。" }
        @if kept.blank.asked_mask == Mask::None.code() {
            (frame::notice(Tone::Warn, "表上要求完整号码：须由有权限的岗位选定，并写明原因"))
        }
        @if kept.blank.leaves_births() {
            (frame::notice(Tone::Info, "号码隐去了出生日期，表上的出生日期和年龄留空，以免补出号码"))
        }
        h2 { "一、核对每处填什么" }
        (places(app, actor, kept, (typed, &given, &errors, &samples)))
        h2 { "二、填好下载" }
        (filling(app, actor, kept, (typed, &given, &errors)))
        (frame::toolbar(html! {
            (form_post(&format!("{}/forget", path(kept.id)), &csrf(app, actor.session), &new_key(),
                html! { button.button.second type="submit" { "删除这份空表" } }))
        }))
    };
    let shell = page(app, actor, &format!("填表：{}", kept.file_name), body);
    let shell = shell.crumb("填对方的空表", format!("/blanks?{}", query(&given)));
    Ok(shell.errors(errors).render())
}

fn facts(kept: &Kept, people: &str) -> Vec<(&'static str, Markup)> {
    let blank = &kept.blank;
    let room = match (blank.kind, blank.room) {
        (Kind::Form, _) => format!("一人一张，一次最多 {N_FORMS} 份，打包下载"),
        (Kind::List, Some(room)) => format!("清单，从第 {} 行起有 {room} 个空行", blank.first_row),
        (Kind::List, None) => format!("清单，从第 {} 行起往下填，行数不限", blank.first_row),
    };
    vec![
        ("工作表", frame::text(&blank.sheet)),
        ("填法", frame::text(room)),
        ("填哪些人", frame::text(people)),
    ]
}

/// What the first people of the list would give, place by place. Whole numbers are not shown.
async fn samples(
    app: &Shared,
    actor: &Actor,
    (blank, given): (&Blank, &Fields),
) -> Result<Vec<Vec<String>>, Problem> {
    let (today, filter) = (app.today(), people::Filter::read(given, &actor.scope()));
    let rows = roll::roll(&app.db, &filter, (None, N_SHOWN), today).await?;
    let mask = Some(blank.mask()).filter(|mask| *mask != Mask::None);
    let how = (mask.unwrap_or(Mask::First3Last4), today);
    let mut people = Vec::new();
    for row in &rows {
        people.push(roll::read(row, app.db.vault())?);
    }
    let text = |place: &Place, n: usize| {
        let value = place.value(&people[n], u64::try_from(n + 1).unwrap_or(1), how);
        value.map_or_else(String::new, |value| match value {
            Value::Text(text) | Value::Number(text) | Value::Ours(text) => text,
        })
    };
    let all = |place: &Place| (0..people.len()).map(|n| text(place, n)).collect();
    Ok(blank.places.iter().map(all).collect())
}

fn how(place: &Place) -> &'static str {
    match (place.how.as_str(), place.choice.as_str()) {
        ("chosen", _) => "您选的",
        ("remembered", _) => "按上次的选择",
        (_, SKIP) => "没有对应的项，留空",
        ("contains", _) => "名称相近，请核对",
        _ => "名称相同",
    }
}

type Given<'a> = (&'a Fields, &'a Fields, &'a [FieldError]);

fn places(
    app: &Shared,
    actor: &Actor,
    kept: &Kept,
    (typed, given, errors, samples): (&Fields, &Fields, &[FieldError], &[Vec<String>]),
) -> Markup {
    let blank = &kept.blank;
    let columns = vec![
        Col::head("表上的栏目"),
        Col::text("填什么"),
        Col::text("填出来的样子"),
        Col::text("怎样认出"),
        Col::text("位置"),
    ];
    let row = |(at, place): (usize, &Place)| {
        let sample: Vec<&str> = samples.get(at).map_or_else(Vec::new, |texts| {
            texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect()
        });
        vec![
            frame::text(&place.title),
            chooser(at, place, typed, errors),
            frame::text(sample.join("；")),
            frame::text(how(place)),
            frame::text(place.at(blank.kind)),
        ]
    };
    let rows = blank.places.iter().enumerate().map(row).collect();
    let mut shown = Fields(vec![("mask".to_owned(), blank.mask.clone())]);
    if !typed.get("mask").is_empty() {
        typed.get("mask").clone_into(&mut shown.0[0].1);
    }
    let form = html! {
        (frame::hidden("version", &kept.version.to_string()))
        @for (name, value) in &given.0 { (frame::hidden(name, value)) }
        (frame::table(Table::new("每处填什么", columns).rows(rows)))
        (masks(actor, &shown, errors))
        button.button.second type="submit" { "保存，再看填出来的样子" }
    };
    let action = format!("{}/places", path(kept.id));
    form_post(&action, &csrf(app, actor.session), &new_key(), form)
}

fn chooser(at: usize, place: &Place, typed: &Fields, errors: &[FieldError]) -> Markup {
    let name = format!("place-{at}");
    let error = errors.iter().find(|error| error.field == name);
    let error_id = error.map(|_| format!("{name}-error"));
    let chosen = match typed.get(&name) {
        "" => place.choice.as_str(),
        typed => typed,
    };
    html! {
        @if let Some(error) = error {
            p.error id=(format!("{name}-error")) {
                span.unseen { "有误：" } (error.message)
            }
        }
        select id=(name) name=(name) aria-label={ "“" (place.title) "”填什么" }
            aria-describedby=[error_id] aria-invalid=[error.map(|_| "true")] {
            option value=(SKIP) selected[chosen == SKIP] { "留空" }
            @for (key, title) in choices() {
                option value=(key) selected[chosen == key] { (title) }
            }
        }
    }
}

fn filling(app: &Shared, actor: &Actor, kept: &Kept, (typed, given, errors): Given<'_>) -> Markup {
    let blank = &kept.blank;
    let or = |name: &str, known: &str| {
        let typed = typed.get(name);
        (name.to_owned(), if typed.is_empty() { known } else { typed }.to_owned())
    };
    let fields = Fields(vec![or("purpose", &blank.purpose), or("recipient", &blank.recipient)]);
    let reason = Input::new("reason", "导出完整号码的原因").value(typed.get("reason"));
    let form = html! {
        @for (name, value) in &given.0 { (frame::hidden(name, value)) }
        (purpose(&fields, errors))
        @if blank.mask() == Mask::None {
            (frame::text_field(reason.errors(errors).width(frame::Width::Full)))
        }
        (frame::submit("填好并下载"))
    };
    form_post(&format!("{}/fill", path(kept.id)), &csrf(app, actor.session), &new_key(), form)
}

pub async fn choose(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let kept = fill::find(&app, &actor, id).await?;
    let chosen = Choices::read(&fields, &kept.blank);
    let to = format!("?{}", query(&conditions(List::People, &fields)));
    let done = fill::choose(&app, &actor, (id, &chosen), (Caller::Page, &to)).await;
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}{to}", path(id))).into_response()),
        Err(problem) => again(&app, &actor, &kept, (&fields, problem)).await,
    }
}

pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let kept = fill::find(&app, &actor, id).await?;
    match fill::fill(&app, &actor, (id, &fields), Caller::Page).await {
        Ok((kept, export, filled)) => attachment(&kept, &export, filled),
        Err(problem) => again(&app, &actor, &kept, (&fields, problem)).await,
    }
}

/// The page again with what was wrong; other problems are the answer.
async fn again(
    app: &Shared,
    actor: &Actor,
    kept: &Kept,
    (fields, problem): (&Fields, Problem),
) -> Result<Response, Problem> {
    if !matches!(problem, Problem::Invalid(_)) {
        return Err(problem);
    }
    let page = one(app, actor, kept, (fields, shown(&problem))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub async fn forget(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    fill::forget(&app, &actor, id, Caller::Page).await?;
    Ok(Redirect::to("/blanks"))
}

/// The filled file as it is sent, under the name under which the blank came.
///
/// # Errors
/// When a header cannot be made of it.
pub fn attachment(kept: &Kept, export: &Export, filled: Filled) -> Result<Response, Problem> {
    let (end, kind) = match filled.kind {
        Sent::Workbook => Format::Xlsx.kind(),
        Sent::Archive => ("zip", "application/zip"),
    };
    let stem = kept.file_name.rsplit_once('.').map_or(&*kept.file_name, |(stem, _)| stem);
    let name = encoded(&format!("{stem}-已填.{end}"));
    let shown =
        format!("attachment; filename=\"filled-{}.{end}\"; filename*=UTF-8''{name}", export.id);
    let response = Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_LENGTH, filled.made.n_bytes)
        .header(header::CONTENT_DISPOSITION, shown)
        .header("x-songhe-export", export.id)
        .header("x-songhe-rows", export.n_rows)
        .header("x-songhe-sha256", &export.sha256);
    response.body(filled.made.body()).map_err(|cause| anyhow::Error::from(cause).into())
}

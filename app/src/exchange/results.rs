//! What would come of a file, row by row, and the choice to write it; what came of it.

use std::io::BufWriter;

use axum::extract::{Path, State as Given};
use axum::http::header;
use axum::response::{Redirect, Response};
use frame::{Col, Input, Pager, Table, Tone, checkbox, form_post, submit};
use kernel::clock::on_the_wall;
use kernel::{Actor, Problem};
use maud::{Markup, html};
use sheets::SheetError;

use super::export_file::{Format, Made};
use super::faults::{Fault, Note, shown as masked};
use super::kinds::Kind as List;
use super::lines::{self, Kind};
use super::pages::{about, cancel_form, head};
use super::report::{Counts, Told};
use super::run::{Extent, unreadable};
use super::state::State;
use super::store::Import;
use super::{columns_page, errors_book, files, find, open_file, path, work};
use crate::people::history;
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, csrf, new_key};

/// Lines of each sort on the page of an import, and on a page of their own.
const N_SHOWN: i64 = 20;
const N_ROWS: i64 = 100;

/// The page of an import that was checked and waits.
///
/// # Errors
/// Whatever the database says.
pub async fn checked(app: &Shared, actor: &Actor, import: &Import) -> Result<Markup, Problem> {
    Ok(html! {
        (frame::steps("导入步骤", &columns_page::steps(), 2))
        (tallies(import))
        @if let Some(plan) = &import.plan { (columns_page::left_out(plan)) }
        (confirm_form(app, actor, import))
        (frame::toolbar(html! {
            (frame::button_link(&format!("{}/columns", path(import.id)), "改列的对应关系"))
            (cancel_form(app, actor, import))
        }))
        (all_lines(app, import).await?)
        (passed(&import.counts))
    })
}

/// The page of an import that was written.
///
/// # Errors
/// Whatever the database says.
pub async fn done(app: &Shared, actor: &Actor, import: &Import) -> Result<Markup, Problem> {
    let counts = &import.counts;
    let entered = counts.new + if import.extent.with_alike { counts.alike } else { 0 };
    let ended = import.ended_at.as_deref().map(on_the_wall).unwrap_or_default();
    let words = format!("{ended}写入：{}", import.kind.what_comes((entered, counts.updated)));
    Ok(html! {
        @if import.state == State::Undone {
            (frame::notice(Tone::Info, "这次导入已撤销，写入的内容已退回"))
        } @else {
            (frame::notice(Tone::Good, &words))
        }
        @if counts.faulty > 0 {
            p { "有错误的 " (counts.faulty) " 行没有导入。" }
        }
        (super::undo_page::offer(app, actor, import))
        (tallies(import))
        (all_lines(app, import).await?)
        (passed(counts))
    })
}

fn tallies(import: &Import) -> Markup {
    let counts = &import.counts;
    let to = |kind: Kind| format!("{}/lines?kind={}", path(import.id), kind.code());
    let own = || path(import.id);
    let tally = |label, n: u64, href: String, tone| frame::Tally {
        label,
        n: i64::try_from(n).unwrap_or(i64::MAX),
        href,
        tone,
    };
    let bad = if counts.faulty > 0 { Tone::Bad } else { Tone::Plain };
    let warn = if counts.duplicates > 0 { Tone::Warn } else { Tone::Plain };
    let mut all = vec![
        tally(import.kind.new_words(), counts.new, own(), Tone::Good),
        tally(import.kind.updated_words(), counts.updated, to(Kind::Update), Tone::Info),
        tally("不变", counts.unchanged, own(), Tone::Plain),
    ];
    if import.kind.compares() {
        all.remove(0);
        all.push(tally("名单上有、不在册", counts.absent, to(Kind::Absent), Tone::Warn));
        all.push(tally("有标记、名单上没有", counts.missing, to(Kind::Missing), Tone::Warn));
    }
    if import.kind == List::Phones {
        all.remove(0);
    }
    all.extend([
        tally("疑似重复", counts.duplicates, to(Kind::Alike), warn),
        tally("有错误", counts.faulty, to(Kind::Fault), bad),
        tally("统一写法", counts.normalised, to(Kind::Note), Tone::Plain),
    ]);
    frame::tallies(&all)
}

fn confirm_form(app: &Shared, actor: &Actor, import: &Import) -> Markup {
    let counts = &import.counts;
    let n_written = counts.new + counts.updated;
    let action = format!("{}/confirm", path(import.id));
    if n_written + counts.alike == 0 {
        let says = "没有需要写入的内容：与人员库一致，或各行都有问题";
        return html! {
            (frame::notice(Tone::Info, says))
            @if counts.faulty > 0 { (errors_link(import)) }
        };
    }
    let words = import.kind.what_comes((counts.new, counts.updated));
    let form = html! {
        (frame::hidden("version", &import.version.to_string()))
        @if counts.alike > 0 {
            (checkbox(Input::new("with_alike", "疑似已登记的人已逐一核对，不是同一人，也一并导入")
                .hint("不勾选时，这些人不导入")))
        }
        @if counts.faulty > 0 {
            (frame::hidden("only_correct", "1"))
            (submit(&format!("只导入正确的 {n_written} 行（{words}）")))
        } @else {
            (submit(&format!("全部导入（{words}）")))
        }
    };
    html! {
        @if counts.faulty > 0 {
            (frame::notice(Tone::Warn, &format!(
                "有 {} 行有错误，不能全部导入。可以改正后重新上传，也可以只导入正确的行",
                counts.faulty
            )))
            (errors_link(import))
        }
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
    }
}

/// The way to the faults: in the sender's file where that can be done.
fn errors_link(import: &Import) -> Markup {
    let (words, says) = match &import.plan {
        Some(plan) if !plan.is_markable => (
            "下载有错误的行",
            "：这种文件不能在原表上标，另做了一个 .xlsx 工作簿，只有这些行，错误的格标红，改好后可直接上传",
        ),
        _ => ("下载标出问题的原表", "：错误的格标红，改好后可直接上传"),
    };
    html! { p { a href={ (path(import.id)) "/errors.xlsx" } download { (words) } (says) } }
}

fn passed(counts: &Counts) -> Markup {
    html! {
        @if !counts.passed.is_empty() {
            h2 { "没有当作人员的行" }
            ul { @for (what, n) in &counts.passed { li { (what) "：" (n) " 行" } } }
        }
        @if !counts.changes.is_empty() {
            h2 { "统一了写法的栏目" }
            ul { @for (title, what, n) in &counts.changes {
                li { (title) "：" (what) "，" (n) " 处" }
            } }
        }
    }
}

async fn all_lines(app: &Shared, import: &Import) -> Result<Markup, Problem> {
    let mut parts = Vec::new();
    for kind in [Kind::Fault, Kind::Alike, Kind::Update, Kind::Absent, Kind::Missing] {
        let (table, next) = lines_table(app, import.id, kind, (0, N_SHOWN)).await?;
        parts.push((kind, table, next));
    }
    Ok(html! {
        @for (kind, table, next) in parts {
            @if let Some(table) = table {
                h2 { (title(kind)) }
                (table)
                @if next.is_some() {
                    p { a href={ (path(import.id)) "/lines?kind=" (kind.code()) } {
                        "全部" (title(kind))
                    } }
                }
            }
        }
    })
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Fault => "错误",
        Kind::Update => "变更的内容",
        Kind::Alike => "重复或疑似重复",
        Kind::Note => "写法的统一",
        Kind::Passed => "没有当作人员的行",
        Kind::Absent => "名单上有、本辖区不在册的人",
        Kind::Missing => "登记有标记、名单上没有的人",
        Kind::Former => "原来的内容",
    }
}

/// A page of lines and where the next begins; nothing when there are none.
async fn lines_table(
    app: &Shared,
    id: i64,
    kind: Kind,
    (from, n): (i64, i64),
) -> Result<(Option<Markup>, Option<i64>), Problem> {
    let window = (from, n + 1);
    let (rows, next) = match kind {
        Kind::Fault => page(lines::read::<Fault>(&app.db, (id, kind), window).await?, n, fault_row),
        Kind::Note => page(lines::read::<Note>(&app.db, (id, kind), window).await?, n, note_row),
        _ => page(lines::read::<Told>(&app.db, (id, kind), window).await?, n, told_row),
    };
    if rows.is_empty() {
        return Ok((None, None));
    }
    let columns = match kind {
        Kind::Fault => vec![
            Col::text("工作表"),
            Col::head("单元格"),
            Col::text("内容"),
            Col::text("问题和办法"),
        ],
        Kind::Note => vec![
            Col::text("工作表"),
            Col::head("单元格"),
            Col::text("栏目"),
            Col::text("原来"),
            Col::text("改为"),
            Col::text("说明"),
        ],
        _ => vec![Col::text("工作表"), Col::number("行"), Col::head("姓名"), Col::text("说明")],
    };
    Ok((Some(frame::table(Table::new(title(kind), columns).rows(rows))), next))
}

fn page<T>(
    lines: Vec<(i64, T)>,
    n: i64,
    row: fn(&T) -> Vec<Markup>,
) -> (Vec<Vec<Markup>>, Option<i64>) {
    let n = usize::try_from(n).unwrap_or(0);
    let next = lines.get(n).map(|(number, _)| *number);
    (lines.iter().take(n).map(|(_, line)| row(line)).collect(), next)
}

fn fault_row(fault: &Fault) -> Vec<Markup> {
    vec![
        frame::text(&fault.sheet),
        html! { (fault.column) (fault.row) },
        frame::text(masked(&fault.field, &fault.value)),
        frame::text(&fault.message),
    ]
}

fn note_row(note: &Note) -> Vec<Markup> {
    vec![
        frame::text(&note.sheet),
        html! { (note.column) (note.row) },
        frame::text(&note.title),
        frame::text(masked(&note.field, &note.before)),
        frame::text(masked(&note.field, &note.after)),
        frame::text(&note.what),
    ]
}

fn told_row(told: &Told) -> Vec<Markup> {
    let name = html! {
        @if let Some(person) = told.person { a href={ "/people/" (person) } { (told.name) } }
        @else { (told.name) }
    };
    let says = html! {
        @if told.differences.is_empty() { (told.says) }
        @else { ul { @for (field, before, after) in &told.differences {
            li { (history::field_name(field)) "：" (change(field, before, after)) }
        } } }
    };
    vec![frame::text(&told.sheet), frame::text(told.row), name, says]
}

/// A change in words. Of columns beside the known fields only the titles are told.
fn change(field: &str, before: &str, after: &str) -> String {
    if field != "extra" {
        let words = |value: &str| history::words(field, value);
        return format!("{} → {}", words(before), words(after));
    }
    type Columns = serde_json::Map<String, serde_json::Value>;
    let read = |text: &str| serde_json::from_str::<Columns>(text).unwrap_or_default();
    let (before, after) = (read(before), read(after));
    let changed = after.iter().filter(|(title, value)| before.get(*title) != Some(*value));
    changed.map(|(title, _)| title.as_str()).collect::<Vec<_>>().join("、")
}

pub async fn show_lines(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let import = find(&app, &actor, id).await?;
    let kind = Kind::parse(asked.get("kind")).unwrap_or(Kind::Fault);
    let from = asked.number("from").unwrap_or(0);
    let compared = |kind: &Kind| matches!(kind, Kind::Absent | Kind::Missing);
    let (table, next) = lines_table(&app, id, kind, (from, N_ROWS)).await?;
    let own = format!("{}/lines", path(id));
    let tabs: Vec<frame::Link> = Kind::SHOWN
        .iter()
        .copied()
        .filter(|kind| import.kind.compares() || !compared(kind))
        .map(|one| {
            let href = format!("{own}?kind={}", one.code());
            frame::Link::new(title(one), href).current_if(|| one == kind)
        })
        .collect();
    let address = format!("{own}?kind={}", kind.code());
    let pager = Pager {
        first: (from > 0).then(|| address.clone()),
        next: next.map(|next| format!("{address}&from={next}")),
        ..Pager::default()
    };
    let body = html! {
        (head(&actor, &import))
        (frame::tabs("逐行说明", &tabs))
        @match table { Some(table) => { (table) } None => { p { "没有这一类的行。" } } }
        (frame::pager(pager))
        (frame::back_link(&path(id)))
    };
    Ok(about(&app, &actor, &import, body).render())
}

pub async fn confirm(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Redirect, Problem> {
    let import = find(&app, &actor, id).await?;
    let extent = Extent {
        only_correct: !fields.get("only_correct").is_empty(),
        with_alike: !fields.get("with_alike").is_empty(),
    };
    let version = fields.number("version").unwrap_or(0);
    if let Some(step) = work::begin_importing(&app, &actor, (&import, version), extent).await? {
        work::wait(step).await;
    }
    Ok(Redirect::to(&path(id)))
}

/// The sender's file with its faults marked.
pub async fn errors(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let import = find(&app, &actor, id).await?;
    if import.plan.is_none() || !files::has_file(&app.db, id).await? {
        return Err(Problem::refused("no-file", "原文件已不再保存，请重新上传后再下载"));
    }
    let most = i64::try_from(super::report::N_KEPT).unwrap_or(i64::MAX);
    let faults = lines::read::<Fault>(&app.db, (id, Kind::Fault), (0, most)).await?;
    let faults: Vec<Fault> = faults.into_iter().map(|(_, fault)| fault).collect();
    super::told_whole(&app, &actor, id, "下载标出问题的原表").await?;
    let opened = open_file(&app, &import).await?;
    let written = tokio::task::spawn_blocking(move || {
        let made = tempfile::Builder::new().prefix("songhe-").tempfile()?;
        let form = errors_book::write(&opened.source, &faults, made.path())?;
        drop(opened);
        Ok::<_, SheetError>((form, Made::of(BufWriter::new(made.reopen()?), 0)?))
    });
    let written = written.await.map_err(|cause| anyhow::anyhow!("errors: {cause}"))?;
    let (form, made) = written.map_err(|cause| unreadable(&cause))?;
    let (end, kind) = match form {
        errors_book::Form::Workbook => Format::Xlsx.kind(),
        errors_book::Form::Csv => ("csv", "text/csv"),
    };
    let stem = import.file_name.rsplit_once('.').map_or(&*import.file_name, |(stem, _)| stem);
    let name = encoded(&format!("{stem}-标出问题.{end}"));
    let shown = format!("attachment; filename=\"errors.{end}\"; filename*=UTF-8''{name}");
    let response = Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_LENGTH, made.n_bytes)
        .header(header::CONTENT_DISPOSITION, shown);
    response.body(made.body()).map_err(|cause| anyhow::Error::from(cause).into())
}

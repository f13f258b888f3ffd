//! Handing in a list of organisations: first a look at what it would do, then the act.

use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Table, Tone, checkbox, file_field, form_post, form_upload};
use frame::{submit, table, text};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::import::{Bodies, Entry, Plan, What, carry_out, preview, read};
use super::pages::{encode, shown};
use crate::codes;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

/// Lines of each sort that a preview shows; the counts tell of all.
const SHOWN: usize = 200;

pub async fn form(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    Ok(upload_page(&app, &actor, Vec::new()))
}

fn upload_page(app: &Shared, actor: &Actor, errors: Vec<FieldError>) -> Markup {
    let token = csrf(app, actor.session);
    let action = format!("/orgs/import?{}={}", frame::CSRF_FIELD, encode(&token));
    let fields = html! {
        p { "表格第一行为列名：代码、名称、层级、上级（或 code,name,level,parent）。"
            "代码用 12 位统计用区划代码，可以补零，也可以只写到本级。" }
        p { "同代码的机构名称不同时视为更名；表中没有的机构保持不变。" }
        (file_field(Input::new("file", "机构表").errors(&errors), ".csv,.xlsx,.txt,.tsv"))
        (checkbox(Input::new("bodies", "市、区两级同时设立社保经办机构和人社行政部门")))
        (submit("查看将要发生的变化"))
    };
    let form = form_upload(&action, &token, &new_key(), fields);
    page(app, actor, "导入机构表", form).crumb("机构", "/orgs").errors(errors).render()
}

/// Reads the file and shows what it would do; writes nothing.
pub async fn upload(
    State(app): State<Shared>,
    Me(actor): Me,
    parts: Multipart,
) -> Result<Response, Problem> {
    let told = match received(parts).await {
        Ok((entries, bodies)) => {
            preview(&app.db, &actor, &entries, bodies).await.map(|plan| (entries, bodies, plan))
        }
        Err(problem) => Err(problem),
    };
    match told {
        Ok((entries, bodies, plan)) => {
            let page = preview_page(&app, &actor, &entries, bodies, &plan);
            Ok(page.into_response())
        }
        Err(problem @ Problem::Invalid(_)) => {
            let page = upload_page(&app, &actor, shown(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn received(mut parts: Multipart) -> Result<(Vec<Entry>, Bodies), Problem> {
    let unreadable = |_| Problem::field("file", "文件没有完整收到，请重新选择文件");
    let (mut file, mut bodies) = (None, Bodies::Office);
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        match part.name() {
            Some("file") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                file = Some((name, part.bytes().await.map_err(unreadable)?));
            }
            Some("bodies") => bodies = Bodies::All,
            _ => {}
        }
    }
    let Some((name, bytes)) = file.filter(|(_, bytes)| !bytes.is_empty()) else {
        return Err(Problem::field("file", "请选择要导入的文件"));
    };
    let random = kernel::vault::hex(&kernel::vault::random(12)?);
    let path = std::env::temp_dir().join(format!("songhe-orgs-{random}"));
    let read = tokio::task::spawn_blocking(move || {
        let written = std::fs::write(&path, &bytes);
        let entries = match written {
            Ok(()) => read(&path, &name),
            Err(cause) => Err(Problem::Fault(cause.into())),
        };
        // The copy has served; when it cannot be removed the system's cleaner will.
        let _ = std::fs::remove_file(&path);
        entries
    });
    let entries = read.await.map_err(|cause| Problem::Fault(cause.into()))??;
    Ok((entries, bodies))
}

fn preview_page(
    app: &Shared,
    actor: &Actor,
    entries: &[Entry],
    bodies: Bodies,
    plan: &Plan,
) -> Markup {
    let counts = format!(
        "新增 {} 个，更名 {} 个，不变 {} 个，有误 {} 行。表中没有提到的 {} 个机构保持不变。",
        plan.n_new(),
        plan.n_renamed(),
        plan.n_unchanged(),
        plan.wrong.len(),
        plan.n_untouched
    );
    let body = html! {
        (frame::notice(Tone::Info, &counts))
        @if plan.wrong.is_empty() && plan.n_new() + plan.n_renamed() > 0 {
            (confirm_form(app, actor, entries, bodies))
        } @else if plan.wrong.is_empty() {
            p { "没有需要写入的变化。" }
            (frame::button_link("/orgs", "返回机构"))
        } @else {
            p { "请在表格中改正下列各行，再重新导入。现在什么都没有写入。" }
            (wrong_table(plan))
            (frame::button_link("/orgs/import", "重新选择文件"))
        }
        (changes_table(plan))
    };
    page(app, actor, "核对机构表", body)
        .crumb("机构", "/orgs")
        .crumb("导入机构表", "/orgs/import")
        .render()
}

fn confirm_form(app: &Shared, actor: &Actor, entries: &[Entry], bodies: Bodies) -> Markup {
    let fields = html! {
        (frame::hidden("entries", &pack(entries)))
        @if bodies == Bodies::All { (frame::hidden("bodies", "1")) }
        (submit("确认导入"))
    };
    form_post("/orgs/import/confirm", &csrf(app, actor.session), &new_key(), fields)
}

fn wrong_table(plan: &Plan) -> Markup {
    let rows = plan.wrong.iter().take(SHOWN).map(|wrong| {
        vec![text(wrong.line), text(wrong.column), text(&wrong.value), text(&wrong.message)]
    });
    let columns =
        vec![Col::number("行"), Col::text("列"), Col::text("填写的内容"), Col::text("怎样改")];
    table(Table::new("有误的行", columns).rows(rows.collect()))
}

fn changes_table(plan: &Plan) -> Markup {
    let changed = plan.planned.iter().filter(|planned| planned.what != What::Unchanged);
    let rows = changed.take(SHOWN).map(|planned| {
        let what = match &planned.what {
            What::Renamed { before } => format!("更名，原名“{}”", before.name),
            _ => "新增".to_owned(),
        };
        let kind = codes::name_of(codes::ORG_KINDS, planned.kind);
        vec![text(planned.line), text(&planned.code), text(&planned.name), text(kind), text(what)]
    });
    let columns = vec![
        Col::number("行"),
        Col::text("代码"),
        Col::head("名称"),
        Col::text("类别"),
        Col::text("变化"),
    ];
    let caption = format!("将要发生的变化（最多列出 {SHOWN} 个）");
    table(Table::new(&caption, columns).rows(rows.collect()).empty("没有变化"))
}

pub async fn confirm(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let entries = unpack(fields.get("entries"));
    let bodies = if fields.get("bodies").is_empty() { Bodies::Office } else { Bodies::All };
    if entries.is_empty() {
        return Err(Problem::field("file", "没有收到机构表，请重新选择文件"));
    }
    carry_out(&app.db, &actor, &entries, bodies).await?;
    Ok(Redirect::to("/orgs?done=imported").into_response())
}

/// One line an entry, its cells parted by tabs, which no cell contains.
fn pack(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let Entry { line, code, name, level, parent } = entry;
        format!("{line}\t{code}\t{name}\t{level}\t{parent}\n")
    };
    entries.iter().map(line).collect()
}

fn unpack(packed: &str) -> Vec<Entry> {
    let entry = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        let number = cells.next()?.parse().ok()?;
        let mut next = || cells.next().unwrap_or_default();
        Some(Entry { line: number, code: next(), name: next(), level: next(), parent: next() })
    };
    packed.lines().filter_map(entry).collect()
}

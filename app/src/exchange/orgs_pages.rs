//! Handing in a list of organisations: first a look at what it would do, then the act.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Table, Tone, checkbox, file_field, form_post};
use frame::{submit, table, text};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::orgs_list::read;
use super::pages::ENDINGS;
use crate::codes;
use crate::orgs::import::{Bodies, Plan, What, carry_out, imported_path, preview};
use crate::orgs::list_file::{Entry, pack, unpack};
use crate::web::{Fields, Me, Shared, Upload, csrf, new_key, page, shown, upload_form};

/// Lines of each sort that a preview shows; the counts tell of all.
const N_SHOWN: usize = 200;
/// A page takes at most so many lines; larger lists go through `songhe orgs import`.
const N_LINES: usize = 5000;

pub async fn form(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    Ok(upload_page(&app, &actor, Vec::new()))
}

fn upload_page(app: &Shared, actor: &Actor, errors: Vec<FieldError>) -> Markup {
    let fields = html! {
        p { "表格要有“代码”和“名称”两列，最好还有层级、上级；上面有标题行也可以，几张工作表一起读。"
            "代码用 12 位统计用区划代码，可以补零，也可以只写到本级。" }
        p { "同代码的机构名称不同时视为更名；表中没有的机构保持不变。" }
        (file_field(Input::new("file", "机构表").errors(&errors)
            .hint("可用 .xlsx、.xls、.ods、.csv，WPS 存的也可以，不要有密码"), ENDINGS))
        (checkbox(Input::new("bodies", "市、区两级同时设立社保经办机构和人社行政部门")))
        (submit("查看将要发生的变化"))
    };
    let form = upload_form(app, actor, "/orgs/import", fields);
    page(app, actor, "导入机构表", form).crumb("机构", "/orgs").errors(errors).render()
}

/// Reads the file and shows what it would do; writes nothing.
pub async fn upload(
    State(app): State<Shared>,
    Me(actor): Me,
    sent: Result<Upload, Problem>,
) -> Result<Response, Problem> {
    let told = match sent {
        Ok(upload) => looked_at(&app, &actor, upload).await,
        Err(problem) => Err(problem),
    };
    match told {
        Ok((entries, bodies, plan)) => {
            Ok(preview_page(&app, &actor, (&entries, bodies), &plan).into_response())
        }
        Err(problem @ Problem::Invalid(_)) => {
            let page = upload_page(&app, &actor, shown(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn looked_at(
    app: &Shared,
    actor: &Actor,
    upload: Upload,
) -> Result<(Vec<Entry>, Bodies, Plan), Problem> {
    let bodies = bodies(&upload.fields);
    let read = tokio::task::spawn_blocking(move || {
        let file = upload.file("file")?;
        read(file.path(), &file.name)
    });
    let entries = read.await.map_err(anyhow::Error::from)??;
    if entries.is_empty() {
        return Err(Problem::field("file", "表中只有列名，没有机构，请检查后重新选择文件"));
    }
    if entries.len() > N_LINES {
        let sentence = "超过 5000 行，请按区分成几个文件，或请系统管理员用命令导入";
        return Err(Problem::field("file", sentence));
    }
    let plan = preview(&app.db, actor, &entries, bodies).await?;
    Ok((entries, bodies, plan))
}

fn bodies(fields: &Fields) -> Bodies {
    if fields.get("bodies").is_empty() { Bodies::Office } else { Bodies::All }
}

fn preview_page(
    app: &Shared,
    actor: &Actor,
    (entries, bodies): (&[Entry], Bodies),
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
            (frame::toolbar(frame::button_link("/orgs/import", "重新选择文件")))
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
    let rows = plan.wrong.iter().take(N_SHOWN).map(|wrong| {
        let (sheet, line) = (text(&wrong.sheet), text(wrong.line));
        vec![sheet, line, text(wrong.column), text(&wrong.value), text(&wrong.message)]
    });
    let columns = vec![
        Col::text("工作表"),
        Col::number("行"),
        Col::text("列"),
        Col::text("填写的内容"),
        Col::text("怎样改"),
    ];
    let caption = format!("有误的行（最多列出 {N_SHOWN} 行）");
    table(Table::new(&caption, columns).rows(rows.collect()))
}

fn changes_table(plan: &Plan) -> Markup {
    let changed = plan.planned.iter().filter(|planned| planned.what != What::Unchanged);
    let rows = changed.take(N_SHOWN).map(|planned| {
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
    let caption = format!("将要发生的变化（最多列出 {N_SHOWN} 个）");
    table(Table::new(&caption, columns).rows(rows.collect()).empty("没有变化"))
}

pub async fn confirm(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let (entries, bodies) = (unpack(fields.get("entries")), bodies(&fields));
    if entries.is_empty() {
        let page = upload_page(
            &app,
            &actor,
            vec![FieldError::new("file", "没有收到机构表，请重新选择文件")],
        );
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let plan = carry_out(&app.db, &actor, &entries, bodies).await?;
    if !plan.wrong.is_empty() {
        // Somebody changed the tree since the look: what was right is wrong now.
        let page = preview_page(&app, &actor, (&entries, bodies), &plan);
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    Ok(Redirect::to(&imported_path(plan.n_new(), plan.n_renamed())).into_response())
}

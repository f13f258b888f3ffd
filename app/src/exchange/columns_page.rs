//! What each column of a file is taken for: shown with samples, changed, confirmed.

use std::collections::BTreeMap;

use axum::extract::{Path, State as Given};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice as Option_, Col as Col_, Input, Table, Tone};
use frame::{form_post, select_field, submit};
use kernel::{Actor, Problem, Scope};
use maud::{Markup, html};
use rules::facts::Mark;

use super::columns::Col;
use super::faults::shown as masked;
use super::kinds::Kind;
use super::pages::{about, cancel_form, head};
use super::places::Places;
use super::plan::{Choice, Column, Plan};
use super::state::State;
use super::store::Import;
use super::{find, path, work};
use crate::people::Caller;
use crate::web::{Fields, Me, Shared, csrf, new_key, shown};

pub async fn edit(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let import = find(&app, &actor, id).await?;
    if !matches!(import.state, State::Mapped | State::Checked) {
        return Ok(Redirect::to(&path(id)).into_response());
    }
    Ok(form_page(&app, &actor, (&import, Vec::new())).await?.into_response())
}

/// The form in which columns are confirmed.
///
/// # Errors
/// Whatever the database says.
pub async fn form_page(
    app: &Shared,
    actor: &Actor,
    (import, errors): (&Import, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let plan = import.plan.clone().unwrap_or_default();
    let places = Places::load(&mut app.db.clone(), &Scope::below(&import.org)).await?;
    let n_doubtful = plan.columns.iter().filter(|column| column.doubtful).count();
    let action = format!("{}/columns", path(import.id));
    let form = html! {
        (frame::hidden("version", &import.version.to_string()))
        (table(&plan, &errors))
        @if plan.kind.is_roster() {
            (titles(&plan))
            (station(&plan, &places))
        }
        @if plan.kind.compares() { (group(&plan, &errors)) }
        (submit("核对无误，开始试算"))
    };
    let body = html! {
        (head(actor, import))
        (frame::steps("导入步骤", &steps(), 1))
        p {
            "请核对每一列对应哪一项。"
            @if plan.kind.keeps_more() { "没有对应的列可以存入其他栏目，也可以不导入。" }
            @else { "没有对应的列不导入。" }
        }
        @if n_doubtful > 0 {
            (frame::notice(Tone::Warn, &format!("有 {n_doubtful} 列是猜的，请重点核对")))
        }
        (left_out(&plan))
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
        (cancel_form(app, actor, import))
    };
    Ok(about(app, actor, import, body).errors(errors).render())
}

/// The way of a file, for the head of its pages.
#[must_use]
pub fn steps() -> Vec<frame::Step<'static>> {
    ["上传文件", "核对列", "核对试算结果", "导入"]
        .into_iter()
        .map(|title| frame::Step { title, href: None })
        .collect()
}

fn how(column: &Column) -> &'static str {
    match (column.how.as_str(), column.doubtful) {
        ("guessed", _) => "按内容猜的，请核对",
        ("contains", _) => "列名相近，请核对",
        (_, true) => "有几列相似，请核对",
        ("remembered", _) => "按上次的选择",
        ("chosen", _) => "您选的",
        ("exact" | "normalised", _) => "列名相同",
        _ => "没有对应的项",
    }
}

fn table(plan: &Plan, errors: &[frame::FieldError]) -> Markup {
    let columns = vec![
        Col_::head("列名"),
        Col_::text("对应"),
        Col_::text("样例"),
        Col_::text("怎样认出"),
        Col_::text("位置"),
    ];
    let row = |(at, column): (usize, &Column)| {
        vec![
            frame::text(&column.title),
            chooser((at, column), plan.kind, errors),
            samples(column),
            frame::text(how(column)),
            html! { (column.sheet) " " (column.letters) "列" },
        ]
    };
    let rows = plan.columns.iter().enumerate().map(row).collect();
    frame::table(Table::new("列的对应关系", columns).rows(rows))
}

fn chooser((at, column): (usize, &Column), kind: Kind, errors: &[frame::FieldError]) -> Markup {
    let name = format!("column-{at}");
    let error = errors.iter().find(|error| error.field == name);
    let error_id = error.map(|_| format!("{name}-error"));
    html! {
        @if let Some(error) = error {
            p.error id=(format!("{name}-error")) {
                span.unseen { "有误：" } (error.message)
            }
        }
        select id=(name) name=(name) aria-label={ "“" (column.title) "”对应" }
            aria-describedby=[error_id] aria-invalid=[error.map(|_| "true")] {
            @if kind.keeps_more() {
                option value="+" selected[column.choice == "+"] { "存入其他栏目" }
            }
            option value="-" selected[column.choice == "-"] { "不导入这一列" }
            @for field in kind.fields() {
                option value=(field.key) selected[column.choice == field.key] { (field.title) }
            }
        }
    }
}

fn samples(column: &Column) -> Markup {
    let field = match column.choice() {
        Choice::Field(key) => key,
        _ if looks_private(column) => Col::Identity.field().key,
        _ => "",
    };
    html! {
        @if column.samples.is_empty() { "（前面的行没有内容）" }
        @for (n, sample) in column.samples.iter().enumerate() {
            @if n > 0 { "；" }
            (masked(field, sample))
        }
    }
}

/// A column that nobody has named may hold numbers all the same.
fn looks_private(column: &Column) -> bool {
    let n_figures = |text: &String| text.chars().filter(char::is_ascii_digit).count();
    column.samples.iter().any(|sample| n_figures(sample) >= 11)
}

fn titles(plan: &Plan) -> Markup {
    let named: Vec<&super::plan::Sheet> =
        plan.sheets.iter().filter(|sheet| !sheet.enterprise.is_empty()).collect();
    html! {
        @if !named.is_empty() {
            p { "标题写明的原工作单位（没有这一列或没有填的行按此登记）：" }
            ul { @for sheet in named { li { (sheet.name) "：" (sheet.enterprise) } } }
        }
    }
}

/// The sheets that are not read, so that none is passed over in silence.
#[must_use]
pub fn left_out(plan: &Plan) -> Markup {
    let unread = plan.unread();
    html! {
        @if !unread.is_empty() {
            (frame::panel(Tone::Info, "没有读取的工作表", html! {
                ul { @for (sheet, why) in &unread { li { (sheet) "：" (why) } } }
            }))
        }
    }
}

/// Where rows without a station of their own go.
fn station(plan: &Plan, places: &Places) -> Markup {
    let names: Vec<(&str, String)> = places
        .all()
        .map(|one| (one.code.as_str(), format!("{}（{}）", one.name, one.code)))
        .collect();
    let mut choices = vec![Option_::new("", "不指定（没有写明社区的行算错误）")];
    choices.extend(names.iter().map(|(code, name)| Option_::new(code, name)));
    html! {
        @if places.only().is_none() {
            (select_field(Input::new("station", "没有写明社区的人，归入").value(&plan.station)
                .hint("名册有“所属社区”一列，或每个社区一张工作表的，不必指定"), &choices))
        }
    }
}

/// Of which special group the rows are that name none.
fn group(plan: &Plan, errors: &[frame::FieldError]) -> Markup {
    let mut choices = vec![Option_::new("", "不指定（没有写明群体的行算错误）")];
    choices.extend(Mark::ALL.iter().map(|mark| Option_::new(mark.code(), mark.name())));
    let input = Input::new("mark", "这份名单是哪一类特殊群体").value(&plan.mark).errors(errors);
    select_field(input.hint("“特殊群体”一列写明的，以那一列为准"), &choices)
}

/// What was chosen in the form.
fn chosen(fields: &Fields, plan: &Plan) -> BTreeMap<usize, Choice> {
    let one = |at: usize| Some((at, Choice::parse(fields.get(&format!("column-{at}")))?));
    (0..plan.columns.len()).filter_map(one).collect()
}

pub async fn confirm(
    Given(app): Given<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let import = find(&app, &actor, id).await?;
    let mut plan = import.plan.clone().unwrap_or_default();
    plan.choose(&chosen(&fields, &plan), "chosen");
    fields.get("station").clone_into(&mut plan.station);
    if plan.kind.compares() {
        fields.get("mark").clone_into(&mut plan.mark);
    }
    let asked = Import { version: fields.number("version").unwrap_or(0), ..import };
    let begun = work::begin_checking(&app, &actor, (&asked, plan.clone()), Caller::Page).await;
    match begun {
        Ok(step) => {
            work::wait(step).await;
            Ok(Redirect::to(&path(id)).into_response())
        }
        Err(problem @ Problem::Invalid(_)) => {
            let asked = Import { plan: Some(plan), ..asked };
            let page = form_page(&app, &actor, (&asked, shown(&problem))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

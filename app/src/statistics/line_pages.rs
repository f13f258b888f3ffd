//! The rows behind a figure, and those that differ from what was told.

use axum::extract::{Path, State};
use frame::{Col, Table};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::corrections::{self, Changed};
use super::figures::{self, Figure, Rows};
use super::flow::{self, Which, address};
use super::keys::Key;
use super::lines::{self, Cursor, Line, Listing};
use super::parts::signed;
use super::sheet::{self, Sheet};
use super::tree::Unit;
use super::{frozen, store};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, page};

/// Rows on a page.
pub const N_ROWS: i64 = 50;

/// Month, organisation and figure of a path.
pub type At = Path<(String, String, String)>;

/// What a path names, as far as somebody may see it.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope, or for no month, no organisation, no figure.
pub async fn place(
    app: &Shared,
    actor: &Actor,
    at: &At,
) -> Result<(Unit, super::Month, &'static Figure), Problem> {
    let Path((month, org, figure)) = at;
    let which = Which { month, org: org.parse().unwrap_or(0), version: 0, on: app.today() };
    let (unit, month) = flow::place(app, actor, which).await?;
    Ok((unit, month, figures::find(figure).ok_or(Problem::NotFound)?))
}

/// A page of rows as it was asked for.
///
/// # Errors
/// Whatever the database says.
pub async fn listing(
    app: &Shared,
    actor: &Actor,
    (unit, month, figure): (&Unit, &super::Month, &'static Figure),
    asked: &Fields,
) -> Result<Listing, Problem> {
    let limit = asked.number("limit").unwrap_or(N_ROWS).clamp(1, 200);
    let limit = usize::try_from(limit).unwrap_or(50);
    let after = Cursor::read(asked.get("after"));
    let scope = actor.scope();
    lines::page(&app.db, (unit, month), figure, (after, limit, &scope)).await
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    at: At,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let (unit, month, figure) = place(&app, &actor, &at).await?;
    let listing = listing(&app, &actor, (&unit, &month, figure), &asked).await?;
    let sheet = sheet::load(&app.db, unit, month).await?;
    let own = address(&sheet.unit, &sheet.month.code);
    let path = format!("{own}/rows/{}", figure.id);
    let pager = frame::Pager {
        first: (!asked.get("after").is_empty()).then(|| path.clone()),
        next: listing.next.as_ref().map(|next| format!("{path}?after={}", next.write())),
        total: Some(sheet.value(&figure.id)),
        ..frame::Pager::default()
    };
    let body = html! {
        p { (figure.name) "：" strong { (frame::count(sheet.value(&figure.id))) } (figure.unit)
            "。" (figure.how) "。"
            @if sheet.is_frozen() { "这是上报时的记录。" } }
        (ledger(&sheet, figure))
        (below(&sheet, figure))
        (table(figure, "所计的记录", &listing.lines))
        (frame::pager(pager))
    };
    Ok(framed(&app, &actor, &sheet, (&figure.name, body)))
}

fn framed(app: &Shared, actor: &Actor, sheet: &Sheet, (title, body): (&str, Markup)) -> Markup {
    let title = format!("{title}（{}{}）", sheet.unit.name, sheet.month.name());
    let own = address(&sheet.unit, &sheet.month.code);
    page(app, actor, &title, body)
        .crumb("按月计报", "/reports")
        .crumb(format!("{}月报", sheet.unit.name), own)
        .render()
}

/// The same rows in the visit ledger.
fn ledger(sheet: &Sheet, figure: &Figure) -> Markup {
    let (from, to) = (sheet.month.first_on, sheet.month.until);
    html! {
        @if let Some((way, outcome)) = figure.ledger() {
            p { a href={ "/visits?org=" (sheet.unit.code) "&from=" (from) "&to=" (to)
                "&way=" (way) "&outcome=" (outcome) } { "在走访台账中查看" } }
        }
    }
}

/// The parts of a sum: each leads on to its own rows.
fn below(sheet: &Sheet, figure: &Figure) -> Markup {
    if sheet.children.is_empty() {
        return html! {};
    }
    let rows = sheet.children.iter().map(|child| {
        let (n, at) = (child.value(&figure.id), address(&child.unit, &sheet.month.code));
        let number = html! {
            @if n == 0 { "0" } @else {
                a href={ (at) "/rows/" (figure.id) } { (frame::count(n))
                    span.unseen { (child.unit.name) } }
            }
        };
        vec![frame::text(&child.unit.name), number]
    });
    let columns = vec![Col::head("单位"), Col::number(&figure.name)];
    frame::table(Table::new("各单位", columns).rows(rows.collect()))
}

fn table(figure: &Figure, caption: &str, lines: &[Line]) -> Markup {
    let day = match figure.rows {
        Rows::People => "出生日期",
        Rows::Duties => "期限",
        _ => "日期",
    };
    let columns = vec![
        Col::head("姓名"),
        Col::text("社区站"),
        Col::day(day),
        Col::text("情况"),
        Col::actions(),
    ];
    let rows = lines.iter().map(|line| {
        vec![
            html! {
                @if line.person_name.is_empty() { "已转出人员" }
                @else { a href={ "/people/" (line.key.person) } { (line.person_name) } }
            },
            frame::text(&line.station),
            html! { @if let Some(on) = line.on { (frame::time(&on.to_string())) } },
            frame::text(&line.words),
            html! { @if !line.href.is_empty() && !line.person_name.is_empty() {
                a href=(line.href) { "查看" span.unseen { (line.person_name) } }
            } },
        ]
    });
    let table = Table::new(caption, columns).rows(rows.collect()).numbered_from(1);
    frame::table(table.empty("没有记录"))
}

pub async fn changes(State(app): State<Shared>, Me(actor): Me, at: At) -> Result<Markup, Problem> {
    let (unit, month, figure) = place(&app, &actor, &at).await?;
    let sheet = sheet::load(&app.db, unit, month).await?;
    if !sheet.is_frozen() {
        return Err(Problem::refused("not-frozen", "这份报表还没有上报，没有可比较的数字"));
    }
    let body = if sheet.unit.is_station() {
        changed_rows(&app, &actor, &sheet, figure).await?
    } else {
        changed_below(&app, &sheet, figure).await?
    };
    let title = format!("{}的变化", figure.name);
    Ok(framed(&app, &actor, &sheet, (&title, body)))
}

/// So many rows of either kind are listed.
const N_CHANGED: usize = 200;

async fn changed_rows(
    app: &Shared,
    actor: &Actor,
    sheet: &Sheet,
    figure: &'static Figure,
) -> Result<Markup, Problem> {
    let report = sheet.report.as_ref().map_or(0, |report| report.id);
    let of = (&sheet.unit, &sheet.month);
    let Changed { added, gone } = corrections::changed(&app.db, of, report, &figure.id).await?;
    let n = |keys: &[Key]| i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let (was, grown, lost) = (sheet.value(&figure.id), n(&added), n(&gone));
    let mut tables = Vec::new();
    for (caption, keys) in [("上报以后增加的", added), ("上报以后不再计入的", gone)]
    {
        let keys: Vec<(Key, Unit)> =
            keys.into_iter().take(N_CHANGED).map(|key| (key, sheet.unit.clone())).collect();
        let lines = lines::describe(&app.db, figure, &keys, &actor.scope()).await?;
        tables.push(table(figure, caption, &lines));
    }
    Ok(html! {
        p { "上报" (frame::count(was)) (figure.unit) "，现" (frame::count(was + grown - lost))
            (figure.unit) "，" (signed(grown - lost)) "：增加" (frame::count(grown)) "，减少"
            (frame::count(lost)) "。" }
        @for table in &tables { (table) }
    })
}

/// Of a sum, which parts are others by now.
async fn changed_below(
    app: &Shared,
    sheet: &Sheet,
    figure: &'static Figure,
) -> Result<Markup, Problem> {
    let counts = super::count::counts(&app.db, &sheet.unit.scope(), &sheet.month).await?;
    let rows = sheet.children.iter().map(|child| {
        let (was, now) = (child.value(&figure.id), counts.of(&child.unit.code, &figure.id));
        let at = address(&child.unit, &sheet.month.code);
        vec![
            frame::text(&child.unit.name),
            frame::text(frame::count(was)),
            frame::text(frame::count(now)),
            frame::text(signed(now - was)),
            html! { a href={ (at) "/changes/" (figure.id) } {
            "有变化的记录" span.unseen { (child.unit.name) } } },
        ]
    });
    let columns = vec![
        Col::head("单位"),
        Col::number("上报"),
        Col::number("现在"),
        Col::number("增减"),
        Col::actions(),
    ];
    Ok(frame::table(Table::new("各单位的变化", columns).rows(rows.collect())))
}

/// The rows that differ, for programs.
///
/// # Errors
/// A refusal for sums and for what is not frozen.
pub async fn changed_keys(
    app: &Shared,
    (unit, month, figure): (&Unit, &super::Month, &'static Figure),
) -> Result<(i64, Changed), Problem> {
    let report = store::find(&mut app.db.clone(), unit.id, &month.code).await?;
    let report = report.filter(|report| report.state.is_frozen() && unit.is_station());
    let Some(report) = report else {
        let sentence = "只有社区站已上报的报表能列出有变化的记录";
        return Err(Problem::refused("not-frozen", sentence));
    };
    let was = frozen::frozen_rows(&mut app.db.clone(), report.id, &figure.id).await?;
    let n = i64::try_from(was.len()).unwrap_or(i64::MAX);
    Ok((n, corrections::changed(&app.db, (unit, month), report.id, &figure.id).await?))
}

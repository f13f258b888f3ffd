//! The list of a body's files: where each lies, what is on its way, lent or missing; one search for
//! where a file is now.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, FieldError, Input, Pager, Table, Tone, Width};
use frame::{form_post, select_field, submit, text_field};
use jiff::civil::Date;
use kernel::{Actor, Problem, Scope};
use maud::{Markup, html};

use super::store::{self, File, Which};
use super::{Caller, STATES, path, slips};
use crate::codes::{self, name_of};
use crate::web::fields::Asked;
use crate::web::page::{encoded, export_button};
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{deeds, labels, orgs, registry};

/// Rows of a page.
const N_ROWS: i64 = 50;

pub(super) fn state(file: &File, today: Date) -> Markup {
    let name = name_of(STATES, &file.state);
    match file.state.as_str() {
        "held" => frame::tag(Tone::Good, name),
        "lent" if file.due_on.is_some_and(|due| due < today) => {
            frame::tag(Tone::Bad, "借出，逾期未还")
        }
        "missing" => frame::tag(Tone::Bad, name),
        _ => frame::tag(Tone::Info, name),
    }
}

/// The one search: a number from a label, or a name.
pub(super) fn search(typed: &str, errors: &[FieldError]) -> Markup {
    let field = Input::new("find", "档案在哪里").value(typed).errors(errors);
    let field = field.hint("输入姓名、证件号码或档案号，或用扫码枪扫标签");
    html! {
        form.filters method="get" action="/archives" {
            (text_field(field))
            (submit("查找"))
        }
    }
}

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Response, Problem> {
    let mut db = app.db.clone();
    if let Some(person) = asked.number("person") {
        let files = store::of_person(&mut db, &actor.scope(), person).await?;
        return match files.iter().find(|file| file.state != "gone").or(files.first()) {
            Some(file) => Ok(Redirect::to(&path(file.id)).into_response()),
            None => nothing_page(&app, &actor, person).await,
        };
    }
    let typed = asked.get("find");
    if !typed.is_empty() {
        return found(&app, &actor, typed).await;
    }
    Ok(list_page(&app, &actor, &asked, Vec::new()).await?.into_response())
}

/// Nothing is known of a retiree's file.
async fn nothing_page(app: &Shared, actor: &Actor, person: i64) -> Result<Response, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), person).await?;
    let body = html! {
        p { (person.name) "的人事档案还没有登记。" }
        @if actor.can(deeds::ARCHIVES_KEEP) {
            (frame::toolbar(frame::main_button_link(
                &format!("/archives/new?person={}", person.id), "登记入库")))
        }
    };
    let shell = page(app, actor, "人事档案", body).crumb("人事档案", "/archives");
    Ok(shell.crumb(person.name, format!("/people/{}", person.id)).render().into_response())
}

async fn found(app: &Shared, actor: &Actor, typed: &str) -> Result<Response, Problem> {
    let mut db = app.db.clone();
    let scope = actor.scope();
    if !typed.chars().any(|c| c.is_ascii_digit()) {
        let files = store::by_name(&mut db, &scope, &registry::tidy_name(typed)).await?;
        return Ok(found_page(app, actor, (typed, &files), Vec::new()));
    }
    if matches!(typed.chars().count(), 15 | 18) {
        // As long as an identity number: it is one.
        let known = registry::rosters::by_numbers(&mut db, &[typed]).await?;
        let files = match known.into_iter().next().flatten() {
            Some(person) => store::of_person(&mut db, &scope, person.id).await?,
            None => Vec::new(),
        };
        return Ok(found_page(app, actor, (typed, &files), Vec::new()));
    }
    match labels::read(typed) {
        Ok(number) => Ok(match store::by_number(&mut db, &scope, &number).await? {
            Some(file) => Redirect::to(&path(file.id)).into_response(),
            None => found_page(app, actor, (typed, &[]), Vec::new()),
        }),
        Err(why) => {
            let says = why.says("档案号", "印在档案标签上");
            Ok(found_page(app, actor, (typed, &[]), vec![FieldError::new("find", says)]))
        }
    }
}

fn found_page(
    app: &Shared,
    actor: &Actor,
    (typed, files): (&str, &[File]),
    errors: Vec<FieldError>,
) -> Response {
    let body = html! {
        (search(typed, &errors))
        (table(files, (app.today(), Shown::Found)))
    };
    let shell = page(app, actor, "查找档案", body).crumb("人事档案", "/archives");
    shell.errors(errors).render().into_response()
}

/// The body whose files are looked at: the actor's own unless another in its scope is named.
fn holder(actor: &Actor, asked: &Fields) -> String {
    let asked = asked.get("org");
    if !asked.is_empty() && actor.scope().covers(asked) { asked } else { &actor.org }.to_owned()
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    asked: &Fields,
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let holder = holder(actor, asked);
    let named = orgs::store::head(&mut db, &holder).await?;
    let state = STATES.iter().find(|(code, _)| *code == asked.get("state"));
    let state = state.map_or("", |(code, _)| *code);
    let today = app.today();
    let due_before = if asked.get("late") == "1" { today.to_string() } else { String::new() };
    let in_box = asked.get("box");
    let whose = if asked.get("whose") == "away" { "away" } else { "" };
    let which = Which { holder: &holder, state, in_box, due_before: &due_before, whose };
    let (after_box, id) = asked.get("after").rsplit_once('/').unwrap_or_default();
    let files = store::page(&mut db, which, ((after_box, id.parse().unwrap_or(0)), N_ROWS)).await?;
    let (counts, late) = store::counts(&mut db, &holder, today).await?;
    let here = format!(
        "/archives?org={holder}&state={state}&box={}&late={}&whose={whose}",
        encoded(in_box),
        asked.get("late").parse::<u8>().unwrap_or(0)
    );
    let full = i64::try_from(files.len()).unwrap_or(0) == N_ROWS;
    let next = files.last().filter(|_| full);
    let next = next.map(|file| format!("{here}&after={}/{}", encoded(&file.box_), file.id));
    let first = (!asked.get("after").is_empty()).then(|| here.clone());
    let may = actor.can(deeds::ARCHIVES_KEEP) && actor.scope().covers(&holder);
    let name = named.map_or_else(|| holder.clone(), |org| org.name);
    let body = html! {
        (search("", &[]))
        (tallies(&holder, (&counts, late)))
        (frame::toolbar(html! {
            (frame::button_link("/archives/slips", "档案移交单"))
            @let away = format!("/archives?org={holder}&state=held&whose=away");
            (frame::button_link(&away, "人已转到别处的"))
            @if may {
                (frame::button_link("/archives/checks", "盘点"))
                (frame::button_link(
                    &format!("/archives/labels?org={holder}&box={}", encoded(in_box)), "打印标签"))
            }
            (export_button(actor, &format!("list=archives&org={holder}&state={state}")))
            @if !in_box.is_empty() {
                (frame::button_link(
                    &format!("/archives/box?org={holder}&box={}", encoded(in_box)), "打印盒内目录"))
            }
        }))
        (narrowed(&holder, asked))
        @if may && !files.is_empty() {
            @let near = near(&mut db, &holder).await?;
            (send_form(app, actor, (&holder, &near, asked), (&files, &errors)))
        } @else { (table(&files, (today, Shown::Here))) }
        (frame::pager(Pager { first, next, ..Pager::default() }))
    };
    Ok(page(app, actor, format!("人事档案：{name}").as_str(), body).errors(errors).render())
}

fn tallies(holder: &str, (counts, late): (&[(String, i64)], i64)) -> Markup {
    let one = |(code, label): &(&'static str, &'static str)| {
        let n = counts.iter().find(|(known, _)| known == code).map_or(0, |(_, n)| *n);
        let tone = if *code == "missing" && n > 0 { Tone::Bad } else { Tone::Plain };
        frame::Tally { label, n, href: format!("/archives?org={holder}&state={code}"), tone }
    };
    let mut all: Vec<frame::Tally<'_>> = STATES.iter().map(one).collect();
    let tone = if late > 0 { Tone::Bad } else { Tone::Plain };
    let href = format!("/archives?org={holder}&late=1");
    all.insert(2, frame::Tally { label: "逾期未还", n: late, href, tone });
    frame::tallies(&all)
}

/// The form that narrows the list to a box.
fn narrowed(holder: &str, asked: &Fields) -> Markup {
    html! {
        form.filters method="get" action="/archives" {
            (frame::hidden("org", holder))
            (frame::hidden("state", asked.get("state")))
            (text_field(Input::new("box", "盒号").value(asked.get("box")).optional()))
            (submit("只看这一盒"))
        }
    }
}

fn send_form(
    app: &Shared,
    actor: &Actor,
    (holder, near, asked): (&str, &[orgs::Org], &Fields),
    (files, errors): (&[File], &[FieldError]),
) -> Markup {
    let to = Input::new("to", "送往").value(asked.get("to")).errors(errors).width(Width::Full);
    let mut choices = vec![Choice::new("", "请选择")];
    choices.extend(near.iter().map(|org| Choice::new(&org.code, &org.name)));
    let other = Input::new("other", "别的机构的代码").value(asked.get("other")).optional();
    let form = html! {
        (frame::hidden("org", holder))
        (frame::ticked("archive", errors, html! {
            (table(files, (app.today(), Shown::ToSend)))
            (select_field(to, &choices))
            (text_field(other.hint("上面没有的机构填区划代码：区县 6 位、街道 9 位、社区 12 位")))
            (frame::toolbar(submit("把所勾选的档案送出")))
        }))
    };
    form_post("/archives/send", &csrf(app, actor.session), &new_key(), form)
}

/// The bodies to which files mostly go: the one above and those just below.
async fn near(db: &mut kernel::Db, holder: &str) -> Result<Vec<orgs::Org>, Problem> {
    let mut near = Vec::new();
    if let Some(above) = codes::parent_code(holder) {
        near.extend(orgs::store::head(db, above).await?);
    }
    let below = match codes::level_of(holder) {
        Some("city") => "office",
        Some("district") => "center",
        _ => "station",
    };
    let below = orgs::store::below(db, &Scope::below(holder), below).await?;
    near.extend(below.into_iter().filter(|org| org.code != holder));
    Ok(near)
}

/// What a list of files is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Files of one body.
    Here,
    /// The same with boxes to tick.
    ToSend,
    /// Files of several bodies.
    Found,
}

pub(super) fn table(files: &[File], (today, shown): (Date, Shown)) -> Markup {
    let place = if shown == Shown::Found { "现在哪里" } else { "盒号" };
    let mut columns = vec![
        Col::head("姓名"),
        Col::text("档案号"),
        Col::text(place),
        Col::number("册数"),
        Col::number("页数"),
        Col::text("状态"),
        Col::text("借阅人或去向"),
        Col::day("应还日期"),
    ];
    if shown == Shown::ToSend {
        columns.insert(0, Col::select("archive"));
    }
    let row = |file: &File| {
        let mut cells = vec![
            html! { a href=(path(file.id)) { (file.person_name) } },
            frame::text(labels::grouped(&file.number)),
            html! {
                @if shown == Shown::Found { (file.holder_name) " " }
                (file.box_)
            },
            frame::text(file.volumes),
            frame::text(file.pages.map(|n| n.to_string()).unwrap_or_default()),
            state(file, today),
            frame::text(&file.borrower),
            html! { @if let Some(due) = file.due_on { (frame::time(&due.to_string())) } },
        ];
        if shown == Shown::ToSend {
            let is_here = file.state == "held";
            let id = file.id.to_string();
            cells.insert(
                0,
                html! { @if is_here {
                    (frame::select_one("archive", &id, &file.person_name))
                } },
            );
        }
        cells
    };
    frame::table(
        Table::new("人事档案", columns)
            .rows(files.iter().map(row).collect())
            .empty("没有这一类的档案"),
    )
}

/// Sends the files that were ticked.
pub async fn send(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let files: Vec<i64> = fields.all("archive").iter().filter_map(|id| id.parse().ok()).collect();
    let to = if fields.get("other").is_empty() { fields.get("to") } else { fields.get("other") };
    match slips::send(&app, &actor, (&files, to), Caller::Page).await {
        Ok(id) => Ok(Redirect::to(&format!("/archives/slips/{id}?saved=sent")).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = list_page(&app, &actor, &fields, shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// What is to be done about files, on the first page.
///
/// # Errors
/// Whatever the database says.
pub async fn part(app: &Shared, actor: &Actor) -> Result<Markup, Problem> {
    if !actor.can(deeds::ARCHIVES_KEEP) {
        return Ok(html! {});
    }
    let mut db = app.db.clone();
    let (missing, late) = store::alarms(&mut db, &actor.org, app.today()).await?;
    let (waiting, due) = slips::waiting(&mut db, &actor.org).await?;
    if missing + late + waiting == 0 {
        return Ok(html! {});
    }
    let body = html! {
        @if missing > 0 {
            p { a href={ "/archives?org=" (actor.org) "&state=missing" } {
                (frame::count(missing)) " 份档案下落不明" } "，请立即查找。" }
        }
        @if late > 0 {
            p { a href={ "/archives?org=" (actor.org) "&late=1" } {
                (frame::count(late)) " 份借出的档案逾期未还" } "，请催还。" }
        }
        @if waiting > 0 {
            p { a href="/archives/slips" { "有 " (waiting) " 份档案移交单等您清点签收" }
                @if let Some(due) = due { "，最早应在 " (frame::time(&due)) " 前签收" } "。" }
        }
    };
    Ok(frame::panel(if missing > 0 { Tone::Bad } else { Tone::Warn }, "人事档案", body))
}

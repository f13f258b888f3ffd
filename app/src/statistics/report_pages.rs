//! One report: its figures, what can be done with it, what was corrected, what was done.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Input, Moment, Tone, Width, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::corrections::{self, differences};
use super::flow::{self, Which, address};
use super::frozen::{self, Correction};
use super::parts::{self, Links, Shown};
use super::sheet::{self, Sheet};
use super::store::{self, Report, State as Stage};
use super::{due_on, missing, tree};
use crate::deeds;
use crate::people::Caller;
use crate::people::acts::sent_back;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// The month and the organisation of a path.
pub type At = Path<(String, String)>;

/// Which report a path and a form are about; a number that is none is nobody's.
pub fn which<'a>(app: &Shared, at: &'a At, fields: &Fields) -> Which<'a> {
    let Path((month, org)) = at;
    let version = fields.number("version").unwrap_or(0);
    Which { month, org: org.parse().unwrap_or(0), version, on: app.today() }
}

/// A report that somebody may see.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope.
pub async fn load(app: &Shared, actor: &Actor, at: &At) -> Result<Sheet, Problem> {
    let (unit, month) = flow::place(app, actor, which(app, at, &Fields::default())).await?;
    sheet::load(&app.db, unit, month).await
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    at: At,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    show_page(&app, &actor, &at, (&asked, Vec::new())).await
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    at: &At,
    (asked, errors): (&Fields, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let sheet = load(app, actor, at).await?;
    let changes = changes(app, &sheet, asked).await?;
    let told = told(app, &sheet).await?;
    let own = address(&sheet.unit, &sheet.month.code);
    let body = html! {
        (head(app, &sheet).await?)
        (toolbar(app, actor, (&sheet, &own)))
        (acts(app, actor, &sheet, (asked, &errors)).await?)
        @if let Some(changes) = &changes { (compared(&sheet, changes, &own)) }
        (parts::sum(&sheet.values))
        (parts::figures(&Shown::new(&sheet, Links::Shown, changes.as_deref().unwrap_or(&[]))))
        (parts::corrections(&sheet, &told, Links::Shown))
        (history(app, &sheet).await?)
    };
    let title = format!("{}{}月报", sheet.unit.name, sheet.month.name());
    let mut shell = page(app, actor, &title, body).crumb("按月计报", "/reports");
    if sheet.unit.code != actor.org {
        let up = format!("/reports/{}", sheet.month.code);
        shell = shell.crumb(sheet.month.name(), up);
    }
    let notice = match asked.get("saved") {
        "submitted" => Some("已上报，数字不再变动"),
        "accepted" => Some("已接受"),
        "returned" => Some("已退回，等对方重新上报"),
        "missing" => Some("已注明缺报，按系统已有记录汇总"),
        _ => None,
    };
    if let Some(words) = notice {
        shell = shell.notice(Tone::Good, words);
    }
    Ok(shell.errors(errors).render())
}

/// What a frozen report would tell now; of sums only when it is asked for, as it takes a while.
async fn changes(
    app: &Shared,
    sheet: &Sheet,
    asked: &Fields,
) -> Result<Option<Vec<Correction>>, Problem> {
    let wanted = sheet.unit.is_station() || asked.get("compare") == "1";
    if !sheet.is_frozen() || !wanted {
        return Ok(None);
    }
    let now = sheet::now(&app.db, &sheet.unit, &sheet.month).await?;
    Ok(Some(differences(&sheet.month, &sheet.values, &now)))
}

/// What the report tells of earlier months; of one that is still open, what it will.
pub async fn told(app: &Shared, sheet: &Sheet) -> Result<Vec<Correction>, Problem> {
    if let Some(report) = sheet.report.as_ref().filter(|_| sheet.is_frozen()) {
        return Ok(frozen::corrections(&mut app.db.clone(), report.id).await?);
    }
    if sheet.unit.is_station() {
        return corrections::of_station(&app.db, &sheet.unit, &sheet.month).await;
    }
    let mut all = Vec::new();
    for child in &sheet.children {
        if let Some(report) = child.report.as_ref().filter(|report| report.state.is_frozen()) {
            all.extend(frozen::corrections(&mut app.db.clone(), report.id).await?);
        }
    }
    Ok(corrections::summed(all))
}

async fn head(app: &Shared, sheet: &Sheet) -> Result<Markup, Problem> {
    let due_on = due_on(&*app.laws().await?, &sheet.unit, &sheet.month)?;
    let superior = tree::superior(&mut app.db.clone(), &sheet.unit).await?;
    let (report, today) = (sheet.report.as_ref(), app.today());
    let state = html! {
        @if !sheet.month.is_over(today) { (frame::tag(Tone::Plain, "未满月")) }
        @else { (parts::standing(report, due_on, today)) }
    };
    Ok(frame::facts_list(&[
        ("单位", html! { (sheet.unit.name) }),
        ("月份", html! { (sheet.month.name()) }),
        ("状态", state),
        ("期限", frame::time(&due_on.to_string())),
        ("上报给", html! { (superior.map_or("本级汇总定稿".to_owned(), |unit| unit.name)) }),
        (
            "上报",
            html! {
                @if let Some(on) = report.and_then(|report| report.submitted_on) {
                    (frame::time(&on.to_string())) " " (report.map_or("", |one| &one.submitted_by))
                }
            },
        ),
        (
            "接受或退回",
            html! {
                @if let Some(on) = report.and_then(|report| report.decided_on) {
                    (frame::time(&on.to_string())) " " (report.map_or("", |one| &one.decided_by))
                    " " (report.map_or("", |one| &one.reason))
                }
            },
        ),
    ]))
}

fn toolbar(app: &Shared, actor: &Actor, (sheet, own): (&Sheet, &str)) -> Markup {
    let kinds = [Choice::new("xlsx", "Excel 工作簿"), Choice::new("csv", "CSV 文件")];
    html! {
        (frame::toolbar(html! {
            (frame::button_link(&format!("{own}/print"), "打印"))
            @if !sheet.unit.is_station() && sheet.unit.code == actor.org {
                (frame::button_link(&format!("/reports/{}", sheet.month.code), "下级对照"))
            }
            @if !sheet.unit.is_station() && sheet.is_frozen() {
                (frame::button_link(&format!("{own}?compare=1"), "与现在比较"))
            }
        }))
        @if actor.can(deeds::PEOPLE_EXPORT) {
            (frame::why("下载表格", form_post(
                &format!("{own}/download"),
                &csrf(app, actor.session),
                &new_key(),
                html! {
                    (frame::radio_group(Input::new("kind", "格式").value("xlsx"), &kinds))
                    (submit("下载"))
                },
            )))
        }
    }
}

/// What somebody can do with the report as it stands.
async fn acts(
    app: &Shared,
    actor: &Actor,
    sheet: &Sheet,
    (asked, errors): (&Fields, &[frame::FieldError]),
) -> Result<Markup, Problem> {
    if !sheet.month.is_over(app.today()) {
        return Ok(frame::notice(Tone::Info, "本月还没有结束，以下是到今天为止的数字"));
    }
    let stage = sheet.report.as_ref().map(|report| report.state);
    let decides =
        actor.can(deeds::REPORTS_DECIDE) && flow::direct(app, actor, &sheet.unit).await.is_ok();
    let own = address(&sheet.unit, &sheet.month.code);
    let version = sheet.report.as_ref().map_or(0, |report| report.version).to_string();
    let form = |what: &str, body: Markup| {
        let body = html! { (frame::hidden("version", &version)) (body) };
        form_post(&format!("{own}/{what}"), &csrf(app, actor.session), &new_key(), body)
    };
    let why = |label: &'static str| {
        let input = Input::new("reason", label).value(asked.get("reason")).errors(errors);
        text_field(input.width(Width::Full))
    };
    let told = matches!(stage, Some(Stage::Submitted | Stage::Accepted));
    Ok(html! {
        @if sheet.unit.is_of(actor) && actor.can(deeds::REPORTS_SUBMIT) && !told {
            (form("submit", html! { (submit("上报")) }))
        }
        @if decides && stage == Some(Stage::Submitted) {
            (form("accept", html! { (submit("接受")) }))
            (frame::why("退回", form("return", html! {
                (why("退回的原因")) (frame::danger_submit("退回"))
            })))
        }
        @if decides && matches!(stage, None | Some(Stage::Returned)) {
            (frame::why("注明缺报", form("missing", html! {
                p { "注明以后，这个单位的数字按系统已有记录汇总；本级上报以前，对方仍可补报。" }
                (why("缺报的原因")) (frame::danger_submit("注明缺报"))
            })))
        }
        @if !errors.is_empty() { (frame::notice(Tone::Bad, "没有办成，请展开上面的表单更正")) }
    })
}

/// How the frozen figures stand to what is known now.
fn compared(sheet: &Sheet, changes: &[Correction], own: &str) -> Markup {
    html! {
        @if changes.is_empty() {
            (frame::notice(Tone::Good, "与现在的记录比较，上报的数字没有变化"))
        } @else {
            (frame::panel(Tone::Warn, "上报以后的变化", html! {
                p { "有" (changes.len()) "项数字与现在的记录不同，上报的数字不变，"
                    "变化列入下个月的更正：" }
                ul {
                    @for one in changes {
                        @let name = super::figures::find(&one.figure)
                            .map_or("", |figure| figure.name.as_str());
                        li { (name) "：上报" (frame::count(one.was)) "，现"
                            (frame::count(one.now)) "，" (parts::signed(one.now - one.was)) " "
                            a href={ (own) "/changes/" (one.figure) } {
                                "有变化的记录" span.unseen { (name) }
                            }
                        }
                    }
                }
            }))
        }
        @if !sheet.unit.is_station() { p { a href=(own) { "只看上报的数字" } } }
    }
}

async fn history(app: &Shared, sheet: &Sheet) -> Result<Markup, Problem> {
    let Some(report) = &sheet.report else { return Ok(html! {}) };
    let steps = store::steps(&mut app.db.clone(), report.id).await?;
    let days: Vec<String> = steps.iter().map(|step| step.on.to_string()).collect();
    let moments = steps.iter().zip(&days).rev().map(|(step, on)| Moment {
        on,
        title: match step.step.as_str() {
            "submit" => "上报",
            "accept" => "接受",
            "return" => "退回",
            "missing" => "注明缺报",
            _ => "下载",
        },
        tag: None,
        body: html! { (step.who) "（" (step.org) "） " (step.words) },
    });
    Ok(html! { h2 { "经过" } (frame::timeline(&moments.collect::<Vec<_>>())) })
}

/// Leads on after an act, or shows the form again with what was wrong.
async fn led(
    app: &Shared,
    actor: &Actor,
    (at, fields): (&At, &Fields),
    outcome: Result<Report, Problem>,
) -> Result<Response, Problem> {
    let Path((month, org)) = at;
    match outcome {
        Ok(report) if fields.get("back") == "register" => {
            let to = format!("/reports/{month}?saved={}", report.state.code());
            Ok(Redirect::to(&to).into_response())
        }
        Ok(report) => {
            let saved = if report.state == Stage::Accepted && report.submitter == actor.account {
                "submitted"
            } else {
                report.state.code()
            };
            Ok(Redirect::to(&format!("/reports/{month}/{org}?saved={saved}")).into_response())
        }
        Err(problem @ Problem::Invalid(_)) => {
            let page = show_page(app, actor, at, (fields, shown(&problem))).await?;
            Ok(sent_back(page))
        }
        Err(problem) => Err(problem),
    }
}

pub async fn send(
    State(app): State<Shared>,
    Me(actor): Me,
    at: At,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = flow::submit(&app, &actor, which(&app, &at, &fields), Caller::Page).await;
    led(&app, &actor, (&at, &fields), done).await
}

pub async fn accept(
    State(app): State<Shared>,
    Me(actor): Me,
    at: At,
    fields: Fields,
) -> Result<Response, Problem> {
    let done = flow::accept(&app, &actor, which(&app, &at, &fields), Caller::Page).await;
    led(&app, &actor, (&at, &fields), done).await
}

pub async fn give_back(
    State(app): State<Shared>,
    Me(actor): Me,
    at: At,
    fields: Fields,
) -> Result<Response, Problem> {
    let (which, why) = (which(&app, &at, &fields), fields.get("reason"));
    let done = flow::give_back(&app, &actor, which, why, Caller::Page).await;
    led(&app, &actor, (&at, &fields), done).await
}

pub async fn note_missing(
    State(app): State<Shared>,
    Me(actor): Me,
    at: At,
    fields: Fields,
) -> Result<Response, Problem> {
    let (which, why) = (which(&app, &at, &fields), fields.get("reason"));
    let done = missing::note(&app, &actor, which, why, Caller::Page).await;
    led(&app, &actor, (&at, &fields), done).await
}

//! The list of a station's retirees with their cards, and what is done to many at once.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, FieldError, Input, Pager, Table, Tone, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::desk_pages::scan_form;
use super::store::{self, Card, Contact, Held, Which};
use super::{Caller, issue as hand_over, make as made, path, station};
use crate::orgs::{self, Org};
use crate::web::fields::Asked;
use crate::web::page::export_button;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};
use crate::{codes, deeds, labels};

/// Rows of a page.
const N_ROWS: i64 = 50;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Response, Problem> {
    Ok(list_page(&app, &actor, &asked, Vec::new()).await?.into_response())
}

async fn list_page(
    app: &Shared,
    actor: &Actor,
    asked: &Fields,
    errors: Vec<FieldError>,
) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let own = codes::level_of(&actor.org) == Some("station");
    let code = if asked.get("org").is_empty() && own { &actor.org } else { asked.get("org") };
    if code.is_empty() {
        return choose_page(app, actor).await;
    }
    let station = station(&mut db, actor, code).await?;
    let contact = store::contact(&mut db, &station.code).await?;
    let which = Which::from_code(asked.get("state")).unwrap_or_default();
    let (pinyin, id) = asked.get("after").rsplit_once('/').unwrap_or_default();
    let at = (station.code.as_str(), which, contact.version);
    let rows = store::page(&mut db, at, ((pinyin, id.parse().unwrap_or(0)), N_ROWS)).await?;
    let here = format!("{}&state={}", path(&station.code), which.code());
    let full = i64::try_from(rows.len()).unwrap_or(0) == N_ROWS;
    let next = rows.last().filter(|_| full).map(|held| {
        format!("{here}&after={}/{}", crate::web::page::encoded(&held.pinyin), held.person)
    });
    let pager = Pager {
        first: (!asked.get("after").is_empty()).then(|| here.clone()),
        next,
        ..Pager::default()
    };
    let may = actor.can(deeds::CARDS_ISSUE);
    let body = html! {
        (reached(&station, &contact, may))
        (frame::tabs("按联系卡", &tabs(&station, which)))
        (papers(actor, &station))
        @if may && !rows.is_empty() && which != Which::Issued {
            (action_form(app, actor, (&station, which), (&rows, &contact), &errors))
        } @else { (table(&rows, &contact, None)) }
        (frame::pager(pager))
        (scan_form("", &[]))
    };
    let title = format!("联系卡：{}", station.name);
    let mut shell = page(app, actor, title.as_str(), body).errors(errors);
    if let Some(words) = notice(asked) {
        shell = shell.notice(Tone::Good, &words);
    }
    Ok(shell.render())
}

fn notice(asked: &Fields) -> Option<String> {
    if let Some(n) = asked.number("made") {
        return Some(format!("已生成 {n} 张卡，请打印、裁开，发到本人手里后登记"));
    }
    if let Some(n) = asked.number("issued") {
        return Some(format!("已登记发放 {n} 张"));
    }
    match (asked.get("saved"), asked.get("lost")) {
        ("1", _) => Some("已保存；联系方式有变的，以前印的卡列在“要换新卡”".to_owned()),
        (_, "1") => Some("已挂失；可以在“没有联系卡”中补印".to_owned()),
        _ => None,
    }
}

fn tabs(station: &Org, which: Which) -> Vec<frame::Link> {
    let tab = |one: &Which| {
        let href = format!("{}&state={}", path(&station.code), one.code());
        frame::Link::new(one.name(), href).current_if(|| *one == which)
    };
    Which::ALL.iter().map(tab).collect()
}

/// How the station is reached, and the way to change it.
fn reached(station: &Org, contact: &Contact, may: bool) -> Markup {
    let change = format!("/cards/contact?org={}", station.code);
    if contact.version == 0 {
        return html! {
            (frame::notice(Tone::Warn, "还没有填写本站的联系方式，卡上要印，请先填写"))
            @if may { (frame::toolbar(frame::button_link(&change, "填写联系方式"))) }
        };
    }
    html! {
        (frame::facts_list(&[
            ("电话", frame::text(&contact.phone)),
            ("地址", frame::text(&contact.address)),
            ("接待时间", frame::text(&contact.hours)),
            ("协理员", frame::text(&contact.coordinator)),
            ("街道中心电话", frame::text(&contact.street_phone)),
        ]))
        @if may { (frame::toolbar(frame::button_link(&change, "变更联系方式"))) }
    }
}

fn papers(actor: &Actor, station: &Org) -> Markup {
    frame::toolbar(html! {
        (frame::button_link(&format!("/cards/sheet?org={}", station.code), "打印待发的卡"))
        (frame::button_link(&format!("/cards/roll?org={}", station.code), "打印发放登记表"))
        (export_button(actor, &format!("list=cards&org={}", station.code)))
    })
}

/// Which box a row has: retirees to make cards for, or cards that were handed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tick {
    Person,
    Card,
}

fn action_form(
    app: &Shared,
    actor: &Actor,
    (station, which): (&Org, Which),
    (rows, contact): (&[Held], &Contact),
    errors: &[FieldError],
) -> Markup {
    let (token, key) = (csrf(app, actor.session), new_key());
    if which == Which::Printed {
        let today = app.today().to_string();
        let day = Input::date("on_day", "发放日期").value(&today).errors(errors);
        return form_post(
            "/cards/issue",
            &token,
            &key,
            html! {
                (frame::hidden("org", &station.code))
                (text_field(day))
                (frame::ticked("card", errors, html! {
                    (frame::toolbar(submit("登记已发放所勾选的卡")))
                    (table(rows, contact, Some(Tick::Card)))
                }))
            },
        );
    }
    form_post(
        "/cards",
        &token,
        &key,
        html! {
            (frame::hidden("org", &station.code))
            (frame::ticked("person", errors, html! {
                (frame::toolbar(html! {
                    button.button type="submit" name="whom" value="chosen" { "为所勾选的人印卡" }
                    button.button.second type="submit" name="whom" value="all" {
                        "为没有卡和要换卡的人印卡（一次最多 200 人）"
                    }
                }))
                (table(rows, contact, Some(Tick::Person)))
            }))
        },
    )
}

fn table(rows: &[Held], contact: &Contact, boxes: Option<Tick>) -> Markup {
    let mut columns = vec![
        Col::head("姓名"),
        Col::text("联系卡"),
        Col::text("卡号"),
        Col::day("印卡日期"),
        Col::day("发放日期"),
        Col::actions(),
    ];
    match boxes {
        Some(Tick::Person) => columns.insert(0, Col::select("person")),
        Some(Tick::Card) => columns.insert(0, Col::select("card")),
        None => {}
    }
    let row = |held: &Held| {
        let card = held.card.as_ref();
        let day = |day: Option<jiff::civil::Date>| match day {
            Some(day) => frame::time(&day.to_string()),
            None => html! {},
        };
        let mut cells = vec![
            html! { a href={ "/people/" (held.person) } { (held.name) } },
            standing(card, contact),
            frame::text(card.map(|card| labels::grouped(&card.number)).unwrap_or_default()),
            day(card.map(|card| card.printed_on)),
            day(card.and_then(|card| card.issued_on)),
            html! { @if let Some(card) = card {
                a href={ "/cards/" (card.id) "/lost" } {
                    "挂失" span.unseen { (held.name) }
                }
            } },
        ];
        match (boxes, card) {
            (Some(Tick::Person), _) => {
                let id = held.person.to_string();
                cells.insert(0, frame::select_one("person", &id, &held.name));
            }
            (Some(Tick::Card), Some(card)) => {
                let id = card.id.to_string();
                cells.insert(0, frame::select_one("card", &id, &held.name));
            }
            (Some(Tick::Card), None) => cells.insert(0, html! {}),
            (None, _) => {}
        }
        cells
    };
    frame::table(
        Table::new("退休人员和联系卡", columns)
            .rows(rows.iter().map(row).collect())
            .empty("没有这一类的人"),
    )
}

fn standing(card: Option<&Card>, contact: &Contact) -> Markup {
    let Some(card) = card else { return frame::tag(Tone::Warn, "没有") };
    if card.org != card.person_org {
        return frame::tag(Tone::Warn, "已搬，要换新卡");
    }
    if card.contact_version != contact.version {
        return frame::tag(Tone::Warn, "联系方式已变，要换新卡");
    }
    match card.state.as_str() {
        "issued" => frame::tag(Tone::Good, "已发"),
        _ => frame::tag(Tone::Info, "已印未发"),
    }
}

/// The stations whose cards one may see.
async fn choose_page(app: &Shared, actor: &Actor) -> Result<Markup, Problem> {
    let mut db = app.db.clone();
    let stations = orgs::store::below(&mut db, &actor.scope(), "station").await?;
    let rows = stations.iter().map(|station| {
        vec![html! { a href=(path(&station.code)) { (station.name) } }, frame::text(&station.code)]
    });
    let columns = vec![Col::head("社区站"), Col::text("代码")];
    let body = html! {
        p { "联系卡按社区站印发，请选择社区站。" }
        (scan_form("", &[]))
        (frame::table(Table::new("社区站", columns).rows(rows.collect())
            .empty("辖区内没有社区站")))
    };
    Ok(page(app, actor, "联系卡", body).render())
}

/// Makes cards for those who were ticked, or for all who want one.
pub async fn make(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let org = fields.get("org").to_owned();
    let ticked = fields.all("person");
    let people: Vec<i64> = ticked.iter().filter_map(|id| id.parse().ok()).collect();
    if fields.get("whom") != "all" && people.is_empty() {
        let error = FieldError::new("person", "请先勾选要印卡的人");
        let page = list_page(&app, &actor, &view(&org, ""), vec![error]).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let chosen = if fields.get("whom") == "all" { &[][..] } else { &people[..] };
    let n = made(&app, &actor, (&org, chosen), Caller::Page).await?;
    Ok(Redirect::to(&format!("{}&state=printed&made={n}", path(&org))).into_response())
}

fn view(org: &str, state: &str) -> Fields {
    Fields(vec![("org".to_owned(), org.to_owned()), ("state".to_owned(), state.to_owned())])
}

pub async fn issue(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let org = fields.get("org").to_owned();
    let ticked = fields.all("card");
    let cards: Vec<i64> = ticked.iter().filter_map(|id| id.parse().ok()).collect();
    let mut errors = Vec::new();
    let on = fields.day("on_day", &mut errors).unwrap_or_else(|| app.today());
    let back = format!("{}&state=printed&issued={}", path(&org), cards.len());
    let done = if errors.is_empty() {
        hand_over(&app, &actor, (&cards, on), (Caller::Page, &back)).await
    } else {
        Err(Problem::Invalid(errors))
    };
    match done {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = list_page(&app, &actor, &view(&org, "printed"), shown(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

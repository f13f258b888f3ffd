//! Entering a retiree: who is perhaps there already is shown before anything is written.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Input, Tone, form_post, select_field, text_field};
use jiff::civil::Date;
use kernel::{Act, Actor, Problem, Reader, q};
use maud::{Markup, html};

use super::form::{self, Typed};
use super::{Arrival, Caller, enter};
use crate::codes::name_of;
use crate::deeds;
use crate::orgs::{self, Org};
use crate::registry::{self, Alike, Likeness, NewPerson, Person, TAKEN, codes};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// A retiree to be entered.
#[derive(Clone, Debug)]
pub struct Entry {
    pub new: NewPerson,
    /// Division code of the station.
    pub station: String,
    pub taken_in_on: Date,
    /// Numbers of those who are alike and were found to be somebody else.
    pub not_same: Vec<i64>,
}

/// What came of an entry.
#[derive(Clone, Debug)]
pub enum Entered {
    Done(i64),
    /// Nothing was written: these are perhaps the same person.
    Alike(Vec<Likeness>),
}

/// Enters a retiree, unless somebody alike is there whom the clerk has not yet told apart.
///
/// # Errors
/// [`Problem::Invalid`] with the fields that cannot be right.
pub async fn register(
    app: &Shared,
    actor: &Actor,
    mut entry: Entry,
    caller: Caller,
) -> Result<Entered, Problem> {
    let permit = actor.permit(deeds::PEOPLE_ENTER)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let station = station(&mut act, actor, &entry.station).await;
    let checked = registry::check(&entry.new, act.day());
    let (station, checked) = both(station, checked)?;
    let alike = registry::likenesses(&mut act, &actor.scope(), &checked).await?;
    let is_told_apart =
        |one: &Likeness| one.alike != Alike::Number && entry.not_same.contains(&one.id);
    if !alike.iter().all(is_told_apart) {
        return Ok(Entered::Alike(alike));
    }
    link_enterprise(&mut act, &mut entry.new, None).await?;
    let arrival =
        Arrival { station: &station, taken_in_on: entry.taken_in_on, source: caller.source() };
    let entered = enter(&mut act, &laws, &entry.new, &arrival).await;
    let id = entered.map_err(taken_meanwhile)?;
    let outcome = match caller {
        Caller::Page => entered_path(id),
        Caller::Api => super::api::told(id, 1).to_string(),
    };
    act.commit(&format!("person/{id}"), &outcome).await.map_err(taken_meanwhile)?;
    Ok(Entered::Done(id))
}

/// Two who enter the same number at the same moment: the second is told as any later one is.
fn taken_meanwhile(problem: Problem) -> Problem {
    if problem.is_duplicate() { Problem::field("id_number", TAKEN) } else { problem }
}

fn entered_path(id: i64) -> String {
    format!("/people/{id}?saved=entered")
}

/// Both, or the field problems of both.
fn both<A, B>(one: Result<A, Problem>, other: Result<B, Problem>) -> Result<(A, B), Problem> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(Problem::Invalid(mut first)), Err(Problem::Invalid(second))) => {
            first.extend(second);
            Err(Problem::Invalid(first))
        }
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    }
}

/// The open station with this code in the actor's scope.
async fn station(act: &mut Act, actor: &Actor, code: &str) -> Result<Org, Problem> {
    if code.is_empty() {
        return Err(Problem::field("station", "请选择所属社区"));
    }
    let known = orgs::store::by_code(act, code, "station").await?;
    known
        .filter(|org| actor.scope().covers(&org.code))
        .ok_or_else(|| Problem::field("station", "没有这个社区，请从列出的社区中选择"))
}

/// The enterprise of the directory that bears the name which was typed, or the name of the one
/// whose number was given.
///
/// # Errors
/// A field problem when there is no enterprise of that number.
pub(super) async fn link_enterprise(
    act: &mut Act,
    new: &mut NewPerson,
    before: Option<&Person>,
) -> Result<(), Problem> {
    let known = before.and_then(|person| person.enterprise);
    let name = before.map_or("", |person| person.enterprise_name.as_str());
    if let Some(id) = new.enterprise.filter(|id| Some(*id) != known) {
        let named = q!("SELECT name FROM enterprises WHERE id = $1", id);
        let row = act.ask_one(named).await?;
        let row = row.ok_or_else(|| Problem::field("enterprise", "没有这个企业，请核对编号"))?;
        new.enterprise_name = row.get(0)?;
    } else if new.enterprise_name != name {
        let named = q!(
            "SELECT id FROM enterprises WHERE name = $1 AND closed_on IS NULL
             ORDER BY id LIMIT 2",
            &new.enterprise_name
        );
        let rows = act.ask(named).await?;
        new.enterprise = match &rows[..] {
            [one] => Some(one.get(0)?),
            _ => None,
        };
    }
    Ok(())
}

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let preset = preset(&app, asked.get("q"));
    form_page(&app, &actor, (&preset, Vec::new()), &[]).await
}

/// The usual answers; what was typed into the search box goes where it belongs.
fn preset(app: &Shared, typed: &str) -> Fields {
    let n_digits = typed.chars().filter(char::is_ascii_digit).count();
    let name = match n_digits {
        0 if typed.is_ascii() => "",
        0 => "name",
        15..=18 => "id_number",
        _ => "phone",
    };
    let fields = [
        ("away", "here".to_owned()),
        ("management", "1".to_owned()),
        ("taken_in_on", app.today().to_string()),
        (name, typed.to_owned()),
    ];
    Fields(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

async fn form_page(
    app: &Shared,
    actor: &Actor,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
    alike: &[Likeness],
) -> Result<Markup, Problem> {
    let stations = orgs::store::below(&mut app.db.clone(), &actor.scope(), "station").await?;
    let typed = Typed { fields, errors: &errors, person: None };
    let form = html! {
        (likenesses(alike))
        (form::main_fields(&typed))
        (place(&typed, &stations))
        (frame::submit("保存"))
        p { "以下各项都可以以后再补。" }
        (form::more_fields(&typed))
        (frame::submit("保存"))
    };
    let body = html! {
        (form_post("/people", &csrf(app, actor.session), &new_key(), form))
    };
    Ok(page(app, actor, "登记退休人员", body).crumb("退休人员", "/people").errors(errors).render())
}

/// Where and since when.
fn place(typed: &Typed<'_>, stations: &[Org]) -> Markup {
    let choices: Vec<Choice<'_>> =
        stations.iter().map(|org| Choice::new(&org.code, &org.name)).collect();
    let taken = Input::date("taken_in_on", "纳入日期").value(typed.fields.get("taken_in_on"));
    html! {
        @if let [only] = stations {
            (frame::hidden("station", &only.code))
            p { "所属社区：" (only.name) }
        } @else {
            (select_field(typed.input("station", "所属社区"), &choices))
        }
        (text_field(taken.errors(typed.errors).hint("开始由社区管理的日期，默认今天")))
    }
}

/// Who is perhaps the same person, and the box that says they are not.
fn likenesses(alike: &[Likeness]) -> Markup {
    if alike.is_empty() {
        return html! {};
    }
    let is_taken = alike.iter().any(|one| one.alike == Alike::Number);
    let ids: Vec<String> = alike.iter().map(|one| one.id.to_string()).collect();
    frame::panel(
        Tone::Warn,
        "可能已经登记，请先核对",
        html! {
            ul { @for one in alike { li {
                a href={ "/people/" (one.id) } { (one.name) } "，" (one.masked) "，"
                @if let Some(on) = one.born_on { (frame::time(&on.to_string())) "出生，" }
                (one.station) "，" (name_of(codes::STATUSES, &one.status))
                "（" (one.alike.words()) "）"
            } } }
            @if is_taken { p { "证件号码已登记，不能重复登记；请打开上面的人核对。" } }
            @else {
                (frame::hidden("alike", &ids.join(",")))
                (frame::checkbox(Input::new("not_same", "已核对，上面没有这个人，继续登记")))
            }
        },
    )
}

/// Reads an entry; what the registry judges is not judged here.
fn read(fields: &Fields, today: Date) -> Result<Entry, Problem> {
    let mut errors = Vec::new();
    let taken_in_on = fields.day("taken_in_on", &mut errors).unwrap_or(today);
    if taken_in_on > today {
        form::wrong(&mut errors, "taken_in_on", "纳入日期不能晚于今天");
    }
    let day = if errors.is_empty() { Ok(taken_in_on) } else { Err(Problem::Invalid(errors)) };
    let (new, taken_in_on) = both(form::read(fields, NewPerson::default()), day)?;
    let told_apart = if fields.get("not_same").is_empty() { "" } else { fields.get("alike") };
    let not_same = told_apart.split(',').filter_map(|id| id.parse().ok()).collect();
    let station = fields.get("station").to_owned();
    Ok(Entry { new, station, taken_in_on, not_same })
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let told = match read(&fields, app.today()) {
        Ok(entry) => register(&app, &actor, entry, Caller::Page).await,
        Err(problem) => Err(problem),
    };
    let (status, errors, alike) = match told {
        Ok(Entered::Done(id)) => return Ok(Redirect::to(&entered_path(id)).into_response()),
        Ok(Entered::Alike(alike)) => {
            let is_taken = alike.iter().any(|one| one.alike == Alike::Number);
            let taken = is_taken.then(|| frame::FieldError::new("id_number", TAKEN));
            (StatusCode::CONFLICT, taken.into_iter().collect(), alike)
        }
        Err(problem @ Problem::Invalid(_)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, shown(&problem), Vec::new())
        }
        Err(problem) => return Err(problem),
    };
    let page = form_page(&app, &actor, (&fields, errors), &alike).await?;
    Ok((status, page).into_response())
}

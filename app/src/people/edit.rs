//! Changing what is known of a retiree: the row, its history, the facts and what follows of them.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Tone, form_post};
use jiff::civil::Date;
use kernel::{Act, Actor, Problem};
use maud::{Markup, html};
use rules::facts::{Away, FactKind};

use super::form::{self, Typed};
use super::{Caller, history};
use crate::deeds;
use crate::duties::{self, News};
use crate::registry::{self, Difference, NewPerson, Person};
use crate::web::{Fields, Me, Shared, csrf, new_key, page, shown};

/// What is to be known of a retiree from now on.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The version that was read before.
    pub version: i64,
    pub new: NewPerson,
    /// The day on which the place of residence changed; today unless given.
    pub away_since: Option<Date>,
}

/// Changes a retiree; answers the version that stands now.
///
/// # Errors
/// [`Problem::NotFound`] outside the actor's scope; [`Problem::Stale`] when somebody else changed
/// the person since; field problems.
pub async fn change(
    app: &Shared,
    actor: &Actor,
    id: i64,
    wish: &Wish,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::PEOPLE_CHANGE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let before = registry::find(&mut act, &actor.scope(), id).await?;
    if before.version != wish.version {
        return Err(Problem::Stale);
    }
    let mut new = wish.new.clone();
    super::new::link_enterprise(&mut act, &mut new, Some(&before)).await?;
    let checked = registry::check(&new, act.day())?;
    let since = away_since(&before, wish.away_since, act.day())?;
    let changed = registry::update(&mut act, &before, &checked, caller.source()).await?;
    if changed.is_empty() {
        return Ok(before.version);
    }
    let mut news = residence(&before, checked.fields(), since);
    news.extend(standing(&before, checked.fields(), act.day()));
    news.extend(pension(&mut act, &before, checked.fields()).await?);
    duties::note(&mut act, &laws, id, caller.source(), &news).await?;
    let version = before.version + 1;
    let outcome = match caller {
        Caller::Page => changed_path(id),
        Caller::Api => super::api::told(id, version).to_string(),
    };
    let fields: Vec<&str> = changed.iter().map(|one| history::field_name(one.field)).collect();
    act.commit_noting(&format!("person/{id}"), &outcome, &fields.join("、")).await?;
    Ok(version)
}

fn changed_path(id: i64) -> String {
    format!("/people/{id}?saved=changed")
}

fn away_since(before: &Person, since: Option<Date>, today: Date) -> Result<Date, Problem> {
    let since = since.unwrap_or(today);
    if since > today {
        return Err(Problem::field("away_since", "居住地变动日期不能晚于今天"));
    }
    if since < before.taken_in_on {
        return Err(Problem::field("away_since", "居住地变动日期不能早于纳入日期"));
    }
    Ok(since)
}

/// Another place of residence is a fact of the day on which it changed.
pub(super) fn residence(before: &Person, after: &NewPerson, on: Date) -> Vec<News> {
    let moved = before.away != after.away;
    let away = Away::from_code(&after.away).filter(|_| moved);
    away.map(|away| News { kind: FactKind::Residence { away }, on }).into_iter().collect()
}

/// Whoever has become a member of the party or is one no more, or is managed in another form.
pub(super) fn standing(before: &Person, after: &NewPerson, on: Date) -> impl Iterator<Item = News> {
    party(before, after, on).into_iter().chain(form(before, after, on))
}

fn party(before: &Person, after: &NewPerson, on: Date) -> Option<News> {
    let is = |code: &str| registry::is_party_member(code);
    match (is(&before.political), is(&after.political)) {
        (false, true) => Some(News { kind: FactKind::PartyMember, on }),
        (true, false) => Some(News { kind: FactKind::PartyMemberNoMore, on }),
        _ => None,
    }
}

fn form(before: &Person, after: &NewPerson, on: Date) -> Option<News> {
    let is = |code: &str| registry::is_transitional(code);
    let kind = match (is(&before.management), is(&after.management)) {
        (false, true) => FactKind::FormTransitional,
        (true, false) => FactKind::FormBasic,
        (true, true) if before.management != after.management => FactKind::FormReviewed,
        _ => return None,
    };
    Some(News { kind, on })
}

/// A pension that began on another day than was written down: the old fact is void.
pub(super) async fn pension(
    act: &mut Act,
    before: &Person,
    after: &NewPerson,
) -> Result<Option<News>, Problem> {
    if before.pension_from == after.pension_from {
        return Ok(None);
    }
    for fact in duties::store::facts(act, before.id).await? {
        if fact.kind == FactKind::PensionStarted {
            duties::store::void_fact(act, before.id, fact.id).await?;
        }
    }
    let from = after.pension_from.filter(|from| *from <= act.day());
    Ok(from.map(|on| News { kind: FactKind::PensionStarted, on }))
}

pub async fn edit_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let preset = form::preset(&person);
    Ok(form_page(&app, &actor, &person, (&preset, Vec::new()), &[]))
}

fn form_page(
    app: &Shared,
    actor: &Actor,
    person: &Person,
    (fields, errors): (&Fields, Vec<frame::FieldError>),
    others: &[Difference],
) -> Markup {
    let typed = Typed { fields, errors: &errors, person: Some(person) };
    let form = html! {
        (frame::hidden("version", &person.version.to_string()))
        (form::main_fields(&typed))
        (frame::submit("保存"))
        (form::more_fields(&typed))
        (frame::submit("保存"))
    };
    let path = format!("/people/{}", person.id);
    let body = html! {
        (stale(others))
        (form_post(&format!("{path}/edit"), &csrf(app, actor.session), &new_key(), form))
    };
    page(app, actor, "变更信息", body)
        .crumb("退休人员", "/people")
        .crumb(&person.name, path)
        .errors(errors)
        .render()
}

/// What somebody else wrote meanwhile, beside what was typed.
fn stale(others: &[Difference]) -> Markup {
    html! {
        @if !others.is_empty() {
            (frame::panel(Tone::Warn, "刚才有人改过此人的信息，尚未保存", html! {
                p { "下列各项与您填写的不同。请核对下面的表格，确认后再保存，以您填写的为准。" }
                ul { @for one in others { li {
                    (history::field_name(one.field)) "：现为“"
                    (history::words(one.field, &one.before)) "”，您填的是“"
                    (history::words(one.field, &one.after)) "”"
                } } }
            }))
        }
    }
}

fn read(fields: &Fields, person: &Person) -> Result<Wish, Problem> {
    let mut errors = Vec::new();
    let away_since = fields.day("away_since", &mut errors);
    let new = form::read(fields, person.fields());
    match new {
        Err(Problem::Invalid(more)) => {
            errors.extend(more);
            Err(Problem::Invalid(errors))
        }
        Err(problem) => Err(problem),
        Ok(_) if !errors.is_empty() => Err(Problem::Invalid(errors)),
        Ok(new) => Ok(Wish { version: fields.number("version").unwrap_or(0), new, away_since }),
    }
}

pub async fn save(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let wish = read(&fields, &person);
    let saved = match &wish {
        Ok(wish) => {
            change(&app, &actor, id, wish, Caller::Page).await.map(|version| (version, wish))
        }
        Err(problem @ Problem::Invalid(_)) => {
            return Ok(refused(&app, &actor, (&person, &fields, problem)));
        }
        Err(_) => return wish.map(|_| ().into_response()),
    };
    match saved {
        Ok((version, wish)) if version == wish.version => {
            Ok(Redirect::to(&format!("/people/{id}?saved=same")).into_response())
        }
        Ok(_) => Ok(Redirect::to(&changed_path(id)).into_response()),
        Err(Problem::Stale) => again(&app, &actor, id, &fields).await,
        Err(problem @ Problem::Invalid(_)) => {
            Ok(refused(&app, &actor, (&person, &fields, &problem)))
        }
        Err(problem) => Err(problem),
    }
}

fn refused(
    app: &Shared,
    actor: &Actor,
    (person, fields, problem): (&Person, &Fields, &Problem),
) -> Response {
    let page = form_page(app, actor, person, (fields, shown(problem)), &[]);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// Shows what was typed again, over the version that stands now; nothing is lost.
async fn again(app: &Shared, actor: &Actor, id: i64, fields: &Fields) -> Result<Response, Problem> {
    let person = registry::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let known = person.fields();
    let mut typed = read(fields, &person)?.new;
    for (text, now) in [(&mut typed.id_kind, &known.id_kind), (&mut typed.sex, &known.sex)] {
        if text.is_empty() {
            text.clone_from(now);
        }
    }
    typed.born_on = typed.born_on.or(known.born_on);
    let others = registry::differences(&known, &typed);
    let page = form_page(app, actor, &person, (fields, Vec::new()), &others);
    Ok((StatusCode::PRECONDITION_FAILED, page).into_response())
}

//! Entrusting a visit to the body of another place, and its answer.

use jiff::civil::Date;
use kernel::{Actor, FieldError, Problem, Reader};
use rules::facts::Way;

use super::store::entrustments::{self, Answered};
use super::{Caller, Entering, Outcome, Report, enter};
use crate::deeds;
use crate::orgs;
use crate::registry::{self, Person};
use crate::web::Shared;

/// What is asked of another body.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub person: i64,
    /// A body in this system, or none: then `to_name` and `to_contact` say who.
    pub to_org: Option<i64>,
    pub to_code: String,
    pub to_name: String,
    pub to_contact: String,
    pub wish: String,
    pub answer_by: Option<Date>,
}

/// An entrustment as it is stored. The entrusted body may see name, telephone, address and wish
/// while it is asked, and nothing else.
#[derive(Clone, Debug)]
pub struct Entrustment {
    pub id: i64,
    pub person: i64,
    pub person_name: String,
    pub phone: String,
    pub address: String,
    pub away_place: String,
    pub org: String,
    pub to_org: Option<i64>,
    pub to_code: String,
    pub to_name: String,
    pub to_contact: String,
    pub wish: String,
    pub asked_by: String,
    pub asked_on: Date,
    pub answer_by: Date,
    /// `asked`, `answered` or `withdrawn`.
    pub state: String,
    pub answered_on: Option<Date>,
    pub visit: Option<i64>,
    pub answer: String,
    pub version: i64,
}

/// From which side an entrustment is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Asking,
    Asked,
}

/// What the entrusted body answers.
#[derive(Clone, Debug)]
pub struct Reply {
    pub version: i64,
    pub report: Report,
    pub words: String,
}

impl Entrustment {
    /// The side on which somebody stands; who stands on both is asking.
    #[must_use]
    pub fn side(&self, actor: &Actor) -> Side {
        if actor.scope().covers(&self.org) { Side::Asking } else { Side::Asked }
    }

    #[must_use]
    pub fn state_name(&self, today: Date) -> &'static str {
        match self.state.as_str() {
            "asked" if today > self.answer_by => "逾期未答复",
            "asked" => "待答复",
            "answered" => "已答复",
            _ => "已撤回",
        }
    }
}

/// Asks another body to visit somebody.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems; a refusal when somebody is asked
/// already.
pub async fn ask(
    app: &Shared,
    actor: &Actor,
    mut ask: Ask,
    caller: Caller,
) -> Result<i64, Problem> {
    let permit = actor.permit(deeds::VISITS_ENTRUST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let person = registry::find(&mut act, &actor.scope(), ask.person).await?;
    if person.status != "active" {
        return Err(Problem::refused("not-active", "此人已不在册，不能委托走访"));
    }
    if let Some(to) = ask.to_org {
        let body = orgs::store::find(&mut act, to).await?;
        match body.filter(|body| body.closed_on.is_none()) {
            Some(body) => (ask.to_code, ask.to_name) = (body.code, body.name),
            None => return Err(Problem::field("to_org", "没有这个机构，请重新查找")),
        }
    }
    check(&ask, &person, app.today())?;
    if entrustments::is_asked(&mut act, person.id).await? {
        let sentence = "此人已有一件待答复的委托，请先等候答复或撤回";
        return Err(Problem::refused("asked-already", sentence));
    }
    let id = act.new_id()?;
    entrustments::insert(&mut act, id, &person.org, &ask).await?;
    let outcome = match caller {
        Caller::Page => format!("/entrustments/{id}"),
        Caller::Api => serde_json::json!({"id": id}).to_string(),
    };
    act.commit(&format!("entrustment/{id}"), &outcome).await?;
    Ok(id)
}

fn check(ask: &Ask, person: &Person, today: Date) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    let n_name = ask.to_name.chars().count();
    if !(1..=100).contains(&n_name) {
        wrong("to_name", "请选择受托机构，或填写外部机构名称（最多 100 个字）");
    }
    if ask.to_contact.chars().count() > 200 {
        wrong("to_contact", "联系方式最多 200 个字，请删减");
    }
    if ask.to_org.is_some() && ask.to_code == person.org {
        wrong("to_org", "这就是本人所在的社区站，请直接登记走访");
    }
    let n_wish = ask.wish.chars().count();
    if !(2..=500).contains(&n_wish) {
        wrong("wish", "请写明请对方做什么，2 至 500 个字");
    }
    match ask.answer_by {
        None => wrong("answer_by", "请填写请对方答复的日期"),
        Some(day) if day < today => wrong("answer_by", "答复日期不能早于今天"),
        Some(_) => {}
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

/// Answers an entrustment: it becomes a visit of the station that asked. The entrusted body
/// answers, or the side that asked enters what came on paper.
///
/// # Errors
/// [`Problem::NotFound`] for whoever stands on neither side; field problems; a refusal when it is
/// no longer open.
pub async fn answer(
    app: &Shared,
    actor: &Actor,
    id: i64,
    mut reply: Reply,
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::VISITS_ANSWER)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let asked = find(&mut act, actor, id).await?;
    if asked.state != "asked" {
        return Err(Problem::refused("not-open", "这件委托已答复或已撤回"));
    }
    if reply.report.on < asked.asked_on {
        let sentence = format!("走访日期不能早于委托日期（{}）", asked.asked_on);
        return Err(Problem::field("on", sentence));
    }
    if !(2..=500).contains(&reply.words.chars().count()) {
        return Err(Problem::field("words", "请写明走访情况，2 至 500 个字"));
    }
    // The one who answers stands outside the person's scope; the entrustment is the leave.
    let scope = kernel::Scope::below(&asked.org);
    let person = match registry::store::find(&mut act, &scope, asked.person).await? {
        Some(person) => person,
        None => return Err(moved_away()),
    };
    reply.report.way = Way::Entrusted;
    reply.report.about = 0;
    let entering = Entering { laws: &laws, actor, person: &person };
    let visit = enter(&mut act, entering, &reply.report).await?;
    let answered = Answered { id, version: reply.version, visit: visit.id, words: &reply.words };
    if !entrustments::answer(&mut act, &answered).await? {
        return Err(Problem::Stale);
    }
    let outcome = match caller {
        Caller::Page => format!("/entrustments/{id}"),
        Caller::Api => serde_json::json!({"id": id, "state": "answered"}).to_string(),
    };
    act.commit(&format!("entrustment/{id}"), &outcome).await
}

fn moved_away() -> Problem {
    let sentence = "此人已转到其他社区，请联系委托方撤回后重新委托";
    Problem::refused("moved", sentence)
}

/// Takes an entrustment back that nobody has answered.
///
/// # Errors
/// [`Problem::NotFound`] outside the asking side; a refusal when it is no longer open.
pub async fn withdraw(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::VISITS_ENTRUST)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let asked = find(&mut act, actor, id).await?;
    if asked.side(actor) == Side::Asked {
        return Err(Problem::NotFound);
    }
    if asked.state != "asked" {
        return Err(Problem::refused("not-open", "这件委托已答复或已撤回"));
    }
    if !entrustments::withdraw(&mut act, id, version).await? {
        return Err(Problem::Stale);
    }
    let outcome = match caller {
        Caller::Page => format!("/entrustments/{id}"),
        Caller::Api => serde_json::json!({"id": id, "state": "withdrawn"}).to_string(),
    };
    act.commit(&format!("entrustment/{id}"), &outcome).await
}

/// The entrustment with this number, for whoever stands on one of its sides. On the entrusted
/// side only those who may answer see it; once it is answered or withdrawn, telephone, address
/// and wish are closed to them again.
///
/// # Errors
/// [`Problem::NotFound`] for everybody else.
pub async fn find(
    reader: &mut impl Reader,
    actor: &Actor,
    id: i64,
) -> Result<Entrustment, Problem> {
    let found = entrustments::find(reader, &actor.scope(), id).await?;
    let mut asked = found.ok_or(Problem::NotFound)?;
    if asked.side(actor) == Side::Asking {
        return Ok(asked);
    }
    if !actor.can(deeds::VISITS_ANSWER) {
        return Err(Problem::NotFound);
    }
    if asked.state != "asked" {
        for text in [&mut asked.phone, &mut asked.address, &mut asked.wish] {
            text.clear();
        }
        asked.away_place.clear();
    }
    Ok(asked)
}

/// An answer without more: met on this day.
#[must_use]
pub fn plain_report(on: Date, visitor: &str, outcome: Outcome) -> Report {
    Report { way: Way::Entrusted, outcome, ..Report::ordinary(on, visitor) }
}

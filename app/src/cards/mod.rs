//! 联系卡：每位退休人员一张，写明有事找谁、打哪个电话；按社区站成批印，发放时登记，丢了补，搬了换。
//!
//! Owns: `cards`, `station_contacts`.
//! Uses: `orgs`, `policies`, `registry`, `duties`.

pub mod api;
pub mod desk_pages;
pub mod ledger;
pub mod pages;
pub mod print;
pub mod recode;
pub mod store;

use jiff::civil::Date;
use kernel::{Actor, Problem, Reader};
use rules::facts::FactKind;
use serde_json::json;

use crate::duties::{self, News};
use crate::orgs::{self, Org};
pub use crate::web::Caller;
use crate::web::Shared;
use crate::{deeds, labels};
use store::{Card, Contact};

/// Codes and names of what a card is.
pub const STATES: &[(&str, &str)] =
    &[("printed", "已印未发"), ("issued", "已发"), ("lost", "已挂失"), ("replaced", "已换新卡")];

/// At most so many cards are printed or handed over at once.
pub const MOST: usize = 200;
/// What a fact of a card that was handed over says of its source.
const SOURCE: &str = "card";

/// The station with this division code, in the actor's jurisdiction.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or outside: the two look the same.
pub async fn station(reader: &mut impl Reader, actor: &Actor, code: &str) -> Result<Org, Problem> {
    if !actor.scope().covers(code) {
        return Err(Problem::NotFound);
    }
    orgs::store::by_code(reader, code, "station").await?.ok_or(Problem::NotFound)
}

/// The page of a station's cards.
#[must_use]
pub fn path(code: &str) -> String {
    format!("/cards?org={code}")
}

/// Keeps how a station is reached. Cards that were printed before are outdated from then on.
///
/// # Errors
/// Field problems; [`Problem::Stale`] when somebody was faster.
pub async fn keep_contact(
    app: &Shared,
    actor: &Actor,
    (code, new): (&str, &Contact),
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::CARDS_ISSUE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let station = station(&mut act, actor, code).await?;
    check(new)?;
    if !store::keep_contact(&mut act, &station.code, new).await? {
        return Err(Problem::Stale);
    }
    let told = json!({"org": station.code, "version": new.version + 1});
    let outcome = caller.outcome(&format!("{}&saved=1", path(code)), &told);
    act.commit_noting(&format!("org/{}", station.id), &outcome, "变更卡上的联系方式").await
}

fn check(new: &Contact) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: &str| {
        errors.push(kernel::FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    let is_telephone = |text: &str| {
        let n = text.chars().filter(char::is_ascii_digit).count();
        let plain = |c: char| c.is_ascii_digit() || " -、()（）转".contains(c);
        (3..=30).contains(&n) && text.chars().all(plain)
    };
    if !is_telephone(&new.phone) {
        wrong("phone", "请填写社区站的电话，例如 0731-85550001");
    }
    if !new.street_phone.is_empty() && !is_telephone(&new.street_phone) {
        wrong("street_phone", "不是电话号码，请核对；没有的可以不填");
    }
    for (field, text, most) in [
        ("address", &new.address, 40),
        ("hours", &new.hours, 30),
        ("coordinator", &new.coordinator, 20),
    ] {
        if text.chars().count() > most {
            wrong(field, &format!("卡上只能印 {most} 个字，请写短些"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(errors)) }
}

/// Makes cards for these retirees of a station, or for the first who have none; outdated cards
/// are replaced. Answers how many were made; they wait to be put on paper and handed over.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a refusal before it is known how the station is
/// reached; [`Problem::Stale`] when somebody made a card for one of them at the same moment.
pub async fn make(
    app: &Shared,
    actor: &Actor,
    (code, people): (&str, &[i64]),
    caller: Caller,
) -> Result<usize, Problem> {
    let permit = actor.permit(deeds::CARDS_ISSUE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let station = station(&mut act, actor, code).await?;
    let contact = store::contact(&mut act, &station.code).await?;
    if contact.version == 0 {
        let says = "卡上要印社区站的电话，请先填写本站的联系方式";
        return Err(Problem::refused("no-contact", says));
    }
    let at = (station.code.as_str(), contact.version);
    let wanting = store::wanting(&mut act, at, (people, MOST)).await?;
    if wanting.is_empty() {
        let says = if people.is_empty() {
            "本站在管的人都有联系卡，不用再印"
        } else {
            "所选的人都有联系卡，不用再印；丢了的请先挂失"
        };
        return Err(Problem::refused("none-wanting", says));
    }
    let mut insertions = Vec::with_capacity(wanting.len());
    for held in &wanting {
        if let Some(card) = &held.card
            && !store::end(&mut act, card, ("replaced", "联系信息已变，换新卡")).await?
        {
            return Err(Problem::Stale);
        }
        let id = act.new_id()?;
        let about = (held.person, station.code.as_str(), contact.version);
        insertions.push(store::insertion(&act, (id, &labels::of(id)), about));
    }
    act.put(insertions).await.map_err(|cause| Problem::from(cause).or_stale())?;
    let n = wanting.len();
    let told = json!({"org": station.code, "made": n});
    let outcome = caller.outcome(&format!("{}&state=printed&made={n}", path(code)), &told);
    let detail = format!("{}：印联系卡{n}张", station.name);
    let done = act.commit_noting(&format!("org/{}", station.id), &outcome, &detail).await;
    done.map_err(Problem::or_stale)?;
    Ok(n)
}

/// Notes that cards were handed over on a day: what is owed for the card is done with it.
/// Answers how many.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; field problems when a card is not one that waits.
pub async fn issue(
    app: &Shared,
    actor: &Actor,
    (cards, on): (&[i64], Date),
    (caller, back): (Caller, &str),
) -> Result<usize, Problem> {
    let permit = actor.permit(deeds::CARDS_ISSUE)?;
    if cards.is_empty() {
        return Err(Problem::field("card", "请先勾选已发到本人手里的卡"));
    }
    if cards.len() > MOST {
        return Err(Problem::field("card", format!("一次最多登记 {MOST} 张，请分次办理")));
    }
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let mut found = Vec::with_capacity(cards.len());
    for id in cards {
        found.push(store::find(&mut act, &actor.scope(), *id).await?.ok_or(Problem::NotFound)?);
    }
    // Everybody takes people in the same order, so that no two acts wait for one another.
    found.sort_by_key(|card| card.person);
    for card in &found {
        hand_over(&mut act, &laws, (card, on)).await?;
    }
    let n = found.len();
    let subject = match &found[..] {
        [card] => format!("card/{}", card.id),
        _ => "cards".to_owned(),
    };
    let outcome = caller.outcome(back, &json!({"issued": n}));
    act.commit_noting(&subject, &outcome, &format!("发放联系卡{n}张")).await?;
    Ok(n)
}

async fn hand_over(
    act: &mut kernel::Act,
    laws: &crate::policies::Laws,
    (card, on): (&Card, Date),
) -> Result<(), Problem> {
    if card.state != "printed" || card.person_status != "active" {
        let says = format!("{}的卡不是待发的，请刷新后重新勾选", card.person_name);
        return Err(Problem::field("card", says));
    }
    if on < card.printed_on || on > act.day() {
        let says = "发放日期应在印卡之后、不晚于今天，请核对";
        return Err(Problem::field("on_day", says));
    }
    if !store::issue(act, card, on).await? {
        return Err(Problem::Stale);
    }
    let news = [News { kind: FactKind::CardIssued, on }];
    duties::note(act, laws, card.person, SOURCE, &news).await?;
    Ok(())
}

/// Notes that a card was lost: it is no longer valid, a new one can be made.
///
/// # Errors
/// [`Problem::NotFound`] outside the scope; a field problem without a reason; a refusal when the
/// card is not valid any more; [`Problem::Stale`] when somebody was faster.
pub async fn lose(
    app: &Shared,
    actor: &Actor,
    (id, version, why): (i64, i64, &str),
    caller: Caller,
) -> Result<Card, Problem> {
    let permit = actor.permit(deeds::CARDS_ISSUE)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let card = store::find(&mut act, &actor.scope(), id).await?.ok_or(Problem::NotFound)?;
    if !(2..=100).contains(&why.chars().count()) {
        return Err(Problem::field("reason", "请写明怎样丢失或损坏，2 至 100 个字"));
    }
    if !matches!(card.state.as_str(), "printed" | "issued") {
        return Err(Problem::refused("not-valid", "这张卡已经失效，不用再挂失"));
    }
    if card.version != version || !store::end(&mut act, &card, ("lost", why)).await? {
        return Err(Problem::Stale);
    }
    let told = json!({"id": id, "state": "lost"});
    let outcome = caller.outcome(&format!("{}&lost=1", path(&card.person_org)), &told);
    act.commit_noting(&format!("card/{id}"), &outcome, &format!("联系卡挂失：{why}")).await?;
    Ok(card)
}

//! 逐级移交：按街道、社区开移交单送出，对方签收；不收的写明原因退回。社区接收之日起纳入管理。

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Act, Actor, Problem, Scope, q};
use serde_json::json;

use super::rows::{self, Candidate};
use super::{Batch, Caller, Slip, counts, due, find, path, store};
use crate::deeds;
use crate::people::rosters::{Incoming, take_in};
use crate::policies::Laws;
use crate::registry::{self, Checked, Person, Place, rosters};
use crate::web::Shared;
use crate::{archives, codes, orgs};

/// At most so many people stand on one slip, so that receiving it is one short act.
pub(super) const ON_A_SLIP: i64 = 500;
/// At most so many slips are written by one act; who is left is sent by the next.
const SLIPS: usize = 20;
/// What facts and changes say of where they come from.
const SOURCE: &str = "handover";

/// What was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub slips: usize,
    pub people: i64,
    /// Whether there were more than one act may send.
    pub more: bool,
}

/// The way between two levels: from which state, to which, and by how many characters of the
/// station's code those who go together are known.
struct Way {
    from: &'static str,
    to: &'static str,
    n_characters: i64,
    org: String,
    scope: Scope,
}

impl Way {
    /// The body sends to streets, a street to its stations.
    fn of(actor: &Actor, batch: &Batch) -> Self {
        if batch.is_own(actor) {
            let (from, to, n_characters) = ("passed", "to_street", 9);
            let (org, scope) = (batch.org.clone(), Scope::below(&batch.org));
            return Self { from, to, n_characters, org, scope };
        }
        let (from, to, n_characters) = ("at_street", "to_station", 12);
        Self { from, to, n_characters, org: actor.org.clone(), scope: actor.scope() }
    }
}

/// Sends on everybody of a batch who can go: from the body to the streets, or from a street to
/// its stations, with a slip for each.
///
/// # Errors
/// [`Problem::NotFound`] outside; a refusal when nobody can go.
pub async fn send(
    app: &Shared,
    actor: &Actor,
    batch: i64,
    caller: Caller,
) -> Result<Sent, Problem> {
    let permit = actor.permit(deeds::HANDOVER_SEND)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let batch = super::held(&mut act, actor, batch).await?;
    let way = Way::of(actor, &batch);
    let groups =
        counts::bound_for(&mut act, (batch.id, way.from), (&way.scope, way.n_characters)).await?;
    let mut sent = Sent::default();
    let before = store::n_slips(&mut act, batch.id).await?;
    for (to, mut n) in groups {
        while n > 0 {
            if sent.slips == SLIPS {
                sent.more = true;
                break;
            }
            let number = before + 1 + i64::try_from(sent.slips).unwrap_or(0);
            let moved = slip(&mut act, &laws, (&batch, &way), (&to, number)).await?;
            if moved == 0 {
                break;
            }
            (n, sent.people, sent.slips) = (n - moved, sent.people + moved, sent.slips + 1);
        }
    }
    if sent.slips == 0 {
        let says = if batch.is_own(actor) {
            "没有可以移交的人：审核通过并定了社区的才能移交街道"
        } else {
            "没有待送社区的人：签收以后才能送往社区"
        };
        return Err(Problem::refused("nobody", says));
    }
    let page = format!("{}?saved=sent&n={}&slips={}", path(batch.id), sent.people, sent.slips);
    let told = json!({"id": batch.id, "slips": sent.slips, "people": sent.people,
        "more": sent.more});
    let outcome = caller.outcome(&page, &told);
    let detail = format!("{}：送出移交单{}份{}人", batch.number, sent.slips, sent.people);
    act.commit_noting(&format!("handover/{}", batch.id), &outcome, &detail).await?;
    Ok(sent)
}

/// One slip to one place, with at most so many people. Answers how many stand on it.
async fn slip(
    act: &mut Act,
    laws: &Laws,
    (batch, way): (&Batch, &Way),
    (to, number): (&str, i64),
) -> Result<i64, Problem> {
    let id = act.new_id()?;
    let below = Scope::below(to);
    let update = q!(
        "UPDATE handover_people SET state = $4, slip = $5, changed_on = $6, version = version + 1
         WHERE state = $3 AND id IN (
             SELECT id FROM handover_people
             WHERE batch = $1 AND state = $3 AND target >= $2 AND target < $7
             ORDER BY pinyin, id LIMIT $8)",
        batch.id,
        below.from(),
        way.from,
        way.to,
        id,
        act.day(),
        below.to(),
        ON_A_SLIP
    );
    let n = i64::try_from(act.run(update).await?).unwrap_or(0);
    if n == 0 {
        return Ok(0);
    }
    let number = format!("{}-{number:03}", batch.number);
    let due_on = due(laws, to, act.day())?;
    let inserted = store::insert_slip(act, (id, &number, batch.id), (&way.org, to), (n, due_on));
    inserted.await.map_err(|cause| Problem::from(cause).or_stale())?;
    Ok(n)
}

/// The slip with this number that leads into the actor's jurisdiction.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, or elsewhere: the two look the same.
async fn received(act: &mut Act, actor: &Actor, id: i64) -> Result<Slip, Problem> {
    let slip = store::find_slip(act, &actor.scope(), id).await?;
    slip.filter(|slip| actor.scope().covers(&slip.to_org)).ok_or(Problem::NotFound)
}

/// Answers a slip: everybody on it is received but those who are refused, with a reason. At a
/// station those who are received are taken in, and what is owed to them begins on this day.
///
/// # Errors
/// [`Problem::NotFound`] outside; a field problem for a refusal without a reason, or when somebody
/// cannot be taken in; [`Problem::Stale`] when it was answered meanwhile.
pub async fn answer(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    (refused, reason): (&[i64], &str),
    caller: Caller,
) -> Result<Slip, Problem> {
    let permit = actor.permit(deeds::HANDOVER_RECEIVE)?;
    let laws = app.laws().await?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let slip = received(&mut act, actor, id).await?;
    if slip.state != "sent" {
        return Err(Problem::refused("answered", "这份移交单已经签收过了"));
    }
    if !refused.is_empty() && !(2..=100).contains(&reason.chars().count()) {
        return Err(Problem::field("reason", "有不收的人，请写明原因，2 至 100 个字"));
    }
    let batch = find(&mut act, actor, slip.batch).await?;
    let refused: BTreeSet<i64> = refused.iter().copied().collect();
    let is_station = codes::level_of(&slip.to_org) == Some("station");
    let n_back = turn_back(&mut act, (&slip, is_station), (&refused, reason)).await?;
    let n_taken = slip.n - n_back;
    if !store::answer(&mut act, (id, version), (n_taken, n_back)).await? {
        return Err(Problem::Stale);
    }
    if is_station {
        take_all_in(&mut act, &laws, (&batch, &slip)).await?;
    } else {
        let arrived = q!(
            "UPDATE handover_people SET state = 'at_street', changed_on = $2,
                    version = version + 1
             WHERE slip = $1 AND state = 'to_street'",
            id,
            act.day()
        );
        act.run(arrived).await?;
    }
    let told = json!({"id": id, "taken": n_taken, "back": n_back});
    let outcome = caller.outcome(&format!("/handovers/slips/{id}?saved=1"), &told);
    let detail = format!("移交单{}：签收{n_taken}人，退回{n_back}人", slip.number);
    let done = act.commit_noting(&format!("handover-slip/{id}"), &outcome, &detail).await;
    done.map_err(Problem::or_stale)?;
    Ok(slip)
}

/// Sends those who are refused back to where they came from. Answers how many.
async fn turn_back(
    act: &mut Act,
    (slip, is_station): (&Slip, bool),
    (refused, reason): (&BTreeSet<i64>, &str),
) -> Result<i64, Problem> {
    let (from, to) = if is_station { ("to_station", "at_street") } else { ("to_street", "passed") };
    let mut n = 0;
    for id in refused {
        let back = q!(
            "UPDATE handover_people SET state = $3, reason = $4, slip = NULL, changed_on = $5,
                    version = version + 1
             WHERE id = $1 AND slip = $2 AND state = $6",
            *id,
            slip.id,
            to,
            reason,
            act.day(),
            from
        );
        if act.run(back).await? != 1 {
            return Err(Problem::NotFound);
        }
        n += 1;
    }
    Ok(n)
}

/// People of a slip who are read and taken in at a time.
const CHUNK: i64 = 250;

/// Everybody who is on the slip still goes into the registry, at the station of the slip.
async fn take_all_in(
    act: &mut Act,
    laws: &Laws,
    (batch, slip): (&Batch, &Slip),
) -> Result<(), Problem> {
    let station = orgs::store::by_code(act, &slip.to_org, "station").await?;
    let station = station.ok_or_else(|| {
        Problem::refused("station-closed", "接收的社区站已撤销或改码，请退回上级重新定社区")
    })?;
    orgs::hold(act, &station).await?;
    let place = Place { org: station.code.clone(), station: station.id, taken_in_on: act.day() };
    let keeper = orgs::store::head(act, &batch.org).await?;
    let keeper = keeper.map_or_else(|| batch.org.clone(), |org| org.name);
    let (mut after, mut n_new) = ((String::new(), 0), 0);
    loop {
        let people = rows::of_slip(act, slip.id, ((&after.0, after.1), CHUNK)).await?;
        let Some(last) = people.last() else { break };
        after = (last.pinyin.clone(), last.id);
        n_new += take_some_in(act, laws, (slip, &place), (&people, (batch, &keeper))).await?;
    }
    act.put(vec![registry::tally(&place.org, n_new)]).await?;
    Ok(())
}

async fn take_some_in(
    act: &mut Act,
    laws: &Laws,
    (slip, place): (&Slip, &Place),
    (people, keeper @ (batch, _)): (&[Candidate], (&Batch, &str)),
) -> Result<i64, Problem> {
    let numbers: Vec<&str> =
        people.iter().map(|one| one.handed.person.id_number.as_str()).collect();
    let known = rosters::by_numbers(act, &numbers).await?;
    let with_file = people.iter().zip(&known).filter(|(one, _)| one.file == "in");
    let with_file: Vec<i64> = with_file.filter_map(|(_, known)| Some(known.as_ref()?.id)).collect();
    let filed = archives::store::filed(act, &with_file).await?;
    let evidence = format!("移交批次{}", slip.batch_number);
    let (mut queries, mut updates, mut had, mut n_new) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (one, known) in people.iter().zip(known) {
        let number = &one.handed.person.id_number;
        if let Some(person) = known.filter(|_| !number.is_empty()) {
            stands_here(one, &person, place)?;
            updates.push(accepted(one, (person.id, act.day())));
            if !filed.contains(&person.id) {
                queries.extend(file(act, (one, person.id), keeper)?);
                if one.file == "in" {
                    had.push(person);
                }
            }
            continue;
        }
        let checked: Checked = registry::check(&one.handed.person, act.day()).map_err(|_| {
            Problem::field("person", format!("{}：登记的内容有误，请退回更正", one.name))
        })?;
        let contact = one.handed.contact.as_ref();
        let holder = archives::keeper(&batch.org);
        let more = holder.news(&place.org, act.day()).filter(|_| one.file == "in");
        let incoming = Incoming {
            checked: &checked,
            place,
            contact,
            evidence: &evidence,
            more,
            source: SOURCE,
        };
        let (id, insertions) = take_in(act, laws, &incoming)?;
        queries.extend(insertions);
        queries.extend(file(act, (one, id), keeper)?);
        updates.push(accepted(one, (id, act.day())));
        n_new += 1;
    }
    act.bulk(queries).await.map_err(|cause| Problem::from(cause).or_stale())?;
    act.put(updates).await.map_err(|cause| Problem::from(cause).or_stale())?;
    had.sort_by_key(|person| person.id);
    for person in had {
        archives::keeper(&batch.org).took(act, laws, (person.id, &person.org)).await?;
    }
    Ok(n_new)
}

/// The file that the reviewing body found with somebody's papers lies there from now on.
fn file(
    act: &Act,
    (one, person): (&Candidate, i64),
    (batch, keeper): (&Batch, &str),
) -> Result<Vec<kernel::Query>, Problem> {
    if one.file != "in" {
        return Ok(Vec::new());
    }
    let arrival = archives::store::Arrival {
        id: act.new_id()?,
        person,
        holder: &batch.org,
        in_box: "",
        volumes: 1,
        pages: one.pages_found.or(one.pages_said),
        note: "",
        body: keeper,
        from: &format!("移交批次{}，{}", batch.number, batch.enterprise_name),
    };
    Ok(archives::store::insertions(act, &arrival))
}

/// Whoever is in the registry already must be where they are to be taken in.
fn stands_here(one: &Candidate, person: &Person, place: &Place) -> Result<(), Problem> {
    let says = match person.status.as_str() {
        "active" if person.station == place.station => return Ok(()),
        "active" => "证件号码已登记在别的社区，请先办理社区间转移，或退回上级核对",
        _ => "证件号码已登记为去世或转出，请退回上级核对",
    };
    Err(Problem::field("person", format!("{}：{says}", one.name)))
}

fn accepted(one: &Candidate, (person, on): (i64, Date)) -> kernel::Query {
    q!(
        "UPDATE handover_people SET state = 'accepted', person = $3, changed_on = $4,
                version = version + 1
         WHERE id = $1 AND version = $2",
        one.id,
        one.version,
        person,
        on
    )
}

//! Whoever has the deed but sits elsewhere: right bodies that name what is not theirs, their own
//! paths with foreign numbers in the body, every parameter of every list with foreign values. It
//! is refused, leaves no trace, and looks like asking for what does not exist.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use kernel::{Actor, q};
use songhe::web::{Gate, Route};

use crate::asking::{get, masked, parameters, posts_of, readings};
use crate::bodies::{self, Call, Ready, Sort, places, ready, send, unused};
use crate::samples::{CANARIES, DISTRICT_CANARY, Samples};
use crate::shelves::{self, differing};
use crate::world::{Answer, World, escape};

/// A place of the same street that is not the sample's.
const NEXT_DOOR: &str = "990101001002";

/// Where those sit who may not do a call, though their post includes it.
fn outside(call: &Call) -> Vec<&'static str> {
    let mut all = places(call.post).1.to_vec();
    let is_station = places(call.post).0.len() == NEXT_DOOR.len();
    // The sample's move leads next door, whose people may answer it.
    if is_station && !call.route.contains("/moves/") {
        all.push(NEXT_DOOR);
    }
    all.dedup();
    all
}

/// Calls that name a place and are yet done for oneself: a code of elsewhere is of no account, and
/// one signs in wherever one sits. Enterprises are one directory for everybody.
const FOR_ONESELF: &[&str] = &["POST /sign-in", "POST /visits/plan/print"];

/// The calls that name something of the sample's; the others are done for oneself anywhere.
fn foreign_calls() -> impl Iterator<Item = &'static Call> {
    let is_local =
        |call: &&Call| !call.route.contains("/enterprises/") && !FOR_ONESELF.contains(&call.route);
    bodies::CALLS.iter().filter(|call| call.names_a_sample()).filter(is_local)
}

/// What an answer tells that somebody of this place must not know.
fn tells(answer: &Answer, samples: &Samples, place: &str) -> Option<String> {
    if !place.starts_with("990101") && answer.body.contains(DISTRICT_CANARY) {
        return Some(DISTRICT_CANARY.to_owned());
    }
    let link = format!("/people/{}\"", samples.person);
    let told = CANARIES.iter().find(|canary| answer.body.contains(**canary));
    let leads = answer.body.contains(&link).then(|| "the way to the retiree".to_owned());
    told.map(|canary| (*canary).to_owned()).or(leads)
}

#[tokio::test]
async fn a_right_body_from_outside_is_refused_without_a_trace() {
    for world in World::each().await {
        let mut faults = Vec::new();
        for call in foreign_calls() {
            let samples = Samples::make_for(&world, call).await;
            let theirs = ready(&world, &samples, call).await;
            let nobodys = theirs.renumbered(samples.numbers(), &samples.nobody());
            for place in outside(call) {
                let outsider = world.clerk(call.post, place).await;
                let who = format!("{} as {} of {place}", call.route, call.post);
                let before = shelves::all(&world).await;
                let answer = send(&world, &outsider, &theirs, &unused("outside-")).await;
                let changed = differing(&before, &shelves::all(&world).await);
                if !matches!(answer.status.as_u16(), 403 | 404 | 422) {
                    faults.push(format!("{who}: {}", answer.says()));
                }
                if !changed.is_empty() {
                    faults.push(format!("{who}: wrote into {changed:?}"));
                }
                // What the outsider typed may be shown to them again.
                let typed = CANARIES.iter().any(|canary| theirs.body.contains(*canary));
                if let Some(told) = tells(&answer, &samples, place).filter(|_| !typed) {
                    faults.push(format!("{who}: tells {told}"));
                }
                let nothing = send(&world, &outsider, &nobodys, &unused("nobody-")).await;
                let own = samples.texts();
                let own: Vec<&str> = own.iter().map(String::as_str).collect();
                let alike = masked(&answer, &own) == masked(&nothing, &own);
                if answer.status != nothing.status || !alike {
                    let (is, is_not) = (answer.says(), nothing.says());
                    faults.push(format!("{who}: what exists differs: {is} / {is_not}"));
                }
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

impl Ready {
    /// The same with other numbers, in path and body.
    fn renumbered(&self, from: &[(&str, i64)], to: &[(&str, i64)]) -> Self {
        let mut other = self.clone();
        for ((_, old), (_, new)) in from.iter().zip(to) {
            let (old, new) = (old.to_string(), new.to_string());
            other.path = other.path.replace(&old, &new);
            other.body = other.body.replace(&old, &new);
        }
        other
    }
}

/// The outsider's own retiree: name, telephone, address.
const OWN: [&str; 3] = ["王秀兰", "19400000009", "自己路1号"];

/// Names of fields that mean a person or a thing in some form of the house.
const NAMES: &[&str] = &["person", "about", "duty", "station"];

/// The outsider's own call, with foreign numbers wherever a number or a code can stand.
fn attacks(own: &Ready, theirs: &Samples) -> Vec<Ready> {
    let mut all = Vec::new();
    let numbers: Vec<String> = theirs.numbers().iter().map(|(_, n)| n.to_string()).collect();
    for (n, number) in numbers.iter().enumerate() {
        // Every number once under every name; a number of another kind is another attack.
        match own.kind {
            Sort::Fields | Sort::Paper => {
                let names = own.body.split('&').filter_map(|pair| pair.split_once('='));
                let typed: Vec<&str> = names.map(|(name, _)| name).collect();
                for name in typed.iter().chain(NAMES) {
                    let rest = own.body.split('&').filter(|pair| {
                        pair.split_once('=').is_some_and(|(known, _)| known != *name)
                    });
                    let rest: Vec<&str> = rest.collect();
                    let value = if n == 0 { format!("{number}_0") } else { number.clone() };
                    for value in [number.clone(), value] {
                        let body = format!("{}&{name}={value}", rest.join("&"));
                        all.push(Ready { body, ..own.clone() });
                    }
                }
            }
            Sort::Json => {
                let whole: serde_json::Value = serde_json::from_str(&own.body).unwrap_or_default();
                let Some(object) = whole.as_object() else { continue };
                let number: i64 = number.parse().unwrap();
                let names = object.keys().map(String::as_str).chain(NAMES.iter().copied());
                for name in names {
                    for value in [serde_json::json!(number), serde_json::json!([number])] {
                        let mut body = whole.clone();
                        body[name] = value;
                        all.push(Ready { body: body.to_string(), ..own.clone() });
                    }
                }
            }
            Sort::File(_) => {}
        }
    }
    all.sort_by(|a, b| a.body.cmp(&b.body));
    all.dedup_by(|a, b| a.body == b.body);
    all
}

/// All that is stored of the sample's retiree, and how often something was done about them.
async fn of_theirs(world: &World, samples: &Samples) -> String {
    let mut text = shelves::text_of(world, ("persons", "id"), samples.person).await;
    for table in shelves::tables_of_people(world).await {
        text += &shelves::text_of(world, (&table, "person"), samples.person).await;
    }
    for (kind, number) in samples.numbers() {
        let kind = if *kind == "people" { "person" } else { kind };
        let kind = if kind == "duties" { "duty" } else { kind.trim_end_matches('s') };
        let subject = format!("{kind}/{number}");
        let acts = q!("SELECT COUNT(*) FROM audit WHERE subject = $1", subject);
        let n: i64 = world.db().row(acts).await.unwrap().unwrap().get(0).unwrap();
        text += &n.to_string();
    }
    text
}

#[tokio::test]
async fn foreign_numbers_in_the_body_of_ones_own_form_reach_nothing() {
    for world in World::each().await {
        let theirs = Samples::make(&world).await;
        let before = of_theirs(&world, &theirs).await;
        let mut faults = Vec::new();
        for call in foreign_calls().filter(|call| call.at.is_none()) {
            let home = places(call.post).0;
            let place = places(call.post).1[0];
            let station = own_station(place);
            let own = Samples::make_for_at(&world, call, (&station, OWN)).await;
            let outsider = world.clerk(call.post, place).await;
            let right = bodies::ready_at(&world, &own, call, Some(0)).await;
            let right = Ready { body: right.body.replace(home, place), ..right };
            for attack in attacks(&right, &theirs) {
                let answer = send(&world, &outsider, &attack, &unused("mixed-")).await;
                let who = format!("{} with {}", call.route, attack.body);
                if answer.status.is_server_error() {
                    faults.push(format!("{who}: {}", answer.says()));
                }
                if let Some(told) = tells(&answer, &theirs, place) {
                    faults.push(format!("{who}: tells {told}"));
                }
            }
            if before != of_theirs(&world, &theirs).await {
                faults.push(format!("{}: touched the foreign retiree", call.route));
                break;
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

/// The station in which people of a place's own are served.
fn own_station(place: &str) -> String {
    format!("{place:0<9}").chars().take(9).collect::<String>().replace("000", "001") + "001"
}

/// Foreign values for a parameter, each with one that means nobody.
fn values(samples: &Samples, number: &str, name: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = samples
        .numbers()
        .iter()
        .filter(|(kind, _)| *kind != "enterprises")
        .map(|(_, theirs)| (theirs.to_string(), (samples.person + 9_000_000).to_string()))
        .collect();
    let known = [
        ("990101001001", "990109009009"),
        ("990101001", "990109009"),
        (CANARIES[0], "欧阳无此人雀"),
        ("oyjsq", "oyjzz"),
        ("ouyang", "ouyzzz"),
        (CANARIES[1], "19400009999"),
        (CANARIES[2], "无此里7号"),
    ];
    pairs.extend(known.map(|(theirs, nobodys)| (theirs.to_owned(), nobodys.to_owned())));
    if matches!(name, "q" | "find") {
        let end = if number.ends_with('X') { "987X" } else { "9876" };
        pairs.push((number[14..].to_owned(), end.to_owned()));
        pairs.push((number.to_owned(), "990999195003049999".to_owned()));
    }
    pairs
}

/// Every parameter of every route that is read, with a foreign value and with one that nobody has:
/// the two answers are the same, on every page, list, count, export, print and answer of the API.
#[tokio::test]
async fn a_foreign_value_in_a_parameter_is_answered_as_one_that_nobody_has() {
    let world = World::sqlite(crate::world::TODAY).await;
    let samples = Samples::make(&world).await;
    let number = samples.id_number(&world).await;
    let mut faults = Vec::new();
    let all = readings();
    // The secret of a second factor is another one with each asking.
    let lists = all.iter().filter(|route| !route.path.contains("{id}") && route.path != "/me/totp");
    for route in lists.filter(|route| route.gate != Gate::Anyone) {
        let path = samples.missing(route.path);
        for post in one_of_each_level(route) {
            let outsider = world.clerk(post, places(post).1[1]).await;
            let page = get(&world, &outsider, &path).await;
            for name in parameters(route, &page.body) {
                let mut nothings = BTreeMap::new();
                for (theirs, nobodys) in values(&samples, &number, &name) {
                    let asked = Asked { path: &path, name: &name, theirs: &theirs };
                    if !nothings.contains_key(&nobodys) {
                        let nothing = asked.of(&world, &outsider, &nobodys).await;
                        nothings.insert(nobodys.clone(), nothing);
                    }
                    let answer = asked.of(&world, &outsider, &theirs).await;
                    faults.extend(asked.compare(&outsider, &answer, &nothings[&nobodys]));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// A post of each level that passes a route's gate.
fn one_of_each_level(route: &Route) -> Vec<&'static str> {
    let mut posts: Vec<&'static str> = posts_of(route);
    posts.retain(|post| *post != "group_leader");
    posts.sort_by_key(|post| places(post).0.len());
    posts.dedup_by_key(|post| places(post).0.len());
    posts
}

struct Asked<'a> {
    path: &'a str,
    name: &'a str,
    theirs: &'a str,
}

impl Asked<'_> {
    /// The status and what is said to a value, without the value itself.
    async fn of(&self, world: &World, outsider: &Actor, value: &str) -> (StatusCode, String) {
        let sent = escape(value);
        let answer = get(world, outsider, &format!("{}?{}={sent}", self.path, self.name)).await;
        (answer.status, masked(&answer, &[value, &sent]))
    }

    fn compare(
        &self,
        outsider: &Actor,
        (status, is): &(StatusCode, String),
        (no_status, is_not): &(StatusCode, String),
    ) -> Option<String> {
        let who = format!("{}?{}={}", self.path, self.name, self.theirs);
        let who = format!("{who} as {} of {}", outsider.post, outsider.org);
        if status != no_status || is != is_not {
            let at = is.chars().zip(is_not.chars()).position(|(a, b)| a != b).unwrap_or(0);
            let near =
                |text: &str| text.chars().skip(at.saturating_sub(40)).take(100).collect::<String>();
            let (is, is_not) = (near(is), near(is_not));
            return Some(format!("{who}: {status} / {no_status}: …{is}… / …{is_not}…"));
        }
        let told = CANARIES.iter().find(|canary| is.contains(**canary));
        told.map(|canary| format!("{who}: tells {canary}"))
    }
}

//! A request that is sent twice, or eight times at once, is done once.

use crate::bodies::{self, Call, Ready, is_done, ready, send, unused};
use crate::samples::Samples;
use crate::shelves::{self, differing, n_acts};
use crate::world::{Answer, World};

/// Every mutating route has its right call, and every call its route.
#[test]
fn every_mutating_route_has_a_right_call() {
    let routes: Vec<String> = bodies::mutating().iter().map(bodies::named).collect();
    for route in &routes {
        bodies::of(route);
    }
    for call in bodies::CALLS {
        let known = routes.iter().any(|route| route == call.route);
        assert!(known, "bodies.rs calls “{}”, which is no route", call.route);
    }
}

/// Routes that change nothing that is stored, and say why they are sent at all.
const WRITES_NOTHING: &[(&str, &str)] = &[
    ("POST /orgs/import", "shows what a list would do, before it is confirmed"),
    ("POST /audit/verify", "checks the chain and tells what it found"),
    ("POST /api/v1/audit/verify", "checks the chain and tells what it found"),
    ("POST /policies/{id}/what-if", "works out what would change, which is no act of anybody"),
];

fn n_expected(call: &Call) -> usize {
    usize::from(!WRITES_NOTHING.iter().any(|(route, _)| *route == call.route))
}

/// Where an answer leads, or what it says.
fn outcome(answer: &Answer) -> (u16, String) {
    let says = answer.location.clone().unwrap_or_else(|| answer.body.clone());
    (answer.status.as_u16(), says)
}

fn same(call: &Call, ready: &Ready, first: &Answer, second: &Answer) {
    let is_page = ready.kind != bodies::Sort::Json;
    if is_page && first.status == 200 {
        // A page that was shown once (numbers, a check): afterwards one is led away from it.
        let led = second.status == 200 || second.status == 303;
        assert!(led, "{}: {} after a page", call.route, second.status);
        return;
    }
    assert_eq!(outcome(first), outcome(second), "{}: the second is answered otherwise", call.route);
    let kind = |answer: &Answer| answer.headers.get("content-type").cloned();
    assert_eq!(kind(first), kind(second), "{}: of another kind", call.route);
}

#[tokio::test]
async fn a_request_sent_twice_is_done_once() {
    for world in World::each().await {
        let mut faults = Vec::new();
        for call in bodies::CALLS.iter().filter(|call| call.never_alike.is_none()) {
            let samples = Samples::make_for(&world, call).await;
            let actor = bodies::caller(&world, call).await;
            let ready = ready(&world, &samples, call).await;
            let (before, key) = (shelves::all(&world).await, unused("twice-"));
            let first = send(&world, &actor, &ready, &key).await;
            if !is_done(&first) {
                faults.push(format!("{}: not done: {}", call.route, first.says()));
                continue;
            }
            let after = shelves::all(&world).await;
            let n_new = n_acts(&after) - n_acts(&before);
            if n_new != n_expected(call) {
                faults.push(format!("{}: {n_new} acts", call.route));
            }
            let second = send(&world, &actor, &ready, &key).await;
            let changed = differing(&after, &shelves::all(&world).await);
            if !changed.is_empty() {
                faults.push(format!("{}: the second changed {changed:?}", call.route));
            }
            same(call, &ready, &first, &second);
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// Sent eight times at once under one key: done once, and all eight are told the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_sent_eight_times_at_once_is_done_once() {
    for world in World::each().await {
        let world = std::sync::Arc::new(world);
        for call in bodies::CALLS.iter().filter(|call| call.never_alike.is_none()) {
            let samples = Samples::make_for(&world, call).await;
            let actor = bodies::caller(&world, call).await;
            let ready = ready(&world, &samples, call).await;
            let (before, key) = (shelves::acts(&world).await, unused("at-once-"));
            let mut sendings = tokio::task::JoinSet::new();
            for _ in 0..8 {
                let (world, actor) = (world.clone(), actor.clone());
                let (ready, key) = (ready.clone(), key.clone());
                sendings.spawn(async move { send(&world, &actor, &ready, &key).await });
            }
            let answers = sendings.join_all().await;
            for answer in &answers {
                assert!(is_done(answer), "{}: {}", call.route, answer.says());
            }
            let n_new = shelves::acts(&world).await - before;
            assert_eq!(n_new, n_expected(call), "{}: acts", call.route);
            let first = answers.iter().find(|answer| answer.status == 200).unwrap_or(&answers[0]);
            for answer in &answers {
                same(call, &ready, first, answer);
            }
        }
    }
}

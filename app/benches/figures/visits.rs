//! Visits recorded through the form, every one on the disk before it is answered.

use std::rc::Rc;
use std::time::Duration;

use anyhow::Context;

use super::bare::{self, Commit, Rows};
use super::client::{Press, Requests, press};
use super::place::Place;
use super::server::{Packed, Server, Visitor, once};
use super::table::{Line, seconds};

const AT_ONCE: usize = 64;
const WRITTEN: [&str; 4] = ["visits", "facts", "audit", "idempotency"];

/// Visits to the people of a street, one each, as a clerk saves them.
pub fn visits(place: &Place, server: &Server) -> anyhow::Result<Vec<Line>> {
    let people = place.people_of(&place.org_of("street_clerk")?, 200_000)?;
    let clerks: Vec<(Visitor, String)> =
        (0..AT_ONCE).map(|_| clerk(server, place, people[0])).collect::<anyhow::Result<_>>()?;
    let before = WRITTEN.map(|table| bare::last(&place.file(), table));
    let today = place.today;
    let run = std::process::id();
    let requests: Requests = Rc::new(move |n, at| {
        let (visitor, csrf) = &clerks[at];
        let person = people[usize::try_from(n).unwrap_or(0) % people.len()];
        let body = format!(
            "csrf={csrf}&idempotency_key={run}-{n}&way=home&outcome=met&on={today}&visitor=bench"
        );
        visitor.post(&format!("/people/{person}/visits"), &body)
    });
    let how = Press {
        n_connections: AT_ONCE,
        warm_up: Duration::from_secs(1),
        length: Duration::from_secs(5),
        status: 303,
    };
    let asked = press(&server.address, how, &requests)?;
    let mut rows = Vec::new();
    for (table, after) in WRITTEN.iter().zip(before) {
        rows.push(Rows { table, after: after? });
    }
    let n_visits = bare::last(&place.file(), "audit")? - rows[2].after;
    let n_pieces = usize::try_from(n_visits)?.div_ceil(AT_ONCE).max(1);
    let (_, took) = bare::insert(&place.file(), &place.scratch(), &rows, Commit::Pieces(n_pieces))?;
    std::fs::remove_file(place.scratch())?;
    let floor = u128::try_from(n_visits)? * 1_000_000 / took.as_micros().max(1);
    let (rate, p99) = (asked.per_second, asked.within(990));
    let figure = format!("{rate}/s, p50 {}, p99 {}", seconds(asked.within(500)), seconds(p99));
    let is_met = rate >= 1_500 && p99 <= Duration::from_millis(50);
    Ok(vec![
        Line::new(format!("visits recorded, {AT_ONCE} connections, synchronous=FULL"), figure)
            .floor_rate("their rows by a bare loop, 64 visits a commit", rate, floor.try_into()?)
            .goal("1500/s, p99 50 ms", is_met),
    ])
}

/// A session of its own, and the token that its forms carry.
fn clerk(server: &Server, place: &Place, person: i64) -> anyhow::Result<(Visitor, String)> {
    let visitor = Visitor::sign_in(server, place, "street_clerk")?;
    let request = visitor.get(&format!("/people/{person}/visits/new"), Packed::No);
    let form = String::from_utf8(once(&server.address, &request)?.body)?;
    let after = form.split("name=\"csrf\"").nth(1).context("no token in the form")?;
    let csrf = after.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok((visitor, csrf.context("no token in the form")?.to_owned()))
}

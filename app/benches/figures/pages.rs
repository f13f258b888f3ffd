//! Pages over HTTP, signed in, each beside a page of the same size that costs nothing to make.

use std::rc::Rc;
use std::time::Duration;

use super::client::{Press, Pressed, Requests, press};
use super::place::Place;
use super::server::{Packed, Server, Visitor, once};
use super::table::{Line, seconds};

const AT_ONCE: usize = 16;

/// A page that is measured.
struct Page {
    what: &'static str,
    post: &'static str,
    /// So many pages a second, and the time of 99 of 100.
    goal: (u64, Duration, &'static str),
    address: fn(i64) -> String,
}

const PAGES: &[Page] = &[
    Page {
        what: "list of a street, 50 rows",
        post: "street_clerk",
        goal: (2_000, Duration::from_millis(20), "2000/s, p99 20 ms"),
        address: |after| format!("/people?after={after}"),
    },
    Page {
        what: "home page of a street",
        post: "street_clerk",
        goal: (2_000, Duration::from_millis(20), "2000/s, p99 20 ms"),
        address: |_| "/".to_owned(),
    },
    Page {
        what: "home page of a station",
        post: "coordinator",
        goal: (2_000, Duration::from_millis(20), "2000/s, p99 20 ms"),
        address: |_| "/".to_owned(),
    },
    Page {
        what: "page of a person",
        post: "street_clerk",
        goal: (5_000, Duration::from_millis(20), "5000/s, p99 20 ms"),
        address: |person| format!("/people/{person}"),
    },
];

pub const USUAL: Press = Press {
    n_connections: AT_ONCE,
    warm_up: Duration::from_secs(1),
    length: Duration::from_secs(4),
    status: 200,
};

/// Every page, as it is and packed.
pub fn pages(place: &Place, server: &Server) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for page in PAGES {
        let visitor = Visitor::sign_in(server, place, page.post)?;
        let people = place.people_of(&place.org_of(page.post)?, 5_000)?;
        anyhow::ensure!(!people.is_empty(), "nobody to show");
        let mut floors = None;
        for packed in [Packed::No, Packed::Yes] {
            let (visitor, people, address) = (visitor.clone(), people.clone(), page.address);
            let requests: Requests = Rc::new(move |n, _| {
                let person = people[usize::try_from(n).unwrap_or(0) % people.len()];
                visitor.get(&address(person), packed)
            });
            let asked = press(&server.address, USUAL, &requests)?;
            let floor = match floors {
                Some(floor) => floor,
                None => *floors.insert(nothing_but_bytes(asked.n_bytes)?),
            };
            lines.push(line(page, packed, &asked, floor));
        }
    }
    Ok(lines)
}

fn line(page: &Page, packed: Packed, asked: &Pressed, floor: u64) -> Line {
    let (rate, p99) = (asked.per_second, asked.within(990));
    let how = if packed == Packed::Yes { ", packed" } else { "" };
    let what = format!("{}{how}, {} bytes, {AT_ONCE} connections", page.what, asked.n_bytes);
    let figure = format!("{rate}/s, p50 {}, p99 {}", seconds(asked.within(500)), seconds(p99));
    let line = Line::new(what, figure).floor_rate("bytes alone", rate, floor);
    if packed == Packed::Yes {
        return line;
    }
    line.goal(page.goal.2, rate >= page.goal.0 && p99 <= page.goal.1)
}

/// Pages a second of a server that answers so many bytes and does nothing else.
fn nothing_but_bytes(n_bytes: u64) -> anyhow::Result<u64> {
    let server = Server::of_bytes(n_bytes)?;
    let request = b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n".to_vec();
    let requests: Requests = Rc::new(move |_, _| request.clone());
    let length = Duration::from_secs(2);
    Ok(press(&server.address, Press { length, ..USUAL }, &requests)?.per_second)
}

/// The search box of a district, one question after the other; the floor is a page of the usual
/// size from the server that does nothing else.
pub fn searches(place: &Place, server: &Server) -> anyhow::Result<Vec<Line>> {
    let visitor = Visitor::sign_in(server, place, "office_clerk")?;
    let words = Words::draw(place)?;
    let mut lines = Vec::new();
    for (what, typed) in words.0 {
        let typed: Vec<Vec<u8>> = typed
            .iter()
            .map(|word| visitor.get(&format!("/people?q={}", encoded(word)), Packed::No))
            .collect();
        let first = once(&server.address, &typed[0])?;
        anyhow::ensure!(first.status == 200, "a search answers {}", first.status);
        let requests: Requests = Rc::new(move |n, _| {
            let at = usize::try_from(n).unwrap_or(0) % typed.len();
            typed[at].clone()
        });
        let one = Press { n_connections: 1, length: Duration::from_secs(2), ..USUAL };
        let asked = press(&server.address, one, &requests)?;
        let (p50, p95) = (asked.within(500), asked.within(950));
        lines.push(
            Line::new(
                format!("search by {what}, {} bytes", asked.n_bytes),
                format!("p50 {}, p95 {}", seconds(p50), seconds(p95)),
            )
            .goal("p95 30 ms", p95 <= Duration::from_millis(30)),
        );
    }
    Ok(lines)
}

/// What is typed: drawn from the people of the district.
struct Words(Vec<(&'static str, Vec<String>)>);

impl Words {
    fn draw(place: &Place) -> anyhow::Result<Self> {
        let (conn, db) = (place.bare()?, place.open()?);
        let sql = "SELECT name, pinyin, initials, id_number, phone FROM persons WHERE id = ?1";
        let mut lists: [Vec<String>; 6] = Default::default();
        for id in place.people_of(&place.org_of("office_clerk")?, 200)? {
            let row = conn.query_row(sql, [id], |row| {
                let texts: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
                Ok((texts, [row.get::<_, Option<Vec<u8>>>(3)?, row.get(4)?]))
            })?;
            let ([name, pinyin, initials], [number, phone]) = row;
            let opened = |column: &str, sealed: Option<Vec<u8>>| {
                sealed.map_or(Ok(String::new()), |sealed| db.vault().open(column, &sealed))
            };
            let number = opened("persons.id_number", number)?;
            let last4 = number.get(number.len().saturating_sub(4)..).unwrap_or("").to_owned();
            let phone = opened("persons.phone", phone)?;
            for (list, word) in lists.iter_mut().zip([name, pinyin, initials, number, last4, phone])
            {
                if !word.is_empty() {
                    list.push(word);
                }
            }
        }
        let names = ["name", "pinyin", "initials", "identity number", "last four", "telephone"];
        Ok(Self(names.into_iter().zip(lists).filter(|(_, list)| !list.is_empty()).collect()))
    }
}

/// A word as it stands in an address.
pub fn encoded(word: &str) -> String {
    songhe::web::page::encoded(word)
}

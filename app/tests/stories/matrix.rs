//! Every route as a stranger, as each post, and as an outsider of another street and another
//! district. Generated from the route table and the post table: a new page is covered the day it
//! is written, and the golden files show what changed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kernel::{Actor, q};
use songhe::accounts::posts::POSTS;
use songhe::deeds;
use songhe::routes;
use songhe::web::{Gate, Kind, Route};

use crate::bodies::places;
use crate::samples::{CANARIES, DISTRICT_CANARY, Samples};
use crate::world::{Answer, World};

async fn ask(world: &World, actor: Option<&Actor>, route: &Route, path: &str) -> Answer {
    let method: Method = route.method.parse().unwrap();
    let mut request = Request::builder().method(method).uri(path);
    let mut body = String::new();
    if let Some(actor) = actor {
        request = request.header(header::COOKIE, format!("songhe=story-{}", actor.account));
        body = format!("{}={}", frame::CSRF_FIELD, world.csrf(actor));
    }
    let kind = if route.kind == Kind::Api {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    let body = match (route.method, route.kind) {
        ("GET", _) => Body::empty(),
        (_, Kind::Api) => Body::from("{}"),
        _ => Body::from(body),
    };
    request = request.header(header::CONTENT_TYPE, kind);
    world.send(request.body(body).unwrap()).await
}

/// The golden file `name` must say just this. `SONGHE_GOLDEN=write` writes it anew.
fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../golden").join(name);
    if std::env::var("SONGHE_GOLDEN").is_ok_and(|wish| wish == "write") {
        std::fs::write(&path, text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (was, is)) in known.lines().zip(text.lines()).enumerate() {
        assert_eq!(was, is, "golden/{name}:{}", line + 1);
    }
    assert_eq!(known.lines().count(), text.lines().count(), "golden/{name}");
}

#[test]
fn the_permission_table_is_as_agreed() {
    let mut text = String::from("deed");
    for post in POSTS {
        write!(text, "\t{}", post.code).unwrap();
    }
    text.push('\n');
    for deed in deeds::ALL {
        write!(text, "{}", deed.code()).unwrap();
        for post in POSTS {
            let mark = if post.deeds.contains(deed) { "yes" } else { "-" };
            write!(text, "\t{mark}").unwrap();
        }
        text.push('\n');
    }
    golden("permissions.tsv", &text);
}

#[test]
fn administrators_see_no_retiree_and_hold_one_power_each() {
    let powers = [deeds::ACCOUNTS_MAKE, deeds::ACCOUNTS_POST, deeds::AUDIT_SEE];
    for post in POSTS {
        let held = powers.iter().filter(|power| post.deeds.contains(power)).count();
        assert!(held <= 1, "{} holds {held} administrative powers", post.code);
        if held == 1 {
            assert!(!post.deeds.contains(&deeds::PEOPLE_SEE), "{} sees retirees", post.code);
        }
    }
}

fn gate(route: &Route) -> &'static str {
    match route.gate {
        Gate::Anyone => "anyone",
        Gate::Entering => "entering",
        Gate::SignedIn => "signed-in",
        Gate::Deed(deed) => deed.code(),
    }
}

/// A stranger gets nothing but what is for anyone; each post gets what its deeds say and never a
/// fault; the answers are the golden file, the same on both engines.
#[tokio::test]
async fn every_route_answers_each_post_as_agreed() {
    let mut texts = Vec::new();
    for world in World::each().await {
        let samples = Samples::make(&world).await;
        let mut actors = BTreeMap::new();
        for post in POSTS {
            actors.insert(post.code, world.clerk(post.code, places(post.code).0).await);
        }
        let mut text = String::new();
        for route in routes::table() {
            if route.path == "/sign-out" {
                continue;
            }
            let path = samples.fill(route.path);
            let stranger = ask(&world, None, &route, &path).await;
            check_stranger(&route, &stranger);
            write!(text, "{} {}\t{}", route.method, route.path, gate(&route)).unwrap();
            write!(text, "\tstranger {}", stranger.status.as_u16()).unwrap();
            for (post, actor) in &actors {
                let answer = ask(&world, Some(actor), &route, &path).await;
                let allowed = match route.gate {
                    Gate::Deed(deed) => actor.can(deed),
                    _ => true,
                };
                let refused = answer.status == StatusCode::FORBIDDEN;
                assert!(
                    !answer.status.is_server_error(),
                    "{} {} as {post}: {}",
                    route.method,
                    route.path,
                    answer.body
                );
                if !allowed {
                    assert!(refused, "{} {} as {post}: {}", route.method, path, answer.status);
                }
                write!(text, "\t{post} {}", if refused { "403" } else { "ok" }).unwrap();
            }
            text.push('\n');
        }
        texts.push(text);
    }
    for text in &texts {
        golden("routes.tsv", text);
    }
}

fn check_stranger(route: &Route, answer: &Answer) {
    let open = route.gate == Gate::Anyone;
    let turned_away = answer.status == StatusCode::UNAUTHORIZED
        || answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in"));
    assert!(open || turned_away, "{} {}: {}", route.method, route.path, answer.status);
    for canary in CANARIES {
        assert!(!answer.body.contains(canary), "{} {} tells {canary}", route.method, route.path);
    }
}

/// Whoever sits in another street or district sees nothing of a retiree here: not on any page,
/// in any list, count, search, export or answer of the API; and changes nothing.
#[tokio::test]
async fn an_outsider_sees_nothing_and_changes_nothing() {
    for world in World::each().await {
        let samples = Samples::make(&world).await;
        for post in POSTS {
            for place in places(post.code).1 {
                let outsider = world.clerk(post.code, place).await;
                for route in routes::table() {
                    if matches!(route.path, "/sign-out" | "/me/password") {
                        continue;
                    }
                    probe(&world, &samples, &outsider, &route).await;
                }
            }
        }
    }
}

async fn probe(world: &World, samples: &Samples, outsider: &Actor, route: &Route) {
    let who = format!("{} {} as {} of {}", route.method, route.path, outsider.post, outsider.org);
    let before = acts_on(world, samples).await;
    for path in samples.probes(route) {
        let answer = ask(world, Some(outsider), route, &path).await;
        assert!(!answer.status.is_server_error(), "{who}: {}", answer.body);
        // What was typed into the search box is shown in it again; it tells nothing.
        let echoed = path.contains("?q=");
        for canary in CANARIES.iter().filter(|_| !echoed) {
            assert!(!answer.body.contains(canary), "{who} ({path}) tells {canary}");
        }
        let link = format!("/people/{}", samples.person);
        assert!(!answer.body.contains(&link), "{who} ({path}) leads to the retiree");
        let is_outside = !outsider.org.starts_with("990101");
        assert!(!is_outside || !answer.body.contains(DISTRICT_CANARY), "{who} ({path})");
        if samples.is_foreign(route.path, &outsider.org) {
            let foreign = answer.status;
            assert!(
                matches!(foreign.as_u16(), 403 | 404),
                "{who} ({path}): {foreign}, not refused"
            );
            if route.method == "GET" && foreign == StatusCode::NOT_FOUND {
                let nobody = ask(world, Some(outsider), route, &samples.missing(route.path)).await;
                assert_eq!(foreign, nobody.status, "{who}: exists and does not exist differ");
            }
        }
    }
    assert_eq!(before, acts_on(world, samples).await, "{who} left a trace on a retiree");
}

/// How many acts there were on the sample retiree and their things.
async fn acts_on(world: &World, samples: &Samples) -> i64 {
    let subject = format!("person/{}", samples.person);
    let row =
        world.db().row(q!("SELECT COUNT(*) FROM audit WHERE subject = $1", subject)).await.unwrap();
    row.unwrap().get(0).unwrap()
}

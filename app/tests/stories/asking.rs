//! What the sweeps share: who may ask a route, which parameters it knows, how answers compare.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, header};
use kernel::Actor;
use songhe::accounts::posts::POSTS;
use songhe::web::{Gate, Route};

use crate::bodies::places;
use crate::world::{Answer, World};

/// The routes that are read, but for the one that ends the reader's session.
pub fn readings() -> Vec<Route> {
    songhe::routes::table().into_iter().filter(|route| route.method == "GET").collect()
}

/// The posts that pass a route's gate.
pub fn posts_of(route: &Route) -> Vec<&'static str> {
    let passes = |deeds: &[kernel::Deed]| match route.gate {
        Gate::Deed(deed) => deeds.contains(&deed),
        _ => true,
    };
    POSTS.iter().filter(|post| passes(post.deeds)).map(|post| post.code).collect()
}

/// Somebody at home who passes a route's gate.
pub async fn reader(world: &World, route: &Route) -> Actor {
    let posts = posts_of(route);
    let post = posts.first().copied().unwrap_or("coordinator");
    world.clerk(post, places(post).0).await
}

/// Asks for an address as somebody.
pub async fn get(world: &World, actor: &Actor, address: &str) -> Answer {
    let cookie = format!("songhe=story-{}", actor.account);
    let request = Request::get(address).header(header::COOKIE, cookie);
    world.send(request.body(Body::empty()).unwrap()).await
}

/// The query parameters that a route is known to take: those of the API's description, those of
/// the forms and links on the page itself, and those that lists of the house have in common.
pub fn parameters(route: &Route, page: &str) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        ["q", "org", "after", "state"].into_iter().map(str::to_owned).collect();
    let described = serde_json::to_value(songhe::openapi::description()).unwrap();
    let told = described["paths"][route.path]["get"]["parameters"].as_array().cloned();
    let in_query = told.unwrap_or_default().into_iter().filter(|one| one["in"] == "query");
    names.extend(in_query.map(|one| one["name"].as_str().unwrap().to_owned()));
    let forms = page.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
    for form in forms.filter(|form| form.contains("method=\"get\"")) {
        let fields = form.split(" name=\"").skip(1);
        names.extend(fields.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
    }
    for rest in page.split("href=\"").skip(1) {
        let query = rest.split('"').next().and_then(|href| href.split_once('?'));
        let pairs = query.map_or("", |(_, query)| query).split("&amp;");
        names
            .extend(pairs.filter_map(|pair| pair.split_once('=')).map(|(name, _)| name.to_owned()));
    }
    let plain = |name: &String| {
        let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        letters && !name.is_empty() && name != frame::CSRF_FIELD && name != frame::KEY_FIELD
    };
    names.into_iter().filter(plain).collect()
}

/// An answer without what differs from one asking to the next: tokens and keys, and `own`, the
/// values that were asked for. Tokens go first, since a short value may stand within one by chance.
pub fn masked(answer: &Answer, own: &[&str]) -> String {
    let mut text = without_runs(&answer.body, 24);
    for value in own {
        text = text.replace(value, "§");
    }
    without_runs(&text, 16)
}

/// `text` with every run of at least `len` hexadecimal digits replaced by one sign.
fn without_runs(text: &str, len: usize) -> String {
    let mut plain = String::new();
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_hexdigit() {
            run.push(c);
            continue;
        }
        plain.push_str(if run.len() >= len { "§" } else { &run });
        run.clear();
        plain.push(c);
    }
    plain
}

//! What people of ill will send: values that break out of a statement, a page, a header or a
//! path; forms that come from elsewhere. Nothing falls over, nothing is told back raw, nothing is
//! written. And a reading writes nothing at all.

use axum::http::{StatusCode, header};
use songhe::web::{Gate, Kind, Route};

use crate::asking::{get, parameters, reader, readings};
use crate::bodies::{self, Ready, Sort, mutating, ready, request, unused};
use crate::samples::Samples;
use crate::shelves::{self, differing};
use crate::world::{Answer, World, escape};

/// Values in the words of the wire; the markup among them must never come back as markup.
const VALUES: &[&str] = &[
    "",
    "' OR '1'='1",
    "1; DROP TABLE persons --",
    "%",
    "_%_",
    "\\",
    "x\r\nx-injected: 1\r\n\r\n<i5n>",
    "../../../../etc/passwd",
    "<i5n onx=1>\"'><script>i5n</script>",
    "javascript:i5n",
    "=HYPERLINK(\"i5n\")",
    "//elsewhere.example/",
    "\\\\elsewhere.example",
    "9223372036854775807",
    "9223372036854775808",
    "-1",
    "-9223372036854775808",
    "1e308",
    "NaN",
    "9999-12-31",
    "0000-00-00",
    "-009999-01-01",
    "2026-02-30",
    "2026-13",
    "9999-12",
    "𠮷𠮷😀",
    "\u{202e}\u{feff}e\u{301}",
    "\u{0}",
    "\u{7f}\u{85}",
    "王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王",
];

/// Texts that are no UTF-8, or no escape at all.
const RAW: &[&str] = &["%ff%fe", "%", "%zz", "%00", "%c0%ae", "a=b=c", "[]", "%F0%A0%AE"];

fn check(what: &str, answer: &Answer, faults: &mut Vec<String>) {
    if answer.status.is_server_error() {
        faults.push(format!("{what}: {}", answer.says()));
    }
    let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_markup = kind.is_none_or(|kind| kind.contains("html") || kind.contains("svg"));
    if is_markup && (answer.body.contains("<i5n") || answer.body.contains("<script>i5n")) {
        faults.push(format!("{what}: told back raw"));
    }
    if answer.body.contains("href=\"javascript:") || answer.body.contains("href=\"//") {
        faults.push(format!("{what}: a link that leads out"));
    }
    if answer.headers.contains_key("x-injected") {
        faults.push(format!("{what}: a header of its own"));
    }
    let inside = |to: &String| to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    if answer.location.as_ref().is_some_and(|to| !inside(to)) {
        faults.push(format!("{what}: leads to {:?}", answer.location));
    }
}

/// Every parameter of every route that is read, with every value, and every value in the path.
#[tokio::test]
async fn no_value_in_an_address_breaks_a_page() {
    for world in World::each().await {
        let samples = Samples::make(&world).await;
        let mut faults = Vec::new();
        let mut actors = Vec::new();
        for route in readings() {
            actors.push(reader(&world, &route).await);
        }
        let before = shelves::all(&world).await;
        for (route, actor) in readings().iter().zip(&actors) {
            let path = samples.fill(route.path);
            let page = get(&world, actor, &path).await;
            let mut addresses: Vec<String> =
                RAW.iter().map(|raw| format!("{path}?q={raw}&after={raw}&{raw}")).collect();
            for value in VALUES.iter().map(|value| escape(value)) {
                let known = parameters(route, &page.body);
                addresses.extend(known.iter().map(|name| format!("{path}?{name}={value}")));
                if route.path.contains('{') && !value.is_empty() {
                    let segment = route.path.split(['{', '}']).nth(1).unwrap_or("");
                    addresses.push(route.path.replace(&format!("{{{segment}}}"), &value));
                }
            }
            for address in addresses {
                check(&address, &get(&world, actor, &address).await, &mut faults);
            }
        }
        let mut changed = differing(&before, &shelves::all(&world).await);
        // That somebody read is written down where the reading is audited.
        changed.retain(|table| !table.starts_with("audit"));
        assert!(changed.is_empty(), "readings wrote into {changed:?}");
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

/// Every field of every form and every property of every body, with every value: refused or done,
/// but never a fault, and never told back raw.
#[tokio::test]
async fn no_value_in_a_form_breaks_a_page() {
    for world in World::each().await {
        let mut faults = Vec::new();
        for call in bodies::CALLS {
            if matches!(call.route, "POST /sign-out" | "POST /sign-in") {
                continue;
            }
            let samples = Samples::make_for(&world, call).await;
            let actor = bodies::caller(&world, call).await;
            let right = ready(&world, &samples, call).await;
            for body in spoiled(&right) {
                let wrong = Ready { body, ..right.clone() };
                let answer = bodies::send(&world, &actor, &wrong, &unused("spoiled-")).await;
                check(&format!("{} {}", call.route, wrong.body), &answer, &mut faults);
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

/// The right body with one value spoiled, and bodies that are none.
fn spoiled(right: &Ready) -> Vec<String> {
    match right.kind {
        Sort::Fields | Sort::Paper => {
            let pairs: Vec<&str> = right.body.split('&').filter(|pair| !pair.is_empty()).collect();
            let spoil = |at: usize, value: &str| {
                let mut pairs: Vec<String> = pairs.iter().map(|pair| (*pair).to_owned()).collect();
                let name = pairs[at].split('=').next().unwrap_or("").to_owned();
                pairs[at] = format!("{name}={}", value.replace(['&', '='], ""));
                pairs.join("&")
            };
            let each = (0..pairs.len()).flat_map(|at| VALUES.iter().map(move |value| (at, *value)));
            each.map(|(at, value)| spoil(at, value)).collect()
        }
        Sort::Json => {
            let whole: serde_json::Value = serde_json::from_str(&right.body).unwrap_or_default();
            let names: Vec<String> =
                whole.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
            let mut all: Vec<String> = ["", "null", "[]", "{", "1", "\"\"", "{\"a\":{\"a\":{}}}"]
                .map(str::to_owned)
                .into();
            let others = [
                serde_json::json!(null),
                serde_json::json!([]),
                serde_json::json!({}),
                serde_json::json!(i64::MIN),
                serde_json::json!(1.5),
                serde_json::json!([i64::MAX, i64::MAX]),
            ];
            for name in names {
                let texts = VALUES.iter().map(|value| serde_json::json!(value));
                for value in texts.chain(others.iter().cloned()) {
                    let mut spoiled = whole.clone();
                    spoiled[&name] = value;
                    all.push(spoiled.to_string());
                }
            }
            all
        }
        Sort::File(_) => {
            ["", "\u{0}", "PK\u{3}\u{4}", "\u{feff}\"", "<i5n>"].map(str::to_owned).into()
        }
    }
}

/// How a forged request differs from a right one.
type Forging = (&'static str, fn(&Forged) -> axum::http::Request<axum::body::Body>);

struct Forged {
    ready: Ready,
    actor: kernel::Actor,
    csrf: String,
    other_csrf: String,
}

impl Forged {
    fn with(&self, csrf: &str, headers: &[(&str, &str)]) -> axum::http::Request<axum::body::Body> {
        let mut draft = request(&self.ready, &self.actor, csrf, &unused("forged-"));
        for (name, value) in headers {
            draft.head = draft.head.header(*name, *value);
        }
        draft.body_of()
    }

    /// The same bytes under another content type, as a form of another site can send them.
    fn as_kind(&self, kind: &'static str) -> axum::http::Request<axum::body::Body> {
        let mut request = self.with("", &[]);
        request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
        request
    }
}

/// Whence a request cannot be let in, whatever it carries.
const FROM_ELSEWHERE: &[Forging] = &[
    ("of another site", |f| f.with(&f.csrf, &[("sec-fetch-site", "cross-site")])),
    ("of a neighbouring host", |f| f.with(&f.csrf, &[("sec-fetch-site", "same-site")])),
    ("of another origin", |f| {
        f.with(&f.csrf, &[("origin", "https://elsewhere.example"), ("host", "songhe.example")])
    }),
    ("of no origin", |f| f.with(&f.csrf, &[("origin", "null"), ("host", "songhe.example")])),
];

/// What a form must carry.
const WITHOUT_TOKEN: &[Forging] = &[
    ("without the token", |f| f.with("", &[])),
    ("with another token", |f| f.with("0123456789abcdef0123456789abcdef", &[])),
    ("with somebody else's token", |f| f.with(&f.other_csrf, &[])),
    ("as plain text", |f| f.as_kind("text/plain")),
    ("as a file", |f| f.as_kind("multipart/form-data; boundary=heron")),
    ("as nothing", |f| f.as_kind("application/octet-stream")),
];

fn forgings(route: &Route) -> Vec<Forging> {
    let of_page = route.kind != Kind::Api && route.gate != Gate::Anyone;
    let without_token = WITHOUT_TOKEN.iter().filter(|_| of_page);
    FROM_ELSEWHERE.iter().chain(without_token).copied().collect()
}

#[tokio::test]
async fn a_forged_request_is_refused_and_writes_nothing() {
    for world in World::each().await {
        let mut faults = Vec::new();
        for route in mutating() {
            let call = bodies::of(&bodies::named(&route));
            let samples = Samples::make_for(&world, call).await;
            let actor = bodies::caller(&world, call).await;
            let other = world.clerk("auditor", "990102").await;
            let ready = ready(&world, &samples, call).await;
            let (csrf, other_csrf) = (world.csrf(&actor), world.csrf(&other));
            let forged = Forged { ready, actor, csrf, other_csrf };
            let before = shelves::all(&world).await;
            for (how, forge) in forgings(&route) {
                let answer = world.send(forge(&forged)).await;
                if answer.status != StatusCode::FORBIDDEN {
                    faults.push(format!("{} {how}: {}", call.route, answer.says()));
                }
            }
            let changed = differing(&before, &shelves::all(&world).await);
            if !changed.is_empty() {
                faults.push(format!("{} forged: wrote into {changed:?}", call.route));
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

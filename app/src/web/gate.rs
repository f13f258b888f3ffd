//! The gate in front of every route: who asks, from where, and whether they may pass.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::problem::Told;
use kernel::{Actor, Problem};

use super::{Gate, Kind, Me, Shared, csrf, problem_page};
use crate::accounts::{self, Credential, Stage};

/// A form holds at most so many bytes; files have their own limit.
const FORM_LIMIT: usize = 2 << 20;
/// A file that is handed in.
pub const FILE_LIMIT: usize = 64 << 20;

/// The cookie of a session.
pub const COOKIE: &str = "songhe";

/// What the gate knows of a route.
#[derive(Clone)]
pub struct Post {
    pub app: Shared,
    pub gate: Gate,
    pub kind: Kind,
}

/// Lets a request pass or answers in its place.
pub async fn keep(State(post): State<Post>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    PLACE.scope(path, answer(&post, request, next)).await
}

async fn answer(post: &Post, request: Request, next: Next) -> Response {
    let path = place();
    match admit(post, request).await {
        Ok((request, actor)) => {
            let asked = request.method().clone();
            let response = understood(&asked, next.run(request).await);
            problem_page::dress(post, actor.as_ref(), &path, response)
        }
        Err((problem, actor)) => {
            problem_page::dress(post, actor.as_ref(), &path, problem.into_response())
        }
    }
}

tokio::task_local! {
    /// The path of the request that is being answered, for the menu alone.
    static PLACE: String;
}

/// The path that was asked for; empty outside a request.
pub fn place() -> String {
    PLACE.try_with(Clone::clone).unwrap_or_default()
}

/// What the framework could not read (a number that is none, a body of another form) is told as
/// every other problem is.
fn understood(method: &Method, response: Response) -> Response {
    let unread = matches!(response.status().as_u16(), 400 | 405 | 413 | 415 | 422);
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !unread || !is_plain || response.extensions().get::<Told>().is_some() {
        return response;
    }
    if *method == Method::GET {
        return Problem::NotFound.into_response();
    }
    Problem::field("", "提交的内容无法识别，请核对后重新提交").into_response()
}

type Refused = (Problem, Option<Actor>);

async fn admit(post: &Post, request: Request) -> Result<(Request, Option<Actor>), Refused> {
    let credential = credential(request.headers());
    let by_cookie = matches!(credential, Credential::Session(_));
    let unsafe_method = !matches!(*request.method(), Method::GET | Method::HEAD);
    if unsafe_method && !by_token(&credential) && cross_site(request.headers()) {
        return Err((Problem::CrossSite, None));
    }
    let known = accounts::who_asks(&post.app, &credential, &address(request.headers())).await;
    let mut actor = match known {
        Ok(entered) => entered,
        Err(problem) => return Err((problem, None)),
    };
    if let Err(problem) = may_pass(post.gate, actor.as_ref()) {
        return Err((problem, actor.map(|entered| entered.actor)));
    }
    let (mut request, sent) = read_keys(request).await.map_err(|problem| (problem, None))?;
    if let Some(entered) = &mut actor {
        // A page's form carries the token whatever it calls itself: other sites can send any bytes
        // as plain text.
        let is_form = sent.is_form || post.kind != Kind::Api;
        let is_bound = is_form && by_cookie && unsafe_method && post.gate != Gate::Anyone;
        if is_bound && sent.csrf != csrf(&post.app, entered.actor.session) {
            return Err((Problem::CrossSite, Some(entered.actor.clone())));
        }
        entered.actor.key = sent.key;
        request.extensions_mut().insert(Me(entered.actor.clone()));
    }
    Ok((request, actor.map(|entered| entered.actor)))
}

fn by_token(credential: &Credential) -> bool {
    matches!(credential, Credential::Token(_))
}

fn may_pass(gate: Gate, entered: Option<&accounts::Entered>) -> Result<(), Problem> {
    match (gate, entered) {
        (Gate::Anyone, _) => Ok(()),
        (_, None) => Err(Problem::SignIn),
        (Gate::Halfway, Some(_)) => Ok(()),
        (_, Some(entered)) if entered.stage == Stage::Totp => {
            Err(Problem::refused("second-factor", "请先输入动态验证码，完成登录"))
        }
        (Gate::Entering, Some(_)) => Ok(()),
        (_, Some(entered)) if !entered.is_full() => {
            Err(Problem::refused("not-entered", "请先完成登录的后续步骤"))
        }
        (Gate::SignedIn, Some(_)) => Ok(()),
        (Gate::Deed(deed), Some(entered)) => entered.actor.may(deed),
    }
}

/// The session's cookie, an API token, or nothing.
#[must_use]
pub fn credential(headers: &HeaderMap) -> Credential {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    if let Some(token) = text(header::AUTHORIZATION).strip_prefix("Bearer ") {
        return Credential::Token(token.trim().to_owned());
    }
    let cookies = text(header::COOKIE).split(';').filter_map(|pair| pair.trim().split_once('='));
    let session = cookies.into_iter().find(|(name, _)| *name == COOKIE);
    session.map_or(Credential::None, |(_, token)| Credential::Session(token.to_owned()))
}

/// Browsers say where a request comes from; one that comes from elsewhere is refused.
fn cross_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| from != host),
        _ => false,
    }
}

/// The address from which a request comes, told by the proxy in front or by `serve` itself. What
/// stands before the last comma was told by the sender and is worth nothing.
#[must_use]
pub fn address(headers: &HeaderMap) -> String {
    let told = headers.get_all("x-forwarded-for").iter().next_back();
    let told = told.and_then(|value| value.to_str().ok());
    told.and_then(|list| list.split(',').next_back())
        .map_or_else(|| "direct".to_owned(), |last| last.trim().chars().take(64).collect())
}

struct Sent {
    is_form: bool,
    csrf: String,
    key: Option<String>,
}

/// Takes the request's key (header, query or hidden field) and the form's token out of it.
async fn read_keys(request: Request) -> Result<(Request, Sent), Problem> {
    let header_key = request
        .headers()
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let query = request.uri().query().unwrap_or("").to_owned();
    let in_query = find(&query, frame::KEY_FIELD);
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_form = kind
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let is_upload = kind
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if !is_form {
        let csrf = find(&query, frame::CSRF_FIELD).unwrap_or_default();
        let sent = Sent { is_form: is_upload, csrf, key: header_key.or(in_query) };
        return Ok((request, checked(sent)?));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_LIMIT)
        .await
        .map_err(|_| Problem::refused("too-large", "提交的内容过大，请分次提交"))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let key = header_key.or_else(|| find(&text, frame::KEY_FIELD)).or(in_query);
    let csrf = find(&text, frame::CSRF_FIELD).unwrap_or_default();
    let sent = checked(Sent { is_form, csrf, key })?;
    Ok((Request::from_parts(parts, Body::from(bytes)), sent))
}

fn checked(mut sent: Sent) -> Result<Sent, Problem> {
    sent.key = sent.key.filter(|key| !key.is_empty());
    match &sent.key {
        Some(key) if key.len() > 100 => {
            Err(Problem::refused("bad-key", "请求编号过长，最多 100 个字符"))
        }
        _ => Ok(sent),
    }
}

/// The value of a field in urlencoded text. Keys and tokens have no letters that are escaped.
fn find(encoded: &str, name: &str) -> Option<String> {
    let mut pairs = encoded.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

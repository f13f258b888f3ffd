//! A small made-up place on a fresh database of each engine, and people who ask things of it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::civil::Date;
use kernel::vault::Vault;
use kernel::{Actor, Clock, Db, q};
use songhe::accounts::{self, MustChange, NewAccount, deeds, posts};
use songhe::orgs::{self, NewOrg};
use songhe::people;
use songhe::registry::NewPerson;
use songhe::state::App;
use songhe::web::Shared;
use tower::ServiceExt;

/// The day on which the stories happen, unless they say otherwise: a Wednesday.
pub const TODAY: Date = Date::constant(2026, 5, 6);
/// The password of every account in the stories.
pub const PASSWORD: &str = "heron-on-pine-7";

/// Code, kind, level, name; parents come first.
const PLACES: &[(&str, &str, &str, &str)] = &[
    ("9901", "office", "city", "示范市退管中心"),
    ("9901", "agency", "city", "示范市社保中心"),
    ("990101", "office", "district", "东区退管办"),
    ("990101", "agency", "district", "东区社保中心"),
    ("990101", "administration", "district", "东区人社局"),
    ("990102", "office", "district", "西区退管办"),
    ("990102", "agency", "district", "西区社保中心"),
    ("990102", "administration", "district", "西区人社局"),
    ("990101001", "center", "street", "青山街道中心"),
    ("990101002", "center", "street", "绿水街道中心"),
    ("990102001", "center", "street", "白云街道中心"),
    ("990101001001", "station", "station", "青山社区"),
    ("990101001002", "station", "station", "松涛社区"),
    ("990101002001", "station", "station", "绿水社区"),
    ("990102001001", "station", "station", "白云社区"),
    ("990101001001-01", "group", "group", "青山一组"),
    ("990101002001-01", "group", "group", "绿水一组"),
    ("990102001001-01", "group", "group", "白云一组"),
];

pub struct World {
    pub app: Shared,
    pub router: Router,
    /// The address of the database.
    pub url: String,
    /// Kept so that the files live as long as the story.
    _dir: Option<tempfile::TempDir>,
}

impl World {
    /// The same place on every engine that is there. PostgreSQL is used when
    /// `SONGHE_TEST_POSTGRES` names a cluster.
    pub async fn each() -> Vec<Self> {
        let mut worlds = vec![Self::sqlite(TODAY).await];
        if let Ok(url) = std::env::var("SONGHE_TEST_POSTGRES") {
            worlds.push(Self::postgres(&url, TODAY).await);
        }
        worlds
    }

    pub async fn sqlite(today: Date) -> Self {
        let (url, dir) = Self::sqlite_file();
        Self::on(&url, today, Some(dir)).await
    }

    fn sqlite_file() -> (String, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("songhe.db");
        (format!("sqlite:{}?synchronous=off", file.display()), dir)
    }

    /// A schema of its own in the cluster.
    pub async fn postgres(url: &str, today: Date) -> Self {
        Self::on(&Self::empty_schema(url).await, today, None).await
    }

    /// The address of an empty schema of its own in the cluster. Numbers of processes come again,
    /// so its name is drawn.
    pub async fn empty_schema(url: &str) -> String {
        let schema = format!("w{}", kernel::vault::hex(&kernel::vault::random(8).unwrap()));
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}options=-csearch_path%3D{schema}")
    }

    /// As `each`, with nothing in the database yet.
    pub async fn each_empty() -> Vec<Self> {
        let (url, dir) = Self::sqlite_file();
        let mut worlds = vec![Self::empty(&url, TODAY, Some(dir)).await];
        if let Ok(url) = std::env::var("SONGHE_TEST_POSTGRES") {
            worlds.push(Self::empty(&Self::empty_schema(&url).await, TODAY, None).await);
        }
        worlds
    }

    async fn on(url: &str, today: Date, dir: Option<tempfile::TempDir>) -> Self {
        let world = Self::empty(url, today, dir).await;
        world.open_places().await;
        world
    }

    async fn empty(url: &str, today: Date, dir: Option<tempfile::TempDir>) -> Self {
        let vault = Vault::parse(&Vault::fresh(kernel::vault::Suite::International).unwrap());
        let db = Db::open(url, vault.unwrap(), Clock::fixed(today)).unwrap();
        songhe::cli::setup::prepare(&db).await.unwrap();
        let app = App::new(db, None).unwrap();
        let router = songhe::routes::router(app.clone());
        Self { router, app, url: url.to_owned(), _dir: dir }
    }

    async fn open_places(&self) {
        let operator = Actor::operator(posts::operator());
        let permit = operator.permit(deeds::ORGS_CHANGE).unwrap();
        let mut act = self.db().begin(permit, TODAY).await.unwrap();
        let mut known: Vec<(&str, i64)> = Vec::new();
        for (code, kind, level, name) in PLACES {
            let parent = known
                .iter()
                .rev()
                .find(|(above, _)| code.starts_with(above) && code != above)
                .map(|(_, id)| *id);
            let new = NewOrg {
                code: (*code).to_owned(),
                kind: (*kind).to_owned(),
                level: (*level).to_owned(),
                parent,
                name: (*name).to_owned(),
            };
            let id = orgs::open(&mut act, &new, Date::constant(2020, 1, 1)).await.unwrap();
            known.push((code, id));
        }
        act.commit("orgs", "").await.unwrap();
    }

    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// The number of the open organisation with this code and kind.
    pub async fn org(&self, code: &str, kind: &str) -> i64 {
        orgs::store::by_code(&mut self.db().clone(), code, kind).await.unwrap().unwrap().id
    }

    /// Somebody in a post, with an account of their own. The kind of the organisation follows
    /// from the post.
    pub async fn clerk(&self, post: &str, code: &str) -> Actor {
        self.named(&format!("{post}-{code}"), (post, code)).await
    }

    /// The one with this account name.
    pub async fn named(&self, name: &str, (post, code): (&str, &str)) -> Actor {
        static HASH: OnceLock<String> = OnceLock::new();
        let hashed = HASH.get_or_init(|| accounts::hash_now(PASSWORD).unwrap());
        let kind = match (post, code.len()) {
            ("agency_clerk", _) => "agency",
            ("approver", _) => "administration",
            (_, 15) => "group",
            (_, 12) => "station",
            (_, 9) => "center",
            _ => "office",
        };
        if let Some(known) = accounts::store::by_name(self.db(), name).await.unwrap() {
            return self.actor(known.id).await;
        }
        let new = NewAccount {
            person_name: format!("{}{}", posts::name_of(post), &code[code.len() - 2..]),
            name: name.to_owned(),
            org: self.org(code, kind).await,
            post: post.to_owned(),
            hashed: hashed.clone(),
            must_change: MustChange::No,
        };
        let operator = Actor::operator(posts::operator());
        let permit = operator.permit(deeds::ACCOUNTS_MAKE).unwrap();
        let mut act = self.db().begin(permit, TODAY).await.unwrap();
        let id = accounts::make(&mut act, &new).await.unwrap();
        act.commit("account", "").await.unwrap();
        self.actor(id).await
    }

    /// The house over a database that was filled elsewhere.
    pub fn over(db: Db, url: &str) -> Self {
        let app = App::new(db, None).unwrap();
        let router = songhe::routes::router(app.clone());
        Self { router, app, url: url.to_owned(), _dir: None }
    }

    /// The same place on another day. An actor of this day is asked for anew.
    pub fn on_day(&self, day: Date) -> Self {
        self.by_clock(Clock::fixed(day))
    }

    /// The same place at a second since 1970; the sessions of everybody go on.
    pub fn at(&self, second: i64) -> Self {
        self.by_clock(Clock::at(second))
    }

    fn by_clock(&self, clock: Clock) -> Self {
        let db = Db::open(&self.url, self.db().vault().clone(), clock).unwrap();
        let app = App::new(db, None).unwrap();
        let router = songhe::routes::router(app.clone());
        Self { router, app, url: self.url.clone(), _dir: None }
    }

    pub async fn actor(&self, account: i64) -> Actor {
        let token = format!("story-{account}");
        let id = self.db().number().await.unwrap();
        let now = self.db().clock().seconds();
        let begin = q!(
            "INSERT INTO sessions (id, account, token, stage, began_at, seen_at, address, agent)
             VALUES ($1, $2, $3, 'full', $4, $4, '', '')
             ON CONFLICT (token) DO UPDATE SET began_at = $4, seen_at = $4, ended_at = NULL",
            id,
            account,
            accounts::digest(&token),
            now
        );
        self.db().housekeep(vec![begin]).await.unwrap();
        let credential = accounts::Credential::Session(token);
        let entered = accounts::who_asks(&self.app, &credential, "story").await.unwrap();
        entered.unwrap().actor
    }

    /// A retiree taken in today at a station, with a made-up identity number.
    pub async fn person(&self, actor: &Actor, name: &str, born: Date, station: &str) -> i64 {
        let new = new_person(name, born);
        self.enter(actor, &new, station, self.app.today()).await
    }

    /// A retiree with these fields, taken in at a station on a day.
    pub async fn enter(&self, actor: &Actor, new: &NewPerson, station: &str, on: Date) -> i64 {
        let laws = self.app.laws().await.unwrap();
        let mut db = self.db().clone();
        let place = orgs::store::by_code(&mut db, station, "station").await;
        let place = place.unwrap().unwrap();
        let permit = actor.permit(deeds::PEOPLE_ENTER).unwrap();
        let mut act = self.db().begin(permit, self.app.today()).await.unwrap();
        let arrival = people::Arrival { station: &place, taken_in_on: on, source: "people" };
        let id = people::enter(&mut act, &laws, new, &arrival).await.unwrap();
        act.commit(&format!("person/{id}"), "").await.unwrap();
        id
    }

    /// Asks for a page as somebody.
    pub async fn get(&self, actor: &Actor, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie(actor));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as somebody; the session's token is added as every form carries it.
    pub async fn post(&self, actor: &Actor, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![(frame::CSRF_FIELD, self.csrf(actor))];
        all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let body: Vec<String> =
            all.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, cookie(actor))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    pub fn csrf(&self, actor: &Actor) -> String {
        songhe::web::csrf(&self.app, actor.session)
    }

    /// Sends any request to the real router. What every answer must carry is looked at here, so
    /// that no story can meet an answer without it.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let path = request.uri().path().to_owned();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        guarded(&path, &parts.headers);
        let text = |name: header::HeaderName| {
            parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (location, cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, location, cookie, body }
    }
}

/// The headers without which no answer leaves the house.
fn guarded(path: &str, headers: &HeaderMap) {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let policy = text("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{path}: the policy is “{policy}”");
    for loose in ["unsafe", "*", "http:", "https:"] {
        assert!(!policy.contains(loose), "{path}: the policy lets in {loose}");
    }
    for part in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
        assert!(policy.contains(part), "{path}: the policy has no {part}");
    }
    assert_eq!(text("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(text("referrer-policy"), "same-origin", "{path}");
    let kept = path.starts_with("/assets/") && text("cache-control").contains("immutable");
    assert!(kept || text("cache-control") == "no-store", "{path}: may be kept by a cache");
}

/// The fields of somebody with a made-up identity number.
pub fn new_person(name: &str, born: Date) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        id_number: made_up_number(born),
        phone: "19400000001".to_owned(),
        ..NewPerson::default()
    }
}

/// A number of a region that was never assigned, right in form and never given twice.
pub fn made_up_number(born: Date) -> String {
    static N: AtomicUsize = AtomicUsize::new(1);
    let n = N.fetch_add(1, Ordering::Relaxed);
    let (region, sequence) = (990_000 + n / 1000, n % 1000);
    let digits = format!("{region}{}{sequence:03}", born.strftime("%Y%m%d"));
    let check = rules::identity::check_digit(&digits).unwrap();
    format!("{digits}{check}")
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub location: Option<String>,
    pub cookie: Option<String>,
    pub body: String,
}

impl Answer {
    /// What it says to a reader, without the frame around it, in a line of an assertion.
    pub fn says(&self) -> String {
        let main = self.body.split_once("<main").map_or(self.body.as_str(), |(_, rest)| rest);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let (mut text, mut in_tag) = (String::new(), main.len() < self.body.len());
        for c in main.chars() {
            match c {
                '<' if main.len() < self.body.len() => in_tag = true,
                '>' if in_tag => {
                    in_tag = false;
                    text.push(' ');
                }
                c if !in_tag => text.push(c),
                _ => {}
            }
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        format!(
            "{} {}",
            self.status.as_u16(),
            words.join(" ").chars().take(400).collect::<String>()
        )
    }
}

fn cookie(actor: &Actor) -> String {
    format!("songhe=story-{}", actor.account)
}

/// A value as it stands in a form or in the query of an address.
pub fn escape(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

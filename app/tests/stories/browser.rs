//! A browser that keeps its cookie, and signs in as people do.

use axum::body::Body;
use axum::http::{Request, header};
use kernel::q;
use songhe::accounts;

use crate::world::{Answer, World};

#[derive(Clone, Debug)]
pub struct Browser {
    pub cookie: String,
    pub address: String,
}

impl Browser {
    pub fn at(address: &str) -> Self {
        Self { cookie: String::new(), address: address.to_owned() }
    }

    /// Somebody who signs in from the office; the answer may still ask for more.
    pub async fn signed_in(world: &World, name: &str, password: &str) -> Self {
        let mut browser = Self::at("10.0.0.7");
        let answer = browser.sign_in(world, name, password).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
        browser
    }

    pub async fn sign_in(&mut self, world: &World, name: &str, password: &str) -> Answer {
        self.post(world, "/sign-in", &[("name", name), ("password", password)]).await
    }

    pub async fn get(&mut self, world: &World, path: &str) -> Answer {
        let request = self.request(Request::get(path));
        self.keep(world.send(request.body(Body::empty()).unwrap()).await)
    }

    pub async fn post(&mut self, world: &World, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf(world).await;
        let mut all = vec![(frame::CSRF_FIELD, csrf.as_str())];
        all.extend(fields);
        let body: Vec<String> = all
            .iter()
            .map(|(name, value)| format!("{name}={}", songhe::web::page::encoded(value)))
            .collect();
        let request = self
            .request(Request::post(path))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.keep(world.send(request.body(Body::from(body.join("&"))).unwrap()).await)
    }

    /// Whether the server still knows who this is.
    pub async fn is_in(&mut self, world: &World) -> bool {
        self.get(world, "/me").await.status == 200
    }

    fn request(&self, request: axum::http::request::Builder) -> axum::http::request::Builder {
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Edg/126.0";
        request
            .header(header::COOKIE, format!("songhe={}", self.cookie))
            .header(header::USER_AGENT, agent)
            .header("x-forwarded-for", &self.address)
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        if let Some(cookie) = &answer.cookie {
            let token = cookie.strip_prefix("songhe=").unwrap();
            token.split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        answer
    }

    /// What the forms of this session carry.
    async fn csrf(&self, world: &World) -> String {
        let session =
            q!("SELECT id FROM sessions WHERE token = $1", accounts::digest(&self.cookie));
        match world.db().row(session).await.unwrap() {
            Some(row) => songhe::web::csrf(&world.app, row.get(0).unwrap()),
            None => String::new(),
        }
    }
}

/// The text between two others, e.g. what stands in a hidden field.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    assert!(text.contains(before), "no {before} in {text}");
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

/// The one first password on a page.
pub fn first_password(answer: &Answer) -> String {
    between(&answer.body, "首次密码</dt><dd><code>", "</code>").to_owned()
}

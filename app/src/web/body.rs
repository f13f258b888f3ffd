//! What the API receives: a JSON body, and the version that a change is meant for.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use kernel::Problem;
use serde::de::DeserializeOwned;

/// A JSON body; one that cannot be read is refused in a sentence, not in the server's words.
#[derive(Clone, Debug)]
pub struct Sent<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Json::<T>::from_request(request, state).await;
        read.map(|Json(body)| Self(body)).map_err(|cause| {
            let sentence = format!("请求内容不是所需的 JSON：{}", cause.body_text());
            Problem::field("body", sentence)
        })
    }
}

/// The version of `If-Match`: the one that was read before the change.
#[derive(Clone, Copy, Debug)]
pub struct Version(pub i64);

impl Version {
    /// The version that the headers of a request name.
    ///
    /// # Errors
    /// A field problem when they name none.
    pub fn told(headers: &HeaderMap) -> Result<Self, Problem> {
        let told = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        let told = told.map(|text| text.trim().trim_start_matches("W/").trim_matches('"'));
        told.and_then(|text| text.parse().ok()).map(Self).ok_or_else(|| {
            Problem::field("If-Match", "请在 If-Match 中给出读取时的版本号，例如 If-Match: \"3\"")
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Version {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::told(&parts.headers)
    }
}

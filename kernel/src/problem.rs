//! A refusal speaks; a fault keeps its secret.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::db::DbError;
use crate::permit::Deed;

/// What is wrong with one field, in the user's words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("没有找到，或不在您的管辖范围内")]
    NotFound,
    #[error("您的岗位不能办理「{}」，如需办理请联系安全管理员", .0.name())]
    Forbidden(Deed),
    #[error("请先登录")]
    SignIn,
    #[error("这次请求不是从本系统页面发出的，请从页面重新操作")]
    CrossSite,
    #[error("该事项已被他人更新，请刷新后重试")]
    Stale,
    #[error("填写有误，请按提示修改")]
    Invalid(Vec<FieldError>),
    #[error("{sentence}")]
    Refused { code: &'static str, sentence: String },
    #[error("操作过于频繁，请稍后再试")]
    TooMany,
    /// Already done under the same key; holds where it led.
    #[error("已办理，无需重复提交")]
    Repeat(String),
    /// The cause goes to the log, never to the page.
    #[error("系统繁忙，请稍后再试")]
    Fault(anyhow::Error),
}

impl Problem {
    /// A refusal with a stable code and a sentence that says what to do.
    #[must_use]
    pub fn refused(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::Refused { code, sentence: sentence.into() }
    }

    /// One field is wrong.
    #[must_use]
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// The stable code of the API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden(_) => "forbidden",
            Self::SignIn => "sign-in",
            Self::CrossSite => "cross-site",
            Self::Stale => "stale",
            Self::Invalid(_) => "invalid",
            Self::Refused { code, .. } => code,
            Self::TooMany => "too-many",
            Self::Repeat(_) => "repeat",
            Self::Fault(_) => "fault",
        }
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused { .. } => StatusCode::CONFLICT,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Repeat(_) => StatusCode::OK,
            Self::Fault(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Whether somebody else wrote the same unique value first.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Fault(cause)
            if cause.downcast_ref::<DbError>().is_some_and(DbError::is_duplicate))
    }

    /// Whoever wrote the same at the same moment was faster; other problems stay what they are.
    #[must_use]
    pub fn or_stale(self) -> Self {
        if self.is_duplicate() { Self::Stale } else { self }
    }

    /// What is wrong, field by field; empty for other problems.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        if let Self::Invalid(fields) = self { fields } else { &[] }
    }
}

impl From<DbError> for Problem {
    fn from(cause: DbError) -> Self {
        Self::Fault(cause.into())
    }
}

impl From<anyhow::Error> for Problem {
    fn from(cause: anyhow::Error) -> Self {
        Self::Fault(cause)
    }
}

/// What a layer further out needs to show a problem as a page.
#[derive(Clone, Debug)]
pub struct Told {
    pub status: StatusCode,
    pub code: &'static str,
    pub sentence: String,
    pub fields: Vec<FieldError>,
    /// Where the first of two equal requests led.
    pub outcome: Option<String>,
}

/// problem+json (RFC 9457). Pages put their own face on it.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Self::Fault(cause) = &self {
            tracing::error!(cause = format!("{cause:#}"), "fault");
        }
        let outcome = if let Self::Repeat(outcome) = &self { Some(outcome.clone()) } else { None };
        let told = Told {
            status: self.status(),
            code: self.code(),
            sentence: self.to_string(),
            fields: self.fields().to_vec(),
            outcome,
        };
        let body = serde_json::json!({
            "type": format!("urn:songhe:problem:{}", told.code),
            "title": told.sentence,
            "status": told.status.as_u16(),
            "code": told.code,
            "errors": told.fields,
        });
        let mut response = (told.status, Json(body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response.extensions_mut().insert(told);
        response
    }
}

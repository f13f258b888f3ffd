//! What was typed: the fields of a form or of a query, by name.

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::{Form, RequestExt};
use jiff::civil::Date;
use kernel::{FieldError, Problem};

/// Fields in the order in which they came. A name may come several times.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The trimmed value of a field; empty when it is absent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field that may be chosen several times.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        let chosen = self.0.iter().filter(|(known, _)| known == name);
        chosen.map(|(_, value)| value.trim()).collect()
    }

    /// A whole number; `None` when empty or not a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name).parse().ok()
    }

    /// How many rows of a list a program asks for: 50 when it does not say, 200 at most.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.number("limit").unwrap_or(50).clamp(1, 200)
    }

    /// A day that may be left out.
    ///
    /// # Errors
    /// Adds to `errors` when what was typed is no day.
    pub fn day(&self, name: &str, errors: &mut Vec<FieldError>) -> Option<Date> {
        let typed = self.get(name);
        if typed.is_empty() {
            return None;
        }
        let day = typed.parse().ok().or_else(|| loose_day(typed));
        if day.is_none() {
            errors.push(FieldError {
                field: name.to_owned(),
                message: format!("“{typed}”不是有效日期，请按“2026-11-23”的样式填写"),
            });
        }
        day
    }

    /// A day that must be there.
    ///
    /// # Errors
    /// Adds to `errors` when nothing was typed or it is no day.
    pub fn required_day(&self, name: &str, errors: &mut Vec<FieldError>) -> Option<Date> {
        if self.get(name).is_empty() {
            let message = "请填写日期，例如“2026-11-23”".to_owned();
            errors.push(FieldError { field: name.to_owned(), message });
            return None;
        }
        self.day(name, errors)
    }
}

/// Whether a text has at least two characters and at most so many, none of them a control.
///
/// # Errors
/// The sentence, as a problem of the field.
pub fn check_words(field: &str, text: &str, (most, says): (usize, &str)) -> Result<(), Problem> {
    let n = text.chars().count();
    if (2..=most).contains(&n) && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Problem::field(field, says))
}

/// The field errors of a problem, as the frame shows them.
#[must_use]
pub fn shown(problem: &Problem) -> Vec<frame::FieldError> {
    let fields = problem.fields().iter();
    fields.map(|one| frame::FieldError::new(&one.field, &one.message)).collect()
}

/// 2026/11/3, 2026.11.3, 2026年11月3日 and 20261103 are days too.
fn loose_day(typed: &str) -> Option<Date> {
    let digits: Vec<&str> =
        typed.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match digits[..] {
        [whole] if whole.len() == 8 => (&whole[..4], &whole[4..6], &whole[6..]),
        [year, month, day] if year.len() == 4 => (year, month, day),
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.method() == axum::http::Method::GET {
            let mut parts = request.into_parts().0;
            return Ok(<Asked as FromRequestParts<S>>::from_request_parts(&mut parts, state)
                .await?
                .0);
        }
        let form: Result<Form<Vec<(String, String)>>, _> = request.extract().await;
        form.map(|Form(fields)| Self(fields))
            .map_err(|_| Problem::refused("bad-form", "表单无法识别，请刷新页面后重新填写"))
    }
}

/// The fields of the query string.
#[derive(Clone, Debug, Default)]
pub struct Asked(pub Fields);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query: Result<Query<Vec<(String, String)>>, _> = Query::try_from_uri(&parts.uri);
        query
            .map(|Query(fields)| Self(Fields(fields)))
            .map_err(|_| Problem::refused("bad-query", "地址中的查询条件无法识别"))
    }
}

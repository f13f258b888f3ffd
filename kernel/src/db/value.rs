//! Values that pass between the house and either engine: whole numbers, text, bytes, nothing.

use jiff::civil::Date;

/// One value of the common dialect: `BIGINT`, `TEXT` or bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A statement with its parameters. Made by [`crate::q!`], so that every statement is a literal.
#[derive(Clone, Debug)]
pub struct Query {
    pub sql: &'static str,
    pub params: Vec<Value>,
}

/// `q!("SELECT … WHERE id = $1", id)`: a literal statement and its parameters in order.
#[macro_export]
macro_rules! q {
    ($sql:literal $(, $param:expr)* $(,)?) => {
        $crate::db::Query { sql: $sql, params: vec![$($crate::db::Value::from($param)),*] }
    };
}

/// One row of an answer; columns are read by position.
#[derive(Clone, Debug)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// Reads column `at` (from 0).
    ///
    /// # Errors
    /// When the column is missing or of another kind: a fault of ours, never of the user.
    pub fn get<T: FromValue>(&self, at: usize) -> Result<T, DbError> {
        let value = self.0.get(at).ok_or_else(|| DbError::Shape(format!("no column {at}")))?;
        T::from_value(value).ok_or_else(|| DbError::Shape(format!("column {at} holds {value:?}")))
    }
}

/// What can be read from a column.
pub trait FromValue: Sized {
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl FromValue for Date {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => iso(text.as_bytes()).or_else(|| text.parse().ok()),
            _ => None,
        }
    }
}

/// `2026-11-23`, the only way in which days are stored; read by hand because sweeps over all
/// duties read tens of millions.
fn iso(text: &[u8]) -> Option<Date> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = *text else {
        return None;
    };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
    let two = |tens: u8, ones: u8| Some(digit(tens)? * 10 + digit(ones)?);
    let (month, day) = (i8::try_from(two(e, f)?).ok()?, i8::try_from(two(g, h)?).ok()?);
    Date::new(two(a, b)? * 100 + two(c, d)?, month, day).ok()
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

/// `PostgreSQL` keeps no U+0000. It becomes the replacement character on both engines, as in HTML,
/// so that it can be seen and nothing else is lost.
impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.contains('\0') {
            return Self::Text(text.replace('\0', "\u{fffd}"));
        }
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Self {
        Self::Text(day.to_string())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// What can go wrong below the house. The cause goes to the log, never to a page.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("postgres: {0:?}")]
    Postgres(#[from] tokio_postgres::Error),
    #[error("pool: {0}")]
    Pool(String),
    #[error("shape: {0}")]
    Shape(String),
    #[error("closed: {0}")]
    Closed(&'static str),
    #[error("setup: {0}")]
    Setup(String),
}

impl DbError {
    /// Whether a row with the same key is already there.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        match self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(cause, _)) => {
                matches!(cause.extended_code, 1555 | 2067)
            }
            Self::Postgres(cause) => {
                cause.code() == Some(&tokio_postgres::error::SqlState::UNIQUE_VIOLATION)
            }
            _ => false,
        }
    }
}

//! Who called a use case.

use serde_json::Value;

/// To whom a repeated request is answered: a page is led on, the API hears the same again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Page,
    Api,
}

impl Caller {
    /// What is kept for a request that comes again under its key.
    #[must_use]
    pub fn outcome(self, page: &str, told: &Value) -> String {
        match self {
            Self::Page => page.to_owned(),
            Self::Api => told.to_string(),
        }
    }
}

//! One line a route: method, path, who may pass, who answers.

use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use kernel::Deed;

use super::Shared;

/// Who may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody who signed in, even if the second factor is still missing.
    Halfway,
    /// Everybody who signed in, whatever the post (also before a first password is changed).
    Entering,
    /// Everybody who is fully signed in.
    SignedIn,
    /// Posts that include the deed.
    Deed(Deed),
}

/// What kind of answer a route gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Page,
    Form,
    Api,
}

/// One route of the table.
#[derive(Clone)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub gate: Gate,
    pub kind: Kind,
    pub handler: MethodRouter<Shared>,
}

macro_rules! makers {
    ($($name:ident $method:literal $kind:ident $by:ident),* $(,)?) => {$(
        /// A route of the table.
        pub fn $name<H, T>(path: &'static str, gate: impl Into<Gate>, handler: H) -> Route
        where
            H: Handler<T, Shared>,
            T: 'static,
        {
            Route {
                method: $method,
                path,
                gate: gate.into(),
                kind: Kind::$kind,
                handler: routing::$by(handler),
            }
        }
    )*};
}

makers! {
    get "GET" Page get,
    post "POST" Form post,
    get_api "GET" Api get,
    post_api "POST" Api post,
    patch_api "PATCH" Api patch,
}

impl From<Deed> for Gate {
    fn from(deed: Deed) -> Self {
        Self::Deed(deed)
    }
}

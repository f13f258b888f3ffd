//! Between the wire and the rooms: who asks, what they typed, how an answer looks.

pub mod body;
pub mod caller;
pub mod fields;
pub mod gate;
pub mod meter;
pub mod page;
pub mod problem_page;
pub mod route;
pub mod upload;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Actor, Problem};

pub use body::{Sent, Version};
pub use caller::Caller;
pub use fields::{Fields, check_words, shown};
pub use page::{csrf, new_key, on_paper, page, telephone_button};
pub use route::{Gate, Kind, Route, get, get_api, patch_api, post, post_api};
pub use upload::{Handed, Upload, upload_form};

use crate::state::App;

/// What handlers share.
pub type Shared = Arc<App>;

/// The signed-in person who asks. The gate has put it there.
#[derive(Clone, Debug)]
pub struct Me(pub Actor);

impl<S: Sync> FromRequestParts<S> for Me {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::SignIn)
    }
}

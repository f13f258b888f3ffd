//! The home page: what is owed, and what of it is to be reported.

use axum::extract::State;
use kernel::Problem;
use maud::{Markup, html};

use crate::web::{Me, Shared, page};
use crate::{duties, statistics};

pub async fn home(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let body = html! {
        (duties::home::part(&app, &actor).await?)
        (statistics::home::part(&app, &actor).await?)
    };
    Ok(page(&app, &actor, "首页", body).render())
}

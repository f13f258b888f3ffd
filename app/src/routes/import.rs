//! Import of rosters.

use crate::deeds::PEOPLE_IMPORT;
use crate::exchange::{api, columns_page, original, pages, results, undo_page};
use crate::web::{Route, get, get_api, post, post_api};

pub fn routes() -> Vec<Route> {
    vec![
        get("/imports", PEOPLE_IMPORT, pages::list),
        post("/imports", PEOPLE_IMPORT, pages::upload),
        get("/imports/{id}", PEOPLE_IMPORT, pages::show),
        get("/imports/{id}/progress", PEOPLE_IMPORT, pages::progress),
        get("/imports/{id}/columns", PEOPLE_IMPORT, columns_page::edit),
        post("/imports/{id}/columns", PEOPLE_IMPORT, columns_page::confirm),
        get("/imports/{id}/lines", PEOPLE_IMPORT, results::show_lines),
        get("/imports/{id}/errors.xlsx", PEOPLE_IMPORT, results::errors),
        get("/imports/{id}/file", PEOPLE_IMPORT, original::download),
        post("/imports/{id}/confirm", PEOPLE_IMPORT, results::confirm),
        post("/imports/{id}/cancel", PEOPLE_IMPORT, pages::give_up),
        get("/imports/{id}/undo", PEOPLE_IMPORT, undo_page::form),
        post("/imports/{id}/undo", PEOPLE_IMPORT, undo_page::take_back),
        get_api("/api/v1/imports", PEOPLE_IMPORT, api::list),
        post_api("/api/v1/imports", PEOPLE_IMPORT, api::upload),
        get_api("/api/v1/imports/{id}", PEOPLE_IMPORT, api::show),
        get_api("/api/v1/imports/{id}/errors", PEOPLE_IMPORT, api::errors),
        get_api("/api/v1/imports/{id}/file", PEOPLE_IMPORT, original::send),
        post_api("/api/v1/imports/{id}/columns", PEOPLE_IMPORT, api::columns),
        post_api("/api/v1/imports/{id}/confirm", PEOPLE_IMPORT, api::confirm),
        post_api("/api/v1/imports/{id}/cancel", PEOPLE_IMPORT, api::cancel),
        post_api("/api/v1/imports/{id}/undo", PEOPLE_IMPORT, api::take_back),
    ]
}

//! The acts on a retiree: marks, relatives, health notes, moves, deaths, departures, prints.

use crate::deeds::{
    DEATH_RECORD, PEOPLE_CHANGE, PEOPLE_ENTER, PEOPLE_HEALTH, PEOPLE_MOVE, PEOPLE_RECEIVE,
    PEOPLE_SEE,
};
use crate::people::relatives_pages;
use crate::people::{acts_api as api, book, card, moves_api, registration};
use crate::people::{death_pages, health_pages, left_pages, marks_pages, moves_pages};
use crate::web::{Route, get, get_api, patch_api, post, post_api};

pub fn routes() -> Vec<Route> {
    [pages(), prints(), leaving(), programs(), programs_of_leaving()].concat()
}

fn pages() -> Vec<Route> {
    use {health_pages as health, marks_pages as marks, relatives_pages as relatives};
    vec![
        get("/people/{id}/marks", PEOPLE_SEE, marks::show),
        post("/people/{id}/marks", PEOPLE_CHANGE, marks::set),
        get("/marks/{id}/end", PEOPLE_CHANGE, marks::end_form),
        post("/marks/{id}/end", PEOPLE_CHANGE, marks::end),
        get("/people/{id}/relatives", PEOPLE_SEE, relatives::list),
        post("/people/{id}/relatives", PEOPLE_CHANGE, relatives::add),
        get("/people/{id}/relatives/new", PEOPLE_CHANGE, relatives::new_form),
        get("/relatives/{id}", PEOPLE_CHANGE, relatives::edit_form),
        post("/relatives/{id}", PEOPLE_CHANGE, relatives::change),
        get("/relatives/{id}/end", PEOPLE_CHANGE, relatives::end_form),
        post("/relatives/{id}/end", PEOPLE_CHANGE, relatives::end),
        get("/people/{id}/health", PEOPLE_HEALTH, health::show),
        post("/people/{id}/health", PEOPLE_HEALTH, health::save),
    ]
}

fn programs() -> Vec<Route> {
    vec![
        get_api("/api/v1/people/{id}/marks", PEOPLE_SEE, api::marks_of),
        post_api("/api/v1/people/{id}/marks", PEOPLE_CHANGE, api::set_mark),
        post_api("/api/v1/marks/{id}/end", PEOPLE_CHANGE, api::end_mark),
        get_api("/api/v1/people/{id}/relatives", PEOPLE_SEE, api::relatives_of),
        post_api("/api/v1/people/{id}/relatives", PEOPLE_CHANGE, api::add_relative),
        patch_api("/api/v1/relatives/{id}", PEOPLE_CHANGE, api::change_relative),
        post_api("/api/v1/relatives/{id}/end", PEOPLE_CHANGE, api::end_relative),
    ]
}

fn leaving() -> Vec<Route> {
    use {death_pages as death, left_pages as left, moves_pages as moves};
    vec![
        get("/people/{id}/move", PEOPLE_MOVE, moves::new_form),
        post("/people/{id}/move", PEOPLE_MOVE, moves::propose),
        get("/moves", PEOPLE_SEE, moves::list),
        get("/moves/{id}", PEOPLE_SEE, moves::show),
        post("/moves/{id}/accept", PEOPLE_RECEIVE, moves::accept),
        post("/moves/{id}/refuse", PEOPLE_RECEIVE, moves::refuse),
        post("/moves/{id}/withdraw", PEOPLE_MOVE, moves::withdraw),
        get("/people/{id}/death", PEOPLE_SEE, death::show),
        post("/people/{id}/death", DEATH_RECORD, death::record),
        post("/people/{id}/death/undo", DEATH_RECORD, death::undo),
        get("/people/{id}/left", PEOPLE_SEE, left::show),
        post("/people/{id}/left", PEOPLE_MOVE, left::record),
        post("/people/{id}/left/undo", PEOPLE_MOVE, left::undo),
        post("/people/{id}/return", PEOPLE_ENTER, left::come_back),
    ]
}

fn programs_of_leaving() -> Vec<Route> {
    use moves_api as api;
    vec![
        get_api("/api/v1/moves", PEOPLE_SEE, api::list),
        post_api("/api/v1/people/{id}/moves", PEOPLE_MOVE, api::propose),
        post_api("/api/v1/moves/{id}/accept", PEOPLE_RECEIVE, api::accept),
        post_api("/api/v1/moves/{id}/refuse", PEOPLE_RECEIVE, api::refuse),
        post_api("/api/v1/moves/{id}/withdraw", PEOPLE_MOVE, api::withdraw),
        post_api("/api/v1/people/{id}/death", DEATH_RECORD, api::record_death),
        post_api("/api/v1/people/{id}/death/undo", DEATH_RECORD, api::undo_death),
        post_api("/api/v1/people/{id}/left", PEOPLE_MOVE, api::record_left),
        post_api("/api/v1/people/{id}/left/undo", PEOPLE_MOVE, api::undo_left),
    ]
}

fn prints() -> Vec<Route> {
    vec![
        get("/people/{id}/card", PEOPLE_SEE, card::print),
        get("/people/{id}/form", PEOPLE_SEE, registration::print),
        get("/people/book", PEOPLE_SEE, book::print),
        get("/people/overview", PEOPLE_SEE, book::show),
        get("/people/overview/print", PEOPLE_SEE, book::print_overview),
    ]
}

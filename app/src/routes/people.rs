//! Retirees: the list, the person, entering and changing.

use crate::deeds;
use crate::people::{api, list, pages};
use crate::web::{Route, get, get_api};

pub fn routes() -> Vec<Route> {
    [pages_of_people(), programs()].concat()
}

fn pages_of_people() -> Vec<Route> {
    vec![
        get("/people", deeds::PEOPLE_SEE, list::show),
        get("/people/suggest", deeds::PEOPLE_SEE, list::suggest),
        get("/people/{id}", deeds::PEOPLE_SEE, pages::one),
    ]
}

fn programs() -> Vec<Route> {
    vec![
        get_api("/api/v1/people", deeds::PEOPLE_SEE, api::list),
        get_api("/api/v1/people/{id}", deeds::PEOPLE_SEE, api::show),
    ]
}

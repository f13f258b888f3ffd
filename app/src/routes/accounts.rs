//! One's own account, the first set-up, accounts and posts of others.

use crate::accounts::api;
use crate::accounts::pages::{admin, change, me, posts, security, setup, totp};
use crate::deeds::{ACCOUNTS_MAKE, ACCOUNTS_POST, ACCOUNTS_SEE};
use crate::web::{Gate, Route, get, get_api, patch_api, post, post_api};

pub fn routes() -> Vec<Route> {
    [own(), others(), programs()].concat()
}

fn own() -> Vec<Route> {
    vec![
        get("/setup", Gate::Anyone, setup::form),
        post("/setup", Gate::Anyone, setup::found),
        get("/sign-in/totp", Gate::Halfway, totp::step_form),
        post("/sign-in/totp", Gate::Halfway, totp::step),
        get("/me", Gate::SignedIn, me::show),
        get("/me/totp", Gate::SignedIn, totp::enrol_form),
        post("/me/totp", Gate::SignedIn, totp::enrol),
        post("/me/totp/off", Gate::SignedIn, totp::switch_off),
        post("/me/sessions/end", Gate::SignedIn, me::end_others),
        post("/me/sessions/{id}/end", Gate::SignedIn, me::end_session),
        post("/me/tokens", Gate::SignedIn, me::make_token),
        post("/me/tokens/{id}/revoke", Gate::SignedIn, me::revoke_token),
        get("/posts", Gate::SignedIn, posts::table),
    ]
}

fn others() -> Vec<Route> {
    vec![
        get("/accounts", ACCOUNTS_SEE, admin::list),
        post("/accounts", ACCOUNTS_MAKE, change::create),
        get("/accounts/new", ACCOUNTS_MAKE, change::new_form),
        get("/accounts/{id}", ACCOUNTS_SEE, admin::show),
        get("/accounts/{id}/names", ACCOUNTS_MAKE, change::names_form),
        post("/accounts/{id}/names", ACCOUNTS_MAKE, change::rename),
        get("/accounts/{id}/move", ACCOUNTS_MAKE, change::move_form),
        post("/accounts/{id}/move", ACCOUNTS_MAKE, change::move_to),
        post("/accounts/{id}/disable", ACCOUNTS_MAKE, change::disable),
        post("/accounts/{id}/enable", ACCOUNTS_MAKE, change::enable),
        post("/accounts/{id}/password", ACCOUNTS_MAKE, change::reset_password),
        post("/accounts/{id}/post", ACCOUNTS_POST, security::grant),
        post("/accounts/{id}/sessions/end", ACCOUNTS_POST, security::end_sessions),
        post("/accounts/{id}/totp/remove", ACCOUNTS_POST, security::drop_totp),
        post("/sessions/{id}/end", ACCOUNTS_POST, security::end_session),
        post("/tokens/{id}/revoke", ACCOUNTS_POST, security::revoke_token),
    ]
}

fn programs() -> Vec<Route> {
    vec![
        get_api("/api/v1/me", Gate::SignedIn, api::me),
        get_api("/api/v1/posts", Gate::SignedIn, api::list_posts),
        get_api("/api/v1/accounts", ACCOUNTS_SEE, api::list),
        post_api("/api/v1/accounts", ACCOUNTS_MAKE, api::create),
        get_api("/api/v1/accounts/{id}", ACCOUNTS_SEE, api::show),
        patch_api("/api/v1/accounts/{id}", ACCOUNTS_MAKE, api::rename),
        post_api("/api/v1/accounts/{id}/move", ACCOUNTS_MAKE, api::move_to),
        post_api("/api/v1/accounts/{id}/disable", ACCOUNTS_MAKE, api::disable),
        post_api("/api/v1/accounts/{id}/enable", ACCOUNTS_MAKE, api::enable),
        post_api("/api/v1/accounts/{id}/password", ACCOUNTS_MAKE, api::reset_password),
        post_api("/api/v1/accounts/{id}/post", ACCOUNTS_POST, api::grant),
        post_api("/api/v1/accounts/{id}/sessions/end", ACCOUNTS_POST, api::end_sessions),
        post_api("/api/v1/accounts/{id}/second-factor/remove", ACCOUNTS_POST, api::drop_totp),
    ]
}

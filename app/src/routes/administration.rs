//! Accounts, local figures, the law, the audit trail.

use crate::accounts::deeds::{
    ACCOUNTS_MAKE, ACCOUNTS_POST, ACCOUNTS_SEE, AUDIT_SEE, LAW_SEE, POLICIES_APPROVE,
    POLICIES_PROPOSE, POLICIES_SEE,
};
use crate::web::{Gate, Route, get, get_api, patch_api, post, post_api};
use crate::{accounts, audit, law, policies};

pub fn routes() -> Vec<Route> {
    [own(), accounts(), accounts_api(), policies(), readings()].concat()
}

fn own() -> Vec<Route> {
    use accounts::pages::{me, setup, totp};
    vec![
        get("/setup", Gate::Anyone, setup::form),
        post("/setup", Gate::Anyone, setup::found),
        get("/sign-in/totp", Gate::Halfway, totp::step_form),
        post("/sign-in/totp", Gate::Halfway, totp::step),
        get("/me", Gate::SignedIn, me::show),
        get("/me/totp", Gate::SignedIn, totp::enrol_form),
        post("/me/totp", Gate::SignedIn, totp::enrol),
        post("/me/sessions/end", Gate::SignedIn, me::end_others),
        post("/me/sessions/{id}/end", Gate::SignedIn, me::end_session),
        post("/me/tokens", Gate::SignedIn, me::make_token),
        post("/me/tokens/{id}/revoke", Gate::SignedIn, me::revoke_token),
        get_api("/api/v1/me", Gate::SignedIn, accounts::api::me),
    ]
}

fn accounts() -> Vec<Route> {
    use accounts::pages::{admin as at, posts};
    vec![
        get("/posts", ACCOUNTS_SEE, posts::table),
        get("/accounts", ACCOUNTS_SEE, at::list),
        post("/accounts", ACCOUNTS_MAKE, at::create),
        get("/accounts/new", ACCOUNTS_MAKE, at::new_form),
        get("/accounts/{id}", ACCOUNTS_SEE, at::show),
        post("/accounts/{id}/disable", ACCOUNTS_MAKE, at::disable),
        post("/accounts/{id}/enable", ACCOUNTS_MAKE, at::enable),
        post("/accounts/{id}/password", ACCOUNTS_MAKE, at::reset_password),
        post("/accounts/{id}/post", ACCOUNTS_POST, at::grant),
        post("/accounts/{id}/sessions/end", ACCOUNTS_POST, at::end_sessions),
        post("/accounts/{id}/sessions/{session}/end", ACCOUNTS_POST, at::end_session),
        post("/accounts/{id}/totp/remove", ACCOUNTS_POST, at::remove_totp),
    ]
}

fn accounts_api() -> Vec<Route> {
    use accounts::api as at;
    vec![
        get_api("/api/v1/posts", ACCOUNTS_SEE, at::list_posts),
        get_api("/api/v1/accounts", ACCOUNTS_SEE, at::list),
        post_api("/api/v1/accounts", ACCOUNTS_MAKE, at::create),
        get_api("/api/v1/accounts/{id}", ACCOUNTS_SEE, at::show),
        patch_api("/api/v1/accounts/{id}", ACCOUNTS_MAKE, at::set_use),
        post_api("/api/v1/accounts/{id}/password", ACCOUNTS_MAKE, at::reset_password),
        post_api("/api/v1/accounts/{id}/post", ACCOUNTS_POST, at::grant),
        post_api("/api/v1/accounts/{id}/sessions/end", ACCOUNTS_POST, at::end_sessions),
    ]
}

fn policies() -> Vec<Route> {
    use policies::{api, pages as at};
    vec![
        get("/policies", POLICIES_SEE, at::list),
        get("/policies/figures/{figure}", POLICIES_SEE, at::figure),
        post("/policies/figures/{figure}", POLICIES_PROPOSE, at::propose),
        get("/policies/{id}", POLICIES_SEE, at::show),
        post("/policies/{id}/decide", POLICIES_APPROVE, at::decide),
        get_api("/api/v1/policies", POLICIES_SEE, api::list),
        post_api("/api/v1/policies", POLICIES_PROPOSE, api::propose),
        get_api("/api/v1/policies/{id}", POLICIES_SEE, api::show),
        post_api("/api/v1/policies/{id}/decide", POLICIES_APPROVE, api::decide),
    ]
}

fn readings() -> Vec<Route> {
    vec![
        get("/law", LAW_SEE, law::pages::list),
        get("/law/{id}", LAW_SEE, law::pages::show),
        get_api("/api/v1/law", LAW_SEE, law::api::list),
        get_api("/api/v1/law/{id}", LAW_SEE, law::api::show),
        get("/audit", AUDIT_SEE, audit::pages::list),
        post("/audit/verify", AUDIT_SEE, audit::pages::verify),
        get_api("/api/v1/audit", AUDIT_SEE, audit::api::list),
        post_api("/api/v1/audit/verify", AUDIT_SEE, audit::api::verify),
    ]
}

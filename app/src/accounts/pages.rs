//! Sign-in, sign-out, the first password.

pub mod admin;
pub mod change;
pub mod me;
pub mod posts;
pub mod security;
pub mod setup;
pub mod totp;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use frame::{Input, Kind, form_post, submit, text_field};
use kernel::Problem;
use maud::{Markup, html};

use super::{Attempt, Stage};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, gate, new_key, page};

pub(super) fn form_errors(problem: &Problem) -> Vec<frame::FieldError> {
    match problem {
        Problem::Invalid(fields) => fields
            .iter()
            .map(|field| frame::FieldError::new(&field.field, &field.message))
            .collect(),
        other => vec![frame::FieldError::new("name", other.to_string())],
    }
}

pub async fn sign_in_form(State(app): State<Shared>, Asked(asked): Asked) -> Response {
    let next = asked.get("next").to_owned();
    (StatusCode::OK, sign_in_page(&app, "", &next, Vec::new())).into_response()
}

fn sign_in_page(app: &Shared, name: &str, next: &str, errors: Vec<frame::FieldError>) -> Markup {
    let form = form_post(
        "/sign-in",
        "",
        "",
        html! {
            (frame::hidden("next", next))
            (text_field(Input::new("name", "账号").value(name).errors(&errors)
                .autocomplete("username")))
            (text_field(Input::new("password", "密码").kind(Kind::Password).errors(&errors)
                .autocomplete("current-password")))
            (submit("登录"))
        },
    );
    let body = html! {
        (form)
        @if let Some(accounts) = &app.demo {
            (demo_accounts(accounts))
        }
    };
    frame::Shell::new("登录松鹤", body).errors(errors).render()
}

/// Everybody of the demo, each with a button that signs in as them.
fn demo_accounts(accounts: &[crate::state::DemoAccount]) -> Markup {
    let rows = accounts.iter().map(|account| {
        let fields = html! {
            (frame::hidden("name", &account.name))
            (frame::hidden("password", &account.password))
            button.button.second type="submit" {
                "登录" span.unseen { "为" (account.post) "，" (account.org) }
            }
        };
        vec![
            html! { (account.post) },
            html! { (account.org) },
            html! { code { (account.name) } },
            form_post("/sign-in", "", "", fields),
        ]
    });
    let columns = vec![
        frame::Col::head("岗位"),
        frame::Col::text("机构"),
        frame::Col::text("账号"),
        frame::Col::actions(),
    ];
    let password = accounts.first().map_or("", |account| &account.password);
    html! {
        h2 { "演示账号" }
        p { "人员和数据均为虚构。所有演示账号的密码都是 " code { (password) }
            "；账号末尾有 2、3 的在别的街道或区，可用来看辖区以外的人看得到什么。" }
        (frame::table(frame::Table::new("演示账号", columns).rows(rows.collect())))
    }
}

pub async fn sign_in(
    State(app): State<Shared>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let address = gate::address(&headers);
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let attempt = Attempt {
        name: fields.get("name"),
        password: fields.get("password"),
        address: &address,
        agent: agent.unwrap_or(""),
    };
    match super::sign_in(&app, &attempt).await {
        Ok((token, stage)) => {
            // Whoever was signed in here before is not any more.
            super::forget(&app, &gate::credential(&headers)).await?;
            Ok(entered(&headers, &token, stage, fields.get("next")))
        }
        Err(fault @ Problem::Fault(_)) => Err(fault),
        Err(problem) => {
            let page = sign_in_page(&app, attempt.name, fields.get("next"), form_errors(&problem));
            Ok((problem.status(), page).into_response())
        }
    }
}

/// The cookie of a session; nothing but the server reads it.
fn cookie(headers: &HeaderMap, token: &str) -> String {
    let secure = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let secure = if secure { "; Secure" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}", gate::COOKIE)
}

fn entered(headers: &HeaderMap, token: &str, stage: Stage, next: &str) -> Response {
    let inside = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    let to = match stage {
        Stage::Password => "/me/password",
        Stage::Totp => "/sign-in/totp",
        Stage::Full if inside => next,
        Stage::Full => "/",
    };
    let cookie = cookie(headers, token);
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(to)).into_response()
}

pub async fn sign_out(State(app): State<Shared>, Me(actor): Me) -> Result<Response, Problem> {
    super::sign_out(&app.db, &actor).await?;
    let forget = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", gate::COOKIE);
    Ok((AppendHeaders([(header::SET_COOKIE, forget)]), Redirect::to("/sign-in")).into_response())
}

pub async fn password_form(State(app): State<Shared>, Me(actor): Me) -> Markup {
    password_page(&app, &actor, Vec::new())
}

fn password_page(app: &Shared, actor: &kernel::Actor, errors: Vec<frame::FieldError>) -> Markup {
    let field = |name: &'static str, label, errors| {
        let keys = if name == "old" { "current-password" } else { "new-password" };
        text_field(Input::new(name, label).kind(Kind::Password).errors(errors).autocomplete(keys))
    };
    let form = form_post(
        "/me/password",
        &csrf(app, actor.session),
        &new_key(),
        html! {
            p { "密码至少 10 位，含字母、数字、符号中的两种，不能含账号名或常见密码。\
                修改后，其他地方的登录都会结束。" }
            (field("old", "原密码", &errors))
            (field("new", "新密码", &errors))
            (field("again", "再输一次新密码", &errors))
            (submit("修改密码"))
        },
    );
    page(app, actor, "修改密码", form).errors(errors).render()
}

pub async fn change_password(
    State(app): State<Shared>,
    Me(actor): Me,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let (old, new) = (fields.get("old"), fields.get("new"));
    let changed = if new == fields.get("again") {
        super::me::change_password(&app, &actor, old, new).await
    } else {
        Err(Problem::field("again", "两次输入的新密码不一致"))
    };
    match changed {
        Ok(token) => Ok(entered(&headers, &token, Stage::Full, "/")),
        Err(problem @ Problem::Invalid(_)) => {
            let page = password_page(&app, &actor, form_errors(&problem));
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

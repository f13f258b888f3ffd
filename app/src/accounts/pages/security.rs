//! Forms of the security administrator: the post of an account, its sessions and tokens, a
//! second factor that was lost.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use frame::{Choice, Input, Markup, form_post, select_field, submit};
use kernel::{Actor, Problem};
use maud::html;

use super::admin::{one_button, show_page};
use super::change::{back, target};
use super::form_errors;
use super::me::{sessions_table, tokens_table};
use crate::accounts::admin::{self, Listed};
use crate::accounts::{Caller, deeds, posts, security};
use crate::web::{Fields, Me, Shared, csrf, new_key};

/// The post, to be given or taken.
pub(super) fn post_part(
    app: &Shared,
    actor: &Actor,
    account: &Listed,
    errors: &[frame::FieldError],
) -> Markup {
    let seat = &account.seat;
    let fitting = posts::POSTS.iter().filter(|post| post.fits(&seat.level, &seat.kind));
    let mut choices = vec![Choice::new("", "无岗位（收回）")];
    choices.extend(fitting.map(|post| Choice::new(post.code, post.name)));
    let input = Input::new("post", "岗位").value(&account.post).errors(errors);
    let form = html! {
        (frame::hidden("version", &account.version.to_string()))
        (select_field(input, &choices))
        p { "只列出" (seat.name) "设有的岗位，" a href="/posts" { "各岗位能办什么" }
            "。保存后使用人须重新登录。" }
        (submit("保存岗位"))
    };
    let action = format!("/accounts/{}/post", account.id);
    html! {
        h2 { "授予和收回岗位" }
        (form_post(&action, &csrf(app, actor.session), &new_key(), form))
    }
}

/// Where the account is signed in, and which programs act in its name.
pub(super) async fn doors_part(
    app: &Shared,
    actor: &Actor,
    account: &Listed,
) -> Result<Markup, Problem> {
    let (sessions, tokens) = security::doors(app, actor, account.id).await?;
    let ends = actor.can(deeds::ACCOUNTS_POST);
    let at = |what: &str| format!("/accounts/{}/{what}", account.id);
    let (session, token) = if ends { ("/sessions", "/tokens") } else { ("", "") };
    let removes = ends && account.has_totp && account.id != actor.account;
    Ok(html! {
        h2 { "登录会话和接口令牌" }
        (sessions_table(app, actor, session, &sessions))
        (tokens_table(app, actor, token, &tokens))
        @if ends && !(sessions.is_empty() && tokens.is_empty()) {
            (one_button(app, actor, (&at("sessions/end"), account.version),
                frame::danger_submit("结束全部会话并撤销全部令牌")))
        }
        @if removes {
            h2 { "解除动态验证码" }
            p { "使用人的手机丢失或更换、备用码也不在手边时办理。请先核实是本人；解除后须重新登录。" }
            (one_button(app, actor, (&at("totp/remove"), account.version),
                frame::danger_submit("解除动态验证码")))
        }
    })
}

pub async fn grant(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    match security::grant(&app, &actor, target(id, &fields), fields.get("post")).await {
        Ok(_) => Ok(back(id, "post")),
        Err(problem @ Problem::Invalid(_)) => {
            let account = admin::find(&mut app.db.clone(), &actor.scope(), id).await?;
            let page = show_page(&app, &actor, &account, form_errors(&problem)).await?;
            Ok((problem.status(), page.render()).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn end_sessions(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    security::end_sessions(&app, &actor, id, Caller::Page).await?;
    Ok(back(id, "ended"))
}

pub async fn end_session(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(session): Path<i64>,
) -> Result<Response, Problem> {
    let id = security::end_session(&app, &actor, session).await?;
    Ok(back(id, "ended"))
}

pub async fn revoke_token(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(token): Path<i64>,
) -> Result<Response, Problem> {
    let id = security::revoke_token(&app, &actor, token).await?;
    Ok(back(id, "revoked"))
}

pub async fn drop_totp(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    security::drop_totp(&app, &actor, id, Caller::Page).await?;
    Ok(back(id, "totp"))
}

//! One's own account: password, second factor, sessions, tokens.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, Input, Markup, Table, Tone, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::html;

use super::form_errors;
use super::totp::off_part;
use crate::accounts::me::{self, Session, Token};
use crate::accounts::{agents, posts, store};
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

pub async fn show(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    me_page(&app, &actor, ("", Vec::new())).await
}

pub(super) async fn me_page(
    app: &Shared,
    actor: &Actor,
    (label, errors): (&str, Vec<frame::FieldError>),
) -> Result<Markup, Problem> {
    let account = store::by_id(&app.db, actor.account).await?.ok_or(Problem::SignIn)?;
    let sessions = me::sessions(app, actor).await?;
    let tokens = me::tokens(app, actor).await?;
    let body = html! {
        (facts(app, actor, &account).await?)
        (frame::toolbar(html! {
            (frame::button_link("/me/password", "修改密码"))
            @if !account.has_totp { (frame::button_link("/me/totp", "设置动态验证码")) }
            (frame::button_link("/posts", "查看岗位权限"))
        }))
        h2 { "登录会话" }
        p { "不是您本人登录的，请结束它并修改密码。" }
        (sessions_table(app, actor, "/me/sessions", &sessions))
        @if sessions.len() > 1 {
            (form_post("/me/sessions/end", &csrf(app, actor.session), &new_key(),
                submit("结束其他全部会话")))
        }
        h2 { "接口令牌" }
        p { "令牌让程序以您的岗位和管辖范围调用接口，请像密码一样保管。停用、重置密码、调动或更换岗位时自动失效。" }
        (tokens_table(app, actor, "/me/tokens", &tokens))
        (form_post("/me/tokens", &csrf(app, actor.session), &new_key(), html! {
            (text_field(Input::new("label", "新令牌的用途").value(label).errors(&errors)
                .autocomplete("off").hint("例如“与医保系统比对”")))
            (submit("生成令牌"))
        }))
        @if account.has_totp { (off_part(app, actor, &errors)) }
    };
    Ok(page(app, actor, "我的账号", body).errors(errors).render())
}

async fn facts(app: &Shared, actor: &Actor, account: &store::Account) -> Result<Markup, Problem> {
    let n_left = store::me::n_recovery(&app.db, actor.account).await?;
    Ok(frame::facts_list(&[
        ("账号", html! { code { (account.name) } }),
        ("使用人", frame::text(&account.person_name)),
        ("机构", frame::text(&actor.org_name)),
        ("岗位", frame::text(posts::name_of(&actor.post))),
        (
            "动态验证码",
            html! {
                @if account.has_totp { "已启用，备用码还剩" (n_left) "个" } @else { "未启用" }
            },
        ),
    ]))
}

/// Sessions, with a button each when `action` says where `/{id}/end` is put behind.
pub(super) fn sessions_table(
    app: &Shared,
    actor: &Actor,
    action: &str,
    sessions: &[Session],
) -> Markup {
    let mut columns = vec![
        Col::text("浏览器"),
        Col::text("来源地址"),
        Col::text("最近操作"),
        Col::text("登录时间"),
    ];
    if !action.is_empty() {
        columns.push(Col::actions());
    }
    let rows = sessions.iter().map(|session| {
        let end = format!("{action}/{}/end", session.id);
        let came = html! { "结束" span.unseen { "来自" (session.address) "的会话" } };
        vec![
            frame::text(agents::words(&session.agent)),
            frame::text(address(&session.address)),
            frame::text(instant(session.seen_at)),
            frame::text(instant(session.began_at)),
            html! {
                @if session.id == actor.session { (frame::tag(Tone::Info, "本次登录")) }
                @else { (small_form(app, actor, &end, came)) }
            },
        ]
    });
    let table = Table::new("登录会话", columns).rows(rows.collect());
    frame::table(table.empty("目前没有登录会话"))
}

/// A form of one button inside a table.
fn small_form(app: &Shared, actor: &Actor, action: &str, label: Markup) -> Markup {
    let button = html! { button.button.second type="submit" { (label) } };
    form_post(action, &csrf(app, actor.session), &new_key(), button)
}

fn address(address: &str) -> &str {
    match address {
        "" | "direct" => "未知",
        "127.0.0.1" | "::1" => "本机",
        known => known,
    }
}

/// Seconds since 1970 as the clock on the wall.
fn instant(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| String::new(), |at| kernel::clock::on_the_wall(&at.to_string()))
}

/// Tokens, with a button each when `action` says where `/{id}/revoke` is put behind.
pub(super) fn tokens_table(app: &Shared, actor: &Actor, action: &str, tokens: &[Token]) -> Markup {
    let mut columns = vec![Col::head("用途"), Col::day("生成日期")];
    if !action.is_empty() {
        columns.push(Col::actions());
    }
    let rows = tokens.iter().map(|token| {
        let revoke = format!("{action}/{}/revoke", token.id);
        let what = html! { "撤销" span.unseen { (token.label) } };
        vec![
            frame::text(&token.label),
            frame::time(&token.made_on),
            small_form(app, actor, &revoke, what),
        ]
    });
    let table = Table::new("接口令牌", columns).rows(rows.collect());
    frame::table(table.empty("没有接口令牌"))
}

pub async fn end_session(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(session): Path<i64>,
) -> Result<Redirect, Problem> {
    me::end_session(&app, &actor, session).await?;
    Ok(Redirect::to("/me"))
}

pub async fn end_others(State(app): State<Shared>, Me(actor): Me) -> Result<Redirect, Problem> {
    me::end_others(&app, &actor).await?;
    Ok(Redirect::to("/me"))
}

pub async fn make_token(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let label = fields.get("label");
    match me::make_token(&app, &actor, label).await {
        Ok(token) => Ok(token_page(&app, &actor, &token).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = me_page(&app, &actor, (label, form_errors(&problem))).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn token_page(app: &Shared, actor: &Actor, token: &str) -> Markup {
    let body = html! {
        (frame::panel(Tone::Warn, "请现在抄下令牌，离开本页后不再显示", html! {
            p.long { code { (token) } }
        }))
        p { "调用接口时放在请求头中：" code { "Authorization: Bearer 令牌" } }
        p { a href="/me" { "返回我的账号" } }
    };
    page(app, actor, "令牌已生成", body).crumb("我的账号", "/me").render()
}

pub async fn revoke_token(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    me::revoke_token(&app, &actor, id).await?;
    Ok(Redirect::to("/me"))
}

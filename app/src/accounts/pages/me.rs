//! One's own account: password, second factor, sessions, tokens.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Col, Input, Table, Tone, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use crate::accounts::me::{self, Session, Token};
use crate::accounts::{posts, store};
use crate::web::{Fields, Me, Shared, csrf, form_errors, new_key, page};

pub async fn show(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    me_page(&app, &actor, Vec::new()).await
}

async fn me_page(
    app: &Shared,
    actor: &Actor,
    errors: Vec<frame::FieldError>,
) -> Result<Markup, Problem> {
    let account = store::by_id(&app.db, actor.account).await?.ok_or(Problem::SignIn)?;
    let sessions = me::sessions(app, actor).await?;
    let tokens = me::tokens(app, actor).await?;
    let body = html! {
        (frame::facts_list(&[
            ("账号", html! { code { (account.name) } }),
            ("使用人", frame::text(&account.person_name)),
            ("机构", frame::text(&actor.org_name)),
            ("岗位", frame::text(posts::name_of(&actor.post))),
            ("密码", html! { a href="/me/password" { "修改密码" } }),
            ("动态验证码", html! {
                @if account.has_totp { "已启用（更换手机请联系安全管理员解除）" }
                @else { "未启用　" a href="/me/totp" { "设置动态验证码" } }
            }),
        ]))
        h2 { "登录会话" }
        (sessions_table(app, actor, "/me/sessions", &sessions))
        @if sessions.len() > 1 {
            (form_post("/me/sessions/end", &csrf(app, actor.session), &new_key(),
                submit("结束其他全部会话")))
        }
        h2 { "接口令牌" }
        p { "令牌让程序以您的岗位和管辖范围调用接口，请像密码一样保管。" }
        (tokens_table(app, actor, &tokens))
        (form_post("/me/tokens", &csrf(app, actor.session), &new_key(), html! {
            (text_field(Input::new("label", "新令牌的用途").errors(&errors)
                .hint("例如“与医保系统比对”")))
            (submit("生成令牌"))
        }))
    };
    Ok(page(app, actor, "我的账号", body).errors(errors).render())
}

/// Sessions with a button each; `action` is where `/{id}/end` is put behind.
pub(super) fn sessions_table(
    app: &Shared,
    actor: &Actor,
    action: &str,
    sessions: &[Session],
) -> Markup {
    let columns = vec![
        Col::text("登录时间"),
        Col::text("最近操作"),
        Col::text("来源地址"),
        Col::text("浏览器"),
        Col::actions(),
    ];
    let rows = sessions.iter().map(|session| {
        let end = format!("{action}/{}/end", session.id);
        vec![
            frame::text(instant(session.began_at)),
            frame::text(instant(session.seen_at)),
            frame::text(&session.address),
            frame::text(if session.agent.is_empty() { "未提供" } else { &session.agent }),
            html! {
                @if session.id == actor.session { (frame::tag(Tone::Info, "本次登录")) }
                @else { (form_post(&end, &csrf(app, actor.session), &new_key(), submit("结束"))) }
            },
        ]
    });
    let table = Table::new("登录会话", columns).rows(rows.collect());
    frame::table(table.empty("目前没有登录会话"))
}

/// Seconds since 1970 as the clock on the wall.
fn instant(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| String::new(), |at| kernel::clock::on_the_wall(&at.to_string()))
}

fn tokens_table(app: &Shared, actor: &Actor, tokens: &[Token]) -> Markup {
    let columns = vec![Col::head("用途"), Col::day("生成日期"), Col::actions()];
    let rows = tokens.iter().map(|token| {
        let revoke = format!("/me/tokens/{}/revoke", token.id);
        vec![
            frame::text(&token.label),
            frame::time(&token.made_on),
            form_post(&revoke, &csrf(app, actor.session), &new_key(), submit("撤销")),
        ]
    });
    let table = Table::new("接口令牌", columns).rows(rows.collect());
    frame::table(table.empty("还没有接口令牌"))
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
    match me::make_token(&app, &actor, fields.get("label")).await {
        Ok(token) => {
            let body = html! {
                (frame::panel(Tone::Warn, "请现在抄下令牌，离开本页后不再显示", html! {
                    p { code { (token) } }
                }))
                p { "调用接口时放在请求头中：" code { "Authorization: Bearer 令牌" } }
                p { a href="/me" { "返回我的账号" } }
            };
            Ok(page(&app, &actor, "令牌已生成", body).crumb("我的账号", "/me").render()
                .into_response())
        }
        Err(problem @ Problem::Invalid(_)) => {
            let page = me_page(&app, &actor, form_errors(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn revoke_token(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Redirect, Problem> {
    me::revoke_token(&app, &actor, id).await?;
    Ok(Redirect::to("/me"))
}

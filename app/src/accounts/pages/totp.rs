//! The second factor: setting it up, taking it off, and the second step of a sign-in.

use std::fmt::Write;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Input, Kind, Markup, Tone, Width, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::html;

use super::me::me_page;
use super::{entered, form_errors};
use crate::accounts::totp::{self, Enrolment};
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

pub async fn enrol_form(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let enrolment = totp::begin(&app, &actor).await?;
    enrol_page(&app, &actor, &enrolment, Vec::new())
}

fn enrol_page(
    app: &Shared,
    actor: &Actor,
    enrolment: &Enrolment,
    errors: Vec<frame::FieldError>,
) -> Result<Markup, Problem> {
    let form = form_post(
        "/me/totp",
        &csrf(app, actor.session),
        &new_key(),
        html! {
            (frame::hidden("sealed", &enrolment.sealed))
            (code_field("验证码", &errors))
            (submit("启用动态验证码"))
        },
    );
    let body = html! {
        p { "启用后，登录时除密码外还要输入手机上显示的 6 位数字；密码被人知道，别人也登录不了。" }
        ol {
            li { "在手机上安装身份验证器应用（不需要联网），打开后选择“添加账号”。" }
            li { "扫描下面的二维码；不能扫描的，手工输入密钥：" code { (enrolment.secret) } }
            li { "把手机上显示的 6 位数字填在下面。" }
        }
        (qr(&enrolment.uri)?)
        (form)
    };
    let shell = page(app, actor, "设置动态验证码", body).crumb("我的账号", "/me");
    Ok(shell.errors(errors).render())
}

fn code_field(label: &str, errors: &[frame::FieldError]) -> Markup {
    let input = Input::new("code", label).kind(Kind::Number).width(Width::Short);
    text_field(input.errors(errors).autocomplete("one-time-code"))
}

/// A QR code as one path; each dark module is a square of one unit.
fn qr(text: &str) -> Result<Markup, Problem> {
    let code = fast_qr::QRBuilder::new(text).build();
    let code = code.map_err(|cause| anyhow::anyhow!("qr: {cause:?}"))?;
    let mut path = String::new();
    for row in 0..code.size {
        for column in 0..code.size {
            if code[row][column].value() {
                write!(path, "M{} {}h1v1h-1z", column + 4, row + 4).map_err(anyhow::Error::from)?;
            }
        }
    }
    let side = code.size + 8;
    Ok(html! {
        p {
            svg width="220" height="220" viewBox={ "0 0 " (side) " " (side) } role="img"
                aria-label="动态验证码的二维码，内容与上面的密钥相同"
                shape-rendering="crispEdges" {
                rect width=(side) height=(side) fill="#fff" {}
                path d=(path) fill="#000" {}
            }
        }
    })
}

pub async fn enrol(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let sealed = fields.get("sealed");
    match totp::confirm(&app, &actor, sealed, fields.get("code")).await {
        Ok(codes) => Ok(recovery_page(&app, &actor, &codes).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let enrolment = totp::resume(&app, &actor, sealed).await?;
            let page = enrol_page(&app, &actor, &enrolment, form_errors(&problem))?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn recovery_page(app: &Shared, actor: &Actor, codes: &[String]) -> Markup {
    let list = html! { ul { @for code in codes { li { code { (code) } } } } };
    let body = html! {
        p { "手机不在身边时，登录时可改填一个备用码，每个只能用一次。" }
        (frame::panel(Tone::Warn, "请现在抄下或打印备用码，离开本页后不再显示", list))
        (frame::print_button())
        p { a href="/me" { "返回我的账号" } }
    };
    let shell = page(app, actor, "备用码", body).crumb("我的账号", "/me");
    shell.notice(Tone::Good, "动态验证码已启用").render()
}

/// The form that takes one's own second factor off.
pub(super) fn off_part(app: &Shared, actor: &Actor, errors: &[frame::FieldError]) -> Markup {
    let form = html! {
        (text_field(Input::new("password", "密码").kind(Kind::Password).errors(errors)
            .autocomplete("current-password")))
        (code_field("验证码或备用码", errors))
        (frame::danger_submit("关闭动态验证码"))
    };
    html! {
        h2 { "关闭动态验证码" }
        p { "更换手机、备用码用完时，先关闭，再重新设置。手机和备用码都不在的，请联系安全管理员解除。" }
        (form_post("/me/totp/off", &csrf(app, actor.session), &new_key(), form))
    }
}

pub async fn switch_off(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    match totp::switch_off(&app, &actor, fields.get("password"), fields.get("code")).await {
        Ok(()) => Ok(Redirect::to("/me").into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = me_page(&app, &actor, ("", form_errors(&problem))).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn step_form(State(app): State<Shared>, Me(actor): Me) -> Result<Response, Problem> {
    if totp::is_passed(&app, &actor).await? {
        return Ok(Redirect::to("/").into_response());
    }
    Ok(step_page(&app, &actor, Vec::new()).into_response())
}

fn step_page(app: &Shared, actor: &Actor, errors: Vec<frame::FieldError>) -> Markup {
    let body = html! {
        (form_post("/sign-in/totp", &csrf(app, actor.session), &new_key(), html! {
            p { "请输入手机身份验证器上显示的 6 位数字；手机不在身边的，输入一个备用码。" }
            (code_field("验证码或备用码", &errors))
            (submit("继续登录"))
        }))
        p { "手机和备用码都不在的，请联系安全管理员解除动态验证码。" }
        (form_post("/sign-out", &csrf(app, actor.session), "",
            html! { button.button.second type="submit" { "换一个账号登录" } }))
    };
    frame::Shell::new("输入动态验证码", body).errors(errors).render()
}

pub async fn step(
    State(app): State<Shared>,
    Me(actor): Me,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    if totp::is_passed(&app, &actor).await? {
        return Ok(Redirect::to("/").into_response());
    }
    match totp::pass(&app, &actor, fields.get("code")).await {
        Ok((stage, token)) => Ok(entered(&headers, &token, stage, "/")),
        Err(problem @ (Problem::Invalid(_) | Problem::TooMany)) => {
            let errors = match &problem {
                Problem::TooMany => vec![frame::FieldError::new("code", problem.to_string())],
                _ => form_errors(&problem),
            };
            Ok((problem.status(), step_page(&app, &actor, errors)).into_response())
        }
        Err(problem) => Err(problem),
    }
}

//! The second factor: setting it up, and the second step of a sign-in.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Input, Width, form_post, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use crate::accounts::totp::{self, Enrolment};
use crate::accounts::Stage;
use crate::web::{Fields, Me, Shared, csrf, form_errors, new_key, page};

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
            (code_field(&errors))
            (submit("启用动态验证码"))
        },
    );
    let body = html! {
        ol {
            li { "在手机上打开身份验证器应用，选择扫描二维码或手工输入密钥。" }
            li { "扫描下面的二维码，或输入密钥：" code { (enrolment.secret) } }
            li { "把手机上显示的 6 位数字填在下面，启用后每次登录都要输入。" }
        }
        (qr(&enrolment.uri)?)
        (frame::why("不能扫码时使用的地址", html! { p { code { (enrolment.uri) } } }))
        (form)
    };
    Ok(page(app, actor, "设置动态验证码", body).crumb("我的账号", "/me").errors(errors).render())
}

fn code_field(errors: &[frame::FieldError]) -> Markup {
    let input = Input::new("code", "验证码").kind(frame::Kind::Number).width(Width::Short);
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
                path.push_str(&format!("M{} {}h1v1h-1z", column + 4, row + 4));
            }
        }
    }
    let side = code.size + 8;
    Ok(html! {
        svg width="220" height="220" viewBox={ "0 0 " (side) " " (side) } role="img"
            aria-label="动态验证码的二维码，内容与上面的密钥相同" shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
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
        Ok(()) => Ok(Redirect::to("/me").into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let enrolment = totp::resume(&app, &actor, sealed).await?;
            let page = enrol_page(&app, &actor, &enrolment, form_errors(&problem))?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn step_form(State(app): State<Shared>, Me(actor): Me) -> Markup {
    step_page(&app, &actor, Vec::new())
}

fn step_page(app: &Shared, actor: &Actor, errors: Vec<frame::FieldError>) -> Markup {
    let body = html! {
        (form_post("/sign-in/totp", &csrf(app, actor.session), &new_key(), html! {
            p { "请输入手机身份验证器上显示的 6 位数字。" }
            (code_field(&errors))
            (submit("继续登录"))
        }))
        p { "手机丢失或更换时，请联系安全管理员解除动态验证码。" }
        (form_post("/sign-out", &csrf(app, actor.session), "", submit("换一个账号登录")))
    };
    frame::Shell::new("输入动态验证码", body).errors(errors).render()
}

pub async fn step(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    match totp::pass(&app, &actor, fields.get("code")).await {
        Ok(Stage::Password) => Ok(Redirect::to("/me/password").into_response()),
        Ok(_) => Ok(Redirect::to("/").into_response()),
        Err(problem @ (Problem::Invalid(_) | Problem::TooMany)) => {
            let page = step_page(&app, &actor, form_errors(&problem));
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

//! A problem with the face of a page: the same sentence, inside the frame.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Actor;
use kernel::problem::Told;
use maud::html;

use super::gate::Post;
use super::{Gate, Kind, page};

/// Dresses a problem for people; answers of the API and good answers pass unchanged.
pub fn dress(post: &Post, actor: Option<&Actor>, path: &str, response: Response) -> Response {
    let Some(told) = response.extensions().get::<Told>().cloned() else {
        return response;
    };
    if let Some(outcome) = &told.outcome {
        return repeated(post.kind, outcome);
    }
    if post.kind == Kind::Api {
        return response;
    }
    match told.code {
        "sign-in" if post.kind == Kind::Page => {
            let next = if path == "/" { String::new() } else { format!("?next={path}") };
            Redirect::to(&format!("/sign-in{next}")).into_response()
        }
        "not-entered" if post.gate != Gate::Anyone => Redirect::to("/me/password").into_response(),
        "second-factor" => Redirect::to("/sign-in/totp").into_response(),
        _ => problem_page(post, actor, &told),
    }
}

/// The second of two equal requests is led to where the first one led.
fn repeated(kind: Kind, outcome: &str) -> Response {
    if kind == Kind::Api {
        let mut response = outcome.to_owned().into_response();
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        return response;
    }
    let to = if outcome.starts_with('/') { outcome } else { "/" };
    Redirect::to(to).into_response()
}

fn problem_page(post: &Post, actor: Option<&Actor>, told: &Told) -> Response {
    let title = match told.status {
        StatusCode::NOT_FOUND => "没有找到",
        StatusCode::FORBIDDEN => "不能办理",
        StatusCode::SERVICE_UNAVAILABLE => "系统繁忙",
        _ => "未能办理",
    };
    let body = html! {
        p.lead { (told.sentence) }
        @if !told.fields.is_empty() {
            ul { @for field in &told.fields { li { (field.message) } } }
        }
        p { a href="/" { "返回首页" } }
    };
    let shell = match actor {
        Some(actor) => page(&post.app, actor, title, body),
        None => frame::Shell::new(title, body),
    };
    (told.status, shell.render()).into_response()
}

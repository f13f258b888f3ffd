//! Accounts of others: the list, a new one, one of them with what may be done to it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Col, Input, Pager, Table, Tone, form_post, select_field, submit, text_field};
use kernel::{Actor, Problem};
use maud::{Markup, html};

use super::me::sessions_table;
use crate::accounts::admin::{self, Listed, Made, Seat, Target, Use, Wish};
use crate::accounts::{deeds, posts, store};
use crate::codes;
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, form_errors, new_key, page};

const PAGE: i64 = 20;

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let post = if asked.0.iter().any(|(name, _)| name == "post") { asked.get("post") } else { "*" };
    let wish = Wish {
        text: asked.get("q").to_owned(),
        post: if post == "none" { String::new() } else { post.to_owned() },
        after: asked.get("after").to_owned(),
        limit: PAGE,
    };
    let (found, is_more) = admin::list(&app, &actor, &wish).await?;
    let query = |after: &str| {
        let text = crate::web::page::encoded(&wish.text);
        format!("/accounts?q={text}&post={post}&after={after}")
    };
    let next = found.last().filter(|_| is_more).map(|last| query(&last.name));
    let first = (!wish.after.is_empty()).then(|| query(""));
    let body = html! {
        (frame::filters("/accounts", filter_fields(&wish.text, post)))
        @if actor.can(deeds::ACCOUNTS_MAKE) {
            (frame::toolbar(frame::button_link("/accounts/new", "新建账号")))
        }
        (accounts_table(&found))
        (frame::pager(Pager { first, next, ..Pager::default() }))
    };
    Ok(page(&app, &actor, "账号", body).render())
}

fn filter_fields(text: &str, post: &str) -> Markup {
    let mut choices = vec![Choice::new("*", "全部岗位"), Choice::new("none", "待授岗")];
    choices.extend(posts::POSTS.iter().map(|post| Choice::new(post.code, post.name)));
    html! {
        (text_field(Input::new("q", "账号或姓名").value(text)))
        (select_field(Input::new("post", "岗位").value(post), &choices))
    }
}

fn accounts_table(found: &[Listed]) -> Markup {
    let columns = vec![
        Col::head("账号"),
        Col::text("使用人"),
        Col::text("机构"),
        Col::text("岗位"),
        Col::text("动态验证码"),
        Col::text("状态"),
    ];
    let rows = found.iter().map(|account| {
        vec![
            html! { a href={ "/accounts/" (account.id) } { (account.name) } },
            frame::text(&account.person_name),
            frame::text(&account.seat.name),
            post_tag(&account.post),
            frame::text(if account.has_totp { "已启用" } else { "未启用" }),
            state_tag(account),
        ]
    });
    let table = Table::new("账号", columns).rows(rows.collect());
    frame::table(table.empty("没有符合条件的账号，请更换查询条件"))
}

fn post_tag(post: &str) -> Markup {
    if post.is_empty() { frame::tag(Tone::Warn, "待授岗") } else { frame::text(posts::name_of(post)) }
}

fn state_tag(account: &Listed) -> Markup {
    match (&account.disabled_on, account.must_change) {
        (Some(_), _) => frame::tag(Tone::Bad, "已停用"),
        (None, true) => frame::tag(Tone::Warn, "待修改初始密码"),
        (None, false) => frame::tag(Tone::Good, "可用"),
    }
}

pub async fn new_form(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    new_page(&app, &actor, &Fields::default(), Vec::new()).await
}

async fn new_page(
    app: &Shared,
    actor: &Actor,
    typed: &Fields,
    errors: Vec<frame::FieldError>,
) -> Result<Markup, Problem> {
    let seats = store::admin::seats(&app.db, &actor.scope()).await?;
    let labels: Vec<(String, String)> =
        seats.iter().map(|seat| (seat.id.to_string(), seat_label(seat))).collect();
    let choices: Vec<Choice> =
        labels.iter().map(|(id, label)| Choice::new(id, label)).collect();
    let form = form_post(
        "/accounts",
        &csrf(app, actor.session),
        &new_key(),
        html! {
            (text_field(Input::new("name", "账号").value(typed.get("name")).errors(&errors)
                .hint("3–40 位字母、数字或“_-.”，例如“qingshan01”")))
            (text_field(Input::new("person_name", "使用人姓名")
                .value(typed.get("person_name")).errors(&errors)))
            (select_field(Input::new("org", "所在机构").value(typed.get("org"))
                .errors(&errors).width(frame::Width::Full), &choices))
            p { "系统会生成初始密码，只显示一次；岗位由安全管理员授予。" }
            (submit("新建账号"))
        },
    );
    Ok(page(app, actor, "新建账号", form).crumb("账号", "/accounts").errors(errors).render())
}

fn seat_label(seat: &Seat) -> String {
    let kind = codes::name_of(codes::ORG_KINDS, &seat.kind);
    format!("{} {}（{kind}）", seat.code, seat.name)
}

pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let made = match fields.number("org") {
        None => Err(Problem::field("org", "请选择所在机构")),
        Some(org) => {
            let asked = (fields.get("name"), fields.get("person_name"), org);
            admin::create(&app, &actor, asked).await
        }
    };
    match made {
        Ok(made) => Ok(password_page(&app, &actor, &made, "账号已建立").into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = new_page(&app, &actor, &fields, form_errors(&problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn password_page(app: &Shared, actor: &Actor, made: &Made, title: &str) -> Markup {
    let body = html! {
        (frame::panel(Tone::Warn, "请现在抄下初始密码，离开本页后不再显示", frame::facts_list(&[
            ("账号", html! { code { (made.name) } }),
            ("初始密码", html! { code { (made.password) } }),
        ])))
        p { "使用人首次登录时必须修改密码。" }
        p { a href={ "/accounts/" (made.id) } { "查看账号" } }
    };
    page(app, actor, title, body).crumb("账号", "/accounts").render()
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let account = admin::find(&mut app.db.clone(), &actor.scope(), id).await?;
    show_page(&app, &actor, &account, Vec::new()).await
}

async fn show_page(
    app: &Shared,
    actor: &Actor,
    account: &Listed,
    errors: Vec<frame::FieldError>,
) -> Result<Markup, Problem> {
    let is_other = account.id != actor.account;
    let body = html! {
        (frame::facts_list(&[
            ("账号", html! { code { (account.name) } }),
            ("使用人", frame::text(&account.person_name)),
            ("机构", frame::text(seat_label(&account.seat))),
            ("岗位", post_tag(&account.post)),
            ("动态验证码", frame::text(if account.has_totp { "已启用" } else { "未启用" })),
            ("状态", state_tag(account)),
        ]))
        @if !is_other {
            (frame::notice(Tone::Info, "这是您自己的账号，请在“我的账号”中管理"))
        }
        @if is_other && actor.can(deeds::ACCOUNTS_MAKE) { (make_forms(app, actor, account)) }
        @if is_other && actor.can(deeds::ACCOUNTS_POST) {
            (post_form(app, actor, account, &errors))
            @if account.has_totp { (totp_form(app, actor, account)) }
        }
        @if actor.can(deeds::ACCOUNTS_POST) {
            @let sessions = admin::sessions(app, actor, account.id).await?;
            h2 { "登录会话" }
            (sessions_table(app, actor, &format!("/accounts/{}/sessions", account.id), &sessions))
            (one_button(app, actor, &format!("/accounts/{}/sessions/end", account.id),
                ("结束全部会话并撤销接口令牌", account.version)))
        }
    };
    let title = format!("账号 {}", account.name);
    Ok(page(app, actor, &title, body).crumb("账号", "/accounts").errors(errors).render())
}

/// A form of one button, for the version that is shown.
fn one_button(
    app: &Shared,
    actor: &Actor,
    action: &str,
    (label, version): (&str, i64),
) -> Markup {
    let body = html! { (frame::hidden("version", &version.to_string())) (submit(label)) };
    form_post(action, &csrf(app, actor.session), &new_key(), body)
}

fn make_forms(app: &Shared, actor: &Actor, account: &Listed) -> Markup {
    let at = |what: &str| format!("/accounts/{}/{what}", account.id);
    html! {
        @if account.disabled_on.is_some() {
            (one_button(app, actor, &at("enable"), ("启用账号", account.version)))
        } @else {
            (one_button(app, actor, &at("disable"), ("停用账号", account.version)))
            @if !posts::is_power(&account.post) {
                (one_button(app, actor, &at("password"), ("重置密码", account.version)))
            }
        }
    }
}

fn post_form(
    app: &Shared,
    actor: &Actor,
    account: &Listed,
    errors: &[frame::FieldError],
) -> Markup {
    let seat = &account.seat;
    let fitting = posts::POSTS.iter().filter(|post| post.fits(&seat.level, &seat.kind));
    let mut choices = vec![Choice::new("", "无岗位（待授岗）")];
    choices.extend(fitting.map(|post| Choice::new(post.code, post.name)));
    let input = Input::new("post", "岗位").value(&account.post).errors(errors);
    form_post(
        &format!("/accounts/{}/post", account.id),
        &csrf(app, actor.session),
        &new_key(),
        html! {
            h2 { "授予岗位" }
            (frame::hidden("version", &account.version.to_string()))
            (select_field(input, &choices))
            p { a href="/posts" { "查看各岗位能办的事" } }
            (submit("保存岗位"))
        },
    )
}

fn totp_form(app: &Shared, actor: &Actor, account: &Listed) -> Markup {
    let action = format!("/accounts/{}/totp/remove", account.id);
    html! {
        h2 { "动态验证码" }
        p { "使用人更换或丢失手机时解除；解除后其全部会话结束，可重新设置。" }
        (one_button(app, actor, &action, ("解除动态验证码", account.version)))
    }
}

fn target(id: i64, fields: &Fields) -> Target {
    // Without a version the change meets none: it is refused as outdated.
    Target { id, version: fields.number("version").unwrap_or(0) }
}

fn back(id: i64) -> Response {
    Redirect::to(&format!("/accounts/{id}")).into_response()
}

pub async fn disable(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    admin::set_use(&app, &actor, target(id, &fields), Use::Disabled).await?;
    Ok(back(id))
}

pub async fn enable(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    admin::set_use(&app, &actor, target(id, &fields), Use::Enabled).await?;
    Ok(back(id))
}

pub async fn reset_password(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Markup, Problem> {
    let made = admin::reset_password(&app, &actor, target(id, &fields)).await?;
    Ok(password_page(&app, &actor, &made, "密码已重置"))
}

pub async fn grant(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    match admin::grant(&app, &actor, target(id, &fields), fields.get("post")).await {
        Ok(()) => Ok(back(id)),
        Err(problem @ Problem::Invalid(_)) => {
            let account = admin::find(&mut app.db.clone(), &actor.scope(), id).await?;
            let page = show_page(&app, &actor, &account, form_errors(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn end_sessions(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    admin::end_sessions(&app, &actor, id).await?;
    Ok(back(id))
}

pub async fn end_session(
    State(app): State<Shared>,
    Me(actor): Me,
    Path((id, session)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    admin::end_session(&app, &actor, id, session).await?;
    Ok(back(id))
}

pub async fn remove_totp(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    admin::drop_totp(&app, &actor, target(id, &fields)).await?;
    Ok(back(id))
}

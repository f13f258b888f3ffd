//! Forms of the system administrator: a new account, other names, another organisation, a new
//! first password.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Choice, Input, Markup, Tone, form_post, radio_group, submit, text_field};
use kernel::{Actor, Problem};
use maud::html;

use super::admin::seat_label;
use super::form_errors;
use crate::accounts::Caller;
use crate::accounts::admin::{self, Listed, Made, Target, Use};
use crate::web::fields::Asked;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

/// More organisations than this are found by typing more of the name.
const N_SEATS: i64 = 15;

type Typed<'a> = (&'a Fields, Vec<frame::FieldError>);

pub async fn new_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    new_page(&app, &actor, (&asked, Vec::new())).await
}

async fn new_page(
    app: &Shared,
    actor: &Actor,
    (typed, errors): Typed<'_>,
) -> Result<Markup, Problem> {
    let form = form_post(
        "/accounts",
        &csrf(app, actor.session),
        &new_key(),
        html! {
            (frame::hidden("find", typed.get("find")))
            (seat_choice(app, actor, (typed, &errors), 0).await?)
            (text_field(Input::new("name", "账号").value(typed.get("name")).errors(&errors)
                .autocomplete("off").hint("3–40 位字母、数字或“_-.”，例如“qingshan01”")))
            (text_field(Input::new("person_name", "使用人姓名").autocomplete("off")
                .value(typed.get("person_name")).errors(&errors)))
            p { "系统生成首次密码，只显示一次；岗位由安全管理员授予，授予以前不能办事。" }
            (submit("新建账号"))
        },
    );
    let body = html! {
        (seat_search("/accounts/new", typed))
        (form)
    };
    Ok(page(app, actor, "新建账号", body).crumb("账号", "/accounts").errors(errors).render())
}

fn seat_search(action: &str, typed: &Fields) -> Markup {
    frame::filters(
        action,
        text_field(
            Input::new("find", "查找机构")
                .value(typed.get("find"))
                .optional()
                .hint("先填名称或代码的一部分，再在下面选定"),
        ),
    )
}

/// The organisations that fit what was typed, to choose one; `but` is left out.
async fn seat_choice(
    app: &Shared,
    actor: &Actor,
    (typed, errors): (&Fields, &[frame::FieldError]),
    but: i64,
) -> Result<Markup, Problem> {
    let mut seats = admin::seats(app, actor, typed.get("find"), N_SEATS).await?;
    let is_more = i64::try_from(seats.len()).is_ok_and(|n| n > N_SEATS);
    seats.truncate(usize::try_from(N_SEATS).unwrap_or(0));
    seats.retain(|seat| seat.id != but);
    let labels: Vec<(String, String)> =
        seats.iter().map(|seat| (seat.id.to_string(), seat_label(seat))).collect();
    let choices: Vec<Choice<'_>> =
        labels.iter().map(|(id, label)| Choice::new(id, label)).collect();
    Ok(html! {
        @if choices.is_empty() {
            (frame::notice(Tone::Warn, "没有找到机构，请换名称或代码再查"))
        } @else {
            (radio_group(Input::new("org", "所在机构").value(typed.get("org")).errors(errors),
                &choices))
            @if is_more { p.hint { "只列出前 15 个机构，其余请在上面查找。" } }
        }
    })
}

fn org_of(fields: &Fields) -> Result<i64, Problem> {
    fields.number("org").ok_or_else(|| Problem::field("org", "请选择所在机构"))
}

pub async fn create(
    State(app): State<Shared>,
    Me(actor): Me,
    fields: Fields,
) -> Result<Response, Problem> {
    let made = match org_of(&fields) {
        Ok(org) => {
            let asked = (fields.get("name"), fields.get("person_name"), org);
            admin::create(&app, &actor, asked, Caller::Page).await
        }
        Err(problem) => Err(problem),
    };
    match made {
        Ok(made) => Ok(password_page(&app, &actor, &made, "账号已建立").into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let page = new_page(&app, &actor, (&fields, form_errors(&problem))).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn password_page(app: &Shared, actor: &Actor, made: &Made, title: &str) -> Markup {
    let body = html! {
        (password_panel(made))
        p { "把它交给使用人本人。首次登录时必须修改，改后只有本人知道。" }
        p { a href={ "/accounts/" (made.id) } { "查看账号" } }
    };
    page(app, actor, title, body).crumb("账号", "/accounts").render()
}

/// A first password, which is shown this once.
pub(super) fn password_panel(made: &Made) -> Markup {
    let facts = frame::facts_list(&[
        ("账号", html! { code { (made.name) } }),
        ("首次密码", html! { code { (made.password) } }),
    ]);
    frame::panel(Tone::Warn, "请现在抄下，离开本页后不再显示", facts)
}

/// The account that a form is about.
async fn account(app: &Shared, actor: &Actor, id: i64) -> Result<Listed, Problem> {
    admin::find(&mut app.db.clone(), &actor.scope(), id).await
}

fn about(app: &Shared, actor: &Actor, account: &Listed, title: &str, body: Markup) -> frame::Shell {
    page(app, actor, title, body)
        .crumb("账号", "/accounts")
        .crumb(account.name.clone(), format!("/accounts/{}", account.id))
}

pub async fn names_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
) -> Result<Markup, Problem> {
    let account = account(&app, &actor, id).await?;
    let names = (account.name.as_str(), account.person_name.as_str());
    Ok(names_page(&app, &actor, &account, (names, Vec::new())))
}

fn names_page(
    app: &Shared,
    actor: &Actor,
    account: &Listed,
    ((name, person_name), errors): ((&str, &str), Vec<frame::FieldError>),
) -> Markup {
    let form = form_post(
        &format!("/accounts/{}/names", account.id),
        &csrf(app, actor.session),
        &new_key(),
        html! {
            (frame::hidden("version", &account.version.to_string()))
            (text_field(Input::new("name", "账号").value(name).errors(&errors)
                .autocomplete("off").hint("使用人下次登录时用新的账号名")))
            (text_field(Input::new("person_name", "使用人姓名").value(person_name)
                .autocomplete("off").errors(&errors)))
            (submit("保存名称"))
        },
    );
    about(app, actor, account, "修改名称", form).errors(errors).render()
}

pub async fn rename(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let names = (fields.get("name"), fields.get("person_name"));
    match admin::rename(&app, &actor, target(id, &fields), names).await {
        Ok(_) => Ok(back(id, "named")),
        Err(problem @ Problem::Invalid(_)) => {
            let account = account(&app, &actor, id).await?;
            let page = names_page(&app, &actor, &account, (names, form_errors(&problem)));
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn move_form(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let account = account(&app, &actor, id).await?;
    move_page(&app, &actor, &account, (&asked, Vec::new())).await
}

async fn move_page(
    app: &Shared,
    actor: &Actor,
    account: &Listed,
    (typed, errors): Typed<'_>,
) -> Result<Markup, Problem> {
    let action = format!("/accounts/{}/move", account.id);
    let form = form_post(
        &action,
        &csrf(app, actor.session),
        &new_key(),
        html! {
            (frame::hidden("version", &account.version.to_string()))
            (frame::hidden("find", typed.get("find")))
            (seat_choice(app, actor, (typed, &errors), account.seat.id).await?)
            p { "调动后收回岗位，会话和接口令牌立即失效；新岗位由安全管理员授予。" }
            (submit("调往这个机构"))
        },
    );
    let body = html! {
        p { "现在所在：" (seat_label(&account.seat)) }
        (seat_search(&action, typed))
        (form)
    };
    Ok(about(app, actor, account, "调往其他机构", body).errors(errors).render())
}

pub async fn move_to(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    let moved = match org_of(&fields) {
        Ok(org) => admin::move_to(&app, &actor, target(id, &fields), org).await,
        Err(problem) => Err(problem),
    };
    match moved {
        Ok(_) => Ok(back(id, "moved")),
        Err(problem @ Problem::Invalid(_)) => {
            let account = account(&app, &actor, id).await?;
            let page = move_page(&app, &actor, &account, (&fields, form_errors(&problem))).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

pub async fn disable(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    admin::set_use(&app, &actor, target(id, &fields), Use::Disabled).await?;
    Ok(back(id, "disabled"))
}

pub async fn enable(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    fields: Fields,
) -> Result<Response, Problem> {
    admin::set_use(&app, &actor, target(id, &fields), Use::Enabled).await?;
    Ok(back(id, "enabled"))
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

/// Without a version a change meets none: it is refused as outdated.
pub(super) fn target(id: i64, fields: &Fields) -> Target {
    Target { id, version: fields.number("version").unwrap_or(0), caller: Caller::Page }
}

pub(super) fn back(id: i64, saved: &str) -> Response {
    Redirect::to(&format!("/accounts/{id}?saved={saved}")).into_response()
}

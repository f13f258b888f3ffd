//! The first set-up: three administrators and the first organisation.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use frame::{Input, Kind, fieldset, form_post, submit, text_field};
use kernel::Problem;
use maud::{Markup, html};

use crate::accounts::setup::{self, Founder, Founding, Wanted};
use crate::accounts::posts;
use crate::web::{Fields, Shared, form_errors, gate};

pub async fn form(State(app): State<Shared>) -> Result<Markup, Problem> {
    let wanted = setup::wanted(&app).await?;
    Ok(setup_page(wanted, &Founding::default(), Vec::new()))
}

fn setup_page(wanted: Wanted, typed: &Founding, errors: Vec<frame::FieldError>) -> Markup {
    let hint = match wanted {
        Wanted::Code => "已导入机构中最上级的区划代码",
        Wanted::CodeAndName => "市 4 位、区 6 位或街道 9 位",
    };
    let form = form_post(
        "/setup",
        "",
        "",
        html! {
            (text_field(Input::new("code", "一次性代码").value(&typed.code).errors(&errors)
                .hint("运行 songhe init 时显示的代码").autocomplete("off")))
            (fieldset("首个机构", html! {
                (text_field(Input::new("org_code", "区划代码").value(&typed.org_code)
                    .errors(&errors).hint(hint)))
                @if wanted == Wanted::CodeAndName {
                    (text_field(Input::new("org_name", "机构名称").value(&typed.org_name)
                        .errors(&errors)))
                }
            }))
            @for (place, founder) in typed.founders.iter().enumerate() {
                (fieldset(posts::name_of(posts::POWERS[place]),
                    founder_fields(place, founder, &errors)))
            }
            (submit("设立管理员"))
        },
    );
    let body = html! {
        p { "系统管理员建立账号，安全管理员授予岗位，审计员查看记录；三人互相制约，不能兼任。" }
        p { "密码至少 10 位，含字母、数字、符号中的两种。三人首次登录时都要修改密码。" }
        (form)
    };
    frame::Shell::new("首次设置", body).errors(errors).render()
}

fn founder_fields(place: usize, founder: &Founder, errors: &[frame::FieldError]) -> Markup {
    let names = [
        format!("name{place}"),
        format!("person_name{place}"),
        format!("password{place}"),
    ];
    html! {
        (text_field(Input::new(&names[0], "账号").value(&founder.name).errors(errors)
            .autocomplete("off")))
        (text_field(Input::new(&names[1], "姓名").value(&founder.person_name).errors(errors)))
        (text_field(Input::new(&names[2], "初始密码").kind(Kind::Password).errors(errors)
            .autocomplete("new-password")))
    }
}

pub async fn found(
    State(app): State<Shared>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let founder = |place: usize| Founder {
        name: fields.get(&format!("name{place}")).to_owned(),
        person_name: fields.get(&format!("person_name{place}")).to_owned(),
        password: fields.get(&format!("password{place}")).to_owned(),
    };
    let typed = Founding {
        code: fields.get("code").to_owned(),
        org_code: fields.get("org_code").to_owned(),
        org_name: fields.get("org_name").to_owned(),
        founders: [founder(0), founder(1), founder(2)],
    };
    match setup::found(&app, &typed, &gate::address(&headers)).await {
        Ok(()) => Ok(Redirect::to("/sign-in").into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let wanted = setup::wanted(&app).await?;
            let page = setup_page(wanted, &typed, form_errors(&problem));
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

//! The first set-up: two administrators and, if there is none, the first organisation.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use frame::{Choice, Input, Markup, fieldset, form_post, radio_group, submit, text_field};
use kernel::Problem;
use maud::html;

use super::admin::seat_label;
use super::change::password_panel;
use super::form_errors;
use crate::accounts::admin::Made;
use crate::accounts::posts;
use crate::accounts::setup::{self, FOUNDERS, Founder, Founding, Wanted};
use crate::web::{Fields, Shared, gate};

pub async fn form(State(app): State<Shared>) -> Result<Markup, Problem> {
    let wanted = setup::wanted(&app).await?;
    Ok(setup_page(&wanted, &Founding::default(), Vec::new()))
}

fn setup_page(wanted: &Wanted, typed: &Founding, errors: Vec<frame::FieldError>) -> Markup {
    let form = form_post(
        "/setup",
        "",
        "",
        html! {
            (text_field(Input::new("code", "一次性代码").value(&typed.code).errors(&errors)
                .autocomplete("off")
                .hint("在服务器上运行 songhe init 得到的代码，24 小时内有效，只能用一次")))
            (org_part(wanted, typed, &errors))
            @for (place, founder) in typed.founders.iter().enumerate() {
                (fieldset(posts::name_of(FOUNDERS[place]), founder_part(place, founder, &errors)))
            }
            (submit("设立管理员"))
        },
    );
    let body = html! {
        p { "系统管理员建立账号，安全管理员授予岗位，由两个人分别担任，互相制约。\
            审计员和其他岗位以后由他们设立。" }
        (form)
    };
    frame::Shell::new("首次设置", body).errors(errors).render()
}

fn org_part(wanted: &Wanted, typed: &Founding, errors: &[frame::FieldError]) -> Markup {
    match wanted {
        Wanted::NewOrg => fieldset(
            "最上级的机构",
            html! {
                (text_field(Input::new("org_code", "区划代码").value(&typed.org_code)
                    .errors(errors).hint("市 4 位、区 6 位或街道 9 位，例如“330106”")))
                (text_field(Input::new("org_name", "机构名称").value(&typed.org_name)
                    .errors(errors).hint("例如“示范区企业退休人员管理服务中心”")))
            },
        ),
        Wanted::OneOf(tops) => {
            let labels: Vec<(String, String)> =
                tops.iter().map(|seat| (seat.id.to_string(), seat_label(seat))).collect();
            let choices: Vec<Choice<'_>> =
                labels.iter().map(|(id, label)| Choice::new(id, label)).collect();
            let input = Input::new("org_code", "管理员所在的机构").value(&typed.org_code);
            radio_group(input.errors(errors), &choices)
        }
    }
}

fn founder_part(place: usize, founder: &Founder, errors: &[frame::FieldError]) -> Markup {
    let (name, person_name) = (format!("name{place}"), format!("person_name{place}"));
    html! {
        (text_field(Input::new(&name, "账号").value(&founder.name).errors(errors)
            .autocomplete("off").hint("3–40 位字母、数字或“_-.”，登录时用")))
        (text_field(Input::new(&person_name, "姓名").value(&founder.person_name).errors(errors)
            .autocomplete("off")))
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
    };
    let typed = Founding {
        code: fields.get("code").to_owned(),
        org_code: fields.get("org_code").to_owned(),
        org_name: fields.get("org_name").to_owned(),
        founders: [founder(0), founder(1)],
    };
    match setup::found(&app, &typed, &gate::address(&headers)).await {
        Ok(made) => Ok(founded_page(&made).into_response()),
        Err(problem @ Problem::Invalid(_)) => {
            let wanted = setup::wanted(&app).await?;
            let page = setup_page(&wanted, &typed, form_errors(&problem));
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn founded_page(made: &[Made]) -> Markup {
    let body = html! {
        @for (place, one) in made.iter().enumerate() {
            h2 { (posts::name_of(FOUNDERS[place])) }
            (password_panel(one))
        }
        p { "分别交给两个人，首次登录时各自修改密码。" }
        p { "没有抄下的，在服务器上运行 " code { "songhe account password 账号" } " 重新生成。" }
        p { a href="/sign-in" { "登录" } }
    };
    frame::Shell::new("管理员已设立", body).render()
}

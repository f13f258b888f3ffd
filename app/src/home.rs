//! 首页：先是等着确认的和要赶紧办的，再是本地标准、应办事项和月报；看不到退休人员的岗位看到自己能办的事。

use axum::extract::State;
use frame::Tone;
use kernel::{Actor, Problem};
use maud::{Markup, html};

use crate::web::page::tasks;
use crate::web::{Me, Shared, page};
use crate::{accounts, archives, deeds, duties, groups, handover, people, policies, statistics};

pub async fn home(State(app): State<Shared>, Me(actor): Me) -> Result<Markup, Problem> {
    let body = html! {
        @if accounts::totp::is_urged(&app, &actor).await? { (urge()) }
        @if !actor.can(deeds::DUTIES_SEE) { (greeting(&actor)) (tasks(&actor)) }
        (policies::pages::part(&app, &actor).await?)
        (archives::pages::part(&app, &actor).await?)
        (groups::pages::part(&app, &actor).await?)
        (handover::pages::waiting_part(&app, &actor).await?)
        (people::moves_pages::waiting_part(&app, &actor).await?)
        (duties::home::part(&app, &actor).await?)
        (statistics::home::part(&app, &actor).await?)
    };
    Ok(page(&app, &actor, "首页", body).render())
}

/// Whoever can take whole numbers out of the house is asked to lock the door twice.
fn urge() -> Markup {
    let body = html! {
        p { "您的岗位能导出完整证件号码或管理账号。设置后，密码被人知道，别人也登录不了。" }
        p { a href="/me/totp" { "设置动态验证码" } }
    };
    frame::panel(Tone::Warn, "请设置动态验证码", body)
}

/// What a post that sees no retiree is here for.
fn greeting(actor: &Actor) -> Markup {
    let says = match actor.post.as_str() {
        "" => "您的账号还没有岗位，暂时不能办事，请联系安全管理员授予岗位。",
        "group_leader" => "小组活动和组员情况目前由社区站协理员登记，请把了解到的情况告诉协理员。",
        "system_admin" => "您管理账号和机构；授予岗位由安全管理员办，您看不到退休人员的资料。",
        "security_admin" => {
            "您授予岗位、结束会话；新建账号由系统管理员办，您看不到退休人员的资料。"
        }
        "auditor" => "您查看和核验办理记录，不办理业务，看不到退休人员的资料。",
        _ => "请从菜单选择要办的事。",
    };
    html! {
        p.lead { (actor.name) "，您好。" (says) }
        @if actor.can(deeds::ACCOUNTS_POST) {
            p { a href="/accounts?post=none&state=open" { "等待授予岗位的账号" } }
        }
    }
}

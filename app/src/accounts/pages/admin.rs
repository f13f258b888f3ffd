//! Accounts of others: the list, and one of them with what may be done to it.

use axum::extract::{Path, State};
use frame::{Choice, Col, Input, Markup, Pager, Table, Tone, form_post, select_field, submit};
use kernel::{Actor, Problem};
use maud::html;

use super::security::{doors_part, post_part};
use crate::accounts::admin::{self, Listed, Seat, Wish};
use crate::accounts::{deeds, posts, store};
use crate::codes;
use crate::web::fields::Asked;
use crate::web::page::encoded;
use crate::web::{Fields, Me, Shared, csrf, new_key, page};

const SIZES: &[i64] = &[20, 50, 100];

pub async fn list(
    State(app): State<Shared>,
    Me(actor): Me,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let size = asked.number("limit").filter(|size| SIZES.contains(size)).unwrap_or(20);
    let wish = Wish::read(&asked, size);
    let (found, is_more) = admin::list(&app, &actor, &wish).await?;
    let address = |size: i64, after: &str| {
        let [text, post, state] = ["find", "post", "state"].map(|name| encoded(asked.get(name)));
        let after = encoded(after);
        format!("/accounts?find={text}&post={post}&state={state}&limit={size}&after={after}")
    };
    let link = |n: &i64| frame::Link::new(n.to_string(), address(*n, "")).current_if(|| *n == size);
    let pager = Pager {
        first: (!wish.after.is_empty()).then(|| address(size, "")),
        next: found.last().filter(|_| is_more).map(|last| address(size, &last.name)),
        sizes: SIZES.iter().map(link).collect(),
        ..Pager::default()
    };
    let body = html! {
        (frame::filters("/accounts", filter_fields(&asked)))
        (frame::toolbar(html! {
            @if actor.can(deeds::ACCOUNTS_MAKE) {
                (frame::button_link("/accounts/new", "新建账号"))
            }
            (frame::button_link("/posts", "查看岗位权限"))
        }))
        (accounts_table(&found))
        (frame::pager(pager))
    };
    Ok(page(&app, &actor, "账号", body).render())
}

fn filter_fields(asked: &Fields) -> Markup {
    let mut choices = vec![Choice::new("", "全部"), Choice::new("none", "待授岗")];
    choices.extend(posts::POSTS.iter().map(|post| Choice::new(post.code, post.name)));
    let states =
        [Choice::new("", "全部"), Choice::new("open", "可用"), Choice::new("disabled", "已停用")];
    html! {
        (frame::text_field(Input::new("find", "账号、姓名或机构").value(asked.get("find"))))
        (select_field(Input::new("post", "岗位").value(asked.get("post")), &choices))
        (select_field(Input::new("state", "状态").value(asked.get("state"))
            .width(frame::Width::Short), &states))
    }
}

fn accounts_table(found: &[Listed]) -> Markup {
    let columns = vec![
        Col::head("账号"),
        Col::text("使用人"),
        Col::text("岗位"),
        Col::text("机构"),
        Col::text("状态"),
        Col::text("动态验证码"),
    ];
    let rows = found.iter().map(|account| {
        vec![
            html! { a href={ "/accounts/" (account.id) } { (account.name) } },
            frame::text(&account.person_name),
            post_tag(&account.post),
            frame::text(&account.seat.name),
            state_tag(account),
            frame::text(if account.has_totp { "已启用" } else { "未启用" }),
        ]
    });
    let table = Table::new("账号", columns).rows(rows.collect()).numbered_from(1);
    frame::table(table.empty("没有符合条件的账号，请更换查询条件"))
}

fn post_tag(post: &str) -> Markup {
    if post.is_empty() {
        return frame::tag(Tone::Warn, "待授岗");
    }
    frame::text(posts::name_of(post))
}

fn state_tag(account: &Listed) -> Markup {
    match (&account.disabled_on, account.must_change) {
        (Some(_), _) => frame::tag(Tone::Bad, "已停用"),
        (None, true) => frame::tag(Tone::Warn, "未改首次密码"),
        (None, false) => frame::tag(Tone::Good, "可用"),
    }
}

/// An organisation as it is chosen: name, kind, code.
pub(super) fn seat_label(seat: &Seat) -> String {
    let kind = codes::name_of(codes::ORG_KINDS, &seat.kind);
    format!("{}（{kind}，{}）", seat.name, seat.code)
}

pub async fn show(
    State(app): State<Shared>,
    Me(actor): Me,
    Path(id): Path<i64>,
    Asked(asked): Asked,
) -> Result<Markup, Problem> {
    let account = admin::find(&mut app.db.clone(), &actor.scope(), id).await?;
    let saved = match asked.get("saved") {
        "named" => "名称已修改",
        "moved" => "已调往新的机构，请由安全管理员授予岗位",
        "disabled" => "账号已停用，会话和接口令牌都已失效",
        "enabled" => "账号已启用",
        "post" => "岗位已保存，原有会话和接口令牌已失效，使用人须重新登录",
        "ended" => "会话已结束",
        "revoked" => "接口令牌已撤销",
        "totp" => "动态验证码已解除，使用人可重新设置",
        _ => "",
    };
    let shown = show_page(&app, &actor, &account, Vec::new()).await?;
    Ok(if saved.is_empty() { shown.render() } else { shown.notice(Tone::Good, saved).render() })
}

pub(super) async fn show_page(
    app: &Shared,
    actor: &Actor,
    account: &Listed,
    errors: Vec<frame::FieldError>,
) -> Result<frame::Shell, Problem> {
    let is_own = account.id == actor.account;
    let history = store::admin::post_history(&app.db, account.id).await?;
    let sees_doors = actor.can(deeds::ACCOUNTS_POST) || actor.can(deeds::AUDIT_SEE);
    let body = html! {
        (facts(account))
        @if is_own {
            p { "这是您自己的账号，请在" a href="/me" { "我的账号" } "中管理。" }
        }
        @if !is_own && actor.can(deeds::ACCOUNTS_MAKE) { (make_part(app, actor, account)) }
        @if !is_own && actor.can(deeds::ACCOUNTS_POST) {
            (post_part(app, actor, account, &errors))
        }
        h2 { "岗位变动" }
        (posts_table(&history))
        @if sees_doors { (doors_part(app, actor, account).await?) }
        @if actor.can(deeds::AUDIT_SEE) {
            p { a href={ "/audit?subject=account/" (account.id) } { "查看这个账号的审计记录" } }
        }
    };
    let title = format!("账号 {}", account.name);
    Ok(page(app, actor, &title, body).crumb("账号", "/accounts").errors(errors))
}

/// What is known of an account.
pub(super) fn facts(account: &Listed) -> Markup {
    frame::facts_list(&[
        ("账号", html! { code { (account.name) } }),
        ("使用人", frame::text(&account.person_name)),
        ("机构", frame::text(seat_label(&account.seat))),
        ("岗位", post_tag(&account.post)),
        ("动态验证码", frame::text(if account.has_totp { "已启用" } else { "未启用" })),
        (
            "状态",
            html! {
                (state_tag(account))
                @if let Some(on) = &account.disabled_on { " " (frame::time(on)) }
            },
        ),
    ])
}

fn posts_table(history: &[(String, String, String)]) -> Markup {
    let columns = vec![Col::day("日期"), Col::text("原岗位"), Col::text("现岗位")];
    let rows = history.iter().map(|(on, before, after)| {
        let name = |post: &str| if post.is_empty() { "无" } else { posts::name_of(post) };
        vec![frame::time(on), frame::text(name(before)), frame::text(name(after))]
    });
    let table = Table::new("岗位变动", columns).rows(rows.collect());
    frame::table(table.empty("还没有授予过岗位"))
}

/// A form of one button, for the version that is shown.
pub(super) fn one_button(
    app: &Shared,
    actor: &Actor,
    (action, version): (&str, i64),
    button: Markup,
) -> Markup {
    let body = html! { (frame::hidden("version", &version.to_string())) (button) };
    form_post(action, &csrf(app, actor.session), &new_key(), body)
}

/// What the system administrator can do.
fn make_part(app: &Shared, actor: &Actor, account: &Listed) -> Markup {
    let at = |what: &str| format!("/accounts/{}/{what}", account.id);
    if posts::is_power(&account.post) {
        let post = posts::name_of(&account.post);
        return html! {
            p { "该账号现任" (post) "。改名、调动、停用、重置密码，须先由安全管理员收回岗位。" }
        };
    }
    let button = |action: &str, button: Markup| {
        one_button(app, actor, (&at(action), account.version), button)
    };
    html! {
        h2 { "账号管理" }
        (frame::toolbar(html! {
            (frame::button_link(&at("names"), "修改名称"))
            (frame::button_link(&at("move"), "调往其他机构"))
        }))
        @if account.disabled_on.is_some() {
            p { "停用中，不能登录。启用后沿用原来的岗位。" }
            (button("enable", submit("启用账号")))
        } @else {
            h2 { "重置密码" }
            p { "忘记密码时重置：生成新的首次密码，只显示一次；原有会话和接口令牌立即失效。" }
            (button("password", submit("重置密码")))
            h2 { "停用账号" }
            p { "不再使用时停用：会话和接口令牌立即失效，以后可以再启用。" }
            (button("disable", frame::danger_submit("停用账号")))
        }
    }
}
